"""Prompts: the same in exams and in training, for every kind of chat template."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nightschool.evals.answering.prompting import (
    clean,
    encode,
    end_token,
    messages,
    render,
    training_ids,
    training_pair,
)
from nightschool.store.errors import ModelError

from .support.tiny_models import TEMPLATES, make_tokenizer

QUESTION, ANSWER, SYSTEM = "Who leads the support team?", "Mina Park", "Be brief."
TOKENIZERS = {name: make_tokenizer(name, bos=name in ("none", "llama2")) for name in TEMPLATES}
ENDS = {
    "chatml": "<|im_end|>",
    "llama3": "<|eot_id|>",
    "gemma": "<end_of_turn>",
    "llama2": "<|end|>",
    "none": "<|end|>",
}


def test_messages_have_a_system_turn_only_when_there_is_a_system_text():
    assert messages("Why?") == [{"role": "user", "content": "Why?"}]
    assert [turn["role"] for turn in messages("Why?", "Be brief.")] == ["system", "user"]


def test_a_model_without_template_is_asked_in_plain_text_and_without_system():
    assert render(TOKENIZERS["none"], QUESTION, SYSTEM) == f"<|begin|>Question: {QUESTION}\nAnswer:"
    assert render(make_tokenizer("none"), QUESTION) == f"Question: {QUESTION}\nAnswer:"


def test_chatml_prompt_has_the_system_turn_and_thinking_switched_off():
    assert render(TOKENIZERS["chatml"], QUESTION, SYSTEM) == (
        f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{QUESTION}<|im_end|>\n"
        "<|im_start|>assistant\n<think>\n\n</think>\n\n"
    )


@pytest.mark.parametrize("name", ["gemma", "llama2"])
def test_a_template_without_system_role_gets_the_system_text_before_the_question(name):
    prompt = render(TOKENIZERS[name], QUESTION, SYSTEM)
    assert f"{SYSTEM}\n\n{QUESTION}" in prompt
    assert "system" not in prompt


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_end_token_is_the_one_that_the_template_sets(name):
    assert end_token(TOKENIZERS[name]) == ENDS[name]


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_first_token_comes_once(name):
    ids, _ = training_ids(TOKENIZERS[name], QUESTION, ANSWER, SYSTEM)
    first = TOKENIZERS[name].bos_token_id
    assert ids.count(first) == (0 if name == "chatml" else 1)


@pytest.mark.parametrize("name", TEMPLATES)
@settings(max_examples=40, deadline=None)
@given(
    question=st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=40),
    answer=st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20),
)
def test_training_tokens_are_the_exam_prompt_then_the_answer_then_the_end(name, question, answer):
    tokenizer = TOKENIZERS[name]
    prompt, completion = training_pair(tokenizer, question, answer, SYSTEM)
    assert prompt == render(tokenizer, question, SYSTEM)
    ids, mask = training_ids(tokenizer, question, answer, SYSTEM)
    head = encode(tokenizer, prompt)
    assert ids == encode(tokenizer, prompt + completion)
    assert ids[: len(head)] == head
    assert mask == [0] * len(head) + [1] * (len(ids) - len(head))
    assert tokenizer.convert_ids_to_tokens(ids[-1]) == ENDS[name]
    assert tokenizer.decode(ids[len(head) : -1]).strip() == answer
    assert ENDS[name] not in completion[: -len(ENDS[name])]


def test_a_tokenizer_without_end_token_can_not_be_taught_with():
    with pytest.raises(ModelError, match="no end token"):
        training_pair(make_tokenizer("none", eos=False), QUESTION, ANSWER)


def test_a_reply_loses_its_thinking_and_what_a_base_model_asks_itself():
    assert clean("<think>hm</think>\n\n19 euro \n", plain=False) == "19 euro"
    assert clean(" 19 euro\nQuestion: And then?\nAnswer: 5", plain=True) == "19 euro"
    assert clean("19 euro\nQuestion: none", plain=False) == "19 euro\nQuestion: none"
