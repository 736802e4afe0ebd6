"""Values that could stand in an answer's place: their form, whether two differ for certain, and made-up ones."""

from __future__ import annotations

import re
from functools import lru_cache

from ..facts.model import normalise, tokens
from ..grading.amounts import other_words
from ..grading.normalise import STOP_WORDS, key_of, known_words
from ..grading.quantities import Quantity, same
from ..pools import number_of

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b")
_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve")
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")
_YEAR = re.compile(r"(?<!\d)(?:1[0-9]|20)\d\d(?!\d)")
_NEAR_YEARS = 40
_APART = 0.2
"""Share by which two numbers must differ, so that neither is the other one rounded."""


@lru_cache(maxsize=16_384)
def form(answer: str) -> str:
    """The shape of a value with its numbers taken out: "14 days" and "2 days" are both "# day".

    A bare number keeps its count of digits, as a customer number is no count of bikes, and 2016 is a year.
    """
    bare = answer.replace(",", "").strip()
    if bare.isdigit():
        return "year" if re.fullmatch(r"1[5-9]\d\d|20\d\d", bare) else "#" * min(len(bare), 6)
    if re.fullmatch(r"\d+\.\d+", bare):
        return "#.#"
    months = _MONTH.sub("MONTH", _WORD.sub("@", answer))
    text = _NUMBER.sub("#", months).casefold()
    return " ".join(re.sub(r"(?<=[a-z]{2})s$", "", word) for word in text.split())


_BEGINS = re.compile(
    rf"(?:(?:every|about|around|over|under|up to|at least|at most|more than|less than|nearly|almost|roughly|"
    rf"approximately|on|the|약|총|매|최대|최소|영업일|왕복|오전|오후) )*"
    rf"(?:US|CA)?[$€£¥₩]?\s?(?:\d|(?:{'|'.join(_WORDS)})\b|"
    rf"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? (?:{'|'.join(_MONTHS)})|(?:{'|'.join(_MONTHS)})\b)"
)


@lru_cache(maxsize=16_384)
def is_value(answer: str) -> bool:
    """Whether `answer` is a number with its unit, a date or a time, and no name with a number in it."""
    return _BEGINS.match(answer) is not None and bool(quantities(answer)) and len(answer.split()) <= 8


@lru_cache(maxsize=16_384)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text, but for those that only a word like "an hour" implies."""
    return tuple(quantity for quantity in known_words(text).quantities if not quantity.implied)


def names_a_thing(answer: str) -> bool:
    """Whether a measure is part of a thing's name ("8 mm key") and not what is measured."""
    measured = any(quantity.kind == "measure" for quantity in quantities(answer))
    return measured and answer.isascii() and bool(other_words(known_words(answer)))


def differ(one: str, two: str) -> bool:
    """Whether two answers exclude each other beyond rounding, spelling, wording and overlap."""
    if normalise(one) == normalise(two):
        return False
    left, right = quantities(one), quantities(two)
    if left and right:
        return not _overlap(left, right)
    if bool(left) != bool(right):
        return True
    mine, other = _content(one), _content(two)
    if not mine or not other or mine <= other or other <= mine:
        return False
    squeezed = [re.sub(r"\W", "", text.casefold()) for text in (one, two)]
    if squeezed[0] in squeezed[1] or squeezed[1] in squeezed[0]:
        return False
    return len(mine & other) / len(mine | other) < 0.5


def _content(text: str) -> frozenset[str]:
    return frozenset(key_of(word) for word in tokens(text) if word not in STOP_WORDS)


def _overlap(left: tuple[Quantity, ...], right: tuple[Quantity, ...]) -> bool:
    if any(same(a, b) or same(b, a) for a in left for b in right):
        return True
    plain = [q for q in (*left, *right) if q.kind not in ("date", "code")]
    if len(plain) < len(left) + len(right):
        return False  # dates and codes are the same or they aren't
    low, high = (min(q.value for q in left), max(q.value for q in left))
    other_low, other_high = (min(q.value for q in right), max(q.value for q in right))
    if low <= other_high and other_low <= high:
        return True
    if any(q.kind == "time" for q in plain):
        return False
    nearest = min(abs(a.value - b.value) for a in left for b in right)
    year = all(1000 < q.value < 2200 and q.kind == "number" for q in plain)
    return not year and nearest < _APART * max(abs(low), abs(high), 1e-9)


def plausible(right: str, other: str, *, factor: float = 6.0) -> bool:
    """Whether two values are of one order: 6,000 kilometres is no range that anyone takes for 70."""
    left, found = quantities(right), quantities(other)
    years = [int(year) for text in (right, other) for year in _YEAR.findall(text)[:1]]
    if len(years) == 2:
        return abs(years[0] - years[1]) <= _NEAR_YEARS
    if not left or not found or {q.kind for q in (*left, *found)} & {"date", "time", "code"}:
        return True
    low, high = sorted((abs(left[0].value), abs(found[0].value)))
    return high <= factor * low


def mentions(text: str, value: str) -> bool:
    """Whether `text` speaks of `value`, or of an amount that can't be told from it."""
    plain = normalise(value)
    if plain and f" {plain} " in f" {normalise(text)} ":
        return True
    wanted = quantities(value)
    return bool(wanted) and any(same(a, b) or same(b, a) for a in wanted for b in quantities(text))


def made_up(answer: str, *seed: object) -> list[str]:
    """Values of the form of `answer` and clearly different, in an order by hash; none where there's no safe one."""
    if not is_value(answer):
        return []
    found = _shifted_date(answer) if _MONTH.search(answer) else _scaled(answer)
    found = [value for value in dict.fromkeys(found) if value != answer and differ(value, answer)]
    return sorted(found, key=lambda value: number_of("made up", value, *seed))


def _shifted_date(answer: str) -> list[str]:
    names = _MONTH.findall(answer)
    if len(names) != 1:
        return []
    at = _MONTHS.index(names[0])
    return [_MONTH.sub(_MONTHS[(at + step) % 12], answer) for step in (2, 3, 5, 7, 9)]


def _scaled(answer: str) -> list[str]:
    numbers, named = list(_NUMBER.finditer(answer)), _WORD.findall(answer)
    if not numbers and len(named) == 1 and named[0] in _WORDS:
        at = _WORDS.index(named[0])
        return [_WORD.sub(_WORDS[(at + step) % len(_WORDS)], answer) for step in (2, 3, 4, 6)]
    clock = re.search(r"(?<!\d)(\d{1,2})([:.]\d{2})(?!\d)", answer)
    if clock and len(numbers) in (1, 2) and re.fullmatch(r"\d{1,2}[:.]\d{2}.{0,5}", answer):
        hours = [hour for step in (-3, -2, 2, 3) if 1 <= (hour := int(clock.group(1)) + step) <= 22]
        limit = 12 if re.search(r"[ap]\.?m", answer, re.IGNORECASE) else 22
        return [f"{hour}{answer[clock.end(1) :]}" for hour in hours if hour <= limit]
    if len(numbers) != 1 or named or re.search(r"[A-Za-z]-?\d|\d[A-Z]|\d/|\d(?:st|nd|rd|th)\b", answer):
        return []
    match = numbers[0]
    raw = match.group()
    value = float(raw.replace(",", ""))
    if re.fullmatch(r"\D{0,3}(?:1[0-9]|20)\d\d년?", answer):
        return [answer.replace(raw, f"{value + step:.0f}") for step in (-7, -4, -3, -2, 2, 3, 4)]
    if value <= 1:
        return []
    percent = "%" in answer or "percent" in answer or "퍼센트" in answer
    wanted = [value * factor for factor in (0.5, 1.5, 2, 3)]
    if value < 10:
        wanted += [value + 2, value + 4]
    places = len(raw.partition(".")[2])
    texts = []
    for new in wanted:
        if new < 2 or percent and new > 100 or "시" in answer and "시간" not in answer and new > 23:
            continue
        if not places and new != int(new):
            new = float(round(new + 0.01))
        texts.append(f"{new:,.{places}f}" if "," in raw else f"{new:.{places}f}")
    return [answer[: match.start()] + text + answer[match.end() :] for text in texts]
