"""Makes facts and questions from passages, and draws a campaign's questions.

`examine` is safe to kill and to run again: each passage is one transaction that ends with the mark of the
engine on the passage. docs/design/exams.md tells what happens when documents change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .asked.follow import follow_asked
from .bank import CONFLICT, Bank
from .change.conflicts import ConflictPolicy
from .change.planning import Plan, left_behind, make_plan, renamed_from
from .drawing import draw, unseal
from .engine import DeterministicEngine, Engine
from .exam_report import ExamReport
from .facts import Extraction, FactDraft, PassageText
from .facts.model import normalise
from .replenishing import replenish
from .settling import settle_conflicts

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.engine import Store
    from ..store.tables import Document, Passage
    from .settings import ExamSettings

__all__ = ["DeterministicEngine", "Engine", "ExamReport", "draw", "examine", "replenish", "unseal"]


def examine(
    store: Store,
    client_id: int,
    engine: Engine,
    settings: ExamSettings,
    *,
    seed: int,
    policy: ConflictPolicy | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ExamReport:
    """Examine all accepted passages that this engine has not seen yet, and bring the facts up to date.

    `policy` says how contradictions between documents are settled; without one they are only held and reported.
    `progress(done, total)` counts passages. When `cancelled()` turns true it stops between two passages; the
    report says so, and the next call goes on from there.
    """
    run = _Run(store, client_id, engine, settings, seed, ExamReport())
    run.cancelled, run.policy = cancelled, policy or ConflictPolicy()
    waiting = run.waiting()
    for done, passage_id in enumerate(waiting):
        if cancelled is not None and cancelled():
            run.report.cancelled = True
            break
        run.passage(passage_id)
        if run.report.cancelled:
            break
        if progress is not None:
            progress(done + 1, len(waiting))
    if not run.report.cancelled:
        run.withdraw()
        run.settle()
        follow_asked(store, client_id, settings, seed=seed)
    run.count()
    return run.report


class _Run:
    """One walk over a client's passages."""

    def __init__(
        self,
        store: Store,
        client_id: int,
        engine: Engine,
        settings: ExamSettings,
        seed: int,
        report: ExamReport,
    ) -> None:
        self.store, self.client_id, self.engine = store, client_id, engine
        self.settings, self.seed, self.report = settings, seed, report
        self.mark = f"{engine.name} {engine.version}"
        self._standing: set[int] = set()
        self._last: dict[int, Document] = {}
        self.cancelled: Callable[[], bool] | None = None
        self.policy = ConflictPolicy()
        self._planned: tuple[int, Plan | None] = (0, None)  # document, plan
        self._read: dict[int, Extraction] = {}  # passages of the planned document that were read already
        self._searched: dict[int, Extraction] = {}  # passages that were read to find a fact elsewhere

    def waiting(self) -> list[int]:
        """Ids of the passages to examine, in the order of documents and passages."""
        from sqlmodel import col, select

        from ..store.tables import Document, Passage

        with self.store.session(write=False) as session:
            documents = select(Document.id).where(
                Document.client_id == self.client_id, Document.state == "accepted"
            )
            self._standing = {number for number in session.exec(documents) if number is not None}
            query = (
                select(Passage.id)
                .join(Document)
                .where(
                    Document.client_id == self.client_id,
                    Document.state == "accepted",
                    Passage.state == "accepted",
                    Passage.examined_by != self.mark,
                )
                .order_by(col(Document.path), col(Passage.ordinal), col(Passage.id))
            )
            return [number for number in session.exec(query) if number is not None]

    def passage(self, passage_id: int) -> None:
        """Examine one passage: the slow work first, then one transaction."""
        from ..store.tables import Passage

        with self.store.session(write=False) as session:
            passage = session.get(Passage, passage_id)
            if passage is None:
                return
            text = passage_text(session, passage, self._last)
        plan = self._plan(passage.document_id)
        if self.report.cancelled:
            return
        extraction = self._read.pop(passage_id, None) or self.engine.facts(text)
        offers = {(draft.key, draft.answer): self.engine.wordings(draft) for draft in extraction.facts}
        before = _Tally(self.report)
        try:
            with self.store.session() as session:
                bank = self._bank(session)
                bank._ready.update(offers)
                passage = session.get(Passage, passage_id)
                if passage is None or passage.examined_by == self.mark:
                    return
                bank.know([draft.key for draft in extraction.facts])
                for draft in extraction.facts:
                    bank.take(draft, passage, self._standing.__contains__, plan)
                bank.finish()
                passage.examined_by = self.mark
                session.add(passage)
        except BaseException:
            before.restore()
            raise
        self.report.passages += 1
        self.report.candidates += len(extraction.facts) + sum(extraction.rejected.values())
        self.report.dropped.update(extraction.rejected)

    def _plan(self, document_id: int) -> Plan | None:
        """How the facts of the document's earlier editions go on in it; None where there are none.

        Made once a document: its passages that wait are all read first, for a fact may have moved from one to
        another.
        """
        if self._planned[0] == document_id:
            return self._planned[1]
        self._planned = (document_id, None)
        self._read.clear()
        from sqlmodel import col, select

        from ..store.tables import Document, Passage

        self._continue(document_id)
        with self.store.session(write=False) as session:
            document = session.get(Document, document_id)
            old = left_behind(session, document) if document is not None else []
            if document is None or not old:
                return None
            waiting = session.exec(
                select(Passage)
                .where(
                    Passage.document_id == document_id,
                    Passage.state == "accepted",
                    Passage.examined_by != self.mark,
                )
                .order_by(col(Passage.ordinal), col(Passage.id))
            ).all()
            texts = {
                passage.id: passage_text(session, passage, self._last) for passage in waiting if passage.id
            }
        for passage_id, text in texts.items():
            if self.cancelled is not None and len(texts) > 1 and self.cancelled():
                self.report.cancelled = True
                self._planned = (0, None)
                return None
            self._read[passage_id] = self.engine.facts(text)
        drafts = [draft for extraction in self._read.values() for draft in extraction.facts]
        with self.store.session(write=False) as session:
            plan = make_plan(session, document, old, drafts)
        self._planned = (document_id, plan)
        return plan

    def _continue(self, document_id: int) -> None:
        """Note that a new file is the next edition of a removed one: it was moved and edited."""
        from ..store.tables import Document

        with self.store.session(write=False) as session:
            document = session.get(Document, document_id)
            before = renamed_from(session, document) if document is not None else None
        if before is not None:
            with self.store.session() as session:
                session.get_one(Document, document_id).previous_id = before

    def _bank(self, session: Session) -> Bank:
        return Bank(
            session, self.client_id, self.mark, self.settings, self.seed, self.report, self.engine.wordings
        )

    def withdraw(self) -> None:
        """Facts whose document is no longer accepted: moved to another document that says the same, else withdrawn."""
        for fact_id in self._orphans():
            elsewhere = self._stated_elsewhere(fact_id)
            with self.store.session() as session:
                from ..store.tables import Document, Fact

                fact = session.get(Fact, fact_id)
                if fact is None or fact.state not in ("active", CONFLICT):
                    continue
                bank = self._bank(session)
                if elsewhere is not None:
                    bank.move(fact, *elsewhere)
                    continue
                document = session.get(Document, fact.document_id)
                why = (
                    f"{document.path} was {document.state}"
                    if document is not None
                    else "its document is gone"
                )
                bank.withdraw(fact, why)

    def _orphans(self) -> list[int]:
        from sqlmodel import col, select

        from ..store.tables import Document, Fact

        with self.store.session(write=False) as session:
            query = (
                select(Fact.id)
                .join(Document)
                .where(
                    Fact.client_id == self.client_id,
                    col(Fact.state).in_(("active", CONFLICT)),
                    Document.state != "accepted",
                )
                .order_by(col(Fact.id))
            )
            return [number for number in session.exec(query) if number is not None]

    def _stated_elsewhere(self, fact_id: int) -> tuple[FactDraft, Passage] | None:
        """Where an accepted document still states a fact, if one does."""
        from sqlmodel import col, select

        from ..store.tables import Document, Fact, Passage

        with self.store.session(write=False) as session:
            fact = session.get(Fact, fact_id)
            if fact is None:
                return None
            part = fact.answer.split("; ")[0]
            query = (
                select(Passage)
                .join(Document)
                .where(
                    Document.client_id == self.client_id,
                    Document.state == "accepted",
                    Passage.state == "accepted",
                    col(Document.text).contains(part, autoescape=True),
                )
                .order_by(col(Document.path), col(Passage.ordinal))
            )
            for passage in session.exec(query):
                holder = session.get(Document, passage.document_id)
                if holder is None or holder.text.find(part, passage.start, passage.end) < 0:
                    continue
                text = passage_text(session, passage)
                if passage.id not in self._searched:
                    if len(self._searched) >= 5_000:
                        self._searched.clear()
                    self._searched[passage.id or 0] = self.engine.facts(text)
                for draft in self._searched[passage.id or 0].facts:
                    if draft.key == fact.key and normalise(draft.answer) == normalise(fact.answer):
                        return draft, passage
        return None

    def settle(self) -> None:
        """Conflicts between documents: found, opened and ended."""
        settle_conflicts(self.store, self.client_id, self.policy, self._bank, self.report)

    def count(self) -> None:
        """Fill in what the client has now."""
        from sqlmodel import col, func, select

        from ..store.tables import Fact, Question

        with self.store.session(write=False) as session:
            facts = select(Fact.kind, Fact.state, func.count(col(Fact.id))).where(
                Fact.client_id == self.client_id
            )
            for kind, state, number in session.exec(facts.group_by(Fact.kind, Fact.state)):
                self.report.facts[kind, state] = number
            questions = select(Question.kind, Question.pool, func.count(col(Question.id))).where(
                Question.client_id == self.client_id, Question.state == "active"
            )
            for kind, pool, number in session.exec(questions.group_by(Question.kind, Question.pool)):
                self.report.questions[kind, pool] = number


class _Tally:
    """The report's figures before a transaction, for the case that it fails."""

    def __init__(self, report: ExamReport) -> None:
        self._report = report
        self._kept = {
            name: value.copy() if hasattr(value, "copy") else value for name, value in vars(report).items()
        }

    def restore(self) -> None:
        """Forget what the failed transaction had counted."""
        for name, value in self._kept.items():
            setattr(self._report, name, value)


def passage_text(session: Session, passage: Passage, last: dict[int, Document] | None = None) -> PassageText:
    """A stored passage as the engines see it. `last` keeps the document for the next passage of the same one."""
    from ..store.tables import Document

    document = last.get(passage.document_id) if last is not None else None
    document = document or session.get(Document, passage.document_id)
    if document is None:
        raise ValueError(f"passage {passage.id} has no document")
    if last is not None and passage.document_id not in last:
        last.clear()
        last[passage.document_id] = document
    return PassageText(
        text=document.text[passage.start : passage.end],
        start=passage.start,
        kind=passage.kind,
        heading=passage.heading,
        area=passage.area,
        title=document.title,
        language=document.language,
        rows=[list(row) for row in passage.rows or []],
    )
