"""Irrigation, connectivity and settlements on the real sources: figures that were worked out by hand from the files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geodata import crs
from geodata.catalog import load_catalog
from geodata.readers.table import read_table
from layers.connectivity_figures import ConnectivityFigures, connectivity_figures
from layers.irrigation import irrigation_figures
from layers.settlements import PlacedSettlements, conflicts, place, settlement_findings
from pipelines import conversion, conversion_connectivity, conversion_water
from pipelines.build import LIMITS_FILE

pytestmark = pytest.mark.pack


@cache
def files(folder: Path) -> dict[str, Path]:
    records = (record for record in load_catalog().values() if record.distributions)
    return {record.id: folder / record.distributions[0].pack_file for record in records}


@cache
def frames(folder: Path) -> dict[str, Any]:
    """Return the layers these tests need, converted once."""
    sources = files(folder)
    wanted = ("districts", "settlements", "mobile_internet_2024")
    made: dict[str, Any] = {layer: conversion.CONVERSIONS[layer](sources).frame for layer in wanted}
    for conversions in (conversion_water.CONVERSIONS, conversion_connectivity.CONVERSIONS):
        made |= {layer: convert(sources).frame for layer, convert in conversions.items()}
    return made


@cache
def placed(folder: Path) -> tuple[PlacedSettlements, frozenset[str]]:
    layers, new = frames(folder), frozenset(read_table(LIMITS_FILE, columns=["ubigeo"])["ubigeo"])
    return place(layers["settlements"], layers["districts"], set(new)), new


@cache
def huarochiri(folder: Path) -> ConnectivityFigures:
    layers = frames(folder)
    ubigeo = layers["districts"]["ubigeo"]
    return connectivity_figures(
        ubigeo,
        settlement_codes=layers["settlements"]["settlement_code"],
        placed=placed(folder)[0].ubigeo,
        mobile_internet=layers["mobile_internet_2024"],
        households_without_mobile_pct=pd.Series(50.0, index=ubigeo.index),
        coverage=layers["mobile_coverage"],
        scope=layers["mobile_coverage_scope"]["ubigeo"].tolist(),
        literacy_counts=layers["literacy_2017"],
    )


def test_settlements_that_disagree_with_their_code(pack: Path) -> None:
    """Of 94,922 points 33 lie in another district, 350 in districts created later and 131 outside every limit."""
    settlements = cast(gpd.GeoDataFrame, frames(pack)["settlements"])
    where, new = placed(pack)
    found = {finding.code: finding.count for finding in settlement_findings(settlements, where, set(new))}
    assert len(settlements) == 94_922
    assert found == {"code_position_conflict": 33, "in_new_district": 350, "outside_every_district": 131}
    assert len(conflicts(settlements, where, set(new))) == 33 + 350 + 131


def test_coverage_of_huarochiri_by_hand(pack: Path) -> None:
    """4G total in half a settlement or more, counted straight from the file over the list of settlements."""
    layers = frames(pack)
    table = pd.read_csv(files(pack)["osiptel_cobertura_2025"], dtype={"center_id": str}, encoding="utf-8-sig")
    best = table[[f"{operator}_4g_total" for operator in conversion_connectivity.OPERATORS]].max(axis=1)
    covered = set(table["center_id"][best.ge(0.5)])
    inside = placed(pack)[0].ubigeo.str.startswith("1507").fillna(False).astype(bool)
    listed = layers["settlements"].loc[inside, "settlement_code"]
    listed = listed[listed.str.startswith("1507")]
    made = huarochiri(pack).table
    assert made["coverage_settlements_count"].sum() == len(listed)
    assert made["settlements_without_4g_count"].sum() == (~listed.isin(covered)).sum()


def test_coverage_is_known_in_huarochiri_only(pack: Path) -> None:
    """32 districts have a share of settlements; in the other 1,859 there is none, only an approximate level."""
    made = huarochiri(pack)
    ubigeo = frames(pack)["districts"]["ubigeo"]
    assert set(ubigeo[made.table["settlements_with_4g_pct"].notna()].str[:4]) == {"1507"}
    assert made.table["settlements_with_4g_pct"].notna().sum() == 32
    levels = made.methods.query("field == 'digital_channel_level'")
    measured = levels[levels["method"].str.startswith("settlement_coverage")]["ubigeo"]
    assert set(measured.str[:4]) == {"1507"}
    assert len(measured) == 32
    assert made.table["digital_channel_level"].notna().all()


def test_codes_that_the_list_does_not_have(pack: Path) -> None:
    """181 of the 1,326 settlements (13.6 %) are not on the list: told, and not in the denominator."""
    found = {finding.code: finding.count for finding in huarochiri(pack).findings["mobile_coverage"]}
    assert found["settlement_not_listed"] == 181
    assert found["settlement_absent"] == 3


def test_canals_speak_of_few_districts(pack: Path) -> None:
    """Districts with a line have kilometres; the rest are missing, not zero, and each department says so."""
    layers = frames(pack)
    nothing = pd.Series(np.nan, index=layers["districts"].index)
    made = irrigation_figures(
        layers["districts"],
        agricultural_ha=nothing,
        irrigated_ha=nothing,
        target_pct=36.0,
        canals=layers["canals"],
    )
    known = made.table["canal_km"].dropna()
    assert 0 < len(known) < 100
    assert known.gt(0).all()
    assert set(made.methods["method"]) == {"canal_lines_incomplete"}
    assert made.coverage["complete_count"].eq(0).all()
    total_km = sum(crs.GEOD.geometry_length(line) for line in layers["canals"].geometry) / 1000
    (outside,) = [finding for finding in made.findings["canals"] if finding.code == "length_outside"]
    assert total_km - outside.count <= known.sum() < total_km
    assert outside.count == 3
