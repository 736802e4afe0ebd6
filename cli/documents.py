"""`nightschool documents`: what was taken in, what was not, and why."""

from typing import Annotated

import typer

from .changes import changes, conflicts
from .context import Client, Json, Limit, noun, reader, the_client
from .output import listing, print_json, record, table

STATES = ("accepted", "duplicate", "rejected", "unsupported", "superseded", "removed")

app = noun("Documents and their passages, each with a state and a reason.")


@app.command("list")
def list_documents(
    ctx: typer.Context,
    client: Client = None,
    state: Annotated[str | None, typer.Option("--state", help="Only " + ", ".join(STATES) + ".")] = None,
    limit: Limit = 1000,
    as_json: Json = False,
) -> None:
    """List documents with their state and the reason for it."""
    if state is not None and state not in STATES:
        raise typer.BadParameter(f"{state!r} is no state: {', '.join(STATES)}.", param_hint="--state")
    read = reader(ctx)
    rows = read.read("documents", client_id=the_client(read, client)["id"], state=state, limit=limit)
    columns = ("id", "path", "version", "media_type", "language", "state", "passages", "reason")
    empty = "No document is like that." if state else "No document yet: run nightschool ingest."
    listing(rows, columns, as_json, empty=empty)


@app.command("show")
def show_document(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(help="A document's number, or latest.")],
    as_json: Json = False,
) -> None:
    """Show one document and its passages."""
    from ..store.errors import NotFound
    from .verdicts import number

    read = reader(ctx)
    if document == "latest":
        every = read.read("documents", limit=-1)
        newest = max((row["id"] for row in every), default=None)
        found = read.read("document", document_id=newest) if newest is not None else []
    else:
        found = read.read("document", document_id=number(document, "document"))
    if not found:
        raise NotFound(f"There is no document {document}: nightschool documents list shows them.")
    passages = read.read("passages", document_id=found[0]["id"])
    if as_json:
        print_json({**found[0], "passages": passages})
        return
    record({name: value for name, value in found[0].items() if name != "text"})
    table(
        passages,
        ("id", "area", "heading", "kind", "start", "end", "page", "state", "reason"),
        title="Passages",
    )


app.command("changes")(changes)
app.command("conflicts")(conflicts)
