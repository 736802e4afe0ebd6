"""Which option of a multiple-choice question an answer names, by its letter or by its words."""

from __future__ import annotations

import re

from .normalise import known_words

_OPTION = re.compile(r"^\s*([A-H])\)\s*(\S.*?)\s*$", re.MULTILINE)
_OPENS = re.compile(r"^\W*(?:option |answer:? ?)?\(?([A-Ha-h])(?:[).:,\]]|\s*$|\s+[-–]|\s+(?=\())")
_TOLD = re.compile(
    r"\b(?:answer|option|choice|letter|correct one)\b(?: is| would be|:)?:?\s*\(?([A-H])\b"
    r"|\b([A-H])\b\)? is (?:the )?(?:correct|right)|(?:정답|답)(?:은|:)?\s*\(?([A-H])"
)


def options_of(question: str) -> dict[str, str]:
    """Letter → text of the options that a question lists, each on a line of its own as "A) 14 days"."""
    return {match[1]: match[2] for match in _OPTION.finditer(question)}


def named(answer: str, options: dict[str, str]) -> set[str]:
    """The letters of the options that an answer names: by a letter if there is one, else by an option's whole text."""
    opens = _OPENS.match(answer)
    letters = {opens[1].upper()} if opens else set()
    letters |= {letter for match in _TOLD.finditer(answer) for letter in match.groups() if letter}
    letters |= {match[1] for match in _OPTION.finditer(answer)}
    if letters & set(options):
        return letters & set(options)
    said = f" {_plain(answer)} "
    found = {letter for letter, text in options.items() if _plain(text) and f" {_plain(text)} " in said}
    # "14 days" also stands in "114 days a year; 14 days": of options inside one another the longest was named
    return {
        one
        for one in found
        if not any(
            one != other and f" {_plain(options[one])} " in f" {_plain(options[other])} " for other in found
        )
    }


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+(?:[.,:]\w+)*", known_words(text).text))
