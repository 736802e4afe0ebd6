"""The diagnostician's arithmetic: from a campaign's verdicts to findings, further questions and advice.

How the causes are told apart: the drift chart looks only at facts that the model's first night knew, so a
change of documents can't look like a worse model; changed and new facts are judged on their own; control
facts, which are never taught, show what better test-taking alone would do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..store.errors import NotFound
from . import scored
from .advice import advise
from .scored import CONTROL, EXAM, ChangedFact, Scored
from .statistics import (
    AreaResult,
    DriftResult,
    Interval,
    Night,
    Outcome,
    Pair,
    PairedResult,
    accuracy,
    allocate,
    compare,
    drift,
    weak_areas,
)
from .statistics.drift import ONE_LOOK_LIMIT

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.engine import Store
    from ..store.tables import Campaign, Finding
    from .settings import DiagnosisSettings

GRADED = ("correct", "partial", "incorrect", "refused")
MAX_NIGHTS = 400  # of history that the chart looks back on


@dataclass(frozen=True)
class Change:
    """Facts that changed or came up since the last campaign, and how the model answers them.

    stale: answers that gave the value that no longer holds; alarm: the model doesn't know the new ones.
    """

    facts: tuple[ChangedFact, ...] = ()
    changed: Interval | None = None
    new: Interval | None = None
    stale: int = 0
    alarm: bool = False


@dataclass(frozen=True)
class Diagnosis:
    """What the verdicts of one campaign say.

    accuracy: over the exam as drawn (questions added for uncertain areas left out: they would tilt it);
    areas: each area tonight; labels: of all exam and control answers; control: of facts never taught;
    weak: every area with its posterior, over all nights of this model; more: area → questions that would
    settle what is uncertain; advice: train, nothing, ask (a person) or incomplete; reasons: with figures.
    """

    campaign_id: int
    accuracy: Interval
    areas: dict[str, Interval]
    labels: dict[str, int]
    ungraded_share: float
    control: Interval
    weak: tuple[AreaResult, ...]
    drift: DriftResult
    second_look: bool
    comparison: PairedResult | None
    change: Change
    more: dict[str, int] = field(default_factory=dict)
    advice: str = "nothing"
    reasons: tuple[str, ...] = ()

    @property
    def incomplete(self) -> bool:
        """Too much is ungraded to decide anything."""
        return self.advice == "incomplete"

    @property
    def weak_areas(self) -> tuple[str, ...]:
        """The names of the areas that are flagged."""
        return tuple(area.area for area in self.weak if area.weak)


@dataclass(frozen=True)
class _Evidence:
    """All that is read from the store for one diagnosis."""

    campaign: Campaign
    tonight: list[Scored]
    earlier: list[Scored]
    nights: list[int]  # for the chart: since its last alarm
    rounds: dict[int, list[int]]  # per earlier night, the rounds that its chart counted
    known: int  # the last fact that the chart's first night knew
    last: Campaign | None
    before: list[Scored]  # the last campaign's answers
    facts: list[ChangedFact]
    last_fact: int


def diagnose(store: Store, campaign_id: int, settings: DiagnosisSettings) -> Diagnosis:
    """Compute the findings of a campaign, write them (in place of earlier ones) and advise.

    Depends on nothing but the store, so a killed and repeated diagnosis says the same. Raises NotFound for
    an unknown campaign.
    """
    with store.session(write=False) as session:
        evidence = _read(session, campaign_id)
        change = _change(session, evidence, settings)
    found = _conclude(evidence, change, settings)
    _write(store, found, evidence, settings)
    return found


def _read(session: Session, campaign_id: int) -> _Evidence:
    from ..store.tables import Campaign

    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound(f"no campaign {campaign_id}: `nightschool campaign list` shows them")
    earlier = scored.earlier_nights(session, campaign)[-MAX_NIGHTS:]
    charts = scored.noted(session, earlier, "drift")
    alarms = [number for number in earlier if number in charts and charts[number].alarm]
    nights = [number for number in earlier if not alarms or number > alarms[-1]]
    heads = scored.noted(session, earlier, "accuracy")
    newest = scored.last_fact(session, campaign.client_id)
    last = scored.last_campaign(session, campaign)
    before: list[Scored] = []
    facts: list[ChangedFact] = []
    if last is not None and last.id is not None:
        before = scored.scored_answers(session, last, [last.id])
        head = scored.noted(session, [last.id], "accuracy").get(last.id)
        facts = scored.changed_facts(
            session, campaign.client_id, head.detail.get("last_fact", 0) if head else 0
        )
    return _Evidence(
        campaign=campaign,
        tonight=scored.scored_answers(session, campaign, [campaign_id]),
        earlier=scored.scored_answers(session, campaign, earlier) if earlier else [],
        nights=nights,
        rounds={
            number: list(charts[number].detail.get("rounds", [1])) for number in nights if number in charts
        },
        known=heads[nights[0]].detail.get("last_fact", newest) if nights else newest,
        last=last,
        before=before,
        facts=facts,
        last_fact=newest,
    )


def _conclude(evidence: _Evidence, change: Change, settings: DiagnosisSettings) -> Diagnosis:
    tonight = evidence.tonight
    exam = [s for s in tonight if s.purpose == EXAM]
    chart, looked, rounds = _drift(evidence, exam, settings)
    drawn = _outcomes([s for s in exam if s.round in rounds], settings)
    areas = weak_areas(_all_nights(evidence, exam, settings), settings.floor, settings.fdr, settings.level)
    labels = Counter(s.label if s.label in GRADED else "ungraded" for s in tonight)
    found = Diagnosis(
        campaign_id=evidence.campaign.id or 0,
        accuracy=accuracy(drawn, settings.level),
        areas=_by_area(_outcomes(exam, settings), settings.level),
        labels=dict(labels),
        ungraded_share=labels["ungraded"] / len(tonight) if tonight else 0.0,
        control=accuracy(_outcomes([s for s in tonight if s.purpose == CONTROL], settings), settings.level),
        weak=tuple(areas),
        drift=chart,
        second_look=looked,
        comparison=_comparison(evidence, exam, settings),
        change=change,
    )
    advice, reasons = advise(found, settings)
    more = {} if advice == "incomplete" else _more(found, exam, settings)
    return Diagnosis(**{**found.__dict__, "more": more, "advice": advice, "reasons": tuple(reasons)})


def _score(label: str, settings: DiagnosisSettings) -> float:
    return {"correct": 1.0, "partial": settings.partial_score}.get(label, 0.0)


def _outcomes(answers: Sequence[Scored], settings: DiagnosisSettings) -> list[Outcome]:
    """Graded answers as outcomes; what is ungraded is out of the rate."""
    return [Outcome(s.document_id, s.area, _score(s.label, settings)) for s in answers if s.label in GRADED]


def _by_area(outcomes: Sequence[Outcome], level: float) -> dict[str, Interval]:
    names = sorted({o.area for o in outcomes})
    return {name: accuracy([o for o in outcomes if o.area == name], level) for name in names}


def _all_nights(evidence: _Evidence, exam: list[Scored], settings: DiagnosisSettings) -> list[Outcome]:
    """This model's answers to facts that still hold, each question once: its latest answer.

    A model answers the same question alike every night, so counting it again would prove nothing new.
    """
    latest = {s.question_id: s for s in [*evidence.earlier, *exam] if s.purpose == EXAM and s.label in GRADED}
    return _outcomes([s for s in latest.values() if s.fact_state == "active"], settings)


def _night(campaign_id: int, answers: Sequence[Scored], settings: DiagnosisSettings) -> Night:
    documents: dict[int, list[float]] = {}
    for answer in answers:
        if answer.label in GRADED:
            documents.setdefault(answer.document_id, []).append(_score(answer.label, settings))
    return Night(campaign_id, tuple((sum(scores), len(scores)) for _, scores in sorted(documents.items())))


def _drift(
    evidence: _Evidence, exam: Sequence[Scored], settings: DiagnosisSettings
) -> tuple[DriftResult, bool, list[int]]:
    """The chart, whether it has had its second look tonight, and the rounds that it counts.

    Only facts that the history's first night knew: what the documents changed since is no fault of the
    model. If the first round is suspicious the second one is the second look, drawn like the first;
    questions that were added for uncertain areas never enter the chart.
    """
    old = [s for s in [*evidence.earlier, *exam] if s.purpose == EXAM and s.fact_id <= evidence.known]
    own = evidence.campaign.id or 0
    history = [
        _night(n, [s for s in old if s.campaign_id == n and s.round in evidence.rounds.get(n, [1])], settings)
        for n in evidence.nights
    ]

    def chart(rounds: Sequence[int], limit: float) -> DriftResult:
        tonight = [s for s in old if s.campaign_id == own and s.round in rounds]
        return drift([*history, _night(own, tonight, settings)], suspicion=settings.suspicion, limit=limit)

    first = chart([1], max(settings.drift_limit, ONE_LOOK_LIMIT))
    looked = settings.second_look > 0 and first.suspicious and any(s.round == 2 for s in exam)
    return (chart([1, 2], settings.drift_limit), True, [1, 2]) if looked else (first, False, [1])


def _comparison(
    evidence: _Evidence, exam: Sequence[Scored], settings: DiagnosisSettings
) -> PairedResult | None:
    """Tonight against the last campaign, on the facts that both asked."""
    then, now = (_by_fact(answers) for answers in (evidence.before, exam))
    pairs = [
        Pair(fact, asked[0].document_id, asked[0].area, _mean(then[fact], settings), _mean(asked, settings))
        for fact, asked in sorted(now.items())
        if fact in then
    ]
    return compare(pairs, settings.level) if pairs else None


def _by_fact(answers: Sequence[Scored]) -> dict[int, list[Scored]]:
    facts: dict[int, list[Scored]] = {}
    for answer in answers:
        if answer.purpose == EXAM and answer.label in GRADED:
            facts.setdefault(answer.fact_id, []).append(answer)
    return facts


def _mean(answers: Sequence[Scored], settings: DiagnosisSettings) -> float:
    return sum(_score(s.label, settings) for s in answers) / len(answers)


def _change(session: Session, evidence: _Evidence, settings: DiagnosisSettings) -> Change:
    """How the facts that changed or came up since the last campaign are answered."""
    if not evidence.facts:
        return Change()
    facts = {fact.fact_id: fact for fact in evidence.facts}
    asked = [s for s in evidence.tonight if s.purpose == EXAM and s.fact_id in facts and s.label in GRADED]
    changed = _outcomes([s for s in asked if facts[s.fact_id].old_answer is not None], settings)
    new = _outcomes([s for s in asked if facts[s.fact_id].old_answer is None], settings)
    return Change(
        facts=tuple(evidence.facts),
        changed=accuracy(changed, settings.level),
        new=accuracy(new, settings.level),
        stale=_stale(session, asked, facts),
        alarm=_below(changed, settings) or _below(new, settings),
    )


def _stale(session: Session, asked: Sequence[Scored], facts: Mapping[int, ChangedFact]) -> int:
    """Answers that give the old value and not the new one."""
    from .grading.base import Case
    from .grading.rules import RuleGrader

    wrong = {s.answer_id: facts[s.fact_id].old_answer for s in asked if s.label != "correct"}
    known = {number: old for number, old in wrong.items() if old}
    grader, count = RuleGrader(), 0
    for number, (question, kind, text) in scored.texts(session, list(known)).items():
        count += grader.grade(Case(question, kind, (known[number],), text)).label == "correct"
    return count


def _below(outcomes: Sequence[Outcome], settings: DiagnosisSettings) -> bool:
    """Whether these answers, taken as one area, lie under the floor beyond doubt."""
    together = [Outcome(o.document, "", o.score) for o in outcomes]
    results = weak_areas(together, settings.floor, settings.fdr, settings.level)
    return bool(results) and results[0].weak


def _more(found: Diagnosis, exam: Sequence[Scored], settings: DiagnosisSettings) -> dict[str, int]:
    """Questions that would settle what is uncertain, by area, within the budget.

    A second look of the drift chart comes first and alone; it is drawn over all areas like the exam.
    What counts as used is what has been answered, so that a repeated diagnosis wants the same.
    """
    last_round = max((s.round for s in exam), default=1)
    if found.drift.suspicious and not found.second_look and last_round == 1 and settings.second_look > 0:
        sizes = Counter(s.area for s in exam)
        return {area: max(1, round(n * settings.second_look)) for area, n in sorted(sizes.items())}
    rounds = last_round - (2 if found.second_look else 1)
    used = sum(s.round > (2 if found.second_look else 1) for s in exam)
    left = settings.extra_questions - used
    if left <= 0 or rounds >= settings.extra_rounds:
        return {}
    open_areas = [a for a in found.weak if settings.settled < a.probability_weak < 1 - settings.settled]
    # A share of the budget a round, so that the next round knows what this one found.
    return allocate(open_areas, -(-left // (settings.extra_rounds - rounds)))


def _write(store: Store, found: Diagnosis, evidence: _Evidence, settings: DiagnosisSettings) -> None:
    """Replace the campaign's findings in one transaction."""
    from sqlmodel import col, delete

    from ..store.tables import Finding
    from .findings import KINDS, findings_of

    rows: list[Finding] = findings_of(found, evidence.last, evidence.last_fact, settings)
    moment = store.clock()
    with store.session() as session:
        mine = col(Finding.campaign_id) == found.campaign_id
        session.exec(delete(Finding).where(mine, col(Finding.kind).in_(KINDS)))
        for row in rows:
            row.created_at = moment
            session.add(row)
