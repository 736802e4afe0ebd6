"""Which schema a SQLite file has, by the plain driver: cheap enough to ask at every start."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from .errors import StoreError, StoreTooNew
from .migrations import HISTORY, History

# LangGraph's checkpointer and store, and APScheduler, keep their tables in the same file.
_GUESTS = ("checkpoint", "writes", "store", "vector", "apscheduler", "sqlite_", "alembic_version")


def revision(connection: sqlite3.Connection, path: Path | str, history: History = HISTORY) -> str | None:
    """The file's revision, or None where Night School's tables aren't there yet.

    Raises `StoreTooNew` for a revision that this code doesn't know and `StoreError` for a database of
    some other program.
    """
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    found = None
    if "alembic_version" in tables:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        found = row[0] if row else None
    ours = {"verdict", "campaign", "modelversion"} <= tables
    strangers = [name for name in sorted(tables) if not name.startswith(_GUESTS)]
    if not ours and strangers:
        raise StoreError(
            f"{path} is the database of another program (it has a table {strangers[0]!r}): "
            "give Night School a file of its own"
        )
    if not ours:
        return None
    if found not in history.revisions:
        raise StoreTooNew(
            f"{path} has schema {found}, newer than this nightschool knows ({history.head}): "
            "upgrade nightschool"
        )
    return found
