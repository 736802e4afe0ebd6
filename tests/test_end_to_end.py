"""One real campaign by the command line, killed twice with SIGKILL, equal to one that was left alone."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

TOWNS = (
    "Aldmoor",
    "Birchley",
    "Cawthorn",
    "Dunmere",
    "Eskford",
    "Farnley",
    "Gosmere",
    "Harwick",
    "Ivenhoe",
    "Kelby",
)
PATIENCE_S = 100
SETTINGS = """
[clients.acme]
documents = "documents"
[clients.acme.exam]
questions = 24
gate_questions = 24
[clients.acme.diagnosis]
extra_questions = 0
[clients.acme.answering]
batch_size = 6
max_new_tokens = 12
[clients.acme.teaching]
max_steps = 120
checkpoint_every = 15
threads = 1
"""


def nightschool(place: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "nightschool.cli.main", "-w", place, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def run(place: Path, *words: str, codes: tuple[int, ...] = (0,)) -> str:
    process = nightschool(place, *words)
    out, told = process.communicate(timeout=PATIENCE_S * 2)
    assert process.returncode in codes, told
    return out


def count(place: Path, sql: str) -> int:
    try:
        with closing(sqlite3.connect(f"file:{place / 'nightschool.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchone()[0]
    except sqlite3.Error:
        return 0


def kill_when(process: subprocess.Popen[str], condition: Callable[[], bool]) -> None:
    """SIGKILL as soon as the condition holds; fails when the process ends before, or time runs out."""
    until = time.monotonic() + PATIENCE_S
    while not condition():
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until, "the moment never came"
    process.send_signal(signal.SIGKILL)
    process.communicate()


def rows(place: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(place / "nightschool.db")) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def start(tmp_path_factory) -> Path:
    """A workspace with a tiny model made on the spot."""
    place = tmp_path_factory.mktemp("start")
    (place / "documents").mkdir()
    for number, town in enumerate(TOWNS):
        (place / "documents" / f"{town.lower()}.md").write_text(
            f"# The {town} office\n\nThe {town} office opens at {7 + number % 3}:{10 + number}. "
            f"The rent of the {town} office is {410 + 17 * number} euro a month.\n\n"
            f"The {town} office has {13 + number} desks. "
            f"The head of the {town} office is Ada Stone{'abcdefghij'[number]}ley.\n",
            encoding="utf-8",
        )
    (place / "nightschool.toml").write_text(SETTINGS, encoding="utf-8")
    run(place, "models", "create", "made", "--steps", "30")
    return place


ANSWERS = (
    "SELECT q.wording, m.name, a.text, v.label, v.grader, v.reason FROM answer a "
    "JOIN question q ON q.id = a.question_id JOIN modelversion m ON m.id = a.model_version_id "
    "JOIN verdict v ON v.answer_id = a.id ORDER BY 1, 2"
)
ASKED = "SELECT question_id, purpose, round, position FROM campaignquestion ORDER BY 1, 2"
WEIGHTS = "SELECT name, sha256, state FROM modelversion ORDER BY id"


def test_killed_while_answering_and_while_training(start, tmp_path):
    left_alone, killed = tmp_path / "left-alone", tmp_path / "killed"
    for place in (left_alone, killed):
        shutil.copytree(start, place)
        with closing(sqlite3.connect(place / "nightschool.db")) as connection:
            # Paths of models are absolute: the copy's own.
            connection.execute("UPDATE modelversion SET path = replace(path, ?, ?)", (str(start), str(place)))
            connection.commit()
    run(left_alone, "campaign", "run", "--seed", "5", codes=(0, 3))

    kill_when(
        nightschool(killed, "campaign", "run", "--seed", "5"),
        lambda: count(killed, "SELECT count(*) FROM answer") > 6,
    )
    assert 0 < count(killed, "SELECT count(*) FROM answer") < 24
    folder = killed / "runs" / "acme" / "campaign-1"

    def training() -> bool:
        return any((folder / "checkpoints").glob("checkpoint-*"))

    kill_when(nightschool(killed, "campaign", "resume", "latest"), training)
    assert not (folder / "complete.json").exists()
    run(killed, "campaign", "resume", "latest", codes=(0, 3))

    assert run(killed, "store", "check") == "No fault found.\n"
    assert (
        count(killed, "SELECT count(*) FROM (SELECT 1 FROM verdict GROUP BY answer_id HAVING count(*) > 1)")
        == 0
    )
    for sql in (ASKED, ANSWERS, WEIGHTS):
        assert rows(killed, sql) == rows(left_alone, sql)
    assert rows(killed, "SELECT state, outcome FROM campaign") == rows(
        left_alone, "SELECT state, outcome FROM campaign"
    )
