"""
What is wrong with the shapes of a layer, counted; and the shapes that are left to work with.

Nothing is mended in silence: every row that leaves, and every shape that changes, stands in a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata import crs
from geodata.quality import Finding, Severity, examples, found
from layers.overlay.shapes import Shapes, area_ha, require_declared_crs

REPAIR_LIMIT_SHARE = 0.001
"""An invalid polygon is repaired only if its area changes less: below it a vertex out of place, above it (a figure of
eight, a hole outside) nobody knows which ground was meant. Basis: judgement; district areas are good to about 0.1 %."""

PERU_BOX_DEG = (-84.0, -20.0, -67.0, 1.5)
"""West, south, east, north: the country (-81.4, -18.4, -68.6, 0.0) and more than a degree around it. What lies beyond
is a wrong CRS or swapped coordinates, not a road to the border."""

M_NO_DATA = -1e38
"""Esri writes «no M» as the lowest float or double (-1.797e308): nothing measured is below this."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Inspected:
    """A layer after inspection."""

    usable: gpd.GeoDataFrame
    """The rows that can be worked with, two-dimensional, index, columns and CRS as they came."""
    findings: list[Finding]
    """Only what was found."""


def inspect_shapes(frame: gpd.GeoDataFrame, kinds: Iterable[str], *, layer: str, same: Sequence[str] = ()) -> Inspected:
    """
    Count what is wrong with the shapes of a layer and return those that can be used.

    Excluded: null, empty, of another kind, lines of no length, invalid beyond repair, repeated. Repaired: polygons
    whose `make_valid` changes less than `REPAIR_LIMIT_SHARE` of their area. Kept and told: Z and M (dropped), shapes
    beyond `PERU_BOX_DEG`, single and multiple shapes mixed.

    Parameters
    ----------
    frame
        Shapes in any CRS.
    kinds
        Geometry types the layer may hold (`{"LineString", "MultiLineString"}`).
    layer
        Name of the layer for the messages, in Spanish («red vial vecinal»).
    same
        Columns that must be equal, besides the shape, for a row to repeat another. The direction of a line and the
        first vertex of a ring do not matter.

    Raises
    ------
    CrsMismatchError
        If the layer has no CRS.
    """
    require_declared_crs(frame, layer)
    teller = _Teller(layer, frame.index)
    shapes = frame.geometry.to_numpy()
    teller.tell_third_dimensions(shapes)
    flat = np.asarray(shapely.force_2d(shapes), dtype=object)
    left = teller.exclude_unusable(flat, frozenset(kinds))
    flat, left = teller.repair_or_exclude_invalid(flat, left, frame)
    left &= ~teller.repeated(flat, left, frame, list(same))
    teller.tell_places(flat, left, frame)
    usable = frame[left].copy()
    usable = usable.set_geometry(gpd.GeoSeries(flat[left], index=usable.index, crs=frame.crs))
    return Inspected(usable, found(teller.findings))


class _Teller:
    """Gathers the findings of one layer."""

    def __init__(self, layer: str, index: pd.Index) -> None:
        self.layer = layer
        self.index = index
        self.findings: list[Finding] = []

    def tell(self, code: str, rows: Mask, message: str, severity: Severity, effect: str, repair: str) -> None:
        """Add a finding about rows; `{n}` in the message is how many they are."""
        count = int(rows.sum())
        self.findings.append(
            Finding(
                code=code,
                message=f"{self.layer}: {message.format(n=f'{count:,}'.replace(',', ' '))}",
                count=count,
                severity=severity,
                effect=effect,
                repair=repair,
                examples=examples(f"fila {label}" for label in self.index[rows][:5]),
            )
        )

    def tell_third_dimensions(self, shapes: Shapes) -> None:
        """Tell of Z and M, and of their values that mean «no data»."""
        has_z, has_m = shapely.has_z(shapes), shapely.has_m(shapes)
        values, row = shapely.get_coordinates(shapes, include_z=True, include_m=True, return_index=True)
        dropped = "se trabaja en dos dimensiones: la longitud no incluye la pendiente"
        self.tell("z_dropped", has_z, "{n} geometrías con cota (Z)", "info", dropped, "no hace falta")
        without_z = _rows(row[has_z[row] & ((values[:, 2] == 0) | np.isnan(values[:, 2]))], len(shapes))
        self.tell(
            "z_no_data",
            without_z,
            "{n} geometrías con Z = 0 o vacía en algún vértice: es «sin dato», no el nivel del mar",
            "info",
            "la cota de las líneas no se usa",
            "tome la altitud de un modelo de elevación",
        )
        self.tell("m_dropped", has_m, "{n} geometrías con medida (M)", "info", "la M no se usa", "no hace falta")
        without_m = _rows(row[has_m[row] & ((values[:, 3] <= M_NO_DATA) | np.isnan(values[:, 3]))], len(shapes))
        self.tell(
            "m_no_data",
            without_m,
            "{n} geometrías con M «sin dato» (-1.797e308 o vacía) en algún vértice",
            "info",
            "la M no se usa",
            "no calcule progresivas con esa M",
        )

    def exclude_unusable(self, flat: Shapes, kinds: frozenset[str]) -> Mask:
        """Tell of the rows that hold nothing, something else or a line of no length; return the others."""
        out = "no entran al cálculo"
        null, empty = shapely.is_missing(flat), shapely.is_empty(flat)
        self.tell(
            "null_geometry", null, "{n} filas sin geometría", "warning", out, "dibuje la geometría o quite la fila"
        )
        self.tell("empty_geometry", empty, "{n} geometrías vacías", "warning", out, "dibújelas o quite la fila")
        left = ~(null | empty)
        names = np.array([shapely.GeometryType(code).name for code in shapely.get_type_id(flat)], dtype=object)
        other = left & ~np.isin(names, [kind.upper() for kind in kinds])
        seen = ", ".join(sorted(set(names[other])))
        wanted = ", ".join(sorted(kinds))
        self.tell(
            "other_geometry_kind",
            other,
            f"{{n}} geometrías de otro tipo ({seen}); se espera {wanted}",
            "warning",
            out,
            "separe la capa por tipo de geometría y descomponga las colecciones",
        )
        left &= ~other
        multi = left & np.char.startswith(names.astype(str), "MULTI")
        mixed = multi if (left & ~multi).any() else np.zeros_like(multi)
        self.tell(
            "mixed_single_multi",
            mixed,
            "{n} geometrías múltiples mezcladas con simples",
            "info",
            "cada fila cuenta con todas sus partes",
            "no hace falta",
        )
        flat_line = left & (shapely.get_dimensions(flat) == 1) & (shapely.length(flat) == 0)
        self.tell(
            "zero_length", flat_line, "{n} líneas de longitud cero", "warning", out, "quite esas filas o redibújelas"
        )
        return left & ~flat_line

    def repair_or_exclude_invalid(self, flat: Shapes, left: Mask, frame: gpd.GeoDataFrame) -> tuple[Shapes, Mask]:
        """Repair what can be repaired without changing its area and exclude the other invalid shapes."""
        invalid = left & ~(shapely.is_valid(flat) & _is_finite(flat))
        rows = np.flatnonzero(invalid)
        repaired = np.zeros_like(invalid)
        flat = flat.copy()
        change_ha = 0.0
        if len(rows):
            mended, change_share, change = _mended(flat[rows], frame)
            keeps = change_share < REPAIR_LIMIT_SHARE
            repaired[rows[keeps]] = True
            flat[rows[keeps]] = mended[keeps]
            change_ha = float(change[keeps].sum())
        self.tell(
            "repaired_geometry",
            repaired,
            f"{{n}} polígonos inválidos reparados; su área cambia {change_ha:.4f} ha en total",
            "warning",
            "entran al cálculo con su forma reparada",
            "corrija la topología en su origen",
        )
        self.tell(
            "invalid_geometry",
            invalid & ~repaired,
            "{n} geometrías inválidas que no se pueden reparar sin cambiar lo que cubren",
            "error",
            "no entran al cálculo",
            "redibuje esos polígonos: se cruzan a sí mismos o tienen coordenadas que no son números",
        )
        return flat, left & ~(invalid & ~repaired)

    def repeated(self, flat: Shapes, left: Mask, frame: gpd.GeoDataFrame, same: list[str]) -> Mask:
        """Tell of the rows that repeat an earlier one and return them."""
        rows = np.flatnonzero(left)
        keys = frame[same].iloc[rows].reset_index(drop=True)
        # `normalize` turns lines and rings one way round and orders the parts
        keys["_shape"] = shapely.to_wkb(shapely.normalize(flat[rows]))
        repeated = np.zeros_like(left)
        repeated[rows[keys.duplicated().to_numpy()]] = True
        self.tell(
            "duplicate_shape",
            repeated,
            "{n} geometrías repiten otra" + (f" con igual {', '.join(same)}" if same else ""),
            "warning",
            "se cuentan una vez: queda la primera",
            "quite las repetidas en su origen",
        )
        return repeated

    def tell_places(self, flat: Shapes, left: Mask, frame: gpd.GeoDataFrame) -> None:
        """Tell of the shapes that reach beyond the surroundings of Peru."""
        rows = np.flatnonzero(left)
        west, south, east, north = gpd.GeoSeries(flat[rows], crs=frame.crs).to_crs(crs.ON_DISK).bounds.to_numpy().T
        low_x, low_y, high_x, high_y = PERU_BOX_DEG
        beyond = np.zeros_like(left)
        # written so that a coordinate the projection could not turn into degrees is beyond
        beyond[rows] = ~((west >= low_x) & (south >= low_y) & (east <= high_x) & (north <= high_y))
        self.tell(
            "outside_country",
            beyond,
            "{n} geometrías llegan fuera del Perú y sus alrededores",
            "warning",
            "se conservan; lo que no cae en ningún distrito se informa aparte",
            "revise el CRS declarado y que longitud y latitud no estén cambiadas",
        )


def _rows(positions: npt.NDArray[np.intp], count: int) -> Mask:
    """Return which of `count` rows are among the positions."""
    mask = np.zeros(count, dtype=bool)
    mask[positions] = True
    return mask


def _is_finite(flat: Shapes) -> Mask:
    """Return whether every coordinate of each shape is a number."""
    values, row = shapely.get_coordinates(flat, return_index=True)
    return ~_rows(row[~np.isfinite(values).all(axis=1)], len(flat))


def _mended(shapes: Shapes, frame: gpd.GeoDataFrame) -> tuple[Shapes, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the polygons of `make_valid`, the share of area each changes (infinite where it is none) and hectares."""
    mended = np.full(len(shapes), None, dtype=object)
    share, change_ha = np.full(len(shapes), np.inf), np.zeros(len(shapes))
    polygons = (shapely.get_dimensions(shapes) == 2) & _is_finite(shapes)
    for row in np.flatnonzero(polygons):
        parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shapes[row])))
        mended[row] = shapely.multipolygons([part for part in parts if part.geom_type == "Polygon"])
    before, after = (
        area_ha(gpd.GeoSeries(some[polygons], crs=frame.crs).to_crs(crs.ON_DISK).to_numpy())
        for some in (shapes, mended)
    )
    change_ha[polygons] = np.abs(after - before)
    share[polygons] = np.where(after > 0, np.abs(after - before) / np.where(after > 0, after, 1), np.inf)
    return mended, share, change_ha
