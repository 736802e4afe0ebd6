"""Examining documents on a real store: editions, conflicts, kills, custody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from nightschool.corpus.ingest import ingest
from nightschool.corpus.settings import CorpusSettings
from nightschool.evals.examiner import DeterministicEngine, ExamReport, examine, replenish
from nightschool.evals.pools import near_duplicate
from nightschool.evals.settings import ExamSettings
from nightschool.store.engine import Store, open_store
from nightschool.store.tables import Client, Document, Fact, Passage, Question
from sqlmodel import col, select

SETTINGS = ExamSettings(control_share=0.2)
DAY_HIRE = """# Day hire

Day-hire deposit: 95 euro

The late-return fee for day hire is 13.50 euro an hour. The grace period for a late return is 25 minutes.

The workshop is led by Marta Oyelaran. A lost key for a day-hire lock costs 21 euro.
"""
HOURS = """# Opening hours

| Counter | Saturday hours | Sunday hours |
|---|---|---|
| Shop counter | 9:30 to 16:30 | 10:00 to 12:00 |
| Rental counter | 8:00 to 19:30 | 10:30 to 16:00 |

The lunch break of the shop begins at 13:00. The yearly stock count is on 11 January.
"""


class Killed(Exception):
    """Stands for a kill."""


class World:
    """A store, a client and a folder of documents."""

    def __init__(self, folder: Path) -> None:
        self.store: Store = open_store(folder / "night.db")
        self.docs = folder / "docs"
        self.docs.mkdir()
        with self.store.session() as session:
            client = Client(name="firm")
            session.add(client)
            session.flush()
            assert client.id is not None
            self.client = client.id

    def write(self, **documents: str | None) -> None:
        for name, text in documents.items():
            path = self.docs / f"{name}.md"
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8")
        ingest(self.store, self.client, self.docs, CorpusSettings())

    def examine(self, **more: object) -> ExamReport:
        report = examine(self.store, self.client, DeterministicEngine(), SETTINGS, seed=5, **more)  # type: ignore[arg-type]
        assert report.adds_up
        return report

    def facts(self, state: str = "active") -> dict[str, Fact]:
        with self.store.session(write=False) as session:
            rows = session.exec(select(Fact).where(Fact.state == state).order_by(col(Fact.id)))
            return {f"{fact.subject} {fact.relation}": fact for fact in rows}

    def questions(self, fact_id: int | None = None, state: str = "active") -> list[Question]:
        with self.store.session(write=False) as session:
            query = select(Question).where(Question.state == state).order_by(col(Question.id))
            return [q for q in session.exec(query) if fact_id is None or q.fact_id == fact_id]

    def dump(self) -> list[tuple[object, ...]]:
        with self.store.session(write=False) as session:
            facts = session.exec(select(Fact).order_by(col(Fact.id)))
            rows: list[tuple[object, ...]] = [
                (f.id, f.key, f.answer, f.state, f.control, f.start, f.document_id) for f in facts
            ]
            questions = session.exec(select(Question).order_by(col(Question.id)))
            return rows + [(q.id, q.fact_id, q.pool, q.wording, q.state) for q in questions]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    it = World(tmp_path)
    yield it
    it.store.close()


def check_custody(world: World) -> None:
    facts = {
        fact.id: fact
        for state in ("active", "superseded", "withdrawn", "conflict")
        for fact in world.facts(state).values()
    }
    for number, fact in facts.items():
        questions = [q for state in ("active", "superseded") for q in world.questions(number, state)]
        practice = [q.wording for q in questions if q.pool == "practice"]
        assert not (fact.control and practice)
        for question in questions:
            if question.pool != "practice":
                assert near_duplicate(question.wording, practice, SETTINGS.near_duplicate) is None


def test_first_examination(world: World) -> None:
    world.write(hire=DAY_HIRE, hours=HOURS)
    report = world.examine()
    facts = world.facts()
    assert len(report.new) == len(facts) == sum(report.facts.values()) >= 10
    assert facts["the day-hire deposit is {what}"].answer == "95 euro"
    assert sum(report.questions.values()) == len(world.questions())
    for fact in facts.values():
        with world.store.session(write=False) as session:
            document = session.get(Document, fact.document_id)
            assert document is not None
            assert document.text[fact.start : fact.end] == fact.citation
        pools = {question.pool for question in world.questions(fact.id)}
        assert "exam" in pools
        assert "sealed" in pools
        assert ("practice" in pools) != fact.control
        assert all(question.references == [fact.answer] for question in world.questions(fact.id))
    check_custody(world)


def test_second_run_does_nothing(world: World) -> None:
    world.write(hire=DAY_HIRE)
    world.examine()
    before = world.dump()
    report = world.examine()
    assert (report.passages, report.written) == (0, 0)
    assert world.dump() == before


def test_new_edition_keeps_changes_and_withdraws(world: World) -> None:
    world.write(hire=DAY_HIRE, hours=HOURS)
    world.examine()
    old = world.facts()
    world.write(
        hire=DAY_HIRE.replace("25 minutes", "40 minutes").replace(
            " A lost key for a day-hire lock costs 21 euro.", ""
        )
    )
    report = world.examine()
    now = world.facts()
    deposit = "the day-hire deposit is {what}"
    assert now[deposit].id == old[deposit].id
    assert now[deposit].document_id != old[deposit].document_id
    grace = "the grace period for a late return is {how long}"
    assert now[grace].answer == "40 minutes"
    assert report.changed == [now[grace].id]
    assert world.facts("superseded")[grace].successor_id == now[grace].id
    assert now[grace].control == old[grace].control
    assert world.questions(old[grace].id) == []
    assert len(world.questions(now[grace].id)) > 0
    (gone,) = world.facts("withdrawn").values()
    assert gone.answer == "21 euro"
    assert report.withdrawn == [gone.id]
    assert "superseded" in gone.reason
    assert world.questions(gone.id) == []
    check_custody(world)


def test_a_changed_fact_keeps_its_wordings_in_their_pools(world: World) -> None:
    world.write(hire=DAY_HIRE)
    world.examine()
    grace = "the grace period for a late return is {how long}"
    before = {q.wording: q.pool for q in world.questions(world.facts()[grace].id)}
    world.write(hire=DAY_HIRE.replace("25 minutes", "40 minutes"))
    examine(world.store, world.client, DeterministicEngine(), SETTINGS, seed=99)
    after = {q.wording: q.pool for q in world.questions(world.facts()[grace].id)}
    assert all(before[wording] == pool for wording, pool in after.items() if wording in before)
    practice = [wording for wording, pool in before.items() if pool == "practice"]
    for wording, pool in after.items():
        if pool != "practice":
            assert near_duplicate(wording, practice, SETTINGS.near_duplicate) is None


def test_conflict_is_held_back_and_settled(world: World) -> None:
    world.write(hire=DAY_HIRE)
    world.examine()
    world.write(other="# Late returns\n\nThe grace period for a late return is 30 minutes.\n")
    report = world.examine()
    held = world.facts("conflict")
    assert len(report.conflicts) == 2
    assert {fact.answer for fact in held.values()} <= {"25 minutes", "30 minutes"}
    assert all(world.questions(number) == [] for number in report.conflicts)
    with world.store.session(write=False) as session:
        reasons = [session.get(Fact, number).reason for number in report.conflicts]  # type: ignore[union-attr]
    assert all("30 minutes" in reason or "25 minutes" in reason for reason in reasons)
    world.write(other=None)
    report = world.examine()
    fact = world.facts()["the grace period for a late return is {how long}"]
    assert fact.answer == "25 minutes"
    assert report.settled == [fact.id]
    assert len(world.questions(fact.id)) > 0
    assert world.facts("conflict") == {}


def test_conflict_settled_for_the_newcomer(world: World) -> None:
    world.write(hire=DAY_HIRE)
    world.examine()
    world.write(other="# Late returns\n\nThe grace period for a late return is 30 minutes.\n")
    world.examine()
    world.write(hire=None)
    world.examine()
    fact = world.facts()["the grace period for a late return is {how long}"]
    assert fact.answer == "30 minutes"
    assert len(world.questions(fact.id)) > 0


def test_no_fact_twice_and_it_moves_to_the_document_that_still_says_it(world: World) -> None:
    world.write(hire=DAY_HIRE, other="# Late returns\n\nThe grace period for a late return is 25 minutes.\n")
    report = world.examine()
    assert report.dropped["said_elsewhere"] == 1
    key = "the grace period for a late return is {how long}"
    fact = world.facts()[key]
    world.write(hire=None)
    world.examine()
    moved = world.facts()[key]
    assert moved.id == fact.id
    assert moved.document_id != fact.document_id


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_kill_and_run_again_ends_the_same(tmp_path: Path, at: int) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    plain, killed = World(tmp_path / "a"), World(tmp_path / "b")
    for world in (plain, killed):
        world.write(hire=DAY_HIRE, hours=HOURS)
    plain.examine()

    class Fragile(DeterministicEngine):
        calls = 0

        def facts(self, passage):  # type: ignore[no-untyped-def]
            self.calls += 1
            if self.calls > at:
                raise Killed
            return super().facts(passage)

    with pytest.raises(Killed):
        examine(killed.store, killed.client, Fragile(), SETTINGS, seed=5)
    killed.examine()
    assert killed.dump() == plain.dump()
    plain.store.close()
    killed.store.close()


def test_cancel_stops_between_passages(world: World) -> None:
    world.write(hire=DAY_HIRE, hours=HOURS)
    seen: list[tuple[int, int]] = []
    report = world.examine(
        progress=lambda done, total: seen.append((done, total)), cancelled=lambda: len(seen) >= 2
    )
    assert report.cancelled
    assert report.passages == 2
    report = world.examine()
    assert not report.cancelled
    with world.store.session(write=False) as session:
        left = select(Passage).where(Passage.state == "accepted", Passage.examined_by == "")
        assert session.exec(left).all() == []


def test_replenish_adds_sealed_wordings_only(world: World) -> None:
    world.write(hire=DAY_HIRE)
    world.examine()
    with world.store.session() as session:
        for question in session.exec(select(Question).where(Question.pool == "sealed")):
            question.unsealed_at = world.store.clock()
            question.pool = "exam"
            session.add(question)
    report = replenish(world.store, world.client, DeterministicEngine(), SETTINGS, seed=5)
    sealed = [question for question in world.questions() if question.pool == "sealed"]
    assert report.adds_up
    assert report.questions_written == len(sealed) > 0
    assert set(report.short_of_sealed) <= {fact.id for fact in world.facts().values()}
    check_custody(world)
