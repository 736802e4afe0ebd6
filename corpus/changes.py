"""What is new, changed, moved or gone: a pure comparison of what is there with what is known.

The rules, in this order:
- the same path with the same content is unchanged;
- the same path with other content is changed;
- a known document whose path is gone moves to a new path with the same content (same file name first), or
  takes the path of its own duplicate;
- what is left of the known is removed, what is left of the found is added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from .walking import Found

_RACY_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Known:
    """A current document in the store: the columns of the table that matter here."""

    id: int
    path: str
    sha256: str
    bytes: int
    mtime_ns: int
    state: str
    reason: str
    media_type: str
    created_at: datetime
    rights_evidence: str = ""
    refined_by: bytes | None = None  # fingerprint of the refining rules; None where they weren't applied

    @property
    def is_copy(self) -> bool:
        """Whether it has the same bytes as another document (a near-duplicate has its own)."""
        return self.state == "duplicate" and self.refined_by is None

    @property
    def is_near_copy(self) -> bool:
        """Whether another document says nearly the same, so that this one stands back."""
        return self.state == "duplicate" and self.refined_by is not None

    def is_same_file(self, found: Found) -> bool:
        """Whether size and time of change say that the file is the one we read, so that it need not be read.

        A file written within two seconds before we read it might have changed again within the clock's grain.
        """
        same = (self.bytes, self.mtime_ns) == (found.size, found.mtime_ns)
        read_at = self.created_at.replace(tzinfo=UTC).timestamp() - _RACY_SECONDS
        return same and self.mtime_ns < read_at * 1e9


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to do. `kind` is unchanged, touched, added, changed, moved, retried, refined or removed."""

    kind: str
    found: Found | None = None
    known: Known | None = None
    displaced: Known | None = None  # of a move: the duplicate whose path is taken


def compare(found: Sequence[Found], known: Iterable[Known]) -> list[Change]:
    """All changes, in the order in which they are to be made: moves, then by path, removals last."""
    there = {one.path: one for one in found}
    by_path = {one.path: one for one in known}
    moves = _moves(there, by_path)
    moved = {change.known.id for change in moves if change.known}
    taken = {change.found.path for change in moves if change.found}
    holders = _holders(there, by_path.values()) | {change.found.sha256 for change in moves if change.found}
    middle: list[Change] = []
    for one in sorted(found, key=lambda one: one.path):
        before = by_path.get(one.path)
        if one.path in taken:
            continue
        if before is None:
            middle.append(Change("added", one))
        elif before.sha256 != one.sha256:
            middle.append(Change("changed", one, before))
        elif before.is_copy and one.sha256 not in holders:
            middle.append(Change("retried", one, before))
        elif (before.bytes, before.mtime_ns) != (one.size, one.mtime_ns):
            middle.append(Change("touched", one, before))
        else:
            middle.append(Change("unchanged", one, before))
    gone = [one for path, one in sorted(by_path.items()) if path not in there and one.id not in moved]
    return [*moves, *middle, *(Change("removed", known=one) for one in gone)]


def _holders(there: dict[str, Found], known: Iterable[Known]) -> set[str]:
    """Contents of accepted documents that stay where they are."""
    return {
        one.sha256
        for one in known
        if (one.state == "accepted" or one.is_near_copy)
        and one.path in there
        and there[one.path].sha256 == one.sha256
    }


def _moves(there: dict[str, Found], by_path: dict[str, Known]) -> list[Change]:
    places: dict[str, list[Found]] = defaultdict(list)
    for path, one in sorted(there.items()):
        before = by_path.get(path)
        twin = before is not None and before.is_copy and before.sha256 == one.sha256
        if one.sha256 and (before is None or twin):
            places[one.sha256].append(one)
    moves: list[Change] = []
    for path, one in sorted(by_path.items()):
        if path in there or one.is_copy or not places[one.sha256]:
            continue
        name = path.rsplit("/", 1)[-1]
        candidates = places[one.sha256]
        best = min(
            candidates, key=lambda place: (place.path in by_path, place.path.rsplit("/", 1)[-1] != name)
        )
        candidates.remove(best)
        moves.append(Change("moved", best, one, by_path.get(best.path)))
    return moves
