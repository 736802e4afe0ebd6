"""The reporter: closes the campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..store.events import record

if TYPE_CHECKING:
    from .deps import Deps


def report(state: Any, deps: Deps) -> dict[str, Any]:
    """Set the campaign's last state. The figures are computed from the store when somebody asks for them."""
    from ..store.tables import Campaign

    with deps.store.session() as session:
        row = session.get_one(Campaign, state["campaign_id"])
        if row.finished_at is None:
            row.state = "incomplete" if row.outcome == "incomplete" else "done"
            row.finished_at = deps.store.clock()
            record(
                session,
                f"campaign.{row.state}",
                client_id=row.client_id,
                campaign_id=row.id,
                outcome=row.outcome,
                reason=row.reason,
            )
    return {}
