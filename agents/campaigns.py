"""Campaigns: start, run, resume, cancel.

A campaign is a row in the store and a thread in the checkpointer; whichever process holds the lease walks it.
Nothing of it lives in a process's memory, so a kill costs at most the batch or the training step under way.
"""

from __future__ import annotations

import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from ..store.errors import (
    CampaignCancelled,
    CampaignError,
    CampaignIncomplete,
    ConfigurationError,
    NightSchoolError,
    StoreError,
)
from ..store.events import record
from ..store.failures import explain
from .errors import CampaignStopped
from .lease import holder, lease
from .lookup import client_row, find, latest, unfinished
from .stages import Stages

if TYPE_CHECKING:
    from langgraph.checkpoint.sqlite import SqliteSaver

    from ..store.engine import Store
    from ..store.tables import Campaign
    from .deps import Deps

__all__ = ["cancel", "checkpoints", "client_row", "find", "latest", "resume", "run", "start", "unfinished"]

ANSWERS = ("train", "stop")
_CANCELLED = ("cancelling", "cancelled")
_OVER = {"done": "is finished", "incomplete": "is finished: incomplete", "cancelled": "was cancelled"}


def start(deps: Deps, trigger: str = "hand", seed: int | None = None) -> int:
    """A new campaign of the client against its champion, ready for `run`; returns its id.

    The first campaign adopts the model of the configuration as champion. Without a seed the campaign's own
    number is its seed, so each night draws other questions and any night can be drawn again.

    Raises:
        ConfigurationError: no model is set. ModelError: the model can't be found.
    """
    from ..store.tables import Campaign
    from .workspace import effective

    client_id = client_row(deps.store, deps.settings.name)
    version_id = _champion(deps, client_id)
    with deps.store.session() as session:
        row = Campaign(
            client_id=client_id,
            trigger=trigger,
            model_version_id=version_id,
            seed=seed or 0,
            config=effective(deps.settings),
            started_at=deps.store.clock(),
        )
        session.add(row)
        session.flush()
        assert row.id is not None
        if seed is None:
            row.seed = row.id
        record(
            session,
            "campaign.started",
            client_id=client_id,
            campaign_id=row.id,
            trigger=trigger,
            seed=row.seed,
        )
        return row.id


def run(deps: Deps, campaign_id: int, *, wait_s: float = 0.0) -> Campaign:
    """Walk a new campaign to its end, or to the question that a person must answer; returns its row.

    Args:
        wait_s: how long to wait, in seconds, while another campaign holds the lease.

    Raises:
        CampaignStopped: Ctrl-C or `deps.cancelled`; it can be resumed.
        CampaignCancelled: somebody cancelled it.
        CampaignIncomplete: too much is ungraded; the campaign is over.
        NightSchoolError: what a user can mend; the campaign is `failed` and can be resumed.
    """
    with lease(deps.lease, campaign_id, wait_s=wait_s, stopped=deps.cancelled):
        return _guarded(deps, campaign_id, None)


def resume(deps: Deps, campaign_id: int, *, answer: str | None = None, wait_s: float = 0.0) -> Campaign:
    """Go on with a campaign that was killed, stopped, failed or waits for a person.

    Args:
        answer: what a person says where the campaign waits: `train` or `stop`.

    Raises:
        CampaignError: it is over, it waits and no answer is given, or an answer is given and it doesn't wait;
            otherwise as `run`.
    """
    _check_resumable(deps.store, campaign_id, answer)
    with lease(deps.lease, campaign_id, wait_s=wait_s, stopped=deps.cancelled):
        # Looked at again: it may have moved while this process waited.
        _check_resumable(deps.store, campaign_id, answer)
        _reopen(deps, campaign_id, answer)
        return _guarded(deps, campaign_id, answer)


def cancel(store: Store, lease_path: Path, campaign_id: int, *, who: str = "a person") -> str:
    """Cancel a campaign; returns its state now.

    `cancelling`: the process that runs it will stop between two batches, and stop the training child.
    `cancelled`: nobody runs it, so it is over at once.

    Raises:
        CampaignError: it is over already. NotFound: there is no such campaign.
    """
    from ..store.tables import Campaign

    row = find(store, campaign_id)
    if row.state in _OVER:
        raise CampaignError(f"Campaign {campaign_id} {_OVER[row.state]}: there is nothing to cancel.")
    with store.session() as session:
        row = session.get_one(Campaign, campaign_id)
        row.state = "cancelling"
        record(session, "campaign.cancelling", client_id=row.client_id, campaign_id=campaign_id, who=who)
    # Looked at after the row says so: whoever takes the lease from now on sees it.
    held = holder(lease_path)
    if held is not None and (held.pid is None or held.campaign_id == campaign_id):
        return "cancelling"
    _mark(store, campaign_id, "cancelled", "", over=True)
    return "cancelled"


def _champion(deps: Deps, client_id: int) -> int:
    from ..training.registry import adopt, champion

    found = champion(deps.store, client_id)
    if found is not None:
        assert found.id is not None
        return found.id
    if not deps.settings.model:
        raise ConfigurationError(
            f"clients.{deps.settings.name}.model is not set: name a folder, a hub name or an endpoint there, "
            "or make a model with nightschool models create NAME --size tiny."
        )
    return adopt(deps.store, client_id, deps.settings.model)


def _check_resumable(store: Store, campaign_id: int, answer: str | None) -> None:
    row = find(store, campaign_id)
    if row.state in _OVER:
        raise CampaignError(f"Campaign {campaign_id} {_OVER[row.state]}: there is nothing to resume.")
    if row.state == "waiting" and answer not in ANSWERS:
        raise CampaignError(
            f"Campaign {campaign_id} waits for a decision ({row.reason}): "
            f"nightschool campaign resume {campaign_id} --answer train|stop"
        )
    if row.state != "waiting" and answer is not None:
        raise CampaignError(f"Campaign {campaign_id} doesn't wait for an answer: its state is {row.state}.")


def _reopen(deps: Deps, campaign_id: int, answer: str | None) -> None:
    from ..store.tables import Campaign
    from .workspace import effective

    with deps.store.session() as session:
        row = session.get_one(Campaign, campaign_id)
        before = row.state
        if before != "cancelling":
            row.state, row.reason, row.finished_at = "running", "", None
        row.config = effective(deps.settings)
        record(
            session,
            "campaign.resumed",
            client_id=row.client_id,
            campaign_id=campaign_id,
            state=before,
            stage=row.stage,
            answer=answer,
        )


def _guarded(deps: Deps, campaign_id: int, answer: str | None) -> Campaign:
    """Walk, and see to it that the row says how the walk ended. The caller holds the lease."""
    pressed = threading.Event()
    watched = replace(deps, cancelled=_watch(deps, campaign_id, pressed))
    try:
        with _interrupts(pressed):
            asked = _walk(watched, campaign_id, answer)
    except (KeyboardInterrupt, CampaignCancelled) as stop:
        raise _stopped(deps.store, campaign_id) from stop
    except NightSchoolError as error:
        _failed(deps.store, campaign_id, str(error))
        raise
    except sqlite3.Error as error:
        told = explain(error, str(deps.store.path)) or StoreError(f"{deps.store.path}: {error}")
        _failed(deps.store, campaign_id, str(told))
        raise told from error
    except Exception as error:
        _failed(deps.store, campaign_id, f"{type(error).__name__}: {error}")
        raise
    if asked is not None:
        _mark(deps.store, campaign_id, "waiting", asked)
    row = find(deps.store, campaign_id)
    if row.state == "incomplete":
        raise CampaignIncomplete(f"Campaign {campaign_id} is incomplete: {row.reason}")
    return row


@contextmanager
def _interrupts(pressed: threading.Event) -> Iterator[None]:
    """Let Ctrl-C also tell the grading threads, which the graph waits for before it gives up.

    While the main thread waits for threads, or hands work to them, the first Ctrl-C only tells them: an exception
    that is raised while a lock is being taken leaves it taken, and then nobody gets on. A second one is raised
    wherever it comes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        told = pressed.is_set()
        pressed.set()
        if told or not _among_threads(frame):
            signal.default_int_handler(number, frame)

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _among_threads(frame: FrameType | None) -> bool:
    """Whether the code that a signal came upon is about threads and their locks."""
    name = str(frame.f_globals.get("__name__", "")) if frame is not None else ""
    return name.startswith(("threading", "concurrent.futures", "langgraph.pregel._executor"))


def _walk(deps: Deps, campaign_id: int, answer: str | None) -> str | None:
    """Run the graph from where it is; returns the question where it stops to ask one."""
    from langgraph.types import Command
    from langsmith.run_helpers import tracing_context

    from .graph import build

    if find(deps.store, campaign_id).state in _CANCELLED:
        raise CampaignCancelled(f"campaign {campaign_id} was cancelled")
    config: Any = {
        "configurable": {"thread_id": f"campaign-{campaign_id}"},
        "recursion_limit": 100,
        "max_concurrency": 4,
    }
    # The environment may ask for LangSmith tracing; a client's questions and answers go nowhere.
    with checkpoints(deps) as saver, tracing_context(enabled=False):
        graph = build(deps, Stages(deps, campaign_id), saver)
        begun = saver.get_tuple(config) is not None
        given: Any = None if begun else {"campaign_id": campaign_id, "round": 1}
        if answer is not None:
            given = Command(resume=answer)
        state = graph.invoke(given, config, durability="sync")
    asked = state.get("__interrupt__")
    return str(asked[0].value) if asked else None


@contextmanager
def checkpoints(deps: Deps) -> Iterator[SqliteSaver]:
    """The checkpointer, in the store's own file; beside the lease where the store is no file."""
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
    from langgraph.checkpoint.sqlite import SqliteSaver

    path = deps.store.path or deps.lease.with_suffix(".checkpoints.db")
    # None allows only the types that langgraph knows to be safe: state holds numbers and words.
    serde = JsonPlusSerializer(allowed_msgpack_modules=None)
    with closing(sqlite3.connect(path, timeout=30.0, check_same_thread=False)) as connection:
        yield SqliteSaver(connection, serde=serde)


def _watch(deps: Deps, campaign_id: int, pressed: threading.Event) -> Callable[[], bool]:
    """Whether to stop: asked often, so it looks into the store only every `poll_s` seconds."""
    looked = float("-inf")
    cancelling = False

    def cancelled() -> bool:
        nonlocal looked, cancelling
        if cancelling or pressed.is_set() or deps.cancelled():
            return True
        if time.monotonic() - looked >= deps.poll_s:
            looked = time.monotonic()
            cancelling = find(deps.store, campaign_id).state in _CANCELLED
        return cancelling

    return cancelled


def _stopped(store: Store, campaign_id: int) -> CampaignError:
    """What to tell after a stop: it was cancelled for good, or it can go on."""
    state = find(store, campaign_id).state
    if state in _CANCELLED:
        if state != "cancelled":
            _mark(store, campaign_id, "cancelled", "", over=True)
        return CampaignCancelled(f"Campaign {campaign_id} was cancelled.")
    from ..store.tables import Campaign

    with store.session() as session:
        row = session.get_one(Campaign, campaign_id)
        record(session, "campaign.stopped", client_id=row.client_id, campaign_id=campaign_id, stage=row.stage)
    return CampaignStopped(
        f"Campaign {campaign_id} stopped; go on with: nightschool campaign resume {campaign_id}"
    )


def _failed(store: Store, campaign_id: int, reason: str) -> None:
    # A full disk is a reason to fail and may refuse this row too; then the campaign just counts as killed.
    with suppress(StoreError):
        _mark(store, campaign_id, "failed", reason, over=True)


def _mark(store: Store, campaign_id: int, state: str, reason: str, *, over: bool = False) -> None:
    from ..store.tables import Campaign

    with store.session() as session:
        row = session.get_one(Campaign, campaign_id)
        row.state, row.reason = state, reason
        if over:
            row.finished_at = store.clock()
        record(session, f"campaign.{state}", client_id=row.client_id, campaign_id=campaign_id, reason=reason)
