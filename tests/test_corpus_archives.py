"""ZIP archives of documents: each member a document, the second ingest, and what is refused."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from nightschool.corpus import archives, reading
from nightschool.corpus.areas import area_of
from nightschool.corpus.errors import CorpusError
from nightschool.corpus.ingest import IngestReport, ingest
from nightschool.corpus.settings import CorpusSettings
from nightschool.corpus.walking import Found, Walk
from nightschool.corpus.zips import name_of, open_zip, read_member
from nightschool.store.engine import open_store
from nightschool.store.tables import Client, Document
from sqlmodel import select

from .support.office import paragraph, word, zipped

RETURNS = "# Returns\n\nGoods come back within 14 days of delivery.\n"
CANTEEN = "# Canteen\n\nThe canteen opens at seven and closes at four.\n"


class Place:
    """A folder with an archive, and a store that takes it in."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "docs"
        self.folder.mkdir()
        self.archive = self.folder / "a.zip"
        self.store = open_store(root / "night.db")
        with self.store.session() as session:
            client = Client(name="halden")
            session.add(client)
            session.flush()
            assert client.id is not None
            self.client_id = client.id

    def pack(self, parts: Mapping[str, bytes | str], age: int = 100) -> None:
        self.archive.write_bytes(zipped(parts))
        self.age(age)

    def age(self, seconds: int) -> None:
        then = self.store.clock().timestamp() - seconds
        os.utime(self.archive, (then, then))

    def ingest(self, settings: CorpusSettings | None = None) -> IngestReport:
        return ingest(self.store, self.client_id, self.folder, settings or CorpusSettings())

    def states(self) -> dict[str, tuple[str, str]]:
        with self.store.session(write=False) as session:
            rows = session.exec(select(Document)).all()
        return {
            row.path: (row.state, row.reason) for row in rows if row.state not in ("superseded", "removed")
        }


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    with made.store:
        yield made


def walked(folder: Path, **settings: list[str]) -> list[Found]:
    return list(Walk(folder, CorpusSettings(**settings)))  # pyright: ignore[reportArgumentType]


def test_members_are_documents_sorted_by_path(place: Place) -> None:
    place.pack(
        {
            "z/canteen.md": CANTEEN,
            "returns.md": RETURNS,
            "w.docx": word(paragraph("The depot opens at seven.")),
            "__MACOSX/._returns.md": "x",
            ".hidden.md": "x",
            "z/": "",
            "p.png": b"\x89PNG\r\n\x1a\n",
        }
    )
    report = place.ingest()
    states = place.states()
    assert {path: state for path, (state, _) in states.items()} == {
        "a.zip/p.png": "unsupported",
        "a.zip/returns.md": "accepted",
        "a.zip/w.docx": "accepted",
        "a.zip/z/canteen.md": "accepted",
    }
    assert report.refused["hidden file in an archive"] == 2
    assert [one.path for one in walked(place.folder)] == sorted(states)


def test_an_archive_is_a_folder_in_the_tree_of_areas() -> None:
    assert area_of("Price list.zip/shops/oslo.md") == "Price list / shops"
    assert area_of("handbook.zip/returns.md") == "handbook"


def test_the_second_ingest_reads_no_member(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.pack({"returns.md": RETURNS, "canteen.md": CANTEEN})
    place.ingest()
    read: list[str] = []
    real = reading.FileReader.read
    monkeypatch.setattr(
        reading.FileReader, "read", lambda self, one: read.append(one.path) or real(self, one)
    )
    assert place.ingest().unchanged == 2
    assert read == []
    place.pack({"returns.md": RETURNS, "canteen.md": CANTEEN.replace("seven", "eight")}, age=50)
    report = place.ingest()
    assert (report.unchanged, len(report.changed)) == (1, 1)
    assert set(read) == {"a.zip/canteen.md"}  # packed anew, and still only what has changed


def test_a_member_that_moves_out_of_the_archive_is_the_same_document(place: Place) -> None:
    place.pack({"returns.md": RETURNS, "canteen.md": CANTEEN})
    place.ingest()
    place.pack({"canteen.md": CANTEEN}, age=50)
    (place.folder / "returns.md").write_text(RETURNS)
    report = place.ingest()
    assert (len(report.moved), len(report.added), len(report.removed)) == (1, 0, 0)


def test_include_and_exclude_are_about_the_members(place: Place) -> None:
    place.pack({"returns.md": RETURNS, "old/canteen.md": CANTEEN, "p.csv": "a,b\n1,2\n"})
    seen = Walk(place.folder, CorpusSettings(include=["*.md"], exclude=["*/old/*"]))
    assert [one.path for one in seen] == ["a.zip/returns.md"]
    assert seen.passed_over["left out by include or exclude"] == 2
    assert walked(place.folder, exclude=["a.zip"]) == []


def test_a_damaged_archive_is_one_document_and_costs_nothing_that_was_read(place: Place) -> None:
    place.pack({"returns.md": RETURNS})
    place.ingest()
    whole = place.archive.read_bytes()
    place.archive.write_bytes(whole[: len(whole) // 2])
    place.age(50)
    place.ingest()
    states = place.states()
    assert states["a.zip/returns.md"][0] == "accepted"
    state, reason = states["a.zip"]
    assert state == "rejected"
    assert "damaged ZIP file" in reason
    place.archive.write_bytes(whole)
    place.age(20)
    place.ingest()
    assert set(place.states()) == {"a.zip/returns.md"}


def test_what_may_not_be_unpacked_is_refused_with_the_reason(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        link = zipfile.ZipInfo("link.md")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        for name in ("../up.md", "/etc/abs.md", "c:\\win.md", "in/../../x.md", "inner.zip", "b.tar.gz"):
            archive.writestr(name, "x")
        archive.writestr("bomb.md", bytes(20_000_000))
        archive.writestr("good.md", RETURNS)
    (tmp_path / "a.zip").write_bytes(out.getvalue())
    faults = {one.path: one.fault for one in walked(tmp_path)}
    assert faults.pop("a.zip/good.md") == ""
    assert faults.pop("a.zip/link.md") == "a symbolic link: not followed"
    assert "decompression bomb" in faults.pop("a.zip/bomb.md")
    assert "unpack it" in faults.pop("a.zip/inner.zip")
    assert "unpack it" in faults.pop("a.zip/b.tar.gz")
    assert set(faults.values()) == {"its path leads out of the archive: refused"}
    assert set(faults) == {"a.zip/up.md", "a.zip/etc/abs.md", "a.zip/c:/win.md", "a.zip/in/x.md"}


def test_an_encrypted_member_and_one_of_the_same_name(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.md", RETURNS)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.md", CANTEEN)
        archive.writestr("s.md", "secret")
    data = bytearray(out.getvalue())
    entry = data.rfind(b"PK\x01\x02")
    data[entry + 8] |= 1  # the flag of the last entry of the directory
    (tmp_path / "a.zip").write_bytes(data)
    one, two, secret = walked(tmp_path)
    with reading.FileReader(1000) as files:
        assert files.read(one).decode() == RETURNS
        assert files.read(two).decode() == CANTEEN
    assert two.path == "a.zip/a.md (second of this name)"
    assert "password" in secret.fault


@pytest.mark.parametrize(
    ("raw", "flag", "name"),
    [
        ("한글 이름.md".encode("cp949"), 0, "한글 이름.md"),
        ("한글.md".encode(), 0, "한글.md"),
        ("e\u0301te\u0301.md".encode(), 0x800, "été.md"),
        ("ü.md".encode("cp437"), 0, "ü.md"),
        (b"a\\b.md", 0, "a/b.md"),
    ],
)
def test_names_of_members(raw: bytes, flag: int, name: str) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = raw.decode("utf-8" if flag else "cp437")
    info.flag_bits = flag
    assert name_of(info) == name


def test_bounds_of_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({f"{i}.md": RETURNS for i in range(5)}))
    monkeypatch.setattr(archives, "MOST_MEMBERS", 4)
    assert "5 members, 4 at most" in walked(tmp_path)[0].fault
    monkeypatch.setattr(archives, "MOST_MEMBERS", 9)
    monkeypatch.setattr(archives, "MOST_BYTES", 100)
    assert "when unpacked, 100 at most" in walked(tmp_path)[0].fault
    monkeypatch.undo()
    with reading.FileReader(10) as files, pytest.raises(CorpusError, match="too large"):
        files.read(walked(tmp_path)[0])


def test_a_list_of_members_that_is_too_long_is_not_read() -> None:
    data = zipped({f"{i:0200d}.md": "x" for i in range(400)})
    with pytest.raises(CorpusError, match="the list of its members has"):
        open_zip(data, most_members=100, most_bytes=10**9)
    with open_zip(data, most_members=500, most_bytes=10**9) as archive:
        assert len(archive.infolist()) == 400


def test_a_member_larger_than_it_says_is_not_unpacked_whole() -> None:
    data = bytearray(zipped({"a.md": RETURNS * 100}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (50).to_bytes(4, "little")
    with (
        open_zip(bytes(data), most_members=5, most_bytes=1000) as archive,
        pytest.raises(CorpusError, match="damaged"),
    ):
        read_member(archive, archive.infolist()[0])


def test_an_archive_that_changes_between_looking_and_reading(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(zipped({"a.md": RETURNS}))
    found: Found = walked(tmp_path)[0]
    file.write_bytes(zipped({"b.md": RETURNS}))
    with reading.FileReader(1000) as files, pytest.raises(CorpusError, match="has changed"):
        files.read(found)


def test_an_office_file_named_zip(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(word(paragraph("x")))
    assert "name it .docx" in walked(tmp_path)[0].fault
