"""The diagnostician: what the verdicts say, whether more questions are wanted, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .lookup import find, set_outcome

if TYPE_CHECKING:
    from ..store.tables import Campaign, ModelVersion
    from .deps import Deps


def diagnose(state: Any, deps: Deps) -> dict[str, Any]:
    """Write the findings; where areas are uncertain and the budget allows it, draw a further round."""
    from ..evals.diagnosis import diagnose as find_out

    found = find_out(deps.store, state["campaign_id"], deps.settings.diagnosis)
    if found.more and _draw_more(state, deps, found.more):
        return {"more": True, "round": state["round"] + 1}
    return {"more": False, "advice": found.advice}


def decide(state: Any, deps: Deps) -> dict[str, Any]:
    """Nothing to do, train, or ask a person: with the reasons, written down once."""
    campaign, advice = find(deps.store, state["campaign_id"]), state["advice"]
    reasons = _reasons(deps, campaign)
    if advice == "incomplete":
        set_outcome(deps.store, state["campaign_id"], "incomplete", _reasons(deps, campaign, due=False)[0])
        return {}
    if advice == "nothing" and (due := _due(deps, campaign)):
        advice = due
    if advice in ("train", "ask") and (why := _obstacle(deps, campaign)):
        advice, reasons = "nothing", [why, *reasons]
    if advice == "train" and deps.settings.approval:
        advice = "ask"
    if advice == "nothing":
        _record(deps, campaign, "nothing_to_do", reasons)
        set_outcome(deps.store, state["campaign_id"], "nothing_to_do", reasons[0] if reasons else "")
    elif advice == "train":
        _record(deps, campaign, "train", reasons)
    return {"advice": advice}


def ask(state: Any, deps: Deps) -> dict[str, Any]:
    """Wait for a person. The graph stops here until `campaign resume --answer` brings an answer."""
    from langgraph.types import interrupt

    campaign = find(deps.store, state["campaign_id"])
    reasons = _reasons(deps, campaign)
    answer = interrupt("; ".join(reasons))
    if answer == "train":
        _record(deps, campaign, "train", reasons, author="a person")
        return {"advice": "train"}
    why = "a person decided not to train"
    _record(deps, campaign, "nothing_to_do", [why, *reasons], author="a person")
    set_outcome(deps.store, state["campaign_id"], "nothing_to_do", why)
    return {"advice": "stop"}


def _draw_more(state: Any, deps: Deps, wanted: Mapping[str, int]) -> bool:
    """Draw the next round where the areas want it; False where they have no question left."""
    from ..evals.examiner import draw

    campaign = find(deps.store, state["campaign_id"])
    # No control questions: they settle no area, and a round of nothing else would ask for yet another.
    exam = deps.settings.exam.model_copy(update={"control_questions": 0.0})
    drawn = draw(
        deps.store,
        state["campaign_id"],
        sum(wanted.values()),
        seed=campaign.seed,
        areas=dict(wanted),
        round=state["round"] + 1,
        settings=exam,
    )
    return bool(drawn)


def _obstacle(deps: Deps, campaign: Campaign) -> str | None:
    """Why training would be in vain however weak the model is, or None."""
    from sqlmodel import col, select

    from ..store.tables import Document, Fact, ModelVersion, Question
    from ..training.registry import is_endpoint

    with deps.store.session(write=False) as session:
        version = session.get_one(ModelVersion, campaign.model_version_id)
        sealed = session.exec(
            select(Question.id)
            .join(Fact, col(Fact.id) == col(Question.fact_id))
            .where(Question.client_id == campaign.client_id, Question.state == "active")
            .where(Question.pool == "sealed", Fact.state == "active", col(Fact.control).is_(False))
        ).first()
        cleared = session.exec(
            select(Fact.id)
            .join(Document, col(Document.id) == col(Fact.document_id))
            .where(
                Fact.client_id == campaign.client_id, Fact.state == "active", Document.clearance == "train"
            )
        ).first()
    if is_endpoint(version.path):
        return f"{version.name} is an endpoint: it can be examined here, not trained"
    if cleared is None:
        return "no document is cleared for training: its rights allow exams only (nightschool documents list says why)"
    if sealed is None:
        return "no sealed question is left that could judge a challenger: more documents are needed"
    return None


def _due(deps: Deps, campaign: Campaign) -> str:
    """ "train" where the champion learnt from a document that was withdrawn and a retraining is without it."""
    from ..training.withdraw import incurable

    version = _version(deps, campaign)
    return "train" if version.due_reason and not incurable(deps.store, version) else ""


def _reasons(deps: Deps, campaign: Campaign, *, due: bool = True) -> list[str]:
    """What the diagnosis gave as its reasons, in words with their figures: it keeps them in its main finding.

    That the champion is due for retraining comes first.
    """
    from ..training.withdraw import incurable

    version = _version(deps, campaign)
    first = []
    if due and version.due_reason:
        told = f"{version.name} is due for retraining: {version.due_reason}"
        first = [incurable(deps.store, version) or told]
    found = deps.store.read("findings", campaign_id=campaign.id, kind="accuracy")
    return first + next((list(each["detail"].get("reasons", [])) for each in found if each["area"] == ""), [])


def _version(deps: Deps, campaign: Campaign) -> ModelVersion:
    from ..store.tables import ModelVersion

    with deps.store.session(write=False) as session:
        return session.get_one(ModelVersion, campaign.model_version_id)


def _record(
    deps: Deps, campaign: Campaign, verdict: str, reasons: list[str], author: str = "nightschool"
) -> None:
    """Write the decision down, unless a killed run of this node has done so."""
    from sqlmodel import col, select

    from ..store.tables import Decision

    with deps.store.session() as session:
        there = session.exec(
            select(Decision.id).where(
                Decision.campaign_id == campaign.id, col(Decision.verdict).in_(["train", "nothing_to_do"])
            )
        ).first()
        if there is None:
            session.add(
                Decision(
                    client_id=campaign.client_id,
                    campaign_id=campaign.id,
                    champion_id=campaign.model_version_id,
                    verdict=verdict,
                    evidence={"reasons": reasons},
                    author=author,
                    created_at=deps.store.clock(),
                )
            )
