"""A change-point chart on night totals: has the model become worse than its own past?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

ONE_LOOK_LIMIT = 4.18  # for a chart that never takes a second look: 0.07 false alarms a year


@dataclass(frozen=True)
class Night:
    """One campaign's exam: for each document (correct, asked). `correct` may be a sum of partial scores."""

    campaign_id: int
    documents: tuple[tuple[float, int], ...]


@dataclass(frozen=True)
class DriftResult:
    """What the chart says after the last night of its history.

    statistic: the largest z over all nights that the fall may have begun on (0 when there is too little
    history); threshold: the limit for an alarm; suspicious: z is over the lower limit, so ask more
    questions tonight and look again; since: the campaign on which the fall began; before, after: accuracy
    on either side of it; drop: before − after; nights: how many were looked at.
    """

    statistic: float
    threshold: float
    alarm: bool
    suspicious: bool
    since: int | None
    before: float | None
    after: float | None
    drop: float | None
    nights: int


def drift(
    history: Sequence[Night],
    *,
    suspicion: float = 2.7,
    limit: float = 3.70,
    minimum_before: int | None = None,
) -> DriftResult:
    """Look for a fall in accuracy at any past night (a one-sided generalised likelihood ratio chart).

    history: oldest night first, since the last alarm or change of model. For each possible night of
    change, z = (accuracy before − after) / standard error, the variance taken from the spread between
    documents of the same night; the largest z counts. Two looks keep the false alarms at about one in ten
    years: at z ≥ `suspicion` ask about three times a night's questions more, add them to tonight's
    Night, call again, and believe `alarm` only then. The limits are simulated for 200 questions a night in 20
    documents (docs/design/decisions.md), not a theorem. The idea is the change-point model of Hawkins, Qiu
    and Kang (2003): no baseline is set by anybody, so none can be set wrongly.

    minimum_before: questions that must lie before a change; by default five median nights, at least 100.
    """
    nights = [_totals(night) for night in history]
    usable = [i for i, (asked, _, _, _) in enumerate(nights) if asked > 0]
    quiet = DriftResult(0.0, limit, False, False, None, None, None, None, len(usable))
    if len(usable) < 2:
        return quiet
    asked = np.array([nights[i][0] for i in usable], dtype=float)
    correct = np.array([nights[i][1] for i in usable], dtype=float)
    required = minimum_before if minimum_before is not None else max(100.0, 5 * float(np.median(asked)))
    variance = _variance(asked, correct, [nights[i] for i in usable])
    n_before, c_before = asked.cumsum()[:-1], correct.cumsum()[:-1]
    n_after, c_after = asked.sum() - n_before, correct.sum() - c_before
    fall = c_before / n_before - c_after / n_after
    z = np.where(n_before >= required, fall / np.sqrt(variance * (1 / n_before + 1 / n_after)), -np.inf)
    k = int(z.argmax())
    if not isfinite(z[k]):
        return quiet
    statistic = max(0.0, float(z[k]))
    if statistic == 0.0:
        return quiet
    before, after = float(c_before[k] / n_before[k]), float(c_after[k] / n_after[k])
    return DriftResult(
        statistic=statistic,
        threshold=limit,
        alarm=statistic >= limit,
        suspicious=statistic >= suspicion,
        since=history[usable[k + 1]].campaign_id,
        before=before,
        after=after,
        drop=before - after,
        nights=len(usable),
    )


def _totals(night: Night) -> tuple[int, float, float, int]:
    """Asked, correct, documents × Σ residual² / asked, and documents, of one night.

    Raises ValueError when a document has more right answers than questions.
    """
    pairs = [(float(c), int(a)) for c, a in night.documents if a > 0]
    for c, a in pairs:
        if not 0 <= c <= a + 1e-9:
            raise ValueError(f"campaign {night.campaign_id}: {c} right answers out of {a}")
    asked, correct = sum(a for _, a in pairs), sum(c for c, _ in pairs)
    if asked == 0:
        return 0, 0.0, 0.0, 0
    rate = correct / asked
    spread = sum((c - rate * a) ** 2 for c, a in pairs)
    return asked, correct, len(pairs) * spread / asked, len(pairs)


def _variance(
    asked: np.ndarray, correct: np.ndarray, nights: Sequence[tuple[int, float, float, int]]
) -> float:
    """Variance of one answer's share in a night's mean, from documents' spread within nights.

    Never under the binomial variance with one right and one wrong answer added: a spotless history must
    not turn a single slip into an alarm.
    """
    share = (correct.sum() + 1) / (asked.sum() + 2)
    binomial = float(share * (1 - share))
    degrees = sum(documents - 1 for *_, documents in nights)
    if degrees <= 0:
        return binomial
    return max(binomial, sum(spread for _, _, spread, documents in nights if documents > 1) / degrees)
