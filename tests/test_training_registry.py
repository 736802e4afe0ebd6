"""Versions, the champion alias, and what the gate does with its verdict."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from nightschool.store.errors import CampaignError, ModelError, NotFound
from nightschool.store.tables import (
    Campaign,
    Decision,
    Question,
)
from nightschool.training import registry
from nightschool.training.gate import run_gate
from nightschool.training.settings import GateSettings
from sqlmodel import col, select

from .support.training_world import PRICES, World, make_world, model_folder, two_versions


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, PRICES, control=("Glacier",))
    yield made
    made.store.close()


def champion_id(world: World) -> int | None:
    found = registry.champion(world.store, world.client)
    return found.id if found else None


def test_the_first_model_is_adopted_and_others_are_candidates(world: World, tmp_path: Path) -> None:
    first, second = two_versions(world, tmp_path)
    assert champion_id(world) == first
    version = registry.resolve(world.store, world.client, "two")
    assert (version.id, version.state, version.parameters) == (second, "candidate", 5)
    assert registry.resolve(world.store, world.client, "champion").id == first
    assert registry.resolve(world.store, world.client, str(second)).id == second
    assert registry.resolve(world.store, world.client, "latest").id == second
    with pytest.raises(NotFound, match="models here: base, one, two"):
        registry.resolve(world.store, world.client, "three")


def test_promotion_and_rollback_move_alias_states_and_leave_decisions(world: World, tmp_path: Path) -> None:
    first, second = two_versions(world, tmp_path)
    registry.promote(world.store, second, author="Mia", evidence={"reason": "trial"})
    registry.promote(world.store, second)
    assert champion_id(world) == second
    assert registry.resolve(world.store, world.client, "one").state == "retired"
    assert registry.rollback(world.store, world.client, reason="complaints") == first
    assert champion_id(world) == first
    with pytest.raises(NotFound, match="first champion"):
        registry.rollback(world.store, world.client)
    with world.store.session(write=False) as session:
        decisions = [
            (row.verdict, row.challenger_id, row.champion_id) for row in session.exec(select(Decision))
        ]
    assert decisions == [("adopt", first, None), ("promote", second, first), ("rollback", first, second)]


def test_weights_that_changed_are_not_promoted(world: World, tmp_path: Path) -> None:
    first, second = two_versions(world, tmp_path)
    model_folder(tmp_path / "two", b"tampered")
    with pytest.raises(ModelError, match="not those that were registered"):
        registry.promote(world.store, second)
    assert champion_id(world) == first


def test_a_folder_that_is_no_model_is_refused_with_what_is_missing(world: World, tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "m")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="no tokenizer"):
        registry.add(world.store, world.client, str(folder))
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="convert them to safetensors"):
        registry.add(world.store, world.client, str(folder))
    with pytest.raises(ModelError, match="no model folder"):
        registry.add(world.store, world.client, str(tmp_path / "gone"))
    with pytest.raises(ModelError, match="names no model"):
        registry.add(world.store, world.client, "http://localhost:8000/v1")


def test_registering_again_is_the_same_version_but_a_name_is_not_given_twice(
    world: World, tmp_path: Path
) -> None:
    folder = model_folder(tmp_path / "m")
    spec = registry.VersionSpec("v1", str(folder))
    assert registry.register(world.store, world.client, spec) == registry.register(
        world.store, world.client, spec
    )
    with pytest.raises(ModelError, match="already has a model named 'v1'"):
        registry.register(world.store, world.client, replace(spec, path=str(model_folder(tmp_path / "n"))))


def test_a_champion_is_not_rejected(world: World, tmp_path: Path) -> None:
    first, second = two_versions(world, tmp_path)
    registry.reject(world.store, second)
    assert registry.resolve(world.store, world.client, "two").state == "rejected"
    with pytest.raises(ModelError, match="is the champion"):
        registry.reject(world.store, first)


def gated(world: World, tmp_path: Path, champion: list[str], challenger: list[str]) -> tuple[int, list[int]]:
    """Two versions that sat 40 sealed questions, the labels being repeated."""
    first, second = two_versions(world, tmp_path)
    with world.store.session() as session:
        session.get_one(Campaign, world.campaign).model_version_id = first
        for number in range(40):
            session.add(
                Question(
                    client_id=world.client,
                    fact_id=list(world.facts.values())[number % 6],
                    pool="sealed",
                    kind="number",
                    wording=f"sealed wording {number}",
                    references=["x"],
                )
            )
    with world.store.session(write=False) as session:
        questions = session.exec(
            select(Question.id).where(col(Question.wording).startswith("sealed w"))
        ).all()
    asked = [number for number in questions if number is not None]
    for place, question in enumerate(asked):
        world.grade_question(question, champion[place % len(champion)], purpose="gate", version=first)
        world.grade_question(question, challenger[place % len(challenger)], purpose="gate", version=second)
    return second, asked


def test_a_better_challenger_is_promoted_once_and_its_questions_are_unsealed(
    world: World, tmp_path: Path
) -> None:
    second, asked = gated(world, tmp_path, ["incorrect", "correct"], ["correct"])
    evidence = run_gate(world.store, world.campaign, second, GateSettings())
    assert evidence["verdict"] == "promote"
    assert champion_id(world) == second
    assert run_gate(world.store, world.campaign, second, GateSettings()) == evidence
    with world.store.session(write=False) as session:
        assert session.exec(select(Decision).where(Decision.verdict == "promote")).one().evidence == evidence
        pools = {session.get_one(Question, number).pool for number in asked}
    assert pools == {"exam"}
    assert json.loads((tmp_path / "two" / "gate.json").read_text())["verdict"] == "promote"
    card = (tmp_path / "two" / "MODEL_CARD.md").read_text()
    assert "| gate | 40 | 40 |" in card
    assert "promote" in card


def test_a_worse_challenger_is_rejected(world: World, tmp_path: Path) -> None:
    second, _ = gated(world, tmp_path, ["correct"], ["incorrect", "correct"])
    assert run_gate(world.store, world.campaign, second, GateSettings())["verdict"] == "reject"
    assert registry.resolve(world.store, world.client, "two").state == "rejected"
    assert champion_id(world) != second


def test_unreadable_verdicts_hold_the_gate(world: World, tmp_path: Path) -> None:
    second, _ = gated(world, tmp_path, ["incorrect", "correct"], ["correct", "correct", "ungraded"])
    evidence = run_gate(world.store, world.campaign, second, GateSettings())
    assert evidence["verdict"] == "hold"
    assert evidence["missing"] == 13
    assert registry.resolve(world.store, world.client, "two").state == "candidate"


def test_a_champion_that_changed_meanwhile_holds_the_gate(world: World, tmp_path: Path) -> None:
    second, _ = gated(world, tmp_path, ["incorrect", "correct"], ["correct"])
    third = registry.register(
        world.store,
        world.client,
        registry.VersionSpec("three", str(model_folder(tmp_path / "three", b"xyz"))),
    )
    registry.promote(world.store, third, author="Mia")
    evidence = run_gate(world.store, world.campaign, second, GateSettings())
    assert evidence["verdict"] == "hold"
    assert "changed to three" in evidence["reasons"][0]


def test_a_gate_without_sealed_questions_says_so(world: World, tmp_path: Path) -> None:
    _, second = two_versions(world, tmp_path)
    with pytest.raises(CampaignError, match="no sealed questions"):
        run_gate(world.store, world.campaign, second, GateSettings())
