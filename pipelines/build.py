"""
The build: accepted layers in, one publication out.

Layers are checked against their contracts all together; then the tables of the three levels, the gaps, the shapes
and the provenance are written beside and published in one step. Any problem leaves the last publication as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any, cast

import geopandas as gpd
import pandas as pd

from geodata.contracts import GEOMETRIES, ONE_ROW_PER_DISTRICT, check_layer
from geodata.crop_windows import windows_of
from geodata.errors import Problem, UserInputError, raise_if_any
from geodata.fields import load_fields, programme_crops
from geodata.quality import Finding
from geodata.readers.table import read_table, to_numbers
from geodata.ubigeo import unmatched
from geodata.viability_model import MODEL_FILE, load_model
from geodata.workspace import Workspace, write_parquet
from layers import settlements as settlements_layer
from layers.crops import leading_products
from layers.digital_channel import LANGUAGE_FIELDS
from layers.districts import SierraDefinition, is_seat_misplaced, limits_status
from layers.survey import COLUMNS
from layers.territories import Layers, district_indicators, identity, with_every_field
from pipelines.census_build import CensusTables
from pipelines.gaps_build import GapRules
from pipelines.public_goods import Inputs, PublicGoods, public_goods
from pipelines.publication import Tables, make_tables, write_geometry, write_provenance
from pipelines.terrain import TerrainTables
from pipelines.viability_build import ViabilityTables

LIMITS_FILE = Path(__file__).parents[1] / "geodata" / "limits_changed_after_2017.csv"

UPLOADED_LAYERS = ("irrigated_areas",)
"""Layers that no source of the catalog gives: a region brings them, and they stand beside the census or before it."""

INDEX_GROUP = "viabilidad"
"""Group of the dictionary that the index fills, after everything else."""

SCOPE = "_scope"
"""Ends the name of a layer that lists the territories for which another layer is complete."""

Announce = Callable[[str], None]


def build(
    workspace: Workspace,
    frames: Mapping[str, pd.DataFrame],
    *,
    version: str,
    sierra: SierraDefinition,
    notes: Mapping[str, list[str]],
    is_demo: bool,
    sources: Mapping[str, Any],
    simulated: Collection[str] = (),
    survey: pd.DataFrame | None = None,
    census: CensusTables | None = None,
    terrain: TerrainTables | None = None,
    findings: Mapping[str, list[Finding]] | None = None,
    announce: Announce = lambda _: None,
) -> dict[str, Any]:
    """
    Check the layers, compute everything, publish, and return the provenance record.

    Call it holding `workspace.lock()`.

    Parameters
    ----------
    frames
        Canonical layers by name; `producer_units_2012` may be absent.
    version
        The name under which the layer versions are kept.
    notes
        What was noticed while the layers were made, by layer.
    is_demo
        Whether the figures are simulated; it stays with the publication and is always shown.
    sources
        What the layers were made from, for the record.
    simulated
        The datasets of the catalog whose figures are simulated: nothing made from them names their publisher.
    survey
        Shares by department and natural region (`pipelines.survey`), when the workspace has the survey.
    census
        Indicators of the census (`pipelines.census_build`), when the workspace has it.
    terrain
        Altitude, slope and rain of the districts (`pipelines.terrain`), when there are rasters.
    findings
        What was counted while the layers were made, by layer.

    Raises
    ------
    UserInputError
        Every breach of every contract. Then nothing is kept or published.
    """
    started = perf_counter()
    if census is not None and census.is_simulated:
        simulated = {*simulated, "cenagro_2012"}
    of_rasters = {} if terrain is None else {"terrain": terrain.terrain, "rain": terrain.rain}
    accepted = accept({**frames, **of_rasters})
    announce(f"{len(accepted)} capas cumplen su contrato")
    with workspace.new_release() as (release_id, folder):
        layers, quality = prepare_layers(accepted, notes)
        wide = pd.concat([identity(layers, sierra), district_indicators(layers)], axis=1)
        rules = GapRules.of(workspace.root)
        goods = public_goods(_goods_inputs(workspace, accepted, layers, wide, terrain, census, rules), announce)
        add_findings(quality, findings or {}, goods)
        indicators = [field for field in load_fields().values() if field.group != INDEX_GROUP]
        wide = with_every_field(pd.concat([wide, goods.table], axis=1), indicators)
        tables, index = make_tables(
            wide,
            layers,
            accepted["road_gaps"],
            simulated,
            census,
            goods=goods,
            model=load_model(region=workspace.root / MODEL_FILE.name),
            survey=survey,
            rules=rules,
            announce=announce,
        )
        announce(", ".join(f"{len(table):,} {name}" for name, table in tables.counted().items()))
        _write_tables(folder, tables, accepted["crop_value_2023"])
        write_parquet(folder / "survey.parquet", pd.DataFrame(columns=list(COLUMNS)) if survey is None else survey)
        if census is not None:
            census.write(folder)
        goods.write(folder)
        index.write(folder)
        geometry = write_geometry(folder / "geometry", cast(gpd.GeoDataFrame, accepted["districts"]))
        goods.write_overlays(folder / "geometry", sorted(sources))
        announce("límites simplificados y capas para el mapa")
        for layer, frame in accepted.items():
            if layer in UPLOADED_LAYERS:  # its version is the one that somebody uploaded
                continue
            workspace.write_layer(layer, version, frame, quality.get(layer))
        record = _record(release_id, is_demo, sierra, tables, index, quality, geometry, sources)
        record["census"] = None if census is None else census.record()
        record["simulated_datasets"] = sorted(simulated)
        record["seconds"] = round(perf_counter() - started, 1)
        write_provenance(folder, record)
    announce(f"publicado: {record['release_id']}")
    return record


def accept(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """
    Return the layers that keep their contracts.

    Raises
    ------
    UserInputError
        With the problems of all the layers at once.
    """
    accepted: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for layer, frame in frames.items():
        try:
            accepted[layer] = check_layer(layer, frame)
        except UserInputError as error:
            problems.extend(error.problems)
    raise_if_any(problems, UserInputError)
    return accepted


def prepare_layers(
    accepted: Mapping[str, pd.DataFrame], notes: Mapping[str, list[str]]
) -> tuple[Layers, dict[str, dict[str, Any]]]:
    """Return the layers of the indicators, and per layer what does not fit today's districts."""
    districts = cast(gpd.GeoDataFrame, accepted["districts"])
    changes = read_table(LIMITS_FILE, columns=["ubigeo", "parent_ubigeo"])
    placed = settlements_layer.place(cast(gpd.GeoDataFrame, accepted["settlements"]), districts, set(changes["ubigeo"]))
    quality = {
        layer: {**fit_to_districts(layer, frame, districts["ubigeo"]), "notes": notes.get(layer, [])}
        for layer, frame in accepted.items()
    }
    quality["settlements"] |= {
        "outside_count": placed.outside_count,
        "in_another_district_count": placed.elsewhere_count,
    }
    misplaced = districts.loc[is_seat_misplaced(districts), "ubigeo"].tolist()
    if misplaced:
        note = "capital con coordenadas fuera de su distrito (distancia sin dato): " + ", ".join(misplaced)
        quality["districts"]["notes"] = [*quality["districts"]["notes"], note]
    layers = Layers(
        districts=districts,
        ppa=accepted["ppa_2024"],
        agricultural_area=accepted["agricultural_area_2018"],
        crops=accepted["crop_value_2023"],
        mobile_internet=accepted["mobile_internet_2024"],
        census=accepted["census_2017"],
        poverty=accepted["poverty_2018"],
        settlements=placed,
        units=accepted.get("producer_units_2012"),
        limits_status=limits_status(districts["ubigeo"], changes),
        programme_crops=programme_crops(),
    )
    return layers, quality


def uploaded_layers(workspace: Workspace) -> dict[str, pd.DataFrame]:
    """Return the versions in use of the layers that somebody uploaded, by name."""
    paths = {layer: workspace.current_layer(layer) for layer in UPLOADED_LAYERS}
    return {layer: gpd.read_parquet(path) for layer, path in paths.items() if path is not None}


def _goods_inputs(
    workspace: Workspace,
    accepted: Mapping[str, pd.DataFrame],
    layers: Layers,
    wide: pd.DataFrame,
    terrain: TerrainTables | None,
    census: CensusTables | None,
    rules: GapRules,
) -> Inputs:
    indicators = census.fill(wide) if census is not None and layers.units is None else wide
    tongues = None
    if census is not None:
        of_districts = census.indicators.values[list(LANGUAGE_FIELDS.values())].reindex(wide["ubigeo"])
        tongues = of_districts.set_axis(wide.index)
    return Inputs(
        layers=layers,
        frames=accepted,
        indicators=indicators,
        terrain=terrain,
        irrigation_standard_pct=rules.standards["irrigation"].adequate,
        windows=windows_of(workspace.root),
        new_districts=set(limits_changes()["ubigeo"]),
        mother_tongues=tongues,
        census_crops=None if census is None else census.crops,
    )


def add_findings(
    quality: dict[str, dict[str, Any]], converted: Mapping[str, list[Finding]], goods: PublicGoods
) -> None:
    """Add to the quality of each layer what was counted in it, and how complete it is by territory."""
    for layer in {*converted, *goods.findings, *goods.coverage}:
        counted = [*converted.get(layer, []), *goods.findings.get(layer, [])]
        if layer in quality or counted:
            report = quality.setdefault(layer, {"notes": []})
            report["findings"] = [finding.as_dict() for finding in counted]
            report["coverage"] = dict(goods.coverage.get(layer, {}))


def fit_to_districts(layer: str, frame: pd.DataFrame, known: pd.Series) -> dict[str, Any]:
    """
    Return how a layer fits today's districts: rows, codes that do not exist with what they carry, districts absent.

    Unknown codes are neither reassigned nor dropped in silence: their total is here, in the provenance.
    """
    fit: dict[str, Any] = {"rows_count": len(frame)}
    if layer.endswith(SCOPE) or (layer not in ONE_ROW_PER_DISTRICT and layer != "crop_value_2023"):
        return fit
    unknown = frame.loc[unmatched(frame["ubigeo"], known).index]
    numbers = frame.select_dtypes("number").columns
    fit["totals"] = {name: round(float(frame[name].sum()), 2) for name in numbers if layer not in GEOMETRIES}
    fit["unknown_codes"] = sorted(set(unknown["ubigeo"]))
    fit["unknown_totals"] = {name: float(unknown[name].sum()) for name in numbers} if len(unknown) else {}
    fit["absent_districts_count"] = len(unmatched(known, frame["ubigeo"]))
    return fit


def limits_changes() -> pd.DataFrame:
    """Return the districts created after 2017, the districts they came from and the share of each."""
    columns = ["ubigeo", "parent_ubigeo", "parent_share"]
    return to_numbers(read_table(LIMITS_FILE, columns=columns), ["parent_share"], LIMITS_FILE.name)


def _write_tables(folder: Path, tables: Tables, crops: pd.DataFrame) -> None:
    for name, table in tables.by_name().items():
        write_parquet(folder / f"{name}.parquet", table)
    write_parquet(folder / "leading_products.parquet", leading_products(crops, programme_crops()))


def _record(
    release_id: str,
    is_demo: bool,
    sierra: SierraDefinition,
    tables: Tables,
    index: ViabilityTables,
    quality: Mapping[str, Any],
    geometry: Mapping[str, Any],
    sources: Mapping[str, Any],
) -> dict[str, Any]:
    territories = tables.territories
    of_districts = tables.withheld[tables.withheld["level"].eq("district")]
    withheld = {str(name): int(count) for name, count in of_districts["field"].value_counts(sort=False).items()}
    return {
        "release_id": release_id,
        "is_demo": is_demo,
        "sierra_definition": sierra,
        "counts": {
            "districts": len(territories),
            "provinces": len(tables.provinces),
            "departments": len(tables.departments),
            "sierra_districts": int(territories["is_sierra"].sum()),
            "sierra_by_definition": tables.sierra_by_definition,
            "gaps": int(tables.gaps["severity"].isin(["critical", "moderate"]).sum()),
        },
        "area_km2": round(float(territories["area_km2"].sum()), 1),
        "missing_by_field": {
            name: int(territories[name].isna().sum()) - withheld.get(name, 0)
            for name in tables.fields
            if name in territories
        },
        "withheld_by_field": withheld,
        "quality": dict(quality),
        "viability": index.record(),
        "geometry": dict(geometry),
        "sources": dict(sources),
    }
