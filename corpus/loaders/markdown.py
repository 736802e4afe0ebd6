"""Markdown by markdown-it-py (CommonMark with tables), cleaned of what site generators put into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from ..documents import LoadedDocument, TextBuilder
from ..encoding import read_text
from ..errors import CorpusError
from ..identify import language_of
from .declared import declarations
from .front_matter import read_front_matter
from .inline import Inline
from .paragraphs import Line, add_list, add_paragraph, unwrap, wrap_width
from .plain import drawn_table
from .table import add_headless
from .templates import strip_templates

_LONGEST_LINE = 200_000
_MOST_NESTING = 90
_MOST_BRACKETS = 5_000
_BLOCK_HTML = re.compile(r"<(?:table|ul|ol|dl|h[1-6]|details|pre)\b", re.IGNORECASE)
_DEFINITION = re.compile(r":\s+(\S.*)")
_ANCHOR = re.compile(r"\s*\{[#:.][^{}]*\}\s*$")
_ATTRIBUTES = re.compile(r"\{[#:.][^{}]*\}")
_LOOSE_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\(\s*(?:https?:|mailto:|[/#.])[^)\n]{0,500}\)")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,40}\]:?")
_CHECKBOX = re.compile(r"\[[ xX]\]\s+")


def load_markdown(data: bytes) -> LoadedDocument:
    """Read a Markdown file; its front matter gives title and language."""
    text, notes = read_text(data)
    lines = text.split("\n")
    front = read_front_matter(lines)
    if front.broken:
        notes.append("front matter is not closed")
    builder = TextBuilder("markdown")
    add_markdown(builder, "\n".join(lines[front.length :]))
    if builder.is_empty:
        raise CorpusError("; ".join(("empty: no text besides markup", *notes)))
    title = front.values.get("title", "") or builder.first_heading
    declared = front.values.get("lang", "") or front.values.get("language", "")
    rights = declarations(front.values, text)
    return builder.build(title, language_of(builder.text, declared), notes, rights)


def add_markdown(builder: TextBuilder, source: str, depth: int = 0) -> None:
    """Add all blocks of a Markdown text. `depth` counts texts inside HTML inside texts."""
    lines = source.split("\n")
    if max((len(line) for line in lines), default=0) > _LONGEST_LINE:
        raise CorpusError(
            f"a line of more than {_LONGEST_LINE:,} characters: not Markdown that anybody wrote"
        )
    text = strip_templates(source, builder.note)
    tokens = _parser().parse(text)
    _Reader(builder, tokens, depth).read()


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _MOST_NESTING}).enable(["table", "strikethrough"])
    parser.core.ruler.before("inline", "unwrap", _unwrap_breaks)
    return parser


def _unwrap_breaks(state: StateCore) -> None:
    """Before inline text is parsed: joins wrapped lines, and makes hard breaks of the breaks that are meant."""
    width = wrap_width(token.content.split("\n") for token in state.tokens if token.type == "inline")
    for token in state.tokens:
        if token.content.count("[") > _MOST_BRACKETS:
            token.content = token.content.replace("[", "\\[")  # links cost the square of their number
        if token.type == "inline" and "\n" in token.content:
            token.content = "  \n".join(unwrap(token.content.split("\n"), width))


class _Reader:
    """Walks the flat list of block tokens."""

    def __init__(self, builder: TextBuilder, tokens: Sequence[Token], depth: int) -> None:
        self.builder = builder
        self.tokens = tokens
        self.depth = depth
        self.at = 0

    def read(self) -> None:
        """Add every block."""
        handlers: dict[str, Callable[[Token], None]] = {
            "heading_open": self._heading,
            "paragraph_open": self._paragraph,
            "bullet_list_open": self._list,
            "ordered_list_open": self._list,
            "table_open": self._table,
            "fence": self._code,
            "code_block": self._code,
            "html_block": self._html,
        }
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            handler = handlers.get(token.type)
            if handler:
                handler(token)

    def _heading(self, token: Token) -> None:
        line = " ".join(line.text for line in self._lines(self.tokens[self.at]))
        self.builder.heading(int(token.tag[1]), _ANCHOR.sub("", line))

    def _paragraph(self, token: Token) -> None:
        lines = self._lines(self.tokens[self.at])
        rows = drawn_table([line.text for line in lines if line.text.startswith("|")])
        if rows:
            # a table without a header row, or with a broken one
            add_headless(self.builder, rows)
            lines = [line for line in lines if not line.text.startswith("|")]
        if len(lines) >= 2 and any(_DEFINITION.match(line.text) for line in lines[1:]):
            lines = _definitions(self.builder, lines)
        add_paragraph(self.builder, lines)

    def _code(self, token: Token) -> None:
        self.builder.code(token.content)

    def _html(self, token: Token) -> None:
        from .boilerplate import strip_boilerplate
        from .html import add_html, parse

        blocks = bool(_BLOCK_HTML.search(token.content))
        content = _LOOSE_LINK.sub(r"<a>\1</a>", token.content)
        soup = parse(content if blocks else token.content)
        main = strip_boilerplate(soup, lambda why: None)
        if blocks:
            add_html(self.builder, main)
        elif self.depth < 3:
            inner = main.get_text()
            if inner.strip():
                dedented = "\n".join(line.strip() for line in inner.split("\n"))
                add_markdown(self.builder, dedented, self.depth + 1)

    def _list(self, token: Token) -> None:
        """One list with all that is nested in it. Code, tables and HTML inside follow after it."""
        items: list[tuple[str, list[Line]]] = []
        open_items: list[int] = []
        counters = [(token.type == "ordered_list_open", int(token.attrGet("start") or 1))]
        later: list[tuple[int, int]] = []
        while counters:
            token = self.tokens[self.at]
            self.at += 1
            if token.type in ("bullet_list_open", "ordered_list_open"):
                counters.append((token.type == "ordered_list_open", int(token.attrGet("start") or 1)))
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                counters.pop()
            elif token.type == "list_item_open":
                ordered, number = counters[-1]
                counters[-1] = (ordered, number + 1)
                parents = [items[i][1][-1] for i in open_items[-3:]]
                items.append((f"{number}." if ordered else "-", [*parents, Line("")]))
                open_items.append(len(items) - 1)
            elif token.type == "list_item_close":
                open_items.pop()
            elif token.type == "inline" and open_items:
                own = items[open_items[-1]][1]
                own[-1] = _together(own[-1], self._lines(token))
            elif token.type == "table_open":
                later.append((self.at - 1, self._skip_to("table_close")))
            elif token.type in ("fence", "code_block", "html_block"):
                later.append((self.at - 1, self.at))
        add_list(self.builder, [(marker, [_unboxed(line) for line in lines]) for marker, lines in items])
        for start, end in later:
            _Reader(self.builder, self.tokens[start:end], self.depth).read()

    def _skip_to(self, kind: str) -> int:
        while self.tokens[self.at].type != kind:
            self.at += 1
        self.at += 1
        return self.at

    def _table(self, token: Token) -> None:
        rows: list[list[str]] = []
        links = total = 0
        while token.type != "table_close":
            token = self.tokens[self.at]
            self.at += 1
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                lines = self._lines(token)
                rows[-1].append(" ".join(line.text for line in lines))
                links += sum(line.links for line in lines)
                total += len(rows[-1][-1])
        if rows and any(cell.strip() for cell in rows[0]):
            self.builder.table(rows, links / total if total else 0.0)
        else:
            add_headless(self.builder, rows[1:])

    def _lines(self, token: Token) -> list[Line]:
        """The text of an `inline` token in lines whose breaks are meant."""
        inline = Inline()
        struck = 0
        for child in token.children or ():
            kind = child.type
            if kind in ("s_open", "s_close"):
                struck += 1 if kind == "s_open" else -1
                self.builder.note("struck-out text left out")
            elif struck:
                continue
            elif kind == "text":
                # bold that never closed, and links whose address has a space in it
                inline.text(_LOOSE_LINK.sub(r"\1", _FOOTNOTE.sub("", child.content)).replace("**", ""))
            elif kind == "code_inline":
                inline.text(child.content)
            elif kind == "strong_open":
                inline.open_bold()
            elif kind == "strong_close":
                inline.close_bold()
            elif kind == "link_open":
                inline.open_link(str(child.attrGet("href") or ""))
            elif kind == "link_close":
                inline.close_link()
            elif (
                kind in ("softbreak", "hardbreak")
                or kind == "html_inline"
                and child.content.lower().startswith("<br")
            ):
                inline.break_line()
        return [line for line in inline.take() if not _ATTRIBUTES.fullmatch(line.text.strip())]


def _definitions(builder: TextBuilder, lines: list[Line]) -> list[Line]:
    """Add `term` lines followed by `: meaning` lines as pairs; return the lines that are no such thing."""
    pairs: list[tuple[str, str]] = []
    rest: list[Line] = []
    for line in lines:
        match = _DEFINITION.match(line.text)
        if match and rest:
            pairs.append((rest.pop().text, match[1]))
        elif match and pairs:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {match[1]}")
        else:
            rest.append(line)
    builder.pairs(pairs)
    return rest


def _together(line: Line, more: Sequence[Line]) -> Line:
    parts = [part for part in (line, *more) if part.text]
    return Line(
        " ".join(part.text for part in parts),
        sum(part.bold for part in parts),
        sum(part.links for part in parts),
        parts[0].lead if parts else 0,
    )


def _unboxed(line: Line) -> Line:
    return Line(_CHECKBOX.sub("", line.text, count=1), line.bold, line.links, line.lead)
