"""The database under bad weather: versions, several writers, a killed process, a full or read-only disk."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from geodata.agenda import engine as engines
from geodata.agenda.engine import database_url, writer, writing
from geodata.agenda.migrations import FOLDER, HEAD, REVISIONS, upgrade
from geodata.agenda.models import Base
from geodata.agenda.store import Agenda
from geodata.errors import BusyWorkspaceError, NewerDatabaseError, WorkspaceError
from tests.conftest import ROOT
from tests.geodata.agenda.people import ANA, a_mesa, a_promise, a_traba, committed, draft_of


def test_the_steps_make_the_tables_that_the_models_describe(empty_url, tmp_path):
    """A database brought up step by step is that of the models, in both engines; every step is known."""
    agenda = Agenda.open(tmp_path, empty_url)
    with agenda.desk.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)
    agenda.close()
    assert found == []
    scripts = ScriptDirectory(str(FOLDER))
    assert [script.revision for script in scripts.walk_revisions()] == [*reversed(REVISIONS)]
    assert scripts.get_current_head() == HEAD


def an_older_database(url: str) -> None:
    """Make a database as the first version of the agenda left it, with a Mesa."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        upgrade(connection, REVISIONS[0])
        columns = "mesa_id, name, territory, level, start_on, theme, row_version, created_at, updated_at"
        moment = "'2026-01-05 10:00:00'"
        values = f"1, 'Mesa vieja', '050000', 'department', '2026-01-05', '', 1, {moment}, {moment}"
        connection.execute(text(f"INSERT INTO mesas ({columns}) VALUES ({values})"))
    engine.dispose()


def test_an_older_database_is_migrated_with_its_records_and_a_copy_stays(empty_url, tmp_path):
    """The Mesa is still there, the guards are new; of SQLite the old file stays beside, whole."""
    an_older_database(empty_url)
    agenda = Agenda.open(tmp_path, empty_url)
    assert [mesa.name for mesa in agenda.mesas.all()] == ["Mesa vieja"]
    agenda.close()
    Agenda.open(tmp_path, empty_url).close()
    copies = sorted(tmp_path.glob("agenda.sqlite.0001-*.copia"))
    if empty_url.startswith("sqlite"):
        assert len(copies) == 1
        with sqlite3.connect(copies[0]) as copy:
            assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
            assert copy.execute("SELECT name FROM mesas").fetchone() == ("Mesa vieja",)


def test_a_newer_database_is_refused_and_not_touched(url, tmp_path):
    """An atlas that does not know what is inside neither reads nor writes it."""
    agenda = Agenda.open(tmp_path, url)
    with writer(agenda.desk.engine).begin() as raw:
        raw.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabaseError, match=r"más nueva.*actualice el atlas; no se cambió nada"):
        Agenda.open(tmp_path, url)
    with agenda.desk.engine.connect() as raw:
        assert raw.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    agenda.close()
    assert not list(tmp_path.glob("*.copia"))


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_url, tmp_path, monkeypatch):
    """The steps are one transaction: a power cut in the middle is no half-migrated agenda."""
    an_older_database(empty_url)

    def breaks(connection):
        upgrade(connection)
        raise WorkspaceError([engines._wrong_address("un corte")])

    monkeypatch.setattr(engines, "upgrade", breaks)
    with pytest.raises(WorkspaceError, match="un corte"):
        Agenda.open(tmp_path, empty_url)
    monkeypatch.undo()
    agenda = Agenda.open(tmp_path, empty_url)
    assert [mesa.name for mesa in agenda.mesas.all()] == ["Mesa vieja"]
    agenda.close()


def test_several_who_open_an_empty_database_at_once_all_find_it_ready(empty_url, tmp_path):
    """The first makes the tables, the others wait for them: nobody meets half of them."""
    opened, failures = [], []

    def opens():
        try:
            opened.append(Agenda.open(tmp_path, empty_url))
        except Exception as error:  # noqa: BLE001 - it is reported below, whatever it is
            failures.append(error)

    threads = [threading.Thread(target=opens) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [agenda.mesas.all() for agenda in opened] == [[]] * 4
    for agenda in opened:
        agenda.close()


def test_a_password_is_never_shown():
    """Neither the place of the agenda nor a refusal repeats it."""
    with pytest.raises(WorkspaceError) as refused:
        Agenda.open(Path(), "postgresql://ana:secreta@127.0.0.1:1/agenda?connect_timeout=2")
    assert "secreta" not in str(refused.value)
    assert "no se puede usar la agenda" in str(refused.value)


@pytest.mark.parametrize("url", ["mysql://ana:secreta@servidor/agenda", "esto no es una dirección"])
def test_an_address_of_another_kind_is_refused(url, tmp_path):
    """Only SQLite and PostgreSQL; the sentence says how one is written."""
    with pytest.raises(WorkspaceError, match=r"SIERRA_DATABASE_URL.*postgresql://usuario") as refused:
        Agenda.open(tmp_path, url)
    assert "secreta" not in str(refused.value)


def test_the_address_comes_from_the_argument_then_the_variable_then_the_workspace(tmp_path, monkeypatch):
    """And the short name that hosting services give is understood."""
    monkeypatch.delenv("SIERRA_DATABASE_URL", raising=False)
    assert database_url(tmp_path, None).database == str(tmp_path / "agenda.sqlite")
    monkeypatch.setenv("SIERRA_DATABASE_URL", "postgres://ana@servidor/agenda")
    assert database_url(tmp_path, None).render_as_string() == "postgresql+psycopg://ana@servidor/agenda"
    assert database_url(tmp_path, "sqlite:///otra.sqlite").database == "otra.sqlite"


def test_sqlite_is_opened_as_several_writers_need_it(tmp_path):
    """WAL, every commit on the disk, foreign keys, and patience."""
    agenda = Agenda.open(tmp_path, f"sqlite:///{tmp_path / 'agenda.sqlite'}")
    with agenda.desk.engine.connect() as raw:
        asked = {name: raw.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
    agenda.close()
    assert asked == PRAGMAS


PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_file_that_is_no_database_is_a_sentence(tmp_path):
    """Nothing is written over it."""
    (tmp_path / "agenda.sqlite").write_bytes(b"hola" * 1000)
    with pytest.raises(WorkspaceError, match=r"no es una base de datos.*restaure una copia"):
        Agenda.open(tmp_path, f"sqlite:///{tmp_path / 'agenda.sqlite'}")
    assert (tmp_path / "agenda.sqlite").read_bytes() == b"hola" * 1000


def test_whoever_waits_too_long_is_told_to_try_again(tmp_path, monkeypatch):
    """A writer that holds the file keeps the others waiting, then they get a sentence; the readers read on."""
    monkeypatch.setattr(engines, "BUSY_WAIT_S", 0.1)
    agenda = Agenda.open(tmp_path, f"sqlite:///{tmp_path / 'agenda.sqlite'}")
    mesa = a_mesa(agenda)
    with writing(agenda.desk.engine, "x"):
        with pytest.raises(BusyWorkspaceError, match="la agenda está ocupada"):
            a_mesa(agenda)
        assert agenda.mesas.all() == [mesa]
    a_mesa(agenda)
    assert len(agenda.mesas.all()) == 2
    agenda.close()


def run(code: str, *words: object) -> subprocess.CompletedProcess:
    """Run Python in a process of its own."""
    command = [sys.executable, "-c", code, *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


TRIES_TO_WRITE = """
import os, sys
from pathlib import Path
from geodata.agenda.store import Agenda
from geodata.errors import WorkspaceError
from tests.geodata.agenda.people import a_mesa
folder, elsewhere = Path(sys.argv[1]), Path(sys.argv[2])
# once where it works: whatever loads late is loaded before root's rights are gone
a_mesa(Agenda.open(elsewhere, f"sqlite:///{elsewhere}/agenda.sqlite"))
if os.geteuid() == 0:
    os.setegid(65534)
    os.seteuid(65534)
try:
    a_mesa(Agenda.open(folder, f"sqlite:///{folder}/agenda.sqlite"))
except WorkspaceError as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions of this kind exist on POSIX systems only")
@pytest.mark.parametrize("has_file", [True, False])
def test_a_read_only_disk_is_a_sentence_and_nothing_is_lost(ready_file, tmp_path, has_file):
    """Neither an agenda that is there nor one to be made can be written: the person is told so."""
    # pytest's own folders are closed to others, and root is not stopped by permissions
    folder = Path(tempfile.mkdtemp(prefix="agenda-"))
    try:
        if has_file:
            shutil.copy(ready_file, folder / "agenda.sqlite")
            (folder / "agenda.sqlite").chmod(0o444)
        folder.chmod(0o555)
        finished = run(TRIES_TO_WRITE, folder, tmp_path)
        assert "no se puede usar la agenda" in finished.stdout, finished.stderr
        assert "lo escrito no se guardó" in finished.stdout
        assert finished.stderr == ""
        assert [path.name for path in folder.iterdir()] == (["agenda.sqlite"] if has_file else [])
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


FILLS_THE_DISK = """
import resource, signal, sys
from pathlib import Path
from geodata.agenda.store import Agenda
from geodata.errors import WorkspaceError
from tests.geodata.agenda.people import a_mesa, a_traba
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
agenda = Agenda.open(Path(sys.argv[1]), f"sqlite:///{sys.argv[1]}/agenda.sqlite")
mesa = a_mesa(agenda)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
kept = 0
try:
    while kept < 100:
        a_traba(agenda, mesa, cause="x" * 100_000)
        kept += 1
except WorkspaceError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
a_traba(agenda, mesa, title="Liberar espacio")
print(kept + 1, len(agenda.trabas.all()), len(agenda.log.all()))
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="this system has no limit of file size")
def test_a_full_disk_is_a_sentence_and_what_was_acknowledged_stays(tmp_path):
    """The write that does not fit is refused whole; once there is room the agenda goes on, log and all."""
    finished = run(FILLS_THE_DISK, tmp_path)
    *said, counts = finished.stdout.strip().splitlines()
    assert "no se puede usar la agenda" in said[0], finished.stderr
    acknowledged, kept, entries = map(int, counts.split())
    assert 1 < acknowledged == kept < 100
    # one entry per traba, and that of the Mesa
    assert entries == kept + 1


def started_writer(url: str, root: Path, traba_id: int, who: str, count: int) -> subprocess.Popen:
    """Start a process that writes commitments."""
    command = [sys.executable, "-m", "tests.geodata.agenda.writer", url, str(root), str(traba_id), who, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_killed_in_the_middle_the_agenda_opens_and_holds_all_that_was_acknowledged(agenda, url, tmp_path):
    """SIGKILL while writing: every number printed is there, with its entry, and at most one more than printed."""
    traba = a_traba(agenda, a_mesa(agenda))
    process = started_writer(url, tmp_path, traba.traba_id, "w", 100_000)
    assert process.stdout is not None
    acknowledged = [int(process.stdout.readline()) for _ in range(15)]
    process.kill()
    acknowledged += [int(line) for line in process.stdout.read().split("\n")[:-1] if line]
    process.wait()
    process.stdout.close()
    agenda.close()
    again = Agenda.open(tmp_path, url)
    kept = [commitment.commitment_id for commitment in again.commitments.all()]
    assert kept[: len(acknowledged)] == acknowledged
    assert len(kept) <= len(acknowledged) + 1
    entries = [entry for entry in again.log.all() if entry.kind == "commitment"]
    assert [int(entry.object_id) for entry in entries] == kept
    if url.startswith("sqlite"):
        with again.desk.engine.connect() as raw:
            assert raw.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    again.close()


def test_processes_that_write_at_once_lose_nothing_and_double_nothing(agenda, url, tmp_path):
    """Three processes write to one traba: every commitment and every entry is there, once."""
    traba = committed(agenda)
    processes = [started_writer(url, tmp_path, traba.traba_id, who, 10) for who in ("uno", "dos", "tres")]
    for process in processes:
        out, _ = process.communicate(timeout=60)
        assert len(out.split()) == 10
        assert process.returncode == 0
    texts = Counter(commitment.text for commitment in agenda.commitments.all())
    assert texts == Counter(f"{who} promete {number}" for who in ("uno", "dos", "tres") for number in range(10))
    entries = Counter(entry.object_id for entry in agenda.log.all() if entry.kind == "commitment")
    assert entries == Counter(str(commitment.commitment_id) for commitment in agenda.commitments.all())


def test_of_several_who_change_one_record_at_once_exactly_one_wins_each_version(agenda):
    """Threads that save the same version: one is kept, the others are told; no change disappears in silence."""
    from geodata.errors import StaleVersionError

    mesa = a_mesa(agenda)
    made = a_traba(agenda, mesa)
    outcomes: list[str] = []

    def saves(number: int) -> None:
        try:
            draft = draft_of(mesa, cause=f"versión {number}")
            outcomes.append(agenda.trabas.edit(made.traba_id, draft, row_version=1, actor=ANA).cause)
        except StaleVersionError:
            outcomes.append("tarde")

    threads = [threading.Thread(target=saves, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [outcome for outcome in outcomes if outcome != "tarde"]
    assert (len(won), len(outcomes)) == (1, 5)
    kept = agenda.trabas.get(made.traba_id)
    assert (kept.cause, kept.row_version) == (won[0], 2)


def test_the_same_form_sent_at_once_makes_one_record(agenda):
    """A double click that reaches two threads together."""
    traba = committed(agenda)
    made: list[int] = []

    def sends() -> None:
        made.append(agenda.commitments.create(a_promise(traba), form_key="clic", actor=ANA).commitment_id)

    threads = [threading.Thread(target=sends) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [made[0]] * 4
    assert len(agenda.commitments.all()) == 1
