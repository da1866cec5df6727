"""The index of one product as a reference of its own, so that everything the general index can do holds for it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from geodata.errors import Problem
from layers.index.errors import IndexInputError
from layers.viability import Reference
from layers.viability.products import product_structure


def product_figures(inputs: pd.DataFrame, products: pd.DataFrame, product: str) -> pd.DataFrame:
    """
    Return the figures of the districts with those of a product: `suitability_pct`, `suitable_ha` and the others.

    Raises
    ------
    IndexInputError
        If the release has no suitability for the product.
    """
    own = products[products["product"].eq(product)].set_index("ubigeo").reindex(inputs["ubigeo"])
    if own["suitability"].isna().all():
        known = ", ".join(sorted(products["product"].unique())) or "ninguno"
        repair = "elija otro producto, o el índice general"
        raise IndexInputError([Problem("Producto sin aptitud en esta publicación", "producto", known, product, repair)])
    named = {"suitability_pct": 100.0 * own["suitability"]} | {
        name: own[name] for name in ("suitable_ha", "present_value_pen_thousand")
    }
    return inputs.assign(**{name: values.set_axis(inputs.index) for name, values in named.items()})


def product_reference(figures: pd.DataFrame, reference: Reference) -> Reference:
    """
    Return the reference of a product: its indicators in the place of the general ones, on the same frozen scales.

    As `layers.viability.product_scores` does it. Its gates count as gates of everything, the general ones first.

    Parameters
    ----------
    figures
        From `product_figures`.
    """
    model = reference.model
    structure, _special = product_structure(figures, reference)
    gates = sorted(model.gates.items(), key=lambda item: item[1].scope != "general")
    everywhere = {code: replace(gate, scope="general") for code, gate in gates if gate.field in figures}
    return replace(reference, structure=structure, model=replace(model, gates=everywhere))
