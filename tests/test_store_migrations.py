"""The schema's history: from the oldest file to the newest, with a copy kept; newer files refused."""

import shutil
import sqlite3
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from nightschool.store.engine import open_store
from nightschool.store.errors import StoreError, StoreTooNew
from nightschool.store.migrations import HISTORY, History
from nightschool.store.reading import open_reader
from nightschool.store.tables import Client
from nightschool.store.upkeep import backup, check, status
from sqlmodel import SQLModel

OLDEST = HISTORY.revisions[0]
NEXT = "0099"


def _oldest(path: Path) -> None:
    """A file as the first release wrote it, with a row in it."""
    with open_store(path, history=History(HISTORY.folder, (OLDEST,))):
        pass
    raw = sqlite3.connect(path)
    with raw:
        raw.execute("INSERT INTO client (name, created_at) VALUES ('firm', '2026-01-02 03:04:05.000000')")
    raw.close()


def _with_next(folder: Path, body: str) -> History:
    """The real history with one more step, whose `upgrade` is `body`."""
    shutil.copytree(HISTORY.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / f"{NEXT}_next.py").write_text(
        f"from alembic import op\nimport sqlalchemy as sa\nrevision = {NEXT!r}\n"
        f"down_revision = {HISTORY.head!r}\n\ndef upgrade():\n    {body}\n"
    )
    return History(folder, (*HISTORY.revisions, NEXT))


def _schema(path: Path) -> list[tuple[str, str]]:
    raw = sqlite3.connect(path)
    found = raw.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    found += raw.execute("SELECT version_num, '' FROM alembic_version").fetchall()
    raw.close()
    return found


def test_history_is_what_alembic_finds() -> None:
    config = Config()
    config.set_main_option("script_location", str(HISTORY.folder))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HISTORY.head]
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == HISTORY.revisions


def test_migrated_schema_is_the_tables_schema(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as store, store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_oldest_file_is_opened_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    _oldest(path)
    with open_store(path) as store:
        assert [row["name"] for row in store.read("clients")] == ["firm"]
    assert check(path) == []
    assert status(path)["revision"] == HISTORY.head


@pytest.mark.parametrize("opener", ["store", "reader"])
def test_older_file_is_copied_then_migrated(tmp_path: Path, opener: str) -> None:
    path = tmp_path / "nightschool.db"
    _oldest(path)
    before = _schema(path)
    history = _with_next(tmp_path / "m", "op.add_column('client', sa.Column('city', sa.String()))")
    if opener == "store":
        open_store(path, history=history, clock=lambda: datetime(2026, 3, 4, 5, 6, 7)).close()
        names = [f"nightschool.db.backup-{OLDEST}-20260304T050607"]
    else:
        open_reader(path, history=history).close()
        names = [file.name for file in tmp_path.glob("*.backup-*")]
    (kept,) = tmp_path.glob("*.backup-*")
    assert [kept.name] == names
    assert _schema(kept) == before
    raw = sqlite3.connect(path)
    assert raw.execute("SELECT name, city FROM client").fetchall() == [("firm", None)]
    assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [(NEXT,)]
    raw.close()
    open_store(path, history=history).close()
    assert list(tmp_path.glob("*.backup-*")) == [kept]


def test_two_backups_of_one_second_dont_collide(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    _oldest(path)
    (tmp_path / f"nightschool.db.backup-{OLDEST}-20260304T050607").write_text("kept by the user")
    history = _with_next(tmp_path / "m", "op.add_column('client', sa.Column('city', sa.String()))")
    open_store(path, history=history, clock=lambda: datetime(2026, 3, 4, 5, 6, 7)).close()
    assert len(list(tmp_path.glob("*.backup-*"))) == 2
    assert (tmp_path / f"nightschool.db.backup-{OLDEST}-20260304T050607").read_text() == "kept by the user"


def test_failing_migration_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    _oldest(path)
    before = _schema(path)
    body = "op.execute('ALTER TABLE client ADD city'); op.execute('DROP TRIGGER event_no_update'); 1 / 0"
    with pytest.raises(ZeroDivisionError):
        open_store(path, history=_with_next(tmp_path / "m", body))
    assert _schema(path) == before
    with open_store(path) as store, store.session() as session:
        session.add(Client(name="next"))


def test_migration_that_breaks_references_is_undone(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    _oldest(path)
    raw = sqlite3.connect(path)
    with raw:
        raw.execute("INSERT INTO area (client_id, path, created_at) VALUES (1, 'a', '2026-01-01')")
    raw.close()
    before = _schema(path)
    with pytest.raises(StoreError, match="would break 1 references: nothing changed"):
        open_store(path, history=_with_next(tmp_path / "m", "op.execute('DELETE FROM client')"))
    assert _schema(path) == before


def test_newer_file_is_refused_by_every_door(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    _oldest(path)
    open_store(path, history=_with_next(tmp_path / "m", "op.execute('SELECT 1')")).close()
    before = path.read_bytes()
    for door in (open_store, open_reader, backup, check, status):
        with pytest.raises(StoreTooNew, match=f"schema {NEXT}, newer than .* upgrade nightschool"):
            door(path)
    assert path.read_bytes() == before


def test_current_file_is_opened_without_alembic(tmp_path: Path) -> None:
    path = tmp_path / "nightschool.db"
    open_store(path).close()
    code = (
        "import sys\nfrom nightschool.store import open_store\nopen_store(sys.argv[1]).close()\n"
        "sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, path], check=True, timeout=60)


def test_tables_of_langgraph_and_apscheduler_are_tolerated(tmp_path: Path) -> None:
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from langgraph.checkpoint.sqlite import SqliteSaver

    path = tmp_path / "nightschool.db"
    raw = sqlite3.connect(path)
    SqliteSaver(raw).setup()  # even where it comes first
    raw.close()
    with open_store(path) as store:
        SQLAlchemyJobStore(engine=store.engine).start(None, "default")
    with open_store(path) as store, open_reader(path) as reader:
        assert store.read("clients") == reader.read("clients") == []
    assert check(path) == []
    assert {"checkpoints", "apscheduler_jobs", "verdict"} <= status(path)["rows"].keys()
