"""The training run's row in the store: prepared, running, done, failed, cancelled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..store.errors import CampaignCancelled, NightSchoolError
from ..store.events import record
from .launch import Progress

if TYPE_CHECKING:
    from ..store.engine import Store
    from ..store.tables import TrainingRun

Cancelled = Callable[[], bool]
Launch = Callable[..., dict[str, Any]]


def carry_out(
    store: Store, run_id: int, launch: Launch, progress: Progress | None, cancelled: Cancelled | None
) -> dict[str, Any]:
    """Launch (or go on with) a run's child and keep the row's state in step. Raises what `launch` raises."""
    mark(store, run_id, "running")
    try:
        return launch(Path(get(store, run_id).folder), progress=progress, cancelled=cancelled)
    except CampaignCancelled as stop:
        mark(store, run_id, "cancelled", result={"reason": str(stop)})
        raise
    except NightSchoolError as error:
        mark(store, run_id, "failed", result={"error": str(error)})
        raise


def mark(store: Store, run_id: int, state: str, **values: Any) -> None:
    """Set a run's state and other columns; the end is dated, and the audit trail has it."""
    from ..store.tables import TrainingRun

    with store.session() as session:
        run = session.get_one(TrainingRun, run_id)
        over = state in ("done", "failed", "cancelled")
        run.state = state
        run.finished_at = session.info["clock"]() if over else None
        for name, value in values.items():
            setattr(run, name, value)
        record(
            session,
            f"training.{state}",
            client_id=run.client_id,
            campaign_id=run.campaign_id,
            training_run=run_id,
        )


def get(store: Store, run_id: int) -> TrainingRun:
    """The run's row, detached."""
    from ..store.tables import TrainingRun

    with store.session(write=False) as session:
        return session.get_one(TrainingRun, run_id)
