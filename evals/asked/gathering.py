"""From rows to distinct questions: the same one asked again adds to its count.

Distinct texts are counted in a database on disk, so that a log of a million lines takes no more memory than a short
one; what grows with them is that file. In memory stand the questions that are kept: `MOST_DISTINCT` at most, about
2 kB each with the index of near-duplicates, the most asked first.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache

from ..facts.model import normalise
from ..pools import NearDuplicates
from .records import MOST_COUNT, Fault, Record
from .standing import standing

MOST_DISTINCT = 50_000
MOST_ANSWERS = 20  # of a question
_CACHE_KB = 20_000

_TABLE = """CREATE TABLE seen (key TEXT PRIMARY KEY, text TEXT, rows INTEGER, count INTEGER, first TEXT, last TEXT,
answers TEXT, source TEXT) WITHOUT ROWID"""
_ADD = """INSERT INTO seen VALUES (?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET rows = rows + 1,
count = min(count + excluded.count, ?),
first = CASE WHEN first = '' OR (excluded.first <> '' AND excluded.first < first) THEN excluded.first ELSE first END,
last = max(last, excluded.last), source = CASE WHEN source = '' THEN excluded.source ELSE source END"""


@dataclass
class Gathered:
    """A distinct question. `rows` are the rows of the file that it stands for, `count` how often it was asked."""

    key: str
    text: str
    rows: int
    count: int
    first: str = ""
    last: str = ""
    answers: list[str] = field(default_factory=list)
    source: str = ""

    def add(self, other: Gathered) -> None:
        """Take in a near-duplicate."""
        self.rows += other.rows
        self.count = min(self.count + other.count, MOST_COUNT)
        self.first = min((day for day in (self.first, other.first) if day), default="")
        self.last = max(self.last, other.last)
        self.answers = list(dict.fromkeys([*self.answers, *other.answers]))[:MOST_ANSWERS]
        self.source = self.source or other.source


@dataclass
class Gathering:
    """What a file holds: `read == sum(kept rows) + sum(dropped.values())`."""

    kept: list[Gathered]
    read: int
    dropped: Counter[str]


def key_of(text: str) -> str:
    """What identifies a question: a hash of its normalised text."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()[:24]


def gather(
    rows: Iterable[Record | Fault], *, keep: tuple[str, ...] = (), threshold: float, most: int = MOST_DISTINCT
) -> Gathering:
    """The questions of a file that stand alone, near-duplicates merged, most asked first."""
    dropped: Counter[str] = Counter()
    read = 0
    judge = lru_cache(maxsize=65_536)(lambda text: standing(text, keep))
    with closing(sqlite3.connect("")) as disk:  # a file of its own that goes away when it is closed
        disk.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        disk.execute(_TABLE)
        for row in rows:
            read += 1
            if isinstance(row, Fault):
                dropped[row.reason] += 1
                continue
            text, reason = judge(row.text)
            if reason:
                dropped[reason] += 1
            else:
                _put(disk, row, text)
        listed = disk.execute("SELECT * FROM seen ORDER BY count DESC, key")
        kept = _merged((_gathered(one) for one in listed), threshold, most, dropped)
    return Gathering(kept, read, dropped)


def _put(disk: sqlite3.Connection, row: Record, text: str) -> None:
    key = key_of(text)
    answers = list(row.answers)[:MOST_ANSWERS]
    values = (key, text, row.count, row.date, row.date, json.dumps(answers), row.source, MOST_COUNT)
    disk.execute(_ADD, values)
    if answers:
        (told,) = disk.execute("SELECT answers FROM seen WHERE key = ?", (key,)).fetchone()
        known = json.loads(told)
        union = list(dict.fromkeys([*known, *answers]))[:MOST_ANSWERS]
        if union != known:
            disk.execute("UPDATE seen SET answers = ? WHERE key = ?", (json.dumps(union), key))


def _gathered(row: tuple[str, str, int, int, str, str, str, str]) -> Gathered:
    key, text, rows, count, first, last, answers, source = row
    return Gathered(key, text, rows, count, first, last, json.loads(answers), source)


def _merged(listed: Iterable[Gathered], threshold: float, most: int, dropped: Counter[str]) -> list[Gathered]:
    index = NearDuplicates(threshold=threshold)
    by_text: dict[str, Gathered] = {}
    for one in listed:
        near = index.find(one.text)
        if near is not None:
            by_text[near].add(one)
        elif len(by_text) >= most:
            dropped["seldom_asked"] += one.rows
        else:
            by_text[one.text] = one
            index.add(one.text)
    return list(by_text.values())
