"""`nightschool questions`: the exam's questions, and those that the client's own users asked."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .context import Client, Json, Limit, noun, reader, the_client, workspace
from .output import console, listing, plain, print_json, record, table

if TYPE_CHECKING:
    from ..evals.asked import AskedReport
    from ..store.engine import Store

FORMATS = ("auto", "csv", "jsonl", "chat")
ASKED_STATES = ("linked", "waiting", "gone")
STATES = ("active", "superseded", "retired")
POOLS = ("practice", "exam", "sealed")

app = noun("Questions: those made from the documents, and those that users asked.")


@app.command("import")
def import_questions(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A CSV, JSONL or JSON file.", show_default=False)],
    client: Client = None,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            help="auto, csv, jsonl, or chat: logs in the OpenAI format. auto looks at the file.",
        ),
    ] = "auto",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, on a copy of the store; keep nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take in what the client's users asked, without personal data, and link it to facts.

    Each question goes to the pool exam or sealed, never to practice; how often it was asked is its weight. The same
    file again changes nothing; a newer file of the same name replaces what the old one said.
    """
    from ..agents.lookup import client_row
    from ..evals.asked import import_asked
    from .ingest import open_or_copy

    if form not in FORMATS:
        raise typer.BadParameter(
            f"{plain(form)!r} is no format: {', '.join(FORMATS)}.", param_hint="--format"
        )
    place = workspace(ctx)
    settings = place.client(client)
    with open_or_copy(place, dry_run) as store:
        owner = client_row(store, settings.name)
        report = import_asked(
            store,
            owner,
            file,
            settings.exam,
            seed=settings.seed,
            form=form,
            keep=tuple(settings.corpus.keep_personal),
        )
        examined = _has_facts(store, owner)
    if as_json:
        print_json(report.as_dict() | ({"dry_run": True} if dry_run else {}))
        return
    _show_import(report, dry_run)
    if report.waiting and not examined:
        console().print("No facts are made of the documents yet: the next campaign links what it can.")


def _has_facts(store: "Store", client_id: int) -> bool:
    from sqlmodel import select

    from ..store.tables import Fact

    with store.session(write=False) as session:
        return session.exec(select(Fact.id).where(Fact.client_id == client_id).limit(1)).first() is not None


def _show_import(report: "AskedReport", dry_run: bool) -> None:
    out = console()
    out.print(
        f"{report.source}: {report.read} rows read, {report.linked} linked, {sum(report.waiting.values())} waiting, "
        f"{sum(report.dropped.values())} dropped"
    )
    pools = ", ".join(f"{count} {name}" for name, count in report.pools.most_common()) or "none in an exam"
    out.print(
        f"{report.questions} different questions ({report.new} new, {report.changed} changed, {report.gone} gone): "
        f"{pools}"
    )
    if report.facts or report.retired:
        out.print(f"{report.facts} facts from given answers; {report.retired} practice wordings retired")
    for title, counts in (
        ("Waiting", report.waiting),
        ("Dropped", report.dropped),
        ("Passed over", report.passed_over),
    ):
        rows = [{"rows": count, "reason": reason} for reason, count in counts.most_common()]
        if rows:
            table(rows, ("rows", "reason"), title=title)
    if report.waiting:
        out.print(
            "nightschool questions list --asked --state waiting shows what waits for a person or a document."
        )
    if dry_run:
        out.print("A dry run: nothing was kept.")


@app.command("list")
def list_questions(
    ctx: typer.Context,
    client: Client = None,
    asked: Annotated[bool, typer.Option("--asked", help="What users asked, most asked first.")] = False,
    state: Annotated[
        str | None,
        typer.Option(
            "--state", help=f"Only {', '.join(STATES)}; with --asked: {', '.join(ASKED_STATES)}, or a reason."
        ),
    ] = None,
    pool: Annotated[str | None, typer.Option("--pool", help=f"Only {', '.join(POOLS)}.")] = None,
    limit: Limit = 40,
    as_json: Json = False,
) -> None:
    """List questions with their pool and state, or what users asked with what it waits for."""
    if pool is not None and (asked or pool not in POOLS):
        why = "--pool doesn't go with --asked" if asked else f"{plain(pool)!r} is no pool: {', '.join(POOLS)}"
        raise typer.BadParameter(f"{why}.", param_hint="--pool")
    if not asked and state is not None and state not in STATES:
        hint = " (with --asked)" if state in ASKED_STATES else ""
        raise typer.BadParameter(
            f"{plain(state)!r} is no state: {', '.join(STATES)}{hint}.", param_hint="--state"
        )
    read = reader(ctx)
    owner = the_client(read, client)["id"]
    if not asked:
        rows = read.read("questions", client_id=owner, state=state, pool=pool, limit=limit)
        columns = ("id", "area", "pool", "kind", "wording", "generator", "state", "reason")
        listing(rows, columns, as_json, empty="No question is like that." if state or pool else _NONE)
        return
    reasons = {row["reason"] for row in read.read("asked_states", client_id=owner)}
    if state is not None and state not in ASKED_STATES and state not in reasons:
        known = ", ".join((*ASKED_STATES, *sorted(filter(None, reasons))))
        raise typer.BadParameter(f"{plain(state)!r} is no state of these: {known}.", param_hint="--state")
    by_state = state if state in ASKED_STATES else None
    rows = read.read(
        "asked", client_id=owner, state=by_state, reason=None if by_state else state, limit=limit
    )
    columns = ("id", "count", "text", "state", "reason", "pool", "reference", "document", "score")
    empty = (
        "No asked question is like that."
        if state
        else "Nothing asked yet: run nightschool questions import FILE."
    )
    listing(rows, columns, as_json, empty=empty)


_NONE = "No question yet: run nightschool campaign run."


@app.command("show")
def show_question(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(help="A question's number; with --asked, that of an asked one.")],
    asked: Annotated[
        bool, typer.Option("--asked", help="The number is one of questions list --asked.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show one question whole: wording, references, citation, pool; with --asked, how often and in which files."""
    from ..store.errors import NotFound
    from .verdicts import number

    read = reader(ctx)
    if asked:
        found = read.read("asked_one", asked_id=number(question, "question"))
        where = "nightschool questions list --asked"
    else:
        found = read.read("question", question_id=number(question, "question"))
        where = "nightschool questions list"
    if not found:
        raise NotFound(f"There is no question {question}: {where} shows them.")
    row: dict[str, Any] = found[0]
    print_json(row) if as_json else record(row)
