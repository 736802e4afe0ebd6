"""The rules that look at all documents, on a real store, over several ingests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nightschool.corpus.ingest import IngestReport, ingest
from nightschool.corpus.settings import CorpusSettings
from nightschool.store.engine import Store, open_store
from nightschool.store.tables import Client, Document, Fact, Passage, Ruling
from sqlmodel import col, select

RULES = (
    "Members may return goods within 14 days of delivery. The refund is paid by the same means of payment. "
    "A complaint is answered by the customer care team within three working days, and drums of cable are "
    "collected by our own van for a fee that the price list names. "
    "Cut lengths cannot be returned unless they were faulty at the depot."
)
FOOT = "This message may contain privileged information of the firm."
TELLING = "Ask the reception of the house whenever you are in doubt about a rule."


class Firm:
    """A folder of documents and the store that it is taken into."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder
        with store.session() as session:
            client = Client(name="firm")
            session.add(client)
            session.flush()
            assert client.id is not None
            self.client = client.id

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            (self.folder / f"{name}.md").write_text(f"# Page {name}\n\n{text}\n", encoding="utf-8")

    def ingest(self, **settings: object) -> IngestReport:
        return ingest(self.store, self.client, self.folder, CorpusSettings.model_validate(settings))

    def current(self) -> dict[str, Document]:
        query = select(Document).where(col(Document.state).not_in(("superseded", "removed")))
        with self.store.session(write=False) as session:
            return {row.path.removesuffix(".md"): row for row in session.exec(query)}

    def states(self) -> dict[str, str]:
        return {name: row.state for name, row in sorted(self.current().items())}

    def hang_a_fact_on(self, document: Document) -> None:
        assert document.id is not None
        with self.store.session() as session:
            passage = session.exec(select(Passage.id).where(Passage.document_id == document.id)).first()
            assert passage is not None
            session.add(
                Fact(
                    client_id=self.client, passage_id=passage, document_id=document.id, area="a", key="k", kind="short",
                    subject="s", relation="r", answer="x", claim="s r x", citation="x", start=0, end=1,
                )
            )  # fmt: skip

    def rulings(self, rule: str) -> list[tuple[str, str]]:
        query = (
            select(Document.path, Ruling.evidence)
            .join(Ruling, col(Ruling.document_id) == col(Document.id))
            .where(Ruling.rule == rule, col(Document.state).not_in(("superseded", "removed")))
            .order_by(Document.path)
        )
        with self.store.session(write=False) as session:
            return [(path.removesuffix(".md"), evidence) for path, evidence in session.exec(query)]


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    (tmp_path / "documents").mkdir()
    with open_store(tmp_path / "night.db") as store:
        yield Firm(store, tmp_path / "documents")


def test_of_near_duplicates_one_holds_until_it_is_gone(firm: Firm) -> None:
    firm.write(a=RULES, b=RULES.replace("is answered", "will be answered"), c=RULES.replace("14", "30"))
    firm.ingest()
    assert firm.states() == {"a": "accepted", "b": "duplicate", "c": "accepted"}
    assert firm.current()["b"].duplicate_of_id == firm.current()["a"].id
    assert "a.md" in firm.current()["b"].reason
    assert [name for name, _ in firm.rulings("disagreement")] == ["a", "c"]
    assert "“14” here, “30” there" in dict(firm.rulings("disagreement"))["a"]

    assert firm.ingest().unchanged == 3
    assert firm.states() == {"a": "accepted", "b": "duplicate", "c": "accepted"}

    (firm.folder / "a.md").unlink()
    firm.ingest()
    assert firm.states() == {"b": "accepted", "c": "accepted"}
    assert firm.current()["b"].duplicate_of_id is None


def test_what_disagrees_is_named_on_both_sides_as_long_as_it_does(firm: Firm) -> None:
    def told() -> set[tuple[str, str]]:
        return {(name, evidence.partition(".md: ")[0]) for name, evidence in firm.rulings("disagreement")}

    firm.write(a=RULES, b=RULES.replace("14", "30"))
    firm.ingest()
    assert told() == {("a", "b"), ("b", "a")}
    firm.write(c=RULES.replace("14", "45"))
    firm.ingest()
    assert told() == {(x, y) for x in "abc" for y in "abc" if x != y}
    firm.write(b=RULES.replace("14", "45").replace("is answered", "will be answered"))
    firm.ingest()
    assert firm.states()["c"] == "duplicate"
    assert told() == {("a", "b"), ("b", "a")}
    (firm.folder / "b.md").unlink()
    firm.ingest()
    assert told() == {("a", "c"), ("c", "a")}
    assert len(firm.rulings("disagreement")) == 2


def test_which_edition_holds_follows_the_client_then_the_date(firm: Firm) -> None:
    firm.write(
        a=f"In force from 1 May 2023. {RULES}",
        b=f"In force from 1 May 2023. {RULES.replace('is answered', 'will be answered')}",
    )
    firm.ingest(prefer=["b*"])
    assert firm.states() == {"a": "duplicate", "b": "accepted"}
    firm.write(a=f"Updated 2 June 2025. {RULES}")
    firm.ingest()
    assert firm.states()["a"] == "accepted"


def test_an_exact_copy_of_a_near_duplicate_stays_a_copy(firm: Firm) -> None:
    firm.write(a=RULES, b=RULES.replace("is answered", "will be answered"))
    (firm.folder / "z.md").write_bytes((firm.folder / "b.md").read_bytes())
    firm.ingest()
    assert firm.states() == {"a": "accepted", "b": "duplicate", "z": "duplicate"}
    assert firm.ingest().unchanged == 3


def test_what_many_documents_have_in_common_goes_and_a_line_that_tells_something_stays_once(
    firm: Firm,
) -> None:
    texts = {
        f"p{n}": f"{FOOT}\n\nRoom {n}{n} is the {word} one.\n\n{TELLING}"
        for n, word in enumerate(["red", "big", "old"])
    }
    firm.write(**texts)
    firm.ingest()
    found = firm.current()
    assert not [name for name, row in found.items() if FOOT in row.text]
    assert [name for name, row in sorted(found.items()) if TELLING in row.text] == ["p0"]
    assert all("is the" in row.text for row in found.values())
    assert {row.version for row in found.values()} == {1}  # read again in place: no fact hung on it
    with firm.store.session(write=False) as session:
        for passage in session.exec(select(Passage)):
            text = session.get_one(Document, passage.document_id).text
            assert text[passage.start : passage.end].strip()
    assert firm.ingest().unchanged == 3

    (firm.folder / "p2.md").unlink()
    firm.ingest()
    assert all(FOOT in row.text and TELLING in row.text for row in firm.current().values())


@pytest.mark.parametrize("part", [1, 2, 500])
def test_documents_are_gone_through_in_parts_and_new_versions_only_once(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    monkeypatch.setattr("nightschool.corpus.refining._PART", part)
    texts = {
        f"p{n}": f"{FOOT}\n\nRoom {n}{n} is the {word} one.\n\n{TELLING}"
        for n, word in enumerate(["red", "big", "old", "new"])
    }
    firm.write(p0=texts["p0"], p1=texts["p1"])
    firm.ingest()
    for row in firm.current().values():
        firm.hang_a_fact_on(row)
    firm.write(**texts)
    firm.ingest()
    found = firm.current()
    assert {name: row.version for name, row in found.items()} == {"p0": 2, "p1": 2, "p2": 1, "p3": 1}
    assert [name for name, row in sorted(found.items()) if TELLING in row.text] == ["p0"]
    assert not [name for name, row in found.items() if FOOT in row.text]
    assert firm.ingest().unchanged == 4


def test_a_document_that_facts_hang_on_gets_a_new_version_when_its_rules_change(firm: Firm) -> None:
    firm.write(
        a=f"Mara Lindqvist, mara.lindqvist@firm.example. {RULES}", b="The pool opens at nine in summer."
    )
    firm.ingest()
    before = firm.current()["a"]
    firm.hang_a_fact_on(before)
    report = firm.ingest(keep_personal=["*@firm.example"])
    after = firm.current()
    assert len(report.refined) == 2
    assert (after["a"].version, after["b"].version) == (2, 1)
    assert "[EMAIL]" in before.text
    assert "mara.lindqvist@firm.example" in after["a"].text
    assert after["a"].previous_id == before.id
    assert firm.ingest(keep_personal=["*@firm.example"]).unchanged == 2


def test_a_store_from_before_the_rules_is_refined_at_the_next_ingest(firm: Firm) -> None:
    firm.write(a=f"Mara Lindqvist, mara.lindqvist@firm.example. {RULES}")
    firm.ingest(rules={"personal-data": False})
    with firm.store.session() as session:
        session.exec(select(Document)).one().signature = None
    assert len(firm.ingest().refined) == 1
    assert "[EMAIL]" in firm.current()["a"].text


def test_an_ingest_that_was_stopped_compares_what_it_has_left(firm: Firm) -> None:
    firm.write(a=RULES, b=RULES.replace("is answered", "will be answered"))
    asked = iter([False])
    stopped = ingest(
        firm.store, firm.client, firm.folder, CorpusSettings(), cancelled=lambda: next(asked, True)
    )
    assert stopped.cancelled
    assert firm.states() == {"a": "accepted"}
    firm.ingest()
    assert firm.states() == {"a": "accepted", "b": "duplicate"}


def test_a_document_that_no_longer_holds_waits_and_an_exam_is_never_taught(firm: Firm) -> None:
    key = "\n".join(
        f"{n}. What? A) one B) two C) three Key: {k}\n" for n, k in ((1, "A"), (2, "B"), (3, "C"))
    )
    firm.write(a=f"SUPERSEDED by the version of 3 March 2025. {RULES}", b=key, c="The pool opens at nine.")
    firm.ingest()
    found = firm.current()
    assert firm.states() == {"a": "quarantined", "b": "accepted", "c": "accepted"}
    assert (found["b"].clearance, found["c"].clearance) == ("exam-only", "train")
    firm.ingest(rules={"outdated": False, "exam-key": False})
    found = firm.current()
    assert found["a"].state == "accepted"
    assert found["b"].clearance == "train"


def test_a_copy_in_other_words_of_what_may_not_be_used_may_not_be_used_either(firm: Firm) -> None:
    notice = "Copyright Halden. All rights reserved."
    firm.write(
        a=f"{RULES}\n\n{notice}",
        b=RULES.replace("is answered", "will be answered"),
        c="The pool opens at nine.",
    )
    firm.ingest()
    assert firm.states() == {"a": "quarantined", "b": "quarantined", "c": "accepted"}
    assert "a.md, which is held for its rights" in firm.current()["b"].reason
    assert firm.ingest().unchanged == 3
    assert firm.states() == {"a": "quarantined", "b": "quarantined", "c": "accepted"}

    firm.ingest(rights=[{"path": "a.md", "use": "train"}])
    assert sorted(firm.states().values()) == ["accepted", "accepted", "duplicate"]
