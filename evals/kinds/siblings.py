"""A client's facts by what they share: same relation, same area, same kind and form of answer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from ..change.answers import OTHER, compare_answers
from ..facts.model import FactDraft, normalise_key
from ..facts.things import is_person
from ..pools import number_of
from .model import Source
from .values import differ, form, is_value, mentions

_SLOT = re.compile(r"\{([^}]*)\}")
_TORN = re.compile(
    r"^(?:unless|if|when|while|because|how|why|there|although|since)\b|"
    r"\b(?:can|will|must|may|should|is|are|not|there|and|or|of|the|to)$|\s-\s",
    re.IGNORECASE,
)
"""A term or description that was cut from the middle of a sentence."""
_OPINION = re.compile(
    r"^(?:an?|the|one)\b(?: [\w'’-]+){0,4}? (?:example|issue|reason|investment|circumstance|way|part|process|matter|"
    r"problem|challenge|thing|step|factor|sign|question|choice|idea|must|means)\b",
    re.IGNORECASE,
)
"""What prose says of a thing without defining it: "Burnout is a real and pervasive issue"."""
_DEFINES = re.compile(
    r"\b[Mm]eans?\b|\brefers? to\b|\bdefined\b|:|[“\"]|\b(?:term|word)\b|^(?:An?|The) [a-z]"
)
_DEFINES_KO = re.compile(r"[가-힣A-Za-z](?:이)?란[ ,]|뜻|의미|말합니다|말한다|일컫|:|용어")
"""How a text defines a term; "Ghost is a nonprofit" tells of a thing."""
NAMED = frozenset({"name", "contact", "definition"})
"""Kinds whose answers are names or terms: one stands in another's place without being true as well."""


def relation_of(fact: FactDraft) -> str:
    """The relation as it compares between facts of several subjects."""
    return normalise_key(_SLOT.sub(" slot ", fact.relation))


def sort_of(fact: FactDraft) -> tuple[str, ...] | None:
    """What two answers must share to stand in each other's place; None for answers that can't be replaced."""
    if fact.kind in ("list", "faq", "question"):
        return None
    if fact.relation in ("definition", "term"):
        described = fact.subject if fact.relation == "term" else fact.answer
        if _TORN.search(fact.answer) or _TORN.search(fact.subject) or _OPINION.match(described):
            return None
        defines = _DEFINES_KO if fact.language == "ko" else _DEFINES
        if fact.relation == "definition" and not defines.search(fact.claim):
            return None
    if is_value(fact.answer):
        family = "" if fact.relation.startswith("{") else fact.kind
        return (
            fact.language,
            "value",
            family if fact.kind in ("table", "contact") else "",
            form(fact.answer),
        )
    if fact.kind in NAMED:
        person = "person" if fact.kind == "name" and is_person(fact.answer) else ""
        return (fact.language, fact.kind, relation_of(fact), _first(fact.answer), person)
    if fact.kind in ("table", "key_value") and "{" not in fact.relation:
        return (fact.language, "cell", relation_of(fact), _first(fact.answer))
    return None


def is_short_form(fact: FactDraft) -> bool:
    """Whether the fact tells what letters stand for: the letters then tell half of the answer."""
    return fact.relation.startswith(("stands for", "stand for")) or "약자" in fact.relation


def _shared_initials(short: str, words: str) -> int:
    """How many words of an expansion could stand for a letter of the short form, from the first on."""
    count = 0
    for letter, word in zip(short, words.split(), strict=False):
        if letter.casefold() != word[0].casefold():
            break
        count += 1
    return count


def _first(answer: str) -> str:
    return "upper" if answer[:1].isupper() else "digit" if answer[:1].isdigit() else "lower"


class Siblings:
    """The facts of a client, for finding other values. Build it once; it keeps no copy of any passage."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = list(sources)
        self.answers: dict[str, list[str]] = defaultdict(list)
        self._near: dict[tuple[object, ...], list[Source]] = defaultdict(list)
        for source in self.sources:
            fact = source.fact
            self.answers[fact.key].append(fact.answer)
            sort = sort_of(fact)
            if sort is None:
                continue
            relation = relation_of(fact)
            self._near["relation", sort, relation].append(source)
            self._near["area", sort, source.passage.area].append(source)
            self._near["all", sort].append(source)

    def others(self, source: Source, *seed: object) -> Iterator[str]:
        """Answers of the same sort, nearest first (relation, area, client), each begun at a place by hash."""
        sort = sort_of(source.fact)
        if sort is None:
            return
        seen = {source.fact.answer}
        rings = (
            ("relation", sort, relation_of(source.fact)),
            ("area", sort, source.passage.area),
            ("all", sort),
        )
        for ring in rings:
            near = self._near.get(ring, [])
            start = number_of("ring", source.fact.key, *seed) % len(near) if near else 0
            turned = [near[(start + place) % len(near)].fact.answer for place in range(min(len(near), 60))]
            if is_short_form(source.fact):
                turned.sort(key=lambda answer: -_shared_initials(source.fact.subject, answer))
            for answer in turned:
                if answer not in seen:
                    seen.add(answer)
                    yield answer

    def contested(self, fact: FactDraft) -> bool:
        """Whether another fact of the same key gives another answer: then no question has exactly one right one."""
        answers = self.answers[fact.key]
        return len(answers) > 1 and any(
            compare_answers(answer, fact.answer, fact.kind) == OTHER for answer in answers
        )

    def is_wrong(self, source: Source, value: str, *, beside: str) -> bool:
        """Whether `value` is certainly not an answer: no fact of this key has it and `beside` doesn't mention it."""
        if not all(differ(value, answer) for answer in self.answers[source.fact.key] or [source.fact.answer]):
            return False
        asked = f"{source.fact.subject} {source.fact.relation}"
        return not mentions(beside, value) and not mentions(asked, value)
