"""Intervals of accuracy: against scipy, by simulation, and on the edges."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nightschool.evals.statistics import Outcome, accuracy, agreement
from scipy import stats


def outcomes_of(scores, documents):
    return [Outcome(d, "a", s) for s, d in zip(scores, documents, strict=True)]


scored = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from([0.0, 0.5, 1.0]) | st.floats(0, 1)), min_size=0, max_size=60
)


@given(scored, st.sampled_from([0.5, 0.8, 0.95, 0.999]))
def test_interval_holds_its_estimate_and_stays_in_range(rows, level):
    result = accuracy(outcomes_of([s for _, s in rows], [d for d, _ in rows]), level)
    assert result.n == len(rows)
    assert result.clusters == len({d for d, _ in rows})
    if not rows:
        assert (result.estimate, result.low, result.high) == (None, 0.0, 1.0)
    else:
        assert result.estimate is not None
        assert 0 <= result.low <= result.estimate <= result.high <= 1


@given(scored)
def test_order_does_not_matter(rows):
    forward = accuracy(outcomes_of([s for _, s in rows], [d for d, _ in rows]))
    backward = accuracy(outcomes_of([s for _, s in rows[::-1]], [d for d, _ in rows[::-1]]))
    assert forward.low == pytest.approx(backward.low, abs=1e-9)
    assert forward.high == pytest.approx(backward.high, abs=1e-9)


@pytest.mark.parametrize(("right", "n"), [(7, 10), (1, 3), (90, 100)])
def test_one_document_is_wilson_as_in_scipy(right, n):
    result = accuracy(outcomes_of([1.0] * right + [0.0] * (n - right), [1] * n))
    expected = stats.binomtest(right, n).proportion_ci(0.95, method="wilson")
    assert (result.low, result.high) == pytest.approx((expected.low, expected.high))


def test_hand_computed_clustered_interval():
    # Four documents of four: 4, 4, 0, 2 right. p = 10/16; residuals 1.5, 1.5, -2.5, -0.5; sum of squares 11;
    # V = 4/3 * 11 / 256 = .0572917; binomial .0146484; effect 3.91111; n_eff 4.09091; t(3) = 3.182446.
    scores = [1.0] * 8 + [0.0] * 4 + [1.0, 1.0, 0.0, 0.0]
    result = accuracy(outcomes_of(scores, [i // 4 for i in range(16)]))
    c = 3.182446305**2 / 4.0909091
    centre = (0.625 + c / 2) / (1 + c)
    half = 3.182446305 / (1 + c) * math.sqrt(0.625 * 0.375 / 4.0909091 + c / (4 * 4.0909091))
    assert (result.low, result.high) == pytest.approx((centre - half, centre + half), abs=1e-6)
    assert result.method == "wilson, clustered"


def test_clustering_widens():
    clustered = accuracy(outcomes_of([1.0] * 50 + [0.0] * 50, [i // 10 for i in range(100)]))
    apart = accuracy(outcomes_of([1.0] * 50 + [0.0] * 50, range(100)))
    assert clustered.high - clustered.low > 2 * (apart.high - apart.low)


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_all_the_same_is_not_certainty(score):
    result = accuracy(outcomes_of([score] * 20, [i // 5 for i in range(20)]))
    assert result.high - result.low > 0.1
    assert score in (result.low, result.high)


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_score_out_of_range_is_refused(bad):
    with pytest.raises(ValueError, match="outside 0 to 1"):
        accuracy([Outcome(1, "a", bad)])


@pytest.mark.parametrize("level", [0.0, 1.0, 95, float("nan")])
def test_a_level_that_is_no_share_is_refused(level):
    with pytest.raises(ValueError, match="level"):
        accuracy([], level)


def coverage(n, per, correlation, p, runs, seed):
    """Share of clustered beta-binomial worlds whose interval holds the true accuracy."""
    rng, held = np.random.default_rng(seed), 0
    documents = [i // per for i in range(n)]
    for _ in range(runs):
        clusters = documents[-1] + 1
        if correlation:
            k = 1 / correlation - 1
            shares = rng.beta(p * k, (1 - p) * k, clusters)
        else:
            shares = np.full(clusters, p)
        scores = (rng.random(n) < shares[documents]).astype(float)
        result = accuracy(outcomes_of(scores, documents))
        held += result.low <= p <= result.high
    return held / runs


@pytest.mark.parametrize(
    ("n", "per", "correlation", "p"),
    [(100, 2, 0.1, 0.8), (100, 5, 0.1, 0.5), (200, 5, 0.1, 0.8), (300, 10, 0.1, 0.8), (300, 2, 0.0, 0.7)],
)
def test_coverage_is_nominal_at_the_sizes_in_use(n, per, correlation, p):
    assert 0.93 <= coverage(n, per, correlation, p, runs=1000, seed=20261103) <= 0.975


@pytest.mark.parametrize(
    ("n", "per", "p"), [(8, 2, 0.8), (20, 2, 0.8), (20, 5, 0.5), (40, 10, 0.8), (6, 6, 0.7)]
)
def test_coverage_is_not_short_at_small_n(n, per, p):
    correlation = 0.0 if per == n else 0.1  # from one document the interval speaks of that document only
    assert coverage(n, per, correlation, p, runs=600, seed=7) >= 0.92


def test_kappa_by_hand():
    # Cohen's own arithmetic: agree 20 + 15 of 50, base rates 25/50 and 30/50: chance .5, kappa .4.
    a = ["y"] * 20 + ["y"] * 5 + ["n"] * 10 + ["n"] * 15
    b = ["y"] * 20 + ["n"] * 5 + ["y"] * 10 + ["n"] * 15
    result = agreement(a, b)
    assert (result.n, result.raw, result.chance) == (50, 0.7, 0.5)
    assert result.kappa == pytest.approx(0.4)


def test_kappa_is_none_where_it_means_nothing():
    assert agreement([], []).kappa is None
    assert agreement(["y"] * 5, ["y"] * 5).kappa is None
    with pytest.raises(ValueError, match="same answers"):
        agreement(["y"], [])


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=40))
def test_kappa_is_symmetric_and_bounded(rows):
    a, b = [x for x, _ in rows], [y for _, y in rows]
    one, two = agreement(a, b), agreement(b, a)
    assert one.kappa == (pytest.approx(two.kappa) if two.kappa is not None else None)
    assert one.kappa is None or -1 - 1e-9 <= one.kappa <= 1 + 1e-9
