"""What users asked weighs most in an exam: up to its share, by how often, with every area's least kept."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightschool.evals.drawing import draw, share_out
from nightschool.evals.settings import ExamSettings
from nightschool.store.engine import Store
from nightschool.store.tables import Asked, Fact, Question
from sqlmodel import select

from . import test_exam_draw as plain

store = plain.store
SETTINGS = ExamSettings(control_questions=0.2, per_area=3)
NUMBERS = itertools.count(1)


def ask(
    store: Store, area: str, many: int, *, count: int = 1, pool: str = "exam", control: bool = False
) -> set[int]:
    """Users' questions on facts of an area; their ids."""
    made: set[int] = set()
    with store.session() as session:
        facts = session.exec(select(Fact).where(Fact.area == area, Fact.control == control)).all()
        for at in range(many):
            fact = facts[at % len(facts)]
            text = f"users ask {next(NUMBERS)}"
            question = Question(
                client_id=1, fact_id=fact.id or 0, pool=pool, kind="number", wording=text, references=["a"],
                generator="client",
            )  # fmt: skip
            session.add(question)
            session.flush()
            assert question.id is not None
            session.add(
                Asked(
                    client_id=1,
                    key=text,
                    text=text,
                    count=count,
                    state="linked",
                    fact_id=fact.id,
                    question_id=question.id,
                )
            )
            made.add(question.id)
    return made


@pytest.mark.parametrize(
    ("share", "purpose", "pool"),
    [(0.0, "exam", "exam"), (0.25, "gate", "sealed"), (0.5, "exam", "exam"), (1.0, "gate", "sealed")],
)
def test_users_questions_get_their_share_and_no_more(
    store: Store, share: float, purpose: str, pool: str
) -> None:
    asked = ask(store, "Rentals", 30, pool=pool) | ask(store, "Shop", 30, pool=pool)
    settings = SETTINGS.model_copy(update={"asked_share": share, "per_area": 0, "control_questions": 0.0})
    drawn = draw(store, plain.campaign(store), 20, seed=1, purpose=purpose, settings=settings)
    assert len(drawn) == 20
    assert len(asked & set(drawn)) == 20 * share


def test_without_any_nothing_changes(store: Store) -> None:
    before = draw(
        store, plain.campaign(store), 30, seed=1, settings=SETTINGS.model_copy(update={"asked_share": 0.0})
    )
    assert draw(store, plain.campaign(store), 30, seed=1, settings=SETTINGS) == before


def test_no_area_falls_under_its_least(store: Store) -> None:
    asked = ask(store, "Rentals", 40, count=1000)
    for budget in (8, 12, 16, 30):
        number = plain.campaign(store)
        settings = SETTINGS.model_copy(update={"asked_share": 1.0, "control_questions": 0.0})
        drawn = draw(store, number, budget, seed=2, settings=settings)
        found = Counter(fact.area for _, _, fact in plain.rows(store, number))
        least = share_out(
            {area: min(size - size // 5, 3) for area, size in plain.AREAS.items()}, plain.AREAS, budget, 3
        )
        assert len(drawn) == budget
        assert all(found[area] >= least[area] for area in plain.AREAS), (budget, found)
        assert len(asked & set(drawn)) == budget - sum(
            count for area, count in least.items() if area != "Rentals"
        )


def test_they_are_drawn_by_how_often_they_were_asked(store: Store) -> None:
    often, seldom = ask(store, "Rentals", 10, count=9), ask(store, "Rentals / Day hire", 10, count=1)
    settings = SETTINGS.model_copy(update={"per_area": 0, "control_questions": 0.0, "asked_share": 0.1})
    drawn = Counter(
        question in often
        for seed in range(40)
        for question in draw(store, plain.campaign(store, seed), 10, seed=seed, settings=settings)
        if question in often | seldom
    )
    assert drawn.total() == 40
    assert 0.7 < drawn[True] / 40 < 1  # 0.9 in the long run


def test_the_rest_asks_other_facts_first(store: Store) -> None:
    asked = ask(store, "Workshop", 2)
    number = plain.campaign(store)
    draw(
        store,
        number,
        5,
        seed=1,
        areas={"Workshop": 5},
        settings=SETTINGS.model_copy(update={"control_questions": 0.0}),
    )
    found = plain.rows(store, number)
    assert asked <= {question.id for _, question, _ in found}
    assert len({fact.id for _, _, fact in found}) == 5


def test_control_facts_asked_by_users_count_as_controls(store: Store) -> None:
    asked = ask(store, "Rentals", 3, control=True)
    number = plain.campaign(store)
    draw(store, number, 30, seed=1, settings=SETTINGS)
    assert {row.purpose for row, question, _ in plain.rows(store, number) if question.id in asked} == {
        "control"
    }


@given(
    st.dictionaries(st.sampled_from("abcde"), st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1),
    st.integers(0, 40),
    st.integers(0, 5),
)
def test_what_was_given_counts_towards_the_least(
    areas: dict[str, tuple[int, int]], budget: int, least: int
) -> None:
    stock = {area: have for area, (have, _) in areas.items()}
    given_before = {area: before for area, (_, before) in areas.items()}
    quota = share_out(stock, stock, budget, least, given_before)
    assert sum(quota.values()) == min(budget, sum(stock.values()))
    assert all(quota[area] <= stock[area] for area in stock)
    needed = {area: max(0, min(least - given_before[area], stock[area])) for area in stock}
    if sum(needed.values()) <= budget:
        assert all(quota[area] >= needed[area] for area in stock)
