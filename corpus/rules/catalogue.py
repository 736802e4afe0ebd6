"""The rules as data: in the order in which they are applied, each with a switch per client."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

VERSION = "2"
"""Of the whole set. A higher one has every document refined anew at the next ingest."""

QUOTED = 160
"""Characters of evidence that are kept, at most."""


@dataclass(frozen=True)
class Rule:
    """One rule. `scope`: it looks at a document, a passage or all documents. `action`: what it does."""

    name: str
    scope: str
    action: str
    what: str


@dataclass(frozen=True)
class RulingDraft:
    """What a rule decided about a document: `start` and `end` are in its stored text, where it is about a part."""

    rule: str
    action: str
    evidence: str
    start: int | None = None
    end: int | None = None


RULES: tuple[Rule, ...] = (
    Rule(
        "injection",
        "document",
        "remove",
        "text that gives orders to a model instead of telling a reader something",
    ),
    Rule(
        "personal-data",
        "document",
        "mask",
        "e-mail, phone, card, bank and national id numbers, passwords and keys",
    ),
    Rule("outdated", "document", "hold", "the document says of itself that it no longer holds"),
    Rule(
        "exam-key",
        "document",
        "exam-only",
        "questions with their key: never taught, since they may be an exam",
    ),
    Rule("code", "passage", "skip", "code and nothing else"),
    Rule(
        "substance",
        "passage",
        "skip",
        "too little in it to know: no words, web addresses only, a heading alone",
    ),
    Rule("navigation", "passage", "skip", "menus and lists of links"),
    Rule("language", "passage", "skip", "a language that is not among the client's `languages`"),
    Rule("repeated", "passage", "skip", "says the same as an earlier passage of its document"),
    Rule("boilerplate", "corpus", "remove", "lines at the head or foot that many documents have in common"),
    Rule(
        "near-duplicate",
        "corpus",
        "skip",
        "says the same as another document in other words; one of them holds",
    ),
    Rule("disagreement", "corpus", "flag", "nearly the same as another document, but with other values"),
)
"""In order. What one takes away the next ones don't see."""

_NAMES = frozenset(rule.name for rule in RULES)


def is_on(name: str, switches: Mapping[str, bool]) -> bool:
    """Whether a rule is switched on; all are unless the client says otherwise.

    Raises:
        KeyError: there is no such rule.
    """
    if name not in _NAMES:
        raise KeyError(name)
    return switches.get(name, True)


def fingerprint(choices: Mapping[str, object]) -> bytes:
    """Eight bytes that change with the rule set and with what a client has chosen about it."""
    text = json.dumps([VERSION, choices], sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def quoted(text: str) -> str:
    """Evidence on one line and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else line[: QUOTED - 1] + "…"
