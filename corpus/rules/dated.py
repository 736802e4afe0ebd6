"""Since when a document holds, by its own words: to choose between two editions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_HEAD = 1_500
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<{0}>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<d>\d{1,2})(?:st|nd|rd|th)? " + _MONTH.format("m") + r",? (?P<y>(?:19|20)\d\d)",
        _MONTH.format("m") + r" (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>(?:19|20)\d\d)",
        r"(?P<y>(?:19|20)\d\d)[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})(?!\d)",
        r"(?P<y>(?:19|20)\d\d)년 ?(?P<m>\d{1,2})월 ?(?P<d>\d{1,2})일",
        r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>(?:19|20)\d\d)",
    )
)
_CUE = re.compile(
    r"\b(?:in force|effective|valid|dated?|version|edition|revis(?:ed|ion)|updated|as of|published|issued|stand)\b|"
    r"시행|개정|기준|작성|발행|수정",
    re.IGNORECASE,
)


def stated_date(text: str) -> date | None:
    """The latest date near the start of a text that a word like "in force from" or "updated" goes with, or None."""
    found: list[date] = []
    head = text[:_HEAD]
    for day, start, end in dates_in(head):
        opens = max(head.rfind(mark, 0, start) for mark in ("\n", ". ")) + 1
        around = head[max(opens, start - 60) : end + 12].split(". ")[0]
        if _CUE.search(around):
            found.append(day)
    return max(found, default=None)


def dates_in(text: str) -> Iterator[tuple[date, int, int]]:
    """Each whole date of a text with the span where it stands, form by form."""
    for pattern in _DATES:
        for match in pattern.finditer(text):
            month = match["m"].lower()
            number = int(month) if month.isdigit() else _MONTHS.index(str(month[:3])) + 1
            try:
                yield date(int(match["y"]), number, int(match["d"])), *match.span()
            except ValueError:
                continue
