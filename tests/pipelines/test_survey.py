"""The ENA of INEI: read whole, refused with all that is wrong, and equal to the figures already published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geodata.errors import ContractError
from geodata.survey import Answers, Question, load_questions
from layers.survey import COLUMNS
from pipelines.survey import read_survey, survey_table

Chapters = dict[int, Path]

QUESTIONS = {
    "member": Question("member", "Miembro", 800, Answers(("P801",), ("Sí",)), Answers(("P801",), ("ANY",)), "de todas"),
    "credit": Question("credit", "Crédito", 900, Answers(("P901",), ("Sí",)), Answers(("P901",), ("ANY",)), "de todas"),
}


def farm_rows(variable: str, answers: dict[str, str]) -> pd.DataFrame:
    """Return two regions of Cusco with two clusters each of ten farms, as INEI writes them."""
    rows = [
        {
            **{"CCDD": "08", "CCPP": "01", "CCDI": "01", "CONGLOMERADO": name, "NSELUA": "00001", "UA": str(number)},
            **{"NOMBREDD": "CUSCO", "REGION": region, "FACTOR": 10.0},
            variable: "Sí" if answers[name][number] == "x" else "No",
        }
        for name, region in (("00001", "Sierra"), ("00002", "Sierra"), ("00003", "Selva"), ("00004", "Selva"))
        for number in range(10)
    ]
    frame = pd.DataFrame(rows)
    return frame.astype({"REGION": pd.CategoricalDtype(["Costa", "Sierra", "Selva"]), variable: "category"})


@pytest.fixture
def chapters(tmp_path: Path) -> Chapters:
    """Write two chapters: 12 of 20 are members in the Sierra, 10 of 20 in the Selva; half of all asked for credit."""
    given = {
        "00001": "xxxx......",
        "00002": "xxxxxxxx..",
        "00003": "xxxxx.....",
        "00004": "xxxxx.....",
    }
    half = dict.fromkeys(given, "xxxxx.....")
    paths = {800: tmp_path / "cap800.parquet", 900: tmp_path / "cap900.parquet"}
    farm_rows("P801", given).to_parquet(paths[800])
    farm_rows("P901", half).to_parquet(paths[900])
    return paths


def spoil(path: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Rewrite a chapter, changed."""
    change(pd.read_parquet(path)).to_parquet(path)


def test_both_levels_come_out_with_codes_padded(chapters: Chapters) -> None:
    """Regions under their names, departments under six digits, each question once per area."""
    table = survey_table(chapters, QUESTIONS)
    assert table.columns.tolist() == list(COLUMNS)
    shares = table.set_index(["question", "area"])["share_pct"].round(6).to_dict()
    assert shares == {
        **{("member", "Sierra"): 60, ("member", "Selva"): 50, ("member", "080000"): 55},
        **{("credit", "Sierra"): 50, ("credit", "Selva"): 50, ("credit", "080000"): 50},
    }


def test_nothing_in_the_farms_names_a_district(chapters: Chapters) -> None:
    """Once read, a farm has department, region, cluster, weight and answers: a district share cannot be computed."""
    farms = read_survey(chapters, QUESTIONS.values())
    assert farms.columns.tolist() == ["department", "natural_region", "cluster", "weight", "P801", "P901"]
    assert len(farms) == 40


def test_chapters_are_matched_by_farm_not_by_row(chapters: Chapters) -> None:
    """A chapter in another order gives the same table."""
    expected = survey_table(chapters, QUESTIONS)
    spoil(chapters[900], lambda frame: frame.iloc[::-1])
    pd.testing.assert_frame_equal(survey_table(chapters, QUESTIONS), expected)


def test_every_chapter_that_is_wrong_is_named(chapters: Chapters, tmp_path: Path) -> None:
    """A chapter cut short and one without a variable are told together."""
    chapters[800].write_bytes(chapters[800].read_bytes()[:200])
    spoil(chapters[900], lambda frame: frame.drop(columns="P901"))
    with pytest.raises(ContractError, match="P901") as error:
        read_survey(chapters, QUESTIONS.values())
    assert [problem.where for problem in error.value.problems] == ["cap800.parquet", "cap900.parquet"]
    with pytest.raises(ContractError, match="falta un capítulo") as absent:
        read_survey({800: tmp_path / "nothing.parquet"}, QUESTIONS.values())
    assert [problem.where for problem in absent.value.problems] == ["nothing.parquet", "capítulo 900"]


DEFECTS: dict[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "repeated": ("unidades repetidas", lambda frame: pd.concat([frame, frame.head(1)])),
    "weights": ("factores de expansión inválidos", lambda frame: frame.assign(FACTOR=0.0)),
    "region": ("región desconocida", lambda frame: frame.assign(REGION="Yunga")),
    "no region": ("región desconocida", lambda frame: frame.assign(REGION=None)),
    "code": ("departamento mal escrito", lambda frame: frame.assign(CCDD="8")),
    "strata": ("conglomerados en dos estratos", lambda frame: frame.assign(CONGLOMERADO="00001")),
    "others": ("los capítulos no coinciden", lambda frame: frame.iloc[1:]),
    "other weights": ("los capítulos no coinciden", lambda frame: frame.assign(FACTOR=11.0)),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_sample_that_is_none_is_refused(chapters: Chapters, defect: str) -> None:
    """What would give a figure without meaning is refused with the chapter and the repair."""
    what, change = DEFECTS[defect]
    spoil(chapters[900], change)
    with pytest.raises(ContractError, match=what) as error:
        survey_table(chapters, QUESTIONS)
    for problem in error.value.problems:
        assert all(problem.as_dict().values())
        assert "900" in problem.where


PUBLISHED = {
    "association_member": (7.3, 4.9, 12.9),
    "credit_requested": (15.8, 7.1, 11.7),
    "training": (5.5, 5.7, 10.8),
    "technical_assistance": (4.8, 2.5, 7.6),
}
"""Weighted shares of Costa, Sierra and Selva in SOURCES.md, to the decimal."""


@pytest.fixture(scope="module")
def real(pack: Path) -> Chapters:
    """Return the chapters of the pack."""
    return {chapter: pack / f"ena2022_cap{chapter}.parquet" for chapter in (700, 800, 900)}


@pytest.fixture(scope="module")
def real_table(real: Chapters) -> pd.DataFrame:
    """Return the shares of the ENA 2022, computed once."""
    return survey_table(real)


@pytest.mark.pack
def test_the_real_sample_stands_for_all_farms(real: Chapters) -> None:
    """29,245 farms that stand for 2,178,715."""
    farms = read_survey(real, load_questions().values())
    assert (len(farms), round(farms["weight"].sum())) == (29_245, 2_178_715)


@pytest.mark.pack
@pytest.mark.parametrize("question", PUBLISHED)
def test_published_shares_come_out_to_the_decimal(real_table: pd.DataFrame, question: str) -> None:
    """Members, credit, training and assistance by region are the figures that SOURCES.md gives to check a reader."""
    rows = real_table[real_table["question"].eq(question)].set_index("area")
    assert tuple(rows.loc[["Costa", "Sierra", "Selva"], "share_pct"].round(1)) == PUBLISHED[question]


@pytest.mark.pack
def test_real_intervals_are_sound(real_table: pd.DataFrame) -> None:
    """Three regions and 25 departments per question; intervals hold their shares; what is unsure says so."""
    assert real_table.groupby(["level", "question"]).size().groupby("level").unique().map(list).to_dict() == {
        "department": [25],
        "natural_region": [3],
    }
    shown = real_table[real_table["status"].isin(["publicado", "referencial"])]
    assert ((shown["low_pct"] > 0) & (shown["low_pct"] <= shown["share_pct"])).all()
    assert ((shown["share_pct"] <= shown["high_pct"]) & (shown["high_pct"] < 100)).all()
    assert (shown["cv_pct"] > 15).eq(shown["status"].eq("referencial")).all()
    hidden = real_table.drop(index=shown.index)
    assert hidden[["share_pct", "low_pct", "high_pct", "cv_pct", "farms_count"]].isna().all(axis=None)
    # Callao is one cluster of 11 farms: nothing of it can be told
    assert hidden["area"].eq("070000").sum() == real_table["question"].nunique()
