"""Writes documents, passages and areas: each document with all that belongs to it in one transaction."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from .changes import Known
from .documents import LoadedDocument
from .errors import CorpusError, UnsupportedFormat
from .identify import title_from_name
from .loaders import load, media_type_of
from .passages import PassageDraft, cut
from .settings import CorpusSettings
from .walking import Found

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.engine import Store

ENDED = ("superseded", "removed")
"""States of documents that are history: nothing current points at them."""
_LICENCE = re.compile(r"(?:licen[sc]e|copying|notice)(?:[-_.]\w+)?(?:\.(?:md|txt|rst|html?))?", re.IGNORECASE)
_LONGEST_REASON = 1_000


@dataclass
class Totals:
    """What a client has: accepted documents, their accepted passages, areas, and what is not taken in."""

    documents: int = 0
    passages: int = 0
    areas: int = 0
    refused: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Reading:
    """What came of reading one file."""

    state: str
    reason: str
    document: LoadedDocument | None = None
    passages: tuple[PassageDraft, ...] = ()


class Recorder:
    """The store as the ingest sees it, for one client."""

    def __init__(self, store: Store, client_id: int, settings: CorpusSettings) -> None:
        self.store = store
        self.client_id = client_id
        self.settings = settings
        self.holders: dict[str, str] = {}  # content → path of the accepted document that has it

    def known(self) -> list[Known]:
        """The client's current documents, by path."""
        import sqlalchemy
        from sqlmodel import col

        from ..store.tables import Document

        with self.store.session(write=False) as session:
            columns = [col(getattr(Document, one.name)) for one in fields(Known)]
            rows = session.execute(
                sqlalchemy.select(*columns)
                .where(col(Document.client_id) == self.client_id, col(Document.state).not_in(ENDED))
                .order_by(col(Document.path))
            ).all()
        return [Known(*row) for row in rows]

    def touch(self, known: Known, found: Found) -> None:
        """The file's time has changed, its content hasn't."""
        from ..store.tables import Document

        with self.store.session() as session:
            row = session.get_one(Document, known.id)
            row.mtime_ns, row.bytes = found.mtime_ns, found.size

    def remove(self, known: Known) -> int:
        """The file is gone, or left out by the settings now."""
        with self.store.session() as session:
            self._end(session, known.id, "removed", "no longer in the folder, or left out by the settings")
        return known.id

    def move(self, known: Known, found: Found, displaced: Known | None) -> int:
        """The file lies elsewhere now. Its areas follow when `settle` runs."""
        from ..store.events import record
        from ..store.tables import Document

        with self.store.session() as session:
            if displaced:
                self._end(
                    session, displaced.id, "removed", f"now the document itself, moved here from {known.path}"
                )
            row = session.get_one(Document, known.id)
            moved = {"document_id": known.id, "old_path": known.path, "path": found.path}
            record(session, "document.moved", client_id=self.client_id, **moved)
            row.path, row.mtime_ns = found.path, found.mtime_ns
        return known.id

    def take_in(self, found: Found, before: Known | None, *, in_place: bool) -> tuple[int, str]:
        """Read a file and store what came of it; returns the document's id and state.

        `before` is the version that it replaces; with `in_place` the same row is filled anew.
        """
        reading = self._read(found)
        if reading.state == "accepted":
            self.holders[found.sha256] = found.path
        with self.store.session() as session:
            document_id = self._write(session, found, before, reading, in_place)
            self._write_passages(session, document_id, reading.passages)
        return document_id, reading.state

    def _read(self, found: Found) -> _Reading:
        if found.fault:
            return _Reading("rejected", found.fault)
        if _LICENCE.fullmatch(found.path.rsplit("/", 1)[-1]):
            return _Reading(
                "rejected", "a licence text: it says what may be done with the others, not what to know"
            )
        holder = self.holders.get(found.sha256) if found.sha256 else None
        if holder and holder != found.path:
            return _Reading("duplicate", f"the same content as {holder}")
        limits = self.settings
        try:
            document = load(
                found.file,
                max_bytes=limits.max_bytes,
                max_pages=limits.max_pages,
                max_seconds=limits.max_seconds,
            )
        except UnsupportedFormat as error:
            return _Reading("unsupported", str(error)[:_LONGEST_REASON])
        except CorpusError as error:
            return _Reading("rejected", str(error)[:_LONGEST_REASON])
        passages = tuple(cut(document, found.path))
        notes = "; ".join(document.notes)[:_LONGEST_REASON]
        if any(passage.state == "accepted" for passage in passages):
            return _Reading("accepted", notes, document, passages)
        reasons = Counter(passage.reason for passage in passages).most_common(1)
        why = reasons[0][0] if reasons else "no passage in it"
        return _Reading(
            "rejected", "; ".join(filter(None, (f"nothing to ask about: {why}", notes))), document, passages
        )

    def _write(
        self, session: Session, found: Found, before: Known | None, reading: _Reading, in_place: bool
    ) -> int:
        from sqlalchemy import delete
        from sqlmodel import col

        from ..store.tables import Document, Passage

        document = reading.document
        if in_place and before:
            row = session.get_one(Document, before.id)
            session.execute(delete(Passage).where(col(Passage.document_id) == before.id))
        else:
            version, previous = self._history(session, found.path)
            if before:
                self._end(session, before.id, "superseded", "changed")
            row = Document(client_id=self.client_id, path=found.path, sha256="", version=version + 1)
            row.previous_id = before.id if before else previous
            row.rights = self.settings.rights
            row.created_at = self.store.clock()
            session.add(row)
        row.sha256, row.bytes, row.mtime_ns = found.sha256, found.size, found.mtime_ns
        row.state, row.reason = reading.state, reading.reason
        row.media_type = document.media_type if document else media_type_of(found.file)
        row.title = (document.title if document else "") or title_from_name(found.path.rsplit("/", 1)[-1])
        row.language = document.language if document else ""
        row.text = document.text if document else ""
        session.flush()
        assert row.id is not None
        return row.id

    def _history(self, session: Session, path: str) -> tuple[int, int | None]:
        """The last version of a path and its id, or (0, None)."""
        from sqlmodel import col, select

        from ..store.tables import Document

        last = session.exec(
            select(Document.version, Document.id)
            .where(Document.client_id == self.client_id, Document.path == path)
            .order_by(col(Document.version).desc(), col(Document.id).desc())
            .limit(1)
        ).first()
        return last if last else (0, None)

    def _end(self, session: Session, document_id: int, state: str, reason: str) -> None:
        from ..store.tables import Document

        row = session.get_one(Document, document_id)
        row.state, row.reason, row.ended_at = state, reason, self.store.clock()

    def _write_passages(self, session: Session, document_id: int, drafts: tuple[PassageDraft, ...]) -> None:
        from sqlalchemy import insert

        from ..store.tables import Passage

        if drafts:
            session.execute(
                insert(Passage),
                [{"document_id": document_id, "examined_by": "", **asdict(draft)} for draft in drafts],
            )

    def apply_rights(self) -> None:
        """Current documents have the rights that the settings name now."""
        from sqlalchemy import update
        from sqlmodel import col, select

        from ..store.tables import Document

        rights = self.settings.rights
        other = (
            col(Document.client_id) == self.client_id,
            col(Document.state).not_in(ENDED),
            col(Document.rights) != rights,
        )
        with self.store.session(write=False) as session:
            stale = session.exec(select(Document.id).where(*other).limit(1)).first()
        if stale is not None:
            with self.store.session() as session:
                session.execute(update(Document).where(*other).values(rights=rights))

    def totals(self) -> Totals:
        """What the client has now."""
        from sqlalchemy import func
        from sqlmodel import col, select

        from ..store.tables import Area, Document, Passage

        totals = Totals()
        with self.store.session(write=False) as session:
            for state, reason, count in session.exec(
                select(Document.state, Document.reason, func.count())
                .where(Document.client_id == self.client_id, col(Document.state).not_in(ENDED))
                .group_by(Document.state, Document.reason)
            ):
                if state == "accepted":
                    totals.documents += count
                elif state == "duplicate":
                    totals.refused["the same content as another document"] += count
                else:
                    totals.refused[reason.split("; ")[0]] += count
            totals.passages = session.exec(
                select(func.count())
                .select_from(Passage)
                .join(Document, col(Passage.document_id) == col(Document.id))
                .where(
                    Document.client_id == self.client_id,
                    Document.state == "accepted",
                    Passage.state == "accepted",
                )
            ).one()
            totals.areas = session.exec(
                select(func.count()).select_from(Area).where(Area.client_id == self.client_id)
            ).one()
        return totals

    def say(self, detail: dict[str, Any]) -> None:
        """Put counts of what was done into the audit trail, and up to where documents and facts went then."""
        from sqlalchemy import func
        from sqlmodel import col, select

        from ..store.events import record
        from ..store.tables import Document, Fact

        with self.store.session() as session:
            newest: dict[str, Any] = {
                f"newest_{name}": session.exec(select(func.coalesce(func.max(col(table.id)), 0))).one()
                for name, table in (("document", Document), ("fact", Fact))
            }
            record(session, "documents.ingested", client_id=self.client_id, **detail, **newest)
