"""JSON as people write it: numbers kept as they stand, damage told, what is surely whole kept.

A truncated file keeps the leading records that are complete. Nothing is guessed: a value that may go on after
the point of damage (12 of 120, half a sentence) is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from ..encoding import repair

_SPACE = re.compile(r"[ \t\n\r]*")
_MOST_DEPTH = 8  # of objects around the damaged array: each costs another look at all that follows
MISSING = object()
"""Stands for a value that could not be read."""


class Reader:
    """Reads JSON values; `note` is told of keys that occur twice and of numbers that JSON doesn't have."""

    def __init__(self, note: Callable[[str], object]) -> None:
        self.note = note
        # Numbers stay the text that they are: 1.10 is not 1.1, and a number of 5,000 digits costs nothing.
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=str,
            parse_float=str,
            parse_constant=self._constant,
            strict=False,
        )

    def whole(self, text: str) -> Any:
        """The value of a whole text. Raises `json.JSONDecodeError`, or `RecursionError` when nested too deeply."""
        return self._mended(self._decoder.decode(text))

    def leading(self, text: str) -> Any:
        """What of a damaged text is surely whole: complete records of an array, complete fields before it."""
        value, _ = self._partial(text, _SPACE.match(text).end(), 0)  # type: ignore[union-attr]
        return self._mended(value)

    def _mended(self, value: Any) -> Any:
        """The value with double-encoded strings repaired, which escapes may hide from a look at the file's text.

        Before anything cleans them: that takes out the control characters that tell what they were.
        """
        outer = [value]
        waiting: list[list[Any] | dict[str, Any]] = [outer]  # no recursion: values nest deeply
        while waiting:
            holder = waiting.pop()
            if isinstance(holder, dict):
                named = {self._string(key): one for key, one in holder.items()}
                if len(named) == len(holder):  # two keys don't become one
                    holder.clear()
                    holder.update(named)
            places = list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder))
            for place, one in places:
                if isinstance(one, str):
                    holder[place] = self._string(one)  # type: ignore[index]
                elif isinstance(one, list | dict):
                    waiting.append(one)
        return outer[0]

    def _string(self, text: str) -> str:
        if text.isascii():
            return text
        text, mended = repair(text)
        if mended:
            self.note("double-encoded text repaired")
        return text

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in pairs:
            if key in out:
                # neither is known to be the true one
                self.note(f"key {key[:60]!r} occurs twice in one record: both values kept")
                before = out[key]
                out[key] = _Twice([*(before if isinstance(before, _Twice) else [before]), value])
            else:
                out[key] = value
        return out

    def _constant(self, name: str) -> None:
        self.note(f"{name} is no JSON number: left out")

    def _partial(self, text: str, at: int, depth: int) -> tuple[Any, int]:
        """The value that begins at `at`, as far as it can be read, and where to go on (-1: nowhere)."""
        try:
            value, end = self._decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            opening = text[at : at + 1]
            if depth < _MOST_DEPTH and opening == "[":
                return self._elements(text, at + 1), -1
            if depth < _MOST_DEPTH and opening == "{":
                return self._fields(text, at + 1, depth), -1
            return MISSING, -1
        follows = _skip(text, end)
        if text[at] not in '"{[' and text[follows : follows + 1] not in (",", "]", "}"):
            return MISSING, -1  # a number or a word may have been cut short
        return value, end

    def _elements(self, text: str, at: int) -> Any:
        """The complete elements of an array that is damaged further on."""
        values: list[Any] = []
        at = _skip(text, at)
        while at < len(text):
            try:
                value, end = self._decoder.raw_decode(text, at)
            except (json.JSONDecodeError, RecursionError):
                break
            end = _skip(text, end)
            closed = text[at] in '"{['
            if closed or text[end : end + 1] in (",", "]"):
                values.append(value)
            if text[end : end + 1] != ",":
                break
            at = _skip(text, end + 1)
        return values or MISSING

    def _fields(self, text: str, at: int, depth: int) -> Any:
        """The complete fields of an object that is damaged further on, and what it wraps as far as it goes."""
        fields: list[tuple[str, Any]] = []
        at = _skip(text, at)
        while text[at : at + 1] == '"':
            try:
                key, end = self._decoder.raw_decode(text, at)
            except json.JSONDecodeError:
                break
            at = _skip(text, end)
            if text[at : at + 1] != ":":
                break
            value, end = self._partial(text, _skip(text, at + 1), depth + 1)
            if value is not MISSING:
                fields.append((key, value))
            at = _skip(text, end) if end >= 0 else len(text)
            if text[at : at + 1] != ",":
                break
            at = _skip(text, at + 1)
        return self._object(fields) if fields else MISSING


class _Twice(list[Any]):
    """The values of a key that occurs twice."""


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
