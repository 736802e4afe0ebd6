"""Brings a database to the newest schema: one transaction, under SQLite's write lock, after a backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from .migrations import HEAD
from .schema import revision


def upgrade(connection: Connection, target: str = HEAD) -> None:
    """Runs Alembic on a connection whose transaction the caller holds and ends."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def migrate(engine: Engine, path: Path, clock: Callable[[], datetime]) -> Path | None:
    """Migrates the SQLite file behind `engine`; the backup's path where there was an older schema.

    `BEGIN IMMEDIATE` is the lock between processes: who comes second finds the work done. SQLite's DDL
    is transactional, so a migration that is killed leaves the file as it was.
    """
    with engine.connect() as connection:
        # Rebuilding a table under foreign keys would delete what points at it; the check comes before commit.
        connection.exec_driver_sql("SELECT 1")
        connection.rollback()
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute("PRAGMA foreign_keys = OFF")
        try:
            return _migrate_locked(connection, raw, path, clock)
        finally:
            connection.rollback()
            raw.execute("PRAGMA foreign_keys = ON")


def _migrate_locked(
    connection: Connection, raw: sqlite3.Connection, path: Path, clock: Callable[[], datetime]
) -> Path | None:
    connection.exec_driver_sql("SELECT 1")  # emits BEGIN IMMEDIATE
    found = revision(raw, path)
    if found == HEAD:
        return None
    copy = _copy_before(path, found, clock()) if found else None
    upgrade(connection)
    if broken := raw.execute("PRAGMA foreign_key_check").fetchall():
        from .errors import StoreError

        raise StoreError(f"{path}: migration to {HEAD} would break {len(broken)} references: nothing changed")
    connection.commit()
    return copy


def _copy_before(path: Path, found: str, when: datetime) -> Path:
    """A copy by a second connection: it sees the last committed state while we hold the write lock."""
    copy = path.with_name(f"{path.name}.backup-{found}-{when:%Y%m%dT%H%M%S}")
    number = 1
    while copy.exists():
        number += 1
        copy = path.with_name(f"{path.name}.backup-{found}-{when:%Y%m%dT%H%M%S}-{number}")
    reader = sqlite3.connect(path)
    try:
        reader.execute("VACUUM INTO ?", (str(copy),))
    finally:
        reader.close()
    return copy
