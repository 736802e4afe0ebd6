"""Where a quotation stands in its source file: the lines that a person opens to check it.

Stored text is what a loader makes of a file, without its markup; PDF keeps pages. For the formats that people read as
text the lines are found again by the quotation's words, so that nothing depends on how a loader walks.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections import defaultdict

LINED = ("markdown", "text", "html", "csv", "json", "jsonl")
"""Media types whose files have lines that a person can look up."""
_WORD = re.compile(r"\w+")
_ENTITY = re.compile(r"&#?\w{1,10};")
_TAG = re.compile(
    r"<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)>|</?[A-Za-z][^<>]*>", re.DOTALL | re.IGNORECASE
)
# What stands inside or against words and leaves nothing: link targets, attributes, template tags, emphasis, escapes.
_INLINE = re.compile(
    r"(?<=\])(?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\]\n]*\])|\{[:%{][^\n]*?\}+|[\[\]*`\\]|(?<!\w)_|_(?!\w)"
)
_SKIP = 8
"""Words of the source between two of the quotation, at most: markup that is left, a masked word."""
_LEAST = 0.9
"""Share of the quotation's words that must be found in their order."""
_PLACEHOLDERS = frozenset(("email", "phone", "card", "iban", "national_id", "secret"))


def source_lines(source: str, quotation: str, *, after: int = 0) -> tuple[int, int] | None:
    """First and last line, from 1, of `quotation` in the text of its file, or None where it isn't found surely.

    Args:
        after: a line; of several places the first one from there on is taken, else the first one.
    """
    words, places = _words(*_plain(source))
    wanted = [word for word in _words(quotation, [])[0] if word not in _PLACEHOLDERS]
    if not wanted:
        return None
    breaks = [match.start() for match in re.finditer("\n", source)]
    starts: dict[str, list[int]] = defaultdict(list)
    for number, word in enumerate(words):
        starts[word].append(number)
    for lead in range(min(3, len(wanted))):  # the first word may be one that a loader made up
        runs = ((start, *_follow(words, wanted[lead:], start)) for start in starts[wanted[lead]])
        found = [
            (last - start, start, last) for start, last, count in runs if count + lead >= _LEAST * len(wanted)
        ]
        if found:
            # The shortest, since "the" of a sentence before may lead into it; of equal ones the next.
            shortest = min(found)[0]
            lines = [
                (bisect_right(breaks, places[start]) + 1, bisect_right(breaks, places[last]) + 1)
                for length, start, last in found
                if length == shortest
            ]
            return next((one for one in lines if one[0] >= after), lines[0])
    return None


def _follow(words: list[str], wanted: list[str], start: int) -> tuple[int, int]:
    """The place of the last of `wanted` that follows from `start` on, and how many do."""
    at, matched = start, 1
    for word in wanted[1:]:
        near = words[at + 1 : at + 2 + _SKIP]
        if word in near:
            at += 1 + near.index(word)
            matched += 1
    return at, matched


def _plain(source: str) -> tuple[str, list[tuple[int, int]]]:
    """The source without inline markup, and of each piece that is left its place here and its place in the source."""
    text = _TAG.sub(_blank, source)
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0])[:1].ljust(len(match[0])), text)
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    at = length = 0
    for match in _INLINE.finditer(text):
        places.append((length, at))
        pieces.append(text[at : match.start()])
        length += match.start() - at
        at = match.end()
    places.append((length, at))
    return "".join([*pieces, text[at:]]), places


def _words(text: str, pieces: list[tuple[int, int]]) -> tuple[list[str], list[int]]:
    """The words of `text` and the places in the source where they begin."""
    words: list[str] = []
    places: list[int] = []
    piece = 0
    for match in _WORD.finditer(text):
        while piece + 1 < len(pieces) and pieces[piece + 1][0] <= match.start():
            piece += 1
        here, there = pieces[piece] if pieces else (0, 0)
        words.append(match[0].lower())
        places.append(match.start() - here + there)
    return words, places


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
