"""Facts of a document that may not be used any more: withdrawn with their questions, never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .bank import Bank
from .exam_report import ExamReport
from .settings import ExamSettings

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.engine import Store

_BATCH = 500  # ids in one query


def stated_elsewhere(store: Store, fact_ids: Sequence[int]) -> list[int]:
    """Passages of accepted documents, other than the facts' own, that hold one of the facts' answers.

    When the facts were made, what these say was "said elsewhere" already; they must be examined again once the
    facts are gone. Only a passage that really states a fact makes it anew, and in the pools that it had.
    """
    from sqlmodel import col, select

    from ..store.tables import Document, Fact, Passage

    with store.session(write=False) as session:
        facts = [
            fact
            for part in _parts(fact_ids)
            for fact in session.exec(select(Fact).where(col(Fact.id).in_(part)))
        ]
        if not facts:
            return []
        own = {fact.document_id for fact in facts}
        answers = {fact.answer.split("; ")[0] for fact in facts}
        documents = session.exec(
            select(Document.id, Document.text)
            .where(Document.client_id == facts[0].client_id, Document.state == "accepted")
            .execution_options(yield_per=200)
        )
        hits = {
            number: [answer for answer in answers if answer in text]
            for number, text in documents
            if number and number not in own and any(answer in text for answer in answers)
        }
        found: list[int] = []
        for part in _parts(list(hits)):
            query = select(Passage, Document.text).join(Document).where(col(Passage.document_id).in_(part))
            for passage, text in session.exec(query.where(Passage.state == "accepted")):
                words = text[passage.start : passage.end]
                if passage.id and any(answer in words for answer in hits[passage.document_id]):
                    found.append(passage.id)
    return found


def withdraw_facts(
    session: Session, client_id: int, fact_ids: Sequence[int], reason: str, again: Sequence[int] = ()
) -> None:
    """Withdraw facts and supersede their questions, in the caller's transaction; `again`: passages to look at anew."""
    from sqlalchemy import update
    from sqlmodel import col

    from ..store.tables import Fact, Passage

    bank = Bank(session, client_id, "", ExamSettings(), 0, ExamReport(), lambda draft: [])
    for number in fact_ids:
        bank.withdraw(session.get_one(Fact, number), reason)
    for part in _parts(again):
        session.execute(update(Passage).where(col(Passage.id).in_(part)).values(examined_by=""))


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH)]
