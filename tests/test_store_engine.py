"""Opening, sessions, threads, and what goes wrong with a file."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from nightschool.store.engine import Store, open_store, switch_to_wal
from nightschool.store.errors import StoreError
from nightschool.store.events import record
from nightschool.store.tables import Client, Event
from sqlalchemy import text
from sqlmodel import select


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "nightschool.db") as store:
        yield store


def _names(store: Store) -> list[str]:
    return [row["name"] for row in store.read("clients")]


def test_session_commits_at_its_end_and_rows_stay_readable(store: Store) -> None:
    with store.session() as session:
        client = Client(name="firm")
        session.add(client)
    assert client.id == 1
    assert client.name == "firm"
    assert _names(store) == ["firm"]


def test_session_rolls_back_on_any_exception(store: Store) -> None:
    def interrupted() -> None:
        with store.session() as session:
            session.add(Client(name="firm"))
            session.flush()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert _names(store) == []
    with store.session() as session:  # and the lock is free again
        session.add(Client(name="next"))
    assert _names(store) == ["next"]


def test_every_connection_is_set_up(store: Store) -> None:
    for write in (True, False):
        with store.session(write=write) as session:
            found = {
                name: session.execute(text(f"PRAGMA {name}")).scalar()
                for name in (
                    "journal_mode",
                    "foreign_keys",
                    "synchronous",
                    "busy_timeout",
                    "recursive_triggers",
                )
            }
        assert found == {
            "journal_mode": "wal",
            "foreign_keys": 1,
            "synchronous": 1,
            "busy_timeout": 10_000,
            "recursive_triggers": 1,
        }


def test_second_writing_session_of_a_thread_fails_at_once(store: Store) -> None:
    with store.session(), pytest.raises(RuntimeError, match="would wait for itself"), store.session():
        pass
    with store.session() as session, store.session(write=False) as reading:
        session.add(Client(name="unseen"))
        session.flush()
        assert reading.exec(select(Client)).all() == []


def test_reading_session_refuses_to_write_and_leaves_the_connection_usable(store: Store) -> None:
    with (
        pytest.raises(StoreError, match="reading session can't write"),
        store.session(write=False) as session,
    ):
        session.add(Client(name="firm"))
    with store.session() as session:
        session.add(Client(name="firm"))
    assert _names(store) == ["firm"]


def test_reading_session_sees_one_state_while_others_write(store: Store) -> None:
    with store.session(write=False) as reading:
        assert reading.exec(select(Client)).all() == []
        with store.session() as session:
            session.add(Client(name="firm"))
        assert reading.exec(select(Client)).all() == []
    with store.session(write=False) as reading:
        assert len(reading.exec(select(Client)).all()) == 1


def test_threads_write_side_by_side(store: Store) -> None:
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for step in range(10):
                with store.session() as session:
                    session.exec(select(Event)).all()  # read before write: what deadlocks without IMMEDIATE
                    record(session, f"{number}.{step}")
        except BaseException as error:  # noqa: BLE001  shown below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {row["what"] for row in store.read("events")} == {f"{n}.{s}" for n in range(8) for s in range(10)}


def test_times_are_utc_without_zone_whatever_was_given(store: Store) -> None:
    from datetime import datetime, timedelta, timezone

    seoul = timezone(timedelta(hours=9))
    with store.session() as session:
        session.add(Client(name="a", created_at=datetime(2026, 1, 1, 8, 0, tzinfo=seoul)))
        session.add(Client(name="b", created_at=datetime(2026, 1, 1, 8, 0)))
    with store.session(write=False) as session:
        found = {client.name: client.created_at for client in session.exec(select(Client))}
    assert found == {"a": datetime(2025, 12, 31, 23, 0), "b": datetime(2026, 1, 1, 8, 0)}
    assert {row["name"]: row["created_at"] for row in store.read("clients")}["a"] == "2025-12-31T23:00:00Z"


def test_opens_by_string_path_and_url(tmp_path: Path) -> None:
    path = tmp_path / "a name with # and ?.db"
    with open_store(str(path)) as store:
        assert store.path == path
        with store.session() as session:
            session.add(Client(name="firm"))
    assert path.exists()
    with open_store(f"sqlite:///{tmp_path / 'b.db'}") as store:
        assert store.path == tmp_path / "b.db"
        assert store.url == f"sqlite:///{tmp_path / 'b.db'}"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing/nightschool.db", "folder .*missing doesn't exist: create it"),
        (".", "is a folder, not a database"),
        ("text.db", "is not a database"),
        ("other.db", "database of another program .*'customers'"),
    ],
)
def test_file_that_cant_be_used_is_named_in_one_line(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "text.db").write_text("Dear sir or madam, " * 100)
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE customers (id)")
    other.close()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(StoreError, match=says) as caught:
        open_store(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


class _Busy:
    """A connection that is busy for a while, as SQLite is for who comes second in the switch to WAL."""

    def __init__(self, times: int) -> None:
        self.times = times

    def execute(self, sql: str) -> None:
        assert sql == "PRAGMA journal_mode = WAL"
        self.times -= 1
        if self.times >= 0:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error


def test_switch_to_wal_is_tried_again_until_the_deadline() -> None:
    later = time.monotonic() + 60
    busy = _Busy(3)
    switch_to_wal(busy, later)
    assert busy.times == -1
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        switch_to_wal(_Busy(3), time.monotonic() - 1)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("nonsense+driver://host/db", "no driver for nonsense"),
        ("://", "not a database URL"),
    ],
)
def test_url_that_cant_be_used_is_named_in_one_line(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as caught:
        open_store(url)
    assert "\n" not in str(caught.value)


def test_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    open_store(path).close()
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996  # the page that holds the schema
    path.write_bytes(data)
    with pytest.raises(StoreError, match="damaged|not a database"):
        open_store(path)


def test_read_only_database_can_be_read_and_says_so_on_write(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with open_store(path) as store, store.session() as session:
        session.add(Client(name="firm"))
    with open_store(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        assert store.path == path
        assert _names(store) == ["firm"]
        with (
            pytest.raises(StoreError, match="can't be written: check the permissions"),
            store.session() as session,
        ):
            session.add(Client(name="next"))
        assert _names(store) == ["firm"]


def test_full_disk_is_named_and_leaves_nothing_half_written(store: Store) -> None:
    with store.session() as session:
        session.add(Client(name="firm"))

    def fill() -> None:
        with store.session() as session:
            pages = session.execute(text("PRAGMA page_count")).scalar()
            session.execute(text(f"PRAGMA max_page_count = {pages}"))
            for number in range(2000):
                session.add(Client(name=f"{number} " + "x" * 500))

    with pytest.raises(StoreError, match="database or disk is full: free some space"):
        fill()
    assert _names(store) == ["firm"]
    with store.session() as session:
        session.execute(text("PRAGMA max_page_count = 1000000"))
        session.add(Client(name="second"))
    assert _names(store) == ["firm", "second"]


def test_read_refuses_unknown_queries_and_parameters(store: Store) -> None:
    with pytest.raises(LookupError, match="did you mean 'verdicts'"):
        store.read("verdict_s")
    with pytest.raises(TypeError, match="unknown parameter 'clientid'; there is .*client_id"):
        store.read("verdicts", clientid=1)
    with pytest.raises(TypeError, match="parameter 'verdict_id' is needed"):
        store.read("verdict")
