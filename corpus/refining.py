"""The rules that look at all of a client's documents: boilerplate, near-duplicates, disagreement.

They run after the documents are in. Only what is new since the last time is compared with the rest, by what was kept of
each document (`traits`), so that a second ingest costs what has changed.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from .clearing import HELD
from .paging import by_path
from .rules.boilerplate import common_lines, least
from .rules.catalogue import is_on, quoted
from .rules.dated import stated_date
from .rules.similar import BANDS, PERMUTATIONS, Comparison, band_keys, candidates, compare, sketches
from .traits import SETTLED, Traits, edges_of, has_removed, is_settled, minhash_of

if TYPE_CHECKING:
    import numpy as np
    import sqlalchemy

    from .recording import Recorder

_NEAR = "near-duplicate: "
_PART = 500
_LONGER = 1.1
_STATES = ("accepted", "duplicate", "quarantined", "withdrawn")


@dataclass(slots=True)
class _One:
    """A document as far as these rules look at it."""

    id: int
    path: str
    state: str
    reason: str
    text: str


def settle_documents(recorder: Recorder, *, anew: bool) -> list[int]:
    """Apply the rules; the ids of the documents that became near-duplicates.

    Args:
        anew: something has changed. Otherwise only what a run that was stopped has left is compared.
    """
    stale = _stale(recorder)
    if not anew and not stale and not _count(recorder, _is_unsettled()):
        return []
    if is_on("boilerplate", recorder.settings.rules) and _remove_boilerplate(recorder):
        stale = _stale(recorder)
    became: list[int] = []
    if is_on("near-duplicate", recorder.settings.rules) or is_on("disagreement", recorder.settings.rules):
        _release(recorder, stale)
        _forget_disagreement(recorder)
        became = _compare(recorder)
    _mark_settled(recorder)
    return became


def _mine(recorder: Recorder) -> tuple[sqlalchemy.ColumnElement[bool], ...]:
    """The documents that these rules look at."""
    from sqlmodel import col

    from ..store.tables import Document

    return (
        col(Document.client_id) == recorder.client_id,
        col(Document.state).in_(_STATES),
        col(Document.signature).is_not(None),
    )


def _is_unsettled() -> sqlalchemy.ColumnElement[bool]:
    import sqlalchemy

    from ..store.tables import Document

    return sqlalchemy.func.substr(Document.signature, SETTLED + 1, 1) == b"\0"


def _count(recorder: Recorder, *conditions: sqlalchemy.ColumnElement[bool]) -> int:
    import sqlalchemy
    from sqlmodel import col

    from ..store.tables import Document

    query = sqlalchemy.select(sqlalchemy.func.count(col(Document.id))).where(*_mine(recorder), *conditions)
    with recorder.store.session(write=False) as session:
        return session.execute(query).scalar_one()


def _signatures(recorder: Recorder) -> Iterator[list[tuple[Any, ...]]]:
    """(id, path, packed `Traits`) of all documents by path, part by part."""
    import sqlalchemy
    from sqlmodel import col

    from ..store.tables import Document

    columns = (col(Document.id), col(Document.path), col(Document.signature))
    return by_path(recorder.store, sqlalchemy.select(*columns).where(*_mine(recorder)), _PART)


def _stale(recorder: Recorder) -> list[int]:
    """Ids of documents that stand back, or are held, for one that isn't what it was."""
    import sqlalchemy
    from sqlalchemy.orm import aliased
    from sqlmodel import col

    from ..store.tables import Document

    holder = aliased(Document)
    query = (
        sqlalchemy.select(
            col(Document.id),
            col(Document.state),
            col(holder.state),
            col(holder.reason),
            col(holder.signature),
        )
        .outerjoin(holder, col(holder.id) == col(Document.duplicate_of_id))
        .where(*_mine(recorder), col(Document.duplicate_of_id).is_not(None))
        .execution_options(yield_per=_PART)
    )
    with recorder.store.session(write=False) as session:
        return [number for number, *state in session.execute(query) if not _stands(*state)]


def _stands(state: str, holder_state: str | None, holder_reason: str, signature: bytes | None) -> bool:
    """Whether what a document stands back or is held for is still so."""
    if holder_state not in _STATES or signature is None or not is_settled(signature):
        return False
    return holder_state == "accepted" if state == "duplicate" else _is_for_rights(holder_state, holder_reason)


def _is_for_rights(state: str, reason: str) -> bool:
    return state == "withdrawn" or state == "quarantined" and reason.startswith(HELD)


def _remove_boilerplate(recorder: Recorder) -> bool:
    """Read anew the documents that have lines in common with many; whether there were any.

    A line that says something stays in the first of them.
    """
    some_removed = False

    def edges() -> Iterator[bytes]:
        nonlocal some_removed
        for part in _signatures(recorder):
            for _, _, data in part:
                some_removed = some_removed or has_removed(data)
                yield edges_of(data)

    common = common_lines(edges, least(_count(recorder)))
    if not common and not some_removed:
        return False
    made = 0
    kept: set[int] = set()
    for part in _signatures(recorder):
        for number, path, data in part:
            if number == made:
                continue  # the new version of the one before
            traits = Traits.unpack(data)
            mine = common.intersection(traits.edges)
            keep = mine.intersection(traits.telling) - kept
            kept |= keep
            found = recorder.listing.find(path) if mine - keep != set(traits.removed) else None
            if found and not found.fault:
                recorder.boilerplate = mine - keep
                made = recorder.refine_again(found, number)
    recorder.boilerplate = frozenset()
    return made > 0


def _compare(recorder: Recorder) -> list[int]:
    ids, keys, sketched, settled = _tabulated(recorder)
    if settled.all():
        return []
    became: dict[int, str] = {}  # id → path
    for first, second in candidates(keys, sketched, ~settled):
        one, other = (_load(recorder, int(ids[place])) for place in (first, second))
        states = {one.state, other.state}
        if "accepted" not in states or "duplicate" in states:
            continue
        found = compare(one.text, other.text)
        if found.kind == "same" and is_on("near-duplicate", recorder.settings.rules):
            if states == {"accepted"}:
                keep, drop = _choose(recorder, one, other)
                _stand_back(recorder, drop, keep, found)
                became[drop.id] = drop.path
            else:
                free, held = (one, other) if one.state == "accepted" else (other, one)
                if _is_for_rights(held.state, held.reason):
                    _hold_too(recorder, free, held, found)
        elif (
            found.kind == "values"
            and "withdrawn" not in states
            and is_on("disagreement", recorder.settings.rules)
        ):
            _tell_disagreement(recorder, one, other, found)
    _forget_what_stood_back(recorder, became)
    return list(became)


def _tabulated(recorder: Recorder) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of all documents that are long enough, by path: ids (n), keys of bands, sketches, whether they are settled (n).

    These are 201 bytes a document, the only part of an ingest that grows with their number.
    """
    import numpy as np

    size = _count(recorder)
    ids, settled = np.zeros(size, np.int64), np.zeros(size, bool)
    keys, sketched = np.zeros((size, BANDS), np.uint32), np.zeros((size, PERMUTATIONS), np.uint8)
    end = 0
    for part in _signatures(recorder):
        rows = [
            (number, minhash, is_settled(data)) for number, _, data in part if (minhash := minhash_of(data))
        ]
        rows = rows[: size - end]  # what another process has added since is compared the next time
        here = slice(end, end + len(rows))
        ids[here], settled[here] = [row[0] for row in rows], [row[2] for row in rows]
        keys[here] = band_keys([row[1] for row in rows])
        sketched[here] = sketches([row[1] for row in rows])
        end += len(rows)
    return ids[:end], keys[:end], sketched[:end], settled[:end]


def _load(recorder: Recorder, number: int) -> _One:
    from ..store.tables import Document

    with recorder.store.session(write=False) as session:
        row = session.get_one(Document, number)
        return _One(number, row.path, row.state, row.reason, row.text)


def _release(recorder: Recorder, stale: list[int]) -> None:
    """What stands back or is held because of a document that is gone is free until it is compared again."""
    from ..store.tables import Document

    for number in stale:
        with recorder.store.session() as session:
            row = session.get_one(Document, number)
            row.state, row.reason, row.duplicate_of_id = "accepted", "", None
            row.signature = Traits.unpack(row.signature or b"").as_settled(False).pack()


def _hold_too(recorder: Recorder, free: _One, held: _One, found: Comparison) -> None:
    """What says the same as a document that may not be used may not be used either."""
    what = "was withdrawn" if held.state == "withdrawn" else "is held for its rights"
    reason = f"{_NEAR}says the same as {held.path}, which {what}: set a rights rule for that path, or leave both out"
    _set_state(recorder, free.id, "quarantined", reason, held.id)
    recorder.rule(free.id, "near-duplicate", "hold", f"Jaccard {found.jaccard:.2f} with {held.path}")


def _choose(recorder: Recorder, one: _One, other: _One) -> tuple[_One, _One]:
    """(which holds, which stands back): by the client's `prefer`, then the newer date, a much longer text, the path."""
    ranks = [_rank(recorder, each) for each in (one, other)]
    lengths = len(one.text), len(other.text)
    if ranks[0] == ranks[1] and max(lengths) <= _LONGER * min(lengths):
        holds = one.path <= other.path
    elif ranks[0] == ranks[1]:
        holds = lengths[0] > lengths[1]
    else:
        holds = ranks[0] > ranks[1]
    return (one, other) if holds else (other, one)


def _rank(recorder: Recorder, document: _One) -> tuple[bool, int, date]:
    globs = recorder.settings.prefer
    place = next((i for i, glob in enumerate(globs) if fnmatch.fnmatchcase(document.path, glob)), len(globs))
    return document.state == "accepted", -place, stated_date(document.text) or date.min


def _stand_back(recorder: Recorder, drop: _One, keep: _One, found: Comparison) -> None:
    told = ", ".join(f"“{a}” / “{b}”" for a, b in found.differences[:3])
    reason = f"{_NEAR}says the same as {keep.path}" + (f" but for {quoted(told)}" if told else "")
    _set_state(recorder, drop.id, "duplicate", reason, keep.id)
    recorder.rule(drop.id, "near-duplicate", "skip", f"Jaccard {found.jaccard:.2f} with {keep.path}; {told}")


def _set_state(recorder: Recorder, number: int, state: str, reason: str, holder: int | None) -> None:
    from ..store.tables import Document

    with recorder.store.session() as session:
        row = session.get_one(Document, number)
        row.state, row.reason, row.duplicate_of_id = state, reason, holder


_SAYS = ": “"


def _tell_disagreement(recorder: Recorder, one: _One, other: _One, found: Comparison) -> None:
    turned = tuple((b, a) for a, b in found.differences)
    for here, there, differences in ((one, other, found.differences), (other, one, turned)):
        told = "; ".join(f"“{a or '—'}” here, “{b or '—'}” there" for a, b in differences[:5])
        recorder.rule(here.id, "disagreement", "flag", f"{there.path}: {told}")


def _forget_disagreement(recorder: Recorder) -> None:
    """Take back what was said of or about documents that are gone or have changed: they are compared anew."""
    from sqlmodel import col

    from ..store.tables import Document

    recorder.forget_rulings(
        [
            number
            for number, document, about in _disagreement(recorder)
            if _count(recorder, _is_unsettled(), col(Document.id) == document)
            or not _count(recorder, ~_is_unsettled(), col(Document.path) == about)
        ]
    )


def _forget_what_stood_back(recorder: Recorder, became: Mapping[int, str]) -> None:
    """A document that stands back for another one no longer has a say. `became`: id → path."""
    paths = frozenset(became.values())
    if became:
        recorder.forget_rulings(
            [number for number, of, about in _disagreement(recorder) if of in became or about in paths]
        )


def _disagreement(recorder: Recorder) -> Iterator[tuple[int, int, str]]:
    """(its id, of which document, the path of the other one) of each ruling."""
    import sqlalchemy
    from sqlmodel import col

    from ..store.tables import Document, Ruling

    said = (
        sqlalchemy.select(col(Ruling.id), col(Document.id), col(Ruling.evidence))
        .join(Document, col(Document.id) == col(Ruling.document_id))
        .where(*_mine(recorder), col(Ruling.rule) == "disagreement")
        .execution_options(yield_per=_PART)
    )
    with recorder.store.session(write=False) as session:
        for number, document, evidence in session.execute(said):
            yield number, document, evidence.partition(_SAYS)[0]


def _mark_settled(recorder: Recorder) -> None:
    import sqlalchemy
    from sqlmodel import col

    from ..store.tables import Document

    number, data = sqlalchemy.bindparam("number"), sqlalchemy.bindparam("data")
    settle = sqlalchemy.update(Document).where(col(Document.id) == number).values(signature=data)
    for part in _signatures(recorder):
        rows = [
            {"number": number, "data": Traits.unpack(data).as_settled().pack()}
            for number, _, data in part
            if not is_settled(data)
        ]
        if rows:
            with recorder.store.session() as session:
                session.connection().execute(settle, rows)
