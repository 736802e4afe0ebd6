"""What a document has gone into: its facts, their questions, training rows and model versions.

A document here is all editions of one file: who takes back the right to use it takes it back for the editions
that models have learnt from before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..store.errors import NotFound
from .registry import CHAMPION

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.engine import Store
    from ..store.tables import Document, ModelVersion

_BATCH = 500  # ids in one query


@dataclass(frozen=True)
class Touched:
    """What a withdrawal touches, as ids and names; `champion` is the served version's name if it is among them."""

    document_id: int
    path: str
    editions: list[dict[str, Any]]  # id, version, state, sha256
    facts: list[int]
    questions: list[int]
    training_rows: int
    versions: list[dict[str, Any]]  # id, name, state, rows
    champion: str = ""
    training_now: list[int] = field(default_factory=list)  # runs that have rows of it and have not ended

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return dict(vars(self))


def touched(store: Store, document_id: int) -> Touched:
    """What withdrawing this document would touch. Raises NotFound."""
    with store.session(write=False) as session:
        return find_touched(session, document_id)


def find_touched(session: Session, document_id: int) -> Touched:
    """What withdrawing this document would touch, in an open session. Raises NotFound."""
    from sqlmodel import col, select

    from ..store.tables import Document, Fact, ModelVersion, Question, TrainingRun

    document = session.get(Document, document_id)
    if document is None:
        raise NotFound(f"there is no document {document_id}: nightschool documents list shows them")
    editions = _editions(session, document)
    ids = {each.id or 0 for each in editions}
    contents = {each.sha256 for each in editions if each.sha256}
    facts = session.exec(
        select(Fact.id)
        .where(col(Fact.document_id).in_(ids), col(Fact.state).in_(("active", "conflict")))
        .order_by(col(Fact.id))
    ).all()
    questions = [
        number
        for part in _parts([fact for fact in facts if fact])
        for number in session.exec(
            select(Question.id)
            .where(
                col(Question.fact_id).in_(part),
                (Question.state == "active") | (Question.reason == "conflict"),
            )
            .order_by(col(Question.id))
        )
    ]
    rows = _rows(session, ids)
    runs = {
        run.id: run for run in session.exec(select(TrainingRun).where(col(TrainingRun.id).in_(list(rows))))
    }
    by_version: dict[int, int] = {}
    for number, count in rows.items():
        made = runs[number].model_version_id
        if made is not None:
            by_version[made] = by_version.get(made, 0) + count
    versions = session.exec(
        select(ModelVersion)
        .where(ModelVersion.client_id == document.client_id)
        .order_by(col(ModelVersion.id))
    ).all()
    learnt = _learnt(versions, set(by_version), ids, contents)
    champion = _champion_id(session, document.client_id)
    return Touched(
        document_id=document_id,
        path=document.path,
        editions=[
            {
                "id": each.id,
                "version": each.version,
                "path": each.path,
                "state": each.state,
                "sha256": each.sha256,
            }
            for each in editions
        ],
        facts=[fact for fact in facts if fact is not None],
        questions=[number for number in questions if number is not None],
        training_rows=sum(rows.values()),
        versions=[
            {"id": each.id, "name": each.name, "state": each.state, "rows": by_version.get(each.id or 0, 0)}
            for each in learnt
        ],
        champion=next((each.name for each in learnt if each.id == champion), ""),
        training_now=sorted(number for number in rows if runs[number].model_version_id is None),
    )


def _editions(session: Session, document: Document) -> list[Document]:
    """All editions that are linked with this one by `previous_id`, and copies with the content of one of them."""
    from sqlmodel import col, select

    from ..store.tables import Document

    links = session.exec(
        select(Document.id, Document.previous_id).where(
            Document.client_id == document.client_id, col(Document.previous_id).is_not(None)
        )
    ).all()
    beside: dict[int, set[int]] = {}
    for number, previous in links:
        if number and previous:
            beside.setdefault(number, set()).add(previous)
            beside.setdefault(previous, set()).add(number)
    found, waiting = set[int](), [document.id or 0]
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += beside.get(number, ())
    query = (
        select(Document).where(col(Document.id).in_(found)).order_by(col(Document.version), col(Document.id))
    )
    return list(session.exec(query))


def _rows(session: Session, ids: set[int]) -> dict[int, int]:
    """Training run → how many of its rows are made of these documents."""
    from sqlmodel import col, func, select

    from ..store.tables import Fact, Passage, TrainingRow

    query = (
        select(TrainingRow.training_run_id, func.count())
        .join(Fact, col(Fact.id) == col(TrainingRow.fact_id), isouter=True)
        .join(Passage, col(Passage.id) == col(TrainingRow.passage_id), isouter=True)
        .where(col(Fact.document_id).in_(ids) | col(Passage.document_id).in_(ids))
        .group_by(col(TrainingRow.training_run_id))
    )
    return dict(session.exec(query).all())


def _learnt(
    versions: Sequence[ModelVersion], taught: set[int], ids: set[int], contents: set[str]
) -> list[ModelVersion]:
    """The versions that learnt from these documents: by their rows, by their bill, or by what their base learnt."""
    found = {each.id for each in versions if each.id in taught or named_in_bill(each, ids, contents)}
    while True:
        weights = {each.path for each in versions if each.id in found}
        more = {each.id for each in versions if each.base in weights or each.path in weights} - found
        if not more:
            return [each for each in versions if each.id in found]
        found |= more


def named_in_bill(version: ModelVersion, ids: Iterable[int], contents: Iterable[str]) -> list[dict[str, Any]]:
    """The entries of a version's bill that are one of these documents."""
    numbers, hashes = set(ids), set(contents)
    return [
        entry
        for entry in version.bill_of_materials.get("documents", [])
        if entry["id"] in numbers or entry["sha256"] in hashes
    ]


def _champion_id(session: Session, client_id: int) -> int | None:
    from sqlmodel import select

    from ..store.tables import Alias

    return session.exec(
        select(Alias.model_version_id).where(Alias.client_id == client_id, Alias.name == CHAMPION)
    ).first()


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))
