"""The command `score`: the published index with other weights, in a file of three kinds, or every reason why not."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from geodata.workspace import Publication, Workspace, write_json
from layers.viability import rescore, simulate_scores
from pipelines.export.index_cells import RESULT
from pipelines.export.index_scores import OWN_WEIGHTS, score_publication
from tests.pipelines.export.harm import RUNS_IN_A_SPREADSHEET
from tests.pipelines.index_release import ABSENT, NO_LAND, PUBLISHED_AT, UNCOUNTED, figures, publish_index, reference_of
from tests.pipelines.orders import Atlas

WEIGHTS = {"access": 3.0, "rai_pct": 0.0}


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a workspace whose publication holds an index; nobody alters it."""
    workspace = Workspace(tmp_path_factory.mktemp("score") / "workspace")
    publish_index(workspace, figures())
    return workspace


@pytest.fixture
def release(indexed: Workspace) -> Publication:
    """Return that publication."""
    return indexed.publication()


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Return a file of weights."""
    path = tmp_path / "weights.toml"
    path.write_text("".join(f"{code} = {weight}\n" for code, weight in WEIGHTS.items()), encoding="utf-8")
    return path


def test_parquet_holds_every_digit_and_the_stamps(
    atlas: Atlas, indexed: Workspace, release: Publication, weights: Path, tmp_path: Path
) -> None:
    """Scores, ranks and quadrants are those of `rescore`; the rank ranges those of the seeded draws."""
    to = tmp_path / "scores.parquet"
    assert atlas("score", "--weights", weights, "--out", to, workspace=indexed.root).code == 0
    table, inputs, reference = pd.read_parquet(to), release.table("index_inputs"), reference_of(release)
    expected = rescore(inputs, reference, WEIGHTS).table
    for name in expected:
        pd.testing.assert_series_equal(table[name], expected[name], check_dtype=False)
    ranges = simulate_scores(inputs, reference, weights=WEIGHTS).table().set_index("ubigeo")
    for name in ("rank_p05", "rank_p95"):
        found = table.set_index("ubigeo")[name].dropna()
        assert found.to_dict() == ranges[name].to_dict()
    assert set(table["release_id"]) == {release.release_id}
    assert set(table["published_at"]) == {PUBLISHED_AT}
    assert set(table["weights"]) == {"access=3; rai_pct=0"}
    assert set(table["seed"]) == {reference.model.settings.seed}


def test_csv_is_for_people_and_runs_nothing(
    atlas: Atlas, indexed: Workspace, release: Publication, weights: Path, tmp_path: Path
) -> None:
    """BOM, codes with their zeros, Spanish words, an empty cell for what is missing, names that would run guarded."""
    to = tmp_path / "scores.csv"
    said = atlas("score", "--weights", weights, "--out", to, workspace=indexed.root)
    assert said.code == 0
    assert "40 distritos" in said.out
    assert to.read_bytes().startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(to, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    assert table["Ubigeo"].tolist() == release.table("index_inputs")["ubigeo"].tolist()
    assert table["Territorio"].head(len(RUNS_IN_A_SPREADSHEET)).tolist() == [f"'{n}" for n in RUNS_IN_A_SPREADSHEET]
    assert table["No viable hoy"][NO_LAND].startswith("no viable hoy: ")
    assert table["Puesto en la Sierra"][NO_LAND] == ""
    assert set(table["Cuadrante"]) <= {
        "",
        "listo para consorcio",
        "agenda de la Mesa",
        "otra vocación",
        "servicios básicos",
    }
    assert table["Reservado"][UNCOUNTED] != ""
    scores = score_publication(release, WEIGHTS).scores.table
    found = pd.to_numeric(table["Pilar: Caminos y acceso (1-100)"])
    pd.testing.assert_series_equal(found, scores["access_score"], check_names=False, atol=1e-4)


def test_workbook_holds_the_weights_of_the_file(
    atlas: Atlas, indexed: Workspace, release: Publication, weights: Path, tmp_path: Path
) -> None:
    """The whole index, scored with the weights of the file."""
    to = tmp_path / "index.xlsx"
    assert atlas("score", "--weights", weights, "--out", to, workspace=indexed.root).code == 0
    sheet = openpyxl.load_workbook(to, data_only=True)[RESULT]
    titles = [cell.value for cell in sheet[1]]
    shown = [row[titles.index("viability_rank")] or None for row in sheet.iter_rows(min_row=5, values_only=True)]
    ranks = score_publication(release, WEIGHTS).scores.table["viability_rank"]
    assert shown == [None if pd.isna(rank) else rank for rank in ranks]


def test_without_weights_it_is_the_published_index(
    atlas: Atlas, indexed: Workspace, release: Publication, tmp_path: Path
) -> None:
    """No file of weights, no change, and the file says so."""
    to = tmp_path / "scores.parquet"
    assert atlas("score", "--out", to, workspace=indexed.root).code == 0
    table = pd.read_parquet(to)
    published = rescore(release.table("index_inputs"), reference_of(release)).table["viability_score"]
    pd.testing.assert_series_equal(table["viability_score"], published)
    assert set(table["weights"]) == {OWN_WEIGHTS}


def test_proportions_are_what_counts_and_it_is_said(atlas: Atlas, indexed: Workspace, tmp_path: Path) -> None:
    """Weights that do not add up to 1 or 100 are taken in proportion, and the person is told what each one counts."""
    scores = []
    for text in ("potential,1\nconditions,3\n", "potential,25\nconditions,75\n", "potential,0.25\nconditions,0.75\n"):
        path = tmp_path / "weights.csv"
        path.write_text(f"code,weight\n{text}", encoding="utf-8")
        said = atlas("score", "--weights", path, "--out", tmp_path / "scores.parquet", workspace=indexed.root)
        assert "potential 25.0 %, conditions 75.0 %" in said.out
        assert ("los pesos suman 4; valen sus proporciones" in said.out) == (text[10] == "1")
        scores.append(pd.read_parquet(tmp_path / "scores.parquet")["viability_score"])
    pd.testing.assert_series_equal(scores[0], scores[1])
    pd.testing.assert_series_equal(scores[0], scores[2])


def test_every_problem_is_told_at_once_and_nothing_is_written(atlas: Atlas, indexed: Workspace, tmp_path: Path) -> None:
    """Negative, unknown, no number, twice, without a place, too large, an emptied pillar, the index, no format."""
    path, to = tmp_path / "weights.csv", tmp_path / "scores.txt"
    rows = ["access,-1", "nothing,2", "rai_pct,tres", "scale,1", "scale,2", f"{ABSENT},1", "viability,1"]
    rows += ["irrigated_area_best_pct,0", "market,1e308"]
    path.write_text("code,weight\n" + "\n".join(rows) + "\n", encoding="utf-8")
    said = atlas("score", "--weights", path, "--out", to, workspace=indexed.root)
    assert said.code == 2
    for words in (
        ("access", "negativo", "-1"),
        ("nothing", "desconocido"),
        ("rai_pct", "'tres'"),
        ("scale", "2 veces"),
        (ABSENT, "no está en los datos"),
        ("viability", "índice mismo"),
        ("irrigation", "Pilar vacío"),
        ("market", "demasiado grande"),
        ("--out", "scores.txt"),
    ):
        assert len(said.telling(*words)) == 1, words
    assert len(said.problems) == 9
    assert not to.exists()


def test_a_refusal_leaves_the_file_that_was_there(atlas: Atlas, indexed: Workspace, tmp_path: Path) -> None:
    """What was written yesterday is not lost to a wrong file of today; nothing half-written is left."""
    path, to = tmp_path / "weights.json", tmp_path / "scores.csv"
    to.write_text("yesterday", encoding="utf-8")
    path.write_text('{"potential": 0, "conditions": 0}', encoding="utf-8")
    said = atlas("score", "--weights", path, "--out", to, workspace=indexed.root)
    assert (said.code, len(said.problems)) == (2, 1)
    assert to.read_text(encoding="utf-8") == "yesterday"
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_a_folder_that_is_not_there_is_told(atlas: Atlas, indexed: Workspace, tmp_path: Path, suffix: str) -> None:
    """The same sentence for the three kinds of file."""
    said = atlas("score", "--out", tmp_path / "absent" / f"scores.{suffix}", workspace=indexed.root)
    assert said.code == 2
    assert len(said.telling("no se pudo escribir el archivo")) == 1


def test_nothing_published_or_of_an_older_atlas_is_told(atlas: Atlas, workspace: Workspace, tmp_path: Path) -> None:
    """Without a publication, or with one that kept no reference, the person is told what to run."""
    to = tmp_path / "scores.csv"
    assert len(atlas("score", "--out", to, workspace=workspace.root).telling("no hay nada publicado")) == 1
    with workspace.lock(), workspace.new_release() as (release_id, folder):
        record = {"release_id": release_id, "is_demo": False, "viability": {"bounds": {}}}
        write_json(folder / "provenance.json", record)
    said = atlas("score", "--out", to, workspace=workspace.root)
    assert said.code == 2
    assert len(said.telling("no guarda con qué se calculó el índice", "vuelva a construirla")) == 1
    assert not to.exists()
