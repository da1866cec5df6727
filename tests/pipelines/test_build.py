"""The build: what it refuses, what it publishes, and what others see while it works."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geodata.errors import UserInputError, WorkspaceError
from geodata.workspace import Publication, Workspace
from layers.districts import DEFAULT_SIERRA, SierraDefinition
from pipelines.build import UPLOADED_LAYERS, build
from pipelines.publication import write_provenance
from tests import tiny
from tests.pipelines.publishing import (
    factor_of,
    leftovers,
    publish,
    publish_many,
    run,
    run_paused,
    same_tables,
    snapshot,
)
from tests.processes import event, finish, start


def build_tiny(
    workspace: Workspace,
    frames: dict[str, pd.DataFrame] | None = None,
    *,
    sierra: SierraDefinition = DEFAULT_SIERRA,
    is_demo: bool = False,
    told: list[str] | None = None,
) -> Publication:
    """Build the tiny country, or a changed one, and return what is built."""
    with workspace.lock():
        build(
            workspace,
            tiny.layers() if frames is None else frames,
            version="v1",
            sierra=sierra,
            notes={"census_2017": ["una nota"]},
            is_demo=is_demo,
            sources={"tiny": {"factor": 1}},
            announce=(told if told is not None else []).append,
        )
    return workspace.publication()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Build the tiny country once, for tests that only read."""
    workspace = Workspace(tmp_path_factory.mktemp("build") / "workspace")
    build_tiny(workspace)
    return workspace


def test_publication_has_every_table_and_shape(built: Workspace) -> None:
    """A release holds the tables of three levels, the gaps, full and light shapes, and says where all came from."""
    publication = built.publication()
    assert factor_of(publication) == 1
    record = publication.provenance
    assert record["release_id"] == publication.path.name
    assert not publication.is_demo
    assert record["sierra_definition"] == DEFAULT_SIERRA
    assert record["area_km2"] == pytest.approx(publication.table("territories")["area_km2"].sum(), abs=0.1)
    assert record["quality"]["census_2017"]["notes"] == ["una nota"]
    counts = {name: record["counts"][name] for name in ("districts", "provinces", "departments", "sierra_districts")}
    assert counts == {"districts": 8, "provinces": 3, "departments": 2, "sierra_districts": 6}
    assert record["counts"]["sierra_by_definition"] == {"capital_2000m": 6, "minam": 7}
    # every layer that was accepted is kept as a version of its own, but for those that somebody uploaded
    assert built.layer_versions() == dict.fromkeys(set(tiny.layers()) - set(UPLOADED_LAYERS), "v1")


def test_tables_carry_no_geometry(built: Workspace) -> None:
    """Tables are read without shapes, and the three levels share the columns that pages compare."""
    publication = built.publication()
    tables = {name: publication.table(name) for name in ("territories", "provinces", "departments", "gaps")}
    assert not any("geometry" in table for table in tables.values())
    for table in tables.values():
        assert pd.api.types.is_string_dtype(table["ubigeo"])
        assert table["ubigeo"].str.fullmatch(r"\d{6}").all()
    indicators = {"ppa_producers_count", "viability_score", "households_without_mobile_pct", "is_sierra", "name"}
    for name in ("territories", "provinces", "departments"):
        assert indicators <= set(tables[name])


def test_official_gap_of_a_province_is_not_spread_over_its_districts(built: Workspace) -> None:
    """Road gaps are rows of provinces and departments; no row of a district carries one."""
    gaps = built.publication().table("gaps")
    assert set(gaps.loc[gaps["standard"] == "vecinal_roads", "level"]) == {"province"}
    assert set(gaps.loc[gaps["standard"] == "departmental_roads", "level"]) == {"department"}
    first = gaps[(gaps["standard"] == "vecinal_roads") & (gaps["ubigeo"] == "010100")].iloc[0]
    # 80 % of 100 km are inadequate and 30 % would do: 50 km are lacking
    assert (first["severity"], first["value"]) == ("critical", pytest.approx(80.0))
    assert first["shortfall"] == pytest.approx(50.0)


def test_district_that_a_source_lacks_is_unknown_not_zero(workspace: Workspace) -> None:
    """A district absent from the register has no figure, is counted as absent, and its country is not a zero short."""
    publication = build_tiny(workspace, dict(tiny.without("ppa_2024", "010202")))
    producers = publication.table("territories").set_index("ubigeo")["ppa_producers_count"]
    assert pd.isna(producers["010202"])
    assert producers.sum() == 3600 - 400
    assert publication.provenance["quality"]["ppa_2024"]["absent_districts_count"] == 1
    assert publication.provenance["missing_by_field"]["ppa_producers_count"] == 1


def test_code_that_does_not_exist_is_reported_with_what_it_carries(workspace: Workspace) -> None:
    """Producers of a code that is no district are neither given to another nor dropped in silence."""
    frames = tiny.layers()
    extra = pd.DataFrame({"ubigeo": ["140401"], "producers_count": [87.0]})
    frames["ppa_2024"] = pd.concat([frames["ppa_2024"], extra], ignore_index=True)
    publication = build_tiny(workspace, frames)
    quality = publication.provenance["quality"]["ppa_2024"]
    assert quality["unknown_codes"] == ["140401"]
    assert quality["unknown_totals"] == {"producers_count": 87.0}
    assert quality["totals"]["producers_count"] == 3600 + 87
    assert publication.table("territories")["ppa_producers_count"].sum() == 3600


def test_settlements_outside_every_limit_are_counted(built: Workspace) -> None:
    """A point in the sea and one whose code names another district are reported, not moved."""
    quality = built.publication().provenance["quality"]["settlements"]
    assert (quality["rows_count"], quality["outside_count"], quality["in_another_district_count"]) == (10, 1, 0)


def test_definition_of_the_sierra_is_a_choice_on_record(workspace: Workspace) -> None:
    """The other definition changes which districts are Sierra, and the release says which one it used."""
    publication = build_tiny(workspace, sierra="minam")
    assert publication.table("territories")["is_sierra"].sum() == 7
    assert publication.provenance["sierra_definition"] == "minam"


def test_simulated_figures_are_marked_for_ever(workspace: Workspace) -> None:
    """A demonstration says so in its own record, whatever page or export reads it."""
    assert build_tiny(workspace, is_demo=True).is_demo


def test_row_order_of_the_sources_does_not_matter(built: Workspace, workspace: Workspace) -> None:
    """Shuffled sources give the same tables, row by row."""
    frames = tiny.layers()
    for name, frame in frames.items():
        if name != "districts":
            frames[name] = frame.sample(frac=1, random_state=7).reset_index(drop=True)
    same_tables(built.publication(), build_tiny(workspace, frames))


def test_build_leaves_its_input_alone(workspace: Workspace) -> None:
    """The frames that are given are the same after the build."""
    frames = tiny.layers()
    build_tiny(workspace, frames)
    for name, frame in tiny.layers().items():
        pd.testing.assert_frame_equal(frames[name], frame)


def spoiled() -> dict[str, pd.DataFrame]:
    """Return the layers with six breaches in five of them."""
    frames = tiny.layers()
    frames["ppa_2024"].loc[0, "ubigeo"] = "10101"
    frames["agricultural_area_2018"].loc[1, "agricultural_area_ha"] = -3.0
    frames["poverty_2018"].loc[2, "poverty_low_pct"] = 99.0
    frames["census_2017"] = frames["census_2017"].drop(columns=["households_count"])
    frames["crop_value_2023"].loc[8, "crop"] = "QUINUA"
    frames["settlements"] = cast(gpd.GeoDataFrame, frames["settlements"]).to_crs(32718)
    return frames


def test_every_breach_of_every_contract_is_told_at_once(workspace: Workspace) -> None:
    """Code width, negative area, interval, column, repeated key and CRS: one refusal names them all, and where."""
    with pytest.raises(UserInputError) as error:
        build_tiny(workspace, spoiled())
    places = {problem.where.split(".")[0] for problem in error.value.problems}
    assert places == set(spoiled()) - set(tiny.public_goods()) - {"districts", "mobile_internet_2024", "road_gaps"}
    for problem in error.value.problems:
        assert all(problem.as_dict().values())
    with pytest.raises(WorkspaceError):
        workspace.publication()
    assert workspace.layer_versions() == {}


def test_refused_build_leaves_the_last_publication_byte_by_byte(workspace: Workspace) -> None:
    """After a refusal the same release serves, every byte of it, and the layers in use are the same."""
    build_tiny(workspace)
    before = snapshot(workspace.root)
    with pytest.raises(UserInputError):
        build_tiny(workspace, spoiled())
    assert snapshot(workspace.root) == before
    assert leftovers(workspace) == []


def test_bug_in_the_middle_leaves_the_last_publication(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of our own while shapes are written is not hidden, and publishes nothing."""
    build_tiny(workspace)
    before = snapshot(workspace.releases)

    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("pipelines.build.write_geometry", broken)
    with pytest.raises(ZeroDivisionError):
        build_tiny(workspace)
    assert snapshot(workspace.releases) == before
    assert leftovers(workspace) == []


def test_provenance_is_the_last_file_of_a_release(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a provenance is a whole release: nothing is written after it."""
    kept: list[set[str]] = []

    def write(folder: Path, record: dict[str, Any]) -> None:
        kept.append(set(snapshot(folder)))
        write_provenance(folder, record)

    monkeypatch.setattr("pipelines.build.write_provenance", write)
    publication = build_tiny(workspace)
    assert set(snapshot(publication.path)) == kept[0] | {"provenance.json"}
    json.loads((publication.path / "provenance.json").read_text(encoding="utf-8"))


def test_build_says_what_it_does(workspace: Workspace) -> None:
    """Plain lines for a log: layers accepted, territories counted, shapes made, release built."""
    told: list[str] = []
    publication = build_tiny(workspace, told=told)
    assert told[0] == f"{len(tiny.layers())} capas cumplen su contrato"
    assert told[-1] == f"publicado: {publication.release_id}"
    assert "8 distritos, 3 provincias, 2 departamentos" in told


def test_readers_never_see_a_mixed_or_missing_release(workspace: Workspace) -> None:
    """While another process publishes five times, whoever reads gets whole releases, in order, and never nothing."""
    publish(workspace.root, 1)
    seen: list[int] = []
    process = start(publish_many, workspace.root, [2, 3, 4, 5, 6])
    while process.exitcode is None:
        seen.append(factor_of(workspace.publication()))
    assert finish(process) == 0
    seen.append(factor_of(workspace.publication()))
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (1, 6)
    assert len(set(seen)) > 2, "the reader saw releases change"


def test_two_builds_at_once(workspace: Workspace, written_pack: Path, tmp_path: Path) -> None:
    """
    Three real processes on one workspace: the first builds, the second waits and says so, the third does not wait long.

    The third is refused in one clear sentence, with exit code 2; the other two succeed, one after the other.
    """
    reached, go_on = event(), event()
    logs = [tmp_path / f"{name}.log" for name in ("first", "second", "third")]
    order = ["build", "--pack", str(written_pack), "--workspace", str(workspace.root)]
    first = start(run_paused, order, written_pack, logs[0], reached, go_on)
    assert reached.wait(60)
    second = start(run, order, written_pack, logs[1])
    third = start(run, [*order, "--wait", "0.2"], written_pack, logs[2])
    assert finish(third) == 2
    refusal = logs[2].read_text(encoding="utf-8")
    assert "otra construcción está en curso" in refusal
    assert "1 problema(s)" in refusal
    assert "Traceback" not in refusal
    waited_until = time.monotonic() + 30
    while "se espera a que termine" not in logs[1].read_text(encoding="utf-8"):
        assert time.monotonic() < waited_until, logs[1].read_text(encoding="utf-8")
        time.sleep(0.05)
    assert second.exitcode is None
    with pytest.raises(WorkspaceError):
        workspace.publication()
    go_on.set()
    assert (finish(first), finish(second)) == (0, 0)
    assert "se espera" not in logs[0].read_text(encoding="utf-8")
    assert workspace.publication().release_id in logs[1].read_text(encoding="utf-8")
    assert len(list(workspace.releases.iterdir())) == 2
    assert leftovers(workspace) == []


def test_reader_in_the_same_process_is_not_blocked(workspace: Workspace) -> None:
    """Reading asks for no lock: a page answers while a build is going on."""
    publish(workspace.root, 1)
    answered: list[int] = []
    with workspace.lock():
        reader = threading.Thread(target=lambda: answered.append(factor_of(workspace.publication())))
        reader.start()
        reader.join(10)
    assert answered == [1]


def test_figures_are_of_the_expected_size(built: Workspace) -> None:
    """Three figures by hand: an area from its sides, a share, a sum over a province."""
    table = built.publication().table("territories").set_index("ubigeo")
    provinces = built.publication().table("provinces").set_index("ubigeo")
    # half a degree by half a degree at about 12 degrees south
    side_km = 6371.0 * np.radians(0.5)
    assert table.loc["010101", "area_km2"] == pytest.approx(side_km**2 * np.cos(np.radians(11.75)), rel=0.01)
    assert table.loc["010101", "households_without_mobile_pct"] == pytest.approx(80.0)
    assert provinces.loc["010100", "ppa_producers_count"] == 100 + 200
