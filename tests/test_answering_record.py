"""Writing a campaign's answers: resumable, the same bit for bit, none twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from nightschool.evals.answering import AnsweringSettings, Reply, TableAnswerer
from nightschool.evals.answering.record import answer_questions
from nightschool.evals.answering.transformers_backend import TransformersAnswerer
from nightschool.store.engine import Store, open_store
from nightschool.store.errors import CampaignCancelled, ModelError, NotFound
from nightschool.store.tables import (
    Answer,
    Campaign,
    CampaignQuestion,
    Client,
    Document,
    Fact,
    ModelVersion,
    Passage,
    Question,
)
from sqlmodel import select

from .support.tiny_models import make_model

WORDINGS = [f"{'How much ' * (i % 4)}is plan number {i}?" for i in range(17)]


def seeded(path: Path, drawn: Sequence[tuple[int, str, int]]) -> Store:
    """A store with 17 questions (ids from 1), campaign 1, versions 1 and 2."""
    store = open_store(path)
    with store.session() as session:
        session.add(Client(id=1, name="acme"))
        session.flush()
        session.add(Document(id=1, client_id=1, path="a.md", sha256="0"))
        session.add_all([ModelVersion(id=i, client_id=1, name=f"v{i}", path="m") for i in (1, 2)])
        session.flush()
        session.add(Passage(id=1, document_id=1, ordinal=0, area="a", start=0, end=1))
        session.add(Campaign(id=1, client_id=1, model_version_id=1))
        session.flush()
        for i, wording in enumerate(WORDINGS, start=1):
            names = {"key": str(i), "kind": "number", "subject": "plan", "relation": "price", "answer": "19"}
            spans = {"claim": "c", "citation": "c", "start": 0, "end": 1}
            session.add(Fact(id=i, client_id=1, passage_id=1, document_id=1, area="a", **names, **spans))
            session.flush()
            session.add(
                Question(
                    id=i,
                    client_id=1,
                    fact_id=i,
                    pool="exam",
                    kind="short",
                    wording=wording,
                    references=["19"],
                )
            )
        session.flush()
    draw(store, drawn)
    return store


def draw(store: Store, drawn: Sequence[tuple[int, str, int]]) -> None:
    with store.session() as session:
        for position, (question, purpose, number) in enumerate(drawn):
            session.add(
                CampaignQuestion(
                    campaign_id=1, question_id=question, purpose=purpose, round=number, position=position
                )
            )


def answers(store: Store) -> list[tuple[int, int, str, int, int]]:
    with store.session(write=False) as session:
        rows = session.exec(select(Answer)).all()
    return sorted(
        (r.question_id, r.model_version_id, r.text, r.prompt_tokens, r.completion_tokens) for r in rows
    )


EXAM = [(i, "exam", 1) for i in range(1, 13)]
LATER = [*[(i, "exam", 2) for i in range(13, 16)], (16, "control", 1), (17, "control", 1), (3, "gate", 1)]


class Dying(TableAnswerer):
    """Dies like a killed process when `budget` replies have been taken from it."""

    def __init__(self, budget: int) -> None:
        super().__init__({wording: f"answer to {wording}" for wording in WORDINGS}, batch_size=5)
        self.budget = budget

    def answer(self, batch: Sequence[str]) -> list[Reply]:
        replies = super().answer(batch)
        outer = self

        class Mortal(list[Reply]):
            def __iter__(self):
                for reply in replies:
                    if outer.budget == 0:
                        raise KeyboardInterrupt
                    outer.budget -= 1
                    yield reply

        return Mortal(replies)


def test_all_questions_of_the_purposes_are_answered_once(tmp_path):
    table = TableAnswerer({wording: f"to {wording}" for wording in WORDINGS}, batch_size=5)
    seen: list[tuple[int, int]] = []
    with seeded(tmp_path / "s.db", EXAM + LATER) as store:
        count = answer_questions(
            store, 1, 1, ["exam", "control"], table, progress=lambda done, total: seen.append((done, total))
        )
        assert count == 17
        assert [row[0] for row in answers(store)] == list(range(1, 18))
        assert all(row[2] == f"to {WORDINGS[row[0] - 1]}" for row in answers(store))
        assert seen == [(5, 17), (10, 17), (12, 17), (15, 17), (17, 17)]
        assert table.asked == WORDINGS
        assert answer_questions(store, 1, 1, ["exam", "control"], table) == 0
        assert table.asked == WORDINGS
        # The same question for another purpose has its answer already; another version has none.
        assert answer_questions(store, 1, 1, ["gate"], table) == 0
        assert answer_questions(store, 1, 2, ["gate"], table) == 1
        with store.session(write=False) as session:
            assert {row.backend for row in session.exec(select(Answer))} == {"table"}


@pytest.mark.parametrize("budget", [0, 1, 4, 5, 9, 11])
def test_a_run_killed_after_any_answer_goes_on_to_the_same_end(tmp_path, budget):
    with seeded(tmp_path / "s.db", EXAM) as store:
        with pytest.raises(KeyboardInterrupt):
            answer_questions(store, 1, 1, ["exam"], Dying(budget))
        assert len(answers(store)) == budget
        after = Dying(-1)
        assert answer_questions(store, 1, 1, ["exam"], after) == 12 - budget
        assert [row[2] for row in answers(store)] == [f"answer to {w}" for w in WORDINGS[:12]]
        # Whole batches, as the first run would have asked them, and none that was all there.
        assert len(after.asked) == 12 - budget // 5 * 5


@pytest.mark.parametrize("kept", [{1, 2, 3}, {5}, set(range(1, 12)), {2, 4, 6, 8, 10, 12}])
def test_a_real_model_gives_the_same_bits_after_a_kill(tmp_path, kept):
    settings = AnsweringSettings(device="cpu", max_new_tokens=8, batch_size=5)
    answerer = TransformersAnswerer(str(make_model(tmp_path / "m")), settings)
    with seeded(tmp_path / "whole.db", EXAM) as store:
        answer_questions(store, 1, 1, ["exam"], answerer)
        whole = answers(store)
    with seeded(tmp_path / "killed.db", EXAM) as store:
        with store.session() as session:
            for question, version, text, prompt, completion in whole:
                if question in kept:
                    session.add(
                        Answer(
                            campaign_id=1,
                            question_id=question,
                            model_version_id=version,
                            text=text,
                            prompt_tokens=prompt,
                            completion_tokens=completion,
                        )
                    )
        again = TransformersAnswerer(str(tmp_path / "m"), settings)
        assert answer_questions(store, 1, 1, ["exam"], again) == 12 - len(kept)
        assert answers(store) == whole


def test_a_later_round_leaves_the_batches_of_earlier_ones_as_they_were(tmp_path):
    with seeded(tmp_path / "s.db", EXAM) as store:
        with pytest.raises(KeyboardInterrupt):
            answer_questions(store, 1, 1, ["exam"], Dying(7))
        draw(store, LATER)
        table = TableAnswerer({}, batch_size=5)
        answer_questions(store, 1, 1, ["exam", "control"], table)
        assert table.asked == WORDINGS[5:]


def test_progress_counts_only_what_was_asked_for(tmp_path):
    seen: list[tuple[int, int]] = []
    with seeded(tmp_path / "s.db", EXAM + LATER) as store:
        answer_questions(store, 1, 1, ["exam"], TableAnswerer({}))
        answer_questions(
            store, 1, 1, ["control"], TableAnswerer({}), progress=lambda *pair: seen.append(pair)
        )
    assert seen == [(2, 2)]


def test_cancelling_stops_between_batches_and_keeps_what_is_there(tmp_path):
    with seeded(tmp_path / "s.db", EXAM) as store:
        table = TableAnswerer({}, batch_size=5)
        with pytest.raises(CampaignCancelled, match="after 5 answers"):
            answer_questions(store, 1, 1, ["exam"], table, cancelled=lambda: bool(table.asked))
        assert len(answers(store)) == 5


def test_a_model_that_fails_leaves_what_was_answered(tmp_path):
    class Failing(TableAnswerer):
        def answer(self, batch: Sequence[str]) -> list[Reply]:
            if self.asked:
                raise ModelError("gone")
            return super().answer(batch)

    with seeded(tmp_path / "s.db", EXAM) as store:
        with pytest.raises(ModelError, match="gone"):
            answer_questions(store, 1, 1, ["exam"], Failing({}, batch_size=4))
        assert len(answers(store)) == 4


def test_an_answer_that_another_process_wrote_meanwhile_stays(tmp_path):
    with seeded(tmp_path / "s.db", EXAM[:2]) as store:

        class Overtaken(TableAnswerer):
            def answer(self, batch: Sequence[str]) -> list[Reply]:
                with store.session() as session:
                    session.add(Answer(campaign_id=1, question_id=1, model_version_id=1, text="first"))
                return super().answer(batch)

        assert answer_questions(store, 1, 1, ["exam"], Overtaken({}, default="second")) == 1
        assert [row[2] for row in answers(store)] == ["first", "second"]


def test_unknown_campaigns_and_versions_are_told(tmp_path):
    with seeded(tmp_path / "s.db", EXAM) as store:
        with pytest.raises(NotFound, match="no campaign 9"):
            answer_questions(store, 9, 1, ["exam"], TableAnswerer({}))
        with pytest.raises(NotFound, match="no model version 9"):
            answer_questions(store, 1, 9, ["exam"], TableAnswerer({}))
        assert answer_questions(store, 1, 1, ["nothing"], TableAnswerer({})) == 0
