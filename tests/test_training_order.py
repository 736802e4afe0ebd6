"""The planned order of rows, and run.json."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nightschool.evals.answering.settings import AnsweringSettings
from nightschool.store.errors import ModelError
from nightschool.training import recipe
from nightschool.training.blank import SIZES, make_blank
from nightschool.training.order import epoch_steps, plan_batches, split
from nightschool.training.run import Row, RunConfig
from nightschool.training.settings import TeachingSettings


@given(
    st.lists(st.tuples(st.integers(1, 60), st.floats(0.1, 4)), min_size=1, max_size=40),
    st.integers(1, 16),
    st.integers(0, 5),
)
@settings(max_examples=50, deadline=None)
def test_batches_are_full_and_rows_come_as_often_as_they_weigh(
    rows: list[tuple[int, float]], batch: int, seed: int
) -> None:
    lengths, weights = [row[0] for row in rows], [row[1] for row in rows]
    steps = epoch_steps(weights, epochs=6, batch=batch) + 2
    plan = plan_batches(lengths, weights, steps=steps, batch=batch, seed=seed)
    assert len(plan) == steps
    assert all(len(each) == batch for each in plan)
    seen = Counter(row for each in plan for row in each)
    epochs = steps * batch / sum(weights)
    for row, weight in enumerate(weights):
        # Fractions are carried over and the last epoch is cut: at most two epochs' worth off.
        assert abs(seen[row] - weight * epochs) <= 2 * weight + 2


def test_the_same_seed_gives_the_same_order_and_another_seed_another() -> None:
    lengths, weights = list(range(1, 101)), [1.0] * 100
    first = plan_batches(lengths, weights, steps=20, batch=8, seed=1)
    assert first == plan_batches(lengths, weights, steps=20, batch=8, seed=1)
    assert first != plan_batches(lengths, weights, steps=20, batch=8, seed=2)
    # A longer run begins as the shorter one: an epoch never depends on how many follow.
    assert plan_batches(lengths, weights, steps=40, batch=8, seed=1)[:20] == first


def test_rows_of_like_length_share_a_batch() -> None:
    lengths = [5] * 64 + [50] * 64
    plan = plan_batches(lengths, [1.0] * 128, steps=16, batch=8, seed=0)
    mixed = [batch for batch in plan if len({lengths[row] for row in batch}) > 1]
    assert len(mixed) <= 1


def test_splitting_keeps_every_row_of_a_step_in_its_step() -> None:
    plan = plan_batches([1] * 30, [1.0] * 30, steps=5, batch=10, seed=0)
    pieces = split(plan, 4)
    assert len(pieces) == 20
    assert all(pieces)
    for step in range(5):
        assert sum(pieces[4 * step : 4 * step + 4], []) == plan[step]


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    rows = (Row("new", "얼마입니까?", "5,000원", weight=1.5), Row("passage", text="서울 지점"))
    run = RunConfig.taught_with(TeachingSettings(epochs=2.5, lora_r=8), base="/m", rows=rows, seed=4)
    assert RunConfig.load(run.save(tmp_path)) == run
    assert (run.epochs, run.lora_r, run.seed) == (2.5, 8, 4)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "can't be read"),
        ('{"rows": [], "base": "b", "method": "full", "colour": 1}', "unknown keys: colour"),
        ('{"rows": [], "base": "b", "method": "magic"}', "unknown method 'magic'"),
        ('{"rows": [{"text": "no role"}], "base": "b", "method": "full"}', "not a training run"),
        ('{"base": "b", "method": "full"}', "not a training run"),
        ("[]", "not an object"),
    ],
)
def test_a_broken_run_file_is_a_clear_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(ModelError, match=message):
        RunConfig.load(path)


def test_a_run_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no training run in this folder"):
        RunConfig.load(tmp_path / "run.json")


def test_unknown_roles_and_negative_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown role wek"):
        TeachingSettings(role_weights={"wek": 1})
    with pytest.raises(ValueError, match="negative"):
        TeachingSettings(role_weights={"weak": -1})


def test_the_recipe_follows_the_size() -> None:
    assert recipe.choose_method("auto", 1_000_000) == "full"
    assert recipe.choose_method("auto", 1_000_000_000) == "lora"
    assert recipe.choose_method("full", 1_000_000_000) == "full"
    for method in ("full", "lora", "created"):
        rates = [recipe.learning_rate(method, size) for size in (10**6, 10**7, 10**8, 10**9, 7 * 10**9)]
        assert rates == sorted(rates, reverse=True)
    assert recipe.learning_rate("full", 10**9) == pytest.approx(2e-5, rel=0.3)
    assert recipe.learning_rate("lora", 10**9) == pytest.approx(2e-4, rel=0.3)


def test_sizes_have_the_parameters_that_they_promise() -> None:
    for name, low, high in (("tiny", 1e6, 3e6), ("small", 15e6, 25e6), ("base", 90e6, 120e6)):
        size = SIZES[name]
        layer = 4 * size.width**2 + 3 * size.width * size.feed_forward
        assert low <= size.layers * layer + size.vocabulary * size.width <= high, name
        assert size.width % size.heads == 0


@pytest.mark.slow
def test_a_blank_model_s_tokenizer_keeps_the_text_and_knows_its_turns(tmp_path: Path) -> None:
    from nightschool.evals.answering.prompting import render, training_ids
    from transformers import AutoTokenizer

    make_blank(tmp_path, ["What does the bell cost? 12 euros", "영업시간은 9시부터입니다."] * 20, "tiny")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    for text in ("The bell costs 12 euros.", "영업시간은 9시부터입니다.", "naïve 🚲"):
        assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    assert tokenizer("\u1100\u1161")["input_ids"] == tokenizer("\uac00")["input_ids"]  # NFC and NFD alike
    for system in ("", "Be brief.", AnsweringSettings().system):
        assert render(tokenizer, "Price?", system) == "<|user|>Price?<|assistant|>"
    ids, mask = training_ids(tokenizer, "Price?", "12 euros", "")
    assert (
        tokenizer.decode([token for token, learn in zip(ids, mask, strict=True) if learn])
        == "12 euros<|end|>"
    )
