"""`nightschool documents`: what was taken in, what was not, and why; and taking the right to use one back."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .changes import changes, conflicts
from .context import Client, Json, Limit, noun, reader, the_client, workspace
from .output import console, listing, print_json, record, table

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
    text: Annotated[
        bool, typer.Option("--text", help="Each passage's text too, with its page or its lines in the file.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show one document and its passages."""
    read = reader(ctx)
    found = _document(read, document)
    passages = read.read("passages", document_id=found["id"])
    if text:
        _locate(ctx, found, passages)
    if as_json:
        print_json({**found, "passages": passages})
        return
    record({name: value for name, value in found.items() if name != "text"})
    table(
        passages,
        ("id", "area", "heading", "kind", "start", "end", "page", "state", "reason"),
        title="Passages",
    )
    if text:
        for row in passages:
            typer.echo(f"\n{found['path']}, {row['place']}: {row['state']}\n{row['text']}")


def _locate(ctx: typer.Context, found: dict[str, Any], passages: list[dict[str, Any]]) -> None:
    """Give each passage its text and its place in the file: a page, lines, or why there is none."""
    from ..corpus.locating import LINED, source_lines

    source, why = "", "no lines in this format"
    if found["media_type"] in LINED:
        source, why = _source(ctx, found)
    at = 1
    for row in passages:
        row["text"] = found["text"][row["start"] : row["end"]]
        row["lines"] = source_lines(source, row["text"], after=at) if source else None
        if row["page"] is not None:
            row["place"] = f"page {row['page']}"
        elif row["lines"]:
            at = row["lines"][0]
            row["place"] = f"lines {row['lines'][0]}-{row['lines'][1]}"
        else:
            row["place"] = why or "lines not found"


def _source(ctx: typer.Context, found: dict[str, Any]) -> tuple[str, str]:
    """The text of the file that a document was read from, or why it can't be shown."""
    import hashlib

    from ..corpus.encoding import read_text
    from ..store.errors import NightSchoolError

    try:
        data = (workspace(ctx).client(found["client"]).documents / found["path"]).read_bytes()
        if hashlib.sha256(data).hexdigest() != found["sha256"]:
            return "", "the file has changed since it was read"
        return read_text(data)[0], ""
    except OSError:
        return "", "the file isn't there any more, or lies in an archive"
    except NightSchoolError as error:
        return "", str(error)


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

    row = _document(reader(ctx), document)
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


app.command("changes")(changes)
app.command("conflicts")(conflicts)
