"""The grader: a verdict for each answer, one task an area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .answering import EXAM

if TYPE_CHECKING:
    from ..store.engine import Store
    from .deps import Deps


def areas(store: Store, campaign_id: int) -> list[str]:
    """The areas in which the campaign's exam has questions, sorted; without those that lie below another."""
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
        found = sorted(session.exec(query))
    top: list[str] = []
    for area in found:
        if not any(area.startswith(other + " / ") for other in top):
            top.append(area)
    return top


def grade(task: Any, deps: Deps) -> dict[str, Any]:
    """Grade what has no verdict in one area and below it. Verdicts don't depend on the order of areas."""
    grade_purposes(deps, task["campaign_id"], EXAM, area=task["area"])
    return {}


def grade_purposes(deps: Deps, campaign_id: int, purposes: Sequence[str], *, area: str | None = None) -> None:
    """Grade the answers to what the campaign drew for `purposes`, as far as they have no verdict yet."""
    from ..evals.grading.record import grade_answers

    grade_answers(
        deps.store, campaign_id, deps.grader, purposes=purposes, area=area, cancelled=deps.cancelled
    )
