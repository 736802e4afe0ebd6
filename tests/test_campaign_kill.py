"""A campaign that is killed anywhere and resumed ends like one that was not: none lost, none twice."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from .campaign_driver import copy_world, make_world

NODES = ("refine", "examine", "answer", "grade", "diagnose", "decide", "teach", "gate", "promote", "report")

# Where it is killed, once or more: at a named point, after the n-th writing transaction (commit) or in it
# (flush); a fraction is of all the transactions of a campaign.
KILLS: dict[str, list[dict[str, Any]]] = {
    **{f"{node}-{when}": [{"probe": f"{node}:{when}"}] for node in NODES for when in ("start", "end")},
    **{f"write-{n}": [{"commit" if n % 2 else "flush": Fraction(n, 10)}] for n in range(1, 10)},
    "twice-answer-grade": [{"probe": "answer:start"}, {"probe": "grade:start", "time": 2}],
    "twice-grade": [{"probe": "grade:end"}, {"probe": "grade:end"}],
    "twice-diagnose-gate": [{"probe": "diagnose:end"}, {"probe": "gate:end"}],
    "thrice": [{"probe": "examine:start"}, {"commit": 60}, {"flush": 20}],
}

# All that a campaign leaves but ids that only count rows, times and durations.
DUMP = {
    "documents": "SELECT path, version, sha256, state, reason FROM document",
    "passages": """SELECT d.path, p.ordinal, p.area, p.start, p.end, p.state, p.examined_by FROM passage p
        JOIN document d ON d.id = p.document_id""",
    "facts": "SELECT key, answer, area, state, control, start, end FROM fact",
    "bank": "SELECT wording, pool, kind, state, unsealed_at IS NULL FROM question",
    "questions": """SELECT k.purpose, k.round, k.position, q.wording FROM campaignquestion k
        JOIN question q ON q.id = k.question_id""",
    "answers": """SELECT m.name, q.wording, a.text, a.prompt_tokens, a.backend FROM answer a
        JOIN question q ON q.id = a.question_id JOIN modelversion m ON m.id = a.model_version_id""",
    "verdicts": """SELECT m.name, q.wording, v.label, v.probability, v.grader, v.reason, v.supersedes_id
        FROM verdict v JOIN answer a ON a.id = v.answer_id JOIN question q ON q.id = a.question_id
        JOIN modelversion m ON m.id = a.model_version_id""",
    "findings": "SELECT kind, area, statistic, threshold, low, high, n, alarm, detail FROM finding",
    "decisions": "SELECT verdict, challenger_id, champion_id, evidence, author FROM decision",
    "rows": "SELECT role, weight, question_id, passage_id, fact_id, text_sha256 FROM trainingrow",
    "runs": "SELECT method, seed, state, result FROM trainingrun",
    "models": "SELECT name, method, sha256, state FROM modelversion",
    "aliases": "SELECT name, model_version_id FROM alias",
    "campaign": "SELECT state, stage, outcome, reason, seed FROM campaign",
    "stages": """SELECT what, json_extract(detail, '$.stage'), json_extract(detail, '$.round') FROM event
        WHERE what LIKE 'stage.%'""",
}


class Driver:
    """The server of `campaign_driver`: one process, one fork a job."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("campaign_driver.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, folder: Path, **job: Any) -> int:
        """Run a job; returns its exit code, or minus the signal that killed it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps({"folder": str(folder), **job}), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()
        self.process.wait()


@pytest.fixture(scope="module")
def drivers() -> Iterator[Queue[Driver]]:
    """Two servers, for the two cores that the tests count on; take one, give it back."""
    pool: Queue[Driver] = Queue()
    made = [Driver(), Driver()]
    for driver in made:
        pool.put(driver)
    yield pool
    for driver in made:
        driver.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def unkilled(drivers: Queue[Driver], world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unkilled") / "w"
    assert walk(drivers, world, folder, ()) == [0]
    return folder


@pytest.fixture(scope="module")
def ends(
    drivers: Queue[Driver], world: Path, unkilled: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Path, list[int]]]:
    """Each of KILLS carried out: the workspace and the exit codes, two at a time."""
    commits = int((unkilled / "commits").read_text())
    root = tmp_path_factory.mktemp("ends")

    def end(name: str) -> tuple[Path, list[int]]:
        kills = [
            {how: int(at * commits) if isinstance(at, Fraction) else at for how, at in kill.items()}
            for kill in KILLS[name]
        ]
        return root / name, walk(drivers, world, root / name, kills)

    with ThreadPoolExecutor(2) as threads:
        return dict(zip(KILLS, threads.map(end, KILLS), strict=True))


def walk(drivers: Queue[Driver], world: Path, folder: Path, kills: Sequence[dict[str, Any]]) -> list[int]:
    """Run a campaign in a copy of the world, killed as told and resumed each time; the exit codes."""
    copy_world(world, folder)
    driver = drivers.get()
    try:
        codes = []
        for number, kill in enumerate([*kills, {}]):
            codes.append(driver.run(folder, kill=kill, **({"campaign": 1} if number else {})))
        return codes
    finally:
        drivers.put(driver)


def dump(folder: Path) -> dict[str, Counter[tuple[Any, ...]]]:
    with closing(sqlite3.connect(folder / "nightschool.db")) as connection:
        return {name: Counter(connection.execute(sql).fetchall()) for name, sql in DUMP.items()}


def assert_same(folder: Path, other: Path) -> None:
    here, there = dump(folder), dump(other)
    for name in DUMP:
        assert here[name] == there[name], f"{name} differ"
    for name in ("questions", "answers", "verdicts", "decisions", "stages", "bank"):
        assert set(here[name].values()) == {1}, f"{name} has something twice"


def test_the_unkilled_campaign_does_all_there_is(unkilled: Path) -> None:
    found = dump(unkilled)
    assert {row[:3] for row in found["campaign"]} == {("done", "report", "promoted")}
    assert {stage for _, stage, _ in found["stages"]} == set(NODES)
    assert {purpose for purpose, *_ in found["questions"]} == {"exam", "control", "gate", "gate_control"}
    assert {round_ for _, round_, *_ in found["questions"]} >= {1, 2}, "no adaptive round was drawn"
    assert found["verdicts"].total() == found["answers"].total() > 80


def test_another_workspace_with_the_same_seed_ends_the_same(
    drivers: Queue[Driver], world: Path, unkilled: Path, tmp_path: Path
) -> None:
    assert walk(drivers, world, tmp_path / "same", ()) == [0]
    assert_same(tmp_path / "same", unkilled)
    driver = drivers.get()
    other = copy_world(world, tmp_path / "other")
    assert driver.run(other, seed=12) == 0
    drivers.put(driver)
    assert dump(other)["questions"] != dump(unkilled)["questions"]


@pytest.mark.parametrize("name", KILLS)
def test_killed_and_resumed(name: str, ends: dict[str, tuple[Path, list[int]]], unkilled: Path) -> None:
    folder, codes = ends[name]
    assert codes[:-1] == [-signal.SIGKILL] * len(KILLS[name])
    # A campaign that was killed after its end is finished: there is nothing to resume.
    assert codes[-1] == (1 if name == "report-end" else 0)
    assert_same(folder, unkilled)
