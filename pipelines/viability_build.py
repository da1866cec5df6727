"""The index in a publication: what it was made from, the scores, how sure the ranks are, and the score by product."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.viability_model import ViabilityModel
from geodata.workspace import write_parquet
from layers import viability
from pipelines.census_build import CensusTables

Announce = Callable[[str], None]

_IDENTITY = ("ubigeo", "name", "province", "department", "department_code", "is_sierra")


@dataclass(frozen=True)
class ViabilityTables:
    """What a publication holds of the index."""

    scores: pd.DataFrame
    """Score columns by district, indexed like the districts."""
    reference: viability.Reference
    inputs: pd.DataFrame
    """What the scores were made from: a row per district, withheld cells empty."""
    robustness: pd.DataFrame
    """How sure the ranks are, within the Sierra and within each department."""
    product_scores: pd.DataFrame

    def write(self, folder: Path) -> None:
        """Write `index_inputs`, `robustness` and `product_scores`."""
        write_parquet(folder / "index_inputs.parquet", self.inputs)
        write_parquet(folder / "robustness.parquet", self.robustness)
        write_parquet(folder / "product_scores.parquet", self.product_scores)

    def record(self) -> dict[str, Any]:
        """Return the frozen reference, for the provenance."""
        return self.reference.as_dict()


def fields_of(model: ViabilityModel) -> set[str]:
    """Return every figure that the index may use: indicators, gates, and what tells whether an indicator applies."""
    asked = {indicator.not_applicable_without for indicator in model.indicators.values()}
    gates = {gate.field for gate in model.gates.values() if gate.scope == "general"}
    return set(model.indicators) | gates | {name for name in asked if name is not None}


def index_inputs(shown: pd.DataFrame, census: CensusTables | None, model: ViabilityModel) -> pd.DataFrame:
    """
    Return the districts with every figure that the index may use.

    Parameters
    ----------
    shown
        The wide table as it may be published: a score is no way back to what is withheld.
    census
        Gives the indicators that the wide table lacks, withheld cells empty.
    model
        Says which figures those are.
    """
    fields = fields_of(model)
    inputs = shown[[name for name in shown if name in fields or name in _IDENTITY]].copy()
    if census is not None:
        values = census.indicators.values
        for name in sorted(set(fields) & set(values.columns.astype("str")) - set(inputs)):
            inputs[name] = values[name].reindex(inputs["ubigeo"]).to_numpy()
    return inputs


def viability_tables(
    shown: pd.DataFrame,
    products: pd.DataFrame,
    census: CensusTables | None,
    model: ViabilityModel,
    announce: Announce = lambda _: None,
) -> ViabilityTables:
    """
    Return everything the publication holds of the index.

    Raises
    ------
    IndexInputError
        With every figure that cannot be scored.
    """
    inputs = index_inputs(shown, census, model)
    scores, reference = viability.score(inputs, model)
    robustness = viability.robustness_tables(inputs, reference)
    by_product = viability.product_scores(inputs, products, reference)
    announce(f"viabilidad {reference.coverage_sentence}, con {model.settings.draws_count:,} pruebas")
    return ViabilityTables(scores, reference, inputs, robustness, by_product)
