"""What came of a campaign, in figures: everything that the command line and the demo show.

Computed from the store each time, so that a report never disagrees with the verdicts that hold.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ..store.errors import NotFound
from .answering import EXAM
from .gatekeeper import SEALED
from .stages import FINISHED, STARTED

if TYPE_CHECKING:
    from ..store.engine import Store

LABELS = ("correct", "partial", "incorrect", "refused", "ungraded")
_GATE = ("promote", "hold", "reject")


@dataclass(frozen=True)
class _Answer:
    """One answer of the campaign with the verdict that holds for it (None: no verdict yet)."""

    purpose: str
    round: int
    model_version_id: int
    question_id: int
    document: str
    area: str
    label: str | None


def report(store: Store, campaign_id: int) -> dict[str, Any]:
    """The campaign's report as JSON values; a section for which nothing is there yet is None or empty.

    exam: the champion, before anything was taught: accuracy with interval, overall (over the exam as drawn:
    what was added for uncertain areas would tilt it), on control facts (which are never taught) and by area,
    and which areas are weak. sealed: champion (before) and challenger (after)
    on questions that nobody had used, overall, by area and on control facts, with the paired difference.
    changes: facts that are new, changed or withdrawn since the client's last campaign. decision: the gate's,
    or that nothing was to be done. counts, seconds: what it took. Raises `NotFound`.
    """
    found = store.read("campaign", campaign_id=campaign_id)
    if not found:
        raise NotFound(f"There is no campaign {campaign_id}: nightschool campaign list shows them.")
    row = found[0]
    answers = _answers(store, campaign_id)
    findings = store.read("findings", campaign_id=campaign_id)
    decisions = store.read("decisions", campaign_id=campaign_id)
    runs = store.read("training_runs", campaign_id=campaign_id)
    kept = ("id", "client", "trigger", "model", "seed", "state", "stage", "outcome", "reason")
    return {
        "campaign": {name: row[name] for name in (*kept, "started_at", "finished_at")},
        "exam": _exam(answers, row["model_version_id"], findings),
        "findings": findings,
        "changes": _changes(store, row),
        "sealed": _sealed(store, row, answers, runs),
        "decision": _decision(decisions),
        "training": _training(store, runs),
        "counts": _counts(store, row, answers),
        "seconds": _seconds(store, campaign_id),
    }


def _answers(store: Store, campaign_id: int) -> list[_Answer]:
    from sqlmodel import col, select

    from ..store.tables import Answer, CampaignQuestion, Document, Fact, Question, Verdict

    with store.session(write=False) as session:
        rows = session.exec(
            select(CampaignQuestion, Answer, Fact.area, Document.path)
            .join(Answer, col(Answer.question_id) == col(CampaignQuestion.question_id))
            .join(Question, col(Question.id) == col(CampaignQuestion.question_id))
            .join(Fact, col(Fact.id) == col(Question.fact_id))
            .join(Document, col(Document.id) == col(Fact.document_id))
            .where(CampaignQuestion.campaign_id == campaign_id, Answer.campaign_id == campaign_id)
            .order_by(col(CampaignQuestion.position), col(Answer.id))
        ).all()
        verdicts = session.exec(
            select(Verdict.answer_id, Verdict.label)
            .join(Answer, col(Answer.id) == col(Verdict.answer_id))
            .where(Answer.campaign_id == campaign_id)
            .order_by(col(Verdict.id))
        ).all()
    labels: dict[int | None, str] = dict(verdicts)  # a correction is a later row: the last one holds
    return [
        _Answer(
            asked.purpose,
            asked.round,
            answer.model_version_id,
            asked.question_id,
            document,
            area,
            labels.get(answer.id),
        )
        for asked, answer, area, document in rows
    ]


def _exam(
    answers: Sequence[_Answer], version_id: int, findings: Sequence[dict[str, Any]]
) -> dict[str, Any] | None:
    mine = [answer for answer in answers if answer.model_version_id == version_id]
    exam = [answer for answer in mine if answer.purpose == "exam"]
    control = [answer for answer in mine if answer.purpose == "control"]
    if not exam and not control:
        return None
    weak = {each["area"] for each in findings if each["kind"] == "weak_area" and each["alarm"]}
    rounds = next((f["detail"].get("rounds", [1]) for f in findings if f["kind"] == "drift"), [1])
    return {
        "accuracy": _accuracy(answer for answer in exam if answer.round in rounds),
        "control": _accuracy(control),
        "labels": _labels(exam),
        "areas": [
            {"area": area, **_accuracy(members), "weak": area in weak} for area, members in _by_area(exam)
        ],
        "weak": sorted(weak),
    }


def _sealed(
    store: Store, row: dict[str, Any], answers: Sequence[_Answer], runs: Sequence[dict[str, Any]]
) -> dict[str, Any] | None:
    challengers = [run["model_version_id"] for run in runs if run["model_version_id"] is not None]
    sealed = [answer for answer in answers if answer.purpose in SEALED]
    if not challengers or not sealed:
        return None
    before, after = row["model_version_id"], challengers[-1]
    versions = (before, after)
    out: dict[str, Any] = {
        "champion": row["model"],
        "challenger": next(run["model"] for run in reversed(runs) if run["model_version_id"] == after),
        **_side_by_side([answer for answer in sealed if answer.purpose == "gate"], versions),
        "control": _side_by_side([answer for answer in sealed if answer.purpose == "gate_control"], versions),
    }
    taught = [answer for answer in sealed if answer.purpose == "gate"]
    out["areas"] = [{"area": area, **_side_by_side(members, versions)} for area, members in _by_area(taught)]
    return out


def _side_by_side(answers: Sequence[_Answer], versions: tuple[int, int]) -> dict[str, Any]:
    """Accuracy of both versions and, on the questions where both have a readable verdict, the difference."""
    from ..evals.statistics import Pair, compare

    sides = [
        {answer.question_id: answer for answer in answers if answer.model_version_id == version}
        for version in versions
    ]
    pairs = []
    for question_id, one in sides[0].items():
        other = sides[1].get(question_id)
        scores = (_score(one.label), _score(other.label) if other else None)
        if scores[0] is not None and scores[1] is not None:
            pairs.append(Pair(question_id, one.document, one.area, scores[0], scores[1]))
    return {
        "before": _accuracy(sides[0].values()),
        "after": _accuracy(sides[1].values()),
        "difference": asdict(compare(pairs)) if pairs else None,
        "labels": {"before": _labels(sides[0].values()), "after": _labels(sides[1].values())},
    }


def _score(label: str | None) -> float | None:
    from ..training.gate import SCORES

    return SCORES.get(label) if label is not None else None


def _accuracy(answers: Iterable[_Answer]) -> dict[str, Any]:
    """Share of right answers with its interval, clustered by document; ungraded ones are counted apart."""
    from ..evals.statistics import Outcome, accuracy

    answers = list(answers)
    outcomes = [
        Outcome(answer.document, answer.area, score)
        for answer in answers
        if (score := _score(answer.label)) is not None
    ]
    return {**asdict(accuracy(outcomes)), "ungraded": len(answers) - len(outcomes)}


def _labels(answers: Iterable[_Answer]) -> dict[str, int]:
    counted = Counter(answer.label for answer in answers)
    return {label: counted[label] for label in LABELS}


def _by_area(answers: Sequence[_Answer]) -> list[tuple[str, list[_Answer]]]:
    groups: dict[str, list[_Answer]] = defaultdict(list)
    for answer in answers:
        groups[answer.area].append(answer)
    return sorted(groups.items())


def _changes(store: Store, row: dict[str, Any]) -> dict[str, Any]:
    """Facts that are new, changed or withdrawn since the client's campaign before this one began."""
    from sqlalchemy.orm import aliased
    from sqlmodel import col, func, select

    from ..store.tables import Campaign, Document, Fact

    successor = aliased(Fact)
    with store.session(write=False) as session:
        here = session.get_one(Campaign, row["id"])
        since = session.exec(
            select(func.max(Campaign.started_at)).where(
                Campaign.client_id == here.client_id, col(Campaign.id) < here.id
            )
        ).one()
        until = here.finished_at
        mine = Fact.client_id == here.client_id
        changed = session.exec(
            select(Fact, successor.answer, Document.path)
            .join(successor, col(successor.id) == col(Fact.successor_id))
            .join(Document, col(Document.id) == col(successor.document_id))
            .where(mine, *_between(Fact.ended_at, since, until))
            .order_by(col(Fact.id))
        ).all()
        counted = {
            "new": _between(Fact.created_at, since, until),
            "withdrawn": [Fact.state == "withdrawn", *_between(Fact.ended_at, since, until)],
        }
        counts = {
            name: session.exec(select(func.count(col(Fact.id))).where(mine, *where)).one()
            for name, where in counted.items()
        }
    return {
        "since": f"{since:%Y-%m-%dT%H:%M:%SZ}" if since else None,
        **counts,
        "changed": [
            {
                "area": fact.area,
                "document": path,
                "subject": fact.subject,
                "relation": fact.relation,
                "before": fact.answer,
                "after": after,
            }
            for fact, after, path in changed
        ],
    }


def _between(column: Any, since: Any, until: Any) -> list[Any]:
    where = [column.is_not(None)]
    if since is not None:
        where.append(column >= since)
    if until is not None:
        where.append(column <= until)
    return where


def _decision(decisions: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The gate's decision, else the diagnostician's. Decisions come newest first."""
    if not decisions:
        return None
    found = next((each for each in decisions if each["verdict"] in _GATE), decisions[0])
    return {
        "verdict": found["verdict"],
        "reasons": found["evidence"].get("reasons", []),
        "author": found["author"],
        "champion": found["champion"],
        "challenger": found["challenger"],
        "evidence": found["evidence"],
        "created_at": found["created_at"],
    }


def _training(store: Store, runs: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The campaign's training run (the newest, should there be several)."""
    if not runs:
        return None
    run = runs[0]
    roles = store.read("training_roles", training_run_id=run["id"])
    return {
        "state": run["state"],
        "model": run["model"],
        "method": run["method"],
        "base": run["base"],
        "folder": run["folder"],
        "rows": {each["role"]: each["rows"] for each in roles},
        "result": run["result"],
    }


def _counts(store: Store, row: dict[str, Any], answers: Sequence[_Answer]) -> dict[str, Any]:
    exams = store.read("campaign_exams", campaign_id=row["id"])
    questions = {each["purpose"]: each["n"] for each in exams}
    client = next(each for each in store.read("clients") if each["id"] == row["client_id"])
    runs = store.read("training_runs", campaign_id=row["id"])
    return {
        "documents": client["documents"],
        "facts": client["facts"],
        "bank": client["questions"],
        "questions": {name: questions.get(name, 0) for name in (*EXAM, *SEALED)},
        "answers": len(answers),
        "verdicts": _labels(answers),
        "rows": sum(run["rows"] for run in runs),
    }


def _seconds(store: Store, campaign_id: int) -> dict[str, float]:
    """Seconds of work by stage, over all rounds, in the order in which they came; `total` is their sum."""
    seconds: dict[str, float] = {}
    for event in store.read("campaign_events", campaign_id=campaign_id):
        if event["what"] == STARTED:
            seconds.setdefault(event["detail"]["stage"], 0.0)
        elif event["what"] == FINISHED:
            stage = event["detail"]["stage"]
            seconds[stage] = round(seconds.get(stage, 0.0) + event["detail"]["seconds"], 3)
    return {**seconds, "total": round(sum(seconds.values()), 3)}
