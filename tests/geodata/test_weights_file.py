"""A file of weights: three forms of the same, and everything that can be wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import UserInputError
from geodata.weights_file import read_weights

SAME = {"access": 3.0, "rai_pct": 0.0, "potential": 0.25}

FORMS = {
    "flat.toml": "access = 3\nrai_pct = 0\npotential = 0.25\n",
    "parts.toml": "[pillars]\naccess = 3\n[indicators]\nrai_pct = 0\n[axes]\npotential = 0.25\n",
    "flat.json": '{"access": 3, "rai_pct": 0, "potential": 0.25}',
    "parts.json": '{"weights": {"access": 3, "rai_pct": 0}, "axes": {"potential": 2.5e-1}}',
    "english.csv": "code,weight\naccess,3\nrai_pct,0\npotential,0.25\n",
    "spanish.csv": "Código,Peso,nota\n access , 3 ,x\nrai_pct,0,\n\npotential,.25,\n",
    "semicolons.csv": 'codigo;peso\naccess;3\nrai_pct;0\npotential;"0,25"\n',
    "lines.csv": "code,weight\r\naccess,3\r\nrai_pct,0\r\npotential,0.25\r\n",
}


def file_of(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    """Write a file."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("name", FORMS)
def test_every_form_says_the_same(name: str, encoding: str, tmp_path: Path) -> None:
    """TOML, JSON and CSV, flat or in parts, with or without BOM, with a decimal point or comma."""
    read = read_weights(file_of(tmp_path, name, FORMS[name], encoding))
    assert read.weights == SAME
    assert read.problems == ()


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("w.toml", 'access = "3"\n', "'3'"),
        ("w.toml", "access = true\n", "True"),
        ("w.toml", "access = nan\n", "nan"),
        ("w.toml", "access = inf\n", "inf"),
        ("w.toml", "[indicators.access]\nweight = 3\n", "weight"),
        ("w.toml", "[other]\naccess = 3\n", "peso de other"),
        ("w.json", '{"access": null}', "None"),
        ("w.json", '{"access": NaN}', "nan"),
        ("w.json", '{"access": 1, "access": 2}', "2 veces"),
        ("w.json", '{"access": 1, "pillars": {"access": 2}}', "2 veces"),
        ("w.json", '{"access": [1]}', "[1]"),
        ("w.json", '{"access": 1' + "0" * 400 + "}", "1000"),
        ("w.csv", "code,weight\naccess,tres\n", "'tres'"),
        ("w.csv", "code,weight\naccess,1_000\n", "1_000"),
        ("w.csv", "code,weight\naccess,\n", "vacío"),
        ("w.csv", "code,weight\n,3\n", "sin código"),
        ("w.csv", "code,weight\naccess,3\naccess,3\n", "2 veces"),
    ],
)
def test_what_is_no_weight_is_told_by_its_code(name: str, text: str, told: str, tmp_path: Path) -> None:
    """Text, booleans, nothing, infinity, a repetition: a sentence each, and the file is read to its end."""
    read = read_weights(file_of(tmp_path, name, text))
    assert told in "\n".join(map(str, read.problems))


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    """Nobody repairs a file three times; the good weights are there for whoever knows the codes."""
    read = read_weights(file_of(tmp_path, "w.csv", "code,weight\na,x\nb,\nc,1\nc,2\nd,4\n"))
    assert len(read.problems) == 3
    assert read.weights["d"] == 4


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("w.toml", "access = \n", "TOML bien formado"),
        ("w.toml", "access = 1\naccess = 2\n", "TOML bien formado"),
        ("w.json", "{", "JSON bien formado"),
        ("w.json", "[1, 2]", "objeto de códigos"),
        ("w.json", "[" * 100_000, "JSON bien formado"),
        ("w.csv", "codes,weights\naccess,3\n", "falta una columna"),
        ("w.csv", "code,weight\naccess,3,4\n", "tantas celdas por fila"),
        ("w.csv", "", "una tabla con encabezado"),
        ("w.csv", "code,weight\n", "al menos un peso"),
        ("w.json", "{}", "al menos un peso"),
        ("w.yaml", "access: 3\n", ".toml, .json o .csv"),
        ("weights", "access = 3\n", "sin extensión"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(name: str, text: str, told: str, tmp_path: Path) -> None:
    """Not well formed, of another kind, without columns or without weights: one clear sentence."""
    with pytest.raises(UserInputError, match=told.replace("[", r"\[")):
        read_weights(file_of(tmp_path, name, text))


def test_no_file_and_no_text_are_told(tmp_path: Path) -> None:
    """An absent file, a folder, and bytes that are no text."""
    with pytest.raises(UserInputError, match="se pueda leer"):
        read_weights(tmp_path / "absent.toml")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(UserInputError, match="se pueda leer"):
        read_weights(tmp_path / "folder.json")
    for name in ("w.toml", "w.json", "w.csv"):
        (tmp_path / name).write_bytes(b"code,weight\n\xff\xfe,1\n")
        with pytest.raises(UserInputError, match="UTF-8"):
            read_weights(tmp_path / name)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(content=st.binary(max_size=200), name=st.sampled_from(["w.toml", "w.json", "w.csv"]))
def test_no_file_breaks_the_reader(content: bytes, name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever the bytes, there are weights that are numbers, or a refusal."""
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(content)
    try:
        read = read_weights(path)
    except UserInputError:
        return
    assert all(isinstance(weight, float) for weight in read.weights.values())
