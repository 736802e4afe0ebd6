"""Values of a JSON file one after another: a line each, or the elements of one array, however it is laid out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TextIO

from ...corpus.loaders.json_reading import Reader
from .records import Fault
from .text_lines import LONGEST_LINE, lines

_CHUNK = 1 << 16
_LOOKED_AT = 20  # lines that tell whether each line is a value
_MARK = re.compile(r'\\.|["{}\[\],]', re.DOTALL)
_BLANK = " \t\r\n\ufeff"


def values(opened: Callable[[], TextIO]) -> Iterator[Any]:
    """The values of a JSON file; a `Fault` for each that is damaged or too long. `opened()` opens it anew.

    A file whose first lines are mostly values by themselves is read by lines, so that a bad line costs one line.
    Any other is read as one array (its elements are the values) or as values that follow each other. What is
    held: one value.
    """
    reader = Reader(lambda note: None)
    with opened() as stream:
        first = list(islice(_filled(stream), _LOOKED_AT))
    good = sum(line is None or not isinstance(_parsed(reader, line), Fault) for line in first)
    with opened() as stream:
        if good * 2 > len(first):
            for line in _filled(stream):
                yield from [Fault("too_long")] if line is None else _unwrapped(_parsed(reader, line))
        else:
            for text in split(stream):
                yield Fault("too_long") if text is None else _parsed(reader, text)


def _filled(stream: TextIO) -> Iterator[str | None]:
    for line in lines(stream):
        if line is None or line.strip(_BLANK):
            yield line


def _parsed(reader: Reader, text: str) -> Any:
    try:
        return reader.whole(text.strip(_BLANK))
    except (ValueError, RecursionError):
        return Fault("bad_json")


def _unwrapped(value: Any) -> Iterator[Any]:
    """The elements of a line that is an array of records; a list of messages is one value."""
    if isinstance(value, list) and not any(isinstance(one, dict) and "role" in one for one in value):
        yield from value
    else:
        yield value


class _Split:
    """Where a text stands while it is cut into values: inside strings brackets don't count."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.inner = 0  # depth at which values stand: 1 in an array
        self.depth, self.quoted = 0, False
        self.kept: list[str] = []
        self.size = 0

    def keep(self, piece: str) -> None:
        self.size += len(piece)
        if self.size <= self.longest:
            self.kept.append(piece)

    def take(self) -> Iterator[str | None]:
        """The value that has been kept, if any: None where it was too long."""
        text = "".join(self.kept).strip(_BLANK)
        if self.size > self.longest:
            yield None
        elif text:
            yield text
        self.kept, self.size = [], 0

    def feed(self, chunk: str) -> Iterator[str | None]:
        begin = 0
        for match in _MARK.finditer(chunk):
            sign, place = match[0], match.start()
            if sign == '"':
                self.quoted = not self.quoted
            elif self.quoted or sign[0] == "\\":
                continue
            elif sign in "{[":
                self.depth += 1
            elif sign in "}]":
                self.depth -= 1
                if self.depth <= self.inner:
                    closes = self.depth == self.inner
                    self.keep(chunk[begin : place + closes])
                    begin, self.depth = place + 1, self.inner
                    yield from self.take()
            elif self.depth == self.inner:  # a comma between values
                self.keep(chunk[begin:place])
                begin = place + 1
                yield from self.take()
        self.keep(chunk[begin:])


def split(stream: TextIO, longest: int = LONGEST_LINE) -> Iterator[str | None]:
    """The texts of the elements of a top-level array, or of values in a row; None for one that is too long.

    What is never closed ends with the file, as one damaged value.
    """
    state = _Split(longest)
    begun = False
    while chunk := stream.read(_CHUNK):
        if chunk.endswith("\\"):  # a pair of signs stays together
            chunk += stream.read(1)
        if not begun:
            chunk = chunk.lstrip(_BLANK)
            begun = bool(chunk)
            if chunk.startswith("["):
                state.inner = state.depth = 1
                chunk = chunk[1:]
        yield from state.feed(chunk)
    yield from state.take()
