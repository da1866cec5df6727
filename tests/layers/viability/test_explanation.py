"""Why this score, in figures and in words."""

from __future__ import annotations

from dataclasses import replace
from math import log, sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.fields import CENSUS_FIELDS_FILE, load_fields
from geodata.standards import load_standards
from geodata.viability_model import load_sentences
from layers.index.errors import IndexInputError
from layers.viability import (
    Explanation,
    Reference,
    explain,
    robustness_tables,
    score,
    sentences,
    simulate_scores,
    tell_apart,
)
from tests.layers.viability.examples import eight, many, model

repeatable = settings(derandomize=True, deadline=None, max_examples=25)

FIELDS = {**load_fields(CENSUS_FIELDS_FILE), **load_fields()}


def explained(table: pd.DataFrame, row: int, reference: Reference | None = None, **options: Any) -> Explanation:
    frozen = reference or score(table)[1]
    return explain(table["ubigeo"].iloc[row], table, frozen, load_standards().values(), FIELDS, **options)


@repeatable
@given(st.integers(0, 999), st.integers(0, 59), st.sampled_from(["none", "members_pct", "rai_pct", "literacy_pct"]))
def test_contributions_add_up_to_the_score(seed: int, row: int, absent: str) -> None:
    """The score of the middle of the Sierra plus every contribution is the score, to a millionth of a millionth."""
    table = many(seed=seed)
    if absent in table:
        table.loc[::9, absent] = np.nan
    found = explained(table, row)
    if np.isnan(found.score):
        assert all(np.isnan(part.contribution) for part in found.parts)
        return
    total = found.baseline + np.nansum([part.contribution for part in found.parts])
    assert total == pytest.approx(found.score, abs=1e-9)
    assert sum(part.weight_share for part in found.parts) == pytest.approx(1)


def test_one_contribution_by_hand() -> None:
    """
    A district that is the middle of the Sierra but in light: the whole difference of its score is that of light.

    V = sqrt(sqrt(s m) sqrt(a l)), so light moves it by a fourth root; the rule gives all of it to light.
    """
    table = eight()
    _, reference = score(table, model())
    middle = {field: (median - 1) / 0.99 for field, median in reference.medians.items()}
    middle["hours"] = 100 - middle["hours"]
    middle["light"] = 100.0
    row = table.iloc[[7]].assign(**middle, ubigeo="030101")
    found = explained(pd.concat([table, row], ignore_index=True), 8, reference)
    by_field = {part.field: part.contribution for part in found.parts}
    assert by_field["light"] == pytest.approx(found.score - found.baseline)
    assert found.score == pytest.approx(found.baseline * (100 / reference.medians["light"]) ** 0.25)
    assert [part.field for part in found.strengths] == ["light"]
    assert found.weaknesses == ()


def test_the_logarithmic_rule_by_hand() -> None:
    """Two pillars that differ from the middle share the change of their axis as the logarithms of their ratios do."""
    table = eight()
    _, reference = score(table, model())
    found = explained(table, 0, reference)
    medians = reference.medians
    by_field = {part.field: part.contribution for part in found.parts}
    access, services = log(100 / medians["hours"]), log(50.5 / medians["light"])
    assert by_field["hours"] / by_field["light"] == pytest.approx(access / services)


def test_three_strengths_and_three_weaknesses_best_first() -> None:
    """At most three each, of the right sign, the greatest first."""
    found = explained(many(), 5)
    up, down = ([part.contribution for part in parts] for parts in (found.strengths, found.weaknesses))
    assert len(up) <= 3
    assert len(down) <= 3
    assert up == sorted(up, reverse=True)
    assert down == sorted(down)
    assert min(up) > 0 > max(down)


def test_region_standard_year_and_missing_are_told() -> None:
    """Each figure stands beside the median of the Sierra of its department and its standard; gaps say their kind."""
    table = many()
    table.loc[4, "ubigeo"] = "060701"
    table.loc[4, ["sold_crop_lines_pct", "literacy_pct"]] = np.nan
    table.loc[4, "households_without_mobile_pct"] = 35.0
    found = explained(table, 4, reserved={"literacy_pct"})
    parts = {part.field: part for part in found.parts}
    region = table[table["department_code"].eq("010000") & table["is_sierra"]]
    medians = {field: part.region_median for field, part in parts.items()}
    assert medians == pytest.approx({field: region[field].median() for field in medians})
    mobile = parts["households_without_mobile_pct"]
    assert (mobile.standard, mobile.is_met, mobile.year) == (10, False, 2017)
    assert parts["sold_crop_lines_pct"].kind == "not_enumerated"
    assert parts["literacy_pct"].is_reserved
    assert parts["members_pct"].is_partial
    assert not parts["rai_pct"].is_partial
    assert found.missing_share == pytest.approx((1 / 3 + 1 / 4) / 8)
    assert found.years is not None
    assert found.years[0] == 2012


def test_a_gated_district_has_a_reason_and_no_contributions() -> None:
    """No score is taken apart where there is none."""
    table = many()
    table.loc[4, "agricultural_area_ha"] = 0.0
    _, reference = score(table)
    found = explained(table, 4, reference)
    assert np.isnan(found.score)
    assert found.strengths == found.weaknesses == ()
    said = sentences(found, reference.model)
    assert said[0] == "Distrito 4: no viable hoy: no registra superficie agrícola."
    assert not [sentence for sentence in said if "puntos" in sentence]


def test_a_withheld_district_says_what_it_lacks() -> None:
    """The pillar that misses too much is named, and there is no number."""
    table = many()
    table.loc[4, "members_pct"] = np.nan
    _, reference = score(table)
    said = sentences(explained(table, 4, reference), reference.model)
    assert said[0] == "Distrito 4 no tiene puntaje: le faltan datos en Organización."


def test_the_words_by_hand() -> None:
    """Score, place, the first twenty, quadrant, parts, region and years, each from its template."""
    table = many()
    _, reference = score(table)
    standing = robustness_tables(table, reference, draws=50, seed=1)
    first = standing.query("scope == 'sierra' and rank == 1")["ubigeo"].iloc[0]
    row = table.index[table["ubigeo"].eq(first)][0]
    own = standing[standing["ubigeo"].eq(first)].copy()
    own[["rank_p05", "rank_p95", "top20_share", "quadrant_share"]] = [1.0, 4.0, 0.874, 0.5]
    own[["score_p05", "score_p95"]] = [66.4, 77.2]
    found = explained(table, row, reference)
    said = sentences(replace(found, score=72.3, potential=80.0, conditions=65.4), reference.model, own)
    assert said[0] == (
        f"{found.name} tiene una viabilidad estimada de 72 puntos: potencial 80, condiciones 65, "
        "sobre 20 de 20 indicadores."
    )
    assert said[1] == ("Con otros pesos y otra forma de promediar quedaría entre 66 y 77 puntos (90 % de las pruebas).")
    assert "Puesto 1 de la Sierra; entre el 1 y el 4 en 90 % de las pruebas." in said
    assert "Está entre los 20 primeros de la Sierra en 87 % de las pruebas." in said
    assert "Está entre los 20 primeros de Áncash en 87 % de las pruebas." in said
    assert "El cuadrante no es seguro: solo coincide en 50 % de las pruebas." in said
    assert any(sentence.startswith("A su favor: ") and "+" in sentence for sentence in said)
    assert not [sentence for sentence in said if "{" in sentence or "nan" in sentence]


def test_every_template_is_filled_by_somebody() -> None:
    """Templates have names in braces that are known, and kinds cover the five kinds of missing."""
    kinds = set(load_sentences()["kinds"])
    assert kinds == {
        "structural_zero",
        "absence_is_zero",
        "not_enumerated",
        "not_applicable",
        "unknown",
        "reserved",
        "partial",
    }


def test_two_that_cannot_be_told_apart_are_warned_of() -> None:
    """Twins are ahead of each other in half of the draws: a warning. The best in everything is ahead: none."""
    table = many()
    table.loc[1, list(score(table)[1].indicators)] = table.loc[3, list(score(table)[1].indicators)]
    _, reference = score(table)
    draws = simulate_scores(table, reference, draws=100).ranks
    names = dict(zip(table["ubigeo"], table["name"], strict=True))
    twins = tell_apart(table["ubigeo"][1], table["ubigeo"][3], draws, names)
    assert twins == "No se puede decir cuál va adelante: Distrito 1 supera a Distrito 3 solo en 50 % de las pruebas."
    ordered = draws.scores.sort_values().index
    assert tell_apart(ordered[0], ordered[-1], draws, names) is None
    outside = table["ubigeo"].iloc[-1]
    assert tell_apart(outside, ordered[0], draws, names) == ("No se pueden comparar: Distrito 59 no tiene puesto.")


def test_a_district_that_is_not_there_is_refused() -> None:
    """A code that nobody has is said, not explained."""
    table = many()
    with pytest.raises(IndexInputError, match="999999"):
        explain("999999", table, score(table)[1], [], FIELDS)


def test_the_explained_score_is_the_published_one() -> None:
    """Under any weights the explanation takes apart the score that rescoring gives."""
    table = eight()
    _, reference = score(table, model())
    found = explained(table, 0, reference, weights={"area": 0})
    assert found.score == pytest.approx(sqrt(sqrt(50.5 * 100) * sqrt(100 * 50.5)))
    assert found.baseline + sum(part.contribution for part in found.parts) == pytest.approx(found.score)
