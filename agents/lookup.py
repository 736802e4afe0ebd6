"""Campaigns and clients by name, number or state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..store.errors import NotFound
from ..store.events import record

if TYPE_CHECKING:
    from ..store.engine import Store
    from ..store.tables import Campaign


def client_row(store: Store, name: str) -> int:
    """The client's id; the row is made where there is none."""
    from sqlmodel import select

    from ..store.tables import Client

    with store.session() as session:
        row = session.exec(select(Client).where(Client.name == name)).first()
        if row is None:
            row = Client(name=name, created_at=store.clock())
            session.add(row)
            session.flush()
            record(session, "client.added", client_id=row.id, name=name)
        assert row.id is not None
        return row.id


def find(store: Store, campaign_id: int) -> Campaign:
    """The campaign's row. Raises `NotFound`."""
    from ..store.tables import Campaign

    with store.session(write=False) as session:
        row = session.get(Campaign, campaign_id)
    if row is None:
        raise NotFound(f"There is no campaign {campaign_id}: nightschool campaign list shows them.")
    return row


def latest(store: Store, client: str) -> int:
    """The number of the client's newest campaign. Raises `NotFound`."""
    from sqlmodel import col, select

    from ..store.tables import Campaign, Client

    with store.session(write=False) as session:
        found = session.exec(
            select(Campaign.id)
            .join(Client, col(Client.id) == col(Campaign.client_id))
            .where(Client.name == client)
            .order_by(col(Campaign.id).desc())
        ).first()
    if found is None:
        raise NotFound(f"Client {client!r} has no campaign yet: nightschool campaign run.")
    return found


def unfinished(store: Store, client: str) -> list[int]:
    """The client's campaigns that were killed or stopped on their way, oldest first."""
    from sqlmodel import col, select

    from ..store.tables import Campaign, Client

    with store.session(write=False) as session:
        query = (
            select(Campaign.id)
            .join(Client, col(Client.id) == col(Campaign.client_id))
            .where(Client.name == client, Campaign.state == "running")
            .order_by(col(Campaign.id))
        )
        return [row for row in session.exec(query) if row is not None]


def set_outcome(store: Store, campaign_id: int, outcome: str, reason: str = "") -> None:
    """What the campaign came to: nothing_to_do, promoted, held, rejected or incomplete."""
    from ..store.tables import Campaign

    with store.session() as session:
        row = session.get_one(Campaign, campaign_id)
        row.outcome, row.reason = outcome, reason
