"""`nightschool store`: the database as a thing of its own."""

from pathlib import Path
from typing import Annotated

import typer

from .context import Json, noun
from .output import print_json, record

app = noun("The database: where it is, its state, a backup, a check.")


def _path(ctx: typer.Context) -> Path:
    from ..agents.locate import locate_store

    return locate_store(ctx.obj.workspace)


@app.command("path")
def path(ctx: typer.Context, as_json: Json = False) -> None:
    """Print where the database is."""
    place = str(_path(ctx))
    print_json({"path": place}) if as_json else typer.echo(place)


@app.command("status")
def status(ctx: typer.Context, as_json: Json = False) -> None:
    """Show size, schema revision and rows per table."""
    from ..store.upkeep import status as read_status

    found = read_status(_path(ctx))
    print_json(found) if as_json else record(found)


@app.command("backup")
def backup(
    ctx: typer.Context,
    target: Annotated[
        Path | None, typer.Argument(help="Where to. Default: beside the database, with the time.")
    ] = None,
) -> None:
    """Copy the database while it is in use; the copy is checked."""
    from ..store.upkeep import backup as copy

    typer.echo(str(copy(_path(ctx), target)))


@app.command("check")
def check(ctx: typer.Context, as_json: Json = False) -> None:
    """Check integrity, references and custody. Exit code 1 when something is wrong."""
    from ..store.upkeep import check as find_faults

    faults = find_faults(_path(ctx))
    if as_json:
        print_json(faults)
    else:
        typer.echo("\n".join(faults) if faults else "No fault found.")
    if faults:
        raise typer.Exit(1)
