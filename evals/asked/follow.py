"""Links what users asked to what the documents say now, and keeps it out of practice.

Runs after an import and at the end of each examination: a fact may have changed its answer, been withdrawn, or been
found only now. A question keeps its pool whatever fact it asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .custody import near_practice, retire
from .placing import Placer
from .ranking import PassageIndex
from .report import FollowReport
from .stored import GONE, LINKED, WAITING

if TYPE_CHECKING:
    from sqlmodel import Session

    from ...store.engine import Store
    from ...store.tables import Asked
    from ..settings import ExamSettings

_BATCH = 200  # questions in one transaction
_EVENT = "asked.followed"


def follow_asked(
    store: Store, client_id: int, settings: ExamSettings, *, seed: int, anew: bool = False
) -> FollowReport:
    """Link the questions that wait, and those whose fact is gone; retire practice wordings that come near any.

    Nothing is done where neither documents, facts nor questions changed since the last time, unless `anew`. Safe to
    kill: each batch is one transaction, and what is linked stays so.
    """
    report = FollowReport()
    mark = _mark(store, client_id)
    if mark is None or (not anew and mark == _last_mark(store, client_id)):
        return report
    texts = _texts(store, client_id)
    near = near_practice(store, client_id, texts.values(), settings.near_duplicate)
    taught = {text for text, found in near.items() if any(trained for _, trained in found)}
    _retire(store, near, taught, report)
    open_ids = _open(store, client_id)
    if open_ids:
        with PassageIndex(_passages(store, client_id)) as index:
            for start in range(0, len(open_ids), _BATCH):
                with store.session() as session:
                    placer = Placer(session, client_id, index, settings, seed, taught)
                    for number in open_ids[start : start + _BATCH]:
                        _place(session, placer, number, report)
                    report.facts += placer.facts
    with store.session() as session:
        from ...store.events import record

        record(session, _EVENT, client_id=client_id, mark=_mark_in(session, client_id), linked=report.linked,
               retired=report.retired)  # fmt: skip
    return report


def _place(session: Session, placer: Placer, number: int, report: FollowReport) -> None:
    from ...store.tables import Asked

    row = session.get_one(Asked, number)
    before = _standing(row)
    report.looked_at += 1
    if row.state == GONE:
        placer.take_back(row)
    else:
        placer.place(row)
    report.linked += row.state == LINKED
    if _standing(row) != before:
        row.updated_at = session.info["clock"]()
        session.add(row)


def _standing(row: Asked) -> tuple[Any, ...]:
    return row.state, row.reason, row.score, row.passage_id, row.fact_id, row.question_id


def _retire(
    store: Store, near: dict[str, list[tuple[int, bool]]], taught: set[str], report: FollowReport
) -> None:
    """What users ask is kept out of practice even while it waits: it may be examined later."""
    for text, found in near.items():
        if text not in taught:
            with store.session() as session:
                report.retired += retire(session, [number for number, _ in found], text)


def _texts(store: Store, client_id: int) -> dict[int, str]:
    from sqlmodel import col, select

    from ...store.tables import Asked

    with store.session(write=False) as session:
        query = select(Asked.id, Asked.text).where(Asked.client_id == client_id, Asked.state != GONE)
        return {number: text for number, text in session.exec(query.order_by(col(Asked.id))) if number}


def _open(store: Store, client_id: int) -> list[int]:
    """Ids of the questions that wait, that are gone but still asked, or whose question or fact holds no more."""
    from sqlmodel import col, or_, select

    from ...store.tables import Asked, Fact, Question

    with store.session(write=False) as session:
        query = (
            select(Asked.id)
            .outerjoin(Question, col(Question.id) == col(Asked.question_id))
            .outerjoin(Fact, col(Fact.id) == col(Asked.fact_id))
            .where(
                Asked.client_id == client_id,
                or_(
                    Asked.state == WAITING,
                    (col(Asked.state) == GONE) & (col(Question.state) == "active"),
                    # a fact in conflict may hold again, and its questions with it
                    (col(Asked.state) == LINKED)
                    & or_(col(Fact.state).not_in(("active", "conflict")),
                          (col(Fact.state) == "active") & (col(Question.state) != "active")),
                ),
            )
            .order_by(col(Asked.id))
        )  # fmt: skip
        return [number for number in session.exec(query) if number is not None]


def _passages(store: Store, client_id: int) -> Iterator[tuple[int, str]]:
    """Accepted passages of accepted documents with their titles and headings, one document at a time."""
    from sqlmodel import col, select

    from ...store.tables import Document, Passage

    with store.session(write=False) as session:
        documents = select(Document.id).where(Document.client_id == client_id, Document.state == "accepted")
        for number in session.exec(documents.order_by(col(Document.id))).all():
            document = session.get_one(Document, number)
            query = select(Passage).where(Passage.document_id == number, Passage.state == "accepted")
            for passage in session.exec(query.order_by(col(Passage.ordinal))):
                text = document.text[passage.start : passage.end]
                yield passage.id or 0, f"{document.title}\n{passage.heading}\n{text}"
            session.expunge_all()


def _mark(store: Store, client_id: int) -> list[int] | None:
    """What the links rest on, in figures; None where nobody asked anything."""
    with store.session(write=False) as session:
        mark = _mark_in(session, client_id)
    return mark if mark[0] else None


def _mark_in(session: Session, client_id: int) -> list[int]:
    from sqlmodel import col, func, select

    from ...store.tables import Asked, Document, Fact, Passage, Question

    figures: list[int] = []
    for query in (
        select(func.max(Asked.id), func.count(col(Asked.id))).where(Asked.client_id == client_id),
        select(func.max(Fact.id), func.count(col(Fact.id))).where(
            Fact.client_id == client_id, Fact.state == "active"
        ),
        select(func.max(Passage.id), func.count(col(Passage.id)))
        .join(Document)
        .where(Document.client_id == client_id, Document.state == "accepted", Passage.state == "accepted"),
        select(func.max(Question.id), func.count(col(Question.id))).where(
            Question.client_id == client_id, Question.state == "active"
        ),
    ):
        figures += [value or 0 for value in session.exec(query).one()]
    return figures


def _last_mark(store: Store, client_id: int) -> list[int] | None:
    from sqlmodel import col, select

    from ...store.tables import Event

    with store.session(write=False) as session:
        query = select(Event).where(Event.client_id == client_id, Event.what == _EVENT)
        last = session.exec(query.order_by(col(Event.id).desc())).first()
        return last.detail.get("mark") if last is not None else None
