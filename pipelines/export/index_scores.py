"""The index of a publication scored again, with its own weights or with others, and the table that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from geodata.columns import in_spanish, load_columns
from geodata.errors import Problem, WorkspaceError
from geodata.fields import CENSUS_FIELDS_FILE, Field, load_fields
from geodata.workspace import Publication
from layers.viability import SCORE_COLUMNS, Reference, Scores, complete_weights, gate_sentence, rescore, simulate_scores
from pipelines.export.selection import Selection, selection_of

INPUTS_TABLE = "index_inputs"

OWN_WEIGHTS = "los de la publicación"

_RANGES = ("rank_p05", "rank_p50", "rank_p95", "top_decile_share", "quadrant_share")

_HEADINGS = {
    "viability_rank": "Puesto en la Sierra",
    "rank_p05": "Puesto, 5 % de las pruebas",
    "rank_p50": "Puesto, mediana de las pruebas",
    "rank_p95": "Puesto, 95 % de las pruebas",
    "top_decile_share": "Parte de las pruebas en el primer décimo (0-1)",
    "quadrant_share": "Parte de las pruebas en el mismo cuadrante (0-1)",
    "viability_arithmetic_score": "Viabilidad con media aritmética entre pilares (1-100)",
    "gate": "No viable hoy",
    "data_share_pct": "Peso del índice con dato (%)",
    "published_at": "Fecha de publicación (UTC)",
    "weights": "Pesos cambiados",
    "seed": "Semilla de las pruebas",
    "draws_count": "Número de pruebas",
}
"""Columns of the scores that are no figure of the dictionary."""


@dataclass(frozen=True)
class ScoredIndex:
    """
    An index and everything it was made from.

    `weights` are those that change (none: the release's own), `inputs` a row per district in order of ubigeo, `scores`
    by the same rows, `ranges` by ubigeo for the scored districts of the Sierra.
    """

    publication: Publication
    reference: Reference
    weights: Mapping[str, float]
    inputs: pd.DataFrame
    scores: Scores
    ranges: pd.DataFrame

    @property
    def all_weights(self) -> dict[str, float]:
        """The weight of every node among its siblings, changed or not."""
        return complete_weights(self.reference, self.weights)

    @property
    def weights_sentence(self) -> str:
        """The weights that change, by code, or that none does."""
        return "; ".join(f"{code}={weight:g}" for code, weight in sorted(self.weights.items())) or OWN_WEIGHTS


@dataclass(frozen=True)
class IndexSelection(Selection):
    """Rows of scores, whose columns have names of their own."""

    headings: Mapping[str, str] = field(default_factory=dict)

    def heading(self, name: str) -> str:
        """Return what a column is called in the file."""
        return self.headings.get(name) or super().heading(name)


def published_reference(publication: Publication) -> Reference:
    """
    Return what the index of a publication was frozen with.

    Raises
    ------
    WorkspaceError
        If the publication is of an earlier version of the atlas, which kept no reference or no inputs.
    """
    try:
        reference = Reference.from_dict(publication.provenance["viability"])
    except (KeyError, TypeError) as error:
        raise WorkspaceError([_too_old(publication)]) from error
    if not (publication.path / f"{INPUTS_TABLE}.parquet").is_file():
        raise WorkspaceError([_too_old(publication)])
    return reference


def score_publication(publication: Publication, weights: Mapping[str, float] | None = None) -> ScoredIndex:
    """
    Return the index of a publication with some weights changed, against its frozen bounds and cuts.

    Parameters
    ----------
    weights
        As in `layers.viability.rescore`.

    Raises
    ------
    WorkspaceError
        As in `published_reference`.
    IndexInputError
        With every problem of the weights; or if they leave nothing to be uncertain about.
    """
    reference = published_reference(publication)
    inputs = publication.table(INPUTS_TABLE).sort_values("ubigeo", ignore_index=True)
    scores = rescore(inputs, reference, weights)
    drawn = simulate_scores(inputs, reference, weights=weights).table().set_index("ubigeo")
    return ScoredIndex(publication, reference, dict(weights or {}), inputs, scores, drawn[list(_RANGES)])


def result_rows(scored: ScoredIndex) -> pd.DataFrame:
    """Return names, scores, rank and its range, quadrant, gate and share of data, a row per district."""
    identity = scored.inputs[["ubigeo", "name", "province", "department", "is_sierra"]]
    ranges = scored.ranges.reindex(scored.inputs["ubigeo"]).set_index(scored.inputs.index)
    table = scored.scores.table
    before = [*SCORE_COLUMNS, "viability_arithmetic_score", "viability_rank"]
    return pd.concat([identity, table[before], ranges, table.drop(columns=before)], axis=1)


def result_selection(scored: ScoredIndex, *, for_people: bool) -> IndexSelection:
    """
    Return the rows stamped with release, date, weights and seed.

    `for_people` turns the word of a closed gate into its sentence; programs keep the word.
    """
    rows = result_rows(scored)
    if for_people:
        rows["gate"] = rows["gate"].map(gate_sentences(scored.reference), na_action="ignore")
    plain = selection_of(scored.publication, "index", rows, {"Pesos cambiados": scored.weights_sentence})
    settings = scored.reference.model.settings
    stamped = plain.rows.assign(
        published_at=str(scored.publication.provenance["published_at"]),
        weights=scored.weights_sentence,
        seed=settings.seed,
        draws_count=settings.draws_count,
    )
    pillars = {
        f"{code}_score": f"Pilar: {pillar.label} (1-100)" for code, pillar in scored.reference.model.pillars.items()
    }
    headings = {**_HEADINGS, **pillars}
    return IndexSelection("index", stamped, plain.filters, plain.provenance, headings=headings)


def gate_sentences(reference: Reference) -> dict[str, str]:
    """Return what is said of a territory in front of each closed gate, by its word."""
    return {code: gate_sentence(gate) for code, gate in reference.model.gates.items()}


def quadrant_words() -> dict[str, str]:
    """Return the four quadrants as people read them."""
    return load_columns()["quadrant"].values


def quadrants_in_words(scored: ScoredIndex) -> pd.Series:
    """Return the quadrant of each row as people read it."""
    return in_spanish(scored.scores.table[["quadrant"]])["quadrant"]


def dictionary() -> dict[str, Field]:
    """Return the dictionary of everything that may enter the index, the census included."""
    return load_fields() | load_fields(CENSUS_FIELDS_FILE)


def _too_old(publication: Publication) -> Problem:
    found: Any = publication.provenance.get("release_id", "sin nombre")
    return Problem(
        what="la publicación no guarda con qué se calculó el índice",
        where="publicación",
        expected="una publicación hecha con esta versión del atlas",
        found=str(found),
        repair="vuelva a construirla (python -m pipelines build o demo)",
    )
