"""What the store holds about a campaign's exam: answers with the verdicts that hold, facts that changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.tables import Campaign

EXAM, CONTROL = "exam", "control"


@dataclass(frozen=True)
class Scored:
    """One answer of the examined model. `label` is "" where there is no verdict yet."""

    campaign_id: int
    purpose: str
    round: int
    answer_id: int
    question_id: int
    fact_id: int
    document_id: int
    area: str
    fact_state: str
    label: str


@dataclass(frozen=True)
class ChangedFact:
    """A fact that came up since the last campaign. `old_answer` is None for one that is new altogether."""

    fact_id: int
    subject: str
    relation: str
    answer: str
    old_answer: str | None
    document: str


def scored_answers(session: Session, campaign: Campaign, campaign_ids: Sequence[int]) -> list[Scored]:
    """The exam and control answers that the campaign's model gave in these campaigns, oldest first."""
    from sqlalchemy.orm import aliased
    from sqlmodel import and_, col, select

    from ..store.tables import Answer, CampaignQuestion, Fact, Question, Verdict

    later = aliased(Verdict)
    choose: Any = select  # its overloads end at four columns
    query = (
        choose(
            CampaignQuestion.campaign_id,
            CampaignQuestion.purpose,
            CampaignQuestion.round,
            Answer.id,
            Question.id,
            Fact.id,
            Fact.document_id,
            Fact.area,
            Fact.state,
            Verdict.label,
        )
        .join(
            Answer,
            and_(
                col(Answer.campaign_id) == col(CampaignQuestion.campaign_id),
                col(Answer.question_id) == col(CampaignQuestion.question_id),
                col(Answer.model_version_id) == campaign.model_version_id,
            ),
        )
        .join(Question, col(Question.id) == col(CampaignQuestion.question_id))
        .join(Fact, col(Fact.id) == col(Question.fact_id))
        .outerjoin(Verdict, col(Verdict.answer_id) == col(Answer.id))
        .outerjoin(later, later.supersedes_id == col(Verdict.id))
        .where(col(later.id).is_(None))
        .where(col(CampaignQuestion.campaign_id).in_(list(campaign_ids)))
        .where(col(CampaignQuestion.purpose).in_((EXAM, CONTROL)))
        .order_by(col(CampaignQuestion.campaign_id), col(Answer.id))
    )
    return [Scored(*row[:-1], label=row[-1] or "") for row in session.exec(query).all()]


def earlier_nights(session: Session, campaign: Campaign) -> list[int]:
    """Earlier campaigns that examined the same model version and reached a diagnosis, oldest first."""
    from sqlmodel import col, select

    from ..store.tables import Campaign as C
    from ..store.tables import Finding

    query = (
        select(C.id)
        .where(C.client_id == campaign.client_id, C.model_version_id == campaign.model_version_id)
        .where(col(C.id) < campaign.id, col(C.state).in_(("done", "waiting")))
        .where(col(C.id).in_(select(Finding.campaign_id).where(Finding.kind == "accuracy")))
        .order_by(col(C.id))
    )
    return [number for number in session.exec(query).all() if number is not None]


def last_campaign(session: Session, campaign: Campaign) -> Campaign | None:
    """The client's last campaign before this one that has a diagnosis, whatever model it examined."""
    from sqlmodel import col, select

    from ..store.tables import Campaign as C
    from ..store.tables import Finding

    query = (
        select(C)
        .where(C.client_id == campaign.client_id, col(C.id) < campaign.id)
        .where(col(C.id).in_(select(Finding.campaign_id).where(Finding.kind == "accuracy")))
        .order_by(col(C.id).desc())
    )
    return session.exec(query).first()


def noted(session: Session, campaign_ids: Sequence[int], kind: str) -> dict[int, Any]:
    """Each campaign's overall finding of this kind."""
    from sqlmodel import col, select

    from ..store.tables import Finding

    query = select(Finding).where(
        col(Finding.campaign_id).in_(list(campaign_ids)), Finding.kind == kind, Finding.area == ""
    )
    return {finding.campaign_id: finding for finding in session.exec(query).all()}


def last_fact(session: Session, client_id: int) -> int:
    """The highest id among the client's facts: what is numbered higher is newer."""
    from sqlmodel import func, select

    from ..store.tables import Fact

    return session.exec(select(func.max(Fact.id)).where(Fact.client_id == client_id)).one() or 0


def changed_facts(session: Session, client_id: int, after: int) -> list[ChangedFact]:
    """The client's active facts that are numbered above `after`, with what they replaced."""
    from sqlmodel import col, select

    from ..store.tables import Document, Fact

    query = (
        select(Fact, Document.path)
        .join(Document, col(Document.id) == col(Fact.document_id))
        .where(Fact.client_id == client_id, col(Fact.id) > after, Fact.state == "active")
        .order_by(col(Fact.id))
    )
    rows = session.exec(query).all()
    old = select(Fact.successor_id, Fact.answer).where(
        Fact.client_id == client_id, col(Fact.successor_id) > after
    )
    before = dict(session.exec(old).all())
    return [
        ChangedFact(fact.id or 0, fact.subject, fact.relation, fact.answer, before.get(fact.id), path)
        for fact, path in rows
    ]


def texts(session: Session, answer_ids: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """Question, kind of question and answer text of these answers."""
    from sqlmodel import col, select

    from ..store.tables import Answer, Question

    query = (
        select(Answer.id, Question.wording, Question.kind, Answer.text)
        .join(Question, col(Question.id) == col(Answer.question_id))
        .where(col(Answer.id).in_(list(answer_ids)))
    )
    return {number or 0: (wording, kind, text) for number, wording, kind, text in session.exec(query).all()}
