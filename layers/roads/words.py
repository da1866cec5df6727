"""The words of the road layers: networks, surfaces, conditions, and how a district's figure was made."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.crs import GEOD

NETWORKS = {"nacional": "national", "departamental": "departmental", "vecinal": "vecinal"}
"""Network as the layer writes it -> as the fields name it, from the widest to the nearest."""

SURFACES = {
    "pavimentado": "paved",
    "asfaltado_economico": "paved",
    "afirmado": "gravel",
    "sin_afirmar": "earth",
    "trocha": "earth",
}
CONDITIONS = {"bueno": "good", "regular": "fair", "malo": "bad", "muy_malo": "bad"}

UNKNOWN = "sin_dato"
"""Stands for a missing surface or condition while lengths are added up: a group of its own, never dropped."""

Source = Literal["lines", "route_points", "none"]
"""Where the network of a department comes from."""


def coverage_word(lines: Collection[str], route_points: Collection[str]) -> str:
    """
    Return the method word of a figure that adds up networks.

    Parameters
    ----------
    lines, route_points
        The networks that come from lines and those that come from way-points.

    Returns
    -------
    word
        `lines`, `route_points` or `lines_and_route_points`; with `_without_national` where only the national network
        is absent and `_incomplete` where another one is: such a figure is a lower bound. `none` without any.
    """
    if not lines and not route_points:
        return "none"
    base = "_and_".join(word for word, some in (("lines", lines), ("route_points", route_points)) if some)
    absent = set(NETWORKS) - set(lines) - set(route_points)
    if not absent:
        return base
    return f"{base}_without_national" if absent == {"nacional"} else f"{base}_incomplete"


def lengths_km(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Return the geodesic length of each line or multi-line in degrees; zero for an empty or null one."""
    parts, owners = shapely.get_parts(shapes, return_index=True)
    coordinates, part = shapely.get_coordinates(parts, return_index=True)
    joined = part[1:] == part[:-1]
    start, end = coordinates[:-1][joined], coordinates[1:][joined]
    metres = GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])[2]
    return np.bincount(owners[part[1:][joined]], weights=metres, minlength=len(shapes)) / 1000.0


def folded(names: pd.Series) -> pd.Series:
    """Return names without accents, in capitals and with single spaces: for comparing, never for showing."""
    return names.map(_folded, na_action="ignore").astype("str")


def _folded(name: object) -> str:
    plain = unicodedata.normalize("NFKD", str(name)).encode("ascii", "ignore").decode("ascii")
    return " ".join(plain.upper().split())
