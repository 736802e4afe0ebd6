"""`nightschool ingest`: take in a client's documents."""

import typer

from .context import Client, Json, workspace
from .output import bars, console, print_json, table


def ingest(ctx: typer.Context, client: Client = None, as_json: Json = False) -> None:
    """Take in what changed in the client's documents.

    New, changed and moved files are read, those that are gone are marked so; nothing is dropped silently.
    """
    from ..agents.lookup import client_row
    from ..corpus.ingest import ingest as take_in

    place = workspace(ctx)
    settings = place.client(client)
    with place.store() as store, bars() as progress:
        report = take_in(
            store,
            client_row(store, settings.name),
            settings.documents,
            settings.corpus,
            progress=lambda done, total, path: progress("ingest", done, total),
        )
    if as_json:
        print_json(report.as_dict())
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
