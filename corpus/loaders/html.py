"""HTML: the main text, in blocks. All walks are loops, so deep nesting can't overflow the stack."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from itertools import islice

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PreformattedString

from ..documents import MINOR, LoadedDocument, TextBuilder
from ..encoding import read_text
from ..errors import CorpusError
from ..identify import language_of
from .boilerplate import strip_boilerplate
from .declared import declarations, in_html
from .front_matter import read_front_matter
from .inline import Inline
from .paragraphs import Line, add_list, add_paragraph, is_question
from .table import add_headless, has_header
from .templates import strip_tags

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.IGNORECASE)
_NESTING = re.compile(
    r"<(/?)(?:div|span|section|ul|ol|table|tr|td|b|i|font|blockquote|em|strong|center|dl)\b"
)
_INLINE_WORDS = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark output q rp rt "
    "ruby s samp small span strong sub sup time tt u var wbr slot"
)
_INLINE = frozenset(_INLINE_WORDS.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset(("ul", "ol"))
_NESTED = frozenset(("ul", "ol", "table", "dl"))
_MOST_NESTED = 8  # deeper lists and tables are walked as plain blocks: each look costs all that is below
_MOST_PARENTS = 3
_MOST_SPAN = 50
_MOST_TAGS = 400_000
_DEEPEST = 500
"""Of nested blocks: pages in earnest stay below 50, and what both parsers do grows with the square of the depth."""
_TAG = re.compile(r"<[/!a-zA-Z]")
_MOST_CELLS = 200_000
_LONGEST_CELL = 1_500
_LONGEST_ITEM = 1_500


def load_html(data: bytes) -> LoadedDocument:
    """Read an HTML page: its main text without navigation, scripts and what is hidden."""
    declared = _CHARSET.search(data[:4096])
    text, notes = read_text(data, declared[1].decode("ascii", "replace") if declared else "")
    builder = TextBuilder("html")
    lines = text.split("\n")
    front = read_front_matter(lines)
    if front.length or "{%" in text:
        text = strip_tags("\n".join(lines[front.length :]), builder.note)
    text = _cut(text, builder.note)
    soup = parse(text)
    root = soup.find("html")
    lang = str(root.get("lang") or "") if isinstance(root, Tag) else ""
    name = soup.find("title")
    title = " ".join(name.get_text(" ").split()) if isinstance(name, Tag) else front.values.get("title", "")
    rights = declarations(front.values, text) + in_html(soup)
    add_html(builder, strip_boilerplate(soup, builder.note))
    if builder.is_empty:
        raise CorpusError("; ".join(("empty: no text in the page's body", *notes)))
    heading = builder.first_heading
    # "Texas | Site name": the page's own heading says it better
    if heading and (not title or heading in title or re.search(r"\s[|·–—-]\s", title)):
        title = heading
    return builder.build(title, language_of(builder.text, lang), notes, rights)


def _cut(text: str, note: Callable[[str], None]) -> str:
    """A page with no more tags than any page needs; `note` is told what comes after them and is left out."""
    if text.count("<") > _MOST_TAGS:
        last = next(islice(_TAG.finditer(text), _MOST_TAGS, None), None)
        if last is not None:
            note(f"left out: what comes after {_MOST_TAGS:,} tags")
            return text[: last.start()]
    return text


def parse(text: str) -> BeautifulSoup:
    """A tree of the page. What is nested deeper than any page needs stays as text, without its tags.

    lxml cuts what is nested deeper than 255: Python's own parser takes such pages.
    """
    depth = _depth(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        text = _flattened(text) if depth > _DEEPEST else text
        return BeautifulSoup(text, "html.parser" if depth > 200 else "lxml")


def _flattened(text: str) -> str:
    depth = 0

    def flat(match: re.Match[str]) -> str:
        nonlocal depth
        depth += -1 if match[1] else 1
        return match[0] if depth + bool(match[1]) <= _DEEPEST else " "

    return re.sub(rf"{_NESTING.pattern}[^<>]*>", flat, text)


def _depth(text: str) -> int:
    depth = most = 0
    for match in _NESTING.finditer(text):
        depth = depth - 1 if match[1] else depth + 1
        most = max(most, depth)
    return most


def add_html(builder: TextBuilder, root: Tag) -> None:
    """Add all blocks below `root`."""
    inline = Inline()

    def flush() -> None:
        add_paragraph(builder, inline.take())

    handlers = _handlers(builder)
    nested: set[int] = set()  # lists and tables that only lay out the page and are open now
    stack: list[tuple[bool, object]] = [(True, child) for child in reversed(root.contents)]
    while stack:
        opening, node = stack.pop()
        if isinstance(node, NavigableString):
            if not isinstance(node, PreformattedString):
                inline.text(str(node))
            continue
        if not isinstance(node, Tag):
            continue
        is_inline = node.name in _INLINE or node.name == "br"
        if not is_inline:
            flush()
        if not opening:
            inline.close(node)
            nested.discard(id(node))
            continue
        handler = handlers.get(node.name)
        if handler and (node.name not in _NESTED or len(nested) < _MOST_NESTED):
            if handler(node):
                continue
            nested.add(id(node))
        if inline.open(node):
            stack.append((False, node))
            stack.extend((True, child) for child in reversed(node.contents))
    flush()


def _handlers(builder: TextBuilder) -> dict[str, Callable[[Tag], bool]]:
    """What to do with a tag as a whole; a handler that returns False leaves its contents to the walk."""

    def heading(tag: Tag) -> bool:
        builder.heading(_HEADINGS.get(tag.name, MINOR), line_of(tag).text)
        return True

    def summary(tag: Tag) -> bool:
        line = line_of(tag)
        if is_question(line.text) or tag.name == "summary":
            builder.heading(MINOR, line.text)
        else:
            add_paragraph(builder, [line])
        return True

    def code(tag: Tag) -> bool:
        builder.code(tag.get_text())
        return True

    def items(tag: Tag) -> bool:
        if _is_layout_list(tag):
            return False
        add_list(builder, _items(tag))
        return True

    def table(tag: Tag) -> bool:
        rows = _rows(tag)
        if rows is None:
            return False
        caption = tag.find("caption")
        if isinstance(caption, Tag):
            add_paragraph(builder, [line_of(caption)])
        headed = bool(tag.find("th", recursive=True)) or has_header(rows)
        if headed and len(rows) > 1:
            builder.table(rows)
        else:
            add_headless(builder, rows)
        return True

    def definitions(tag: Tag) -> bool:
        pairs = _definitions(tag)
        if pairs is None:
            return False
        builder.pairs(pairs)
        return True

    return {
        **dict.fromkeys(_HEADINGS, heading),
        **dict.fromkeys(("summary", "legend"), summary),
        **dict.fromkeys(("pre", "textarea"), code),
        **dict.fromkeys(_LISTS, items),
        "table": table,
        "dl": definitions,
    }


def line_of(tag: Tag, without: frozenset[str] = frozenset()) -> Line:
    """All text in a tag as one line, leaving out tags named in `without`."""
    inline = Inline()
    stack: list[tuple[bool, object]] = [(True, child) for child in reversed(tag.contents)]
    while stack:
        opening, node = stack.pop()
        if isinstance(node, NavigableString):
            if not isinstance(node, PreformattedString):
                inline.text(str(node))
        elif isinstance(node, Tag) and node.name not in without:
            if node.name not in _INLINE:
                inline.text(" ")
            if not opening:
                inline.close(node)
            elif inline.open(node):
                stack.append((False, node))
                stack.extend((True, child) for child in reversed(node.contents))
    return inline.one_line()


def _is_layout_list(tag: Tag) -> bool:
    """A list whose items are small pages: it is walked like any other part of the page."""
    if tag.find(["h1", "h2", "h3", "h4", "h5", "h6", "table", "pre"]) is not None:
        return True
    items = tag.find_all("li")
    return not items or any(len(line_of(item, _LISTS).text) > _LONGEST_ITEM for item in items)


def _items(tag: Tag) -> list[tuple[str, list[Line]]]:
    """Marker and lines (of the parents, then its own) of each item, nested ones after their parent."""
    items: list[tuple[str, list[Line]]] = []
    number: dict[int, int] = {}
    own: dict[int, Line] = {}
    for item in tag.find_all("li"):
        own[id(item)] = line_of(item, _LISTS)
        parents: list[Line] = []
        above = item.parent
        while above is not None and above is not tag and len(parents) < _MOST_PARENTS:
            if id(above) in own:
                parents.insert(0, own[id(above)])
            above = above.parent
        parent = item.parent
        number[id(parent)] = number.get(id(parent), 0) + 1
        ordered = parent is not None and parent.name == "ol"
        items.append((f"{number[id(parent)]}." if ordered else "-", [*parents, own[id(item)]]))
    return items


def _rows(tag: Tag) -> list[list[str]] | None:
    """Cells of a data table with spans filled in, or None for a table that only lays out the page."""
    if tag.find(["table", "h1", "h2", "h3", "ul", "ol"]) is not None and tag.find("th") is None:
        return None
    rows: list[list[str]] = []
    held: dict[int, tuple[int, str]] = {}  # column → rows still to fill, text
    for row in tag.find_all("tr"):
        cells: list[str] = []
        for cell in [*row.find_all(["td", "th"], recursive=False), None]:
            while len(cells) in held:
                left, text = held.pop(len(cells))
                if left > 1:
                    held[len(cells)] = (left - 1, text)
                cells.append(text)
            if cell is None:
                break
            text = line_of(cell).text
            if len(text) > _LONGEST_CELL:
                return None
            for _ in range(_span(cell, "colspan")):
                if _span(cell, "rowspan") > 1:
                    held[len(cells)] = (_span(cell, "rowspan") - 1, text)
                cells.append(text)
        if any(cells):
            rows.append(cells)
    width = max((len(row) for row in rows), default=0)
    if width < 2 or width * len(rows) > _MOST_CELLS:
        return None
    return [row + [""] * (width - len(row)) for row in rows]


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1")
    return (
        min(max(int(value), 1), _MOST_SPAN) if value.isascii() and value.isdigit() and len(value) < 6 else 1
    )


def _definitions(tag: Tag) -> list[tuple[str, str]] | None:
    """Pairs of a `<dl>`, or None when its parts are too long for that."""
    if tag.find("dl") is not None:
        return None
    pairs: list[tuple[str, str]] = []
    term = ""
    for part in tag.find_all(["dt", "dd"]):
        text = line_of(part).text
        if part.name == "dt":
            term = text
        elif term:
            pairs.append((term, text))
    if not pairs or is_question(pairs[0][0]) or max(len(value) for _, value in pairs) > _LONGEST_CELL:
        return None
    return pairs
