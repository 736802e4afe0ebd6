"""Wordings: many, different, deterministic, silent about the answer."""

import pytest
from nightschool.evals.facts import FactDraft, PassageText, extract, wordings
from nightschool.evals.facts.model import normalise
from nightschool.evals.facts.quality import gives_away


def draft(kind: str, subject: str, relation: str, answer: str, language: str = "en") -> FactDraft:
    return FactDraft(kind, subject, relation, answer, "claim", answer, 0, len(answer), language)


DRAFTS = [
    draft("duration", "refunds", "are paid {within how many days} of the return", "14 days"),
    draft("money", "a late return", "costs {how much}", "20 euro"),
    draft("short", "the market day", "is {what}", "Saturday"),
    draft("name", "the workshop", "is led by {who}", "Marta Oyelaran"),
    draft("name", "the workshop", "{who} leads", "Marta Oyelaran"),
    draft("date", "the club", "was founded {in what year}", "1951"),
    draft("number", "members", "can borrow {up to how many bikes} at a time", "three"),
    draft("list", "the day-hire fee", "includes {what}", "a helmet; a lock"),
    draft("table", "City bike (Rental prices)", "Half day", "12 euro"),
    draft("contact", "Privacy policy", "e-mail address", "a@b.example"),
    draft("definition", "a half-day hire", "definition", "a hire of four hours"),
    draft("definition", "a complaint that you send to your insurer", "term", "Grievance"),
    draft("place", "the day book", "lies {where}", "beside the phone"),
    draft("money", "보증금", "{얼마}입니다", "5,000원", "ko"),
    draft("table", "기본 점검", "가격", "25000원", "ko"),
]


@pytest.mark.parametrize("fact", DRAFTS, ids=lambda fact: f"{fact.kind}-{fact.relation}")
def test_enough_distinct_and_silent(fact: FactDraft) -> None:
    found = wordings(fact)
    assert len(found) >= 8
    assert len({wording.family for wording in found}) >= 4
    plain = [normalise(wording.text) for wording in found]
    assert len(set(plain)) == len(plain)
    assert not any(gives_away(wording.text, fact.answer.split("; ")) for wording in found)
    assert found == wordings(fact)


def test_grammar_of_a_passive() -> None:
    texts = {wording.template: wording.text for wording in wordings(DRAFTS[0])}
    assert texts["direct.plain"] == "Within how many days of the return are refunds paid?" or (
        texts["direct.plain"] == "Within how many days are refunds paid of the return?"
    )
    assert texts["embedded.tell"].startswith("Tell me within how many days refunds are paid")
    assert "___" in texts["gap.complete"]


def test_question_kinds() -> None:
    kinds = {fact.relation: wordings(fact)[0].kind for fact in DRAFTS}
    assert kinds["costs {how much}"] == "number"
    assert kinds["was founded {in what year}"] == "date"
    assert kinds["includes {what}"] == "list"
    assert kinds["is led by {who}"] == "short"
    assert kinds["Half day"] == "number"


def test_key_ignores_the_answer_and_small_rewording() -> None:
    one = draft("money", "the late-return fee", "is {how much}", "13 euro")
    two = draft("money", "The late return fee", "is {how much}", "14 euro")
    assert one.key == two.key
    assert one.key != draft("money", "the early-return fee", "is {how much}", "13 euro").key
    assert (
        draft("date", "the sale", "starts {when}", "1 May").key
        == draft("date", "the sale", "starts {in what year}", "2025").key
    )


def test_same_passage_same_facts() -> None:
    passage = PassageText(
        "The lunch break lasts 45 minutes. The yard gate opens at 8:20.", heading="Shop", title="Staff"
    )
    assert extract(passage).facts == extract(passage).facts
