"""What holds for every passage: exact citations, answers in them, nothing dropped without a count."""

from hypothesis import given, settings
from hypothesis import strategies as st
from nightschool.evals.facts import PassageText, extract, wordings
from nightschool.evals.facts.quality import gives_away

PIECES = (
    "The fee for a late return is 13.50 euro an hour.",
    "Refunds are paid within 14 days of the return.",
    "The workshop is led by Marta Oyelaran.",
    "- a helmet",
    "- a **lock** and [a key](/keys)",
    "The day-hire fee includes:",
    "Deposit: 80 euro",
    "## Prices",
    "| Bike | Price |",
    "| City bike | 12 euro |",
    "In 2014, the club moved to 27 Mill Lane.",
    "보증금은 90,000원입니다.",
    "평일 영업 시간: 10:30부터 20:00까지",
    "It isn't 5% (see above)…",
    "{% raw %} <b>bold</b> ```",
    "“Quote” – dash; 10–20 minutes, e.g. 5 p.m.",
)
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=40)), max_size=12).map("\n".join)


@settings(max_examples=150)
@given(texts, st.integers(0, 5_000), st.sampled_from(["prose", "list", "table", "key_value", "faq"]))
def test_every_fact_is_backed_by_the_passage(text: str, start: int, kind: str) -> None:
    passage = PassageText(text, start=start, kind=kind, heading="Day hire", title="Rentals of bikes")
    extraction = extract(passage)
    assert extraction.facts == extract(passage).facts
    identities = [(fact.key, fact.answer) for fact in extraction.facts]
    assert len(set(identities)) == len(identities)
    for fact in extraction.facts:
        assert fact.citation == text[fact.start - start : fact.end - start]
        answers = fact.answer.split("; ") if fact.kind == "list" else [fact.answer]
        assert all(answer in fact.citation for answer in answers)
        assert not any(gives_away(wording.text, answers) for wording in wordings(fact))


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=4), max_size=5))
def test_any_rows_are_survived(rows: list[list[str]]) -> None:
    text = "\n".join(" | ".join(row) for row in rows)
    for fact in extract(PassageText(text, kind="table", rows=rows, heading="Prices")).facts:
        assert fact.answer in fact.citation
