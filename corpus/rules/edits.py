"""Edits of a loaded document: spans replaced, blocks, rows and headings kept in step."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ..documents import Block, LoadedDocument


@dataclass(frozen=True)
class Edit:
    """`text[start:end]` becomes `new`."""

    start: int
    end: int
    new: str = ""


def apply(document: LoadedDocument, edits: Iterable[Edit]) -> tuple[LoadedDocument, Callable[[int], int]]:
    """The document with `edits` made, and where a place in the old text is in the new one.

    Overlapping edits are joined, the first one's `new` wins. Blocks that are left without text go. Cells of rows
    change with the text that they stand for.
    """
    made = _joined(edits)
    if not made:
        return document, lambda place: place
    text = document.text
    pieces: list[str] = []
    ends: list[int] = []
    shifts: list[int] = []
    at = shift = 0
    for edit in made:
        pieces += (text[at : edit.start], edit.new)
        at = edit.end
        shift += len(edit.new) - (edit.end - edit.start)
        ends.append(edit.end)
        shifts.append(shift)
    pieces.append(text[at:])

    def moved(place: int) -> int:
        behind = bisect_right(ends, place)
        offset = shifts[behind - 1] if behind else 0
        inside = made[behind] if behind < len(made) and made[behind].start < place else None
        return inside.start + offset if inside else place + offset

    new_text = "".join(pieces)
    blocks: list[Block] = []
    for block in document.blocks:
        inside = [edit for edit in made if edit.start < block.end and edit.end > block.start]
        start, end = moved(block.start), max(moved(block.start), moved(block.end))
        while start < end and new_text[start].isspace():
            start += 1
        while end > start and new_text[end - 1].isspace():
            end -= 1
        if start == end:
            continue
        rows = _rows(block, text, inside) if inside and block.rows else block.rows
        blocks.append(replace(block, start=start, end=end, rows=rows))
    return replace(document, text=new_text, blocks=tuple(blocks)), moved


def masked_headings(document: LoadedDocument, mask: Callable[[str], str]) -> LoadedDocument:
    """The title and the paths of headings with `mask` applied."""
    blocks = tuple(
        replace(block, heading=tuple(mask(part) for part in block.heading)) if block.heading else block
        for block in document.blocks
    )
    return replace(document, title=mask(document.title), blocks=blocks)


def _joined(edits: Iterable[Edit]) -> list[Edit]:
    out: list[Edit] = []
    for edit in sorted(edits, key=lambda one: (one.start, -one.end)):
        if edit.end <= edit.start:
            continue
        if out and edit.start < out[-1].end:
            out[-1] = replace(out[-1], end=max(out[-1].end, edit.end))
        else:
            out.append(edit)
    return out


def _rows(block: Block, text: str, edits: list[Edit]) -> tuple[tuple[str, ...], ...]:
    """Rows with the edited words replaced in all cells (an item stands in those below it too), lost lines left out."""
    gone: set[int] = set()
    if block.kind != "faq":
        at = block.start
        for number, line in enumerate(text[block.start : block.end].split("\n")):
            if any(edit.start <= at and at + len(line) <= edit.end and not edit.new for edit in edits):
                gone.add(number)
            at += len(line) + 1
    words = [(" ".join(text[edit.start : edit.end].split()), edit.new) for edit in edits]
    words.sort(key=lambda pair: -len(pair[0]))
    rows: list[tuple[str, ...]] = []
    for number, row in enumerate(block.rows):
        if number in gone:
            continue
        cells = list(row)
        for old, new in words:
            if old:
                cells = [" ".join(cell.replace(old, new).split()) for cell in cells]
        rows.append(tuple(cells))
    return tuple(rows)


def line_of(text: str, block: Block, place: int) -> Edit:
    """The whole line of a block of rows that `place` is in, with the line break that goes with it."""
    start = max(text.rfind("\n", block.start, place) + 1, block.start)
    end = text.find("\n", place, block.end)
    if end < 0:
        return Edit(max(start - 1, block.start) if start > block.start else start, block.end)
    return Edit(start, end + 1)
