"""The tree of an index: read from a table, refused with every problem at once."""

from __future__ import annotations

import pandas as pd
import pytest

from layers.index.errors import IndexInputError
from layers.index.structure import Node, Structure
from tests.layers.index.trees import TREE


def test_a_tree_knows_its_parts() -> None:
    """Children, leaves and root, bottom up."""
    assert TREE.root == "index"
    assert TREE.children("index") == ("p", "h")
    assert TREE.leaves("p") == ("p1a", "p1b", "p1c", "p2a", "p2b")
    assert TREE.leaves("h2a") == ("h2a",)
    assert TREE.aggregates.index("p1") < TREE.aggregates.index("p") < TREE.aggregates.index("index")


def test_from_a_table_like_coinr() -> None:
    """Groups and denominators are not nodes; text of a missing parent is the root."""
    table = pd.DataFrame(
        {
            "Level": [1, 1, 2, None],
            "iCode": ["a", "b", "index", "group"],
            "Direction": [1, -1, 1, None],
            "Weight": [1, 3, 1, None],
            "Parent": ["index", "index", None, None],
            "Type": ["Indicator", "Indicator", "Aggregate", "Group"],
        }
    )
    tree = Structure.from_table(table)
    assert tree.indicators == ("a", "b")
    assert tree.directions.to_dict() == {"a": 1, "b": -1}
    assert tree.by_code["b"].weight == 3


def test_a_table_that_lacks_columns_or_numbers_is_refused() -> None:
    """Both say what is wrong in words."""
    with pytest.raises(IndexInputError, match="Faltan columnas"):
        Structure.from_table(pd.DataFrame({"iCode": ["a"]}))
    table = pd.DataFrame(
        {"Level": [1, 2], "iCode": ["a", "i"], "Direction": [1, 1], "Weight": ["mucho", 1], "Parent": ["i", None]}
    ).assign(Type=["Indicator", "Aggregate"])
    with pytest.raises(IndexInputError, match="no es un número"):
        Structure.from_table(table)


def test_every_problem_is_told_at_once() -> None:
    """Repeated code, unknown parent, empty pillar, direction 0, negative weight: five sentences, one error."""
    nodes = (
        Node("index", None, 3),
        Node("pillar", "index", 2),
        Node("empty", "index", 2),
        Node("a", "pillar", 1, direction=0),
        Node("a", "pillar", 1),
        Node("b", "nowhere", 1, weight=-1),
    )
    with pytest.raises(IndexInputError) as caught:
        Structure(nodes)
    said = [problem.what for problem in caught.value.problems]
    assert said == [
        "Código repetido",
        "Nodo bajo un padre que no existe",
        "Pilar sin indicadores",
        "Dirección desconocida",
        "Peso negativo o que no es un número",
    ]


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ((Node("i", None, 2), Node("a", "i", 1, 0.0)), "pesos bajo un nodo son cero"),
        ((Node("i", None, 2), Node("j", None, 2), Node("a", "i", 1), Node("b", "j", 1)), "una sola raíz"),
        ((Node("i", None, 2), Node("p", "i", 2), Node("a", "p", 1)), "no está debajo de su padre"),
        ((), "una sola raíz"),
    ],
)
def test_a_tree_that_is_none_is_refused(nodes: tuple[Node, ...], said: str) -> None:
    """All weights zero, two roots, a level that does not rise, nothing at all."""
    with pytest.raises(IndexInputError, match=said):
        Structure(nodes)


def test_without_some_indicators_empty_pillars_go_too() -> None:
    """Taking the only indicator of a pillar takes the pillar; taking all of an axis takes the axis."""
    assert "h2" not in TREE.without(["h2a"]).by_code
    assert TREE.without(["h2a", "h1a", "h1b"]).aggregates == ("p1", "p2", "p", "index")
