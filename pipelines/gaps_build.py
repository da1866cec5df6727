"""The gap list of a publication: standards in force, the census and the survey beside the published tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geodata.columns import SIMULATED
from geodata.crop_windows import load_windows, windows_of
from geodata.fields import Field
from geodata.method_words import load_methods
from geodata.standards import Standard, gap_fields, load_standards, standards_of
from geodata.ubigeo import Level
from layers.gaps import gap_list, with_quality
from layers.gaps.products import product_names
from pipelines.census_build import CensusTables
from pipelines.public_goods import PublicGoods

PADRON_FIELD = "padron_coverage_pct"

_SURVEY_FIELDS = {
    "technical_assistance": "ena_technical_assistance_pct",
    "training": "ena_training_pct",
    "association_member": "ena_association_member_pct",
    "credit_obtained": "ena_credit_obtained_pct",
}
"""Question of the survey -> field of the gap list. Whole departments only."""

_NO_FIGURE = ("reservado", "sin_error_muestral")
"""Status of a share of the survey that has no figure, or none whose error is known."""

_WORDS = ("parcial", "aproximado", "referencial")
"""Qualities that this module tells directly, besides those of the methods."""


@dataclass(frozen=True)
class GapRules:
    """What the list is judged by: standards in force and names of the products."""

    standards: Mapping[str, Standard]
    product_labels: Mapping[str, str]

    @classmethod
    def of(cls, root: Path | None = None) -> GapRules:
        """Return the project's rules, or those in force in a workspace; errors as in `standards_of`."""
        standards = load_standards() if root is None else standards_of(root)
        windows = load_windows() if root is None else windows_of(root)
        return cls(standards, {window.product: window.label for window in windows.values()})


def gap_table(
    levels: Mapping[Level, pd.DataFrame],
    goods: PublicGoods,
    road_gaps: pd.DataFrame,
    apt_from_pct: float,
    *,
    census: CensusTables | None = None,
    survey: pd.DataFrame | None = None,
    rules: GapRules | None = None,
    simulated: Collection[str] = (),
) -> pd.DataFrame:
    """
    Return the gap list of a publication.

    Parameters
    ----------
    levels
        The published tables, withheld cells empty: nothing of the list is a way back to them.
    road_gaps
        Canonical layer, for the official names as the data write them.
    apt_from_pct
        Suitability from which a product is apt.
    census, survey
        Give the private services and the gaps of the producer; without them those standards are left out.
    simulated
        Datasets whose figures are simulated: no publisher is named beside them.
    """
    rules = rules or GapRules.of()
    standards, fields = list(rules.standards.values()), gap_fields()
    tables = {level: _with_figures(table, level, standards, census, survey) for level, table in levels.items()}
    gaps = gap_list(
        tables,
        standards,
        fields,
        products=product_names(goods.products, rules.product_labels, apt_from_pct),
        official_names=official_names(road_gaps, standards, fields),
    )
    qualities = {word: method.quality for word, method in load_methods().items()} | {word: word for word in _WORDS}
    methods = pd.concat([goods.methods, _doubts(gaps, census, survey)], ignore_index=True)
    gaps = with_quality(gaps, methods.drop_duplicates(["ubigeo", "field"]), qualities)
    is_simulated = gaps["datasets"].str.split(", ").map(lambda names: not set(names).isdisjoint(simulated))
    return gaps.assign(datasets=gaps["datasets"].mask(is_simulated, SIMULATED))


def standards_table(standards: Iterable[Standard]) -> pd.DataFrame:
    """Return the standards in force, a row each, as the files that leave the house tell them."""
    columns = ("id", "good", "kind", "label", "field", "level", "better", "adequate", "critical", "shortfall_unit")
    more = ("basis", "source", "year", "responsible", "responsible_level", "cost_basis", "absence", "origin")
    return pd.DataFrame([{name: getattr(one, name) for name in (*columns, *more)} for one in standards])


def official_names(
    road_gaps: pd.DataFrame, standards: Collection[Standard], fields: Mapping[str, Field]
) -> dict[str, pd.Series]:
    """Return field -> (ubigeo -> official name of its gap), for the rows that the data hold."""
    names: dict[str, pd.Series] = {}
    for standard in standards:
        field = fields.get(standard.field)
        if field is None or field.official_name is None:
            continue
        rows = road_gaps[
            road_gaps["level"].eq(standard.level)
            & road_gaps["official_name"].eq(field.official_name)
            & road_gaps["year"].eq(field.year)
        ]
        names[field.id] = rows.drop_duplicates("ubigeo").set_index("ubigeo")["official_name"]
    return names


def _with_figures(
    table: pd.DataFrame,
    level: Level,
    standards: Collection[Standard],
    census: CensusTables | None,
    survey: pd.DataFrame | None,
) -> pd.DataFrame:
    """Return a published table with the figures of the standards that stand elsewhere."""
    added: dict[str, pd.Series] = {}
    asked = {name for one in standards for name in (one.field, one.shortfall_base) if name}
    if census is not None:
        values = census.indicators.values
        for name in sorted((asked | {"units_count"}) & set(values.columns.astype("str"))):
            added[name] = pd.Series(values[name].reindex(table["ubigeo"]).to_numpy(dtype=float), index=table.index)
        units = added["units_count"]
        added[PADRON_FIELD] = 100.0 * table["ppa_producers_count"] / units.where(units > 0)
    if level == "department" and survey is not None and len(survey):
        shown = survey[survey["level"].eq("department") & ~survey["status"].isin(_NO_FIGURE)]
        for question, name in _SURVEY_FIELDS.items():
            share = shown[shown["question"].eq(question)].set_index("area")["share_pct"]
            added[name] = pd.Series(share.reindex(table["ubigeo"]).to_numpy(dtype=float), index=table.index)
    kept = table.drop(columns=[name for name in added if name in table])
    return pd.concat([kept, pd.DataFrame(added, index=table.index)], axis=1)


def _doubts(gaps: pd.DataFrame, census: CensusTables | None, survey: pd.DataFrame | None) -> pd.DataFrame:
    """Return `ubigeo`, `field`, `method` of the figures that their own source calls partial or uncertain."""
    parts = [pd.DataFrame(columns=["ubigeo", "field", "method"], dtype="str")]
    if census is not None:
        flags = census.indicators.flags
        partial = flags.index[flags["is_not_enumerated"].astype(bool)]
        of_census = gaps[gaps["datasets"].eq("cenagro_2012") & gaps["ubigeo"].isin(partial)]
        parts.append(of_census[["ubigeo", "field"]].assign(method="parcial"))
        parts.append(gaps.loc[gaps["field"].eq(PADRON_FIELD), ["ubigeo", "field"]].assign(method="aproximado"))
    if survey is not None and len(survey):
        rough = survey[survey["level"].eq("department") & survey["status"].eq("referencial")]
        fields = rough["question"].map(_SURVEY_FIELDS)
        told = pd.DataFrame({"ubigeo": rough["area"], "field": fields, "method": "referencial"})
        parts.append(told[told["field"].notna()])
    return pd.concat(parts, ignore_index=True)
