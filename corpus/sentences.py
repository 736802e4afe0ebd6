"""Where sentences end, in the languages that use . ! ? and 。"""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"(?:[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”’）]*)|\n")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"'“‘])(?:e\.g|i\.e|cf|vs|etc|approx|incl|excl|no|nr|art|sec|fig|vol|pp?|ed|mr|mrs|ms|dr|prof|sr|jr|"
    r"st|inc|ltd|corp|co|dept|est|min|max|tel|z\.b|d\.h|bzw|ca|u\.a|sog|abs|ej|p\.ej|[a-z]|(?:[a-z]\.)+[a-z])\.$",
    re.IGNORECASE,
)


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence, without the white space between. A line break ends a sentence too."""
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        following = text[end : end + 40].lstrip()
        # "approx. 5", "No. 7", "J. Doe": the sentence goes on
        shortened = following[:1].islower() or _ABBREVIATION.search(text[max(start, end - 16) : end])
        if match[0][0] in ".…" and following and shortened:
            continue
        yield from _stripped(text, start, end)
        start = end
    yield from _stripped(text, start, len(text))


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    if piece.strip():
        yield start + lead, start + len(piece.rstrip())


def pack(spans: list[tuple[int, int]], text: str, limit: int) -> list[tuple[int, int]]:
    """Neighbouring spans joined up to `limit` characters; a longer one is cut at white space."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if out and end - out[-1][0] <= limit:
            out[-1] = (out[-1][0], end)
            continue
        while end - start > limit:
            cut = max(text.rfind(mark, start + limit // 2, start + limit) for mark in (" ", "\n", ";", ","))
            cut = cut + 1 if cut > start else start + limit
            out.append((start, start + len(text[start:cut].rstrip())))
            start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
        if end > start:
            out.append((start, end))
    return out
