"""The users' turns of chat logs in the OpenAI format. What a model answered is never taken for a reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .records import Fault, Record, date_of

_USERS = ("user", "human")
_HOLDERS = ("messages", "conversation", "conversations", "turns", "input")
_AROUND = ("request", "body", "chat", "params", "payload", "data", "item")
_DATES = ("created_at", "create_time", "created", "timestamp", "date", "time", "ts")
_TEXTS = ("text", "input_text")
_DEEPEST = 4  # objects around the messages: a batch file's request has two


def messages_of(value: Any, depth: int = 0) -> list[Mapping[str, Any]] | None:
    """The messages that a log entry holds, wherever its format keeps them; None where it holds none."""
    if isinstance(value, list):
        found = [one for one in value if isinstance(one, Mapping) and _role(one) is not None]
        return found or None
    if not isinstance(value, Mapping) or depth > _DEEPEST:
        return None
    if _role(value) is not None:
        return [value]
    for name in _HOLDERS:
        if isinstance(value.get(name), list) and (found := messages_of(value[name], depth + 1)):
            return found
    for name in _AROUND:
        if isinstance(value.get(name), Mapping) and (found := messages_of(value[name], depth + 1)):
            return found
    choices = value.get("choices")
    if isinstance(choices, list):
        return messages_of([one.get("message") for one in choices if isinstance(one, Mapping)], depth + 1)
    return None


def user_turns(value: Any, messages: list[Mapping[str, Any]]) -> Iterator[Record | Fault | None]:
    """Each message in order: a user's turn as a record or a fault, None for anybody else's."""
    around = _date(value) if isinstance(value, Mapping) else ""
    for message in messages:
        if _role(message) not in _USERS:
            yield None
            continue
        text, attached = _text(message.get("content", message.get("value")))
        if attached:
            yield Fault("with_attachment")
        elif not text.strip():
            yield Fault("empty")
        else:
            yield Record(text, date=_date(message) or around)


def _role(message: Mapping[str, Any]) -> str | None:
    """Who speaks, in lower case; None for what is no message."""
    role = message.get("role", message.get("from"))
    if not isinstance(role, str) or not ({"content", "value"} & message.keys()):
        return None
    return role.strip().lower()


def _text(content: Any) -> tuple[str, bool]:
    """The text of a message, and whether a picture, sound or file goes with it."""
    if isinstance(content, str):
        return content, False
    if not isinstance(content, list):
        return "", False
    texts: list[str] = []
    attached = False
    for part in content:
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, Mapping):
            inner = part.get("text")
            inner = inner.get("value") if isinstance(inner, Mapping) else inner
            if part.get("type", "text") in _TEXTS and isinstance(inner, str):
                texts.append(inner)
            elif part.get("type", "text") not in _TEXTS:
                attached = True
    return "\n".join(texts), attached


def _date(value: Mapping[str, Any]) -> str:
    return next((found for name in _DATES if (found := date_of(value.get(name)))), "")
