"""The pupil: the model under examination answers the campaign's questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .lookup import find

if TYPE_CHECKING:
    from .deps import Deps

EXAM = ("exam", "control")


def answer(state: Any, deps: Deps) -> dict[str, Any]:
    """Let the champion sit the exam. Raises `ModelError` where it can't answer at all."""
    campaign = find(deps.store, state["campaign_id"])
    sit(deps, state["campaign_id"], campaign.model_version_id, EXAM, "answer")
    return {}


def sit(deps: Deps, campaign_id: int, version_id: int, purposes: Sequence[str], stage: str) -> None:
    """Let a model version answer what the campaign drew for `purposes`, as far as it has not yet."""
    from ..evals.answering.record import answer_questions
    from ..store.tables import ModelVersion

    with deps.store.session(write=False) as session:
        version = session.get_one(ModelVersion, version_id)
    answerer = deps.open_answerer(version)
    try:
        answer_questions(
            deps.store,
            campaign_id,
            version_id,
            purposes,
            answerer,
            progress=lambda done, total: deps.progress(stage, done, total),
            cancelled=deps.cancelled,
        )
    finally:
        answerer.close()
