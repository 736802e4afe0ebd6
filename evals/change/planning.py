"""Pairs what the store knows from the edition before with what a new edition says, one document at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..facts.model import FactDraft
from .matching import CHANGED, KEPT, REWORDED_FACT, FactView, compare_facts
from .sentences import is_rewritten, shared_sentences

if TYPE_CHECKING:
    from sqlmodel import Session

    from ...store.tables import Document, Fact

HOLDING = ("active", "conflict")
LONGEST_CHAIN = 100  # editions looked back for facts
SAME_DOCUMENT = 0.30  # share of sentences from which a file under another name is the next edition


@dataclass(frozen=True)
class Plan:
    """For the drafts of one document: the stored fact that each one is, and what became of it."""

    counterparts: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    claimed: frozenset[int] = frozenset()

    def of(self, draft: FactDraft) -> tuple[int, str] | None:
        """(fact id, kept | reworded | changed) for a draft, or None where nothing stored is meant."""
        return self.counterparts.get((draft.key, draft.answer))


def make_plan(session: Session, document: Document, old: Sequence[Fact], drafts: Sequence[FactDraft]) -> Plan:
    """Pair the facts `old` of earlier editions with `drafts`, all that the new edition says.

    What another standing document says under the same key is left out: it is known, or contradicted, there.
    """
    known = _said_by_others(session, document, [draft.key for draft in drafts])
    distinct = {(draft.key, draft.answer): draft for draft in drafts if draft.key not in known}
    before = [view_of(fact) for fact in old]
    after = [view_of_draft(draft, place) for place, draft in enumerate(distinct.values())]
    rewritten = _rewritten(session, document, old)
    identities = list(distinct)
    counterparts: dict[tuple[str, str], tuple[int, str]] = {}
    for change in compare_facts(before, after, rewritten=rewritten):
        if change.kind in (KEPT, REWORDED_FACT, CHANGED) and change.old and change.new:
            counterparts[identities[change.new.ref]] = (change.old.ref, change.kind)
    return Plan(counterparts, frozenset(fact_id for fact_id, _ in counterparts.values()))


def view_of(fact: Fact) -> FactView:
    """A stored fact as the comparison sees it."""
    return FactView(
        fact.id or 0, fact.key, fact.kind, fact.subject, fact.relation, fact.answer, fact.citation
    )


def view_of_draft(draft: FactDraft, ref: int) -> FactView:
    """A found fact as the comparison sees it."""
    return FactView(ref, draft.key, draft.kind, draft.subject, draft.relation, draft.answer, draft.citation)


def left_behind(session: Session, document: Document) -> list[Fact]:
    """The facts that still hold and stand in an earlier edition of `document`, oldest first."""
    from sqlmodel import col, select

    from ...store.tables import Fact

    editions = _chain(session, document)
    if not editions:
        return []
    query = select(Fact).where(col(Fact.document_id).in_(editions), col(Fact.state).in_(HOLDING))
    return list(session.exec(query.order_by(col(Fact.id))))


def _chain(session: Session, document: Document) -> list[int]:
    from ...store.tables import Document

    found: list[int] = []
    at = document.previous_id
    while at is not None and at not in found and len(found) < LONGEST_CHAIN:
        found.append(at)
        before = session.get(Document, at)
        at = before.previous_id if before else None
    return found


def renamed_from(session: Session, document: Document) -> int | None:
    """The removed document that lives on as `document` under another name: the one that shares most sentences.

    None for a document that has an earlier edition of its own.
    """
    if document.previous_id is not None:
        return None
    from sqlmodel import col, select

    from ...store.tables import Document, Fact

    query = (
        select(Document)
        .where(
            Document.client_id == document.client_id,
            Document.state == "removed",
            col(Document.id).in_(
                select(Fact.document_id).where(
                    Fact.client_id == document.client_id, col(Fact.state).in_(HOLDING)
                )
            ),
        )
        .order_by(col(Document.id))
    )
    best, most = None, SAME_DOCUMENT
    for other in session.exec(query):
        share = shared_sentences(other.text, document.text)
        if share > most:
            best, most = other.id, share
    return best


def _said_by_others(session: Session, document: Document, keys: Sequence[str]) -> set[str]:
    from sqlmodel import col, select

    from ...store.tables import Document, Fact

    found: set[str] = set()
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), 500):
        query = (
            select(Fact.key)
            .join(Document, col(Document.id) == col(Fact.document_id))
            .where(
                Fact.client_id == document.client_id,
                col(Fact.key).in_(wanted[start : start + 500]),
                col(Fact.state).in_(HOLDING),
                Document.state == "accepted",
                Document.id != document.id,
            )
        )
        found.update(session.exec(query))
    return found


def _rewritten(session: Session, document: Document, old: Sequence[Fact]) -> bool:
    """Whether most sentences have other words than in the edition that the facts stand in."""
    if not old:
        return False
    from ...store.tables import Document

    before = session.get(Document, max(fact.document_id for fact in old))
    if before is None:
        return False
    return is_rewritten(passages_of(session, before), passages_of(session, document))


def passages_of(session: Session, document: Document) -> list[str]:
    """The texts of a document's accepted passages, in reading order."""
    from sqlmodel import col, select

    from ...store.tables import Passage

    query = select(Passage.start, Passage.end).where(
        Passage.document_id == document.id, Passage.state == "accepted"
    )
    return [document.text[start:end] for start, end in session.exec(query.order_by(col(Passage.ordinal)))]
