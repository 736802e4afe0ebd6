"""What SQLite's error codes mean to the user, in one line each."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from .errors import CustodyError, StoreError, StoreLocked

_CUSTODY = "custody: "  # what every trigger's message starts with


def explain(error: BaseException, path: Path | str) -> StoreError | None:
    """The error to raise instead of a driver's error; None where it points at a bug (a broken constraint).

    `error` is a `sqlite3.Error`; anything else gives None.
    """
    if not isinstance(error, sqlite3.Error):
        return None
    text = str(error)
    if _CUSTODY in text:
        return CustodyError(text.split(_CUSTODY, 1)[1])
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    return _explain_code(code & 0xFF, text, path)  # the low byte is the primary code


def _explain_code(code: int, text: str, path: Path | str) -> StoreError | None:
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreLocked(f"{path} is locked by another process: wait until it is done, or stop it")
    reasons = {
        sqlite3.SQLITE_FULL: "database or disk is full: free some space and run the command again",
        sqlite3.SQLITE_READONLY: "it can't be written: check the permissions of the file and its folder",
        sqlite3.SQLITE_PERM: "no permission: check the permissions of the file and its folder",
        sqlite3.SQLITE_AUTH: "no permission",
        sqlite3.SQLITE_CANTOPEN: "it can't be opened: check that the folder exists and may be written",
        sqlite3.SQLITE_NOTADB: "it is not a database: restore a backup or name another file",
        sqlite3.SQLITE_CORRUPT: f"it is damaged ({text}): restore a backup",
        sqlite3.SQLITE_IOERR: f"the disk failed ({text}): check the disk and its space",
    }
    if code in reasons:
        return StoreError(f"{path}: {reasons[code]}")
    return None
