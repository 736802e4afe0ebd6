"""Plain text: paragraphs, headings told by their look, lists, tables drawn with tabs or bars."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..documents import LoadedDocument, TextBuilder
from ..encoding import read_text
from ..identify import language_of
from .paragraphs import Line, add_paragraph, label_and_value, looks_like_heading, unwrap, wrap_width

_MARKED = re.compile(r"(#{1,6})\s+(\S.*?)\s*#*")
_UNDERLINE = re.compile(r"\s*([=\-~^*_])\1{2,}\s*")
_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?P<text>[^\W\d_].*)")
_ARTICLE = re.compile(
    r"(?:제\s?\d+\s?[장절조편]|Chapter|Section|Article|Part|Appendix|Kapitel|Artículo)\b.{0,80}"
)


def load_plain(data: bytes) -> LoadedDocument:
    """Read a plain text file."""
    text, notes = read_text(data)
    builder = TextBuilder("text")
    paragraphs = list(_paragraphs(text.split("\n")))
    width = wrap_width(paragraphs)
    for i, paragraph in enumerate(paragraphs):
        following = paragraphs[i + 1] if i + 1 < len(paragraphs) else []
        add_plain_paragraph(builder, paragraph, following, width)
    return builder.build(builder.first_heading, language_of(text), notes)


def _paragraphs(lines: list[str]) -> Iterator[list[str]]:
    """Lines between blank lines; rules of dashes end a paragraph, unless they underline a heading."""
    paragraph: list[str] = []
    for line in lines:
        underlines = _UNDERLINE.fullmatch(line) and len(paragraph) == 1 and looks_like_heading(paragraph[0])
        if underlines and abs(len(line.strip()) - len(paragraph[0].strip())) <= 4:
            yield ["# " + paragraph[0].strip() if line.strip()[0] == "=" else "## " + paragraph[0].strip()]
            paragraph = []
        elif not line.strip() or _UNDERLINE.fullmatch(line):
            if paragraph:
                yield paragraph
            paragraph = []
        elif _MARKED.fullmatch(line):
            if paragraph:
                yield paragraph
            yield [line]
            paragraph = []
        else:
            paragraph.append(line)
    if paragraph:
        yield paragraph


def add_plain_paragraph(builder: TextBuilder, lines: list[str], following: list[str], width: int) -> None:
    """Add the lines of one paragraph; a short line above longer text (`following`) is its heading."""
    if len(lines) == 1:
        text = lines[0].strip()
        marked = _MARKED.fullmatch(text)
        if marked:
            builder.heading(len(marked[1]), marked[2])
            return
        if following and looks_like_heading(text) and not label_and_value(Line(text)):
            level = heading_level(text)
            if level or sum(len(line) for line in following) > 1.5 * len(text):
                builder.heading(level or 6, text)
                return
    rows = drawn_table(lines)
    if rows:
        builder.table(rows)
        return
    add_paragraph(builder, [Line(line.strip()) for line in unwrap(lines, width)])


def heading_level(text: str) -> int:
    """The level that numbering, capitals or words such as "Chapter 3" give a heading, or 0."""
    numbered = _NUMBERED.fullmatch(text)
    if (
        numbered
        and len(text) <= 80
        and looks_like_heading(text)
        and not re.search(r"[.:;]\s", numbered["text"])
    ):
        return min(6, 2 + numbered["number"].count("."))
    if _ARTICLE.fullmatch(text):
        return 2
    letters = [char for char in text if char.isalpha() and char.lower() != char.upper()]
    return 3 if len(letters) >= 4 and all(char.isupper() for char in letters) else 0


def drawn_table(lines: list[str]) -> list[list[str]]:
    """Rows of cells when two lines or more all have the same number of tabs or bars, at least one."""
    if len(lines) < 2:
        return []
    for mark in ("\t", "|"):
        rows = [line.strip().strip("|").split(mark) for line in lines]
        rows = [row for row in rows if not all(re.fullmatch(r"[\s:\-+=]*", cell) for cell in row)]
        if len(rows) >= 2 and len({len(row) for row in rows}) == 1 and len(rows[0]) >= 2:
            return rows
    return []
