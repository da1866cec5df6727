"""The index per product: its suitability and its present value take the place of the general ones."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geodata.errors import Problem
from geodata.viability_model import Indicator
from layers.index.errors import IndexInputError
from layers.index.scoring import weight_rows
from layers.index.structure import Structure
from layers.viability.gates import gate_words
from layers.viability.reference import ROOT, Reference, build_structure
from layers.viability.scale import normalise_fields
from layers.viability.scores import aggregate_nodes, complete_weights, data_share, ranks

PRODUCT_COLUMNS = (
    "ubigeo",
    "product",
    "potential_score",
    "viability_score",
    "rank",
    "gate",
    "data_share_pct",
    "indicators_count",
)


def product_scores(
    districts: pd.DataFrame,
    products: pd.DataFrame,
    reference: Reference,
    weights: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """
    Return the viability of every product in every district, on scales that are the same for all products.

    Parameters
    ----------
    districts
        As in `rescore`, with `ubigeo`.
    products
        `ubigeo`, `product`, `suitability` (0-1), `suitable_ha`, `present_value_pen_thousand`: one row each.
    weights
        As in `rescore`; those of indicators that a product replaces do not count.

    Returns
    -------
    scores
        `ubigeo`, `product`, `potential_score`, `viability_score` (1-100, missing where withheld or gated), `rank` (per
        product, among the Sierra rows), `gate` (the general ones first), `data_share_pct`, `indicators_count` (what a
        product never records is left out for it). A product without any suitability has no rows.

    Raises
    ------
    IndexInputError
        If a district and product come twice, and as in `rescore`.
    """
    repeated = products[products.duplicated(["ubigeo", "product"])]
    if len(repeated):
        found = ", ".join(repeated["ubigeo"].head(5) + " " + repeated["product"].head(5))
        raise IndexInputError([Problem("Distrito y producto repetidos", "productos", "una fila", found, "deje una")])
    chosen = complete_weights(reference, weights)
    base = normalise_fields(districts, reference.indicators, reference.goalposts)
    parts = []
    for product, rows in products.groupby("product", sort=False):
        own = rows.set_index("ubigeo").reindex(districts["ubigeo"]).set_axis(districts.index)
        figures = own.assign(suitability_pct=100.0 * own["suitability"])
        if figures["suitability_pct"].notna().any():
            parts.append(_of_product(str(product), districts, figures, base, reference, chosen))
    if not parts:
        return pd.DataFrame(columns=list(PRODUCT_COLUMNS))
    return pd.concat(parts, ignore_index=True)


def product_structure(figures: pd.DataFrame, reference: Reference) -> tuple[Structure, list[Indicator]]:
    """
    Return the tree of a product and its own indicators, those that have a scale and a figure.

    They stand for the general ones that they replace; an unknown value of this product is not the value of all of
    them, so that the general ones leave the tree either way.
    """
    model = reference.model
    special = [
        indicator
        for field, indicator in model.product_indicators.items()
        if field in reference.goalposts and field in figures and figures[field].notna().any()
    ]
    replaced = {name for indicator in model.product_indicators.values() for name in indicator.replaces}
    general = [field for field in reference.indicators if field not in replaced]
    return build_structure(model, general, special), special


def _of_product(
    product: str,
    districts: pd.DataFrame,
    figures: pd.DataFrame,
    base: pd.DataFrame,
    reference: Reference,
    weights: Mapping[str, float],
) -> pd.DataFrame:
    model = reference.model
    structure, special = product_structure(figures, reference)
    own = normalise_fields(figures, tuple(indicator.field for indicator in special), reference.goalposts)
    normalised = base.join(own)[list(structure.indicators)]
    used = _weights_for(structure, weights)
    nodes = aggregate_nodes(normalised, structure, used, model.settings.minimum_pillar_share).scores
    general = gate_words(districts, [gate for gate in model.gates.values() if gate.scope == "general"])
    gate = general.fillna(gate_words(figures, [gate for gate in model.gates.values() if gate.scope == "product"]))
    viability = nodes[ROOT].where(gate.isna())
    table = pd.DataFrame(
        {
            "ubigeo": districts["ubigeo"],
            "product": product,
            "potential_score": nodes["potential"].where(gate.isna()),
            "viability_score": viability,
            "rank": ranks(viability, districts["is_sierra"]),
            "gate": gate,
            "data_share_pct": 100.0 * data_share(normalised, structure, weight_rows(structure, used)),
            "indicators_count": np.int64(len(structure.indicators)),
        }
    )
    return table[list(PRODUCT_COLUMNS)]


def _weights_for(structure: Structure, weights: Mapping[str, float]) -> dict[str, float]:
    """Return the weights of a product's tree: the general ones, and the model's for what only products have."""
    return {node.code: weights.get(node.code, node.weight) for node in structure.nodes}
