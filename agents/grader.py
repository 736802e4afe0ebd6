"""The grader: a verdict for each answer, one task an area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .answering import EXAM

if TYPE_CHECKING:
    from ..store.engine import Store
    from .deps import Deps


def areas(store: Store, campaign_id: int) -> list[str]:
    """The areas in which the campaign's exam has questions, sorted."""
    from sqlmodel import col, select

    from ..store.tables import CampaignQuestion, Fact, Question

    with store.session(write=False) as session:
        query = (
            select(Fact.area)
            .join(Question, col(Question.fact_id) == col(Fact.id))
            .join(CampaignQuestion, col(CampaignQuestion.question_id) == col(Question.id))
            .where(CampaignQuestion.campaign_id == campaign_id, col(CampaignQuestion.purpose).in_(EXAM))
            .distinct()
        )
        return sorted(session.exec(query))


def grade(task: Any, deps: Deps) -> dict[str, Any]:
    """Grade what is ungraded in one area. Areas are graded side by side; the verdicts don't depend on order."""
    grade_purposes(deps, task["campaign_id"], EXAM, area=task["area"])
    return {}


def grade_purposes(deps: Deps, campaign_id: int, purposes: Sequence[str], *, area: str | None = None) -> None:
    """Grade the campaign's answers to what it drew for `purposes`, as far as they have no verdict yet."""
    from ..evals.grading.record import grade_answers

    grade_answers(
        deps.store, campaign_id, deps.grader, purposes=purposes, area=area, cancelled=deps.cancelled
    )
