"""From findings to advice: train, nothing to do, ask a person, or too little graded to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .diagnosis import Change, Diagnosis
    from .settings import DiagnosisSettings
    from .statistics import AreaResult, DriftResult


def advise(found: Diagnosis, settings: DiagnosisSettings) -> tuple[str, list[str]]:
    """train, nothing, ask (a person) or incomplete, and why, in sentences with their figures."""
    total = sum(found.labels.values())
    if total and found.ungraded_share > settings.max_ungraded_share:
        return "incomplete", [
            f"{found.labels.get('ungraded', 0)} of {total} answers are ungraded "
            f"({found.ungraded_share:.0%}, the limit is {settings.max_ungraded_share:.0%}): configure a "
            "judge or review them, then `nightschool verdicts regrade`"
        ]
    if not found.accuracy.n:
        return "nothing", ["no exam answer was graded"]
    reasons = [_weak_reason(area, settings) for area in found.weak if area.weak]
    if found.change.alarm:
        reasons.append(_change_reason(found.change))
    if found.drift.alarm:
        reasons.append(_drift_reason(found.drift))
    if reasons:
        return "train", reasons
    if found.drift.statistic >= settings.drift_limit:
        # Over the limit of the two-look chart, but no second look could be taken to confirm it.
        return "ask", [_drift_reason(found.drift) + ", unconfirmed: no questions were left for a second look"]
    rate = found.accuracy
    return "nothing", [
        f"accuracy {rate.estimate or 0:.1%} [{rate.low:.1%}, {rate.high:.1%}] on {rate.n} answers; no area "
        f"is shown to lie under {settings.floor:.0%}, nothing changed for the worse"
    ]


def _weak_reason(area: AreaResult, settings: DiagnosisSettings) -> str:
    return (
        f"{area.area}: accuracy {area.estimate:.0%} [{area.low:.0%}, {area.high:.0%}] on {area.n} answers, "
        f"under {settings.floor:.0%} with probability {area.probability_weak:.2f}"
    )


def _change_reason(change: Change) -> str:
    words = []
    for name, interval in (("changed", change.changed), ("new", change.new)):
        if interval and interval.n and interval.estimate is not None:
            words.append(f"{interval.estimate:.0%} right on {interval.n} answers about {name} facts")
    stale = f", {change.stale} gave the old value" if change.stale else ""
    return f"the documents changed: {' and '.join(words)}{stale}"


def _drift_reason(chart: DriftResult) -> str:
    return (
        f"worse than its own past since campaign {chart.since}: {chart.before or 0:.1%} to "
        f"{chart.after or 0:.1%} on facts that did not change (z {chart.statistic:.2f}, limit "
        f"{chart.threshold:.2f})"
    )
