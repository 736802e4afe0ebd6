"""The store between processes: two that open a new file, two that write, one killed, one that holds it."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from nightschool.store.engine import open_store
from nightschool.store.errors import StoreLocked
from nightschool.store.reading import open_reader
from nightschool.store.tables import Client
from nightschool.store.upkeep import backup, check

WAIT = 120  # seconds; generous, the machine is shared


def _python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A child that has its imports done and waits for a line before it goes on."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    line = child.stdout.readline().strip()
    assert line, child.communicate(timeout=WAIT)[1]
    return line


def _go(children: list[subprocess.Popen[str]]) -> None:
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()


OPEN_AND_WRITE = """
import sys
import nightschool.store.migrating, alembic.command
from nightschool.store.engine import open_store
from nightschool.store.events import record
path, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
with open_store(path, busy_timeout=60) as store:
    for step in range(count):
        with store.session() as session:
            record(session, f"{name}.{step}")
"""


def test_processes_that_create_and_write_one_file_all_succeed(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    children = [_python(OPEN_AND_WRITE, path, name, 30) for name in ("a", "b", "c")]
    assert [_line(child) for child in children] == ["ready"] * 3
    _go(children)
    for child in children:
        _, said = child.communicate(timeout=WAIT)
        assert child.returncode == 0, said
    with open_reader(path) as reader:
        assert {row["what"] for row in reader.read("events")} == {
            f"{n}.{s}" for n in "abc" for s in range(30)
        }
    assert check(path) == []
    assert list(tmp_path.glob("*.backup-*")) == []


KILLED = """
import sys
from nightschool.store.engine import open_store
from nightschool.store.tables import Client
store = open_store(sys.argv[1])
with store.session() as session:
    session.add(Client(name="whole"))
with store.session() as session:
    for number in range(3000):  # more than SQLite's page cache keeps, so that the WAL holds unfinished pages
        session.add(Client(name=f"half {number} " + "x" * 2000))
    session.flush()
    print("ready", flush=True)
    sys.stdin.readline()
"""


def test_killed_in_a_transaction_leaves_nothing_half_written(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    child = _python(KILLED, path)
    assert _line(child) == "ready"
    assert (tmp_path / "nightschool.db-wal").stat().st_size > 1_000_000
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=WAIT)
    assert child.returncode == -signal.SIGKILL
    with open_reader(path) as reader:
        assert [row["name"] for row in reader.read("clients")] == ["whole"]
    with open_store(path) as store:
        with store.session() as session:
            session.add(Client(name="after"))
        assert [row["name"] for row in store.read("clients")] == ["after", "whole"]
    assert check(path) == []


KILLED_MIGRATING = """
import os, signal, sys
import nightschool.store.migrating as migrating
from nightschool.store.engine import open_store
real = migrating.upgrade
def upgrade(*arguments):
    real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
migrating.upgrade = upgrade
open_store(sys.argv[1])
"""


def test_killed_while_migrating_starts_afresh(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    child = _python(KILLED_MIGRATING, path)
    child.communicate(timeout=WAIT)
    assert child.returncode == -signal.SIGKILL
    raw = sqlite3.connect(path)
    assert raw.execute("SELECT name FROM sqlite_master").fetchall() == []
    raw.close()
    open_store(path).close()
    assert check(path) == []


HOLDS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    connection.execute(statement).fetchall()
print("ready", flush=True)
sys.stdin.readline()
"""


def _finish(child: subprocess.Popen[str]) -> None:
    _go([child])
    child.communicate(timeout=WAIT)


def test_write_lock_of_another_process_is_named_and_reading_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    open_store(path).close()
    child = _python(HOLDS, path, "BEGIN EXCLUSIVE", "INSERT INTO client VALUES (7, 'unseen', '2026-01-01')")
    assert _line(child) == "ready"
    with open_store(path, busy_timeout=0.05) as store:
        with pytest.raises(StoreLocked, match="locked by another process: wait"), store.session() as session:
            session.add(Client(name="firm"))
        assert store.read("clients") == []
        with open_reader(path, busy_timeout=0.05) as reader:
            assert reader.read("clients") == []
        assert backup(path).exists()
        _finish(child)
        with store.session() as session:
            session.add(Client(name="firm"))
        assert [row["name"] for row in store.read("clients")] == ["firm"]


def test_file_held_whole_by_another_process_is_named_by_every_door(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    open_store(path).close()
    hold = ("PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE", "UPDATE client SET name = name")
    child = _python(HOLDS, path, *hold)
    assert _line(child) == "ready"
    for door in (open_store, open_reader):
        with pytest.raises(StoreLocked, match="locked by another process"):
            door(path, busy_timeout=0.05)
    _finish(child)
    open_store(path).close()


def test_new_file_held_by_another_process_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    child = _python(HOLDS, path, "BEGIN EXCLUSIVE")
    assert _line(child) == "ready"
    with pytest.raises(StoreLocked, match="locked by another process"):
        open_store(path, busy_timeout=0.05)
    _finish(child)
    open_store(path).close()
    assert check(path) == []


FULL = """
import resource, sys
import nightschool.store.migrating, alembic.command
from nightschool.store.engine import open_store
from nightschool.store.errors import StoreError
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))  # the system refuses to let any file grow beyond
try:
    open_store(sys.argv[1])
except StoreError as error:
    print(error)
"""


def test_disk_full_while_creating_is_named_and_the_next_try_works(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    child = _python(FULL, path)
    said, trouble = child.communicate(timeout=WAIT)
    assert "disk" in said, trouble
    assert said.count("\n") == 1
    open_store(path).close()
    assert check(path) == []


NOBODY = """
import os, sys, tempfile
import nightschool.store.queries
from nightschool.store.engine import open_store
from nightschool.store.errors import StoreError
from nightschool.store.reading import open_reader
with tempfile.TemporaryDirectory() as folder, open_store(folder + "/a.db") as store:
    store.read("clients")  # whatever is imported late is imported now
if os.getuid() == 0:  # permissions don't bind root
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
with open_reader(sys.argv[1]) as reader:
    print([row["name"] for row in reader.read("clients")])
try:
    with open_store(sys.argv[1]):
        print("opened")
except StoreError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs Unix permissions")
def test_folder_without_write_permission_can_be_read_and_says_so_on_write() -> None:
    folder = Path(tempfile.mkdtemp())  # not under pytest's folder, which only its owner may enter
    path = folder / "nightschool.db"
    try:
        with open_store(path) as store, store.session() as session:
            session.add(Client(name="firm"))
        path.chmod(0o444)
        folder.chmod(0o555)
        child = _python(NOBODY, path)
        said, trouble = child.communicate(timeout=WAIT)
        lines = said.splitlines()
        assert lines[0] == "['firm']", trouble
        assert len(lines) == 2
        assert lines[1].startswith(str(path))
        assert "check" in lines[1]
        assert "folder" in lines[1]
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_reader_sees_what_a_writing_process_commits(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    open_store(path).close()
    insert = "INSERT INTO client VALUES (7, 'firm', '2026-01-01')"
    child = _python(HOLDS, path, "BEGIN IMMEDIATE", insert, "COMMIT", "BEGIN IMMEDIATE", "DELETE FROM client")
    assert _line(child) == "ready"
    with open_reader(path) as reader:
        assert [row["name"] for row in reader.read("clients")] == ["firm"]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.connection.execute(insert)
    _finish(child)


def test_backup_while_another_process_writes_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    open_store(path).close()
    child = _python(OPEN_AND_WRITE, path, "a", 200)
    assert _line(child) == "ready"
    _go([child])
    copies = [backup(path, tmp_path / f"copy-{number}.db") for number in range(5)]
    child.communicate(timeout=WAIT)
    for copy in copies:
        assert check(copy) == []
        with open_reader(copy) as reader:
            steps = [int(row["what"].split(".")[1]) for row in reader.read("events")]
        assert steps == list(range(len(steps)))[::-1]


FULL_BACKUP = """
import resource, sys
from nightschool.store.errors import StoreError
from nightschool.store.upkeep import backup
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    backup(sys.argv[1])
except StoreError as error:
    print(error)
"""


def test_missing_space_for_a_backup_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    open_store(path).close()
    child = _python(FULL_BACKUP, path)
    said, trouble = child.communicate(timeout=WAIT)
    assert "disk" in said, trouble
    assert said.count("\n") == 1
    assert [file.name for file in tmp_path.iterdir() if "backup" in file.name] == []
