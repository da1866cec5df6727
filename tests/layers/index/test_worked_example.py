"""
The index against a worked example that was published with its method.

ASEM Sustainable Connectivity: 51 countries, 49 indicators in 8 pillars, by the Joint Research Centre of the European
Commission, computed by COINr. It lies in the pack of sources, not in this project.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from layers.index.aggregation import weighted_arithmetic_mean
from layers.index.normalization import Transform, goalposts, normalise

pytestmark = pytest.mark.pack

NO_TRANSFORM: Transform = "none"


@pytest.fixture(scope="module")
def example(pack: Path) -> Path:
    """Return the folder of the example, or skip."""
    folder = pack / "worked_example_asem"
    if not folder.is_dir():
        pytest.skip(f"the worked example is not in the pack ({folder})")
    return folder


@pytest.fixture(scope="module")
def structure(example: Path) -> pd.DataFrame:
    """Return what every indicator and aggregate is: direction, weight, parent, level."""
    return pd.read_csv(example / "imeta.csv").set_index("iCode")


def table(example: Path, step: str) -> pd.DataFrame:
    return pd.read_csv(example / f"{step}.csv").set_index("uCode")


def test_normalisation_gives_the_published_scores(example: Path, structure: pd.DataFrame) -> None:
    """Min-max with each indicator's direction; the example's scale begins at 0 and ours at 1: 1 + 0.99 of theirs."""
    treated, published = table(example, "treated"), table(example, "normalised")
    indicators = structure.index[structure["Type"] == "Indicator"]
    assert len(indicators) == 49
    for name in indicators:
        direction = int(structure.loc[name, "Direction"])
        frozen = goalposts(
            treated[name], transform=NO_TRANSFORM, direction=direction, lower_quantile=0, upper_quantile=1
        )
        assert normalise(treated[name], frozen).tolist() == pytest.approx((1 + 0.99 * published[name]).tolist())


def test_weighted_means_give_the_published_pillars_and_index(example: Path, structure: pd.DataFrame) -> None:
    """Level by level, eight pillars, two sub-indexes and the index come out to the published digits."""
    published = table(example, "aggregated_arithmetic")
    found = table(example, "normalised").loc[published.index]
    parents = structure[structure["Type"].isin(["Indicator", "Aggregate"])].sort_values("Level")
    for parent, children in parents.groupby("Parent", sort=False):
        found[parent] = weighted_arithmetic_mean(found[list(children.index)], children["Weight"].astype(float), 1.0)
        assert found[parent].tolist() == pytest.approx(published[parent].tolist())
    assert {"Conn", "Sust", "Index"} <= set(found)
