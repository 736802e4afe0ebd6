"""What people are told of changes and conflicts, built from the rows of the named queries. No store, no model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from .conflicts import BY_PAGE, CONTRADICTION, DESCRIPTIONS, asked
from .editions import read_edition
from .sentences import compare_texts

Row = dict[str, Any]
FACT_KINDS = ("kept", "reworded", "changed", "added", "gone")


def edition_texts(passages: Sequence[Row]) -> list[str]:
    """The text of an edition from the rows of `passages`: each heading once, then what stands under it."""
    texts: list[str] = []
    heading = ""
    for row in passages:
        if row["state"] == "accepted":
            last = row["heading"].split(" > ")[-1]
            if row["heading"] != heading and last and last not in row["text"]:
                texts.append(last)
            heading = row["heading"]
            texts.append(row["text"])
    return texts


def document_change(edition: Row, facts: Sequence[Row], old: Sequence[str], new: Sequence[str]) -> Row:
    """One document's entry: what kind of change, counts, each fact that is not kept, and the changed values.

    `facts` are rows of `edition_facts`; `old` and `new` the editions' texts. `kind`
    is facts changed, values changed (in sentences that no fact was made of), reworded or unchanged for an edited
    document, else added or removed.
    """
    counts = Counter(row["change"] for row in facts)
    if edition["change"] not in ("edited", "moved and edited"):
        return _entry(edition, edition["change"]) | {
            "facts": {name: counts[name] for name in FACT_KINDS},
            "fact_changes": [row for row in facts if row["change"] in ("changed", "gone")],
        }
    text = compare_texts(old, new)
    kind = "reworded" if text.kind in ("reworded", "values changed") else "unchanged"
    if text.values:
        kind = "values changed"
    if counts["changed"]:
        kind = "facts changed"
    return _entry(edition, kind) | {
        "facts": {name: counts[name] for name in FACT_KINDS},
        "sentences": {"same": text.same, "paired": text.paired, "gone": text.gone, "added": text.added},
        "rewritten": text.rewritten,
        "fact_changes": [row for row in facts if row["change"] != "kept"],
        "changed_values": [vars(value) for value in text.values],
    }


def _entry(edition: Row, kind: str) -> Row:
    names = ("id", "path", "version", "state", "previous_id", "previous_path", "previous_version")
    return {"change": edition["change"], "kind": kind, **{name: edition[name] for name in names}}


def conflict_list(rows: Sequence[Row], text_of: Callable[[int], tuple[str, str]]) -> list[Row]:
    """The conflicts that the rows of the query `conflicts` stand in, each with all its sides.

    `text_of(document_id)` gives (title, text): the dates that the documents give themselves are read from it.
    """
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(asked(row["subject"], row["relation"]), []).append(row)
    return [_conflict(members, text_of) for members in groups.values()]


def _conflict(members: Sequence[Row], text_of: Callable[[int], tuple[str, str]]) -> Row:
    sides: list[Row] = []
    for row in members:
        title, text = text_of(row["document_id"])
        edition = read_edition(text, title)
        sides.append(
            {
                "fact_id": row["id"],
                "answer": row["answer"],
                "citation": row["citation"],
                "document": row["document"],
                "document_id": row["document_id"],
                "version": row["version"],
                "page": row["page"],
                "heading": row["heading"],
                "date": edition.shown,
                "date_says": edition.says,
                "date_quote": edition.date_quote,
                "out_of_date": edition.obsolete,
                "holds": row["state"] == "active",
            }
        )
    held = [row["reason"] for row in members if row["state"] != "active"]
    settled = next((reason for reason in held if reason.startswith("settled: ")), "")
    return {
        "subject": members[0]["subject"],
        "relation": members[0]["relation"],
        "kind": _kind(held),
        "settled": bool(settled),
        "how": settled.removeprefix("settled: "),
        "sides": sides,
    }


def _kind(reasons: Sequence[str]) -> str:
    if any(reason.startswith("differs from page to page") for reason in reasons):
        return BY_PAGE
    if any(reason.startswith("also described") for reason in reasons):
        return DESCRIPTIONS
    return CONTRADICTION
