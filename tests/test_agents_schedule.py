"""Nights come at their time, late ones once, and no client's trouble is another's."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from nightschool.agents import campaigns
from nightschool.agents.errors import CampaignStopped
from nightschool.agents.lookup import client_row, find
from nightschool.agents.nights import DONE, Night
from nightschool.agents.schedule import catch_up, make_scheduler, plan, planned, run_night, serve
from nightschool.agents.workspace import Workspace
from nightschool.store.engine import Store
from nightschool.store.errors import ModelError
from nightschool.store.events import record

from .campaign_driver import EVERYTHING, Reaper, deps_for, make_world

TWO = """
[clients.ash]
documents = "ash"
schedule = "0 2 * * *"
timezone = "UTC"
[clients.birch]
documents = "birch"
schedule = "30 3 * * 1-5"
timezone = "Asia/Seoul"
[clients.cedar]
documents = "cedar"
"""

# What the twin of a night writes down; the job store keeps a function by its name, so it is a module's.
ran: list[str] = []
wanted = threading.Event()


def twin_night(workspace: str, client: str) -> bool:
    ran.append(client)
    wanted.set()
    return True


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workspace]:
    ran.clear()
    wanted.clear()
    yield configured(tmp_path, TWO)
    ran.clear()


def configured(folder: Path, text: str) -> Workspace:
    (folder / "nightschool.toml").write_text(text)
    return Workspace.find(folder)


def jobs(scheduler: BackgroundScheduler) -> dict[str, Any]:
    return {job.id: job for job in scheduler.get_jobs()}


def paused(place: Workspace) -> BackgroundScheduler:
    scheduler = make_scheduler(place.store_path)
    scheduler.start(paused=True)
    return scheduler


def test_jobs_follow_the_configuration(place: Workspace) -> None:
    scheduler = paused(place)
    try:
        plan(scheduler, place, twin_night)
        first = jobs(scheduler)
        assert set(first) == {"night:ash", "night:birch"}
        assert all(job.coalesce and job.max_instances == 1 for job in first.values())
        assert {job.misfire_grace_time for job in first.values()} == {12 * 3600}
        long_ago = datetime.now(UTC) - timedelta(hours=3)
        scheduler.modify_job("night:ash", next_run_time=long_ago)
        plan(scheduler, place, twin_night)
        assert jobs(scheduler)["night:ash"].next_run_time == long_ago, "an unchanged job lost its missed run"
        changed = TWO.replace('"0 2 * * *"', '"0 4 * * *"').replace('schedule = "30 3 * * 1-5"\n', "")
        place = configured(place.folder, changed + 'schedule = "0 5 * * *"\n')
        plan(scheduler, place, twin_night)
        now = jobs(scheduler)
        assert set(now) == {"night:ash", "night:cedar"}
        assert now["night:ash"].next_run_time.astimezone(UTC).hour == 4
        assert now["night:ash"].next_run_time > datetime.now(UTC)
    finally:
        scheduler.shutdown()


def test_planned_reads_the_job_store(place: Workspace) -> None:
    rows = planned(place)
    assert [(client, cron) for client, cron, _ in rows] == [("ash", "0 2 * * *"), ("birch", "30 3 * * 1-5")]
    assert rows[0][2].endswith("T02:00:00+00:00")
    assert rows[1][2].endswith("T03:30:00+09:00")
    scheduler = paused(place)
    try:
        plan(scheduler, place, twin_night)
        scheduler.modify_job("night:ash", next_run_time=datetime(2026, 1, 2, 2, 0, tzinfo=UTC))
        assert planned(place)[0][2] == "2026-01-02T02:00:00+00:00"
    finally:
        scheduler.shutdown()


@pytest.mark.parametrize("hours", [1, 11])
def test_a_missed_night_runs_once(place: Workspace, hours: int) -> None:
    """Off from before its time until hours later, with several runs due meanwhile: one night, at once."""
    now = datetime.now(UTC)
    due = ",".join(str((now - timedelta(hours=ago)).hour) for ago in range(1, hours + 1))
    place = configured(place.folder, TWO.replace('"0 2 * * *"', f'"0 {due} * * *"'))
    # This one stands for the service that went off: it stays paused, for APScheduler's shutdown looks for due
    # jobs once more, when it can run none.
    off = paused(place)
    plan(off, place, twin_night)
    off.modify_job("night:ash", next_run_time=datetime.now(UTC) - timedelta(hours=hours))
    stop, done = threading.Event(), threading.Event()

    def ready(scheduler: BackgroundScheduler) -> None:
        assert wanted.wait(30), "the missed night did not run"
        done.set()
        stop.set()

    serve(place, stop=stop, ready=ready, night=twin_night)
    assert done.is_set()
    assert ran.count("ash") == 1
    assert datetime.fromisoformat(planned(place)[0][2]) > datetime.now(UTC)
    off.shutdown()


def test_a_night_that_is_far_too_late_is_left_out_and_noted(place: Workspace) -> None:
    late = (datetime.now(UTC) - timedelta(hours=13)).replace(minute=0, second=0, microsecond=0)
    place = configured(place.folder, TWO.replace('"0 2 * * *"', f'"0 {late.hour} * * *"'))
    scheduler = paused(place)
    plan(scheduler, place, twin_night)
    scheduler.modify_job("night:ash", next_run_time=late)
    missed = threading.Event()
    from apscheduler.events import EVENT_JOB_MISSED

    scheduler.add_listener(lambda event: missed.set(), EVENT_JOB_MISSED)
    scheduler.resume()
    assert missed.wait(30)
    scheduler.shutdown()
    assert ran == []
    with place.store() as store:
        events = store.read("events", what="night.missed")
    assert [event["detail"]["reason"] for event in events] == ["over 12 hours late"]
    assert events[0]["client"] == "ash"


def backdate(store: Store, hours: float) -> None:
    """Let what was planned have been planned earlier."""
    from sqlalchemy import text

    with store.session() as session:
        session.connection().execute(text("DROP TRIGGER IF EXISTS event_no_update"))
        names = session.connection().execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'")
        )
        for (name,) in names.all():
            session.connection().execute(text(f'DROP TRIGGER "{name}"'))
        session.connection().execute(
            text("UPDATE event SET created_at = datetime(created_at, :by)"), {"by": f"-{hours} hours"}
        )


def test_a_night_that_was_handed_out_and_not_done_is_made_up_for(place: Workspace) -> None:
    """The service died while the night waited for its turn: the job store thinks that it ran."""
    now = datetime.now(UTC)
    hour = (now - timedelta(hours=2)).hour
    # The other client's last night is too long ago to be made up for, at whatever hour the test runs.
    other = (now + timedelta(hours=4)).hour
    two = TWO.replace('"30 3 * * 1-5"', f'"30 {other} * * *"').replace("Asia/Seoul", "UTC")
    place = configured(place.folder, two.replace('"0 2 * * *"', f'"0 {hour} * * *"'))
    scheduler = paused(place)
    try:
        plan(scheduler, place, twin_night)
        assert catch_up(scheduler, place) == [], "planned only after its time"
        with place.store() as store:
            backdate(store, 30)
        assert catch_up(scheduler, place) == ["ash"]
        assert jobs(scheduler)["night:ash"].next_run_time <= datetime.now(UTC)
        plan(scheduler, configured(place.folder, two.replace('"0 2 * * *"', f'"1 {hour} * * *"')), twin_night)
        with place.store() as store:
            backdate(store, 30)
            with store.session() as session:
                record(session, DONE, client_id=client_row_of(store, "ash"))
        assert catch_up(scheduler, place) == []
    finally:
        scheduler.shutdown()


def client_row_of(store: Store, name: str) -> int:
    return next(row["id"] for row in store.read("clients") if row["name"] == name)


def test_sigterm_ends_the_service_and_gives_the_signals_back(place: Workspace) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    seen: list[BackgroundScheduler] = []

    def ready(scheduler: BackgroundScheduler) -> None:
        seen.append(scheduler)
        assert scheduler.running
        signal.raise_signal(signal.SIGTERM)

    serve(place, ready=ready, night=twin_night)
    assert not seen[0].running
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before
    assert ran == []


def test_a_changed_configuration_that_is_broken_is_refused_whole(place: Workspace) -> None:
    from nightschool.store.errors import ConfigurationError

    with pytest.raises(ConfigurationError):
        configured(place.folder, TWO + 'schedul = "0 1 * * *"\n')
    assert run_night(str(place.folder), "ash") is False


@pytest.fixture
def town(tmp_path: Path) -> Workspace:
    return Workspace.find(make_world(tmp_path))


def night(place: Workspace, store: Store, **changes: Any) -> Night:
    """A night of the town with twins for the models and the trainer."""

    def make_deps(workspace: Workspace, client: str, store: Store, *, campaign: Any, sinks: Any) -> Any:
        job = {"champion": EVERYTHING, "campaign": campaign.id if campaign else None}
        return replace(
            deps_for(workspace.folder, store, job, Reaper({})), cancelled=sinks.cancelled, **overrides
        )

    overrides = changes.pop("deps", {})
    made = Night(place, "town", store, make_deps, lambda: False, float("inf"), 0.0)
    return replace(made, **changes)


def test_a_night_runs_a_campaign(town: Workspace) -> None:
    with town.store() as store:
        assert night(town, store).run()
        row = find(store, 1)
        assert (row.trigger, row.outcome) == ("schedule", "nothing_to_do")
        assert len(store.read("events", what=DONE)) == 1


def test_a_night_goes_on_with_what_was_stopped(town: Workspace) -> None:
    with town.store() as store:
        calls: list[int] = []

        def soon() -> bool:
            calls.append(1)
            return len(calls) > 6

        assert night(town, store, stopped=soon).run()
        assert find(store, 1).state == "running"
        assert store.read("events", what=DONE) == [], "a night that the service's end cut short is not done"
        assert night(town, store).run()
        assert find(store, 1).state == "done"
        assert len(store.read("campaigns")) == 1, "it was tonight's own campaign"


def test_an_older_unfinished_campaign_does_not_take_tonights_place(town: Workspace) -> None:
    with town.store() as store:
        made = deps_for(town.folder, store, {"champion": EVERYTHING}, Reaper({}))
        with pytest.raises(CampaignStopped):
            campaigns.run(replace(made, cancelled=lambda: True), campaigns.start(made))
        assert night(town, store).run()
        assert {row["id"]: row["state"] for row in store.read("campaigns")} == {1: "done", 2: "done"}


def test_the_end_of_the_window_ends_the_night(town: Workspace) -> None:
    with town.store() as store:
        assert night(town, store, ends=float("-inf")).run()
        assert store.read("campaigns") == []
        assert len(store.read("events", what=DONE)) == 1


@pytest.mark.parametrize("error", [ModelError("no such model"), ZeroDivisionError("a bug")])
def test_a_failing_campaign_is_written_down_and_goes_no_further(town: Workspace, error: Exception) -> None:
    def broken(version: Any) -> Any:
        raise error

    with town.store() as store:
        assert night(town, store, deps={"open_answerer": broken}).run() is False
        assert find(store, 1).state == "failed"
        noted = store.read("events", what="night.failed")
        assert [(event["campaign_id"], event["client"]) for event in noted] == [(1, "town")]
        assert client_row(store, "town") == noted[0]["client_id"]
