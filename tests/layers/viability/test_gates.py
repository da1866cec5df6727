"""Gates: a reason in place of a score, and never for lack of data."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.viability_model import load_model
from layers.viability import gate_sentence, gate_words, rescore, score
from tests.layers.viability.examples import eight, many, model


def test_a_closed_gate_gives_a_reason_and_no_number() -> None:
    """No farmland: no potential, viability, rank or quadrant, and the word of the gate; conditions stay."""
    table = many()
    table.loc[4, "agricultural_area_ha"] = 0.0
    scores, reference = score(table)
    gated = scores.loc[4]
    assert gated["gate"] == "no_agricultural_land"
    columns = ["potential_score", "viability_score", "viability_arithmetic_score", "viability_rank", "quadrant"]
    assert gated[columns].isna().all()
    assert gated["conditions_score"] > 0
    assert scores.drop(index=4)["gate"].isna().all()
    said = gate_sentence(reference.model.gates["no_agricultural_land"])
    assert said == "no viable hoy: no registra superficie agrícola"


def test_above_and_at_least_by_hand() -> None:
    """At the value: `at_least` is open and `above` is closed; below it both are closed; the first closed one counts."""
    gates = load_model().gates
    figures = pd.DataFrame(
        {"agricultural_area_ha": [0.0, 5.0, 5.0, 0.0], "ppa_producers_count": [50.0, 20.0, 19.0, 3.0]}
    )
    found = gate_words(figures, [gates["no_agricultural_land"], gates["few_producers"]])
    assert found.fillna("open").tolist() == [
        "no_agricultural_land",
        "open",
        "few_producers",
        "no_agricultural_land",
    ]


def test_what_is_unknown_closes_no_gate() -> None:
    """A figure that is missing or withheld turns nobody away: the score is withheld as missing, without a gate."""
    table = eight()
    table.loc[2, "farms"] = np.nan
    scores, _ = score(table, model())
    assert pd.isna(scores["gate"].iloc[2])
    assert np.isnan(scores["viability_score"].iloc[2])


def test_a_gate_takes_no_place_from_the_others() -> None:
    """Places run without a hole over those that are scored, also under other weights."""
    table = many()
    table.loc[[1, 5], "ppa_producers_count"] = 3.0
    scores, reference = score(table)
    assert sorted(scores["viability_rank"].dropna()) == list(range(1, 51))
    weighed = rescore(table, reference, {"scale": 5}).table
    assert weighed.loc[[1, 5], "viability_score"].isna().all()
