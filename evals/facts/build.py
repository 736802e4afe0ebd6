"""Making drafts: one place that turns a rule's finding into a `FactDraft` with its exact citation."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from .context import qualifier
from .model import FactDraft, PassageText
from .quality import fault

_INNER_CAPITAL = re.compile(r"(?<=[a-z,;0-9] )[A-Z][\w-]+")


@dataclass
class Builder:
    """Collects the facts of one passage and counts what is turned away."""

    passage: PassageText
    language: str
    facts: list[FactDraft] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    seen: set[tuple[str, str]] = field(default_factory=set)

    @cached_property
    def names(self) -> frozenset[str]:
        """Words that the page writes with a capital inside a sentence."""
        headings = " . ".join((self.passage.heading, self.passage.title))
        return frozenset(_INNER_CAPITAL.findall(f"{self.passage.text} . {headings}"))

    def add(
        self,
        kind: str,
        subject: str,
        relation: str,
        answer: str,
        *,
        span: tuple[int, int],
        claim: str,
        qualify: bool = True,
    ) -> None:
        """Take a candidate in, or count why not. `span` is in the passage's text."""
        start, end = span
        answer = answer.strip().rstrip(".,;:。").strip() if kind != "list" else answer
        if qualify and "(" not in subject:
            extra = qualifier(subject, relation, self.passage)
            if extra is None:
                self.rejected["not_self_contained"] += 1
                return
            if extra:
                subject = f"{subject} ({extra})"
        draft = FactDraft(
            kind=kind,
            subject=" ".join(subject.split()),
            relation=" ".join(relation.split()),
            answer=answer,
            claim=" ".join(claim.split()),
            citation=self.passage.text[start:end],
            start=self.passage.start + start,
            end=self.passage.start + end,
            language=self.language,
        )
        reason = fault(draft, self.passage)
        if reason:
            self.rejected[reason] += 1
            return
        identity = (draft.key, draft.answer)
        if identity in self.seen:
            self.rejected["repeated"] += 1
            return
        self.seen.add(identity)
        self.facts.append(draft)
