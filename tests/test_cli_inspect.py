"""The commands that inspect, over one small campaign that was really run."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nightschool.cli.main import app
from typer.testing import CliRunner

from .support.tiny_models import make_model, make_tokenizer

pytestmark = pytest.mark.filterwarnings(
    "ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"
)  # peft 0.21

TOWNS = ("Aldmoor", "Birchley", "Cawthorn", "Dunmere", "Eskford", "Farnley", "Gosmere", "Harwick")
SETTINGS = """
[clients.acme.exam]
questions = 24
gate_questions = 40
[clients.acme.diagnosis]
extra_questions = 0
[clients.acme.answering]
max_new_tokens = 8
[clients.acme.teaching]
method = "full"
max_steps = 4
[clients.acme.gate]
max_missing = 1.0
"""


def write_documents(folder: Path) -> None:
    """Eight short documents, one with a terminal's control characters and markup in it."""
    folder.mkdir(parents=True)
    for number, town in enumerate(TOWNS):
        text = (
            f"# The {town} office\n\n"
            f"The {town} office opens at {7 + number % 3}:{10 + number}. "
            f"The rent of the {town} office is {410 + 17 * number} euro a month. "
            f"The {town} office has {3 + number} desks. "
            f"The head of the {town} office is Ada Stone{chr(97 + number)}ley.\n"
        )
        (folder / f"{town.lower()}.md").write_text(text, encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "odd.txt").write_text(
        "The code of the [bold]red[/bold] door is 77 \x1b[31m.\n", encoding="utf-8"
    )


def call(*words: str | Path, code: int = 0) -> str:
    """Run a command in this process; its exit code must be `code`. Returns what it printed."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.output if code else done.stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A workspace after its first campaign."""
    folder = tmp_path_factory.mktemp("workspace")
    write_documents(folder / "documents")
    make_model(folder / "models" / "own", make_tokenizer("chatml"))
    call("-w", folder, "init", folder / "documents", "--client", "acme", "--model", "models/own")
    with (folder / "nightschool.toml").open("a", encoding="utf-8") as file:
        file.write(SETTINGS)
    assert "added 10" in call("-w", folder, "ingest")
    assert "Decision: reject" in call("-w", folder, "campaign", "run", "--seed", "3", code=3)
    return folder


def read(place: Path, *words: str | Path) -> Any:
    return json.loads(call("-w", place, *words, "--json"))


def test_a_second_ingest_takes_in_nothing(place):
    found = read(place, "ingest")
    assert (found["unchanged"], found["added"], found["changed"]) == (10, 0, 0)


def test_campaigns(place):
    (row,) = read(place, "campaign", "list")
    assert (row["state"], row["outcome"], row["seed"]) == ("done", "rejected", 3)
    report = read(place, "campaign", "show", "latest")
    assert report["campaign"]["id"] == row["id"]
    assert report["counts"]["answers"] == row["answers"] == sum(report["counts"]["verdicts"].values())
    assert report["sealed"]["after"]["n"] > 0
    shown = call("-w", place, "campaign", "show", str(row["id"]))
    assert "Sealed questions, unseen wordings" in shown
    assert "control facts, never taught" in shown


def test_verdicts(place):
    rows = read(place, "verdicts", "list", "--limit", "1000")
    assert len(rows) == read(place, "campaign", "list")[0]["verdicts"]
    assert call("-w", place, "verdicts", "list", "--area", "nowhere") == "No verdict is like that.\n"
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)
    wrong = read(
        place, "verdicts", "list", "--label", "incorrect", "--campaign", "latest", "--client", "acme"
    )
    assert {row["label"] for row in wrong} == {"incorrect"}
    one = read(place, "verdicts", "show", str(wrong[0]["id"]))
    assert one["answer"] == wrong[0]["answer"]
    assert one["references"][0] in one["citation"]
    assert read(place, "verdicts", "show", "latest")["id"] == rows[0]["id"]
    assert one["history"][-1]["id"] == one["id"]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_export(place, tmp_path, form):
    target = tmp_path / "out"
    call("-w", place, "verdicts", "export", target, "--format", form)
    text = target.read_bytes().decode()
    rows = (
        [json.loads(line) for line in text.splitlines()]
        if form == "jsonl"
        else list(csv.DictReader(io.StringIO(text, newline="")))
    )
    assert len(rows) == read(place, "campaign", "list")[0]["verdicts"]
    assert {"wording", "answer", "label", "references", "citation"} <= set(rows[0])
    assert call("-w", place, "verdicts", "export", "--format", form) == text


def test_a_cell_that_a_spreadsheet_would_run_is_quoted():
    from nightschool.cli.verdicts import as_csv

    rows = list(csv.DictReader(io.StringIO(as_csv([{"answer": "=1+1", "n": -3, "list": ["a", "b"]}]))))
    assert rows == [{"answer": "'=1+1", "n": "-3", "list": "a / b"}]


def test_areas(place):
    rows = read(place, "areas")
    report = read(place, "campaign", "show")
    asked = {row["area"]: row["n"] for row in report["exam"]["areas"]}
    assert {row["path"]: row["asked"] for row in rows if row["asked"]} == asked
    assert sum(row["facts"] for row in rows) >= 24
    assert "accuracy" in call("-w", place, "areas")


def test_documents_and_their_states(place):
    rows = read(place, "documents", "list")
    assert len(rows) == 10
    (picture,) = read(place, "documents", "list", "--state", "unsupported")
    assert picture["path"] == "picture.png"
    assert picture["reason"]
    shown = read(place, "documents", "show", str(rows[0]["id"]))
    assert shown["passages"][0]["text"] in shown["text"]
    assert "Passages" in call("-w", place, "documents", "show", str(rows[0]["id"]))
    assert read(place, "documents", "show", "latest")["id"] == max(row["id"] for row in rows)


def test_control_characters_and_markup_are_shown_not_sent(place):
    (odd,) = [row for row in read(place, "documents", "list") if row["path"] == "odd.txt"]
    call("-w", place, "documents", "show", str(odd["id"]))
    from nightschool.cli.output import plain

    assert plain("a\x1b[31mb[bold]") == "a\\x1b[31mb[bold]"
    for command in (("verdicts", "list"), ("verdicts", "show", "latest"), ("documents", "list")):
        assert "\x1b" not in call("-w", place, *command)


def test_models_promote_and_rollback(place):
    rows = read(place, "models", "list")
    assert [(row["name"], row["aliases"], row["state"]) for row in rows][-1] == (
        "base",
        "champion",
        "champion",
    )
    challenger = rows[0]["name"]
    shown = read(place, "models", "show", challenger)
    assert [each["name"] for each in shown["lineage"]] == [challenger, "base"]
    assert {each["path"] for each in shown["bill_of_materials"]["documents"]} <= {
        row["path"] for row in read(place, "documents", "list")
    }
    call("-w", place, "models", "promote", challenger, code=2)  # a person says why
    call("-w", place, "models", "promote", challenger, "--reason", "a try", "--author", "Kim")
    assert read(place, "models", "show", "champion")["name"] == challenger
    assert read(place, "models", "show", challenger)["decisions"][0]["author"] == "Kim"
    call("-w", place, "models", "rollback", "--reason", "enough")
    assert read(place, "models", "show", "champion")["name"] == "base"


def test_the_store(place, tmp_path):
    assert call("-w", place, "store", "path").strip() == str(place / "nightschool.db")
    assert read(place, "store", "path") == {"path": str(place / "nightschool.db")}
    assert read(place, "store", "status")["rows"]["verdict"] > 0
    copy = tmp_path / "copy.db"
    assert call("-w", place, "store", "backup", copy).strip() == str(copy)
    assert "exists already" in call("-w", place, "store", "backup", copy, code=1)
    assert read(place, "store", "check") == []


def test_the_schedule(place):
    assert "No client has a `schedule`" in call("-w", place, "schedule", "show")


def test_doctor(place):
    rows = read(place, "doctor")
    assert {row["state"] for row in rows} <= {"ok", "warning"}
    assert any(row["check"] == "acme: model" for row in rows)


HEAVY = (
    "torch",
    "transformers",
    "trl",
    "langgraph",
    "scipy",
    "sqlmodel",
    "sqlalchemy",
    "alembic",
    "pydantic_settings",
)


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["verdicts", "list"],
        ["verdicts", "show", "latest"],
        ["areas"],
        ["documents", "list"],
        ["models", "list"],
        ["models", "show", "champion"],
        ["campaign", "list"],
        ["verdicts", "export"],
        ["documents", "show", "latest"],
        ["store", "path"],
        ["store", "status"],
        ["store", "check"],
    ],
    ids=" ".join,
)
def test_inspecting_commands_load_no_heavy_library(place, words):
    program = (
        "import sys\n"
        "from nightschool.cli.main import app\n"
        "try:\n    app(sys.argv[1:])\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "-w", str(place), *words],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert done.stderr.strip() == "[]"
