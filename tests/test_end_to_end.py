"""One real campaign by the command line, killed twice with SIGKILL, equal to one that was left alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nightschool.store.errors import StoreError
from nightschool.store.reading import open_reader

pytestmark = pytest.mark.slow

SUBJECTS = {
    "fees": ("ferry", "harbour", "museum", "market"),
    "halls": ("office", "school", "library", "theatre"),
    "tolls": ("bridge", "tunnel", "causeway", "ford"),
}
TOWNS = ("Aldermoor", "Brackwell", "Corvane", "Dunmere")
QUESTIONS = 24
STEPS = 60
PATIENCE_S = 120
# Small batches, so that a kill falls between two; checkpoints, so that one is there to go on from.
SETTINGS = f"""
[clients.town]
documents = "documents"
model = "{{model}}"
[clients.town.corpus]
area_passages = 1
[clients.town.exam]
practice = 2
questions = {QUESTIONS}
gate_questions = 24
control_share = 0.2
[clients.town.diagnosis]
extra_questions = 0
[clients.town.answering]
batch_size = 2
max_new_tokens = 16
[clients.town.teaching]
max_steps = {STEPS}
checkpoint_every = 10
threads = 1
"""


def make_workspace(folder: Path, model: str = "") -> Path:
    """Twelve short documents in three areas, and the settings."""
    for number, (area, subjects) in enumerate(SUBJECTS.items()):
        for place, subject in enumerate(subjects):
            lines = [f"# The {subject} service"]
            for row, town in enumerate(TOWNS):
                value = 100 * (number + 1) + 10 * place + row
                if area == "halls":
                    lines.append(f"The opening year of the {town} {subject} is {1500 + value}.")
                else:
                    lines.append(f"The {subject} fee in {town} is {value} pounds.")
            path = folder / "documents" / area / f"{subject}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    (folder / "nightschool.toml").write_text(SETTINGS.format(model=model), encoding="utf-8")
    return folder


def nightschool(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "nightschool.cli.main", "-w", folder, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def ended(process: subprocess.Popen[str], *codes: int) -> str:
    """What a process printed; it must end with one of the codes."""
    out, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode in codes, out[-1000:] + told[-2000:]
    return out


def wait_for(moment: Callable[[], bool], process: subprocess.Popen[str] | None = None) -> None:
    """Looks until the moment has come; fails when the process ends first or the patience does."""
    until = time.monotonic() + PATIENCE_S
    while not moment():
        assert process is None or process.poll() is None, process.communicate()
        assert time.monotonic() < until, "the moment never came"
        time.sleep(0.02)


def kill_when(process: subprocess.Popen[str], moment: Callable[[], bool]) -> None:
    try:
        wait_for(moment, process)
    finally:
        process.kill()
        process.communicate()


def read(folder: Path, name: str, **params: Any) -> list[dict[str, Any]]:
    with open_reader(folder / "nightschool.db") as reader:
        return reader.read(name, **params)


def answered(folder: Path) -> int:
    """Answers of campaign 1; none where there is no such campaign, or no store, yet."""
    try:
        found = read(folder, "campaign", campaign_id=1)
    except StoreError:
        return 0
    return found[0]["answers"] if found else 0


def furthest_step(run: Path) -> int:
    """The last step that the run's progress tells of; a line that is being written counts for nothing."""
    try:
        lines = (run / "progress.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    except FileNotFoundError:
        return 0
    return max((json.loads(line)["step"] for line in lines if line.endswith("\n")), default=0)


def processes_of(run: Path) -> list[str]:
    """The command lines of living processes that were given this run."""
    listed = subprocess.run(["ps", "-eo", "pid,stat,args"], check=True, capture_output=True, text=True).stdout
    lines = [line.split(maxsplit=2) for line in listed.splitlines()]
    return [parts[2] for parts in lines if str(run) in parts[-1] and not parts[1].startswith("Z")]


def left_behind(folder: Path) -> dict[str, Any]:
    """What a campaign leaves, but times and what follows from them."""
    campaign = read(folder, "campaign", campaign_id=1)[0]
    verdicts = read(folder, "verdicts", campaign_id=1)
    asked = ("model", "wording", "purpose")
    kept = (*asked, "references", "answer", "label", "probability", "grader", "reason", "supersedes_id")
    models = read(folder, "models", client_id=1)
    return {
        "campaign": [campaign[key] for key in ("state", "stage", "outcome", "seed", "answers", "verdicts")],
        "questions": Counter(tuple(row[key] for key in asked) for row in verdicts),
        "verdicts": sorted(repr([row[key] for key in kept]) for row in verdicts),
        "models": [(row["name"], row["state"], row["sha256"], row["aliases"]) for row in models],
    }


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tiny model made on the spot: the folder of its weights."""
    folder = make_workspace(tmp_path_factory.mktemp("maker"))
    ended(nightschool(folder, "models", "create", "base", "--steps", "10"), 0)
    return read(folder, "models", client_id=1)[0]["path"]


def test_killed_while_answering_and_while_training(model: str, tmp_path: Path) -> None:
    unkilled = make_workspace(tmp_path / "unkilled", model)
    folder = make_workspace(tmp_path / "killed", model)
    run = folder / "runs" / "town" / "campaign-1"
    alone = nightschool(unkilled, "campaign", "run", "--seed", "5")
    try:
        kill_when(nightschool(folder, "campaign", "run", "--seed", "5"), lambda: answered(folder) >= 3)
        assert 3 <= answered(folder) < QUESTIONS

        resumed = nightschool(folder, "campaign", "resume", "latest")
        kill_when(resumed, lambda: furthest_step(run) > 10)
        # The child was alive a moment ago, and must not outlive the one that waits for it.
        wait_for(lambda: processes_of(run) == [])
        assert not (run / "complete.json").exists()
        reached = furthest_step(run)
        assert reached < STEPS

        ended(nightschool(folder, "campaign", "resume", "latest"), 0, 3)
        ended(alone, 0, 3)
    finally:
        alone.kill()

    told = [json.loads(line) for line in (run / "progress.jsonl").read_text(encoding="utf-8").splitlines()]
    begun = [(line["event"], line["step"] > 0) for line in told if "event" in line]
    assert begun == [("started", False), ("resumed", True)], "not gone on with from a checkpoint"
    assert ended(nightschool(folder, "store", "check"), 0) == "No fault found.\n"
    found = left_behind(folder)
    assert found["questions"].total() > QUESTIONS
    assert set(found["questions"].values()) == {1}, "something was answered or graded twice"
    assert found == left_behind(unkilled)
