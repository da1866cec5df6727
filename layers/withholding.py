"""
Withholding: no published cell tells of fewer than five producers, nor can it be worked out from its neighbours.

A count of one to four is withheld (primary). A province's total is published beside its districts, so a single withheld
district would be the total minus the others: the smallest other districts of the province are withheld too
(complementary), until the withheld ones are at least two and hold at least five producers together. What cannot be
hidden inside a province makes the province's own total be withheld, by the same rule among the provinces of its
department. Zero says nothing of anybody and stays. Method: primary and complementary cell suppression (Hundepool and
others, Statistical Disclosure Control, 2012, chapter 4), by magnitude of the smallest cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from geodata.fields import Field
from geodata.ubigeo import Level, entity_code

MINIMUM_PRODUCERS = 5
"""No cell under five producers (domain.md section 11)."""

COUNTED_PEOPLE: Mapping[str, str] = {"ppa_2024": "ppa_producers_count", "cenagro_2012": "units_count"}
"""Datasets made from people, and the field that counts them: whatever comes from the dataset rests on that count."""

_HIDING_COUNT = 2
"""One withheld cell beside a total is no secret."""


def withheld_codes(counts: pd.Series, minimum: int = MINIMUM_PRODUCERS) -> dict[Level, set[str]]:
    """
    Return the codes whose count is withheld at each level.

    Parameters
    ----------
    counts
        Producers by district, indexed by ubigeo; missing where nobody knows.
    minimum
        The smallest count that may be published, apart from zero.

    Returns
    -------
    withheld
        Codes by level: `district`, `province`, `department`.
    """
    districts = counts.dropna()
    provinces = _sum_to(districts, "province")
    departments = _sum_to(provinces, "department")
    hidden_departments = _hidden(departments, pd.Series("", index=departments.index), set(), minimum)
    hidden_provinces = _hidden(provinces, _parents(provinces, "department"), hidden_departments, minimum)
    hidden_districts = _hidden(districts, _parents(districts, "province"), hidden_provinces, minimum)
    return {"district": hidden_districts, "province": hidden_provinces, "department": hidden_departments}


def withheld_by_dataset(districts: pd.DataFrame) -> dict[str, dict[Level, set[str]]]:
    """Return, for each dataset made from people, the codes withheld at each level."""
    by_code = districts.set_index("ubigeo")
    return {dataset: withheld_codes(by_code[count]) for dataset, count in COUNTED_PEOPLE.items() if count in by_code}


def withhold(
    table: pd.DataFrame,
    level: Level,
    fields: Iterable[Field],
    withheld: Mapping[str, Mapping[Level, set[str]]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Return the table as it may be published, and the list of what it withholds.

    Parameters
    ----------
    table
        Territories of one level, with `ubigeo`.
    fields
        The dictionary: a field is withheld where any of its datasets is.

    Returns
    -------
    shown, statuses
        `shown`: the table with withheld cells missing. `statuses`: `level`, `ubigeo`, `field`, one row per cell.
    """
    shown, rows = table.copy(), []
    for field in fields:
        codes = {code for name in field.datasets for code in withheld.get(name, {}).get(level, ())}
        if field.id not in table or not codes:
            continue
        hidden = table["ubigeo"].isin(codes)
        shown[field.id] = shown[field.id].mask(hidden)
        rows += [(level, code, field.id) for code in table.loc[hidden, "ubigeo"]]
    return shown, pd.DataFrame(rows, columns=["level", "ubigeo", "field"], dtype="str")


def _hidden(counts: pd.Series, parents: pd.Series, hidden_parents: set[str], minimum: int) -> set[str]:
    """Return the withheld among siblings, family by family."""
    hidden: set[str] = set()
    for parent, family in counts.groupby(parents):
        small = family[(family > 0) & (family < minimum)]
        if parent in hidden_parents:
            # its total is no help to anybody, unless all its members can be added up to it
            hidden |= set(small.index) or {_one_of(family, minimum)}
        elif len(small):
            hidden |= {*small.index, *_complement(family, small, minimum)}
    return hidden


def _one_of(family: pd.Series, minimum: int) -> str:
    """Return the smallest member that is large enough to hide another, or the largest when none is."""
    ordered = family.sort_index().sort_values(kind="stable")
    enough = ordered[ordered >= minimum]
    return str(enough.index[0] if len(enough) else ordered.index[-1])


def _complement(family: pd.Series, small: pd.Series, minimum: int) -> list[str]:
    """Return the smallest other members that make the withheld ones two at least, and `minimum` together."""
    others = family.drop(small.index)
    others = others[others > 0].sort_index().sort_values(kind="stable")
    count, total, chosen = len(small), float(small.sum()), []
    for code, value in others.items():
        if count >= _HIDING_COUNT and total >= minimum:
            break
        chosen.append(str(code))
        count, total = count + 1, total + float(value)
    return chosen


def _parents(counts: pd.Series, level: Level) -> pd.Series:
    codes = counts.index.to_series().astype("str")
    return entity_code(codes, level)


def _sum_to(counts: pd.Series, level: Level) -> pd.Series:
    return counts.groupby(_parents(counts, level)).sum()
