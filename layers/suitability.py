"""
What a district could grow and what it grows today: two figures side by side, never one made from the other.

Suitability is a planning screen, not agronomic advice: how much of a district lies within a product's window of
altitude and, for what is grown without irrigation, of rain; the scarcer of the two decides (law of the minimum, FAO
Soils Bulletin 32, 1976). Temperature, soil and frost are not computed: no layer of them is loaded. The altitudes are
those of the whole district, not of its fields alone. What is prioritised people decide (`geodata.priorities`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.crop_windows import CropWindow, Trapezoid
from geodata.ubigeo import LEVELS, entity_code, is_within
from layers.joining import by_code
from layers.overlay.zones import COVERED_SHARE_MINIMUM
from layers.present_products import census_area, recorded

ALTITUDE_BIN_M = 10
"""Width of the classes of an altitude histogram."""

UNLIMITED_FROM = 0.95
"""From this suitability on nothing is named as limiting (proposed): the rest is within what a raster leaves out."""

DEMONSTRATION_PLOTS_COUNT = 3
"""Products proposed where none is prioritised (issue 4)."""

PIXEL, SEAT_ALTITUDE, NO_ALTITUDE = "pixel", "seat_altitude", "no_altitude"
"""How the altitude of a district was known; described in geodata/methods/suitability.toml."""

ALTITUDE_LOW, ALTITUDE_HIGH, RAIN_LOW, RAIN_HIGH = "altitude_low", "altitude_high", "rain_low", "rain_high"
NOTHING, UNKNOWN = "none", "unknown"
LIMITING_FACTORS = (ALTITUDE_LOW, ALTITUDE_HIGH, RAIN_LOW, RAIN_HIGH, NOTHING, UNKNOWN)

RAIN_CONSIDERED, RAIN_UNKNOWN, RAIN_NOT_NEEDED = "considered", "unknown", "not_needed"
RAIN_USES = (RAIN_CONSIDERED, RAIN_UNKNOWN, RAIN_NOT_NEEDED)

_DIGITS = 6
"""Suitabilities nearer than this are equal: the order of additions must not decide a rank."""

Floats = npt.NDArray[np.float64]
Windows = Mapping[str, CropWindow]


@dataclass(frozen=True)
class AltitudeHistogram:
    """How the area of each district is spread over altitudes."""

    area: pd.DataFrame
    """Index ubigeo; columns the lower edge of classes of 10 m; values area in any one unit, or shares."""
    covered_share: pd.Series
    """Share (0-1) of each district that the raster covers, by ubigeo."""


@dataclass(frozen=True)
class _Fit:
    """Districts x products: how much lies within a window (0-1), and how much is lost on either side of it."""

    within: Floats
    lost_below: Floats
    lost_above: Floats


def membership(values: npt.ArrayLike, window: Trapezoid) -> Floats:
    """
    Return how far each value lies within a trapezoid a, b, c, d: 0 outside a-d, 1 from b to c, straight in between.

    Where two corners meet the side is a step, and the corner itself lies within. Missing stays missing.
    """
    a, b, c, d = window
    values = np.asarray(values, dtype=float)
    rise = (values - a) / (b - a) if b > a else (values >= a).astype(float)
    fall = (d - values) / (d - c) if d > c else (values <= d).astype(float)
    return np.where(np.isnan(values), np.nan, np.clip(np.minimum(rise, fall), 0.0, 1.0))


def products_table(
    districts: pd.DataFrame,
    windows: Windows,
    *,
    crops: pd.DataFrame,
    histogram: AltitudeHistogram | None = None,
    census_crops: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """
    Return, for every district and product, what could be grown and what is.

    Parameters
    ----------
    districts
        One row per `ubigeo` with `capital_altitude_m` and `agricultural_area_ha`; `rain_annual_mm` when it is known.
    windows
        Products in the order in which ties are broken.
    crops
        VBP 2023: `ubigeo`, `crop`, `production_t`, `value_pen_thousand`.
    histogram
        Altitudes by pixel; a district absent from it, or covered less than 95 %, is judged by its seat.
    census_crops
        The published crops of the census, with what is withheld already empty: `ubigeo`, `crop`, `crop_area_ha`.

    Returns
    -------
    products
        Columns `ubigeo`, `product`, `suitability` (0-1), `suitability_irrigated` (0-1, as if no rain were lacking),
        `suitable_ha` (agricultural hectares x suitability; missing for what lives in water), `method`,
        `limiting_factor`, `rain_use`, `present_value_pen_thousand` and `present_t` (zero: recorded there and grows
        none; missing: unknown), `present_ha`, `is_present_ha_reserved`, `rank` (1 first, among products with any
        suitability). In order of `districts`.

    Raises
    ------
    ValueError
        If an ubigeo repeats.
    """
    ubigeo, chosen = by_code(districts).index, list(windows.values())
    altitude, method = _altitude_fit(districts, chosen, histogram)
    rain = _rain_fit(districts, chosen)
    # what is not limited by rain, or nobody knows, is left to the altitude
    suitability = np.asarray(np.round(np.fmin(altitude.within, rain.within), _DIGITS), dtype=np.float64)
    suitability[np.isnan(altitude.within)] = np.nan
    irrigated = np.round(np.minimum(altitude.within, 1.0 - np.nan_to_num(rain.lost_above)), _DIGITS)
    area_ha = districts["agricultural_area_ha"].to_numpy(float)[:, None]
    columns = {
        "suitability": suitability,
        "suitability_irrigated": irrigated,
        "suitable_ha": np.where([window.water == "flow" for window in chosen], np.nan, area_ha * suitability),
        "method": np.broadcast_to(method[:, None], suitability.shape),
        "limiting_factor": _limiting_factor(suitability, altitude, rain),
        "rain_use": _rain_use(rain, chosen),
        **recorded(ubigeo, chosen, crops),
        **census_area(ubigeo, chosen, census_crops),
        "rank": _rank(suitability),
    }
    keys = {"ubigeo": np.repeat(ubigeo.to_numpy(), len(chosen)), "product": np.tile(list(windows), len(ubigeo))}
    table = pd.DataFrame({**keys, **{name: values.ravel() for name, values in columns.items()}})
    words = ("ubigeo", "product", "method", "limiting_factor", "rain_use")
    return table.astype({**dict.fromkeys(words, "str"), "rank": "Int64"})


def _altitude_fit(
    districts: pd.DataFrame, windows: Sequence[CropWindow], histogram: AltitudeHistogram | None
) -> tuple[_Fit, npt.NDArray[np.object_]]:
    """Return the fit by altitude and, per district, how its altitude was known."""
    trapezoids = [window.altitude_m for window in windows]
    seat_m = districts["capital_altitude_m"].to_numpy(float)
    fit = _fit(seat_m, trapezoids)
    method = np.where(np.isnan(seat_m), NO_ALTITUDE, SEAT_ALTITUDE).astype(object)
    if histogram is None:
        return fit, method
    area = histogram.area.reindex(districts["ubigeo"]).fillna(0.0).to_numpy(float)
    covered = histogram.covered_share.reindex(districts["ubigeo"]).to_numpy(float)
    total = area.sum(axis=1)
    by_pixel = (covered >= COVERED_SHARE_MINIMUM) & (total > 0)
    share = area[by_pixel] / total[by_pixel, None]
    middles_m = histogram.area.columns.to_numpy(float) + ALTITUDE_BIN_M / 2
    bins = _fit(middles_m, trapezoids)
    for of_districts, of_bins in zip(_parts(fit), _parts(bins), strict=True):
        of_districts[by_pixel] = share @ of_bins
    method[by_pixel] = PIXEL
    return fit, method


def _rain_fit(districts: pd.DataFrame, windows: Sequence[CropWindow]) -> _Fit:
    """Return the fit by rain, missing for products that do not depend on it and where it is not known."""
    unknown = pd.Series(np.nan, index=districts.index)
    rain_mm = np.asarray(districts.get("rain_annual_mm", unknown), dtype=np.float64)
    return _fit(rain_mm, [window.rain_mm for window in windows])


def _fit(values: Floats, windows: Sequence[Trapezoid | None]) -> _Fit:
    # rasters say -9 m by the sea: it is the shore, and a window that starts at zero holds it
    at = np.maximum(values, 0.0)
    unlimited = np.full(len(values), np.nan)
    within = np.column_stack([unlimited if window is None else membership(at, window) for window in windows])
    is_below, is_above = (
        np.column_stack([unlimited < 0 if window is None else compare(at, window[corner]) for window in windows])
        for compare, corner in ((np.less, 1), (np.greater, 2))
    )
    lost = 1.0 - within
    return _Fit(within, np.where(is_below, lost, 0.0), np.where(is_above, lost, 0.0))


def _parts(fit: _Fit) -> tuple[Floats, Floats, Floats]:
    return fit.within, fit.lost_below, fit.lost_above


def _limiting_factor(suitability: Floats, altitude: _Fit, rain: _Fit) -> npt.NDArray[np.object_]:
    """Return what keeps each product back: the scarcer of altitude and rain, on the side where more is lost."""
    by_rain = np.where(rain.lost_below >= rain.lost_above, RAIN_LOW, RAIN_HIGH)
    by_altitude = np.where(altitude.lost_below >= altitude.lost_above, ALTITUDE_LOW, ALTITUDE_HIGH)
    factor = np.where(rain.within < altitude.within, by_rain, by_altitude).astype(object)
    factor[suitability >= UNLIMITED_FROM] = NOTHING
    factor[np.isnan(suitability)] = UNKNOWN
    return factor


def _rain_use(rain: _Fit, windows: Sequence[CropWindow]) -> npt.NDArray[np.object_]:
    needs_rain = np.array([window.rain_mm is not None for window in windows])
    known = np.where(np.isnan(rain.within), RAIN_UNKNOWN, RAIN_CONSIDERED)
    return np.where(needs_rain, known, RAIN_NOT_NEEDED).astype(object)


def _rank(suitability: Floats) -> Floats:
    """Return 1 for the most apt product of each district; none for what is not apt at all."""
    order = np.argsort(-suitability, axis=1, kind="stable")
    places = np.argsort(order, axis=1) + 1.0
    return np.where(suitability > 0, places, np.nan)


def has_priority(ubigeo: pd.Series, prioritised: pd.DataFrame) -> pd.Series:
    """Return whether a district, or the province or department that holds it, has a prioritised product."""
    named = set(prioritised["ubigeo"])
    held = [entity_code(ubigeo, level).isin(named) for level in LEVELS]
    return pd.Series(np.logical_or.reduce(held), index=ubigeo.index, name="has_priority")


def priorities_about(prioritised: pd.DataFrame, ubigeo: str) -> pd.DataFrame:
    """Return the priorities of a territory, of those that hold it and of those inside it."""
    holders = {entity_code(pd.Series([ubigeo]), level).iloc[0] for level in LEVELS}
    return prioritised[prioritised["ubigeo"].isin(holders) | is_within(prioritised["ubigeo"], ubigeo)]


def demonstration_plots(
    products: pd.DataFrame, prioritised: pd.DataFrame, at_most: int = DEMONSTRATION_PLOTS_COUNT
) -> pd.DataFrame:
    """
    Return the candidate *parcelas demostrativas*: the most apt products where nobody has prioritised any.

    Parameters
    ----------
    products
        From `products_table`.
    prioritised
        `ubigeo` (of any level) and `product` of the priorities in force; one of a province or a department holds for
        the districts inside.

    Returns
    -------
    plots
        `ubigeo`, `rank`, `product`, `suitability`, `suitable_ha`, `method`, `limiting_factor`, in order of ubigeo and
        rank. A product that is not apt at all is never proposed, so that some districts have fewer, or none.
    """
    columns = ["ubigeo", "rank", "product", "suitability", "suitable_ha", "method", "limiting_factor"]
    is_candidate = products["rank"].le(at_most).fillna(False).astype(bool)
    free = products[is_candidate & ~has_priority(products["ubigeo"], prioritised)]
    return free.sort_values(["ubigeo", "rank"])[columns].reset_index(drop=True)
