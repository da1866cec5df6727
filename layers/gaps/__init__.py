"""Gaps: how far a territory is from a standard, in the unit of the good, who answers for it and which come first."""

from layers.gaps.choosing import (
    ORDERS,
    GapTotals,
    choose,
    drawable_level,
    ordered,
    pick,
    totals,
    words_of,
    worst_severity,
)
from layers.gaps.listing import AS_PUBLISHED, gap_list, is_measurable, not_measured, with_quality
from layers.gaps.priority import COST_BOUNDS, NEUTRAL_COST, cost_term, with_priority
from layers.gaps.severity import ACTIONABLE, SEVERITIES, severity, severity_share, shortfall

__all__ = [
    "ACTIONABLE",
    "AS_PUBLISHED",
    "COST_BOUNDS",
    "NEUTRAL_COST",
    "ORDERS",
    "SEVERITIES",
    "GapTotals",
    "choose",
    "cost_term",
    "drawable_level",
    "gap_list",
    "is_measurable",
    "not_measured",
    "ordered",
    "pick",
    "severity",
    "severity_share",
    "shortfall",
    "totals",
    "with_priority",
    "with_quality",
    "words_of",
    "worst_severity",
]
