"""
Scenarios: what the index would say with other weights, with gaps closed to their standard, for one product.

The scale and the cuts stay those of the release, so that what is done in one district moves no other score. The before
of a scenario is always the published index.
"""

from layers.scenario.changes import Change, Closed, changes_of
from layers.scenario.comparing import compare_scenarios, with_ranges, within
from layers.scenario.outcome import ScenarioOutcome, outcome, simulate
from layers.scenario.scenario import Basis, Scenario, apply, closable_standards, scenario_problems

__all__ = [
    "Basis",
    "Change",
    "Closed",
    "Scenario",
    "ScenarioOutcome",
    "apply",
    "changes_of",
    "closable_standards",
    "compare_scenarios",
    "outcome",
    "scenario_problems",
    "simulate",
    "with_ranges",
    "within",
]
