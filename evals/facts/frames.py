"""English statements as question frames.

"Refunds are paid within 14 days." → refunds, "are paid {within how many days}".

A frame keeps the sentence's own words: its subject, its verb and the rest, with question words in the place of
the value. Sentences that the rules can't read safely make no frame, and the reason is returned instead.
"""

from __future__ import annotations

import re

from .amounts import value_frames
from .coordination import predicates
from .doers import doer_frames
from .duties import duty_frames
from .frame import DANGLING, Frame
from .grammar import lower_first, upper_first
from .statements import FRONTED, clauses, expanded, is_example, split_statement, without_apposition
from .things import thing_frames

_VAGUE_FRONT = re.compile(
    r"In (?:some|most|many|general|other|certain|rare|such|all|both|each|these|either) ?"
    r"(?:cases?|words|situations|instances|circumstances)?$|"
    r"If (?:so|not|yes|no|possible|necessary|needed|applicable|in doubt|any)$|When (?:in doubt|possible|needed)$|"
    r"For (?:more|further|additional|other|general|specific)\b|For (?:information|details|help|questions|guidance)\b|"
    r"To (?:learn|find out|read|see|know) (?:more|about|if|whether|how|what)\b|To start|To begin|To get started",
    re.IGNORECASE,
)


def frames(sentence: str, names: frozenset[str] = frozenset()) -> tuple[list[Frame], list[str]]:
    """The frames of a statement, and why candidates were turned away. `names` are words that keep their capital."""
    text = expanded(sentence)
    if not text or is_example(text):
        return [], ["example_or_question"] if text else []
    found: list[Frame] = []
    reasons: list[str] = []
    for number, clause in enumerate(clauses(text)):
        good, bad = _clause_frames(clause, names)
        found += good
        reasons += bad if number == 0 or good else []
    return found, reasons


def _about(subject: str, predicate: str, front: int) -> tuple[Frame | str, ...]:
    return (*value_frames(subject, predicate, front), *thing_frames(subject, predicate, front))


def _clause_frames(text: str, names: frozenset[str]) -> tuple[list[Frame], list[str]]:
    front = ""
    fronted = FRONTED.match(text)
    if fronted:
        front, text = fronted.group("front").strip(), upper_first(fronted.group("rest"))
    split = split_statement(without_apposition(text))
    if isinstance(split, str):
        return [], [split]
    if front and (DANGLING.search(front) or _VAGUE_FRONT.match(front)):
        return [], ["refers_back"]
    subject, predicate = lower_first(split[0], names=names), split[1]
    if front:
        predicate = f"{predicate} {lower_first(front, proper=False, names=names)}"
    parts = [predicate] if front else predicates(predicate)
    results = tuple(result for part in parts for result in _about(subject, part, len(front)))
    found = [result for result in results if isinstance(result, Frame)]
    if not found:
        results = (*results, *duty_frames(subject, predicate, len(front)))
        found = [result for result in results if isinstance(result, Frame)]
    if not found:
        results = (*results, *doer_frames(subject, predicate, len(front)))
        found = [result for result in results if isinstance(result, Frame)]
    return found, [result for result in results if isinstance(result, str)]
