"""Facts of two editions, paired one to one: which are the same, which are reworded, which changed.

Pure functions: nothing here knows the store. Pairs are taken greedily, best first, with ties by what the facts
say, so that the result depends neither on the order of the facts nor on which of them were handled before: a run
that was killed and goes on with the rest pairs them as the whole would have been.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..facts.model import FAMILIES
from .answers import OTHER, REWORDED, SAME, compare_answers, is_distinct
from .likeness import content, likeness, negations, odd_words, same_slot

_NUMBER = re.compile(r"[a-z]?\d[\d.]*[a-z]?")

KEPT, REWORDED_FACT, CHANGED, ADDED, GONE = "kept", "reworded", "changed", "added", "gone"

# Chosen on every second document of product-manual-ko and software-policies (docs/log.md).
SAME_DISTINCT = 0.40
SAME_PLAIN = 0.55
OTHER_KIND = 0.15
CHANGED_SUBJECT = 0.75
CHANGED_SENTENCE = 0.55
BOTH_REWORDED = 1.15  # likeness of what is asked and of the answer, together
BOTH_SUBJECT = 0.40

SHAPES = ("definition", "term", "question")
"""Relations that name a shape and say nothing of the subject."""


@dataclass(frozen=True)
class FactView:
    """A fact as the comparison sees it. `ref` is the caller's own name for it (an id or a place in a list)."""

    ref: int
    key: str
    kind: str
    subject: str
    relation: str
    answer: str
    citation: str

    @cached_property
    def asked(self) -> str:
        """What is asked about, in words."""
        return self.subject if self.relation in SHAPES else f"{self.subject} {self.relation}"

    @cached_property
    def frame(self) -> str:
        """The citation without the answer: what stays when only the answer changes."""
        text = self.citation
        for item in self.answer.split("; ") if self.kind == "list" else [self.answer]:
            text = text.replace(item, " ")
        return text

    @cached_property
    def family(self) -> str:
        """Kinds that may stand for each other."""
        return FAMILIES.get(self.kind, self.kind)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """A rank that doesn't depend on where the fact was found in a list."""
        return (self.key, self.answer, self.citation, self.kind, self.subject, self.relation)


@dataclass(frozen=True)
class FactChange:
    """What became of a fact. `old` is None for added, `new` for gone; `why` says it in words."""

    kind: str  # kept, reworded, changed, added, gone
    old: FactView | None
    new: FactView | None
    why: str


@dataclass(frozen=True)
class Judgement:
    """That two facts may be one: how surely (higher is surer), and what then became of it."""

    score: float
    kind: str
    why: str


def compare_facts(
    old: Sequence[FactView], new: Sequence[FactView], *, rewritten: bool = False
) -> list[FactChange]:
    """What became of each fact of `old`, and what is new in `new`: every fact stands in exactly one change.

    `rewritten`: see `compare_answers`.
    """
    pairs = sorted(
        _pairs(old, new, rewritten),
        key=lambda pair: (-pair[0].score, old[pair[1]].order, new[pair[2]].order),
    )
    changes: list[FactChange] = []
    left, right = set(range(len(old))), set(range(len(new)))
    for verdict, one, two in pairs:
        if one in left and two in right:
            left.remove(one)
            right.remove(two)
            changes.append(FactChange(verdict.kind, old[one], new[two], verdict.why))
    changes += [FactChange(GONE, old[place], None, "no statement like it any more") for place in sorted(left)]
    changes += [FactChange(ADDED, None, new[place], "no statement like it before") for place in sorted(right)]
    return changes


def _pairs(
    old: Sequence[FactView], new: Sequence[FactView], rewritten: bool
) -> Iterator[tuple[Judgement, int, int]]:
    """Places of facts that may be one. Only those that share a word of what is asked or of the answer are judged."""
    index: dict[str, set[int]] = defaultdict(set)
    for place, fact in enumerate(new):
        for word in _marks(fact):
            index[word].add(place)
    for place, fact in enumerate(old):
        near: set[int] = set()
        for word in _marks(fact):
            near |= index.get(word, set())
        for other in sorted(near):
            verdict = judge(fact, new[other], rewritten=rewritten)
            if verdict is not None:
                yield verdict, place, other


def _marks(fact: FactView) -> set[str]:
    return {fact.key, *content(fact.subject), *content(fact.relation), *content(fact.answer)}


def judge(old: FactView, new: FactView, *, rewritten: bool = False) -> Judgement | None:
    """Whether two facts may be one, and how surely; None where they are two."""
    if old.key == new.key and same_slot(old.relation, new.relation):
        said = compare_answers(old.answer, new.answer, new.kind, rewritten=rewritten)
        if said == OTHER and names_in_brackets(old, new):
            said = REWORDED
        if said == SAME:
            return Judgement(4.0 + likeness(old.citation, new.citation), KEPT, "the same")
        if said == REWORDED:
            likeness_ = likeness(old.answer, new.answer)
            return Judgement(3.0 + likeness_, REWORDED_FACT, "the same answer in other words")
        return Judgement(
            2.0 + likeness(old.frame, new.frame) / 2, CHANGED, "the same subject, another answer"
        )
    said = compare_answers(old.answer, new.answer, new.kind, rewritten=rewritten)
    subject, sentence = likeness(old.asked, new.asked), likeness(old.frame, new.frame)
    best = max(subject, sentence)
    if said == SAME and _may_be_one(old, new):
        limit = SAME_DISTINCT if is_distinct(old.answer) else SAME_PLAIN
        limit += 0 if old.family == new.family else OTHER_KIND
        turned = negations(old.asked) != negations(new.asked) or negations(old.frame) != negations(new.frame)
        if best < limit or turned:
            return None
        return Judgement(2.0 + best + subject / 4, REWORDED_FACT, "the same answer, asked in other words")
    if old.family != new.family or not _same_shape(old, new):
        return None
    if said == REWORDED and _may_be_one(old, new):
        together = subject + likeness(old.answer, new.answer)
        alike = likeness(old.subject, new.subject) >= BOTH_SUBJECT
        if alike and subject >= BOTH_SUBJECT and together >= BOTH_REWORDED:
            return Judgement(1.0 + together / 2, REWORDED_FACT, "asked and answered in other words")
    if subject >= CHANGED_SUBJECT and sentence >= CHANGED_SENTENCE and same_subject(old.asked, new.asked):
        return Judgement(
            1.0 + (subject + sentence) / 2, CHANGED, "the subject in other words, another answer"
        )
    return None


def _same_shape(old: FactView, new: FactView) -> bool:
    """A definition is compared with a definition, a term with a term."""
    return old.relation == new.relation or not {old.relation, new.relation} & set(SHAPES)


def _may_be_one(old: FactView, new: FactView) -> bool:
    """Whether numbers in what is asked agree: "gear 2 costs" and "gear 3 costs" are two facts."""
    return _digits(old.asked) == _digits(new.asked)


def _digits(text: str) -> set[str]:
    """Numbers, and short names with one ("A0"); a firm that is called 37signals is a word."""
    return {word for word in content(text) if _NUMBER.fullmatch(word)}


def same_subject(one: str, two: str) -> bool:
    """Whether two ways of asking are sure to ask the same: no word on both sides without its like.

    One word more on one side is allowed; a word in place of another, a number or a negation is another subject.
    """
    if negations(one) != negations(two):
        return False
    left, right = odd_words(one, two)
    if left and right:
        return False
    odd = left or right
    return len(odd) <= 1 and not any(char.isdigit() for word in odd for char in word)


def names_in_brackets(old: FactView, new: FactView) -> bool:
    """Whether the text itself says that the two answers are two names of one thing: "하이퍼스크립트(hyperscript)"."""
    for answer, other, citation in (
        (old.answer, new.answer, old.citation),
        (new.answer, old.answer, new.citation),
        (old.answer, new.answer, new.citation),
        (new.answer, old.answer, old.citation),
    ):
        if f"{answer}({other})" in citation or f"{answer} ({other})" in citation:
            return True
    return False
