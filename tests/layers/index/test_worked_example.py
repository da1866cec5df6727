"""
The index against a worked example that was published with its method, step by step, to 1e-9.

ASEM Sustainable Connectivity: 51 countries, 49 indicators in 8 pillars, by the Joint Research Centre of the European
Commission, computed by COINr. It lies in the pack of sources, not in this project. Its README promises groups and
denominators in `raw.csv`; that file has neither. The group (Europe or Asia) is told here, and each denominator is taken
from the one indicator named below, then proven on all the others that share it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from layers.index.aggregation import aggregate
from layers.index.imputation import impute_by_group
from layers.index.normalization import normalise_table
from layers.index.screening import denominate, screen_units
from layers.index.structure import Structure
from layers.index.treatment import treat_table

pytestmark = pytest.mark.pack

TOLERANCE = 1e-9

ASIA = [
    "AUS", "BGD", "BRN", "CHN", "IDN", "IND", "JPN", "KAZ", "KHM", "KOR", "LAO", "MMR",
    "MNG", "MYS", "NZL", "PAK", "PHL", "RUS", "SGP", "THA", "VNM",
]  # fmt: skip
"""The Asian side of ASEM."""

ALL_COUNTRIES, ALL_INDICATORS = 51, 49

DENOMINATOR_TAKEN_FROM = {"GDP": "Goods", "Population": "Flights", "Energy": "Gas", "Area": "Bord"}
"""Border crossings are alone in being divided by the area, so that one division proves nothing."""


@pytest.fixture(scope="module")
def example(pack: Path) -> Path:
    """Return the folder of the example, or skip."""
    folder = pack / "worked_example_asem"
    if not folder.is_dir():
        pytest.skip(f"the worked example is not in the pack ({folder})")
    return folder


@pytest.fixture(scope="module")
def meta(example: Path) -> pd.DataFrame:
    """Return the table of the structure."""
    return pd.read_csv(example / "imeta.csv")


@pytest.fixture(scope="module")
def structure(meta: pd.DataFrame) -> Structure:
    """Return the tree that the table tells."""
    return Structure.from_table(meta)


def table(example: Path, step: str) -> pd.DataFrame:
    return pd.read_csv(example / f"{step}.csv").set_index("uCode").astype(float)


def agree(found: pd.DataFrame, published: pd.DataFrame) -> None:
    """Same rows, columns and gaps; values apart by at most 1e-9 of themselves, or 1e-9."""
    pd.testing.assert_frame_equal(
        found[published.columns], published, rtol=TOLERANCE, atol=TOLERANCE, check_dtype=False, check_names=False
    )


def groups(units: pd.Index) -> pd.Series:
    return pd.Series(np.where(units.isin(ASIA), "Asia", "Europe"), index=units)


def test_the_structure_is_read_from_its_table(structure: Structure) -> None:
    """49 indicators, eight pillars, two sub-indexes, one index."""
    assert len(structure.indicators) == ALL_INDICATORS
    assert [structure.by_code[code].level for code in structure.aggregates] == [2] * 8 + [3] * 2 + [4]
    assert structure.root == "Index"


def test_denomination_gives_the_published_ratios(example: Path, meta: pd.DataFrame) -> None:
    """Raw values over GDP, population, energy and area, in all the indicators that have a denominator."""
    raw, published = table(example, "raw"), table(example, "denominated")
    denominators = pd.DataFrame(
        {name: raw[source] / published[source] for name, source in DENOMINATOR_TAKEN_FROM.items()}
    )
    by_code = meta.dropna(subset="Denominator").set_index("iCode")["Denominator"]
    divided = {str(code): str(name) for code, name in by_code.items()}
    found = denominate(raw, denominators, divided)
    proven = [code for code in divided if code not in DENOMINATOR_TAKEN_FROM.values()]
    assert len(proven) == 13
    known = {code: denominators[divided[code]].notna() for code in proven}
    for code in proven:
        # a country with 0 / denominator = 0 in the source indicator does not tell its denominator
        assert found[code][known[code]].tolist() == pytest.approx(
            published[code][known[code]].tolist(), rel=TOLERANCE, abs=1e-12, nan_ok=True
        )
        assert known[code].sum() > 20
    untouched = [code for code in raw if code not in divided]
    agree(found[untouched], published[untouched])


def test_imputation_by_group_gives_the_published_values_and_marks_them(example: Path) -> None:
    """Every gap becomes the mean of its side of ASEM, and exactly the gaps are marked."""
    denominated = table(example, "denominated")
    found = impute_by_group(denominated, groups(denominated.index), "mean")
    agree(found.values, table(example, "imputed"))
    assert found.marked.equals(denominated.isna())
    assert found.marked.to_numpy().sum() > 0


def test_screening_keeps_every_country(example: Path, structure: Structure) -> None:
    """All 51 have 65 % of the indicators, before imputation too."""
    denominated = table(example, "denominated")
    screened = screen_units(denominated, {"all": list(structure.indicators)}, 0.65)
    assert len(screened.data) == ALL_COUNTRIES
    assert screened.dropped.empty


def test_treatment_gives_the_published_values(example: Path, structure: Structure) -> None:
    """Winsorised or log-transformed as published, and every indicator that was touched is in the record."""
    imputed, published = table(example, "imputed"), table(example, "treated")
    found = treat_table(imputed)
    agree(found.values, published)
    touched = {code for code in imputed if not np.allclose(imputed[code], published[code], rtol=1e-12, atol=0)}
    assert touched == set(found.record.index[found.record["method"] != "none"])
    assert len(touched) > 5
    assert found.record["passes"].all()


def test_normalisation_gives_the_published_scores(example: Path, structure: Structure) -> None:
    """Min-max from 0 to 100 with each indicator's direction."""
    agree(normalise_table(table(example, "treated"), structure.directions), table(example, "normalised"))


def test_aggregation_gives_the_published_index(example: Path, structure: Structure) -> None:
    """Eight pillars, two sub-indexes and the index, by weighted arithmetic means."""
    published = table(example, "aggregated_arithmetic")
    found = aggregate(table(example, "normalised"), structure).scores
    agree(found, published.loc[:, list(structure.aggregates)])


def test_all_the_way_from_the_denominated_data(example: Path, structure: Structure) -> None:
    """Without taking any step from the published files: imputed, treated, normalised, aggregated."""
    denominated = table(example, "denominated")
    imputed = impute_by_group(denominated, groups(denominated.index), "mean").values
    kept = screen_units(imputed, {"all": list(structure.indicators)}, 0.65).data
    normalised = normalise_table(treat_table(kept).values, structure.directions)
    found = aggregate(normalised, structure).scores
    agree(found, table(example, "aggregated_arithmetic").loc[:, list(structure.aggregates)])
