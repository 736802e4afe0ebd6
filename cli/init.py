"""`nightschool init`: a workspace from nothing."""

from pathlib import Path
from typing import Annotated

import typer


def init(
    ctx: typer.Context,
    documents: Annotated[Path, typer.Argument(help="The folder with the client's documents.")],
    client: Annotated[str, typer.Option("--client", "-c", help="A short name for the client.")] = "",
    model: Annotated[
        str,
        typer.Option(
            "--model",
            "-m",
            help="A local model folder, a hub name, or http://host:port/v1#model. Can be set later.",
        ),
    ] = "",
) -> None:
    """Write a starter nightschool.toml for one client."""
    from ..agents.workspace import write_starter
    from ..store.errors import CorpusError

    if not documents.exists():
        raise CorpusError(
            f"There is no folder {documents}: name the folder that holds the client's documents."
        )
    if not documents.is_dir():
        raise CorpusError(f"{documents} is a file: name the folder that holds the client's documents.")
    folder = ctx.obj.workspace or Path.cwd()
    name = client or _short_name(documents)
    path = write_starter(folder, name, _as_written(documents, folder), model)
    typer.echo(f"Wrote {path} for client {name!r}.")
    typer.echo("Next: nightschool ingest, then nightschool campaign run.")
    if not model:
        typer.echo(
            "No model is set: put one under `model` there, or make one: nightschool models create NAME --size tiny"
        )


def _as_written(documents: Path, folder: Path) -> str:
    """Relative to the workspace where the documents lie inside it, else absolute."""
    place = documents.resolve()
    root = folder.resolve()
    return str(place.relative_to(root)) if place.is_relative_to(root) else str(place)


def _short_name(documents: Path) -> str:
    """A client name from the folder's name: letters, digits and hyphens."""
    resolved = documents.resolve()
    raw = resolved.parent.name if resolved.name in {"documents", "docs"} else resolved.name
    kept = "".join(letter if letter.isalnum() else "-" for letter in raw.lower()).strip("-")
    return kept or "client"
