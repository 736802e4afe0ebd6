"""Bills of materials down to licences, and what a withdrawn document's models are due for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nightschool.store.errors import CorpusError, NotFound
from nightschool.store.tables import (
    Document,
    Event,
    Fact,
    ModelVersion,
    Passage,
    Question,
    TrainingRun,
    Withdrawal,
)
from nightschool.training import registry
from nightschool.training.bill import TOKENIZER, bill_of_materials, obligations
from nightschool.training.card import render_card
from nightschool.training.curriculum import plan_everything
from nightschool.training.rights import may_teach
from nightschool.training.rows import build_rows
from nightschool.training.teach import teach
from nightschool.training.touched import touched
from nightschool.training.withdraw import incurable, mark_if_due, withdraw
from sqlmodel import select

from .support.training_world import PRICES, TEACHING, World, make_world, model_folder

CITY, CARGO, TRAIL = "city/bikes.md", "city/cargo.md", "trail/bikes.md"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Documents under three licences, none of which asks for the same."""
    one = make_world(tmp_path, PRICES)
    with one.store.session() as session:
        for path, licence in ((CITY, "CC-BY-SA-4.0"), (CARGO, "CC0-1.0"), (TRAIL, "")):
            row = session.get_one(Document, one.documents[path])
            row.licence, row.rights_evidence = licence, f"“{licence or 'nothing'}”"
    yield one
    one.store.close()


def trained(folder: Path, **_: object) -> dict[str, Any]:
    model_folder(folder / "weights", (folder / "run.json").read_bytes()[:50])
    return {"method": "full", "steps": 1}


def version_of(world: World, number: int) -> ModelVersion:
    with world.store.session(write=False) as session:
        return session.get_one(ModelVersion, number)


def taught(world: World, folder: Path) -> ModelVersion:
    return version_of(world, teach(world.store, world.campaign, TEACHING, folder=folder, trainer=trained))


def run_with_rows(world: World, base: str, **config: object) -> int:
    """A training run whose rows are made of every fact that may be taught."""
    with world.store.session() as session:
        run = TrainingRun(
            client_id=world.client, method="created", base=base, folder="/runs/own", config=config
        )
        session.add(run)
        session.flush()
        number = run.id or 0
    build_rows(
        world.store,
        world.client,
        plan_everything(world.store, world.client),
        TEACHING,
        training_run_id=number,
    )
    return number


def created(world: World, folder: Path, bill: dict[str, Any]) -> ModelVersion:
    path = str(model_folder(folder / "own"))
    spec = registry.VersionSpec("own", path, base="/runs/own/blank", method="created", bill_of_materials=bill)
    return version_of(world, registry.register(world.store, world.client, spec))


@pytest.mark.parametrize(
    ("clearance", "state", "may"),
    [
        ("train", "accepted", True),
        ("train", "superseded", True),  # its facts stand until the examiner has seen the new edition
        ("exam-only", "accepted", False),
        ("ask", "quarantined", False),
        ("train", "quarantined", False),
        ("train", "withdrawn", False),
        ("exclude", "rejected", False),
    ],
)
def test_only_what_is_cleared_is_taught(clearance: str, state: str, may: bool) -> None:
    assert may_teach(clearance, state) is may


def test_exam_only_documents_give_no_row_and_no_text(world: World, tmp_path: Path) -> None:
    with world.store.session() as session:
        session.get_one(Document, world.documents[CITY]).clearance = "exam-only"
    version = taught(world, tmp_path)
    assert {each["path"] for each in version.bill_of_materials["documents"]} == {CARGO, TRAIL}
    run = (tmp_path / f"campaign-{world.campaign}" / "run.json").read_text()
    assert "Alder" not in run
    assert "Dune" in run


def test_the_bill_counts_rows_and_names_licences(world: World, tmp_path: Path) -> None:
    bill = taught(world, tmp_path).bill_of_materials
    by_path = {each["path"]: each for each in bill["documents"]}
    assert {path: each["licence"] for path, each in by_path.items()} == {
        CITY: "CC-BY-SA-4.0", CARGO: "CC0-1.0", TRAIL: "",
    }  # fmt: skip
    assert sum(each["rows"] for each in by_path.values()) == sum(bill["rows"].values())
    assert by_path[CITY]["rows"] > by_path[CARGO]["rows"]  # three facts against two
    assert by_path[CITY] | {"rows": 0} == {
        "id": world.documents[CITY], "path": CITY, "version": 1, "sha256": f"sha-{CITY}", "rights": "unknown",
        "licence": "CC-BY-SA-4.0", "clearance": "train", "evidence": "“CC-BY-SA-4.0”", "rows": 0,
    }  # fmt: skip
    assert bill["licences"] == {"CC-BY-SA-4.0": 1, "CC0-1.0": 1, "": 1}
    owed = obligations(bill)
    assert [each["path"] for each in owed["attribution"]] == [CITY]
    assert [each["path"] for each in owed["share-alike"]] == [CITY]


def test_the_card_says_what_the_licences_ask_for(world: World, tmp_path: Path) -> None:
    version = taught(world, tmp_path)
    card = render_card(world.store, version)
    assert "| `CC-BY-SA-4.0` | 1 |" in card
    assert "| none is known | 1 |" in card
    assert "must name the sources of these 1 documents. Under `CC-BY-SA-4.0`" in card
    assert f"- `{CITY}`, `CC-BY-SA-4.0`: `“CC-BY-SA-4.0”`" in card
    line = next(line for line in card.splitlines() if line.startswith(f"| `{CARGO}`"))
    assert "| `CC0-1.0` | train |" in line
    with world.store.session() as session:
        session.get_one(Document, world.documents[CITY]).licence = "MIT`|<b>"
    assert "<b>" not in render_card(world.store, version).replace("`", "")


def test_the_bill_has_what_only_the_tokenizer_and_what_the_base_has_seen(
    world: World, tmp_path: Path
) -> None:
    with world.store.session() as session:
        extra = Document(client_id=world.client, path="extra.md", sha256="sha-extra", text="No fact in it.")
        session.add(extra)
        session.flush()
        number = extra.id or 0
    first = run_with_rows(world, "/runs/own/blank", **{TOKENIZER: [*world.documents.values(), number]})
    bill = bill_of_materials(world.store, first)
    by_path = {each["path"]: each for each in bill["documents"]}
    assert by_path["extra.md"]["rows"] == 0
    assert by_path[CITY]["rows"] > 0
    own = created(world, tmp_path, bill)
    registry.promote(world.store, own.id or 0)
    with world.store.session() as session:
        session.get_one(Document, world.documents[CITY]).clearance = "exam-only"
    child = bill_of_materials(world.store, run_with_rows(world, own.path))
    bases = {each["path"]: each.get("base", "") for each in child["documents"]}
    assert bases == {CARGO: "", TRAIL: "", CITY: "own", "extra.md": "own"}


def test_looking_at_a_withdrawal_changes_nothing(world: World, tmp_path: Path) -> None:
    version = taught(world, tmp_path)
    registry.promote(world.store, version.id or 0)
    found = touched(world.store, world.documents[CITY])
    assert found.facts == [world.facts[name] for name in ("Alder", "Birch", "Cedar")]
    assert len(found.questions) == 12
    assert found.champion == version.name
    assert found.training_rows == found.versions[0]["rows"] > 0
    with world.store.session(write=False) as session:
        assert session.exec(select(Withdrawal)).all() == []
        assert {fact.state for fact in session.exec(select(Fact))} == {"active"}
    assert version_of(world, version.id or 0).due_reason == ""
    with pytest.raises(NotFound, match="no document 99"):
        touched(world.store, 99)


def test_a_withdrawal_ends_facts_and_questions_and_marks_models(world: World, tmp_path: Path) -> None:
    version = taught(world, tmp_path)
    registry.promote(world.store, version.id or 0)
    found = withdraw(world.store, world.documents[CITY], reason="contract ended", author="Kim")
    with world.store.session(write=False) as session:
        row = session.get_one(Document, world.documents[CITY])
        assert (row.state, row.reason) == ("withdrawn", "withdrawn by Kim: contract ended")
        facts = session.exec(select(Fact).where(Fact.document_id == row.id)).all()
        assert {fact.state for fact in facts} == {"withdrawn"}
        assert all("contract ended" in fact.reason for fact in facts)
        questions = session.exec(select(Question.state).join(Fact).where(Fact.document_id == row.id)).all()
        assert set(questions) == {"superseded"}
        others = session.exec(select(Question.state).join(Fact).where(Fact.document_id != row.id)).all()
        assert set(others) == {"active"}
        (kept,) = session.exec(select(Withdrawal)).all()
        assert (kept.path, kept.sha256, kept.author) == (CITY, f"sha-{CITY}", "Kim")
        event = session.exec(select(Event).where(Event.what == "document.withdrawn")).one()
        assert (event.who, event.detail["versions"], event.detail["facts"]) == ("Kim", [version.name], 3)
    due = version_of(world, version.id or 0)
    assert due.due_reason == f"it learnt from {CITY}, which was withdrawn"
    assert incurable(world.store, due) == ""
    assert found.champion == version.name
    assert "Due for retraining" in render_card(world.store, due)
    left = {item.fact_id for item in plan_everything(world.store, world.client).items}
    assert left == {world.facts[name] for name in ("Dune", "Ember", "Falcon", "Glacier")}
    with pytest.raises(CorpusError, match="was withdrawn before"):
        withdraw(world.store, world.documents[CITY])


def test_all_editions_of_a_document_are_withdrawn(world: World, tmp_path: Path) -> None:
    version = taught(world, tmp_path)
    with world.store.session() as session:
        old = session.get_one(Document, world.documents[CITY])
        old.state, old.ended_at = "superseded", world.store.clock()
        new = Document(
            client_id=world.client,
            path="city/new.md",
            sha256="sha-new",
            text="",
            version=2,
            previous_id=old.id,
        )
        session.add(new)
        session.flush()
        number = new.id or 0
    found = withdraw(world.store, number)
    assert [each["sha256"] for each in found.editions] == [f"sha-{CITY}", "sha-new"]
    assert [each["name"] for each in found.versions] == [version.name]
    with world.store.session(write=False) as session:
        assert set(session.exec(select(Withdrawal.sha256))) == {f"sha-{CITY}", "sha-new"}
        assert session.get_one(Document, world.documents[CITY]).state == "superseded"


def test_what_another_document_says_is_examined_again(world: World, tmp_path: Path) -> None:
    with world.store.session() as session:
        for passage in session.exec(select(Passage)):
            passage.examined_by = "rules 1"
        other = session.get_one(Document, world.documents[TRAIL])
        other.text += " The Alder is sold for 901 euros."
        passage = session.exec(select(Passage).where(Passage.document_id == other.id)).one()
        passage.end = len(other.text)
    withdraw(world.store, world.documents[CITY])
    with world.store.session(write=False) as session:
        marks = {each.document_id: each.examined_by for each in session.exec(select(Passage))}
    assert marks[world.documents[TRAIL]] == ""
    assert marks[world.documents[CARGO]] == "rules 1"


def test_a_model_made_from_nothing_can_only_be_made_anew(world: World, tmp_path: Path) -> None:
    bill = bill_of_materials(world.store, run_with_rows(world, "/runs/own/blank"))
    own = created(world, tmp_path, bill)
    spec = registry.VersionSpec(
        "v1", str(model_folder(tmp_path / "v1", b"x")), base=own.path, method="sft-lora"
    )
    child = version_of(world, registry.register(world.store, world.client, spec))
    other = version_of(
        world, registry.add(world.store, world.client, str(model_folder(tmp_path / "else", b"y")), name="e")
    )
    found = withdraw(world.store, world.documents[CITY])
    assert [each["name"] for each in found.versions] == ["own", "v1"]  # the child through its base's weights
    assert "it was made from nothing on it: make a new base" in incurable(
        world.store, version_of(world, own.id or 0)
    )
    assert "its base own learnt from it too" in incurable(world.store, version_of(world, child.id or 0))
    assert version_of(world, other.id or 0).due_reason == ""


def test_a_run_that_ends_after_the_withdrawal_makes_a_version_that_is_due(
    world: World, tmp_path: Path
) -> None:
    def withdrawn_meanwhile(folder: Path, **_: object) -> dict[str, Any]:
        found = withdraw(world.store, world.documents[CARGO])
        assert found.training_now
        return trained(folder)

    number = teach(world.store, world.campaign, TEACHING, folder=tmp_path, trainer=withdrawn_meanwhile)
    assert version_of(world, number).due_reason == f"it learnt from {CARGO}, which was withdrawn"


def test_a_version_without_the_document_is_not_due(world: World, tmp_path: Path) -> None:
    withdraw(world.store, world.documents[CITY])
    version = taught(world, tmp_path)
    mark_if_due(world.store, version.id or 0)
    assert version_of(world, version.id or 0).due_reason == ""
    assert CITY not in {each["path"] for each in version.bill_of_materials["documents"]}
