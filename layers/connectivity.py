"""
Digital connectivity: operators with mobile internet (2024), households and dwellings without services (2017), and
coverage by settlement where its operators' layer reaches.

A count of operators is not a share of people: it says that at least one rural settlement is covered by each. In the
layer of settlements the list of settlements is the denominator: inside the territory that the layer covers, a
settlement that it does not name has no coverage; outside that territory nothing is known.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.quality import Finding, examples, found
from layers.joining import by_district, share_pct
from layers.methods import within_any

TECHNOLOGIES = ("2g", "3g", "4g", "5g")
MEASURES = {"total": "total_share", "guaranteed": "guaranteed_share"}

# Judgement: a settlement has a technology when at least half of it has. In the file of Huarochiri of 2025, 62 % of the
# settlements have some 4G (total), 50 % in half of their extent or more, 44 % in 80 % or more.
COVERED_FROM_SHARE = 0.5


def rural_operators_count(ubigeo: pd.Series, mobile_internet: pd.DataFrame) -> pd.Series:
    """Return operators with mobile internet in at least one rural settlement; missing without rural settlements."""
    return by_district(ubigeo, mobile_internet, "rural_operators_count")


def without_service_pct(ubigeo: pd.Series, census: pd.DataFrame, without: str, total: str) -> pd.Series:
    """Return 100 x `without` / `total` from two count columns of the census; missing where it did not report."""
    return share_pct(by_district(ubigeo, census, without), by_district(ubigeo, census, total))


def literacy(ubigeo: pd.Series, counts: pd.DataFrame | None) -> pd.DataFrame:
    """
    Return who reads and writes among those asked.

    Parameters
    ----------
    counts
        literate_count, illiterate_count by ubigeo (people of 3 years or more, census of 2017); None without the layer.

    Returns
    -------
    literacy
        literacy_pct (0-100), literacy_asked_count; missing where the census did not report.
    """
    if counts is None:
        return pd.DataFrame(np.nan, index=ubigeo.index, columns=["literacy_pct", "literacy_asked_count"])
    reads, does_not = (by_district(ubigeo, counts, name) for name in ("literate_count", "illiterate_count"))
    asked = reads + does_not
    return pd.DataFrame({"literacy_pct": share_pct(reads, asked), "literacy_asked_count": asked})


def without_impossible_shares(coverage: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """
    Return the layer with shares outside 0-1 made unknown, and how many they were.

    The row stays: a settlement whose row were dropped would pass for one without coverage.
    """
    kept, findings = coverage.copy(), []
    for column in MEASURES.values():
        wrong = ~kept[column].between(0.0, 1.0) & kept[column].notna()
        findings.append(
            Finding(
                code="share_out_of_range",
                message=f"Coberturas fuera de 0 a 1 en «{column}».",
                count=int(wrong.sum()),
                effect="Se excluyen: esa cobertura queda «sin dato», no se recorta a 1.",
                repair="Corrija el valor en el origen; si son porcentajes, divídalos entre 100.",
                examples=examples(kept.loc[wrong, "settlement_code"] + ": " + kept.loc[wrong, column].astype("str")),
            )
        )
        kept[column] = kept[column].mask(wrong)
    return kept, found(findings)


def covered_settlements(coverage: pd.DataFrame) -> pd.DataFrame:
    """
    Return which settlements have each technology by any operator.

    The best operator counts, never the sum of several: two halves may be the same half.

    Parameters
    ----------
    coverage
        Canonical rows settlement x operator x technology, shares 0-1 (missing: unknown).

    Returns
    -------
    covered
        Indexed by settlement_code; columns `{technology}_{total|guaranteed}`: 1 covered, 0 not, missing unknown. A
        technology without row is 0. `*_guaranteed` is all missing if the source tells no guaranteed share at all.
    """
    # numbered once: grouping by text eight times is what takes the time
    numbers, names = pd.factorize(coverage["settlement_code"])
    codes, number = pd.Index(names, name="settlement_code"), pd.Series(numbers, index=coverage.index)
    columns = {}
    for measure, column in MEASURES.items():
        tells = coverage[column].notna().any()
        for technology in TECHNOLOGIES:
            chosen = coverage["technology"].eq(technology)
            state = _any_operator(number[chosen], coverage.loc[chosen, column]).reindex(
                range(len(codes)), fill_value=0.0
            )
            columns[f"{technology}_{measure}"] = state.to_numpy() if tells else np.nan
    return pd.DataFrame(columns, index=codes)


def _any_operator(codes: pd.Series, share: pd.Series) -> pd.Series:
    state = share.ge(COVERED_FROM_SHARE).astype(float).groupby(codes).max()
    doubtful = share.isna().groupby(codes).any()
    return state.mask(state.eq(0.0) & doubtful)


@dataclass(frozen=True)
class SettlementCoverage:
    """The list of settlements with the coverage that the layer gives them, and what did not fit."""

    frame: pd.DataFrame
    """Settlements of the list inside the scope: settlement_code, ubigeo, is_in_layer, the columns of `covered`."""
    findings: list[Finding]


def on_the_list(
    settlement_codes: pd.Series, placed: pd.Series, covered: pd.DataFrame, scope: Collection[str]
) -> SettlementCoverage:
    """
    Return the settlements of the list inside the scope, joined by code to the layer.

    Parameters
    ----------
    settlement_codes, placed
        Codes (10 characters) and districts by position, same index.
    covered
        Indexed by settlement_code (`covered_settlements`, other columns allowed).
    scope
        Territories for which the layer is complete. A settlement counts when both its code and its position lie
        inside: by its code the layer would name it, by its position it belongs to a district that is covered whole.
    """
    by_code = within_any(settlement_codes.str[:6], scope)
    by_position = within_any(placed, scope)
    inside = by_code & by_position
    frame = pd.DataFrame({"settlement_code": settlement_codes[inside], "ubigeo": placed[inside]})
    position = covered.index.get_indexer(pd.Index(frame["settlement_code"]))
    named = position >= 0
    for name in covered.columns:
        # a column that the source does not tell stays unknown for the absent too
        absent_value = 0.0 if covered[name].notna().any() else np.nan
        # position -1, the last of the list, is where the absent find their value
        frame[name] = np.append(covered[name].to_numpy(dtype=np.float64), absent_value)[position]
    frame["is_in_layer"] = named
    findings = _joining_findings(settlement_codes, by_code, by_position, placed, covered, scope)
    absent = Finding(
        code="settlement_absent",
        message="Centros poblados de la lista que la capa de cobertura no nombra.",
        count=int((~named).sum()),
        severity="info",
        effect="Cuentan como sin cobertura: dentro de su ámbito, ausente es 0 %.",
        repair="Verifique que la capa cubra todo el ámbito declarado.",
        examples=examples(frame.loc[~named, "settlement_code"]),
    )
    return SettlementCoverage(frame, found([*findings, absent]))


def _joining_findings(
    codes: pd.Series,
    by_code: pd.Series,
    by_position: pd.Series,
    placed: pd.Series,
    covered: pd.DataFrame,
    scope: Collection[str],
) -> list[Finding]:
    layer_codes = pd.Series(covered.index, dtype="str")
    declared = within_any(layer_codes.str[:6], scope)
    unlisted = layer_codes[declared & (pd.Index(codes.unique()).get_indexer(covered.index) < 0)]
    with_4g = int(covered.loc[unlisted, "4g_total"].eq(1.0).sum()) if "4g_total" in covered else 0
    moved = by_code & ~by_position & placed.notna()
    foreign = by_position & ~by_code
    return [
        Finding(
            code="settlement_not_listed",
            message=f"Centros poblados de la capa que no están en la lista; {with_4g:,} de ellos tienen 4G.",
            count=len(unlisted),
            effect="No entran al numerador ni al denominador: el denominador es la lista de centros poblados.",
            repair="Actualice la lista de centros poblados o corrija los códigos.",
            examples=examples(unlisted),
        ),
        Finding(
            code="settlement_out_of_scope",
            message="Centros poblados de la capa fuera del ámbito que declara.",
            count=int((~declared).sum()),
            effect="No se usan: fuera del ámbito la capa no es completa.",
            repair="Amplíe el ámbito declarado si la capa lo cubre por completo.",
            examples=examples(layer_codes[~declared]),
        ),
        Finding(
            code="scope_code_elsewhere",
            message="Centros poblados con código del ámbito cuya posición cae en un distrito fuera de él.",
            count=int(moved.sum()),
            effect="No entran: su distrito no está cubierto por la capa.",
            repair="Revise el código o las coordenadas.",
            examples=examples(codes[moved]),
        ),
        Finding(
            code="scope_position_foreign_code",
            message="Centros poblados dentro del ámbito cuyo código es de otro territorio.",
            count=int(foreign.sum()),
            effect="No entran al denominador: la capa no los nombraría.",
            repair="Revise el código o las coordenadas.",
            examples=examples(codes[foreign]),
        ),
    ]


def settlement_shares(ubigeo: pd.Series, listed: pd.DataFrame) -> pd.DataFrame:
    """
    Return the settlements of each district with each technology, as percentages, and the shortfall of 4G.

    Parameters
    ----------
    ubigeo
        The districts, in the order wanted.
    listed
        `SettlementCoverage.frame`.

    Returns
    -------
    shares
        settlements_with_{2g,3g,4g,5g}_pct, settlements_with_4g_guaranteed_pct (0-100 of the settlements whose
        coverage is known), settlements_without_4g_count, coverage_settlements_count; missing outside the scope.
    """
    wanted = {f"settlements_with_{name}_pct": f"{name}_total" for name in TECHNOLOGIES}
    wanted["settlements_with_4g_guaranteed_pct"] = "4g_guaranteed"
    grouped = listed.groupby("ubigeo")
    columns = {field: 100.0 * grouped[column].mean() for field, column in wanted.items()}
    lacking = listed["4g_total"].eq(0.0).astype(float).groupby(listed["ubigeo"]).sum()
    unknown = grouped["4g_total"].count().eq(0)
    columns["settlements_without_4g_count"] = lacking.mask(unknown)
    columns["coverage_settlements_count"] = grouped.size().astype(float)
    table = pd.DataFrame(columns).astype(float).reindex(ubigeo)
    return table.set_axis(ubigeo.index)
