"""What the makers of questions are given, and what they give back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from ..facts.model import FactDraft, PassageText
from ..pools import number_of

KINDS = ("polar", "choice", "pair", "false_premise", "unanswerable", "explain")

_T = TypeVar("_T")


@dataclass(frozen=True)
class Source:
    """A fact with the passage it stands in. `document` names the document, in any form that compares equal."""

    fact: FactDraft
    passage: PassageText
    document: str = ""


@dataclass(frozen=True)
class Item:
    """A question with everything that its grading needs.

    `kind` is how the answer is compared: polar, choice, short, number, list, false_premise, unanswerable or
    explain. `references` are equally good right answers, but for `explain`, where each is a key point. `options`
    are those of a choice, in the order of their letters. `template` is "family.variant". `keys` are those of the
    facts that the item rests on. `evidence` is the right value behind a yes or no, or the value that corrects a
    premise.
    """

    text: str
    kind: str
    references: tuple[str, ...]
    template: str
    keys: tuple[str, ...]
    options: tuple[str, ...] = ()
    evidence: str = ""
    language: str = "en"


def chosen(options: Sequence[_T], *parts: object) -> _T:
    """One of `options`, by hash; raises IndexError when there are none."""
    return options[number_of(*parts) % len(options)] if options else options[0]
