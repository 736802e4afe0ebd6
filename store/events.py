"""The audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .clock import now

if TYPE_CHECKING:
    from sqlmodel import Session

    from .tables import Event


def record(
    session: Session,
    what: str,
    *,
    client_id: int | None = None,
    campaign_id: int | None = None,
    who: str = "nightschool",
    **detail: Any,
) -> Event:
    """Adds an event to the session's transaction, dated by the store's clock.

    `what` is a short name such as `campaign.started`; `detail` must be JSON.
    """
    from .tables import Event

    clock = session.info.get("clock", now)
    event = Event(
        created_at=clock(), client_id=client_id, campaign_id=campaign_id, what=what, detail=detail, who=who
    )
    session.add(event)
    return event
