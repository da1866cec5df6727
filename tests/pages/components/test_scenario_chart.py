"""The slopes: every place with its range, names that do not cover each other, districts known by code."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pages.components.scenario_chart import LABEL_GAP_PX, PLOT_PX, slope_chart
from pages.components.scenario_result import charted
from pages.text import section

WORDS = section("scenario.chart")


def rows(count: int = 12) -> pd.DataFrame:
    """Return districts with places 1, 2, 3, … after and the other way round before; two are called alike."""
    after = np.arange(1, count + 1, dtype=float)
    return pd.DataFrame(
        {
            "ubigeo": [f"0101{number:02d}" for number in range(1, count + 1)],
            "name": ["Santa Rosa", "Santa Rosa", *[f"Distrito {number}" for number in range(3, count + 1)]],
            "move": [WORDS["up"] if number % 2 else WORDS["down"] for number in range(count)],
            "moment_before": WORDS["before"],
            "moment_after": WORDS["after"],
            "is_touched": [number % 3 == 0 for number in range(count)],
            "rank_before": after[::-1],
            "rank_after": after,
            "rank_low_before": np.maximum(after[::-1] - 3, 1),
            "rank_high_before": after[::-1] + 40,
            "rank_low_after": np.maximum(after - 3, 1),
            "rank_high_after": after + 40,
        }
    )


def test_every_point_has_its_range() -> None:
    """There are as many rules as points, in the same places: never a bare new ranking."""
    chart = slope_chart(rows(), WORDS).to_dict()
    marks = [layer["mark"]["type"] for layer in chart["layer"]]
    assert marks == ["rule", "line", "point", "text"]
    data = chart["datasets"][chart["layer"][0]["data"]["name"]]
    assert len(data) == 24
    assert all(point["low"] <= point["rank"] <= point["high"] for point in data)
    assert len({(point["x"], point["is_after"]) for point in data}) == 24


def test_names_do_not_cover_each_other() -> None:
    """Twelve names keep the height of a line between them, in the order of the places, inside the plot."""
    chart = slope_chart(rows(), WORDS).to_dict()
    labels = chart["datasets"][chart["layer"][3]["data"]["name"]]
    pixels = PLOT_PX * np.log([label["at"] for label in labels]) / np.log(52)
    assert (np.diff(pixels) >= LABEL_GAP_PX - 1e-6).all()
    assert pixels.min() >= 0
    assert pixels.max() <= PLOT_PX
    assert labels[0]["label"] == "1 Santa Rosa"


def test_lines_go_by_code_not_by_name() -> None:
    """Two districts called alike are two lines."""
    chart = slope_chart(rows(), WORDS).to_dict()
    assert chart["layer"][1]["encoding"]["detail"]["field"] == "ubigeo"


def test_the_chart_shows_first_where_the_scenario_acts() -> None:
    """At most twelve, by place after; districts without a place are left to the table."""
    many = rows(30)
    many.loc[0, "rank_before"] = np.nan
    chosen = charted(many)
    assert len(chosen) == 12
    assert chosen["is_touched"].sum() == 9
    assert chosen["rank_after"].is_monotonic_increasing
    assert "010101" not in set(chosen["ubigeo"])
