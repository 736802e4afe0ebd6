"""Whether two answers to the same question say the same, say it in other words, or contradict."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..facts.model import normalise
from ..grading.amounts import other_words
from ..grading.normalise import Words, known_words
from ..grading.quantities import Quantity, same
from .likeness import content, likeness, negations

SAME, REWORDED, OTHER = "same", "reworded", "other"
HARD_KINDS = frozenset(
    ("money", "number", "percentage", "duration", "date", "time", "contact", "name", "place")
)
"""Kinds of facts whose answer is a value: another spelling may be the same value, another word is another value."""

# Chosen on every second document of product-manual-ko and software-policies (docs/log.md).
CLOSE = 0.70
CLOSE_REWRITTEN = 0.20

_ADDRESS = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://\S+|\b(?:[\w-]+\.)+(?:com|org|net|io|eu|kr|de|gov)\b"
)
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][\w'’-]+")


def compare_answers(old: str, new: str, kind: str = "", *, rewritten: bool = False) -> str:
    """`same` (one value in any spelling), `reworded` (a description in other words) or `other`.

    `rewritten` says that the document was rewritten as a whole (a new translation, a new style): then other words
    for a description are no sign of another content, while another number, date, name or address still is.
    """
    if normalise(old) == normalise(new):
        return SAME
    if kind == "list":
        return _lists(old, new, rewritten)
    one, two = known_words(old), known_words(new)
    if set(_ADDRESS.findall(old.casefold())) != set(_ADDRESS.findall(new.casefold())):
        return OTHER
    if one.quantities or two.quantities:
        return _amounts(one, two)
    if content(old) and sorted(content(old)) == sorted(content(new)) and negations(old) == negations(new):
        return SAME
    if kind in HARD_KINDS or negations(old) != negations(new) or _numbered(old) != _numbered(new):
        return OTHER
    limit = CLOSE_REWRITTEN if rewritten else CLOSE
    return REWORDED if likeness(old, new) >= limit else OTHER


def _numbered(text: str) -> set[str]:
    """Words with a number in them: Internet2 and Internet5 are two things, however alike they look."""
    return {word for word in content(text) if any(char.isdigit() for char in word)}


def _lists(old: str, new: str, rewritten: bool) -> str:
    left = {" ".join(sorted(content(item))) or item for item in old.split("; ")}
    right = {" ".join(sorted(content(item))) or item for item in new.split("; ")}
    if left == right:
        return SAME
    if rewritten and len(left) == len(right):
        return REWORDED if likeness(old, new) >= CLOSE_REWRITTEN else OTHER
    return OTHER


def _amounts(one: Words, two: Words) -> str:
    """By their quantities: each must have its equal; and what stands beside them must not contradict."""
    left = [quantity for quantity in one.quantities if not quantity.implied]
    right = [quantity for quantity in two.quantities if not quantity.implied]
    if len(left) != len(right) or not left:
        return OTHER
    if unmatched(left, right) or unmatched(right, left):
        return OTHER
    per = [{(q.unit, q.value) for q in words.quantities if q.implied} for words in (one, two)]
    if per[0] and per[1] and per[0] != per[1]:
        return OTHER  # an hour, a day
    bounds = {quantity.bound for quantity in (*left, *right)} - {""}
    if len(bounds) > 1 and [q.bound for q in left] != [q.bound for q in right]:
        return OTHER
    rest_one, rest_two = set(other_words(one)), set(other_words(two))
    return SAME if rest_one <= rest_two or rest_two <= rest_one else OTHER


def unmatched(wanted: Sequence[Quantity], offered: Sequence[Quantity]) -> list[Quantity]:
    """The quantities of `wanted` that have no equal of their own in `offered`."""
    free, lost = list(offered), []
    for quantity in wanted:
        equal = next((other for other in free if same(quantity, other) or same(other, quantity)), None)
        if equal is None:
            lost.append(quantity)
        else:
            free.remove(equal)
    return lost


def exclusive(old: str, new: str, kind: str) -> bool:
    """Whether two different answers can't both be right: values exclude each other, descriptions needn't."""
    if compare_answers(old, new, kind) != OTHER:
        return False
    if negations(old) != negations(new) and likeness(old, new) >= CLOSE:
        return True
    if _ADDRESS.search(old) and _ADDRESS.search(new):
        return True
    one, two = known_words(old), known_words(new)
    if one.quantities and two.quantities:
        # "Act A (PDF, 2 MB)" and "Act B (PDF, 3 MB)" are two things, not one with two sizes.
        rest_one, rest_two = set(other_words(one)), set(other_words(two))
        beside = kind not in HARD_KINDS and not (rest_one <= rest_two or rest_two <= rest_one)
        return not beside and any(
            a.kind == b.kind and a.unit == b.unit for a in one.quantities for b in two.quantities
        )
    return kind in HARD_KINDS - {"contact", "place"}


def is_distinct(answer: str) -> bool:
    """Whether an answer by itself points at one thing: more than a small number or one short word."""
    if _ADDRESS.search(answer) or _NAME.search(answer):
        return True
    quantities = known_words(answer).quantities
    if quantities:
        return any(
            q.kind in ("money", "date", "code") or (q.written if q.kind == "measure" else q.value) > 100
            for q in quantities
        )
    return len("".join(content(answer))) >= 6
