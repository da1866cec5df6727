"""Nothing withheld can be worked out from what is shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.census.indicators import protected_counts, protected_relations
from layers.suppression import FEWEST_PRODUCERS, Relation, Tree, cell_status, withheld_cells
from layers.unknowns import Sums, determined
from tests import tiny
from tests.layers.census.test_indicators import measured
from tests.layers.census.tiny_census import random_census

RELATIONS = (
    Relation("units", ("small", "large"), rest="none"),
    Relation("small", ("tiny",)),
    Relation("units", ("members",)),
    Relation("members", ("local", "foreign")),
)
COLUMNS = ["units", "small", "large", "tiny", "members", "local", "foreign"]


def solved(matrix: np.ndarray) -> np.ndarray:
    """Return which unknowns a system fixes, the slow and well-known way: axes within the space of its rows."""
    if not matrix.size:
        return np.zeros(matrix.shape[1], dtype=bool)
    _, singular, axes = np.linalg.svd(matrix, full_matrices=False)
    return np.square(axes[singular > 1e-9]).sum(axis=0) > 1 - 1e-7


def what_a_reader_knows(tree: Tree, counts: pd.DataFrame, withheld: pd.DataFrame, relations: tuple[Relation, ...]):
    """Return the unknowns (row, column) of a reader and the matrix of the sums that tie them."""
    columns = list(counts.columns)
    rests = {number: f"rest {number}" for number, item in enumerate(relations) if item.rest == "difference"}
    unknown = [(row, name) for row in range(len(tree.codes)) for name in columns if withheld[name].iloc[row]]
    unknown += [(row, name) for row in range(len(tree.codes)) for name in rests.values()]
    at = {cell: number for number, cell in enumerate(unknown)}
    equations = []
    for row in range(len(tree.codes)):
        for number, item in enumerate(relations):
            members = [*item.parts, *([rests[number]] if number in rests else [])]
            equations.append([((row, name), 1.0) for name in members] + [((row, item.total), -1.0)])
    for parent, children in enumerate(tree.children):
        if len(children):
            equations += [
                [((int(child), name), 1.0) for child in children] + [((parent, name), -1.0)]
                for name in [*columns, *rests.values()]
            ]
    matrix = np.zeros((len(equations), len(unknown)))
    for number, equation in enumerate(equations):
        for cell, sign in equation:
            if cell in at:
                matrix[number, at[cell]] = sign
    return unknown, matrix


def random_counts(seed: int, scale: float) -> pd.DataFrame:
    """Return counts that add up as `RELATIONS` says, many of them small."""
    random = np.random.default_rng(seed)
    units = random.poisson(random.gamma(0.7, scale, len(tiny.CODES)))
    small = random.binomial(units, 0.6)
    members = random.binomial(units, 0.3)
    local = random.binomial(members, 0.5)
    table = {
        "units": units,
        "small": small,
        "large": units - small,
        "tiny": random.binomial(small, 0.4),
        "members": members,
        "local": local,
        "foreign": random.binomial(members - local, 0.3),
    }
    return pd.DataFrame(table, index=list(tiny.CODES), columns=COLUMNS, dtype=float)


@given(seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([3.0, 12.0, 60.0, 400.0]))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_no_withheld_cell_is_determined(seed: int, scale: float) -> None:
    """All sums over territories and parts, taken together, leave more than one solution for each withheld cell."""
    counts = random_counts(seed, scale)
    tree = Tree.of(list(counts.index))
    withheld = withheld_cells(counts, RELATIONS)
    unknown, matrix = what_a_reader_knows(tree, counts, withheld, RELATIONS)
    fixed = {cell for cell, is_fixed in zip(unknown, solved(matrix), strict=True) if is_fixed}
    assert not {cell for cell in fixed if cell[1] in COLUMNS}
    # nor is what nobody publishes (units that are in no part), where it is small
    totals = pd.DataFrame(tree.totals(counts.to_numpy()), columns=COLUMNS)
    for number, item in enumerate(RELATIONS):
        rest = totals[item.total] - totals[list(item.parts)].sum(axis=1)
        small = np.flatnonzero((rest > 0) & (rest < FEWEST_PRODUCERS))
        assert not {(int(row), f"rest {number}") for row in small} & fixed


@given(seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([3.0, 12.0, 60.0]))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_small_cells_are_withheld_and_never_alone(seed: int, scale: float) -> None:
    """Each cell of 1 to 4 is withheld; the withheld of a territory never add up to 1 to 4 where their sum is shown."""
    counts = random_counts(seed, scale)
    tree = Tree.of(list(counts.index))
    totals = tree.totals(counts.to_numpy())
    withheld = withheld_cells(counts, RELATIONS).to_numpy()
    assert withheld[(totals > 0) & (totals < FEWEST_PRODUCERS)].all()
    for parent, children in enumerate(tree.children):
        if len(children):
            together = np.where(withheld[children], totals[children], 0).sum(axis=0)
            shown = ~withheld[parent]
            assert not ((together > 0) & (together < FEWEST_PRODUCERS) & shown).any()


@pytest.mark.parametrize(("seed", "units_count"), [(1, 250), (2, 1500)])
def test_no_indicator_is_determined(seed: int, units_count: int) -> None:
    """The same of the indicators themselves, with all the sums that tie them, on a census of random answers."""
    counts = protected_counts(measured(random_census(seed, units_count)))
    relations = protected_relations()
    withheld = withheld_cells(counts, relations)
    assert withheld.any(axis=None)
    unknown, matrix = what_a_reader_knows(Tree.of(list(counts.index)), counts, withheld, relations)
    fixed = {cell for cell, is_fixed in zip(unknown, solved(matrix), strict=True) if is_fixed}
    assert not {cell for cell in fixed if cell[1] in counts}


def withheld_units(values: dict[str, int]) -> set[str]:
    """Return the codes withheld in a table of one column."""
    withheld = withheld_cells(pd.DataFrame({"units": values}, dtype=float), ())
    return set(withheld.index[withheld["units"]])


def test_the_next_smallest_is_withheld_too() -> None:
    """Three producers in a district of a province of 143: the next smallest, 40, goes with it, and nothing else."""
    values = {"010101": 3, "010102": 40, "010103": 100, "010201": 50, "010202": 0}
    assert withheld_units(values) == {"010101", "010102"}


def test_zeros_and_large_cells_are_shown() -> None:
    """Where no cell is small, nothing is withheld; zero is not small."""
    assert withheld_units({"010101": 0, "010102": 5, "010201": 9, "020101": 0}) == set()


def test_two_small_cells_that_make_few_take_a_third() -> None:
    """Two and two are four: their sum, which the province gives away, is itself a cell of fewer than five."""
    assert withheld_units({"010101": 2, "010102": 2, "010103": 30, "010104": 60}) == {"010101", "010102", "010103"}


def test_an_only_district_takes_its_province_along() -> None:
    """A province of one district says the same number: both are withheld, and then another province."""
    values = {"010101": 3, "010201": 20, "010202": 30, "010301": 50, "020101": 70}
    assert {"010101", "010100", "010200"} <= withheld_units(values)


def test_the_others_of_almost_everybody_are_protected() -> None:
    """98 of 100 can read: the 2 who cannot are a cell too, so the share is withheld there and next to it."""
    counts = pd.DataFrame(
        {"persons": [100.0, 80.0, 90.0], "literate": [98.0, 50.0, 60.0]}, index=["010101", "010102", "010103"]
    )
    withheld = withheld_cells(counts, (Relation("persons", ("literate",)),))
    assert withheld["literate"].loc[["010101", "010102", "010103"]].tolist() == [True, True, False]
    assert not withheld["persons"].any()


def test_status_says_why_a_cell_is_empty() -> None:
    """Withheld, missing and shown are three things; withheld wins."""
    known = pd.DataFrame({"a": [True, False, True]})
    assert cell_status(known, pd.DataFrame({"a": [True, False, False]}))["a"].tolist() == [
        "withheld",
        "missing",
        "value",
    ]


def test_repeated_districts_are_refused() -> None:
    """A district twice would be added twice."""
    with pytest.raises(ValueError, match="repeated ubigeos"):
        Tree.of(["010101", "010101"])


@given(seed=st.integers(0, 2**32 - 1))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_sparse_answer_equals_the_dense_one(seed: int) -> None:
    """On random sums the unknowns found determined are those of linear algebra."""
    random = np.random.default_rng(seed)
    matrix = random.choice([0.0, 1.0, -1.0], (random.integers(1, 14), random.integers(1, 16)), p=[0.75, 0.15, 0.1])
    equation, cell = np.nonzero(matrix)
    found = determined(Sums(equation, cell, matrix[equation, cell], matrix.shape[1]))
    assert found.tolist() == solved(matrix).tolist()
