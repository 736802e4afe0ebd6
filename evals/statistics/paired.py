"""Champion and challenger on the same questions: a paired comparison, clustered by document."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

from .intervals import check_level, checked_scores, cluster_codes, cluster_variance, t_quantile, z_quantile

# With fewer questions on which the two differ, the t approximation runs ahead of the exact test.
FEW_DISCORDANT = 25
FEW_PAIRS = 30


@dataclass(frozen=True)
class Pair:
    """One question, answered by both models; scores from 0 (wrong) to 1 (right)."""

    question_id: int
    document: Hashable
    area: str
    champion: float
    challenger: float


@dataclass(frozen=True)
class PairedResult:
    """The challenger against the champion.

    difference: mean of challenger − champion, with its interval; p_value: one-sided, of "no better";
    n: questions; clusters: documents; won and lost: questions on which the challenger scored higher, lower.
    """

    difference: float
    low: float
    high: float
    p_value: float
    n: int
    clusters: int
    won: int
    lost: int


def compare(pairs: Sequence[Pair], level: float = 0.95) -> PairedResult:
    """Is the challenger better? A paired t test, clustered by document (Miller 2024, arXiv 2411.00640).

    With fewer than 30 questions, one document, or no variance, the p value is the exact one-sided McNemar
    test on the questions where the two differ; with fewer than 25 such questions it is the larger of
    both, so that a handful of lucky questions proves nothing. The interval uses the larger of the
    clustered variance and that of Bonett and Price (2012), which stays honest when hardly anything differs.

    No pairs: difference 0, interval [−1, 1], p 1. Never NaN.
    """
    check_level(level)
    before = checked_scores(p.champion for p in pairs)
    after = checked_scores(p.challenger for p in pairs)
    n = len(before)
    if n == 0:
        return PairedResult(0.0, -1.0, 1.0, 1.0, 0, 0, 0, 0)
    change = after - before
    codes, clusters = cluster_codes(p.document for p in pairs)
    won, lost = int((change > 0).sum()), int((change < 0).sum())
    difference = float(change.mean())
    variance = cluster_variance(change, codes, clusters) if clusters > 1 else 0.0
    variance = variance if variance > 1e-15 else 0.0
    p_value = _p_value(difference, variance, n, clusters, won, lost)
    # One won and one lost question added; with 0/1 scores this is Bonett and Price's variance.
    floor = ((float((change**2).sum()) + 2) / (n + 2) - (float(change.sum()) / (n + 2)) ** 2) / (n + 2)
    critical = t_quantile(level, clusters - 1) if clusters > 1 and variance > 0 else z_quantile(level)
    half = critical * sqrt(max(variance, floor))
    return PairedResult(
        difference, max(-1.0, difference - half), min(1.0, difference + half), p_value, n, clusters, won, lost
    )


def _p_value(difference: float, variance: float, n: int, clusters: int, won: int, lost: int) -> float:
    """One-sided p of "the challenger is no better"."""
    from scipy.special import bdtrc, stdtr

    exact = float(bdtrc(won - 1, won + lost, 0.5)) if won > 0 else 1.0
    if clusters < 2 or variance == 0 or n < FEW_PAIRS:
        return exact
    clustered = float(stdtr(clusters - 1, -difference / sqrt(variance)))
    return max(exact, clustered) if won + lost < FEW_DISCORDANT else clustered


def by_area(pairs: Sequence[Pair], level: float = 0.95) -> dict[str, PairedResult]:
    """`compare` for each area on its own, in order of the areas' names."""
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(pair.area, []).append(pair)
    return {area: compare(groups[area], level) for area in sorted(groups)}
