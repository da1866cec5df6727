"""
What each district grows today of the products with a window: VBP 2023, and hectares of the census of 2012.

Neither source says anything of suitability, and a product that a source never records is unknown in it, not absent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.crop_windows import CropWindow
from geodata.quality import Finding, examples

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def recorded(ubigeo: pd.Index, windows: Sequence[CropWindow], crops: pd.DataFrame) -> dict[str, Floats]:
    """
    Return `present_value_pen_thousand` and `present_t` of 2023, districts x products.

    Zero where the table records the district and none of the product; missing where it does not record the district, or
    never the product.
    """
    products = {crop: window.product for window in windows for crop in window.crops}
    named = crops.assign(product=crops["crop"].map(products)).dropna(subset=["product"])
    names = [window.product for window in windows]
    never = [not window.crops for window in windows]
    columns: dict[str, Floats] = {}
    for column, source in (("present_value_pen_thousand", "value_pen_thousand"), ("present_t", "production_t")):
        sums = named.groupby(["ubigeo", "product"])[source].sum(min_count=1)
        columns[column] = _spread(sums, ubigeo, names, set(crops["ubigeo"]), never)
    return columns


def census_area(
    ubigeo: pd.Index, windows: Sequence[CropWindow], crops: pd.DataFrame | None
) -> dict[str, Floats | Flags]:
    """
    Return `present_ha` of 2012 and `is_present_ha_reserved`, districts x products.

    Missing without a census, where the census has no crop of the district, and for products without a published code.
    """
    names = [window.product for window in windows]
    if crops is None:
        nowhere = np.full((len(ubigeo), len(windows)), np.nan)
        return {"present_ha": nowhere, "is_present_ha_reserved": np.zeros(nowhere.shape, dtype=bool)}
    products = {code: window.product for window in windows for code in window.census_codes}
    never = [not window.census_codes for window in windows]
    named = crops.assign(product=crops["crop"].map(products)).dropna(subset=["product"])
    of_product = named.groupby(["ubigeo", "product"])["crop_area_ha"]
    # a sum of which a part is withheld is withheld: the rest of it would be a figure dressed as the whole
    is_whole = of_product.count() == of_product.size()
    sums = of_product.sum().where(is_whole)
    counted = set(crops["ubigeo"])
    return {
        "present_ha": _spread(sums, ubigeo, names, counted, never),
        "is_present_ha_reserved": _spread((~is_whole).astype(float), ubigeo, names, counted, never) == 1.0,
    }


def _spread(
    sums: pd.Series, ubigeo: pd.Index, products: list[str], known: Collection[str], never: list[bool]
) -> Floats:
    """Return sums by ubigeo and product as a table: zero where the district is known and has none, else missing."""
    wide = sums.unstack(fill_value=0).reindex(columns=products, fill_value=0.0)
    values = wide.reindex(sorted(set(known)), fill_value=0.0).reindex(ubigeo).to_numpy(float, copy=True)
    values[:, never] = np.nan
    return values


def unknown_crop_names(windows: Mapping[str, CropWindow], crops: pd.DataFrame) -> list[Finding]:
    """Return a finding if windows name crops that the table of 2023 never records, as a slip of the pen would."""
    named = [crop for window in windows.values() for crop in window.crops]
    unknown = sorted(set(named) - set(crops["crop"]))
    if not unknown:
        return []
    return [
        Finding(
            code="crop_name_unknown",
            message="nombres de cultivo de las ventanas que el VBP no registra",
            count=len(unknown),
            effect="no suman a lo que se produce hoy",
            repair="corrija «crops» en crop_windows.toml: los nombres son los de MIDAGRI",
            examples=examples(unknown),
        )
    ]
