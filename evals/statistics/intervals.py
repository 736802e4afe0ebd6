"""Accuracy with an interval that knows that answers from one document resemble each other."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np

# The intra-document correlation to assume where the data can't tell (all right or all wrong):
# ten questions a document at .10 is the world in which the project's charts are calibrated.
ASSUMED_CORRELATION = 0.10


@dataclass(frozen=True)
class Outcome:
    """One graded answer.

    document: what its question was made from (the cluster); area: where it belongs;
    score: 0 (wrong) to 1 (right). Ungraded answers are no outcomes.
    """

    document: Hashable
    area: str
    score: float


@dataclass(frozen=True)
class Interval:
    """A share with its interval. `estimate` is None when there is nothing to estimate from.

    n: answers; clusters: documents; level: nominal coverage; method: how the interval was made.
    """

    estimate: float | None
    low: float
    high: float
    n: int
    clusters: int
    level: float
    method: str


def checked_scores(scores: Iterable[float]) -> np.ndarray:
    """Scores as a float array. Raises ValueError for anything outside 0 to 1 (NaN too)."""
    values = np.fromiter((float(s) for s in scores), dtype=float)
    if values.size and not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1):
        raise ValueError("a score lies outside 0 to 1; pass graded answers only")
    return values


def check_level(level: float) -> None:
    """Raise ValueError unless the level is a proper coverage such as .95."""
    if not (isfinite(level) and 0 < level < 1):
        raise ValueError(f"the level must lie between 0 and 1, not {level!r}")


def cluster_codes(labels: Iterable[Hashable]) -> tuple[np.ndarray, int]:
    """Number the clusters 0, 1, … in order of appearance; returns the codes and how many there are."""
    seen: dict[Hashable, int] = {}
    codes = np.fromiter((seen.setdefault(label, len(seen)) for label in labels), dtype=np.intp)
    return codes, len(seen)


def cluster_variance(values: np.ndarray, codes: np.ndarray, clusters: int) -> float:
    """Variance of the mean of `values`, robust to correlation inside clusters (needs two or more)."""
    residuals = np.bincount(codes, weights=values - values.mean(), minlength=clusters)
    return float(clusters / (clusters - 1) * (residuals**2).sum() / len(values) ** 2)


def t_quantile(level: float, degrees: int) -> float:
    """The two-sided critical value of Student's t at this coverage."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + level) / 2))


def z_quantile(level: float) -> float:
    """The two-sided critical value of the normal at this coverage."""
    from scipy.special import ndtri

    return float(ndtri((1 + level) / 2))


def wilson(estimate: float, n: float, critical: float) -> tuple[float, float]:
    """Wilson's score interval for a share from `n` (perhaps effective) answers; inside [0, 1] always."""
    c = critical * critical / n
    centre = (estimate + c / 2) / (1 + c)
    half = critical / (1 + c) * sqrt(max(estimate * (1 - estimate), 0.0) / n + c / (4 * n))
    # Rounding must not push an interval past its own estimate (all right, all wrong).
    return max(0.0, min(centre - half, estimate)), min(1.0, max(centre + half, estimate))


def accuracy(outcomes: Sequence[Outcome], level: float = 0.95) -> Interval:
    """The share of right answers, with an interval clustered by document.

    The cluster-robust variance gives a design effect, n divided by it an effective sample size, and
    Wilson's score interval at that size with the t quantile for (documents − 1) degrees of freedom the
    interval (Korn and Graubard 1998 for the effective size; Dean and Pagano 2015 found Wilson's form the
    best behaved). Where the data hold no variance between documents (all right, all wrong) the design
    effect is that of an assumed intra-document correlation of .10. From one document only, the interval
    is Wilson's on n and speaks of that document's questions, not of other documents. Design effects
    under 1 are taken as 1, which makes the interval a little wide when answers are independent.

    No outcomes: estimate None and the interval [0, 1]. Never NaN.
    """
    check_level(level)
    scores = checked_scores(o.score for o in outcomes)
    n = len(scores)
    if n == 0:
        return Interval(None, 0.0, 1.0, 0, 0, level, "nothing graded")
    codes, clusters = cluster_codes(o.document for o in outcomes)
    estimate = float(np.clip(scores.mean(), 0.0, 1.0))
    independent = estimate * (1 - estimate) / n
    sizes = np.bincount(codes, minlength=clusters)
    if clusters == 1:
        method, effect, critical = "wilson, one document", 1.0, z_quantile(level)
    elif independent <= 1e-12 / n:
        method, critical = "wilson, assumed correlation", z_quantile(level)
        effect = 1 + (float((sizes**2).sum()) / n - 1) * ASSUMED_CORRELATION
    else:
        method, critical = "wilson, clustered", t_quantile(level, clusters - 1)
        effect = max(1.0, cluster_variance(scores, codes, clusters) / independent)
    low, high = wilson(estimate, n / effect, critical)
    return Interval(estimate, low, high, n, clusters, level, method)
