"""
The simulated modules REC04, REC04B and REC05A: water and practices, services and organisation, the household.

Everything here is simulated; a question is asked only where the census form asks it.
"""

from __future__ import annotations

import numpy as np

from pipelines.synthetic_answers import Respondents, one_or_two
from pipelines.synthetic_crops import by_unit
from pipelines.synthetic_holdings import Columns, Department, keys
from pipelines.synthetic_units import NATURAL_PERSON, REFUSED, RESTING, SMALL, SOWN, BoolArray

# Judgement: hours to the capital of the district (median).
MEDIAN_HOURS = 0.9
# Judgement: organisations have codes up to this; the real table is not published with the dictionary.
MOST_ORGANISATION_CODE = 40


def _only(values: Columns, rows: BoolArray) -> Columns:
    return {name: column[rows] for name, column in values.items()}


def rec04(made: Department) -> Columns:
    """Return water and practices of every simulated unit that answered."""
    units = made.units
    ask = made.respondents(units.district, 4)
    counted, with_land = units.kind != REFUSED, units.kind >= SMALL
    farms = units.land[:, : RESTING + 1].sum(axis=1) > 0
    watered = by_unit(made.lines, made.lines.irrigated_m2, ask.size) > 0
    none, lined = ask.ticked("P048.none", watered), ask.ticked("P048", watered)
    canals = np.where(watered, np.select((none, lined), [3.0, 1.0], 2.0), np.nan)
    member, unknown = ask.ticked("P049", watered), ask.ticked("P049.unknown", watered)
    answers = {
        "P_RIEGO": one_or_two(watered, with_land),
        **ask.boxes([f"P045_0{source}" for source in range(1, 7)], watered),
        "P048": canals,
        "P048_01": ask.code("P048_01", canals == 1),
        "P049": np.where(watered, np.select((unknown, member), [3.0, 1.0], 2.0), np.nan),
        "P050": ask.code("P050", watered),
        "P051": ask.yes_no("P051", farms),
        "P052": ask.code("P052", farms),
        "P053": ask.code("P053", farms),
        "P057": ask.yes_no("P057", farms),
        "P059": ask.yes_no("P059", counted),
        "P063": ask.yes_no("P063", counted),
    }
    return {**keys(made, counted), **_only(answers, counted)}


def rec04b(made: Department) -> Columns:
    """Return advice, credit and organisation of every simulated unit that answered."""
    units = made.units
    ask = made.respondents(units.district, 5)
    counted = units.kind != REFUSED
    natural = counted & (units.legal == NATURAL_PERSON)
    applied = ask.yes_no("P090", counted)
    obtained = ask.yes_no("P092", applied == 1)
    agrobanco = ask.box("P091_03", applied == 1)
    have = {name: ask.yes_no(name, counted) for name in ("P100_01_01", "P100_04_01", "P100_12_01", "P106")}
    answers = {
        **_advice(ask, counted),
        **{name: ask.yes_no(name, counted) for name in (*(f"P089_0{medium}" for medium in (1, 2, 3, 4, 6)),)},
        "P090": applied,
        "P091_03": agrobanco,
        "P092": obtained,
        "P093_03": ask.box("P093_03", (obtained == 1) & (agrobanco == 1)),
        "P095": ask.code("P095", obtained == 2),
        "P096": ask.code("P096", applied == 2),
        **have,
        **_membership(ask, natural),
        "P105": ask.code("P105", units.land[:, SOWN] > 0),
        "P107": ask.yes_no("P107", natural),
    }
    return {**keys(made, counted), **_only(answers, counted)}


def _advice(ask: Respondents, counted: BoolArray) -> Columns:
    advised = ask.ticked("ADVISED", counted)
    received = ask.boxes(["P086_01", "P086_02", "P086_03"], advised)
    return {
        **{name: one_or_two(box == 1, counted) for name, box in received.items()},
        **ask.boxes([f"P087_0{subject}" for subject in range(1, 6)], advised),
        **{name: ask.box(name, advised) for name in ("P088_06", "P088_13", "P088_14")},
    }


def _membership(ask: Respondents, natural: BoolArray) -> Columns:
    """Return P101 to P103: a member names benefits, or says that there is none."""
    member = ask.yes_no("P101", natural)
    nothing = ask.ticked("PAPER", member == 1)
    organisation = ask.rng.integers(1, MOST_ORGANISATION_CODE + 1, ask.size)
    return {
        "P101": member,
        "P102_01_COD": np.where(member == 1, organisation.astype(float), np.nan),
        **ask.boxes([f"P103_0{benefit}" for benefit in range(1, 7)], (member == 1) & ~nothing),
        "P103_07": np.where(nothing, 1.0, np.nan),
    }


def rec05a(made: Department) -> Columns:
    """Return one row per natural person: legal persons have no household."""
    rows = np.flatnonzero(made.units.legal == NATURAL_PERSON)
    ask = made.respondents(made.units.district[rows], 6)
    everyone = np.ones(ask.size, dtype=bool)
    computer = ask.ticked("P120_01", everyone)
    in_capital = ask.ticked("CAPITAL", everyone)
    far = ask.ticked("OVER_24_HOURS", everyone & ~in_capital)
    hardship = made.totals["hardship"].to_numpy(float)[ask.district]
    hours = MEDIAN_HOURS * np.exp(0.35 * hardship + 0.8 * ask.rng.standard_normal(ask.size))
    return {
        **keys(made, rows),
        "P120_01": one_or_two(computer, everyone),
        "P120_02": one_or_two(ask.ticked("P120_02", computer), everyone),
        "P121": np.where(in_capital | far, np.nan, np.clip(hours, 0.02, 24.0).round(2)),
        "P121_01": np.where(far, 1.0, np.where(in_capital, 2.0, np.nan)),
    }
