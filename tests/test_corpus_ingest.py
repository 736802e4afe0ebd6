"""Ingest: what changed between two looks at a folder, and what is never lost."""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightschool.corpus.changes import Change, Known
from nightschool.corpus.errors import CorpusError
from nightschool.corpus.ingest import IngestReport, ingest
from nightschool.corpus.listing import Listing
from nightschool.corpus.settings import CorpusSettings
from nightschool.corpus.walking import Found
from nightschool.store.engine import open_store
from nightschool.store.tables import Area, Client, Document, Fact, Passage
from pydantic import ValidationError
from sqlmodel import select

RETURNS = "# Returns\n\nGoods come back within 14 days of delivery.\n\nThe fee for drums is 18 euro.\n"
CANTEEN = "# Canteen\n\nThe canteen opens at seven and closes at four.\n"


class Place:
    """A folder of documents and a store that takes them in."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "docs"
        self.folder.mkdir()
        self.store = open_store(root / "night.db")
        with self.store.session() as session:
            client = Client(name="halden")
            session.add(client)
            session.flush()
            assert client.id is not None
            self.client_id = client.id

    def write(self, path: str, text: str | bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def ingest(self, settings: CorpusSettings | None = None, **options: Callable) -> IngestReport:
        return ingest(self.store, self.client_id, self.folder, settings or CorpusSettings(), **options)

    def states(self) -> dict[str, str]:
        """State of the current document at each path."""
        with self.store.session(write=False) as session:
            rows = session.exec(select(Document).order_by(Document.id)).all()  # pyright: ignore[reportArgumentType]
        return {row.path: row.state for row in rows if row.state not in ("superseded", "removed")}

    def documents(self, path: str) -> list[Document]:
        with self.store.session(write=False) as session:
            return list(session.exec(select(Document).where(Document.path == path).order_by(Document.id)))  # pyright: ignore[reportArgumentType]

    def passages(self, document: Document) -> list[Passage]:
        with self.store.session(write=False) as session:
            return list(session.exec(select(Passage).where(Passage.document_id == document.id)))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    one = Place(tmp_path)
    yield one
    one.store.close()


def counts(report: IngestReport) -> tuple[int, int, int, int, int]:
    return (len(report.added), len(report.changed), len(report.removed), len(report.moved), report.unchanged)


def test_first_ingest_stores_exact_passages_and_areas(place: Place) -> None:
    place.write("service/returns.md", RETURNS)
    place.write("service/canteen.md", CANTEEN)
    report = place.ingest(CorpusSettings(rights="own", area_passages=1))
    assert counts(report) == (2, 0, 0, 0, 0)
    (row,) = place.documents("service/returns.md")
    assert (row.state, row.version, row.rights, row.title, row.language) == (
        "accepted",
        1,
        "own",
        "Returns",
        "en",
    )
    (passage,) = place.passages(row)
    assert (
        row.text[passage.start : passage.end]
        == "Goods come back within 14 days of delivery.\n\nThe fee for drums is 18 euro."
    )
    with place.store.session(write=False) as session:
        assert [area.path for area in session.exec(select(Area))] == ["service"]


def test_second_ingest_takes_in_only_what_changed(place: Place) -> None:
    place.write("keep.md", CANTEEN)
    place.write("edit.md", RETURNS)
    place.write("gone.md", "# Gone\n\nThis page is about to go away for good.\n")
    place.write("old/move.md", "# Moving\n\nThis page is about to move to another place.\n")
    place.ingest()
    before = {path: place.documents(path)[0].id for path in ("keep.md", "edit.md", "old/move.md")}
    place.write("edit.md", RETURNS.replace("14", "30"))
    (place.folder / "gone.md").unlink()
    (place.folder / "new").mkdir()
    shutil.move(place.folder / "old/move.md", place.folder / "new/move.md")
    place.write("extra.md", "# Extra\n\nThis page has come in between the two.\n")
    report = place.ingest()
    assert counts(report) == (1, 1, 1, 1, 1)
    old, new = place.documents("edit.md")
    assert (old.state, new.state, new.version, new.previous_id) == (
        "superseded",
        "accepted",
        2,
        before["edit.md"],
    )
    assert old.ended_at is not None
    assert place.documents("gone.md")[0].state == "removed"
    assert place.documents("new/move.md")[0].id == before["old/move.md"]
    assert place.documents("keep.md")[0].id == before["keep.md"]
    assert counts(place.ingest()) == (0, 0, 0, 0, 4)


def test_unchanged_files_are_not_read(place: Place) -> None:
    place.write("a.md", CANTEEN)
    past = (datetime.now(UTC) - timedelta(days=1)).timestamp()
    os.utime(place.folder / "a.md", (past, past))
    place.ingest()
    # other bytes of the same size and time: told apart only by reading
    place.write("a.md", CANTEEN.replace("seven", "eight"))
    os.utime(place.folder / "a.md", (past, past))
    assert counts(place.ingest()) == (0, 0, 0, 0, 1)


def test_a_file_written_just_before_the_first_look_is_read_again(place: Place) -> None:
    place.write("a.md", CANTEEN)
    place.ingest()
    status = (place.folder / "a.md").stat()
    place.write("a.md", CANTEEN.replace("seven", "eight"))
    os.utime(place.folder / "a.md", ns=(status.st_mtime_ns, status.st_mtime_ns))
    assert counts(place.ingest()) == (0, 1, 0, 0, 0)


def test_a_touched_file_is_unchanged(place: Place) -> None:
    place.write("a.md", CANTEEN)
    place.ingest()
    os.utime(place.folder / "a.md", (1, 1))
    assert counts(place.ingest()) == (0, 0, 0, 0, 1)
    assert place.documents("a.md")[0].mtime_ns == 1_000_000_000


def test_duplicates_name_the_first_and_step_in_for_it(place: Place) -> None:
    place.write("a.md", CANTEEN)
    place.write("b.md", CANTEEN)
    report = place.ingest()
    assert (len(report.added), len(report.duplicates)) == (1, 1)
    first, second = place.documents("a.md")[0], place.documents("b.md")[0]
    assert (second.state, second.reason) == ("duplicate", "the same content as a.md")
    assert place.passages(second) == []
    # the first goes: its row takes over the place of the second, with its passages
    (place.folder / "a.md").unlink()
    assert counts(place.ingest())[2:4] == (0, 1)
    assert place.states() == {"b.md": "accepted"}
    assert [row.id for row in place.documents("b.md") if row.state == "accepted"] == [first.id]


def test_a_duplicate_is_taken_in_when_the_first_changes(place: Place) -> None:
    place.write("a.md", CANTEEN)
    place.write("b.md", CANTEEN)
    place.ingest()
    place.write("a.md", RETURNS)
    place.ingest()
    assert place.states() == {"a.md": "accepted", "b.md": "accepted"}
    assert len(place.passages(place.documents("b.md")[0])) == 1


def test_swapped_files_are_both_changed(place: Place) -> None:
    place.write("a.md", CANTEEN)
    place.write("b.md", RETURNS)
    place.ingest()
    place.write("a.md", RETURNS)
    place.write("b.md", CANTEEN)
    report = place.ingest()
    assert counts(report) == (0, 2, 0, 0, 0)
    assert place.states() == {"a.md": "accepted", "b.md": "accepted"}


def test_a_removed_document_that_comes_back_is_the_next_version(place: Place) -> None:
    place.write("a.md", CANTEEN)
    place.write("b.md", RETURNS)
    place.ingest()
    (place.folder / "a.md").unlink()
    place.ingest()
    place.write("a.md", CANTEEN)
    assert counts(place.ingest()) == (1, 0, 0, 0, 1)
    assert [(row.version, row.state) for row in place.documents("a.md")] == [(1, "removed"), (2, "accepted")]


def test_everything_in_the_folder_has_a_state_and_a_reason(place: Place) -> None:
    place.write("good.md", CANTEEN)
    place.write("empty.md", "")
    place.write("tiny.txt", "ok")
    place.write("photo.jpg", b"\xff\xd8\xff")
    place.write("LICENSE", "You may copy this text as often as you like to.")
    place.write(".hidden.md", CANTEEN)
    (place.folder / "link.md").symlink_to(place.folder / "good.md")
    (place.folder / "round").symlink_to(place.folder)
    os.mkfifo(place.folder / "pipe.md")
    report = place.ingest()
    assert place.states() == {
        "good.md": "accepted",
        "empty.md": "rejected",
        "tiny.txt": "rejected",
        "photo.jpg": "unsupported",
        "LICENSE": "rejected",
        "link.md": "rejected",
        "pipe.md": "rejected",
    }
    for path, state in place.states().items():
        assert state == "accepted" or place.documents(path)[0].reason
    assert report.refused["hidden file"] == 1
    assert report.refused["link to a folder: not followed"] == 1
    assert report.unchanged == 0
    assert place.ingest().unchanged == 7


def test_what_was_read_once_stays_while_it_can_not_be_read(place: Place) -> None:
    place.write("a.md", CANTEEN)
    place.write("b.md", RETURNS)
    place.ingest()
    (place.folder / "a.md").unlink()
    (place.folder / "a.md").symlink_to("/nowhere")
    assert counts(place.ingest()) == (0, 0, 0, 0, 2)
    assert place.states()["a.md"] == "accepted"


def test_two_names_that_look_the_same_are_two_documents(place: Place) -> None:
    place.write(unicodedata.normalize("NFC", "café.md"), RETURNS)
    place.write(unicodedata.normalize("NFD", "café.md"), CANTEEN)
    place.ingest()
    paths = ["café.md", "café.md (same name in another Unicode form)"]
    assert place.states() == dict.fromkeys(paths, "accepted")
    assert place.ingest().unchanged == 2


def test_nothing_goes_or_moves_out_of_a_folder_that_can_not_be_looked_into() -> None:
    state = {1: known(1, "a/x.md", "1", "accepted"), 2: known(2, "b/y.md", "2", "accepted")}
    with Listing() as listing:
        listing.add_found([Found("z.md", Path("z.md"), 1, 1, "1")])
        listing.add_known(state.values())
        listing.match(["a/"])
        changes = list(listing.changes(RULES))
        assert [(change.kind, (change.found or change.known).path) for change in changes] == [  # type: ignore[union-attr]
            ("added", "z.md"),
            ("removed", "b/y.md"),
        ]
        assert listing.count_unchanged(RULES) == 1
        assert listing.holder("1") == "a/x.md"


def test_a_full_disk_is_told_in_one_line() -> None:
    def fill() -> None:
        with Listing() as listing:
            listing._rows.execute("PRAGMA max_page_count = 12")
            listing.add_found(Found(f"{number}.md", Path("x" * 200)) for number in range(1_000))

    with pytest.raises(CorpusError, match="make room there") as raised:
        fill()
    assert "\n" not in str(raised.value)


def test_settings_choose_files_and_bounds(place: Place) -> None:
    place.write("a.md", CANTEEN)
    place.write("drafts/b.md", RETURNS)
    place.write("big.txt", "".join(f"Door {n} opens at {n % 12} o'clock. " for n in range(50)))
    report = place.ingest(CorpusSettings(exclude=["drafts/*"], max_bytes=1000))
    assert place.states() == {"a.md": "accepted", "big.txt": "rejected"}
    assert report.refused["left out by include or exclude"] == 1
    place.ingest(CorpusSettings(max_bytes=10_000, rights="own"))
    assert place.states() == {"a.md": "accepted", "big.txt": "accepted", "drafts/b.md": "accepted"}
    assert place.documents("a.md")[0].rights == "own"
    with pytest.raises(ValidationError):
        CorpusSettings.model_validate({"max_byte": 1})


def test_a_moved_document_takes_its_facts_along(place: Place) -> None:
    place.write("hr/a.md", CANTEEN)
    settings = CorpusSettings(area_passages=1)
    place.ingest(settings)
    document = place.documents("hr/a.md")[0]
    (passage,) = place.passages(document)
    assert passage.id is not None
    assert document.id is not None
    with place.store.session() as session:
        session.add(
            Fact(
                client_id=place.client_id, passage_id=passage.id, document_id=document.id, area="hr", key="k",
                kind="time", subject="canteen", relation="opens", answer="seven", claim="c", citation="seven",
                start=0, end=5,
            )
        )  # fmt: skip
    shutil.move(place.folder / "hr", place.folder / "people")
    place.ingest(settings)
    with place.store.session(write=False) as session:
        assert [fact.area for fact in session.exec(select(Fact))] == ["people"]
        assert [area.path for area in session.exec(select(Area))] == ["people"]


def test_cancelled_and_killed_runs_go_on(place: Place) -> None:
    for number in range(5):
        place.write(f"{number}.md", CANTEEN.replace("seven", f"{number} o'clock"))
    asked = iter([False, False, True])
    seen: list[tuple[int, int, str]] = []
    report = place.ingest(cancelled=lambda: next(asked), progress=lambda *step: seen.append(step))
    assert report.cancelled
    assert len(report.added) == 2
    assert seen == [(0, 5, "0.md"), (1, 5, "1.md")]

    def fail(done: int, total: int, path: str) -> None:
        if path == "3.md":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place.ingest(progress=fail)
    assert counts(place.ingest()) == (2, 0, 0, 0, 3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: None, "doesn't exist"),
        (lambda folder: folder.write_text("x"), "is a file"),
        (lambda folder: folder.mkdir(), "is empty"),
        (lambda folder: (folder.mkdir(), (folder / "a.bin").write_bytes(b"x")), "none of the 1 files"),
        (lambda folder: (folder.mkdir(), (folder / ".a.md").write_text("x")), "hidden file"),
    ],
)
def test_folders_that_give_nothing_say_so(place: Place, make: Callable[[Path], object], message: str) -> None:
    folder = place.folder / "x"
    make(folder)
    with pytest.raises(CorpusError, match=message) as raised:
        ingest(place.store, place.client_id, folder, CorpusSettings())
    assert "\n" not in str(raised.value)


def test_an_emptied_folder_removes_nothing(place: Place) -> None:
    place.write("a.md", CANTEEN)
    place.ingest()
    (place.folder / "a.md").unlink()
    with pytest.raises(CorpusError, match="empty"):
        place.ingest()
    assert place.states() == {"a.md": "accepted"}


NAMES = st.sampled_from(["a", "b", "c", "x/a", "x/b"])
FOLDERS = st.dictionaries(NAMES, st.sampled_from(["1", "2", "3"]), min_size=1)


RULES = b"rules"


def known(number: int, path: str, sha256: str, state: str) -> Known:
    return Known(number, path, sha256, 1, 1, 0, state, "", "", None if state == "duplicate" else RULES)


def compared(found: list[Found], state: dict[int, Known]) -> list[Change]:
    """All changes, those too that `Listing.changes` leaves out since nothing is to be done."""
    with Listing() as listing:
        listing.add_found(found)
        listing.add_known(state.values())
        listing.match([])
        changes = list(listing.changes(RULES))
        assert len(changes) == listing.count_changes(RULES)
        told = {change.known.id for change in changes if change.known}
        told |= {change.displaced.id for change in changes if change.displaced}
        rest = [one for one in state.values() if one.id not in told]
        assert len(rest) == listing.count_unchanged(RULES)
        files = {one.path: one for one in found}
        return changes + [Change("unchanged", files[one.path], one) for one in rest]


@given(st.lists(FOLDERS, min_size=1, max_size=5))
def test_any_row_of_folders_is_followed(folders: list[dict[str, str]]) -> None:
    """Whatever happens between looks, the model of the store ends up like the folder, and ids are kept."""
    state: dict[int, Known] = {}
    number = 0
    for folder in folders:
        found = [Found(path, Path(path), 1, 1, sha) for path, sha in folder.items()]
        holders: dict[str, str] = {}
        changes = compared(found, state)
        for change in changes:
            stays = change.known if change.kind in ("unchanged", "moved") else None
            if stays and stays.state == "accepted" and change.found:
                assert change.found.sha256 not in holders
                holders[change.found.sha256] = change.found.path
        for change in changes:
            one, old = change.found, change.known
            if change.kind == "removed":
                assert old
                assert old.path not in folder
                del state[old.id]
            elif change.kind == "moved":
                assert one
                assert old
                assert old.path not in folder
                assert old.sha256 == one.sha256
                if change.displaced:
                    del state[change.displaced.id]
                state[old.id] = known(old.id, one.path, one.sha256, old.state)
            elif change.kind in ("added", "changed", "retried"):
                assert one
                if old:
                    del state[old.id]
                number += 1
                copy = one.sha256 in holders
                holders.setdefault(one.sha256, one.path)
                state[number] = known(number, one.path, one.sha256, "duplicate" if copy else "accepted")
            else:
                assert change.kind == "unchanged"
        assert {one.path: one.sha256 for one in state.values()} == folder
        accepted = [one.sha256 for one in state.values() if one.state == "accepted"]
        assert sorted(accepted) == sorted(set(folder.values()))
        assert {change.kind for change in compared(found, state)} == {"unchanged"}
