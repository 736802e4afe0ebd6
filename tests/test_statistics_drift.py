"""The change-point chart: by hand, by simulation, and on the edges."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightschool.evals.statistics import Night, drift


def night(number, counts, asked=10):
    return Night(number, tuple((c, asked) for c in counts))


def draw(rng, number, share, documents=20, asked=10, correlation=0.1):
    k = 1 / correlation - 1
    counts = rng.binomial(asked, rng.beta(share * k, (1 - share) * k, documents))
    return Night(number, tuple((int(c), asked) for c in counts))


documents = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda t: (min(t), max(t))), max_size=5
)


@given(st.lists(documents, max_size=12), st.integers(0, 40))
def test_any_history_gives_a_whole_result(history, minimum):
    result = drift([Night(i, tuple(d)) for i, d in enumerate(history)], minimum_before=minimum)
    assert math.isfinite(result.statistic)
    assert result.statistic >= 0
    assert (result.since is None) == (result.statistic == 0)
    if result.drop is not None:
        assert 0 < result.drop <= 1
        assert result.before is not None
        assert result.after is not None
    assert result.alarm <= result.suspicious


def test_hand_computed_statistic():
    # Two nights of 8 and 5 right out of 10 a document, four documents each, alternately one more, one less.
    history = [night(1, [9, 7, 9, 7]), night(2, [6, 4, 6, 4])]
    # Spread in each night: 4 documents * 4 / 40 asked = .4; pooled over 3 + 3 degrees: .8 / 6 = .1333;
    # the binomial floor is (52 + 1)/82 * 29/82 = .22858, and holds. z = .3 / sqrt(.22858 * (1/40 + 1/40)).
    result = drift(history, minimum_before=40)
    assert result.statistic == pytest.approx(0.3 / math.sqrt(53 / 82 * 29 / 82 / 20))
    assert (result.since, result.before, result.after) == (2, 0.8, 0.5)


def test_documents_that_differ_lower_the_statistic():
    even = drift([night(i, [8, 8, 8, 8]) for i in range(5)] + [night(9, [5, 5, 5, 5])], minimum_before=100)
    uneven = drift(
        [night(i, [10, 10, 10, 2]) for i in range(5)] + [night(9, [10, 8, 2, 0])], minimum_before=100
    )
    assert uneven.statistic < 0.7 * even.statistic


def test_too_little_history_says_nothing():
    result = drift([night(1, [10] * 4), night(2, [0] * 4)])
    assert (result.statistic, result.alarm, result.since) == (0.0, False, None)
    assert drift([]).nights == 0


def test_a_gain_is_no_drift():
    result = drift([night(i, [5, 6, 4, 5]) for i in range(8)] + [night(9, [10] * 4)], minimum_before=100)
    assert not result.suspicious


def test_one_slip_after_a_spotless_history_is_no_alarm():
    spotless = [night(i, [10] * 20) for i in range(10)]
    assert not drift([*spotless, night(11, [9] + [10] * 19)]).suspicious


def test_missing_nights_are_skipped():
    full = [night(i, [8, 7, 9, 8]) for i in range(6)] + [night(7, [5, 4, 6, 5])]
    holes = [*full[:3], Night(90, ()), Night(91, ((0, 0),)), *full[3:]]
    assert drift(full).statistic == drift(holes).statistic
    assert drift(holes).nights == 7


def test_more_right_than_asked_is_refused():
    with pytest.raises(ValueError, match="campaign 4"):
        drift([Night(4, ((3, 2),)), night(5, [1])])


def nights_to_alarm(rng, drop, change=30, cap=40):
    """Two looks a night, as the chart is meant to be used; nights from the change to the alarm."""
    history = [draw(rng, t, 0.8) for t in range(change)]
    for delay in range(1, cap + 1):
        tonight = draw(rng, change + delay, 0.8 - drop)
        if drift([*history, tonight]).suspicious:
            more = draw(rng, 0, 0.8 - drop, documents=60)
            tonight = Night(tonight.campaign_id, tonight.documents + more.documents)
            if drift([*history, tonight]).alarm:
                return delay
        history.append(tonight)
    return cap


def test_ten_points_are_found_in_a_few_nights():
    rng = np.random.default_rng(8)
    assert np.median([nights_to_alarm(rng, 0.10) for _ in range(15)]) <= 3


def test_quiet_quarters_raise_no_alarm():
    rng, alarms = np.random.default_rng(9), 0
    for _ in range(6):
        history = []
        for t in range(90):
            tonight = draw(rng, t, 0.8)
            if drift([*history, tonight]).suspicious:
                tonight = Night(t, tonight.documents + draw(rng, t, 0.8, documents=60).documents)
                alarms += drift([*history, tonight]).alarm
            history.append(tonight)
    assert alarms <= 1
