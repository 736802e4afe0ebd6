"""Writes documents, passages and areas: each document with all that belongs to it in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .changes import Known, read_before_ns
from .clearing import CONTENT_WITHDRAWN, Clearing
from .documents import LoadedDocument
from .errors import CorpusError, UnsupportedFormat
from .identify import title_from_name
from .licence_files import is_licence_file, read_licence_file
from .listing import Listing
from .loaders import check_supported, load_content, media_type_of
from .notices import Notice, find_notices
from .passages import PassageDraft, cut
from .reading import FileReader
from .rules import VERSION, Refined, RulingDraft, fingerprint, refine
from .rules.similar import signature
from .settings import CorpusSettings
from .traits import FINGERPRINT, Traits
from .walking import Found

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.engine import Store
    from ..store.tables import Document

ENDED = ("superseded", "removed")
"""States of documents that are history: nothing current points at them."""
_LONGEST_REASON = 1_000
_PART = 1_000


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
    rulings: tuple[RulingDraft, ...] = ()
    traits: Traits | None = None
    exam_only: bool = False
    notices: tuple[Notice, ...] = ()


class Recorder:
    """The store as the ingest sees it, for one client."""

    def __init__(
        self, store: Store, client_id: int, settings: CorpusSettings, listing: Listing, files: FileReader
    ) -> None:
        self.store = store
        self.client_id = client_id
        self.settings = settings
        self.listing = listing
        self.files = files
        self.boilerplate: Collection[int] = frozenset()  # lines that many documents have in common
        self.refined_by = fingerprint(settings.refining())
        self.clearing = Clearing(store, client_id, settings)

    def known(self) -> Iterator[Known]:
        """The client's current documents."""
        import sqlalchemy
        from sqlmodel import col

        from ..store.tables import Document

        special = {
            "read_before_ns": col(Document.created_at),
            "refined_by": sqlalchemy.func.substr(Document.signature, 1, FINGERPRINT),
        }
        columns = [
            special[name] if name in special else col(getattr(Document, name)) for name in Known._fields
        ]
        query = (
            sqlalchemy.select(*columns)
            .where(col(Document.client_id) == self.client_id, col(Document.state).not_in(ENDED))
            # what was withdrawn stays so when its file goes or changes: then it has an end
            .where((col(Document.state) != "withdrawn") | col(Document.ended_at).is_(None))
            .execution_options(yield_per=_PART)
        )
        with self.store.session(write=False) as session:
            for row in session.execute(query):
                known = Known(*row)
                yield known._replace(read_before_ns=read_before_ns(row.created_at))

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

    def take_in(self, found: Found, before: int | None, *, in_place: bool) -> tuple[int, str]:
        """Read a file and store what came of it; returns the document's id and state.

        `before` is the id of the version that it replaces; with `in_place` the same row is filled anew.
        """
        reading = self._read(found)
        with self.store.session() as session:
            row = self._write(session, found, before, reading, in_place)
            assert row.id is not None
            self._write_passages(session, row.id, reading.passages)
            self._write_rulings(session, row.id, reading.rulings)
            self.clearing.take(session, row, reading.notices, exam_only=reading.exam_only)
            document_id, state = row.id, row.state
        if state == "accepted":
            self.listing.hold(found.sha256, found.path)
        return document_id, state

    def refine_again(self, found: Found, document_id: int) -> int:
        """Read a document again, for other rules: in place, or as a new version where facts hang on it."""
        from sqlmodel import select

        from ..store.tables import Fact

        with self.store.session(write=False) as session:
            bound = session.exec(select(Fact.id).where(Fact.document_id == document_id).limit(1)).first()
        return self.take_in(found, document_id, in_place=bound is None)[0]

    def _read(self, found: Found) -> _Reading:
        if found.fault:
            return _Reading("rejected", found.fault)
        if found.sha256 in self.clearing.withdrawn_content:
            when = self.clearing.withdrawn_content[found.sha256]
            return _Reading("rejected", f"{CONTENT_WITHDRAWN} {when}: it can't be taken in again")
        if is_licence_file(found.path):
            return _Reading(
                "rejected",
                "a licence text: it says what may be done with the others, not what to know",
                notices=self._licence(found),
            )
        holder = self.listing.holder(found.sha256)
        if holder and holder != found.path:
            return _Reading("duplicate", f"the same content as {holder}")
        limits = self.settings
        try:
            check_supported(found.name)
            document = load_content(
                self.files.read(found),
                found.name,
                max_pages=limits.max_pages,
                max_seconds=limits.max_seconds,
            )
        except UnsupportedFormat as error:
            return _Reading("unsupported", str(error)[:_LONGEST_REASON])
        except CorpusError as error:
            return _Reading("rejected", str(error)[:_LONGEST_REASON])
        said = find_notices(document.text, document.rights)
        refined = refine(document, limits, self.boilerplate)
        unrefined, document = document, refined.document
        passages = tuple(cut(document, found.path, limits.rules, limits.languages))
        if unrefined.text != document.text:
            said = [replace(one, start=None, end=None) for one in said]  # where they stand has moved
        notes = "; ".join(document.notes)[:_LONGEST_REASON]
        told = {
            "rulings": refined.rulings,
            "traits": self._traits(refined),
            "exam_only": refined.exam_only,
            "notices": tuple(said),
        }
        if refined.hold:
            return _Reading(
                "quarantined", "; ".join(filter(None, (refined.hold, notes))), document, passages, **told
            )
        if any(passage.state == "accepted" for passage in passages):
            return _Reading("accepted", notes, document, passages, **told)
        reasons = Counter(passage.reason for passage in passages).most_common(1)
        why = reasons[0][0] if reasons else "no passage in it"
        return _Reading(
            "rejected",
            "; ".join(filter(None, (f"nothing to ask about: {why}", notes))),
            document,
            passages,
            **told,
        )

    def _licence(self, found: Found) -> tuple[Notice, ...]:
        try:
            return tuple(read_licence_file(self.files.read(found), found.name))
        except CorpusError:
            return ()

    def _traits(self, refined: Refined) -> Traits:
        return Traits(
            self.refined_by,
            edges=refined.edges,
            telling=refined.telling,
            removed=refined.removed,
            minhash=signature(refined.document.text),
        )

    def _write(
        self, session: Session, found: Found, before: int | None, reading: _Reading, in_place: bool
    ) -> Document:
        from sqlalchemy import delete
        from sqlmodel import col

        from ..store.tables import Document, Passage, Ruling

        document = reading.document
        if in_place and before:
            row = session.get_one(Document, before)
            session.execute(delete(Passage).where(col(Passage.document_id) == before))
            session.execute(delete(Ruling).where(col(Ruling.document_id) == before))
            row.duplicate_of_id = None
        else:
            version, previous = self._history(session, found.path)
            if before:
                self._end(session, before, "superseded", "changed")
            row = Document(client_id=self.client_id, path=found.path, sha256="", version=version + 1)
            row.previous_id = before or previous
            row.created_at = self.store.clock()
            session.add(row)
        row.sha256, row.bytes, row.mtime_ns = found.sha256, found.size, found.mtime_ns
        row.state, row.reason = reading.state, reading.reason
        row.media_type = document.media_type if document else media_type_of(found.name)
        row.title = (document.title if document else "") or title_from_name(found.path.rsplit("/", 1)[-1])
        row.language = document.language if document else ""
        row.text = document.text if document else ""
        row.signature = reading.traits.pack() if reading.traits else None
        session.flush()
        return row

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
        row.ended_at = self.store.clock()
        if row.state != "withdrawn":
            row.state, row.reason = state, reason

    def _write_passages(self, session: Session, document_id: int, drafts: tuple[PassageDraft, ...]) -> None:
        from sqlalchemy import insert

        from ..store.tables import Passage

        if drafts:
            session.execute(
                insert(Passage),
                [{"document_id": document_id, "examined_by": "", **asdict(draft)} for draft in drafts],
            )

    def _write_rulings(self, session: Session, document_id: int, drafts: Sequence[RulingDraft]) -> None:
        from sqlalchemy import insert

        from ..store.tables import Ruling

        if drafts:
            made = {"document_id": document_id, "version": VERSION, "created_at": self.store.clock()}
            session.execute(insert(Ruling), [{**made, **asdict(draft)} for draft in drafts])

    def rule(self, document_id: int, rule: str, action: str, evidence: str) -> None:
        """Note what a rule that looks at several documents has decided about one."""
        with self.store.session() as session:
            self._write_rulings(session, document_id, [RulingDraft(rule, action, evidence)])

    def forget_rulings(self, numbers: Sequence[int]) -> None:
        """Take back what rules had decided, before they decide anew."""
        from sqlalchemy import delete
        from sqlmodel import col

        from ..store.tables import Ruling

        for start in range(0, len(numbers), _PART):
            with self.store.session() as session:
                part = numbers[start : start + _PART]
                session.execute(delete(Ruling).where(col(Ruling.id).in_(part)))

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
