"""Mobile coverage in its two forms, and literacy: what is impossible is excluded and counted, never clipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.errors import ContractError
from geodata.schemas.connectivity import SCHEMAS
from layers.connectivity import covered_settlements
from pipelines.conversion_connectivity import (
    CONVERSIONS,
    OPERATORS,
    from_flags,
    from_shares,
    literacy_2017,
    mobile_coverage_scope,
)
from pipelines.converted import Converted

CELLS = [f"{operator}_{tech}g_{end}" for operator in OPERATORS for tech in (2, 3, 4, 5) for end in ("cg", "total")]
HEADER = "PERIODO;EMPRESA_OPERADORA;UBIGEO_CCPP;UBIGEO_DISTRITO;CENTRO_POBLADO;2G;3G;4G;5G;HASTA_1_MBPS;MÁS_DE_1_MBPS"


def shares(folder: Path, **cells: dict[str, float]) -> Path:
    """Write the form of shares: settlement (with a letter before its code) to the cells that are not zero."""
    rows = [{"center_id": code[1:], **dict.fromkeys(CELLS, 0.0), **given} for code, given in cells.items()]
    path = folder / "cobertura.csv"
    pd.DataFrame(rows).to_csv(path, index=False, encoding="utf-8-sig")
    return path


def flags(folder: Path, *rows: str, encoding: str = "cp1252", header: str = HEADER) -> Path:
    path = folder / "cobertura_202303.csv"
    path.write_bytes("\r\n".join([header, *rows]).encode(encoding))
    return path


def state(made: Converted) -> pd.DataFrame:
    """Return which settlements have what, after checking the contract."""
    return covered_settlements(SCHEMAS["mobile_coverage"].validate(made.frame))


def counts(made: Converted) -> dict[str, int]:
    return {finding.code: finding.count for finding in made.findings}


def test_shares_become_rows(tmp_path: Path) -> None:
    """One row per settlement, operator and technology; settlements without any coverage keep theirs."""
    path = shares(tmp_path, c1507010001={"claro_4g_cg": 0.25, "claro_4g_total": 1.0}, c1507010002={})
    made = from_shares(path)
    assert len(made.frame) == 2 * 16
    row = made.frame.query("settlement_code == '1507010001' and operator == 'claro' and technology == '4g'").iloc[0]
    assert (row["guaranteed_share"], row["total_share"]) == (0.25, 1.0)
    assert np.isnan(row["over_1_mbps"])
    assert state(made)["4g_total"].to_dict() == {"1507010001": 1, "1507010002": 0}
    assert made.findings == []


def test_shares_above_one_are_excluded_and_counted(tmp_path: Path) -> None:
    """A share of 1.78 leaves that settlement's 4G unknown: neither covered nor without coverage."""
    made = from_shares(shares(tmp_path, c1507010001={"claro_4g_total": 1.78}, c1507010002={"claro_4g_total": 1.0}))
    assert counts(made) == {"share_out_of_range": 1}
    assert state(made)["4g_total"].isna().to_dict() == {"1507010001": True, "1507010002": False}


def test_a_settlement_written_twice_counts_once(tmp_path: Path) -> None:
    """The best of the repeated rows counts, and the repetition is told."""
    path = shares(tmp_path, a1507010001={"claro_4g_total": 0.2}, b1507010001={"claro_4g_total": 0.9})
    made = from_shares(path)
    assert counts(made) == {"repeated_row": 16}
    assert state(made)["4g_total"].to_dict() == {"1507010001": 1}


def test_an_unknown_repetition_does_not_become_zero(tmp_path: Path) -> None:
    """Impossible once and low once: still unknown."""
    path = shares(tmp_path, a1507010001={"claro_4g_total": 2.0}, b1507010001={"claro_4g_total": 0.1})
    assert state(from_shares(path))["4g_total"].isna().all()


def test_scope_is_the_province_that_the_file_covers(tmp_path: Path) -> None:
    """A file of Huarochiri is complete for Huarochiri; a file without it is another file."""
    source = {"osiptel_cobertura_2025": shares(tmp_path, c1507010001={})}
    assert mobile_coverage_scope(source).frame["ubigeo"].tolist() == ["150700"]
    other = {"osiptel_cobertura_2025": shares(tmp_path, c0101010001={})}
    with pytest.raises(ContractError, match="150700"):
        mobile_coverage_scope(other)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    """A file without one operator's column is refused, not read as zero."""
    path = shares(tmp_path, c1507010001={})
    path.write_text(path.read_text(encoding="utf-8-sig").replace("claro_4g_total", "claro_4g"), encoding="utf-8")
    with pytest.raises(ContractError, match="claro_4g_total"):
        from_shares(path)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize(("yes", "no"), [("1", "0"), ("SI", "NO"), ("Sí", "No"), ("YES", "NO")])
def test_flags_in_every_spelling(tmp_path: Path, encoding: str, yes: str, no: str) -> None:
    """0/1, SI/NO and YES/NO in any of the encodings of the copies say the same."""
    path = flags(
        tmp_path,
        f"202303;CLARO;0101010001;010101;ÑAUPE;{yes};{yes};{yes};{no};{no};{yes}",
        f"202303;BITEL;0101010002;010101;PIÑA;{yes};{no};{no};{no};{yes};{no}",
        encoding=encoding,
    )
    made, departments = from_flags(path)
    found = state(made)
    assert departments == ["010000"]
    assert found["4g_total"].to_dict() == {"0101010001": 1, "0101010002": 0}
    assert found["2g_total"].to_dict() == {"0101010001": 1, "0101010002": 1}
    speed = made.frame.groupby("settlement_code")["over_1_mbps"].first()
    assert speed.to_dict() == {"0101010001": 1, "0101010002": 0}
    assert made.frame["guaranteed_share"].isna().all()
    assert made.findings == []


def test_unreadable_flags_are_unknown_and_counted(tmp_path: Path) -> None:
    """«Quizá» is neither yes nor no; an empty cell is unknown without being an error."""
    made, _ = from_flags(flags(tmp_path, "202303;CLARO;0101010001;010101;X;1;Quizá;;0;0;1"))
    found = state(made)
    assert found[["3g_total", "4g_total"]].isna().all(axis=None)
    assert found[["2g_total", "5g_total"]].to_numpy().tolist() == [[1, 0]]
    assert counts(made) == {"unreadable_flag": 1}


def test_a_name_with_the_separator_in_quotes_is_one_cell(tmp_path: Path) -> None:
    """«A; B» between quotes is a name; a row with a cell too many is refused."""
    made, _ = from_flags(flags(tmp_path, '202303;CLARO;0101010001;010101;"A; B";1;1;1;0;0;1'))
    assert state(made)["4g_total"].tolist() == [1]
    rows = ["202303;CLARO;0101010001;010101;A;1;1;1;0;0;1", "202303;CLARO;0101010001;010101;A;1;1;1;0;0;1;1"]
    with pytest.raises(ContractError, match="archivo ilegible"):
        from_flags(flags(tmp_path, *rows))


@pytest.mark.parametrize("content", [b"", b"<html>no</html>", b"PK\x03\x04\x00\xff"])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """Whatever bytes come, the answer names the file."""
    path = tmp_path / "cobertura.csv"
    path.write_bytes(content)
    with pytest.raises(ContractError, match=r"cobertura\.csv"):
        from_flags(path)


def census_file(folder: Path, **columns: list[object]) -> dict[str, Path]:
    path = folder / "censo.csv"
    pd.DataFrame({"cod_dist": ["10101", "150101"], **columns}).to_csv(path, index=False)
    return {"censo_2017": path}


def test_literacy_takes_the_counts(tmp_path: Path) -> None:
    """Codes regain their zero and the counts come as they are; percentages that fit are no finding."""
    files = census_file(tmp_path, c5_p12_1=[80, 90], c5_p12_2=[20, 10], p_lees_no=[19.0, 9.0])
    made = literacy_2017(files)
    expected = [["010101", 80.0, 20.0], ["150101", 90.0, 10.0]]
    assert SCHEMAS["literacy_2017"].validate(made.frame).to_numpy().tolist() == expected
    assert made.notes == ["censo.csv: se restituyó el cero inicial en 1 códigos"]
    assert made.findings == []


def test_percentages_of_178_are_told_and_used_nowhere(tmp_path: Path) -> None:
    """A percentage above 100 is counted with its district; no column of the layer comes from it."""
    files = census_file(tmp_path, c5_p12_1=[80, 90], c5_p12_2=[20, 10], ph_cocin=[178.0, 99.0])
    made = literacy_2017(files)
    (finding,) = made.findings
    assert (finding.code, finding.count, finding.examples) == ("percentage_out_of_range", 1, ("10101",))
    assert "178" in finding.message
    assert made.frame.columns.tolist() == ["ubigeo", "literate_count", "illiterate_count"]


@pytest.mark.parametrize("layer", sorted(CONVERSIONS))
def test_absent_source_is_never_an_empty_layer(layer: str) -> None:
    """Without its file a conversion fails."""
    with pytest.raises(KeyError):
        CONVERSIONS[layer]({})


@pytest.mark.pack
def test_the_real_coverage_and_census(pack: Path) -> None:
    """1,326 settlements of Huarochiri in 16 columns each; 1,874 districts and 308 kitchens above 100 %."""
    files = {
        "osiptel_cobertura_2025": pack / "osiptel2025_cobertura_ccpp_huarochiri.csv",
        "censo_2017": pack / "geoperu_distritos_censo2017.csv",
    }
    made = {layer: convert(files) for layer, convert in CONVERSIONS.items()}
    for layer, converted in made.items():
        SCHEMAS[layer].validate(converted.frame, lazy=True)
    assert made["mobile_coverage"].frame["settlement_code"].nunique() == 1326
    assert made["mobile_coverage"].findings == []
    assert len(made["literacy_2017"].frame) == 1874
    assert counts(made["literacy_2017"]) == {"percentage_out_of_range": 308}
