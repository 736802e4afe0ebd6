"""Keeps what is known of documents' rights, and what may be done with them, in step with the settings.

What a document says (its notices) is stored once, as rulings of `rights-notice`. What may be done is worked out
anew from it at each ingest, so that a changed setting needs no file to be read again.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from .clearance import Clearance, clearance, rule_for
from .licence_files import governing, is_licence_file
from .notices import Notice, decisive, find_notices
from .paging import by_path
from .settings import CorpusSettings

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.engine import Store
    from ..store.tables import Document

RULE, RULE_VERSION = "rights-notice", "1"
DECIDED_BY = "1"
"""Version of the way in which notices and settings make a decision."""
_DECIDED = "documents.decided"
"""The event that all documents have the rights that follow from the settings; it names these and the newest one."""
HELD, EXCLUDED = "held for its rights", "left out for its rights"
CONTENT_WITHDRAWN = "its content was withdrawn"
_OVER = ("superseded", "removed")
_LONGEST = 1_000
_EXAM_KEY = "exam-key"
_BATCH = 500


class _Row(NamedTuple):
    """The columns of a current document that decide about it, and that are decided."""

    id: int
    path: str
    sha256: str
    state: str
    reason: str
    rights: str
    licence: str
    clearance: str
    rights_evidence: str

    @property
    def is_ours(self) -> bool:
        """Whether its state follows from its rights: accepted, or kept from it by them."""
        return self.state == "accepted" or self.reason.startswith((HELD, EXCLUDED))

    @property
    def notes(self) -> str:
        """The reason without what its rights put in front."""
        return self.reason.partition("; ")[2] if self.reason.startswith((HELD, EXCLUDED)) else self.reason


class Clearing:
    """The rights of one client's documents."""

    def __init__(self, store: Store, client_id: int, settings: CorpusSettings) -> None:
        self.store, self.client_id, self.settings = store, client_id, settings
        self.withdrawn_content: dict[str, str] = {}  # sha256 → when and why
        self.withdrawn_paths: dict[str, str] = {}
        self._exams: set[int] = set()  # documents that are an exam with its key
        self._licences: dict[str, tuple[str, list[Notice]]] = {}  # folder → its licence file and what it says
        self.licences_changed = False  # a licence file was taken in: others may have other rights by it
        self._read_withdrawals()

    def take(
        self, session: Session, row: Document, notices: Sequence[Notice], *, exam_only: bool = False
    ) -> None:
        """Store what a document that was just read says, and decide about it, in the caller's transaction.

        `exam_only`: it is an exam with its key (see `rules.claims`), so that it is never taught.
        """
        assert row.id is not None
        self._exams.discard(row.id)
        if exam_only:
            self._exams.add(row.id)
        _note(session, row.id, notices)
        found = decisive(notices)
        if is_licence_file(row.path):
            row.licence = found.licence if found else ""
            row.rights_evidence = (
                f"“{found.evidence}”"[:_LONGEST] if found else "no licence that is known here"
            )
            self._licences[_folder(row.path)] = (row.path, list(notices))
            self.licences_changed = True
            return
        one = _Row(row.id, row.path, row.sha256, row.state, row.reason, "", "", "", "")
        for name, value in self._decided(one, found).items():
            setattr(row, name, value)

    def begin(self) -> bool:
        """Make ready to decide about new documents; decide about all where their rights may differ. Whether it did."""
        if self._may_differ():
            self.settle()
            return True
        self._look_up()
        return False

    def end(self) -> None:
        """Put into the audit trail that all documents have the rights that follow from the settings."""
        from sqlalchemy import func
        from sqlmodel import col, select

        from ..store.events import record
        from ..store.tables import Document

        with self.store.session() as session:
            newest = session.exec(select(func.coalesce(func.max(col(Document.id)), 0))).one()
            mark = self._settings_mark
            record(session, _DECIDED, client_id=self.client_id, rights=mark, newest_document=newest)

    @property
    def _settings_mark(self) -> str:
        """Changes with the settings, and with the rules, that decide: then all documents are decided about anew."""
        choices = self.settings.model_dump(include={"rights", "unknown_rights"})
        text = json.dumps([RULE_VERSION, DECIDED_BY, choices], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def _may_differ(self) -> bool:
        """Whether the settings aren't those of the last ingest that ended, or another one was killed or stopped since.

        Then a licence file may have come or gone, or a document have moved, and the others not followed.
        """
        from sqlmodel import col, select

        from ..store.tables import Document, Event

        events = (
            select(Event).where(Event.client_id == self.client_id).order_by(col(Event.id).desc()).limit(1)
        )
        ended = col(Document.ended_at)
        with self.store.session(write=False) as session:
            last = session.exec(events.where(Event.what == _DECIDED)).first()
            if last is None or last.detail.get("rights") != self._settings_mark:
                return True
            moved = session.exec(
                events.where(Event.what == "document.moved", col(Event.id) > last.id)
            ).first()
            since = (col(Document.id) > last.detail.get("newest_document", 0)) | (ended > last.created_at)
            newer = select(Document.id).where(Document.client_id == self.client_id, since).limit(1)
            return moved is not None or session.exec(newer).first() is not None

    def _look_up(self) -> None:
        """Read the licence files, and which documents are exams with their key."""
        self._read_exams()
        self._licences = {}
        for rows, notices in self._current(only=is_licence_file):
            self._licences |= {_folder(row.path): (row.path, notices.get(row.id, [])) for row in rows}

    def settle(self) -> None:
        """Let every current document have the rights, the clearance and the state that follow from the settings now.

        Documents move both ways between accepted and quarantined or rejected; only those whose row differs are
        written, a few hundred to a transaction.
        """
        self._look_up()
        moves: Counter[str] = Counter()
        for rows, notices in self._current():
            self._look([row for row in rows if row.state == "accepted" and not row.rights_evidence], notices)
            changes: list[tuple[_Row, dict[str, str]]] = []
            for row in rows:
                values = self._changed(row, decisive(notices.get(row.id, [])), changes)
                changes += [(row, values)] if values else []
            self._write(changes)
            moves.update(f"{row.state} → {values['state']}" for row, values in changes if "state" in values)
        self._say(moves)

    def _changed(
        self, row: _Row, found: Notice | None, before: Sequence[tuple[_Row, dict[str, str]]]
    ) -> dict[str, str]:
        """The columns that differ from what is decided now. `before`: changes that are not written yet."""
        if is_licence_file(row.path):
            return {}
        if not row.is_ours and row.state != "quarantined":
            words = self._words(row.path)
            return {"rights": words} if row.rights != words else {}
        values = self._decided(row, found)
        if values.get("state") == "accepted" and row.state != "accepted":
            holder = self._holder(row, before)
            if holder:
                values |= {"state": "duplicate", "reason": f"the same content as {holder}"}
        return {name: value for name, value in values.items() if value != getattr(row, name)}

    def _holder(self, row: _Row, before: Sequence[tuple[_Row, dict[str, str]]]) -> str:
        """The path of another accepted document with the same content, or ""."""
        import sqlalchemy
        from sqlmodel import col

        from ..store.tables import Document

        leaving = [row.id]
        for one, values in before:
            if one.sha256 == row.sha256 and values.get("state") == "accepted":
                return one.path
            if values.get("state", "accepted") != "accepted":
                leaving.append(one.id)
        query = (
            sqlalchemy.select(col(Document.path))
            .where(
                col(Document.client_id) == self.client_id,
                col(Document.sha256) == row.sha256,
                col(Document.state) == "accepted",
                col(Document.id).not_in(leaving),
            )
            .limit(1)
        )
        with self.store.session(write=False) as session:
            return session.execute(query).scalar() or ""

    def _decided(self, row: _Row, found: Notice | None) -> dict[str, str]:
        decision, why = self._decide(row.path, found or governing(row.path, self._licences))
        if row.id in self._exams and decision.use == "train":
            decision = replace(
                decision, use="exam-only", evidence=f"an exam with its key; {decision.evidence}"
            )
        values = {
            "rights": self._words(row.path),
            "licence": decision.licence,
            "clearance": decision.use,
            "rights_evidence": decision.evidence[:_LONGEST],
        }
        if not row.is_ours:
            return values  # another rule holds it, and its reason stands
        state = {"ask": "quarantined", "exclude": "rejected"}.get(decision.use, "accepted")
        return values | {"state": state, "reason": "; ".join(filter(None, (why, row.notes)))[:_LONGEST]}

    def _decide(self, path: str, found: Notice | None) -> tuple[Clearance, str]:
        """The clearance of a path, and the reason where it keeps a document from being accepted."""
        numbered = rule_for(self.settings, path)
        decision = clearance(self.settings, path, found)
        if path in self.withdrawn_paths and not (numbered and numbered[1].use in ("train", "exam-only")):
            told = f"the document at this path was withdrawn {self.withdrawn_paths[path]}"
            return (
                replace(decision, use="ask", evidence=told),
                f"{HELD}: the document at this path was withdrawn, so new content waits for a rights rule for the path "
                "that says train",
            )
        if decision.use not in ("ask", "exclude"):
            return decision, ""
        because = (
            f"rights[{numbered[0]}] says {decision.use}"
            if numbered
            else decision.licence or "nothing is known of them"
        )
        if decision.use == "exclude":
            return decision, f"{EXCLUDED} ({because})"
        return (
            decision,
            f"{HELD} ({because}): set a rights rule for its path that says train, exam-only or exclude",
        )

    def _words(self, path: str) -> str:
        if isinstance(self.settings.rights, str):
            return self.settings.rights
        numbered = rule_for(self.settings, path)
        return (numbered[1].licence or numbered[1].use) if numbered else "unknown"

    def _current(
        self, only: Callable[[str], bool] | None = None
    ) -> Iterator[tuple[list[_Row], dict[int, list[Notice]]]]:
        """Current documents by path, part by part, and the notices of each. `only`: of paths for which it is true."""
        import sqlalchemy
        from sqlmodel import col

        from ..store.tables import Document

        columns = [col(getattr(Document, name)) for name in _Row._fields]
        path, number = col(Document.path), col(Document.id)
        mine = sqlalchemy.select(number, path).where(
            col(Document.client_id) == self.client_id,
            col(Document.state).not_in(_OVER),
            col(Document.state) != "withdrawn",
        )
        for part in by_path(self.store, mine, _BATCH):
            ids = [number for number, path in part if only is None or only(path)]
            if not ids:
                continue
            with self.store.session(write=False) as session:
                query = sqlalchemy.select(*columns).where(number.in_(ids)).order_by(path, number)
                yield [_Row(*row) for row in session.execute(query)], _notices(session, ids)

    def _read_exams(self) -> None:
        import sqlalchemy
        from sqlmodel import col

        from ..store.tables import Ruling

        exams = sqlalchemy.select(col(Ruling.document_id)).where(col(Ruling.rule) == _EXAM_KEY)
        with self.store.session(write=False) as session:
            self._exams = set(session.execute(exams).scalars())

    def _look(self, rows: Sequence[_Row], notices: dict[int, list[Notice]]) -> None:
        """Look through the stored texts of documents that were taken in before notices were looked for."""
        from ..store.tables import Document

        if not rows:
            return
        with self.store.session() as session:
            for row in rows:
                notices[row.id] = find_notices(session.get_one(Document, row.id).text)
                _note(session, row.id, notices[row.id])

    def _write(self, changes: Sequence[tuple[_Row, dict[str, str]]]) -> None:
        from sqlalchemy import update
        from sqlmodel import col

        from ..store.tables import Document, Passage

        if not changes:
            return
        released = [row.id for row, values in changes if values.get("state") == "accepted"]
        with self.store.session() as session:
            session.execute(update(Document), [{"id": row.id, **values} for row, values in changes])
            if released:
                # their facts were withdrawn while they were held: they are made again
                passages = update(Passage).where(col(Passage.document_id).in_(released))
                session.execute(passages.values(examined_by=""))

    def _say(self, moves: Counter[str]) -> None:
        """Put into the audit trail how many documents moved between states."""
        from ..store.events import record

        if moves:
            with self.store.session() as session:
                record(session, "documents.cleared", client_id=self.client_id, moves=dict(moves))

    def _read_withdrawals(self) -> None:
        from sqlmodel import col, select

        from ..store.tables import Withdrawal

        query = select(Withdrawal).where(Withdrawal.client_id == self.client_id).order_by(col(Withdrawal.id))
        with self.store.session(write=False) as session:
            for each in session.exec(query):
                told = f"on {each.created_at:%Y-%m-%d}" + (f" ({each.reason})" if each.reason else "")
                self.withdrawn_content[each.sha256] = self.withdrawn_paths[each.path] = told


def _note(session: Session, document_id: int, notices: Sequence[Notice]) -> None:
    """Store the notices of a document, in place of those that it had."""
    from sqlalchemy import delete, insert
    from sqlmodel import col

    from ..store.tables import Ruling

    session.execute(delete(Ruling).where(col(Ruling.document_id) == document_id, col(Ruling.rule) == RULE))
    rows = list(_rulings(session, document_id, notices))
    if rows:
        session.execute(insert(Ruling), rows)


def _rulings(session: Session, document_id: int, notices: Sequence[Notice]) -> Iterator[dict[str, Any]]:
    for one in notices:
        yield {
            "document_id": document_id,
            "rule": RULE,
            "version": RULE_VERSION,
            "action": "flag" if one.kind == "open" else "hold",
            "evidence": f"{one.licence}: {one.evidence}",
            "start": one.start,
            "end": one.end,
            "created_at": session.info["clock"](),
        }


def _notices(session: Session, documents: Sequence[int]) -> dict[int, list[Notice]]:
    """The notices that are stored of each document."""
    import sqlalchemy
    from sqlmodel import col

    from ..store.tables import Ruling

    said = session.execute(
        sqlalchemy.select(col(Ruling.document_id), col(Ruling.evidence), col(Ruling.start), col(Ruling.end))
        .where(col(Ruling.document_id).in_(documents), col(Ruling.rule) == RULE)
        .order_by(col(Ruling.id))
    )
    notices: dict[int, list[Notice]] = {}
    for number, evidence, start, end in said:
        licence, _, words = evidence.partition(": ")
        notices.setdefault(number, []).append(Notice(licence, words, start, end))
    return notices


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
