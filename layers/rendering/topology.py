"""
Shapes light enough for a browser: one TopoJSON of the country in which every shared border is stored once.

Borders are thinned for the whole coverage at once, never polygon by polygon, so neighbours keep the very same
line. Light shapes are for drawing and for framing the view: areas, lengths and joins use the full geometry.
"""

import json
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from topojson.core.topology import Topology

from geodata.crs import ON_DISK, require_crs

# 0.005 degrees (about 550 m): 1.70 M vertices become 110 k and the median area error is 0.2 %
# (docs/performance.md)
LIGHT_TOLERANCE_DEG = 0.005
# a repair may move borders by slivers only; one district of the INEI coverage can vanish in a careless repair
REPAIR_AREA_CHANGE_SHARE = 0.001
# halving the tolerance eight times brings 550 m down to 2 m, finer than the source itself
TOLERANCE_HALVINGS = 8
# Peru spans 18.4 degrees: one step of 1e5 is at most 21 m, below a pixel up to zoom 12
QUANTIZATION = 1e5


def light_shapes(districts: gpd.GeoDataFrame, tolerance_deg: float = LIGHT_TOLERANCE_DEG) -> gpd.GeoDataFrame:
    """
    Return the districts with thinned borders that still coincide.

    Where neighbours do not match exactly (slivers around Trujillo in the INEI coverage) they are matched
    first. If any district came out empty or invalid, the whole coverage would be thinned again with half the
    tolerance: doing that to one district alone would open gaps along its borders.

    Parameters
    ----------
    districts
        `ubigeo` and polygons in EPSG:4326, every one valid and not empty.
    tolerance_deg
        Borders move by about this many degrees at most.

    Returns
    -------
    shapes
        `ubigeo` and geometry (Polygon or MultiPolygon, EPSG:4326), same rows, order and index; all valid,
        none empty.

    Raises
    ------
    CrsMismatchError
        If the districts are in another CRS.
    ValueError
        If a district has no polygon or an invalid one.
    """
    _require_polygons(districts)
    full = gpd.GeoSeries(_match_borders(districts.geometry.to_numpy()), index=districts.index, crs=districts.crs)
    shapes = full
    for halving in range(TOLERANCE_HALVINGS):
        thinned = full.simplify_coverage(tolerance_deg / 2**halving)
        if bool((thinned.is_valid & ~thinned.is_empty).all()):
            shapes = thinned
            break
    return gpd.GeoDataFrame({"ubigeo": districts["ubigeo"]}, geometry=shapes, crs=districts.crs)


def to_topojson(shapes: gpd.GeoDataFrame, properties: pd.DataFrame, quantization: float = QUANTIZATION) -> bytes:
    """
    Return the shapes as TopoJSON 1.0, the same bytes for the same input in any row order.

    Parameters
    ----------
    shapes
        `ubigeo` and polygons in EPSG:4326 whose shared borders coincide, as `light_shapes` makes them.
    properties
        `ubigeo`, `district`, `province`, `department`: one row per shape; other rows are left out.
    quantization
        Steps along each side of the bounding box: 1e5 is at most 21 m in Peru, 1e6 is 2 m.

    Returns
    -------
    topology
        UTF-8 JSON. Object `districts`, sorted by `id` (= ubigeo), with properties `n` (district) and `p`
        ("Provincia, Departamento"). The extra top-level member `names` gives province and department names by
        padded code ("010100", "010000").

    Raises
    ------
    ValueError
        If codes repeat, a shape has no names, or a shape vanishes at this quantization.

    Notes
    -----
    Format: https://github.com/topojson/topojson-specification. Arcs come from the package `topojson`.
    """
    shapes = shapes.sort_values("ubigeo", ignore_index=True)
    codes = [str(code) for code in shapes["ubigeo"]]
    names = _names_by_code(codes, properties)
    geometry = gpd.GeoDataFrame(geometry=shapes.geometry)
    encoded = Topology(geometry, prequantize=quantization, object_name="districts").to_json()
    topology: dict[str, Any] = json.loads(str(encoded))
    drawn = topology["objects"]["districts"]["geometries"]
    vanished = [code for code, shape in zip(codes, drawn, strict=True) if not shape.get("arcs")]
    if vanished:
        raise ValueError(f"shapes smaller than one step of quantization {quantization:g}: {_some(vanished)}; raise it")
    topology["objects"]["districts"]["geometries"] = [
        {
            "type": shape["type"],
            "id": code,
            "properties": {"n": name.district, "p": f"{name.province}, {name.department}"},
            "arcs": shape["arcs"],
        }
        for code, shape, name in zip(codes, drawn, names.itertuples(index=False), strict=True)
    ]
    topology["names"] = _names_above(names)
    return json.dumps(topology, ensure_ascii=False, separators=(",", ":")).encode()


def bounds_by_territory(shapes: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Return the box that frames every district, province and department.

    Parameters
    ----------
    shapes
        `ubigeo` of districts and their polygons, in EPSG:4326.

    Returns
    -------
    bounds
        `south`, `west`, `north`, `east` in degrees, indexed by `ubigeo` (sorted; provinces and departments by
        their padded code).
    """
    boxes = shapes.geometry.bounds.set_axis(["west", "south", "east", "north"], axis="columns")
    codes = shapes["ubigeo"].astype(str)
    every_level = pd.concat(
        boxes.assign(ubigeo=level) for level in (codes, codes.str[:4] + "00", codes.str[:2] + "0000")
    )
    grouped = every_level.groupby("ubigeo", sort=True)
    lowest, highest = grouped[["south", "west"]].min(), grouped[["north", "east"]].max()
    return lowest.join(highest, validate="one_to_one")


def _require_polygons(districts: gpd.GeoDataFrame) -> None:
    require_crs(ON_DISK, districts=districts)
    geometry = districts.geometry
    is_polygon = geometry.geom_type.isin(["Polygon", "MultiPolygon"]) & ~geometry.is_empty & geometry.is_valid
    wrong = districts.loc[~is_polygon, "ubigeo"]
    if len(wrong):
        raise ValueError(f"districts without a valid polygon: {_some(wrong)}; repair them with make_valid() first")


def _match_borders(polygons: np.ndarray) -> np.ndarray:
    """Return the polygons with the borders of mismatched neighbours made identical, the others untouched."""
    mismatched = ~shapely.is_empty(shapely.coverage_invalid_edges(polygons))
    if not mismatched.any():
        return polygons
    # a mismatch marks both neighbours, so the marked ones can be repaired apart from the rest (7 instead of
    # 1,891)
    repaired = shapely.coverage_clean(polygons[mismatched])
    change = np.abs(shapely.area(repaired) / shapely.area(polygons[mismatched]) - 1)
    if change.max() > REPAIR_AREA_CHANGE_SHARE:
        return polygons  # true overlaps are not slivers: who owns them is not decided for the sake of a drawing
    matched = polygons.copy()
    matched[mismatched] = repaired
    return matched


def _names_by_code(codes: list[str], properties: pd.DataFrame) -> pd.DataFrame:
    """Return `ubigeo`, `district`, `province`, `department`, one row per code, in the order of the codes."""
    columns = ["ubigeo", "district", "province", "department"]
    shapes = pd.DataFrame({"ubigeo": codes})
    names = shapes.merge(properties[columns], on="ubigeo", how="left", validate="one_to_one")
    nameless = names.loc[names.isna().any(axis="columns"), "ubigeo"]
    if len(nameless):
        raise ValueError(f"shapes without district, province or department name: {_some(nameless)}")
    return names


def _names_above(names: pd.DataFrame) -> dict[str, str]:
    departments = dict(zip(names["ubigeo"].str[:2] + "0000", names["department"], strict=True))
    provinces = dict(zip(names["ubigeo"].str[:4] + "00", names["province"], strict=True))
    return dict(sorted((departments | provinces).items()))


def _some(codes: Iterable[object], shown_count: int = 5) -> str:
    listed = [str(code) for code in codes]
    more = len(listed) - shown_count
    return ", ".join(listed[:shown_count]) + (f" and {more} more" if more > 0 else "")
