"""Every connectivity figure of the districts in one call: coverage by settlement, digital channel, reach."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.quality import Finding
from layers import digital_channel
from layers.connectivity import (
    COVERED_FROM_SHARE,
    SettlementCoverage,
    covered_settlements,
    literacy,
    on_the_list,
    settlement_shares,
)
from layers.digital_channel import ASSUMED_SPEED, HOUSEHOLDS, MEASURED, TRAINING_LANGUAGES, VIDEO, WHATSAPP_LEVEL
from layers.joining import by_district
from layers.methods import long_methods

REACH = "reach_estimate"
SETTLEMENT_FIELDS = (
    *(f"settlements_with_{name}_pct" for name in ("2g", "3g", "4g", "5g")),
    "settlements_with_4g_guaranteed_pct",
    "settlements_without_4g_count",
    "coverage_settlements_count",
)


@dataclass(frozen=True)
class ConnectivityFigures:
    """What the lead publishes of connectivity."""

    table: pd.DataFrame
    """One column per field, indexed like the districts."""
    methods: pd.DataFrame
    """`ubigeo`, `field`, `method`: only where there is a figure."""
    findings: dict[str, list[Finding]]
    """By layer: `mobile_coverage`."""
    coverage: pd.DataFrame
    """By province of the scope: province_code, settlements_count, in_layer_count, absent_count."""


def connectivity_figures(
    ubigeo: pd.Series,
    *,
    settlement_codes: pd.Series,
    placed: pd.Series,
    mobile_internet: pd.DataFrame,
    households_without_mobile_pct: pd.Series,
    coverage: pd.DataFrame | None = None,
    scope: Collection[str] = (),
    literacy_counts: pd.DataFrame | None = None,
    mother_tongues: pd.DataFrame | None = None,
    training_languages: Collection[str] = TRAINING_LANGUAGES,
) -> ConnectivityFigures:
    """
    Return every connectivity figure of the districts that comes from more than one table.

    Parameters
    ----------
    ubigeo
        The districts, in the order wanted.
    settlement_codes, placed
        Codes of the list of settlements and their districts by position (`layers.settlements.place`), same index.
    mobile_internet
        rural_operators_count, urban_operators_count by ubigeo.
    households_without_mobile_pct
        0-100, indexed like `ubigeo`.
    coverage, scope
        Canonical `mobile_coverage`, and the territories for which it is complete; None and nothing without the layer.
    literacy_counts
        `literacy_2017`, or None.
    mother_tongues
        Shares of the census of farms (`digital_channel.LANGUAGE_FIELDS`) with the index of `ubigeo`; None without.
    """
    listed = _listed(settlement_codes, placed, coverage, scope)
    shares = settlement_shares(ubigeo, listed.frame)
    level, level_words = _level(ubigeo, listed.frame, mobile_internet, _tells_speed(coverage))
    channel, channel_words = _channel(ubigeo, listed.frame, households_without_mobile_pct)
    reads = literacy(ubigeo, literacy_counts)
    language = digital_channel.language_share_pct(mother_tongues, training_languages, ubigeo.index)
    reach = digital_channel.reach_pct(channel, reads["literacy_pct"], language)
    table = pd.concat([shares, level, channel, reads, language, reach], axis=1)
    words: dict[str, pd.Series] = {field: pd.Series(MEASURED, index=ubigeo.index) for field in SETTLEMENT_FIELDS}
    words |= {"digital_channel_level": level_words, "channel_share_pct": channel_words}
    words |= {str(field): pd.Series(REACH, index=ubigeo.index) for field in reach}
    return ConnectivityFigures(
        table=table,
        methods=long_methods(ubigeo, table, words),
        findings={"mobile_coverage": listed.findings},
        coverage=_coverage(listed.frame),
    )


def settlement_level(coverage: pd.DataFrame) -> pd.Series:
    """
    Return the level of the digital channel by settlement code: the best that one operator gives it.

    Missing where a row of unknown share might give a better level than the ones that are known.
    """
    given = digital_channel.row_level(coverage["technology"], coverage["over_1_mbps"])
    codes, share = coverage["settlement_code"], coverage["total_share"]
    sure = given.where(share.ge(COVERED_FROM_SHARE), 0.0).groupby(codes).max()
    possible = given.where(share.ge(COVERED_FROM_SHARE) | share.isna(), 0.0).groupby(codes).max()
    return sure.mask(possible > sure).rename("level")


def _listed(
    codes: pd.Series, placed: pd.Series, coverage: pd.DataFrame | None, scope: Collection[str]
) -> SettlementCoverage:
    if coverage is None:
        columns = ["settlement_code", "ubigeo", "is_in_layer", "level"]
        states = [f"{name}_{measure}" for name in ("2g", "3g", "4g", "5g") for measure in ("total", "guaranteed")]
        return SettlementCoverage(pd.DataFrame(columns=[*columns, *states]), [])
    covered = covered_settlements(coverage).assign(level=settlement_level(coverage))
    return on_the_list(codes, placed, covered, scope)


def _tells_speed(coverage: pd.DataFrame | None) -> bool:
    if coverage is None:
        return False
    best = coverage["technology"].isin(["4g", "5g"]) & coverage["total_share"].ge(COVERED_FROM_SHARE)
    return bool(coverage.loc[best, "over_1_mbps"].notna().all())


def _level(
    ubigeo: pd.Series, listed: pd.DataFrame, mobile_internet: pd.DataFrame, tells_speed: bool
) -> tuple[pd.Series, pd.Series]:
    """Return the level of each district and how it was made: by its settlements, else by the count of operators."""
    by_count, words = digital_channel.level_by_operators(
        by_district(ubigeo, mobile_internet, "rural_operators_count"),
        by_district(ubigeo, mobile_internet, "urban_operators_count"),
    )
    reached = digital_channel.district_level(listed["level"].astype(float), listed["ubigeo"]).reindex(ubigeo)
    measured = pd.Series(reached.to_numpy(dtype=float), index=ubigeo.index)
    # only 4G depends on the speed: below the level of video nothing was assumed
    word = pd.Series(np.where(measured.eq(VIDEO) & (not tells_speed), ASSUMED_SPEED, MEASURED), index=ubigeo.index)
    level = measured.where(measured.notna(), by_count).rename("digital_channel_level")
    return level, word.where(measured.notna(), words)


def _channel(
    ubigeo: pd.Series, listed: pd.DataFrame, households_without_mobile_pct: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Return who has a channel for WhatsApp: settlements at its level, or households with a mobile phone elsewhere."""
    level = listed["level"].astype(float)
    share = 100.0 * level.ge(WHATSAPP_LEVEL)[level.notna()].groupby(listed["ubigeo"]).mean().reindex(ubigeo)
    measured = pd.Series(share.to_numpy(dtype=float), index=ubigeo.index)
    channel = measured.where(measured.notna(), 100.0 - households_without_mobile_pct).rename("channel_share_pct")
    words = pd.Series(np.where(measured.notna(), MEASURED, HOUSEHOLDS), index=ubigeo.index)
    return channel, words


def _coverage(listed: pd.DataFrame) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "province_code": listed["ubigeo"].astype("str").str[:4] + "00",
            "settlements_count": 1,
            "in_layer_count": listed["is_in_layer"].astype(int),
        }
    )
    coverage = rows.groupby("province_code", as_index=False).sum()
    return coverage.assign(absent_count=coverage["settlements_count"] - coverage["in_layer_count"])
