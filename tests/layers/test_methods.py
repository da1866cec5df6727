"""How figures were made, as a table; and which districts a layer covers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from layers.methods import long_methods, within_any
from tests.layers.examples import codes

UBIGEO = codes("010101", "010102", "020101", start=4)


def test_only_cells_with_a_figure_say_how_it_was_made() -> None:
    """Two figures, two rows: a missing cell has no method, and neither has a figure without word."""
    table = pd.DataFrame({"a": [1.0, np.nan, 0.0], "b": [1.0, 1.0, 1.0]}, index=UBIGEO.index)
    words = {"a": pd.Series("lines", index=UBIGEO.index), "b": pd.Series([None, "census", None], index=UBIGEO.index)}
    rows = long_methods(UBIGEO, table, words).to_numpy().tolist()
    assert rows == [["010101", "a", "lines"], ["020101", "a", "lines"], ["010102", "b", "census"]]
    assert long_methods(UBIGEO, table, {}).columns.tolist() == ["ubigeo", "field", "method"]


def test_a_territory_of_any_level_holds_its_districts() -> None:
    """A department, a province and a district each hold what their code begins; none holds nothing."""
    assert within_any(UBIGEO, ["010000"]).tolist() == [True, True, False]
    assert within_any(UBIGEO, ["010100", "020101"]).tolist() == [True, True, True]
    assert within_any(UBIGEO, ["010102"]).tolist() == [False, True, False]
    assert within_any(UBIGEO, ["000000"]).all()
    assert not within_any(UBIGEO, []).any()


def test_a_missing_code_lies_nowhere() -> None:
    """A settlement outside every district is in no territory."""
    assert within_any(pd.Series(["010101", None], dtype="str"), ["010000"]).tolist() == [True, False]
