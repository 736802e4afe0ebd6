"""Passages ranked for a question by BM25: SQLite's own, over the terms of `terms.py`, so that it works for Korean.

The index is made anew for an import, in a file that goes away with it: memory doesn't grow with the documents.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...store.errors import StoreError
from .terms import terms

_CACHE_KB = 20_000
_MOST_TERMS = 60  # of a question
# Terms are split at spaces alone, so that each stays one token; `detail=none`: no positions are kept.
_TABLE = """CREATE VIRTUAL TABLE idx USING fts5(terms, detail=none,
tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co S*'")"""


@dataclass(frozen=True)
class Hit:
    """A passage, and the share of the question's terms that it holds, by their weight (0 to 1)."""

    passage_id: int
    coverage: float


class PassageIndex:
    """Passages by their terms."""

    def __init__(self, passages: Iterable[tuple[int, str]]) -> None:
        """`passages`: ids with everything that names what they are about: title, headings, text.

        Raises `StoreError` where Python's SQLite was built without FTS5.
        """
        self._disk = sqlite3.connect("")
        self._disk.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        try:
            self._disk.execute(_TABLE)
        except sqlite3.OperationalError as error:
            raise StoreError(f"Python's SQLite can't search text: {error}; install one with FTS5.") from error
        rows = ((number, " ".join(terms(text))) for number, text in passages)
        self._disk.executemany("INSERT INTO idx(rowid, terms) VALUES (?, ?)", rows)
        self._disk.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(idx, row)")
        (self.size,) = self._disk.execute("SELECT count(*) FROM idx").fetchone()
        self._weights: dict[str, float] = {}

    def weight(self, term: str) -> float:
        """How much a term tells, by how few passages hold it (inverse document frequency, above 0)."""
        if term not in self._weights:
            if len(self._weights) > 200_000:
                self._weights.clear()
            row = self._disk.execute("SELECT doc FROM vocabulary WHERE term = ?", (term,)).fetchone()
            held = row[0] if row else 0
            self._weights[term] = math.log(1 + (self.size - held + 0.5) / (held + 0.5))
        return self._weights[term]

    def coverage(self, wanted: Iterable[str], held: Iterable[str]) -> float:
        """The share of the terms `wanted` that are `held`, by weight; 0 where none are wanted."""
        there = set(held)
        total = found = 0.0
        for term in sorted(set(wanted)):
            weight = self.weight(term)
            total += weight
            found += weight if term in there else 0.0
        return found / total if total else 0.0

    def rank(self, wanted: Sequence[str], most: int) -> list[Hit]:
        """The `most` best passages for the terms of a question, best first, ties by id."""
        some = list(dict.fromkeys(wanted))[:_MOST_TERMS]
        if not some:
            return []
        query = " OR ".join(f'"{term}"' for term in some)
        rows = self._disk.execute(
            "SELECT rowid, terms FROM idx WHERE idx MATCH ? ORDER BY bm25(idx), rowid LIMIT ?", (query, most)
        ).fetchall()
        return [Hit(number, self.coverage(some, text.split())) for number, text in rows]

    def close(self) -> None:
        """Let the index go."""
        self._disk.close()

    def __enter__(self) -> PassageIndex:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
