"""Editions in a real store: ingest, examine, edit, ingest, examine; what is kept, asked, superseded and told."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nightschool.cli.main import app
from nightschool.corpus.ingest import ingest
from nightschool.corpus.settings import CorpusSettings
from nightschool.evals.change.conflicts import ConflictPolicy
from nightschool.evals.change.listing import conflict_list, document_change, edition_texts
from nightschool.evals.examiner import DeterministicEngine, ExamReport, examine
from nightschool.evals.pools import near_duplicate
from nightschool.evals.settings import ExamSettings
from nightschool.store.engine import Store, open_store
from nightschool.store.tables import Client, Document, Fact, Question
from sqlmodel import col, select
from typer.testing import CliRunner

SETTINGS = ExamSettings(control_share=0.2)
HIRE = """# Day hire

The late-return fee for day hire is 13.50 euro an hour. The grace period for a late return is 25 minutes.

The workshop of the harbour is led by Marta Oyelaran. A lost key for a day-hire lock costs 21 euro.

Bikes are washed every Monday morning by the workshop of the harbour, whatever the weather may be that day.
"""
REWORDED = HIRE.replace(
    "The grace period for a late return is 25 minutes.",
    "The grace period for late returns is twenty-five minutes.",
).replace("A lost key for a day-hire lock costs 21 euro.", "A lost key of a day-hire lock costs €21.")
LATE = "# Late returns\n\nThe late-return grace period is 30 minutes.\n"


class World:
    """A store, a client and a folder of documents."""

    def __init__(self, folder: Path) -> None:
        self.store: Store = open_store(folder / "nightschool.db")
        self.docs = folder / "docs"
        self.docs.mkdir()
        with self.store.session() as session:
            client = Client(name="firm")
            session.add(client)
            session.flush()
            assert client.id is not None
            self.client = client.id

    def write(
        self,
        policy: ConflictPolicy | None = None,
        corpus: CorpusSettings | None = None,
        **documents: str | None,
    ) -> ExamReport:
        for name, text in documents.items():
            path = self.docs / f"{name}.md"
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8")
        ingest(self.store, self.client, self.docs, corpus or CorpusSettings())
        report = examine(self.store, self.client, DeterministicEngine(), SETTINGS, seed=5, policy=policy)
        assert report.adds_up
        return report

    def facts(self, *states: str) -> dict[str, Fact]:
        with self.store.session(write=False) as session:
            query = select(Fact).where(col(Fact.state).in_(states or ("active",))).order_by(col(Fact.id))
            return {fact.answer: fact for fact in session.exec(query)}

    def questions(self, fact_id: int | None, state: str = "active") -> dict[int | None, Question]:
        with self.store.session(write=False) as session:
            query = select(Question).where(Question.fact_id == fact_id, Question.state == state)
            return {question.id: question for question in session.exec(query)}

    def latest(self) -> list[dict[str, Any]]:
        def texts(document_id: int) -> list[str]:
            return edition_texts(self.store.read("passages", document_id=document_id))

        return [
            document_change(
                edition,
                self.store.read(
                    "edition_facts", document_id=edition["id"], previous_id=edition["previous_id"]
                ),
                texts(edition["previous_id"]) if edition["previous_id"] else [],
                texts(edition["id"]),
            )
            for edition in self.store.read("editions", client_id=self.client)
        ]

    def conflicts(self) -> list[dict[str, Any]]:
        def text_of(document_id: int) -> tuple[str, str]:
            (row,) = self.store.read("document", document_id=document_id)
            return row["title"], row["text"]

        return conflict_list(self.store.read("conflicts", client_id=self.client), text_of)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    it = World(tmp_path)
    yield it
    it.store.close()


def check_whole(world: World) -> None:
    """Citations are exact, answers stand in them, and no question is close to one of the other side."""
    with world.store.session(write=False) as session:
        for fact in session.exec(select(Fact).where(col(Fact.state).in_(("active", "conflict")))):
            document = session.get_one(Document, fact.document_id)
            assert document.state == "accepted"
            assert document.text[fact.start : fact.end] == fact.citation
            assert fact.answer in fact.citation
            asked = list(session.exec(select(Question).where(Question.fact_id == fact.id)))
            practice = [question.wording for question in asked if question.pool == "practice"]
            assert not (fact.control and practice)
            for question in asked:
                if question.pool != "practice":
                    assert near_duplicate(question.wording, practice, SETTINGS.near_duplicate) is None
                if question.state == "active":
                    assert fact.answer in question.references


def test_rewording_keeps_facts_and_questions_in_their_pools(world: World) -> None:
    world.write(hire=HIRE)
    grace = world.facts()["25 minutes"]
    before = {number: (q.wording, q.pool) for number, q in world.questions(grace.id).items()}
    report = world.write(hire=REWORDED)
    assert (report.changed, report.withdrawn, report.new) == ([], [], [])
    after = world.facts()["twenty-five minutes"]
    assert after.id == grace.id
    assert after.document_id != grace.document_id
    questions = world.questions(after.id)
    assert {number: (q.wording, q.pool) for number, q in questions.items()} == before
    assert {tuple(q.references) for q in questions.values()} == {("twenty-five minutes", "25 minutes")}
    check_whole(world)
    (entry,) = world.latest()
    assert (entry["change"], entry["kind"]) == ("edited", "reworded")
    assert entry["facts"]["changed"] == entry["facts"]["gone"] == entry["facts"]["added"] == 0
    assert entry["changed_values"] == []


def test_reworded_and_changed_at_once_is_superseded_not_deleted(world: World) -> None:
    world.write(hire=HIRE)
    old = world.facts()["25 minutes"]
    pools = {q.wording: q.pool for q in world.questions(old.id).values()}
    report = world.write(
        hire=HIRE.replace("for a late return is 25 minutes", "for late returns is 40 minutes")
    )
    new = world.facts()["40 minutes"]
    gone = world.facts("superseded")["25 minutes"]
    assert (gone.id, gone.successor_id, report.changed) == (old.id, new.id, [new.id])
    assert new.control == old.control
    assert world.questions(old.id) == {}
    assert {q.wording: q.pool for q in world.questions(old.id, "superseded").values()} == pools
    asked = world.questions(new.id).values()
    assert asked
    assert all(pools.get(q.wording, q.pool) == q.pool for q in asked)
    check_whole(world)
    (entry,) = world.latest()
    assert entry["kind"] == "facts changed"
    (change,) = [row for row in entry["fact_changes"] if row["change"] == "changed"]
    assert "25 minutes" in change["old_citation"]
    assert "40 minutes" in change["new_citation"]
    (value,) = entry["changed_values"]
    assert (value["old"], value["new"]) == ("25 minutes", "40 minutes")


def test_a_chain_of_rewording_and_change_keeps_pools(world: World) -> None:
    world.write(hire=HIRE)
    first = {q.wording: q.pool for q in world.questions(world.facts()["25 minutes"].id).values()}
    world.write(hire=REWORDED)
    world.write(hire=REWORDED.replace("twenty-five minutes", "40 minutes"))
    world.write(hire=HIRE.replace("25 minutes", "50 minutes"))
    last = world.questions(world.facts()["50 minutes"].id).values()
    assert {q.wording for q in last} & set(first)
    assert all(first.get(q.wording, q.pool) == q.pool for q in last)
    check_whole(world)


def test_a_value_that_no_fact_was_made_of_is_still_told(world: World) -> None:
    aside = (
        "If it rains (and it often does), the 3 o'clock tour, weather permitting, may well leave a bit later."
    )
    world.write(hire=HIRE + "\n" + aside + "\n")
    world.write(hire=HIRE + "\n" + aside.replace("3 o'clock", "4 o'clock") + "\n")
    (entry,) = world.latest()
    assert (entry["kind"], entry["facts"]["changed"]) == ("values changed", 0)
    (value,) = entry["changed_values"]
    assert "3 o'clock" in value["old_quote"]


def test_a_file_that_moved_and_was_edited_is_the_next_edition(world: World) -> None:
    world.write(hire=HIRE)
    facts = {answer: fact.id for answer, fact in world.facts().items()}
    report = world.write(hire=None, prices=HIRE.replace("25 minutes", "40 minutes"))
    now = {answer: fact.id for answer, fact in world.facts().items()}
    assert report.withdrawn == []
    assert {answer: number for answer, number in now.items() if answer != "40 minutes"} == {
        answer: number for answer, number in facts.items() if answer != "25 minutes"
    }
    (entry,) = world.latest()
    assert (entry["change"], entry["previous_path"]) == ("moved and edited", "hire.md")
    assert entry["facts"]["changed"] == 1


def test_conflict_between_reworded_subjects_is_held_and_told_with_both_sides(world: World) -> None:
    world.write(hire=HIRE)
    asked = set(world.questions(world.facts()["25 minutes"].id))
    report = world.write(late=LATE)
    held = world.facts("conflict")
    assert set(held) == {"25 minutes", "30 minutes"}
    assert sorted(report.conflicts) == sorted(fact.id or 0 for fact in held.values())
    assert all(world.questions(fact.id) == {} for fact in held.values())
    (conflict,) = world.conflicts()
    assert (conflict["kind"], conflict["settled"]) == ("contradiction", False)
    assert {side["document"] for side in conflict["sides"]} == {"hire.md", "late.md"}
    assert {side["answer"] in side["citation"] for side in conflict["sides"]} == {True}
    assert world.write().settled == []  # nothing changed: it stays as it is
    assert world.write(late=None).settled == [held["25 minutes"].id]
    assert set(world.questions(world.facts()["25 minutes"].id)) == asked
    check_whole(world)


@pytest.mark.parametrize(
    ("policy", "winner"),
    [
        (ConflictPolicy(prefer=("hire*",)), "25 minutes"),
        (ConflictPolicy(prefer=("nothing/*", "late*")), "30 minutes"),
        (ConflictPolicy(newest=True), "30 minutes"),
    ],
)
def test_a_conflict_is_settled_by_policy_and_opens_again(
    world: World, policy: ConflictPolicy, winner: str
) -> None:
    world.write(hire="Last updated: 3 May 2021\n\n" + HIRE, late="Last updated: 2 June 2023\n\n" + LATE)
    assert set(world.facts("conflict")) >= {"25 minutes", "30 minutes"}
    world.write(policy)
    (loser,) = {"25 minutes", "30 minutes"} - {winner}
    active, held = world.facts(), world.facts("conflict")
    assert winner in active
    assert loser in held
    assert world.questions(active[winner].id)
    assert world.questions(held[loser].id) == {}
    (conflict,) = [conflict for conflict in world.conflicts() if "grace" in conflict["subject"]]
    assert conflict["settled"]
    assert {side["answer"]: side["holds"] for side in conflict["sides"]} == {winner: True, loser: False}
    assert {side["date"] for side in conflict["sides"]} == {"2021-05-03", "2023-06-02"}
    world.write()
    assert {winner, loser} <= set(world.facts("conflict"))
    check_whole(world)


def test_a_document_that_says_it_is_superseded_never_wins(world: World) -> None:
    late = "SUPERSEDED by the day-hire page\n\n" + LATE
    taken = CorpusSettings(rules={"outdated": False})
    world.write(hire=HIRE, late=late, corpus=taken)
    assert "25 minutes" in world.facts()
    assert set(world.facts("conflict")) == {"30 minutes"}
    world.write(hire=None, corpus=taken)  # the only document left says of itself that it no longer holds
    assert "30 minutes" in world.facts()


def test_a_document_that_is_held_as_superseded_has_no_facts(world: World) -> None:
    world.write(hire=HIRE, late="SUPERSEDED by the day-hire page\n\n" + LATE)
    assert "25 minutes" in world.facts()
    assert not world.facts("conflict")
    assert "30 minutes" not in world.facts()


def test_pages_of_one_template_are_held_but_are_no_contradiction(world: World) -> None:
    def page(state: str, days: int) -> str:
        rules = "\n\n".join(
            f"The {part} office of the harbour opens at 9 for all." for part in ("north", "south", "east")
        )
        more = "\n\n".join(
            f"Each {word} is looked after by the harbour in every week of the year."
            for word in ("bike", "boat", "cart")
        )
        return f"# Coverage in {state}\n\n{rules}\n\n{more}\n\nThe deadline for a paper application is {days} days.\n"

    world.write(ohio=page("Ohio", 30), texas=page("Texas", 40))
    assert [c["kind"] for c in world.conflicts() if "deadline" in c["subject"]] == ["by page"]


def call(folder: Path, *words: str) -> Any:
    done = CliRunner().invoke(app, ["-w", str(folder), *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_commands_tell_changes_and_conflicts(world: World, tmp_path: Path) -> None:
    (tmp_path / "nightschool.toml").write_text(
        '[clients.firm]\ndocuments = "docs"\nmodel = "m"\n', encoding="utf-8"
    )
    world.write(hire=HIRE)
    world.write(hire=REWORDED.replace("€21", "€25"), late=LATE)
    shown = call(tmp_path, "documents", "changes")
    assert "21 euro" in shown
    assert "€25" in shown
    found = json.loads(call(tmp_path, "documents", "changes", "latest", "--json"))
    assert {(entry["path"], entry["kind"]) for entry in found["documents"]} == {
        ("hire.md", "facts changed"),
        ("late.md", "added"),
    }
    number = next(entry["id"] for entry in found["documents"] if entry["path"] == "hire.md")
    (entry,) = json.loads(call(tmp_path, "documents", "changes", str(number), "--json"))["documents"]
    assert entry["facts"]["changed"] == 1
    assert "hire.md" in call(tmp_path, "documents", "conflicts")
    (conflict,) = json.loads(call(tmp_path, "documents", "conflicts", "--json"))
    assert {side["document"] for side in conflict["sides"]} == {"hire.md", "late.md"}
    (world.docs / "late.md").rename(world.docs / "returns.md")
    world.write()
    moved = json.loads(call(tmp_path, "documents", "changes", "--json"))["moved"]
    assert [(move["old_path"], move["path"]) for move in moved] == [("late.md", "returns.md")]
    assert CliRunner().invoke(app, ["-w", str(tmp_path), "documents", "changes", "999"]).exit_code == 1


def test_the_bench_counts_and_quotes(tmp_path: Path) -> None:
    for name, text in (("old", HIRE), ("new", REWORDED.replace("€21", "€25"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "hire.md").write_text(text, encoding="utf-8")
        (tmp_path / name / "late.md").write_text(LATE.replace("grace", "waiting"), encoding="utf-8")
    bench = Path(__file__).parent.parent / "bench" / "changes.py"
    done = subprocess.run(
        [sys.executable, bench, tmp_path / "old", tmp_path / "new", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["all"]
    assert found["documents"] == {"facts changed": 1, "unchanged": 1}
    assert found["facts"]["changed"] == len(found["alarms"]) == 1
    assert "21 euro" in found["alarms"][0]["old_citation"]


class Killed(Exception):
    """Stands for a kill."""


LONG = "# Prices\n\n" + "\n\n".join(
    f"## Part {number}\n\nThe fee for the {thing} of the harbour is {number + 11} euro. The waiting time for the "
    f"{thing} is {number + 21} minutes."
    for number, thing in enumerate(
        ("north lift", "south lift", "boat ramp", "bike shed", "tea room", "ferry")
    )
)
LONG_REWORDED = (
    LONG.replace("for the north lift", "for north lifts")
    .replace("15 euro", "19 euro")
    .replace("is 24 minutes", "is 44 minutes")
)


@pytest.mark.parametrize("at", [1, 3, 6, 8, 11])
def test_a_killed_examination_of_a_new_edition_ends_as_if_it_had_not_been(tmp_path: Path, at: int) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    plain, killed = World(tmp_path / "a"), World(tmp_path / "b")

    class Fragile(DeterministicEngine):
        calls = 0

        def wordings(self, fact):  # type: ignore[no-untyped-def]
            self.calls += 1
            if self.calls > at:
                raise Killed
            return super().wordings(fact)

    for world in (plain, killed):
        world.write(prices=LONG)
        (world.docs / "prices.md").write_text(LONG_REWORDED, encoding="utf-8")
        ingest(world.store, world.client, world.docs, CorpusSettings())
    with pytest.raises(Killed):
        examine(killed.store, killed.client, Fragile(), SETTINGS, seed=5)
    reports = [world.write() for world in (plain, killed)]
    assert len(reports[0].changed) == 2

    def dump(world: World) -> list[tuple[object, ...]]:
        with world.store.session(write=False) as session:
            facts = session.exec(select(Fact).order_by(col(Fact.id)))
            found: list[tuple[object, ...]] = [
                (f.id, f.key, f.answer, f.state, f.successor_id, f.control, f.document_id, f.start)
                for f in facts
            ]
            questions = session.exec(select(Question).order_by(col(Question.id)))
            return found + [(q.id, q.fact_id, q.pool, q.wording, q.state, *q.references) for q in questions]

    assert dump(killed) == dump(plain)
    check_whole(plain)
    plain.store.close()
    killed.store.close()


def test_cancelling_while_a_new_edition_is_read_leaves_it_for_the_next_time(world: World) -> None:
    world.write(prices=LONG)
    (world.docs / "prices.md").write_text(LONG_REWORDED, encoding="utf-8")
    ingest(world.store, world.client, world.docs, CorpusSettings())
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    report = examine(world.store, world.client, DeterministicEngine(), SETTINGS, seed=5, cancelled=cancelled)
    assert report.cancelled
    assert report.passages == 0
    assert len(world.write().changed) == 2
