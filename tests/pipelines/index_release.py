"""A release that holds an index with every kind of gap in it, small enough to recompute."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.viability_model import load_model
from geodata.workspace import Publication, Workspace, write_json, write_parquet
from layers.viability import Reference, score
from tests.layers.viability.examples import many
from tests.pipelines.export.harm import HARMFUL

PUBLISHED_AT = "2026-11-21T10:00:00+00:00"

ABSENT = "technical_assistance_pct"
"""An indicator that the release does not have."""

NO_LAND, FEW_PRODUCERS, BOTH_GATES, UNCOUNTED = 2, 3, 4, 5
ONE_GAP, TWO_GAPS, NO_PILLAR, NOTHING, NO_AXIS = 12, 13, 14, 15, 16
TWINS = (20, 21)


def figures(count: int = 40, seed: int = 3) -> pd.DataFrame:
    """Return districts: closed gates, a gap that a pillar bears, gaps that withhold it, nothing known, equal data."""
    table = many(count, outside=6, seed=seed).drop(columns=ABSENT)
    table.insert(3, "province", "Provincia, «una»")
    table.loc[: len(HARMFUL) - 1, "name"] = list(HARMFUL)
    fields = [field for field in load_model().indicators if field != ABSENT]
    # beyond the bounds on both sides, and a logarithm of zero
    table.loc[0, fields], table.loc[1, fields] = 150.0, 0.0
    table.loc[0, "digital_channel_level"] = 3.0
    table.loc[1, ["agricultural_area_ha", "ppa_producers_count"]] = [1.0, 20.0]
    table.loc[[NO_LAND, BOTH_GATES], "agricultural_area_ha"] = 0.0
    table.loc[[FEW_PRODUCERS, BOTH_GATES], "ppa_producers_count"] = 19.0
    table.loc[UNCOUNTED, ["agricultural_area_ha", "ppa_producers_count"]] = np.nan
    table.loc[ONE_GAP, "rai_pct"] = np.nan
    table.loc[TWO_GAPS, ["rai_pct", "capital_distance_km"]] = np.nan
    table.loc[NO_PILLAR, "irrigated_area_best_pct"] = np.nan
    table.loc[NOTHING, fields] = np.nan
    table.loc[NO_AXIS, [field for field in fields if load_model().axis_of(field) == "potential"]] = np.nan
    table.loc[TWINS[1], fields] = table.loc[TWINS[0], fields]
    return table


def publish_index(workspace: Workspace, table: pd.DataFrame, *, is_demo: bool = False) -> Publication:
    """Publish the index of some districts and what it was made from, and nothing else."""
    _, reference = score(table, load_model())
    with workspace.lock(), workspace.new_release() as (release_id, folder):
        write_parquet(folder / "index_inputs.parquet", table)
        cells = pd.DataFrame({"ubigeo": [table["ubigeo"].iloc[UNCOUNTED]], "field": ["ppa_producers_count"]})
        write_parquet(folder / "withheld.parquet", cells)
        record = {
            "release_id": release_id,
            "is_demo": is_demo,
            "published_at": PUBLISHED_AT,
            "sierra_definition": "capital_2000m",
            "viability": reference.as_dict(),
        }
        write_json(folder / "provenance.json", record)
    return workspace.publication()


def reference_of(publication: Publication) -> Reference:
    """Return the frozen reference of a release."""
    return Reference.from_dict(publication.provenance["viability"])
