"""Answers that are lists: every item, some items, or items that nobody asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .matching import bag_of, contained, stem
from .normalise import STOP_WORDS, Words, known_words, words

_BREAK = re.compile(
    r"\s*(?:[,;\n•|·、，]|(?<!\d)/(?!\d)|\s-\s|\s(?:and|or|as well as|plus)\s|&|\s(?:및|그리고|또는)\s"
    r"|(?:^|\s)\d[.)]\s)+\s*",
    re.IGNORECASE,
)
_KOREAN_AND = re.compile(r"(?<=[가-힣]{2})(?:와|과|이랑|랑|하고)\s")
_LEAD = re.compile(
    r"^.{0,120}?(?::|\b(?:is|are|include|includes|including|namely|comprise|comprises|offers?"
    r"|provides?|contains?|has|have|following)\b(?! not))\s*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class ListScore:
    """How a list answer compares: items found, items wanted, and items that are wrong."""

    found: int
    wanted: int
    extra: int
    evidence: str


def items_of(text: str) -> list[str]:
    """The items of a list as people and documents write them."""
    parts = [part for piece in _BREAK.split(text) for part in _KOREAN_AND.split(piece)]
    return [part.strip(" .*-\t()\"'") for part in parts if part and part.strip(" .*-\t()\"'")]


def score_list(reference: str, answer_text: str, answer: Words, question: Words) -> ListScore:
    """Compare item by item; order doesn't matter, and neither does saying an item twice."""
    wanted = [known_words(item) for item in items_of(reference)]
    wanted = [item for item in wanted if item.keys]
    bag = bag_of(answer, 0)
    missing = [item for item in wanted if not _holds(item, answer, bag.stems)]
    found = len(wanted) - len(missing)
    known = {stem(k) for item in wanted for k in item.keys} | {stem(k) for k in question.keys}
    extra = _extras(answer_text, known)
    evidence = f"{found} of {len(wanted)} items"
    if missing:
        evidence += f", without {missing[0].text.strip()}"
    if extra:
        evidence += f", and {len(extra)} more: {extra[0]}"
    return ListScore(found, len(wanted), len(extra), evidence)


def _holds(item: Words, answer: Words, stems: dict[str, int]) -> bool:
    if contained(item, answer, 0):
        return True
    if any(c.isdigit() for c in item.text) or len(item.content) < 2:
        return False
    places = [stems.get(stem(k)) for k in item.content]
    present = [p for p in places if p is not None]
    return len(present) == len(places) and max(present) - min(present) <= len(places) + 1


def _extras(text: str, known: set[str]) -> Sequence[str]:
    """Items of the answer that share no word with the reference or the question."""
    parts = items_of(text)
    if parts:
        # "The colours are red" → "red": what leads up to the list is no item.
        parts[0] = _LEAD.sub("", parts[0], count=1) or parts[0]
    extras = []
    for part in parts:
        if len(part.split()) > 6:
            continue
        keys = [k for k in words(part).keys if k not in STOP_WORDS]
        if keys and not any(stem(k) in known for k in keys):
            extras.append(part)
    return extras
