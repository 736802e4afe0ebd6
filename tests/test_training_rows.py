"""Which facts are taught and which rows they make: custody, roles, quota."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nightschool.store.errors import CustodyError
from nightschool.store.tables import (
    Document,
    Fact,
    Finding,
    Passage,
    Question,
    TrainingRow,
    TrainingRun,
    Verdict,
)
from nightschool.training.curriculum import plan_curriculum, plan_everything
from nightschool.training.rows import RowSet, build_rows
from nightschool.training.settings import TeachingSettings
from sqlmodel import select

from .support.training_world import PRICES, TEACHING, World, make_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, PRICES, control=("Glacier",))
    yield made
    made.store.close()


def roles(world: World, settings: TeachingSettings = TEACHING) -> dict[str, str]:
    plan = plan_curriculum(world.store, world.campaign, settings)
    names = {number: name for name, number in world.facts.items()}
    return {names[item.fact_id]: item.role for item in plan.items}


def a_run(world: World) -> int:
    with world.store.session() as session:
        run = TrainingRun(client_id=world.client, method="full", base="b", folder="f")
        session.add(run)
        session.flush()
        assert run.id is not None
    return run.id


def rows_of(world: World, settings: TeachingSettings = TEACHING) -> RowSet:
    plan = plan_curriculum(world.store, world.campaign, settings)
    return build_rows(world.store, world.client, plan, settings, training_run_id=a_run(world))


def test_facts_get_the_role_that_their_exam_gives_them(world: World) -> None:
    world.grade("Alder", "correct")
    world.grade("Birch", "incorrect")
    world.grade("Cedar", "refused")
    with world.store.session() as session:
        session.add(Finding(campaign_id=world.campaign, kind="weak_area", area="city / cargo", alarm=True))
        session.add(Finding(campaign_id=world.campaign, kind="weak_area", area="trail", alarm=False))
    assert roles(world) == {
        "Alder": "replay",
        "Birch": "weak",
        "Cedar": "weak",
        "Dune": "weak",
        "Ember": "weak",
        "Falcon": "new",
    }


def test_a_correction_of_a_verdict_counts_and_not_the_first_verdict(world: World) -> None:
    world.grade("Alder", "incorrect")
    with world.store.session() as session:
        first = session.exec(select(Verdict)).one()
        session.add(
            Verdict(
                answer_id=first.answer_id,
                label="correct",
                grader="rules",
                grader_version="2",
                supersedes_id=first.id,
            )
        )
    assert roles(world)["Alder"] == "replay"


def test_a_changed_fact_is_changed_until_it_was_taught(world: World) -> None:
    with world.store.session() as session:
        old = Fact(
            **session.get_one(Fact, world.facts["Alder"]).model_dump(
                exclude={"id", "state", "answer", "successor_id"}
            ),
            answer="850 euros",
            state="superseded",
            successor_id=world.facts["Alder"],
        )
        session.add(old)
    assert roles(world)["Alder"] == "changed"
    run = a_run(world)
    with world.store.session() as session:
        session.get_one(TrainingRun, run).model_version_id = world.version
        session.add(
            TrainingRow(
                training_run_id=run,
                question_id=world.question("Alder", "practice"),
                fact_id=world.facts["Alder"],
                role="changed",
            )
        )
    assert roles(world)["Alder"] == "replay"


def test_what_the_model_knew_before_is_kept_in_a_small_share_only(world: World) -> None:
    for subject in ("Alder", "Birch", "Cedar", "Dune", "Ember"):
        world.grade(subject, "correct")
    world.grade("Falcon", "incorrect")
    kept = roles(world, TeachingSettings(replay_share=0.5))
    assert sorted(kept.values()) == ["replay", "weak"]
    assert len(roles(world, TeachingSettings(replay_share=1.0))) == 6


def test_rights_that_forbid_it_and_control_facts_leave_facts_out(tmp_path: Path) -> None:
    world = make_world(tmp_path, PRICES, control=("Alder",), clearance="exam-only")
    plan = plan_everything(world.store, world.client)
    assert plan.items == []
    assert plan.left_out["control fact: never taught"] == 1
    assert plan.left_out["its document's rights forbid it (exam-only)"] == 6


def test_rows_come_from_practice_and_the_store_knows_where_each_came_from(world: World) -> None:
    world.grade("Birch", "incorrect")
    made = rows_of(world)
    questions = [row for row in made.rows if row.question]
    assert len(questions) == 12
    assert made.facts == 6
    assert made.wordings == 2
    assert {row.answer for row in questions if "Birch" in row.question} == {"802 euros"}
    assert {row.weight for row in questions if row.role == "weak"} == {2.0}
    with world.store.session(write=False) as session:
        stored = session.exec(select(TrainingRow)).all()
    assert len(stored) == len(made.rows)
    assert all(row.question_id or row.passage_id for row in stored)


def test_a_control_fact_stands_in_no_row(world: World) -> None:
    made = rows_of(world, TeachingSettings(passage_share=0.5))
    texts = [row.text for row in made.rows if row.text]
    assert any("Falcon is sold for 2106 euros" in text for text in texts)
    assert not [row for row in made.rows if "Glacier" in row.question + row.text]
    assert made.dropped["sentence states a control fact"] == 1


def test_a_control_fact_is_cut_out_of_other_documents_too(tmp_path: Path) -> None:
    prices = {"a.md": {"Glacier": "2207 euros", "Alder": "901 euros"}, "b.md": {"Birch": "802 euros"}}
    world = make_world(tmp_path, prices, control=("Glacier",))
    with world.store.session() as session:
        document = session.get_one(Document, world.documents["b.md"])
        document.text += " A used Glacier is never more than 2207 euros. We also sell bells."
        passage = session.exec(select(Passage).where(Passage.document_id == document.id)).one()
        passage.end = len(document.text)
    made = rows_of(world, TeachingSettings(passage_share=0.5))
    texts = " ".join(row.text for row in made.rows)
    assert "We also sell bells" in texts
    assert "2207" not in texts
    assert made.dropped["sentence gives a control fact away"] == 1


def test_a_row_that_is_nearly_an_exam_wording_is_dropped_and_counted(world: World) -> None:
    with world.store.session() as session:
        session.add(
            Question(
                client_id=world.client,
                fact_id=world.facts["Alder"],
                pool="practice",
                kind="number",
                wording="how much must a customer pay for the Alder",
                references=["901 euros"],
            )
        )
    made = rows_of(world)
    assert made.dropped["near duplicate of an exam or sealed wording"] == 1
    assert not [row for row in made.rows if "must a customer" in row.question]


def test_the_quota_is_by_fact_and_not_by_wording(world: World) -> None:
    with world.store.session() as session:
        for number in range(6):
            session.add(
                Question(
                    client_id=world.client,
                    fact_id=world.facts["Alder"],
                    pool="practice",
                    kind="number",
                    wording=f"Alder, in shop {number}: price?",
                    references=["901 euros"],
                )
            )
    made = rows_of(world)
    seen = {
        subject: sum(row.weight for row in made.rows if subject in row.question)
        for subject in ("Alder", "Birch")
    }
    assert seen["Alder"] == pytest.approx(seen["Birch"], rel=0.01)


def test_rows_made_again_for_the_same_run_replace_the_first(world: World) -> None:
    plan = plan_curriculum(world.store, world.campaign, TEACHING)
    run = a_run(world)
    first = build_rows(world.store, world.client, plan, TEACHING, training_run_id=run)
    assert build_rows(world.store, world.client, plan, TEACHING, training_run_id=run) == first
    with world.store.session(write=False) as session:
        assert len(session.exec(select(TrainingRow)).all()) == len(first.rows)


def test_the_database_refuses_an_exam_question_as_a_row(world: World) -> None:
    run = a_run(world)
    row = TrainingRow(training_run_id=run, question_id=world.question("Alder", "exam"), role="weak")
    with pytest.raises(CustodyError), world.store.session() as session:
        session.add(row)


def test_passages_get_their_share_of_the_text(world: World) -> None:
    made = rows_of(world, TeachingSettings(passage_share=0.4))
    questions = sum(len(row.question + row.answer) * row.weight for row in made.rows if row.question)
    text = sum(len(row.text) * row.weight for row in made.rows if row.text)
    assert text / (text + questions) == pytest.approx(0.4, abs=0.01)
    assert not [row for row in rows_of(world, TeachingSettings(passage_share=0.0)).rows if row.text]
