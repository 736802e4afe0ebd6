"""Which areas are weak, and where the next questions should go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from .intervals import Outcome, check_level, checked_scores, cluster_codes

GRID = np.linspace(0.02, 0.98, 49)  # accuracies that the prior puts mass on
EM_STEPS = 60
UNIFORM_AREAS = 1.0  # the prior is fitted as if this many areas more had been seen, spread evenly
FEW_AREAS = 3  # with fewer there is nothing to learn a prior from
MAX_CORRELATION = 0.5


@dataclass(frozen=True)
class AreaResult:
    """An area's accuracy, shrunk towards the other areas', and whether it is weak.

    n: answers; correct: sum of their scores; estimate, low, high: posterior mean and central interval of
    the area's accuracy; probability_weak: posterior probability that it lies under the floor;
    weak: flagged, with the false-discovery rate of all flags together held at the stated level.
    """

    area: str
    n: int
    correct: float
    estimate: float
    low: float
    high: float
    probability_weak: float
    weak: bool


def weak_areas(
    outcomes: Sequence[Outcome], floor: float = 0.7, fdr: float = 0.10, level: float = 0.95
) -> list[AreaResult]:
    """Flag the areas whose accuracy lies under `floor`, by nonparametric empirical Bayes.

    The prior over the areas' accuracies is fitted to all areas by EM on a grid (Laird 1978; Efron 2010 for
    its use in large-scale testing), so that small areas borrow from the rest. Flagged is the largest set
    whose mean posterior probability of being healthy is at most `fdr` (Bayesian false-discovery rate,
    Müller et al. 2004). Where areas hold several documents, each area's counts are divided by its
    design effect. With one or two areas the prior is uniform. Results come in the order of area names.
    """
    check_level(level)
    if not (0 < floor < 1 and 0 < fdr < 1):
        raise ValueError("floor and fdr must lie between 0 and 1")
    scores = checked_scores(o.score for o in outcomes)
    if scores.size == 0:
        return []
    names = sorted({o.area for o in outcomes})
    place = {name: i for i, name in enumerate(names)}
    codes = np.fromiter((place[o.area] for o in outcomes), dtype=np.intp)
    asked = np.bincount(codes, minlength=len(names))
    correct = np.bincount(codes, weights=scores, minlength=len(names))
    effects = _design_effects(outcomes, scores, codes, asked)
    posterior = posteriors(correct / effects, asked / effects)
    healthy = 1 - _mass_under(posterior, floor)
    flags = _flag(healthy, fdr)
    low, high = _central(posterior, level)
    estimates = posterior @ GRID
    return [
        AreaResult(
            area=name,
            n=int(asked[i]),
            correct=float(correct[i]),
            estimate=float(estimates[i]),
            low=float(low[i]),
            high=float(high[i]),
            probability_weak=float(np.clip(1 - healthy[i], 0.0, 1.0)),
            weak=bool(flags[i]),
        )
        for i, name in enumerate(names)
    ]


def posteriors(correct: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Each area's posterior over GRID, shape (areas, 49), under the prior fitted to all of them."""
    log_likelihood = np.outer(correct, np.log(GRID)) + np.outer(asked - correct, np.log1p(-GRID))
    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    prior = np.full(len(GRID), 1 / len(GRID))
    if len(correct) >= FEW_AREAS:
        for _ in range(EM_STEPS):
            joint = likelihood * prior
            joint /= joint.sum(axis=1, keepdims=True)
            prior = (joint.sum(axis=0) + UNIFORM_AREAS / len(GRID)) / (len(correct) + UNIFORM_AREAS)
    joint = likelihood * prior
    return joint / joint.sum(axis=1, keepdims=True)


def _mass_under(posterior: np.ndarray, floor: float) -> np.ndarray:
    """Posterior mass under the floor; a grid point on the floor is not under it."""
    return posterior[:, floor - 1e-9 > GRID].sum(axis=1)


def _central(posterior: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """The central interval on the grid, widened by half a grid step on either side."""
    tail, half_step = (1 - level) / 2, float(GRID[1] - GRID[0]) / 2
    cumulative = posterior.cumsum(axis=1)
    low = GRID[(cumulative < tail).sum(axis=1)] - half_step
    high = GRID[np.minimum((cumulative < 1 - tail).sum(axis=1), len(GRID) - 1)] + half_step
    # The grid stops short of 0 and 1; an interval that reaches its end reaches theirs.
    low = np.where(low <= GRID[0], 0.0, low)
    high = np.where(high >= GRID[-1], 1.0, high)
    return low, high


def _flag(healthy: np.ndarray, fdr: float) -> np.ndarray:
    """The largest set of areas whose mean probability of being healthy is at most `fdr`."""
    order = np.argsort(healthy, kind="stable")
    means = healthy[order].cumsum() / np.arange(1, len(healthy) + 1)
    flags = np.zeros(len(healthy), dtype=bool)
    flags[order[: int((means <= fdr).sum())]] = True
    return flags


def _design_effects(
    outcomes: Sequence[Outcome], scores: np.ndarray, areas: np.ndarray, asked: np.ndarray
) -> np.ndarray:
    """How much each area's answers are worth less because documents inside it differ, at least 1.

    The intra-document correlation is pooled over all areas (analysis of variance with documents nested in
    areas). An area of one document has no such loss: its accuracy is that document's.
    """
    documents, count = cluster_codes((o.area, o.document) for o in outcomes)
    sizes = np.bincount(documents, minlength=count).astype(float)
    owner = np.zeros(count, dtype=np.intp)
    owner[documents] = areas
    per_area = np.bincount(owner, minlength=len(asked))
    squares = np.bincount(owner, weights=sizes**2, minlength=len(asked)) / asked
    between, within = count - len(asked), len(scores) - count
    if between < 1 or within < 1:
        return np.ones(len(asked))
    means = np.bincount(documents, weights=scores, minlength=count) / sizes
    centres = np.bincount(areas, weights=scores, minlength=len(asked)) / asked
    ms_between = float((sizes * (means - centres[owner]) ** 2).sum()) / between
    ms_within = float(((scores - means[documents]) ** 2).sum()) / within
    typical = (len(scores) - float(squares.sum())) / between
    total = ms_between + (typical - 1) * ms_within
    correlation = (ms_between - ms_within) / total if total > 1e-12 else 0.0
    correlation = min(max(correlation, 0.0), MAX_CORRELATION)
    return np.where(per_area > 1, 1 + (squares - 1) * correlation, 1.0)


def allocate(areas: Sequence[AreaResult], budget: int, step: int = 4) -> dict[str, int]:
    """Give `budget` questions to the areas whose verdict is nearest a coin flip.

    Areas with fewer than two answers get two first. Then, `step` questions at a time, one question goes to
    each of the `step` most uncertain areas, and what it is expected to settle is taken off: for a verdict z
    standard errors from the floor, k more answers after n make z² into z²(n+k)/n + k/n on average.
    Areas that get nothing are left out of the result.
    """
    given: dict[str, int] = {}
    left = max(0, budget)
    for area in sorted(areas, key=lambda a: (a.n, a.area)):
        if area.n < 2 and left > 0:
            given[area.area] = min(2 - area.n, left)
            left -= given[area.area]
    while left > 0 and areas:
        ranked = sorted(areas, key=lambda a: (-_uncertainty(a, given.get(a.area, 0)), a.area))
        # Never to more than a quarter of the areas at once: with few areas that would be to all alike.
        for area in ranked[: max(1, min(step, left, len(ranked) // 4))]:
            given[area.area] = given.get(area.area, 0) + 1
            left -= 1
    return given


def _uncertainty(area: AreaResult, more: int) -> float:
    """Probability of the less likely verdict after `more` further answers, as expected now."""
    normal = NormalDist()
    z = normal.inv_cdf(min(max(area.probability_weak, 1e-12), 1 - 1e-12))
    n = max(area.n, 1)
    return normal.cdf(-sqrt(z * z * (n + more) / n + more / n))
