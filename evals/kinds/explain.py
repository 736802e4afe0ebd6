"""Questions for an explanation or a summary, one a passage, with the passage's claims as key points."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..facts.context import topics
from ..facts.grammar import lower_first
from ..facts.korean import particle
from ..facts.model import normalise
from .model import Item, Source, chosen

MIN_POINTS, MAX_POINTS = 3, 8
_PROCESS = re.compile(r"\b(?:hire|return|process|refunds?|cancellations?|delivery|payment|booking|leave|travel|repairs?|"
                      r"complaints?|training|onboarding|offboarding|application|registration|\w+ing)$", re.IGNORECASE)


def explain(sources: Sequence[Source], seed: int) -> Item | str:
    """A question about what a passage says; `sources` are its facts, all of one passage."""
    if not sources:
        return "too_few_points"
    points = list({normalise(s.fact.claim): " ".join(s.fact.claim.split()) for s in sources}.values())
    if len(points) < MIN_POINTS:
        return "too_few_points"
    if len(points) > MAX_POINTS:
        return "too_many_points"
    passage = sources[0].passage
    named = topics(passage)
    if not named:
        return "no_topic"
    topic = named[0]
    if len(topic) < 4 or topic.isdigit():
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


def _english(topic: str, page: str, seed: int) -> tuple[str, str]:
    plain = lower_first(topic)
    on = f" ({lower_first(page)})" if page else ""
    quoted = f"“{topic}”{on}"
    forms = {
        "summarise": f"Summarise what the documents say about {quoted}.",
        "points": f"What are the main points to know about {quoted}?",
        "tell": f"Explain in a few sentences what is said about {quoted}.",
    }
    if _PROCESS.search(plain) and not plain[:1].isupper():
        forms["works"] = f"Explain how {plain} works{on}."
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
