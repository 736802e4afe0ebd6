"""What a person mistypes, and Ctrl-C while a model is made: one line, the right exit code, no traceback."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from nightschool.cli.main import app
from typer.testing import CliRunner

from .support.signals import hear_interrupts

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
        preexec_fn=hear_interrupts,
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


def test_ctrl_c_while_the_command_line_loads_is_one_line():
    program = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'nightschool.cli.main':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from nightschool.cli.entry import run\n"
        "run()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert done.stderr.count("\n") == 1


def test_schedule_run_says_how_the_night_ended(tmp_path):
    ingested(tmp_path)
    done = CliRunner().invoke(app, ["-w", str(tmp_path), "schedule", "run", "--client", "acme"])
    assert done.exit_code == 1  # no model is configured
    assert done.stdout.startswith("acme: ")
    assert "no client 'beech'" in call(tmp_path, "schedule", "run", "--client", "beech", code=1)


@pytest.mark.slow
def test_serve_ends_in_good_order_at_sigterm(tmp_path):
    ingested(tmp_path)
    with (tmp_path / "nightschool.toml").open("a", encoding="utf-8") as file:
        file.write('schedule = "0 3 * * *"\n')
    serving = subprocess.Popen(
        [sys.executable, "-m", "nightschool.cli.main", "-w", tmp_path, "serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while serving.poll() is None and not planned_jobs(tmp_path / "nightschool.db"):
            time.sleep(0.05)
        serving.send_signal(signal.SIGTERM)
        _, told = serving.communicate(timeout=60)
    finally:
        serving.kill()
    assert serving.returncode == 0, told
    assert "acme: 0 3 * * *" in told
    assert "Traceback" not in told
    (row,) = json.loads(call(tmp_path, "schedule", "show", "--json"))
    assert row["client"] == "acme"
    assert call(tmp_path, "store", "check") == "No fault found.\n"


def planned_jobs(database: Path) -> int:
    """How many jobs the running service has planned."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as connection:
            return connection.execute("SELECT count(*) FROM apscheduler_jobs").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def test_doctor_knows_a_registered_model_from_a_hub_name(tmp_path):
    ingested(tmp_path)
    call(tmp_path, "models", "create", "made", "--steps", "2")
    configuration = tmp_path / "nightschool.toml"
    for name, told in (("made", "registered as made"), ("someone/else", "hub name")):
        text = configuration.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("model")]
        configuration.write_text("\n".join([*lines, f'model = "{name}"', ""]), encoding="utf-8")
        rows = json.loads(call(tmp_path, "doctor", "--json"))
        (detail,) = [row["detail"] for row in rows if row["check"] == "acme: model"]
        assert told in detail
