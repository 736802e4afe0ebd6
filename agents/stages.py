"""The trail that a campaign leaves: its stage in its row, and one event at each stage's start and end."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from ..store.events import record

if TYPE_CHECKING:
    from .deps import Deps

STARTED = "stage.started"
FINISHED = "stage.finished"


class Stages:
    """Writes each stage's start and end once, however often the campaign was killed in between.

    Only the process that holds the lease writes here, so what is known at its start stays true; the lock is
    for the threads that grade areas side by side.
    """

    def __init__(self, deps: Deps, campaign_id: int) -> None:
        self._deps = deps
        self._campaign_id = campaign_id
        self._lock = threading.Lock()
        self._since: dict[tuple[str, int], float] = {}
        self._written = self._known()

    def started(self, stage: str, round_: int = 1) -> None:
        """A stage begins, or goes on after a kill (then the event is there already)."""
        with self._lock:
            self._since.setdefault((stage, round_), time.monotonic())
            if self._first(STARTED, stage, round_):
                self._write(STARTED, stage, {"stage": stage, "round": round_})
                self._deps.noted(stage, "started", {"round": round_})

    def finished(self, stage: str, round_: int = 1, **counts: Any) -> None:
        """A stage is over. `seconds` counts this process's part of it: no time between kill and resume."""
        with self._lock:
            seconds = round(time.monotonic() - self._since.get((stage, round_), time.monotonic()), 3)
            if self._first(FINISHED, stage, round_):
                detail = {"stage": stage, "round": round_, "seconds": seconds, **counts}
                self._write(FINISHED, stage, detail)
                self._deps.noted(stage, "finished", detail)

    def _first(self, what: str, stage: str, round_: int) -> bool:
        key = (what, stage, round_)
        if key in self._written:
            return False
        self._written.add(key)
        return True

    def _known(self) -> set[tuple[str, str, int]]:
        from sqlmodel import col, select

        from ..store.tables import Event

        with self._deps.store.session(write=False) as session:
            query = select(Event).where(
                col(Event.campaign_id) == self._campaign_id, col(Event.what).in_([STARTED, FINISHED])
            )
            return {(row.what, row.detail["stage"], row.detail["round"]) for row in session.exec(query)}

    def _write(self, what: str, stage: str, detail: dict[str, Any]) -> None:
        from ..store.tables import Campaign

        with self._deps.store.session() as session:
            campaign = session.get_one(Campaign, self._campaign_id)
            if what == STARTED:
                campaign.stage = stage
            record(session, what, client_id=campaign.client_id, campaign_id=self._campaign_id, **detail)
