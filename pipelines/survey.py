"""
The ENA 2022 of INEI: three chapters of one sample in, shares by region and department out.

The answers of a farm never reach the workspace: only the shares of `layers.survey` do. The codes of province and
district are read to tell the farms apart and dropped at once, since the sample says nothing about districts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import ContractError, Problem, raise_if_any
from geodata.survey import Question, load_questions
from geodata.ubigeo import entity_code
from layers.survey import SurveyLevel, survey_shares

_FARM = ["CCDD", "CCPP", "CCDI", "CONGLOMERADO", "NSELUA", "UA"]
_DESIGN = [*_FARM, "REGION", "FACTOR"]
NATURAL_REGIONS = ("Costa", "Sierra", "Selva")
_REPAIR = "vuelva a obtener los capítulos 700, 800 y 900 de la ENA 2022 de una misma publicación"


def survey_table(chapters: Mapping[int, Path], questions: Mapping[str, Question] | None = None) -> pd.DataFrame:
    """
    Return the shares of all questions by natural region and by department (`layers.survey.COLUMNS`).

    Parameters
    ----------
    chapters
        The Parquet file of each chapter that the questions need (700, 800, 900).
    questions
        By id; the project's own by default.

    Raises
    ------
    ContractError
        With everything that is wrong with the files.
    """
    chosen = list((load_questions() if questions is None else questions).values())
    farms = read_survey(chapters, chosen)
    return pd.concat([survey_shares(farms, chosen, level) for level in get_args(SurveyLevel)], ignore_index=True)


def read_survey(chapters: Mapping[int, Path], questions: Iterable[Question]) -> pd.DataFrame:
    """
    Return one row per farm: `department` (padded code), `natural_region`, `cluster`, `weight` and the answers.

    Raises
    ------
    ContractError
        With every chapter or variable that is lacking or unreadable, and everything that makes the sample unusable:
        repeated farms, chapters of different farms or weights, a weight that is none, an unknown region, a cluster in
        two strata.
    """
    wanted: dict[int, set[str]] = {}
    for question in questions:
        wanted.setdefault(question.chapter, set()).update(question.variables)
    problems: list[Problem] = []
    frames: dict[int, pd.DataFrame] = {}
    for chapter, variables in sorted(wanted.items()):
        try:
            frames[chapter] = _read_chapter(chapter, chapters.get(chapter), sorted(variables))
        except ContractError as error:
            problems += error.problems
    for chapter, frame in frames.items():
        problems += _sample_problems(frame, f"capítulo {chapter}")
    raise_if_any(problems, ContractError)
    raise_if_any(_disagreements(frames), ContractError)
    if not frames:
        raise ValueError("no question, nothing to read")
    design, *_ = frames.values()
    joined = design[_DESIGN]
    for frame in frames.values():
        joined = joined.merge(frame.drop(columns=["REGION", "FACTOR"]), on=_FARM, validate="one_to_one")
    return _canonical(joined)


def _read_chapter(chapter: int, path: Path | None, variables: list[str]) -> pd.DataFrame:
    """Return the design and the variables of a chapter; answers and codes as text."""
    where = path.name if path else f"capítulo {chapter}"
    if path is None or not path.is_file():
        raise ContractError([_problem("falta un capítulo de la encuesta", where, "su archivo Parquet", "no está")])
    try:
        present = pq.read_schema(path).names
        columns = [*_DESIGN, *variables]
        if lacking := [name for name in columns if name not in present]:
            found = f"faltan {', '.join(lacking)}"
            raise ContractError([_problem("faltan variables de la encuesta", where, "las del cuestionario", found)])
        frame = pq.read_table(path, columns=columns).to_pandas()
    except (pa.ArrowException, OSError) as error:
        found = f"{type(error).__name__}: {error}"
        raise ContractError([_problem("archivo ilegible", where, "un archivo Parquet entero", found)]) from error
    return frame.astype({name: "str" for name in columns if name != "FACTOR"})


def _sample_problems(frame: pd.DataFrame, where: str) -> list[Problem]:
    """Return what makes a chapter unusable as a sample."""
    found = []
    if count := int(frame.duplicated(_FARM).sum()):
        found.append(_problem("unidades repetidas", where, "una fila por unidad agropecuaria", f"{count} repetidas"))
    weight = pd.to_numeric(frame["FACTOR"], errors="coerce")
    if count := int((~(weight.gt(0) & weight.lt(float("inf")))).sum()):
        found.append(_problem("factores de expansión inválidos", where, "números mayores que cero", f"{count} filas"))
    if strange := sorted(map(str, set(frame["REGION"].unique()) - set(NATURAL_REGIONS))):
        found.append(_problem("región desconocida", where, ", ".join(NATURAL_REGIONS), ", ".join(strange)))
    if count := int((~frame["CCDD"].str.fullmatch(r"\d{2}").fillna(False).astype(bool)).sum()):
        found.append(_problem("departamento mal escrito", where, "dos dígitos", f"{count} filas"))
    strata = frame[["CONGLOMERADO", "CCDD", "REGION"]].drop_duplicates()
    if count := int(strata["CONGLOMERADO"].duplicated().sum()):
        expected = "cada conglomerado en un solo departamento y región"
        found.append(_problem("conglomerados en dos estratos", where, expected, f"{count} conglomerados"))
    return found


def _disagreements(frames: Mapping[int, pd.DataFrame]) -> list[Problem]:
    """Return the chapters that are not of the same farms, with the same weights, as the first one."""
    problems = []
    designs = {chapter: frame[_DESIGN].sort_values(_FARM, ignore_index=True) for chapter, frame in frames.items()}
    for chapter, design in designs.items():
        first = next(iter(designs))
        if not design.equals(designs[first]):
            expected = f"las unidades y factores del capítulo {first}"
            problems.append(_problem("los capítulos no coinciden", f"capítulo {chapter}", expected, "otros"))
    return problems


def _canonical(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame under the names of the layers, without the codes of province, district and dwelling."""
    design = pd.DataFrame(
        {
            "department": entity_code(frame["CCDD"], "department"),
            "natural_region": frame["REGION"],
            "cluster": frame["CONGLOMERADO"],
            "weight": frame["FACTOR"].astype(float),
        }
    )
    return pd.concat([design, frame.drop(columns=_DESIGN)], axis=1)


def _problem(what: str, where: str, expected: str, found: str) -> Problem:
    return Problem(what=what, where=where, expected=expected, found=found, repair=_REPAIR)
