"""What the styles and the numbering of a Word file say: which paragraphs are headings or list items.

Word translates the names of styles, and other programs write their own: the outline level says the same in
every language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

_HEADING = re.compile(
    r"(?:heading|überschrift|titre|título|제목|見出し|标题|заголовок)\s*([1-9])", re.IGNORECASE
)
_TITLES = frozenset(("title", "titel", "titre", "título", "제목", "문서 제목", "標題", "标题"))
_LISTED = re.compile(r"list (bullet|number)(?: (\d))?", re.IGNORECASE)
_LONGEST_CHAIN = 20
_MOST_STYLES = 10_000  # Word itself holds some 4,000; the text of the paragraphs does not hang on them
_DEEPEST = 8
_HANGUL = "가나다라마바사아자차카타파하"
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True)
class Numbered:
    """A paragraph's place in a list: the list's id, its depth from 0, and the marker as Word shows it."""

    list_id: str
    depth: int
    marker: str
    is_bullet: bool


@dataclass
class _Style:
    name: str = ""
    based_on: str = ""
    outline: int | None = None
    list_id: str | None = None
    depth: int | None = None


@dataclass
class _Level:
    format: str = "bullet"
    text: str = ""
    start: int = 1


@dataclass
class Styles:
    """The styles of one file. `numbered` counts as it goes: ask for each paragraph once, in order."""

    _styles: dict[str, _Style] = field(default_factory=dict)
    _levels: dict[str, tuple[str, dict[int, _Level]]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _default: str = ""

    @classmethod
    def read(cls, styles: Any, numbering: Any) -> Styles:
        """From the roots of `styles.xml` and `numbering.xml`, either of which may be None."""
        out = cls()
        for one in islice(styles.iterchildren("{*}style"), _MOST_STYLES) if styles is not None else ():
            name = _value(one.find("{*}name"))
            properties = one.find("{*}pPr")
            style = _Style(name, _value(one.find("{*}basedOn")))
            if properties is not None:
                style.outline = _number(properties.find("{*}outlineLvl"))
                style.list_id, style.depth = _list_of(properties)
            style_id = _attribute(one, "styleId")
            out._styles[style_id] = style
            if _attribute(one, "type") == "paragraph" and _attribute(one, "default") in ("1", "true"):
                out._default = style_id
        if numbering is not None:
            out._read_numbering(numbering)
        return out

    def _read_numbering(self, numbering: Any) -> None:
        abstract: dict[str, dict[int, _Level]] = {}
        for one in numbering.iterchildren("{*}abstractNum"):
            levels: dict[int, _Level] = {}
            for level in one.iterchildren("{*}lvl"):
                depth = _whole(_attribute(level, "ilvl"))
                if depth is not None:
                    start = _number(level.find("{*}start"))
                    levels[depth] = _Level(
                        _value(level.find("{*}numFmt")) or "decimal",
                        _value(level.find("{*}lvlText")),
                        1 if start is None else start,
                    )
            abstract[_attribute(one, "abstractNumId")] = levels
        for one in numbering.iterchildren("{*}num"):
            base = _value(one.find("{*}abstractNumId"))
            self._levels[_attribute(one, "numId")] = (base, abstract.get(base, {}))

    def heading_level(self, paragraph: Any) -> int:
        """1 to 9 for a heading, 0 for the title, -1 for other paragraphs."""
        properties = paragraph.find("{*}pPr")
        own = _number(properties.find("{*}outlineLvl")) if properties is not None else None
        if own is not None and 0 <= own <= _DEEPEST:
            return own + 1
        for style in self._chain(properties):
            name = style.name.strip().lower()
            match = _HEADING.fullmatch(name)
            if match:
                return int(match[1])
            if name in _TITLES:
                return 0
            if own is None and style.outline is not None:
                return style.outline + 1 if 0 <= style.outline <= _DEEPEST else -1
        return -1

    def is_contents(self, paragraph: Any) -> bool:
        """Whether the paragraph is a line of a table of contents, which Word makes from the headings."""
        chain = self._chain(paragraph.find("{*}pPr"))
        return bool(chain) and re.fullmatch(r"toc \d", chain[0].name.strip().lower()) is not None

    def numbered(self, paragraph: Any) -> Numbered | None:
        """The paragraph's place in a list, or None."""
        properties = paragraph.find("{*}pPr")
        list_id, depth = _list_of(properties) if properties is not None else (None, None)
        listed = None
        for style in self._chain(properties):
            list_id = style.list_id if list_id is None else list_id
            depth = style.depth if depth is None else depth
            listed = listed or _LISTED.fullmatch(style.name.strip())
        if list_id == "0":
            return None
        if list_id is None or list_id not in self._levels:
            if not listed:
                return None
            bullet = listed[1].lower() == "bullet"
            return Numbered("", int(listed[2] or 1) - 1, "-" if bullet else "1.", bullet)
        place = self._count(list_id, min(max(depth or 0, 0), _DEEPEST))
        # "List Bullet 2" is a list of its own in Word's eyes, and below "List Bullet" in the reader's
        below = int(listed[2]) - 1 if listed and listed[2] else 0
        return replace(place, depth=max(place.depth, below))

    def _count(self, list_id: str, depth: int) -> Numbered:
        base, levels = self._levels[list_id]
        level = levels.get(depth, _Level())
        counts = self._counts.setdefault(base, {})
        counts[depth] = counts[depth] + 1 if depth in counts else level.start
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        if level.format in ("bullet", "none") or not level.text.strip():
            return Numbered(list_id, depth, "-", True)

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = levels.get(at, _Level("decimal"))
            return _ordinal(counts.get(at, other.start), other.format)

        return Numbered(list_id, depth, re.sub(r"%([1-9])", shown, level.text).strip(), False)

    def _chain(self, properties: Any) -> list[_Style]:
        """The paragraph's style and those that it is based on."""
        named = _value(properties.find("{*}pStyle")) if properties is not None else ""
        style_id = named or self._default
        chain: list[_Style] = []
        while style_id in self._styles and len(chain) < _LONGEST_CHAIN:
            chain.append(self._styles[style_id])
            style_id = chain[-1].based_on
        return chain


def _ordinal(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and 1 <= number <= 26:
        letter = chr(96 + number)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman") and 1 <= number < 400:
        roman = ""
        for value, sign in _ROMAN:
            roman += sign * (number // value)
            number %= value
        return roman if form == "lowerRoman" else roman.upper()
    if form == "ganada" and 1 <= number <= len(_HANGUL):
        return _HANGUL[number - 1]
    if form.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    return str(number)


def _list_of(properties: Any) -> tuple[str | None, int | None]:
    listed = properties.find("{*}numPr")
    if listed is None:
        return None, None
    number = listed.find("{*}numId")
    return (None if number is None else _value(number)), _number(listed.find("{*}ilvl"))


def _value(element: Any) -> str:
    return "" if element is None else _attribute(element, "val")


def _number(element: Any) -> int | None:
    return None if element is None else _whole(_attribute(element, "val"))


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _attribute(element: Any, name: str) -> str:
    """An attribute whatever prefix the file uses: the namespace is always the element's own."""
    return str(element.get(f"{element.tag.rpartition('}')[0]}}}{name}") or element.get(name) or "")
