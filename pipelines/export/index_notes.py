"""What the workbook says in words, and how sure the places are."""

from __future__ import annotations

from geodata.columns import heading
from layers.viability import Reference
from pipelines.export.index_cells import Column, plain_cells
from pipelines.export.index_parameters import usable_gates
from pipelines.export.index_scores import ScoredIndex, dictionary, quadrants_in_words
from pipelines.export.selection import DEMO_NOTICE, PARTLY_SIMULATED, REAL, Selection

METHOD = (
    ("Tratamiento", "Los indicadores muy asimétricos entran como ln(1+x); los demás, como están (hoja Tratados)."),
    (
        "Normalización",
        "De 1 a 100 entre dos límites fijos: (x - inferior) / (superior - inferior), sin salir de la escala; donde "
        "menos es mejor, al revés (hoja Normalizados). Los límites son los de la publicación: el puntaje de un "
        "distrito no depende de los demás.",
    ),
    (
        "Pilares",
        "Media aritmética de sus indicadores con dato, por peso. Sin la parte mínima del peso, el pilar queda vacío.",
    ),
    ("Ejes", "Media geométrica de sus pilares: ninguno esconde a otro. Sin un pilar que pesa, no hay eje."),
    ("Viabilidad", "Media geométrica de los dos ejes; con pesos iguales, raíz de potencial por condiciones."),
    ("Compuertas", "Donde una se cierra no hay puntaje bajo, sino un motivo. Un dato que falta no cierra ninguna."),
    ("Puesto", "Entre los distritos de la Sierra con puntaje; los iguales hasta 9 decimales comparten el mejor."),
    ("Cuadrante", "Por los cortes de la hoja Parámetros, que son los de la publicación aunque cambien los pesos."),
    ("Sin dato", "Una celda vacía no es cero. Tampoco lo es una cifra reservada por tener menos de cinco productores."),
    ("Referencia", "OECD/JRC, Handbook on Constructing Composite Indicators, 2008."),
)

HOW_TO_USE = (
    (
        "Qué es",
        "El índice completo con fórmulas vivas: los resultados se recalculan al cambiar un dato o un parámetro.",
    ),
    (
        "Qué se puede cambiar",
        "Las celdas amarillas de Parámetros y las cifras de Datos. Valen las proporciones de los pesos.",
    ),
    ("Para ordenar", "Ordene la hoja Datos: las demás la siguen. Filtrar se puede en todas."),
    ("Robustez", "La hoja Robustez no se recalcula: son pruebas hechas por el atlas con los pesos de este archivo."),
)


def note_rows(scored: ScoredIndex) -> list[tuple[str, str]]:
    """Return label and text of each note: warning, release, use, method, what is not available, sources."""
    publication, settings = scored.publication, scored.reference.model.settings
    first = [("Aviso", f"{DEMO_NOTICE}. No describen ningún territorio.")] if publication.is_demo else []
    partly = PARTLY_SIMULATED if publication.simulated_datasets else REAL
    return [
        *first,
        ("Publicación", publication.release_id),
        ("Fecha de publicación (UTC)", str(publication.provenance["published_at"])),
        ("Datos", DEMO_NOTICE if publication.is_demo else partly),
        ("Definición de Sierra", str(publication.provenance.get("sierra_definition", ""))),
        ("Distritos", f"{len(scored.inputs):,}, de ellos {int(scored.inputs['is_sierra'].sum()):,} de la Sierra"),
        ("Indicadores", f"Puntajes {scored.reference.coverage_sentence}"),
        ("Pesos cambiados", scored.weights_sentence),
        ("Pruebas", f"{settings.draws_count:,}, con la semilla {settings.seed}"),
        *HOW_TO_USE,
        *METHOD,
        *_absent(scored.reference),
        *_unasked_gates(scored),
        *_sources(scored),
        ("Licencia", "El atlas y este libro: Apache-2.0. Los datos, con la licencia de cada fuente."),
    ]


def range_columns(scored: ScoredIndex) -> list[Column]:
    """Return how sure each place is, for the scored districts of the Sierra, as numbers that do not follow changes."""
    ranges = scored.ranges.sort_index()
    table = scored.scores.table.assign(quadrant=quadrants_in_words(scored), name=scored.inputs["name"])
    of_rows = table.set_index(scored.inputs["ubigeo"]).loc[ranges.index]
    percent = ranges[["top_decile_share", "quadrant_share"]] * 100
    return [
        Column("ubigeo", heading("ubigeo"), list(map(str, ranges.index)), "text"),
        Column("name", heading("name"), plain_cells(of_rows["name"]), "text"),
        Column("viability_rank", "Puesto", plain_cells(of_rows["viability_rank"]), "whole"),
        Column("rank_p05", "Puesto: 5 % de las pruebas", plain_cells(ranges["rank_p05"]), "whole"),
        Column("rank_p50", "Puesto: mediana", plain_cells(ranges["rank_p50"]), "whole"),
        Column("rank_p95", "Puesto: 95 % de las pruebas", plain_cells(ranges["rank_p95"]), "whole"),
        Column("top_decile_pct", "Pruebas en el primer décimo (%)", plain_cells(percent["top_decile_share"])),
        Column("quadrant", "Cuadrante", plain_cells(of_rows["quadrant"]), "text"),
        Column("quadrant_pct", "Pruebas en ese cuadrante (%)", plain_cells(percent["quadrant_share"])),
    ]


def _absent(reference: Reference) -> list[tuple[str, str]]:
    notes = []
    for code, reason in reference.unavailable.items():
        entry, pillar = dictionary().get(code), reference.model.pillars.get(code)
        label = pillar.label if pillar is not None else code if entry is None else entry.label
        notes.append(("No entra en esta publicación", f"{label} ({code}): {reason}"))
    return notes


def _unasked_gates(scored: ScoredIndex) -> list[tuple[str, str]]:
    asked = usable_gates(scored)
    return [
        ("Compuerta que no se pudo aplicar", f"{gate.code}: la publicación no tiene {gate.field}")
        for gate in scored.reference.model.gates.values()
        if gate.scope == "general" and gate.code not in asked
    ]


def _sources(scored: ScoredIndex) -> list[tuple[str, str]]:
    selection = Selection("index", scored.inputs, {}, scored.publication.provenance)
    used = {name for code in scored.reference.indicators for name in _datasets(code)}
    table = selection.sources()
    cited = zip(table["Fuente"], table["Título"], table["Licencia"], table["Cita"], strict=True)
    return [
        (f"Fuente: {title}", f"{citation} Licencia: {licence}")
        for source, title, licence, citation in cited
        if source in used or source == "demostracion"
    ]


def _datasets(code: str) -> tuple[str, ...]:
    entry = dictionary().get(code)
    return () if entry is None else entry.datasets
