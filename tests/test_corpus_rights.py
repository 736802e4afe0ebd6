"""What may be done with each document, from its rules, its notices and the client's policy; and when that changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightschool.corpus.clearance import clearance
from nightschool.corpus.clearing import Clearing
from nightschool.corpus.errors import CorpusError
from nightschool.corpus.ingest import ingest
from nightschool.corpus.licence_files import governing, is_licence_file, licence_text
from nightschool.corpus.loaders import load_bytes
from nightschool.corpus.notices import Notice
from nightschool.corpus.settings import CorpusSettings, RightsRule
from nightschool.evals.examiner import DeterministicEngine, examine
from nightschool.evals.settings import ExamSettings
from nightschool.store.engine import open_store
from nightschool.store.tables import Client, Document, Fact, Passage, Question, Ruling, Withdrawal
from pydantic import ValidationError
from sqlmodel import select

FEES = "# Fees\n\nThe ferry fee in Corvane is 230 pounds.\n\nThe harbour fee in Corvane is 410 pounds.\n"
HALLS = (
    "# Halls\n\nThe library fee in Brackwell is 120 pounds.\n\nThe museum fee in Brackwell is 150 pounds.\n"
)
RESERVED = "\n\n© 2024 Corvane Harbour. All rights reserved.\n"
BY = "\n\nThis document is licensed under CC BY 4.0.\n"
NOTICES = [
    None,
    Notice("CC-BY-4.0", "licensed under CC BY 4.0"),
    Notice("CC-BY-NC-4.0", "licensed under CC BY-NC 4.0"),
    Notice("CC-BY-ND-4.0", "licensed under CC BY-ND 4.0"),
    Notice("all-rights-reserved", "All rights reserved."),
    Notice("no-machine-learning", "No AI training."),
    Notice("tdm-reservation", "meta tdm-reservation: 1"),
]
GRANTED = "Permission is hereby granted, free of charge, to any person obtaining\na copy"
USES = ("train", "exam-only", "exclude", "ask")


class Place:
    """A folder of documents and a store that takes them in."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "docs"
        self.store = open_store(root / "night.db")
        with self.store.session() as session:
            client = Client(name="corvane")
            session.add(client)
            session.flush()
            self.client_id = client.id or 0

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def ingest(self, **settings: object) -> None:
        ingest(
            self.store,
            self.client_id,
            self.folder,
            CorpusSettings.model_validate({"area_passages": 1, **settings}),
        )

    def examine(self) -> None:
        examine(self.store, self.client_id, DeterministicEngine(), ExamSettings(), seed=1)

    def current(self, path: str) -> Document:
        with self.store.session(write=False) as session:
            rows = session.exec(select(Document).where(Document.path == path).order_by(Document.id))  # pyright: ignore[reportArgumentType]
            return list(rows)[-1]

    def facts(self, document: Document) -> list[str]:
        """The states of all facts that were made of a document."""
        with self.store.session(write=False) as session:
            return list(
                session.exec(select(Fact.state).where(Fact.document_id == document.id).order_by(Fact.state))
            )


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    one = Place(tmp_path)
    one.write("fees.md", FEES)
    one.write("reserved.md", HALLS + RESERVED)
    yield one
    one.store.close()


@pytest.mark.parametrize(("notice", "use"), list(zip(NOTICES, ["train"] * 2 + ["ask"] * 5, strict=True)))
def test_without_a_setting_the_document_itself_decides(notice: Notice | None, use: str) -> None:
    decided = clearance(CorpusSettings(), "a.md", notice)
    assert decided.use == use
    assert (notice.evidence if notice else "unknown_rights = allow") in decided.evidence
    assert decided.licence == (notice.licence if notice else "")


@given(
    rules=st.lists(
        st.tuples(st.sampled_from(["*", "a/*", "*.md", "b.txt"]), st.sampled_from(USES)), max_size=4
    ),
    path=st.sampled_from(["a/x.md", "a/x.txt", "b.txt", "y.md"]),
    notice=st.sampled_from(NOTICES),
    policy=st.sampled_from(["ask", "exam-only", "exclude", "allow"]),
)
def test_the_last_matching_rule_beats_all_else(
    rules: list[tuple[str, str]], path: str, notice: Notice | None, policy: str
) -> None:
    from fnmatch import fnmatchcase

    settings = CorpusSettings(
        rights=[RightsRule.model_validate({"path": glob, "use": use}) for glob, use in rules],
        unknown_rights=policy,  # pyright: ignore[reportArgumentType]
    )
    decided = clearance(settings, path, notice)
    matching = [(number, use) for number, (glob, use) in enumerate(rules) if fnmatchcase(path, glob)]
    if matching:
        number, use = matching[-1]
        assert decided.use == use
        assert decided.evidence.startswith(f"set by rights[{number}] (path {rules[number][0]})")
    elif notice:
        assert decided.use == ("train" if notice.kind == "open" else "ask")
    else:
        assert decided.use == {"allow": "train"}.get(policy, policy)


@pytest.mark.parametrize(
    ("words", "use"), [("ours", "train"), ("No training", "exam-only"), ("exam_only", "exam-only")]
)
def test_a_statement_holds_for_all_documents(words: str, use: str) -> None:
    decided = clearance(CorpusSettings(rights=words), "a.md", NOTICES[4])
    assert (decided.use, decided.licence) == (use, "all-rights-reserved")
    assert f"set by rights = “{words}”" in decided.evidence
    assert "All rights reserved." in decided.evidence


def test_a_rule_may_name_the_licence_and_must_be_whole() -> None:
    rule = RightsRule(path="*", use="train", licence="CC-BY-4.0")
    assert clearance(CorpusSettings(rights=[rule]), "a.md", NOTICES[4]).licence == "CC-BY-4.0"
    for wrong in (
        {"path": "*", "use": "teach"},
        {"path": "*"},
        {"path": "", "use": "ask"},
        {"pth": "*", "use": "ask"},
    ):
        with pytest.raises(ValidationError):
            CorpusSettings.model_validate({"rights": [wrong]})


def test_a_reserved_document_is_held_with_the_words_and_what_to_do(place: Place) -> None:
    place.ingest()
    held, free = place.current("reserved.md"), place.current("fees.md")
    assert (held.state, held.clearance, held.licence) == ("quarantined", "ask", "all-rights-reserved")
    assert "set a rights rule for its path" in held.reason
    assert "All rights reserved." in held.rights_evidence
    assert (free.state, free.clearance, free.rights_evidence) == (
        "accepted", "train", "nothing is said; unknown_rights = allow",
    )  # fmt: skip
    with place.store.session(write=False) as session:
        (ruling,) = session.exec(select(Ruling)).all()
    assert (ruling.document_id, ruling.action) == (held.id, "hold")
    assert held.text[ruling.start : ruling.end] == "All rights reserved."
    place.examine()
    assert place.facts(held) == []
    assert place.facts(free)


def test_settings_move_stored_documents_both_ways_without_reading_them(place: Place) -> None:
    place.ingest()
    place.examine()
    (place.folder / "reserved.md").chmod(0o644)
    before = place.current("reserved.md")
    place.ingest(rights=[{"path": "res*", "use": "exam-only"}])
    row = place.current("reserved.md")
    assert (row.id, row.state, row.clearance, row.reason) == (before.id, "accepted", "exam-only", "")
    assert "against what it says itself" in row.rights_evidence
    place.examine()
    made = place.facts(row)
    assert set(made) == {"active"}
    place.ingest(rights=[{"path": "res*", "use": "exclude"}])
    row = place.current("reserved.md")
    assert (row.state, row.clearance) == ("rejected", "exclude")
    assert "left out for its rights (rights[0] says exclude)" in row.reason
    place.examine()
    assert set(place.facts(row)) == {"withdrawn"}
    with place.store.session(write=False) as session:
        states = session.exec(select(Question.state).join(Fact).where(Fact.document_id == row.id)).all()
    assert set(states) == {"superseded"}
    place.ingest()
    assert place.current("reserved.md").state == "quarantined"
    place.ingest(rights="ours")
    told = place.store.read("events", what="documents.cleared")
    assert [event["detail"]["moves"] for event in told] == [
        {"quarantined → accepted": 1},
        {"rejected → quarantined": 1},
        {"accepted → rejected": 1},
        {"quarantined → accepted": 1},
    ]
    row = place.current("reserved.md")
    assert (row.id, row.state, row.clearance, row.rights) == (before.id, "accepted", "train", "ours")
    place.examine()
    assert place.facts(row).count("active") == len(made)


def test_unknown_rights_follow_the_policy(place: Place) -> None:
    place.write("open.md", "# Open\n\nThe school fee in Dunmere is 90 pounds.\n" + BY)
    place.ingest(unknown_rights="ask")
    assert (place.current("fees.md").state, place.current("open.md").state) == ("quarantined", "accepted")
    assert "nothing is known of them" in place.current("fees.md").reason
    place.ingest(unknown_rights="exclude")
    assert place.current("fees.md").state == "rejected"
    place.ingest(unknown_rights="exam-only")
    assert (place.current("fees.md").state, place.current("fees.md").clearance) == ("accepted", "exam-only")
    assert (place.current("open.md").clearance, place.current("open.md").licence) == ("train", "CC-BY-4.0")


def test_a_licence_file_of_an_ingest_that_was_stopped_counts_at_the_next(place: Place) -> None:
    place.write("a.md", FEES)
    place.ingest()
    place.ingest()
    place.write("LICENSE", "Creative Commons Attribution 4.0 International Public License\n")
    place.write("z.md", HALLS)
    stop = iter([False, True])
    settings = CorpusSettings(area_passages=1)
    ingest(place.store, place.client_id, place.folder, settings, cancelled=lambda: next(stop))
    assert place.current("LICENSE").licence == "CC-BY-4.0"
    assert place.current("a.md").licence == ""
    place.ingest()
    assert place.current("a.md").licence == place.current("z.md").licence == "CC-BY-4.0"


def test_rights_are_decided_anew_where_they_may_differ_and_only_there(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[int] = []
    whole = Clearing.settle
    monkeypatch.setattr(Clearing, "settle", lambda self: settled.append(1) or whole(self))
    place.write("a.md", FEES)
    place.write("b/c.md", HALLS)
    place.ingest()
    settled.clear()
    place.write("a.md", FEES + "\nThe pier fee in Corvane is 95 pounds.\n")
    place.ingest()
    place.ingest()
    assert not settled
    for change in (
        lambda: place.write("LICENSE", GRANTED),
        lambda: (place.folder / "b/c.md").rename(place.folder / "d.md"),
        lambda: (place.folder / "LICENSE").unlink(),
    ):
        change()
        place.ingest()
        assert settled
        settled.clear()
    place.ingest(unknown_rights="exam-only")
    assert settled
    assert place.current("d.md").clearance == "exam-only"
    settled.clear()
    place.ingest(unknown_rights="exam-only")
    assert not settled


def test_the_nearest_licence_file_speaks_for_what_says_nothing(place: Place) -> None:
    place.write("LICENSE", "Creative Commons Attribution 4.0 International Public License\n")
    place.write("forms/COPYING.txt", "Copyright 2024 Corvane. All rights reserved.\n")
    place.write("forms/deep/a.md", HALLS.replace("Brackwell", "Aldermoor"))
    place.ingest(unknown_rights="ask")
    fees, deep, own = place.current("fees.md"), place.current("forms/deep/a.md"), place.current("reserved.md")
    assert (fees.state, fees.licence) == ("accepted", "CC-BY-4.0")
    assert fees.rights_evidence.startswith("“LICENSE: Creative Commons Attribution")
    assert (deep.state, deep.licence) == ("quarantined", "all-rights-reserved")
    assert "forms/COPYING.txt" in deep.rights_evidence
    assert "COPYING" not in own.rights_evidence
    (place.folder / "forms/COPYING.txt").unlink()
    place.ingest(unknown_rights="ask")
    assert (place.current("forms/deep/a.md").state, place.current("forms/deep/a.md").licence) == (
        "accepted",
        "CC-BY-4.0",
    )


def test_a_copy_of_a_held_document_is_judged_by_its_own_path(place: Place) -> None:
    place.write("ours/reserved.md", HALLS + RESERVED)
    rules = [{"path": "ours/*", "use": "train"}]
    place.ingest(rights=rules)
    assert {path: place.current(path).state for path in ("ours/reserved.md", "reserved.md")} == {
        "ours/reserved.md": "accepted", "reserved.md": "duplicate",
    }  # fmt: skip
    place.ingest(rights=[{"path": "reserved.md", "use": "train"}])
    assert place.current("ours/reserved.md").state == "quarantined"
    assert place.current("reserved.md").state == "accepted"
    place.ingest(rights=[{"path": "*reserved.md", "use": "train"}])
    assert place.current("ours/reserved.md").reason == "the same content as reserved.md"


def test_a_store_from_before_is_looked_through_from_its_own_texts(place: Place) -> None:
    place.write(
        "LICENSE",
        "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy\n",
    )
    place.ingest(rights="ours")
    with place.store.session() as session:
        for ruling in session.exec(select(Ruling)):
            session.delete(ruling)
        for row in session.exec(select(Document)):
            row.rights_evidence, row.licence = "", ""
    place.ingest()
    assert place.current("reserved.md").state == "quarantined"
    assert place.current("fees.md").licence == "MIT"


def test_withdrawn_content_is_refused_everywhere_and_its_path_waits_for_a_rule(place: Place) -> None:
    place.ingest(rights="ours")
    row = place.current("fees.md")
    with place.store.session() as session:
        gone = session.get_one(Document, row.id)
        gone.state, gone.reason = "withdrawn", "withdrawn by Kim"
        session.add(
            Withdrawal(client_id=place.client_id, document_id=row.id or 0, path=row.path, sha256=row.sha256,
                       reason="contract ended", author="Kim")
        )  # fmt: skip
    place.write("copy.md", FEES)
    place.ingest(rights="ours")
    copy = place.current("copy.md")
    assert copy.state == "rejected"
    assert "its content was withdrawn" in copy.reason
    assert "contract ended" in copy.reason
    assert place.current("fees.md").state == "withdrawn"
    place.write("fees.md", FEES.replace("230", "231"))
    place.ingest(rights="ours")
    new = place.current("fees.md")
    assert (new.state, new.version) == ("quarantined", 2)
    assert "waits for a rights rule for the path that says train" in new.reason
    with place.store.session(write=False) as session:
        assert session.get_one(Document, row.id).state == "withdrawn"
    place.ingest(rights=[{"path": "fees.md", "use": "train"}])
    assert (place.current("fees.md").id, place.current("fees.md").state) == (new.id, "accepted")
    (place.folder / "fees.md").unlink()
    place.ingest(rights="ours")
    with place.store.session(write=False) as session:
        assert session.get_one(Document, row.id).state == "withdrawn"


def test_a_folder_with_nothing_but_held_documents_says_so(place: Place) -> None:
    (place.folder / "fees.md").unlink()
    with pytest.raises(CorpusError, match="mostly: held for its rights"):
        place.ingest()


def test_held_passages_are_stored(place: Place) -> None:
    place.ingest()
    held = place.current("reserved.md")
    with place.store.session(write=False) as session:
        states = session.exec(select(Passage.state).where(Passage.document_id == held.id)).all()
    assert "accepted" in states


@pytest.mark.parametrize(
    ("media_type", "source", "rights"),
    [
        ("markdown", "---\ntitle: A\nlicense: CC-BY-SA-4.0\n---\n# A\n\nText of it.\n", ("license: CC-BY-SA-4.0",)),
        ("markdown", "<!-- SPDX-License-Identifier: MIT -->\n# A\n\nText of it.\n", ("SPDX-License-Identifier: MIT",)),
        ("html", "<head><meta name=robots content='noai'></head><p>Text of it.", ("meta robots: noai",)),
        ("html", "<meta name=robots content='noindex'><p>Text of it.", ()),
        ("html", "<link rel=license href='https://x.example/l'><p>Text.", ("link license: https://x.example/l",)),
        ("html", "<p>Text.</p><footer>© 2024 Firm. All rights reserved.</footer>",
         ("footer: © 2024 Firm. All rights reserved.",)),
        ("html", "<p>Text.</p><footer>Call 0123</footer>", ()),
        ("html", "<meta name='DC.rights' content='Public domain'><p>Text.", ("meta dc.rights: Public domain",)),
    ],
)  # fmt: skip
def test_loaders_hand_on_what_is_declared(media_type: str, source: str, rights: tuple[str, ...]) -> None:
    assert load_bytes(source.encode(), media_type).rights == rights


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("            Apache License\n                Version 2.0, January 2004\n", "Apache-2.0"),
        ("GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991", "GPL-2.0"),
        ("Copyright (c) 2024 X\n\n" + GRANTED, "MIT"),
        ("Redistribution and use in source and binary forms, with or\nwithout … Neither the name of X", "BSD-3-Clause"),
        ("Attribution-NonCommercial 4.0 International\n\n=====", "CC-BY-NC-4.0"),
        ("CC0 1.0 Universal", "CC0-1.0"),
        ("This handbook may not be copied.", "all-rights-reserved"),
        ("To be decided by the board.", None),
    ],
)  # fmt: skip
def test_licence_texts_are_known(text: str, licence: str | None) -> None:
    notice = licence_text(text)
    assert (notice.licence if notice else None) == licence


def test_a_notice_file_does_not_lend_the_licence_of_a_library() -> None:
    assert licence_text("This product includes software under the Apache License.", named_notice=True) is None
    assert is_licence_file("a/LICENCE-MIT.txt")
    assert not is_licence_file("driving-licence.md")


FOLDERS, PATHS = ["", "a", "a/b", "a/b/c", "d"], ["x.md", "a/x.md", "a/b/x.md", "d/e/x.md"]


@given(st.lists(st.sampled_from(FOLDERS), unique=True), st.sampled_from(PATHS))
def test_the_nearest_licence_up_the_tree_wins(folders: list[str], path: str) -> None:
    files = {folder: (f"{folder}/LICENSE".lstrip("/"), [Notice("MIT", folder)]) for folder in folders}
    found = governing(path, files)
    above = [folder for folder in folders if not folder or path.startswith(folder + "/")]
    if above:
        nearest = max(above, key=len)
        assert found is not None
        assert found.evidence == f"{files[nearest][0]}: {nearest}"
    else:
        assert found is None
