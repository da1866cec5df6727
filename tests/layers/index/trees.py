"""Small trees and data for the tests of the index."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from layers.index.scoring import Method
from layers.index.structure import Node, Structure

METHODS: dict[int, Method] = {2: "arithmetic", 3: "geometric", 4: "geometric"}
"""The real use: arithmetic inside a pillar, geometric between pillars, square root of the product of the axes."""

ARITHMETIC: Method = "arithmetic"


def pair(**changes: float) -> Structure:
    """Return two indicators under one index, the second worse when higher."""
    return Structure(
        (
            Node("index", None, 2),
            Node("a", "index", 1, changes.get("a", 1)),
            Node("b", "index", 1, changes.get("b", 1), -1),
        )
    )


def two_axes() -> Structure:
    """Return two axes of two pillars of three, two, two and one indicators."""
    nodes = [Node("index", None, 4), Node("p", "index", 3), Node("h", "index", 3)]
    for axis, pillar, count in (("p", "p1", 3), ("p", "p2", 2), ("h", "h1", 2), ("h", "h2", 1)):
        nodes.append(Node(pillar, axis, 2))
        nodes += [Node(f"{pillar}{letter}", pillar, 1) for letter in "abc"[:count]]
    return Structure(tuple(nodes))


TREE = two_axes()
CODES = list(TREE.indicators)


def scores(units: int = 40, seed: int = 1, missing: float = 0.0) -> pd.DataFrame:
    """Return normalised data of `two_axes`, from 1 to 100, with a share of gaps."""
    generator = np.random.default_rng(seed)
    values = generator.uniform(1, 100, size=(units, len(CODES)))
    values[generator.random(values.shape) < missing] = np.nan
    return pd.DataFrame(values, columns=CODES, index=[f"u{i}" for i in range(units)])


tables = st.builds(scores, st.integers(4, 25), st.integers(0, 10_000), st.sampled_from([0.0, 0.2]))
methods = st.sampled_from([METHODS, "arithmetic", "geometric", "harmonic"])
weights = st.lists(st.floats(0.05, 1.0), min_size=len(TREE.nodes), max_size=len(TREE.nodes)).map(
    lambda values: {node.code: value for node, value in zip(TREE.nodes, values, strict=True)}
)
