"""Word files by python-docx: headings by style or outline level, lists, tables, text boxes, notes."""

from __future__ import annotations

import io
import re
import time
from typing import Any

from ..documents import MINOR, LoadedDocument, TextBuilder, one_line
from ..errors import CorpusError, UnsupportedFormat
from ..identify import language_of
from .docx_styles import Numbered, Styles
from .docx_tables import blocks_of, joined_header, read_table
from .docx_text import TABLE_STEPS, ParagraphReader, name_of
from .failures import PARSER_FAILURES, told
from .office import open_package
from .paragraphs import Line, add_list, add_paragraph
from .table import add_rows

_LONGEST_HEADING = 250
_LONGEST_CELL = 500
_MOST_NODES = 3_000  # of one cell: a look at all of it would cost its depth for each table nested in it
_MOST_XML = 60_000_000  # a tree in memory takes some twenty times as much
_ODD_TITLE = re.compile(
    r"^(?:word document|microsoft|untitled|document\d*$|문서\d*$)|\.docx?$", re.IGNORECASE
)


def load_docx(data: bytes, *, max_seconds: float = 60.0) -> LoadedDocument:
    """Read a Word file (.docx) as it stands with all tracked changes accepted.

    What is not read after `max_seconds` is told in `notes`. Raises `CorpusError` when it is locked, damaged or
    too large, `UnsupportedFormat` for another kind of file.
    """
    from docx import Document
    from docx.opc.exceptions import OpcError

    with open_package(data, "word/", "Word file", ".docx", _MOST_XML):
        pass
    failures = (*PARSER_FAILURES, OpcError)
    try:
        document = Document(io.BytesIO(data))
    except ValueError as error:
        if "is not a Word file" in str(error):
            raise UnsupportedFormat("a template or a file with macros: save it as .docx") from None
        raise CorpusError(f"damaged Word file: {told(error)}") from None
    except failures as error:
        raise CorpusError(f"damaged Word file: {told(error)}") from None
    writer = _Writer(TextBuilder("docx"))
    try:
        writer.read_parts(document.part)
        writer.write(document.element.body, time.monotonic() + max_seconds)
        title = _title(document)
    except failures as error:
        raise CorpusError(f"damaged Word file: {told(error)}") from None
    builder = writer.builder
    if builder.is_empty:
        raise CorpusError("; ".join(("empty: no text in it", *builder.build("", "").notes)))
    return builder.build(writer.title or builder.first_heading or title, language_of(builder.text))


def _title(document: Any) -> str:
    title = one_line(document.core_properties.title or "")
    return "" if _ODD_TITLE.search(title) or len(title) < 4 else title


class _Writer:
    """Walks the body. All walks are loops, so deep nesting can't overflow the stack."""

    def __init__(self, builder: TextBuilder) -> None:
        self.builder = builder
        self.title = ""
        self._styles = Styles()
        self._reader = ParagraphReader({}, builder.note)
        self._notes: dict[tuple[str, str], Any] = {}
        self._items: list[tuple[Numbered, Line]] = []
        self._references: list[tuple[str, str]] = []

    def read_parts(self, part: Any) -> None:
        """Styles, numbering, addresses of links, footnotes; of page headers and footers a note is left."""
        from docx.oxml import parse_xml

        roots: dict[str, Any] = {}
        targets: dict[str, str] = {}
        for relation_id, relation in part.rels.items():
            kind = relation.reltype.rsplit("/", 1)[-1]
            if relation.is_external:
                targets[relation_id] = relation.target_ref
            elif kind in ("styles", "numbering", "footnotes", "endnotes"):
                roots[kind] = parse_xml(relation.target_part.blob)
            elif kind in ("header", "footer"):
                text = "".join(parse_xml(relation.target_part.blob).itertext())
                if any(char.isalpha() for char in text):
                    self.builder.note(f"left out: text of a page {kind}")
        self._styles = Styles.read(roots.get("styles"), roots.get("numbering"))
        self._reader = ParagraphReader(targets, self.builder.note)
        for kind in ("footnote", "endnote"):
            root = roots.get(f"{kind}s")
            for one in root.iterchildren(f"{{*}}{kind}") if root is not None else ():
                number = next((str(v) for k, v in one.attrib.items() if k.endswith("}id")), "")
                self._notes[kind, number] = one

    def write(self, body: Any, ends: float) -> None:
        """All blocks below `body`, until the monotonic time `ends`."""
        stack = list(blocks_of(body))[::-1]
        done = 0
        while stack:
            block = stack.pop()
            done += 1
            if done % 500 == 0 and time.monotonic() > ends:
                self.builder.note(f"left out after {done - 1:,} paragraphs and tables: it took too long")
                break
            if self._reader.left <= 0:
                self.builder.note(
                    f"left out after {done - 1:,} paragraphs and tables: more elements than are read of one file"
                )
                break
            name = name_of(block)
            self._reader.left -= TABLE_STEPS if name == "tbl" else 1
            if name == "p":
                stack.extend(self._paragraph(block))
            elif name == "altChunk":
                self.builder.note("an embedded document left out")
            else:
                self._end_list()
                stack.extend(self._table(block))
        self._end_list()

    def _paragraph(self, paragraph: Any) -> list[Any]:
        """Adds a paragraph; returns the blocks of its text boxes, last first."""
        if not len(paragraph):
            return []
        lines = self._reader.lines(paragraph)
        boxes, references = self._reader.take_hanging()
        level = self._styles.heading_level(paragraph)
        numbered = self._styles.numbered(paragraph)
        text = " ".join(line.text for line in lines)
        if text and self._styles.is_contents(paragraph):
            self.builder.note("lines of the table of contents left out")
        elif text and level >= 0 and len(text) <= _LONGEST_HEADING:
            self._end_list()
            self._heading(level, text, numbered)
        elif text and numbered:
            whole = Line(
                text, sum(line.bold for line in lines), sum(line.links for line in lines), lines[0].lead
            )
            self._items.append((numbered, whole))
        elif text:
            self._end_list()
            add_paragraph(self.builder, lines)
        self._references += references
        if not self._items:
            self._add_notes()
        return [block for box in boxes[::-1] for block in list(blocks_of(box))[::-1]]

    def _heading(self, level: int, text: str, numbered: Numbered | None) -> None:
        if numbered and not numbered.is_bullet and not text.startswith(numbered.marker):
            text = f"{numbered.marker} {text}"  # others refer to it by this number
        if level == 0:
            self.title = self.title or text
            self.builder.heading(1, text)
        else:
            below = level + bool(self.title)
            self.builder.heading(below if below <= 6 else MINOR, text)

    def _end_list(self) -> None:
        items: list[tuple[str, list[Line]]] = []
        parents: list[tuple[int, Line]] = []
        for numbered, line in self._items:
            while parents and parents[-1][0] >= numbered.depth:
                parents.pop()
            marker = numbered.marker
            if not numbered.list_id and not numbered.is_bullet:
                marker = f"{len(items) + 1}."
            items.append((marker, [*(one for _, one in parents), line]))
            parents.append((numbered.depth, line))
        self._items = []
        if items:
            add_list(self.builder, items)
        self._add_notes()

    def _add_notes(self) -> None:
        """Footnotes and endnotes stand below the paragraph, list or table that refers to them."""
        references, self._references = self._references, []
        for kind, number in references:
            note = self._notes.get((kind, number))
            blocks = list(blocks_of(note)) if note is not None else []
            parts = [line.text for block in blocks for line in self._lines_of(block)]
            if parts:
                self.builder.note(f"{kind}s set below what refers to them")
                self.builder.prose(" ".join(parts))
        self._reader.take_hanging()  # a note that refers to a note is not followed

    def _lines_of(self, block: Any) -> list[Line]:
        if name_of(block) == "p":
            return self._reader.lines(block)
        self.builder.note("a table inside a footnote left out")
        return []

    def _table(self, table: Any) -> list[Any]:
        """Adds a table; of one that only lays out the page the cells' blocks are returned, last first."""
        if _is_layout(table):
            cells = list(table.iterfind("{*}tr/{*}tc"))
            return [block for cell in cells[::-1] for block in list(blocks_of(cell))[::-1]]
        read = read_table(table, self._reader, self.builder.note)
        boxes, self._references = self._reader.take_hanging()
        rows = [row for row in read.rows if any(row)]
        while len(rows) > 1 and sum(map(bool, rows[0])) == 1 and rows[0][0] and not read.headed:
            add_paragraph(self.builder, [Line(rows[0][0])])
            rows = rows[1:]
        if read.headed and len(read.rows) > read.headed:
            self.builder.table([joined_header(read.rows[: read.headed]), *read.rows[read.headed :]])
        elif rows:
            add_rows(self.builder, rows)
        self._add_notes()
        return [block for box in boxes[::-1] for block in list(blocks_of(box))[::-1]]


def _is_layout(table: Any) -> bool:
    """One column, or cells as long as pages: a frame around text and not a table."""
    rows = list(table.iterfind("{*}tr"))
    cells = [cell for row in rows for cell in row.iterfind("{*}tc")]
    if sum(1 for row in rows for _ in row.iterchildren("{*}sdt")):
        return False
    if len(cells) == len(rows) and cells:
        return True
    return any(_is_long(cell) for cell in cells)


def _is_long(cell: Any) -> bool:
    size = 0
    for number, node in enumerate(cell.iter()):
        # of `w:p` and `w:r` python-docx gathers the text below by XPath: ten times the work of the whole walk
        size += len(node.text or "") if name_of(node) == "t" else 0
        if size > _LONGEST_CELL or number > _MOST_NODES:
            return True
    return False
