"""JSON and JSON lines: records that are whole are kept, what is damaged is told by line."""

from __future__ import annotations

import json
import re
from typing import Any

from ..documents import LoadedDocument, TextBuilder
from ..encoding import decoded
from ..errors import CorpusError
from ..identify import language_of
from .json_reading import MISSING, Reader
from .records import add_value

_MOST_NOTES = 20


def load_json(data: bytes) -> LoadedDocument:
    """Read a JSON file of records; what of a damaged one is surely whole is kept, with a note where it breaks.

    Raises `CorpusError` when nothing in it can be read.
    """
    text, notes = decoded(data)
    text = text.removeprefix("\ufeff")
    builder = TextBuilder("json")
    told: dict[str, None] = {}
    try:
        value = Reader(told.setdefault).whole(text)
    except RecursionError:
        raise CorpusError("nested too deeply to be read as records") from None
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and _is_lines(text):
            return load_json_lines(data)
        fault = f"invalid JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        told.clear()
        try:
            value = Reader(told.setdefault).leading(text)
        except RecursionError:
            value = MISSING
        if value is MISSING:
            raise CorpusError(f"{fault}; nothing before it is a whole record") from None
        notes.append(f"{fault}; only what is whole before it is kept")
    return _built(builder, value, [*notes, *told])


def load_json_lines(data: bytes) -> LoadedDocument:
    """Read JSON lines: one record a line; lines that are no JSON are told by their number and left out."""
    text, notes = decoded(data)
    builder = TextBuilder("json")
    reader = Reader(builder.note)
    values: list[Any] = []
    damaged: list[str] = []
    empty = 0
    # not splitlines(): U+2028 may stand in a string
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")), start=1):
        if not line.strip():
            continue
        try:
            values.append(reader.whole(line))
        except RecursionError:
            damaged.append(f"line {number}: nested too deeply; left out")
        except json.JSONDecodeError as error:
            damaged.append(f"line {number}: invalid JSON at column {error.colno}: {error.msg}; left out")
        else:
            empty += _is_empty(values[-1])
    if not values:
        raise CorpusError("; ".join(("no line can be read as JSON", *damaged[:3])))
    notes += damaged[:_MOST_NOTES]
    if len(damaged) > _MOST_NOTES:
        notes.append(f"{len(damaged) - _MOST_NOTES} more damaged lines left out")
    if empty:
        notes.append(f"{empty} records without a value")
    return _built(builder, values, notes)


def _built(builder: TextBuilder, value: Any, notes: list[str]) -> LoadedDocument:
    add_value(builder, value)
    if builder.is_empty:
        raise CorpusError("; ".join(("empty: no value with text in it", *notes)))
    title = builder.first_heading if isinstance(value, dict) else ""
    return builder.build(title, language_of(builder.text), notes)


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, dict) and not any(map(bool, value.values())))


def _is_lines(text: str) -> bool:
    """Whether each of the first lines is JSON by itself: then the file is JSON lines under the wrong name."""
    lines = [line for line in text.split("\n") if line.strip()][:3]
    try:
        for line in lines:
            json.loads(line, parse_int=str)
    except ValueError:
        return False
    return len(lines) > 1
