"""Grading what is mostly a number: all its quantities must be there, and no others that contradict them."""

from __future__ import annotations

from collections.abc import Sequence

from .matching import Match
from .normalise import STOP_WORDS, Words
from .quantities import Quantity, comparable, same

SHORT_ANSWER = 10  # keys; in a longer answer further numbers may belong to something else


def other_words(reference: Words) -> list[str]:
    """The reference's keys that stand outside its quantities and carry meaning."""
    return [
        key
        for key, (start, end) in zip(reference.keys, reference.spans, strict=True)
        if key not in STOP_WORDS
        and not any(q.start < end and start < q.end for q in reference.quantities)
        and key not in _QUALIFIERS
    ]


_QUALIFIERS_TEXT = (
    "least most up minimum maximum more less fewer than between around approximately about roughly "
    "nearly almost only exactly calendar consecutive full total period long old age high wide circa in "
    "size approx 약 최대 최소 이상 이하 이내 까지 부터 오전 오후 "
)
_QUALIFIERS = frozenset(_QUALIFIERS_TEXT.split())


def match_amount(
    reference: Words, answer: Words, question: Words, start: int, right: Sequence[Quantity] = ()
) -> Match | None:
    """Match a reference by its quantities; None when it has none, or when the answer has none to compare.

    right: the quantities of the other references, which contradict nothing.
    """
    if not reference.quantities or not answer.quantities:
        return None
    wanted = [q for q in reference.quantities if not q.implied] or list(reference.quantities)
    # From the very start when nothing is skipped: a currency sign stands before the first key.
    begin = 0 if start == 0 else answer.spans[start][0] if start < len(answer.spans) else len(answer.text)
    offered = [q for q in answer.quantities if q.start >= begin]
    if not offered:
        return None
    found = _pair_up(wanted, offered)
    hits = [offered[i] for i in found if i is not None]
    asked = question.quantities
    strangers = [
        q
        for i, q in enumerate(offered)
        if i not in found and not q.implied and not any(same(q, o) or same(o, q) for o in (*asked, *right))
    ]
    if len(hits) < len(wanted):
        return _missing(reference, answer, wanted, hits, strangers, found)
    span = (min(q.start for q in hits), max(q.end for q in hits))
    quote = answer.text[span[0] : span[1]]
    if any(r.bound and a.bound and r.bound != a.bound for r, a in zip(wanted, hits, strict=True)):
        return Match("other bound", span, quote, reference)
    if any(r.ranged for r in wanted) and [q.start for q in hits] != sorted(q.start for q in hits):
        return Match("range turned round", span, quote, reference)
    short = len(answer.keys) <= SHORT_ANSWER
    against = [q for q in strangers if any(_contradicts(q, r, short) for r in wanted)]
    if against:
        rule = "conflicting number" if short or _beside(answer.text, hits, against) else "further numbers"
        return Match(rule, span, f"{quote}, but also {_text(answer, against[0])}", reference)
    return _with_words(reference, answer, question, span, quote)


def _with_words(reference: Words, answer: Words, question: Words, span: tuple[int, int], quote: str) -> Match:
    """All numbers are right: do the words that go with them fit?"""
    rest = [k for k in other_words(reference) if k not in question.key_set]
    if not rest or all(k in answer.key_set or (answer.korean and k in answer.text) for k in rest):
        return Match("number", span, quote, reference)
    outside = [k for k in other_words(answer) if k not in question.key_set and k not in reference.key_set]
    if not outside:
        return Match("number alone", span, quote, reference)
    return Match("number, other words", span, f"{quote}, without {rest[0]}", reference)


def _missing(
    reference: Words,
    answer: Words,
    wanted: Sequence[Quantity],
    hits: Sequence[Quantity],
    strangers: Sequence[Quantity],
    found: Sequence[int | None],
) -> Match | None:
    ranged = any(q.ranged for q in wanted)
    if hits and not (ranged and any(_contradicts(q, r, True) for q in strangers for r in wanted)):
        span = (min(q.start for q in hits), max(q.end for q in hits))
        return Match("some numbers", span, f"{len(hits)} of {len(wanted)} numbers", reference)
    lacking = [q for q, place in zip(wanted, found, strict=True) if place is None]
    for other in strangers:
        if any(comparable(other, q) or other.kind == q.kind for q in lacking):
            if any(_less_precise(q, other) for q in lacking):
                return Match("less precise", (other.start, other.end), _text(answer, other), reference)
            return Match("another number", (other.start, other.end), _text(answer, other), reference)
    for other in strangers:
        if any(_written(other) == _written(q) for q in lacking):
            return Match("another unit", (other.start, other.end), _text(answer, other), reference)
    return None


def _written(quantity: Quantity) -> float:
    return quantity.written if quantity.kind == "measure" else quantity.value


def _pair_up(wanted: Sequence[Quantity], offered: Sequence[Quantity]) -> list[int | None]:
    """For each wanted quantity the place of an offered one that equals it; none used twice."""
    used: set[int] = set()
    result: list[int | None] = []
    for quantity in wanted:
        place = next((i for i, q in enumerate(offered) if i not in used and same(quantity, q)), None)
        if place is not None:
            used.add(place)
        result.append(place)
    return result


def _contradicts(other: Quantity, wanted: Quantity, short: bool) -> bool:
    """Whether a further quantity could be meant instead of the wanted one."""
    if same(wanted, other):
        return False
    if other.kind == wanted.kind == "number":
        return (1000 <= wanted.value <= 2100) == (1000 <= other.value <= 2100)
    if other.kind == wanted.kind:
        # A day without its year beside the full date says the same date less precisely.
        return other.unit == wanted.unit and not _less_precise(wanted, other)
    return short and comparable(other, wanted) and "date" not in (other.kind, wanted.kind)


def _less_precise(wanted: Quantity, other: Quantity) -> bool:
    """A date that agrees as far as it goes."""
    if wanted.kind != "date" or other.kind not in ("date", "number"):
        return False
    said = other.dates if other.kind == "date" else ((int(other.value), None, None),)
    return any(
        all(b is None or a is None or a == b for a, b in zip(full, part, strict=True))
        and any(a is not None and a == b for a, b in zip(full, part, strict=True))
        for full in wanted.dates
        for part in said
    )


def _beside(text: str, hits: Sequence[Quantity], against: Sequence[Quantity]) -> bool:
    """Whether a contradicting number stands right beside a right one, as an alternative would."""
    return any(
        0 <= max(a.start, b.start) - min(a.end, b.end) <= 8
        and "(" not in text[min(a.end, b.end) : max(a.start, b.start)]
        for a in hits
        for b in against
    )


def _text(answer: Words, quantity: Quantity) -> str:
    return answer.text[quantity.start : quantity.end]
