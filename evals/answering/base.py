"""What answers exam questions: the protocol, the reply, and the in-memory twin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Reply:
    """What a model said to one question. `latency_ms` is the batch's time shared out over its questions."""

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    latency_ms: float = 0.0


class Answerer(Protocol):
    """A model that sits an exam. It may be used for many batches; `close` frees its memory or connections."""

    @property
    def name(self) -> str:
        """What the answers' `backend` column says."""
        ...

    def plan(self, questions: Sequence[str]) -> list[list[int]]:
        """Batches of indices into `questions`, each index once.

        The same list always gives the same batches: a model's arithmetic depends in its last bits on what
        shares a batch, so a resumed run must batch as the killed one did.
        """
        ...

    def answer(self, batch: Sequence[str]) -> list[Reply]:
        """One reply a question, in order. Raises ModelError when the model can't answer at all."""
        ...

    def close(self) -> None:
        """Free what the model holds. Safe to call twice."""
        ...


class TableAnswerer:
    """The in-memory twin: answers from a table, for tests and dry runs."""

    def __init__(self, table: Mapping[str, str], default: str = "", *, batch_size: int = 8) -> None:
        self.table = dict(table)
        self.default = default
        self.batch_size = batch_size
        self.asked: list[str] = []  # every question in the order in which it came

    @property
    def name(self) -> str:
        return "table"

    def plan(self, questions: Sequence[str]) -> list[list[int]]:
        return chunks(range(len(questions)), self.batch_size)

    def answer(self, batch: Sequence[str]) -> list[Reply]:
        self.asked.extend(batch)
        replies = [self.table.get(question, self.default) for question in batch]
        return [
            Reply(text, prompt_tokens=len(question.split()), completion_tokens=len(text.split()))
            for question, text in zip(batch, replies, strict=True)
        ]

    def close(self) -> None:
        return None


def chunks(indices: Sequence[int], size: int) -> list[list[int]]:
    """`indices` cut into lists of at most `size`, in order."""
    return [list(indices[i : i + size]) for i in range(0, len(indices), size)]
