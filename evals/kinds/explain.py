"""Questions for an explanation or a summary, one a passage, with the passage's claims as key points."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..facts.context import topics
from ..facts.grammar import lower_first
from ..facts.korean import particle
from ..facts.model import FactDraft, normalise
from ..facts.phrasing_rows import attribute_noun
from .model import Item, Source, chosen
from .values import is_value

MIN_POINTS, MAX_POINTS = 3, 12

_LEANS = re.compile(
    r"^(?:however|also|in addition|they|it|this|these|those|once|other|otherwise|then|therefore|so|but|and|he|she|"
    r"additionally|note|for example|"
    r"그러나|하지만|또한|이는|이것|그리고)\b|\b(?:them|above|below|following)\b|\[[A-Z]+\]",
    re.IGNORECASE,
)
"""A claim that leans on the sentence before it is no key point: nobody could hold it against an answer."""
_SHORT_FORM = re.compile(r"\bstands? for\b|약자입니다|\?")
_NO_TOPIC = re.compile(
    r"\b(?:glossary|terms|short forms|acronyms|abbreviations|definitions|contacts?|links?|websites|resources|help|"
    r"related|more|see also|용어|약어|링크|연락처)\b",
    re.IGNORECASE,
)


def explain(sources: Sequence[Source], seed: int) -> Item | str:
    """A question about what a passage says; `sources` are its facts, all of one passage."""
    if not sources:
        return "too_few_points"
    points = _points(sources)
    if len(points) < MIN_POINTS:
        return "too_few_points"
    if len(points) > MAX_POINTS:
        return "too_many_points"
    passage = sources[0].passage
    named = topics(passage)
    if not named:
        return "no_topic"
    topic = named[0]
    if len(topic) < 4 or topic.isdigit() or _NO_TOPIC.search(topic):
        return "no_topic"
    page = next((other for other in named[1:] if normalise(other) not in normalise(topic)), "")
    if len(topic.split()) == 1 and not page and normalise(topic) == normalise(passage.title) == "":
        return "no_topic"
    language = sources[0].fact.language
    form, text = _korean(topic, page, seed) if language == "ko" else _english(topic, page, seed)
    return Item(
        text=text,
        kind="explain",
        references=tuple(points),
        template=f"explain.{form}",
        keys=tuple(dict.fromkeys(source.fact.key for source in sources)),
        language=language,
    )


def _is_odd(fact: FactDraft) -> bool:
    """Nothing to sum up: a cell whose heading names no attribute, a line of a form ("Language: Japanese")."""
    if fact.kind == "key_value" and not is_value(fact.answer):
        return True
    return fact.kind == "table" and fact.language == "en" and "“" in attribute_noun(fact)


def _points(sources: Sequence[Source]) -> list[str]:
    """The claims that stand alone, each once; what a short form stands for is no point of a summary."""
    found: dict[str, str] = {}
    for source in sources:
        claim = " ".join(source.fact.claim.split())
        if _is_odd(source.fact):
            continue
        if not _SHORT_FORM.search(claim) and not _LEANS.search(claim) and len(claim) <= 300:
            found.setdefault(normalise(claim), claim)
    return list(found.values())


def _english(topic: str, page: str, seed: int) -> tuple[str, str]:
    on = f" ({lower_first(page)})" if page else ""
    quoted = f"“{topic}”{on}"
    forms = {
        "summarise": f"Summarise what the documents say about {quoted}.",
        "points": f"What are the main points to know about {quoted}?",
        "tell": f"Explain in a few sentences what is said about {quoted}.",
    }
    form = chosen(list(forms), "explain", seed, topic, page)
    return form, forms[form]


def _korean(topic: str, page: str, seed: int) -> tuple[str, str]:
    on = f"{page}: " if page else ""
    forms = {
        "summarise": f"{on}‘{topic}’에 대해 문서에 나온 내용을 요약해 주세요.",
        "points": f"{on}‘{topic}’에서 꼭 알아야 할 내용은 무엇입니까?",
        "tell": f"{on}‘{topic}’{particle(topic, '을', '를')[len(topic) :]} 몇 문장으로 설명해 주세요.",
    }
    form = chosen(list(forms), "explain", seed, topic, page)
    return form, forms[form]
