"""Rules first, a judge where they don't know."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Case, Grade, Grader

UNCERTAIN = (0.25, 0.85)  # rules whose answers are right this often are asked again, if there is a judge


@dataclass(frozen=True)
class CascadeGrader:
    """Asks `judge` only where `rules` leave an answer ungraded, call it partial, or are uncertain.

    The verdict names whoever decided. A judge that can't be read never undoes a verdict of the rules. An
    answer that gives orders to the grader is decided by the rules and never shown to a judge.
    """

    rules: Grader
    judge: Grader | None = None
    uncertain: tuple[float, float] = UNCERTAIN
    name: str = "cascade"

    @property
    def version(self) -> str:
        """Both versions: either changes what the cascade says."""
        return f"{self.rules.version}+{self.judge.version}" if self.judge else self.rules.version

    def grade(self, case: Case) -> Grade:
        """Grade one answer; raises ModelError only when the judge can't be reached at all."""
        first = self.rules.grade(case)
        if self.judge is None or not self._doubtful(first):
            return first
        second = self.judge.grade(case)
        return first if second.label == "ungraded" and first.label != "ungraded" else second

    def _doubtful(self, grade: Grade) -> bool:
        if grade.label in ("ungraded", "partial") or grade.probability is None:
            return True
        low, high = self.uncertain
        return grade.label != "refused" and low < grade.probability < high
