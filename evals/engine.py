"""What makes facts and wordings: the protocol, and the engine that needs no model."""

from __future__ import annotations

from typing import Protocol

from .facts import Extraction, FactDraft, PassageText, Wording, extract, wordings


class Engine(Protocol):
    """Finds facts in a passage and ways to ask for them."""

    @property
    def name(self) -> str:
        """Short name, such as rules or llm."""
        ...

    @property
    def version(self) -> str:
        """Changes when the same passage may give other facts."""
        ...

    def facts(self, passage: PassageText) -> Extraction:
        """The facts of a passage, and what was rejected, by reason."""
        ...

    def wordings(self, fact: FactDraft) -> list[Wording]:
        """Ways to ask for a fact, in a fixed order."""
        ...


class DeterministicEngine:
    """Facts by the rules in `evals/facts/`: no model, English and Korean, the same every time."""

    name = "rules"
    version = "3"

    def facts(self, passage: PassageText) -> Extraction:
        """See `evals.facts.extract`."""
        return extract(passage)

    def wordings(self, fact: FactDraft) -> list[Wording]:
        """See `evals.facts.wordings`."""
        return wordings(fact)
