"""Bad input: one clear line, the right exit code, nothing lost, and the next command works."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from nightschool.cli.main import app
from typer.testing import CliRunner

from .support.loopback import serve
from .support.signals import hear_interrupts
from .support.tiny_models import make_model, make_tokenizer

NAMES = ("Aldmoor", "Birchley", "Cawthorn", "Dunmere", "Eskford")
TEXT = "# Offices\n\n" + "\n\n".join(
    f"The {name} office opens at {7 + number}:30. The rent of the {name} office is {400 + 13 * number} euro a month."
    for number, name in enumerate(NAMES)
)


def refused(*words: str | Path, code: int = 1) -> str:
    """Run a command that must fail with `code`; returns the one line that it says."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, (done.exit_code, done.output, done.exception)
    assert "Traceback" not in done.output
    line = done.stderr.strip()
    if code == 1:
        assert line.startswith("nightschool: "), done.output
        assert "\n" not in line
    return line


def works(*words: str | Path) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def place(tmp_path) -> Path:
    """A workspace with one document and no model."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "offices.md").write_text(TEXT, encoding="utf-8")
    works("-w", tmp_path, "init", tmp_path / "documents", "--client", "acme")
    return tmp_path


def configure(place: Path, **values: str) -> None:
    lines = [f"{name} = {value}" for name, value in {"documents": '"documents"', **values}.items()]
    (place / "nightschool.toml").write_text("\n".join(["[clients.acme]", *lines]) + "\n", encoding="utf-8")


def test_no_workspace(tmp_path):
    assert "nightschool init" in refused("-w", tmp_path, "ingest")
    assert "nightschool init" in refused("-w", tmp_path, "verdicts", "list")


def test_a_missing_documents_folder(place):
    shutil.move(place / "documents", place / "elsewhere")
    assert "documents" in refused("-w", place, "ingest")
    shutil.move(place / "elsewhere", place / "documents")
    assert "added 1" in works("-w", place, "ingest")


def test_a_vanished_folder_loses_no_document(place):
    works("-w", place, "ingest")
    shutil.move(place / "documents", place / "elsewhere")
    refused("-w", place, "ingest")
    (place / "documents").mkdir()
    assert "empty" in refused("-w", place, "ingest")  # most likely a mount that isn't there
    assert '"state": "accepted"' in works("-w", place, "documents", "list", "--json")


def test_init_of_nothing_and_of_a_file(tmp_path):
    assert "no folder" in refused("-w", tmp_path, "init", tmp_path / "none")
    (tmp_path / "file").write_text("x")
    assert "is a file" in refused("-w", tmp_path, "init", tmp_path / "file")


def test_init_twice_overwrites_nothing(place):
    assert "already there" in refused("-w", place, "init", place / "documents")


def test_an_unreadable_file_is_reported_and_stops_nothing(place):
    os.symlink(place / "nowhere.md", place / "documents" / "dangling.md")
    (place / "documents" / "empty.md").write_text("")
    (place / "documents" / "broken.pdf").write_bytes(b"%PDF-1.7\n garbage")
    works("-w", place, "ingest")
    listed = works("-w", place, "documents", "list")
    for name in ("dangling.md", "empty.md", "broken.pdf"):
        assert name in listed
    assert "rejected" in listed


def test_no_model_set(place):
    assert "models create" in refused("-w", place, "campaign", "run")


@pytest.mark.parametrize("model", ["models/none", "./none", "/none"])
def test_a_model_folder_that_is_not_there(place, model):
    configure(place, model=f'"{model}"')
    refused("-w", place, "campaign", "run")
    works("-w", place, "ingest")


def test_a_model_without_tokenizer(place):
    make_model(place / "models" / "own", make_tokenizer("chatml"))
    for file in (place / "models" / "own").glob("*token*"):
        file.unlink()
    configure(place, model='"models/own"')
    assert "tokenizer" in refused("-w", place, "campaign", "run")
    assert "tokenizer" in refused("-w", place, "models", "add", place / "models" / "own")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[clients.acme]\ndocuments = "documents"\nmodell = "x"\n', "did you mean model"),
        ('[client.acme]\ndocuments = "documents"\n', "did you mean clients"),
        (
            '[clients.acme]\ndocuments = "documents"\n[clients.acme.exam]\nquestion = 5\n',
            "did you mean questions",
        ),
        ('[clients.acme]\ndocuments = "documents"\n[clients.acme.exam]\nquestions = "many"\n', "questions"),
        ('[clients.acme]\ndocuments = "documents"\nschedule = "61 2 * * *"\n', "61 2 * * *"),
        ("[clients.acme\n", "line 1"),
        ("[clients.acme]\n", "documents is missing"),
    ],
)
def test_a_broken_configuration(place, text, says):
    kept = (place / "nightschool.toml").read_text()
    (place / "nightschool.toml").write_text(text)
    assert says in refused("-w", place, "ingest")
    (place / "nightschool.toml").write_text(kept)
    works("-w", place, "ingest")


def test_a_newer_database(place):
    works("-w", place, "ingest")
    with closing(sqlite3.connect(place / "nightschool.db")) as connection:
        (known,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
        assert "newer" in refused("-w", place, "ingest")
        assert "newer" in refused("-w", place, "verdicts", "list")
        connection.execute("UPDATE alembic_version SET version_num = ?", (known,))
        connection.commit()
    works("-w", place, "verdicts", "list")


def test_another_kind_of_file_for_a_database(place):
    (place / "nightschool.db").write_bytes(b"a letter to the bank" * 500)
    assert "not a" in refused("-w", place, "ingest")
    assert "not a" in refused("-w", place, "verdicts", "list")


def test_a_database_that_another_process_holds(place):
    works("-w", place, "ingest")
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sqlite3, sys\n"
            "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
            "connection.execute('BEGIN IMMEDIATE')\n"
            "print('held', flush=True)\n"
            "sys.stdin.read()\n",
            place / "nightschool.db",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        (place / "documents" / "more.md").write_text(TEXT.replace("office", "branch"))
        line = refused("-w", place, "ingest")
        assert "another process" in line
        works("-w", place, "documents", "list")  # reading waits for nobody
    finally:
        holder.communicate()
    assert "added 1" in works("-w", place, "ingest")


def test_a_full_disk(place):
    """A real one: a small file system in memory."""
    disk = place / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "none", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no permission to mount a small file system here")
    try:
        (disk / "documents").mkdir()
        (disk / "documents" / "offices.md").write_text(TEXT)
        works("-w", disk, "init", disk / "documents", "--client", "acme")
        assert "space" in refused("-w", disk, "ingest")
        subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)
        assert "added 1" in works("-w", disk, "ingest")
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_no_permission_to_write(place):
    works("-w", place, "ingest")
    subprocess_result = subprocess.run(["mount", "--bind", place, place], capture_output=True, check=False)
    if subprocess_result.returncode:
        pytest.skip("no permission to mount here")
    try:
        (place / "documents" / "more.md").write_text("# More\n\nThe lamp is red.\n")
        subprocess.run(["mount", "-o", "remount,bind,ro", place], check=True)
        line = refused("-w", place, "ingest")
        assert "permission" in line or "read-only" in line or "written" in line
        works("-w", place, "documents", "list")
    finally:
        subprocess.run(["umount", "-l", place], check=True)
    works("-w", place, "ingest")


@pytest.mark.parametrize(
    "words",
    [
        ("verdicts", "show", "7"),
        ("verdicts", "show", "latest"),
        ("campaign", "show", "7"),
        ("campaign", "show", "latest"),
        ("campaign", "resume", "latest"),
        ("campaign", "cancel", "7"),
        ("models", "show", "champion"),
        ("models", "rollback"),
        ("documents", "show", "777"),
        ("ingest", "--client", "acne"),
        ("areas", "--client", "acne"),
    ],
    ids=" ".join,
)
def test_things_that_are_not_there(place, words):
    works("-w", place, "ingest")
    refused("-w", place, *words)


@pytest.mark.parametrize(
    "words",
    [
        ("verdicts", "list", "--label", "wrong"),
        ("verdicts", "show", "abc"),
        ("verdicts", "export", "--format", "xml"),
        ("campaign", "list", "--limit", "0"),
        ("campaign", "lst"),
        ("nothing",),
    ],
    ids=" ".join,
)
def test_usage(place, words):
    works("-w", place, "ingest")
    assert refused("-w", place, *words, code=2)


def test_too_little_to_make_a_model_of(place):
    (place / "documents" / "offices.md").write_text("# Lamp\n\nThe lamp of the office is red.\n")
    assert "too little" in refused("-w", place, "models", "create", "made", "--steps", "2")
    assert "tiny" in refused("-w", place, "models", "create", "made", "--size", "huge", code=2)


def test_an_endpoint_that_is_not_there(place):
    configure(place, model='"http://127.0.0.1:9/v1#tiny"')
    with (place / "nightschool.toml").open("a") as file:
        file.write("[clients.acme.answering]\nmax_retries = 0\n")
    assert "127.0.0.1:9" in refused("-w", place, "campaign", "run")
    assert "failed" in works("-w", place, "campaign", "list")


@pytest.mark.slow
def test_ctrl_c_stops_in_good_order_and_the_campaign_goes_on(place):
    make_model(place / "models" / "own", make_tokenizer("chatml"))
    configure(place, model='"models/own"')
    running = subprocess.Popen(
        [sys.executable, "-m", "nightschool.cli.main", "-w", place, "campaign", "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_interrupts,
    )
    try:
        wait_for_a_campaign(place / "nightschool.db")
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=120)
    finally:
        running.kill()
    assert running.returncode == 130, told
    assert "campaign resume 1" in told
    assert "Traceback" not in told
    done = CliRunner().invoke(app, ["-w", str(place), "campaign", "resume"])
    assert done.exit_code in (0, 3), done.output
    assert works("-w", place, "store", "check") == "No fault found.\n"


def wait_for_a_campaign(path: Path) -> None:
    """Until the campaign's row is there. Bounded by pytest's own time limit."""
    while True:
        try:
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
                if connection.execute("SELECT count(*) FROM campaign").fetchone()[0]:
                    return
        except sqlite3.Error:
            continue


def test_too_much_ungraded_is_incomplete(place):
    """A student that hedges each time: neither right nor wrong can be shown, so nothing is decided."""

    def hedge(request: dict[str, Any]) -> str:
        question = request["messages"][-1]["content"]
        for number, name in enumerate(NAMES):
            if name in question:
                return f"Perhaps {7 + number}:30 or maybe {400 + 13 * number} euro, I am not quite sure."
        return "Perhaps."

    with serve(hedge) as server:
        configure(place, model=f'"{server.url}#tiny"')
        done = CliRunner().invoke(app, ["-w", str(place), "campaign", "run"])
    assert done.exit_code == 4, done.output
    (row,) = json.loads(works("-w", place, "campaign", "list", "--json"))
    assert row["state"] == "incomplete"
    assert row["ungraded"] > row["answers"] / 4
    assert "finished" in refused("-w", place, "campaign", "resume")
