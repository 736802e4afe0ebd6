"""The gate's rules on paired scores: error rate, power, floors, and holding."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nightschool.evals.statistics import Pair
from nightschool.training.comparison import REST, group_areas
from nightschool.training.gate import gate
from nightschool.training.settings import GateSettings

GATE = GateSettings()


def night(
    rng: random.Random,
    champion: float,
    challenger: float,
    *,
    documents: int = 30,
    each: int = 8,
    areas: int = 4,
) -> list[Pair]:
    """Scores of two models whose answers hang together within a document."""
    pairs = []
    for document in range(documents):
        shift = rng.gauss(0, 0.15)
        for number in range(each):
            scores = [float(rng.random() < min(1, max(0, rate + shift))) for rate in (champion, challenger)]
            area = f"area {document % areas} / document {document}"
            pairs.append(Pair(document * each + number, document, area, *scores))
    return pairs


def steady(n: int, won: int, lost: int, area: str = "all") -> list[Pair]:
    """n questions in documents of 5, of which `won` and `lost` differ."""
    marks = [(0.0, 1.0)] * won + [(1.0, 0.0)] * lost + [(1.0, 1.0)] * (n - won - lost)
    return [Pair(i, f"{area}{i % (n // 5 or 1)}", area, *scores) for i, scores in enumerate(marks)]


@pytest.mark.parametrize("rate", [0.5, 0.9])
def test_an_equal_challenger_is_promoted_at_most_once_in_twenty(rate: float) -> None:
    rng = random.Random(11)
    runs = 400
    promoted = sum(gate(night(rng, rate, rate), GATE).verdict == "promote" for _ in range(runs))
    # Three standard errors above 5 % of 400 runs.
    assert promoted <= 0.05 * runs + 3 * (0.05 * 0.95 * runs) ** 0.5


def test_a_clearly_better_challenger_is_promoted() -> None:
    rng = random.Random(12)
    runs = 60
    promoted = sum(gate(night(rng, 0.6, 0.8), GATE).verdict == "promote" for _ in range(runs))
    assert promoted >= 0.9 * runs


def test_a_worse_challenger_is_never_promoted() -> None:
    rng = random.Random(13)
    verdicts = [gate(night(rng, 0.8, 0.6), GATE).verdict for _ in range(40)]
    assert verdicts.count("reject") >= 38
    assert "promote" not in verdicts


def test_an_area_that_fell_vetoes_a_gain_over_all() -> None:
    better = steady(200, 60, 0, "new")
    fallen = steady(20, 0, 9, "old")
    assert gate(better, GATE).verdict == "promote"
    result = gate([*better, *fallen], GATE)
    assert result.verdict == "reject"
    assert any("worse in old" in reason for reason in result.reasons)
    assert result.overall.p_value < 0.05


def test_a_small_area_that_fell_holds_and_says_how_many_questions_are_missing() -> None:
    pairs = [*steady(200, 60, 0, "new"), *steady(3, 0, 2, "old")]
    result = gate(pairs, GATE)
    assert result.verdict == "hold"
    assert "5 more are needed" in result.reasons[0]


def test_small_areas_are_judged_with_their_parent() -> None:
    pairs = [
        *steady(10, 0, 0, "shop / bikes"),
        *steady(3, 0, 0, "shop / bells"),
        *steady(6, 0, 0, "shop / locks"),
        *steady(2, 0, 0, "legal"),
    ]
    sizes = {area: len(group) for area, group in group_areas(pairs, 8).items()}
    assert sizes == {"shop / bikes": 10, "shop": 9, REST: 2}


@given(
    st.lists(st.sampled_from(["a", "a / b", "a / b / c", "d", "d / e"]), max_size=60),
    st.integers(min_value=1, max_value=12),
)
@settings(max_examples=60, deadline=None)
def test_grouping_keeps_every_question_once(areas: list[str], minimum: int) -> None:
    pairs = [Pair(number, 0, area, 1.0, 1.0) for number, area in enumerate(areas)]
    groups = group_areas(pairs, minimum)
    kept = sorted(pair.question_id for group in groups.values() for pair in group)
    assert kept == list(range(len(areas)))
    assert all(len(group) >= minimum for area, group in groups.items() if area != REST)


def test_too_few_questions_hold() -> None:
    result = gate(steady(20, 15, 0), GATE)
    assert result.verdict == "hold"
    assert "10 are missing" in result.reasons[0]
    assert gate([], GATE).verdict == "hold"


def test_a_gain_that_may_be_chance_holds_and_says_how_many_more_would_tell() -> None:
    result = gate(steady(100, 6, 3), GATE)
    assert result.verdict == "hold"
    assert "more questions would tell" in result.reasons[0]


def test_no_gain_is_rejected() -> None:
    assert gate(steady(100, 3, 3), GATE).verdict == "reject"


def test_missing_verdicts_hold_above_their_share() -> None:
    pairs = steady(200, 60, 0)
    assert gate(pairs, GATE, missing=10).verdict == "promote"
    result = gate(pairs, GATE, missing=23)
    assert result.verdict == "hold"
    assert "23 of 223" in result.reasons[0]


def test_control_facts_that_rose_are_named_but_never_counted() -> None:
    pairs, control = steady(200, 60, 0), steady(60, 30, 0, "control")
    result = gate(pairs, GATE, control=control)
    assert result.n == 200
    assert result.verdict == "promote"
    assert any("control facts rose" in reason for reason in result.reasons)
