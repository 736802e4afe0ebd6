"""Spelled-out numbers into digits, in English and Korean: the same number is then the same text.

`to_digits` takes folded text (see `normalise.fold`) and returns it with "twenty-one", "1.5 million",
"1만 2천", "열두 시" and "이십 일" written as plain digits, without thousands separators.
"""

from __future__ import annotations

import re

_UNITS = {
    word: i
    for i, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    w: 10 * (i + 2)
    for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SMALL = {**_UNITS, **_TENS}
_WORD = "|".join(sorted([*_SMALL, *_SCALES, "dozen"], key=len, reverse=True))
_ENGLISH = re.compile(rf"\b(?:{_WORD})(?:(?:\s|-|\sand\s)(?:{_WORD}))*\b")
_SCALED = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s?(thousand|million|billion|trillion|bn)\b")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# "one" is a pronoun as often as a number; it counts only before something that can be counted in ones.
_COUNTED = re.compile(
    r"[\s-](?:business |working |calendar |full )?"
    r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|percent|per|euros?|dollars?"
    r"|pounds?|won|times?|"
    r"kilo|metre|meter|mile|lit|gram|half|third|quarter|person|million|item|copy|copies)"
)
_HALVES = (
    (re.compile(r"\bhalf an hour\b|\ba half[- ]hour\b"), "30 minutes"),
    (re.compile(r"\b(?:an|1|one) hour and a half\b"), "90 minutes"),
)
_YEARS = re.compile(r"(?<!\d)((?:1[5-9]|20)(\d{2}))-(\d{2})(?![\d-])")  # 1951-52
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")

_KO_DIGIT = {c: i for i, c in enumerate("영일이삼사오육칠팔구")}
_KO_SMALL = {"십": 10, "백": 100, "천": 1_000}
_KO_BIG = {"만": 10**4, "억": 10**8, "조": 10**12}
_KO_MIXED = re.compile(
    r"\d+(?:\.\d+)?\s?[십백천만억조](?:\s?(?:\d+(?:\.\d+)?\s?)?[십백천만억조])*(?:\s?\d+(?![\d.,]*\s?[-년월:]))?"
)
_KO_COUNTER = (
    r"(?:개월|시간|퍼센트|영업일|가지|주일|달러|유로|일|년|명|원|분|회|개|주|층|세|건|초|번|월|시|인|박|%)"
)
_KO_SINO = re.compile(
    rf"(?<![가-힣\d])([일이삼사오육칠팔구]?[십백천만억](?:\s?[일이삼사오육칠팔구십백천만억])*?)(?=\s?{_KO_COUNTER})"
)
_KO_COUNTING = "한 두 세 네 다섯 여섯 일곱 여덟 아홉 열 열한 열두 열세 열네 열다섯"
_KO_NATIVE = {
    **{word: i for i, word in enumerate(_KO_COUNTING.split(), 1)},
    **{"하나": 1, "둘": 2, "셋": 3, "넷": 4, "스무": 20, "서른": 30},
}
_KO_NATIVE_WORD = "|".join(sorted(_KO_NATIVE, key=len, reverse=True))
_KO_COUNTED = re.compile(
    rf"(?<![가-힣])({_KO_NATIVE_WORD})(?=\s?(?:시간|시|개|명|번|달|살|가지|곳|주|권|장|대|차례|분|사람|건|배)(?![가-힣]*습))"
)
_KO_DAY_WORDS = ("하루", "이틀", "사흘", "나흘", "닷새", "엿새", "이레", "여드레", "아흐레", "열흘")
_KO_DAYS = {word: days for days, word in enumerate(_KO_DAY_WORDS, 1)} | {"보름": 15}
_KO_DAYS_WORD = re.compile(
    rf"(?<![가-힣])({'|'.join(_KO_DAYS)})(?=이?[입예이]|간|동안|마다|만에|에|까지|이내|[^가-힣]|$)"
)
_KO_ALONE = re.compile(
    r"(?<![가-힣])(하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|열|열다섯|서른)(?=(?:입니다|이다|이에요|예요|이야|야)?[.!?]?$)"
)
"""What a sentence ends with: "둘입니다". Only forms that stand alone: 네 is "yes", too."""


def to_digits(text: str) -> str:
    """Folded text with its numbers as plain digits."""
    for pattern, digits in _HALVES:
        text = pattern.sub(digits, text)
    text = _THOUSANDS.sub("", text)
    text = _ENGLISH.sub(_english, text)
    text = _SCALED.sub(lambda m: _plain(float(m[1]) * (10**9 if m[2] == "bn" else _SCALES[m[2]])), text)
    text = _ORDINAL.sub("", text)
    text = _YEARS.sub(lambda m: f"{m[1]}-{m[1][:2]}{m[3]}" if m[3] > m[2] else m[0], text)
    if not text.isascii():
        text = _KO_MIXED.sub(_korean, text)
        text = _KO_SINO.sub(_korean, text)
        text = _KO_DAYS_WORD.sub(lambda m: f"{_KO_DAYS[m[1]]}일", text)
        text = _KO_ALONE.sub(lambda m: str(_KO_NATIVE[m[1]]), text)
        text = _KO_COUNTED.sub(lambda m: str(_KO_NATIVE[m[1]]), text)
    return text


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.10f}".rstrip("0")


def _english(match: re.Match[str]) -> str:
    words = [w for w in re.split(r"[\s-]", match[0]) if w != "and"]
    if words == ["one"] and not _COUNTED.match(match.string, match.end()):
        return match[0]
    if words[0] in _SCALES and match.start() > 0 and match.string[: match.start()].rstrip()[-1:].isdigit():
        return match[0]  # "1.5 million": the digits before it are part of the number
    if len(words) in (2, 3) and 10 <= _SMALL.get(words[0], 0) <= 20 and _SMALL.get(words[1], 0) >= 10:
        return str(
            _SMALL[words[0]] * 100 + sum(_SMALL.get(w, 0) for w in words[1:])
        )  # "nineteen eighty-four"
    total = group = 0
    for word in words:
        if word == "dozen":
            group = max(group, 1) * 12
        elif word == "hundred":
            group = max(group, 1) * 100
        elif word in _SCALES:
            total += max(group, 1) * _SCALES[word]
            group = 0
        else:
            group += _SMALL[word]
    return str(total + group)


def _korean(match: re.Match[str]) -> str:
    """A Korean numeral such as 1만 2천, 3억 5천만, 이십, 오만."""
    total = section = 0.0
    number: float | None = None
    text = match[0]
    for part in re.findall(r"\d+(?:\.\d+)?|[가-힣]", text):
        if part in _KO_SMALL:
            section += (1 if number is None else number) * _KO_SMALL[part]
            number = None
        elif part in _KO_BIG:
            section += number or 0
            total += (section or 1) * _KO_BIG[part]
            section, number = 0.0, None
        else:
            number = float(_KO_DIGIT[part]) if part in _KO_DIGIT else float(part)
    # A space that the pattern took along belongs to what follows.
    return _plain(total + section + (number or 0)) + text[len(text.rstrip()) :]
