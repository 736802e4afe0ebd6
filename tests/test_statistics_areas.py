"""Weak areas and where to ask next."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightschool.evals.statistics import AreaResult, Outcome, allocate, weak_areas
from scipy import stats


def outcomes_of(counts):
    """{area: (right, asked)} as outcomes, each from a document of its own."""
    return [
        Outcome((area, i), area, 1.0 if i < right else 0.0)
        for area, (right, asked) in counts.items()
        for i in range(asked)
    ]


rows = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from("abcdef"), st.sampled_from([0.0, 0.5, 1.0])), max_size=80
)


@given(rows, st.floats(0.05, 0.95))
def test_results_are_whole_on_any_input(data, floor):
    results = weak_areas([Outcome(d, a, s) for d, a, s in data], floor)
    assert [r.area for r in results] == sorted({a for _, a, _ in data})
    assert sum(r.n for r in results) == len(data)
    for r in results:
        assert 0 <= r.low <= r.estimate <= r.high <= 1
        assert 0 <= r.probability_weak <= 1
        assert 0 <= r.correct <= r.n


def test_one_area_has_a_uniform_prior():
    [result] = weak_areas(outcomes_of({"a": (4, 10)}))
    # Against scipy: Beta(5, 7) is the posterior under a uniform prior; the grid is .02 wide.
    assert result.probability_weak == pytest.approx(stats.beta(5, 7).cdf(0.69), abs=0.01)
    assert result.estimate == pytest.approx(5 / 12, abs=0.005)
    assert (result.low, result.high) == pytest.approx(stats.beta(5, 7).interval(0.95), abs=0.03)


def test_small_areas_borrow_strength():
    strong = {f"s{i}": (18, 20) for i in range(10)}
    alone = weak_areas(outcomes_of({"small": (1, 2)}))[0]
    among = {r.area: r for r in weak_areas(outcomes_of({**strong, "small": (1, 2)}))}["small"]
    assert among.estimate > alone.estimate
    assert not among.weak


def test_an_area_on_the_floor_is_a_coin_flip_and_not_flagged():
    [result] = weak_areas(outcomes_of({"a": (140, 200)}))
    assert 0.3 < result.probability_weak < 0.6
    assert not result.weak


def test_documents_that_differ_make_an_area_less_certain():
    clustered = [Outcome((a, i // 10), a, float(i // 10 % 2)) for a in "abc" for i in range(60)]
    apart = [Outcome((a, i), a, s.score) for i, s in enumerate(clustered) for a in [s.area]]
    narrow, wide = weak_areas(apart)[0], weak_areas(clustered)[0]
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def adaptive_exam(shares, budget, rng):
    """Two questions an area, then rounds by `allocate`; returns the final results."""
    asked, right = np.full(len(shares), 2), rng.binomial(2, shares)
    while True:
        results = weak_areas(outcomes_of({f"{i:02d}": (right[i], asked[i]) for i in range(len(shares))}))
        left = budget - asked.sum()
        if left <= 0:
            return results
        for area, more in allocate(results, int(min(40, left))).items():
            asked[int(area)] += more
            right[int(area)] += rng.binomial(more, shares[int(area)])


def test_recall_and_false_discoveries_in_the_two_worlds_of_the_research():
    """40 areas, 6 weak at .50 against .85, 400 questions; and a world where nothing is weak."""
    rng, recall, false = np.random.default_rng(5), [], []
    for _ in range(12):
        weak = set(rng.choice(40, 6, replace=False).tolist())
        shares = np.array([0.5 if i in weak else 0.85 for i in range(40)])
        flagged = {int(r.area) for r in adaptive_exam(shares, 400, rng) if r.weak}
        recall.append(len(flagged & weak) / 6)
        false.append(len(flagged - weak) / max(len(flagged), 1))
    assert np.mean(recall) >= 0.7
    assert np.mean(false) <= 0.10
    quiet = [sum(r.weak for r in adaptive_exam(np.full(40, 0.85), 200, rng)) for _ in range(5)]
    assert sum(quiet) == 0


def area(name, n, probability):
    return AreaResult(name, n, n / 2, 0.5, 0.2, 0.8, probability, False)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.floats(0, 1)), max_size=8),
    st.integers(-3, 60),
    st.integers(1, 6),
)
def test_allocation_spends_the_budget_exactly(data, budget, step):
    given_out = allocate([area(f"a{i}", n, p) for i, (n, p) in enumerate(data)], budget, step)
    assert sum(given_out.values()) == (max(0, budget) if data else 0)
    assert all(v > 0 for v in given_out.values())


def test_questions_go_to_the_uncertain_areas():
    given_out = allocate([area("sure", 40, 0.999), area("open", 10, 0.5), area("near", 10, 0.3)], 12)
    assert given_out["open"] >= given_out["near"] > given_out.get("sure", 0)


def test_unasked_areas_come_first():
    assert allocate([area("new", 0, 0.2), area("open", 10, 0.5)], 2) == {"new": 2}


@pytest.mark.parametrize(("floor", "fdr"), [(0.0, 0.1), (1.0, 0.1), (0.7, 0.0), (float("nan"), 0.1)])
def test_settings_that_mean_nothing_are_refused(floor, fdr):
    with pytest.raises(ValueError, match="floor"):
        weak_areas(outcomes_of({"a": (1, 2)}), floor, fdr)
