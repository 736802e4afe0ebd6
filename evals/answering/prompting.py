"""The one place that turns a question into a prompt, for exams and for training.

A prompt is a string that holds its special tokens already (the beginning-of-sequence token too), so it is
always tokenised by `encode`, which adds none: a doubled first token costs accuracy and nobody sees it.
`tokenizer` is a transformers tokenizer throughout.
"""

from __future__ import annotations

from typing import Any

from ...store.errors import ModelError

_MARK = "zanswerz"  # stands for the answer while the template is looked at; no template changes it
_PLAIN = "Question: {question}\nAnswer:"


def messages(question: str, system: str = "") -> list[dict[str, str]]:
    """The chat messages of one question: a system message when there is one, then the user's."""
    turns = [{"role": "system", "content": system}] if system else []
    return [*turns, {"role": "user", "content": question}]


def render(tokenizer: Any, question: str, system: str = "") -> str:
    """The prompt after which the model's next token begins its answer.

    With a chat template: the template's own text up to the assistant's turn, thinking switched off where the
    template can; `system` goes in as a message, or before the question where the template has no system role.
    Without one: `Question: …` and `Answer:` on two lines; a base model would take `system` for content, so it
    is left out.
    """
    if not has_template(tokenizer):
        return _first_token(tokenizer) + _PLAIN.format(question=question)
    return _apply(tokenizer, _accepted(tokenizer, question, system), add_generation_prompt=True)


def training_pair(tokenizer: Any, question: str, answer: str, system: str = "") -> tuple[str, str]:
    """`(prompt, completion)`: what `render` gives, and what the model is to go on with.

    The completion ends with the token that generation stops at, and holds what the template puts between.
    Raises ModelError when the tokenizer has no end token: such a model would never learn to stop.
    """
    prompt = render(tokenizer, question, system)
    if not has_template(tokenizer):
        return prompt, f" {answer}{end_token(tokenizer)}"
    end = end_token(tokenizer)
    turns = [*_accepted(tokenizer, question, system), {"role": "assistant", "content": _MARK}]
    whole = _apply(tokenizer, turns, add_generation_prompt=False)
    before, _, after = whole.rpartition(_MARK)
    lead = before[len(prompt) :] if before.startswith(prompt) else ""
    gap = after[: after.index(end)] if end in after else ""
    return prompt, f"{lead}{answer}{gap}{end}"


def training_ids(tokenizer: Any, question: str, answer: str, system: str = "") -> tuple[list[int], list[int]]:
    """`(input_ids, completion_mask)` of a training row, both of the same length; the mask is 1 on the answer.

    The prompt's ids are exactly those that the exam asks with. TRL takes such rows as they are and then adds
    neither a second first token nor another end token.
    """
    prompt, completion = training_pair(tokenizer, question, answer, system)
    head = encode(tokenizer, prompt)
    whole = encode(tokenizer, prompt + completion)
    if whole[: len(head)] != head:  # a token would span the border; in an exam it can't
        whole = head + encode(tokenizer, completion)
    return whole, [0] * len(head) + [1] * (len(whole) - len(head))


def encode(tokenizer: Any, text: str) -> list[int]:
    """Token ids of a rendered prompt or completion; no special token is added."""
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def has_template(tokenizer: Any) -> bool:
    """Whether the tokenizer brings a chat template."""
    return bool(_template(tokenizer))


def end_token(tokenizer: Any) -> str:
    """The token that ends an answer: what the chat template sets after it, else the end of the sequence."""
    if has_template(tokenizer):
        turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": _MARK}]
        after = _apply(tokenizer, turns, add_generation_prompt=False).rpartition(_MARK)[2]
        special = set(tokenizer.all_special_ids) | set(tokenizer.added_tokens_decoder)
        for token in encode(tokenizer, after):
            if token in special:
                return tokenizer.convert_ids_to_tokens(token)
    if not tokenizer.eos_token:
        raise ModelError("the tokenizer has no end token: set eos_token in its tokenizer_config.json")
    return tokenizer.eos_token


def clean(text: str, *, plain: bool) -> str:
    """A reply as it is graded: without a closed thinking block in front, and trimmed.

    A model without a chat template (`plain`) often goes on with a next question of its own; what it says from
    there on is not its answer.
    """
    text = text.strip()
    if text.startswith("<think>") and "</think>" in text:
        text = text.split("</think>", 1)[1]
    if plain:
        text = text.split("\nQuestion:", 1)[0]
    return text.strip()


def _template(tokenizer: Any) -> str:
    template = getattr(tokenizer, "chat_template", None)
    if isinstance(template, dict):  # several named ones
        template = template.get("default")
    return template or ""


def _accepted(tokenizer: Any, question: str, system: str) -> list[dict[str, str]]:
    """The messages in a form that the template takes: some refuse a system role, some drop it silently."""
    from jinja2.exceptions import TemplateError

    turns = messages(question, system)
    if not system:
        return turns
    try:
        shown = system.strip() in _apply(tokenizer, turns, add_generation_prompt=True)
    except TemplateError:
        shown = False
    return turns if shown else messages(f"{system}\n\n{question}")


def _apply(tokenizer: Any, turns: list[dict[str, str]], *, add_generation_prompt: bool) -> str:
    template = _template(tokenizer)
    options = {"enable_thinking": False} if "enable_thinking" in template else {}
    return tokenizer.apply_chat_template(
        turns, chat_template=template, tokenize=False, add_generation_prompt=add_generation_prompt, **options
    )


def _first_token(tokenizer: Any) -> str:
    """The token that this tokenizer sets before any text, "" when it sets none."""
    ids = tokenizer("a")["input_ids"]
    return tokenizer.bos_token if tokenizer.bos_token and ids[0] == tokenizer.bos_token_id else ""
