"""Getting sources: every file verified, every failure told in one go, nothing half-kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from geodata.catalog import Dataset, load_catalog
from geodata.errors import CatalogError, Problem, RetrievalError
from geodata.workspace import Workspace
from pipelines import retrieve
from pipelines.download import ProgressCallback, download
from pipelines.retrieve import (
    files_in_pack,
    in_pack,
    pack_problems,
    retrievable,
    retrieve_from_address,
    retrieve_from_pack,
    sha256_of,
    stored_files,
)
from tests.pipelines.http_server import Answer, MisbehavingServer, serving
from tests.pipelines.tiny_pack import FILES, TinyPack

CUT = Answer(cut_after=20, understands_ranges=False)
FAULTS = {
    "truncated": (CUT, "el archivo completo", "cortó el envío"),
    "other bytes": (Answer(body=b"another version"), "sha256", "(15 bytes, application/zip)"),
    "not there": (Answer(status=404), "HTTP 200", "HTTP 404"),
    "silent": (Answer(stall_after=5, understands_ranges=False), "el archivo completo", "no respondió en 0.3 s"),
}
"""What a server does, what the person is told was expected, and what was found."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no server longer than a blink."""
    fast = partial(download, timeout_s=0.3, sleep=lambda _: None)
    monkeypatch.setattr(retrieve, "download", fast)


@contextmanager
def served(tiny_pack: TinyPack, answers: dict[str, Answer]) -> Iterator[dict[str, MisbehavingServer]]:
    """Serve some files of the pack, each from its own server, which always answers in its own way."""
    with ExitStack() as stack:
        servers = {}
        for source, answer in answers.items():
            servers[source] = stack.enter_context(serving(tiny_pack.path(source).read_bytes()))
            servers[source].default = answer
        yield servers


def at(record: Dataset, server: MisbehavingServer) -> Dataset:
    """Return the record with the address of a server."""
    return replace(record, distributions=(replace(record.distributions[0], access_url=server.url),))


def problems_of(error: pytest.ExceptionInfo[RetrievalError]) -> tuple[Problem, ...]:
    """Return the problems, after checking that each says all five things."""
    for problem in error.value.problems:
        assert all(problem.as_dict().values())
    return error.value.problems


def test_pack_is_copied_untouched_with_its_provenance(workspace: Workspace, tiny_pack: TinyPack) -> None:
    """Every original lies in the workspace byte for byte, with publisher, licence, date, checksum and origin."""
    told: list[str] = []
    retrieve_from_pack(workspace, tiny_pack.folder, tiny_pack.datasets(), told.append)
    files = stored_files(workspace, tiny_pack.datasets())
    assert set(files) == set(FILES)
    for source, path in files.items():
        assert path.read_bytes() == tiny_pack.path(source).read_bytes()
    record = workspace.source_records()["ppa_2024"]
    assert (record["origin"], record["sha256"]) == ("pack", sha256_of(tiny_pack.path("ppa_2024")))
    assert {"title", "publisher", "licence", "reference_year", "file", "retrieved_at"} <= set(record)
    assert len(told) == len(FILES)


def test_everything_wrong_with_a_pack_is_told_at_once(workspace: Workspace, tiny_pack: TinyPack) -> None:
    """Two missing files and an altered one are three problems, and not one file of the pack is kept."""
    tiny_pack.path("censo_2017").unlink()
    tiny_pack.path("centros_poblados").unlink()
    tiny_pack.edit("ppa_2024", lambda text: text.replace("100", "999", 1))
    with pytest.raises(RetrievalError) as error:
        retrieve_from_pack(workspace, tiny_pack.folder, tiny_pack.datasets())
    missing = [problem for problem in problems_of(error) if problem.what == "falta un archivo del paquete"]
    altered = [problem for problem in problems_of(error) if problem.what == "suma de verificación distinta"]
    assert [problem.expected for problem in missing] == [FILES["censo_2017"], FILES["centros_poblados"]]
    assert [problem.where for problem in altered] == [str(tiny_pack.path("ppa_2024"))]
    assert altered[0].found == sha256_of(tiny_pack.path("ppa_2024"))
    assert len(problems_of(error)) == 3
    assert not workspace.root.exists()


def test_pack_that_is_no_folder_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    """A wrong path is one problem about the path, not one per source."""
    with pytest.raises(RetrievalError, match="el paquete no existe") as error:
        retrieve_from_pack(workspace, tmp_path / "absent", retrievable())
    assert len(problems_of(error)) == 1


def test_pack_may_hold_more_than_is_asked_for(workspace: Workspace, tiny_pack: TinyPack) -> None:
    """One source can be taken alone, whatever the state of the others in the pack."""
    tiny_pack.path("censo_2017").unlink()
    retrieve_from_pack(workspace, tiny_pack.folder, tiny_pack.datasets("ppa_2024"))
    assert list(workspace.source_records()) == ["ppa_2024"]
    assert set(files_in_pack(tiny_pack.folder, tiny_pack.datasets())) == set(FILES) - {"censo_2017"}


def test_sources_not_retrieved_are_all_named(workspace: Workspace, tiny_pack: TinyPack) -> None:
    """A build without sources names each one that is lacking, and the command that brings it."""
    retrieve_from_pack(workspace, tiny_pack.folder, tiny_pack.datasets("ppa_2024"))
    with pytest.raises(RetrievalError, match="retrieve --pack") as error:
        stored_files(workspace, tiny_pack.datasets())
    assert {problem.where for problem in problems_of(error)} == set(FILES) - {"ppa_2024"}


def test_original_altered_in_the_workspace_is_not_used(workspace: Workspace, tiny_pack: TinyPack) -> None:
    """A stored original that somebody edited is refused, and retrieving the source again mends it."""
    datasets = tiny_pack.datasets("ppa_2024")
    retrieve_from_pack(workspace, tiny_pack.folder, datasets)
    stored = stored_files(workspace, datasets)["ppa_2024"]
    stored.write_text("UBIGEO,PRODUCTORES\n", encoding="utf-8")
    with pytest.raises(RetrievalError, match="suma de verificación distinta"):
        stored_files(workspace, datasets)
    retrieve_from_pack(workspace, tiny_pack.folder, datasets)
    assert stored_files(workspace, datasets)["ppa_2024"].read_bytes() == tiny_pack.path("ppa_2024").read_bytes()


def test_other_checksum_in_the_catalog_is_another_version(workspace: Workspace, tiny_pack: TinyPack) -> None:
    """When the catalog takes a new file, the old original stays beside it."""
    retrieve_from_pack(workspace, tiny_pack.folder, tiny_pack.datasets("ppa_2024"))
    tiny_pack.edit("ppa_2024", lambda text: text.replace("100", "101", 1))
    tiny_pack.sign()
    retrieve_from_pack(workspace, tiny_pack.folder, tiny_pack.datasets("ppa_2024"))
    assert len(list((workspace.sources / "ppa_2024").iterdir())) == 2
    newest = stored_files(workspace, tiny_pack.datasets("ppa_2024"))["ppa_2024"]
    assert newest.read_bytes() == tiny_pack.path("ppa_2024").read_bytes()


def test_unknown_source_is_refused_with_the_known_ones() -> None:
    """A misspelt id is answered with the ids that exist; no id means every source that has a file."""
    with pytest.raises(CatalogError, match=r"fuente desconocida.*ppa_2024"):
        retrievable(["ppa_2042"])
    assert {record.id for record in retrievable() if not record.optional} == set(FILES)


def test_real_pack_is_the_one_of_the_catalog(pack: Path) -> None:
    """Every file of the real pack has the checksum that the catalog states."""
    found = [
        problem
        for record in load_catalog().values()
        for file in record.distributions
        for problem in pack_problems(pack, file)
    ]
    assert found == []


@pytest.mark.parametrize("fault", FAULTS)
def test_failing_server_costs_its_own_source_only(workspace: Workspace, tiny_pack: TinyPack, fault: str) -> None:
    """Whatever a server does wrong, the person is told what, and the source after it is still brought and kept."""
    answer, expected, found = FAULTS[fault]
    with served(tiny_pack, {"censo_2017": answer, "ppa_2024": Answer()}) as servers:
        datasets = [at(tiny_pack.catalog[source], server) for source, server in servers.items()]
        with pytest.raises(RetrievalError) as error:
            retrieve_from_address(workspace, datasets)
    (problem,) = problems_of(error)
    assert expected in problem.expected
    assert found in problem.found
    assert problem.where == servers["censo_2017"].url
    kept = stored_files(workspace, [datasets[1]])["ppa_2024"]
    assert kept.read_bytes() == tiny_pack.path("ppa_2024").read_bytes()
    record = workspace.source_records()["ppa_2024"]
    assert (record["origin"], record["attempts"], record["insecure"]) == (servers["ppa_2024"].url, 1, False)
    assert "censo_2017" not in workspace.source_records()


def test_all_failures_are_told_at_once(workspace: Workspace, tiny_pack: TinyPack) -> None:
    """Four servers that fail in four ways and a source without address are five problems in one error."""
    sources = list(FILES)[: len(FAULTS)]
    answers = {source: FAULTS[fault][0] for source, fault in zip(sources, FAULTS, strict=True)}
    with served(tiny_pack, answers) as servers:
        datasets = [at(tiny_pack.catalog[source], server) for source, server in servers.items()]
        datasets.append(tiny_pack.catalog["pobreza_2018"])
        with pytest.raises(RetrievalError) as error:
            retrieve_from_address(workspace, datasets)
    *failed, without = problems_of(error)
    assert [problem.where for problem in failed] == [server.url for server in servers.values()]
    assert (without.what, without.where) == ("fuente sin dirección de descarga directa", "pobreza_2018")
    assert "--pack" in without.repair
    assert workspace.source_records() == {}


def test_cut_download_goes_on_where_it_was(workspace: Workspace, tiny_pack: TinyPack) -> None:
    """A download cut in one run is taken up by the next one, and leaves nothing but the original."""
    told: list[str] = []
    with served(tiny_pack, {"ppa_2024": Answer(cut_after=20)}) as servers:
        server = servers["ppa_2024"]
        server.script = [Answer(cut_after=20)] + [Answer(status=503)] * 3
        datasets = [at(tiny_pack.catalog["ppa_2024"], server)]
        with pytest.raises(RetrievalError, match="seguirá desde los 20 bytes"):
            retrieve_from_address(workspace, datasets)
        server.default = Answer()
        retrieve_from_address(workspace, datasets, told.append)
        assert server.seen[-1].range == "bytes=20-"
    stored = stored_files(workspace, datasets)["ppa_2024"]
    assert stored.read_bytes() == tiny_pack.path("ppa_2024").read_bytes()
    assert told == [f"ppa_2024: {FILES['ppa_2024']} descargado y verificado"]
    assert [path.name for path in (workspace.sources / "ppa_2024").iterdir()] == [stored.parent.name]


def test_progress_follows_each_file(workspace: Workspace, tiny_pack: TinyPack) -> None:
    """Whoever watches is told which file comes, and how much of it, up to its whole size."""
    seen: dict[str, list[tuple[int, int | None]]] = {}

    @contextmanager
    def progress_for(label: str) -> Iterator[ProgressCallback]:
        yield lambda done, total: seen.setdefault(label, []).append((done, total))

    with served(tiny_pack, {"ppa_2024": Answer(), "pobreza_2018": Answer()}) as servers:
        datasets = [at(tiny_pack.catalog[source], server) for source, server in servers.items()]
        retrieve_from_address(workspace, datasets, progress_for=progress_for)
    assert {name: told[-1] for name, told in seen.items()} == {
        FILES[source]: (size, size)
        for source in ("ppa_2024", "pobreza_2018")
        for size in [tiny_pack.path(source).stat().st_size]
    }


def test_an_optional_source_is_taken_only_from_a_pack_that_has_it(tmp_path: Path) -> None:
    """A pack without the survey is a whole pack; one that has it brings it."""
    optional = {record.id for record in retrievable() if record.optional}
    assert {"ena_2022_cap800", "red_vecinal_2022", "pisco_precipitacion"} <= optional
    assert not optional & set(FILES)
    assert {record.id for record in in_pack(tmp_path, retrievable())} == set(FILES)
    (tmp_path / "ena2022_cap800.parquet").touch()
    assert {record.id for record in in_pack(tmp_path, retrievable())} == {*FILES, "ena_2022_cap800"}
