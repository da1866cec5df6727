"""
The command line.

Exit codes: 0 done, 1 bug, 2 the user's input is refused (one clear sentence per problem, nothing written).
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from geodata.errors import Problem, UserInputError
from geodata.workspace import LOCK_WAIT_S, Workspace
from layers.districts import DEFAULT_SIERRA, SierraDefinition
from pipelines import census_commands, commands, export_commands, priorities_commands, score_commands

app = typer.Typer(
    help="Atlas Sierra: fuentes, construcción y exportación.", no_args_is_help=True, pretty_exceptions_enable=False
)
LOG_WIDTH = 140
"""A log has no width of its own; tables in it should not be folded to 80 columns."""

_DISK_REFUSES = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}
"""The user's disk is full or closed to him: not a bug."""

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else LOG_WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Table = Literal["gaps", "territories"]
Ingestible = Literal["census"]
Format = Literal["xlsx", "csv", "gpkg", "geojson", "parquet", "pdf"]

WorkspaceOption = Annotated[
    Path | None, typer.Option("--workspace", help="Carpeta de trabajo (o SIERRA_WORKSPACE; por defecto ./workspace).")
]
PackOption = Annotated[Path | None, typer.Option("--pack", help="Carpeta local con los archivos de las fuentes.")]
RegionOption = Annotated[
    str | None, typer.Option("--region", help="Departamento (2 dígitos) o provincia (4 dígitos). Por defecto, todo.")
]
GoodOption = Annotated[list[str] | None, typer.Option("--good", help="Bien: riego, caminos… Se puede repetir.")]
SeverityOption = Annotated[list[str] | None, typer.Option("--severity", help="Severidad: crítica, moderada…")]
LevelOption = Annotated[list[str] | None, typer.Option("--level", help="Nivel: distrito, provincia o departamento.")]
QuadrantOption = Annotated[list[str] | None, typer.Option("--quadrant", help="Cuadrante del territorio.")]
EntityOption = Annotated[list[str] | None, typer.Option("--entity", help="Código de la entidad que responde.")]
ProductOption = Annotated[list[str] | None, typer.Option("--product", help="Producto presente o apto.")]
TerritoryOption = Annotated[
    list[str] | None,
    typer.Option("--territory", help="Ficha de dos páginas (PDF) de un código de 6 dígitos; varias van en un zip."),
]
SierraOption = Annotated[SierraDefinition, typer.Option("--sierra", help="Qué distritos son Sierra.")]
WaitOption = Annotated[float, typer.Option("--wait", help="Segundos que espera si otra construcción está en curso.")]


@app.command()
def demo(
    workspace: WorkspaceOption = None,
    sierra: SierraOption = DEFAULT_SIERRA,
    wait: WaitOption = LOCK_WAIT_S,
) -> None:
    """Crea y publica los datos de demostración incorporados (límites aproximados, indicadores simulados)."""
    record = commands.build_demo(Workspace(workspace), sierra, wait_s=wait, announce=_say)
    commands.print_summary(record, out)


@app.command()
def retrieve(
    datasets: Annotated[list[str] | None, typer.Argument(help="Fuentes del catálogo; por defecto, todas.")] = None,
    pack: PackOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Obtiene las fuentes: de un paquete local o de su dirección publicada, con suma de verificación."""
    chosen = datasets or []
    if census_commands.DATASET in chosen and pack is None:
        census_commands.retrieve(Workspace(workspace), out)
        chosen = [name for name in chosen if name != census_commands.DATASET]
    if chosen or not datasets:
        commands.retrieve(Workspace(workspace), chosen, pack, console=out)


@app.command()
def ingest(
    what: Annotated[Ingestible, typer.Argument(help="Qué incorporar: el censo agropecuario (census).")],
    folder: Annotated[
        Path | None, typer.Argument(help="Carpeta con los zips de INEI; por defecto, los obtenidos con retrieve.")
    ] = None,
    workspace: WorkspaceOption = None,
    wait: WaitOption = LOCK_WAIT_S,
) -> None:
    """Incorpora los microdatos del IV CENAGRO: zips de INEI a un conjunto de datos listo para construir."""
    made = census_commands.ingest(Workspace(workspace), folder, wait_s=wait, announce=_say)
    census_commands.print_ingested(made, out)


@app.command()
def priorities(
    file: Annotated[Path, typer.Argument(help="CSV: ubigeo, producto, norma, fecha, nivel, registra.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Registra productos priorizados (con su norma y fecha) desde un CSV: todos o ninguno."""
    kept = priorities_commands.import_csv(file, Workspace(workspace))
    _say("1 prioridad registrada" if len(kept) == 1 else f"{len(kept)} prioridades registradas")


@app.command()
def build(
    pack: PackOption = None,
    region: RegionOption = None,
    sierra: SierraOption = DEFAULT_SIERRA,
    workspace: WorkspaceOption = None,
    wait: WaitOption = LOCK_WAIT_S,
) -> None:
    """Construye y publica con datos reales; imprime un resumen (de una región, si se pide)."""
    record = commands.build_real(Workspace(workspace), pack, sierra, region, wait_s=wait, announce=_say)
    commands.print_summary(record, out)
    if region is not None:
        commands.print_region(Workspace(workspace).publication(), region, out)


@app.command()
def export(
    table: Annotated[Table, typer.Argument(help="Qué exportar: brechas (gaps) o territorios (territories).")],
    file_format: Annotated[Format, typer.Option("--format", help="Formato del archivo.")],
    to: Annotated[Path, typer.Option("--out", help="Archivo que se escribe.")],
    region: RegionOption = None,
    good: GoodOption = None,
    severity: SeverityOption = None,
    level: LevelOption = None,
    quadrant: QuadrantOption = None,
    entity: EntityOption = None,
    product: ProductOption = None,
    territory: TerritoryOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Escribe la lista de brechas, la tabla de territorios o fichas de dos páginas, como la página."""
    filters = {
        "goods": good or (),
        "severities": severity or (),
        "levels": level or (),
        "quadrants": quadrant or (),
        "entities": entity or (),
        "products": product or (),
    }
    rows = export_commands.export(
        Workspace(workspace),
        table,
        file_format,
        to,
        region=region,
        filters=filters,
        territories=territory or (),
    )
    _say(f"{to}: {rows} {'fichas' if territory else 'filas'}")


@app.command()
def score(
    to: Annotated[Path, typer.Option("--out", help="Archivo que se escribe: .csv, .parquet o .xlsx (con fórmulas).")],
    weights: Annotated[
        Path | None,
        typer.Option("--weights", help="Pesos que cambian, en TOML, JSON o CSV; por defecto, los de la publicación."),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Calcula otra vez el índice publicado con otros pesos y escribe puntajes, puestos y cuadrantes."""
    rows = score_commands.score_to_file(Workspace(workspace), weights, to, _say)
    _say(f"{to}: {rows} distritos")


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Salida en JSON.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Muestra fuentes, versiones, antigüedad y la última publicación."""
    commands.print_status(Workspace(workspace), as_json=as_json, console=out)


def _say(message: str) -> None:
    out.print(escape(message))


def main() -> None:
    """Run the command line; problems of the user's input are printed one per line, all of them, with exit code 2."""
    try:
        app()
    except UserInputError as error:
        _refuse(error.problems)
    except OSError as error:
        if error.errno not in _DISK_REFUSES:
            raise
        _refuse([_cannot_write(error)])


def _refuse(problems: Sequence[Problem]) -> NoReturn:
    for problem in problems:
        err.print(f"[bold red]✗[/] {escape(str(problem))}")
    err.print(f"{len(problems)} problema(s). La última publicación queda como estaba.")
    sys.exit(2)


def _cannot_write(error: OSError) -> Problem:
    return Problem(
        what="el disco no recibe los archivos",
        where=str(error.filename or "espacio de trabajo"),
        expected="espacio libre y permiso de escritura",
        found=error.strerror or str(error),
        repair="libere espacio o corrija los permisos, o elija otra carpeta con --workspace, y repita la orden",
    )


if __name__ == "__main__":
    main()
