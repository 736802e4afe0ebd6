"""What a person mistypes, and Ctrl-C while a model is made: one line, the right exit code, no traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nightschool.cli.main import app
from typer.testing import CliRunner

HUGE = "9" * 30  # no integer of SQLite's
TEXT = "# Offices\n\n" + "\n\n".join(
    f"The {name} office opens at {7 + number}:30. The rent of the {name} office is {400 + 13 * number} euro a month."
    for number, name in enumerate(("Aldmoor", "Birchley", "Cawthorn", "Dunmere", "Eskford"))
)


def call(place: Path, *words: str, code: int = 0) -> str:
    """Run a command in the workspace; returns what it said on the stream that belongs to `code`."""
    done = CliRunner().invoke(app, ["-w", str(place), *words])
    assert done.exit_code == code, (done.output, done.exception)
    assert "Traceback" not in done.output
    return done.stderr if code else done.stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A workspace with one document taken in, for commands that change nothing."""
    return ingested(tmp_path_factory.mktemp("workspace"))


def ingested(folder: Path) -> Path:
    (folder / "documents").mkdir()
    (folder / "documents" / "offices.md").write_text(TEXT, encoding="utf-8")
    call(folder, "init", str(folder / "documents"), "--client", "acme")
    call(folder, "ingest")
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ("verdicts", "show", HUGE),
        ("verdicts", "list", "--limit", HUGE),
        ("documents", "show", HUGE),
        ("documents", "show", "-1"),
        ("documents", "show", "abc"),
        ("documents", "list", "--state", "wrong"),
        ("campaign", "show", HUGE),
        ("campaign", "run", "--seed", HUGE),
        ("models", "create", "made", "--seed", HUGE),
    ],
    ids=lambda words: " ".join(words)[:40],
)
def test_no_such_number_or_word_is_a_matter_of_usage(place, words):
    assert call(place, *words, code=2)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("verdicts", "export", "{place}/nowhere/verdicts.jsonl"), "no folder"),
        (("verdicts", "export", "{place}"), "is a folder"),
        (("store", "backup", "{place}/nowhere/copy.db"), "doesn't exist"),
    ],
)
def test_a_target_that_cannot_be_written(place, words, says):
    line = call(place, *(word.format(place=place) for word in words), code=1)
    assert line.startswith("nightschool: ")
    assert line.count("\n") == 1
    assert says in line


def test_a_filter_that_finds_nothing_does_not_say_that_the_store_is_empty(place):
    assert call(place, "verdicts", "list") == "No verdict yet: run nightschool campaign run.\n"
    assert call(place, "verdicts", "list", "--area", "nowhere") == "No verdict is like that.\n"
    assert call(place, "documents", "list", "--state", "removed") == "No document is like that.\n"


def test_the_latest_document(place):
    (row,) = json.loads(call(place, "documents", "list", "--json"))
    assert json.loads(call(place, "documents", "show", "latest", "--json"))["id"] == row["id"]


def test_where_the_store_is_as_json(place):
    found = json.loads(call(place, "store", "path", "--json"))
    assert found == {"path": call(place, "store", "path").strip()}


@pytest.mark.slow
def test_ctrl_c_while_a_model_is_made_leaves_no_half_model(tmp_path):
    ingested(tmp_path)
    words = ["-w", tmp_path, "models", "create", "made", "--steps", "9999"]
    making = subprocess.Popen(
        [sys.executable, "-m", "nightschool.cli.main", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        while making.poll() is None and not (tmp_path / "runs" / "acme" / "made" / "run.json").exists():
            time.sleep(0.05)
        os.killpg(making.pid, signal.SIGINT)  # as a terminal does: to all that run there
        _, told = making.communicate(timeout=120)
    finally:
        making.kill()
    assert making.returncode == 130, told
    assert len(told.strip().splitlines()) == 1, told
    assert call(tmp_path, "store", "check") == "No fault found.\n"
    assert json.loads(call(tmp_path, "models", "list", "--json")) == []
    call(tmp_path, "models", "create", "another", "--steps", "2")
