"""A small world for campaigns, and a process that runs them and dies when told to.

Run as a script it is a server: each line on stdin is a job (JSON), run in a fork of its own, so that a kill
is a real one and the imports are paid for once. The answer is a line of JSON: the exit code, or minus the
signal.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

AREAS = {
    "fees": ("ferry", "harbour", "museum"),
    "halls": ("office", "school", "library"),
    "tolls": ("bridge", "tunnel", "causeway"),
}
TOWNS = ("Aldermoor", "Brackwell", "Corvane", "Dunmere")
# What the champion knows: all fees, two halls of three, no toll. So one area is fine, one uncertain, one weak.
CHAMPION = ("ferry", "harbour", "museum", "office", "school")
EVERYTHING = tuple(subject for subjects in AREAS.values() for subject in subjects)
CONFIGURATION = """
[clients.town]
documents = "documents"
model = "{model}"
approval = {approval}
[clients.town.corpus]
area_passages = 1
[clients.town.exam]
practice = 2
questions = 24
gate_questions = 30
control_share = 0.2
per_area = 2
[clients.town.gate]
min_questions = 5
area_questions = 4
[clients.town.diagnosis]
{diagnosis}
"""


def make_world(folder: Path, *, approval: bool = False, diagnosis: str = "") -> Path:
    """A workspace with nine documents in three areas, and a model that is only files."""
    for number, (area, subjects) in enumerate(AREAS.items()):
        for place, subject in enumerate(subjects):
            lines = [f"# The {subject} service", ""]
            for row, town in enumerate(TOWNS):
                value = 100 * (number + 1) + 10 * place + row
                if area == "halls":
                    lines.append(f"The opening year of the {town} {subject} is {1500 + value}.")
                else:
                    lines.append(f"The {subject} fee in {town} is {value} pounds.")
                lines.append("")
            path = folder / "documents" / area / f"{subject}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(lines), encoding="utf-8")
    write_model(folder / "base", b"base")
    text = CONFIGURATION.format(model="./base", approval=str(approval).lower(), diagnosis=diagnosis)
    (folder / "nightschool.toml").write_text(text, encoding="utf-8")
    return folder


def write_model(folder: Path, content: bytes) -> None:
    """Files that pass for a model: one tensor of bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    header = json.dumps({"w": {"dtype": "U8", "shape": [len(content)], "data_offsets": [0, len(content)]}})
    weights = len(header).to_bytes(8, "little") + header.encode() + content
    (folder / "model.safetensors").write_bytes(weights)
    (folder / "config.json").write_text("{}")
    (folder / "tokenizer.json").write_text("{}")


def twin_trainer(folder: Path, *, progress: Any = None, cancelled: Any = None) -> dict[str, Any]:
    """What `training.launch.launch` does, without learning anything."""
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    learned = json.dumps([run["rows"], run["seed"]]).encode()
    write_model(folder / "weights", hashlib.sha256(learned).digest())
    result = {"method": "full", "steps": 3, "loss": 0.5}
    (folder / "complete.json").write_text(json.dumps(result))
    return result


@dataclass
class Pupil:
    """Answers right about the subjects that it knows, from the store's own references; otherwise wrong."""

    answers: dict[str, str]
    name: str = "pupil"

    @classmethod
    def who_knows(cls, store: Any, subjects: Sequence[str], wrong: str) -> Pupil:
        from nightschool.store.tables import Fact, Question
        from sqlmodel import select

        with store.session(write=False) as session:
            rows = session.exec(select(Question.wording, Fact.answer, Fact.claim).join(Fact)).all()
        return cls({w: a if any(word in claim for word in subjects) else wrong for w, a, claim in rows})

    def plan(self, questions: Sequence[str]) -> list[list[int]]:
        return [list(range(i, min(i + 5, len(questions)))) for i in range(0, len(questions), 5)]

    def answer(self, batch: Sequence[str]) -> list[Any]:
        from nightschool.evals.answering import Reply

        return [
            Reply(self.answers[question], prompt_tokens=len(question), latency_ms=1.0) for question in batch
        ]

    def close(self) -> None:
        return None


class Reaper:
    """Kills this process at a named probe, or after so many commits."""

    def __init__(self, kill: dict[str, Any]) -> None:
        self.kill = kill
        self.seen = 0
        self.commits = 0

    def probe(self, point: str) -> None:
        if point == self.kill.get("probe"):
            self.seen += 1
            if self.seen == self.kill.get("time", 1):
                os.kill(os.getpid(), signal.SIGKILL)

    def listen(self) -> None:
        from sqlalchemy import event
        from sqlmodel import Session

        def committed(session: Any) -> None:
            if not session.info.pop("wrote", False):
                return  # a look costs nothing to repeat
            self.commits += 1
            if self.commits == self.kill.get("commit"):
                os.kill(os.getpid(), signal.SIGKILL)

        def flushed(session: Any, context: Any) -> None:
            session.info["wrote"] = True
            if self.commits + 1 == self.kill.get("flush"):
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Session, "after_commit", committed)
        event.listen(Session, "after_flush", flushed)


def deps_for(folder: Path, store: Any, job: dict[str, Any], reaper: Reaper) -> Any:
    """Real everything but the models, the trainer and, where the job says so, the settings."""
    from nightschool.agents.deps import default_deps
    from nightschool.agents.workspace import Workspace

    campaign = None
    if job.get("campaign"):
        from nightschool.agents.lookup import find

        campaign = find(store, job["campaign"])
    real = default_deps(Workspace.find(folder), "town", store, campaign=campaign)
    champion, challenger = job.get("champion", CHAMPION), job.get("challenger", EVERYTHING)
    wrong = job.get("wrong", "It is 7 and I am sure.")

    def open_answerer(version: Any) -> Pupil:
        return Pupil.who_knows(store, champion if version.method == "given" else challenger, wrong)

    return replace(
        real,
        open_answerer=open_answerer,
        trainer=twin_trainer,
        probe=reaper.probe,
        poll_s=job.get("poll_s", 0.5),
    )


def run_job(job: dict[str, Any]) -> int:
    """Start or resume a campaign; returns the exit code that the command line would."""
    from nightschool.agents import campaigns
    from nightschool.agents.workspace import Workspace
    from nightschool.store.errors import NightSchoolError

    folder = Path(job["folder"])
    reaper = Reaper(job.get("kill", {}))
    with Workspace.find(folder).store() as store:
        reaper.listen()
        deps = deps_for(folder, store, job, reaper)
        try:
            if job.get("campaign"):
                campaigns.resume(deps, job["campaign"], answer=job.get("answer"))
            else:
                campaigns.run(deps, campaigns.start(deps, seed=job.get("seed", 11)))
        except NightSchoolError as error:
            print(f"nightschool: {error}", file=sys.stderr)
            return error.exit_code
        finally:
            (folder / "commits").write_text(str(reaper.commits))
    return 0


def warm_up() -> None:
    """Import what a campaign imports, learned from one that runs in a fork; later forks then start at once."""
    with tempfile.TemporaryDirectory() as folder:
        child = os.fork()
        if child == 0:
            code = run_job({"folder": str(make_world(Path(folder)))})
            (Path(folder) / "modules").write_text("\n".join(sys.modules))
            os._exit(code)
        os.waitpid(child, 0)
        names = (Path(folder) / "modules").read_text().splitlines()
    for name in names:
        if name.startswith(
            ("nightschool.", "langgraph.", "sqlmodel", "scipy.", "numpy", "pydantic_settings")
        ):
            with suppress(ImportError):
                importlib.import_module(name)


def serve() -> None:
    """Take jobs from stdin until it closes."""
    warm_up()
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 70
            try:
                code = run_job(job)
            except BaseException:  # noqa: BLE001 - the end of a process: nothing may return into the server
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        print(json.dumps(os.waitstatus_to_exitcode(status)), flush=True)


def copy_world(source: Path, target: Path) -> Path:
    """Another workspace like it."""
    shutil.copytree(source, target)
    return target


if __name__ == "__main__":
    serve()
