"""The bill of materials: what a model version is made of."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..store.engine import Store


def bill_of_materials(store: Store, training_run_id: int) -> dict[str, Any]:
    """Documents (id, path, version, sha256, rights) behind a run's rows, and rows by role.

    A document is named when a fact or a passage of it is taught, so that withdrawing its rights names the
    versions it went into.
    """
    from sqlmodel import col, select

    from ..store.tables import Document, Fact, Passage, TrainingRow

    with store.session(write=False) as session:
        rows = session.exec(
            select(TrainingRow.role, Fact.document_id, Passage.document_id)
            .join(Fact, col(Fact.id) == col(TrainingRow.fact_id), isouter=True)
            .join(Passage, col(Passage.id) == col(TrainingRow.passage_id), isouter=True)
            .where(TrainingRow.training_run_id == training_run_id)
        ).all()
        ids = {each for _, by_fact, by_passage in rows for each in (by_fact, by_passage) if each is not None}
        documents = session.exec(
            select(Document)
            .where(col(Document.id).in_(ids))
            .order_by(col(Document.path), col(Document.version))
        ).all()
    return {
        "training_run": training_run_id,
        "rows": dict(Counter(role for role, _, _ in rows)),
        "documents": [
            {
                "id": each.id,
                "path": each.path,
                "version": each.version,
                "sha256": each.sha256,
                "rights": each.rights,
            }
            for each in documents
        ],
    }
