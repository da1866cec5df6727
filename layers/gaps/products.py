"""Which products of the programme are present or apt in each territory, as a gap tells them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geodata.ubigeo import Level, entity_code

_ABOVE: tuple[Level, ...] = ("province", "department")


def product_names(products: pd.DataFrame, labels: Mapping[str, str], apt_from_pct: float) -> pd.Series:
    """
    Return ubigeo -> names of the products present or apt there, joined by ", ", in the order of `labels`.

    Parameters
    ----------
    products
        A row per district and product: `ubigeo`, `product`, `suitability` (0-1), `present_value_pen_thousand`,
        `present_ha`, `is_present_ha_reserved`. A reserved area says nothing, not even that the product is there.
    labels
        Product -> name, those of the programme.
    apt_from_pct
        Suitability (0-100) from which a product is apt.

    Returns
    -------
    names
        Districts, provinces and departments; above districts, the products of any district. Empty text without any.
    """
    area = products["present_ha"].astype(float).mask(products["is_present_ha_reserved"].astype(bool))
    grows = products["present_value_pen_thousand"].gt(0) | area.gt(0)
    counts = grows | (products["suitability"] * 100.0).ge(apt_from_pct)
    known = products["product"].isin(set(labels))
    by_district = counts[known].groupby([products["ubigeo"], products["product"]]).any().unstack(fill_value=False)
    ordered = by_district.reindex(columns=list(labels), fill_value=False).astype(bool)
    codes = pd.Series(ordered.index, index=ordered.index, dtype="str")
    levels = [ordered, *(ordered.groupby(entity_code(codes, level)).any() for level in _ABOVE)]
    held = pd.concat(levels)
    names = list(labels.values())
    cells = [", ".join(name for name, is_held in zip(names, row, strict=True) if is_held) for row in held.to_numpy()]
    return pd.Series(cells, index=held.index.astype("str"), dtype="str", name="products")
