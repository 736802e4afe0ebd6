"""What an ingest knows of a document, and what it does about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from .walking import Found

_RACY_SECONDS = 2


class Known(NamedTuple):
    """A current document in the store, as far as it matters here.

    A file that was last written before `read_before_ns` is the one that was read, if it has the same size.
    """

    id: int
    path: str
    sha256: str
    bytes: int
    mtime_ns: int
    read_before_ns: int
    state: str
    media_type: str
    rights_evidence: str
    refined_by: bytes | None  # fingerprint of the refining rules; None where they weren't applied

    @property
    def is_copy(self) -> bool:
        """Whether it has the same bytes as another document (a near-duplicate has its own)."""
        return self.state == "duplicate" and self.refined_by is None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to do. `kind` is unchanged, touched, added, changed, moved, retried, refined or removed."""

    kind: str
    found: Found | None = None
    known: Known | None = None
    displaced: Known | None = None  # of a move: the duplicate whose path is taken


def read_before_ns(read_at: datetime) -> int:
    """`Known.read_before_ns` of a document that was taken in at that time (UTC).

    A file written within two seconds before we read it might have changed again within the clock's grain.
    """
    return int((read_at.replace(tzinfo=UTC).timestamp() - _RACY_SECONDS) * 1e9)
