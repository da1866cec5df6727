"""
From the files of connectivity to their layers.

Mobile coverage comes in two forms. Shares (2025): one row per settlement, one column per operator, technology and
kind of coverage. Flags (cut of March 2023): one row per settlement and operator with service, yes or no by technology.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.errors import ContractError, Problem, raise_if_any
from geodata.quality import Finding, examples, found
from geodata.readers.table import missing_column_problems, read_table, to_numbers
from geodata.ubigeo import entity_code, restore_leading_zero
from layers.connectivity import MEASURES, TECHNOLOGIES, without_impossible_shares
from pipelines.converted import Converted, Files

SHARES_SOURCE = "osiptel_cobertura_2025"
OPERATORS = ("bitel", "claro", "entel", "movistar")
SHARES_SCOPE = ("150700",)
"""What the file of shares of the pack covers whole: the province of Huarochiri."""

ENDINGS = {"total_share": "total", "guaranteed_share": "cg"}
KEY = ["settlement_code", "operator", "technology"]

FLAGS = {"1": 1.0, "SI": 1.0, "SÍ": 1.0, "YES": 1.0, "0": 0.0, "NO": 0.0}
"""How copies of the file of flags write yes and no."""
SLOW, FAST = "HASTA_1_MBPS", "MÁS_DE_1_MBPS"
FLAG_COLUMNS = ["EMPRESA_OPERADORA", "UBIGEO_CCPP", "2G", "3G", "4G", "5G", SLOW, FAST]

PERCENTAGES = ("p_lees_si", "p_lees_no", "ph_cocin", "phs_tcelu", "phs_inter", "pvs_aelec", "pvs_sh", "pvs_agua_r")
"""Percentages that the census table brings ready made; only counts are used, but what is impossible is told."""


def mobile_coverage(files: Files) -> Converted:
    """Coverage by settlement, operator and technology, from the file of shares."""
    return from_shares(files[SHARES_SOURCE])


def mobile_coverage_scope(files: Files) -> Converted:
    """Territories for which the file of shares is complete; it must have rows in each of them."""
    path = files[SHARES_SOURCE]
    codes = read_table(path, columns=["center_id"])["center_id"].str[:6]
    present = set(entity_code(codes, "province"))
    absent = [code for code in SHARES_SCOPE if code not in present]
    raise_if_any([_not_covered(path, code) for code in absent], ContractError)
    return Converted(pd.DataFrame({"ubigeo": list(SHARES_SCOPE)}, dtype="str"))


def from_shares(path: Path) -> Converted:
    """
    Return `mobile_coverage` from the form with columns `{operator}_{2g..5g}_{cg|total}` (shares 0-1).

    Every settlement of the file keeps its rows, also where all is zero: that it was looked at is information. A share
    outside 0-1 becomes unknown and is counted. The form does not tell the speed.
    """
    pairs = [(operator, technology) for operator in OPERATORS for technology in TECHNOLOGIES]
    cells = [f"{operator}_{technology}_{end}" for operator, technology in pairs for end in ENDINGS.values()]
    table = to_numbers(read_table(path, columns=["center_id", *cells]), cells, path.name)
    parts = [
        pd.DataFrame(
            {
                "settlement_code": table["center_id"],
                "operator": operator,
                "technology": technology,
                **{share: table[f"{operator}_{technology}_{end}"] for share, end in ENDINGS.items()},
            }
        )
        for operator, technology in pairs
    ]
    frame = pd.concat(parts, ignore_index=True).assign(over_1_mbps=np.nan)
    possible, findings = without_impossible_shares(frame)
    once, repeated = _once(possible)
    return Converted(once, findings=found([*findings, repeated]))


def from_flags(path: Path) -> tuple[Converted, list[str]]:
    """
    Return `mobile_coverage` from the form of flags, and the departments that the file names: its scope.

    `;`, cp1252 or UTF-8; flags 0/1, SI/NO or YES/NO. A flag says that there is service, so the total share is 1 or 0;
    what is guaranteed is not told. An unreadable flag is unknown, and counted.
    """
    table = _read_flags(path)
    read = {name: table[name].str.strip().str.upper().map(FLAGS) for name in FLAG_COLUMNS[2:]}
    fast = pd.Series(np.nan, index=table.index).mask(read[SLOW].eq(1.0), 0.0).mask(read[FAST].eq(1.0), 1.0)
    parts = [
        pd.DataFrame(
            {
                "settlement_code": table["UBIGEO_CCPP"].str.strip(),
                "operator": table["EMPRESA_OPERADORA"].str.strip().str.lower(),
                "technology": technology,
                "guaranteed_share": np.nan,
                "total_share": read[technology.upper()],
                "over_1_mbps": fast,
            }
        )
        for technology in TECHNOLOGIES
    ]
    once, repeated = _once(pd.concat(parts, ignore_index=True))
    departments = sorted(set(entity_code(once["settlement_code"], "department")))
    return Converted(once, findings=found([*_flag_findings(table, read), repeated])), departments


def _read_flags(path: Path) -> pd.DataFrame:
    text = _decoded(path)
    separator = ";" if ";" in text.partition("\n")[0] else ","
    try:
        table = pd.read_csv(StringIO(text), sep=separator, dtype="str", na_values=[""], keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ContractError([_unreadable(path, str(error))]) from error
    if not isinstance(table.index, pd.RangeIndex):
        raise ContractError([_unreadable(path, "filas con una celda de más")])
    table.columns = [str(name).strip().upper().replace("MAS_DE", "MÁS_DE") for name in table.columns]
    raise_if_any(missing_column_problems(table, FLAG_COLUMNS, path.name), ContractError)
    return table[FLAG_COLUMNS]


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # five bytes have no letter in cp1252; none of them is in a name of Peru
        return content.decode("cp1252", errors="replace")


def _flag_findings(table: pd.DataFrame, read: Mapping[str, pd.Series]) -> list[Finding]:
    wrong = [table.loc[table[name].notna() & values.isna(), name] for name, values in read.items()]
    unreadable = pd.concat(wrong)
    return [
        Finding(
            code="unreadable_flag",
            message="Celdas de cobertura que no son sí ni no.",
            count=len(unreadable),
            effect="Quedan «sin dato»: no cuentan como cobertura ni como falta de ella.",
            repair="Escriba 1 o 0, SI o NO.",
            examples=examples(unreadable),
        )
    ]


def _once(frame: pd.DataFrame) -> tuple[pd.DataFrame, Finding]:
    """Return one row per settlement, operator and technology: the best of those repeated, counted."""
    repeated = frame.duplicated(KEY, keep="first")
    finding = Finding(
        code="repeated_row",
        message="Filas repetidas de un mismo centro poblado, operador y tecnología.",
        count=int(repeated.sum()),
        effect="Cuenta una vez, con la mejor cobertura de las repetidas.",
        repair="Deje una sola fila por centro poblado y operador.",
        examples=examples(frame.loc[repeated, "settlement_code"]),
    )
    if not finding.count:
        return frame, finding
    groups = frame.groupby(KEY, sort=False)
    best = groups[[*MEASURES.values(), "over_1_mbps"]].max()
    for share in MEASURES.values():
        # beside an unknown one, only a whole coverage is sure to be the best
        doubtful = frame[share].isna().groupby([frame[name] for name in KEY], sort=False).any()
        best[share] = best[share].mask(doubtful & best[share].lt(1.0))
    return best.reset_index(), finding


def literacy_2017(files: Files) -> Converted:
    """
    People of 3 years or more who read and write, and who do not, of the census of 2017.

    The table's own percentage (`p_lees_no`) is of the whole population, infants included; the counts are used instead.
    """
    path = files["censo_2017"]
    names = {"c5_p12_1": "literate_count", "c5_p12_2": "illiterate_count"}
    text = read_table(path, columns=["cod_dist", *names])
    table = to_numbers(text, list(names), path.name).rename(columns={"cod_dist": "ubigeo", **names})
    table["ubigeo"], note = restore_leading_zero(table["ubigeo"], path.name)
    return Converted(table, [note] if note else [], percentage_findings(path))


def percentage_findings(path: Path) -> list[Finding]:
    """Return the percentages of the census table that are impossible (the source has some up to 178)."""
    everything = read_table(path, columns=["cod_dist"], separator=",")
    present = _columns_of(path)
    findings = []
    for name in PERCENTAGES:
        if name not in present:
            continue
        values = pd.to_numeric(read_table(path, columns=[name])[name], errors="coerce")
        wrong = values.notna() & ~values.between(0.0, 100.0)
        findings.append(
            Finding(
                code="percentage_out_of_range",
                message=f"Porcentajes fuera de 0 a 100 en «{name}» (hasta {values.max():,.0f}).",
                count=int(wrong.sum()),
                effect="Ninguna cifra usa esa columna: los porcentajes se calculan de los conteos, y no se recortan.",
                repair="Pida al publicador la columna corregida.",
                examples=examples(everything["cod_dist"][wrong]),
            )
        )
    return found(findings)


def _columns_of(path: Path) -> set[str]:
    return set(pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns)


def _not_covered(path: Path, code: str) -> Problem:
    return Problem(
        what="el archivo no cubre su ámbito",
        where=path.name,
        expected=f"centros poblados de {code}",
        found="ninguno",
        repair="verifique que sea el archivo de la fuente",
    )


def _unreadable(path: Path, found_there: str) -> Problem:
    return Problem(
        what="archivo ilegible",
        where=path.name,
        expected="una tabla con encabezado y las mismas celdas en cada fila",
        found=found_there,
        repair="revise los separadores dentro de los nombres, o vuelva a obtener el archivo",
    )


CONVERSIONS: dict[str, Callable[[Files], Converted]] = {
    "mobile_coverage": mobile_coverage,
    "mobile_coverage_scope": mobile_coverage_scope,
    "literacy_2017": literacy_2017,
}
