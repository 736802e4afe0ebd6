"""A wrong value that could be right: a sibling's, else a made-up number of the same form."""

from __future__ import annotations

from ..facts.model import FactDraft
from .model import Source
from .siblings import Siblings, is_short_form
from .values import made_up, plausible


def wrong_value(source: Source, siblings: Siblings, seed: int, purpose: str) -> str:
    """A value that the documents don't give for this fact, or "" when none is certain.

    Nothing that the fact's own passage mentions: it may be right under another condition there.
    """
    fact, passage = source.fact, source.passage
    beside = f"{passage.heading} {passage.text}"
    for answer in siblings.others(source, seed, purpose):
        if siblings.is_wrong(source, answer, beside=beside) and _fits(fact, answer):
            return answer
    if fact.kind != "contact":
        for answer in made_up(fact.answer, seed, purpose, fact.key):
            if siblings.is_wrong(source, answer, beside=beside):
                return answer
    return ""


def _fits(fact: FactDraft, other: str) -> bool:
    """Whether `other` is about as long (what isn't tells itself apart) and could be what a short form stands for."""
    right = fact.answer
    if is_short_form(fact) and fact.subject[:1].casefold() != other[:1].casefold():
        return False
    if not plausible(right, other):
        return False
    return len(other) <= 2 * len(right) + 12 and len(right) <= 2 * len(other) + 12
