"""The rules that look at all of a client's documents: boilerplate, near-duplicates, disagreement.

They run after the documents are in. Only what is new since the last time is compared with the rest, by what was kept of
each document (`traits`), so that a second ingest costs what has changed.
"""

from __future__ import annotations

import fnmatch
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from .clearing import HELD
from .rules.boilerplate import least
from .rules.catalogue import is_on, quoted
from .rules.dated import stated_date
from .rules.similar import Comparison, candidates, compare
from .traits import Traits, edges_of, is_settled, minhash_of
from .walking import Found

if TYPE_CHECKING:
    from .recording import Recorder

_NEAR = "near-duplicate: "
_PART = 500
_LONGER = 1.1


@dataclass(slots=True)
class _One:
    """A document as far as these rules look at it. `data` is its packed `Traits`: all are in memory at once."""

    id: int
    path: str
    state: str
    reason: str
    holder: int | None  # of one that stands back or is held because of another
    data: bytes

    @property
    def is_settled(self) -> bool:
        return is_settled(self.data)


def settle_documents(recorder: Recorder, files: Mapping[str, Found], *, anew: bool) -> list[int]:
    """Apply the rules; the ids of the documents that became near-duplicates.

    Args:
        files: the folder's files by path, to read a document again without its boilerplate.
        anew: something was removed or moved, so that documents that stood back may hold again.
    """
    documents = _current(recorder)
    by_id = {one.id: one for one in documents}
    stale = [one for one in documents if one.holder is not None and not _stands(one, by_id)]
    if not anew and not stale and all(one.is_settled for one in documents):
        return []
    if is_on("boilerplate", recorder.settings.rules) and _remove_boilerplate(recorder, documents, files):
        documents = _current(recorder)
    became: list[int] = []
    if is_on("near-duplicate", recorder.settings.rules) or is_on("disagreement", recorder.settings.rules):
        became = _compare(recorder, documents)
    _mark_settled(recorder, documents)
    return became


def _current(recorder: Recorder) -> list[_One]:
    import sqlalchemy
    from sqlmodel import col

    from ..store.tables import Document

    columns = (
        Document.id,
        Document.path,
        Document.state,
        Document.reason,
        Document.duplicate_of_id,
        Document.signature,
    )
    query = (
        sqlalchemy.select(*(col(column) for column in columns))
        .where(
            col(Document.client_id) == recorder.client_id,
            col(Document.state).in_(("accepted", "duplicate", "quarantined", "withdrawn")),
            col(Document.signature).is_not(None),
        )
        .order_by(col(Document.path))
    )
    with recorder.store.session(write=False) as session:
        return [_One(*row) for row in session.execute(query)]


def _remove_boilerplate(recorder: Recorder, documents: list[_One], files: Mapping[str, Found]) -> bool:
    """Read anew the documents that have lines in common with many; whether there were any.

    A line that says something stays in the first of them.
    """
    import numpy as np

    every = np.frombuffer(b"".join(edges_of(one.data) for one in documents), dtype="<u8")
    numbers, counts = np.unique(every, return_counts=True)
    common = {int(number) for number in numbers[counts >= least(len(documents))]}
    read = False
    kept: set[int] = set()
    for one in documents:
        traits = Traits.unpack(one.data)
        mine = common.intersection(traits.edges)
        keep = mine.intersection(traits.telling) - kept
        kept |= keep
        found = files.get(one.path)
        if mine - keep != set(traits.removed) and found and not found.fault:
            recorder.boilerplate = mine - keep
            recorder.refine_again(found, one.id)
            read = True
    recorder.boilerplate = frozenset()
    return read


def _compare(recorder: Recorder, documents: list[_One]) -> list[int]:
    by_id = {one.id: one for one in documents}
    _release(recorder, by_id)
    pairs = sorted(
        {
            pair
            for pair in candidates([minhash_of(one.data) for one in documents])
            if not (documents[pair[0]].is_settled and documents[pair[1]].is_settled)
        }
    )
    disagreeing: dict[int, list[tuple[str, Comparison]]] = defaultdict(list)
    became: list[int] = []
    for first, second in pairs:
        one, other = documents[first], documents[second]
        states = {one.state, other.state}
        if "accepted" not in states or "duplicate" in states:
            continue
        texts = (_text(recorder, one.id), _text(recorder, other.id))
        found = compare(*texts)
        if found.kind == "same" and is_on("near-duplicate", recorder.settings.rules):
            if states == {"accepted"}:
                keep, drop = _choose(recorder, (one, texts[0]), (other, texts[1]))
                _stand_back(recorder, drop, keep, found)
                became.append(drop.id)
            else:
                free, held = (one, other) if one.state == "accepted" else (other, one)
                if _is_for_rights(held):
                    _hold_too(recorder, free, held, found)
        elif found.kind == "values" and "withdrawn" not in states:
            disagreeing[one.id].append((other.path, found))
            turned = tuple((b, a) for a, b in found.differences)
            disagreeing[other.id].append((one.path, Comparison("values", found.jaccard, turned)))
    if is_on("disagreement", recorder.settings.rules):
        _tell_disagreement(recorder, disagreeing)
    return became


def _release(recorder: Recorder, documents: dict[int, _One]) -> None:
    """What stands back or is held because of a document that is gone is free until it is compared again."""
    for one in documents.values():
        if one.holder is not None and not _stands(one, documents):
            one.state, one.holder = "accepted", None
            one.data = replace(Traits.unpack(one.data), settled=False).pack()
            _set_state(recorder, one.id, "accepted", "", None)


def _stands(one: _One, documents: Mapping[int, _One]) -> bool:
    """Whether what a document stands back or is held for is still so."""
    holder = documents.get(one.holder or 0)
    if holder is None or not holder.is_settled:
        return False
    return holder.state == "accepted" if one.state == "duplicate" else _is_for_rights(holder)


def _is_for_rights(one: _One) -> bool:
    return one.state == "withdrawn" or one.state == "quarantined" and one.reason.startswith(HELD)


def _hold_too(recorder: Recorder, free: _One, held: _One, found: Comparison) -> None:
    """What says the same as a document that may not be used may not be used either."""
    what = "was withdrawn" if held.state == "withdrawn" else "is held for its rights"
    reason = f"{_NEAR}says the same as {held.path}, which {what}: set a rights rule for that path, or leave both out"
    free.state, free.holder, free.reason = "quarantined", held.id, reason
    _set_state(recorder, free.id, "quarantined", reason, held.id)
    recorder.rule(free.id, "near-duplicate", "hold", f"Jaccard {found.jaccard:.2f} with {held.path}")


def _choose(recorder: Recorder, one: tuple[_One, str], other: tuple[_One, str]) -> tuple[_One, _One]:
    """(which holds, which stands back): by the client's `prefer`, then the newer date, a much longer text, the path."""
    ranks = [_rank(recorder, *pair) for pair in (one, other)]
    (first, text), (second, rest) = one, other
    if ranks[0] == ranks[1] and max(len(text), len(rest)) <= _LONGER * min(len(text), len(rest)):
        holds = first.path <= second.path
    elif ranks[0] == ranks[1]:
        holds = len(text) > len(rest)
    else:
        holds = ranks[0] > ranks[1]
    return (first, second) if holds else (second, first)


def _rank(recorder: Recorder, document: _One, text: str) -> tuple[bool, int, date]:
    globs = recorder.settings.prefer
    place = next((i for i, glob in enumerate(globs) if fnmatch.fnmatchcase(document.path, glob)), len(globs))
    return document.state == "accepted", -place, stated_date(text) or date.min


def _stand_back(recorder: Recorder, drop: _One, keep: _One, found: Comparison) -> None:
    told = ", ".join(f"“{a}” / “{b}”" for a, b in found.differences[:3])
    reason = f"{_NEAR}says the same as {keep.path}" + (f" but for {quoted(told)}" if told else "")
    drop.state, drop.holder = "duplicate", keep.id
    _set_state(recorder, drop.id, "duplicate", reason, keep.id)
    recorder.rule(drop.id, "near-duplicate", "skip", f"Jaccard {found.jaccard:.2f} with {keep.path}; {told}")


def _set_state(recorder: Recorder, number: int, state: str, reason: str, holder: int | None) -> None:
    from ..store.tables import Document

    with recorder.store.session() as session:
        row = session.get_one(Document, number)
        row.state, row.reason, row.duplicate_of_id = state, reason, holder


def _tell_disagreement(recorder: Recorder, found: dict[int, list[tuple[str, Comparison]]]) -> None:
    for number, others in found.items():
        recorder.forget_rulings(number, "disagreement")
        for path, comparison in others:
            told = "; ".join(f"“{a or '—'}” here, “{b or '—'}” there" for a, b in comparison.differences[:5])
            recorder.rule(number, "disagreement", "flag", f"{path}: {told}")


def _text(recorder: Recorder, number: int) -> str:
    from ..store.tables import Document

    with recorder.store.session(write=False) as session:
        return session.get_one(Document, number).text


def _mark_settled(recorder: Recorder, documents: list[_One]) -> None:
    from sqlalchemy import bindparam, update
    from sqlmodel import col

    from ..store.tables import Document

    rows = [
        {"number": one.id, "data": Traits.unpack(one.data).as_settled().pack()}
        for one in documents
        if not one.is_settled
    ]
    statement = (
        update(Document).where(col(Document.id) == bindparam("number")).values(signature=bindparam("data"))
    )
    for start in range(0, len(rows), _PART):
        with recorder.store.session() as session:
            session.connection().execute(statement, rows[start : start + _PART])
