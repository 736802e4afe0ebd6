"""Withdrawing a document, so that nothing learns from it any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..store.errors import CorpusError
from ..store.events import record
from .touched import Touched, find_touched, named_in_bill, touched

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.engine import Store
    from ..store.tables import Document, ModelVersion

WITHDRAWN = "withdrawn"


def withdraw(store: Store, document_id: int, *, reason: str = "", author: str = "a person") -> Touched:
    """Withdraw a document in one transaction, and return what that touched.

    Its facts are withdrawn and their questions superseded; its content is refused by each later ingest, and
    its path waits for a rule; every version that learnt from it is due for retraining. Raises NotFound, and
    CorpusError where it was withdrawn before.
    """
    from ..evals.withdrawing import stated_elsewhere, withdraw_facts
    from ..store.tables import ModelVersion, Withdrawal

    # a long look, so not in the transaction that writes
    again = stated_elsewhere(store, touched(store, document_id).facts)
    with store.session() as session:
        found = find_touched(session, document_id)
        editions = _not_yet_withdrawn(session, found)
        if not editions:
            raise CorpusError(
                f"document {document_id} ({found.path}) was withdrawn before: there is nothing to do"
            )
        client_id, now = editions[0].client_id, store.clock()
        for each in editions:
            session.add(
                Withdrawal(
                    client_id=client_id,
                    document_id=each.id or 0,
                    path=each.path,
                    sha256=each.sha256,
                    reason=reason,
                    author=author,
                    created_at=now,
                )
            )
            if each.state != "superseded":
                each.state, each.reason = WITHDRAWN, _told(reason, author)
        withdraw_facts(session, client_id, found.facts, f"{found.path} was {_told(reason, author)}", again)
        for each in found.versions:
            version = session.get_one(ModelVersion, each["id"])
            version.due_reason = due_reason([found.path])
        record(
            session,
            "document.withdrawn",
            client_id=client_id,
            who=author,
            document=document_id,
            path=found.path,
            reason=reason,
            facts=len(found.facts),
            questions=len(found.questions),
            versions=[each["name"] for each in found.versions],
        )
    return found


def due_reason(paths: Sequence[str]) -> str:
    """Why a version is due for retraining."""
    named = ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    return f"it learnt from {named}, which was withdrawn"


def mark_if_due(store: Store, version_id: int) -> None:
    """Mark a version that has just been made of a document that was withdrawn while it was trained."""
    from sqlmodel import select

    from ..store.tables import ModelVersion, Withdrawal

    with store.session() as session:
        version = session.get_one(ModelVersion, version_id)
        gone = session.exec(
            select(Withdrawal.document_id, Withdrawal.sha256).where(Withdrawal.client_id == version.client_id)
        ).all()
        ids, contents = {number for number, _ in gone}, {sha256 for _, sha256 in gone if sha256}
        paths = [entry["path"] for entry in named_in_bill(version, ids, contents)]
        if paths:
            version.due_reason = due_reason(paths)


def incurable(store: Store, version: ModelVersion) -> str:
    """Why training can't take a withdrawn document out of a version: its base learnt from it. "" where it can."""
    from sqlmodel import col, select

    from ..store.tables import ModelVersion

    with store.session(write=False) as session:
        base = session.exec(
            select(ModelVersion).where(
                ModelVersion.client_id == version.client_id,
                # a created model is trained on from its own weights, a retrained one from its base's
                ModelVersion.path == (version.base if version.method.startswith("sft-") else version.path),
                col(ModelVersion.due_reason) != "",
            )
        ).first()
    if base is None:
        return ""
    whose = (
        "it was made from nothing on it"
        if base.id == version.id
        else f"its base {base.name} learnt from it too"
    )
    return (
        f"{version.name} is due for retraining ({version.due_reason}), but {whose}: "
        "make a new base with nightschool models create NAME, then nightschool models promote NAME"
    )


def _not_yet_withdrawn(session: Session, found: Touched) -> list[Document]:
    from sqlmodel import col, select

    from ..store.tables import Document, Withdrawal

    ids = [each["id"] for each in found.editions]
    gone = set(session.exec(select(Withdrawal.document_id).where(col(Withdrawal.document_id).in_(ids))))
    return [session.get_one(Document, number) for number in ids if number not in gone]


def _told(reason: str, author: str) -> str:
    return f"withdrawn by {author}" + (f": {reason}" if reason else "")
