"""What the page hands to the map, before any browser sees it."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from pages.components.map_view import LABEL_KEYS, NO_DATA, MapPayload, pack

# A third of the 30 kB that one change of the map may send, legend and card included.
MAP_BYTES = 10_000


def payload(**changes: Any) -> MapPayload:
    fields: dict[str, Any] = {
        "geometry_folder": Path("geometry"),
        "geometry_file": "map-1.json",
        "level": "district",
        "classes": [0, NO_DATA],
        "values": ["1,234 ha", ""],
        "colors": ["#abcdef"],
        "focus": (-10.0, -77.0, -8.0, -75.0),
        "focus_key": "all",
        "labels": dict.fromkeys(LABEL_KEYS, "texto"),
    }
    return MapPayload(**fields | changes)


def test_payload_travels_compressed_and_complete() -> None:
    """What the browser unpacks is the payload, and 1,891 district texts stay far under the limit."""
    values = [f"{number * 37 % 99_991:,} hectáreas" for number in range(1891)]
    whole = payload(classes=[0] * 1891, values=values)
    sent = pack(whole, geometry_address="component/x/map-1.json", height_px=500)
    received = json.loads(zlib.decompress(sent))
    assert len(sent) < MAP_BYTES
    assert received["values"] == values
    assert received["geometry"] == "component/x/map-1.json"
    assert received["focusKey"] == "all"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"values": ["one"]}, "2 classes but 1 values"),
        ({"classes": [1, 0]}, "between -3 and 0"),
        ({"classes": [0, -4]}, "between -3 and 0"),
        ({"labels": {"aria": "Mapa"}}, "labels missing"),
        ({"geometry_file": "../secret.json"}, "plain file name"),
        ({"level": "country"}, "no map of level"),
    ],
)
def test_payload_refuses_what_the_map_cannot_draw(wrong: dict[str, Any], said: str) -> None:
    """A programming error in a page fails in Python, where it can be read, and not inside the browser."""
    with pytest.raises(ValueError, match=said):
        payload(**wrong)
