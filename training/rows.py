"""The one function that makes training rows.

Custody: only questions of the pool `practice`, only active facts that are not control; no row whose text is a
near duplicate of an exam or sealed wording, and none that gives a control fact away. What is dropped is
counted with its reason. The database's triggers check pool and control facts once more.
"""

from __future__ import annotations

import hashlib
import statistics
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .curriculum import Curriculum, Item
from .guard import Guard, read_guard
from .run import Row
from .settings import TeachingSettings
from .source_text import Piece, source_pieces

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.engine import Store

MOST_REPEATS = 4.0  # a fact with one wording is not seen more than this times as often in that wording
MOST_PASSAGE_REPEATS = 2.0
DEFAULT_PASSAGE_SHARE = 0.2  # of the characters


@dataclass(frozen=True)
class RowSet:
    """The rows of a training run and what was left out: reason → rows."""

    rows: list[Row]
    dropped: Counter[str] = field(default_factory=Counter)
    facts: int = 0

    @property
    def wordings(self) -> float:
        """Question rows a fact, on average."""
        questions = sum(1 for row in self.rows if row.question)
        return questions / self.facts if self.facts else 1.0

    def counts(self) -> dict[str, int]:
        """Rows in each role."""
        return dict(Counter(row.role for row in self.rows))


@dataclass(frozen=True)
class _Source:
    """Where a row came from."""

    row: Row
    question_id: int | None = None
    passage_id: int | None = None
    fact_id: int | None = None


def build_rows(
    store: Store, client_id: int, plan: Curriculum, settings: TeachingSettings, *, training_run_id: int
) -> RowSet:
    """Make the rows of a training run and write where each came from, in one transaction.

    Run again for the same training run it replaces what it wrote.
    """
    with store.session(write=False) as session:
        guard = read_guard(session, client_id)
        drawn = _question_rows(session, plan, guard)
        passages = source_pieces(session, client_id, guard, {item.fact_id for item in plan.items})
    sources, dropped = drawn
    dropped.update(passages.dropped)
    weight = _passage_weight(sources, passages.pieces, settings.passage_share)
    if weight > 0:
        sources += [
            _Source(Row("passage", text=piece.text, weight=weight), passage_id=piece.passage_id)
            for piece in passages.pieces
        ]
    _write(store, training_run_id, sources)
    facts = len({source.fact_id for source in sources if source.fact_id is not None})
    return RowSet([source.row for source in sources], dropped, facts)


def _question_rows(session: Session, plan: Curriculum, guard: Guard) -> tuple[list[_Source], Counter[str]]:
    from sqlmodel import col, select

    from ..store.tables import Fact, Question

    items: dict[int, Item] = {item.fact_id: item for item in plan.items}
    rows = session.exec(
        select(Question, Fact)
        .join(Fact, col(Fact.id) == col(Question.fact_id))
        .where(Question.pool == "practice", Question.state == "active")
        .where(Fact.state == "active", col(Fact.control).is_(False))
        .where(col(Fact.id).in_(select(Fact.id).where(Fact.client_id == guard.client_id)))
        .order_by(col(Question.fact_id), col(Question.id))
    ).all()
    kept: dict[int, list[tuple[int, str, str]]] = {}
    dropped: Counter[str] = Counter()
    for question, fact in rows:
        if fact.id not in items or question.id is None:
            continue
        answer = (question.references[0] if question.references else fact.answer).strip()
        reason = _refusal(guard, question.wording, answer)
        if reason:
            dropped[reason] += 1
        else:
            kept.setdefault(fact.id, []).append((question.id, question.wording, answer))
    dropped["fact has no practice wording left"] += len(items) - len(kept)
    quota = statistics.median(len(wordings) for wordings in kept.values()) if kept else 1
    sources = []
    for fact_id, wordings in kept.items():
        item = items[fact_id]
        weight = item.weight * min(MOST_REPEATS, quota / len(wordings))
        sources += [
            _Source(
                Row(item.role, wording, answer, weight=round(weight, 4)),
                question_id=question_id,
                fact_id=fact_id,
            )
            for question_id, wording, answer in wordings
        ]
    return sources, +dropped


def _refusal(guard: Guard, wording: str, answer: str) -> str:
    if not answer:
        return "no reference answer"
    if guard.near_exam(wording):
        return "near duplicate of an exam or sealed wording"
    if guard.gives_away(f"{wording} {answer}"):
        return "gives a control fact away"
    return ""


def _passage_weight(sources: list[_Source], pieces: list[Piece], share: float | None) -> float:
    """The weight of passage rows that gives them `share` of the characters."""
    if not pieces:
        return 0.0
    if not sources:
        return 1.0
    share = DEFAULT_PASSAGE_SHARE if share is None else share
    questions = sum((len(each.row.question) + len(each.row.answer)) * each.row.weight for each in sources)
    text = sum(len(piece.text) for piece in pieces)
    return round(min(MOST_PASSAGE_REPEATS, share / (1 - share) * questions / text), 4)


def _write(store: Store, training_run_id: int, sources: list[_Source]) -> None:
    from sqlmodel import col, delete

    from ..store.tables import TrainingRow

    with store.session() as session:
        session.exec(delete(TrainingRow).where(col(TrainingRow.training_run_id) == training_run_id))
        session.add_all(
            TrainingRow(
                training_run_id=training_run_id,
                question_id=source.question_id,
                passage_id=source.passage_id,
                fact_id=source.fact_id,
                role=source.row.role,
                weight=source.row.weight,
                text_sha256=_sha256(source.row),
            )
            for source in sources
        )


def _sha256(row: Row) -> str:
    text = row.text or f"{row.question}\n{row.answer}"
    return hashlib.sha256(text.encode()).hexdigest()
