"""What a grader is given, what it gives back, and what it must offer.

A verdict carries its evidence: which grader decided, by which version of its rules or prompt, and, for a
language model as judge, its own words. A reply that can't be read is `ungraded`: it is out of the accuracy,
in the headline count, and can be graded again. It is never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Label = Literal["correct", "partial", "incorrect", "refused", "ungraded"]
LABELS: tuple[Label, ...] = ("correct", "partial", "incorrect", "refused", "ungraded")


@dataclass(frozen=True)
class Case:
    """One answer to grade, with all that a grader may look at.

    `references` are equally good right answers (at least one, but for `kind="unanswerable"`); `citation` is
    the verbatim text of the document that the references stand in; `language` is `en`, `ko`, … or "".
    """

    question: str
    kind: str
    references: tuple[str, ...]
    answer: str
    citation: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Grade:
    """A label and its evidence; the fields are those of the `verdict` table.

    `probability` is that the answer is correct (0 to 1), None when `label` is `ungraded`. The last four
    fields belong to judges and stay empty for rules.
    """

    label: Label
    probability: float | None
    grader: str
    grader_version: str
    reason: str = ""
    raw_reply: str = ""
    prompt_hash: str = ""
    judge_model: str = ""
    temperature: float | None = None


class Grader(Protocol):
    """Something that grades answers: rules, a judge, or a cascade of both."""

    @property
    def name(self) -> str:
        """What the verdict calls it, e.g. `rules`."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the same case could be graded differently."""
        ...

    def grade(self, case: Case) -> Grade:
        """Grade one answer; raises ModelError only when the judge can't be reached at all."""
        ...
