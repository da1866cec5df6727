"""
One pass over the modules, department by department: sums by district, medians by territory, crops by district.

Only one department's rows are in memory at a time; each module is read once and joined to its units.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from geodata.ubigeo import COUNTRY
from layers.census.crops import CROP_SUMS, IS_CROP, LINE_COLUMNS, crops_by_territory, crops_by_unit
from layers.census.measures import UNIT_KEY, Chapter, Counted, Median, Quantity, required_columns
from layers.census.placing import INTERVIEWED, SEA_KEY, UNPLACED
from layers.census.units import AREAS, SMALL_CLASSES, is_area_suspect, parcels_by_unit, size_class

Census = Mapping[str, pl.LazyFrame]
"""Module (`rec01` ...) -> its rows, all departments; columns as the canonical census has them."""

BASIS = "__units"
"""What is added to the name of a sum for the units that it rests on."""

_OF_A_UNIT = ("rec04", "rec04b", "rec05a")
_PARCEL_COLUMNS = ("p036", "p037_01_01", "p037_01_03", "p037_ss")
_ROW = "unit_row"


@dataclass(frozen=True)
class Measured:
    """
    The census by district, before anything is withheld: for computing, never for showing.

    Attributes
    ----------
    sums
        `ubigeo` (today's, or `UNPLACED`) and every quantity as float, with its `__units` where it is a sum. Null where
        the module is absent for some of the units. A district without units has no row.
    medians
        `ubigeo` at the four levels and one column per median.
    crops
        `ubigeo`, `crop` and `crops.CROP_SUMS`.
    repeated_rows
        Module -> rows left out because their unit already had one.
    """

    sums: pl.DataFrame
    medians: pl.DataFrame
    crops: pl.DataFrame
    repeated_rows: Mapping[str, int]


def measure(census: Census, placed: pl.DataFrame, chapter: Chapter) -> Measured:
    """
    Return what `chapter` measures, by district.

    Parameters
    ----------
    census
        `rec01` and any other modules; what needs an absent module is null.
    placed
        From `placing.place_by_position` or `place_by_code`.
    """
    census = {module: frame.lazy() for module, frame in census.items()}
    departments = sorted(placed["ubigeo_2012"].str.head(2).unique())
    parts = [_department(census, placed, chapter, department) for department in departments]
    repeated: dict[str, int] = {}
    for part in parts:
        for module, count in part.repeated.items():
            repeated[module] = repeated.get(module, 0) + count
    crops = [part.crops for part in parts if part.crops is not None]
    medians = [item for item in chapter.derived if isinstance(item, Median)]
    return Measured(
        _added([part.sums for part in parts], ["ubigeo"]),
        _medians(pl.concat([part.values for part in parts], how="vertical"), [item.id for item in medians]),
        _added(crops, ["ubigeo", "crop"]) if crops else _no_crops(),
        repeated,
    )


@dataclass(frozen=True)
class _Part:
    sums: pl.DataFrame
    values: pl.DataFrame
    crops: pl.DataFrame | None
    repeated: Mapping[str, int]


def _department(census: Census, placed: pl.DataFrame, chapter: Chapter, department: str) -> _Part:
    repeated: dict[str, int] = {}
    here = {module: _rows_of(frame, department) for module, frame in census.items()}
    units = _units(here["rec01"], placed, chapter, repeated)
    present = {"rec01"}
    crops = None
    for module in _OF_A_UNIT:
        if module in here:
            table = here[module].select(*UNIT_KEY, *_columns_of(chapter, module, here[module])).collect()
            units = _beside(units, table, list(UNIT_KEY), module, repeated)
            present |= {module} if len(table) else set()
    if "rec02a" in here:
        table = parcels_by_unit(here["rec02a"].select(*UNIT_KEY, *_PARCEL_COLUMNS), UNIT_KEY).collect()
        units = _beside(units, table, list(UNIT_KEY), "rec02a", repeated)
        present |= {"rec02a"} if len(table) else set()
    if "rec02" in here:
        lines = _lines(here["rec02"], units)
        units = _beside(units, crops_by_unit(lines.lazy(), _ROW).collect(), [_ROW], "rec02", repeated)
        crops = crops_by_territory(lines.lazy(), _ROW).collect()
        present |= {"rec02"} if len(lines) else set()
    return _Part(_sums(units, chapter, present), _median_values(units, chapter, present), crops, repeated)


def _rows_of(frame: pl.LazyFrame, department: str) -> pl.LazyFrame:
    # a range, and not a prefix, lets Parquet skip the other departments' row groups unread
    code = pl.col("ubigeo_2012")
    return frame.filter((code >= department) & (code < f"{department}:"))


def _units(rec01: pl.LazyFrame, placed: pl.DataFrame, chapter: Chapter, repeated: dict[str, int]) -> pl.DataFrame:
    """Return the interviewed units with their district, their row number and what is worked out about their size."""
    columns = {*_columns_of(chapter, "rec01", rec01), *AREAS, "p016", "p019_01", "wsup02a"}
    units = rec01.filter(INTERVIEWED).select(*UNIT_KEY, *sorted(columns)).collect()
    units, repeated["rec01"] = _once(units, list(UNIT_KEY))
    sectors = placed.select(*SEA_KEY, "ubigeo")
    return (
        units.join(sectors, on=list(SEA_KEY), how="left", nulls_equal=True)
        .with_columns(
            pl.col("ubigeo").fill_null(UNPLACED),
            is_area_suspect().alias("is_area_suspect"),
            size_class().alias("size_class"),
        )
        .with_row_index(_ROW)
    )


def _lines(rec02: pl.LazyFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Return the crop lines with their unit's row, district and whether it is small and has land."""
    is_small = pl.col("p019_01").is_null() & pl.col("size_class").is_in(SMALL_CLASSES).fill_null(False)
    owners = units.lazy().select(*UNIT_KEY, _ROW, "ubigeo", is_small.alias("is_small"))
    lines = rec02.filter(IS_CROP).select(*UNIT_KEY, *LINE_COLUMNS)
    return lines.join(owners, on=list(UNIT_KEY), how="inner", nulls_equal=True).drop(*UNIT_KEY).collect()


def _beside(
    units: pl.DataFrame, table: pl.DataFrame, key: list[str], module: str, repeated: dict[str, int]
) -> pl.DataFrame:
    once, dropped = _once(table, key)
    repeated[module] = repeated.get(module, 0) + dropped
    return units.join(once, on=key, how="left", nulls_equal=True)


def _once(table: pl.DataFrame, key: list[str]) -> tuple[pl.DataFrame, int]:
    """Return one row per key, whatever the order of the rows, and how many were left out."""
    dropped = len(table) - table.select(key).n_unique()
    if dropped:
        table = table.sort(table.columns, nulls_last=True).unique(key, keep="first", maintain_order=True)
    return table, dropped


def _columns_of(chapter: Chapter, module: str, frame: pl.LazyFrame) -> list[str]:
    """Return the columns of the module that the chapter reads, whichever module its measures name."""
    wanted = required_columns(_expression(item) for item in (*chapter.quantities, *_medians_of(chapter)))
    held = set(frame.collect_schema().names()) - set(UNIT_KEY)
    return sorted(wanted & held)


def _expression(item: Quantity | Median) -> pl.Expr:
    return item.where if isinstance(item, Counted) else item.value


def _medians_of(chapter: Chapter) -> list[Median]:
    return [item for item in chapter.derived if isinstance(item, Median)]


def _sums(units: pl.DataFrame, chapter: Chapter, present: Iterable[str]) -> pl.DataFrame:
    columns: list[pl.Expr] = []
    for item in chapter.quantities:
        if item.module not in present:
            columns.append(pl.lit(None, pl.Float64).alias(item.id))
            columns += [] if isinstance(item, Counted) else [pl.lit(None, pl.Float64).alias(item.id + BASIS)]
        elif isinstance(item, Counted):
            # a literal stands for every unit
            where = item.where if item.where.meta.root_names() else pl.repeat(True, pl.len())
            columns.append(where.sum().cast(pl.Float64).alias(item.id))
        else:
            columns.append(item.value.cast(pl.Float64).sum().alias(item.id))
            columns.append((item.value != 0).sum().cast(pl.Float64).alias(item.id + BASIS))
    return units.lazy().group_by("ubigeo").agg(columns).collect()


def _median_values(units: pl.DataFrame, chapter: Chapter, present: Iterable[str]) -> pl.DataFrame:
    conditions = {item.id: item.where for item in chapter.quantities if isinstance(item, Counted)}
    values = [
        pl.when(conditions[item.over]).then(item.value.cast(pl.Float64)).alias(item.id)
        if item.module in present
        else pl.lit(None, pl.Float64).alias(item.id)
        for item in _medians_of(chapter)
    ]
    return units.select("ubigeo", *values)


def _medians(values: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Return the medians of the districts, provinces, departments and country."""
    code = pl.col("ubigeo")
    levels = (
        code,
        pl.concat_str(code.str.head(4), pl.lit("00")),
        pl.concat_str(code.str.head(2), pl.lit("0000")),
        pl.lit(COUNTRY),
    )
    return pl.concat(
        values.group_by(level.alias("ubigeo")).agg(pl.col(name).median() for name in names) for level in levels
    )


def _added(parts: list[pl.DataFrame], key: list[str]) -> pl.DataFrame:
    """Return the sums of the parts; what is unknown in one of them is unknown in the sum."""
    together = pl.concat(parts, how="vertical_relaxed")
    names = [name for name in together.columns if name not in key]
    sums = [
        pl.when(pl.col(name).is_null().any()).then(None).otherwise(pl.col(name).sum()).alias(name) for name in names
    ]
    return together.group_by(key).agg(sums).sort(key)


def _no_crops() -> pl.DataFrame:
    return pl.DataFrame(schema={"ubigeo": pl.String, "crop": pl.String, **dict.fromkeys(CROP_SUMS, pl.Float64)})
