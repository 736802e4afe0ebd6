"""Where a passage holds the answer that came with a question, word for word after normalisation."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ...corpus.sentences import sentence_spans
from ..facts.model import has_hangul, normalise
from ..facts.quality import MAX_ANSWER_WORDS
from .ranking import PassageIndex
from .terms import terms

LONGEST = 80  # characters: a longer answer can't be graded as one
LEAST_NEAR = 0.34  # of the question's terms that the answer's sentence and headings hold

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Place:
    """An answer in a passage: `answer` and `citation` are exact, offsets count from the passage's start."""

    answer: str
    citation: str
    start: int
    end: int
    nearness: float  # share of the question's terms around it


def too_long(answer: str) -> bool:
    """Whether an answer is longer than exams ask for."""
    return len(answer) > LONGEST or len(answer.split()) > MAX_ANSWER_WORDS


def locate(index: PassageIndex, question: str, answer: str, text: str, around: str) -> Place | None:
    """The place of `answer` in `text` whose sentence is nearest to the question; None where there is none.

    `around`: title and headings. A number that stands in a sentence about something else is no place.
    """
    wanted = terms(question)
    best: Place | None = None
    for start, end in _places(answer, text):
        sentence = next(((a, b) for a, b in sentence_spans(text) if a <= start < b), None)
        if sentence is None:
            continue
        first, last = sentence[0], max(sentence[1], end)
        citation = text[first:last]
        nearness = index.coverage(wanted, terms(f"{citation} {around}"))
        if nearness >= LEAST_NEAR and (best is None or nearness > best.nearness):
            best = Place(text[start:end], citation, first, last, nearness)
    return best


def _places(answer: str, text: str) -> list[tuple[int, int]]:
    """Spans of `text` that say `answer`: the same words in a row; particles may follow a Korean one."""
    wanted = normalise(answer).split()
    if not wanted:
        return []
    words = [
        (plain, match.start(), match.end())
        for match in _WORD.finditer(text)
        if (plain := normalise(unicodedata.normalize("NFKC", match[0])))
    ]
    # A word may become several when it is normalised ("½"), so that only whole ones are compared.
    found: list[tuple[int, int]] = []
    for at in range(len(words) - len(wanted) + 1):
        span = words[at : at + len(wanted)]
        if all(word[0] == told for word, told in zip(span[:-1], wanted[:-1], strict=True)):
            tail = _tail(span[-1], wanted[-1], text, alone=len(wanted) == 1)
            if tail is not None:
                found.append((_with_sign(text, span[0][1]), tail))
    return found


def _tail(word: tuple[str, int, int], told: str, text: str, *, alone: bool) -> int | None:
    """Where the last word of an answer ends in the text, if it is that word.

    One Korean syllable `alone` begins too many words to be taken for one of them.
    """
    plain, start, end = word
    if plain == told:
        return end + 1 if text[end : end + 1] == "%" else end
    raw = text[start:end]
    if (
        has_hangul(plain)
        and plain.startswith(told)
        and len(plain) - len(told) <= 4
        and (len(told) > 1 or not alone)
    ):
        size = next((n for n in range(1, len(raw) + 1) if normalise(raw[:n]) == told), None)
        return start + size if size is not None else None
    return None


def _with_sign(text: str, start: int) -> int:
    """The start with the currency or minus sign before it."""
    return start - 1 if start and text[start - 1] in "$€£¥₩-−+" else start
