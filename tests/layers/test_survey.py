"""Shares of the farm survey: by hand on a few clusters, and never for a district."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geodata.survey import Answers, Question
from layers.survey import COLUMNS, FEWEST_FARMS, _t_975, is_part, survey_shares

MEMBER = Question("member", "Miembro", 800, Answers(("P801",), ("Sí",)), Answers(("P801",), ("ANY",)), "de todas")
BENEFIT = Question(
    "benefit", "Beneficio", 800, Answers(("P805",), ("CHOSEN",)), Answers(("P801",), ("Sí",)), "de ellas"
)
OBTAINED = Question(
    "obtained",
    "Obtuvo",
    900,
    Answers(("P902",), ("Sí",)),
    Answers(("P901",), ("ANY",)),
    "de todas",
    True,
    "of_applicants",
)
OF_APPLICANTS = Question(
    "of_applicants", "Lo obtuvo", 900, Answers(("P902",), ("Sí",)), Answers(("P901",), ("Sí",)), "x"
)

T_1, T_2 = 12.706, 4.303
"""Student's t, 97.5 %, for one and two degrees of freedom (any table)."""


def cluster(
    name: str, yes: int, no: int, *, weight: float = 1.0, department: str = "080000", region: str = "Sierra"
) -> pd.DataFrame:
    """Return the farms of one cluster."""
    answers = ["Sí"] * yes + ["No"] * no
    return pd.DataFrame({"P801": answers}).assign(
        department=department, natural_region=region, cluster=name, weight=weight
    )


def sample(*clusters: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(clusters, ignore_index=True)


def share_of(farms: pd.DataFrame, question: Question = MEMBER, area: str = "Sierra") -> dict[str, Any]:
    """Return the row of one natural region."""
    table = survey_shares(farms, [question], "natural_region").set_index("area")
    return {str(name): value for name, value in table.loc[area].items()}


def logit_interval(share: float, error: float, quantile: float) -> tuple[float, float]:
    """Return the interval in per cent, written as in a textbook."""
    reach = quantile * error / (share * (1 - share))
    ends = (math.log(share / (1 - share)) + side * reach for side in (-1, 1))
    low, high = (100 / (1 + math.exp(-end)) for end in ends)
    return low, high


@pytest.fixture(scope="module")
def farms() -> pd.DataFrame:
    """Return a sample of 30 clusters in three strata, with weights of every size."""
    random = np.random.default_rng(7)
    places = (("080000", "Sierra"), ("080000", "Selva"), ("090000", "Sierra"))
    parts: list[pd.DataFrame] = []
    for number in range(30):
        department, region = places[number % 3]
        made = cluster(f"{number:03d}", *random.integers(2, 9, 2), department=department, region=region)
        parts.append(made.assign(weight=random.uniform(5, 300, len(made))))
    return sample(*parts)


def test_two_clusters_by_hand() -> None:
    """
    Clusters of 10 farms with 4 and 8 yes: the share is 12/20 and the variance is 2/1 x 2 x 0.1² = 0.04.

    The residual totals are (4 - 6) / 20 = -0.1 and +0.1; the mean of the two is zero. One degree of freedom.
    """
    row = share_of(sample(cluster("a", 4, 6), cluster("b", 8, 2)))
    assert row["share_pct"] == pytest.approx(60)
    assert row["cv_pct"] == pytest.approx(100 * 0.2 / 0.6)
    assert (row["low_pct"], row["high_pct"]) == pytest.approx(logit_interval(0.6, 0.2, T_1))
    assert (row["farms_count"], row["status"]) == (20, "referencial")


def test_strata_take_out_what_differs_between_them() -> None:
    """
    Two departments that differ, with clusters alike within each: no sampling error at all (by hand, 0).

    As one stratum the same four clusters have residual totals of ±0.1, so 4/3 x 4 x 0.1² > 0.
    """
    apart = sample(*(cluster(name, yes, 10 - yes, department=place) for name, yes, place in ALIKE))
    row = share_of(apart)
    assert (row["share_pct"], row["cv_pct"], row["status"]) == pytest.approx((50, 0, "publicado"))
    assert (row["low_pct"], row["high_pct"]) == pytest.approx((50, 50))
    together = share_of(apart.assign(department="080000"))
    assert together["cv_pct"] == pytest.approx(100 * math.sqrt(4 / 3 * 4 * 0.075**2) / 0.5)


ALIKE = (("a", 2, "080000"), ("b", 2, "080000"), ("c", 8, "090000"), ("d", 8, "090000"))


def test_weights_decide_the_share_not_the_farms() -> None:
    """Ten farms that stand for 3 each, with 8 yes, and ten that stand for 1, with 4 yes: (24 + 4) / 40."""
    row = share_of(sample(cluster("a", 8, 2, weight=3), cluster("b", 4, 6, weight=1)))
    assert row["share_pct"] == pytest.approx(100 * 28 / 40)


def test_clusters_without_a_farm_of_the_base_count_as_zeros() -> None:
    """
    A share among members, with members in two of four clusters: the other two still are of the sample.

    Members: 10 and 10, with 4 and 8 yes; the variance is 4/3 x (0.1² + 0.1² + 0 + 0), not 2/1 x (0.1² + 0.1²). The
    degrees of freedom are those of the clusters with members: 1.
    """
    members = sample(cluster("a", 10, 0), cluster("b", 10, 0))
    others = sample(cluster("c", 0, 10), cluster("d", 0, 10))
    members["P805"] = [*["x"] * 4, *["Pase"] * 6, *["x"] * 8, *["Pase"] * 2]
    row = share_of(pd.concat([members, others.assign(P805=None)], ignore_index=True), BENEFIT)
    error = math.sqrt(4 / 3 * 2 * 0.1**2)
    assert row["cv_pct"] == pytest.approx(100 * error / 0.6)
    assert (row["low_pct"], row["high_pct"]) == pytest.approx(logit_interval(0.6, error, T_1))


def test_a_cluster_alone_in_its_stratum_is_taken_around_zero() -> None:
    """
    Clusters a, b of Cusco and c alone in Cajamarca, 10 farms each, with 4, 4 and 10 - 3 = 7 yes: share 15/30.

    Residual totals: -1/30, -1/30 (their own mean: no variation) and +2/30, which counts squared and once.
    """
    alone = cluster("c", 7, 3, department="090000")
    row = share_of(sample(cluster("a", 4, 6), cluster("b", 4, 6), alone))
    assert row["cv_pct"] == pytest.approx(100 * (2 / 30) / 0.5)


def test_an_area_of_one_cluster_shows_nothing() -> None:
    """With one cluster there is no sampling error, so there is no figure: neither share nor interval nor farms."""
    farms = sample(cluster("a", 4, 6), cluster("b", 8, 2), cluster("c", 7, 7, department="070000", region="Costa"))
    row = share_of(farms, area="Costa")
    assert row["status"] == "sin_error_muestral"
    assert all(math.isnan(row[name]) for name in ("share_pct", "low_pct", "high_pct", "cv_pct", "farms_count"))


@pytest.mark.parametrize(
    ("yes", "no", "is_reserved"),
    [
        (FEWEST_FARMS - 1, 40, True),
        (40, FEWEST_FARMS - 1, True),
        (0, 40, True),
        (0, 0, True),
        (FEWEST_FARMS, 40, False),
        (40, FEWEST_FARMS, False),
    ],
)
def test_under_five_farms_on_either_side_nothing_is_shown(yes: int, no: int, is_reserved: bool) -> None:
    """A share and its complement are one datum: 4 yes, or 4 no, withhold the row; 5 do not."""
    unanswered = cluster("c", 0, 3).assign(P801=None)
    row = share_of(sample(cluster("a", yes, 0), cluster("b", 0, no), unanswered))
    assert (row["status"] == "reservado") == is_reserved
    assert all(
        math.isnan(row[name]) == is_reserved for name in ("share_pct", "low_pct", "high_pct", "cv_pct", "farms_count")
    )


def test_what_a_reserved_share_can_be_worked_out_from_is_reserved_too() -> None:
    """
    Of 80 farms 40 asked for credit and all but 2 obtained it: the share of applicants who did is reserved.

    38 of 80 divided by 40 of 80 would give it away, so "obtained, of all" is withheld as well; with 10 refused (9 and
    one more) both are shown.
    """
    parts = [cluster(name, 20, 20).rename(columns={"P801": "P901"}) for name in "ab"]
    farms = sample(*parts)
    farms["P902"] = farms["P901"].map({"Sí": "Sí"})
    farms.loc[[0, 40], "P902"] = "No"
    table = survey_shares(farms, [OBTAINED, OF_APPLICANTS], "department")
    assert table["status"].tolist() == ["reservado", "reservado"]
    assert table["share_pct"].isna().all()
    farms.loc[range(9), "P902"] = "No"
    shown = survey_shares(farms, [OBTAINED, OF_APPLICANTS], "department")
    assert shown["share_pct"].round(6).tolist() == [37.5, 75]
    with pytest.raises(ValueError, match="of_applicants"):
        survey_shares(farms, [OBTAINED], "department")


def test_a_question_reserved_for_itself_does_not_take_others_along() -> None:
    """Members are too few to tell; what was obtained, whose partner is told, stays."""
    farms = sample(*(cluster(name, 20, 20).rename(columns={"P801": "P901"}) for name in "ab"))
    farms["P902"] = farms["P901"].map({"Sí": "Sí"})
    farms.loc[range(10), "P902"] = "No"
    farms["P801"] = "No"
    table = survey_shares(farms, [OBTAINED, OF_APPLICANTS, MEMBER], "department").set_index("question")
    assert table["status"].eq("reservado").to_dict() == {"obtained": False, "of_applicants": False, "member": True}


def test_sizes_of_samples_do_not_give_a_reserved_cell_away() -> None:
    """23 farms interviewed are told as 25, and 22 as 20: a difference of a few farms says nothing."""
    assert share_of(sample(cluster("a", 8, 4), cluster("b", 6, 5)))["farms_count"] == 25
    assert share_of(sample(cluster("a", 8, 4), cluster("b", 5, 5)))["farms_count"] == 20


def test_missing_is_not_a_no_unless_the_questionnaire_skipped_it() -> None:
    """A farm that did not answer is outside; one that was not asked because of an earlier no is a no."""
    answers = pd.DataFrame({"P901": ["Sí", "Sí", "Sí", "No", None], "P902": ["Sí", "No", None, None, None]})
    assert is_part(answers, OBTAINED).fillna(-1).tolist() == [1, 0, 0, 0, -1]
    assert is_part(answers, OF_APPLICANTS).fillna(-1).tolist() == [1, 0, -1, -1, -1]


def test_an_option_read_out_and_not_chosen_is_a_no() -> None:
    """INEI's "Pase" is the no of an option; any other label is its yes."""
    answers = pd.DataFrame({"P801": ["Sí", "Sí", "No"], "P805": ["Ningún beneficio", "Pase", None]})
    assert is_part(answers, BENEFIT).fillna(-1).tolist() == [1, 0, -1]


@pytest.mark.parametrize("level", ["district", "province", "country", ""])
def test_no_level_but_region_and_department(farms: pd.DataFrame, level: str) -> None:
    """Asked for districts, which the sample does not represent, it refuses: there is no such figure to misuse."""
    with pytest.raises(ValueError, match="does not represent"):
        survey_shares(farms, [MEMBER], level)  # type: ignore[arg-type]


def test_no_question_no_rows(farms: pd.DataFrame) -> None:
    """Asked nothing, it returns its columns."""
    assert survey_shares(farms, [], "department").columns.tolist() == list(COLUMNS)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("weight", 0.0, "weight"),
        ("weight", np.nan, "weight"),
        ("weight", np.inf, "weight"),
        ("cluster", None, "cluster"),
    ],
)
def test_a_farm_without_weight_or_place_is_refused(farms: pd.DataFrame, column: str, value: Any, message: str) -> None:
    """A weight of zero, none or endless, or no cluster, is a defect of the file, not a farm to leave out."""
    spoilt = farms.copy()
    spoilt.loc[0, column] = value
    with pytest.raises(ValueError, match=message):
        survey_shares(spoilt, [MEMBER], "department")


def test_lacking_columns_are_named(farms: pd.DataFrame) -> None:
    """What the questions need and the file has not is said by name."""
    with pytest.raises(ValueError, match="P801, weight"):
        survey_shares(farms.drop(columns=["P801", "weight"]), [MEMBER], "department")


@pytest.mark.parametrize("level", ["natural_region", "department"])
def test_shares_lie_inside_their_interval_and_that_inside_0_and_100(farms: pd.DataFrame, level: Any) -> None:
    """Whatever the sample, 0 < low <= share <= high < 100, and all areas are there once."""
    table = survey_shares(farms, [MEMBER], level)
    assert sorted(table["area"]) == sorted(farms[level].unique())
    assert ((table["low_pct"] > 0) & (table["low_pct"] <= table["share_pct"])).all()
    assert ((table["high_pct"] < 100) & (table["high_pct"] >= table["share_pct"])).all()


@pytest.mark.parametrize("level", ["natural_region", "department"])
def test_neither_order_of_rows_nor_scale_of_weights_matter(farms: pd.DataFrame, level: Any) -> None:
    """Shuffled, or with every weight a thousand times as large, the table is the same."""
    expected = survey_shares(farms, [MEMBER], level)
    shuffled = farms.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(survey_shares(shuffled, [MEMBER], level), expected)
    scaled = farms.assign(weight=farms["weight"] * 1000)
    pd.testing.assert_frame_equal(survey_shares(scaled, [MEMBER], level), expected)


def test_yes_and_no_mirror_each_other(farms: pd.DataFrame) -> None:
    """The share of no is 100 less the share of yes, and its interval is the same one seen from the other end."""
    no = Question("no", "No", 800, Answers(("P801",), ("No",)), MEMBER.base, "de todas")
    of_yes, of_no = (survey_shares(farms, [question], "department") for question in (MEMBER, no))
    np.testing.assert_allclose(of_no["share_pct"], 100 - of_yes["share_pct"])
    np.testing.assert_allclose(of_no["low_pct"], 100 - of_yes["high_pct"])


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    """Of 400 samples of 12 clusters from one country, 92 to 98 % of the intervals hold its true share."""
    random = np.random.default_rng(11)
    rates = random.beta(2, 3, 5000)
    # each sample as a department of its own, 12 clusters of 20 farms: one call for all
    farm = np.arange(400 * 12 * 20)
    places = pd.Series(farm // 240).astype("str").str.zfill(6)
    yes = random.random(len(farm)) < np.repeat(random.choice(rates, 400 * 12), 20)
    farms = pd.DataFrame({"P801": np.where(yes, "Sí", "No"), "department": places, "cluster": farm // 20})
    table = survey_shares(farms.assign(natural_region="Sierra", weight=1.0), [MEMBER], "department")
    assert 0.92 <= table["low_pct"].le(100 * rates.mean()).mul(table["high_pct"].ge(100 * rates.mean())).mean() <= 0.98


def test_student_approaches_its_table() -> None:
    """The quantile used for 10, 30 and 120 degrees of freedom is that of the tables, to three decimals."""
    assert [round(_t_975(freedom), 3) for freedom in (2, 10, 30, 120)] == [T_2, 2.228, 2.042, 1.98]
