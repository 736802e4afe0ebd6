"""Facts of two editions, paired: what is the same, reworded, changed, new and gone."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nightschool.evals.change import FactChange, FactView, compare_answers, compare_facts
from nightschool.evals.change.answers import exclusive
from nightschool.evals.change.planning import view_of_draft
from nightschool.evals.facts import PassageText, extract

THINGS = ("late return", "lost key", "child seat", "second battery", "broken lamp", "city map", "rain cover")
STATEMENTS = (
    "The fee for a {} is {} euro.",
    "The deposit for a {} is {} euro.",
    "The waiting time for a {} is {} minutes.",
)


def facts_of(text: str, heading: str = "Day hire") -> list[FactView]:
    """The facts that the engine finds in a text."""
    found = extract(PassageText(text, heading=heading, title="Day hire", language="en")).facts
    return [view_of_draft(draft, place) for place, draft in enumerate(found)]


def said(changes: list[FactChange]) -> Counter[tuple[str, str, str]]:
    return Counter(
        (change.kind, change.old.answer if change.old else "", change.new.answer if change.new else "")
        for change in changes
    )


def view(
    subject: str, relation: str, answer: str, citation: str, kind: str = "duration", key: str = ""
) -> FactView:
    return FactView(0, key or f"{kind} {subject} {relation}", kind, subject, relation, answer, citation)


@pytest.mark.parametrize(
    ("old", "new", "kind", "expected"),
    [
        ("25 minutes", "twenty-five minutes", "duration", "same"),
        ("two weeks", "14 days", "duration", "same"),
        ("1,000 euro", "€1000", "money", "same"),
        ("up to 30 days", "30 days", "duration", "same"),
        ("up to 30 days", "at least 30 days", "duration", "other"),
        ("30 days", "30 business days", "duration", "other"),
        ("13.50 euro an hour", "13.50 euro a day", "money", "other"),
        ("3 May 2024", "2024-05-03", "date", "same"),
        ("2024년 5월 3일", "3 May 2024", "date", "same"),
        ("세 가지", "3가지", "number", "same"),
        ("report@old.example.com", "report@new.example.com", "contact", "other"),
        ("Marta Oyelaran", "Marta Hill", "name", "other"),
        ("a helmet; a lock", "the lock; a helmet", "list", "same"),
        ("a helmet; a lock", "a helmet; a pump", "list", "other"),
        ("the Internet2 network", "the Internet5 network", "short", "other"),
        ("refundable", "non-refundable", "short", "other"),
        ("allowed", "not allowed", "short", "other"),
        ("일반적으로 옵션을 포함한 객체", "일반적으로 옵션을 포함하는 객체", "definition", "reworded"),
    ],
)
def test_answers(old: str, new: str, kind: str, expected: str) -> None:
    assert compare_answers(old, new, kind) == expected
    assert compare_answers(new, old, kind) == expected


def test_a_rewritten_document_gives_descriptions_more_room_and_values_none() -> None:
    old, new = (
        "클라이언트측 앱을 빌드하기 위한 프레임워크",
        "클라이언트 사이드 애플리케이션을 구축하기 위한 프레임워크",
    )
    assert compare_answers(old, new, "definition") == "other"
    assert compare_answers(old, new, "definition", rewritten=True) == "reworded"
    assert compare_answers("세 가지", "네 가지", "number", rewritten=True) == "other"
    assert compare_answers("무료 버전", "유료 버전", "short", rewritten=True) == "other"


@pytest.mark.parametrize(
    ("old", "new", "kind", "against"),
    [
        ("25 minutes", "30 minutes", "duration", True),
        ("25 minutes", "12 euro", "attribute", False),
        ("a framework", "a community project", "definition", False),
        ("Affordable Care Act (PDF, 2.41 MB)", "Reconciliation Act (PDF, 2.57 MB)", "key_value", False),
        ("Ann Lee", "Bo Hall", "name", True),
    ],
)
def test_only_values_exclude_each_other(old: str, new: str, kind: str, against: bool) -> None:
    assert exclusive(old, new, kind) is against


def test_a_reworded_subject_keeps_the_fact() -> None:
    old = facts_of("The grace period for a late return is 25 minutes.")
    cited = "Late returns have a period of grace that lasts twenty-five minutes."
    new = [view("the period of grace for late returns", "lasts {how long}", "twenty-five minutes", cited)]
    assert [change.kind for change in compare_facts(old, new)] == ["reworded"]


def test_a_reworded_subject_with_another_value_is_a_change() -> None:
    old = facts_of("The grace period for a late return is 25 minutes.")
    new = facts_of("The grace period for late returns is 40 minutes.")
    assert said(compare_facts(old, new)) == Counter({("changed", "25 minutes", "40 minutes"): 1})
    moved = [
        view(
            "the fee",
            "for a lost key is {how much}",
            "21 euro",
            "The fee for a lost key is 21 euro.",
            "money",
        ),
        view("the lost-key fee", "is {how much}", "25 euro", "The lost-key fee is 25 euro.", "money"),
    ]
    (change,) = compare_facts(moved[:1], moved[1:])
    assert (change.kind, change.why) == ("changed", "the subject in other words, another answer")


def test_another_subject_is_no_change() -> None:
    old = facts_of("The fee for adults is 12 euro.")
    new = facts_of("The fee for seniors is 9 euro.")
    assert sorted(change.kind for change in compare_facts(old, new)) == ["added", "gone"]
    gear = [
        view("gear 2", "costs {how much}", "12 euro", "Gear 2 costs 12 euro.", "money"),
        view("gear 3", "costs {how much}", "12 euro", "Gear 3 costs 12 euro.", "money"),
    ]
    assert sorted(change.kind for change in compare_facts(gear[:1], gear[1:])) == ["added", "gone"]


def test_a_negation_is_no_rewording() -> None:
    old = [
        view(
            "dogs", "are allowed {where}", "in the north park", "Dogs are allowed in the north park.", "place"
        )
    ]
    new = [
        view(
            "dogs",
            "are not allowed {where}",
            "in the north park",
            "Dogs are not allowed in the north park.",
            "place",
        )
    ]
    assert "reworded" not in {change.kind for change in compare_facts(old, new)}


def test_two_names_that_the_text_itself_equates() -> None:
    old = [
        view(
            "h()",
            "{무엇}의 약자입니다",
            "하이퍼스크립트",
            "h()는 하이퍼스크립트(hyperscript)의 약자입니다.",
            "short",
            "k",
        )
    ]
    new = [view("h()", "{무엇}의 약자입니다", "hyperscript", "h()는 hyperscript의 약자입니다.", "short", "k")]
    assert [change.kind for change in compare_facts(old, new)] == ["reworded"]


def test_a_slot_that_names_another_thing_is_another_question() -> None:
    award = view(
        "you", "can receive {how many hours of award leave}", "80 hours", "a maximum of 80 hours", key="k"
    )
    grief = view(
        "you", "can receive {how many weeks of parental leave}", "two weeks", "You get two weeks.", key="k"
    )
    assert {change.kind for change in compare_facts([award], [grief])} == {"gone", "added"}


numbers = st.integers(11, 95)
documents = st.dictionaries(
    st.tuples(st.sampled_from(THINGS), st.sampled_from(STATEMENTS)), numbers, min_size=2, max_size=12
)


def written(document: dict[tuple[str, str], int]) -> str:
    return " ".join(statement.format(thing, number) for (thing, statement), number in document.items())


@settings(max_examples=60, deadline=None)
@given(documents)
def test_identical_editions_give_no_change(document: dict[tuple[str, str], int]) -> None:
    facts = facts_of(written(document))
    assert len(facts) == len(document)
    assert {change.kind for change in compare_facts(facts, facts)} == {"kept"}


@settings(max_examples=60, deadline=None)
@given(documents, st.randoms(use_true_random=False))
def test_another_order_gives_no_change(document: dict[tuple[str, str], int], rng: random.Random) -> None:
    shuffled = list(document.items())
    rng.shuffle(shuffled)
    changes = compare_facts(facts_of(written(document)), facts_of(written(dict(shuffled))))
    assert {change.kind for change in changes} == {"kept"}


@settings(max_examples=60, deadline=None)
@given(documents, st.data())
def test_another_number_is_exactly_one_changed_fact(
    document: dict[tuple[str, str], int], data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from(sorted(document)))
    number = data.draw(numbers.filter(lambda value: value != document[place]))
    changes = compare_facts(facts_of(written(document)), facts_of(written({**document, place: number})))
    kinds = Counter(change.kind for change in changes)
    assert kinds == Counter(changed=1, kept=len(document) - 1)
    (change,) = [change for change in changes if change.kind == "changed"]
    assert change.old is not None
    assert change.new is not None
    assert (change.old.answer.split()[0], change.new.answer.split()[0]) == (str(document[place]), str(number))


words = st.lists(
    st.sampled_from(("fee", "key", "lost", "deposit", "late", "of", "3", "not", "보증금", "열쇠")), max_size=5
)
views = st.builds(
    lambda asked, answer, kind, key: FactView(
        0, key, kind, " ".join(asked), "is {what}", answer, f"{' '.join(asked)} is {answer}."
    ),
    words,
    st.sampled_from(
        ("12 euro", "twelve euro", "30 days", "Ann Lee", "a lock", "a lock; a pump", "세 가지", "3가지")
    ),
    st.sampled_from(("money", "short", "name", "list", "number", "definition")),
    st.sampled_from(("k1", "k2", "k3", "k4")),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(views, max_size=8), st.lists(views, max_size=8), st.booleans(), st.randoms(use_true_random=False)
)
def test_pairing_is_one_to_one_and_blind_to_order(
    old: list[FactView], new: list[FactView], rewritten: bool, rng: random.Random
) -> None:
    changes = compare_facts(old, new, rewritten=rewritten)
    assert Counter(change.old for change in changes if change.old) == Counter(old)
    assert Counter(change.new for change in changes if change.new) == Counter(new)
    for change in changes:
        assert (change.old is None) == (change.kind == "added")
        assert (change.new is None) == (change.kind == "gone")
    other_old, other_new = list(old), list(new)
    rng.shuffle(other_old)
    rng.shuffle(other_new)
    again = compare_facts(other_old, other_new, rewritten=rewritten)
    assert Counter((c.kind, c.old, c.new) for c in again) == Counter((c.kind, c.old, c.new) for c in changes)


@settings(max_examples=100, deadline=None)
@given(st.lists(views, max_size=6), st.lists(views, max_size=6), st.data())
def test_going_on_after_a_kill_pairs_the_rest_as_the_whole_would(
    old: list[FactView], new: list[FactView], data: st.DataObject
) -> None:
    changes = compare_facts(old, new)
    handled = [data.draw(st.booleans()) for _ in changes]
    left_old, left_new, rest = list(old), list(new), Counter[object]()
    for change, done in zip(changes, handled, strict=True):
        # What is gone is only known at the end, so that it stays among the old.
        if done and change.new:
            left_new.remove(change.new)
            if change.old:
                left_old.remove(change.old)
        else:
            rest[change.kind, change.old, change.new] += 1
    again = compare_facts(left_old, left_new)
    assert Counter((c.kind, c.old, c.new) for c in again) == rest
