"""A fact as a sentence whose value can be exchanged: the question "is it so?", and the clause that takes it for so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..facts.asking import BEFORE_VALUE
from ..facts.grammar import is_plural, lower_first, upper_first
from ..facts.model import FactDraft, normalise
from ..facts.phrasing_en import SLOT, Parts, parts_of
from ..facts.phrasing_rows import attribute_noun, is_clause, the

_BOUND = re.compile(
    r"\b(?:within|up to|at least|at most|no (?:more|less|later|fewer|earlier)|not (?:more|less|later)|more than|"
    r"less than|fewer than|over|under|above|below|maximum|minimum|by|until|till|before|after|since|from|"
    r"as early as|as late as|about|around|approximately|nearly|almost|roughly|exceed\w*|limited|lowest|highest|"
    r"early|late|can|may|could|least|most|or (?:more|less|fewer|longer|older|younger|later|earlier|above))\b",
    re.IGNORECASE,
)
_BEFORE_DATE = re.compile(
    r"\b(on|in|at|as of|starting|effective|beginning|for|by)\s+(?:the\s+)?$", re.IGNORECASE
)
_SECOND_VERB = re.compile(
    r"^(?!.*\b(?:who|which|that|if|when|where|what|how|because)\b).*\b(?:is|are|was|were|has|will)\b"
)
_LATER_VERB = re.compile(
    r"^(?!.*\b(?:who|which|that|if|when|where|what|how|because)\b).*\b(?:costs|takes|lasts|is|are|was|were|has)\b"
)
_NO_NAME = re.compile(
    r"^(?:the )?(?:fewer|more|less|between|up to|over|under|at least|at most)\b|\w/\w|^[\d.]+$", re.IGNORECASE
)
"""Labels of a row that can't be the subject of a sentence: "fewer than 3 years"."""
_UNIT_WORD = re.compile(r"[a-z]+", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """An English statement with its value apart: `asked_opening` + value + `asked_closing` is the question.

    `bound`: the value is a limit, so that another value needn't be false where the limit is another.
    """

    asked_opening: str  # "are refunds paid within "
    asked_closing: str  # " of the return"
    opening: str  # "refunds are paid within "
    closing: str  # " of the return"
    qualifier: str = ""
    bound: bool = False

    def question(self, value: str, lead: str = "") -> str:
        """ "Are refunds paid within 14 days of the return?", after `lead` ("Why", "Since when")."""
        text = f"{lead} {self.asked_opening}{value}{self.asked_closing}".strip()
        if self.qualifier:
            return f"{upper_first(self.qualifier)}: {text}?"
        return f"{upper_first(text)}?"

    def clause(self, value: str) -> str:
        """ "refunds are paid within 14 days of the return" """
        tail = f" ({self.qualifier})" if self.qualifier else ""
        return f"{self.opening}{value}{self.closing}{tail}"


def statement(fact: FactDraft) -> Statement | None:
    """`fact` as a statement, or None where the text's own words can't be put together again for certain."""
    subject, qualifier = fact.subject_and_qualifier
    qualifier = lower_first(qualifier)
    if fact.relation == "term":
        if len(subject.split()) > 25:
            return None
        return Statement(
            "is “", f"” the term for {_quoted(subject)}", "“", f"” is the term for {_quoted(subject)}"
        )
    if fact.relation == "definition":
        bare = re.sub(r"^(?:an?|the) ", "", subject)
        return Statement(f"does “{bare}” mean “", "”", f"“{bare}” means “", "”")
    if fact.relation == "question" or fact.relation.startswith("{") or _NO_NAME.search(subject):
        return None
    if "{" in fact.relation:
        return _framed(fact, subject, qualifier)
    if fact.kind == "contact":
        use = f"the {fact.relation} for “{fact.subject}”"
        return Statement("is ", f" {use}", "", f" is {use}")
    return _celled(fact, subject, qualifier)


def _quoted(text: str) -> str:
    return f"“{text}”"


def _celled(fact: FactDraft, name: str, qualifier: str) -> Statement | None:
    noun = attribute_noun(fact)
    if "“" in noun or is_clause(name) or len(name.split()) > 6 or name[:1].isdigit():
        return None
    row = the(name)
    be = "are" if is_plural(noun) else "is"
    proper = row[:1].isupper() and " " in row
    on = "" if not qualifier or proper and fact.relation.count(" ") else f" ({qualifier})"
    bound = bool(_BOUND.search(fact.answer) or re.search(r"\b(?:max|min)", noun))
    return Statement(f"{be} the {noun} of {row}{on} ", "", f"the {noun} of {row}{on} {be} ", "", bound=bound)


def _framed(fact: FactDraft, subject: str, qualifier: str) -> Statement | None:
    parts = parts_of(subject, fact.relation, asker=True)
    stated = parts_of(subject, fact.relation, asker=False)
    around = _around(fact, stated)
    if around is None:
        return None
    before, behind = around
    after = f" {parts.after}" if parts.after else ""
    closing = f"{behind}{after}"
    asker = parts.subject
    rest = f"{parts.rest} " if parts.rest else ""
    lead = f"{before} " if before else ""
    bound = bool(
        _BOUND.search(f"{before} {fact.answer} {behind}") or _BOUND.search(" ".join(parts.before.split()[:1]))
    )
    if _LATER_VERB.search(" ".join(parts.before.split()[1:])):
        return None  # "a belt | made of inner tubes costs": the first verb belongs to the subject
    asked = f"{parts.auxiliary} {asker} {rest}{lead}"
    if parts.auxiliary in ("do", "does", "did") and _SECOND_VERB.search(f"{asker} {rest}"):
        return None  # the subject swallowed a verb: "Does the limit on benefits are allowed …"
    return Statement(asked, closing, f"{asker} {parts.before} {lead}", closing, qualifier, bound)


def _around(fact: FactDraft, parts: Parts) -> tuple[str, str] | None:
    """The words right before and after the value, as the text has them; None where the text reads otherwise."""
    match = SLOT.match(parts.slot)
    if not match or match["wh"] in ("who",):
        return None
    lead, wh, rest = match["lead"].strip(), match["wh"], match["rest"].strip()
    claim = " ".join(fact.claim.split())
    at = claim.find(fact.answer.removeprefix("every "))
    if at < 0:
        return None
    if wh in ("when", "what time", "where", "what date", "which day", "which days") and not lead:
        found = _BEFORE_DATE.search(claim[:at])
        lead = found.group(1).lower() if found else ""
        if not found and wh == "where":
            return None
    elif wh == "how many" and rest:
        rest = _without_unit(rest, fact.answer)
    elif wh == "what" and rest:
        return None
    elif wh in ("how long", "how much", "what percentage", "how often", "what year", "what period"):
        pass
    elif wh not in ("what", "whom", "when", "where", "what time"):
        return None
    behind = f" {rest}" if rest else ""
    last = parts.before.split()[-1:]
    said = f" {normalise(' '.join((*last, lead, fact.answer)) + behind)} "
    if said not in f" {normalise(claim)} ":
        # Some small words were left out of the relation on purpose ("a total of").
        found = BEFORE_VALUE.search(claim[:at])
        loose = f" {normalise(' '.join((lead, fact.answer)) + behind)} "
        if found is None or loose not in f" {normalise(claim)} " or not lead and wh not in ("what", "whom"):
            return None
    return lead, behind


def _without_unit(rest: str, answer: str) -> str:
    """ "days of the return" behind "14 days" → "of the return"; behind "14" it stays whole."""
    words = rest.split()
    units = {word.casefold().rstrip("s") for word in _UNIT_WORD.findall(answer)}
    while words and words[0].casefold().rstrip("s") in units:
        words.pop(0)
    return " ".join(words)
