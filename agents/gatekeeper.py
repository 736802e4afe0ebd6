"""The gatekeeper: champion and challenger sit the same sealed questions, and the gate decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .answering import sit
from .grader import grade_purposes
from .lookup import find, set_outcome

if TYPE_CHECKING:
    from .deps import Deps

SEALED = ("gate", "gate_control")


def gate(state: Any, deps: Deps) -> dict[str, Any]:
    """Examine both on sealed questions and act on the gate's verdict.

    The gate itself moves the alias, in one transaction with its evidence: between verdict and promotion
    there is nothing to be killed. Raises `CampaignError` where no sealed question is left.
    """
    from ..training.gate import run_gate

    campaign_id, challenger_id = state["campaign_id"], state["challenger_id"]
    champion_id = find(deps.store, campaign_id).model_version_id
    _draw(deps, campaign_id)
    for version_id in (champion_id, challenger_id):
        sit(deps, campaign_id, version_id, SEALED, "gate")
    grade_purposes(deps, campaign_id, SEALED)
    evidence = run_gate(deps.store, campaign_id, challenger_id, deps.settings.gate)
    return {"verdict": evidence["verdict"]}


def promote(state: Any, deps: Deps) -> dict[str, Any]:
    """The challenger is served from now on."""
    set_outcome(deps.store, state["campaign_id"], "promoted")
    return {}


def hold(state: Any, deps: Deps) -> dict[str, Any]:
    """The evidence is short: the champion stays, the challenger remains a candidate."""
    set_outcome(deps.store, state["campaign_id"], "held")
    return {}


def reject(state: Any, deps: Deps) -> dict[str, Any]:
    """The champion stays."""
    set_outcome(deps.store, state["campaign_id"], "rejected")
    return {}


def _draw(deps: Deps, campaign_id: int) -> None:
    """Draw the sealed questions, once: a second draw after the gate unsealed them would not be the same."""
    from sqlmodel import col, select

    from ..evals.examiner import draw, replenish
    from ..store.tables import CampaignQuestion

    with deps.store.session(write=False) as session:
        query = select(CampaignQuestion.id).where(
            CampaignQuestion.campaign_id == campaign_id, col(CampaignQuestion.purpose).in_(SEALED)
        )
        if session.exec(query).first() is not None:
            return
    campaign, exam = find(deps.store, campaign_id), deps.settings.exam
    replenish(deps.store, campaign.client_id, deps.engine, exam, seed=deps.settings.seed)
    draw(deps.store, campaign_id, exam.gate_questions, seed=campaign.seed, purpose="gate", settings=exam)
