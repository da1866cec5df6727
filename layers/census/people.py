"""The producer as a person: letters, schooling, age, language, sex; computer, internet and hours to the seat."""

from __future__ import annotations

import polars as pl

from layers.census.measures import Chapter, Counted, Mean, Median, Partition, Summed, holds, shares_of
from layers.census.units import NATURAL

# a producer is a grown-up; ages beyond are slips of the pen
_YOUNGEST, _OLDEST = 12, 110
_YOUNG_BELOW, _OLD_FROM = 35, 65
# the form stops counting at a day (P121_01 = 1)
LONGEST_TRIP_H = 24.0

_AGE = pl.col("wp112")
_KNOWN_AGE = _AGE.is_between(_YOUNGEST, _OLDEST).fill_null(False)

# WP114: 1 none, 2 initial, 3-4 primary, 5-6 secondary, 7-10 higher
_EDUCATION = {"education_none": (1, 2), "education_primary": (3, 4), "education_secondary": (5, 6)}
_HIGHER = {"education_higher": (7, 8, 9, 10)}
# WP115: 1 Quechua, 2 Aymara, 3 Ashaninka, 4 another native one, 5 Spanish
_LANGUAGES = {
    "language_quechua": (1,),
    "language_aymara": (2,),
    "language_other_native": (3, 4),
    "language_spanish": (5,),
}


def _person() -> Chapter:
    schooling = {name: holds("wp114", *codes) for name, codes in (_EDUCATION | _HIGHER).items()}
    tongues = {name: holds("wp115", *codes) for name, codes in _LANGUAGES.items()}
    ages = {"producers_young": _AGE < _YOUNG_BELOW, "producers_old": _AGE >= _OLD_FROM}
    others = {"literate": holds("p017", 1), "women": holds("wp111", 2)}
    natural = "natural_persons_count"
    counts, shares = shares_of(natural, "rec01", NATURAL, others | schooling | tongues)
    aged, age_shares = shares_of(
        "producers_with_age_count",
        "rec01",
        NATURAL & _KNOWN_AGE,
        {name: condition.fill_null(False) for name, condition in ages.items()},
    )
    return Chapter(
        quantities=(
            *counts,
            Counted("producers_with_age_count", "rec01", NATURAL & _KNOWN_AGE),
            *aged,
            Summed("age_years", "rec01", pl.when(NATURAL & _KNOWN_AGE).then(_AGE).otherwise(0)),
        ),
        shown=("producers_with_age_count",),
        derived=(*shares, *age_shares, Mean("age_mean_years", "age_years", "producers_with_age_count")),
        partitions=(
            Partition(natural, ("literate_count",)),
            Partition(natural, ("women_count",)),
            Partition(natural, tuple(f"{name}_count" for name in schooling)),
            Partition(natural, tuple(f"{name}_count" for name in tongues)),
            Partition(natural, ("producers_with_age_count",)),
            Partition("producers_with_age_count", tuple(f"{name}_count" for name in ages)),
        ),
    )


TRIP_H = (
    pl.when(holds("p121_01", 2))
    .then(0.0)
    .when(holds("p121_01", 1) | (pl.col("p121") > LONGEST_TRIP_H))
    .then(LONGEST_TRIP_H)
    .when(pl.col("p121") >= 0)
    .then(pl.col("p121"))
)
"""Hours from the dwelling to the district's seat: none for who lives there, a day for a day or more."""


def _home() -> Chapter:
    answers = {"computer_home": holds("p120_01", 1), "internet_home": holds("p120_02", 1)}
    counts, shares = shares_of("natural_persons_count", "rec05a", NATURAL, answers)
    return Chapter(
        quantities=(
            *counts,
            Counted("households_with_trip_count", "rec05a", TRIP_H.is_not_null()),
            Summed("trip_hours", "rec05a", TRIP_H.fill_null(0.0)),
        ),
        shown=("households_with_trip_count",),
        derived=(
            *shares,
            Mean("hours_to_capital_mean", "trip_hours", "households_with_trip_count"),
            Median("hours_to_capital_median", "rec05a", TRIP_H, "households_with_trip_count"),
        ),
        partitions=(
            *(Partition("natural_persons_count", (count.id,)) for count in counts),
            Partition("units_count", ("households_with_trip_count",)),
        ),
    )


PERSON = _person()
HOME = _home()
