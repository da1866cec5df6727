"""
Divide an area between seats so that each gets the area it should have: a weighted Voronoi (power) diagram on a grid.

A grid cell goes to the seat with the least `distance ** DISTANCE_POWER - weight`. The weights that give every seat its
area are the solution of semi-discrete optimal transport, found by damped Newton steps on its dual (Kitagawa, Merigot
and Thibert, 2019, "Convergence of a Newton algorithm for semi-discrete optimal transport"). Positions are km on a
plane, areas km2; no files, no geography.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
CostArray = npt.NDArray[np.float32]

# 2 is the classic power diagram, but with districts of such different areas side by side it leaves half of the seats
# (49 %) outside their own cell. 1 (additive weights) makes cells star-shaped around their seat and fits areas as well.
DISTANCE_POWER = 1.0

# Judgement: a seat keeps the surroundings that have no nearer seat up to this distance (the eight grid cells around
# its own), or half of its area if that is less: a capital belongs to its district, not only on its edge.
REACH_KM = 1.6
# A cost that no weight outbids.
CLAIMED_COST = np.float32(-1e6)

# Judgement: a goal stays between these multiples of the plain Voronoi cell of its seat. Beyond, one wrong figure draws
# a star over its department (a parent listed with the area of districts that left it: Echarate, 2.5 times too large).
LEAST_STRETCH, MOST_STRETCH = 1 / 6, 4.0
STRETCH_ROUNDS = 5

MAX_ROUNDS = 40
STEP_SHARES = tuple(0.5**halvings for halvings in range(8))
# Judgement: rounds stop when the misplaced area is 0.3 % of the whole, less than the grid itself misplaces.
GOOD_ENOUGH_SHARE = 0.003
# A step may not shrink a cell below this share of what it has or wants: one that vanishes has no border to grow from.
KEPT_SHARE = 0.3
# A step that makes more cells than this fall below that share is simply too long.
RESCUED_AT_MOST = 3
# Behind a small cell two distances grow almost in parallel; the floor keeps one step from jumping over the cell.
MIN_SLOPE = 0.1
MIN_DISTANCE_KM = 0.01
# A straight cut through a square grid crosses 4 / pi times its own length of cell edges.
STAIRCASE_LENGTH_RATIO = np.pi / 4


@dataclass(frozen=True)
class Domain:
    """The grid cells to divide: row and column, position (km), area (km2) and the size of their edges (km)."""

    rows: IntArray
    columns: IntArray
    xy_km: FloatArray
    area_km2: FloatArray
    cell_height_km: float


def snap_seats(cells_km: FloatArray, seats_km: FloatArray) -> IntArray:
    """
    Return the grid cell of each seat: the nearest one of the domain that no earlier seat has taken.

    Parameters
    ----------
    cells_km, seats_km
        Positions, shape (cells, 2) and (seats, 2). There are at least as many cells as seats.
    """
    free = np.ones(len(cells_km), dtype=bool)
    chosen = np.empty(len(seats_km), dtype=np.int64)
    for index, seat in enumerate(seats_km):
        distance = np.where(free, ((cells_km - seat) ** 2).sum(axis=1), np.inf)
        chosen[index] = distance.argmin()
        free[chosen[index]] = False
    return chosen


def divide(
    domain: Domain, seats: IntArray, goal_km2: FloatArray, power: float = DISTANCE_POWER, reach_km: float = REACH_KM
) -> IntArray:
    """
    Return the seat (its index) that owns each grid cell of the domain.

    Parameters
    ----------
    domain
        The grid cells to give away.
    seats
        Index in the domain of the grid cell of each seat; all different. A seat always keeps that cell.
    goal_km2
        Area wanted by each seat; kept near its plain Voronoi cell and scaled so that together they fill the domain.
    power
        Exponent of the distance: 1 additive weights, 2 the classic power diagram.
    reach_km
        Surroundings that a seat keeps in any case.
    """
    squared = _squared_distance(domain.xy_km, domain.xy_km[seats])
    goal = reachable_goal(goal_km2, _area_of(squared.argmin(axis=1), domain.area_km2, len(seats)))
    cost = _cost(squared, seats, goal, power, reach_km)
    edges = _edges(domain)
    weights = np.zeros(len(seats))
    owners, areas, dual = _give(cost, weights, domain.area_km2, goal)
    best, best_miss = owners, _miss(areas, goal)
    for _ in range(MAX_ROUNDS):
        if np.abs(areas - goal).sum() < GOOD_ENOUGH_SHARE * goal.sum():
            break
        step = _newton_step(domain, seats, owners, edges, goal - areas, power)
        floor = KEPT_SHARE * np.minimum(areas, goal)
        for share in STEP_SHARES:
            trial = _rescue(cost, weights + share * step, domain.area_km2, goal, floor)
            owners, areas, trial_dual = _give(cost, trial, domain.area_km2, goal)
            if trial_dual > dual and (areas >= floor).all():
                break
        else:
            break
        weights, dual = trial, trial_dual
        if _miss(areas, goal) < best_miss:
            best, best_miss = owners, _miss(areas, goal)
    return best


def reachable_goal(goal_km2: FloatArray, voronoi_km2: FloatArray) -> FloatArray:
    """Return the goals scaled to the whole area, none too far from the plain Voronoi cell of its seat."""
    total = voronoi_km2.sum()
    goal = goal_km2 * total / goal_km2.sum()
    for _ in range(STRETCH_ROUNDS):
        goal = np.clip(goal, LEAST_STRETCH * voronoi_km2, MOST_STRETCH * voronoi_km2)
        goal = goal * total / goal.sum()
    return goal


def _squared_distance(cells_km: FloatArray, seats_km: FloatArray) -> FloatArray:
    return (cells_km[:, None, 0] - seats_km[:, 0]) ** 2 + (cells_km[:, None, 1] - seats_km[:, 1]) ** 2


def _cost(squared: FloatArray, seats: IntArray, goal: FloatArray, power: float, reach_km: float) -> CostArray:
    """Return the cost of each grid cell (row) for each seat (column)."""
    nearest = squared.argmin(axis=1)
    reach = np.minimum(reach_km, np.sqrt(goal / (2 * np.pi)))
    claimed = squared[np.arange(len(squared)), nearest] <= reach[nearest] ** 2
    claimed[seats] = True
    cost = (squared ** (power / 2)).astype(np.float32)
    cost[claimed, nearest[claimed]] = CLAIMED_COST
    return cost


def _give(
    cost: CostArray, weights: FloatArray, area_km2: FloatArray, goal: FloatArray
) -> tuple[IntArray, FloatArray, float]:
    """Return the owner of each grid cell, the area of each owner, and the dual: the higher, the nearer to the goal."""
    owners = np.argmin(cost - weights.astype(np.float32), axis=1)
    paid = cost[np.arange(len(cost)), owners] - weights[owners]
    return owners, _area_of(owners, area_km2, len(weights)), float(goal @ weights + area_km2 @ paid)


def _area_of(owners: npt.NDArray[np.intp], area_km2: FloatArray, count: int) -> FloatArray:
    return np.bincount(owners, area_km2, count).astype(np.float64)


def _miss(areas: FloatArray, goal: FloatArray) -> float:
    # squared logarithms: half and double are the same mistake, in a small district as in a large one
    return float((np.log(areas / goal) ** 2).sum())


def _rescue(
    cost: CostArray, weights: FloatArray, area_km2: FloatArray, goal: FloatArray, floor: FloatArray
) -> FloatArray:
    """Return the weights with those of the cells that fell below their floor set to give them exactly their goal."""
    offers = cost - weights.astype(np.float32)
    fallen = np.flatnonzero(_area_of(offers.argmin(axis=1), area_km2, len(goal)) < floor)
    if len(fallen) > RESCUED_AT_MOST:
        return weights
    rescued = weights.copy()
    for index in fallen:
        offers[:, index] = np.inf
        handicap = cost[:, index] - offers.min(axis=1)
        order = np.argsort(handicap, kind="stable")
        rescued[index] = handicap[order[np.searchsorted(np.cumsum(area_km2[order]), goal[index])]]
        offers[:, index] = cost[:, index] - np.float32(rescued[index])
    return rescued


def _edges(domain: Domain) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the pairs of grid cells that share an edge, and the length of that edge in km."""
    place = np.full((domain.rows.max() + 2, domain.columns.max() + 2), -1, dtype=np.int64)
    place[domain.rows, domain.columns] = np.arange(len(domain.rows))
    right, below = place[domain.rows, domain.columns + 1], place[domain.rows + 1, domain.columns]
    east, south = np.flatnonzero(right >= 0), np.flatnonzero(below >= 0)
    height = domain.cell_height_km
    length = np.concatenate([np.full(len(east), height), domain.area_km2[south] / height])
    return np.concatenate([east, south]), np.concatenate([right[east], below[south]]), length


def _newton_step(
    domain: Domain,
    seats: IntArray,
    owners: IntArray,
    edges: tuple[IntArray, IntArray, FloatArray],
    missing_km2: FloatArray,
    power: float,
) -> FloatArray:
    """Return the change of weights that would give each cell its missing area if its borders moved in parallel."""
    first, second, length = edges
    border = owners[first] != owners[second]
    first, second, length = first[border], second[border], length[border]
    middle, seats_km = (domain.xy_km[first] + domain.xy_km[second]) / 2, domain.xy_km[seats]
    slope = _slope(middle, seats_km[owners[first]], power) - _slope(middle, seats_km[owners[second]], power)
    km2_per_weight = length * STAIRCASE_LENGTH_RATIO / np.maximum(np.hypot(*slope.T), MIN_SLOPE)
    exchange = np.zeros((len(seats), len(seats)))
    np.add.at(exchange, (owners[first], owners[second]), km2_per_weight)
    exchange += exchange.T
    matrix = np.diag(exchange.sum(axis=1)) - exchange
    # adding one number to all weights changes nothing: a light ridge chooses the smallest change
    matrix += np.eye(len(matrix)) * (1e-3 * np.trace(matrix) / len(matrix) + 1e-9)
    return np.asarray(np.linalg.solve(matrix, missing_km2), dtype=np.float64)


def _slope(points_km: FloatArray, seats_km: FloatArray, power: float) -> FloatArray:
    """Return the gradient of `distance ** power` at each point."""
    away = points_km - seats_km
    distance = np.maximum(np.hypot(*away.T), MIN_DISTANCE_KM)
    return power * (distance ** (power - 2))[:, None] * away
