"""The examiner: facts and questions from what is new, and the questions of tonight's exam."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..store.errors import CampaignError
from .lookup import find

if TYPE_CHECKING:
    from .deps import Deps


def examine(state: Any, deps: Deps) -> dict[str, Any]:
    """Make facts and questions, and draw the first round. Raises `CampaignError` with nothing to ask."""
    from ..evals.change.conflicts import ConflictPolicy
    from ..evals.examiner import draw
    from ..evals.examiner import examine as make_questions

    campaign = find(deps.store, state["campaign_id"])
    report = make_questions(
        deps.store,
        campaign.client_id,
        deps.engine,
        deps.settings.exam,
        seed=deps.settings.seed,
        policy=ConflictPolicy.of(deps.settings.corpus),
        progress=lambda done, total: deps.progress("examine", done, total),
        cancelled=deps.cancelled,
    )
    if report.cancelled:
        return {}  # the graph stops here; what is drawn must come from all the passages
    drawn = draw(
        deps.store,
        state["campaign_id"],
        deps.settings.exam.questions,
        seed=campaign.seed,
        settings=deps.settings.exam,
    )
    if not drawn:
        raise CampaignError(
            "No question could be made from the documents: nightschool documents list says what was taken "
            "in; a question needs a statement of fact, such as a name, a number, a date or a list."
        )
    counts = {
        "passages": report.passages,
        "written": report.written,
        "kept": report.kept,
        "changed": len(report.changed),
        "reworded": len(report.reworded),
        "withdrawn": len(report.withdrawn),
        "conflicts": len(report.conflicts),
        "dropped": dict(report.dropped.most_common()),
        "questions_written": report.questions_written,
        "drawn": len(drawn),
    }
    return {"round": 1, "counts": counts}
