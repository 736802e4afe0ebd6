"""Runs the gate on a campaign's sealed questions, and acts on what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..evals.statistics import Pair
from ..store.errors import CampaignError, NotFound
from . import registry
from .card import write_card
from .comparison import GateResult, gate
from .run import write_json
from .settings import GateSettings

if TYPE_CHECKING:
    from ..store.engine import Store

__all__ = ["GateResult", "gate", "read_pairs", "run_gate"]

EVIDENCE_FILE = "gate.json"
SCORES = {"correct": 1.0, "partial": 0.5, "incorrect": 0.0, "refused": 0.0}  # ungraded has none


@dataclass(frozen=True)
class Sat:
    """What two versions scored on the questions of one purpose."""

    pairs: list[Pair]
    missing: int


def run_gate(
    store: Store,
    campaign_id: int,
    challenger_id: int,
    settings: GateSettings,
    *,
    unseal: Callable[[Store, int], Any] | None = None,
) -> dict[str, Any]:
    """Decide on a challenger and act: promote, reject or hold, with the evidence stored.

    Reads the verdicts of the campaign's own version (the champion) and of the challenger on the questions
    drawn for `gate`, and for `gate_control`. Used questions are unsealed, whatever the verdict. Run again
    for the same campaign and challenger it returns what was decided. `unseal` stands in for
    `evals.examiner.unseal` in tests. Returns the evidence: verdict, reasons, overall, areas and counts.
    Raises CampaignError, NotFound.
    """
    decided = _decided(store, campaign_id, challenger_id)
    if decided is None:
        champion_id = _champion_of(store, campaign_id, challenger_id)
        sat = read_pairs(store, campaign_id, (champion_id, challenger_id), "gate")
        if not sat.pairs and not sat.missing:
            raise CampaignError(
                f"campaign {campaign_id} has drawn no sealed questions: the gate can't decide"
            )
        control = read_pairs(store, campaign_id, (champion_id, challenger_id), "gate_control")
        result = gate(sat.pairs, settings, missing=sat.missing, control=control.pairs)
        result = _champion_moved(store, campaign_id, champion_id, result)
        decided = {**result.evidence(), "settings": settings.model_dump(), "control_missing": control.missing}
        _act(store, campaign_id, challenger_id, decided)
    # After the decision: a kill in between leaves questions sealed for longer, never used twice.
    if unseal is None:
        from ..evals.examiner import unseal
    unseal(store, campaign_id)
    _write_beside(store, challenger_id, decided)
    return decided


def read_pairs(store: Store, campaign_id: int, versions: tuple[int, int], purpose: str) -> Sat:
    """Scores of (champion, challenger) on a campaign's questions of one purpose, in the order asked."""
    from sqlmodel import col, select

    from ..store.tables import Answer, CampaignQuestion, Document, Fact, Question, Verdict

    with store.session(write=False) as session:
        asked = session.exec(
            select(Question.id, Fact.area, Document.path)
            .join(CampaignQuestion, col(CampaignQuestion.question_id) == col(Question.id))
            .join(Fact, col(Fact.id) == col(Question.fact_id))
            .join(Document, col(Document.id) == col(Fact.document_id))
            .where(CampaignQuestion.campaign_id == campaign_id, CampaignQuestion.purpose == purpose)
            .order_by(col(CampaignQuestion.position), col(Question.id))
        ).all()
        verdicts = session.exec(
            select(Answer.question_id, Answer.model_version_id, Verdict.label, Verdict.id)
            .join(Verdict, col(Verdict.answer_id) == col(Answer.id))
            .where(Answer.campaign_id == campaign_id, col(Answer.model_version_id).in_(versions))
            .order_by(col(Verdict.id))
        ).all()
    # A correction is a later row, so the last one stands.
    labels = {(question, version): label for question, version, label, _ in verdicts}
    pairs, missing = [], 0
    for question, area, document in asked:
        assert question is not None
        scores = [SCORES.get(labels.get((question, version), "")) for version in versions]
        if scores[0] is None or scores[1] is None:
            missing += 1
        else:
            pairs.append(Pair(question, document, area, scores[0], scores[1]))
    return Sat(pairs, missing)


def _champion_of(store: Store, campaign_id: int, challenger_id: int) -> int:
    from ..store.tables import Campaign, ModelVersion

    with store.session(write=False) as session:
        campaign = session.get(Campaign, campaign_id)
        challenger = session.get(ModelVersion, challenger_id)
    if campaign is None:
        raise NotFound(f"there is no campaign {campaign_id}")
    if challenger is None:
        raise NotFound(f"there is no model version {challenger_id}")
    if challenger.client_id != campaign.client_id:
        raise CampaignError(f"{challenger.name} is another client's model than campaign {campaign_id}'s")
    return campaign.model_version_id


def _champion_moved(store: Store, campaign_id: int, champion_id: int, result: GateResult) -> GateResult:
    """A champion that was replaced while the campaign ran was not the one compared with: hold."""
    from dataclasses import replace

    from ..store.tables import Campaign

    with store.session(write=False) as session:
        client_id = session.get_one(Campaign, campaign_id).client_id
    now = registry.champion(store, client_id)
    if now is None or now.id == champion_id or result.verdict != "promote":
        return result
    reason = (
        f"the champion changed to {now.name} while the campaign ran: compare the challenger with that one"
    )
    return replace(result, verdict="hold", reasons=[reason, *result.reasons])


def _decided(store: Store, campaign_id: int, challenger_id: int) -> dict[str, Any] | None:
    from sqlmodel import col, select

    from ..store.tables import Decision

    with store.session(write=False) as session:
        row = session.exec(
            select(Decision)
            .where(Decision.campaign_id == campaign_id, Decision.challenger_id == challenger_id)
            .where(col(Decision.verdict).in_(["promote", "hold", "reject"]))
            .order_by(col(Decision.id))
        ).first()
    return dict(row.evidence) if row is not None else None


def _act(store: Store, campaign_id: int, challenger_id: int, evidence: dict[str, Any]) -> None:
    if evidence["verdict"] == "promote":
        registry.promote(store, challenger_id, evidence=evidence, campaign_id=campaign_id)
    elif evidence["verdict"] == "reject":
        registry.reject(store, challenger_id, evidence=evidence, campaign_id=campaign_id)
    else:
        registry.hold(store, challenger_id, evidence=evidence, campaign_id=campaign_id)


def _write_beside(store: Store, challenger_id: int, evidence: dict[str, Any]) -> None:
    """The evidence and the card beside the challenger's weights, for whoever gets the folder alone."""
    from ..store.tables import ModelVersion

    with store.session(write=False) as session:
        version = session.get_one(ModelVersion, challenger_id)
    folder = Path(version.path)
    if version.method != "given" and folder.is_dir():
        write_json(folder / EVIDENCE_FILE, evidence)
        write_card(store, challenger_id)
