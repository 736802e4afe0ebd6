"""`nightschool ingest`: take in a client's documents."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .context import Client, Json, workspace
from .output import bars, console, print_json, table

if TYPE_CHECKING:
    from ..agents.workspace import Workspace
    from ..store.engine import Store


def ingest(
    ctx: typer.Context,
    client: Client = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, on a copy of the store; keep nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take in what changed in the client's documents.

    New, changed and moved files are read, those that are gone are marked so; nothing is dropped silently.
    """
    from ..agents.lookup import client_row
    from ..corpus.ingest import ingest as take_in

    place = workspace(ctx)
    settings = place.client(client)
    with open_or_copy(place, dry_run) as store, bars() as progress:
        owner = client_row(store, settings.name)
        report = take_in(
            store,
            owner,
            settings.documents,
            settings.corpus,
            progress=lambda done, total, path: progress("ingest", done, total),
        )
        decided = _rulings(store, owner) if dry_run else []
    if as_json:
        print_json(report.as_dict() | ({"dry_run": True, "rulings": decided} if dry_run else {}))
        return
    out = console()
    counts = report.as_dict()
    out.print(
        ", ".join(
            f"{name.replace('_', ' ')} {value}" for name, value in counts.items() if isinstance(value, int)
        )
    )
    refused = [{"reason": reason, "documents": count} for reason, count in report.refused.most_common()]
    if refused:
        table(refused, ("documents", "reason"), title="Not taken in (nightschool documents list says which)")
    if dry_run:
        if decided:
            table(decided, ("path", "rule", "action", "evidence"), title="What the refining rules decide")
        out.print("A dry run: nothing was kept.")


@contextlib.contextmanager
def open_or_copy(place: "Workspace", dry_run: bool) -> "Iterator[Store]":
    """The workspace's store, or a copy of it that goes away."""
    from ..store.engine import open_store
    from ..store.upkeep import backup

    if not dry_run:
        with place.store() as store:
            yield store
        return
    with tempfile.TemporaryDirectory(prefix="nightschool-dry-run-") as folder:
        copy = Path(folder) / "copy.db"
        if place.store_path.exists():
            backup(place.store_path, copy)
        with open_store(copy) as store:
            yield store


def _rulings(store: "Store", client_id: int) -> list[dict[str, Any]]:
    from ..store.reading import open_reader

    assert store.path is not None  # a copy is a file
    with contextlib.closing(open_reader(store.path)) as read:
        return read.read("rulings", client_id=client_id)
