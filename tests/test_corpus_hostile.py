"""The hostile folder: what breaks loaders elsewhere. Skipped where the shared data isn't there."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from nightschool.corpus.errors import CorpusError
from nightschool.corpus.ingest import ingest
from nightschool.corpus.loaders import load
from nightschool.corpus.passages import LIMIT, LIMIT_ROWS, cut
from nightschool.corpus.settings import CorpusSettings
from nightschool.evals.engine import DeterministicEngine
from nightschool.evals.examiner import examine
from nightschool.evals.settings import ExamSettings
from nightschool.store.engine import Store, open_store
from nightschool.store.tables import Client, Document, Fact, Passage, Question, Ruling
from sqlmodel import col, select

HOSTILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "hostile"
pytestmark = pytest.mark.skipif(
    not HOSTILE.is_dir(),
    reason="../shared/data/hostile is not on this machine, only where the project is developed",
)

STATES = {
    "accept": ("accepted",),
    "accept_with_report": ("accepted", "rejected"),  # rejected: a damaged PDF in which nothing can be read
    "accept_or_reject": ("accepted", "duplicate", "rejected"),
    "flag": ("accepted", "quarantined", "rejected"),  # rejected: a scan without a text layer
    "skip": ("duplicate", "rejected"),
    "reject": ("rejected", "unsupported"),
    "quarantine": ("quarantined",),
}
"""What an ingest of the whole folder makes of each expectation of the manifest."""


def manifest() -> list[dict]:
    file = HOSTILE / "manifest.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.is_file() else []


@pytest.mark.parametrize("row", manifest(), ids=lambda row: Path(row["file"]).name)
def test_each_file_as_the_manifest_says(row: dict) -> None:
    path = HOSTILE / row["file"]
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
    if row["kind"] != "boilerplate" or path.suffix == ".pdf":  # across documents: below
        assert not [text for text in row["text_absent"] if text in document.text]
    if row["expect"] == "skip" and not row.get("duplicate_of"):
        assert all(draft.state == "skipped" for draft in drafts)
    if "report" in row["expect"] and row["kind"] in ("csv", "structure"):
        assert document.notes
    assert all(draft.end - draft.start <= max(LIMIT, LIMIT_ROWS) for draft in drafts if draft.kind == "prose")


@dataclass
class Folder:
    """The store after one ingest of the whole folder and one examination."""

    documents: dict[str, Document]
    accepted: Counter[int | None]  # accepted passages of a document
    rulings: dict[str, list[Ruling]]
    facts: dict[str, list[Fact]]
    questions: list[Question]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    with taken_in(tmp_path_factory.mktemp("hostile")) as (store, _), store.session(write=False) as session:
        current = col(Document.state) != "superseded"
        documents = {one.path: one for one in session.exec(select(Document).where(current))}
        paths = {one.id: path for path, one in documents.items()}
        rulings: dict[str, list[Ruling]] = defaultdict(list)
        for ruling in session.exec(select(Ruling)):
            rulings[paths[ruling.document_id]].append(ruling)
        accepted = Counter(session.exec(select(Passage.document_id).where(Passage.state == "accepted")))
    # The wide table has 20,000 cells, each a fact: a minute's work that shows nothing more.
    place = tmp_path_factory.mktemp("examined")
    with taken_in(place, exclude=["43-*"]) as (store, client):
        examine(store, client, DeterministicEngine(), ExamSettings(), seed=0)
        with store.session(write=False) as session:
            asked_of = {one.id: one.path for one in session.exec(select(Document))}
            facts: dict[str, list[Fact]] = defaultdict(list)
            for fact in session.exec(select(Fact)):
                facts[asked_of[fact.document_id]].append(fact)
            questions = list(session.exec(select(Question)))
    return Folder(documents, accepted, rulings, facts, questions)


@contextmanager
def taken_in(place: Path, **settings: list[str]) -> Iterator[tuple[Store, int]]:
    """A store with the hostile folder in it, and the client's id."""
    with open_store(place / "night.db") as store:
        with store.session() as session:
            client = Client(name="hostile")
            session.add(client)
            session.flush()
            assert client.id is not None
            number = client.id
        ingest(store, number, HOSTILE / "files", CorpusSettings.model_validate(settings))
        yield store, number


@pytest.fixture(scope="module")
def rows(folder: Folder) -> dict[str, tuple[Document, int]]:
    """Each file's document and its number of accepted passages."""
    return {path: (one, folder.accepted[one.id]) for path, one in folder.documents.items()}


@pytest.mark.parametrize("row", manifest(), ids=lambda row: Path(row["file"]).name)
def test_each_row_after_an_ingest_of_all(folder: Folder, row: dict) -> None:
    path = unicodedata.normalize("NFC", row["file"].removeprefix("files/"))
    document = folder.documents[path]
    assert document.state in STATES[row["expect"]]
    assert document.state == "accepted" or document.reason
    if row["expect"] in ("accept_with_report", "flag"):
        assert document.reason or folder.rulings[path]
    if document.state not in ("rejected", "unsupported"):
        assert not [text for text in row["text_contains"] if text not in document.text]
    told = [document.text, document.reason, *(one.evidence for one in folder.rulings[path])]
    for absent in row.get("absent_in_training", []):
        assert not [text for text in told if absent in text]
    assert not [text for text in row["text_absent"] if text in document.text]
    if document.state != "accepted":
        assert not folder.facts[path]  # so no question, and nothing to teach
    if row.get("duplicate_of"):
        assert row["duplicate_of"].removeprefix("files/") in document.reason
    if row.get("conflicts_with"):
        other = row["conflicts_with"].removeprefix("files/")
        assert [one for one in folder.rulings[path] if one.rule == "disagreement" and other in one.evidence]


def test_no_question_is_made_of_what_must_not_be_asked(folder: Folder) -> None:
    asked = " ".join(f"{one.wording} {' '.join(one.references)}" for one in folder.questions)
    for never in (
        "intended recipient",
        "8 days",
        "12 euro",
        "PASSED",
        "/etc/passwd",
        "every candidate answer",
        "[EMAIL]",
    ):
        assert never not in asked
    # 14 or 30 days: the sources disagree, so neither is asked
    assert not [
        one
        for one in folder.questions
        if one.state == "active" and {"14 days", "30 days"} & set(one.references)
    ]


def test_which_rule_saw_what(folder: Folder) -> None:
    def rules(path: str) -> set[str]:
        return {one.rule for one in folder.rulings[path]}

    assert rules("29-prompt-injection.md") == {"injection"}
    assert rules("31-injection-in-csv.csv") == {"injection"}
    assert rules("32-pii-invented.md") == {"personal-data"}
    assert rules("39-contains-an-exam.md") == {"exam-key"}
    assert {"outdated", "disagreement"} <= rules("41-superseded.md")
    for number in (1, 2, 3):
        assert rules(f"35-boilerplate-{number}.txt") == {"boilerplate"}
    assert folder.documents["39-contains-an-exam.md"].clearance == "exam-only"


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
