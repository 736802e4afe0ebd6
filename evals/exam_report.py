"""What an examination did, in figures that add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class ExamReport:
    """Counts and ids of one `examine`.

    `candidates == written + kept + sum(dropped.values())`: each fact that was found is a new row, one that was
    there already, or dropped for a reason. `offered == questions_written + sum(unused.values())` likewise for
    wordings. `facts` and `questions` count what the client now has, by (kind, state) and (kind, pool).
    """

    passages: int = 0
    candidates: int = 0
    written: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    offered: int = 0
    questions_written: int = 0
    unused: Counter[str] = field(default_factory=Counter)
    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)  # successors of superseded facts
    reworded: list[int] = field(default_factory=list)  # kept facts that the new edition says in other words
    moved: list[int] = field(default_factory=list)  # kept facts whose citation is now in a new edition
    withdrawn: list[int] = field(default_factory=list)
    conflicts: list[int] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)
    facts: Counter[tuple[str, str]] = field(default_factory=Counter)
    questions: Counter[tuple[str, str]] = field(default_factory=Counter)
    short_of_sealed: dict[int, int] = field(
        default_factory=dict
    )  # fact → sealed wordings that it could not get
    cancelled: bool = False

    @property
    def adds_up(self) -> bool:
        """Whether found, written, kept and dropped agree, for facts and for wordings."""
        facts = self.candidates == self.written + self.kept + sum(self.dropped.values())
        return facts and self.offered == self.questions_written + sum(self.unused.values())
