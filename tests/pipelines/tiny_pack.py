"""
The country of eight squares as a pack: every source in the format, headers and quirks of its publisher.

Its catalog has the ids and file names of the real one and the checksums of these files. A test alters a file and
then either signs the pack again (the catalog takes the altered file for the right one) or does not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import geopandas as gpd
import pandas as pd

from geodata.catalog import Dataset, load_catalog
from tests import tiny

FILES = {
    record.id: record.distributions[0].pack_file
    for record in load_catalog().values()
    if record.retrievable and not record.optional
}
"""Source -> the name of its file, as in the real pack; the optional ones are not in this one."""

_LEVEL_WORDS = {"province": "MP", "department": "GR"}
_OPERATORS = ("Vitel", "Entel", "Claro", "Telef")


class TinyPack:
    """A folder with one file per source, and the catalog that describes them as they are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sign()

    def path(self, source: str) -> Path:
        """Return where the file of a source lies."""
        return self.folder / FILES[source]

    def paths(self) -> dict[str, Path]:
        """Return where the file of every source lies."""
        return {source: self.path(source) for source in FILES}

    def sign(self) -> None:
        """Take the files as they are now for the right ones."""
        self.catalog = catalog_of(self.folder)

    def reshape(self, source: str, change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> None:
        """Rewrite a file of shapes of the pack."""
        change(gpd.read_parquet(self.path(source))).to_parquet(self.path(source), index=False)

    def edit(self, source: str, change: Callable[[str], str]) -> None:
        """Rewrite a text file of the pack."""
        path = self.path(source)
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    def datasets(self, *ids: str) -> list[Dataset]:
        """Return the records of the catalog, all or some."""
        return [self.catalog[source] for source in ids or FILES]


def catalog_of(folder: Path) -> dict[str, Dataset]:
    """Write and read a catalog with the checksums that the files of `folder` have now."""
    real = load_catalog()
    lines: list[str] = []
    for source, name in FILES.items():
        sha256 = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        record = {
            "title": f"Fuente {source}",
            "publisher": "Instituto de Prueba (IP)",
            "reference_year": real[source].reference_year,
            "issued": "2024",
            "licence": "CC0-1.0",
            "landing_page": f"http://127.0.0.1/{source}",
            "citation": f"Instituto de Prueba, {source}.",
            "layer": real[source].layer,
        }
        lines += [f"[{source}]", *(f"{key} = {json.dumps(value)}" for key, value in record.items())]
        lines += [f"[[{source}.distributions]]", f'pack_file = "{name}"', 'format = "CSV"', f'sha256 = "{sha256}"']
    text = "\n".join(lines)
    path = folder.parent / f"catalog-{hashlib.sha256(text.encode()).hexdigest()[:8]}.toml"
    path.write_text(text, encoding="utf-8")
    return load_catalog(path)


def write_pack(folder: Path) -> TinyPack:
    """Write the layers of the tiny country as their publishers would give them."""
    folder.mkdir(parents=True)
    layers = tiny.layers()
    for name, frame in _geographic(layers).items():
        frame.to_parquet(folder / FILES[name], index=False)
    for name, table in _tables(layers).items():
        table.to_csv(folder / FILES[name], index=False)
    # semicolons and a BOM, as the directory comes
    _directory(layers["districts"]).to_csv(
        folder / FILES["ubigeo_inei_2025"], index=False, sep=";", encoding="utf-8-sig"
    )
    return TinyPack(folder)


def _geographic(layers: dict[str, pd.DataFrame]) -> dict[str, gpd.GeoDataFrame]:
    districts = cast(gpd.GeoDataFrame, layers["districts"])
    points = cast(gpd.GeoDataFrame, layers["settlements"])
    return {
        "distritos_inei": gpd.GeoDataFrame(
            {"UBIGEO": districts["ubigeo"], "DISTRITO": districts["district"].str.upper()},
            geometry=districts.geometry,
        ),
        "centros_poblados": gpd.GeoDataFrame(
            {
                "inei_ccpp": points["settlement_code"],
                "ccpp": points["settlement"].str.upper(),
                "tipo": points["settlement_type"].replace({"Urbano": "Urban"}),
            },
            geometry=points.geometry,
        ),
    }


def _directory(districts: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "departamento": districts["department"],
            "provincia": districts["province"],
            "distrito": districts["district"],
            "ubigeo": districts["ubigeo"],
            "capital_legal": districts["capital"],
            "altitud": districts["capital_altitude_m"],
            "población": districts["population_count"].astype(int),
            "latitud": districts["capital_latitude"],
            "longitud": districts["capital_longitude"],
        }
    )


def _tables(layers: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    mobile, poverty = layers["mobile_internet_2024"], layers["poverty_2018"]
    urban = {
        f"Cobertura_inter_movil_{name}_urb": (mobile["urban_operators_count"] > order).astype(float)
        for order, name in enumerate(_OPERATORS)
    }
    return {
        "region_natural": layers["districts"][["ubigeo", "natural_region"]].set_axis(
            ["COD_DISTRITO", "REGION_NATURAL"], axis=1
        ),
        "ppa_2024": layers["ppa_2024"].set_axis(["UBIGEO", "PRODUCTORES"], axis=1).astype({"PRODUCTORES": int}),
        "superficie_agricola_2018": layers["agricultural_area_2018"].set_axis(
            ["UBIGEO", "Área agrícola 2018 (ha)"], axis=1
        ),
        "vbp_cultivo_2023": layers["crop_value_2023"].set_axis(
            ["UBIGEO", "CULTIVO", "PRODUCCION (t)", "VBP_CORRIENTE 2023 (miles de S/)"], axis=1
        ),
        "internet_movil_2024": pd.DataFrame(
            {
                "ubigeo": mobile["ubigeo"],
                **urban,
                "Cobertura_inter_movil_rural": mobile["rural_operators_count"],
            }
        ),
        "censo_2017": _census(layers["census_2017"]).assign(
            c5_p12_1=layers["literacy_2017"]["literate_count"], c5_p12_2=layers["literacy_2017"]["illiterate_count"]
        ),
        "pobreza_2018": poverty.set_axis(
            [
                "Ubigeo",
                "Pobreza Monetaria -Mapa de Pobreza 2018 (INEI)",
                "Intervalo de confianza al 95% INFERIOR Mapa de Pobreza 2018",
                "Intervalo de confianza al 95% SUPERIOR Mapa de Pobreza 2018",
            ],
            axis=1,
        ),
        "brechas_viales_2023": _road_gaps(layers["road_gaps"]),
    }


def _census(census: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            # a spreadsheet ate the leading zeros
            "cod_dist": census["ubigeo"].str.lstrip("0"),
            "pob_total": census["census_population_count"],
            "num_hog": census["households_count"],
            "hs_tcelu": census["households_without_mobile_count"],
            "hs_inter": census["households_without_internet_count"],
            "num_viv_op": census["dwellings_count"],
            "vs_aelec": census["dwellings_without_electricity_count"],
        }
    )


def _road_gaps(gaps: pd.DataFrame) -> pd.DataFrame:
    entities = pd.DataFrame(
        {
            "NIVEL": gaps["level"].replace(_LEVEL_WORDS),
            "UBIGEO_ENTIDAD": gaps["ubigeo"],
            "INDICADOR": gaps["official_name"],
            "INDICADOR_ANIO": gaps["year"],
            "INDICADOR_VALOR": gaps["gap_share"],
            "DEMANDADO": gaps["demanded_km"],
            "IMPLEMENTADO": gaps["implemented_km"],
        }
    )
    # the whole country is written so, and its code is not a ubigeo
    country = entities.head(1).assign(NIVEL="PAIS", UBIGEO_ENTIDAD="999")
    return pd.concat([country, entities], ignore_index=True)
