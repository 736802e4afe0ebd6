"""Copies, the check and the state of the database file."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from nightschool.store.engine import open_store
from nightschool.store.errors import StoreError
from nightschool.store.migrations import HISTORY
from nightschool.store.reading import open_reader
from nightschool.store.tables import Campaign, Client, ModelVersion
from nightschool.store.upkeep import backup, check, prove, status


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "nightschool.db"
    with open_store(path) as store, store.session() as session:
        session.add(Client(id=1, name="firm"))
        session.flush()
        session.add(ModelVersion(id=1, client_id=1, name="base"))
        session.flush()
        session.add(
            Campaign(
                client_id=1, model_version_id=1, state="failed", started_at=datetime(2026, 1, 2, 3, 4, 5)
            )
        )
    return path


def test_backup_lies_beside_the_file_with_revision_and_time(path: Path) -> None:
    copy = backup(path, clock=lambda: datetime(2026, 1, 2, 3, 4, 5))
    assert copy == path.with_name(f"nightschool.db.backup-{HISTORY.head}-20260102T030405")
    with open_reader(copy) as reader:
        assert [row["name"] for row in reader.read("clients")] == ["firm"]
    assert check(copy) == []


def test_backup_into_a_folder_or_a_named_file(path: Path, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    assert backup(path, tmp_path / "copies").parent == tmp_path / "copies"
    assert backup(path, tmp_path / "mine.db") == tmp_path / "mine.db"


def test_backup_overwrites_nothing(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.db"
    target.write_text("precious")
    with pytest.raises(StoreError, match="exists already: name another file"):
        backup(path, target)
    assert target.read_text() == "precious"
    with pytest.raises(StoreError, match="folder .*nowhere doesn't exist"):
        backup(path, tmp_path / "nowhere" / "mine.db")
    assert {file.name for file in tmp_path.iterdir()} <= {
        path.name,
        f"{path.name}-wal",
        f"{path.name}-shm",
        "mine.db",
    }


def test_backup_of_a_damaged_file_is_refused(path: Path, tmp_path: Path) -> None:
    _damage(path)
    with pytest.raises(StoreError, match="damaged|not sound"):
        backup(path, tmp_path / "mine.db")
    assert not (tmp_path / "mine.db").exists()


def test_copy_that_is_not_sound_is_refused(path: Path) -> None:
    prove(path)
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA writable_schema = ON")
    with raw:  # an index that lacks its rows: nothing but a check notices
        root = "(SELECT rootpage FROM sqlite_master WHERE name = 'ix_event_client_id')"
        raw.execute(f"UPDATE sqlite_master SET rootpage = {root} WHERE name = 'ix_campaign_client_id'")
    raw.close()
    with pytest.raises(StoreError, match="the copy is not sound"):
        prove(path)


def _damage(path: Path) -> None:
    """Spoils a page in the middle: the file opens, and the harm shows only when it is read."""
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    page = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'client'").fetchone()[0]
    size = raw.execute("PRAGMA page_size").fetchone()[0]
    raw.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def test_check_names_damage(path: Path) -> None:
    assert check(path) == []
    _damage(path)
    faults = check(path)
    assert faults
    assert all("damaged" in fault for fault in faults)


def test_check_names_dangling_rows(path: Path) -> None:
    raw = sqlite3.connect(path)  # foreign keys are off here, as in most tools
    with raw:
        raw.execute("DELETE FROM modelversion")
        raw.execute("INSERT INTO area (client_id, path, created_at) VALUES (8, 'a', '2026-01-01')")
        raw.execute("INSERT INTO area (client_id, path, created_at) VALUES (9, 'a', '2026-01-01')")
    raw.close()
    assert check(path) == [
        "area: 2 rows point at a missing client",
        "campaign: 1 rows point at a missing modelversion",
    ]


def test_status_says_size_rows_and_last_campaign(path: Path) -> None:
    with open_store(path) as store:
        with store.session() as session:
            session.add(Client(name="second"))
        found = status(path)
    assert found["path"] == str(path)
    assert found["bytes"] == path.stat().st_size
    assert found["wal_bytes"] > 0
    assert (found["revision"], found["newest_revision"], found["journal"]) == (
        HISTORY.head,
        HISTORY.head,
        "wal",
    )
    assert (found["rows"]["client"], found["rows"]["verdict"]) == (2, 0)
    assert found["last_campaign"] == {
        "id": 1,
        "client": "firm",
        "state": "failed",
        "outcome": "",
        "started_at": "2026-01-02T03:04:05Z",
    }


@pytest.mark.parametrize("care", [backup, check, status])
def test_missing_file_says_how_to_make_one(tmp_path: Path, care: Callable[[Path], object]) -> None:
    with pytest.raises(StoreError, match="there is no database .*nightschool init"):
        care(tmp_path / "nightschool.db")
    assert list(tmp_path.iterdir()) == []
