"""Conflicts between documents in the store: held back from exams and teaching until one side holds.

Runs at the end of an examination over all facts that hold; it says again each time what is in conflict, so that a
changed document or setting settles or opens one. See `change/conflicts.py` for what contradicts what.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from .bank import CONFLICT, Bank
from .change.conflicts import (
    BY_PAGE,
    DESCRIPTIONS,
    Claim,
    Conflict,
    ConflictPolicy,
    find_conflicts,
    is_template,
    settle,
)
from .change.editions import Edition, read_edition
from .change.planning import HOLDING

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.engine import Store
    from .exam_report import ExamReport

MOST_OTHERS = 5  # named in a fact's reason


def settle_conflicts(
    store: Store, client_id: int, policy: ConflictPolicy, bank: Callable[[Session], Bank], report: ExamReport
) -> None:
    """Hold the facts that contradict each other, let those hold that nothing contradicts or that the policy chose.

    One transaction for each conflict, and only where something is to be changed.
    """
    if not report.passages and not _any_held(store, client_id):
        return
    claims = _claims(store, client_id)
    held: set[int] = set()
    look = _Documents(store)
    for conflict in find_conflicts(claims):
        held.update(claim.id for claim in conflict.claims)
        wanted = _ruled(conflict, policy, look)
        with store.session() as session:
            _apply(bank(session), wanted)
    free = [fact_id for fact_id in _held(store, client_id) if fact_id not in held]
    for fact_id in free:
        with store.session() as session:
            _apply(bank(session), {fact_id: ("active", "")})
    still = set(_held(store, client_id))
    report.conflicts[:] = [fact_id for fact_id in report.conflicts if fact_id in still]


class _Documents:
    """Titles, texts and editions of the documents in conflict, read once each."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.read = lru_cache(maxsize=64)(self._read)
        self.edition = lru_cache(maxsize=4_096)(self._edition)

    def _read(self, document_id: int) -> tuple[str, str]:
        from ..store.tables import Document

        with self.store.session(write=False) as session:
            document = session.get_one(Document, document_id)
            return document.title, document.text

    def _edition(self, document_id: int) -> Edition:
        title, text = self.read(document_id)
        return read_edition(text, title)

    def one_template(self, conflict: Conflict) -> bool:
        """Whether any two sides stand on pages of one template about different things."""
        firsts = [side[0].document_id for side in conflict.sides]
        return any(
            a != b and is_template(self.read(a), self.read(b))
            for a, b in zip(firsts, firsts[1:], strict=False)
        )


def _ruled(conflict: Conflict, policy: ConflictPolicy, look: _Documents) -> dict[int, tuple[str, str]]:
    """Fact id → (state, reason) for every fact of a conflict."""
    kind = BY_PAGE if look.one_template(conflict) else conflict.kind
    place, why = (None, "") if kind == BY_PAGE else settle(conflict, policy, look.edition)
    wanted: dict[int, tuple[str, str]] = {}
    for number, side in enumerate(conflict.sides):
        for claim in side:
            if place == number:
                wanted[claim.id] = ("active", "")
            elif place is not None:
                winner = conflict.sides[place][0]
                wanted[claim.id] = (
                    CONFLICT,
                    f"settled: “{winner.answer}” (fact {winner.id}) holds, for {why}",
                )
            else:
                wanted[claim.id] = (
                    CONFLICT,
                    _but(kind, claim, [c for s in conflict.sides if s is not side for c in s]),
                )
    return wanted


def _but(kind: str, claim: Claim, others: list[Claim]) -> str:
    said = "; ".join(
        f"fact {other.id} says “{other.answer}” in “{' '.join(other.citation.split())[:120]}” ({other.path})"
        for other in others[:MOST_OTHERS]
    )
    more = f"; and {len(others) - MOST_OTHERS} more" if len(others) > MOST_OTHERS else ""
    lead = {BY_PAGE: "differs from page to page", DESCRIPTIONS: "also described"}.get(kind)
    return f"{lead}: {said}{more}" if lead else f"but {said}{more}"


def _apply(bank: Bank, wanted: dict[int, tuple[str, str]]) -> None:
    from ..store.tables import Fact

    for fact_id, (state, reason) in wanted.items():
        fact = bank.session.get(Fact, fact_id)
        if fact is None or (fact.state, fact.reason) == (state, reason) or fact.state not in HOLDING:
            continue
        if state == CONFLICT:
            bank.hold(fact, reason)
        else:
            bank.release(fact)


def _any_held(store: Store, client_id: int) -> bool:
    return bool(_held(store, client_id))


def _held(store: Store, client_id: int) -> list[int]:
    from sqlmodel import col, select

    from ..store.tables import Fact

    with store.session(write=False) as session:
        query = select(Fact.id).where(Fact.client_id == client_id, Fact.state == CONFLICT)
        return [number for number in session.exec(query.order_by(col(Fact.id))) if number is not None]


def _claims(store: Store, client_id: int) -> list[Claim]:
    from sqlmodel import col, select

    from ..store.tables import Document, Fact

    with store.session(write=False) as session:
        query = (
            select(Fact, Document.path)
            .join(Document, col(Document.id) == col(Fact.document_id))
            .where(Fact.client_id == client_id, col(Fact.state).in_(HOLDING))
            .order_by(col(Fact.id))
        )
        return [
            Claim(
                fact.id or 0,
                fact.key,
                fact.kind,
                fact.subject,
                fact.relation,
                fact.answer,
                fact.citation,
                fact.document_id,
                path,
            )
            for fact, path in session.exec(query)
        ]
