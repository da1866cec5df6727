"""What goes into a file: the table, the region, and the notes that travel with it."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from typing import Any

import pandas as pd

from geodata.catalog import load_catalog
from geodata.columns import SIMULATED as SIMULATED_WORD
from geodata.columns import heading, in_spanish, load_columns
from geodata.errors import Problem, UserInputError
from geodata.fields import load_fields
from geodata.ubigeo import is_within
from geodata.workspace import Publication
from pipelines.export.moment import in_words
from pipelines.export.thresholds import published_standards, thresholds

SIMULATED = "simulados (demostración)"
PARTLY_SIMULATED = "reales, con fuentes simuladas"
REAL = "reales"

_DEMO_SOURCE = [
    "demostracion",
    "Indicadores simulados y límites aproximados",
    "Atlas Sierra",
    "",
    "Apache-2.0",
    "Atlas Sierra, datos de demostración; no describen ningún territorio.",
    "geodata/demo/SOURCES.md",
]

FILE_DATE = "Fecha del archivo (UTC)"

DEMO_NOTICE = "Datos de demostración: límites aproximados, indicadores simulados"

_FIGURE_OF = {"producers_count": "ppa_producers_count"}
"""Columns of the gap list that hold a figure of the dictionary under another name."""

_READ_FIRST = {
    "gaps": (
        "ubigeo",
        "name",
        "province",
        "department",
        "label",
        "severity",
        "value",
        "unit",
        "year",
        "adequate",
        "shortfall",
        "shortfall_unit",
        "producers_count",
        "responsible",
        "responsible_level",
        "official_name",
        "cost_low_pen",
        "cost_high_pen",
        "quality",
        "priority_rank",
        "priority",
    ),
}
"""What a session reads of a row, from left to right; the other columns follow in the order of the publication."""


@dataclass(frozen=True)
class Selection:
    """Rows to export and everything that must travel with them."""

    table_name: str
    rows: pd.DataFrame
    """Columns of the published table, in its order, plus `withheld_fields`, `data_kind` and `release_id`."""
    filters: dict[str, str]
    provenance: dict[str, Any]
    moment: datetime | None = None
    """When the file is made; none until somebody asks for one."""
    standards: pd.DataFrame = dataclass_field(default_factory=pd.DataFrame)
    """What the gaps were judged by; empty for other tables."""

    @property
    def is_demo(self) -> bool:
        """Whether the figures are simulated."""
        return bool(self.provenance["is_demo"])

    @property
    def simulated(self) -> frozenset[str]:
        """The sources whose figures are simulated in these rows."""
        return frozenset(self.provenance.get("simulated_datasets", ()))

    def heading(self, name: str) -> str:
        """Return what a column is called in the file; one that nobody described goes by its own name."""
        return heading(name, self.simulated) if _is_described(name) else name

    def for_people(self) -> pd.DataFrame:
        """Return the rows with their closed words in Spanish and what is read first at the left; names stay."""
        first = [name for name in _READ_FIRST.get(self.table_name, ()) if name in self.rows]
        return in_spanish(self.rows[[*first, *(name for name in self.rows if name not in first)]])

    def filters_in_words(self) -> str:
        """Return the filters in one line."""
        return "; ".join(f"{name}: {value}" for name, value in self.filters.items())

    def dictionary(self) -> pd.DataFrame:
        """Return what each exported column means."""
        entries = pd.DataFrame([_definition(name, self.simulated) for name in self.rows.columns])
        # a column of years with gaps would turn to decimals
        return entries.astype({"Año": "Int64"}) if "Año" in entries else entries

    def sources(self) -> pd.DataFrame:
        """Return publisher, year, licence and citation of the sources behind the rows; simulated ones have none."""
        fields = load_fields()
        figures = {_FIGURE_OF.get(column, column) for column in self.rows.columns}
        used = {name for figure in figures & set(fields) for name in fields[figure].datasets}
        if "datasets" in self.rows:
            used |= {name for cell in self.rows["datasets"].dropna().unique() for name in cell.split(", ")}
        columns = ["Fuente", "Título", "Publica", "Año", "Licencia", "Cita", "Página"]
        records: list[list[Any]] = [
            [r.id, r.title, r.publisher, r.reference_year, r.licence, r.citation, r.landing_page]
            for r in load_catalog().values()
            if r.id in used - self.simulated
        ]
        if self.is_demo:
            records.append(_DEMO_SOURCE)
        return pd.DataFrame(records, columns=columns)

    def parameters(self) -> pd.DataFrame:
        """Return release, date, filters and standards, as name and value."""
        pairs = [
            ("Publicación", self.provenance["release_id"]),
            ("Fecha de publicación (UTC)", self.provenance["published_at"]),
            *([(FILE_DATE, in_words(self.moment))] if self.moment is not None else []),
            ("Datos", DEMO_NOTICE if self.is_demo else PARTLY_SIMULATED if self.simulated else REAL),
            ("Definición de Sierra", self.provenance["sierra_definition"]),
            *self.filters.items(),
            ("Filas", str(len(self.rows))),
        ]
        if self.table_name == "gaps":
            pairs += thresholds(self.standards)
        return pd.DataFrame(pairs, columns=["Parámetro", "Valor"])


def select(publication: Publication, table_name: str, region: str | None) -> Selection:
    """
    Return the rows of a published table that lie in a region, with what travels with them.

    Raises
    ------
    UserInputError
        If the region is not a department or province of the publication.
    """
    table = publication.table(table_name)
    filters = {"Región": "todo el país"}
    if region is not None:
        known = publication.table("territories", ["ubigeo"])["ubigeo"]
        code = require_region(region, known)
        table = table[is_within(table["ubigeo"], code)]
        filters["Región"] = code
    return selection_of(publication, table_name, table, filters)


def selection_of(publication: Publication, table_name: str, rows: pd.DataFrame, filters: dict[str, str]) -> Selection:
    """Return a selection from rows that somebody already chose, on a page or by region."""
    stamped = rows.reset_index(drop=True).assign(
        withheld_fields=_withheld(publication, rows["ubigeo"]).to_numpy(),
        data_kind=_kind(publication),
        release_id=publication.release_id,
    )
    standards = published_standards(publication) if table_name == "gaps" else pd.DataFrame()
    return Selection(table_name, stamped, filters, publication.provenance, standards=standards)


def _kind(publication: Publication) -> str:
    if publication.is_demo:
        return SIMULATED
    return PARTLY_SIMULATED if publication.simulated_datasets else REAL


def _withheld(publication: Publication, ubigeo: pd.Series) -> pd.Series:
    """Return, for each row, the names of the figures that its territory withholds, or an empty text."""
    cells = publication.table("withheld")
    labels = cells["field"].map({name: entry.label for name, entry in load_fields().items()})
    by_code = labels.groupby(cells["ubigeo"]).agg("; ".join).to_dict()
    return pd.Series([by_code.get(code, "") for code in ubigeo], index=ubigeo.index, dtype="str")


def require_region(region: str, known: pd.Series) -> str:
    """
    Return the six-character code of a region given by its two or four digits.

    Raises
    ------
    UserInputError
        If no district lies in it; the message lists the departments.
    """
    code = region.ljust(6, "0") if region.isdigit() and len(region) in (2, 4, 6) else ""
    if code and code != "000000" and is_within(known, code).any():
        return code
    departments = ", ".join(sorted(known.str[:2].unique()))
    raise UserInputError(
        [
            Problem(
                what="región desconocida",
                where="--region",
                expected=f"un departamento ({departments}) o una provincia de 4 dígitos",
                found=repr(region),
                repair="use los dos dígitos del departamento, p. ej. 08 para Cusco",
            )
        ]
    )


def _is_described(name: str) -> bool:
    return name in load_columns() or name in load_fields()


def _definition(name: str, simulated: frozenset[str]) -> dict[str, Any]:
    if not _is_described(name):
        return {"Columna": name, "Identificador": name, "Qué es": "Columna de la publicación sin descripción."}
    entry = load_fields().get(name)
    columns = load_columns()
    if entry is None or name in columns:
        described = columns[name]
        return {"Columna": described.label, "Identificador": name, "Qué es": described.description}
    return {
        "Columna": heading(name, simulated),
        "Identificador": name,
        "Qué es": entry.formula,
        "Unidad": entry.unit,
        "Año": entry.year,
        "Fuente": SIMULATED_WORD if simulated & set(entry.datasets) else ", ".join(entry.datasets),
        "Sin dato": entry.missing,
    }
