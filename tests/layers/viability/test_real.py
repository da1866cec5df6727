"""The index on the real data: places known for a product, and what a publication keeps scores the same again."""

from __future__ import annotations

import pandas as pd
import pytest

from geodata.workspace import Publication, Workspace
from layers.viability import Reference, rescore

pytestmark = pytest.mark.pack


@pytest.fixture(scope="module")
def published(real_workspace: Workspace) -> Publication:
    """Return the publication of the real pack."""
    return real_workspace.publication()


@pytest.mark.parametrize(
    ("product", "provinces"),
    [
        ("alcachofa", ("1201", "1202", "1204", "1209")),
        ("aguaymanto", ("0601", "0610")),
        ("tara", ("0601", "0610")),
        ("palta", ("0601", "0610")),
        ("quinua", ("21",)),
        ("trucha", ("21",)),
        ("palta", ("0504",)),
        ("tara", ("0504",)),
        ("papa_nativa", ("0301", "0302")),
        ("palta", ("0301", "0302")),
        ("quinua", ("0301", "0302")),
    ],
)
def test_places_known_for_a_product_are_not_last(
    published: Publication, product: str, provinces: tuple[str, ...]
) -> None:
    """
    The sanity set of domain.md section 9: the best district of each zone is in the first half for its product.

    Mantaro, Cajamarca and San Marcos, Puno, Huanta, Andahuaylas and Abancay.
    """
    scores = published.table("product_scores")
    places = scores[scores["product"].eq(product)].dropna(subset="rank").set_index("ubigeo")["rank"]
    zone = places[places.index.str.startswith(provinces)]
    assert zone.min() <= len(places) / 2


def test_what_is_kept_scores_the_same_again(published: Publication) -> None:
    """The inputs and the reference of a publication give its scores, in any view of them."""
    inputs = published.table("index_inputs")
    reference = Reference.from_dict(published.provenance["viability"])
    kept = published.table("territories").set_index("ubigeo")["viability_score"]
    some = inputs.sample(200, random_state=1)
    again = rescore(some, reference).table["viability_score"].set_axis(some["ubigeo"])
    both = pd.concat([again.rename("again"), kept.rename("kept")], axis=1, join="inner").dropna()
    assert len(both) > 100
    assert both["again"].tolist() == pytest.approx(both["kept"].tolist())


def test_it_goes_with_the_value_of_the_harvest_and_not_with_poverty(published: Publication) -> None:
    """External checks (domain.md section 9): positive with crop value per producer, weak or negative with poverty."""
    districts = published.table("territories")
    sierra = districts[districts["is_sierra"]]
    known = sierra[["viability_score", "crop_value_per_producer_pen", "poverty_pct"]]
    ranked = known.corr(method="spearman")["viability_score"]
    assert ranked["crop_value_per_producer_pen"] > 0.1
    assert ranked["poverty_pct"] < 0.1
