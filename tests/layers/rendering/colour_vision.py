"""
Colour measures for the palette tests: CIELAB (D65), CIEDE2000, simulated colour blindness, WCAG contrast.

Sources: IEC 61966-2-1 (sRGB); Sharma, Wu and Dalal 2005 (CIEDE2000); Machado, Oliveira and Fernandes 2009,
severity 1.0, on linear RGB; WCAG 2.2 (contrast ratio).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SIGHT: dict[str, Array] = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
XYZ_OF_RGB = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear_rgb(colours: Sequence[str]) -> Array:
    """Return linear RGB from 0 to 1, one row per "#rrggbb"."""
    rgb = np.array([[int(colour[start : start + 2], 16) for start in (1, 3, 5)] for colour in colours]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(colours: Sequence[str], sight: str = "normal") -> Array:
    """Return CIELAB, one row per colour, as seen with the given sight."""
    seen = np.clip(linear_rgb(colours) @ SIGHT[sight].T, 0, 1)
    ratio = seen @ XYZ_OF_RGB.T / XYZ_OF_RGB.sum(axis=1)
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def chroma(colours: Sequence[str]) -> Array:
    """Return CIELAB chroma."""
    return np.hypot(*lab(colours).T[1:])


def luminance(colour: str) -> float:
    """Return relative luminance from 0 to 1."""
    return float(linear_rgb([colour])[0] @ XYZ_OF_RGB[1])


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def blended(top: str, opacity: float, below: str) -> str:
    """Return the colour of a translucent line over a fill, as a browser paints it."""
    pairs = [(int(top[at : at + 2], 16), int(below[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(opacity * upper + (1 - opacity) * lower):02x}" for upper, lower in pairs)


def differences(colours: Sequence[str], sight: str = "normal") -> Array:
    """Return the square table of CIEDE2000 differences between all colours."""
    points = lab(colours, sight)
    return ciede2000(points[:, None], points[None])


def smallest_difference(colours: Sequence[str], sight: str = "normal") -> float:
    """Return the smallest CIEDE2000 difference between any two of the colours."""
    return float(differences(colours, sight)[np.triu_indices(len(colours), 1)].min())


def ciede2000(one: Array, other: Array) -> Array:
    """Return the CIEDE2000 difference of CIELAB colours in the last axis."""
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(other, -1, 0)
    c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(c7 / (c7 + 25.0**7))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    is_grey = c1 * c2 == 0
    turn = np.where(is_grey, 0, (h2 - h1 + 180) % 360 - 180)
    hue_step = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lightness, c_mean = (l1 + l2) / 2, (c1 + c2) / 2
    wrap = np.where(np.abs(h1 - h2) <= 180, 0, np.where(h1 + h2 < 360, 360, -360))
    hue = np.where(is_grey, h1 + h2, (h1 + h2 + wrap) / 2)
    t = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    s_l = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * t
    c7 = c_mean**7
    rotation = -2 * np.sqrt(c7 / (c7 + 25.0**7)) * np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    by_l, by_c, by_h = (l2 - l1) / s_l, (c2 - c1) / s_c, hue_step / s_h
    difference: Array = np.sqrt(by_l**2 + by_c**2 + by_h**2 + rotation * by_c * by_h)
    return difference
