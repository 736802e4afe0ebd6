"""Reads the store with the plain driver: for commands that must start fast (SQLModel costs half a second)."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from .errors import StoreError
from .failures import explain
from .migrations import HISTORY, History
from .query import find
from .schema import revision


class Reader:
    """A read-only connection. It waits for nobody and sees what was committed when each read began."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path

    def read(self, name: str, **params: Any) -> list[dict[str, Any]]:
        """The rows of one of the named queries in `store/queries.py`.

        Raises `LookupError` for an unknown name, `TypeError` for wrong parameters, `StoreError` where the
        file can't be read.
        """
        query = find(name)
        values = query.bind(params)
        try:
            cursor = self.connection.execute(query.sql, values)
            names = [column[0] for column in cursor.description]
            rows = cursor.fetchall()
        except sqlite3.Error as error:
            raise explain(error, self.path) or error from error
        return [query.decode(dict(zip(names, row, strict=True))) for row in rows]

    def close(self) -> None:
        """Closes the connection."""
        self.connection.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_reader(path: str | Path, *, busy_timeout: float = 10.0, history: History = HISTORY) -> Reader:
    """Opens the database for reading only; `busy_timeout` is in seconds.

    A file with an older schema is migrated first (a copy is kept beside it). Raises `StoreError` where the
    file is missing, is no database or belongs to another program, and `StoreTooNew`.
    """
    path = Path(path)
    connection = connect_readonly(path, busy_timeout)
    try:
        found = revision(connection, path, history)
    except BaseException:
        connection.close()
        raise
    if found == history.head:
        return Reader(connection, path)
    connection.close()
    if found is None:
        raise StoreError(f"{path} holds nothing yet: run `nightschool ingest` first")
    from .engine import open_store

    open_store(path, busy_timeout=busy_timeout, history=history).close()
    return Reader(connect_readonly(path, busy_timeout), path)


def connect_readonly(path: Path, busy_timeout: float = 10.0) -> sqlite3.Connection:
    """A plain read-only connection, proven to work. Raises `StoreError`."""
    if not path.exists():
        raise StoreError(f"there is no database {path}: run `nightschool init`, then `nightschool ingest`")
    if path.is_dir():
        raise StoreError(f"{path} is a folder, not a database")
    try:
        return _proven(f"{path.absolute().as_uri()}?mode=ro", busy_timeout)
    except sqlite3.Error as error:
        # In a folder that can't be written, WAL's side files can't be made. Without a WAL there's nothing
        # in them to miss, so the file may be read as it is.
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            wal = path.with_name(path.name + "-wal")
            with suppress(sqlite3.Error, OSError):
                if not wal.exists() or wal.stat().st_size == 0:
                    return _proven(f"{path.absolute().as_uri()}?immutable=1", busy_timeout)
        raise explain(error, path) or error from error


def _proven(uri: str, busy_timeout: float) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=busy_timeout, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
