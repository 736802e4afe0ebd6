"""Yes/no questions: what a document says, or the same with another value in its place.

Which of both is by hash of the key, and a fact serves for either only where a wrong value is certain, so that
"yes" to everything earns a half. The references are one word, as the rules compare a polarity by how an answer
begins; the right value is the item's evidence.
"""

from __future__ import annotations

from ..facts.grammar import is_plural
from ..facts.model import FactDraft
from ..pools import number_of
from .model import Item, Source, chosen
from .openings import open_question
from .siblings import Siblings
from .statement import statement
from .statement_ko import korean_statement
from .values import quantities
from .wrong import wrong_value

WORDS = {"en": ("yes", "no"), "ko": ("네", "아니요")}


def polar(source: Source, siblings: Siblings, seed: int) -> Item | str:
    """A yes/no question about `source`, or why there is none."""
    fact = source.fact
    if fact.kind in ("list", "faq", "question") or fact.relation == "question":
        return "no_single_value"
    if fact.relation == "definition":
        return "definition"  # another description of a thing may be true as well
    wrong = wrong_value(source, siblings, seed, "polar")
    if not wrong:
        return "no_wrong_value"
    holds = is_true(fact.key, seed)
    value = fact.answer if holds else wrong
    # Both values must be short enough, whichever is asked: else the length would tip the balance.
    short = all(len(text.split()) <= 6 for text in (fact.answer, wrong))
    asked = _korean(fact, value, short, seed) if fact.language == "ko" else _english(fact, value, short, seed)
    if isinstance(asked, str):
        return asked
    text, template = asked
    yes, no = WORDS["ko" if fact.language == "ko" else "en"]
    return Item(
        text=text,
        kind="polar",
        references=(yes if holds else no,),
        template=template,
        keys=(fact.key,),
        evidence=fact.answer,
        language=fact.language,
    )


def is_true(key: str, seed: int) -> bool:
    """Whether the question of this key asks what is so: true for half of all keys."""
    return number_of("polarity", seed, key) % 2 == 0


def _english(fact: FactDraft, value: str, short: bool, seed: int) -> tuple[str, str] | str:
    said = statement(fact)
    if said is not None and not said.bound:
        if said.qualifier or chosen((True, True, False), "polar form", seed, fact.key):
            return said.question(value), "polar.inverted"
        return f"Is it true that {said.clause(value)}?", "polar.true"
    opened = open_question(fact, seed, "polar", plain=True)
    if opened is None or fact.relation in ("term", "definition"):
        return "no_statement"
    if not short or "“" in opened.text:
        return "long_value"
    # "What is X? – is it Y?" repeats itself, where the statement couldn't be put together at all.
    if opened.text.startswith(("What is", "What are")) and said is None and "{" in fact.relation:
        return "no_statement"
    several = is_plural(value) and value[:1].islower() and not quantities(value)
    it = "are they" if several else "is it"
    return f"{opened.text[:-1]} – {it} {value}?", "polar.suggested"


def _korean(fact: FactDraft, value: str, short: bool, seed: int) -> tuple[str, str] | str:
    said = korean_statement(fact)
    if said is not None and not said.bound:
        polite = chosen((True, False), "polar form", seed, fact.key)
        return said.question(value, polite=polite), "polar.polite" if polite else "polar.formal"
    opened = open_question(fact, seed, "polar", plain=True)
    if opened is None or not short:
        return "no_statement"
    return f"{opened.text} {value}입니까?", "polar.suggested"
