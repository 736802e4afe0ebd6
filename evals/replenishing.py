"""Further sealed wordings for facts whose sealed stock a gate has used up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .bank import USERS_OWN, Bank, draft_of
from .engine import Engine
from .exam_report import ExamReport
from .facts.model import normalise
from .pools import near_duplicate

if TYPE_CHECKING:
    from ..store.engine import Store
    from ..store.tables import Fact
    from .settings import ExamSettings


def replenish(
    store: Store, client_id: int, engine: Engine, settings: ExamSettings, *, seed: int
) -> ExamReport:
    """Write further sealed wordings for facts that have fewer than the settings ask for.

    Only wordings that no pool holds yet, of families that the fact's practice does not use, and not close to
    any of its practice wordings. `short_of_sealed` says which facts could not get as many.
    """
    report = ExamReport()
    for fact_id in _short_of_sealed(store, client_id, settings.sealed):
        with store.session() as session:
            from ..store.tables import Fact

            fact = session.get(Fact, fact_id)
            if fact is not None:
                bank = Bank(
                    session,
                    client_id,
                    f"{engine.name} {engine.version}",
                    settings,
                    seed,
                    report,
                    engine.wordings,
                )
                _replenish(bank, fact)
    return report


def _short_of_sealed(store: Store, client_id: int, wanted: int) -> list[int]:
    from sqlmodel import col, func, select

    from ..store.tables import Fact, Question

    with store.session(write=False) as session:
        stock = dict(
            session.exec(
                select(Question.fact_id, func.count(col(Question.id)))
                .where(Question.client_id == client_id, Question.pool == "sealed", Question.state == "active")
                .group_by(col(Question.fact_id))
            ).all()
        )
        facts = session.exec(
            select(Fact.id)
            .where(Fact.client_id == client_id, Fact.state == "active", Fact.kind != USERS_OWN)
            .order_by(col(Fact.id))
        )
        return [number for number in facts if number is not None and stock.get(number, 0) < wanted]


def _replenish(bank: Bank, fact: Fact) -> None:
    assert fact.id is not None
    rows = []
    questions = bank.questions(fact.id)
    stored = {normalise(question.wording) for question in questions}
    practice = [question for question in questions if question.pool == "practice"]
    taught = {question.template.split(".")[0] for question in practice}
    missing = bank.settings.sealed - sum(
        question.pool == "sealed" and question.state == "active" for question in questions
    )
    for wording in bank.wordings_of(draft_of(fact)):
        if missing <= 0:
            break
        bank.report.offered += 1
        if normalise(wording.text) in stored:
            bank.report.unused["stored"] += 1
        elif wording.family in taught or near_duplicate(
            wording.text, [q.wording for q in practice], bank.settings.near_duplicate
        ):
            bank.report.unused["near_duplicate"] += 1
        else:
            rows.append(bank.question(fact, wording, "sealed"))
            missing -= 1
    bank.write(rows)
    bank.report.questions_written += len(rows)
    if missing > 0:
        bank.report.short_of_sealed[fact.id] = missing
