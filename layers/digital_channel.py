"""
The digital channel of a place, 0 to 3, and how many people a training by WhatsApp could reach through it.

Levels (domain of the project): 0 nothing, 1 2G (voice and text messages), 2 3G or up to 1 Mbps (messages with images),
3 4G with more than 1 Mbps (voice notes and video). A settlement has the best level that one operator gives it; a
district has the level that at least half of its settlements reach. Where no layer tells the coverage of settlements,
the count of operators with mobile internet gives an approximate level, which its method word keeps apart.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

NONE, VOICE, IMAGES, VIDEO = 0.0, 1.0, 2.0, 3.0

# Judgement: a district is at the level that half of its settlements reach; a median, so that one town does not decide.
REACHED_BY_SHARE = 0.5
# Judgement: messages with images and voice notes need level 2; with level 1 there is no WhatsApp.
WHATSAPP_LEVEL = IMAGES
# Judgement: 4G whose speed the source does not tell counts as more than 1 Mbps, the floor of that technology in normal
# use; its method word says that the speed is assumed.
ASSUMED_OVER_1_MBPS = True
# Judgement: the training speaks Spanish until somebody records it in another language.
TRAINING_LANGUAGES = ("castellano",)

LANGUAGE_FIELDS = {
    "castellano": "language_spanish_pct",
    "quechua": "language_quechua_pct",
    "aimara": "language_aymara_pct",
    "otra lengua originaria": "language_other_native_pct",
}
"""Language of a training -> share of producers with that mother tongue, in the dictionary of the census."""

MEASURED, ASSUMED_SPEED = "settlement_coverage", "settlement_coverage_without_speed"
RURAL_OPERATORS, URBAN_OPERATORS = "operator_count", "operator_count_urban"
HOUSEHOLDS = "households_with_mobile"
"""How a level or a share of the channel was made; described in `geodata/methods/connectivity.toml`."""


def row_level(technology: pd.Series, over_1_mbps: pd.Series) -> pd.Series:
    """
    Return the level that one operator gives with one technology.

    Parameters
    ----------
    technology
        2g, 3g, 4g or 5g.
    over_1_mbps
        1 more than 1 Mbps, 0 up to 1 Mbps, missing when the source does not tell.
    """
    fast = over_1_mbps.fillna(float(ASSUMED_OVER_1_MBPS)).eq(1.0)
    best = technology.astype("str").map({"2g": VOICE, "3g": IMAGES, "4g": VIDEO, "5g": VIDEO}).astype(float)
    return best.where(fast | best.lt(VIDEO), IMAGES).rename("digital_channel_level")


def district_level(level: pd.Series, ubigeo: pd.Series) -> pd.Series:
    """
    Return, by ubigeo, the highest level that at least half of the settlements reach.

    Parameters
    ----------
    level
        0 to 3 per settlement; a settlement whose level is unknown is missing and is not counted.
    ubigeo
        District of each settlement, same index; missing outside every district.
    """
    known = level.notna() & ubigeo.notna()
    groups = ubigeo[known]
    reached = [
        level[known].ge(step).groupby(groups).mean().ge(REACHED_BY_SHARE).astype(float)
        for step in (VOICE, IMAGES, VIDEO)
    ]
    return sum(reached[1:], reached[0]).rename("digital_channel_level")


def level_by_operators(rural_count: pd.Series, urban_count: pd.Series) -> tuple[pd.Series, pd.Series]:
    """
    Return an approximate level from operators with mobile internet (3G or more), and how each was made.

    One operator or more in some rural settlement: 2, although the count does not say in how many. No operator: 1, the
    ceiling, because the table does not tell whether there is 2G and zero would affirm that there is not. Districts
    without rural settlements are told by their urban ones.
    """
    rural = rural_count.notna()
    count = rural_count.where(rural, urban_count)
    level = pd.Series(np.where(count.ge(1), IMAGES, VOICE), index=count.index).where(count.notna())
    words = pd.Series(np.where(rural, RURAL_OPERATORS, URBAN_OPERATORS), index=count.index, dtype="str")
    return level.rename("digital_channel_level"), words


def language_share_pct(census: pd.DataFrame | None, languages: Collection[str], index: pd.Index) -> pd.Series:
    """
    Return the producers whose mother tongue is one of the languages, 0-100; missing without census.

    Parameters
    ----------
    census
        Columns of `LANGUAGE_FIELDS`, indexed like the districts; a withheld share is missing and stays so.
    languages
        Keys of `LANGUAGE_FIELDS`. Mother tongues are exclusive, so shares add up.

    Raises
    ------
    ValueError
        If a language is unknown or none is given.
    """
    unknown = sorted(set(languages) - set(LANGUAGE_FIELDS))
    if unknown or not languages:
        raise ValueError(f"languages: expected some of {', '.join(LANGUAGE_FIELDS)}; found {unknown or 'none'}")
    columns = [LANGUAGE_FIELDS[language] for language in sorted(set(languages))]
    if census is None or not set(columns) <= set(census.columns):
        return pd.Series(np.nan, index=index, name="training_language_pct")
    return census[columns].sum(axis=1, min_count=len(columns)).rename("training_language_pct")


def reach_pct(channel_pct: pd.Series, literacy_pct: pd.Series, language_pct: pd.Series) -> pd.DataFrame:
    """
    Return who could be reached by WhatsApp, 0-100: an estimate, and its upper bound without the language.

    Channel, literacy and language are multiplied as if independent. They are not: all three fall with remoteness, so
    that the true share lies between this product and the smallest of the three parts.

    Returns
    -------
    reach
        whatsapp_reach_upper_pct = channel x literacy; whatsapp_reach_pct = that x language, missing without census.
    """
    upper = channel_pct * literacy_pct / 100.0
    return pd.DataFrame({"whatsapp_reach_upper_pct": upper, "whatsapp_reach_pct": upper * language_pct / 100.0})
