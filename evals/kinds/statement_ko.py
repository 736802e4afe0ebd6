"""A Korean fact as a sentence whose value can be exchanged."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..facts.korean import particle, question_endings
from ..facts.model import FactDraft

_RELATION = re.compile(r"^(?P<before>[^{]*)\{(?P<wh>[^}]*)\}(?P<after>.*)$")
_MARKED = re.compile(r"^(?:에는|으로는|로는|에서는|을|의)(?: |$)")
_CLAUSE = re.compile(
    r"(?:려면|위해|위해서|위해서는|때|때는|때마다|경우|경우에는|하여|해|면|통해|전에|후에|에는|에서는)$"
)
_BOUND = re.compile(
    r"이내|이상|이하|최대|최소|까지|부터|미만|초과|안에|전에|후에|이전|이후|약 |정도|수 있|가량|내에"
)
_CASE = re.compile(r"^(을|를|이|가|은|는|으로|로|과|와)(?= |$)")
_PAIRS = {
    "을": ("을", "를"), "를": ("을", "를"), "이": ("이", "가"), "가": ("이", "가"),
    "은": ("은", "는"), "는": ("은", "는"),
    "으로": ("으로", "로"), "로": ("으로", "로"), "과": ("과", "와"), "와": ("과", "와"),
}  # fmt: skip


@dataclass(frozen=True)
class KoreanStatement:
    """A Korean statement with its value apart; `after` is the rest with its verb, as a question (formal, polite)."""

    subject: str
    before: str
    after: str
    formal: str
    polite: str
    qualifier: str = ""
    bound: bool = False
    copula: bool = False  # the value itself is the predicate: "5일입니다"

    def question(self, value: str, *, polite: bool = False) -> str:
        """ "보증금은 5,000원입니까?" """
        return self._open(f"{particle(self.subject, '은', '는')} {self._rest(value, polite)}?")

    def why(self, value: str) -> str:
        """ "보증금이 왜 5,000원입니까?" """
        return self._open(f"{particle(self.subject, '이', '가')} 왜 {self._rest(value, False)}?")

    def reason(self, value: str) -> str:
        """ "보증금이 5,000원인 이유는 무엇입니까?", only where the value is the predicate."""
        return self._open(f"{particle(self.subject, '이', '가')} {self.before}{value}인 이유는 무엇입니까?")

    def _rest(self, value: str, polite: bool) -> str:
        ending = self.polite if polite else self.formal
        case = _CASE.match(ending)
        if case:
            ending = particle(value, *_PAIRS[case.group()])[len(value) :] + ending[case.end() :]
        return f"{self.before}{value}{ending}"

    def _open(self, text: str) -> str:
        return f"{self.qualifier}: {text}" if self.qualifier else text


def korean_statement(fact: FactDraft) -> KoreanStatement | None:
    """`fact` as a statement, or None where its sentence opens with a clause or ends in a way that isn't known."""
    subject, qualifier = fact.subject_and_qualifier
    if fact.relation in ("definition", "term", "question"):
        return None
    relation = _RELATION.match(fact.relation)
    if relation is None:
        noun = re.sub(r"\s*\([^()]*\)$", "", fact.relation)
        return KoreanStatement(
            f"{subject}의 {noun}",
            "",
            "입니다",
            "입니까",
            "인가요",
            qualifier,
            bool(_BOUND.search(fact.answer)),
            True,
        )
    before, wh, after = relation.groups()
    if _MARKED.match(before) or _CLAUSE.search(subject):
        return None
    claim = " ".join(fact.claim.split())
    at = claim.find(fact.answer)
    if (
        wh in ("언제", "몇 월 며칠")
        and claim[at + len(fact.answer) :].startswith("에 ")
        and not after.startswith("에")
    ):
        after = "에" + after
    stripped = after.strip()
    endings = question_endings(stripped) if stripped else None
    if endings is None or fact.answer not in claim:
        return None
    gap = after[: len(after) - len(after.lstrip())]
    said = before + fact.answer + after
    bound = bool(_BOUND.search(said))
    formal, polite = gap + endings[0], gap + endings[1]
    return KoreanStatement(subject, before, after, formal, polite, qualifier, bound, stripped == "입니다")
