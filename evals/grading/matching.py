"""How an answer's text can hold a reference: as it stands, in Korean, or only in part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .normalise import PARTICLES, STOP_WORDS, Words, known_words, without_particle


@dataclass(frozen=True)
class Match:
    """Where and how a reference was found.

    rule: its name in the table of measured precision; span: in the answer's folded text, None where
    nothing can be shown; evidence: what was found or missed, for the reason.
    """

    rule: str
    span: tuple[int, int] | None
    evidence: str
    reference: Words


_JOINED_PARTICLES = re.compile(rf"(?:{'|'.join(PARTICLES)}){{1,2}}(?:합니다|한다|했습니다|됩니다|하며|하고)?")
_WORD_CHARACTERS = re.compile(r"[^\W_]+")
_NAME = re.compile(r"(?:[A-Z][\w'’.-]*\s+){1,3}[A-Z][\w'’.-]*$")


def contained(reference: Words, answer: Words, start: int) -> Match | None:
    """The reference's words one after another, from key `start` on."""
    if not reference.keys:
        return None
    if start == 0 and answer.keys == reference.keys:
        return Match("exact", (0, len(answer.text)), answer.text, reference)
    at = answer.find(reference, start)
    if at >= 0:
        span = answer.span_of(at, len(reference.keys))
        return Match(_contained_rule(answer, span), span, answer.text[span[0] : span[1]], reference)
    if reference.korean or answer.korean:
        return _contained_korean(reference, answer, start)
    return None


def _contained_rule(answer: Words, span: tuple[int, int]) -> str:
    if len(answer.sentence_starts) > 2 and answer.sentence_of(span[0])[0] > 0:
        return "contained later"
    return "contained"


@lru_cache(maxsize=4096)
def _squeezed(text: str) -> str:
    return "".join(_WORD_CHARACTERS.findall(text))


def _contained_korean(reference: Words, answer: Words, start: int) -> Match | None:
    """Without spaces, since Korean spacing is free: from the start of a word, up to its end or a particle."""
    begin = answer.spans[start][0] if start < len(answer.spans) else len(answer.text)
    pieces = [(m.start(), m[0]) for m in _WORD_CHARACTERS.finditer(answer.text, begin)]
    line = "".join(piece for _, piece in pieces)
    wanted = _squeezed(reference.text)
    forms = [wanted]
    if reference.korean and (bare := without_particle(wanted)) != wanted and len(bare) > 1:
        forms.append(bare)
    starts, at = {}, 0
    for offset, piece in pieces:
        starts[at] = (offset, len(piece))
        at += len(piece)
    for form in forms:
        place = line.find(form) if form else -1
        while place >= 0:
            if place in starts and (span := _word_end(pieces, place, len(form), starts)):
                whole = len(line) - len(form) <= 3 and place == 0
                rule = "exact" if whole else _contained_rule(answer, span)
                return Match(rule, span, answer.text[span[0] : span[1]], reference)
            place = line.find(form, place + 1)
    return None


def _word_end(
    pieces: Sequence[tuple[int, str]], place: int, length: int, starts: dict[int, tuple[int, int]]
) -> tuple[int, int] | None:
    """The span in the text when a match ends with its word, but for particles; else None (서울 in 서울역)."""
    at = 0
    for offset, piece in pieces:
        end = at + len(piece)
        if end >= place + length:
            tail = piece[len(piece) - (end - place - length) :] if end > place + length else ""
            if tail and not _JOINED_PARTICLES.fullmatch(tail):
                return None
            return starts[place][0], offset + len(piece) - len(tail)
        at = end
    return None


@lru_cache(maxsize=65536)
def stem(key: str) -> str:
    """A key without inflection: enough to see that keeping, kept and keep are near, not more."""
    if key.isascii():
        for ending in ("ing", "ed", "ly"):
            if len(key) > len(ending) + 3 and key.endswith(ending):
                return key[: -len(ending)].rstrip("e")
        return key.rstrip("e") if len(key) > 4 else key
    return without_particle(key)


@dataclass(frozen=True)
class Bag:
    """An answer's words for loose matching: stems and, by first letter, keys for spelling variants."""

    stems: dict[str, int]
    by_letter: dict[str, list[str]]


def bag_of(answer: Words, start: int) -> Bag:
    """The words of an answer from key `start` on; each stem with its first place."""
    stems: dict[str, int] = {}
    by_letter: dict[str, list[str]] = {}
    for i, key in enumerate(answer.keys[start:], start):
        stems.setdefault(stem(key), i)
        by_letter.setdefault(key[0], []).append(key)
    return Bag(stems, by_letter)


def loosely(original: str, answer: Words, question: Words, bag: Bag) -> Match:
    """How much of a short reference the answer holds, word by word."""
    reference = known_words(original)
    wanted = list(dict.fromkeys(stem(k) for k in reference.content))
    known = {stem(k) for k in question.keys}
    novel = [s for s in wanted if s not in known] or wanted
    places = [p for s in novel if (p := _place(s, original, bag)) is not None]
    answer_content = [k for k in answer.content if stem(k) not in known]
    name = bool(_NAME.match(original)) and not any(c.isdigit() for c in original)
    span = (answer.spans[min(places)][0], answer.spans[max(places)][1]) if places else None
    evidence = f"{len(places)} of {len(novel)} words"
    if len(places) == len(novel):
        close = max(places) - min(places) < len(novel) + 3
        ordered = places == sorted(places)
        short = len(reference.keys) <= 3
        rule = "all words" if close and (ordered or (short and name)) else "all words, scattered"
        if rule != "all words" and ordered:
            rule = "all words, apart"
        return Match(rule, span, evidence, reference)
    # A kernel of the reference and nothing else: "Röntgen" for "Wilhelm Röntgen".
    if places and len(answer_content) <= len(novel) and {stem(k) for k in answer_content} <= set(wanted):
        rule = "part only, name" if name else "part only"
        return Match(rule, span, evidence, reference)
    if (
        name
        and _place(stem(reference.keys[-1]), original, bag) is not None
        and stem(reference.keys[-1]) in novel
    ):
        return Match("last name", span, evidence, reference)
    share = len(places) / len(novel)
    if share >= 0.5:
        return Match("half the words", span, evidence, reference)
    return Match("few words" if places else "no overlap", span, evidence, reference)


def _place(wanted: str, original: str, bag: Bag) -> int | None:
    """Where a stem stands in the answer; names may be spelled a letter off."""
    place = bag.stems.get(wanted)
    if place is not None or len(wanted) < 5 or not wanted.isalpha() or wanted.capitalize() not in original:
        return place
    from rapidfuzz.distance import Levenshtein

    for key in bag.by_letter.get(wanted[0], ()):
        if abs(len(key) - len(wanted)) <= 2 and Levenshtein.normalized_similarity(stem(key), wanted) >= 0.8:
            return bag.stems[stem(key)]
    return None


def only_echo(answer: Words, question: Words) -> bool:
    """Whether the answer is the question said again: nothing in it that the question lacks."""
    said = [k for k in answer.keys if k not in STOP_WORDS]
    if not said or len(said) < 3:
        return False
    asked = {k for k in question.keys if k not in STOP_WORDS}
    return all(k in asked for k in said) and len(set(said)) >= 0.7 * len(asked)


_QUESTION_WORDS_TEXT = "who whom whose what which when where why how do does did is are was were in on at "
_QUESTION_WORDS = frozenset(_QUESTION_WORDS_TEXT.split())


def after_echo(answer: Words, question: Words) -> int:
    """The key at which the answer goes on after repeating the whole question; 0 where it doesn't."""
    if len(question.keys) < 3:
        return 0
    lead = 0
    while lead < len(question.keys) - 3 and question.keys[lead] in _QUESTION_WORDS:
        lead += 1
    for skip in {0, lead}:
        tail = " " + " ".join(question.keys[skip:]) + " "
        at = answer.joined.find(tail)
        if 0 <= at <= 12:  # at the start: otherwise the answer stands before its echo
            return answer.joined.count(" ", 0, at + 1) - 1 + len(question.keys) - skip
    return 0
