"""The map of a briefing as SVG: a territory among its neighbours, and where in the country it lies."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from html import escape

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.crs import GEOD
from geodata.ubigeo import is_within
from layers.rendering.palette import LIGHT
from pipelines.export.safe_text import shortened

WIDTH, HEIGHT = 900.0, 700.0
"""Units of the drawing; the page scales it."""

MARGIN_SHARE = 0.35
"""Of the territory's larger side: as much of the neighbours as tells where one is (proposed)."""

_INSET_WIDTH = 150.0
_FONT = 'font-family="Liberation Sans, DejaVu Sans"'
_LETTER, _LETTER_OWN, _LETTER_WIDTH_SHARE = 17.0, 21.0, 0.56
_LONGEST_LABEL = 28
_SCALE_KM = (1, 2, 5, 10, 20, 50, 100, 200)
_SCALE_AT_MOST = 0.25
"""Share of the width that the bar of the scale may take."""


class Projection:
    """Degrees to units of the drawing: equirectangular, true at the middle, north up."""

    def __init__(self, bounds: tuple[float, float, float, float], width: float, height: float) -> None:
        west, south, east, north = bounds
        self.middle_x, self.middle_y = (west + east) / 2, (south + north) / 2
        self.squeeze = math.cos(math.radians(self.middle_y))
        self.units = min(width / ((east - west) * self.squeeze), height / (north - south))
        self.width, self.height = width, height

    def to_drawing(self, degrees: np.ndarray) -> np.ndarray:
        """Return x to the right and y downwards, from an array of longitude and latitude."""
        x = self.width / 2 + (degrees[:, 0] - self.middle_x) * self.squeeze * self.units
        y = self.height / 2 - (degrees[:, 1] - self.middle_y) * self.units
        return np.column_stack([x, y])

    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north of the whole drawing."""
        half_x = self.width / 2 / self.units / self.squeeze
        half_y = self.height / 2 / self.units
        return self.middle_x - half_x, self.middle_y - half_y, self.middle_x + half_x, self.middle_y + half_y


def draw(
    ubigeo: str,
    districts: gpd.GeoDataFrame,
    provinces: gpd.GeoDataFrame,
    departments: gpd.GeoDataFrame,
    names: Mapping[str, str],
) -> str:
    """
    Return an SVG document of `WIDTH` x `HEIGHT`.

    Parameters
    ----------
    ubigeo
        Territory of any level that is highlighted.
    districts, provinces, departments
        `ubigeo` and light shapes whose borders coincide, EPSG:4326.
    names
        Ubigeo of a district -> name; it is written where it fits.
    """
    own = districts[is_within(districts["ubigeo"], ubigeo)]
    projection = Projection(_framed(tuple(own.total_bounds)), WIDTH, HEIGHT)
    window = shapely.box(*projection.bounds())
    near = districts[districts.intersects(window)]
    is_own = near["ubigeo"].isin(set(own["ubigeo"]))
    parts = [
        _shapes(
            near[~is_own].geometry, projection, window, fill=LIGHT.land, stroke=LIGHT.no_data.hatch_colour, width=1
        ),
        _shapes(near[is_own].geometry, projection, window, fill=LIGHT.sequential[2], stroke=LIGHT.paper, width=1.5),
        _shapes(_crossing(provinces, window), projection, window, fill="none", stroke=LIGHT.muted, width=2),
        _shapes(_crossing(departments, window), projection, window, fill="none", stroke=LIGHT.ink, width=3.5),
        _shapes([own.geometry.union_all()], projection, window, fill="none", stroke=LIGHT.accent, width=6),
        _labels(near, is_own, names, projection),
        _scale_bar(projection),
        _inset(own.geometry.union_all().representative_point(), departments),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}">'
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="{LIGHT.paper}"/>{"".join(parts)}</svg>'
    )


def _framed(bounds: tuple[float, ...]) -> tuple[float, float, float, float]:
    west, south, east, north = bounds
    margin = MARGIN_SHARE * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def _crossing(shapes: gpd.GeoDataFrame, window: shapely.Polygon) -> gpd.GeoSeries:
    return shapes[shapes.intersects(window)].geometry


def _shapes(
    geometries: Iterable[shapely.Geometry],
    projection: Projection,
    window: shapely.Polygon | None,
    *,
    fill: str,
    stroke: str,
    width: float,
) -> str:
    """Return a path per shape. Only what the window shows is drawn, without the window itself as a border."""
    drawn = []
    for geometry in geometries:
        rings = "".join(
            _ring(ring, projection) for ring in _rings(geometry) if window is None or ring.intersects(window)
        )
        if rings:
            drawn.append(f'<path d="{rings}"/>')
    return (
        f'<g fill="{fill}" stroke="{stroke}" stroke-width="{width:g}" stroke-linejoin="round" fill-rule="evenodd">'
        f"{''.join(drawn)}</g>"
    )


def _rings(geometry: shapely.Geometry) -> list[shapely.Polygon]:
    """Return every ring of a polygon as a polygon of its own, holes too."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return [shapely.Polygon(ring) for part in parts for ring in (part.exterior, *part.interiors)]


def _ring(ring: shapely.Polygon, projection: Projection) -> str:
    points = projection.to_drawing(shapely.get_coordinates(ring)[:-1])
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points.tolist()) + "Z"


def _labels(near: gpd.GeoDataFrame, is_own: pd.Series, names: Mapping[str, str], projection: Projection) -> str:
    """Return the names of the districts in which a name fits, in the middle of what is seen of each."""
    seen = shapely.clip_by_rect(near.geometry.to_numpy(), *projection.bounds())
    return "".join(
        _label(shape, shortened(names.get(str(code), ""), _LONGEST_LABEL), bool(own), projection)
        for code, shape, own in zip(near["ubigeo"], seen, is_own, strict=True)
        if not shape.is_empty
    )


def _label(shape: shapely.Geometry, text: str, is_own: bool, projection: Projection) -> str:
    """Return a name written on a shape, or nothing where there is none or the shape is narrower."""
    point = shape.representative_point()
    west, _, east, _ = shape.bounds
    across = shape.intersection(shapely.LineString([(west, point.y), (east, point.y)]))
    room = shapely.length(shapely.get_parts(across)).max() * projection.squeeze * projection.units
    size = _LETTER_OWN if is_own else _LETTER
    if not text or room < len(text) * size * _LETTER_WIDTH_SHARE:
        return ""
    ((x, y),) = projection.to_drawing(shapely.get_coordinates(point)).tolist()
    look = f'font-weight="bold" fill="{LIGHT.paper}"' if is_own else f'fill="{LIGHT.muted}"'
    return (
        f'<text x="{x:.1f}" y="{y + size / 3:.1f}" font-size="{size:g}" text-anchor="middle" {look} {_FONT}>'
        f"{escape(text)}</text>"
    )


def _scale_bar(projection: Projection) -> str:
    """Return a bar of a round number of kilometres, measured on the ellipsoid at the middle of the map."""
    west, _, east, _ = projection.bounds()
    _, _, across_m = GEOD.inv(west, projection.middle_y, east, projection.middle_y)
    km_wide = across_m / 1000
    km = max((one for one in _SCALE_KM if one <= _SCALE_AT_MOST * km_wide), default=_SCALE_KM[0])
    length, y = WIDTH * km / km_wide, HEIGHT - 22
    return (
        f'<rect x="14" y="{y - 32:.1f}" width="{length + 20:.1f}" height="46" fill="{LIGHT.paper}" opacity="0.85"/>'
        f'<path d="M24 {y - 6:.1f}V{y:.1f}H{24 + length:.1f}V{y - 6:.1f}" '
        f'fill="none" stroke="{LIGHT.ink}" stroke-width="2.5"/>'
        f'<text x="24" y="{y - 12:.1f}" font-size="20" fill="{LIGHT.ink}" {_FONT}>{km} km</text>'
    )


def _inset(point: shapely.Point, departments: gpd.GeoDataFrame) -> str:
    """Return the country in a corner with a dot where the territory lies."""
    west, south, east, north = departments.total_bounds
    height = _INSET_WIDTH * (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))
    projection = Projection((west, south, east, north), _INSET_WIDTH, height)
    # at this size a detail below two units is not seen
    outline = departments.geometry.simplify(2 / projection.units)
    shapes = _shapes(outline, projection, None, fill=LIGHT.land, stroke=LIGHT.no_data.hatch_colour, width=0.7)
    ((x, y),) = projection.to_drawing(shapely.get_coordinates(point)).tolist()
    return (
        f'<g transform="translate({WIDTH - _INSET_WIDTH - 14:.1f} 14)">'
        f'<rect x="-8" y="-8" width="{_INSET_WIDTH + 16:.1f}" height="{height + 16:.1f}" fill="{LIGHT.paper}" '
        f'stroke="{LIGHT.rule}" opacity="0.92"/>{shapes}'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{LIGHT.accent}" stroke="{LIGHT.paper}" stroke-width="1.5"/></g>'
    )
