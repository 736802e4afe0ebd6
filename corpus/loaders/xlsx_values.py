"""Cells of a workbook as a person reads them: 12 %, 1,234.50 €, 2025-03-01, 5 and not 5.0."""

from __future__ import annotations

import datetime
import math
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_SECTION = re.compile(r'(?:[^;"\\]|"[^"]*"|\\.)*')
_DIGITS = re.compile(r"[0#?,]*[0#?](?:\.[0#?]*)?|\.[0#?]+")
_LITERAL = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<money>[^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\]|_.|\*.|(?P<sign>.)'
)
_CODES = re.compile(r"^[A-Z]{3}$")
_MOST_PLACES = 15


@lru_cache(maxsize=512)
def _parts(number_format: str) -> tuple[str, str, str] | None:
    """What stands before the number, its pattern of digits, what stands after; None for what we don't show."""
    match = _SECTION.match(number_format)
    section = match[0] if match else ""
    if section.lower() in ("general", "", "@") or re.search(
        r"[eE][+-]|/", re.sub(r'"[^"]*"|\\.', "", section)
    ):
        return None
    # letters and digits in quotes are no pattern
    masked = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', lambda found: "\x00" * len(found[0]), section)
    digits = _DIGITS.search(masked)
    if not digits or _DIGITS.search(masked, digits.end()):
        return None
    return _literal(section[: digits.start()]), digits[0], _literal(section[digits.end() :])


def _literal(text: str) -> str:
    out = ""
    for match in _LITERAL.finditer(text):
        out += match["quoted"] or match["escaped"] or match["money"] or match["sign"] or ""
    return out


def shown(value: object, number_format: str = "General") -> str:
    """A cell's value as text. Dates are ISO; times lose what they don't have (no 00:00:00)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, number_format)
    if isinstance(value, datetime.datetime):
        if value.time() == datetime.time():
            return value.date().isoformat()
        return value.isoformat(" ", "seconds" if value.second or value.microsecond else "minutes")
    if isinstance(value, datetime.time):
        return value.isoformat("seconds" if value.second or value.microsecond else "minutes")
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        hours, minutes = seconds // 3600, seconds // 60 % 60
        return f"{sign}{hours}:{minutes:02d}" + (f":{seconds % 60:02d}" if seconds % 60 else "")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def plain(value: float) -> str:
    """A number without ".0" and without the noise of binary fractions (0.1 + 0.2)."""
    if isinstance(value, int):
        return (
            str(value)
            if abs(value) < 10**40
            else f"{float(value):.15g}"
            if abs(value) < 10**300
            else "very large"
        )
    if not math.isfinite(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"


def _number(value: float, number_format: str) -> str:
    parts = _parts(number_format)
    if parts is None or (isinstance(value, float) and not math.isfinite(value)) or abs(value) >= 10**15:
        return plain(value)
    before, digits, after = parts
    if digits.endswith(",") or after.startswith(","):  # shown in thousands: the true number says more
        return plain(value)
    whole, _, places = digits.partition(".")
    share = "%" in before + after
    exact = Decimal(str(value)) * (100 if share else 1)
    if share and not places:
        # a rate of 12.5 % shown as 13 % would be another rate
        size = f"{exact.quantize(Decimal('1.000001')).normalize():f}"
    else:
        least, most = places.count("0"), min(len(places), _MOST_PLACES)
        rounded = exact.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
        if rounded != exact and len(places) < 2:
            return _with_unit(before, plain(value) if not share else f"{exact:f}", after)
        size = f"{rounded:f}"
        while "." in size and size.endswith("0") and len(size.partition(".")[2]) > least:
            size = size[:-1]
        size = size.rstrip(".")
    sign, size = ("-", size[1:]) if size.startswith("-") else ("", size)
    head, _, tail = size.partition(".")
    head = head.zfill(whole.count("0"))
    if "," in whole:
        head = f"{int(head):,}".zfill(len(head)) if not head.startswith("0") or head == "0" else head
    return sign + _with_unit(before, head + (f".{tail}" if tail else ""), after)


def _with_unit(before: str, number: str, after: str) -> str:
    """`€ 5`, `5 €`, `12 %`, `$5`, `5 kg`: codes and signs after a number stand apart from it."""
    before, after = before.strip(" -()"), after.strip(" ()")
    if before and (before[-1].isalnum() or _CODES.match(before)):
        before += " "
    # "12 %", "5 kg" and "5 €", but "15,000원": Korean units stand right at the number
    gap = "" if "가" <= after[:1] <= "힣" else " "
    return before + number + (gap + after if after else "")
