"""What each command does: one function a command, no option parsing here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd
from rich.console import Console
from rich.table import Table

from geodata.catalog import Dataset, dataset, load_catalog
from geodata.errors import Problem, RetrievalError, UserInputError, WorkspaceError
from geodata.ubigeo import is_within
from geodata.workspace import Publication, Workspace
from layers.districts import SierraDefinition
from layers.gaps import ACTIONABLE, choose, totals
from pipelines.build import SCOPE, build, uploaded_layers
from pipelines.census_build import census_tables
from pipelines.conversion import content_problems, convert_all
from pipelines.demo_census import demo_census
from pipelines.demo_simulation import DEMO_SEED, demo_layers
from pipelines.demo_terrain import demo_terrain_tables
from pipelines.export.selection import require_region
from pipelines.progress import console_progress
from pipelines.retrieve import (
    files_in_pack,
    in_pack,
    retrievable,
    retrieve_from_address,
    retrieve_from_pack,
    stored_files,
)
from pipelines.survey import survey_table
from pipelines.terrain import terrain_tables

FACTS_OF_THE_DEMO = {"ubigeo_inei_2025", "region_natural", "region_natural_minam"}
"""What the embedded default holds as published (geodata/demo/SOURCES.md); its limits and every indicator are not."""

RASTER_LAYERS = {"terrain", "rain"}

SURVEY_CHAPTERS = {"ena_2022_cap700": 700, "ena_2022_cap800": 800, "ena_2022_cap900": 900}

Announce = Callable[[str], None]


def build_demo(workspace: Workspace, sierra: SierraDefinition, *, wait_s: float, announce: Announce) -> dict[str, Any]:
    """Publish the embedded default data set; return its provenance."""
    with workspace.lock(wait_s=wait_s, on_wait=lambda: announce(_WAITING)):
        announce("simulando los indicadores de demostración")
        frames = demo_layers(DEMO_SEED)
        districts = cast(gpd.GeoDataFrame, frames["districts"])
        return build(
            workspace,
            frames,
            version=f"demo-{DEMO_SEED}",
            sierra=sierra,
            notes={},
            is_demo=True,
            simulated=set(load_catalog()) - FACTS_OF_THE_DEMO,
            census=demo_census(districts, announce),
            terrain=demo_terrain_tables(districts, DEMO_SEED, announce),
            sources={"demo": {"seed": DEMO_SEED, "description": "geodata/demo/SOURCES.md"}},
            announce=announce,
        )


def build_real(
    workspace: Workspace,
    pack: Path | None,
    sierra: SierraDefinition,
    region: str | None,
    *,
    wait_s: float,
    announce: Announce,
) -> dict[str, Any]:
    """Publish from the sources of a pack, or from those already retrieved; return the provenance."""
    datasets = retrievable()
    with workspace.lock(wait_s=wait_s, on_wait=lambda: announce(_WAITING)):
        if pack is not None:
            taken = in_pack(pack, datasets)
            _take_pack(workspace, pack, taken)
            announce(f"{len(taken)} fuentes verificadas")
        files = stored_files(workspace, datasets)
        converted = convert_all(files)
        if region is not None:
            require_region(region, converted["districts"].frame["ubigeo"])
        records = workspace.source_records()
        return build(
            workspace,
            {layer: result.frame for layer, result in converted.items()} | uploaded_layers(workspace),
            version=_version(records),
            sierra=sierra,
            notes={layer: result.notes for layer, result in converted.items()},
            findings={layer: result.findings for layer, result in converted.items()},
            terrain=terrain_tables(_rasters(files), cast(gpd.GeoDataFrame, converted["districts"].frame), announce),
            is_demo=False,
            sources={dataset_id: records[dataset_id] for dataset_id in files},
            survey=_survey(files),
            census=census_tables(workspace, cast(gpd.GeoDataFrame, converted["districts"].frame), announce),
            announce=announce,
        )


def _rasters(files: Mapping[str, Path]) -> dict[str, Path]:
    """Return the files that are rasters of the land or of its climate."""
    return {name: path for name, path in files.items() if dataset(name).layer in RASTER_LAYERS}


def _survey(files: Mapping[str, Path]) -> pd.DataFrame | None:
    """Return the shares of the survey, when its three chapters are there."""
    chapters = {chapter: files[name] for name, chapter in SURVEY_CHAPTERS.items() if name in files}
    return survey_table(chapters) if len(chapters) == len(SURVEY_CHAPTERS) else None


def _take_pack(workspace: Workspace, pack: Path, datasets: Sequence[Dataset]) -> None:
    try:
        retrieve_from_pack(workspace, pack, datasets)
    except RetrievalError as error:
        # what is wrong inside the files is told in the same go, so that nobody repairs a pack twice
        inside = content_problems(files_in_pack(pack, datasets))
        raise RetrievalError([*error.problems, *inside]) from error


def retrieve(workspace: Workspace, ids: Sequence[str], pack: Path | None, *, console: Console) -> None:
    """Bring sources into the workspace, from a pack or from their addresses."""
    datasets = retrievable(ids)
    without_file = [record.id for record in datasets if not record.retrievable]
    if without_file:
        raise UserInputError([_nothing_to_retrieve(dataset_id) for dataset_id in without_file])
    if pack is not None:
        retrieve_from_pack(workspace, pack, datasets if ids else in_pack(pack, datasets), console.print)
        return
    retrieve_from_address(workspace, datasets, console.print, lambda label: console_progress(console, label))


def print_summary(record: dict[str, Any], console: Console) -> None:
    """Print what was published and what did not fit."""
    counts = record["counts"]
    table = Table(title=f"Publicación {record['release_id']}", show_header=False)
    table.add_row("Datos", "demostración (simulados)" if record["is_demo"] else "reales")
    table.add_row(
        "Territorios",
        f"{counts['districts']:,} distritos · {counts['provinces']} provincias · {counts['departments']} departamentos",
    )
    definitions = " · ".join(f"{name} {count:,}" for name, count in counts["sierra_by_definition"].items())
    table.add_row("Sierra", f"{counts['sierra_districts']:,} distritos ({record['sierra_definition']}; {definitions})")
    table.add_row("Superficie", f"{record['area_km2']:,.0f} km²")
    table.add_row("Brechas por atender", f"{counts['gaps']:,}")
    for layer, quality in record["quality"].items():
        if layer.endswith(SCOPE):
            continue
        table.add_row(layer, _quality_line(quality))
    table.add_row("Cálculo y publicación", f"{record['seconds']:.1f} s")
    console.print(table)


def print_region(publication: Publication, region: str, console: Console) -> None:
    """Print what a region adds up to. The publication stays national, as the bounds of the index do."""
    districts = publication.table("territories")
    code = require_region(region, districts["ubigeo"])
    inside = districts[is_within(districts["ubigeo"], code)]
    gaps = choose(publication.table("gaps"), territory=code, severities=tuple(ACTIONABLE))
    added = totals(gaps, inside)
    table = Table(title=f"Región {code} (la publicación es nacional)", show_header=False)
    table.add_row("Distritos", f"{len(inside):,}, de ellos {int(inside['is_sierra'].sum()):,} de la Sierra")
    table.add_row("Productores en el padrón", f"{inside['ppa_producers_count'].sum():,.0f}")
    table.add_row("Superficie agrícola", f"{inside['agricultural_area_ha'].sum():,.0f} ha")
    table.add_row("Agenda de la Mesa", f"{int(inside['quadrant'].eq('mesa_agenda').sum()):,} distritos")
    table.add_row("Brechas por atender", f"{added.gaps_count:,} en {added.districts_count:,} distritos")
    console.print(table)


def print_status(workspace: Workspace, *, as_json: bool, console: Console) -> None:
    """Print sources, layer versions and the publication, with their ages."""
    record = status_record(workspace)
    if as_json:
        console.print_json(json.dumps(record, ensure_ascii=False))
        return
    published = record["published"]
    if published is None:
        console.print("Nada publicado todavía. Ejecute «make run» o «python -m pipelines demo».")
    else:
        kind = "demostración (simulados)" if published["is_demo"] else "reales"
        console.print(f"Publicación {published['release_id']} · datos {kind} · hace {published['age_days']:.1f} días")
    table = Table("Fuente", "Año", "Estado", "Obtenida", "Capa", "Versión")
    for source in record["sources"]:
        table.add_row(
            source["id"],
            str(source["reference_year"]),
            source["state"],
            source["retrieved_at"] or "—",
            source["layer"],
            record["layers"].get(source["layer"], "—"),
        )
    console.print(table)


def status_record(workspace: Workspace) -> dict[str, Any]:
    """Return sources, layer versions and the publication as plain values."""
    stored = workspace.source_records()
    return {
        "workspace": str(workspace.root),
        "published": _published(workspace),
        "layers": workspace.layer_versions(),
        "sources": [
            {
                "id": record.id,
                "title": record.title,
                "reference_year": record.reference_year,
                "layer": record.layer,
                "state": _state(record.id in stored, record.embedded, record.retrievable),
                "retrieved_at": stored.get(record.id, {}).get("retrieved_at"),
                "sha256": stored.get(record.id, {}).get("sha256"),
            }
            for record in load_catalog().values()
        ],
    }


_WAITING = "otra construcción está en curso: se espera a que termine"


def _published(workspace: Workspace) -> dict[str, Any] | None:
    try:
        record = workspace.publication().provenance
    except WorkspaceError:
        return None
    age = datetime.now(UTC) - datetime.fromisoformat(record["published_at"])
    return {
        "release_id": record["release_id"],
        "is_demo": record["is_demo"],
        "published_at": record["published_at"],
        "age_days": round(age.total_seconds() / 86400, 2),
        "sierra_definition": record["sierra_definition"],
        "counts": record["counts"],
    }


def _state(is_stored: bool, embedded: bool, can_retrieve: bool) -> str:
    if embedded:
        return "incorporada"
    if is_stored:
        return "obtenida"
    return "por obtener" if can_retrieve else "no disponible todavía"


def _version(records: dict[str, dict[str, Any]]) -> str:
    newest = max(record["retrieved_at"] for record in records.values())
    return "real-" + newest.replace(":", "").replace("-", "")[:15]


def _quality_line(quality: dict[str, Any]) -> str:
    parts = [f"{quality['rows_count']:,} filas"] if "rows_count" in quality else []
    totals = {name: total for name, total in quality.get("totals", {}).items() if name.endswith(("_count", "_ha"))}
    parts += [f"{name} {total:,.0f}" for name, total in list(totals.items())[:1]]
    if quality.get("absent_districts_count"):
        parts.append(f"{quality['absent_districts_count']} distritos ausentes (sin dato)")
    if quality.get("unknown_codes"):
        lost = ", ".join(f"{total:,.0f} {name}" for name, total in quality["unknown_totals"].items())
        parts.append(f"códigos inexistentes {', '.join(quality['unknown_codes'])} ({lost}, no asignados)")
    if "outside_count" in quality:
        parts.append(f"{quality['outside_count']} fuera de todo límite")
        parts.append(f"{quality['in_another_district_count']} en otro distrito que el de su código")
    if quality.get("findings"):
        found = len(quality["findings"])
        parts.append(f"{found} {'hallazgo' if found == 1 else 'hallazgos'} de calidad (página Capas)")
    return " · ".join([*parts, *quality.get("notes", [])])


def _nothing_to_retrieve(dataset_id: str) -> Problem:
    return Problem(
        what="fuente sin archivo que obtener",
        where=dataset_id,
        expected="una fuente con distribución",
        found="viene con el proyecto o aún no se incorpora",
        repair="quítela de la lista",
    )
