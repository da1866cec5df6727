"""The index with other weights, on the command line: a publication, a file of weights, a file of scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from geodata.errors import Problem, UserInputError, raise_if_any
from geodata.weights_file import WeightsFile, read_weights
from geodata.workspace import Workspace
from layers.index.scoring import weight_rows
from layers.viability import ROOT, Reference, complete_weights
from pipelines.export.files import write_csv, write_parquet_file, written_whole
from pipelines.export.index_scores import ScoredIndex, published_reference, result_selection, score_publication
from pipelines.export.index_workbook import write_index_workbook

Announce = Callable[[str], None]

_WHOLES = (1.0, 100.0)
"""Sums that nobody has to be told about: shares, or percentages."""

_SUM_TOLERANCE = 1e-6

LARGEST_WEIGHT = 1e9
"""Far beyond any proportion that means something, and far below where the sum of four overflows."""


def score_to_file(workspace: Workspace, weights_file: Path | None, to: Path, announce: Announce) -> int:
    """
    Score the publication with the weights of a file, write the result, and return its number of rows.

    Parameters
    ----------
    weights_file
        `geodata.weights_file`: only what changes, by code of indicator, pillar or axis; proportions matter. Without it,
        the weights of the publication.
    to
        `.csv` or `.parquet`: scores, ranks, quadrants. `.xlsx`: the whole index, with formulas.

    Raises
    ------
    UserInputError
        With everything that is wrong with both files and every weight. Then nothing is written.
    WorkspaceError
        If nothing is published, or the publication keeps no reference.
    """
    publication = workspace.publication()
    reference = published_reference(publication)
    problems = _suffix_problems(to)
    given = WeightsFile({}, ())
    try:
        if weights_file is not None:
            given = read_weights(weights_file)
    except UserInputError as error:
        problems += error.problems
    raise_if_any([*problems, *given.problems, *weight_problems(given.weights, reference)])
    for sentence in proportions(given.weights, reference):
        announce(sentence)
    scored = score_publication(publication, given.weights)
    write_scored(scored, to)
    return len(scored.inputs)


def weight_problems(weights: Mapping[str, float], reference: Reference) -> list[Problem]:
    """Return all that is wrong with weights: unknown, without a place, negative, too large, all zero in a group."""
    problems = []
    if ROOT in weights:
        expected, found = "un indicador, un pilar o un eje", "el índice mismo"
        problems.append(Problem("El índice no tiene peso", f"peso de {ROOT}", expected, found, "quite ese peso"))
    expected, repair = f"un número hasta {LARGEST_WEIGHT:g}", "divida todos los pesos del grupo"
    problems += [
        Problem("Peso demasiado grande", f"peso de {code}", expected, f"{weight:g}", repair)
        for code, weight in weights.items()
        if weight > LARGEST_WEIGHT
    ]
    try:
        complete_weights(
            reference, {code: weight for code, weight in weights.items() if code != ROOT and weight <= LARGEST_WEIGHT}
        )
    except UserInputError as error:
        problems += error.problems
    return problems


def proportions(weights: Mapping[str, float], reference: Reference) -> Iterator[str]:
    """Yield, for each group in which a weight changes, what each part of it counts, and that a sum is not a whole."""
    whole = complete_weights(reference, weights)
    shares = weight_rows(reference.structure, whole)
    for parent in reversed(reference.structure.aggregates):
        children = reference.structure.children(parent)
        if not set(children) & set(weights):
            continue
        total = sum(whole[child] for child in children)
        parts = ", ".join(f"{child} {100 * share:.1f} %" for child, share in zip(children, shares[parent], strict=True))
        is_whole = any(abs(total - expected) <= _SUM_TOLERANCE * expected for expected in _WHOLES)
        told = "" if is_whole else f" (los pesos suman {total:g}; valen sus proporciones)"
        yield f"{reference.structure.by_code[parent].label}: {parts}{told}"


def write_scored(scored: ScoredIndex, to: Path) -> None:
    """
    Write an index that was scored, by the suffix of the file; whole or not at all.

    Raises
    ------
    UserInputError
        If the suffix is unknown or the file cannot be written; then no file is left.
    """
    raise_if_any(_suffix_problems(to))
    with written_whole(to) as beside:
        _WRITERS[to.suffix.lower()](scored, beside)


def _write_csv(scored: ScoredIndex, path: Path) -> None:
    write_csv(result_selection(scored, for_people=True), scored.publication, path)


def _write_parquet(scored: ScoredIndex, path: Path) -> None:
    write_parquet_file(result_selection(scored, for_people=False), scored.publication, path)


_WRITERS: dict[str, Callable[[ScoredIndex, Path], None]] = {
    ".csv": _write_csv,
    ".parquet": _write_parquet,
    ".xlsx": write_index_workbook,
}


def _suffix_problems(to: Path) -> list[Problem]:
    if to.suffix.lower() in _WRITERS:
        return []
    return [
        Problem(
            what="formato desconocido",
            where="--out",
            expected="un archivo .csv, .parquet o .xlsx",
            found=to.name or str(to),
            repair="cambie la extensión del archivo",
        )
    ]
