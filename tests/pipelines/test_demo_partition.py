"""The weighted Voronoi diagram of the demo, on grids small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.demo_partition import LEAST_STRETCH, MOST_STRETCH, Domain, divide, reachable_goal, snap_seats


def square(side: int) -> Domain:
    """Return a square of `side` x `side` grid cells of 1 km2."""
    rows, columns = (index.ravel() for index in np.indices((side, side)))
    return Domain(rows, columns, np.column_stack([columns + 0.5, -rows - 0.5]), np.ones(side * side), 1.0)


def cell(domain: Domain, row: int, column: int) -> int:
    """Return the index of a grid cell of a square."""
    return int(np.flatnonzero((domain.rows == row) & (domain.columns == column))[0])


def test_two_equal_seats_halve_a_square() -> None:
    """Seats at mirror places with equal goals: the border is the middle line."""
    domain = square(20)
    owners = divide(domain, np.array([cell(domain, 10, 4), cell(domain, 10, 15)]), np.array([1.0, 1.0]))
    assert (owners == (domain.columns >= 10)).all()


@pytest.mark.parametrize("power", [1.0, 2.0])
def test_goals_of_three_to_one_give_areas_of_three_to_one(power: float) -> None:
    """The same seats with goals 3 : 1: the areas are 3 : 1 to within one column of the grid."""
    domain = square(40)
    seats = np.array([cell(domain, 20, 8), cell(domain, 20, 31)])
    areas = np.bincount(divide(domain, seats, np.array([3.0, 1.0]), power=power), domain.area_km2)
    assert areas.sum() == 1600
    assert areas[0] == pytest.approx(1200, abs=40)


def test_unequal_grid_cells_count_by_their_area() -> None:
    """Grid cells twice as large in the southern half: the northern seat gets two thirds of the cells."""
    domain = square(30)
    area = np.where(domain.rows >= 15, 2.0, 1.0)
    domain = Domain(domain.rows, domain.columns, domain.xy_km, area, 1.0)
    owners = divide(domain, np.array([cell(domain, 4, 15), cell(domain, 25, 15)]), np.array([1.0, 1.0]))
    assert np.bincount(owners, area)[0] == pytest.approx(area.sum() / 2, rel=0.05)


def test_nobody_vanishes_and_every_seat_keeps_its_place() -> None:
    """Random seats and goals from 1 to 1,000: all the area is given, each seat owns its cell and has company."""
    domain = square(50)
    for seed in range(5):
        rng = np.random.default_rng(seed)
        seats = rng.choice(2500, size=40, replace=False)
        owners = divide(domain, seats, rng.uniform(1, 1000, 40))
        assert (owners[seats] == np.arange(40)).all()
        assert np.bincount(owners, minlength=40).min() >= 1
        assert np.bincount(owners, domain.area_km2).sum() == 2500


def test_the_same_question_has_the_same_answer() -> None:
    """Nothing is drawn at random: twice the same input gives the same owners."""
    domain = square(30)
    seats, goal = np.array([3, 200, 640, 899]), np.array([1.0, 5.0, 2.0, 2.0])
    assert (divide(domain, seats, goal) == divide(domain, seats, goal)).all()


def test_seats_are_snapped_to_different_cells() -> None:
    """Two seats in one grid cell take two neighbours; a seat outside takes the nearest cell inside."""
    domain = square(3)
    chosen = snap_seats(domain.xy_km, np.array([[1.5, -1.5], [1.6, -1.5], [9.0, -0.5]]))
    assert chosen.tolist() == [cell(domain, 1, 1), cell(domain, 1, 2), cell(domain, 0, 2)]


def test_a_wrong_area_cannot_take_everything() -> None:
    """A goal a thousand times too large ends near the limit of its Voronoi cell, and the total is kept."""
    voronoi = np.full(20, 10.0)
    goal = reachable_goal(np.array([20_000.0] + [10.0] * 19), voronoi)
    assert goal.sum() == pytest.approx(200)
    assert goal[0] <= 1.2 * MOST_STRETCH * 10
    assert goal.min() >= 0.8 * LEAST_STRETCH * 10


def test_plausible_goals_are_only_scaled() -> None:
    """Goals within the limits keep their proportions."""
    assert reachable_goal(np.array([2.0, 3.0]), np.array([50.0, 50.0])).tolist() == pytest.approx([40.0, 60.0])
