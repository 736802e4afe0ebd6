"""`nightschool documents` about rights: what is held and why, and taking a document back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from nightschool.cli.main import app
from nightschool.store.engine import open_store
from nightschool.store.tables import ModelVersion
from sqlmodel import select
from typer.testing import CliRunner

from .campaign_driver import make_world

RESERVED = "# Pier\n\nThe pier fee in Corvane is 77 pounds.\n\n© 2024 Corvane. All rights reserved.\n"


def call(place: Path, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["-w", str(place), *words])
    assert done.exit_code == code, done.output
    return done.output if code else done.stdout


def read(place: Path, *words: str) -> Any:
    return json.loads(call(place, *words, "--json"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A workspace with ten documents, one of them held, and a champion that learnt from one of the others."""
    folder = make_world(tmp_path)
    (folder / "documents" / "pier.md").write_text(RESERVED, encoding="utf-8")
    (folder / "documents" / "LICENSE").write_text("CC0 1.0 Universal\n", encoding="utf-8")
    call(folder, "ingest")
    call(folder, "models", "add", str(folder / "base"), "--name", "base")
    ferry = one(folder, "fees/ferry.md")
    with open_store(folder / "nightschool.db") as store, store.session() as session:
        version = session.exec(select(ModelVersion)).one()
        version.method, version.base = "sft-full", "/models/elsewhere"
        entry = {
            name: ferry[name]
            for name in ("id", "path", "version", "sha256", "rights", "licence", "clearance")
        }
        version.bill_of_materials = {"documents": [entry | {"rows": 3, "evidence": ""}]}
    return folder


def one(place: Path, path: str) -> dict[str, Any]:
    (found,) = [row for row in read(place, "documents", "list") if row["path"] == path]
    return found


def test_list_and_show_say_what_the_rights_are_and_why(place: Path) -> None:
    pier, ferry = one(place, "pier.md"), one(place, "fees/ferry.md")
    assert (pier["state"], pier["licence"], pier["clearance"]) == (
        "quarantined",
        "all-rights-reserved",
        "ask",
    )
    assert (ferry["state"], ferry["licence"], ferry["clearance"]) == ("accepted", "CC0-1.0", "train")
    assert ferry["rights_evidence"] == "“LICENSE: CC0 1.0 Universal”"
    shown = call(place, "documents", "show", str(pier["id"]))
    assert "All rights reserved." in shown
    assert "set a rights rule" in " ".join(shown.split())
    assert [row["path"] for row in read(place, "documents", "list", "--state", "quarantined")] == ["pier.md"]


def test_a_rule_in_the_configuration_releases_what_is_held(place: Path) -> None:
    with (place / "nightschool.toml").open("a", encoding="utf-8") as file:
        file.write(
            '[[clients.town.corpus.rights]]\npath = "pier.md"\nuse = "exam-only"\nlicence = "by letter"\n'
        )
    call(place, "ingest")
    pier = one(place, "pier.md")
    assert (pier["state"], pier["licence"], pier["clearance"]) == ("accepted", "by letter", "exam-only")


def test_a_wrong_rule_is_one_line(place: Path) -> None:
    with (place / "nightschool.toml").open("a", encoding="utf-8") as file:
        file.write('[[clients.town.corpus.rights]]\npath = "pier.md"\nuse = "train"\nlicense = "MIT"\n')
    told = call(place, "ingest", code=1)
    assert "clients.town.corpus.rights.0.license is not known; did you mean licence?" in told
    assert told.count("\n") == 1


def test_withdraw_shows_first_and_does_it_with_yes(place: Path) -> None:
    ferry = one(place, "fees/ferry.md")
    shown = " ".join(call(place, "documents", "withdraw", str(ferry["id"])).split())
    assert "Nothing was changed" in shown
    assert "1 model versions" in shown
    assert "champion" in shown
    assert one(place, "fees/ferry.md")["state"] == "accepted"
    found = read(
        place,
        "documents",
        "withdraw",
        str(ferry["id"]),
        "--reason",
        "contract ended",
        "--author",
        "Kim",
        "--yes",
    )
    assert (found["done"], found["champion"], found["path"]) == (True, "base", "fees/ferry.md")
    row = one(place, "fees/ferry.md")
    assert (row["state"], row["reason"]) == ("withdrawn", "withdrawn by Kim: contract ended")
    (model,) = read(place, "models", "list")
    assert model["due_reason"] == "it learnt from fees/ferry.md, which was withdrawn"
    assert "fees/ferry.md, which was withdrawn" in " ".join(call(place, "models", "show", "base").split())
    call(place, "ingest")
    assert one(place, "fees/ferry.md")["state"] == "withdrawn"
    assert "was withdrawn before" in call(place, "documents", "withdraw", str(ferry["id"]), "--yes", code=1)


def test_withdrawing_what_is_not_there(place: Path) -> None:
    assert "no document 999" in call(place, "documents", "withdraw", "999", code=1)
    assert "is no document" in call(place, "documents", "withdraw", "ferry", code=2)
