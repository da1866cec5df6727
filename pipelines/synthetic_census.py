"""
A simulated IV CENAGRO 2012: microdata with INEI's variables, the published number of rows and the published totals.

No row describes anybody: units, areas, answers and positions are drawn from a seed (`synthetic_totals`,
`synthetic_units`, `synthetic_crops`, `synthetic_answers`) and nobody has a name. Real are the names of the variables,
the rows per department and module, and the totals of units and hectares to which the rows add up.
"""

from __future__ import annotations

import functools
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import polars as pl
import pyreadstat

from geodata import crs
from pipelines.demo_cells import DEMO_FOLDER, read_cells
from pipelines.demo_simulation import DEMO_SEED
from pipelines.synthetic_crops import crop_shares, make_lines, parcel_counts
from pipelines.synthetic_holdings import Columns, Department, rec01, rec02, rec02a
from pipelines.synthetic_services import rec04, rec04b, rec05a
from pipelines.synthetic_totals import MODULES, district_totals, exact_totals, published_rows, scaled, whole
from pipelines.synthetic_units import make_sectors, make_units

__all__ = ["DEPARTMENTS", "MODULES", "MODULE_CODES", "district_totals", "generate_department", "write_zips"]

# INEI's number of each module in the names of its files (cenagro-dictionary.md).
MODULE_CODES = {"rec01": 229, "rec02": 231, "rec02a": 232, "rec04": 235, "rec04b": 237, "rec05a": 239}
DEPARTMENTS = tuple(f"{number:02d}" for number in range(1, 26))
SIMULATED_LABEL = "Datos simulados"
"""Written inside every .sav: whoever reads it knows, and `geodata.readers.microdata.is_simulated` looks for it."""

MAKERS = {"rec01": rec01, "rec02": rec02, "rec02a": rec02a, "rec04": rec04, "rec04b": rec04b, "rec05a": rec05a}


def generate_department(
    department: str, *, seed: int = DEMO_SEED, scale: float = 1.0, districts: gpd.GeoDataFrame | None = None
) -> dict[str, pl.DataFrame]:
    """
    Return the simulated modules of one department; nothing depends on which others are made.

    Parameters
    ----------
    department
        Two digits, "01" to "25".
    scale
        1 gives exactly the published rows of every module; less, the same shares on fewer rows (0 < scale <= 1).
    districts
        ubigeo and polygons (EPSG:4326) in which the sectors lie; the demonstration's cells when not given.

    Returns
    -------
    modules
        "rec01", "rec02", "rec02a", "rec04", "rec04b", "rec05a" to a frame with INEI's variables in upper case, all
        Float64, null where a question is not asked; areas in hectares, positions in degrees.

    Raises
    ------
    ValueError
        If the department or the scale is none, or a district has no polygon.
    """
    made = _make(department, seed, scale, districts)
    return {module: _frame(module, MAKERS[module](made)) for module in MODULES}


def write_zips(
    folder: Path,
    departments: Iterable[str] = DEPARTMENTS,
    *,
    seed: int = DEMO_SEED,
    scale: float = 1.0,
    districts: gpd.GeoDataFrame | None = None,
) -> list[Path]:
    """
    Write the simulated modules as INEI publishes its own, `{survey}-Modulo{module}.zip` with one `.sav` each.

    Each file takes its name when it is whole. One module of one department is in memory at a time.

    Raises
    ------
    ValueError
        As `generate_department`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    surveys, written = published_rows()["survey"], []
    for department in departments:
        made = _make(department, seed, scale, districts)
        for module in MODULES:
            path = folder / f"{surveys[f'{department}0000']}-Modulo{MODULE_CODES[module]}.zip"
            _write_zip(path, department, module, _frame(module, MAKERS[module](made)))
            written.append(path)
    return written


@functools.cache
def variables() -> pd.DataFrame:
    """Return INEI's variables in the order of the dictionary: module, variable, label, value_labels."""
    return pd.read_csv(DEMO_FOLDER / "cenagro_variables.csv", keep_default_na=False)


def _make(department: str, seed: int, scale: float, districts: gpd.GeoDataFrame | None) -> Department:
    if department not in DEPARTMENTS:
        raise ValueError(f"no department {department!r}: expected two digits, 01 to 25")
    if not 0 < scale <= 1:
        raise ValueError(f"scale {scale}: expected more than 0, at most 1")
    everywhere = exact_totals(seed)
    members = everywhere[everywhere["department_ubigeo"] == f"{department}0000"]
    totals = scaled(members, scale)
    rows = published_rows().loc[[f"{department}0000"]]
    lines_count, parcels_count = (round(int(whole(rows, name)[0]) * scale) for name in ("rec02", "rec02a"))
    rng = np.random.default_rng([seed, 304, int(department)])
    units = make_units(totals, rng, scale)
    sectors = make_sectors(totals, _shapes(districts, members), _limits(), rng, scale)
    parcels = parcel_counts(units, parcels_count, rng)
    shares = crop_shares(seed)[members.index]
    irrigated = whole(totals, "irrigated")
    lines = make_lines(units, parcels, lines_count, irrigated, shares, rng)
    return Department(totals, units, sectors, parcels, lines, seed, department)


def _shapes(districts: gpd.GeoDataFrame | None, members: pd.DataFrame) -> gpd.GeoSeries:
    if districts is None:
        return _cells()
    crs.require_crs(crs.ON_DISK, districts=districts)
    shapes = districts.set_index("ubigeo").geometry
    absent = sorted(set(members["ubigeo"]) - set(shapes.index))
    if absent:
        raise ValueError(f"no polygon for {', '.join(absent[:5])} ({len(absent)} districts)")
    return shapes


@functools.cache
def _cells() -> gpd.GeoSeries:
    return read_cells().set_index("ubigeo").geometry


@functools.cache
def _limits() -> pd.DataFrame:
    text = {"ubigeo": "str", "parent_ubigeo": "str"}
    return pd.read_csv(DEMO_FOLDER.parent / "limits_changed_after_2017.csv", dtype=text)


def _frame(module: str, values: Columns) -> pl.DataFrame:
    table = variables()
    names = table.loc[table["module"] == module, "variable"]
    return pl.DataFrame({name: pl.Series(name, values[name], nan_to_null=True) for name in names})


def _write_zip(path: Path, department: str, module: str, frame: pl.DataFrame) -> None:
    table = variables()
    table = table[table["module"] == module]
    coded = {name: _value_labels(text) for name, text in zip(table["variable"], table["value_labels"], strict=True)}
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as place:
        sav, part = Path(place) / "part.sav", Path(place) / "part.zip"
        pyreadstat.write_sav(
            frame,
            str(sav),
            file_label=SIMULATED_LABEL,
            column_labels=dict(zip(table["variable"], table["label"], strict=True)),
            variable_value_labels={name: labels for name, labels in coded.items() if labels},
        )
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.write(sav, f"{department}_IVCENAGRO_{module.upper()}.sav")
        part.replace(path)


def _value_labels(text: str) -> dict[float, str]:
    """Return {1.0: "Si", 2.0: "No"} for "1 Si; 2 No"."""
    pairs = (part.strip().partition(" ") for part in text.split(";") if part.strip())
    return {float(code): label.strip() for code, _, label in pairs}
