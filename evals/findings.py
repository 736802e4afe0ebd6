"""A diagnosis as rows of the `finding` table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .statistics import AreaResult, Interval

if TYPE_CHECKING:
    from ..store.tables import Campaign, Finding
    from .diagnosis import Change, Diagnosis
    from .settings import DiagnosisSettings

# What `diagnose` writes, and therefore replaces; other kinds belong to others.
KINDS = ("accuracy", "control", "weak_area", "drift", "comparison", "data_change")
NAMED = 50  # facts that a finding names; the rest is counted


def findings_of(
    found: Diagnosis, last: Campaign | None, last_fact: int, settings: DiagnosisSettings
) -> list[Finding]:
    """The rows, in a fixed order: overall, by area, weak areas, control, drift, comparison, changed facts.

    The overall row's detail keeps what later campaigns need: the last fact that this one knew.
    """
    head = {
        "labels": found.labels,
        "ungraded_share": round(found.ungraded_share, 4),
        "last_fact": last_fact,
        "advice": found.advice,
        "reasons": list(found.reasons),
        "more": found.more,
    }
    rows = [_rate(found, "accuracy", found.accuracy, settings.floor, head)]
    rows += [_rate(found, "accuracy", rate, settings.floor, {}, area) for area, rate in found.areas.items()]
    rows += [_weak(found, area, settings) for area in found.weak]
    if found.control.n:
        rows.append(_rate(found, "control", found.control, None, {}))
    rows.append(_drift(found))
    if found.comparison is not None and last is not None:
        rows.append(_comparison(found, last))
    if found.change.facts:
        rows.append(_change(found, found.change, settings))
    return rows


def _row(found: Diagnosis, kind: str, **columns: Any) -> Finding:
    from ..store.tables import Finding

    return Finding(campaign_id=found.campaign_id, kind=kind, **columns)


def _rate(
    found: Diagnosis, kind: str, rate: Interval, floor: float | None, detail: dict[str, Any], area: str = ""
) -> Finding:
    return _row(
        found,
        kind,
        area=area,
        statistic=rate.estimate,
        threshold=floor,
        low=rate.low,
        high=rate.high,
        n=rate.n,
        detail={"documents": rate.clusters, "level": rate.level, "method": rate.method, **detail},
    )


def _weak(found: Diagnosis, area: AreaResult, settings: DiagnosisSettings) -> Finding:
    return _row(
        found,
        "weak_area",
        area=area.area,
        statistic=area.estimate,
        threshold=settings.floor,
        low=area.low,
        high=area.high,
        n=area.n,
        alarm=area.weak,
        detail={
            "probability_weak": round(area.probability_weak, 6),
            "correct": area.correct,
            "fdr": settings.fdr,
            "level": settings.level,
            "method": "nonparametric empirical Bayes",
        },
    )


def _drift(found: Diagnosis) -> Finding:
    chart = found.drift
    return _row(
        found,
        "drift",
        statistic=chart.statistic,
        threshold=chart.threshold,
        n=chart.nights,
        alarm=chart.alarm,
        detail={
            "suspicious": chart.suspicious,
            "since": chart.since,
            "before": chart.before,
            "after": chart.after,
            "drop": chart.drop,
            "nights": chart.nights,
            "rounds": [1, 2] if found.second_look else [1],
            "second_look": found.second_look,
        },
    )


def _comparison(found: Diagnosis, last: Campaign) -> Finding:
    paired = found.comparison
    assert paired is not None
    return _row(
        found,
        "comparison",
        statistic=paired.difference,
        threshold=0.0,
        low=paired.low,
        high=paired.high,
        n=paired.n,
        detail={
            "campaign": last.id,
            "model_version": last.model_version_id,
            "p_better": paired.p_value,
            "won": paired.won,
            "lost": paired.lost,
            "documents": paired.clusters,
        },
    )


def _change(found: Diagnosis, change: Change, settings: DiagnosisSettings) -> Finding:
    both = [rate for rate in (change.changed, change.new) if rate is not None and rate.n]
    main = both[0] if both else None
    facts = sorted(change.facts, key=lambda fact: (fact.old_answer is None, fact.fact_id))
    return _row(
        found,
        "data_change",
        statistic=main.estimate if main else None,
        threshold=settings.floor,
        low=main.low if main else None,
        high=main.high if main else None,
        n=sum(rate.n for rate in both),
        alarm=change.alarm,
        detail={
            "changed": sum(fact.old_answer is not None for fact in facts),
            "new": sum(fact.old_answer is None for fact in facts),
            "changed_accuracy": change.changed.estimate if change.changed else None,
            "new_accuracy": change.new.estimate if change.new else None,
            "stale_answers": change.stale,
            "documents": sorted({fact.document for fact in facts})[:NAMED],
            "facts": [
                {
                    "fact": fact.fact_id,
                    "subject": fact.subject,
                    "relation": fact.relation,
                    "old": fact.old_answer,
                    "new": fact.answer,
                    "document": fact.document,
                }
                for fact in facts[:NAMED]
            ],
        },
    )
