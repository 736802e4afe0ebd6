"""A document as the loaders hand it on: plain text and the blocks in it.

Loaders never write text themselves: they call a `TextBuilder`, which cleans each piece, appends it and notes
where it stands. So `text[block.start:block.end]` is exact for every format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .encoding import clean, repair

MINOR = 7
"""Level of a heading that is only a bold or short line: it stands below all real headings."""

_GAP = re.compile(r"[ \t]+")
Row = tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """One piece of a document: `text[start:end]`, exactly.

    `kind` is heading, prose, list, table, key_value, faq or code. `heading` is the path of headings above it
    (for a heading: with itself). `rows` has one row a text line, but for faq: of a table the cells, header
    first; of a list the item (a nested one after its parents); of key_value the label and the value; of faq
    the question and the answer. `links` is the share of the characters that are link text.
    """

    kind: str
    start: int
    end: int
    heading: Row = ()
    page: int | None = None
    rows: tuple[Row, ...] = ()
    links: float = 0.0


@dataclass(frozen=True)
class LoadedDocument:
    """What a loader makes of a file. `text` is NFC; `notes` say what was mended or left out.

    `rights` are statements about its rights that are not in the text, as `name: value`: machine-readable
    reservations, licence links, and keys of the front matter.
    """

    text: str
    media_type: str
    title: str
    language: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()


def one_line(text: str) -> str:
    """Clean text on one line, with single spaces."""
    return " ".join(clean(text).split())


class TextBuilder:
    """Collects the pieces of one document in reading order."""

    def __init__(self, media_type: str) -> None:
        self.media_type = media_type
        self.page: int | None = None
        self._pieces: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._path: list[tuple[int, str]] = []
        self._notes: dict[str, int] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been added."""
        return not self._blocks

    @property
    def text(self) -> str:
        """What has been added so far."""
        return "".join(self._pieces)

    @property
    def first_heading(self) -> str:
        """The heading that the document opens with, or ""."""
        first = self._blocks[0] if self._blocks else None
        return first.heading[-1] if first and first.kind == "heading" else ""

    def note(self, text: str) -> None:
        """Say what was mended or left out; the same note is kept once, with its count."""
        self._notes[text] = self._notes.get(text, 0) + 1

    def heading(self, level: int, text: str) -> None:
        """A heading of level 1 to 6, or `MINOR`."""
        text = self._line(text)
        if not text:
            return
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, text))
        self._add("heading", text)

    def prose(self, text: str, links: float = 0.0) -> None:
        """A paragraph; line breaks in it are kept."""
        lines = (_GAP.sub(" ", line).strip() for line in clean(self._mended(text)).split("\n"))
        self._add("prose", "\n".join(line for line in lines if line), links=links)

    def items(self, items: Iterable[tuple[str, Sequence[str]]], links: float = 0.0) -> None:
        """A list: pairs of a marker (`-`, `1.`) and a row: the item's text, after its parents' if nested."""
        rows: list[Row] = []
        lines: list[str] = []
        for marker, cells in items:
            row = tuple(self._line(cell) for cell in cells)
            if row and row[-1]:
                rows.append(row)
                lines.append(f"{'  ' * (len(row) - 1)}{marker} {row[-1]}")
        self._add("list", "\n".join(lines), rows, links)

    def table(self, rows: Iterable[Sequence[str]], links: float = 0.0) -> None:
        """A table, header row first. Rows are filled to one width; empty rows are left out."""
        tidy = [[self._line(cell) for cell in row] for row in rows]
        tidy = [row for row in tidy if any(row)]
        width = max((len(row) for row in tidy), default=0)
        filled = [tuple(row + [""] * (width - len(row))) for row in tidy]
        self._add("table", "\n".join(" | ".join(row).rstrip() for row in filled), filled, links)

    def pairs(self, rows: Iterable[tuple[str, str]], links: float = 0.0) -> None:
        """Lines of a label and its value."""
        tidy = [(self._line(label).rstrip(" :："), self._line(value)) for label, value in rows]
        tidy = [row for row in tidy if all(row)]
        self._add("key_value", "\n".join(f"{label}: {value}" for label, value in tidy), tidy, links)

    def faq(self, question: str, answer: str) -> None:
        """A question and its answer."""
        row = (self._line(question), self._line(answer))
        if all(row):
            self._add("faq", "\n".join(row), [row])
        else:
            self.prose(question + answer)

    def code(self, text: str) -> None:
        """A block of code, kept as it is."""
        self._add("code", clean(text).strip("\n").rstrip())

    def build(
        self, title: str, language: str, notes: Iterable[str] = (), rights: Iterable[str] = ()
    ) -> LoadedDocument:
        """The document that has been collected; `notes` come before those of the builder."""
        told = [text if count == 1 else f"{text} ({count} times)" for text, count in self._notes.items()]
        return LoadedDocument(
            text="".join(self._pieces),
            media_type=self.media_type,
            title=one_line(title),
            language=language,
            blocks=tuple(self._blocks),
            notes=(*notes, *told),
            rights=tuple(rights),
        )

    def _line(self, text: str) -> str:
        return one_line(self._mended(text))

    def _mended(self, text: str) -> str:
        """Text whose file is right may have been wrong before it got there: in a cell, a field, behind an entity."""
        if text.isascii():
            return text
        text, mended = repair(text)
        if mended:
            self.note("double-encoded text repaired")
        return text

    def _add(self, kind: str, text: str, rows: Sequence[Row] = (), links: float = 0.0) -> None:
        if not text.strip():
            return
        if self._length:
            self._pieces.append("\n\n")
            self._length += 2
        start = self._length
        self._pieces.append(text)
        self._length += len(text)
        path = tuple(name for _, name in self._path)
        self._blocks.append(Block(kind, start, self._length, path, self.page, tuple(rows), round(links, 3)))
