"""Questions on two facts: which is more, how far apart, how much together, and two attributes of one subject."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..facts.grammar import is_plural, lower_first
from ..facts.korean import particle
from ..facts.model import FactDraft, normalise
from ..facts.phrasing_rows import attribute_noun, is_clause, the
from ..pools import number_of
from .model import Item, Source, chosen
from .siblings import relation_of
from .values import form, names_a_thing, quantities

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_IDENTIFIER = re.compile(
    r"\b(?:code|number|no|nr|id|shelf|room|extension|phone|telephone|version|year|position|page|address|zip|post|rank|"
    r"grade|level|date|model|size|sizes|time|hours|bay|slot|row|door|chapter|age|ages)$|번호|코드|전화|내선|호실|위치|시간표|칸",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:number of|price|cost|fee|charge|deposit|stock|quantity|count|capacity|places|seats|spaces|amount|total|"
    r"rate|population|weight|length|width|height|score|points|bikes|in [a-z]{1,9})\b|\([a-z€$£%°/]{1,8}\)$|"
    r"가격|요금|수량|재고|개수|인원|무게",
    re.IGNORECASE,
)
"""Headings over bare numbers that are magnitudes; other numbers may be names ("region 9")."""
_AWKWARD = re.compile(r"\bof\b|^(?:opens|closes|starts|ends|begins|[a-z]+s time)\b")
_PER = re.compile(r"\b(?:an?|per|each|every)\b|/|당|마다", re.IGNORECASE)
_VERBS = {
    "costs": "Which costs more",
    "cost": "Which costs more",
    "takes": "Which takes longer",
    "take": "Which takes longer",
    "lasts": "Which lasts longer",
    "last": "Which lasts longer",
    "weighs": "Which weighs more",
}
_LASTING = re.compile(
    r"\b(?:duration|period|time|warranty|guarantee|interval|stay|wait|course|length|term|minutes|hours|days|months)$|기간|시간",
    re.I,
)


class Partners:
    """Facts that go with a fact: the same attribute of another subject, another attribute of the same subject."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._same: dict[tuple[object, ...], list[Source]] = defaultdict(list)
        self._of: dict[tuple[str, str], list[Source]] = defaultdict(list)
        self._answers: dict[str, set[str]] = defaultdict(set)
        for source in sources:
            fact = source.fact
            self._answers[fact.key].add(normalise(fact.answer))
            if _comparable(fact):
                self._same[_group(source)].append(source)
            if _is_attribute(fact):
                self._of[source.document, fact.subject].append(source)

    def settled(self, fact: FactDraft) -> bool:
        """Whether all facts of this key have one answer."""
        return len(self._answers[fact.key]) == 1

    def other_subject(self, source: Source, seed: int) -> Source | None:
        """A fact with the same relation, unit and form about another subject."""
        near = self._same.get(_group(source), []) if _comparable(source.fact) else []
        mine = _name(source.fact)
        return _pick(near, source, seed, lambda other: normalise(_name(other.fact)) != normalise(mine))

    def other_attribute(self, source: Source, seed: int) -> Source | None:
        """Another attribute of the same subject in the same document."""
        near = self._of.get((source.document, source.fact.subject), [])
        return _pick(near, source, seed, lambda other: relation_of(other.fact) != relation_of(source.fact))


def _pick(near: Sequence[Source], source: Source, seed: int, fits: Callable[[Source], bool]) -> Source | None:
    start = number_of("partner", seed, source.fact.key, source.fact.answer)
    for step in range(min(len(near), 40)):
        other = near[(start + step) % len(near)]
        if other.fact.key != source.fact.key and fits(other):
            return other
    return None


def _is_attribute(fact: FactDraft) -> bool:
    return fact.kind in ("table", "key_value") and "{" not in fact.relation


def _comparable(fact: FactDraft) -> bool:
    found = quantities(fact.answer)
    if len(found) != 1 or found[0].kind not in ("money", "percent", "measure", "number"):
        return False
    if len(_NUMBER.findall(fact.answer)) != 1 or found[0].bound or names_a_thing(fact.answer):
        return False
    if re.search(r"[A-Za-z]-?\d|^0\d|\d[A-Z]|[-–/:]", fact.answer):
        return False
    if _is_attribute(fact):
        noun = re.sub(r"\s*\([^()]*\)$", "", fact.relation)
        measured = found[0].unit or found[0].kind != "number" or _COUNTED.search(fact.relation)
        return bool(measured) and not _IDENTIFIER.search(noun)
    return fact.language == "en" and fact.relation.split(" ")[0] in _VERBS and fact.relation.endswith("}")


def _group(source: Source) -> tuple[object, ...]:
    fact = source.fact
    qualifier = _qualifier(fact)
    place = (source.document, qualifier) if _is_attribute(fact) else (source.passage.area,)
    return (fact.language, relation_of(fact), form(fact.answer), *place)


def _name(fact: FactDraft) -> str:
    return fact.subject_and_qualifier[0]


def _qualifier(fact: FactDraft) -> str:
    return fact.subject_and_qualifier[1]


@dataclass(frozen=True)
class _Two:
    """What a question on two facts is made of; `on` is their context in brackets."""

    first: str
    second: str
    noun: str
    on: str


def pair(source: Source, partners: Partners, seed: int) -> Item | str:
    """A question on `source` and another fact, or why there is none."""
    fact = source.fact
    if not partners.settled(fact):
        return "several_answers"
    wanted = chosen(("which", "difference", "both", "polar", "together"), "pair", seed, fact.key)
    if wanted != "both":
        other = partners.other_subject(source, seed)
        if other is not None:
            return _compare(source, other, partners, wanted, seed)
    other = partners.other_attribute(source, seed) if _is_attribute(fact) else None
    if other is not None:
        return _both(source, other, partners)
    return "no_partner"


def _two(one: FactDraft, two: FactDraft) -> _Two | str:
    names = [_name(one), _name(two)]
    qualifier = _qualifier(one)
    if not _is_attribute(one):
        if _qualifier(two) != qualifier:
            return "other_context"
        if any(name.lower() in ("you", "we", "i", "it", "they", "there") for name in names):
            return "no_names"
        return _Two(names[0], names[1], "", f" ({lower_first(qualifier)})" if qualifier else "")
    if one.language == "ko":
        noun = re.sub(r"\s*\([^()]*\)$", "", one.relation)
        return _Two(names[0], names[1], noun, f"{qualifier}: " if qualifier else "")
    noun = attribute_noun(one)
    if (
        "“" in noun
        or _AWKWARD.search(noun)
        and not noun.startswith("number of")
        or any(map(is_clause, names))
    ):
        return "odd_attribute"
    proper = all(the(name)[:1].isupper() for name in names) and " " in one.relation
    on = f" ({lower_first(qualifier)})" if qualifier and not proper else ""
    return _Two(the(names[0]), the(names[1]), noun, on)


def _compare(source: Source, other: Source, partners: Partners, wanted: str, seed: int) -> Item | str:
    one, two = source.fact, other.fact
    if not partners.settled(two):
        return "several_answers"
    if number_of("first", seed, *sorted((one.key, two.key))) % 2:
        one, two = two, one
    parts = _two(one, two)
    if isinstance(parts, str):
        return parts
    left, right = quantities(one.answer)[0], quantities(two.answer)[0]
    if left.unit != right.unit or left.kind != right.kind:
        return "other_unit"
    if left.value == right.value:
        return "equal"
    if wanted in ("difference", "together") and _is_attribute(one):
        made = _arithmetic(one, two, parts, wanted)
        if made is not None:
            text, answer = made
            return _item(text, "number", answer, f"pair.{wanted}", (one, two))
    more, less = (parts.first, parts.second) if left.value > right.value else (parts.second, parts.first)
    if one.language == "ko":
        word = "높은" if left.kind in ("money", "percent") else "긴" if _LASTING.search(parts.noun) else "큰"
        text = (
            f"{parts.on}{particle(parts.first, '과', '와')} {parts.second} 중 {particle(parts.noun, '이', '가')} "
            f"더 {word} 것은 무엇입니까?"
        )
        return _item(text, "short", more, "pair.which", (one, two))
    if not parts.noun:
        ask = _VERBS[one.relation.split(" ")[0]]
        return _item(
            f"{ask}, {parts.first} or {parts.second}{parts.on}?", "short", more, "pair.which", (one, two)
        )
    word = _comparative(left.kind, left.unit, parts.noun)
    if wanted == "polar":
        is_more = left.value > right.value
        be, that = ("Are", "those") if is_plural(parts.noun) else ("Is", "that")
        text = f"{be} the {parts.noun} of {parts.first} {word} than {that} of {parts.second}{parts.on}?"
        return _item(text, "polar", "yes" if is_more else "no", "pair.polar", (one, two))
    if chosen((True, False), "direction", seed, one.key, two.key):
        opposite = {"higher": "lower", "longer": "shorter", "greater": "smaller"}[word]
        word, more = opposite, less
    text = f"Which has the {word} {parts.noun}, {parts.first} or {parts.second}{parts.on}?"
    return _item(text, "short", more, "pair.which", (one, two))


def _comparative(kind: str, unit: str, noun: str) -> str:
    if unit in ("time", "month", "working day", "night") or _LASTING.search(noun):
        return "longer"
    return "higher" if kind in ("money", "percent", "number") else "greater"


def _arithmetic(one: FactDraft, two: FactDraft, parts: _Two, wanted: str) -> tuple[str, str] | None:
    """(question, answer) of a sum or a difference; None where it isn't natural."""
    kind = quantities(one.answer)[0].kind
    numbers = [float(_NUMBER.findall(fact.answer)[0].replace(",", "")) for fact in (one, two)]
    if wanted == "together":
        priced = re.search(r"\b(?:price|fee|cost|charge|deposit)s?$|가격|요금|비용|보증금", parts.noun)
        if kind != "money" or not priced or _PER.search(one.answer):
            return None
        value = numbers[0] + numbers[1]
    else:
        if kind not in ("money", "measure", "number") or not re.search(r"[^\d\s.,]", one.answer):
            return None
        value = abs(numbers[0] - numbers[1])
    value = round(value, 4)
    if value in (0, 1) or normalise(f"{value:g}") in (normalise(fact.answer) for fact in (one, two)):
        return None
    places = max(len(_NUMBER.findall(fact.answer)[0].partition(".")[2]) for fact in (one, two))
    comma = "," if any("," in fact.answer for fact in (one, two)) else ""
    shown = format(value, f"{comma}.{places}f")
    longer = one if numbers[0] != 1 else two
    answer = _NUMBER.sub(shown, longer.answer, count=1)
    if one.language == "ko":
        what = "차이는 얼마입니까?" if wanted == "difference" else "합계는 얼마입니까?"
        return f"{parts.on}{particle(parts.first, '과', '와')} {parts.second}의 {parts.noun} {what}", answer
    that = "those" if is_plural(parts.noun) else "that"
    if wanted == "difference":
        two_of = f"the {parts.noun} of {parts.first} and {that} of {parts.second}"
        text = f"What is the difference between {two_of}{parts.on}?"
        return text, answer
    return (
        f"How much is the {parts.noun} of {parts.first} and {that} of {parts.second} together{parts.on}?"
        if that == "that"
        else f"How much are the {parts.noun} of {parts.first} and {that} of {parts.second} together{parts.on}?"
    ), answer


def _both(source: Source, other: Source, partners: Partners) -> Item | str:
    one, two = source.fact, other.fact
    if one.start > two.start or one.start == two.start and one.relation > two.relation:
        one, two = two, one
    if not partners.settled(one) or not partners.settled(two):
        return "several_answers"
    if normalise(one.answer) == normalise(two.answer):
        return "equal"
    if any(
        re.search(r"[,;/]|\band\b|\bor\b|및|·", fact.answer) or len(fact.answer.split()) > 6
        for fact in (one, two)
    ):
        return "long_answer"
    name, qualifier = _name(one), _qualifier(one)
    if one.language == "ko":
        nouns = [re.sub(r"\s*\([^()]*\)$", "", fact.relation) for fact in (one, two)]
        lead = f"{qualifier}: " if qualifier else ""
        text = f"{lead}{name}의 {particle(nouns[0], '과', '와')} {particle(nouns[1], '은', '는')} 각각 무엇입니까?"
    else:
        nouns = [attribute_noun(fact) for fact in (one, two)]
        if (
            any("“" in noun or _AWKWARD.search(noun) for noun in nouns)
            or is_clause(name)
            or re.match(r"[a-z ]+ of [a-z ]+\d", name)
        ):
            return "odd_attribute"
        on = f" ({lower_first(qualifier)})" if qualifier else ""
        text = f"What are the {nouns[0]} and the {nouns[1]} of {the(name)}{on}?"
    return _item(text, "list", f"{one.answer}; {two.answer}", "pair.both", (one, two))


def _item(text: str, kind: str, answer: str, template: str, facts: tuple[FactDraft, FactDraft]) -> Item:
    return Item(
        text=text,
        kind=kind,
        references=(answer,),
        template=template,
        keys=tuple(fact.key for fact in facts),
        evidence="; ".join(f"{_name(fact)}: {fact.answer}" for fact in facts),
        language=facts[0].language,
    )
