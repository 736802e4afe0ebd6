"""The bill of materials: what a model version is made of, down to documents and their licences.

A version learnt from the rows that it was taught, and from all that its base learnt from: a version that is
retrained from a created model has that model's documents in its bill too.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ..corpus.licences import duties

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.engine import Store
    from ..store.tables import Document

TOKENIZER = "tokenizer_documents"
"""In a run's configuration: ids of the documents that its tokenizer was made from."""


def bill_of_materials(store: Store, training_run_id: int) -> dict[str, Any]:
    """Documents behind a run's rows and behind its base, rows by role, and documents by licence.

    Each document: id, path, version, sha256, rights (the client's words), licence, clearance, evidence (what
    the clearance rests on) and rows (0: only the tokenizer has seen it); `base` names the model that learnt
    from it where that was not this run. A document is named when a fact or a passage of it is taught, so
    that withdrawing it names the versions that it went into.
    """
    from sqlmodel import col, select

    from ..store.tables import Document, Fact, Passage, TrainingRow, TrainingRun

    with store.session(write=False) as session:
        run = session.get_one(TrainingRun, training_run_id)
        rows = session.exec(
            select(TrainingRow.role, Fact.document_id, Passage.document_id)
            .join(Fact, col(Fact.id) == col(TrainingRow.fact_id), isouter=True)
            .join(Passage, col(Passage.id) == col(TrainingRow.passage_id), isouter=True)
            .where(TrainingRow.training_run_id == training_run_id)
        ).all()
        counts: Counter[int] = Counter(by_fact or by_passage or 0 for _, by_fact, by_passage in rows)
        counts.update(dict.fromkeys(run.config.get(TOKENIZER, []), 0))
        documents = session.exec(
            select(Document)
            .where(col(Document.id).in_(list(counts)))
            .order_by(col(Document.path), col(Document.version))
        ).all()
        entries = [_entry(each, counts[each.id or 0]) for each in documents]
        entries += _of_base(session, run.client_id, run.base, {entry["id"] for entry in entries})
    return {
        "training_run": training_run_id,
        "rows": dict(Counter(role for role, _, _ in rows)),
        "documents": entries,
        "licences": dict(Counter(entry["licence"] for entry in entries)),
    }


def obligations(bill: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The documents of a bill whose licence asks for `attribution` or `share-alike` when the model is passed on."""
    owed: dict[str, list[dict[str, Any]]] = {"attribution": [], "share-alike": []}
    for entry in bill.get("documents", []):
        for duty in duties(entry.get("licence", "")):
            owed[duty].append(entry)
    return owed


def _entry(document: Document, rows: int) -> dict[str, Any]:
    return {
        "id": document.id,
        "path": document.path,
        "version": document.version,
        "sha256": document.sha256,
        "rights": document.rights,
        "licence": document.licence,
        "clearance": document.clearance,
        "evidence": document.rights_evidence,
        "rows": rows,
    }


def _of_base(session: Session, client_id: int, base: str, known: set[Any]) -> list[dict[str, Any]]:
    """The documents that the base learnt from, but those that are `known`: from the bills of the versions there."""
    from sqlmodel import col, select

    from ..store.tables import ModelVersion

    versions = session.exec(
        select(ModelVersion)
        .where(ModelVersion.client_id == client_id, ModelVersion.path == base)
        .order_by(col(ModelVersion.id))
    )
    found: dict[Any, dict[str, Any]] = {}
    for version in versions:
        for entry in version.bill_of_materials.get("documents", []):
            if entry["id"] not in known:
                found.setdefault(entry["id"], {**entry, "base": entry.get("base", version.name)})
    return list(found.values())
