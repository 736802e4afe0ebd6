"""What users asked, in the store: links, custody, editions, shares of an exam."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from nightschool.cli.main import app
from nightschool.corpus.ingest import ingest
from nightschool.corpus.settings import CorpusSettings
from nightschool.evals.asked import AskedReport, follow_asked, import_asked
from nightschool.evals.asked.custody import pool_of
from nightschool.evals.asked.gathering import key_of
from nightschool.evals.examiner import DeterministicEngine, examine, replenish
from nightschool.evals.pools import near_duplicate
from nightschool.evals.settings import ExamSettings
from nightschool.store.engine import Store, open_store
from nightschool.store.errors import CustodyError
from nightschool.store.tables import Asked, Client, Fact, Question, TrainingRow, TrainingRun
from nightschool.store.upkeep import check
from nightschool.training.guard import read_guard
from sqlmodel import select
from typer.testing import CliRunner

SETTINGS = ExamSettings(control_share=0.0)
HIRE = """# Day hire

The late-return fee for day hire is 13.50 euro an hour. The grace period for a late return is 25 minutes.

The workshop is led by Marta Oyelaran. A lost key for a day-hire lock costs 21 euro. Helmets hang, freshly cleaned
each night, on the green rack.
"""
KOREAN = "# 대여 안내\n\n하루 대여 요금은 3,000원입니다. 보증금은 5만 원이며 반납할 때 돌려드립니다.\n"
FEE = "What will the late-return fee for day hire be?"


class World:
    """A store with documents that were examined."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.docs = folder, folder / "docs"
        self.store: Store = open_store(folder / "night.db")

    def write(self, **documents: str) -> None:
        for name, text in documents.items():
            (self.docs / f"{name}.md").write_text(text, encoding="utf-8")
        ingest(self.store, 1, self.docs, CorpusSettings())
        examine(self.store, 1, DeterministicEngine(), SETTINGS, seed=0)

    def take_in(self, *rows: dict[str, object], name: str = "asked.jsonl") -> AskedReport:
        path = self.folder / name
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        report = import_asked(self.store, 1, path, SETTINGS, seed=0)
        assert report.adds_up, report
        assert check(self.folder / "night.db") == []
        return report

    def asked(self) -> dict[str, Asked]:
        with self.store.session(write=False) as session:
            return {row.text: row for row in session.exec(select(Asked))}

    def questions(self, **wanted: object) -> list[Question]:
        with self.store.session(write=False) as session:
            rows = session.exec(select(Question)).all()
        return [row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]

    def fact(self, number: int | None) -> Fact:
        with self.store.session(write=False) as session:
            return session.get_one(Fact, number)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world before anything was asked, made once."""
    folder = tmp_path_factory.mktemp("template") / "world"
    (folder / "docs").mkdir(parents=True)
    world = World(folder)
    with world.store.session() as session:
        session.add(Client(id=1, name="firm"))
    world.write(hire=HIRE, korean=KOREAN)
    world.store.close()
    return folder


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Iterator[World]:
    world = World(Path(shutil.copytree(template, tmp_path / "world")))
    yield world
    world.store.close()


def test_each_question_is_linked_or_says_what_it_waits_for(world: World) -> None:
    report = world.take_in(
        {"question": FEE, "count": 7},
        {"question": "Where do the helmets hang?", "answer": "on the green rack"},
        {"question": "Where do the helmets in the workshop hang?", "answer": "In the cellar"},
        {"question": "Which day hire helmets hang there freshly cleaned?"},
        {"question": "Who won the chess championship in Reykjavik?"},
        {"question": "Thanks!"},
    )
    assert report.linked == 2
    assert report.waiting == {"no_reference": 1, "no_fact": 1, "not_in_documents": 1}
    assert report.dropped == {"small_talk": 1}
    found = world.asked()
    fee = found[FEE]
    assert (fee.state, fee.count, world.fact(fee.fact_id).answer) == ("linked", 7, "13.50 euro an hour")
    rack = world.fact(found["Where do the helmets hang?"].fact_id)
    assert (rack.kind, rack.relation, rack.answer, rack.generator) == (
        "asked",
        "question",
        "on the green rack",
        "client",
    )
    assert rack.citation.replace("\n", " ") == "Helmets hang, freshly cleaned each night, on the green rack."


def test_a_korean_question_is_linked_by_pairs_of_syllables(world: World) -> None:
    world.take_in({"질문": "반납할 때 보증금은 얼마를 돌려받나요?", "답변": "5만 원"})
    (row,) = world.asked().values()
    assert row.state == "linked"
    assert world.fact(row.fact_id).answer == "5만 원"


def test_the_same_file_again_changes_nothing(world: World) -> None:
    rows = ({"question": FEE, "count": 2}, {"question": "Who won the chess championship in Reykjavik?"})
    world.take_in(*rows)
    before, questions = world.asked(), world.questions()
    report = world.take_in(*rows)
    assert (report.new, report.changed, report.linked) == (0, 0, 1)
    assert world.asked() == before
    assert world.questions() == questions


def test_a_files_counts_are_replaced_and_those_of_files_added(world: World) -> None:
    world.take_in({"question": FEE, "count": 2, "date": "2026-02-01"})
    world.take_in({"question": f"hello, {FEE}", "count": 3, "date": "2026-01-01"}, name="other.jsonl")
    assert world.asked()[FEE].count == 5
    assert world.asked()[FEE].first_seen == "2026-01-01"
    world.take_in({"question": FEE, "count": 9})
    assert world.asked()[FEE].count == 12
    assert list(world.asked()[FEE].sources) == ["other.jsonl", "asked.jsonl"]


def test_what_no_file_holds_any_more_is_asked_no_more_and_may_come_back(world: World) -> None:
    world.take_in({"question": FEE})
    report = world.take_in({"question": "Who leads the workshop?"})
    assert report.gone == 1
    row = world.asked()[FEE]
    (question,) = world.questions(id=row.question_id)
    assert (row.state, question.state) == ("gone", "retired")
    world.take_in({"question": FEE})
    row = world.asked()[FEE]
    assert (row.state, row.question_id) == ("linked", question.id)
    assert world.questions(id=question.id, state="active")


def test_an_asked_question_is_in_exam_or_sealed_and_nothing_near_it_in_practice(world: World) -> None:
    practice = world.questions(pool="practice", state="active")
    report = world.take_in(*({"question": question.wording} for question in practice))
    assert report.linked > 3
    assert set(report.pools) == {"exam", "sealed"}
    texts = list(world.asked())
    for question in world.questions(pool="practice", state="active"):
        assert near_duplicate(question.wording, texts, SETTINGS.near_duplicate) is None
    own = world.questions(generator="client")
    assert own
    assert "practice" not in {question.pool for question in own}
    assert report.retired == sum(question.state == "retired" for question in world.questions(pool="practice"))
    with world.store.session(write=False) as session:
        guard = read_guard(session, 1)
        linked = [row for row in world.asked().values() if row.state == "linked"]
        assert all(guard.near_exam(row.text) for row in linked)


def test_the_database_refuses_a_users_question_in_practice_and_another_text(world: World) -> None:
    world.take_in({"question": FEE})
    row = world.asked()[FEE]
    bad = Question(client_id=1, fact_id=row.fact_id or 0, pool="practice", kind="short", wording="w")
    bad.generator = "client"
    with pytest.raises(CustodyError, match="never trained on"), world.store.session() as session:
        session.add(bad)
    with pytest.raises(CustodyError, match="keeps its text"), world.store.session() as session:
        session.get_one(Asked, row.id).text = "another"


def test_what_was_trained_on_in_nearly_these_words_examines_nothing(world: World) -> None:
    taught = next(question for question in world.questions(pool="practice") if "?" in question.wording)
    with world.store.session() as session:
        session.add(TrainingRun(id=1, client_id=1, method="sft", base="b", folder="f"))
        session.flush()
        session.add(TrainingRow(training_run_id=1, question_id=taught.id, role="weak"))
    world.take_in({"question": taught.wording})
    (row,) = world.asked().values()
    assert (row.state, row.reason, row.question_id) == ("waiting", "was_taught", None)
    assert world.questions(id=taught.id, state="active")


def test_a_changed_answer_takes_the_question_along_in_its_pool(world: World) -> None:
    world.take_in({"question": FEE})
    before = world.asked()[FEE]
    (old,) = world.questions(id=before.question_id)
    world.write(hire=HIRE.replace("13.50 euro", "15 euro"))
    row = world.asked()[FEE]
    (new,) = world.questions(id=row.question_id)
    assert world.fact(row.fact_id).answer == "15 euro an hour"
    assert row.fact_id != before.fact_id
    assert (new.references, new.pool) == (["15 euro an hour"], old.pool)
    assert world.questions(id=old.id, state="superseded")
    world.write(hire="# Day hire\n\nThe day hire is closed.\n")
    assert world.asked()[FEE].state == "waiting"
    assert check(world.folder / "night.db") == []


def test_a_question_that_a_gate_used_stays_in_the_exam_pool(world: World) -> None:
    texts = [
        f"What is the late-return fee for day hire of a {word}?" for word in ("helmet", "key", "lock", "rack")
    ]
    text = next(text for text in texts if pool_of(key_of(text), 0) == "sealed")
    world.take_in({"question": text, "answer": "13.50 euro"})
    (question,) = world.questions(id=world.asked()[text].question_id)
    assert question.pool == "sealed"
    with world.store.session() as session:
        used = session.get_one(Question, question.id)
        used.unsealed_at, used.pool = world.store.clock(), "exam"
    world.write(hire="# New\n\n" + HIRE.replace("13.50 euro an hour", "13.50 euro for each hour"))
    row = world.asked()[text]
    (now,) = world.questions(id=row.question_id)
    assert (row.state, now.pool) == ("linked", "exam")


def test_following_again_does_nothing_until_something_changes(world: World) -> None:
    world.take_in({"question": "Who won the chess championship in Reykjavik?"})
    assert follow_asked(world.store, 1, SETTINGS, seed=0).looked_at == 0
    world.write(chess="# Chess\n\nThe chess championship in Reykjavik was won by Ada Brook.\n")
    (row,) = world.asked().values()
    assert row.state in ("linked", "waiting")
    assert row.reason != "not_in_documents"


def test_a_given_answer_that_the_question_holds_is_no_exam(world: World) -> None:
    report = world.take_in(
        {"question": "Do the helmets hang on the green rack each night?", "answer": "the green rack"}
    )
    assert report.waiting == {"gives_away": 1}


def test_a_fact_of_a_given_answer_is_asked_in_the_users_words_alone(world: World) -> None:
    world.take_in({"question": "Where do the helmets hang?", "answer": "on the green rack"})
    (row,) = world.asked().values()
    replenish(world.store, 1, DeterministicEngine(), SETTINGS, seed=0)
    assert [question.wording for question in world.questions(fact_id=row.fact_id)] == [row.text]


def test_commands(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "hire.md").write_text(HIRE, encoding="utf-8")
    (tmp_path / "nightschool.toml").write_text(
        '[clients.firm]\ndocuments = "docs"\nmodel = "made"\n', encoding="utf-8"
    )
    log = tmp_path / "log.csv"
    log.write_text(f"query,hits\n{FEE},4\nhello,2\n", encoding="utf-8")

    def call(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["-w", str(tmp_path), *words])
        assert done.exit_code == code, done.output
        return done.output if code else done.stdout

    call("ingest")
    with open_store(tmp_path / "nightschool.db") as store:
        examine(store, 1, DeterministicEngine(), SETTINGS, seed=0)
    dry = json.loads(call("questions", "import", str(log), "--dry-run", "--json"))
    assert (dry["read"], dry["linked"], dry["dropped"]) == (2, 1, {"small_talk": 1})
    assert json.loads(call("questions", "list", "--asked", "--json")) == []
    assert "1 linked" in call("questions", "import", str(log))
    (row,) = json.loads(call("questions", "list", "--asked", "--state", "linked", "--json"))
    assert (row["text"], row["count"], row["reference"]) == (FEE, 4, "13.50 euro an hour")
    assert json.loads(call("questions", "show", str(row["question_id"]), "--json"))["wording"] == FEE
    assert (
        json.loads(call("questions", "show", str(row["id"]), "--asked", "--json"))["sources"]["log.csv"][
            "count"
        ]
        == 4
    )
    listed = json.loads(call("questions", "list", "--pool", row["pool"], "--json"))
    assert row["question_id"] in Counter(each["id"] for each in listed)
    for words, said in (
        (("import", "none.csv"), "There is no file"),
        (("import", str(tmp_path / "docs" / "hire.md")), "no column with questions"),
        (("show", "999"), "There is no question 999"),
    ):
        told = call("questions", *words, code=1)
        assert said in told
        assert told.count("\n") == 1
    for words in (
        ("import", str(log), "--format", "xml"),
        ("list", "--state", "x"),
        ("list", "--asked", "--state", "x"),
    ):
        call("questions", *words, code=2)
