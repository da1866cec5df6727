"""
The command line.

Exit codes: 0 done, 1 bug, 2 the user's input is refused (one clear sentence per problem, nothing written).
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from geodata.errors import UserInputError
from geodata.workspace import LOCK_WAIT_S, Workspace
from layers.districts import DEFAULT_SIERRA, SIERRA_DEFINITIONS
from pipelines import commands

app = typer.Typer(
    help="Atlas Sierra: fuentes, construcción y exportación.", no_args_is_help=True, pretty_exceptions_enable=False
)
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Sierra = StrEnum("Sierra", {name: name for name in SIERRA_DEFINITIONS})  # type: ignore[misc]
Table = StrEnum("Table", {"gaps": "gaps", "territories": "territories"})
Format = StrEnum("Format", {name: name for name in ("xlsx", "csv", "gpkg", "geojson", "parquet", "pdf")})  # type: ignore[misc]

WorkspaceOption = Annotated[
    Path | None, typer.Option("--workspace", help="Carpeta de trabajo (o SIERRA_WORKSPACE; por defecto ./workspace).")
]
PackOption = Annotated[Path | None, typer.Option("--pack", help="Carpeta local con los archivos de las fuentes.")]
RegionOption = Annotated[
    str | None, typer.Option("--region", help="Departamento (2 dígitos) o provincia (4 dígitos). Por defecto, todo.")
]
SierraOption = Annotated[Sierra, typer.Option("--sierra", help="Qué distritos son Sierra.")]
WaitOption = Annotated[float, typer.Option("--wait", help="Segundos que espera si otra construcción está en curso.")]


@app.command()
def demo(
    workspace: WorkspaceOption = None,
    sierra: SierraOption = Sierra(DEFAULT_SIERRA),
    wait: WaitOption = LOCK_WAIT_S,
) -> None:
    """Crea y publica los datos de demostración incorporados (límites aproximados, indicadores simulados)."""
    record = commands.build_demo(Workspace(workspace), sierra.value, wait_s=wait, announce=_say)
    commands.print_summary(record, out)


@app.command()
def retrieve(
    datasets: Annotated[list[str] | None, typer.Argument(help="Fuentes del catálogo; por defecto, todas.")] = None,
    pack: PackOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Obtiene las fuentes: de un paquete local o de su dirección publicada, con suma de verificación."""
    commands.retrieve(Workspace(workspace), datasets or [], pack, console=out)


@app.command()
def build(
    pack: PackOption = None,
    region: RegionOption = None,
    sierra: SierraOption = Sierra(DEFAULT_SIERRA),
    workspace: WorkspaceOption = None,
    wait: WaitOption = LOCK_WAIT_S,
) -> None:
    """Construye y publica con datos reales; imprime un resumen (de una región, si se pide)."""
    record = commands.build_real(Workspace(workspace), pack, sierra.value, region, wait_s=wait, announce=_say)
    commands.print_summary(record, out, region)


@app.command()
def export(
    table: Annotated[Table, typer.Argument(help="Qué exportar: brechas (gaps) o territorios (territories).")],
    file_format: Annotated[Format, typer.Option("--format", help="Formato del archivo.")],
    to: Annotated[Path, typer.Option("--out", help="Archivo que se escribe.")],
    region: RegionOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Escribe la lista de brechas o la tabla de territorios en un archivo."""
    rows = commands.export(Workspace(workspace), table.value, file_format.value, region, to)
    _say(f"{to}: {rows} filas")


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
        for problem in error.problems:
            err.print(f"[bold red]✗[/] {escape(str(problem))}")
        err.print(f"{len(error.problems)} problema(s). La última publicación queda como estaba.")
        sys.exit(2)


if __name__ == "__main__":
    main()
