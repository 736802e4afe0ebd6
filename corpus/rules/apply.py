"""The rules that look at one document, applied in order; those that look at all are in `corpus.refining`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from ..documents import Block, LoadedDocument
from ..settings import CorpusSettings
from .boilerplate import edges, says_something
from .catalogue import RulingDraft, is_on, quoted
from .claims import exam_key, outdated
from .edits import Edit, apply, line_of, masked_headings
from .orders import find_order
from .personal import find_personal, mask

_AROUND = 40
_LISTED = 40
"""Rulings of one rule that are kept of one document, at most; the last one counts the rest."""


@dataclass(frozen=True)
class Refined:
    """A document after the rules: `hold` says why it waits for a person, `exam_only` that it is never taught.

    `edges`, `telling` and `removed`: hashes of lines, as in `traits.Traits`.
    """

    document: LoadedDocument
    rulings: tuple[RulingDraft, ...] = ()
    hold: str = ""
    exam_only: bool = False
    edges: tuple[int, ...] = ()
    telling: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Finding:
    rule: str
    action: str
    evidence: str
    edits: tuple[Edit, ...]


def refine(
    document: LoadedDocument, settings: CorpusSettings, boilerplate: Collection[int] = frozenset()
) -> Refined:
    """Apply the document rules. `boilerplate`: hashes of the lines that many documents have in common."""
    findings: list[_Finding] = []
    on: Callable[[str], bool] = lambda name: is_on(name, settings.rules)  # noqa: E731
    if on("injection"):
        findings += _orders(document)
    if on("personal-data"):
        findings += _personal(document, settings)
    lines = list(edges(document)) if on("boilerplate") else []
    findings += _boilerplate(document, [line for line in lines if line[0] in boilerplate])
    told, moved = apply(document, [edit for finding in findings for edit in finding.edits])
    if on("personal-data"):
        told = masked_headings(
            told, lambda text: mask(text, settings.keep_personal, everybody=settings.personal == "all")
        )
    rulings = [
        RulingDraft(
            finding.rule,
            finding.action,
            finding.evidence,
            moved(finding.edits[0].start),
            max(moved(edit.end) for edit in finding.edits),
        )
        for finding in findings
    ]
    hold, exam_only = "", False
    old = outdated(told.text) if on("outdated") else None
    if old:
        hold = f"says of itself that it no longer holds: “{quoted(told.text[slice(*old)])}”"
        rulings.append(RulingDraft("outdated", "hold", _around(told.text, *old), *old))
    key = exam_key(told.text) if on("exam-key") else None
    if key:
        exam_only = True
        rulings.append(RulingDraft("exam-key", "exam-only", _around(told.text, *key.span()), *key.span()))
    said = {number: document.text[start:end] for number, start, end in lines}
    return Refined(
        told,
        tuple(_limited(rulings)),
        hold,
        exam_only,
        edges=tuple(said),
        telling=tuple(number for number, line in said.items() if says_something(line)),
        removed=tuple(number for number in said if number in boilerplate),
    )


def _orders(document: LoadedDocument) -> Iterator[_Finding]:
    text = document.text
    for block in document.blocks:
        if block.kind == "code":
            continue
        at = block.start
        while (match := find_order(text[at : block.end])) is not None:
            edit = _part(document, block, at + match.start())
            yield _Finding("injection", "remove", quoted(text[edit.start : edit.end]), (edit,))
            at = max(edit.end, at + match.end())


def _part(document: LoadedDocument, block: Block, place: int) -> Edit:
    """What goes with an order: its paragraph, its list item, or its cell of a table."""
    if not block.rows:
        after = document.text[block.end :]
        return Edit(block.start, block.end + len(after) - len(after.lstrip()))
    line = line_of(document.text, block, place)
    if block.kind != "table":
        return line
    row = document.text[line.start : line.end].strip("\n")
    at = line.start + document.text[line.start : line.end].index(row)
    for cell in row.split(" | "):
        if at <= place <= at + len(cell):
            return Edit(at, at + len(cell)) if cell != row else line
        at += len(cell) + 3
    return line


def _personal(document: LoadedDocument, settings: CorpusSettings) -> Iterator[_Finding]:
    text = document.text
    found = find_personal(text, settings.keep_personal, everybody=settings.personal == "all")
    for number, one in enumerate(found):
        # The evidence must not hold what was masked, nor what stands masked beside it.
        start, end = max(0, one.start - _AROUND), min(len(text), one.end + _AROUND)
        pieces, at = [], start
        for other in found[max(0, number - _AROUND) : number + _AROUND]:
            if other.end <= start or other.start >= end:
                continue
            pieces += (text[at : max(at, other.start)], other.placeholder)
            at = other.end
        pieces.append(text[at : max(at, end)])
        edit = Edit(one.start, one.end, one.placeholder)
        yield _Finding("personal-data", "mask", quoted("".join(pieces)), (edit,))


def _boilerplate(document: LoadedDocument, lines: Iterable[tuple[int, int, int]]) -> Iterator[_Finding]:
    """`lines`: those of `edges` that go."""
    for _, start, end in lines:
        block = next(one for one in document.blocks if one.start <= start < one.end)
        edit = line_of(document.text, block, start)
        yield _Finding("boilerplate", "remove", quoted(document.text[start:end]), (edit,))


def _around(text: str, start: int, end: int) -> str:
    return quoted(text[max(0, start - _AROUND) : min(len(text), end + _AROUND)])


def _limited(rulings: list[RulingDraft]) -> Iterator[RulingDraft]:
    counts: dict[str, int] = {}
    for ruling in rulings:
        counts[ruling.rule] = counts.get(ruling.rule, 0) + 1
        if counts[ruling.rule] <= _LISTED:
            yield ruling
    for rule, count in counts.items():
        if count > _LISTED:
            action = next(one.action for one in rulings if one.rule == rule)
            yield RulingDraft(rule, action, f"and {count - _LISTED} more of this document")
