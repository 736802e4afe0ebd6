"""Short forms that a text explains where it first uses them: "General Services Administration (GSA)"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .build import Builder
from .clean import Sentence

_SHORT = r"[A-Z][A-Za-z]?(?:&?[A-Z]){1,6}"
_BRACKETED = re.compile(rf"\((?P<short>{_SHORT})(?P<plural>s?)\)")
_BARE = re.compile(r"(?<=[a-z’'] )(?P<short>[A-Z]{3,7})\b(?! [A-Z]{2})")
_FURTHEST = 90
_SMALL = frozenset(
    {"of", "and", "for", "the", "on", "in", "to", "&", "a", "an", "by", "as", "with", "from", "or"}
)


def spelled_out(words: list[str], short: str) -> str:
    """The last of `words` whose initials spell `short`, or "". Small words and parts of compounds may be left out."""
    letters = [letter for letter in short.lower() if letter.isalpha()]
    at = len(words)
    for letter in reversed(letters):
        while True:
            at -= 1
            if at < 0:
                return ""
            word = words[at].lower().lstrip("(“\"'‘")
            if at < len(words) - 1 and word.endswith((",", ";", ":", ".", ")")):
                return ""
            if word[:1] == letter:
                break
            if word in _SMALL and at < len(words) - 1:
                continue
            return ""
    return " ".join(words[at:])


def _found(text: str) -> Iterator[tuple[str, str]]:
    for match in _BRACKETED.finditer(text) if "(" in text else ():
        name = spelled_out(_before(text, match.start()), match.group("short"))
        # "Flexible Spending Accounts (FSAs)": what is explained is FSA, and its letters stand for one of them.
        if name and match.group("plural"):
            name = name[:-1] if name.endswith("s") and not name.endswith(("ss", "ies")) else ""
        if name:
            yield match.group("short"), name
    for match in _BARE.finditer(text):
        name = spelled_out(_before(text, match.start()), match.group("short"))
        words = name.split()
        if len(words) >= 3 and all(word[:1].isupper() or word in _SMALL for word in words):
            yield match.group("short"), name


def _before(text: str, end: int) -> list[str]:
    return text[max(0, end - _FURTHEST) : end].split()


def short_forms(builder: Builder, sentence: Sentence) -> None:
    """Add what each short form of `sentence` stands for."""
    for short, name in _found(sentence.text):
        words = name.split()
        if len(words) < 2 or any(len(word) < 2 for word in words) or words[0].lower() in _SMALL:
            continue
        if re.search(r"[/.]$|['’]s?$", name) or re.match(
            r"(?:your|our|my|their|his|her|all)\b", name, re.IGNORECASE
        ):
            continue
        builder.add(
            "name",
            short,
            "stands for {what}",
            name,
            span=(sentence.start, sentence.end),
            claim=f"{short} stands for {name}.",
            qualify=False,
        )
