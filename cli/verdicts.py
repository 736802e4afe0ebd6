"""`nightschool verdicts`: what was graded, why, and by whom."""

from pathlib import Path
from typing import Annotated

import typer

from .context import Client, Json, Limit, noun, reader, the_client
from .output import listing, plain, print_json, record, table

app = noun("Every graded answer, with its evidence and its history.")

LARGEST_ID = 2**63 - 1  # SQLite's integers end here
LABELS = ("correct", "partial", "incorrect", "refused", "ungraded")

Label = Annotated[str | None, typer.Option("--label", "-l", help="Only " + ", ".join(LABELS) + ".")]
Area = Annotated[str | None, typer.Option("--area", "-a", help="Only this area.")]
CampaignRef = Annotated[str | None, typer.Option("--campaign", help="A campaign's number, or latest.")]


@app.command("list")
def list_verdicts(
    ctx: typer.Context,
    client: Client = None,
    campaign: CampaignRef = None,
    label: Label = None,
    area: Area = None,
    limit: Limit = 40,
    as_json: Json = False,
) -> None:
    """List verdicts, newest first."""
    rows = _find(ctx, client, campaign, label, area, limit)
    columns = ("id", "campaign_id", "area", "label", "wording", "answer", "reference", "grader")
    if not as_json:
        for row in rows:
            row["reference"] = " / ".join(row["references"] or [])
    asked = any((client, campaign, label, area))
    empty = "No verdict is like that." if asked else "No verdict yet: run nightschool campaign run."
    listing(rows, columns, as_json, empty=empty)


@app.command("show")
def show_verdict(
    ctx: typer.Context,
    verdict: Annotated[str, typer.Argument(help="A verdict's number, or latest.")],
    as_json: Json = False,
) -> None:
    """Show one verdict whole: question, references, citation, answer, reason, history."""
    from ..store.errors import NotFound

    read = reader(ctx)
    if verdict == "latest":
        newest = read.read("verdicts", limit=1)
        found = read.read("verdict", verdict_id=newest[0]["id"]) if newest else []
    else:
        found = read.read("verdict", verdict_id=number(verdict, "verdict"))
    if not found:
        raise NotFound(f"There is no verdict {verdict}: nightschool verdicts list shows them.")
    row = found[0]
    history = read.read("verdict_history", answer_id=row["answer_id"])
    reviews = read.read("verdict_reviews", answer_id=row["answer_id"])
    if as_json:
        print_json({**row, "history": history, "reviews": reviews})
        return
    record(row)
    if len(history) > 1:
        table(
            history,
            ("id", "label", "grader", "grader_version", "author", "reason", "created_at"),
            title="History",
        )
    if reviews:
        table(reviews, ("id", "label", "reviewer", "reason", "created_at"), title="Reviews")


@app.command("export")
def export_verdicts(
    ctx: typer.Context,
    target: Annotated[Path | None, typer.Argument(help="A file. Default: standard output.")] = None,
    client: Client = None,
    campaign: CampaignRef = None,
    label: Label = None,
    area: Area = None,
    form: Annotated[str, typer.Option("--format", "-f", help="jsonl or csv.")] = "jsonl",
) -> None:
    """Write verdicts with their questions, references and citations as JSONL or CSV."""
    if form not in ("jsonl", "csv"):
        raise typer.BadParameter(f"{form!r} is no format here: jsonl or csv.", param_hint="--format")
    if target is not None:
        _writable(target)
    rows = _find(ctx, client, campaign, label, area, None)
    text = _jsonl(rows) if form == "jsonl" else as_csv(rows)
    if target is None:
        typer.echo(text, nl=False)
        return
    target.write_text(text, encoding="utf-8", newline="")
    typer.echo(f"Wrote {len(rows)} verdicts to {target}.")


def _writable(target: Path) -> None:
    """Before the store is read.

    Raises:
        StoreError: the target is a folder, or its folder is not there.
    """
    from ..store.errors import StoreError

    if target.is_dir():
        raise StoreError(f"{target} is a folder: name a file in it.")
    if not target.parent.is_dir():
        raise StoreError(f"There is no folder {target.parent}: create it first.")


def number(text: str, what: str) -> int:
    """An id from the command line.

    Raises:
        typer.BadParameter: it is no whole number.
    """
    try:
        found = int(text)
    except ValueError:
        found = 0
    if not 0 < found <= LARGEST_ID:
        raise typer.BadParameter(f"{plain(text)!r} is no {what}: give its number, or latest.")
    return found


def _find(
    ctx: typer.Context,
    client: str | None,
    campaign: str | None,
    label: str | None,
    area: str | None,
    limit: int | None,
) -> list[dict]:
    if label is not None and label not in LABELS:
        raise typer.BadParameter(f"{label!r} is no label: {', '.join(LABELS)}.", param_hint="--label")
    read = reader(ctx)
    owner = the_client(read, client)["id"] if client is not None else None
    which = None
    if campaign is not None:
        from .campaign import campaign_id

        which = campaign_id(read, campaign, client)
    return read.read(
        "verdicts",
        client_id=owner,
        campaign_id=which,
        label=label,
        area=area,
        limit=-1 if limit is None else limit,
    )


def _jsonl(rows: list[dict]) -> str:
    import json

    return "".join(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)


def as_csv(rows: list[dict]) -> str:
    import csv
    import io

    if not rows:
        return ""
    out = io.StringIO(newline="")
    # All quoted: an answer may hold a lone carriage return, which the writer would leave bare.
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue()


def _cell(value: object) -> str:
    """One CSV cell. A leading = + - @ is quoted with ', since a spreadsheet would run it as a formula."""
    text = " / ".join(map(str, value)) if isinstance(value, list) else ("" if value is None else str(value))
    return (
        "'" + text
        if text[:1] in ("=", "+", "@", "\t") or (text[:1] == "-" and not _is_number(text))
        else text
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
