"""One light coverage for the browser: nobody vanishes, neighbours share borders, the file reads back."""

import gzip
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from geodata.errors import CrsMismatchError
from layers.rendering.topology import (
    QUANTIZATION,
    TOLERANCE_HALVINGS,
    bounds_by_territory,
    light_shapes,
    to_topojson,
)

OVERLAPPING_AROUND_TRUJILLO = ["130101", "130102", "130103", "130104", "130105", "130106", "130112"]
GZIP_BUDGET_BYTES = 350_000


def frame(shapes: dict[str, shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"ubigeo": list(shapes)}, geometry=list(shapes.values()), crs=4326)


def names_of(shapes: gpd.GeoDataFrame) -> pd.DataFrame:
    codes = shapes["ubigeo"]
    return pd.DataFrame(
        {
            "ubigeo": codes,
            "district": "D" + codes,
            "province": "P" + codes.str[:4],
            "department": "R" + codes.str[:2],
        }
    )


def decode(topology: dict[str, Any]) -> gpd.GeoDataFrame:
    """Read the TopoJSON by its specification, independently of the package that wrote it."""
    scale, shift = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(arc, axis=0) for arc in topology["arcs"]]

    def ring(indexes: list[int]) -> npt.NDArray[np.float64]:
        parts = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in indexes]
        for part, following in zip(parts, parts[1:] + parts[:1], strict=True):
            assert part[-1].tolist() == following[0].tolist(), "arcs do not meet"
        return np.vstack([part[:-1] for part in parts] + [parts[0][:1]]) * scale + shift

    def polygon(rings: list[list[int]]) -> Polygon:
        return Polygon(ring(rings[0]), [ring(hole) for hole in rings[1:]])

    drawn = topology["objects"]["districts"]["geometries"]
    return frame(
        {
            item["id"]: polygon(item["arcs"])
            if item["type"] == "Polygon"
            else MultiPolygon([polygon(rings) for rings in item["arcs"]])
            for item in drawn
        }
    )


def repeated_segments(topology: dict[str, Any]) -> int:
    """Return how many segments are stored more than once, in either direction."""
    segments = []
    for arc in topology["arcs"]:
        points = np.cumsum(arc, axis=0)
        ends = np.stack([points[:-1], points[1:]], axis=1)
        flip = (ends[:, 0] > ends[:, 1])[:, 0] | ((ends[:, 0, 0] == ends[:, 1, 0]) & (ends[:, 0, 1] > ends[:, 1, 1]))
        segments.append(np.where(flip[:, None, None], ends[:, ::-1], ends).reshape(-1, 4))
    stored = np.vstack(segments)
    return len(stored) - len(np.unique(stored, axis=0))


def snapped(shapes: gpd.GeoDataFrame, quantization: float) -> gpd.GeoSeries:
    """Return the shapes with every vertex on the grid of the quantization."""
    west, south, east, north = shapes.total_bounds
    origin, step = np.array([west, south]), np.array([east - west, north - south]) / (quantization - 1)
    return shapes.geometry.transform(lambda points: np.round((points - origin) / step) * step + origin)


def area_deg2(shapes: gpd.GeoDataFrame | gpd.GeoSeries) -> npt.NDArray[np.float64]:
    """Return plane areas in square degrees: enough to compare a shape with itself."""
    return np.asarray(shapely.area(shapes.geometry.to_numpy()))


def displaced_deg2(one: gpd.GeoDataFrame, other: gpd.GeoSeries) -> float:
    """Return the largest area, in square degrees, that only one of two versions of a shape covers."""
    return float(shapely.area(shapely.symmetric_difference(one.geometry.to_numpy(), other.to_numpy())).max())


def wavy_grid(side: int = 4) -> gpd.GeoDataFrame:
    """Return side x side cells of one degree whose shared borders wave by a thousandth of a degree."""
    lines = []
    along = np.linspace(0, side, side * 200 + 1)
    wave = 0.001 * np.sin(along * 60)
    for at in range(side + 1):
        lines += [shapely.LineString(np.c_[along, at + wave]), shapely.LineString(np.c_[at + wave, along])]
    cells = sorted(shapely.get_parts(shapely.polygonize([shapely.union_all(lines)])), key=lambda cell: cell.bounds)
    return frame({f"01{row // side + 1:02d}{row % side + 1:02d}": cell for row, cell in enumerate(cells[: side**2])})


def with_enclave() -> gpd.GeoDataFrame:
    """Return a district with a hole, the district that fills it, and a third with an island."""
    outer = Polygon(box(0, 0, 5, 5).exterior.coords, [box(1, 1, 2, 2).exterior.coords])
    islands = MultiPolygon([box(5, 0, 6, 5), box(8, 8, 9, 9)])
    # the enclave starts its ring elsewhere than the hole does
    return frame({"010101": outer, "010102": Polygon([(2, 2), (1, 2), (1, 1), (2, 1)]), "020101": islands})


def test_thinned_borders_still_coincide() -> None:
    """The wave is gone, and the result is still a coverage without gaps or overlaps, in the same rows."""
    districts = wavy_grid().sample(frac=1, random_state=1)
    shapes = light_shapes(districts, tolerance_deg=0.005)
    assert shapes["ubigeo"].tolist() == districts["ubigeo"].tolist()
    assert shapes.index.tolist() == districts.index.tolist()
    assert len(shapes.get_coordinates()) < len(districts.get_coordinates()) / 5
    assert shapes.geometry.is_valid_coverage()
    assert shapes.crs == districts.crs


def test_tiny_districts_do_not_vanish() -> None:
    """An enclave, an island and a strip far smaller than the tolerance keep a valid shape."""
    tiny = Polygon(box(1, 1, 1.002, 1.002).exterior.coords)
    host = Polygon(box(0, 0, 3, 3).exterior.coords, [tiny.exterior.coords])
    districts = frame(
        {"010101": host, "010102": tiny, "010103": box(9, 9, 9.001, 9.001), "010104": box(3, 0, 3.001, 3)}
    )
    shapes = light_shapes(districts, tolerance_deg=0.05).geometry
    assert shapes.is_valid.all()
    assert (area_deg2(shapes) > 0).all()


@pytest.mark.parametrize("finest_deg", [0.1, 0.0])
def test_a_lost_district_halves_the_tolerance_for_all(monkeypatch: pytest.MonkeyPatch, finest_deg: float) -> None:
    """If thinning lost a district, the whole coverage is thinned less; at worst it keeps its full shape."""
    districts = wavy_grid()
    tried_deg: list[float] = []

    def lossy(shapes: gpd.GeoSeries, tolerance: float) -> gpd.GeoSeries:
        tried_deg.append(tolerance)
        is_lost = (shapes.index == 3) & (tolerance > finest_deg)
        return gpd.GeoSeries(np.where(is_lost, Polygon(), shapes.to_numpy()), crs=shapes.crs)

    monkeypatch.setattr(gpd.GeoSeries, "simplify_coverage", lossy)
    shapes = light_shapes(districts, tolerance_deg=0.4)
    assert tried_deg[:3] == [0.4, 0.2, 0.1]
    assert len(tried_deg) == (3 if finest_deg else TOLERANCE_HALVINGS)
    assert shapes.geometry.geom_equals_exact(districts.geometry, tolerance=0).all()


def test_mismatched_neighbours_are_matched() -> None:
    """A border drawn twice with a hair between leaves no sliver."""
    districts = frame({"010101": box(0, 0, 1, 1), "010102": Polygon([(1 - 1e-7, 0), (2, 0), (2, 1), (1, 1), (1, 0.5)])})
    assert not districts.geometry.is_valid_coverage()
    shapes = light_shapes(districts)
    assert shapes.geometry.is_valid_coverage()
    assert area_deg2(shapes) == pytest.approx([1, 1], abs=1e-5)


def test_true_overlaps_survive_as_they_are() -> None:
    """Two districts that claim the same land both keep it: a drawing does not decide a boundary."""
    districts = frame({"010101": box(0, 0, 2, 1), "010102": box(1, 0, 3, 1)})
    assert area_deg2(light_shapes(districts)) == pytest.approx([2, 2])


@pytest.mark.parametrize("bad", [None, Polygon(), Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), shapely.Point(0, 0)])
def test_a_district_without_a_valid_polygon_is_refused(bad: shapely.Geometry | None) -> None:
    """Nothing, an empty, a crossed and a point shape are refused by code."""
    with pytest.raises(ValueError, match="valid polygon: 010102;"):
        light_shapes(frame({"010101": box(0, 0, 1, 1), "010102": bad}))


def test_metres_are_refused() -> None:
    """A tolerance in degrees on metres would do nothing: another CRS is refused."""
    with pytest.raises(CrsMismatchError):
        light_shapes(wavy_grid().to_crs(32718))


def test_inputs_are_left_alone() -> None:
    """Neither frame given is changed."""
    districts = with_enclave().iloc[::-1]
    before, names = districts.copy(), names_of(districts)
    to_topojson(light_shapes(districts), names)
    assert districts.geom_equals_exact(before, tolerance=0).all()
    assert names.equals(names_of(districts))


@pytest.mark.parametrize("shapes", [wavy_grid(), with_enclave()], ids=["grid", "enclave and island"])
def test_topojson_reads_back(shapes: gpd.GeoDataFrame) -> None:
    """Decoded by the specification, every shape is itself on the quantization grid, holes and islands too."""
    topology = json.loads(to_topojson(shapes, names_of(shapes), quantization=1e4))
    decoded = decode(topology)
    assert decoded.geometry.is_valid.all()
    assert displaced_deg2(decoded, snapped(shapes, 1e4)) < 1e-9
    assert repeated_segments(topology) == 0
    assert topology["type"] == "Topology"


def test_topojson_names_every_level() -> None:
    """Districts carry their names and place; provinces and departments have theirs by padded code."""
    shapes = with_enclave()
    topology = json.loads(to_topojson(shapes, names_of(shapes)))
    first = topology["objects"]["districts"]["geometries"][0]
    assert (first["id"], first["properties"]) == ("010101", {"n": "D010101", "p": "P0101, R01"})
    assert topology["names"] == {"010000": "R01", "010100": "P0101", "020000": "R02", "020100": "P0201"}
    assert set(topology["objects"]) == {"districts"}


def test_topojson_is_sorted_and_the_same_in_any_order() -> None:
    """Rows in another order, and names of more districts than drawn, give the same bytes."""
    shapes = wavy_grid()
    names = names_of(shapes)
    once = to_topojson(shapes, names)
    again = to_topojson(shapes.sample(frac=1, random_state=3), names.iloc[::-1])
    assert once == again
    ids = [item["id"] for item in json.loads(once)["objects"]["districts"]["geometries"]]
    assert ids == sorted(ids)
    drawn = {
        item["id"] for item in json.loads(to_topojson(shapes.head(3), names))["objects"]["districts"]["geometries"]
    }
    assert drawn == set(shapes["ubigeo"].head(3))


def test_accents_are_kept() -> None:
    """Names are UTF-8, not escapes."""
    shapes = frame({"050101": box(0, 0, 1, 1)})
    names = names_of(shapes).assign(district="Huancaraylla Ñ")
    assert "Ñ".encode() in to_topojson(shapes, names)


def test_a_shape_without_names_is_refused() -> None:
    """A district absent from the names is refused by code, not drawn as "nan"."""
    shapes = with_enclave()
    with pytest.raises(ValueError, match=r"name: 010102$"):
        to_topojson(shapes, names_of(shapes).drop(index=1))


def test_repeated_codes_are_refused() -> None:
    """A code twice, in the shapes or in the names, is refused."""
    shapes = with_enclave()
    with pytest.raises(ValueError, match="not unique"):
        to_topojson(shapes, pd.concat([names_of(shapes)] * 2))
    with pytest.raises(ValueError, match="not unique"):
        to_topojson(shapes.assign(ubigeo="010101"), names_of(shapes).head(1))


def test_a_shape_lost_to_quantization_is_refused() -> None:
    """A district smaller than one step is refused instead of being drawn as nothing."""
    shapes = frame({"010101": box(0, 0, 10, 10), "010102": box(20, 20, 20.0001, 20.0001)})
    with pytest.raises(ValueError, match="010102"):
        to_topojson(shapes, names_of(shapes), quantization=1e4)


def test_bounds_frame_each_level() -> None:
    """A province frames its districts, a department its provinces; islands count."""
    bounds = bounds_by_territory(with_enclave())
    assert bounds.columns.tolist() == ["south", "west", "north", "east"]
    assert bounds.index.tolist() == ["010000", "010100", "010101", "010102", "020000", "020100", "020101"]
    assert list(bounds.loc["010102"]) == [1, 1, 2, 2]
    assert list(bounds.loc["010000"]) == [0, 0, 5, 5]
    assert list(bounds.loc["020000"]) == [0, 5, 9, 9]


@pytest.fixture(scope="module")
def country() -> dict[str, gpd.GeoDataFrame]:
    """Hold the real coverage once it was read, so that it is thinned once."""
    return {}


def real_shapes(pack: Path, country: dict[str, gpd.GeoDataFrame]) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    if not country:
        districts = gpd.read_parquet(
            pack / "distritos_1891_inei.parquet",
            columns=["UBIGEO", "DISTRITO", "PROVINCIA", "DEPARTAMEN", "geometry"],
        )
        districts.columns = ["ubigeo", "district", "province", "department", "geometry"]
        country |= {"full": districts, "light": light_shapes(districts)}
    return country["full"], country["light"]


def test_the_country_stays_whole(pack: Path, country: dict[str, gpd.GeoDataFrame]) -> None:
    """All 1,891 real districts survive as one coverage, those that overlap around Trujillo too."""
    full, light = real_shapes(pack, country)
    assert light["ubigeo"].tolist() == full["ubigeo"].tolist()
    assert light.geometry.is_valid_coverage()
    assert (light.is_valid & ~light.is_empty).all()
    kept = pd.Series(area_deg2(light) / area_deg2(full), index=full["ubigeo"])
    assert kept[OVERLAPPING_AROUND_TRUJILLO].between(0.9, 1.1).all()
    assert (kept - 1).abs().median() < 0.003
    assert kept.between(0.7, 1.4).all()


def test_the_country_travels_light(pack: Path, country: dict[str, gpd.GeoDataFrame]) -> None:
    """The country is at most 350 kB gzipped: each border once, no polygon invalid, no district displaced."""
    full, light = real_shapes(pack, country)
    content = to_topojson(light, full)
    topology = json.loads(content)
    decoded = decode(topology)
    assert decoded["ubigeo"].tolist() == light["ubigeo"].tolist()
    assert len(gzip.compress(content, mtime=0)) <= GZIP_BUDGET_BYTES
    assert repeated_segments(topology) == 0
    assert decoded.is_valid.all()
    assert shapely.coverage_is_valid(decoded.geometry.to_numpy())
    assert displaced_deg2(decoded, snapped(light, QUANTIZATION)) < 1e-9
    levels = pd.Series(topology["names"]).index.str.endswith("0000")
    assert (levels.sum(), (~levels).sum()) == (25, 196)
