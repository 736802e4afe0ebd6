"""`nightschool documents changes` and `conflicts`: what changed between editions, and where documents disagree."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .context import Client, Json, reader, the_client
from .output import console, print_json, table

if TYPE_CHECKING:
    from ..store.reading import Reader

Every = Annotated[
    bool,
    typer.Option("--all", help="Also what is no contradiction: several descriptions, pages of a template."),
]


def changes(
    ctx: typer.Context,
    document: Annotated[
        str, typer.Argument(help="A document's number, or latest: all that the last ingest changed.")
    ] = "latest",
    client: Client = None,
    as_json: Json = False,
) -> None:
    """Show what changed between the last two editions: documents, facts and values.

    Rewording is told from change: a fact that is only said in other words is kept with its questions.
    """
    from ..evals.change.listing import document_change

    read = reader(ctx)
    owner = the_client(read, client)["id"]
    entries = [
        document_change(
            edition,
            read.read("edition_facts", document_id=edition["id"], previous_id=edition["previous_id"])
            if edition["change"] != "removed"
            else read.read("edition_facts", document_id=-1, previous_id=edition["id"]),
            _texts(read, edition["previous_id"]) if edition["change"].endswith("edited") else [],
            _texts(read, edition["id"]) if edition["change"].endswith("edited") else [],
        )
        for edition in _editions(read, owner, document)
    ]
    moves = (
        [row["detail"] for row in read.read("document_moves", client_id=owner)]
        if document == "latest"
        else []
    )
    if as_json:
        print_json({"documents": entries, "moved": moves})
        return
    _show_changes(entries, moves)


def conflicts(ctx: typer.Context, client: Client = None, every: Every = False, as_json: Json = False) -> None:
    """List documents that contradict each other, with both sides.

    What contradicts is neither taught nor asked until it is settled: by mending a document, or by prefer and
    conflicts in the client's corpus settings.
    """
    from ..evals.change.listing import conflict_list

    read = reader(ctx)
    owner = the_client(read, client)["id"]

    def text_of(document_id: int) -> tuple[str, str]:
        (row,) = read.read("document", document_id=document_id)
        return row["title"], row["text"]

    found = conflict_list(read.read("conflicts", client_id=owner), text_of)
    if not every:
        found = [conflict for conflict in found if conflict["kind"] == "contradiction"]
    if as_json:
        print_json(found)
        return
    out = console()
    if not found:
        out.print("No documents contradict each other.")
    for conflict in found:
        state = f"settled: {conflict['how']}" if conflict["settled"] else f"open ({conflict['kind']})"
        out.print(_line(f"{conflict['subject']} {conflict['relation']}: {state}"))
        for side in conflict["sides"]:
            date = f", {side['date_says']} {side['date']}" if side["date"] else ", no date found"
            note = f", out of date: “{side['out_of_date']}”" if side["out_of_date"] else ""
            mark = "holds" if side["holds"] else "held back"
            out.print(
                _line(f"  {side['answer']} ({mark}), {side['document']} v{side['version']}{date}{note}")
            )
            out.print(_line(f"    “{side['citation']}”"))


def _editions(read: "Reader", owner: int, document: str) -> list[dict[str, Any]]:
    from ..store.errors import NotFound
    from .verdicts import number

    if document == "latest":
        return read.read("editions", client_id=owner)
    found = read.read("editions", client_id=owner, document_id=number(document, "document"))
    if not found:
        raise NotFound(f"There is no document {document}: nightschool documents list shows them.")
    return found


def _texts(read: "Reader", document_id: int) -> list[str]:
    from ..evals.change.listing import edition_texts

    return edition_texts(read.read("passages", document_id=document_id))


def _show_changes(entries: list[dict[str, Any]], moves: list[dict[str, Any]]) -> None:
    out = console()
    for move in moves:
        out.print(_line(f"moved: {move['old_path']} → {move['path']}"))
    for entry in entries:
        if entry["change"] == "moved and edited":
            out.print(_line(f"moved and edited: {entry['previous_path']} → {entry['path']}"))
    rows = [
        {"id": entry["id"], "path": entry["path"], "change": entry["kind"], **entry["facts"]}
        | {"values": len(entry.get("changed_values", ()))}
        for entry in entries
    ]
    columns = ("id", "path", "change", "kept", "reworded", "changed", "added", "gone", "values")
    table(rows, columns, empty="Nothing changed between the last two ingests." if not moves else "")
    for entry in entries:
        for fact in entry["fact_changes"]:
            if fact["change"] == "changed":
                out.print(_line(f"{entry['path']}: {fact['subject']} {fact['relation']}"))
                out.print(_line(f"  - {fact['old_answer']}: “{fact['old_citation']}”"))
                out.print(_line(f"  + {fact['new_answer']}: “{fact['new_citation']}”"))
        for value in entry.get("changed_values", ()):
            out.print(_line(f"{entry['path']}: {value['kind']} {value['old']} → {value['new']}"))
            out.print(_line(f"  - “{value['old_quote']}”"))
            out.print(_line(f"  + “{value['new_quote']}”"))


def _line(text: str) -> str:
    """One safe line: documents are not trusted with the terminal."""
    from .output import plain

    return plain(" ".join(text.split()))
