"""Care of the database file: a copy, a thorough check, its state. All on the plain driver."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from .clock import now
from .custody import custody_faults
from .errors import StoreError
from .failures import explain
from .migrations import HISTORY
from .reading import connect_readonly
from .schema import revision


def backup(
    path: str | Path, target: str | Path | None = None, *, clock: Callable[[], datetime] = now
) -> Path:
    """Copies the database while it is in use, checks the copy, and returns its path.

    `target` is a file that doesn't exist yet, or a folder; left out, the copy lies beside the database.
    Raises `StoreError`; a copy that failed leaves nothing behind.
    """
    path = Path(path)
    connection = connect_readonly(path)
    try:
        found = revision(connection, path)
        if found is None:
            raise StoreError(f"{path} holds nothing yet: there is nothing to copy")
        place = Path(target) if target is not None else path.parent
        if place.is_dir():
            place = place / f"{path.name}.backup-{found}-{clock():%Y%m%dT%H%M%S}"
        copy(connection, place)
        return place
    finally:
        connection.close()


def copy(connection: sqlite3.Connection, target: Path) -> None:
    """Writes what `connection` sees into the new file `target`, which is whole or isn't there."""
    if target.exists():
        raise StoreError(f"{target} exists already: name another file, a backup overwrites nothing")
    if not target.parent.is_dir():
        raise StoreError(f"folder {target.parent} doesn't exist: create it first")
    part = target.with_name(f"{target.name}.part-{os.getpid()}")
    try:
        connection.execute("VACUUM INTO ?", (str(part),))
        prove(part)
        _flush(part)  # VACUUM INTO doesn't
        part.rename(target)
    except sqlite3.Error as error:
        raise explain(error, target) or error from error
    finally:
        part.unlink(missing_ok=True)


def prove(part: Path) -> None:
    """Reads a copy through. Raises `StoreError` where it is not sound."""
    check_copy = sqlite3.connect(f"{part.absolute().as_uri()}?mode=ro", uri=True)
    try:
        said = check_copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    finally:
        check_copy.close()
    if said != "ok":
        raise StoreError(f"the copy is not sound ({said}): run `nightschool store check`")


def _flush(file: Path) -> None:
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check(path: str | Path) -> list[str]:
    """All faults found, one line each: damage, dangling references, broken rules of custody, missing rules.

    Raises `StoreError` where the file can't be opened at all.
    """
    path = Path(path)
    connection = connect_readonly(path)
    try:
        if revision(connection, path) is None:
            raise StoreError(f"{path} holds nothing yet: run `nightschool ingest` first")
        damage = [
            f"damaged: {row[0]}" for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"
        ]
        return damage or _dangling(connection) + custody_faults(connection)
    except sqlite3.DatabaseError as error:
        said = explain(error, path)
        if said is None:
            raise
        return [str(said)]
    finally:
        connection.close()


def _dangling(connection: sqlite3.Connection) -> list[str]:
    counts: dict[tuple[str, str], int] = {}
    for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        counts[table, parent] = counts.get((table, parent), 0) + 1
    return [f"{table}: {n} rows point at a missing {parent}" for (table, parent), n in sorted(counts.items())]


def status(path: str | Path) -> dict[str, Any]:
    """Path, sizes in bytes, revision, rows per table and the last campaign.

    Raises `StoreError` where the file can't be read.
    """
    path = Path(path)
    connection = connect_readonly(path)
    try:
        found = revision(connection, path)
        tables = [
            row[0]
            for row in connection.execute(
                "SELECT name FROM sqlite_master "
                "WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name"
            )
        ]
        rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}
        wal = path.with_name(path.name + "-wal")
        return {
            "path": str(path.absolute()),
            "bytes": path.stat().st_size,
            "wal_bytes": wal.stat().st_size if wal.exists() else 0,
            "journal": connection.execute("PRAGMA journal_mode").fetchone()[0],
            "revision": found,
            "newest_revision": HISTORY.head,
            "rows": rows,
            "last_campaign": _last_campaign(connection) if found else None,
        }
    except sqlite3.Error as error:
        raise explain(error, path) or error from error
    finally:
        connection.close()


def _last_campaign(connection: sqlite3.Connection) -> dict[str, Any] | None:
    row = connection.execute(
        "SELECT g.id, c.name, g.state, g.outcome, g.started_at FROM campaign g "
        "JOIN client c ON c.id = g.client_id ORDER BY g.id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    started = row[4][:19].replace(" ", "T") + "Z"
    return {"id": row[0], "client": row[1], "state": row[2], "outcome": row[3], "started_at": started}
