"""False premises: a question that takes a wrong value for granted. The right answer corrects it.

As in FalseQA (Hu et al. 2023) and CREPE (Yu et al. 2023), the false part is presupposed and not asked about: a
question for the reason, not for whether it is so. The reference is the right value: to name it is to correct.
"""

from __future__ import annotations

import re

from ..facts.model import FactDraft
from .model import Item, Source, chosen
from .siblings import Siblings, is_short_form
from .statement import statement
from .statement_ko import korean_statement
from .values import is_value, names_a_thing
from .wrong import wrong_value

_NO_REASON = re.compile(
    r"\b(?:called|named|number|code|phone|telephone|extension|e-mail|address|id|article|model|opens|closes)\b|번호|코드|전화|내선|주소|표기|약어",
    re.IGNORECASE,
)


def premise(source: Source, siblings: Siblings, seed: int) -> Item | str:
    """A question built on a wrong value of `source`, or why there is none."""
    fact = source.fact
    if fact.kind in ("definition", "term", "contact", "list") or fact.relation in (
        "term",
        "definition",
        "question",
    ):
        return "no_premise"
    if not is_value(fact.answer) and fact.kind not in ("name", "table", "key_value"):
        return "no_single_value"
    if is_short_form(fact) or _NO_REASON.search(fact.relation) or re.fullmatch(r"\d{3,}", fact.answer):
        return "no_reason"  # nobody asks why a thing has its name or number
    if fact.kind == "table" and names_a_thing(fact.answer):
        return "no_reason"
    wrong = wrong_value(source, siblings, seed, "premise")
    if not wrong:
        return "no_wrong_value"
    asked = _korean(fact, wrong, seed) if fact.language == "ko" else _english(fact, wrong, seed)
    if isinstance(asked, str):
        return asked
    text, template = asked
    return Item(
        text=text,
        kind="false_premise",
        references=(fact.answer,),
        template=template,
        keys=(fact.key,),
        evidence=fact.answer,
        language=fact.language,
    )


def _english(fact: FactDraft, wrong: str, seed: int) -> tuple[str, str] | str:
    said = statement(fact)
    if said is None:
        return "no_statement"
    if said.bound:
        return "bound"  # "within 30 days" isn't false where 14 days is the limit
    form = chosen(("why", "explain", "reason", "heard"), "premise", seed, fact.key)
    if form == "why":
        return said.question(wrong, "why"), "premise.why"
    clause = said.clause(wrong)
    if form == "explain":
        return f"Can you explain why {clause}?", "premise.explain"
    if form == "reason":
        return f"What is the reason that {clause}?", "premise.reason"
    return f"I have heard that {clause}. Why is that?", "premise.heard"


def _korean(fact: FactDraft, wrong: str, seed: int) -> tuple[str, str] | str:
    said = korean_statement(fact)
    if said is None:
        return "no_statement"
    if said.bound:
        return "bound"
    if said.copula and chosen((True, False), "premise", seed, fact.key):
        return said.reason(wrong), "premise.reason"
    return said.why(wrong), "premise.why"
