"""
How the simulated producers of IV CENAGRO 2012 answer: shares of each question by district, and the draw of answers.

Everything here is simulated. National shares that a source gives (domain.md facts 2.6 and section 10: schooling, mother
tongue, training) are met nationally by calibration; the others, and all differences between districts, are judgement:
plausible sizes that rise or fall with hardship (`demo_simulation.traits`), so that pages and tests have something to
tell apart. They say nothing about any district.
"""

from __future__ import annotations

import functools
import zlib
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipelines.demo_farms import FloatArray, IntArray, logistic
from pipelines.synthetic_totals import exact_totals
from pipelines.synthetic_units import BoolArray

# National share of "yes" (or of the box ticked) among those asked, and its slope on hardship in log-odds.
QUESTIONS: dict[str, tuple[float, float]] = {
    # REC01; names with a point are steps of the simulation, not variables
    "INCOMPLETE": (0.005, 0.2), "P017.schooled": (0.97, -0.3), "P017.unschooled": (0.12, -0.3), "P021": (0.55, 0.3),
    "P022": (0.13, 0.1), "WOMAN": (0.308, 0.15), "WP113": (0.975, -0.3),
    # REC02
    "DRIP": (0.05, -0.9), "SPRINKLER": (0.10, 0.1), "SEEPAGE": (0.01, 0.0), "SALE": (0.47, -0.6), "FEED": (0.12, 0.1),
    "OWN_INPUT": (0.06, 0.2), "P029_01": (0.93, 0.2), "P029_02": (0.03, -0.7), "P029_03": (0.08, -0.6),
    # REC02A
    "P036.water": (0.49, 0.2), "P037_01_01": (0.72, 0.1), "PEASANT": (0.75, 0.5),
    # REC04
    "P045_01": (0.06, -0.5), "P045_02": (0.62, -0.1), "P045_03": (0.05, 0.3), "P045_04": (0.30, 0.5),
    "P045_05": (0.12, -0.4), "P045_06": (0.06, 0.1), "P048.none": (0.06, 0.2), "P048": (0.13, -0.5),
    "P049": (0.68, -0.1), "P049.unknown": (0.05, 0.1), "P051": (0.12, -0.8), "P057": (0.03, -0.1),
    "P059": (0.04, -0.8), "P063": (0.23, -0.5),
    # REC04B
    "ADVISED": (0.10, -0.4), "P086_01": (0.70, 0.1), "P086_02": (0.45, -0.1), "P086_03": (0.08, -0.3),
    "P087_01": (0.70, -0.2), "P087_02": (0.35, 0.3), "P087_03": (0.15, 0.0), "P087_04": (0.12, -0.1),
    "P087_05": (0.08, -0.2), "P088_06": (0.15, 0.3), "P088_13": (0.12, -0.2), "P088_14": (0.18, -0.5),
    "P089_01": (0.10, -0.5), "P089_02": (0.38, 0.1), "P089_03": (0.17, -0.5), "P089_04": (0.012, -0.9),
    "P089_06": (0.05, 0.0), "P090": (0.093, -0.5), "P091_03": (0.12, 0.0), "P092": (0.90, -0.1),
    "P093_03": (0.95, 0.0), "P100_01_01": (0.14, 0.1), "P100_04_01": (0.03, -0.1), "P100_12_01": (0.05, 0.4),
    "P101": (0.23, -0.3), "PAPER": (0.30, 0.5), "P103_01": (0.35, -0.1), "P103_02": (0.25, -0.3),
    "P103_03": (0.06, -0.5), "P103_04": (0.40, -0.1), "P103_05": (0.10, -0.3), "P103_06": (0.25, 0.1),
    "P106": (0.23, -0.4), "P107": (0.42, 0.2),
    # REC05A
    "P120_01": (0.10, -1.0), "P120_02": (0.30, -0.8), "CAPITAL": (0.12, -0.5), "OVER_24_HOURS": (0.004, 0.8),
}  # fmt: skip
# Judgement: districts differ by this much beyond hardship (log-odds).
DISTRICT_SPREAD = 0.4

# Shares of the coded answers in the order of their codes, and the slope per step of code on hardship.
CODED: dict[str, tuple[tuple[float, ...], float]] = {
    # without schooling 14.4 %, incomplete primary 30.1 % (domain.md); the others are judgement
    "WP114": ((0.144, 0.006, 0.301, 0.165, 0.1, 0.15, 0.03, 0.045, 0.02, 0.039), -0.12),
    "P036.other": ((0.0, 0.12, 0.28, 0.16, 0.06, 0.05, 0.01, 0.002, 0.05, 0.268), 0.0),
    "P037_01_03": ((0.34, 0.12, 0.13, 0.41), 0.2),
    "P048_01": ((0.2, 0.3, 0.5), 0.1),
    "P050": ((0.37, 0.08, 0.05, 0.38, 0.12), 0.1),
    "P052": ((0.2, 0.43, 0.37), 0.0),
    "P053": ((0.13, 0.31, 0.56), 0.2),
    "P095": ((0.33, 0.12, 0.2, 0.35), 0.0),
    "P096": ((0.37, 0.11, 0.19, 0.05, 0.13, 0.02, 0.06, 0.07), 0.0),
    "P105": ((0.12, 0.05, 0.55, 0.08, 0.02, 0.09, 0.04, 0.05), 0.0),
}

# Steps of the golden ratio fill the numbers from 0 to 1 evenly, however many they are.
GOLDEN_STEP = (5**0.5 - 1) / 2

# Mother tongue by department. Published (domain.md fact 2.6): Quechua of the first seven, and the national 31.2 % and
# 4.7 % (Aymara), to which the other shares, judgement, add up.
QUECHUA = {
    **{"03": 0.887, "05": 0.862, "08": 0.829, "09": 0.767, "02": 0.682, "21": 0.474, "10": 0.402},
    **{"04": 0.4, "12": 0.12, "19": 0.25, "15": 0.1, "18": 0.25, "17": 0.35, "22": 0.02, "11": 0.03},
}
AYMARA = {"21": 0.44, "23": 0.45, "18": 0.15}
ASHANINKA = {"12": 0.05, "19": 0.03, "25": 0.08}
OTHER_NATIVE = {"01": 0.18, "16": 0.15, "25": 0.25, "17": 0.05, "08": 0.01, "22": 0.02}
FOREIGN = 0.0005
QUECHUA_SLOPE = 0.5


@functools.lru_cache(maxsize=4)
def question_shares(seed: int) -> dict[str, FloatArray]:
    """Return the simulated share of "yes" to each question in each district; weighted by units, the national share."""
    totals = exact_totals(seed)
    hardship, weights = totals["hardship"].to_numpy(float), totals["units"].to_numpy(float)
    found = {}
    for name, (share, slope) in QUESTIONS.items():
        rng = np.random.default_rng([seed, 302, zlib.crc32(name.encode())])
        found[name] = calibrated(share, slope * hardship + rng.normal(0, DISTRICT_SPREAD, len(totals)), weights)
    return found


@functools.lru_cache(maxsize=4)
def coded_shares(seed: int) -> dict[str, FloatArray]:
    """Return the simulated shares of the codes (columns) of each coded question in each district (rows)."""
    totals = exact_totals(seed)
    hardship, weights = totals["hardship"].to_numpy(float), totals["units"].to_numpy(float)
    found = {}
    for name, (target, slope) in CODED.items():
        rng = np.random.default_rng([seed, 303, zlib.crc32(name.encode())])
        tilt = np.exp(slope * hardship[:, None] * np.arange(len(target)) + rng.normal(0, 0.2, (len(totals), 1)))
        tilt *= np.exp(rng.normal(0, 0.25, tilt.shape))
        found[name] = _raked(np.array(target), tilt, weights)
    found["WP115"] = _languages(totals)
    return found


def calibrated(share: float, log_odds: FloatArray, weights: FloatArray) -> FloatArray:
    """Return logistic(log_odds + level) with the level at which their weighted mean is `share`."""
    low, high = -20.0, 20.0
    for _ in range(50):
        level = (low + high) / 2
        below = weights @ logistic(log_odds + level) < share * weights.sum()
        low, high = (level, high) if below else (low, level)
    return logistic(log_odds + level)


def _raked(target: FloatArray, tilt: FloatArray, weights: FloatArray) -> FloatArray:
    base = target.copy()
    for _ in range(30):
        shares = base * tilt
        shares /= shares.sum(axis=1, keepdims=True)
        mean = weights @ shares / weights.sum()
        base *= np.divide(target, mean, out=np.ones_like(target), where=mean > 0)
    return shares


def _languages(totals: pd.DataFrame) -> FloatArray:
    """Return Quechua, Aymara, Ashaninka, other native, Spanish and foreign; Quechua varies inside a department."""
    code = totals["ubigeo"].str[:2]
    shares = np.zeros((len(totals), 6))
    for department, share in QUECHUA.items():
        members = np.flatnonzero(code == department)
        part = totals.iloc[members]
        offsets = QUECHUA_SLOPE * part["hardship"].to_numpy(float)
        shares[members, 0] = calibrated(share, offsets, part["units"].to_numpy(float))
    rest = 1.0 - shares[:, 0]
    quechua = code.map(QUECHUA).fillna(0.0).to_numpy(float)
    for column, published in enumerate((AYMARA, ASHANINKA, OTHER_NATIVE), start=1):
        shares[:, column] = code.map(published).fillna(0.0).to_numpy(float) * rest / (1.0 - quechua)
    shares[:, 5] = FOREIGN * rest
    shares[:, 4] = 1.0 - shares.sum(axis=1)
    return shares


@dataclass
class Respondents:
    """
    Draws simulated answers for rows that belong to districts.

    Answers are drawn systematically along the rows asked: in the whole and in each district the number of "yes" is
    the sum of the shares to about one, however few the rows; so a census at a small scale keeps its shares.
    """

    seed: int
    members: IntArray  # rows of the department's districts in exact_totals(seed)
    district: IntArray  # of each row, as a position in members
    rng: np.random.Generator
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = len(self.district)

    def _shuffled(self, asked: BoolArray) -> IntArray:
        """Return the rows asked, district by district, at random within each."""
        rows = np.flatnonzero(asked)
        return rows[np.argsort(self.district[rows] + self.rng.random(len(rows)))]

    def ticked(self, question: str, asked: BoolArray) -> BoolArray:
        """Return which of the rows asked answer "yes"."""
        rows = self._shuffled(asked)
        share = question_shares(self.seed)[question][self.members][self.district[rows]]
        reached = np.floor(np.cumsum(share) + self.rng.random())
        yes = np.zeros(self.size, dtype=bool)
        yes[rows] = np.diff(reached, prepend=0.0) > 0
        return yes

    def yes_no(self, question: str, asked: BoolArray) -> FloatArray:
        """Return 1 (yes) or 2 (no) for the rows asked, NaN for the others."""
        return one_or_two(self.ticked(question, asked), asked)

    def box(self, question: str, asked: BoolArray) -> FloatArray:
        """Return 1 where the box is ticked, NaN elsewhere."""
        return np.where(self.ticked(question, asked), 1.0, np.nan)

    def boxes(self, questions: list[str], asked: BoolArray) -> dict[str, FloatArray]:
        """Return several boxes of which each row asked ticks one at least: the most usual when it ticked none."""
        ticked = {name: self.ticked(name, asked) for name in questions}
        usual = max(questions, key=lambda name: QUESTIONS[name][0])
        ticked[usual] |= asked & ~np.logical_or.reduce(list(ticked.values()))
        return {name: np.where(yes, 1.0, np.nan) for name, yes in ticked.items()}

    def code(self, question: str, asked: BoolArray) -> FloatArray:
        """Return a code from 1 for the rows asked, NaN for the others; spread evenly over the rows asked."""
        rows = self._shuffled(asked)
        even = (self.rng.random() + GOLDEN_STEP * np.arange(len(rows))) % 1.0
        steps = np.cumsum(coded_shares(self.seed)[question][self.members], axis=1)[:, :-1]
        answer = np.full(self.size, np.nan)
        answer[rows] = 1.0
        for step in steps.T:
            answer[rows] += even >= step[self.district[rows]]
        return answer


def one_or_two(yes: BoolArray, asked: BoolArray) -> FloatArray:
    """Return 1 where yes, 2 where no, NaN where not asked."""
    return np.where(asked, np.where(yes, 1.0, 2.0), np.nan)
