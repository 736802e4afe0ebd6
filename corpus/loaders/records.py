"""Records (of JSON, of a sheet with questions and answers) as a document: tables, sections, questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bs4 import Tag

from ..documents import MINOR, TextBuilder, one_line
from .boilerplate import strip_boilerplate
from .html import add_html, parse

_HEADINGS = (
    "title",
    "name",
    "heading",
    "subject",
    "label",
    "제목",
    "이름",
    "명칭",
    "항목",
    "품명",
    "titel",
    "nombre",
)
_IDENTIFIERS = ("id", "key", "code", "no", "number", "slug", "번호", "코드")
_QUESTIONS = frozenset(["question", "questions", "q", "frage", "pregunta", "질문", "문의", "물음"])
_ANSWERS = frozenset(
    ["answer", "answers", "a", "response", "reply", "antwort", "respuesta", "답변", "답", "응답"]
)
_BODIES_WORDS = (
    "body text content contents description summary abstract note notes details message "
    "내용 본문 설명 비고 요약 inhalt contenido"
)
_BODIES = frozenset(_BODIES_WORDS.split())
_HTML = re.compile(r"</(?:p|div|li|ul|ol|h[1-6]|table|span|strong|a)>|<br ?/?>", re.IGNORECASE)
_SHORT = 80
_LONGEST_VALUE = 240
_LONGEST_HEADING = 180
_LONGEST_KEY = 240
_MOST_COLUMNS = 20
Waiting = tuple[Any, int, str]


def add_value(builder: TextBuilder, value: Any, level: int = 1, name: str = "") -> None:
    """Add any JSON value: records become tables or sections, what stands alone items of a list."""
    stack: list[Waiting] = [(value, level, name)]
    while stack:
        value, level, name = stack.pop()
        if isinstance(value, Mapping):
            stack.extend(reversed(list(_add_object(builder, value, level, name))))
        elif isinstance(value, Sequence) and not isinstance(value, str):
            _add_heading(builder, level, name)
            stack.extend(reversed(list(_add_array(builder, value, level + bool(name)))))
        else:
            _add_pairs(builder, [(name, value)])


def _add_object(builder: TextBuilder, value: Mapping[str, Any], level: int, name: str) -> Iterable[Waiting]:
    inner = list(value.values())
    if len(inner) > 1 and all(isinstance(one, Mapping) for one in inner) and not _heading_field(value):
        # an object whose values are records: its keys are their names
        _add_heading(builder, level, name)
        below = level + bool(name)
        keyed = [{"key": key, **one} for key, one in value.items() if "key" not in one]
        if len(keyed) < len(value) or not _add_table(builder, keyed):
            for key, one in value.items():
                yield one, below, key
        return
    lists = {key: one for key, one in value.items() if _is_records(one)}
    own = {key: one for key, one in value.items() if key not in lists}
    _add_record(builder, own, level, name)
    deeper = level + bool(name or _heading_field(own))
    for key, one in lists.items():
        yield one, deeper, key


def _add_array(builder: TextBuilder, values: Sequence[Any], level: int) -> Iterable[Waiting]:
    records = [one for one in values if isinstance(one, Mapping)]
    if len(records) == len(values) and (_add_faqs(builder, records) or _add_table(builder, records)):
        return
    # a record without a name after one with a name would seem to belong to that one
    named = any(_heading_field(one) for one in records)
    alone: list[str] = []
    for number, one in enumerate(values, start=1):
        if isinstance(one, Mapping | list):
            _add_items(builder, alone)
            alone = []
            nameless = named and isinstance(one, Mapping) and not _heading_field(one)
            yield one, level, f"record {number}" if nameless else ""
        else:
            alone.append(scalar(one))
    _add_items(builder, alone)


def _add_items(builder: TextBuilder, values: list[str]) -> None:
    values = [value for value in values if one_line(value)]
    if any(len(value) > _LONGEST_VALUE for value in values):
        for value in values:
            builder.prose(value)
    elif values:
        builder.items([("-", [value]) for value in values])


def _add_faqs(builder: TextBuilder, records: Sequence[Mapping[str, Any]]) -> bool:
    """Records of a question and an answer each; what else they hold comes after each."""
    keys = [_faq_keys(record) for record in records]
    if not records or not all(keys):
        return False
    for record, pair in zip(records, keys, strict=True):
        if pair:
            builder.faq(scalar(record[pair[0]]), scalar(record[pair[1]]))
            rest = flat({key: value for key, value in record.items() if key not in pair})
            _add_pairs(builder, rest)
    return True


def _faq_keys(record: Mapping[str, Any]) -> tuple[str, str] | None:
    question = next((key for key in record if key.strip().lower() in _QUESTIONS), None)
    answer = next((key for key in record if key.strip().lower() in _ANSWERS), None)
    if question is None or answer is None:
        return None
    cells = (record[question], record[answer])
    return (question, answer) if all(isinstance(one, str) and one_line(one) for one in cells) else None


def add_faq_rows(builder: TextBuilder, rows: Sequence[Sequence[str]]) -> bool:
    """Add rows whose header names a question and an answer; False when it doesn't, or a row lacks either."""
    header = [cell.strip() for cell in rows[0]]
    if len(set(header)) < len(header) or not all(header) or len(rows) < 2:
        return False
    return _add_faqs(builder, [dict(zip(header, row, strict=True)) for row in rows[1:]])


def _add_table(builder: TextBuilder, records: Sequence[Mapping[str, Any]]) -> bool:
    """Add flat records with the same keys and short values as one table; False for others."""
    if len(records) < 2 or not 2 <= len(records[0]) <= _MOST_COLUMNS:
        return False
    names = list(records[0])
    if any(one.keys() != records[0].keys() for one in records) or not all(map(one_line, names)):
        return False
    if any(isinstance(value, Mapping | list) for one in records for value in one.values()):
        return False
    rows = [[one_line(scalar(one[name])) for name in names] for one in records]
    if any(len(cell) > _SHORT for row in rows for cell in row):
        return False
    if any(key.strip().lower() in _BODIES for key in names) and any(_heading_field(one) for one in records):
        return False
    builder.table([names, *rows])
    return True


def _add_record(builder: TextBuilder, record: Mapping[str, Any], level: int, name: str) -> None:
    """One record as a section: its heading, then pairs and texts in its own order."""
    title = _heading_field(record)
    heading = one_line(scalar(record[title])) if title else ""
    if title and title.strip().lower() in _IDENTIFIERS:
        heading = "" if name else f"{one_line(title)} {heading}"
    _add_heading(builder, level, heading or name)
    rest = {key: value for key, value in record.items() if key != title or not heading}
    if name and heading and one_line(name) != heading:
        _add_pairs(builder, [("key", name)])
    _add_pairs(builder, flat(rest))


def _add_heading(builder: TextBuilder, level: int, text: str) -> None:
    builder.heading(level if level <= 6 else MINOR, text)


def _heading_field(record: Mapping[str, Any]) -> str:
    """The key of the field that names the record, or ""."""
    lowered = {key.strip().lower(): key for key in reversed(list(record))}
    for name in (*_HEADINGS, *sorted(_QUESTIONS - {"q"}), *_IDENTIFIERS):
        key = lowered.get(name)
        if (
            key is not None
            and isinstance(record[key], str)
            and 0 < len(one_line(record[key])) <= _LONGEST_HEADING
        ):
            return key
    return ""


def _add_pairs(builder: TextBuilder, fields: Iterable[tuple[str, Any]]) -> None:
    """Short values as label and value, long ones as text; pages of HTML last, as they may hold headings."""
    waiting: list[tuple[str, str]] = []
    pages: list[tuple[str, str]] = []
    for key, value in fields:
        text = scalar(value)
        label = one_line(key).rstrip(" :：")
        if not one_line(text):
            continue
        if _HTML.search(text):
            pages.append((label, text))
        elif (
            label
            and label.lower() not in _BODIES
            and len(text) <= _LONGEST_VALUE
            and "\n" not in text.strip()
        ):
            waiting.append((label, text))
        else:
            builder.pairs(waiting)
            waiting = []
            _add_text(builder, label, text)
    builder.pairs(waiting)
    for label, text in pages:
        _add_page(builder, label, text)


def _add_page(builder: TextBuilder, label: str, text: str) -> None:
    if label and label.lower() not in _BODIES:
        builder.heading(MINOR, label)
    page = parse(text)
    for heading in page.find_all(["h1", "h2", "h3", "h4", "h5"]):
        if isinstance(heading, Tag):
            heading.name = "h6"  # below the record's own heading
    add_html(builder, strip_boilerplate(page, builder.note))


def _add_text(builder: TextBuilder, label: str, text: str) -> None:
    """A long text in its paragraphs; a label that says more than "body" stands before it."""
    first = True
    for paragraph in re.split(r"\n\s*\n", text):
        if one_line(paragraph):
            told = first and label and label.lower().rsplit(".", 1)[-1] not in _BODIES
            builder.prose(f"{label}: {paragraph.strip()}" if told else paragraph)
            first = False


def flat(record: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Nested objects as `a.b`, arrays of plain values as one text, of objects as `a.1.b`; a key may occur twice."""
    out: list[tuple[str, Any]] = []
    stack: list[tuple[str, Any]] = list(record.items())[::-1]
    while stack:
        key, value = stack.pop()
        # a thousand levels of names before each of many values would fill the memory
        above = key if len(key) <= _LONGEST_KEY else f"…{key[-_LONGEST_KEY // 2 :]}"
        if isinstance(value, Mapping):
            stack.extend((f"{above}.{name}", one) for name, one in reversed(list(value.items())))
        elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
            numbered = list(enumerate(value, start=1))
            stack.extend((f"{above}.{number}", one) for number, one in reversed(numbered))
        else:
            out.append((key, value))
    return out


def joined(values: Sequence[str]) -> str:
    """Plain values as one text: words with commas, sentences and long values on lines of their own."""
    values = [value for value in values if one_line(value)]
    wordy = any(len(value) > _SHORT or re.search(r"[.!?。]$", value.strip()) for value in values)
    return ("\n" if wordy else ", ").join(values)


def scalar(value: Any) -> str:
    """A plain value as text; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return joined([f"{key}: {one}" for key, one in flat(value)])
    return joined([scalar(one) for one in value]) if isinstance(value, list) else str(value)


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)
