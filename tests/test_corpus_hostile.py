"""The hostile folder: what breaks loaders elsewhere. Skipped where the shared data isn't there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from nightschool.corpus.errors import CorpusError
from nightschool.corpus.ingest import ingest
from nightschool.corpus.loaders import load
from nightschool.corpus.passages import LIMIT, LIMIT_ROWS, cut
from nightschool.corpus.settings import CorpusSettings
from nightschool.store.engine import open_store
from nightschool.store.tables import Client, Document, Passage
from sqlmodel import select

HOSTILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "hostile"
pytestmark = pytest.mark.skipif(
    not HOSTILE.is_dir(),
    reason="../shared/data/hostile is not on this machine, only where the project is developed",
)

# What needs rules that look at several documents or at rights: issue 3.
LATER_TEXT = {"35-boilerplate-1.txt", "35-boilerplate-2.txt", "35-boilerplate-3.txt"}
TAKEN = ("accept", "flag", "accept_with_report", "quarantine")


def manifest() -> list[dict]:
    file = HOSTILE / "manifest.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.is_file() else []


@pytest.mark.parametrize("row", manifest(), ids=lambda row: Path(row["file"]).name)
def test_each_file_as_the_manifest_says(row: dict) -> None:
    path = HOSTILE / row["file"]
    name = path.name
    try:
        document = load(path)
    except CorpusError:
        refusable = row["expect"] in ("reject", "skip", "accept_or_reject") or row["kind"] == "pdf"
        assert refusable
        return
    drafts = cut(document, row["file"])
    assert row["expect"] != "reject"
    for text in row["text_contains"]:
        assert text in document.text
        assert any(text in document.text[one.start : one.end] or text in one.heading for one in drafts)
    if name not in LATER_TEXT:
        assert not [text for text in row["text_absent"] if text in document.text]
    if row["expect"] == "skip" and not row.get("duplicate_of"):
        assert all(draft.state == "skipped" for draft in drafts)
    if "report" in row["expect"] and row["kind"] in ("csv", "structure"):
        assert document.notes
    assert all(draft.end - draft.start <= max(LIMIT, LIMIT_ROWS) for draft in drafts if draft.kind == "prose")


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Document, int]]]:
    """Each file's document and its number of accepted passages after one ingest of the whole folder."""
    with open_store(tmp_path_factory.mktemp("hostile") / "night.db") as store:
        with store.session() as session:
            client = Client(name="hostile")
            session.add(client)
            session.flush()
            assert client.id is not None
            number = client.id
        ingest(store, number, HOSTILE / "files", CorpusSettings())
        with store.session(write=False) as session:
            documents = session.exec(select(Document)).all()
            accepted = session.exec(select(Passage.document_id).where(Passage.state == "accepted")).all()
        yield {one.path: (one, accepted.count(one.id or 0)) for one in documents}


def test_every_file_has_a_state_and_a_reason(rows: dict[str, tuple[Document, int]]) -> None:
    assert len(rows) == len(list((HOSTILE / "files").iterdir()))
    for document, passages in rows.values():
        assert "\n" not in document.reason
        assert document.state != "accepted" or passages > 0
        assert document.state == "accepted" or document.reason


@pytest.mark.parametrize(
    ("name", "state", "reason"),
    [
        ("02-exact-duplicate-of-01.md", "duplicate", "01-clean.md"),
        ("03-near-duplicate-of-01.md", "duplicate", "01-clean.md"),
        ("41-superseded.md", "quarantined", "SUPERSEDED"),
        ("05-empty.md", "rejected", "empty"),
        ("06-whitespace-only.txt", "rejected", "empty"),
        ("13-mojibake.md", "accepted", "double-encoded"),
        ("14-nul-bytes.md", "accepted", "control characters"),
        ("17-binary-named.md", "unsupported", "PNG"),
        ("20-csv-bad-quoting.csv", "accepted", "line 3: unclosed quote"),
        ("23-truncated.pdf", "rejected", "damaged"),
        ("24-image-only.pdf", "rejected", "no text layer"),
        ("25-password.pdf", "rejected", "password"),
        ("26-html-error-page.pdf", "unsupported", "not a PDF"),
        ("33-all-rights-reserved.md", "quarantined", "no-machine-learning"),
        ("34-noai-meta.html", "quarantined", "no-machine-learning"),
        ("36-broken-front-matter.md", "accepted", "front matter"),
        ("37-truncated.json", "accepted", "invalid JSON at line 1, column 109"),
        ("38-mixed-lines.jsonl", "accepted", "line 2: invalid JSON at column 1"),
        ("44-repetition.txt", "rejected", "repeats itself"),
        ("45-docx-named.txt", "unsupported", "ZIP"),
        ("46-tiny.txt", "rejected", "too little"),
    ],
)
def test_states_and_reasons(
    rows: dict[str, tuple[Document, int]], name: str, state: str, reason: str
) -> None:
    document, _ = rows[name]
    assert document.state == state
    assert reason in document.reason


def test_only_what_reserves_its_rights_is_held_for_them(rows: dict[str, tuple[Document, int]]) -> None:
    held = {name: one for name, (one, _) in rows.items() if one.reason.startswith("held for its rights")}
    assert set(held) == {"33-all-rights-reserved.md", "34-noai-meta.html"}
    assert {one.clearance for one in held.values()} == {"ask"}
    assert "may not be copied" in held["33-all-rights-reserved.md"].rights_evidence
    assert "noai" in held["34-noai-meta.html"].rights_evidence
    others = {name: one.clearance for name, (one, _) in rows.items() if name not in held}
    assert others.pop("39-contains-an-exam.md") == "exam-only"
    assert set(others.values()) == {"train"}


def test_a_decomposed_file_name_is_stored_composed(rows: dict[str, tuple[Document, int]]) -> None:
    assert "42-한글 이름 (최종).md" in rows
