"""The rules that the database itself keeps: append-only rows, chains of verdicts, pools, control facts."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nightschool.store.clock import now
from nightschool.store.custody import custody_faults
from nightschool.store.engine import Store, open_store
from nightschool.store.errors import CustodyError
from nightschool.store.events import record
from nightschool.store.migrations import rules_0001, rules_0002, rules_0003
from nightschool.store.tables import (
    Answer,
    Campaign,
    CampaignQuestion,
    Client,
    Decision,
    Document,
    Event,
    Fact,
    ModelVersion,
    Passage,
    Question,
    Review,
    TrainingRow,
    TrainingRun,
    Verdict,
)
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, select

# Ids of the small world below.
TAUGHT, CONTROL = 1, 2
PRACTICE, EXAM, SEALED, CONTROL_EXAM = 1, 2, 3, 4


def _fact(id: int, **values: Any) -> Fact:
    return Fact(
        id=id, client_id=1, passage_id=1, document_id=1, area="a", key=f"k{id}", kind="number", subject="s",
        relation="r", answer="5", claim="s is 5", citation="5", start=5, end=6, **values,
    )  # fmt: skip


def _question(id: int | None, fact_id: int, pool: str, wording: str, **values: Any) -> Question:
    return Question(
        id=id,
        client_id=1,
        fact_id=fact_id,
        pool=pool,
        kind="number",
        wording=wording,
        references=["5"],
        **values,
    )


def _verdict(answer_id: int = 1, label: str = "correct", **values: Any) -> Verdict:
    return Verdict(answer_id=answer_id, label=label, grader="rules", grader_version="1", **values)


def _world() -> list[SQLModel]:
    return [
        Client(id=1, name="firm"),
        Document(id=1, client_id=1, path="a.md", sha256="x", text="s is 5"),
        Passage(id=1, document_id=1, ordinal=0, area="a", start=0, end=6),
        _fact(TAUGHT),
        _fact(CONTROL, control=True),
        _question(PRACTICE, TAUGHT, "practice", "How many s?"),
        _question(EXAM, TAUGHT, "exam", "What is s?"),
        _question(SEALED, TAUGHT, "sealed", "Tell me s."),
        _question(CONTROL_EXAM, CONTROL, "exam", "And the other?"),
        ModelVersion(id=1, client_id=1, name="base"),
        Campaign(id=1, client_id=1, model_version_id=1),
        CampaignQuestion(id=1, campaign_id=1, question_id=EXAM, purpose="exam"),
        Answer(id=1, campaign_id=1, question_id=EXAM, model_version_id=1, text="5"),
        Answer(id=2, campaign_id=1, question_id=CONTROL_EXAM, model_version_id=1, text="7"),
        _verdict(id=1),
        Review(id=1, verdict_id=1, label="correct", reviewer="ann"),
        Decision(id=1, client_id=1, verdict="hold"),
        Event(id=1, what="made"),
        TrainingRun(id=1, client_id=1, method="sft-lora", base="b", folder="f"),
        TrainingRow(id=1, training_run_id=1, question_id=PRACTICE, fact_id=TAUGHT, role="weak"),
    ]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world") / "template.db"
    with open_store(path) as store, store.session() as session:
        for row in _world():
            session.add(row)
            session.flush()
    return path


@pytest.fixture
def store(template: Path, tmp_path: Path) -> Iterator[Store]:
    with open_store(shutil.copy(template, tmp_path / "nightschool.db")) as store:
        yield store


def _change(store: Store, table: type[Any], id: int, **values: Any) -> None:
    """Through the ORM, in one session."""
    with store.session() as session:
        row = session.get(table, id)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)


def _columns(table: type[Any], but: str = "") -> str:
    return ", ".join(f'"{column.name}"' for column in table.__table__.columns if column.name != but)


def _refused_raw(store: Store, sql: str, rule: str) -> None:
    """Refused through the store, and by a bare connection as any SQL tool has it."""
    with pytest.raises(CustodyError, match=rule), store.session() as session:
        session.execute(text(sql))
    connection = sqlite3.connect(str(store.path))
    try:
        with pytest.raises(sqlite3.IntegrityError, match=f"custody: .*{rule}"):
            connection.execute(sql)
    finally:
        connection.close()


APPEND_ONLY = [(Verdict, "reason"), (Review, "reason"), (Decision, "author"), (Event, "who")]


@pytest.mark.parametrize(("table", "column"), APPEND_ONLY)
def test_append_only_rows_refuse_update_by_orm(store: Store, table: type[Any], column: str) -> None:
    with pytest.raises(CustodyError, match="append-only"):
        _change(store, table, 1, **{column: "rewritten"})
    with store.session(write=False) as session:
        assert getattr(session.get(table, 1), column) != "rewritten"


@pytest.mark.parametrize(("table", "column"), APPEND_ONLY)
def test_append_only_rows_refuse_delete_by_orm(store: Store, table: type[Any], column: str) -> None:
    with pytest.raises(CustodyError, match="append-only"), store.session() as session:
        session.delete(session.get(table, 1))
    with store.session(write=False) as session:
        assert session.get(table, 1) is not None


@pytest.mark.parametrize(("table", "column"), APPEND_ONLY)
def test_append_only_rows_refuse_raw_sql(store: Store, table: type[Any], column: str) -> None:
    name = table.__tablename__
    _refused_raw(store, f"UPDATE {name} SET {column} = 'x'", "append-only")
    _refused_raw(store, f"DELETE FROM {name} WHERE id = 1", "append-only")
    # REPLACE deletes without firing delete triggers.
    columns = _columns(table)
    sql = f"INSERT OR REPLACE INTO {name} ({columns}) SELECT {columns} FROM {name}"
    _refused_raw(store, sql, "append-only|first verdict")


def test_second_first_verdict_is_refused(store: Store) -> None:
    with pytest.raises(CustodyError, match="already has a first verdict"), store.session() as session:
        session.add(_verdict())
    columns = _columns(Verdict, but="id")
    sql = f"INSERT OR REPLACE INTO verdict ({columns}) SELECT {columns} FROM verdict"
    _refused_raw(store, sql, "already has a first verdict")


def test_verdict_supersedes_within_its_answer_and_once(store: Store) -> None:
    with pytest.raises(CustodyError, match="same answer"), store.session() as session:
        session.add(_verdict(answer_id=2, supersedes_id=1))
    with store.session() as session:
        session.add(_verdict(label="incorrect", supersedes_id=1))
    with pytest.raises(CustodyError, match="superseded already"), store.session() as session:
        session.add(_verdict(label="partial", supersedes_id=1))


def test_graded_answer_stays_and_ungraded_may_change(store: Store) -> None:
    with pytest.raises(CustodyError, match="as it was graded"):
        _change(store, Answer, 1, text="6")
    _refused_raw(store, "UPDATE answer SET text = '6' WHERE id = 1", "as it was graded")
    _refused_raw(store, "DELETE FROM answer WHERE id = 1", "as it was graded")
    columns = _columns(Answer, but="id")
    sql = f"INSERT OR REPLACE INTO answer ({columns}) SELECT {columns} FROM answer WHERE id = 1"
    _refused_raw(store, sql, "as it was graded")
    _change(store, Answer, 2, text="8")
    with store.session() as session:
        session.execute(text("DELETE FROM answer WHERE id = 2"))


@pytest.mark.parametrize("start", [PRACTICE, EXAM, SEALED])
@pytest.mark.parametrize("pool", ["practice", "exam", "sealed", "other"])
@pytest.mark.parametrize("unseal", [True, False])
def test_only_move_is_sealed_to_exam_with_its_time(store: Store, start: int, pool: str, unseal: bool) -> None:
    was = {PRACTICE: "practice", EXAM: "exam", SEALED: "sealed"}[start]
    allowed = pool == was or (was == "sealed" and pool == "exam" and unseal)

    def move() -> None:
        with store.session() as session:
            question = session.get(Question, start)
            assert question is not None
            question.pool = pool
            question.unsealed_at = now() if unseal else None
            session.add(question)

    if allowed:
        move()
        assert [q["pool"] for q in store.read("questions") if q["id"] == start] == [pool]
        return
    with pytest.raises(CustodyError, match="stays in its pool"):
        move()
    unsealed = "'2026-01-01'" if unseal else "NULL"
    _refused_raw(
        store,
        f"UPDATE question SET pool = '{pool}', unsealed_at = {unsealed} WHERE id = {start}",
        "stays in its pool",
    )


def test_question_keeps_wording_fact_and_existence(store: Store) -> None:
    with pytest.raises(CustodyError, match="keeps its fact"):
        _change(store, Question, PRACTICE, wording="Tell me s")
    _refused_raw(store, "UPDATE question SET wording = 'x' WHERE id = 1", "keeps its fact")
    _refused_raw(store, "UPDATE question SET fact_id = 1 WHERE id = 4", "keeps its fact")
    _refused_raw(store, "UPDATE question SET id = 99 WHERE id = 3", "keeps its fact")
    with pytest.raises(CustodyError, match="never deleted"), store.session() as session:
        session.delete(session.get(Question, SEALED))
    _refused_raw(store, "DELETE FROM question", "never deleted")
    _change(store, Question, PRACTICE, state="superseded")


def test_sealed_wording_cant_come_back_as_practice(store: Store) -> None:
    with pytest.raises(CustodyError, match="another pool"), store.session() as session:
        session.add(_question(None, TAUGHT, "practice", "Tell me s."))
    columns = _columns(Question, but="id")
    values = columns.replace('"pool"', "'practice'")
    sql = f"INSERT OR REPLACE INTO question ({columns}) SELECT {values} FROM question WHERE pool = 'sealed'"
    _refused_raw(store, sql, "another pool")


def test_unknown_pool_is_refused(store: Store) -> None:
    with pytest.raises(CustodyError, match="practice, exam or sealed"), store.session() as session:
        session.add(_question(None, TAUGHT, "practise", "S?"))


def test_control_fact_has_no_practice_wording(store: Store) -> None:
    with pytest.raises(CustodyError, match="no practice wording"), store.session() as session:
        session.add(_question(None, CONTROL, "practice", "S?"))
    columns = _columns(Question, but="id")
    values = columns.replace('"pool"', "'practice'").replace('"wording"', "'S?'")
    sql = f"INSERT INTO question ({columns}) SELECT {values} FROM question WHERE id = {CONTROL_EXAM}"
    _refused_raw(store, sql, "no practice wording")


def test_control_is_for_life(store: Store) -> None:
    with pytest.raises(CustodyError, match="stays one"):
        _change(store, Fact, CONTROL, control=False)
    _refused_raw(store, "UPDATE fact SET control = 0 WHERE id = 2", "stays one")
    _refused_raw(store, "UPDATE fact SET control = 1 WHERE id = 1", "was taught")
    _refused_raw(store, "DELETE FROM fact WHERE id = 2", "never deleted")
    names = _columns(Fact)
    _refused_raw(store, f"INSERT OR REPLACE INTO fact ({names}) SELECT {names} FROM fact", "never replaced")
    with store.session() as session:  # without practice wording or training row it may become one
        session.add(_fact(3))
        session.flush()
        session.execute(text("UPDATE fact SET control = 1 WHERE id = 3"))


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ({"question_id": EXAM}, "only questions of the pool practice"),
        ({"question_id": SEALED}, "only questions of the pool practice"),
        ({"question_id": CONTROL_EXAM}, "only questions|never taught"),
        ({"fact_id": CONTROL}, "never taught"),
        ({"fact_id": CONTROL, "passage_id": 1}, "never taught"),
        ({"question_id": PRACTICE, "fact_id": CONTROL}, "never taught"),
    ],
)
def test_training_row_from_exam_sealed_or_control_is_refused(
    store: Store, source: dict[str, int], rule: str
) -> None:
    with pytest.raises(CustodyError, match=rule), store.session() as session:
        session.add(TrainingRow(training_run_id=1, role="weak", **source))
    names, values = ", ".join(source), ", ".join(map(str, source.values()))
    sql = f"INSERT INTO trainingrow (training_run_id, role, weight, text_sha256, {names}) "
    _refused_raw(store, sql + f"VALUES (1, 'weak', 1, '', {values})", "only questions|never taught")
    changes = ", ".join(f"{name} = {value}" for name, value in source.items())
    _refused_raw(store, f"UPDATE trainingrow SET {changes} WHERE id = 1", "only questions|never taught")


def test_training_row_from_practice_or_passage_is_taken(store: Store) -> None:
    with store.session() as session:
        session.add(TrainingRow(training_run_id=1, role="weak", question_id=PRACTICE))
        session.add(TrainingRow(training_run_id=1, role="passage", passage_id=1))
    assert len(store.read("training_rows", training_run_id=1)) == 3


def test_broken_constraint_that_is_no_rule_stays_a_bug(store: Store) -> None:
    with pytest.raises(IntegrityError), store.session() as session:
        session.add(Client(name="firm"))
    with pytest.raises(IntegrityError), store.session() as session:
        session.add(_verdict(answer_id=99))


def test_refused_write_leaves_the_session_before_it_whole(store: Store) -> None:
    def write() -> None:
        with store.session() as session:
            session.add(Client(name="second"))
            session.flush()
            session.execute(text("DELETE FROM event"))

    with pytest.raises(CustodyError):
        write()
    assert [row["name"] for row in store.read("clients")] == ["firm"]


def test_event_is_dated_by_the_stores_clock(tmp_path: Path) -> None:
    then = now().replace(year=2031)
    with open_store(tmp_path / "a.db", clock=lambda: then) as store:
        with store.session() as session:
            record(session, "gate.passed", who="ann", questions=12)
        (event,) = store.read("events")
    assert event["detail"] == {"questions": 12}
    assert event["who"] == "ann"
    assert event["created_at"].startswith("2031-")


def test_check_finds_each_rule_that_was_dropped_and_what_came_in(store: Store) -> None:
    assert store.path is not None
    raw = sqlite3.connect(store.path, isolation_level=None)
    assert custody_faults(raw) == []
    names = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    assert len(names) == sum(len(each.rules()) for each in (rules_0001, rules_0002, rules_0003))
    for name in names:
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute("DROP INDEX uq_verdict_first")

    def again(table: type[Any], source: int, **values: str) -> None:
        """Copies a row under another id with other values."""
        name, columns = table.__tablename__, _columns(table)
        chosen = columns
        for column, value in values.items():
            chosen = chosen.replace(f'"{column}"', value)
        raw.execute(f"INSERT INTO {name} ({columns}) SELECT {chosen} FROM {name} WHERE {name}.id = {source}")

    raw.execute("UPDATE question SET pool = 'exam' WHERE id = 1")
    raw.execute("UPDATE fact SET control = 1, citation = '6' WHERE id = 1")
    again(Question, CONTROL_EXAM, id="9", pool="'practice'", wording="'And yet another?'")
    again(Question, CONTROL_EXAM, id="10", pool="'practice'", fact_id="1")
    raw.execute("UPDATE question SET generator = 'client' WHERE id = 10")
    raw.execute("UPDATE question SET pool = 'exma' WHERE id = 2")
    again(Verdict, 1, id="7", label="'good'")
    again(Verdict, 1, id="8", answer_id="2", supersedes_id="1")
    again(Verdict, 1, id="9", supersedes_id="1")
    raw.execute("INSERT INTO client VALUES (2, 'other', '2026-01-01')")
    raw.execute("INSERT INTO alias VALUES (5, 2, 'champion', 1, '2026-01-01')")
    faults = custody_faults(raw)
    raw.close()
    assert len([f for f in faults if f.startswith("the rule ")]) == len(names)
    assert [f for f in faults if not f.startswith("the rule ")] == [
        "training rows 1 come from questions outside practice",
        "training rows 1 teach control facts",
        "questions 9, 10 are practice wordings of control facts",
        "questions 2 are in no known pool",
        "practice questions 10 have the wording of an exam or sealed question",
        "questions 10 are users' own and in the pool practice",
        "answers 1 have several first verdicts",
        "verdicts 1 are superseded more than once",
        "verdicts 8 supersede a verdict of another answer",
        "verdicts 7 have a label that isn't one",
        "facts 1 have a citation that doesn't stand at its place in the document",
        "aliases 5 point at another client's model version",
    ]


LABELS = st.sampled_from(["correct", "partial", "incorrect", "refused", "ungraded"])


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 5), LABELS), max_size=12))
def test_effective_verdict_is_the_end_of_the_chain(template: Path, steps: list[tuple[int, str]]) -> None:
    """Whatever order corrections are tried in, on whatever verdict, the last accepted one holds."""
    with TemporaryDirectory() as folder, open_store(shutil.copy(template, Path(folder) / "a.db")) as store:
        with store.session() as session:
            session.add(_verdict(answer_id=2, label="refused"))
        chain = [1]
        for position, label in steps:
            target = chain[min(position, len(chain) - 1)]
            try:
                with store.session() as session:
                    row = _verdict(label=label, supersedes_id=target)
                    session.add(row)
                    session.flush()
            except CustodyError:
                assert target != chain[-1]
                continue
            assert target == chain[-1]
            assert row.id is not None
            chain.append(row.id)
        held = {row["answer_id"]: row["id"] for row in store.read("verdicts")}
        assert held == {1: chain[-1], 2: 2}
        history = store.read("verdict_history", answer_id=1)
        assert [row["id"] for row in history] == chain
        assert [row["id"] for row in history if row["holds"]] == [chain[-1]]
        with store.session(write=False) as session:
            assert len(session.exec(select(Verdict)).all()) == len(chain) + 1
