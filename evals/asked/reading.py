"""A file of questions, row by row: CSV, JSON lines, or chat logs in the OpenAI format."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from .chats import messages_of, user_turns
from .errors import AskedError
from .json_values import values
from .records import FIELDS, Fault, Record, columns, record_of
from .text_lines import encoding_of, lines

FORMATS = ("auto", "csv", "jsonl", "chat")
_LONGEST_ROW = 1_000_000  # characters of a line of a CSV file
_TABLES = (".csv", ".tsv")
_OBJECTS = (".jsonl", ".ndjson", ".json")
_DELIMITERS = ",;\t|"
_WRAPPERS = ("data", "items", "records", "rows", "questions", "conversations", "logs", "chats", "results")


class Source:
    """A file of questions. Iterating gives a `Record`, or a `Fault` for what can't be used, one at a time.

    `turns` counts what was passed over because no user said it (the assistant's, system's and tools' messages).
    """

    def __init__(self, path: Path, form: str = "auto") -> None:
        """Raises `AskedError` for what is no file of questions."""
        self.path = path
        self.turns: Counter[str] = Counter()
        self.encoding = encoding_of(path)
        self.form = self._form(form)

    def __iter__(self) -> Iterator[Record | Fault]:
        seen = 0
        for row in self._table() if self.form == "csv" else self._objects():
            seen += 1
            yield row
        if not seen and self.form != "csv":
            needed = _needed()
            if self.form == "chat":
                needed = 'messages, a list of {"role": "user", "content": …}'
            raise AskedError(f"{self.path} holds no question: each record needs {needed}.")

    def _form(self, form: str) -> str:
        if form not in FORMATS:
            raise AskedError(f"{form!r} is no format of questions: {', '.join(FORMATS)}.")
        if form != "auto":
            return form
        suffix = self.path.suffix.lower()
        if suffix in _TABLES:
            return "csv"
        if suffix in _OBJECTS:
            return "jsonl"
        with self._open() as stream:
            head = stream.read(4096).lstrip(" \t\r\n\ufeff")
        return "jsonl" if head[:1] in ("{", "[") else "csv"

    def _open(self) -> TextIO:
        try:
            return self.path.open(encoding=self.encoding, errors="replace", newline="")
        except OSError as error:
            raise AskedError(f"{self.path} can't be read: {error.strerror}.") from error

    def _table(self) -> Iterator[Record | Fault]:
        with self._open() as stream:
            source = (line.replace("\0", "") for line in self._rows(stream))
            head = next((line for line in source if line.strip(" \t\r\n\ufeff,;")), "")
            delimiter, header = _header(head)
            places = columns(header)
            if "question" not in places:
                shown = ", ".join(" ".join(cell.split())[:30] for cell in header[:8]) or "nothing"
                raise AskedError(
                    f"{self.path} has no column with questions: it needs {_needed()}; it has {shown}."
                )
            rows = csv.reader(source, delimiter=delimiter)
            while True:
                try:
                    row = next(rows)
                except StopIteration:
                    return
                except csv.Error:
                    yield Fault("too_long")  # a field over the reader's limit: a quote that is never closed
                    continue
                if any(cell.strip() for cell in row):
                    found = record_of(
                        {header[place]: row[place] for place in places.values() if place < len(row)}
                    )
                    yield found or Fault("empty")

    def _rows(self, stream: TextIO) -> Iterator[str]:
        for line in lines(stream, _LONGEST_ROW):
            yield "x" * (csv.field_size_limit() + 1) if line is None else line

    def _objects(self) -> Iterator[Record | Fault]:
        for value in values(self._open):
            yield from self._unwrap(value, 0)

    def _unwrap(self, value: Any, depth: int) -> Iterator[Record | Fault]:
        if isinstance(value, Fault):
            yield value
            return
        messages = messages_of(value)
        if messages is not None:
            for turn in user_turns(value, messages):
                if turn is None:
                    self.turns["not a user's"] += 1
                else:
                    yield turn
            return
        if isinstance(value, dict):
            found = record_of(value) if self.form == "jsonl" else None
            if found is not None:
                yield found
                return
            inner = next((value[name] for name in _WRAPPERS if isinstance(value.get(name), list)), None)
            if inner is not None and depth == 0:
                for one in inner:
                    yield from self._unwrap(one, 1)
                return
        self.turns["without a question"] += 1


def _header(line: str) -> tuple[str, list[str]]:
    """The delimiter under which most fields are known, and the header's cells."""
    best: tuple[int, int, str, list[str]] = (-1, 0, ",", [])
    for delimiter in _DELIMITERS:
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            continue
        if (len(columns(cells)), len(cells)) > best[:2]:
            best = (len(columns(cells)), len(cells), delimiter, cells)
    cells = [cell.strip('\ufeff \t\r\n"') for cell in best[3]]
    return best[2], cells


def _needed() -> str:
    names = FIELDS["question"]
    return f"a column or field {names[0]!r} (or {names[2]}, {names[4]}, 질문, 문의, …)"
