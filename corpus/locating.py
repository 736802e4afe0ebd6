"""Where a quotation stands in its source file: the lines that a person opens to check it.

Stored text is what a loader makes of a file, without its markup; PDF keeps pages. For the formats that people read as
text the lines are found again by the quotation's words, so that nothing depends on how a loader walks.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence

LINED = ("markdown", "text", "html", "csv", "json", "jsonl")
"""Media types whose files have lines that a person can look up."""
_WORD = re.compile(r"\w+")
_ENTITY = re.compile(r"&#?\w{1,10};")
_A_TAG = r"</?[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>"  # and not an address, as <https://firm.example/>
_CODE_TAG = re.compile(_A_TAG)
# A span of code comes first: a <script> named in it opens nothing.
_TAG = re.compile(
    rf"`[^`\n]+`|<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)>|{_A_TAG}", re.DOTALL | re.IGNORECASE
)
# What stands inside or against words and leaves nothing: tags within a line (<b>Seoul</b>에 is one word), link
# targets, attributes, the signs and names of template tags (what they are given may be text), emphasis, escapes.
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|cite|code|em|font|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|u|var|wbr)(?:\s[^<>]*)?/?>"
    r"|(?<=\])(?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\]\n]*\])|\{:[^\n]*?\}|\{[%{]-?\s*\w*|-?[%}]\}|[\[\]*`\\]|(?<!\w)_|_(?!\w)",
    re.IGNORECASE,
)
_SKIP = 8
"""Words of the source between two of the quotation, at most: markup that is left, a masked word."""
_GAP = 500
"""Words of the source between two lines of the quotation, at most: a block that a loader leaves out, as an aside."""
_SURE = 3
"""Words without a gap that a line must begin with to be looked for beyond such a block."""
_LEAST = 0.9
"""Share of the quotation's words that must be found in their order."""
_PLACEHOLDERS = frozenset(("email", "phone", "card", "iban", "national_id", "secret"))


def source_lines(source: str, quotation: str, *, after: int = 0) -> tuple[int, int] | None:
    """First and last line, from 1, of `quotation` in the text of its file, or None where it isn't found surely.

    Args:
        after: a line; of several places the first one from there on is taken, else the first one.
    """
    words, places = _words(*_plain(source))
    wanted, begins = _wanted(quotation)
    if not wanted:
        return None
    breaks = [match.start() for match in re.finditer("\n", source)]
    starts: dict[str, list[int]] = defaultdict(list)
    for number, word in enumerate(words):
        starts[word].append(number)
    for lead in range(min(3, len(wanted))):  # the first word may be one that a loader made up
        runs = (
            (start, _follow(words, starts, wanted, begins, lead, start)) for start in starts[wanted[lead]]
        )
        found = [(last - start, start, last) for start, last in runs if last is not None]
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


def _wanted(quotation: str) -> tuple[list[str], set[int]]:
    """The words to be found, and which of them begin a line of the quotation.

    What looks like markup in it, as `<form>` does in a text on HTML, is taken out as it is of the source.
    """
    wanted: list[str] = []
    begins: set[int] = set()
    for line in _plain(quotation)[0].split("\n"):
        begins.add(len(wanted))
        wanted += [word for word in _words(line, [])[0] if word not in _PLACEHOLDERS]
    return wanted, begins


def _follow(
    words: Sequence[str],
    starts: Mapping[str, Sequence[int]],
    wanted: Sequence[str],
    begins: set[int],
    lead: int,
    start: int,
) -> int | None:
    """The place of the last word of `wanted[lead:]` that follows from `start` on, or None if too few do."""
    at, missing = start, 0
    most = len(wanted) - _LEAST * len(wanted)
    for number in range(lead + 1, len(wanted)):
        word = wanted[number]
        further = _beyond(words, starts, wanted[number : number + _SURE], at) if number in begins else None
        near = words[at + 1 : at + 2 + _SKIP]
        if further is not None:
            at = further
        elif word in near:
            at += 1 + near.index(word)
        else:
            missing += 1
            if missing > most:
                return None
    return at


def _beyond(
    words: Sequence[str], starts: Mapping[str, Sequence[int]], lead: Sequence[str], at: int
) -> int | None:
    """The next place within `_GAP` words of `at` where the words `lead` stand without a gap."""
    places = starts.get(lead[0], ())
    for place in places[bisect_right(places, at) : bisect_left(places, at + 2 + _GAP)]:
        if words[place : place + len(lead)] == lead:
            return place
    return None


def _plain(source: str) -> tuple[str, list[tuple[int, int]]]:
    """The source without inline markup, and of each piece that is left its place here and its place in the source."""
    text = _TAG.sub(_untagged, source)
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


def _untagged(match: re.Match[str]) -> str:
    if match[0].startswith("`"):
        return _CODE_TAG.sub(_blank, match[0])
    return match[0] if _INLINE.fullmatch(match[0]) else _blank(match)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
