"""Write verdicts: each in a transaction of its own, none twice, corrections as new rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...store.errors import CampaignCancelled, NotFound
from .base import Case, Grade, Grader

if TYPE_CHECKING:
    from sqlmodel import Session

    from ...store.engine import Store
    from ...store.tables import Verdict


@dataclass(frozen=True)
class Graded:
    """An answer, its case and the verdict that holds for it (None: not graded yet)."""

    answer_id: int
    case: Case
    verdict: Verdict | None


@dataclass
class Regrade:
    """What regrading changed: (old label, new label) → answers, and how many new verdicts were written."""

    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    written: int = 0


def grade_answers(
    store: Store,
    campaign_id: int,
    grader: Grader,
    *,
    purposes: Sequence[str] | None = None,
    area: str | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Counter[str]:
    """Grade the campaign's answers that have no verdict; returns the labels of the verdicts written.

    purposes: only answers to questions drawn for these; area: only this area and what lies below it.
    Safe to kill and run again, and to run twice at once: an answer has one first verdict, and whoever comes
    second writes nothing. Raises NotFound for an unknown campaign, CampaignCancelled between two answers.
    """
    written: Counter[str] = Counter()
    for item in graded_answers(store, campaign_id, purposes=purposes, area=area):
        if item.verdict is not None:
            continue
        _stop(cancelled, campaign_id, sum(written.values()))
        grade = grader.grade(item.case)  # outside any transaction: a judge may take seconds
        if _write_first(store, item.answer_id, grade):
            written[grade.label] += 1
    return written


def regrade(
    store: Store,
    campaign_id: int,
    grader: Grader,
    *,
    purposes: Sequence[str] | None = None,
    area: str | None = None,
    author: str = "nightschool",
    cancelled: Callable[[], bool] | None = None,
) -> Regrade:
    """Grade the campaign's answers again; the old verdicts stay, new ones point at them.

    A new verdict is written where it says something else or another grader says it; running it again
    writes nothing new. Answers without a verdict get their first, counted from "none".
    """
    result = Regrade()
    for item in graded_answers(store, campaign_id, purposes=purposes, area=area):
        _stop(cancelled, campaign_id, result.written)
        grade, old = grader.grade(item.case), item.verdict
        result.confusion[(old.label if old else "none", grade.label)] += 1
        if old is None:
            result.written += _write_first(store, item.answer_id, grade, author)
        elif (old.label, old.grader, old.grader_version) != (grade.label, grade.grader, grade.grader_version):
            result.written += _supersede(store, item.answer_id, old.id, grade, author)
    return result


def graded_answers(
    store: Store, campaign_id: int, *, purposes: Sequence[str] | None = None, area: str | None = None
) -> list[Graded]:
    """The campaign's answers with their cases and the verdicts that hold, in order of the answers' ids."""
    from sqlmodel import col, or_, select

    from ...store.tables import Answer, Campaign, CampaignQuestion, Fact, Question

    with store.session(write=False) as session:
        if session.get(Campaign, campaign_id) is None:
            raise NotFound(f"no campaign {campaign_id}: `nightschool campaign list` shows them")
        query = (
            select(Answer, Question, Fact)
            .join(Question, col(Question.id) == col(Answer.question_id))
            .join(Fact, col(Fact.id) == col(Question.fact_id))
            .where(col(Answer.campaign_id) == campaign_id)
            .order_by(col(Answer.id))
        )
        if purposes is not None:
            drawn = select(col(CampaignQuestion.question_id)).where(
                CampaignQuestion.campaign_id == campaign_id, col(CampaignQuestion.purpose).in_(list(purposes))
            )
            query = query.where(col(Answer.question_id).in_(drawn))
        if area is not None:
            below = col(Fact.area).startswith(area + " / ", autoescape=True)
            query = query.where(or_(col(Fact.area) == area, below))
        rows = session.exec(query).all()
        verdicts = _effective(session, campaign_id)
    return [
        Graded(_id(answer.id), _case(answer, question, fact), verdicts.get(_id(answer.id)))
        for answer, question, fact in rows
    ]


def _effective(session: Session, campaign_id: int) -> dict[int, Verdict]:
    """For each answer of the campaign the verdict that no other supersedes."""
    from sqlmodel import col, select

    from ...store.tables import Answer, Verdict

    query = (
        select(Verdict)
        .join(Answer, col(Answer.id) == col(Verdict.answer_id))
        .where(col(Answer.campaign_id) == campaign_id)
        .order_by(col(Verdict.id))
    )
    verdicts = session.exec(query).all()
    superseded = {verdict.supersedes_id for verdict in verdicts}
    return {verdict.answer_id: verdict for verdict in verdicts if verdict.id not in superseded}


def _case(answer: Any, question: Any, fact: Any) -> Case:
    return Case(
        question=question.wording,
        kind=question.kind,
        references=tuple(question.references),
        answer=answer.text,
        citation=fact.citation,
        language=fact.language,
    )


def _id(value: int | None) -> int:
    assert value is not None  # rows that were read have ids
    return value


def _stop(cancelled: Callable[[], bool] | None, campaign_id: int, written: int) -> None:
    if cancelled is not None and cancelled():
        raise CampaignCancelled(f"campaign {campaign_id} was cancelled after {written} verdicts")


def _row(store: Store, answer_id: int, grade: Grade, author: str, supersedes_id: int | None) -> Verdict:
    from ...store.tables import Verdict

    return Verdict(
        answer_id=answer_id,
        label=grade.label,
        probability=grade.probability,
        grader=grade.grader,
        grader_version=grade.grader_version,
        reason=grade.reason,
        raw_reply=grade.raw_reply,
        prompt_hash=grade.prompt_hash,
        judge_model=grade.judge_model,
        temperature=grade.temperature,
        supersedes_id=supersedes_id,
        author=author,
        created_at=store.clock(),
    )


def _write_first(store: Store, answer_id: int, grade: Grade, author: str = "nightschool") -> bool:
    """Write the answer's first verdict; False when another run was quicker."""
    from sqlalchemy.exc import IntegrityError
    from sqlmodel import select

    from ...store.tables import Verdict

    def written() -> bool:
        query = select(Verdict.id).where(Verdict.answer_id == answer_id)
        return session.exec(query).first() is not None

    try:
        with store.session() as session:
            if written():
                return False
            session.add(_row(store, answer_id, grade, author, None))
    except IntegrityError:
        # Databases that don't queue their writers: the unique index lets one first verdict through.
        with store.session(write=False) as session:
            if not written():
                raise
        return False
    return True


def _supersede(store: Store, answer_id: int, old_id: int | None, grade: Grade, author: str) -> bool:
    """Put a new verdict over the old one; False when another run was quicker."""
    from sqlmodel import select

    from ...store.tables import Verdict

    with store.session() as session:
        if session.exec(select(Verdict.id).where(Verdict.supersedes_id == old_id)).first() is not None:
            return False
        session.add(_row(store, answer_id, grade, author, old_id))
    return True
