"""Custody of what users asked: each question in exam or sealed, and nothing near it in practice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..facts.model import has_hangul
from ..pools import NearDuplicates, chance

if TYPE_CHECKING:
    from sqlmodel import Session

    from ...store.engine import Store
    from ...store.tables import Question

GENERATOR = "client"
SEALED_SHARE = 0.5
_BATCH = 500


def pool_of(key: str, seed: int) -> str:
    """exam or sealed, half and half by hash: the same question always falls the same way."""
    return "sealed" if chance("asked", seed, key) < SEALED_SHARE else "exam"


def near_practice(
    store: Store, client_id: int, texts: Iterable[str], threshold: float
) -> dict[str, list[tuple[int, bool]]]:
    """For each text the practice questions that nearly ask it: (id, whether a training run has had it).

    Retired and superseded ones count too: what was taught once stays taught. The texts are held, not the bank.
    """
    from sqlmodel import col, select

    from ...store.tables import Question, TrainingRow

    index = NearDuplicates(texts, threshold)
    found: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    with store.session(write=False) as session:
        trained = set(session.exec(select(TrainingRow.question_id).distinct()).all())
        query = select(Question.id, Question.wording).where(
            Question.client_id == client_id, Question.pool == "practice"
        )
        for number, wording in session.exec(
            query.order_by(col(Question.id)).execution_options(yield_per=2_000)
        ):
            if number is None:
                continue
            for text in index.find_all(wording):
                found[text].append((number, number in trained))
    return found


def retire(session: Session, question_ids: Iterable[int], text: str) -> int:
    """Take practice wordings out of teaching; how many there were."""
    from sqlmodel import col, select

    from ...store.tables import Question

    ids = sorted(set(question_ids))
    retired = 0
    for start in range(0, len(ids), _BATCH):
        query = select(Question).where(
            col(Question.id).in_(ids[start : start + _BATCH]),
            Question.pool == "practice",
            # one that is superseded may come back when a conflict is settled
            Question.state != "retired",
        )
        for question in session.exec(query):
            question.state, question.reason = "retired", f"users ask nearly the same: “{text[:120]}”"
            session.add(question)
            retired += 1
    return retired


def free_wording(session: Session, fact_id: int, text: str) -> tuple[str, Question | None]:
    """A wording that the fact doesn't have yet, or the examining question that asks it in these very words.

    That question may have been taken back: then it is the users' own, and may be asked again.

    A practice question keeps its wording even when it is retired, and a fact has each wording once: then the first
    letter's case or the question mark, which people leave out, tells the two apart.
    """
    from sqlmodel import select

    from ...store.tables import Question

    known = {
        question.wording: question
        for question in session.exec(select(Question).where(Question.fact_id == fact_id))
    }
    same = known.get(text)
    if same is None or same.pool != "practice" and (same.state == "active" or same.generator == GENERATOR):
        return text, same
    bare = text.rstrip("?？ ")
    swapped = text if has_hangul(text) else text[:1].swapcase() + text[1:]
    tries = [swapped, bare, f"{bare}?", f"{bare} ?", f"{bare}??"]
    return next((one for one in tries if one and one not in known), f"{text} ({len(known)})"), None
