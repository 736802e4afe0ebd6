"""How far two graders agree, beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """Agreement of two label sequences over the same answers.

    raw: share of equal labels; chance: share expected from the two base rates alone;
    kappa: (raw − chance) / (1 − chance), None where there is nothing to correct (no labels, or both
    graders gave one and the same label throughout).
    """

    n: int
    raw: float | None
    chance: float | None
    kappa: float | None


def agreement(labels_a: Sequence[Hashable], labels_b: Sequence[Hashable]) -> Agreement:
    """Cohen's kappa (1960) with the raw agreement and the chance level that it corrects for.

    Raises ValueError when the two sequences differ in length.
    """
    if len(labels_a) != len(labels_b):
        raise ValueError(f"{len(labels_a)} labels against {len(labels_b)}: they must be for the same answers")
    n = len(labels_a)
    if n == 0:
        return Agreement(0, None, None, None)
    raw = sum(a == b for a, b in zip(labels_a, labels_b, strict=True)) / n
    first, second = Counter(labels_a), Counter(labels_b)
    both = sum(count * second[label] for label, count in first.items())
    if both == n * n:  # in whole numbers: a chance level of exactly 1
        return Agreement(n, raw, 1.0, None)
    chance = both / (n * n)
    return Agreement(n, raw, chance, (raw - chance) / (1 - chance))
