"""Values in English sentences: money, percentages, durations, dates, times, measures and counts."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = (
    "one two three four five six seven eight nine ten eleven twelve fifteen sixteen twenty thirty forty fifty "
    "sixty"
)
_WORD_NUMBER = (
    rf"(?:{'|'.join(_UNITS.split())}|ninety|a hundred|a dozen)(?:[- ](?:one|two|three|five|six|eight|nine|hundred|"
    rf"thousand))?"
)
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_N = rf"(?:{_DIGITS}|{_WORD_NUMBER})"
_DASH = r"\s?(?:-|–|—|to)\s?"
_ABOUT = r"(?:(?:about|around|approximately|roughly|nearly|almost) )?"
_PER_UNIT = (
    r"(?:person|day|week|month|year|hour|night|item|child|adult|bike|bicycle|km|kilometre|mile|minute|employee|"
    r"unit|kWh|"
    r"user|seat|visit|head|page|copy|session|ticket|annum|quarter|group|household|family|member|trip|wheel|hour|pair|"
    r"kilo|litre|metre|piece|half[- ]day|day or part of a day|class|course|order|booking|event)"
)
_PER = (
    rf"(?:\s?(?:/|per\s|a\s|an\s|each\s|every\s)\s?{_PER_UNIT}\b(?:\s(?:per|a|an)\s{_PER_UNIT}\b)?|\s(?:each|"
    rf"apiece)\b)?"
)
_SCALE = r"(?:\s(?:thousand|million|billion|trillion)|[kKmM]\b|bn\b)?"
_CURRENCY = r"(?:US|CA|A|NZ)?[$€£¥₩]"
_AMOUNT = (
    rf"(?:{_CURRENCY}\s?{_DIGITS}{_SCALE}(?:{_DASH}{_CURRENCY}?\s?{_DIGITS}{_SCALE})?"
    rf"|{_N}(?:{_DASH}{_N})?{_SCALE}\s?(?:€|£|euros?\b|dollars?\b|pounds? sterling\b|USD\b|EUR\b|GBP\b|CHF\b|"
    rf"KRW\b|cents?\b|pence\b|won\b))"
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
)
_DAYNAME = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_YEAR = r"(?:1[0-9]\d{2}|20\d{2})"
_DATE = (
    rf"(?:(?:{_DAYNAME},? )?(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}(?: ?,? {_YEAR})?|"
    rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?: ?,? {_YEAR})?|{_MONTH},? {_YEAR}))|\b\d{{4}}-\d{{2}}-\d{{2}}\b"
)
_DATE = rf"(?:{_DATE})(?: (?:to|until|till) (?:{_DATE}))?"
_CLOCK = r"(?:\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]\.m\.|[ap]m\b|[AP]M\b)|\d{1,2}:\d{2}\b|noon\b|midnight\b)"
_SPAN_WORD = (
    r"(?:unit|second|minute|hour|day|night|weekday|weekend|week|month|year|decade|century|fortnight|season|"
    r"semester|term|quarter)"
)
_MEASURE = (
    r"(?:km/h|km|kilomet(?:re|er)s?|miles?|met(?:re|er)s?|cm|mm|kg|kilograms?|kilos?|grams?|g|lit(?:re|er)s?|"
    r"ml|kWh|Wh|kW|MW|W|watts?|"
    r"volts?|V|Ah|bar|psi|Nm|GB|MB|TB|KB|Mbps|°C|°F|degrees(?: Celsius| Fahrenheit)?|feet|foot|ft|inch(?:es)?|"
    r"yards?|acres?|hectares?|"
    r"square (?:feet|met(?:re|er)s|kilomet(?:re|er)s|miles|inches)|tons?|tonnes?|lbs?|pounds?|ounces?|mAh|dB|"
    r"rpm|Hz|kHz|MHz|GHz)"
)

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("money", re.compile(rf"(?<![\w.]){_ABOUT}{_AMOUNT}{_PER}", re.IGNORECASE)),
    (
        "percentage",
        re.compile(
            rf"(?<![\w.]){_ABOUT}{_N}(?:\s?%?{_DASH}{_N})?\s?(?:%|percent\b|per cent\b)", re.IGNORECASE
        ),
    ),
    ("date", re.compile(_DATE)),
    (
        "time",
        re.compile(
            rf"(?<![\w.:]){_CLOCK}(?:{_DASH}{_CLOCK})?|\b\d{{1,2}}{_DASH}\d{{1,2}}\s?(?:[ap]m\b|[ap]\.m\.)"
        ),
    ),
    (
        "duration",
        re.compile(
            rf"(?<![\w.$€£-]){_ABOUT}{_N}(?:(?:{_DASH}| or ){_N})?(?: and a half)?\s(?:full |business |"
            rf"working |calendar |consecutive |school |more )?{_SPAN_WORD}s?\b(?! old\b)",
            re.IGNORECASE,
        ),
    ),
    (
        "measure",
        re.compile(rf"(?<![\w.$€£-]){_ABOUT}{_N}(?:{_DASH}{_N})?(?: ?× ?{_N})*\s?{_MEASURE}(?![\w/])"),
    ),
    ("year", re.compile(rf"(?<=\bin ){_YEAR}\b(?![-–])|(?<=\b[Ss]ince ){_YEAR}\b|(?<=\b[Uu]ntil ){_YEAR}\b")),
    (
        "period",
        re.compile(
            r"(?<=\b[Ii]n )the (?:(?:early|late|mid|mid-) ?)?(?:1[0-9]\d0s|20\d0s|\d{1,2}(?:st|nd|rd|"
            r"th) century)\b(?! and\b| or\b)"
        ),
    ),
    (
        "days",
        re.compile(
            rf"\b(?:every |each )?{_DAYNAME}s?(?:{_DASH}{_DAYNAME}s?|(?:, {_DAYNAME}s?)*,? (?:and|"
            rf"or) {_DAYNAME}s?)?(?: (?:morning|afternoon|evening|night|noon)s?)?\b"
        ),
    ),
)
_COUNT = re.compile(
    rf"(?<![\w.$€£#:/-])(?P<n>{_ABOUT}{_N}(?:{_DASH}{_N})?{_SCALE})(?P<noun>(?: (?!(?:of|in|on|at|for|to|per|"
    rf"from|with|and|or|by|as|if|when|than|that|who|which|is|are|was|were|will|can|must|a|an|"
    rf"the)\b)[A-Za-z][\w'’-]*){{1,3}})",
    re.IGNORECASE,
)
_PLURAL = re.compile(
    r"(?:[^su]s|ss?es|us?es|people|children|men|women|feet|staff|teeth|mice|sheep|aircraft|criteria)$",
    re.IGNORECASE,
)
_NOT_BEFORE_COUNT = re.compile(
    r"(?:\b(?:[A-Z][\w.]*|section|chapter|step|page|form|version|level|part|title|article|no\.|number|room|"
    r"grade|type|phase|age|ages|aged|top)|[,.;:(/–-]\d*|one|any)\s?$"
)


@dataclass(frozen=True)
class Value:
    """A value in a sentence: `sentence[start:end]` is its text; `noun` is what a count counts."""

    kind: str  # money, percentage, date, time, duration, measure, year, period, days, count
    start: int
    end: int
    text: str
    noun: str = ""


def find_values(sentence: str) -> list[Value]:
    """All values in `sentence`, left to right, none overlapping."""
    taken: list[Value] = []

    def free(start: int, end: int) -> bool:
        return all(end <= value.start or start >= value.end for value in taken)

    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(sentence):
            if free(match.start(), match.end()):
                taken.append(Value(kind, match.start(), match.end(), match.group().strip()))
    for match in _COUNT.finditer(sentence):
        noun = _noun(match.group("noun").strip())
        if not noun or not free(match.start(), match.start("noun") + len(noun) + 1):
            continue
        if _NOT_BEFORE_COUNT.search(sentence[: match.start()]) and match.start() > 0:
            continue
        end = match.end("n")
        taken.append(Value("count", match.start(), end, match.group("n").strip(), noun))
    return sorted(taken, key=lambda value: value.start)


def _noun(words: str) -> str:
    """The counted noun phrase: `words` up to its first plural, or nothing."""
    kept: list[str] = []
    for word in words.split():
        kept.append(word)
        if _PLURAL.search(word) and not word.lower().endswith(("ous", "less", "'s", "’s")):
            return " ".join(kept)
    return ""
