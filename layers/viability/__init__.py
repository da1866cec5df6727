"""
The viability index of a consortium: two axes, open, robust, explained.

Potencial and Condiciones stay apart, because one score that includes public goods would push down exactly the places a
Mesa must see. Viability is the square root of their product; poverty is beside the index, never inside. What enters and
how much it weighs is `geodata/viability.toml`; the mathematics is `layers.index`. Method: domain.md section 9.
"""

from layers.viability.aptitude import apt_products_count
from layers.viability.explanation import Explanation, Part, explain
from layers.viability.gates import gate_sentence, gate_words
from layers.viability.missing import MISSING_KINDS, MissingKind, missing_kind
from layers.viability.products import PRODUCT_COLUMNS, product_scores
from layers.viability.reference import ROOT, Reference
from layers.viability.robustness import ROBUSTNESS_COLUMNS, Robustness, robustness_tables, simulate_scores
from layers.viability.scale import normalise_fields
from layers.viability.scores import (
    ARITHMETIC,
    METHODS,
    SCORE_COLUMNS,
    Quadrant,
    Scores,
    checked_weights,
    complete_weights,
    freeze,
    quadrants,
    rescore,
    score,
    where_to_start,
)
from layers.viability.sentences import sentences, tell_apart

__all__ = [
    "ARITHMETIC",
    "METHODS",
    "MISSING_KINDS",
    "PRODUCT_COLUMNS",
    "ROBUSTNESS_COLUMNS",
    "ROOT",
    "SCORE_COLUMNS",
    "Explanation",
    "MissingKind",
    "Part",
    "Quadrant",
    "Reference",
    "Robustness",
    "Scores",
    "apt_products_count",
    "checked_weights",
    "complete_weights",
    "explain",
    "freeze",
    "gate_sentence",
    "gate_words",
    "missing_kind",
    "normalise_fields",
    "product_scores",
    "quadrants",
    "rescore",
    "robustness_tables",
    "score",
    "sentences",
    "simulate_scores",
    "tell_apart",
    "where_to_start",
]
