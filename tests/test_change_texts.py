"""The second opinion on two editions: sentences aligned, values compared."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nightschool.evals.change import compare_texts
from nightschool.evals.change.sentences import is_rewritten, shared_sentences

PASSAGES = (
    "The grace period for a late return is 25 minutes. A lost key costs 21 euro.",
    "The workshop is led by Marta Oyelaran since 3 May 2019. Write to desk@harbour.example.com for help.",
    "Bikes are washed every week. Lamps and bells are checked before each hire, whatever the weather.",
    "보증금은 90,000원입니다. 예약은 이용 3일 전까지 취소할 수 있습니다.",
    "Harbour Bikes LLC keeps the contract for 10 years.",
)


def values(old: str, new: str) -> list[tuple[str, str, str]]:
    return [(value.kind, value.old, value.new) for value in compare_texts([old], [new]).values]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            "We delete your data within 30 days.",
            "We delete your data within 60 days.",
            [("measure", "30 days", "60 days")],
        ),
        ("The fee is 12 euro.", "The fee is 13.50 euro.", [("money", "12 euro", "13.50 euro")]),
        (
            "Last updated: April 13, 2020",
            "Last updated: January 19, 2021",
            [("date", "April 13, 2020", "January 19, 2021")],
        ),
        (
            "For help write to desk@old.example.com at any time.",
            "For help write to desk@new.example.com at any time.",
            [("address", "desk@old.example.com", "desk@new.example.com")],
        ),
        (
            "If a Basecamp employee reads data, they will face penalties.",
            "If a 37signals employee reads data, they will face penalties.",
            [("name", "Basecamp", "37signals")],
        ),
        (
            "보증금은 90,000원이며 반납할 때 돌려 드립니다.",
            "보증금은 95,000원이며 반납할 때 돌려 드립니다.",
            [("number", "90,000", "95,000")],
        ),
        # The same values in other words, in another order, or in another spelling.
        ("We delete your data within thirty days.", "Within 30 days your data is deleted by us.", []),
        ("The fee is 1,000 euro.", "The fee: €1000.", []),
        (
            "컴포넌트는 두 가지 스타일로 작성할 수 있습니다.",
            "컴포넌트는 2가지 방식으로 작성할 수 있습니다.",
            [],
        ),
        # Sentences on two things don't stand for one another.
        ("A helmet costs 5 euro a day.", "The office closes at 17:00 on Fridays.", []),
    ],
)
def test_changed_values(old: str, new: str, found: list[tuple[str, str, str]]) -> None:
    assert values(old, new) == found


def test_both_quotations_are_given() -> None:
    old, new = "Bikes are washed. The fee is 12 euro.", "The bikes are washed. The fee is 14 euro."
    (value,) = compare_texts([old], [new]).values
    assert (value.old_quote, value.new_quote) == ("The fee is 12 euro.", "The fee is 14 euro.")


def test_a_value_that_wandered_to_the_next_sentence_is_no_change() -> None:
    old = "The hire lasts 3 days and the deposit stays with us. The report takes 5 days to be written."
    new = "The hire lasts 5 days and the deposit stays with us. The report takes 3 days to be written."
    assert compare_texts([old], [new]).values == ()  # both values are said as often as before


def test_a_new_translation_is_rewritten_and_reworded() -> None:
    old = [
        "컴포넌트는 내장 $emit 메소드를 사용하여 이벤트를 보냅니다. 컴포저블은 상태를 가지는 로직에 쓰입니다."
    ]
    new = ["컴포넌트는 내장된 $emit 메서드로 이벤트를 보냅니다. 컴포저블은 상태가 있는 로직에 쓰입니다."]
    change = compare_texts(old, new)
    assert (change.kind, change.paired, change.rewritten) == ("reworded", 2, True)
    assert is_rewritten(old, new)


def test_shared_sentences_tell_a_renamed_file() -> None:
    text = " ".join(PASSAGES)
    assert shared_sentences(text, text.replace("25 minutes", "30 minutes")) > 0.5
    assert shared_sentences(text, "Something else entirely stands in this document.") == 0


passages = st.lists(st.sampled_from(PASSAGES), min_size=1, max_size=5, unique=True)


@given(passages, st.randoms(use_true_random=False))
def test_another_order_of_passages_is_no_change(some: list[str], rng: random.Random) -> None:
    shuffled = list(some)
    rng.shuffle(shuffled)
    change = compare_texts(some, shuffled)
    assert change.kind in ("unchanged", "moved")
    assert (change.paired, change.gone, change.added, change.values) == (0, 0, 0, ())
    assert change.kind == ("unchanged" if some == shuffled else "moved")


@settings(deadline=None)
@given(st.lists(st.integers(11, 900), min_size=2, max_size=8), st.data())
def test_another_number_is_exactly_one_changed_value(numbers: list[int], data: st.DataObject) -> None:
    names = ("helmet", "lock", "child seat", "pump", "lamp", "basket", "map", "battery")
    place = data.draw(st.integers(0, len(numbers) - 1))
    other = data.draw(st.integers(11, 900).filter(lambda number: number not in numbers))

    def text(prices: list[int]) -> list[str]:
        return [
            f"A {name} is hired out for {price} euro." for name, price in zip(names, prices, strict=False)
        ]

    changed = [*numbers[:place], other, *numbers[place + 1 :]]
    (value,) = compare_texts(text(numbers), text(changed)).values
    assert (value.old, value.new) == (f"{numbers[place]} euro", f"{other} euro")
    assert names[place] in value.old_quote


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6), st.lists(st.text(max_size=60), max_size=6))
def test_any_texts_are_survived_and_the_sentences_add_up(old: list[str], new: list[str]) -> None:
    change = compare_texts(old, new)
    back = compare_texts(new, old)
    assert change.same == back.same
    assert change.same + change.paired + change.gone == back.same + back.paired + back.added
    assert change.rewritten == is_rewritten(old, new)
