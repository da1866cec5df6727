"""
Rasters to tables: terrain and rain of each district, from whatever rasters there are.

Where several rasters tell the same, the finest that covers a district whole gives all its figures: two models of the
land are never mixed within a district.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import geopandas as gpd
import pandas as pd

from geodata.catalog import dataset
from geodata.errors import ContractError, Problem, raise_if_any
from geodata.quality import Finding
from geodata.readers.raster import nodata_findings, open_raster
from layers.climate import MONTHS, RAIN_FIELDS, rain
from layers.overlay.zones import Raster
from layers.terrain import TERRAIN_FIELDS, terrain

Announce = Callable[[str], None]
Variable = Literal["terrain", "rain"]

FIELDS: dict[Variable, tuple[str, ...]] = {"terrain": TERRAIN_FIELDS, "rain": RAIN_FIELDS}


@dataclass(frozen=True)
class Source:
    """A raster, what it measures, and what was noticed when it was opened."""

    name: str
    """Id of its dataset: the word that tells, district by district, where a figure comes from."""
    variable: Variable
    raster: Raster
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class TerrainTables:
    """All that the rasters say of the districts."""

    terrain: pd.DataFrame
    """ubigeo and `layers.terrain.TERRAIN_FIELDS`, a row per district with a figure, in the order of the districts."""
    rain: pd.DataFrame
    """ubigeo and `layers.climate.RAIN_FIELDS`, likewise."""
    altitude_histogram: pd.DataFrame
    """Indexed by ubigeo; columns are lower edges of bins of 10 m; values are shares of the area, 1 in total."""
    methods: pd.DataFrame
    """ubigeo, field, method: name of the raster behind each figure; a missing figure has no row."""
    findings: dict[str, list[Finding]]
    """By layer (`terrain`, `rain`)."""
    coverage: pd.DataFrame
    """ubigeo, variable, source, covered_share (0-1): every district that a raster touches."""


def terrain_tables(
    rasters: Mapping[str, Path], districts: gpd.GeoDataFrame, announce: Announce = lambda _: None
) -> TerrainTables:
    """
    Return terrain and rain of the districts from raster files.

    Parameters
    ----------
    rasters
        Dataset id -> GeoTIFF; the layer of the dataset in the catalog says what it measures.
    districts
        `ubigeo`, `natural_region` and polygons at full resolution.
    announce
        Receives one Spanish sentence per raster.

    Raises
    ------
    ContractError
        With every raster that cannot be read, has no CRS, is rotated, or lacks the bands of its layer.
    """
    with ExitStack() as stack:
        return tables_of(_open(rasters, stack), districts, announce)


def tables_of(
    sources: Iterable[Source], districts: gpd.GeoDataFrame, announce: Announce = lambda _: None
) -> TerrainTables:
    """Return the same from rasters that are already open; see `terrain_tables`."""
    finest_first = sorted(sources, key=lambda source: source.raster.grid.pixel_height_m)
    said = [_Said.by(source, districts, announce) for source in finest_first]
    ubigeo = pd.Index(districts["ubigeo"], name="ubigeo")
    tables: dict[Variable, pd.DataFrame] = {}
    methods = []
    for variable, fields in FIELDS.items():
        relevant = [one for one in said if one.source.variable == variable]
        table = _first_of([one.table for one in relevant], ubigeo, list(fields))
        names = _first_of([one.table[[]].assign(method=one.source.name) for one in relevant], ubigeo, ["method"])
        tables[variable] = table
        methods += list(_methods(table, names["method"]))
    histograms = [one.histogram for one in said if one.histogram is not None]
    return TerrainTables(
        terrain=tables["terrain"].reset_index(),
        rain=tables["rain"].reset_index(),
        altitude_histogram=_first_of(histograms, ubigeo, list(histograms[0].columns) if histograms else []),
        methods=pd.concat(methods, ignore_index=True),
        findings={
            variable: [finding for one in said if one.source.variable == variable for finding in one.findings]
            for variable in FIELDS
        },
        coverage=pd.concat([_NO_COVERAGE, *(one.coverage for one in said)], ignore_index=True),
    )


_NO_COVERAGE = pd.DataFrame(
    {
        "ubigeo": pd.Series(dtype="str"),
        "variable": pd.Series(dtype="str"),
        "source": pd.Series(dtype="str"),
        "covered_share": pd.Series(dtype="float64"),
    }
)


@dataclass(frozen=True)
class _Said:
    """What one raster says of the districts."""

    source: Source
    table: pd.DataFrame
    histogram: pd.DataFrame | None
    findings: list[Finding]
    coverage: pd.DataFrame

    @classmethod
    def by(cls, source: Source, districts: gpd.GeoDataFrame, announce: Announce) -> _Said:
        if source.variable == "terrain":
            land = terrain(source.raster, districts)
            table, histogram, shares, findings = land.table, land.histogram, land.covered_share, land.findings
        else:
            water = rain(source.raster, districts)
            table, histogram, shares, findings = water.table, None, water.covered_share, water.findings
        announce(f"{source.name}: {len(table):,} distritos cubiertos")
        touched = shares[shares > 0]
        coverage = pd.DataFrame(
            {
                "ubigeo": touched.index.astype("str"),
                "variable": source.variable,
                "source": source.name,
                "covered_share": touched.to_numpy(),
            }
        )
        named = [
            replace(finding, message=f"{finding.message} ({source.name})") for finding in [*source.findings, *findings]
        ]
        return cls(source, table, histogram, named, coverage)


def _first_of(tables: list[pd.DataFrame], ubigeo: pd.Index, columns: list) -> pd.DataFrame:
    """Return, whole row by whole row, what the first table that knows a district says of it."""
    if not tables:
        return pd.DataFrame(columns=columns, index=ubigeo[:0], dtype="float64")
    stacked = pd.concat(tables)
    once = stacked[~stacked.index.duplicated()]
    return once.reindex(ubigeo[ubigeo.isin(once.index)])


def _methods(table: pd.DataFrame, names: pd.Series) -> Iterator[pd.DataFrame]:
    for field in table.columns:
        told = table.index[table[field].notna()]
        yield pd.DataFrame(
            {
                "ubigeo": told.astype("str"),
                "field": pd.Series(field, index=range(len(told)), dtype="str"),
                "method": names.reindex(told).astype("str").to_numpy(),
            }
        )


def _open(rasters: Mapping[str, Path], stack: ExitStack) -> list[Source]:
    sources: list[Source] = []
    problems: list[Problem] = []
    for name, path in rasters.items():
        variable: Variable = "rain" if dataset(name).layer == "rain" else "terrain"
        try:
            raster = stack.enter_context(open_raster(path))
        except ContractError as error:
            problems += error.problems
            continue
        if variable == "rain" and raster.band_count != MONTHS:
            problems.append(
                Problem(
                    what="ráster de lluvia incompleto",
                    where=path.name,
                    expected="doce bandas, de enero a diciembre",
                    found=f"{raster.band_count}",
                    repair="reúna los doce meses en un solo archivo",
                )
            )
            continue
        sources.append(Source(name, variable, raster, tuple(nodata_findings(raster))))
    raise_if_any(problems, ContractError)
    return sources
