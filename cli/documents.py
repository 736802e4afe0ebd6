"""`nightschool documents`: what was taken in, what was not, and why."""

from typing import Annotated

import typer

from .context import Client, Json, Limit, noun, reader, the_client
from .output import listing, print_json, record, table

app = noun("Documents and their passages, each with a state and a reason.")


@app.command("list")
def list_documents(
    ctx: typer.Context,
    client: Client = None,
    state: Annotated[
        str | None, typer.Option("--state", help="Only accepted, rejected, duplicate, …")
    ] = None,
    limit: Limit = 1000,
    as_json: Json = False,
) -> None:
    """List documents with their state and the reason for it."""
    read = reader(ctx)
    rows = read.read("documents", client_id=the_client(read, client)["id"], state=state, limit=limit)
    columns = ("id", "path", "version", "media_type", "language", "state", "passages", "reason")
    listing(rows, columns, as_json, empty="No document yet: run nightschool ingest.")


@app.command("show")
def show_document(
    ctx: typer.Context,
    document: Annotated[int, typer.Argument(help="The document's number.")],
    as_json: Json = False,
) -> None:
    """Show one document and its passages."""
    from ..store.errors import NotFound

    read = reader(ctx)
    found = read.read("document", document_id=document)
    if not found:
        raise NotFound(f"There is no document {document}: nightschool documents list shows them.")
    passages = read.read("passages", document_id=document)
    if as_json:
        print_json({**found[0], "passages": passages})
        return
    record({name: value for name, value in found[0].items() if name != "text"})
    table(
        passages,
        ("id", "area", "heading", "kind", "start", "end", "page", "state", "reason"),
        title="Passages",
    )
