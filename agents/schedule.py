"""Nights: APScheduler runs each client's campaign at its cron line, one at a time.

The job store lies in the workspace's own database, so a night that was missed (the machine was off, the
service was being updated) is made up for once when the service is back, if less than twelve hours late.
APScheduler's defaults lose such nights silently: a grace time of one second, and `add_job` at start, which
sets the next run anew. Here jobs are compared with the configuration and left alone where nothing changed.
It also counts a night as run once it is handed to the worker; a service that ends there has lost it, so a
night is over only when the event `night.done` says so.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from ..store.errors import ConfigurationError, NightSchoolError
from .locate import CONFIGURATION
from .lookup import client_row
from .nights import PLANNED, is_settled

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

    from .workspace import Workspace

GRACE_S = 12 * 3600
LEASE_WAIT_S = 3600.0
RELOAD_S = 20.0
_PREFIX = "night:"
_log = logging.getLogger(__name__)

# The job store pickles jobs, so a job is a plain function with plain arguments; the running service tells
# it to stop through this event, which a process that serves nobody never sets.
_stop = threading.Event()


def planned(workspace: Workspace) -> list[tuple[str, str, str]]:
    """(client, cron line, next run as ISO time with zone) of each client that has a schedule.

    The next run is the one in the job store where the service has planned it already (in the past: a missed
    night that is made up for at the next start), else the next time of the cron line.
    """
    from datetime import datetime

    from .cron import next_time, trigger

    known = _next_runs(workspace.store_path)
    rows: list[tuple[str, str, str]] = []
    for name in workspace.names():
        settings = workspace.settings.clients[name]
        if settings.schedule is None:
            continue
        made = trigger(settings.schedule, settings.timezone)
        at = known.get(_PREFIX + name)
        when = datetime.fromtimestamp(at, made.timezone) if at is not None else next_time(made)
        rows.append((name, settings.schedule, when.isoformat() if when else "never"))
    return rows


def serve(
    workspace: Workspace,
    *,
    stop: threading.Event | None = None,
    ready: Callable[[BackgroundScheduler], None] | None = None,
    night: Callable[[str, str], Any] | None = None,
) -> None:
    """Run nights until SIGTERM, SIGINT or `stop`; a campaign under way then stops and can be resumed.

    Args:
        stop: ends the service when set; made here, with signal handlers, where none is given.
        ready: called with the scheduler once it runs.
        night: what a night is, by default `run_night`; importable, since the job store keeps its name.
    """
    own = stop is None
    stop = stop or threading.Event()
    before = _handle_signals(stop) if own else []
    _stop.clear()
    scheduler = make_scheduler(workspace.store_path)
    try:
        # Paused until the jobs agree with the configuration: a client that is gone must not run once more.
        scheduler.start(paused=True)
        plan(scheduler, workspace, night or run_night)
        catch_up(scheduler, workspace)
        scheduler.resume()
        if ready is not None:
            ready(scheduler)
        _wait(scheduler, workspace, stop, night or run_night)
    finally:
        _stop.set()
        if scheduler.running:
            scheduler.shutdown(wait=True)
        _stop.clear()
        for number, handler in before:
            signal.signal(number, handler)


def make_scheduler(store_path: Path) -> BackgroundScheduler:
    """A scheduler with its jobs in the store and one worker, so that nights queue up."""
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.background import BackgroundScheduler

    from ..store.engine import open_store

    open_store(store_path).close()  # the schema first: the job store would make a database without one
    url = f"sqlite:///{store_path}"
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(url=url, engine_options={"connect_args": {"timeout": 30}})},
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "misfire_grace_time": GRACE_S, "max_instances": 1},
    )
    _listen(scheduler, store_path)
    return scheduler


def plan(scheduler: BackgroundScheduler, workspace: Workspace, night: Callable[[str, str], Any]) -> None:
    """Bring the jobs in step with the configuration; a job whose cron line is the same keeps its next run."""
    from .cron import trigger

    wanted = {
        _PREFIX + name: trigger(settings.schedule, settings.timezone)
        for name, settings in workspace.settings.clients.items()
        if settings.schedule is not None
    }
    there = {job.id: job for job in scheduler.get_jobs() if job.id.startswith(_PREFIX)}
    for job_id in there.keys() - wanted.keys():
        scheduler.remove_job(job_id)
    for job_id, made in wanted.items():
        arguments = (str(workspace.folder), job_id.removeprefix(_PREFIX))
        job = there.get(job_id)
        if job is not None and tuple(job.args) == arguments and _same(job.trigger, made):
            continue
        scheduler.add_job(night, made, args=arguments, id=job_id, name=job_id, replace_existing=True)
        _note(workspace.store_path, PLANNED, arguments[1], cron=str(made))


def catch_up(scheduler: BackgroundScheduler, workspace: Workspace) -> list[str]:
    """At a service's start: run the nights now that were handed out and not done; returns their clients."""
    from datetime import UTC, datetime, timedelta

    from .cron import last_time

    late: list[str] = []
    with workspace.store() as store:
        for job in scheduler.get_jobs():
            due = last_time(job.trigger, timedelta(seconds=GRACE_S))
            planned_at = job.next_run_time
            if due is None or planned_at is None or planned_at <= due:
                continue  # the job store itself still knows of the missed run
            if not is_settled(store, job.args[1], due.astimezone(UTC).replace(tzinfo=None)):
                scheduler.modify_job(job.id, next_run_time=datetime.now(UTC))
                late.append(job.args[1])
    return late


def run_night(workspace: str, client: str) -> bool:
    """One client's night: go on with what is unfinished, then tonight's campaign. True when nothing failed.

    This is a process boundary: whatever goes wrong is written down, and the other clients' nights go on.
    """
    from .deps import default_deps
    from .nights import Night
    from .workspace import Workspace

    try:
        place = Workspace.find(workspace)
        window = place.client(client).window_hours
        ends = time.monotonic() + window * 3600 if window else float("inf")
        with place.store() as store:
            return Night(place, client, store, default_deps, _stop.is_set, ends, LEASE_WAIT_S).run()
    except NightSchoolError as error:
        _log.error("the night of client %s: %s", client, error)
    except Exception:  # noqa: BLE001
        _log.exception("the night of client %s failed: this is a bug", client)
    return False


def _wait(
    scheduler: BackgroundScheduler,
    workspace: Workspace,
    stop: threading.Event,
    night: Callable[[str, str], Any],
) -> None:
    """Until `stop`, and take up a changed configuration on the way; a broken one changes nothing."""
    from .workspace import Workspace

    path = workspace.folder / CONFIGURATION
    seen = _changed_at(path)
    while not stop.wait(RELOAD_S):
        if _changed_at(path) == seen:
            continue
        seen = _changed_at(path)
        try:
            plan(scheduler, Workspace.find(workspace.folder), night)
            _log.info("%s has changed: the schedule follows it", path)
        except ConfigurationError as error:
            _log.error("the schedule stays as it was: %s", error)


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _same(one: Any, other: Any) -> bool:
    return str(one) == str(other) and str(one.timezone) == str(other.timezone)


def _handle_signals(stop: threading.Event) -> list[tuple[int, Any]]:
    """SIGTERM and SIGINT end the service in good order. Only the main thread can be told of signals."""
    if threading.current_thread() is not threading.main_thread():
        return []

    def handle(number: int, frame: FrameType | None) -> None:
        _stop.set()
        stop.set()

    return [(number, signal.signal(number, handle)) for number in (signal.SIGTERM, signal.SIGINT)]


def _listen(scheduler: BackgroundScheduler, store_path: Path) -> None:
    """Write down the nights that did not run: too late, or the last one still goes on."""
    from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED

    def note(event: Any) -> None:
        client = event.job_id.removeprefix(_PREFIX)
        late = event.code == EVENT_JOB_MISSED
        reason = f"over {GRACE_S // 3600} hours late" if late else "the last night still goes on"
        _log.warning("a night of client %s is left out: %s", client, reason)
        _note(store_path, "night.missed", client, reason=reason)

    scheduler.add_listener(note, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)


def _note(store_path: Path, what: str, client: str, **detail: Any) -> None:
    from ..store.engine import open_store
    from ..store.events import record

    with open_store(store_path) as store:
        client_id = client_row(store, client)
        with store.session() as session:
            record(session, what, client_id=client_id, **detail)


def _next_runs(store_path: Path) -> dict[str, float]:
    """Next run times in the job store, as seconds since 1970, read without APScheduler."""
    import sqlite3
    from contextlib import closing

    if not store_path.exists():
        return {}
    try:
        with closing(sqlite3.connect(f"file:{store_path}?mode=ro", uri=True, timeout=5)) as connection:
            rows = connection.execute("SELECT id, next_run_time FROM apscheduler_jobs").fetchall()
    except sqlite3.Error:
        return {}  # no service has run here yet
    return {job: at for job, at in rows if at is not None}
