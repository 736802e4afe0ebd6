"""What a client's night is: first what is unfinished, then tonight's campaign, inside the night's window."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..store.errors import CampaignCancelled, CampaignIncomplete, NightSchoolError
from ..store.events import record
from .errors import CampaignStopped
from .lookup import client_row, find, unfinished

if TYPE_CHECKING:
    from ..store.engine import Store
    from .deps import Deps
    from .workspace import Workspace

DONE = "night.done"
PLANNED = "night.planned"  # a client's cron line is new or has changed
SAME_NIGHT_S = 12 * 3600
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Night:
    """One client's night.

    stopped: the end of the service; the campaign can then be resumed, and the night counts as not done.
    ends: the end of the night's window, in `time.monotonic()` seconds: what is unfinished goes on tomorrow.
    make_deps: `default_deps`, but in tests.
    wait_s: how long to wait, in seconds, while another campaign holds the lease.
    """

    workspace: Workspace
    client: str
    store: Store
    make_deps: Callable[..., Deps]
    stopped: Callable[[], bool]
    ends: float
    wait_s: float

    def run(self) -> bool:
        """True when no campaign failed. Raises nothing that a user can mend: that is written down."""
        client_id = client_row(self.store, self.client)
        good, tonight = self._go_on(client_id)
        if not tonight and not self._over():
            good = self._attempt(client_id, None) and good
        if not self.stopped():
            with self.store.session() as session:
                record(session, DONE, client_id=client_id, good=good)
        return good

    def _go_on(self, client_id: int) -> tuple[bool, bool]:
        """Resume what was killed or stopped: (nothing failed, tonight's own campaign was among it)."""
        good, tonight = True, False
        for campaign_id in unfinished(self.store, self.client):
            if self._over():
                break
            row = find(self.store, campaign_id)
            age = (self.store.clock() - row.started_at).total_seconds()
            tonight = tonight or (row.trigger == "schedule" and age < SAME_NIGHT_S)
            good = self._attempt(client_id, campaign_id) and good
        return good, tonight

    def _attempt(self, client_id: int, campaign_id: int | None) -> bool:
        """Resume a campaign, or start one; True unless it failed."""
        from . import campaigns
        from .deps import Sinks

        sinks = Sinks(cancelled=self._over)
        row = find(self.store, campaign_id) if campaign_id is not None else None
        try:
            deps = self.make_deps(self.workspace, self.client, self.store, campaign=row, sinks=sinks)
            if campaign_id is None:
                campaign_id = campaigns.start(deps, trigger="schedule")
                campaigns.run(deps, campaign_id, wait_s=self.wait_s)
            else:
                campaigns.resume(deps, campaign_id, wait_s=self.wait_s)
        except (CampaignStopped, CampaignCancelled, CampaignIncomplete) as end:
            _log.info("client %s: %s", self.client, end)
        except NightSchoolError as error:
            _log.error("client %s: %s", self.client, error)
            return self._failed(client_id, campaign_id, str(error))
        except Exception as error:  # noqa: BLE001
            # The boundary of a night: a bug in one campaign must not take the other clients' nights along.
            _log.exception("client %s: this is a bug", self.client)
            return self._failed(client_id, campaign_id, f"{type(error).__name__}: {error}")
        return True

    def _failed(self, client_id: int, campaign_id: int | None, reason: str) -> bool:
        with self.store.session() as session:
            record(session, "night.failed", client_id=client_id, campaign_id=campaign_id, reason=reason)
        return False

    def _over(self) -> bool:
        return self.stopped() or time.monotonic() >= self.ends


def is_settled(store: Store, client: str, due: datetime) -> bool:
    """Whether the night that was due at `due` (UTC, without zone) has been done, or was never planned."""
    from sqlmodel import col, select

    from ..store.tables import Client, Event

    with store.session(write=False) as session:
        query = (
            select(Event.id)
            .join(Client, col(Client.id) == col(Event.client_id))
            .where(Client.name == client, col(Event.what).in_([DONE, PLANNED]), col(Event.created_at) >= due)
        )
        return session.exec(query).first() is not None
