"""Drawing a campaign's questions: shares, spread, repeats, gates."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightschool.evals.drawing import share_out
from nightschool.evals.examiner import draw, unseal
from nightschool.evals.settings import ExamSettings
from nightschool.store.engine import Store, open_store
from nightschool.store.errors import NotFound
from nightschool.store.tables import (
    Campaign,
    CampaignQuestion,
    Client,
    Document,
    Fact,
    ModelVersion,
    Passage,
    Question,
)
from sqlmodel import col, select

SETTINGS = ExamSettings(control_questions=0.2, per_area=3)
AREAS = {"Rentals": 30, "Rentals / Day hire": 10, "Workshop": 6, "Shop": 2}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "night.db") as store:
        with store.session() as session:
            session.add(Client(id=1, name="firm"))
            session.flush()
            session.add(ModelVersion(id=1, client_id=1, name="base"))
            number = 0
            for place, (area, size) in enumerate(AREAS.items(), start=1):
                session.add_all(
                    [
                        Document(id=place * 10 + d, client_id=1, path=f"{place}-{d}.md", sha256="x")
                        for d in range(2)
                    ]
                )
                session.flush()
                session.add_all(
                    [
                        Passage(
                            id=place * 10 + d,
                            document_id=place * 10 + d,
                            ordinal=0,
                            area=area,
                            start=0,
                            end=1,
                        )
                        for d in range(2)
                    ]
                )
                session.flush()
                for index in range(size):
                    number += 1
                    add_fact(session, number, area, place * 10 + index % 2, control=index % 5 == 4)
        yield store


def add_fact(session, number: int, area: str, document: int, *, control: bool = False) -> None:  # type: ignore[no-untyped-def]
    session.add(
        Fact(
            id=number, client_id=1, passage_id=document, document_id=document, area=area, key=f"k{number}",
            kind="money", subject="s", relation="r", answer="a", claim="c", citation="a", start=0, end=1,
            control=control,
        )
    )  # fmt: skip
    session.flush()
    for pool in ("exam", "exam", "sealed", "sealed", *([] if control else ["practice"])):
        text = f"{pool} {number} {len(session.new)}"
        session.add(
            Question(client_id=1, fact_id=number, pool=pool, kind="number", wording=text, references=["a"])
        )


def campaign(store: Store, seed: int = 1) -> int:
    with store.session() as session:
        row = Campaign(client_id=1, model_version_id=1, seed=seed, started_at=store.clock())
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


def rows(store: Store, campaign_id: int) -> list[tuple[CampaignQuestion, Question, Fact]]:
    with store.session(write=False) as session:
        query = select(CampaignQuestion, Question, Fact).where(
            CampaignQuestion.campaign_id == campaign_id,
            CampaignQuestion.question_id == Question.id,
            Question.fact_id == Fact.id,
        )
        return list(session.exec(query.order_by(col(CampaignQuestion.position))).all())


def test_exam_has_its_budget_controls_and_all_areas(store: Store) -> None:
    number = campaign(store)
    drawn = draw(store, number, 30, seed=1, settings=SETTINGS)
    found = rows(store, number)
    assert [question.id for _, question, _ in found] == drawn
    assert len(drawn) == 30
    assert Counter(row.purpose for row, *_ in found) == {"exam": 24, "control": 6}
    assert all((row.purpose == "control") == fact.control for row, _, fact in found)
    assert all(question.pool == "exam" for _, question, _ in found)
    assert {fact.area for _, _, fact in found} == set(AREAS)
    assert len({fact.id for _, _, fact in found}) == 30
    assert [row.position for row, *_ in found] == list(range(30))


def test_documents_take_turns(store: Store) -> None:
    number = campaign(store)
    draw(store, number, 20, seed=1, areas=["Rentals"], settings=SETTINGS)
    documents = Counter(
        fact.document_id
        for row, _, fact in rows(store, number)
        if row.purpose == "exam" and fact.area == "Rentals"
    )
    assert max(documents.values()) - min(documents.values()) <= 1


def test_second_call_changes_nothing(store: Store) -> None:
    number = campaign(store)
    first = draw(store, number, 20, seed=1, settings=SETTINGS)
    assert draw(store, number, 99, seed=2, settings=SETTINGS) == first
    assert len(rows(store, number)) == 20


def test_nights_differ_and_same_seed_agrees(store: Store) -> None:
    one, two, three = (draw(store, campaign(store), 20, seed=seed, settings=SETTINGS) for seed in (1, 2, 1))
    assert one != two
    assert one == three


def test_further_rounds_draw_other_questions(store: Store) -> None:
    number = campaign(store)
    first = draw(store, number, 20, seed=1, settings=SETTINGS)
    second = draw(store, number, 8, seed=1, areas={"Rentals": 5, "Workshop": 3}, round=2, settings=SETTINGS)
    assert not set(first) & set(second)
    later = [(row, fact) for row, _, fact in rows(store, number) if row.round == 2]
    assert {fact.area for _, fact in later} <= {"Rentals", "Rentals / Day hire", "Workshop"}
    assert [row.position for row, _ in later] == list(range(20, 20 + len(later)))


def test_gate_draws_sealed_and_unseals_once(store: Store) -> None:
    number = campaign(store)
    draw(store, number, 20, seed=1, settings=SETTINGS)
    gate = draw(store, number, 20, seed=1, purpose="gate", settings=SETTINGS)
    used = [(row, question) for row, question, _ in rows(store, number) if row.purpose.startswith("gate")]
    assert Counter(row.purpose for row, _ in used) == {"gate": 16, "gate_control": 4}
    assert all(question.pool == "sealed" for _, question in used)
    assert unseal(store, number) == len(gate)
    assert unseal(store, number) == 0
    with store.session(write=False) as session:
        for question in session.exec(select(Question).where(col(Question.id).in_(gate))):
            assert question.pool == "exam"
            assert question.unsealed_at is not None


def test_new_facts_come_first(store: Store) -> None:
    before = campaign(store)
    with store.session() as session:
        last = session.get(Campaign, before)
        assert last is not None
        last.finished_at = last.started_at.replace(year=2021)
        session.add(last)
        for number in (101, 102):
            add_fact(session, number, "Rentals", 10)
        for fact in session.exec(select(Fact).where(Fact.id < 100)):  # type: ignore[operator]
            fact.created_at = fact.created_at.replace(year=2020)
            session.add(fact)
    number = campaign(store)
    draw(store, number, 8, seed=4, areas=["Rentals"], settings=SETTINGS)
    assert {101, 102} <= {fact.id for _, _, fact in rows(store, number)}


def test_what_is_not_active_is_not_asked(store: Store) -> None:
    with store.session() as session:
        for fact in session.exec(select(Fact).where(Fact.area == "Shop")):
            fact.state = "withdrawn"
            session.add(fact)
        for question in session.exec(select(Question).where(Question.fact_id == 1)):
            question.state = "superseded"
            session.add(question)
    number = campaign(store)
    draw(store, number, 1_000, seed=1, settings=SETTINGS)
    found = rows(store, number)
    assert "Shop" not in {fact.area for _, _, fact in found}
    assert 1 not in {fact.id for _, _, fact in found}


def test_errors(store: Store) -> None:
    with pytest.raises(NotFound, match="no campaign 77"):
        draw(store, 77, 5, seed=1)
    with pytest.raises(ValueError, match="exam or gate"):
        draw(store, campaign(store), 5, seed=1, purpose="practice")


sizes = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 60), min_size=1)


@given(sizes, st.integers(0, 200), st.integers(0, 8))
def test_shares_add_up(size: dict[str, int], budget: int, least: int) -> None:
    stock = {area: 2 * number for area, number in size.items()}
    quota = share_out(stock, size, budget, least)
    assert sum(quota.values()) == min(budget, sum(stock.values()))
    assert all(0 <= quota[area] <= stock[area] for area in size)
    if budget >= least * len(size):
        assert all(quota[area] >= min(least, stock[area]) for area in size)
