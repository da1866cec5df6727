"""
From a source file to a layer: names and units of the project, every row kept or reported.

One function per layer. Each reads the files it names, checks their columns, and returns the canonical frame together
with what it noticed; nothing is corrected in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata import crs
from geodata.contracts import check_layer
from geodata.errors import ContractError, Problem, UserInputError, raise_if_any
from geodata.readers.table import read_table, to_numbers
from geodata.readers.vector import read_geoparquet
from geodata.ubigeo import code_problems, duplicate_problems, restore_leading_zero
from pipelines import conversion_connectivity, conversion_roads, conversion_water
from pipelines.converted import AbsentSourceError, Converted, Files

EMBEDDED_DISTRICTS = Path(__file__).parents[1] / "geodata" / "demo" / "districts.csv"

_NO_DISTRICT_ENTITY = "999"
"""How the gap file writes the whole country."""

_LEVELS = {"PAIS": "country", "GR": "department", "MP": "province", "MD": "district"}


def districts(files: Files) -> Converted:
    """Shapes of INEI's limits with the names, capitals and population of the directory and the natural regions."""
    shapes, directory, regions = _all_read(
        lambda: _shapes(files["distritos_inei"], {"UBIGEO": "ubigeo"}),
        lambda: _directory(files["ubigeo_inei_2025"]),
        lambda: _natural_regions(files["region_natural"]),
    )
    minam = read_table(EMBEDDED_DISTRICTS, columns=["ubigeo", "natural_region_minam"])
    _require_same_codes({"distritos_inei": shapes, "ubigeo_inei_2025": directory, "region_natural": regions})
    joined = shapes.merge(directory, on="ubigeo", validate="1:1").merge(regions, on="ubigeo", validate="1:1")
    joined = joined.merge(minam, on="ubigeo", how="left", validate="1:1")
    named, notes = one_name_per_province(joined.sort_values("ubigeo", ignore_index=True))
    return Converted(named, notes)


def ppa(files: Files) -> Converted:
    """Producers of the register, one row per code of the file; unknown codes are left in for the build to report."""
    return Converted(_numbers_by_code(files["ppa_2024"], "UBIGEO", {"PRODUCTORES": "producers_count"}))


def agricultural_area(files: Files) -> Converted:
    """Agricultural hectares of 2018."""
    columns = {"Área agrícola 2018 (ha)": "agricultural_area_ha"}
    return Converted(_numbers_by_code(files["superficie_agricola_2018"], "UBIGEO", columns))


def crop_value(files: Files) -> Converted:
    """Tonnes and value of 2023, one row per district and crop."""
    path = files["vbp_cultivo_2023"]
    names = {
        "UBIGEO": "ubigeo",
        "CULTIVO": "crop",
        "PRODUCCION (t)": "production_t",
        "VBP_CORRIENTE 2023 (miles de S/)": "value_pen_thousand",
    }
    table = read_table(path, columns=list(names))
    table = to_numbers(table, list(names)[2:], path.name).rename(columns=names)
    return Converted(table)


def mobile_internet(files: Files) -> Converted:
    """Operators with mobile internet in rural and urban settlements."""
    path = files["internet_movil_2024"]
    operators = ("Vitel", "Entel", "Claro", "Telef")
    urban = [f"Cobertura_inter_movil_{name}_urb" for name in operators]
    rural = "Cobertura_inter_movil_rural"
    table = to_numbers(read_table(path, columns=["ubigeo", rural, *urban]), [rural, *urban], path.name)
    table["urban_operators_count"] = table[urban].sum(axis=1, min_count=len(urban))
    return Converted(table.rename(columns={rural: "rural_operators_count"}))


def census(files: Files) -> Converted:
    """Households and dwellings of the census of 2017; codes regain the zero that the spreadsheet dropped."""
    columns = {
        "pob_total": "census_population_count",
        "num_hog": "households_count",
        "hs_tcelu": "households_without_mobile_count",
        "hs_inter": "households_without_internet_count",
        "num_viv_op": "dwellings_count",
        "vs_aelec": "dwellings_without_electricity_count",
    }
    path = files["censo_2017"]
    table = _numbers_by_code(path, "cod_dist", columns)
    restored, note = restore_leading_zero(table["ubigeo"], path.name)
    table["ubigeo"] = restored
    return Converted(table, [note] if note else [])


def poverty(files: Files) -> Converted:
    """Monetary poverty of 2018 with its interval."""
    columns = {
        "Pobreza Monetaria -Mapa de Pobreza 2018 (INEI)": "poverty_pct",
        "Intervalo de confianza al 95% INFERIOR Mapa de Pobreza 2018": "poverty_low_pct",
        "Intervalo de confianza al 95% SUPERIOR Mapa de Pobreza 2018": "poverty_high_pct",
    }
    return Converted(_numbers_by_code(files["pobreza_2018"], "Ubigeo", columns))


def settlements(files: Files) -> Converted:
    """Settlements as points."""
    names = {"inei_ccpp": "settlement_code", "ccpp": "settlement", "tipo": "settlement_type"}
    points = _shapes(files["centros_poblados"], names)
    points["settlement_type"] = points["settlement_type"].replace({"Urban": "Urbano"})
    return Converted(points)


def road_gaps(files: Files) -> Converted:
    """Official road gap indicators, each at the level of its entity."""
    path = files["brechas_viales_2023"]
    names = {
        "NIVEL": "level",
        "UBIGEO_ENTIDAD": "ubigeo",
        "INDICADOR": "official_name",
        "INDICADOR_ANIO": "year",
        "INDICADOR_VALOR": "gap_share",
        "DEMANDADO": "demanded_km",
        "IMPLEMENTADO": "implemented_km",
    }
    table = to_numbers(read_table(path, columns=list(names)), list(names)[3:], path.name).rename(columns=names)
    table["level"] = table["level"].replace(_LEVELS)
    table["ubigeo"] = table["ubigeo"].replace(_NO_DISTRICT_ENTITY, "000000")
    return Converted(table)


CONVERSIONS: dict[str, Callable[[Files], Converted]] = {
    "districts": districts,
    "ppa_2024": ppa,
    "agricultural_area_2018": agricultural_area,
    "crop_value_2023": crop_value,
    "mobile_internet_2024": mobile_internet,
    "census_2017": census,
    "poverty_2018": poverty,
    "settlements": settlements,
    "road_gaps": road_gaps,
}
"""Layer -> how it is made from the files of its sources."""

OPTIONAL_CONVERSIONS: dict[str, Callable[[Files], Converted]] = {
    **conversion_roads.CONVERSIONS,
    **conversion_water.CONVERSIONS,
    **conversion_connectivity.CONVERSIONS,
}
"""Layers that a build goes on without, when none of their sources is there."""


def one_name_per_province(districts: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    """
    Return the districts with the name that most districts of each province give it, and a note per name changed.

    The code says which province it is; a directory that writes one district's province otherwise has a slip.
    """
    province = districts["ubigeo"].str[:4]
    usual = districts.groupby(province)["province"].agg(lambda names: names.mode().iloc[0])
    expected = province.map(usual)
    odd = districts["province"].ne(expected)
    notes = [
        f"{row['ubigeo']}: la provincia «{row['province']}» se escribe «{expected[index]}», como en los demás distritos"
        for index, row in districts[odd].iterrows()
    ]
    return districts.assign(province=expected), notes


def _shapes(path: Path, names: Mapping[str, str]) -> gpd.GeoDataFrame:
    shapes = read_geoparquet(path, columns=list(names)).rename(columns=names)
    crs.require_crs(crs.ON_DISK, **{path.name: shapes})
    return shapes


def _natural_regions(path: Path) -> pd.DataFrame:
    names = {"COD_DISTRITO": "ubigeo", "REGION_NATURAL": "natural_region"}
    return read_table(path, columns=list(names)).rename(columns=names)


def _directory(path: Path) -> pd.DataFrame:
    names = {
        "ubigeo": "ubigeo",
        "distrito": "district",
        "provincia": "province",
        "departamento": "department",
        "capital_legal": "capital",
        "altitud": "capital_altitude_m",
        "latitud": "capital_latitude",
        "longitud": "capital_longitude",
        "población": "population_count",
    }
    table = read_table(path, columns=list(names), separator=";").rename(columns=names)
    return to_numbers(table, list(names.values())[5:], path.name)


def _numbers_by_code(path: Path, code: str, columns: Mapping[str, str]) -> pd.DataFrame:
    table = to_numbers(read_table(path, columns=[code, *columns]), list(columns), path.name)
    return table.rename(columns={code: "ubigeo", **columns})


def _all_read(*reads: Callable[[], pd.DataFrame]) -> list[pd.DataFrame]:
    """Return what every read gives, or raise once with the problems of all of them."""
    frames: list[pd.DataFrame] = []
    problems: list[Problem] = []
    absent: list[AbsentSourceError] = []
    for read in reads:
        try:
            frames.append(read())
        except AbsentSourceError as error:
            absent.append(error)
        except UserInputError as error:
            problems.extend(error.problems)
    raise_if_any(problems, ContractError)
    if absent:
        raise absent[0]
    return frames


def _require_same_codes(tables: Mapping[str, pd.DataFrame]) -> None:
    """Raise unless all the tables have each code of the first one, once."""
    problems: list[Problem] = []
    (reference, first), *others = ((name, table["ubigeo"]) for name, table in tables.items())
    for name, codes in ((reference, first), *others):
        problems += code_problems(codes, name) + duplicate_problems(codes, name)
    for name, codes in others:
        lacking, beyond = set(first) - set(codes), set(codes) - set(first)
        if lacking or beyond:
            problems.append(_other_codes(name, reference, lacking, beyond))
    raise_if_any(problems, ContractError)


def _other_codes(where: str, reference: str, lacking: set[str], beyond: set[str]) -> Problem:
    return Problem(
        what="los códigos no coinciden con los límites",
        where=where,
        expected=f"los mismos ubigeos que {reference}",
        found=f"faltan {len(lacking)} y sobran {len(beyond)}, "
        f"p. ej. {', '.join(sorted(map(str, lacking | beyond))[:3])}",
        repair="use archivos de la misma fecha, con códigos INEI (no RENIEC)",
    )


def convert_all(files: Files) -> dict[str, Converted]:
    """
    Return every layer, or raise with the problems of all of them.

    Raises
    ------
    UserInputError
        One exception for all that is wrong inside the files, breaches of the contracts included.
    """
    present = _PresentFiles(files)
    try:
        converted = {layer: convert(files) for layer, convert in CONVERSIONS.items()}
        for layer, convert in OPTIONAL_CONVERSIONS.items():
            with suppress(AbsentSourceError):
                converted[layer] = convert(present)
        return converted
    except UserInputError as error:
        raise UserInputError(content_problems(files)) from error


def content_problems(files: Files) -> list[Problem]:
    """
    Return all that is wrong inside the files: what cannot be read or made a layer, and breaches of the contracts.

    A source without file is passed over: its absence is for whoever looked for the file to report.
    """
    present = _PresentFiles(files)
    problems: list[Problem] = []
    for layer, convert in (CONVERSIONS | OPTIONAL_CONVERSIONS).items():
        try:
            check_layer(layer, convert(present).frame)
        except AbsentSourceError:
            continue
        except UserInputError as error:
            problems.extend(error.problems)
    return problems


class _PresentFiles(dict[str, Path]):
    def __missing__(self, source: str) -> Path:
        raise AbsentSourceError(source)
