"""Teaching a challenger and making a model from nothing, on a real store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nightschool.store.errors import ModelError
from nightschool.store.tables import (
    TrainingRun,
)
from nightschool.training import registry
from nightschool.training.create import create_model
from nightschool.training.run import RunConfig
from nightschool.training.settings import TeachingSettings
from nightschool.training.teach import teach, training_base
from sqlmodel import select

from .support.training_world import PRICES, TEACHING, World, make_world, model_folder


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, PRICES, control=("Glacier",))
    yield made
    made.store.close()


def trained(folder: Path, **_: object) -> dict[str, Any]:
    """A twin of `launch` that writes what a child would leave."""
    model_folder(folder / "weights", (folder / "run.json").read_bytes())
    return {"method": "full", "steps": 3, "loss": 0.1}


def test_teaching_leaves_a_candidate_with_its_bill_of_materials(world: World, tmp_path: Path) -> None:
    world.grade("Birch", "incorrect")
    version_id = teach(world.store, world.campaign, TEACHING, folder=tmp_path, trainer=trained)
    version = registry.resolve(world.store, world.client, str(version_id))
    assert (version.name, version.method, version.base, version.state) == (
        "v1",
        "sft-full",
        "/models/base",
        "candidate",
    )
    assert version.parent_id == world.version
    assert {each["path"] for each in version.bill_of_materials["documents"]} == set(PRICES)
    assert version.bill_of_materials["rows"]["weak"] == 2
    config = RunConfig.load(tmp_path / f"campaign-{world.campaign}" / "run.json")
    assert config.base == "/models/base"
    assert (tmp_path / f"campaign-{world.campaign}" / "weights" / "MODEL_CARD.md").exists()


def test_teaching_again_returns_the_same_challenger(world: World, tmp_path: Path) -> None:
    first = teach(world.store, world.campaign, TEACHING, folder=tmp_path, trainer=trained)

    def never(folder: Path, **_: object) -> dict[str, Any]:
        raise AssertionError("trained twice")

    assert teach(world.store, world.campaign, TEACHING, folder=tmp_path, trainer=never) == first


def test_teaching_goes_on_after_a_failure_with_the_same_rows(world: World, tmp_path: Path) -> None:
    def fails(folder: Path, **_: object) -> dict[str, Any]:
        raise ModelError("the disk is full")

    with pytest.raises(ModelError, match="disk is full"):
        teach(world.store, world.campaign, TEACHING, folder=tmp_path, trainer=fails)
    run_file = tmp_path / f"campaign-{world.campaign}" / "run.json"
    before = run_file.read_bytes()
    world.grade("Alder", "incorrect")
    teach(world.store, world.campaign, TEACHING, folder=tmp_path, trainer=trained)
    assert run_file.read_bytes() == before
    with world.store.session(write=False) as session:
        run = session.exec(select(TrainingRun)).one()
    assert (run.state, run.method) == ("done", "sft-full")


def test_nothing_to_teach_is_said_with_the_reasons(tmp_path: Path) -> None:
    world = make_world(tmp_path, PRICES, clearance="exam-only")
    with pytest.raises(ModelError, match=r"nothing to teach \(its document's rights forbid it"):
        teach(world.store, world.campaign, TEACHING, folder=tmp_path, trainer=trained)


def test_a_taught_version_is_retrained_from_its_base_and_an_endpoint_not_at_all() -> None:
    assert training_base("/runs/v3/weights", "/models/base", "sft-lora") == "/models/base"
    assert training_base("/runs/first/weights", "/runs/first/blank", "created") == "/runs/first/weights"
    with pytest.raises(ModelError, match="endpoint"):
        training_base("http://localhost:8000/v1#m", "", "given")


def test_too_little_text_makes_no_model(world: World, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="too little to make a model from"):
        create_model(world.store, world.client, "own", folder=tmp_path, settings=TEACHING)
    with pytest.raises(ModelError, match="unknown size 'huge'"):
        create_model(world.store, world.client, "own", "huge", folder=tmp_path, settings=TEACHING)
    with pytest.raises(ModelError, match="no name for a model"):
        create_model(world.store, world.client, "../own", folder=tmp_path, settings=TEACHING)


@pytest.mark.slow
def test_a_model_from_nothing_is_made_adopted_and_made_once(tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    prices = {
        f"{a}.md": {f"{a}{b} 자전거": f"{ord(a)}{ord(b)} 유로" for b in letters[:5]} for a in letters[:12]
    }
    world = make_world(tmp_path, prices, control=("AA 자전거",))
    settings = TeachingSettings(max_steps=3, threads=1)
    version_id = create_model(world.store, world.client, "own", folder=tmp_path, settings=settings)
    version = registry.resolve(world.store, world.client, "own")
    assert (version.id, version.method, version.state) == (version_id, "created", "champion")
    assert 500_000 < version.parameters < 3_000_000
    assert len(version.bill_of_materials["documents"]) == 12
    tokenizer = AutoTokenizer.from_pretrained(version.path)
    assert tokenizer.decode(tokenizer("AA 자전거 가격")["input_ids"]) == "AA 자전거 가격"
    assert create_model(world.store, world.client, "own", folder=tmp_path, settings=settings) == version_id
    assert "AA 자전거" not in (tmp_path / "own" / "run.json").read_text()
