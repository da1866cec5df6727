"""
Scenarios that somebody saved by name: other weights, gaps closed, a product.

They lie in `scenarios.jsonl` in the root of the workspace, outside the releases, a line per entry, and the file only
grows: deleting one adds a line that withdraws it. The release on which it was saved stays written beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any

from geodata import journal
from geodata.errors import ContractError, Problem, raise_if_any

SCENARIOS_FILE = "scenarios.jsonl"
LONGEST_NAME = 80
WHAT = "escenario no válido"

_TEXTS = ("entry_id", "name", "release_id", "entered_at")


@dataclass(frozen=True)
class SavedScenario:
    """A scenario as it is kept: only what differs from the published index."""

    entry_id: str
    name: str
    release_id: str
    entered_at: str
    weights: Mapping[str, float] = field(default_factory=dict)
    """Node of the index -> weight among its siblings."""
    closed_gaps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Standard -> territories (of any level) in which it is reached."""
    product: str | None = None


@dataclass(frozen=True)
class Withdrawal:
    """The end of a saved scenario."""

    entry_id: str
    withdraws: str
    entered_at: str


@dataclass(frozen=True)
class ScenarioBook:
    """What the file holds: every entry in order, and every line that could not be read."""

    entries: tuple[SavedScenario | Withdrawal, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def saved(self) -> tuple[SavedScenario, ...]:
        """The scenarios that nobody has deleted, in the order in which they were saved."""
        withdrawn = {entry.withdraws for entry in self.entries if isinstance(entry, Withdrawal)}
        scenarios = [entry for entry in self.entries if isinstance(entry, SavedScenario)]
        return tuple(entry for entry in scenarios if entry.entry_id not in withdrawn)

    def named(self, name: str) -> SavedScenario | None:
        """Return the scenario of a name, whatever its capitals and spaces, or None."""
        return next((entry for entry in self.saved if _same(entry.name) == _same(name)), None)


def scenarios_file(root: Path) -> Path:
    """Return where the scenarios of a workspace lie."""
    return root / SCENARIOS_FILE


def read_scenarios(file: Path) -> ScenarioBook:
    """
    Return what the file holds; without a file, nothing.

    A damaged line is a problem that names its number; the lines around it stand.

    Raises
    ------
    WorkspaceError
        If the file is there and cannot be read.
    """
    entries, problems = journal.read_lines(file, WHAT, "un escenario o un retiro", _entry)
    return ScenarioBook(tuple(entries), tuple(problems))


def save_scenario(
    file: Path,
    name: str,
    *,
    weights: Mapping[str, float],
    closed_gaps: Mapping[str, tuple[str, ...]],
    product: str | None,
    release_id: str,
    now: datetime | None = None,
) -> SavedScenario:
    """
    Keep a scenario by name and return it as kept.

    Raises
    ------
    ContractError
        If the name is empty, too long, not in one line or taken; or the scenario changes nothing.
    BusyWorkspaceError, WorkspaceError
        If the file cannot be written.
    """
    problems = _name_problems(name)
    if not weights and not closed_gaps and product is None:
        expected = "un peso, una brecha cerrada o un producto"
        problems.append(_refused("escenario", expected, "ningún cambio", "cambie algo antes de guardar"))
    raise_if_any(problems, ContractError)
    kept = SavedScenario(
        entry_id=journal.new_id(),
        name=" ".join(name.split()),
        release_id=release_id,
        entered_at=(now or datetime.now(UTC)).isoformat(timespec="seconds"),
        weights=dict(weights),
        closed_gaps={standard: tuple(codes) for standard, codes in closed_gaps.items()},
        product=product,
    )
    with journal.locked(file, WHAT):
        taken = read_scenarios(file).named(kept.name)
        if taken is not None:
            repair = "elija otro nombre, o borre el anterior"
            raise ContractError([_refused("nombre", "un nombre que no exista", f"«{taken.name}», ya guardado", repair)])
        journal.append(file, [asdict(kept)])
    return kept


def delete_scenario(file: Path, entry_id: str, *, now: datetime | None = None) -> Withdrawal:
    """
    Withdraw a saved scenario; what was saved stays in the file.

    Raises
    ------
    ContractError
        If it does not exist or is withdrawn already.
    BusyWorkspaceError, WorkspaceError
        If the file cannot be written.
    """
    moment = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    withdrawal = Withdrawal(entry_id=journal.new_id(), withdraws=entry_id, entered_at=moment)
    with journal.locked(file, WHAT):
        if entry_id not in {entry.entry_id for entry in read_scenarios(file).saved}:
            expected = "un escenario guardado"
            raise ContractError([_refused("borrado", expected, repr(entry_id), "vuelva a cargar la página")])
        journal.append(file, [asdict(withdrawal)])
    return withdrawal


def _name_problems(name: str) -> list[Problem]:
    bare = " ".join(name.split(" ")).strip()
    if not bare:
        return [_refused("nombre", "un texto", "nada", "escriba un nombre")]
    if len(bare) > LONGEST_NAME:
        expected, found = f"hasta {LONGEST_NAME} caracteres", f"{len(bare)} caracteres"
        return [_refused("nombre", expected, found, "abrevie el nombre")]
    if not bare.isprintable():
        return [_refused("nombre", "un texto en una línea", ascii(bare), "quite los caracteres de control")]
    return []


def _same(name: str) -> str:
    return " ".join(name.casefold().split())


def _entry(record: Mapping[str, Any]) -> SavedScenario | Withdrawal:
    if "withdraws" in record:
        return Withdrawal(**journal.texts(record, ("entry_id", "withdraws", "entered_at")))
    weights, closed, product = (record.get(name) for name in ("weights", "closed_gaps", "product"))
    if not isinstance(weights, dict) or not all(map(_is_weight, weights.values())):
        raise ValueError("los pesos no son números")
    if not isinstance(closed, dict) or not all(map(_is_codes, closed.values())):
        raise ValueError("las brechas cerradas no son listas de códigos")
    if product is not None and not isinstance(product, str):
        raise ValueError("el producto no es texto")
    return SavedScenario(
        **journal.texts(record, _TEXTS),
        weights={name: float(value) for name, value in weights.items()},
        closed_gaps={standard: tuple(codes) for standard, codes in closed.items()},
        product=product,
    )


def _is_weight(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_codes(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(code, str) for code in value)


def _refused(where: str, expected: str, found: str, repair: str) -> Problem:
    return Problem(WHAT, where, expected, found, repair)
