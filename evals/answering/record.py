"""Ask a model a campaign's questions and write down what it says, safe against being killed.

Batches are planned over the whole list of one purpose and one round, whatever is answered already, so a
resumed run puts every question into the same batch as the killed one would have. A batch that lacks even
one answer is generated whole and only what lacks is written: the answers come out the same bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlmodel import col, select

from ...store.engine import Store
from ...store.errors import CampaignCancelled, NotFound
from ...store.tables import Answer, Campaign, CampaignQuestion, ModelVersion, Question
from .base import Answerer, Reply

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Asked:
    question_id: int
    wording: str
    group: tuple[
        int, int
    ]  # (place of the purpose, round): a later round never changes an earlier one's batches


def answer_questions(
    store: Store,
    campaign_id: int,
    model_version_id: int,
    purposes: Sequence[str],
    answerer: Answerer,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Answer all questions that `campaign_id` drew for `purposes`; returns how many answers were written.

    `progress(answered, total)` is called after each batch. Between batches `cancelled()` is asked, and
    CampaignCancelled raised when it says yes. Raises NotFound for an unknown campaign or model version,
    ModelError when the model can't answer; what was written before stays.
    """
    asked = _questions(store, campaign_id, model_version_id, purposes)
    wanted = {item.question_id for item in asked}
    done = _answered(store, campaign_id, model_version_id) & wanted
    written = 0
    for _, members in groupby(asked, key=lambda item: item.group):
        group = list(members)
        if all(item.question_id in done for item in group):
            continue  # planning may tokenise every question
        for indices in answerer.plan([item.wording for item in group]):
            batch = [group[index] for index in indices]
            if all(item.question_id in done for item in batch):
                continue
            if cancelled is not None and cancelled():
                raise CampaignCancelled(f"campaign {campaign_id} was cancelled after {len(done)} answers")
            replies = answerer.answer([item.wording for item in batch])
            for item, reply in zip(batch, replies, strict=True):
                row = _row(item.question_id, reply, answerer.name, campaign_id, model_version_id)
                written += _write(store, row)
                done.add(item.question_id)
            if progress is not None:
                progress(len(done), len(wanted))
    return written


def _questions(
    store: Store, campaign_id: int, model_version_id: int, purposes: Sequence[str]
) -> list[_Asked]:
    with store.session(write=False) as session:
        if session.get(Campaign, campaign_id) is None:
            raise NotFound(f"no campaign {campaign_id}: `nightschool campaign list` shows them")
        if session.get(ModelVersion, model_version_id) is None:
            raise NotFound(f"no model version {model_version_id}: `nightschool models list` shows them")
        rows = session.exec(
            select(CampaignQuestion, Question.wording)
            .join(Question, col(Question.id) == col(CampaignQuestion.question_id))
            .where(CampaignQuestion.campaign_id == campaign_id, col(CampaignQuestion.purpose).in_(purposes))
        ).all()
    place = {purpose: index for index, purpose in reversed(list(enumerate(purposes)))}
    ordered = sorted(rows, key=lambda r: (place[r[0].purpose], r[0].round, r[0].position, r[0].question_id))
    return [_Asked(row.question_id, wording, (place[row.purpose], row.round)) for row, wording in ordered]


def _answered(store: Store, campaign_id: int, model_version_id: int) -> set[int]:
    with store.session(write=False) as session:
        return set(
            session.exec(
                select(Answer.question_id).where(
                    Answer.campaign_id == campaign_id, Answer.model_version_id == model_version_id
                )
            )
        )


def _row(question_id: int, reply: Reply, backend: str, campaign_id: int, model_version_id: int) -> Answer:
    return Answer(
        campaign_id=campaign_id,
        question_id=question_id,
        model_version_id=model_version_id,
        text=reply.text,
        prompt_tokens=reply.prompt_tokens,
        completion_tokens=reply.completion_tokens,
        latency_ms=reply.latency_ms,
        backend=backend,
    )


def _write(store: Store, row: Answer) -> int:
    """Write one answer unless it is there: 1 or 0. A session locks writers out from its first line."""
    with store.session() as session:
        there = session.exec(
            select(Answer.id).where(
                Answer.campaign_id == row.campaign_id,
                Answer.question_id == row.question_id,
                Answer.model_version_id == row.model_version_id,
            )
        ).first()
        if there is not None:
            return 0
        session.add(row)
    return 1
