"""What is there and what is known, side by side in a database of its own: what is new, changed, moved or gone.

It lies on disk and is gone when it is closed, so that an ingest takes no more memory for more documents.
The rules, in this order:
- the same path with the same content is unchanged;
- the same path with other content is changed;
- a known document whose path is gone moves to a new path with the same content (same file name first), or
  takes the path of its own duplicate;
- what is left of the known is removed, what is left of the found is added.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from .changes import Change, Known
from .errors import CorpusError
from .walking import Found

_PART = 1_000
_FOUND = "path, file, size, mtime_ns, sha256, fault, member, offset"
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE found (
    at INTEGER PRIMARY KEY, path UNIQUE, file, size, mtime_ns, sha256, fault, member, offset
);
CREATE TABLE known (
    id INTEGER PRIMARY KEY, path UNIQUE, sha256, bytes, mtime_ns, read_before_ns, state, media_type, rights_evidence,
    refined_by
);
CREATE TABLE moved (known_id INTEGER PRIMARY KEY, path UNIQUE, sha256);
CREATE TABLE holder (sha256 PRIMARY KEY, path, is_new) WITHOUT ROWID;
"""
_IS_COPY = "(known.state = 'duplicate' AND known.refined_by IS NULL)"
_HOLDS = f"(known.state IN ('accepted', 'duplicate') AND NOT {_IS_COPY})"
_STAYS = "found.sha256 = known.sha256"
# As it was, and nothing to do about it: most rows of most nights.
_PLAIN = (
    f"{_STAYS} AND known.state = 'accepted' AND known.refined_by = :rules AND found.size = known.bytes "
    "AND found.mtime_ns = known.mtime_ns"
)
_GONE = "NOT EXISTS (SELECT 1 FROM found WHERE found.path = known.path)"


class Listing:
    """The files of one folder and the documents of one client. Close it, or use it in a `with` statement."""

    def __init__(self) -> None:
        self._rows = sqlite3.connect("", isolation_level=None)  # "": a file without a name
        self._rows.executescript(_SCHEMA)

    def add_found(self, files: Iterable[Found]) -> int:
        """Put the folder's files in; how many. A path that is there already gets a mark at its end."""
        count = 0
        for one in files:
            values = _values(one)
            while not self._insert(values):
                values = (f"{values[0]} (same name in another Unicode form)", *values[1:])
            count += 1
        self._rows.execute("CREATE INDEX found_content ON found (sha256)")
        return count

    def _insert(self, values: Sequence[Any]) -> bool:
        sql = f"INSERT OR IGNORE INTO found ({_FOUND}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        return self._rows.execute(sql, values).rowcount == 1

    def add_known(self, documents: Iterable[Known]) -> None:
        """Put the client's current documents in."""
        marks = ", ".join("?" * len(Known._fields))
        rest = iter(documents)
        while part := list(islice(rest, _PART)):
            self._rows.executemany(f"INSERT OR REPLACE INTO known VALUES ({marks})", part)
        self._rows.execute("CREATE INDEX known_content ON known (sha256)")

    def identify(self, read: Callable[[Found], Found], max_bytes: int) -> None:
        """Give each file its content's hash: the known one where size and time are the same, else by `read`.

        What can't be read now keeps the hash that it had; what is larger than `max_bytes` gets none.
        """
        same = "known.bytes = found.size AND found.mtime_ns = known.mtime_ns"
        self._rows.execute(
            f"UPDATE found SET sha256 = known.sha256 FROM known WHERE known.path = found.path AND (found.fault != '' "
            f"OR {same} AND found.mtime_ns < known.read_before_ns)"
        )
        last = 0
        query = (
            f"SELECT at, {_FOUND} FROM found WHERE at > ? AND sha256 = '' AND fault = '' AND size <= ? "
            f"ORDER BY at LIMIT {_PART}"
        )
        while rows := self._rows.execute(query, (last, max_bytes)).fetchall():
            done = [(read(_file(row[1:])), row[0]) for row in rows]
            self._rows.executemany(
                "UPDATE found SET sha256 = ?, fault = ? WHERE at = ?",
                [(one.sha256, one.fault, at) for one, at in done],
            )
            last = rows[-1][0]

    def match(self, unreadable: Sequence[str]) -> None:
        """Find the moves and who holds which content. `unreadable`: folders of which nothing counts as gone."""
        for start in unreadable:
            # as if the file were there as it was
            self._rows.execute(
                f"INSERT INTO found ({_FOUND}) SELECT path, x'', bytes, mtime_ns, sha256, 'unreadable', '', -1 "
                f"FROM known WHERE substr(path, 1, ?) = ? AND {_GONE}",
                (len(start), start),
            )
        self._find_moves()
        self._rows.execute(
            f"INSERT OR REPLACE INTO holder SELECT known.sha256, found.path, 0 FROM known JOIN found USING (path) "
            f"WHERE {_HOLDS} AND {_STAYS}"
        )
        self._rows.execute("INSERT OR REPLACE INTO holder SELECT sha256, path, 0 FROM moved")

    def _find_moves(self) -> None:
        free = f"found.sha256 = ? AND (known.id IS NULL OR {_IS_COPY} AND {_STAYS})"
        places = f"SELECT found.path, known.id FROM found LEFT JOIN known USING (path) WHERE {free} ORDER BY found.path"
        query = (
            f"SELECT id, path, sha256 FROM known WHERE sha256 != '' AND NOT {_IS_COPY} AND {_GONE} "
            "ORDER BY sha256, path"
        )
        content, candidates = "", list[tuple[str, int | None]]()
        for number, path, sha256 in self._rows.execute(query):
            if sha256 != content:
                content, candidates = sha256, self._rows.execute(places, (sha256,)).fetchall()
            if candidates:
                name = path.rsplit("/", 1)[-1]
                best = min(
                    candidates, key=lambda one: (one[1] is not None, one[0].rsplit("/", 1)[-1] != name)
                )
                candidates.remove(best)
                self._rows.execute("INSERT INTO moved VALUES (?, ?, ?)", (number, best[0], sha256))

    def holder(self, sha256: str) -> str:
        """The path of the document that has this content, or ""."""
        row = self._rows.execute("SELECT path FROM holder WHERE sha256 = ?", (sha256,)).fetchone()
        return row[0] if row else ""

    def hold(self, sha256: str, path: str) -> None:
        """The document at `path` has this content from now on."""
        self._rows.execute(
            "INSERT INTO holder VALUES (?, ?, 1) ON CONFLICT (sha256) DO UPDATE SET path = excluded.path",
            (sha256, path),
        )

    def find(self, path: str) -> Found | None:
        """The file with that path."""
        row = self._rows.execute(f"SELECT {_FOUND} FROM found WHERE path = ?", (path,)).fetchone()
        return _file(row) if row else None

    def count_unchanged(self, rules: bytes) -> int:
        """How many files are as they were when `rules` refined them: those that `changes` leaves out."""
        query = f"SELECT count(*) FROM found JOIN known USING (path) WHERE {_PLAIN}"
        return self._rows.execute(query, {"rules": rules}).fetchone()[0]

    def count_changes(self, rules: bytes) -> int:
        """How many changes there are."""
        # to where something moves counts here
        middle = f"SELECT count(*) FROM found LEFT JOIN known USING (path) WHERE ({_PLAIN}) IS NOT TRUE"
        gone = f"SELECT count(*) FROM known WHERE {_GONE} AND id NOT IN (SELECT known_id FROM moved)"
        return (
            self._rows.execute(middle, {"rules": rules}).fetchone()[0]
            + self._rows.execute(gone).fetchone()[0]
        )

    def changes(self, rules: bytes) -> Iterator[Change]:
        """All that is to be done, in this order: moves, then by path, removals last.

        Files that are as they were when `rules` refined them are left out.
        """
        known = ", ".join(f"known.{name}" for name in Known._fields)
        found = ", ".join(f"found.{name.strip()}" for name in _FOUND.split(","))
        moves = (
            f"SELECT {known}, {found}, taken.id FROM moved JOIN known ON known.id = known_id "
            "JOIN found ON found.path = moved.path LEFT JOIN known AS taken ON taken.path = moved.path "
            "ORDER BY known.path"
        )
        width = len(Known._fields)
        for row in self._rows.execute(moves):
            displaced = self._known(row[-1]) if row[-1] is not None else None
            yield Change("moved", _file(row[width:-1]), Known(*row[:width]), displaced)
        middle = (
            f"SELECT {known}, {found} FROM found LEFT JOIN known USING (path) "
            f"WHERE found.path NOT IN (SELECT path FROM moved) AND ({_PLAIN}) IS NOT TRUE ORDER BY found.path"
        )
        for row in self._rows.execute(middle, {"rules": rules}):
            before = Known(*row[:width]) if row[0] is not None else None
            yield self._kind(_file(row[width:]), before)
        gone = f"SELECT {known} FROM known WHERE {_GONE} AND id NOT IN (SELECT known_id FROM moved) ORDER BY path"
        for row in self._rows.execute(gone):
            yield Change("removed", known=Known(*row))

    def _kind(self, one: Found, before: Known | None) -> Change:
        if before is None:
            return Change("added", one)
        if before.sha256 != one.sha256:
            return Change("changed", one, before)
        if before.is_copy and not self._was_held(one.sha256):
            return Change("retried", one, before)
        same = (before.bytes, before.mtime_ns) == (one.size, one.mtime_ns)
        return Change("unchanged" if same else "touched", one, before)

    def _was_held(self, sha256: str) -> bool:
        """Whether a document that stays has this content; for one that has just come a copy is looked at again."""
        query = "SELECT 1 FROM holder WHERE sha256 = ? AND is_new = 0"
        return self._rows.execute(query, (sha256,)).fetchone() is not None

    def _known(self, number: int) -> Known:
        return Known(*self._rows.execute("SELECT * FROM known WHERE id = ?", (number,)).fetchone())

    def close(self) -> None:
        """Close it: nothing is left."""
        self._rows.close()

    def __enter__(self) -> Listing:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.close()
        if isinstance(error, sqlite3.OperationalError):  # the store's own errors are SQLAlchemy's
            place = os.environ.get("SQLITE_TMPDIR") or tempfile.gettempdir()
            raise CorpusError(
                f"the list of files can't be kept in {place}: {error}; make room there, or set SQLITE_TMPDIR "
                "to a folder with more"
            ) from error


def _values(one: Found) -> tuple[Any, ...]:
    """A row of `found`. A file's name is bytes: it need not be text."""
    return (
        one.path,
        os.fsencode(one.file),
        one.size,
        one.mtime_ns,
        one.sha256,
        one.fault,
        one.member,
        one.offset,
    )


def _file(row: Sequence[Any]) -> Found:
    path, file, *rest = row
    return Found(path, Path(os.fsdecode(file)), *rest)
