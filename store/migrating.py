"""Brings a database to the newest schema: one transaction, under SQLite's write lock, after a backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from .errors import StoreError
from .migrations import History
from .reading import connect_readonly
from .schema import revision
from .upkeep import copy


def upgrade(connection: Connection, history: History) -> None:
    """Runs Alembic on a connection whose transaction the caller holds and ends."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(history.folder))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, history.head)


def migrate(engine: Engine, path: Path, history: History, clock: Callable[[], datetime]) -> Path | None:
    """Migrates the SQLite file behind `engine`; the backup's path where there was an older schema.

    `BEGIN IMMEDIATE` is the lock between processes: who comes second finds the work done. SQLite's DDL
    is transactional, so a migration that is killed leaves the file as it was.
    """
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        # Rebuilding a table under foreign keys would delete what points at it; they are checked at the end.
        raw.execute("PRAGMA foreign_keys = OFF")
        try:
            found = _begin(connection, raw, path, history)
            if found == history.head:
                return None
            kept = _copy_before(path, found, clock()) if found else None
            upgrade(connection, history)
            if broken := raw.execute("PRAGMA foreign_key_check").fetchall():
                raise StoreError(f"{path}: migrating would break {len(broken)} references: nothing changed")
            connection.commit()
            return kept
        finally:
            connection.rollback()
            raw.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection, raw: sqlite3.Connection, path: Path, history: History) -> str | None:
    connection.exec_driver_sql("SELECT 1")  # takes the write lock, by the engine's BEGIN IMMEDIATE
    return revision(raw, path, history)


def _copy_before(path: Path, found: str, when: datetime) -> Path:
    """A copy by a second connection: it sees the last committed state while we hold the write lock."""
    target = path.with_name(f"{path.name}.backup-{found}-{when:%Y%m%dT%H%M%S}")
    number = 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.name}.backup-{found}-{when:%Y%m%dT%H%M%S}-{number}")
    reader = connect_readonly(path)
    try:
        copy(reader, target)
    finally:
        reader.close()
    return target
