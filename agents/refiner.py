"""The refiner: takes in what changed in the client's documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .lookup import find

if TYPE_CHECKING:
    from .deps import Deps


def refine(state: Any, deps: Deps) -> dict[str, Any]:
    """Bring the store in step with the documents' folder. Raises `CorpusError`."""
    from ..corpus.ingest import ingest

    campaign = find(deps.store, state["campaign_id"])
    report = ingest(
        deps.store,
        campaign.client_id,
        deps.settings.documents,
        deps.settings.corpus,
        progress=lambda done, total, path: deps.progress("refine", done, total),
        cancelled=deps.cancelled,
    )
    # After a kill this counts the part that was left; the documents' own rows tell the whole.
    return {"counts": report.as_dict()}
