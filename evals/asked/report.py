"""What an import did, in figures that add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class FollowReport:
    """What became of the stored questions: ids looked at, linked anew, and practice wordings taken out."""

    looked_at: int = 0
    linked: int = 0
    retired: int = 0
    facts: int = 0  # new ones, made from given answers


@dataclass
class AskedReport:
    """Counts of one import. Rows of the file: `read == linked + sum(waiting) + sum(dropped)`.

    `questions` are distinct ones, of which `new` were not stored before; `gone` are those that no file holds any more.
    """

    source: str
    encoding: str = ""
    read: int = 0
    passed_over: Counter[str] = field(
        default_factory=Counter
    )  # turns and records that no user's question could be in
    dropped: Counter[str] = field(default_factory=Counter)
    linked: int = 0
    waiting: Counter[str] = field(default_factory=Counter)
    questions: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    pools: Counter[str] = field(default_factory=Counter)  # of the distinct linked questions
    retired: int = 0
    facts: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether each row of the file is linked, waits, or was dropped for a reason."""
        return self.read == self.linked + sum(self.waiting.values()) + sum(self.dropped.values())

    def as_dict(self) -> dict[str, Any]:
        """For programs: counters with the largest first."""
        return {
            name: dict(value.most_common()) if isinstance(value, Counter) else value
            for name, value in vars(self).items()
        }
