"""What a command is given: which workspace, which client, which store."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ..agents.workspace import Workspace
    from ..store.reading import Reader

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Client = Annotated[
    str | None, typer.Option("--client", "-c", help="The client. Needed only where there are several.")
]
Limit = Annotated[
    int, typer.Option("--limit", "-n", min=1, max=10**9, help="How many rows at the most, newest first.")
]
# The largest seed that every library behind it takes (numpy's has 32 bits).
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Settings:
    """The options that stand before the command."""

    workspace: Path | None


def noun(help: str) -> typer.Typer:
    """The app of a noun. Plain help: rich's would cost every command a tenth of a second before it starts."""
    return typer.Typer(no_args_is_help=True, help=help, rich_markup_mode=None)


def reader(ctx: typer.Context) -> "Reader":
    """The store, opened for reading without the libraries that are slow to import."""
    from ..agents.locate import locate_store
    from ..store.reading import open_reader

    read = open_reader(locate_store(ctx.obj.workspace))
    ctx.call_on_close(read.close)
    return read


def workspace(ctx: typer.Context) -> "Workspace":
    """The workspace with its checked configuration."""
    from ..agents.workspace import Workspace

    return Workspace.find(ctx.obj.workspace)


def the_client(read: "Reader", name: str | None) -> dict[str, Any]:
    """The client's row: the named one, or the only one.

    Raises:
        NotFound: there is none of that name, or there are several and none is named.
    """
    from ..store.errors import NotFound

    clients = read.read("clients")
    names = ", ".join(row["name"] for row in clients) or "none yet: run nightschool ingest"
    if name is not None:
        for row in clients:
            if row["name"] == name:
                return row
        raise NotFound(f"No client is called {name!r}. Clients here: {names}.")
    if len(clients) == 1:
        return clients[0]
    if not clients:
        raise NotFound("The store holds no client yet: run nightschool ingest first.")
    raise NotFound(f"There are several clients: choose one with --client. Clients here: {names}.")
