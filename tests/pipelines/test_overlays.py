"""The files of the overlays in a release: named by their content, indexed, within their size."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString

from pipelines.overlays import read_overlays, write_overlays
from tests import tiny

SETTLEMENTS_GZIP_BYTES = 40_000
LINES_GZIP_BYTES = 80_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a geometry folder as a new release has it."""
    (tmp_path / "geometry" / "web").mkdir(parents=True)
    return tmp_path / "geometry"


def one_road() -> gpd.GeoDataFrame:
    shape = LineString([(-76, -12), (-75.5, -12)])
    return gpd.GeoDataFrame({"network": ["vecinal"], "department_code": ["010000"]}, geometry=[shape], crs=4326)


def test_files_are_named_by_their_content_and_indexed(folder: Path) -> None:
    """The index reads back; each file it names is in the folder of browsers, the index itself is not."""
    index = write_overlays(folder, {"roads": one_road(), "settlements": tiny.settlements()}, ["centros_poblados"])
    assert read_overlays(folder) == index == json.loads((folder / "overlays.json").read_text(encoding="utf-8"))
    named = {entry["file"] for overlay in index.values() for entry in overlay["departments"].values()}
    assert {path.name for path in (folder / "web").iterdir()} == named
    assert all(re.fullmatch(r"overlay-(roads|settlements)-0[12]-[0-9a-f]{10}\.json", name) for name in named)
    entry = index["settlements"]["departments"]["01"]
    assert entry["classes"] == {"rural": 5, "urbano": 1}
    assert entry["count"] == 6
    assert entry["bytes"] == (folder / "web" / entry["file"]).stat().st_size
    assert (index["settlements"]["source"], index["settlements"]["year"]) == ("INEI", 2017)


def test_another_content_is_another_name(folder: Path) -> None:
    """A browser that kept a file for ever never shows it for another layer."""
    first = write_overlays(folder, {"roads": one_road()})["roads"]["departments"]["01"]["file"]
    assert write_overlays(folder, {"roads": one_road()})["roads"]["departments"]["01"]["file"] == first
    moved = one_road().set_geometry(one_road().translate(0.1, 0))
    assert write_overlays(folder, {"roads": moved})["roads"]["departments"]["01"]["file"] != first


def test_a_release_without_overlays_has_none(folder: Path) -> None:
    """A publication of an earlier version reads as one without overlays."""
    assert read_overlays(folder) == {}
    assert write_overlays(folder, {}) == {}


def test_a_source_that_was_not_used_is_not_named(folder: Path) -> None:
    """Only the datasets of this release stand as the source of an overlay."""
    index = write_overlays(folder, {"settlements": tiny.settlements()}, [])
    assert index["settlements"]["datasets"] == []
    assert index["settlements"]["year"] is None


@pytest.mark.pack
def test_the_real_layers_fit_a_slow_link(pack: Path, folder: Path) -> None:
    """No department's settlements weigh more than 40 kB on the way, no department's canals more than 80 kB."""
    places = gpd.read_parquet(pack / "ccpp_94922.parquet", columns=["inei_ccpp", "tipo", "geometry"])
    places["settlement_type"] = places["tipo"].map({"Urban": "Urbano"}).fillna("Rural")
    canals = gpd.read_parquet(pack / "canales_acequias_ign.parquet", columns=["TIPO", "geometry"])
    canals = canals.assign(kind=canals["TIPO"].str.lower(), department_code="140000")
    layers = {"settlements": places.rename(columns={"inei_ccpp": "settlement_code"}), "canals": canals}
    index = write_overlays(folder, layers)
    assert sum(entry["count"] for entry in index["settlements"]["departments"].values()) == 94_922
    limits = {"settlements": SETTLEMENTS_GZIP_BYTES, "canals": LINES_GZIP_BYTES}
    for overlay, limit in limits.items():
        for entry in index[overlay]["departments"].values():
            sent = (folder / "web" / entry["file"]).read_bytes()
            assert len(gzip.compress(sent, mtime=0)) == entry["gzip_bytes"] < limit
