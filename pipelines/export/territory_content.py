"""What the two pages of a territory say, as plain texts: the typesetter only places them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from geodata.catalog import load_catalog
from geodata.columns import load_columns
from geodata.fields import Field, load_fields
from geodata.ubigeo import LEVELS, Level, level_of
from layers.comparison import Compared, compare
from layers.gaps import ACTIONABLE
from layers.rendering.classification import format_number
from pipelines.export.safe_text import shortened
from pipelines.export.selection import DEMO_NOTICE
from pipelines.export.territory_tables import TerritoryTables

GAPS_AT_MOST, GAPS_ABOVE_AT_MOST, PRODUCTS_AT_MOST, SOURCES_AT_MOST = 8, 3, 5, 24
"""What two pages hold; the pages say how many gaps they leave out."""

LONGEST_NAME, LONGEST_TEXT = 60, 130

FIGURES = (
    "population_count",
    "poverty_pct",
    "ppa_producers_count",
    "agricultural_area_ha",
    "agricultural_area_per_producer_ha",
    "units_under_5ha_pct",
    "crop_value_pen_thousand",
    "crop_value_per_producer_pen",
    "capital_altitude_m",
    "altitude_mean_m",
    "rain_annual_mm",
    "irrigated_area_best_pct",
    "capital_distance_km",
    "rural_settlements_near_road_pct",
    "rai_pct",
    "vecinal_road_inadequate_pct",
    "departmental_road_inadequate_pct",
    "settlements_with_4g_pct",
    "rural_operators_count",
    "households_without_mobile_pct",
    "households_without_internet_pct",
    "whatsapp_reach_upper_pct",
)
"""The figures of a first conversation: who farms there, what there is of each public good (proposed)."""

_MEDIAN: Mapping[Level, str] = {
    "district": "Mediana de la Sierra",
    "province": "Mediana, provincias de la Sierra",
    "department": "Mediana, departamentos con Sierra",
}
_ABOVE_TITLE: Mapping[Level, str] = {"district": "De su provincia y su departamento", "province": "De su departamento"}

NO_COST = "sin costo unitario confiable"
_MILLION = 1e6


def content_of(ubigeo: str, tables: TerritoryTables) -> dict[str, Any]:
    """Return the texts of a territory; `ubigeo` must exist in the publication."""
    row = tables.row(ubigeo)
    level = level_of(ubigeo)
    compared = _compared(ubigeo, tables)
    inside, above = _acting(tables.gaps_inside(ubigeo)), _acting(tables.gaps_above(ubigeo))
    shown = pd.concat([inside.head(GAPS_AT_MOST), above.head(GAPS_ABOVE_AT_MOST)])
    holders = [part for part in ("province", "department") if part != level and pd.notna(row.get(part))]
    return {
        "name": shortened(str(row["name"]), LONGEST_NAME),
        "code": ubigeo,
        "level": load_columns()["level"].values[level],
        "parents": ", ".join(shortened(str(row[part]), LONGEST_NAME) for part in holders) or "Perú",
        "standing": standing(row, tables.robustness),
        "headings": ["Indicador", "Aquí", *(heading for _, heading in _beside(level)), _MEDIAN[level]],
        "figures": _figure_rows(compared, row, tables),
        "gaps": [gap_cells(gap, ubigeo) for gap in inside.head(GAPS_AT_MOST).to_dict("records")],
        "gaps_left_out": max(0, len(inside) - GAPS_AT_MOST),
        "above_title": _ABOVE_TITLE.get(level, ""),
        "gaps_above": [gap_cells(gap, ubigeo) for gap in above.head(GAPS_ABOVE_AT_MOST).to_dict("records")],
        "unknown": _unknown(tables.gaps_inside(ubigeo), ubigeo),
        "products": _products(ubigeo, tables.leading_products),
        "sources": _sources((one.field for one in compared if _is_known(one)), shown, tables),
    }


def standing(row: pd.Series, robustness: pd.DataFrame) -> list[str]:
    """Return score with its range, axes, quadrant and place, a sentence each; or why there is no score."""
    said = []
    own = robustness[robustness["ubigeo"].eq(row["ubigeo"]) & robustness["scope"].eq("sierra")]
    if pd.isna(row.get("viability_score")):
        gate = row.get("gate")
        reason = load_columns()["gate"].values.get(str(gate)) if pd.notna(gate) else None
        said.append(f"No viable hoy: {reason}." if reason else "Viabilidad estimada: sin dato o reservada.")
    else:
        score = f"Viabilidad estimada: {row['viability_score']:.0f} de 100"
        if len(own):
            score += (
                f", entre {own['score_p05'].iloc[0]:.0f} y {own['score_p95'].iloc[0]:.0f} si los pesos fueran otros"
            )
        said.append(f"{score}.")
    if pd.notna(row.get("potential_score")) and pd.notna(row.get("conditions_score")):
        said.append(f"Potencial {row['potential_score']:.0f} · Condiciones {row['conditions_score']:.0f}.")
    if pd.notna(row.get("quadrant")):
        said.append(f"Cuadrante: {load_columns()['quadrant'].values.get(str(row['quadrant']), row['quadrant'])}.")
    if pd.notna(row.get("viability_rank")):
        place = f"Puesto {row['viability_rank']:,.0f} en la Sierra"
        if len(own):
            place += f", entre {own['rank_p05'].iloc[0]:,.0f} y {own['rank_p95'].iloc[0]:,.0f}"
        said.append(f"{place}.")
    return said


def gap_cells(gap: Mapping[Any, Any], ubigeo: str) -> dict[str, str]:
    """Return a gap as texts; one of another territory carries its name and level."""
    words = load_columns()["severity"].values
    elsewhere = "" if gap["ubigeo"] == ubigeo else f"{gap['name']} ({load_columns()['level'].values[gap['level']]})"
    official = "" if pd.isna(gap.get("official_name")) else f"Nombre oficial: {gap['official_name']}"
    quality = gap.get("quality")
    year = f"{gap['year']:.0f}" if pd.notna(gap["year"]) else "sin año"
    if isinstance(quality, str) and quality not in ("publicado", "medido"):
        year += f", {quality}"
    return {
        "severity": words.get(gap["severity"], gap["severity"]),
        "is_critical": "1" if gap["severity"] == "critical" else "",
        "label": shortened(str(gap["label"]), LONGEST_TEXT),
        "where": shortened(elsewhere, LONGEST_NAME),
        "official": shortened(official, LONGEST_TEXT),
        "value": f"{_plain(gap['value'])} {gap['unit']} ({year})",
        "standard": f"{_plain(gap['adequate'])} ({gap['basis']})",
        "shortfall": f"{_plain(gap['shortfall'])} {gap['shortfall_unit']}",
        "responsible": shortened(f"{gap['responsible']} ({gap['responsible_level']})", LONGEST_TEXT),
        "cost": cost_range(gap["cost_low_pen"], gap["cost_high_pen"]),
    }


def cost_range(low_pen: float, high_pen: float) -> str:
    """Return a range of cost in soles, or that no unit cost can be trusted."""
    if pd.isna(low_pen) or pd.isna(high_pen):
        return NO_COST
    if high_pen >= _MILLION:
        return f"S/ {low_pen / _MILLION:,.1f}–{high_pen / _MILLION:,.1f} M"
    return f"S/ {low_pen:,.0f}–{high_pen:,.0f}"


def _acting(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the gaps to act on, in the order of the list, which is that of their priority."""
    return gaps[gaps["severity"].isin(set(ACTIONABLE))]


def _unknown(gaps: pd.DataFrame, ubigeo: str) -> str:
    """Return what nobody knows of the territory itself: silence is not good news."""
    labels = gaps.loc[gaps["severity"].eq("no_data") & gaps["ubigeo"].eq(ubigeo), "label"]
    return shortened(", ".join(labels.unique()), 3 * LONGEST_TEXT)


def _compared(ubigeo: str, tables: TerritoryTables) -> list[Compared]:
    fields = load_fields()
    present = [fields[name] for name in FIGURES if name in fields and _is_published(fields[name], tables)]
    return compare(ubigeo, tables.by_level, present)


def _beside(level: Level) -> list[tuple[str, str]]:
    """Return the territories that hold one of a level, as attribute of a comparison and heading."""
    return [("province", "Provincia"), ("department", "Departamento")][LEVELS.index(level) :]


def _is_known(one: Compared) -> bool:
    return not np.isnan([one.own, one.province, one.department, one.sierra_median]).all()


def _is_published(field: Field, tables: TerritoryTables) -> bool:
    return all(field.id in table.columns for level, table in tables.by_level.items() if field.at(level))


def _figure_rows(compared: Iterable[Compared], row: pd.Series, tables: TerritoryTables) -> list[list[str]]:
    cells = tables.withheld
    withheld = set(cells.loc[cells["ubigeo"].eq(row["ubigeo"]), "field"])
    level = level_of(str(row["ubigeo"]))
    simulated = tables.publication.simulated_datasets
    found = []
    for one in compared:
        missing = "reservado" if one.field.id in withheld else "sin dato" if one.field.at(level) else "no a este nivel"
        year = "simulado" if simulated & set(one.field.datasets) else str(one.field.year)
        found.append(
            [
                f"{one.field.label} ({one.field.unit}; {year})",
                _figure(one.own, one.field, missing),
                *(_figure(getattr(one, part), one.field, "—") for part, _ in _beside(level)),
                _figure(one.sierra_median, one.field, "—"),
            ]
        )
    return found


def _products(ubigeo: str, leading: pd.DataFrame) -> str:
    own = leading[leading["ubigeo"].eq(ubigeo)].head(PRODUCTS_AT_MOST)
    return "; ".join(
        f"{shortened(str(row['product']), LONGEST_NAME)} (S/ {_figure_of(row['value_pen_thousand'])} mil)"
        for row in own.to_dict("records")
    )


def _sources(fields: Iterable[Field], gaps: pd.DataFrame, tables: TerritoryTables) -> list[str]:
    used = {name for field in fields for name in field.datasets}
    used |= {name for cell in gaps["datasets"].dropna().unique() for name in cell.split(", ")}
    simulated = tables.publication.simulated_datasets
    cited = [
        shortened(f"{record.title} ({record.publisher_acronym}, {record.reference_year})", LONGEST_TEXT)
        for record in load_catalog().values()
        if record.id in used - simulated
    ]
    own = [f"{DEMO_NOTICE}."] if tables.publication.is_demo else []
    return [*own, *cited[:SOURCES_AT_MOST]]


def _figure(value: float, field: Field, missing: str) -> str:
    return missing if np.isnan(value) else format_number(value, field.decimals)


def _figure_of(value: float) -> str:
    return "sin dato" if pd.isna(value) else format_number(float(value), 0)


def _plain(value: float) -> str:
    return "sin dato" if pd.isna(value) else format_number(float(value), 1).removesuffix(".0")
