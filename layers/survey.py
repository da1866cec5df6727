"""
Shares of a farm survey with their sampling error, by natural region and by department; never by district.

The sample of the ENA speaks for natural regions and departments, so no other level can be asked for.

Method: the share is a weighted ratio, its variance is Taylor-linearised over clusters within strata (Lumley 2010,
Complex Surveys, chapters 2, 3 and 5; UN 2005, Household Sample Surveys in Developing and Transition Countries,
ST/ESA/STAT/SER.F/96, chapter XXI). Assumed, because the public file carries no description of the design:

- a stratum is a department within a natural region, and CONGLOMERADO is the first stage. Finer strata, if
  INEI used them, would make these intervals too wide rather than too narrow.
- clusters were drawn with replacement (no finite population correction): too wide again.
- the weights are fixed numbers: what INEI adjusted them by is not known.
- the farms of `base` are a subpopulation: clusters without any of them count as zeros, they are not dropped.
- a stratum with one cluster cannot show its own variation: the cluster is taken around the mean of the sample, which
  is zero for a linearised ratio ("adjust" of Lumley's survey package). An area that rests on such clusters alone has
  no error, and its share is not shown.

The interval is made on the logit scale ("xlogit" of svyciprop, that of SUDAAN), with Student's t for clusters minus
strata, both counted where the base has farms; so it stays inside 0-100.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import NormalDist
from typing import Literal, get_args

import numpy as np
import pandas as pd

from geodata.survey import ANY, CHOSEN, NOT_CHOSEN, Answers, Question

SurveyLevel = Literal["natural_region", "department"]
Status = Literal["publicado", "referencial", "reservado", "sin_error_muestral"]

# domain.md: no cell under 5 producers is shown; a share and its complement are one datum, so both must reach it.
FEWEST_FARMS = 5
# INEI marks estimates with a coefficient of variation above 15 % as "referencial".
REFERENTIAL_CV_PCT = 15.0

_DESIGN = ("department", "natural_region", "cluster", "weight")
_STRATUM = ["department", "natural_region"]
_CLUSTER = [*_STRATUM, "cluster"]
_Z_975 = NormalDist().inv_cdf(0.975)
# Judgement: sample sizes are told to the nearest five, or the few farms of a reserved cell come out as a difference.
_FARMS_ROUNDED_TO = 5
# Student's t, 97.5 %, for 1 to 9 degrees of freedom; from 10 on the expansion of `_t_975` is good to three decimals
_T_975 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)

_NUMBERS = ("share_pct", "low_pct", "high_pct", "cv_pct", "farms_count")
COLUMNS = ("level", "area", "question", *_NUMBERS, "status")


def survey_shares(farms: pd.DataFrame, questions: Iterable[Question], level: SurveyLevel) -> pd.DataFrame:
    """
    Return one row per area of `level` and question.

    Parameters
    ----------
    farms
        One row per farm interviewed: `department` (padded code), `natural_region`, `cluster`, `weight` (farms that it
        stands for, > 0), and the answers under INEI's names (labels; missing = not asked).
    questions
        What to count (`geodata.survey.load_questions`).
    level
        "natural_region" or "department". A department covers all its regions together.

    Returns
    -------
    pd.DataFrame
        `COLUMNS`: share and 95 % interval in 0-100, `cv_pct` = 100 x standard error / share, `farms_count` interviewed
        in the base, to the nearest 5.
        `status`: "publicado"; "referencial" (cv over 15 %); "reservado" (under 5 farms in the base, in
        the part or in the rest of it: no number at all); "sin_error_muestral" (fewer than two clusters per stratum).
        Neither weighted totals nor counts of the part are given, and what a reserved share could be worked out from
        is reserved with it (`Question.reserved_with`).

    Raises
    ------
    ValueError
        If the level is any other (a district above all), the farms lack a column, a place or a weight, or
        a question is asked without the one it is reserved with.
    """
    if level not in get_args(SurveyLevel):
        raise ValueError(f"the survey does not represent {level!r}; expected one of {get_args(SurveyLevel)}")
    chosen = list(questions)
    _require_design(farms, chosen)
    if not chosen:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat([_one_question(farms, question, level) for question in chosen], ignore_index=True)
    return _reserve_together(table[list(COLUMNS)], chosen)


def is_part(farms: pd.DataFrame, question: Question) -> pd.Series:
    """
    Return 1.0 for the farms that count, 0.0 for the rest of the base, missing outside of the base.

    A farm of the base without answer is missing too, unless the questionnaire skips it (`question.skipped`).
    """
    base = _gave(farms, question.base)
    part = _gave(farms, question.part)
    asked = farms[list(question.part.variables)].notna().any(axis=1)
    known = base if question.skipped else base & asked
    return part.astype(float).where(known)


def _gave(farms: pd.DataFrame, wanted: Answers) -> pd.Series:
    """Return whether each farm gave any of the wanted answers to any of the variables."""
    found = pd.Series(False, index=farms.index)
    for variable in wanted.variables:
        answer = farms[variable].astype("object")
        for text in wanted.answers:
            if text in (ANY, CHOSEN):
                found |= answer.notna() & (answer.ne(NOT_CHOSEN) if text == CHOSEN else True)
            else:
                found |= answer.eq(text)
    return found


def _one_question(farms: pd.DataFrame, question: Question, level: SurveyLevel) -> pd.DataFrame:
    """Return the rows of one question."""
    part = is_part(farms, question)
    sums = pd.DataFrame(
        {
            "part_weight": farms["weight"] * part.fillna(0.0),
            "base_weight": farms["weight"].where(part.notna(), 0.0),
            "part_farms": part.eq(1.0).astype(int),
            "base_farms": part.notna().astype(int),
        }
    )
    clusters = sums.groupby([farms[name] for name in _CLUSTER], observed=True).sum().reset_index()
    rows = [{"area": area, **_estimate(group)} for area, group in clusters.groupby(level, observed=True)]
    return pd.DataFrame(rows).assign(level=level, question=question.id)


def _estimate(clusters: pd.DataFrame) -> dict[str, float | str]:
    """Return share, interval, variation, farms and status of one area from the sums of its clusters."""
    base_farms, part_farms = int(clusters["base_farms"].sum()), int(clusters["part_farms"].sum())
    if min(part_farms, base_farms - part_farms) < FEWEST_FARMS:
        return _without_numbers("reservado")
    share = clusters["part_weight"].sum() / clusters["base_weight"].sum()
    freedom = _degrees_of_freedom(clusters)
    if freedom < 1:
        return _without_numbers("sin_error_muestral")
    error = math.sqrt(_variance(clusters, share))
    low, high = _logit_interval(share, error, _t_975(freedom))
    cv_pct = 100.0 * error / share
    status: Status = "referencial" if cv_pct > REFERENTIAL_CV_PCT else "publicado"
    return {
        "share_pct": 100.0 * share,
        "low_pct": 100.0 * low,
        "high_pct": 100.0 * high,
        "cv_pct": cv_pct,
        "farms_count": _FARMS_ROUNDED_TO * round(base_farms / _FARMS_ROUNDED_TO),
        "status": status,
    }


def _without_numbers(status: Status) -> dict[str, float | str]:
    return {**dict.fromkeys(_NUMBERS, np.nan), "status": status}


def _reserve_together(table: pd.DataFrame, questions: list[Question]) -> pd.DataFrame:
    """Withhold each question where the one it is reserved with is withheld."""
    for question in questions:
        if question.reserved_with is None:
            continue
        partner = table["question"].eq(question.reserved_with)
        hidden = table.loc[partner & table["status"].eq("reservado"), "area"]
        rows = table["question"].eq(question.id) & table["area"].isin(hidden)
        table.loc[rows, list(_NUMBERS)] = np.nan
        table.loc[rows, "status"] = "reservado"
    return table


def _variance(clusters: pd.DataFrame, share: float) -> float:
    """Return the linearised variance: sum over strata of n / (n - 1) x squared deviations of the cluster totals."""
    total = clusters["base_weight"].sum()
    residual = (clusters["part_weight"] - share * clusters["base_weight"]) / total
    strata = residual.groupby([clusters[name] for name in _STRATUM], observed=True)
    size = strata.transform("size")
    is_alone = size.eq(1)
    deviation = residual - strata.transform("mean").where(~is_alone, 0.0)
    factor = (size / (size - 1).where(~is_alone, 1)).where(~is_alone, 1.0)
    return float((factor * deviation**2).sum())


def _degrees_of_freedom(clusters: pd.DataFrame) -> int:
    """Return clusters minus strata, counted where the base has farms."""
    present = clusters[clusters["base_farms"] > 0]
    return len(present) - len(present[_STRATUM].drop_duplicates())


def _logit_interval(share: float, error: float, quantile: float) -> tuple[float, float]:
    """Return the 95 % interval of a share strictly between 0 and 1, inside 0 and 1."""
    centre = math.log(share / (1.0 - share))
    reach = quantile * error / (share * (1.0 - share))
    # tanh and not exp: a reach of hundreds must not overflow
    low, high = ((1.0 + math.tanh((centre + side * reach) / 2.0)) / 2.0 for side in (-1, 1))
    return low, high


def _t_975(freedom: int) -> float:
    """Return the 97.5 % point of Student's t (Abramowitz and Stegun 1964, 26.7.5)."""
    if freedom <= len(_T_975):
        return _T_975[freedom - 1]
    z = _Z_975
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def _require_design(farms: pd.DataFrame, questions: list[Question]) -> None:
    """Raise if a column or a partner question is lacking, or a farm has no place or no positive weight."""
    needed = {*_DESIGN, *(variable for question in questions for variable in question.variables)}
    if lacking := sorted(needed - set(farms.columns)):
        raise ValueError(f"the farms lack {', '.join(lacking)}")
    partners = {question.reserved_with for question in questions} - {None}
    if alone := sorted(map(str, partners - {question.id for question in questions})):
        raise ValueError(f"ask for {', '.join(alone)} too: what is reserved there can be worked out from the others")
    weight = farms["weight"].astype(float)
    if not (np.isfinite(weight) & weight.gt(0)).all():
        raise ValueError("every farm needs a finite weight above zero")
    if farms[_CLUSTER].isna().any(axis=None):
        raise ValueError("every farm needs its department, natural region and cluster")
