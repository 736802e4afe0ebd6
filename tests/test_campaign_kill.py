"""A campaign that is killed anywhere and resumed ends like one that was not: none lost, none twice."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from .campaign_driver import copy_world, make_world

NODES = ("refine", "examine", "answer", "grade", "diagnose", "decide", "teach", "gate", "promote", "report")

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
def driver() -> Iterator[Driver]:
    driver = Driver()
    yield driver
    driver.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def unkilled(driver: Driver, world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_world(world, tmp_path_factory.mktemp("unkilled") / "w")
    assert driver.run(folder) == 0
    return folder


def dump(folder: Path) -> dict[str, Counter[tuple[Any, ...]]]:
    with closing(sqlite3.connect(folder / "nightschool.db")) as connection:
        return {name: Counter(connection.execute(sql).fetchall()) for name, sql in DUMP.items()}


def assert_same(folder: Path, other: Path) -> None:
    here, there = dump(folder), dump(other)
    for name in DUMP:
        assert here[name] == there[name], f"{name} differ"
    for name in ("questions", "answers", "verdicts", "decisions", "stages", "bank"):
        assert set(here[name].values()) == {1}, f"{name} has something twice"


def killed(driver: Driver, world: Path, target: Path, kill: dict[str, Any]) -> Path:
    """A workspace whose first campaign was killed so."""
    folder = copy_world(world, target)
    assert driver.run(folder, kill=kill) == -signal.SIGKILL
    return folder


def test_the_unkilled_campaign_does_all_there_is(unkilled: Path) -> None:
    found = dump(unkilled)
    assert {row[:3] for row in found["campaign"]} == {("done", "report", "promoted")}
    assert {stage for _, stage, _ in found["stages"]} == set(NODES)
    assert {purpose for purpose, *_ in found["questions"]} == {"exam", "control", "gate", "gate_control"}
    assert {round_ for _, round_, *_ in found["questions"]} >= {1, 2}, "no adaptive round was drawn"
    assert found["verdicts"].total() == found["answers"].total() > 80


def test_another_workspace_with_the_same_seed_ends_the_same(
    driver: Driver, world: Path, unkilled: Path, tmp_path: Path
) -> None:
    folder = copy_world(world, tmp_path / "w")
    assert driver.run(folder) == 0
    assert_same(folder, unkilled)
    other = copy_world(world, tmp_path / "other")
    assert driver.run(other, seed=12) == 0
    assert dump(other)["questions"] != dump(unkilled)["questions"]


@pytest.mark.parametrize("when", ["start", "end"])
@pytest.mark.parametrize("node", NODES)
def test_killed_at_a_node(
    driver: Driver, world: Path, unkilled: Path, tmp_path: Path, node: str, when: str
) -> None:
    folder = killed(driver, world, tmp_path / "w", {"probe": f"{node}:{when}"})
    if (node, when) == ("report", "end"):
        assert driver.run(folder, campaign=1) == 1, "a finished campaign is not resumed"
    else:
        assert driver.run(folder, campaign=1) == 0
    assert_same(folder, unkilled)


@pytest.mark.parametrize("part", range(1, 13))
def test_killed_in_the_middle_of_writing(
    driver: Driver, world: Path, unkilled: Path, tmp_path: Path, part: int
) -> None:
    """Right after one of the transactions, or in it: spread over the whole campaign."""
    commits = int((unkilled / "commits").read_text())
    how = "commit" if part % 2 else "flush"
    folder = killed(driver, world, tmp_path / "w", {how: commits * part // 13})
    assert driver.run(folder, campaign=1) == 0
    assert_same(folder, unkilled)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"probe": "answer:start"}, {"probe": "grade:start", "time": 2}),
        ({"probe": "grade:end"}, {"probe": "grade:end"}),
        ({"probe": "diagnose:end"}, {"probe": "gate:end"}),
        ({"probe": "examine:start"}, {"commit": 60}),
    ],
)
def test_killed_twice(
    driver: Driver,
    world: Path,
    unkilled: Path,
    tmp_path: Path,
    first: dict[str, Any],
    second: dict[str, Any],
) -> None:
    folder = killed(driver, world, tmp_path / "w", first)
    assert driver.run(folder, campaign=1, kill=second) == -signal.SIGKILL
    assert driver.run(folder, campaign=1) == 0
    assert_same(folder, unkilled)
