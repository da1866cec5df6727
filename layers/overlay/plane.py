"""
A plane on which places within a geodesic distance lie within a circle.

The ellipsoid is drawn conformally on a sphere (Snyder 1987, 3-1) and the sphere stereographically on a plane (21-2 to
21-4), which turns circles into circles. The first step stretches distances by an amount that changes by less than the
square of the eccentricity per radian of latitude: the only thing a circle has to allow for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata import crs
from layers.overlay.shapes import Floats

_ES = crs.GEOD.es
_RADIUS_M = crs.GEOD.a
_ROUNDING = 1e-9
"""A circle is this much larger than it need be, as a share: what floats may err."""


@dataclass(frozen=True)
class Plane:
    """A plane that touches the sphere at a place; metres, true to scale there."""

    axes: Floats
    """East, north and up of the place, as rows."""

    @classmethod
    def around(cls, xy: Floats) -> Plane:
        """Return the plane that touches in the middle of the bounds of places in degrees (n × 2, at least one)."""
        middle = (xy.min(axis=0) + xy.max(axis=0)) / 2
        up = _on_sphere(middle[None, :])[0]
        longitude = np.radians(middle[0])
        east = np.array([-np.sin(longitude), np.cos(longitude), 0.0])
        return cls(np.stack([east, np.cross(up, east), up]))

    def project(self, xy: Floats) -> Floats:
        """Return places in degrees on the plane, in metres."""
        turned = _on_sphere(xy) @ self.axes.T
        return 2 * _RADIUS_M * turned[:, :2] / (1 + turned[:, 2:])

    def circle(self, xy: Floats, distance_m: Floats) -> tuple[Floats, Floats]:
        """Return middle and radius on the plane of circles that hold all within geodesic distances of places."""
        turned = _on_sphere(xy) @ self.axes.T
        out = np.hypot(turned[:, 0], turned[:, 1])
        away = np.arctan2(out, turned[:, 2])
        # at the place of contact every direction will do
        direction = np.divide(turned[:, :2], out[:, None], out=np.zeros((len(xy), 2)), where=out[:, None] > 0)
        ground = distance_m / _RADIUS_M
        angle = ground * _stretch(xy[:, 1]) * np.exp(_ES * ground) * (1 + _ROUNDING)
        far, near = (2 * _RADIUS_M * np.tan((away + side * angle) / 2) for side in (1, -1))
        direction[out == 0] = [1.0, 0.0]
        return direction * ((far + near) / 2)[:, None], (far - near) / 2

    def reach(self, xy: Floats, distance_m: Floats) -> Floats:
        """Return how far from each place, on the plane, something within a geodesic distance may lie."""
        middle, radius = self.circle(xy, distance_m)
        return np.hypot(*(middle - self.project(xy)).T) + radius


def _on_sphere(xy: Floats) -> Floats:
    """Return places in degrees as unit vectors of the conformal sphere."""
    longitude = np.radians(xy[:, 0])
    sine = np.tanh(_isometric(xy[:, 1]))
    cosine = np.sqrt(1 - sine**2)
    return np.stack([cosine * np.cos(longitude), cosine * np.sin(longitude), sine], axis=1)


def _stretch(latitude: Floats) -> Floats:
    """Return how many times longer than on the ellipsoid (of equal equator) the sphere draws a short distance."""
    sine, cosine = np.sin(np.radians(latitude)), np.cos(np.radians(latitude))
    return np.sqrt(1 - _ES * sine**2) / (cosine * np.cosh(_isometric(latitude)))


def _isometric(latitude: Floats) -> Floats:
    """Return the isometric latitude, in radians; it grows without end towards the poles."""
    sine, eccentricity = np.sin(np.radians(latitude)), np.sqrt(_ES)
    return np.arctanh(sine) - eccentricity * np.arctanh(eccentricity * sine)
