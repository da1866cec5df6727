"""The digital channel: levels of one operator, of a district, by counts of operators; the reach of a training."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import digital_channel
from layers.digital_channel import RURAL_OPERATORS, URBAN_OPERATORS


@pytest.mark.parametrize(
    ("technology", "over_1_mbps", "level"),
    [
        ("2g", np.nan, 1),
        ("2g", 1.0, 1),
        ("3g", 0.0, 2),
        ("3g", 1.0, 2),
        ("4g", 1.0, 3),
        ("4g", 0.0, 2),
        ("4g", np.nan, 3),
        ("5g", 1.0, 3),
        ("5g", 0.0, 2),
    ],
)
def test_level_of_a_technology(technology: str, over_1_mbps: float, level: int) -> None:
    """0 none, 1 2G, 2 3G or up to 1 Mbps, 3 4G with more than 1 Mbps; an untold speed of 4G is assumed."""
    found = digital_channel.row_level(pd.Series([technology]), pd.Series([over_1_mbps]))
    assert found.tolist() == [level]


@pytest.mark.parametrize(
    ("levels", "district"),
    [
        ([3, 3, 0], 3),
        ([3, 0], 3),
        ([3, 0, 0], 0),
        ([3, 2, 0, 0], 2),
        ([1, 2, 3], 2),
        ([0, 0, 0], 0),
        ([3, np.nan, np.nan], 3),
    ],
)
def test_a_district_is_at_the_level_that_half_of_its_settlements_reach(levels: list[float], district: int) -> None:
    """Half is enough, a third is not; settlements of unknown level are not counted."""
    found = digital_channel.district_level(pd.Series(levels, dtype=float), pd.Series(["010101"] * len(levels)))
    assert found.to_dict() == {"010101": district}


def test_settlements_outside_every_district_give_no_level() -> None:
    """A settlement without district is nobody's; a district whose levels are all unknown has none."""
    found = digital_channel.district_level(
        pd.Series([3.0, 1.0, np.nan]), pd.Series([None, "010101", "010102"], dtype="str")
    )
    assert found.to_dict() == {"010101": 1}


def test_counts_of_operators_give_an_approximate_level_and_say_so() -> None:
    """One operator or more is 2; none is 1 at most; without rural settlements the urban ones tell; nothing, nothing."""
    level, words = digital_channel.level_by_operators(
        pd.Series([0.0, 1.0, 4.0, np.nan, np.nan]), pd.Series([4.0, 0.0, np.nan, 2.0, np.nan])
    )
    assert level.iloc[:4].tolist() == [1, 2, 2, 2]
    assert np.isnan(level.iloc[4])
    assert words.iloc[:4].tolist() == [RURAL_OPERATORS, RURAL_OPERATORS, RURAL_OPERATORS, URBAN_OPERATORS]


def test_counts_never_reach_the_level_of_video() -> None:
    """A count says nothing of 4G nor of speed: level 3 comes only from the coverage of settlements."""
    level, _ = digital_channel.level_by_operators(pd.Series([0.0, 1.0, 2.0, 3.0, 4.0]), pd.Series([4.0] * 5))
    assert level.max() == 2


def test_languages_of_the_training_add_up() -> None:
    """Mother tongues are exclusive: 30 % Spanish and 60 % Quechua are 90 %; a withheld one leaves the sum unknown."""
    census = pd.DataFrame({"language_spanish_pct": [30.0, 30.0], "language_quechua_pct": [60.0, np.nan]})
    both = digital_channel.language_share_pct(census, ("castellano", "quechua"), census.index)
    assert both.iloc[0] == 90
    assert np.isnan(both.iloc[1])
    assert digital_channel.language_share_pct(census, ("castellano",), census.index).tolist() == [30, 30]


def test_without_census_there_is_no_language() -> None:
    """No table, or a table without the language: missing, never 100."""
    index = pd.RangeIndex(2)
    assert digital_channel.language_share_pct(None, ("castellano",), index).isna().all()
    assert digital_channel.language_share_pct(pd.DataFrame(index=index), ("quechua",), index).isna().all()


@pytest.mark.parametrize("languages", [(), ("inglés",), ("castellano", "inglés")])
def test_an_unknown_language_is_refused(languages: tuple[str, ...]) -> None:
    """A language that the census does not count is an error of whoever asks, not a missing value."""
    with pytest.raises(ValueError, match="languages"):
        digital_channel.language_share_pct(None, languages, pd.RangeIndex(1))


def test_reach_is_the_product_of_its_parts() -> None:
    """50 % with channel, 80 % who read, half who speak it: 40 % at most, 20 % in all."""
    reach = digital_channel.reach_pct(pd.Series([50.0, 50.0]), pd.Series([80.0, 80.0]), pd.Series([50.0, np.nan]))
    assert reach["whatsapp_reach_upper_pct"].tolist() == [40, 40]
    assert reach["whatsapp_reach_pct"].iloc[0] == 20
    assert np.isnan(reach["whatsapp_reach_pct"].iloc[1])


@given(*[st.floats(0, 100)] * 3)
def test_reach_never_exceeds_any_of_its_parts(channel: float, literacy: float, language: float) -> None:
    """The estimate lies under its upper bound, and that under channel and literacy."""
    row = digital_channel.reach_pct(pd.Series([channel]), pd.Series([literacy]), pd.Series([language])).iloc[0]
    assert 0 <= row["whatsapp_reach_pct"] <= row["whatsapp_reach_upper_pct"] + 1e-9
    assert row["whatsapp_reach_upper_pct"] <= min(channel, literacy) + 1e-9
