"""Which fact a question asks for: the fact that its words cover best, and that covers the question's words.

Both ways are needed. A question with one word more ("the deposit for children") asks for something else than the fact;
so does a fact that says more than the question. docs/design/exams.md says on what the thresholds were chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..facts.model import FAMILIES, has_hangul, tokens
from ..facts.quality import gives_away
from .ranking import PassageIndex
from .terms import terms

OF_QUESTION = 0.95
"""Least share of the question's terms that the fact and the names of its place must hold."""
OF_FACT = 0.50
"""Least share of the fact's own terms that the question must hold."""
PASSAGE = 0.50
"""Least share of a question's terms that a passage holds that may answer it."""
CLEAR = 0.02
"""By how much the best fact is better than the next one with another answer."""

_SLOT = re.compile(r"\{([^}]*)\}")
_NUMBER = re.compile(r"\d")
_NOT = re.compile(
    r"\b(?:not|never|no|without|except|excluding|neither|nor|cannot|\w+n't|unable|un\w{4,}|least)\b|않|아닌|없|"
    r"제외|못",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|time|century|decade)\b|언제|몇 (?:년|월|일|시)|며칠",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"\bhow (?:many|much|long|often|far|old|big|large|tall|high|heavy|fast|wide|deep|soon)\b|"
    r"\bwhat (?:percentage|percent|"
    r"percentile|share|number|amount|proportion|fraction|price|cost|fee|rate|distance|length|size|height|weight)\b|"
    r"얼마|몇|며칠|비용|요금|가격|금액",
    re.IGNORECASE,
)
_WHO = re.compile(r"\b(?:who|whom|whose)\b|누구|누가", re.IGNORECASE)
_WHERE = re.compile(r"\bwhere\b|어디", re.IGNORECASE)
_WHY = re.compile(
    r"\bwhy\b|\bhow (?:do|does|did|can|could|should|is|are|was|were|to)\b|왜|어떻게|이유", re.IGNORECASE
)
_OPEN = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|list|name|tell me the)\b", re.IGNORECASE
)
_OPEN_KO = re.compile(
    r"무엇|뭐|뭔|얼마|몇|언제|어디|누구|누가|왜|어떻게|어떤|어느|무슨|며칠|알려|가르쳐|말씀"
)
_DEFINED = re.compile(
    r"^(?:what|who)(?: is| are| was| were|'s) |^define |란\??$|(?:이|가)? ?(?:무엇|뭐)", re.IGNORECASE
)
_ROWS = ("table", "key_value", "contact", "faq", "asked", "list")  # they may hold any kind of value


@dataclass(frozen=True)
class FactTerms:
    """A stored fact as the linker sees it. `around` is what names its place: title, headings, area."""

    id: int
    kind: str
    subject: str
    relation: str
    answer: str
    citation: str
    around: str = ""


@dataclass(frozen=True)
class Link:
    """The fact that a question asks for, and how sure that is (0 to 1)."""

    fact: FactTerms
    score: float


def best_fact(index: PassageIndex, question: str, facts: Iterable[FactTerms]) -> Link | None:
    """The fact that the question asks for; None where none is sure enough, or two with other answers are alike."""
    wanted = terms(question)
    scored = [(fact_score(index, question, wanted, fact), fact) for fact in facts]
    scored = sorted((one for one in scored if one[0] > 0), key=lambda one: (-one[0], one[1].id))
    if not scored:
        return None
    score, fact = scored[0]
    for other_score, other in scored[1:]:
        if score - other_score < CLEAR and tokens(other.answer) != tokens(fact.answer):
            return None
    return Link(fact, round(score, 4))


def fact_score(index: PassageIndex, question: str, wanted: list[str], fact: FactTerms) -> float:
    """How well question and fact cover each other (harmonic mean); 0 where one doesn't cover enough of the other."""
    items = fact.answer.split("; ") if fact.kind == "list" else [fact.answer]
    if not wanted or gives_away(question, items) or not _asks_for(question, fact):
        return 0.0
    slot = " ".join(_SLOT.findall(fact.relation))
    frame = _SLOT.sub(" ", fact.relation)
    if fact.relation in ("definition", "term", "question"):
        frame = ""
    told = terms(f"{fact.subject} {frame}")
    measured = terms(slot)
    if bool(_NOT.search(question)) != bool(_NOT.search(f"{fact.subject} {fact.relation}")):
        return 0.0
    known = {*told, *measured, *terms(fact.around)}
    if any(_NUMBER.search(term) and term not in known for term in wanted):
        return 0.0
    of_question = index.coverage(wanted, known)
    of_fact = index.coverage(_own(told, fact.around), wanted)
    if of_question < OF_QUESTION or of_fact < OF_FACT:
        return 0.0
    return 2 * of_question * of_fact / (of_question + of_fact)


def _own(told: list[str], around: str) -> list[str]:
    """A fact's terms without those that only say on which page it stands, where others are left."""
    places = set(terms(around))
    own = [term for term in told if term not in places]
    return own or told


def _asks_for(question: str, fact: FactTerms) -> bool:
    """Whether the question's words of asking go with the kind of the fact's value."""
    if fact.kind in ("faq", "asked"):
        return True
    open_words = _OPEN_KO if has_hangul(question) else _OPEN
    if not open_words.search(question):
        return False  # yes or no is asked, and no fact says either
    family = FAMILIES.get(fact.kind, fact.kind)
    if _WHEN.search(question):
        return family == "when" or fact.kind in _ROWS
    if _QUANTITY.search(question):
        return family == "quantity" or fact.kind in _ROWS
    if _WHO.search(question):
        return family in ("name", "short", "definition") or fact.kind in _ROWS
    if _WHERE.search(question):
        return family in ("place", "name", "short") or fact.kind in _ROWS
    if _WHY.search(question):
        return fact.kind in ("short", *_ROWS)
    if fact.kind == "definition":
        return bool(_DEFINED.search(question))
    if family in ("when", "quantity"):
        measured = set(terms(" ".join(_SLOT.findall(fact.relation))))
        # "What is the fee?" asks for an amount without saying so; a date is asked for by name.
        return bool(measured & set(terms(question))) or (family == "quantity" and not measured)
    return True
