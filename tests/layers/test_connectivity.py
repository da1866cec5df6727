"""Connectivity: operators counted, households without service as a share of those that were asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.quality import Finding
from layers import connectivity
from tests.layers.examples import codes

UBIGEO = codes("010101", "010102", "010103", "010104", start=3)


def test_no_operator_is_zero_and_no_rural_settlement_is_missing() -> None:
    """Zero operators is a gap; a district without rural settlements has none to cover."""
    layer = pd.DataFrame({"ubigeo": UBIGEO.iloc[:3], "rural_operators_count": [0.0, 4.0, np.nan]})
    found = connectivity.rural_operators_count(UBIGEO, layer)
    assert found.iloc[:2].tolist() == [0, 4]
    assert found.iloc[2:].isna().all()
    assert found.index.equals(UBIGEO.index)


def test_share_without_service_is_of_the_units_that_reported() -> None:
    """30 of 120 households are 25 %; none of 50 is 0 %; of no households, or not reported, is unknown."""
    census = pd.DataFrame({"ubigeo": UBIGEO.iloc[:3], "without": [30.0, 0.0, 0.0], "households": [120.0, 50.0, 0.0]})
    found = connectivity.without_service_pct(UBIGEO, census, "without", "households")
    assert found.iloc[:2].tolist() == [25, 0]
    assert found.iloc[2:].isna().all()


SCOPE = ("010100",)
PLACED = pd.Series(["010101", "010101", "010102", "010102", None], index=range(7, 12), dtype="str")
LISTED = pd.Series(["0101010001", "0101010002", "0101020001", "0101020002", "0101020003"], index=PLACED.index)


def rows(*given: tuple[str, str, str, float, float]) -> pd.DataFrame:
    """Return coverage rows: settlement, operator, technology, guaranteed and total share."""
    names = ["settlement_code", "operator", "technology", "guaranteed_share", "total_share"]
    return pd.DataFrame(list(given), columns=names).assign(over_1_mbps=np.nan)


def listed(coverage: pd.DataFrame, scope: tuple[str, ...] = SCOPE) -> connectivity.SettlementCoverage:
    return connectivity.on_the_list(LISTED, PLACED, connectivity.covered_settlements(coverage), scope)


def codes_of(findings: list[Finding]) -> dict[str, int]:
    return {finding.code: finding.count for finding in findings}


def test_the_best_operator_counts_never_the_sum() -> None:
    """Two operators with 30 % each do not make a covered settlement; one with 50 % does."""
    covered = connectivity.covered_settlements(
        rows(
            ("a", "claro", "4g", 0.0, 0.3),
            ("a", "entel", "4g", 0.0, 0.3),
            ("b", "claro", "4g", 0.1, 0.5),
            ("b", "entel", "4g", 0.6, 0.2),
        )
    )
    assert covered["4g_total"].to_dict() == {"a": 0, "b": 1}
    assert covered["4g_guaranteed"].to_dict() == {"a": 0, "b": 1}


def test_a_technology_without_row_is_not_covered() -> None:
    """A settlement with 2G only has no 4G; each technology stands alone."""
    covered = connectivity.covered_settlements(rows(("a", "claro", "2g", 1.0, 1.0)))
    assert covered[["2g_total", "3g_total", "4g_total", "5g_total"]].to_numpy().tolist() == [[1, 0, 0, 0]]


def test_an_unknown_share_is_not_zero() -> None:
    """Unknown beside a low share is unknown; beside a whole one it does not matter."""
    covered = connectivity.covered_settlements(
        rows(
            ("a", "claro", "4g", 0.0, np.nan),
            ("a", "entel", "4g", 0.0, 0.1),
            ("b", "claro", "4g", 0.0, np.nan),
            ("b", "entel", "4g", 0.0, 0.9),
        )
    )
    assert covered["4g_total"].isna().to_dict() == {"a": True, "b": False}
    assert covered["4g_total"]["b"] == 1


def test_a_source_that_tells_no_guarantee_gives_none() -> None:
    """Flags say service, not guarantee: guaranteed coverage is unknown everywhere, also for absent settlements."""
    made = listed(rows(("0101010001", "claro", "4g", np.nan, 1.0)))
    assert made.frame["4g_guaranteed"].isna().all()
    assert made.frame["4g_total"].tolist() == [1, 0, 0, 0]


def test_absent_settlement_is_without_coverage_inside_the_scope() -> None:
    """Of two listed settlements the layer names one: 50 %; a district it does not name at all has 0 %, not missing."""
    made = listed(rows(("0101010001", "claro", "4g", 0.2, 1.0)))
    shares = connectivity.settlement_shares(UBIGEO, made.frame)
    assert shares["settlements_with_4g_pct"].iloc[:2].tolist() == [50, 0]
    assert shares["settlements_with_4g_guaranteed_pct"].iloc[:2].tolist() == [0, 0]
    assert shares["settlements_without_4g_count"].iloc[:2].tolist() == [1, 2]
    assert shares["coverage_settlements_count"].iloc[:2].tolist() == [2, 2]
    assert codes_of(made.findings) == {"settlement_absent": 3}
    assert shares.index.equals(UBIGEO.index)


def test_an_empty_layer_says_nothing() -> None:
    """A layer without rows does not even tell which coverage it would give: unknown, not zero."""
    nothing = rows(("0101010001", "claro", "4g", 1.0, 1.0)).head(0)
    assert listed(nothing).frame["4g_total"].isna().all()


def test_outside_the_scope_nothing_is_known() -> None:
    """A district that the layer does not cover is missing, never 0 %."""
    shares = connectivity.settlement_shares(UBIGEO, listed(rows(("0101010001", "claro", "4g", 1.0, 1.0))).frame)
    assert shares.iloc[2:].isna().all(axis=None)


def test_codes_that_are_not_on_the_list_are_told_and_change_no_denominator() -> None:
    """The list is the denominator: a covered settlement that it does not know is counted in the report only."""
    made = listed(rows(("0101010001", "claro", "4g", 1.0, 1.0), ("0101019999", "claro", "4g", 1.0, 1.0)))
    assert connectivity.settlement_shares(UBIGEO, made.frame)["settlements_with_4g_pct"].iloc[0] == 50
    unlisted = next(finding for finding in made.findings if finding.code == "settlement_not_listed")
    assert (unlisted.count, unlisted.examples) == (1, ("0101019999",))
    assert "1 de ellos tienen 4G" in unlisted.message


def test_rows_outside_the_declared_scope_are_not_used() -> None:
    """Coverage of a province that the layer does not cover whole: told, and no figure from it."""
    made = listed(rows(("0202020001", "claro", "4g", 1.0, 1.0)))
    assert codes_of(made.findings)["settlement_out_of_scope"] == 1
    assert set(made.frame["ubigeo"]) == {"010101", "010102"}


def test_code_and_position_must_both_lie_in_the_scope() -> None:
    """By its code the layer would name it; by its position its district is covered: one without the other is told."""
    codes_here = pd.Series(["0101010001", "0101010002", "0203010001"])
    placed = pd.Series(["010101", "020101", "010101"], dtype="str")
    made = connectivity.on_the_list(
        codes_here, placed, connectivity.covered_settlements(rows(("0101010001", "claro", "4g", 1.0, 1.0))), SCOPE
    )
    assert made.frame["settlement_code"].tolist() == ["0101010001"]
    assert codes_of(made.findings) == {"scope_code_elsewhere": 1, "scope_position_foreign_code": 1}


def test_unknown_settlements_leave_the_denominator() -> None:
    """One covered, one unknown: 100 % of what is known; two unknown: missing, not zero."""
    made = listed(
        rows(
            ("0101010001", "claro", "4g", 0.0, 1.0),
            ("0101010002", "claro", "4g", 0.0, np.nan),
            ("0101020001", "claro", "4g", 0.0, np.nan),
            ("0101020002", "claro", "4g", 0.0, np.nan),
        )
    )
    shares = connectivity.settlement_shares(UBIGEO, made.frame)
    assert shares["settlements_with_4g_pct"].iloc[0] == 100
    assert np.isnan(shares["settlements_with_4g_pct"].iloc[1])
    assert shares["settlements_without_4g_count"].iloc[0] == 0
    assert np.isnan(shares["settlements_without_4g_count"].iloc[1])


def test_impossible_shares_are_excluded_and_counted_never_clipped() -> None:
    """A share of 1.78 and one of -0.1 become unknown; their rows stay, or they would pass for no coverage."""
    given_rows = rows(("a", "claro", "4g", 0.5, 1.78), ("b", "claro", "4g", -0.1, 0.4), ("c", "claro", "4g", 0.0, 1.0))
    kept, findings = connectivity.without_impossible_shares(given_rows)
    assert kept["total_share"].isna().tolist() == [True, False, False]
    assert kept["guaranteed_share"].isna().tolist() == [False, True, False]
    assert [finding.count for finding in findings] == [1, 1]
    assert findings[0].examples == ("a: 1.78",)
    assert given_rows["total_share"].tolist() == [1.78, 0.4, 1.0]


def test_literacy_is_of_those_asked() -> None:
    """90 of 120 asked are 75 %; nobody asked, or not reported, or no layer, is unknown."""
    counts = pd.DataFrame({"ubigeo": UBIGEO.iloc[:2], "literate_count": [90.0, 0.0], "illiterate_count": [30.0, 0.0]})
    found = connectivity.literacy(UBIGEO, counts)
    assert found["literacy_pct"].iloc[0] == 75
    assert found["literacy_pct"].iloc[1:].isna().all()
    assert found["literacy_asked_count"].iloc[:2].tolist() == [120, 0]
    assert connectivity.literacy(UBIGEO, None).isna().all(axis=None)


SHARES = st.one_of(st.floats(0, 1), st.just(np.nan))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), SHARES, SHARES), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_more_coverage_never_uncovers(given_rows: list[tuple[str, str, float, float]]) -> None:
    """Another operator with whole coverage can only turn a settlement to covered; the others stay as they were."""
    before = rows(*[(code, operator, "4g", low, high) for code, operator, low, high in given_rows])
    after = pd.concat([before, rows(("a", "w", "4g", 1.0, 1.0))], ignore_index=True)
    old, new = (connectivity.covered_settlements(table)["4g_total"] for table in (before, after))
    assert new["a"] == 1
    others = [code for code in old.index if code != "a"]
    assert new[others].equals(old[others])
