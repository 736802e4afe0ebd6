"""Rows as token ids, with labels where loss is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..evals.answering.prompting import training_ids
from ..store.errors import ModelError
from .run import RunConfig

NO_LOSS = -100  # what torch's cross-entropy ignores


@dataclass(frozen=True)
class Encoded:
    """Rows as token ids; labels are -100 where no loss is taken."""

    input_ids: list[list[int]]
    labels: list[list[int]]
    weights: list[float]

    @property
    def loss_tokens(self) -> int:
        """Positions that carry loss: the first token of a row is never predicted."""
        return sum(label != NO_LOSS for labels in self.labels for label in labels[1:])


def encode(tokenizer: Any, config: RunConfig) -> Encoded:
    """Render and tokenise the rows. Raises ModelError when no token would carry loss."""
    input_ids, labels, weights = [], [], []
    for row in config.rows:
        if row.weight <= 0:
            continue
        if row.text:
            whole = tokenizer(row.text)["input_ids"]
            if tokenizer.eos_token_id is not None and whole[-1:] != [tokenizer.eos_token_id]:
                whole = [*whole, tokenizer.eos_token_id]
            mask = [1] * len(whole)
        else:
            whole, mask = training_ids(tokenizer, row.question, row.answer, config.system)
        whole = whole[: config.max_length]
        masked = [token if learn else NO_LOSS for token, learn in zip(whole, mask, strict=False)]
        if all(label == NO_LOSS for label in masked[1:]):
            continue  # an empty answer, or a question longer than max_length: nothing to learn from
        input_ids.append(whole)
        labels.append(masked)
        weights.append(row.weight)
    if not input_ids:
        raise ModelError(
            f"nothing to train on: of {len(config.rows)} rows none has a token that carries loss "
            f"(answers are empty, or questions are longer than max_length = {config.max_length} tokens)"
        )
    return Encoded(input_ids, labels, weights)
