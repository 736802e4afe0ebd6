"""The paired comparison: against scipy, by simulation, and on the edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightschool.evals.statistics import Pair, compare
from scipy import stats


def pairs_of(champion, challenger, documents):
    return [
        Pair(i, d, "a", a, b) for i, (a, b, d) in enumerate(zip(champion, challenger, documents, strict=True))
    ]


rows = st.lists(st.tuples(st.integers(0, 5), st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 1)), max_size=60)


@given(rows)
def test_never_nan_and_always_in_order(data):
    result = compare(pairs_of([a for _, a, _ in data], [b for *_, b in data], [d for d, *_ in data]))
    assert -1 <= result.low <= result.difference + 1e-9
    assert result.difference - 1e-9 <= result.high <= 1
    assert 0 <= result.p_value <= 1
    assert result.won + result.lost <= result.n == len(data)


@given(rows)
def test_swapping_the_models_turns_the_result_around(data):
    a, b, d = [x for _, x, _ in data], [y for *_, y in data], [z for z, *_ in data]
    one, two = compare(pairs_of(a, b, d)), compare(pairs_of(b, a, d))
    assert one.difference == pytest.approx(-two.difference)
    assert one.low == pytest.approx(-two.high, abs=1e-9)
    assert (one.won, one.lost) == (two.lost, two.won)


def test_equal_documents_are_scipys_t_test_on_their_means():
    rng = np.random.default_rng(3)
    champion = rng.random(200)
    challenger = np.clip(champion + np.repeat(rng.normal(0.1, 0.3, 40), 5), 0, 1)
    documents = [i // 5 for i in range(200)]
    result = compare(pairs_of(champion, challenger, documents))
    means = (challenger - champion).reshape(40, 5).mean(axis=1)
    expected = stats.ttest_1samp(means, 0, alternative="greater")
    assert result.p_value == pytest.approx(float(expected.pvalue))
    both = stats.ttest_1samp(means, 0).confidence_interval(0.95)
    assert result.low == pytest.approx(float(both.low), abs=0.01)


@pytest.mark.parametrize(("won", "lost", "n"), [(6, 1, 20), (0, 3, 10), (5, 0, 29), (8, 8, 25)])
def test_small_n_is_the_exact_mcnemar_test(won, lost, n):
    challenger = [1.0] * won + [0.0] * lost + [1.0] * (n - won - lost)
    champion = [0.0] * won + [1.0] * lost + [1.0] * (n - won - lost)
    result = compare(pairs_of(champion, challenger, range(n)))
    expected = stats.binomtest(won, won + lost, 0.5, alternative="greater").pvalue
    assert result.p_value == pytest.approx(float(expected))


def test_few_discordant_questions_prove_nothing_by_t_alone():
    challenger, champion = [1.0] * 300, [0.0] * 4 + [1.0] * 296
    assert compare(pairs_of(champion, challenger, range(300))).p_value == pytest.approx(1 / 16)


def test_nothing_and_no_difference():
    empty = compare([])
    assert (empty.low, empty.high, empty.p_value, empty.n) == (-1.0, 1.0, 1.0, 0)
    same = compare(pairs_of([1.0, 0.0] * 50, [1.0, 0.0] * 50, range(100)))
    assert same.p_value == 1.0
    assert same.low < 0 < same.high


def test_level_is_kept_when_documents_move_together():
    """True difference 0, ten questions a document, a document effect of the retraining."""
    rng, alarms, runs = np.random.default_rng(11), 0, 600
    documents = [i // 10 for i in range(300)]
    for _ in range(runs):
        effect = np.repeat(rng.normal(0, 0.12, 30), 10)
        champion = (rng.random(300) < 0.7).astype(float)
        challenger = (rng.random(300) < np.clip(0.7 + effect, 0, 1)).astype(float)
        alarms += compare(pairs_of(champion, challenger, documents)).p_value <= 0.05
    assert 0.02 <= alarms / runs <= 0.075


def test_a_real_gain_is_found():
    rng = np.random.default_rng(12)
    champion = (rng.random(400) < 0.6).astype(float)
    challenger = np.where(rng.random(400) < 0.3, 1.0, champion)
    result = compare(pairs_of(champion, challenger, [i // 4 for i in range(400)]))
    assert result.p_value < 0.01
    assert result.low > 0
