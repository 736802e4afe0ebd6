"""Numbers with their units in folded text: amounts, shares, measures, dates and times, English and Korean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

Date = tuple[int | None, int | None, int | None]  # year, month, day; None where the text doesn't say


@dataclass(frozen=True)
class Quantity:
    """One number with what it counts.

    kind: number, money, percent, measure, date, time or code (a telephone number or the like);
    value: in the unit's base (minutes since midnight for a time); unit: currency or dimension, "" for a
    bare number; dates: the readings of a date; loose: a time that may be of either half of the day;
    implied: "an hour", which may answer but contradicts nothing; bound: "min", "max" or "";
    ranged: an end of a range; written: see there.
    """

    kind: str
    value: float
    unit: str
    start: int
    end: int
    dates: tuple[Date, ...] = ()
    code: str = ""
    loose: bool = False
    implied: bool = False
    bound: str = ""
    ranged: bool = False
    written: float = -1.0  # a measure's number as it stands in the text; −1 where it isn't one number


_NUMBER = r"\d+(?:\.\d+)?"
_MONTH_NAMES = (
    "january jan,february feb,march mar,april apr,may,june jun,july jul,august aug,september sept sep,"
    "october oct,november nov,december dec"
)
_MONTHS = {name: i for i, names in enumerate(_MONTH_NAMES.split(","), 1) for name in names.split()}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DATES = (
    re.compile(r"(?<!\d)(?P<year>\d{4})(?P<sep>[-/.])\s?(?P<m>\d{1,2})(?P=sep)\s?(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>\d{4})\s?년(?:도)?(?:\s?(?P<m>\d{1,2})\s?월(?:\s?(?P<day>\d{1,2})\s?일)?)?"),
    re.compile(r"(?<!\d)(?P<m>\d{1,2})\s?월(?:\s?(?P<day>\d{1,2})\s?일)?"),
    re.compile(rf"(?<![\d.:])(?P<day>\d{{1,2}})\s(?:of\s)?{_MONTH}(?:,?\s(?:of\s)?(?P<year>\d{{4}})(?!\d))?"),
    re.compile(rf"\b{_MONTH}\s(?P<day>\d{{1,2}})(?![\d:%])(?:,?\s(?P<year>\d{{4}})(?!\d))?"),
    re.compile(rf"\b{_MONTH},?\s(?:of\s)?(?P<year>\d{{4}})(?!\d)"),
)
_DAY_RANGE = re.compile(
    rf"(?<![\d.:])(?P<d1>\d{{1,2}})\s?(?:-|~|to|and)\s?(?P<d2>\d{{1,2}})\s(?:of\s)?{_MONTH}"
    rf"|\b{_MONTH.replace('month', 'month2')}\s(?P<d3>\d{{1,2}})\s?(?:-|~|to"
    rf"|and)\s?(?P<d4>\d{{1,2}})(?![\d:])"
)
_NUMERIC_DATE = re.compile(r"(?<![\d.])(\d{1,2})([/.])(\d{1,2})\2(\d{4})(?!\d)")
_TIMES = re.compile(
    r"(?<![\d.:])(?P<h1>\d{1,2})(?:[:.](?P<m1>\d{2}))?\s?(?P<half>[ap])\.?\s?m\b\.?"
    r"|(?P<ko>오전|오후|아침|저녁|밤|새벽|낮)\s?(?P<h2>\d{1,2})(?::(?P<m2>\d{2})"
    r"|\s?시(?:\s?(?P<m2b>\d{1,2})\s?분|\s?(?P<half2>반))?)"
    r"|(?<![\d.:])(?P<h3>\d{1,2}):(?P<m3>\d{2})(?!\d)(?::\d{2})?(?:\s?시)?"
    r"|(?<![\d.:])(?P<h4>\d{1,2})\s?시(?!간|스|작|행|험|도)(?:\s?(?P<m4>\d{1,2})\s?분|\s?(?P<half4>반))?"
    r"|(?<![\d.:])(?P<h5>\d{1,2})\s?o'?\s?clock\b"
    r"|\b(?P<noon>noon|midday)\b|(?P<noon2>정오)|\b(?P<mid>midnight)\b|(?P<mid2>자정)"
    r"|(?<![\d.:,])(?P<h6>\d{1,2})\s?(?:-|~|to|until|till|and)\s?(?=\d{1,2}(?:[:.]\d{2})?\s?[ap]\.?m\b)"
)
_CODE = re.compile(r"(?<![\w.])(?:\+\d{1,3}[\s.-]?)?\(?\d{2,5}\)?(?:[\s.-]\d{2,5}){1,4}(?![\w%])")
_CURRENCIES = {
    word: line.split(":")[0].strip()
    for line in """
    usd: $, us$, usd, dollar, dollars, 달러
    eur: €, eur, euro, euros, 유로
    gbp: £, gbp, pounds sterling, quid
    krw: ₩, krw, won, 원
    jpy: ¥, jpy, yen, 엔
    chf: chf, francs
    """.strip().splitlines()
    for word in line.split(": ")[1].split(", ")
}
_MONEY = re.compile(
    rf"(?P<pre>us\$|[$€£¥₩]|(?<![a-z])(?:usd|eur|gbp|krw|jpy"
    rf"|chf))\s?(?P<a>{_NUMBER})(?P<scale>\s?(?:k|m|bn)\b)?"
    rf"|(?<![\w.])(?P<b>{_NUMBER})\s?(?P<post>[€£$₩]|(?:usd|eur|gbp|krw|jpy|chf|dollars?|euros?"
    rf"|pounds sterling|quid|won|yen|francs)\b|달러|유로|원(?![가-힣]{{2}})|엔(?!진))"
)
_PERCENT = re.compile(
    rf"(?<![\w.])({_NUMBER})\s?-?"
    r"(?:%|percent(?:age points?)?\b|per\scent\b|pct\b|퍼센트|프로(?![가-힣]{2}))"
)
# unit → (dimension, factor to its base), from lines of "dimension, factor: units"
_UNITS = {
    word: (line.split(", ")[0].strip(), float(line.split(":")[0].split(", ")[1]))
    for line in """
    time, 1: second, sec, 초
    time, 60: minute, min, 분
    time, 3600: hour, hr, h, 시간
    time, 86400: day, 일
    night, 1: night, 박
    time, 604800: week, 주, 주일
    time, 1209600: fortnight
    month, 1: month, 개월, 달
    month, 3: quarter
    month, 12: year, yr, 년
    month, 120: decade
    month, 1200: century
    working day, 1: business day, working day, 영업일
    length, 0.001: mm
    length, 0.01: cm
    length, 1: m, metre, meter, 미터
    length, 1000: km, kilometre, kilometer, 킬로미터
    length, 1609.344: mile
    length, 0.3048: foot, feet, ft
    length, 0.0254: inch, inche
    length, 0.9144: yard
    mass, 1e-06: mg
    mass, 0.001: g, gram, 그램
    mass, 1: kg, kilogram, kilo, 킬로그램
    mass, 1000: tonne, ton, 톤
    mass, 0.45359237: pound, lb
    volume, 0.001: ml
    volume, 1: l, litre, liter, 리터
    data, 1000: kb
    data, 1e+06: mb
    data, 1e+09: gb
    data, 1e+12: tb
    speed, 1: km/h
    speed, 1.609344: mph
    energy, 1: kwh
    energy, 0.001: wh
    power, 1000: kw
    power, 1: w, watt
    voltage, 1: v, volt
    pressure, 1: bar
    celsius, 1: °c, degrees celsius, 도
    fahrenheit, 1: °f
    rate, 1: mbps
    people, 1: people, person, 명, 인
    times, 1: time, 회, 번
    floor, 1: 층, floor
    """.strip().splitlines()
    for word in line.split(": ")[1].split(", ")
}
_UNIT = "|".join(sorted((re.escape(u) for u in _UNITS), key=len, reverse=True))
_QUALIFIED = r"(?:(?:calendar|consecutive|full|more|additional|school)[\s-])?"
# A Korean unit may be followed by particles; a Latin one ends where the word does.
_MEASURE = re.compile(
    rf"(?<![\w.])(?P<n>{_NUMBER})\s?-?{_QUALIFIED}(?P<u>{_UNIT})(?:(?<=[a-z])s?(?![a-z0-9])"
    rf"|(?<=[가-힣°])|(?<=°c))"
)
_IMPLIED = re.compile(r"\b(?:an?)\s(?P<u>second|minute|hour|day|week|month|year|fortnight|decade|century)\b")
_BARE = re.compile(rf"(?<![\w.]){_NUMBER}(?![\w]|\.\d)|(?<![\w.]){_NUMBER}(?=[가-힣])")
_JOINT = re.compile(r"\s?(?:-|~|to|and|until|till|에서|부터|through)\s?(?:the\s)?(?:[$€£¥₩]\s?)?$")
_SUM = re.compile(r"\s?(?:and|,)?\s?$")
_MINIMUM = re.compile(
    r"(?:at least|minimum(?: of)?|no (?:less|fewer|earlier) than|not (?:less|fewer) than|more than"
    r"|over|above|최소(?:한)?)\s(?:\w+\s)?$"
)
_MAXIMUM = re.compile(
    r"(?:at most|up to|maximum(?: of)?|no (?:more|later) than|not more than|less than|fewer than"
    r"|under|below|최대(?:한)?)\s(?:\w+\s)?$"
)
_MINIMUM_AFTER = re.compile(r"\s?(?:이상|or more\b|or longer\b|초과)")
_MAXIMUM_AFTER = re.compile(r"\s?(?:이하|이내|미만|or less\b|or fewer\b)")
_HAS_NUMBER = re.compile(
    r"\d|noon|midday|midnight|정오|자정|\ban?\s(?:second|minute|hour|day|week|month|year|fortnight|decade|century)"
)


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """All quantities of a folded text with digits, left to right, none overlapping."""
    if not _HAS_NUMBER.search(text):
        return ()
    found: list[Quantity] = []
    for reader in (_dates, _times, _codes, _amounts, _measures, _bare):
        for quantity in reader(text):
            if all(quantity.end <= other.start or quantity.start >= other.end for other in found):
                found.append(quantity)
    found.sort(key=lambda q: q.start)
    return tuple(_bounded(text, q) for q in _joined(text, found))


def _dates(text: str) -> Iterator[Quantity]:
    for m in _NUMERIC_DATE.finditer(text):
        a, b, year = int(m[1]), int(m[3]), int(m[4])
        readings = tuple((year, month, day) for month, day in {(b, a), (a, b)} if month <= 12 and day <= 31)
        if readings:
            yield Quantity("date", 0, "date", *m.span(), dates=readings)
    for m in _DAY_RANGE.finditer(text):
        month = _MONTHS[m["month"] if m["month"] else m["month2"]]
        for group in ("d1", "d2") if m["month"] else ("d3", "d4"):
            yield Quantity(
                "date", 0, "date", *m.span(group), dates=((None, month, int(m[group])),), ranged=True
            )
    for pattern in _DATES:
        for m in pattern.finditer(text):
            groups = m.groupdict()
            month = _MONTHS[groups["month"]] if groups.get("month") else int(groups.get("m") or 0) or None
            day = int(groups.get("day") or 0) or None
            if (month or 1) <= 12 and (day or 1) <= 31:
                year = int(groups["year"]) if groups.get("year") else None
                if not (year or month or day):
                    continue
                yield Quantity("date", 0, "date", *m.span(), dates=((year, month, day),))


def _times(text: str) -> Iterator[Quantity]:
    for m in _TIMES.finditer(text):
        g = m.groupdict()
        if g["noon"] or g["noon2"]:
            yield Quantity("time", 720, "clock", *m.span())
            continue
        if g["mid"] or g["mid2"]:
            yield Quantity("time", 0, "clock", *m.span())
            continue
        hour = int(next(g[k] for k in ("h1", "h2", "h3", "h4", "h5", "h6") if g[k] is not None))
        minute = (
            30 if g["half2"] or g["half4"] else int(g["m1"] or g["m2"] or g["m2b"] or g["m3"] or g["m4"] or 0)
        )
        if hour > 24 or minute > 59:
            continue
        if g["half"]:
            hour = hour % 12 + (12 if g["half"] == "p" else 0)
        elif g["ko"] in ("오후", "저녁", "밤", "낮") and hour < 12:
            hour += 12 if not (g["ko"] == "밤" and hour < 5) and not (g["ko"] == "낮" and hour == 11) else 0
        elif g["ko"] in ("오전", "새벽") and hour == 12:
            hour = 0
        loose = bool(g["h4"] or g["h5"] or g["h6"]) and hour <= 12
        end = m.end("h6") if g["h6"] else m.end()
        yield Quantity("time", (hour % 24) * 60 + minute, "clock", m.start(), end, loose=loose)


def _codes(text: str) -> Iterator[Quantity]:
    for m in _CODE.finditer(text):
        digits = re.sub(r"\D", "", m[0])
        # Telephone numbers start with 0, + or a bracket; anything else is a row of plain numbers.
        if len(digits) >= 7 and m[0][0] in "0+(":
            yield Quantity("code", 0, "code", *m.span(), code=digits)


def _amounts(text: str) -> Iterator[Quantity]:
    for m in _MONEY.finditer(text):
        currency = _CURRENCIES[m["pre"] or m["post"]]
        scale = {"k": 1e3, "m": 1e6, "bn": 1e9}.get((m["scale"] or "").strip(), 1)
        yield Quantity("money", float(m["a"] or m["b"]) * scale, currency, *m.span())
    for m in _PERCENT.finditer(text):
        yield Quantity("percent", float(m[1]), "%", *m.span())


def _measures(text: str) -> Iterator[Quantity]:
    for m in _MEASURE.finditer(text):
        dimension, factor = _UNITS[m["u"]]
        number = float(m["n"])
        yield Quantity("measure", number * factor, dimension, *m.span(), written=number)
    for m in _IMPLIED.finditer(text):
        dimension, factor = _UNITS[m["u"]]
        yield Quantity("measure", factor, dimension, *m.span(), implied=True, written=1.0)


def _bare(text: str) -> Iterator[Quantity]:
    for m in _BARE.finditer(text):
        yield Quantity("number", float(m[0]), "", *m.span())


def _joined(text: str, found: list[Quantity]) -> list[Quantity]:
    """Give the first end of a range its unit (3-5 days), and add up compounds (1 hour 30 minutes)."""
    result: list[Quantity] = []
    for quantity in found:
        last = result[-1] if result else None
        between = text[last.end : quantity.start] if last else ""
        if last and len(between) < 12 and _JOINT.match(between):
            if last.kind == "number" and quantity.kind != "date":
                last = _as(last, quantity, text)
            if last.kind == quantity.kind and last.unit == quantity.unit and "and" not in between:
                last, quantity = replace(last, ranged=True), replace(quantity, ranged=True)
            result[-1] = last
        if (
            last
            and last.kind == quantity.kind == "measure"
            and last.unit == quantity.unit
            and quantity.value < last.value
            and not (quantity.ranged or quantity.implied)
            and _SUM.match(between)
            and _unit_text(text, last) != _unit_text(text, quantity)
        ):
            result[-1] = replace(last, value=last.value + quantity.value, end=quantity.end, written=-1.0)
            continue
        result.append(quantity)
    return result


def _unit_text(text: str, quantity: Quantity) -> str:
    return text[quantity.start : quantity.end].lstrip("0123456789. -").rstrip("s")


def _as(bare: Quantity, other: Quantity, text: str) -> Quantity:
    """A bare number in the unit of the quantity that it is joined to."""
    if other.kind == "measure":
        unit = _MEASURE.match(text, other.start)
        factor = _UNITS[unit["u"]][1] if unit else 1
        return replace(bare, kind="measure", unit=other.unit, value=bare.value * factor, written=bare.value)
    return replace(bare, kind=other.kind, unit=other.unit) if other.kind in ("money", "percent") else bare


def _bounded(text: str, quantity: Quantity) -> Quantity:
    before, after = text[max(0, quantity.start - 28) : quantity.start], text[quantity.end : quantity.end + 12]
    if _MINIMUM.search(before) or _MINIMUM_AFTER.match(after):
        return replace(quantity, bound="min")
    if _MAXIMUM.search(before) or _MAXIMUM_AFTER.match(after):
        return replace(quantity, bound="max")
    return quantity


def comparable(a: Quantity, b: Quantity) -> bool:
    """Whether the two could stand for the same thing: of the same kind and unit, or one without a unit."""
    if a.kind == b.kind:
        return a.unit == b.unit
    if "number" in (a.kind, b.kind):
        other = b if a.kind == "number" else a
        bare = a if a.kind == "number" else b
        if other.kind == "date":
            return 1000 <= bare.value <= 2100
        return other.kind in ("money", "percent", "measure")
    return False


def same(reference: Quantity, answer: Quantity) -> bool:
    """Whether the answer's quantity says what the reference's does. Missing years and units are forgiven."""
    if not comparable(reference, answer):
        return False
    if reference.kind == "date" or answer.kind == "date":
        return any(_same_date(r, a) for r in _readings(reference) for a in _readings(answer))
    if reference.kind == "code":
        return _same_code(reference.code, answer.code)
    if reference.kind == "time":
        if reference.value == answer.value:
            return True
        return (reference.loose or answer.loose) and (reference.value - answer.value) % 720 == 0
    if "number" in (reference.kind, answer.kind) and "measure" in (reference.kind, answer.kind):
        # A bare number is meant in the unit as written, not in the dimension's base.
        measure, bare = (reference, answer) if reference.kind == "measure" else (answer, reference)
        return _close(measure.written, bare.value)
    return _close(reference.value, answer.value)


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-6 * max(1.0, abs(a), abs(b))


def _readings(quantity: Quantity) -> tuple[Date, ...]:
    return quantity.dates if quantity.kind == "date" else ((int(quantity.value), None, None),)


def _same_date(reference: Date, answer: Date) -> bool:
    for i, (r, a) in enumerate(zip(reference, answer, strict=True)):
        if r is not None and a is not None and r != a:
            return False
        if r is not None and a is None and (i > 0 or answer[1] is None):
            return False  # less precise than the reference: only the year may be left out
    return any(r is not None and r == a for r, a in zip(reference, answer, strict=True))


def _same_code(a: str, b: str) -> bool:
    """Telephone numbers, with or without the country's prefix."""
    if a == b:
        return True
    a, b = a.lstrip("0"), b.lstrip("0")
    return min(len(a), len(b)) >= 7 and (a.endswith(b) or b.endswith(a))
