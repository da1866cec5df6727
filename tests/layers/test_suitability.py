"""Suitability by hand: trapezoids, pixels against the seat, rain, what limits, ranks and demonstration plots."""

from __future__ import annotations

from time import perf_counter
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.crop_windows import CropWindow, Trapezoid, load_windows
from geodata.method_words import load_methods
from layers import suitability as layer
from layers.suitability import AltitudeHistogram, demonstration_plots, has_priority, membership, products_table

NO_CROPS = pd.DataFrame({"ubigeo": ["999999"], "crop": ["X"], "production_t": [1.0], "value_pen_thousand": [1.0]})
NOBODY = pd.DataFrame(columns=["ubigeo", "product"], dtype="str")

corners = st.lists(st.integers(0, 6000), min_size=4, max_size=4).map(sorted).map(tuple)


def window(product: str, altitude: Trapezoid, rain: Trapezoid | None = None, **others) -> CropWindow:
    values: dict[str, Any] = {
        "label": product.title(),
        "temperature_c": (10.0, 20.0),
        "water": "rainfed" if rain else "irrigated",
        "water_note": "",
        "frost": "",
        "src": "m",
        "basis": "propuesto",
        "source": "",
        "crops": (),
        "census_codes": (),
    }
    return CropWindow(product=product, altitude_m=altitude, rain_mm=rain, **{**values, **others})


LOW = window("low", (0, 0, 1000, 2000))
HIGH = window("high", (1000, 2000, 3000, 4000))
WET = window("wet", (1000, 2000, 3000, 4000), rain=(300, 500, 800, 1000))
WINDOWS = {one.product: one for one in (LOW, HIGH, WET)}


def places(*altitudes: float, rain: float | None = None) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "ubigeo": [f"0101{number:02d}" for number in range(1, len(altitudes) + 1)],
            "capital_altitude_m": list(altitudes),
            "agricultural_area_ha": 200.0,
        }
    )
    return frame if rain is None else frame.assign(rain_annual_mm=rain)


def table(districts: pd.DataFrame, windows: dict[str, CropWindow] | None = None, **others) -> pd.DataFrame:
    made = products_table(districts, windows or WINDOWS, crops=NO_CROPS, **others)
    return made.set_index(["ubigeo", "product"])


def row(found: pd.DataFrame, ubigeo: str, product: str) -> pd.Series:
    return cast(pd.Series, found.loc[(ubigeo, product)])


def test_a_trapezoid_by_hand() -> None:
    """Nothing at a and d, half half-way, whole from b to c, nothing outside; missing stays missing."""
    found = membership([0, 1000, 1500, 2000, 3000, 3500, 4000, 9000, np.nan], (1000, 2000, 3000, 4000))
    assert found.tolist()[:-1] == [0, 0, 0.5, 1, 1, 0.5, 0, 0]
    assert np.isnan(found[-1])


def test_a_trapezoid_that_starts_at_zero_holds_the_shore() -> None:
    """Mango and peppers have a = b = 0: sea level lies within, without dividing by zero."""
    assert membership([0, 800, 1000, 1200], (0, 0, 800, 1200)).tolist() == [1, 1, 0.5, 0]
    assert membership([999, 1000, 1001], (1000, 1000, 1000, 1000)).tolist() == [0, 1, 0]


@given(corners, st.lists(st.floats(-100, 7000), min_size=1, max_size=20))
def test_membership_is_a_share_and_whole_between_b_and_c(corner: Trapezoid, values: list[float]) -> None:
    """Always 0 to 1, 1 from b to c, 0 outside a to d, whatever the corners."""
    a, b, c, d = corner
    at, found = np.array(values), membership(values, corner)
    assert ((found >= 0) & (found <= 1)).all()
    assert (found[(at >= b) & (at <= c)] == 1).all()
    assert (found[(at < a) | (at > d)] == 0).all()


def test_without_pixels_the_seat_decides_and_says_so() -> None:
    """The altitude of the seat gives the membership; hectares are farmland times membership."""
    found = table(places(1500, np.nan))
    assert row(found, "010101", "high")[["suitability", "suitable_ha", "method"]].tolist() == [
        0.5,
        100,
        "seat_altitude",
    ]
    unknown = row(found, "010102", "high")
    assert np.isnan(unknown["suitability"])
    assert np.isnan(unknown["suitable_ha"])
    assert (unknown["method"], unknown["limiting_factor"]) == ("no_altitude", "unknown")
    assert pd.isna(unknown["rank"])


def histogram(covered: float, bins: dict[int, float], ubigeo: str = "010101") -> AltitudeHistogram:
    return AltitudeHistogram(pd.DataFrame([bins], index=[ubigeo]), pd.Series({ubigeo: covered}))


def test_pixels_are_weighted_by_their_area() -> None:
    """A quarter at 1,495 m (membership 0.495) and three at 2,495 m (whole) make 0.87375, whatever the unit of area."""
    for unit in (1.0, 400.0):
        found = table(places(0), histogram=histogram(1.0, {1490: 0.25 * unit, 2490: 0.75 * unit}))
        assert row(found, "010101", "high")["suitability"] == pytest.approx(0.25 * 0.495 + 0.75)
        assert row(found, "010101", "high")["method"] == "pixel"


@pytest.mark.parametrize(("covered", "method"), [(0.94, "seat_altitude"), (0.95, "pixel"), (np.nan, "seat_altitude")])
def test_a_raster_that_covers_a_part_is_not_used(covered: float, method: str) -> None:
    """Under 95 % the seat decides for the whole district; a part is never dressed as the whole."""
    found = row(table(places(2500), histogram=histogram(covered, {0: 1.0})), "010101", "high")
    assert found["method"] == method
    assert found["suitability"] == (0.0 if method == "pixel" else 1.0)


def test_a_district_outside_the_raster_keeps_its_seat() -> None:
    """Only the districts of the histogram change."""
    found = table(places(2500, 2500), histogram=histogram(1.0, {0: 1.0}))
    assert found.xs("high", level="product")["suitability"].tolist() == [0.0, 1.0]


def test_the_shore_below_zero_is_not_too_low() -> None:
    """A raster that says -9 m by the sea does not make the coast unfit for mango."""
    assert row(table(places(-9)), "010101", "low")["suitability"] == 1.0


@pytest.mark.parametrize(
    ("altitude", "rain", "suitability", "factor"),
    [
        (2500, 600, 1.0, "none"),
        (1500, 600, 0.5, "altitude_low"),
        (3500, 600, 0.5, "altitude_high"),
        (2500, 400, 0.5, "rain_low"),
        (2500, 900, 0.5, "rain_high"),
        (2500, 0, 0.0, "rain_low"),
        (1250, 400, 0.25, "altitude_low"),
        (1750, 350, 0.25, "rain_low"),
        (1500, 400, 0.5, "altitude_low"),
    ],
)
def test_the_scarcer_of_altitude_and_rain_decides_and_is_named(
    altitude: float, rain: float, suitability: float, factor: str
) -> None:
    """The minimum of the two windows, and the side on which it falls short."""
    found = row(table(places(altitude, rain=rain)), "010101", "wet")
    assert (found["suitability"], found["limiting_factor"]) == (suitability, factor)
    assert found["rain_use"] == "considered"


def test_what_is_irrigated_ignores_the_rain() -> None:
    """Rain changes nothing for an irrigated product, and that is said."""
    for rain in (0, 5000):
        found = row(table(places(2500, rain=rain)), "010101", "high")
        assert (found["suitability"], found["rain_use"], found["limiting_factor"]) == (1.0, "not_needed", "none")


def test_lack_of_rain_can_be_irrigated_and_excess_cannot() -> None:
    """`suitability_irrigated` lifts the lack of rain only; altitude still limits."""
    assert row(table(places(1500, rain=0)), "010101", "wet")["suitability_irrigated"] == 0.5
    assert row(table(places(2500, rain=900)), "010101", "wet")["suitability_irrigated"] == 0.5


@pytest.mark.parametrize("rain", [None, np.nan])
def test_unknown_rain_is_stated_not_invented(rain: float | None) -> None:
    """Without rain the altitude alone decides, and the row says that rain is unknown."""
    found = row(table(places(2500, rain=rain)), "010101", "wet")
    assert (found["suitability"], found["rain_use"], found["limiting_factor"]) == (1.0, "unknown", "none")


def test_the_limit_of_pixels_is_the_side_that_loses_more() -> None:
    """Three quarters above the window and a quarter below: too high is what limits."""
    found = table(places(0), histogram=histogram(1.0, {500: 0.25, 4500: 0.75}))
    assert row(found, "010101", "high")["limiting_factor"] == "altitude_high"


def test_what_lives_in_water_has_no_hectares() -> None:
    """Farmland times membership says nothing of trout: its hectares are missing, not a figure."""
    trout = {"trout": window("trout", (0, 0, 5000, 5000), water="flow")}
    found = table(places(2500), trout).iloc[0]
    assert found["suitability"] == 1.0
    assert np.isnan(found["suitable_ha"])


def test_ranks_follow_suitability_and_then_the_order_of_products() -> None:
    """1 for the most apt; equals in the order of the table of windows; nothing for what is not apt."""
    ranks = table(places(1500, rain=400))["rank"]
    assert ranks.tolist() == [1, 2, 3]
    backwards = table(places(1500, rain=400), dict(reversed(WINDOWS.items())))["rank"]
    assert backwards.xs(("010101", "wet")) == 1
    assert table(places(5000))["rank"].isna().all()
    low_first = table(places(2500, rain=400))["rank"]
    assert low_first.isna().tolist() == [True, False, False]
    assert low_first.dropna().tolist() == [1, 2]


@settings(max_examples=25)
@given(st.lists(st.floats(0, 6000), min_size=1, max_size=12), st.randoms())
def test_the_order_of_districts_changes_nothing(altitudes: list[float], random) -> None:
    """Each district has the same rows wherever it stands in the table."""
    districts = places(*altitudes, rain=600)
    order = list(range(len(districts)))
    random.shuffle(order)
    shuffled = table(districts.iloc[order])
    pd.testing.assert_frame_equal(table(districts).sort_index(), shuffled.sort_index())


def test_a_repeated_code_is_refused() -> None:
    """Two rows of one district would otherwise both be published."""
    twice = pd.concat([places(2500), places(2600)])
    with pytest.raises(ValueError, match="repeated ubigeos"):
        products_table(twice, WINDOWS, crops=NO_CROPS)


def test_the_words_of_methods_and_limits_are_closed() -> None:
    """Every word that a row may carry is one of those listed, and every method is described."""
    found = table(places(500, 1500, 2500, 3500, 5000, np.nan, rain=400))
    assert set(found["limiting_factor"]) <= set(layer.LIMITING_FACTORS)
    assert set(found["rain_use"]) <= set(layer.RAIN_USES)
    assert {layer.PIXEL, layer.SEAT_ALTITUDE, layer.NO_ALTITUDE} <= set(load_methods())
    assert load_methods()[layer.SEAT_ALTITUDE].quality == "aproximado"


def test_priorities_hold_for_what_lies_inside() -> None:
    """A district's own priority, its province's and its department's count; a neighbour's do not."""
    codes = pd.Series(["010101", "010102", "010201", "020101"])
    for owner, expected in {
        "010101": [True, False, False, False],
        "010100": [True, True, False, False],
        "010000": [True, True, True, False],
    }.items():
        given_priorities = pd.DataFrame({"ubigeo": [owner], "product": ["low"]})
        assert has_priority(codes, given_priorities).tolist() == expected
    assert not has_priority(codes, NOBODY).any()


def test_priorities_about_a_territory() -> None:
    """Its own, of what holds it and of what it holds; none of its neighbours."""
    owners = pd.DataFrame({"ubigeo": ["010101", "010102", "010100", "010000", "020000"]})
    about = {code: layer.priorities_about(owners, code)["ubigeo"].tolist() for code in ("010101", "010100", "020100")}
    assert about["010101"] == ["010101", "010100", "010000"]
    assert about["010100"] == ["010101", "010102", "010100", "010000"]
    assert about["020100"] == ["020000"]


def test_demonstration_plots_are_the_most_apt_where_nothing_is_prioritised() -> None:
    """At most three, in order, never what is not apt; none where a product is prioritised."""
    more = {**WINDOWS, "wide": window("wide", (0, 0, 6000, 6000)), "other": window("other", (0, 0, 6000, 6000))}
    districts = places(1500, 1500, 5000, 9000)
    products = products_table(districts, more, crops=NO_CROPS)
    plots = demonstration_plots(products, pd.DataFrame({"ubigeo": ["010102"], "product": ["low"]}))
    proposed = plots.groupby("ubigeo")["product"].agg(list).to_dict()
    assert proposed == {"010101": ["wide", "other", "low"], "010103": ["wide", "other"]}
    assert (plots["suitability"] > 0).all()
    assert plots.loc[plots["ubigeo"].eq("010101"), "rank"].tolist() == [1, 2, 3]


def test_the_priority_does_not_touch_what_is_apt_or_present() -> None:
    """Three layers: plots change with priorities, the table of products does not."""
    products = products_table(places(2500), WINDOWS, crops=NO_CROPS)
    before = products.copy()
    demonstration_plots(products, pd.DataFrame({"ubigeo": ["010000"], "product": ["low"]}))
    pd.testing.assert_frame_equal(products, before)


def test_the_country_takes_less_than_a_second() -> None:
    """1,891 districts by 17 products, by pixel and with rain."""
    count = 1891
    random = np.random.default_rng(1)
    codes = [f"{number:06d}" for number in range(count)]
    districts = pd.DataFrame(
        {
            "ubigeo": codes,
            "capital_altitude_m": random.uniform(0, 5000, count),
            "agricultural_area_ha": 100.0,
            "rain_annual_mm": random.uniform(0, 2000, count),
        }
    )
    area = pd.DataFrame(random.random((count, 680)), index=codes, columns=range(0, 6800, 10))
    started = perf_counter()
    found = products_table(
        districts, load_windows(), crops=NO_CROPS, histogram=AltitudeHistogram(area, pd.Series(1.0, index=codes))
    )
    assert perf_counter() - started < 1.0
    assert len(found) == count * 17
