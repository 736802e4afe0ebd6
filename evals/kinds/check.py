"""Rules that a question of any kind must pass, and the check against near duplicates."""

from __future__ import annotations

import re

from ..facts.model import has_hangul, normalise, words_of
from ..facts.quality import gives_away
from .model import Item

MAX_WORDS = 60

_REFERS_BACK = re.compile(
    r"\b(?:this|these|those (?!of\b)|above|below|the following|aforementioned|herein|thereof|hereby)\b",
    re.IGNORECASE,
)
_REFERS_BACK_KO = re.compile(r"(?:^|\s)(?:이것|그것|이 |그 |위의|아래의|다음의|앞의|해당 )")
_PUNCTUATION = re.compile(r"[?.!,;:]{2,}(?<!\.\.\.)|\s[?.!,;:](?:\s|$)|\(\s|\s\)|“\s|\s”|  |[{}]")
_MARKUP = re.compile(r"[<>|`\[\]]|\*\*|(?:^|[\s/]):\w+:|https?://\S{40}|�")


def fault(item: Item) -> str:
    """The name of the first rule that `item` breaks, or ""."""
    stem = item.text.split("\n")[0]
    if _MARKUP.search(item.text) or any(_MARKUP.search(reference) for reference in item.references[:2]):
        return "markup"
    if len(stem.split()) > MAX_WORDS:
        return "long"
    if _PUNCTUATION.search(stem) or stem.count("(") != stem.count(")") or stem.count("“") != stem.count("”"):
        return "punctuation"
    if re.match(r"['‘][^'’]*$", stem):
        return "punctuation"  # a quotation mark that nothing closes
    if stem[-1:] not in "?.":
        return "punctuation"
    quoted = re.sub(r"“[^”]*”", "“”", stem)
    if _REFERS_BACK.search(quoted) or has_hangul(stem) and _REFERS_BACK_KO.search(stem):
        return "refers_back"
    if re.search(r"\b(\w+) \1\b", stem, re.IGNORECASE) and not re.search(r"\b(?:that that|had had)\b", stem):
        return "repeated_word"
    if item.kind == "choice":
        return _choice(item)
    if item.kind in ("number", "list", "false_premise") and gives_away(stem, list(item.references)):
        return "gives_away"
    return "" if item.references or item.kind == "unanswerable" else "no_reference"


def _choice(item: Item) -> str:
    plain = [normalise(option) for option in item.options]
    if len(set(plain)) < len(plain) or item.evidence not in item.options:
        return "options"
    if gives_away(item.text.split("\n")[0], list(item.options)):
        return "gives_away"
    return ""


class Seen:
    """Questions asked so far, for near duplicates: the same words in any order, but for small ones."""

    def __init__(self) -> None:
        self._texts: set[tuple[str, ...]] = set()

    def again(self, item: Item) -> bool:
        """Whether a question of these words was there before; remembers it if not."""
        words = normalise(item.text.split("\n")[0]).split()
        mark = (item.kind, *sorted(word for word in words if word not in _SMALL))
        if mark in self._texts:
            return True
        self._texts.add(mark)
        return False


_SMALL = words_of(
    "is are was were do does did it that true why can you explain what reason since of for in on"
)
