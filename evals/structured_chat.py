"""Replies with a shape: a pydantic schema asked for, checked, repaired once, kept, and paid for only once."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from ..store.errors import ModelError
from .answering.prompting import clean
from .chat import ReplyCut, RequestRefused, model_name, say

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage

Shape = TypeVar("Shape", bound=BaseModel)
Method = Literal["json_schema", "function_calling", "text"]
METHODS: tuple[Method, ...] = ("json_schema", "function_calling", "text")


class Unreadable(Exception):
    """Two replies in a row did not have the shape that was asked for, or the request can't be answered."""


@dataclass
class Budget:
    """What may still be spent, and what was. None: no limit."""

    max_calls: int | None = None
    max_tokens: int | None = None
    calls: int = 0
    tokens: int = 0

    def check(self) -> None:
        """Raise ModelError when nothing is left."""
        if self.max_calls is not None and self.calls >= self.max_calls:
            raise ModelError(f"the budget of {self.max_calls} calls is spent: raise max_calls and run again")
        if self.max_tokens is not None and self.tokens >= self.max_tokens:
            raise ModelError(
                f"the budget of {self.max_tokens} tokens is spent: raise max_tokens and run again"
            )


@dataclass
class StructuredChat:
    """A chat model that is asked for JSON.

    Ways of asking are tried from the strictest on; the first that the endpoint takes is kept. `cache` maps a
    hash of model and messages to the reply's text, so a run that was killed pays for no call twice.
    """

    chat_model: BaseChatModel
    methods: tuple[Method, ...] = METHODS
    cache: MutableMapping[str, str] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)

    def ask(self, system: str, user: str, shape: type[Shape]) -> Shape:
        """One reply of the given shape; raises Unreadable after one repair, ModelError as `say` does."""
        from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

        messages: list[BaseMessage] = [SystemMessage(system), HumanMessage(user)]
        problem = ""
        for _ in range(2):
            text = self._reply(messages, shape)
            try:
                return read_json(text, shape)
            except ValueError as error:
                problem = problem_of(error)
            repair = (
                f"That reply can't be read: {problem}. Send the whole JSON object again, and nothing else."
            )
            messages = [*messages, AIMessage(text or "(empty)"), HumanMessage(repair)]
        raise Unreadable(problem)

    def _reply(self, messages: list[BaseMessage], shape: type[BaseModel]) -> str:
        key = _key(model_name(self.chat_model), shape.__name__, messages)
        kept = self.cache.get(key)
        if kept is not None:
            return kept
        self.budget.check()
        try:
            message = self._first_taken(messages, shape)
        except ReplyCut:
            text = ""
        else:
            text = text_of(message)
            self.budget.tokens += int((message.usage_metadata or {}).get("total_tokens", 0))
        self.cache[key] = text
        return text

    def _first_taken(self, messages: list[BaseMessage], shape: type[BaseModel]) -> AIMessage:
        refusal = ""
        for position, method in enumerate(self.methods):
            try:
                runnable = self._bound(method, shape)
            except (NotImplementedError, ValueError):  # this chat model has no such method
                continue
            self.budget.calls += 1
            try:
                message = say(runnable, messages)
            except RequestRefused as error:
                refusal = str(error)
                continue
            self.methods = self.methods[position:]
            return message
        raise Unreadable(f"refused: {refusal}")

    def _bound(self, method: Method, shape: type[BaseModel]) -> Any:
        if method == "text":
            return self.chat_model
        # A dict rather than the class: with the class, the client library itself raises on a bad reply and
        # its text is lost.
        schema = shape.model_json_schema() | {"description": shape.__doc__ or shape.__name__}
        return self.chat_model.with_structured_output(schema, method=method, include_raw=True)


def text_of(message: AIMessage) -> str:
    """The JSON that a reply carries: the arguments of its tool call, else its text."""
    if message.tool_calls:
        return json.dumps(message.tool_calls[0]["args"], ensure_ascii=False)
    if message.invalid_tool_calls:
        return message.invalid_tool_calls[0]["args"] or ""
    return str(message.text)


def read_json(text: str, shape: type[Shape]) -> Shape:
    """The first JSON object in `text` that has the shape: bare, fenced, or after some words.

    Raises ValueError (pydantic's included) that says what is wrong with the best candidate.
    """
    text = clean(text, plain=False)
    decoder = json.JSONDecoder()
    problem: ValueError = ValueError("there is no JSON object in it")
    at, tries = text.find("{"), 0
    while at >= 0 and tries < 20:
        tries += 1
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            if tries == 1:
                problem = ValueError(f"broken JSON: {error}")
            at = text.find("{", at + 1)
            continue
        try:
            return shape.model_validate(value)
        except ValidationError as error:
            if tries == 1:
                problem = error
        at = text.find("{", end)
    raise problem


def problem_of(error: ValueError) -> str:
    """What is wrong, short enough to show to the model."""
    if isinstance(error, ValidationError):
        parts = [f"{'.'.join(map(str, e['loc'])) or 'object'}: {e['msg']}" for e in error.errors()[:3]]
        return "; ".join(parts)
    return str(error)


class FolderCache(MutableMapping[str, str]):
    """Replies as files in a folder, each written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def __getitem__(self, key: str) -> str:
        try:
            return self._path(key).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise KeyError(key) from None

    def __setitem__(self, key: str, value: str) -> None:
        path = self._path(key)
        fresh = path.with_suffix(f".{os.getpid()}.tmp")
        fresh.write_text(value, encoding="utf-8")
        os.replace(fresh, path)

    def __delitem__(self, key: str) -> None:
        try:
            self._path(key).unlink()
        except FileNotFoundError:
            raise KeyError(key) from None

    def __iter__(self) -> Iterator[str]:
        return (path.stem for path in sorted(self.folder.glob("*.txt")))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.txt"


def _key(model: str, shape: str, messages: list[BaseMessage]) -> str:
    turns = [[message.type, str(message.content)] for message in messages]
    return hashlib.sha256(json.dumps([model, shape, turns], ensure_ascii=False).encode()).hexdigest()
