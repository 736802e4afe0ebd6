"""Opens the store and hands out short transactions.

`open_store` brings the schema up to date, `Store.session` is one transaction. On SQLite every writing
transaction starts with `BEGIN IMMEDIATE`: it waits for its turn at the start instead of failing half-way,
so any number of processes and threads may write.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlmodel import Session

from .clock import now
from .errors import StoreError, StoreLocked
from .failures import explain
from .migrations import HISTORY, History
from .query import find
from .schema import revision

BUSY_TIMEOUT = 10.0  # seconds that one process waits for another's transaction
_READS = "nightschool_reads"


class Store:
    """An open database. Safe to share between threads: each session has a connection of its own."""

    def __init__(self, engine: Engine, path: Path | None, clock: Callable[[], datetime]) -> None:
        self.engine = engine
        self.path = path  # None where the database is not a file
        self.clock = clock
        self._reading = engine.execution_options(**{_READS: True})
        self._here = threading.local()

    @property
    def url(self) -> str:
        """The SQLAlchemy URL, without its password."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def session(self, *, write: bool = True) -> Iterator[Session]:
        """One short transaction: commits at its end, rolls back on any exception.

        The write lock is taken at the first statement, so do slow work before or between sessions.
        `write=False` never waits for writers, sees one consistent state, and refuses to write.
        Raises `StoreLocked`, `CustodyError`, `StoreError`; other broken constraints stay SQLAlchemy's
        `IntegrityError`, for they are bugs.
        """
        if write and getattr(self._here, "writing", False):
            raise RuntimeError("this thread already has a writing session open: it would wait for itself")
        if write:
            self._here.writing = True
        try:
            with (
                Session(self.engine if write else self._reading, expire_on_commit=False) as session,
                session.begin(),
            ):
                session.info["clock"] = self.clock
                yield session
        finally:
            if write:
                self._here.writing = False

    def read(self, name: str, **params: Any) -> list[dict[str, Any]]:
        """The rows of one of the named queries in `store/queries.py`, as `Reader.read` gives them."""
        query = find(name)
        values = query.bind(params)
        with self._reading.connect() as connection:
            rows = connection.execute(text(query.sql), values).mappings().all()
        return [query.decode(dict(row)) for row in rows]

    def close(self) -> None:
        """Closes all connections. The store can't be used afterwards."""
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(
    path_or_url: str | Path,
    *,
    clock: Callable[[], datetime] = now,
    busy_timeout: float = BUSY_TIMEOUT,
    history: History = HISTORY,
) -> Store:
    """Opens (or creates) the database and brings its schema up to date.

    A SQLite file is named by its path or as `sqlite:///path`; its folder must exist. Any other SQLAlchemy
    URL is taken too, without the rules of custody, which are SQLite triggers. `clock` dates backups and is
    there for callers; `busy_timeout` is in seconds; `history` is the schema's.
    """
    url = _url(path_or_url)
    if url.get_backend_name() != "sqlite":
        return _open_server(url, clock, history)
    path = _file(url)
    engine = create_engine(
        url, max_overflow=-1, connect_args={"timeout": busy_timeout, "check_same_thread": False}
    )
    _listen(engine, path)
    try:
        if _revision_of(engine, path, busy_timeout, history) != history.head:
            from .migrating import migrate

            migrate(engine, path, history, clock)
    except sqlite3.Error as error:
        engine.dispose()
        raise explain(error, path) or error from error
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, path, clock)


def _url(path_or_url: str | Path) -> URL:
    if isinstance(path_or_url, Path) or "://" not in path_or_url:
        return URL.create("sqlite", database=str(Path(path_or_url)))
    try:
        return make_url(path_or_url)
    except ArgumentError as error:
        raise StoreError(f"{path_or_url!r} is not a database URL (like sqlite:///file.db)") from error


def _file(url: URL) -> Path:
    """The SQLite file of the URL, checked so far as it can be without opening it."""
    name = url.database or ""
    if name.startswith("file:"):
        name = name[len("file:") :].split("?")[0]
    if name in ("", ":memory:") or url.query.get("mode") == "memory":
        raise StoreError("a database in memory can't be shared between threads: name a file")
    path = Path(name)
    if path.is_dir():
        raise StoreError(
            f"{path} is a folder, not a database: name a file in it, like {path / 'nightschool.db'}"
        )
    if not path.parent.is_dir():
        raise StoreError(f"folder {path.parent} doesn't exist: create it, or run `nightschool init`")
    return path


def _listen(engine: Engine, path: Path) -> None:
    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA recursive_triggers = ON")  # REPLACE fires delete triggers

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(_READS, False)
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reads else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    @event.listens_for(engine, "handle_error")
    def translate(context: ExceptionContext) -> None:
        found = explain(context.original_exception, path)
        if found is None:
            return
        reads = context.connection is not None and context.connection.get_execution_options().get(_READS)
        if reads and "can't be written" in str(found):
            found = StoreError("a reading session can't write: open it without write=False")
        raise found from context.original_exception


def _revision_of(engine: Engine, path: Path, busy_timeout: float, history: History) -> str | None:
    """Looks at the file by the plain driver; switches it to WAL where it isn't."""
    connection = engine.raw_connection()
    try:
        raw = connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        found = revision(raw, path, history)
        if raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            switch_to_wal(raw, time.monotonic() + busy_timeout)
        return found
    finally:
        connection.close()


class _Executes(Protocol):
    def execute(self, sql: str, /) -> object: ...


def switch_to_wal(raw: _Executes, deadline: float) -> None:
    """Tries until `deadline` (of `time.monotonic`): SQLite doesn't always apply its busy timeout here.

    Without this loop one of two processes that open the same new file may fail at once.
    """
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            busy = isinstance(explain(error, ""), StoreLocked)
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _open_server(url: URL, clock: Callable[[], datetime], history: History) -> Store:
    """A database that isn't SQLite: Alembic looks and migrates; backups are the server's business."""
    from .migrating import upgrade

    try:
        engine = create_engine(url)
        with engine.begin() as connection:
            upgrade(connection, history)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(f"no driver for {url.drivername} is installed: {error}") from error
    except SQLAlchemyError as error:
        line = str(error).splitlines()[0]
        raise StoreError(f"{url.render_as_string(hide_password=True)} can't be opened: {line}") from error
    return Store(engine, None, clock)
