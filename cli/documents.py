"""`nightschool documents`: what was taken in, what was not, and why; and taking the right to use one back."""

from typing import Annotated, Any

import typer

from .context import Client, Json, Limit, noun, reader, the_client, workspace
from .output import console, listing, print_json, record, table

STATES = (
    "accepted",
    "duplicate",
    "quarantined",
    "rejected",
    "unsupported",
    "superseded",
    "removed",
    "withdrawn",
)
JUDGED = ("accepted", "quarantined")  # the states of documents whose rights were looked at

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
    columns = (
        "id",
        "path",
        "version",
        "media_type",
        "language",
        "state",
        "licence",
        "clearance",
        "passages",
        "reason",
    )
    if not as_json:
        for row in rows:
            row["clearance"] = row["clearance"] if row["state"] in JUDGED else ""
    empty = "No document is like that." if state else "No document yet: run nightschool ingest."
    listing(rows, columns, as_json, empty=empty)


@app.command("show")
def show_document(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(help="A document's number, or latest.")],
    as_json: Json = False,
) -> None:
    """Show one document and its passages."""
    read = reader(ctx)
    found = _find(read, document)
    passages = read.read("passages", document_id=found["id"])
    if as_json:
        print_json({**found, "passages": passages})
        return
    record({name: value for name, value in found.items() if name != "text"})
    table(
        passages,
        ("id", "area", "heading", "kind", "start", "end", "page", "state", "reason"),
        title="Passages",
    )


@app.command("withdraw")
def withdraw_document(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(help="A document's number, or latest.")],
    reason: Annotated[str, typer.Option("--reason", help="Why. Stored with the withdrawal.")] = "",
    author: Annotated[str, typer.Option("--author", envvar="USER", help="Who withdraws it.")] = "a person",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it. Without this it is only shown.")] = False,
    as_json: Json = False,
) -> None:
    """Take the right to use a document back: show what it has gone into; with --yes nothing learns from it again.

    All editions of the document count. With --yes its facts are withdrawn and their questions superseded, its
    content is refused from then on, and the model versions that learnt from it are due for retraining.
    """
    from ..training.registry import champion
    from ..training.touched import touched
    from ..training.withdraw import incurable, withdraw

    row = _find(reader(ctx), document)
    with workspace(ctx).store() as store:
        found = withdraw(store, row["id"], reason=reason, author=author) if yes else touched(store, row["id"])
        served = champion(store, row["client_id"])
        blocked = incurable(store, served) if served is not None and served.due_reason else ""
    if as_json:
        print_json({**found.as_dict(), "done": yes, "obstacle": blocked})
        return
    _show_touched(found, yes, blocked)


def _show_touched(found: Any, done: bool, blocked: str) -> None:
    out = console()
    table(found.editions, ("id", "version", "path", "state"), title="Editions of the document")
    out.print(
        f"{len(found.facts)} facts, {len(found.questions)} questions, {found.training_rows} training rows, "
        f"{len(found.versions)} model versions"
    )
    for row in found.versions:
        row["champion"] = "champion" if row["name"] == found.champion else ""
    if found.versions:
        table(
            found.versions,
            ("id", "name", "state", "rows", "champion"),
            title="Model versions that learnt from it",
        )
    if found.training_now:
        runs = ", ".join(map(str, found.training_now))
        out.print(
            f"Training runs that have rows of it and have not ended: {runs}; what they make is due at once."
        )
    if not done:
        out.print(
            f"Nothing was changed. To withdraw it: nightschool documents withdraw {found.document_id} --yes"
        )
        return
    out.print(
        f"Withdrawn. Its content is refused from now on; new content at {found.path} is held until a rights rule for "
        "that path says train."
    )
    if found.champion:
        told = f"The champion {found.champion} is due for retraining: the next campaign trains without it."
        out.print(f"{blocked}." if blocked else told)


def _find(read: Any, document: str) -> dict[str, Any]:
    """The document of that number, or the latest one. Raises NotFound."""
    from ..store.errors import NotFound
    from .verdicts import number

    if document == "latest":
        every = read.read("documents", limit=-1)
        newest = max((row["id"] for row in every), default=None)
        found = read.read("document", document_id=newest) if newest is not None else []
    else:
        found = read.read("document", document_id=number(document, "document"))
    if not found:
        raise NotFound(f"There is no document {document}: nightschool documents list shows them.")
    return {name: value for name, value in found[0].items() if name != "signature"}
