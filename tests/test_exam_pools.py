"""Custody: pools by hash, apart from each other in structure and wording."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from nightschool.evals.facts import FactDraft, Wording, wordings
from nightschool.evals.pools import NearDuplicates, assign, is_control, near_duplicate
from nightschool.evals.settings import ExamSettings

SETTINGS = ExamSettings()
FACT = FactDraft("duration", "refunds", "are paid {within how many days}", "14 days", "", "14 days", 0, 7)
words = st.sampled_from(
    ["fee", "deposit", "bike", "lock", "key", "hire", "day", "shop", "rate", "helmet", "card", "time"]
)


@given(st.lists(words, min_size=1, max_size=4, unique=True), st.integers(0, 10_000))
def test_pools_share_no_family_and_no_near_duplicate(subject: list[str], seed: int) -> None:
    fact = FactDraft("money", "the " + " ".join(subject), "costs {how much}", "5 euro", "", "5 euro", 0, 6)
    kept = assign(fact.key, wordings(fact), seed, SETTINGS)
    pools = {pool: [wording for wording, p in kept if p == pool] for pool in ("practice", "exam", "sealed")}
    families = [{wording.family for wording in members} for members in pools.values()]
    assert not families[0] & families[1]
    assert not families[0] & families[2]
    assert not families[1] & families[2]
    practice = [wording.text for wording in pools["practice"]]
    for wording in (*pools["exam"], *pools["sealed"]):
        assert near_duplicate(wording.text, practice, SETTINGS.near_duplicate) is None
    assert pools["exam"]
    assert len(kept) == len({wording.text for wording, _ in kept})
    assert kept == assign(fact.key, wordings(fact), seed, SETTINGS)


def test_default_numbers_and_controls() -> None:
    for seed in range(200):
        counts = Counter(pool for _, pool in assign(FACT.key, wordings(FACT), seed, SETTINGS))
        if is_control(FACT.key, seed, SETTINGS.control_share):
            assert counts["practice"] == 0
            assert counts["exam"] >= 1
            assert counts["sealed"] >= 1
        else:
            assert counts["exam"] == 2
            assert counts["sealed"] == 2
            assert counts["practice"] >= 5


def test_scarce_wordings_exam_and_practice_first() -> None:
    two = [
        Wording("What is the fee?", "direct.plain", "short"),
        Wording("fee, in euro, per day", "keyword.plain", "short"),
    ]
    pools = [pool for _, pool in assign("key", two, 1, SETTINGS, control=False)]
    assert sorted(pools) == ["exam", "practice"]
    one = two[:1]
    assert [pool for _, pool in assign("key", one, 1, SETTINGS, control=False)] == ["exam"]
    three = [*two, Wording("Please name the daily amount.", "noun.give", "short")]
    assert sorted(pool for _, pool in assign("key", three, 1, SETTINGS, control=False)) == [
        "exam",
        "practice",
        "sealed",
    ]


def test_every_family_serves_in_every_pool_for_some_fact() -> None:
    seen: dict[str, set[str]] = {}
    for number in range(400):
        fact = FactDraft(
            "money", f"the fee number {number}", "costs {how much}", "5 euro", "", "5 euro", 0, 6
        )
        for wording, pool in assign(fact.key, wordings(fact), 7, SETTINGS, control=False):
            seen.setdefault(wording.family, set()).add(pool)
    assert all(pools == {"practice", "exam", "sealed"} for pools in seen.values()), seen


def test_control_share_is_about_what_was_asked() -> None:
    share = sum(is_control(f"key {number}", 3, 0.1) for number in range(5_000)) / 5_000
    assert 0.08 < share < 0.12
    assert not is_control("key", 3, 0.0)


def test_near_duplicates() -> None:
    text = "What is the deposit for the cargo bike?"
    assert near_duplicate("What's the deposit for the cargo bike", [text]) == text
    assert near_duplicate("What is the depositt for the cargo bike?", [text]) == text
    assert near_duplicate("What is the deposit for the city bike?", [text]) is None
    assert near_duplicate("What is the fee in 2014?", ["What is the fee in 2015?"]) is None
    assert near_duplicate("cargo bike deposit?", [text]) is None
    assert near_duplicate("anything", []) is None


@given(st.lists(st.lists(words, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=12))
def test_index_finds_what_the_plain_search_finds(texts: list[str]) -> None:
    index = NearDuplicates(texts[1:])
    plain = near_duplicate(texts[0], texts[1:])
    assert (index.find(texts[0]) is None) == (plain is None)
