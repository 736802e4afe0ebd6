"""`nightschool documents`: what was taken in, what was not, and why."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .context import Client, Json, Limit, noun, reader, the_client, workspace
from .output import listing, print_json, record, table

if TYPE_CHECKING:
    from ..store.reading import Reader

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
    read = reader(ctx)
    found = _document(read, document)
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


@app.command("explain")
def explain_document(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(help="A document's number, or latest.")],
    as_json: Json = False,
) -> None:
    """Say why a document and its passages are as they are: each decision with its rule and its evidence."""
    read = reader(ctx)
    found = _document(read, document)
    rulings = read.read("rulings", document_id=found["id"])
    skipped = [row for row in read.read("passages", document_id=found["id"]) if row["state"] == "skipped"]
    told = {
        name: found[name]
        for name in ("id", "path", "version", "state", "reason", "clearance", "rights_evidence")
    }
    if as_json:
        print_json({**told, "rulings": rulings, "skipped": skipped})
        return
    record(told)
    if rulings:
        table(rulings, ("rule", "version", "action", "start", "end", "evidence"), title="Rules that decided")
    if skipped:
        rows = [
            {
                **row,
                "rule": row["reason"].split(":")[0],
                "text": found["text"][row["start"] : row["end"]][:80],
            }
            for row in skipped
        ]
        table(rows, ("id", "rule", "reason", "text"), title="Passages that are not used")
    if not rulings and not skipped:
        typer.echo("No rule took anything away from it.")


@app.command("rules")
def list_rules(ctx: typer.Context, client: Client = None, as_json: Json = False) -> None:
    """List the refining rules in their order, and which are switched on for the client."""
    from ..corpus.rules.catalogue import RULES, VERSION, is_on

    place = workspace(ctx)
    switches = place.client(client).corpus.rules
    rows = [
        {
            "rule": rule.name,
            "on": is_on(rule.name, switches),
            "looks at": rule.scope,
            "action": rule.action,
            "what": rule.what,
            "version": VERSION,
        }
        for rule in RULES
    ]
    print_json(rows) if as_json else table(rows, ("rule", "on", "looks at", "action", "what"))
    if not as_json:
        typer.echo(
            "Switch one off with, for example, rules = { boilerplate = false } under [clients.NAME.corpus]."
        )


def _document(read: "Reader", wanted: str) -> dict[str, Any]:
    """The document's row. Raises `NotFound`."""
    from ..store.errors import NotFound
    from .verdicts import number

    if wanted == "latest":
        newest = max((row["id"] for row in read.read("documents", limit=-1)), default=None)
        found = read.read("document", document_id=newest) if newest is not None else []
    else:
        found = read.read("document", document_id=number(wanted, "document"))
    if not found:
        raise NotFound(f"There is no document {wanted}: nightschool documents list shows them.")
    return found[0]
