"""The ways to ask for a fact: a bank of structures by kind and language, filled from the fact alone."""

from __future__ import annotations

import re

from .model import FactDraft, Wording, normalise
from .phrasing_en import english
from .phrasing_ko import korean
from .quality import gives_away

_DATE_ANSWER = re.compile(
    r"^(?:on )?(?:\w+day,? )?(?:\d{1,2}(?:st|nd|rd|th)? (?:of )?[A-Z][a-z]+|[A-Z][a-z]+ \d{1,2})(?:,? \d{4})?$|"
    r"^\d{4}-\d\d-\d\d$|^(?:\d{4}년 ?)?\d+월 ?\d+일$"
)
_NUMBER_ANSWER = re.compile(
    r"^(?:about |around |up to |at least |약 )?[$€£₩]?\s?\d[\d.,]*(?:\s?(?:-|–|~|to)\s?\d[\d.,]*)?\s?(?:%|"
    r"[^\W\d]+)?(?: [^\W\d]+){0,4}$"
)

_SPACED = re.compile(r" ([,.?!;])(?=\s|$)")


def wordings(fact: FactDraft) -> list[Wording]:
    """All wordings of `fact`, in a fixed order, each distinct from the others and silent about the answer."""
    kind = question_kind(fact)
    answers = fact.answer.split("; ") if fact.kind == "list" else [fact.answer]
    found: list[Wording] = []
    seen: set[str] = set()
    for template, text in (korean if fact.language == "ko" else english)(fact):
        text = _SPACED.sub(r"\1", " ".join(text.split()))
        plain = normalise(text)
        if plain and plain not in seen and not gives_away(text, answers):
            seen.add(plain)
            found.append(Wording(text, template, kind))
    return found


def question_kind(fact: FactDraft) -> str:
    """How the answer is to be compared: list, date, number or short."""
    if fact.kind in ("list", "date"):
        return fact.kind
    if fact.kind in ("money", "percentage", "duration", "number"):
        return "number"
    if fact.kind in ("table", "key_value", "faq", "asked"):
        if _DATE_ANSWER.match(fact.answer):
            return "date"
        if _NUMBER_ANSWER.match(fact.answer) and not re.search(r"\d[ :-]\d|:\d", fact.answer):
            return "number"
    return "short"
