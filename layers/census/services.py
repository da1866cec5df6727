"""Services to the unit: irrigation works, training and advice, information, credit, seed and certification."""

from __future__ import annotations

import polars as pl

from layers.census.measures import Chapter, Counted, Partition, holds, shares_of
from layers.census.units import IRRIGATES, NATURAL, WITH_LAND

_ADVISED = holds("p086_01", 1) | holds("p086_02", 1) | holds("p086_03", 1)
_SOUGHT = holds("p090", 1)
_OBTAINED = holds("p092", 1)
_DENIED = _SOUGHT & holds("p092", 2)
_NOT_SOUGHT = holds("p090", 2)

_DENIED_FOR = ("guarantee", "past_default", "title", "other")
_NOT_SOUGHT_FOR = ("no_need", "paperwork", "interest", "no_lender", "guarantee", "debts", "expected_refusal", "other")


def _water() -> Chapter:
    answers = {
        "lined_canals": holds("p048", 1),
        "users_committee": holds("p049", 1),
        "water_right": holds("p050", 1, 2, 3),
    }
    counts, shares = shares_of("irrigating_units_count", "rec04", IRRIGATES, answers)
    irrigating, irrigating_share = shares_of("units_count", "rec04", pl.lit(True), {"irrigating_units": IRRIGATES})
    return Chapter(
        quantities=(*irrigating, *counts),
        shown=("irrigating_units_count",),
        derived=(*irrigating_share, *shares),
        partitions=(
            Partition("units_count", ("irrigating_units_count",)),
            *(Partition("irrigating_units_count", (count.id,)) for count in counts),
        ),
    )


def _practices() -> Chapter:
    answers = {"certified_seed": holds("p051", 1), "organic_certified": holds("p057", 1)}
    counts, shares = shares_of("units_with_land_count", "rec04", WITH_LAND, answers)
    return Chapter(
        tuple(counts), (), tuple(shares), tuple(Partition("units_with_land_count", (count.id,)) for count in counts)
    )


def _advice() -> Chapter:
    natural = "natural_persons_count"
    received = {
        "training": holds("p086_01", 1),
        "technical_assistance": holds("p086_02", 1),
        "business_advice": holds("p086_03", 1),
        "advised": _ADVISED,
    }
    information = {
        "information_phone": holds("p089_01", 1),
        "information_radio": holds("p089_02", 1),
        "information_internet": holds("p089_04", 1),
    }
    givers = {
        "advice_from_agrorural": holds("p088_06", 1),
        "advice_from_association": holds("p088_13", 1),
        "advice_from_company": holds("p088_14", 1),
    }
    counts, shares = shares_of(natural, "rec04b", NATURAL, received | information)
    given, given_shares = shares_of("advised_count", "rec04b", NATURAL & _ADVISED, givers)
    return Chapter(
        quantities=(*counts, *given),
        shown=("advised_count",),
        derived=(*shares, *given_shares),
        partitions=(
            *(Partition(natural, (count.id,)) for count in counts),
            *(Partition("advised_count", (count.id,)) for count in given),
            *(Partition("advised_count", (f"{name}_count",)) for name in received if name != "advised"),
        ),
    )


def _credit() -> Chapter:
    units = "units_count"
    asked, asked_shares = shares_of(
        units, "rec04b", pl.lit(True), {"credit_sought": _SOUGHT, "credit_obtained": _OBTAINED}
    )
    at, at_shares = shares_of(
        "credit_sought_count", "rec04b", _SOUGHT, {"credit_sought_agrobanco": holds("p091_03", 1)}
    )
    given, given_shares = shares_of(
        "credit_obtained_count", "rec04b", _OBTAINED, {"credit_from_agrobanco": holds("p093_03", 1)}
    )
    denied = {f"credit_denied_{name}": holds("p095", code) for code, name in enumerate(_DENIED_FOR, start=1)}
    unasked = {f"credit_not_sought_{name}": holds("p096", code) for code, name in enumerate(_NOT_SOUGHT_FOR, start=1)}
    denials, denial_shares = shares_of("credit_denied_count", "rec04b", _DENIED, denied)
    reasons, reason_shares = shares_of("credit_not_sought_count", "rec04b", _NOT_SOUGHT, unasked)
    return Chapter(
        quantities=(
            *asked,
            *at,
            *given,
            Counted("credit_denied_count", "rec04b", _DENIED),
            *denials,
            Counted("credit_not_sought_count", "rec04b", _NOT_SOUGHT),
            *reasons,
        ),
        shown=("credit_sought_count", "credit_obtained_count", "credit_denied_count", "credit_not_sought_count"),
        derived=(*asked_shares, *at_shares, *given_shares, *denial_shares, *reason_shares),
        partitions=(
            Partition(units, ("credit_sought_count", "credit_not_sought_count")),
            Partition(units, ("credit_obtained_count",)),
            Partition("credit_sought_count", ("credit_denied_count", "credit_obtained_count")),
            Partition("credit_sought_count", ("credit_sought_agrobanco_count",)),
            Partition("credit_obtained_count", ("credit_from_agrobanco_count",)),
            Partition("credit_denied_count", tuple(count.id for count in denials)),
            Partition("credit_not_sought_count", tuple(count.id for count in reasons)),
        ),
    )


WATER = _water()
PRACTICES = _practices()
ADVICE = _advice()
CREDIT = _credit()
