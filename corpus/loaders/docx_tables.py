"""Tables of a Word file: rows of cells with what is merged set right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .docx_text import ParagraphReader, is_on, name_of

_MOST_SPAN = 60
_MOST_NESTED = 6
_MOST_FILLED = 2_000_000  # characters of merged cells that are said again in the rows below
_WRAPPERS = frozenset(
    ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "AlternateContent", "Choice")
)


@dataclass(frozen=True)
class WordTable:
    """Rows of one width. `headed` is the number of rows that the file marks as header.

    A cell merged over several rows stands in each of them; one merged over several columns stands in the first.
    """

    rows: list[list[str]]
    headed: int
    longest: int

    @property
    def width(self) -> int:
        """Columns."""
        return max((len(row) for row in self.rows), default=0)


def blocks_of(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, also those in content controls and other wrappers.

    python-docx's `iter_inner_content` passes over what stands in a content control, such as a form's fields.
    """
    stack = list(parent.iterchildren(reversed=True))
    while stack:
        node = stack.pop()
        name = name_of(node)
        if name in ("p", "tbl", "altChunk"):
            yield node
        elif name in _WRAPPERS:
            stack.extend(node.iterchildren(reversed=True))


def read_table(table: Any, reader: ParagraphReader, note: Callable[[str], None]) -> WordTable:
    """The rows of a `<w:tbl>`; a table in a cell is set in one line."""
    rows: list[list[str]] = []
    above: dict[int, str] = {}
    headed = longest = filled = 0
    for row in _children(table, "tr"):
        if reader.left <= 0:
            note("left out: rows of a table after more elements than are read of one file")
            break
        properties = row.find("{*}trPr")
        if properties is not None and properties.find("{*}del") is not None:
            note("left out: a table row deleted as a tracked change")
            continue
        if properties is not None and headed == len(rows) and is_on(properties.find("{*}tblHeader")):
            headed += 1
        cells: list[str] = [""] * _skipped(properties)
        for cell in _children(row, "tc"):
            column = len(cells)
            span, merge = _merged(cell)
            text = cell_text(cell, reader, note)
            if merge == "continue" and not text and filled < _MOST_FILLED:
                text = above.get(column, "")
                filled += len(text)
            if merge:
                above[column] = text
            else:
                above.pop(column, None)
            longest = max(longest, len(text))
            cells += [text] + [""] * (span - 1)
        rows.append(cells)
    width = max((len(cells) for cells in rows), default=0)
    return WordTable([cells + [""] * (width - len(cells)) for cells in rows], headed, longest)


def cell_text(cell: Any, reader: ParagraphReader, note: Callable[[str], None]) -> str:
    """All text of a cell on one line, that of nested tables cell by cell."""
    parts: list[str] = []
    stack: list[tuple[Any, int]] = [(block, 0) for block in reversed(list(blocks_of(cell)))]
    while stack:
        block, depth = stack.pop()
        if name_of(block) == "p":
            parts += [line.text for line in reader.lines(block)]
        elif name_of(block) == "tbl":
            if depth >= _MOST_NESTED:
                note("left out: tables nested too deeply")
                continue
            note("a table inside a cell set in one line")
            inner = [list(_children(row, "tc")) for row in _children(block, "tr")]
            for row in reversed(inner):
                for nested in reversed(row):
                    stack.extend((one, depth + 1) for one in reversed(list(blocks_of(nested))))
    return " ".join(part for part in parts if part)


def joined_header(rows: Sequence[Sequence[str]]) -> list[str]:
    """Header rows as one: "Price" above "net" gives "Price net"."""
    out: list[str] = []
    for column in zip(*rows, strict=True):
        names: list[str] = []
        for name in column:
            if name and name not in names:
                names.append(name)
        out.append(" ".join(names))
    return out


def _children(parent: Any, wanted: str) -> Iterator[Any]:
    stack = list(parent.iterchildren(reversed=True))
    while stack:
        node = stack.pop()
        name = name_of(node)
        if name == wanted:
            yield node
        elif name in _WRAPPERS:
            stack.extend(node.iterchildren(reversed=True))


def _skipped(properties: Any) -> int:
    """Columns left free before a row begins."""
    before = properties.find("{*}gridBefore") if properties is not None else None
    return min(_whole(before), _MOST_SPAN) if before is not None else 0


def _merged(cell: Any) -> tuple[int, str]:
    """Over how many columns a cell goes, and "restart" or "continue" if it is merged over rows."""
    properties = cell.find("{*}tcPr")
    if properties is None:
        return 1, ""
    span = properties.find("{*}gridSpan")
    merge = properties.find("{*}vMerge")
    kind = ""
    if merge is not None:
        kind = "restart" if "restart" in merge.attrib.values() else "continue"
    return (min(max(_whole(span), 1), _MOST_SPAN) if span is not None else 1), kind


def _whole(element: Any) -> int:
    text = next((str(v) for k, v in element.attrib.items() if k.endswith("val")), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
