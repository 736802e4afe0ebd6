"""What a document says of its own edition: its date, and whether it is out of date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...corpus.sentences import sentence_spans
from ..grading.normalise import known_words
from ..grading.quantities import Date, Quantity

HEAD, TAIL = 4_000, 1_500  # characters at the beginning and the end in which an edition's date is looked for
NOTE = 2_000  # characters at the beginning in which a document says that it no longer holds
LONGEST = 240  # of a sentence that tells an edition's date
NEAR = 40  # characters between the words and the date

_DATE_WORDS = (
    (
        "in force",
        re.compile(
            r"\b(?:in force|effective|valid|applies|applicable)\s(?:date|from|since|as of|as from|on)\b"
            r"|^\W*effective\b|\b(?:comes?|came|enters?|entered) into force\b|\btakes effect\b"
            r"|\bgultig (?:ab|seit)\b|\bin kraft (?:ab|seit|getreten)\b|시행일|발효일|시행(?=\s?[:,)]|$)"
        ),
    ),
    (
        "last updated",
        re.compile(
            r"\blast (?:updated|revised|modified|changed|reviewed|amended)\b|^\W*(?:updated|revised|revision)\b"
            r"|\bzuletzt (?:geandert|aktualisiert)\b|\bstand\s?:|최종\s?(?:수정|업데이트|개정)|개정|수정일|업데이트"
        ),
    ),
    (
        "dated",
        re.compile(r"^\W*(?:date|dated|issued|published|version|datum|작성일|발행일|일자|날짜)\b|\bdated\b"),
    ),
)
_OURSELVES = (
    r"(?:this|the present|dieses?|diese[rs]?|이|본|해당)\s?(?:\w+\s)?"
    r"(?:document|policy|page|version|edition|guide|manual|notice|article|sheet|dokument|richtlinie|seite|fassung"
    r"|문서|규정|정책|지침|안내|페이지|판|매뉴얼)"
)
_OUT = (
    r"(?:superseded|obsolete|outdated|out of date|out-of-date|no longer (?:valid|in force|applicable|applies|current"
    r"|maintained)|withdrawn|deprecated|replaced by|archived|ersetzt durch|veraltet|nicht mehr gultig|ungultig"
    r"|außer kraft|ausser kraft|aufgehoben|폐지|폐기|이전 버전|구버전|더 이상 유효하지|효력을 잃|무효)"
)
_ITSELF = re.compile(_OURSELVES)
_NOTE = (
    re.compile(rf"{_OURSELVES}[^.]{{0,60}}{_OUT}"),
    # A line that is nothing but the note: "SUPERSEDED by policy 12", "[OBSOLETE]", "*** 폐지 ***".
    re.compile(
        rf"^[\W_]*(?:status\W+|note\W+|상태\W+)?{_OUT}(?:[\W_]*$|\s(?:by|since|as of|on|am|durch|seit)\b|[\s:(]*\d)"
    ),
)
_DENIED = re.compile(
    r"\b(?:not|nicht|never)\s(?:been\s|yet\s|be\s)?(?:superseded|obsolete|outdated|withdrawn|replaced|veraltet)"
)


@dataclass(frozen=True)
class Edition:
    """The date that a document gives itself, and its note that it no longer holds, each with its quotation."""

    date: Date | None = None  # year, month, day; the year is always there
    says: str = ""  # in force, last updated, dated
    date_quote: str = ""
    obsolete: str = ""  # the quotation, or ""

    @property
    def rank(self) -> tuple[int, int, int] | None:
        """For telling which of two is newer; None without a date."""
        if self.date is None:
            return None
        year, month, day = self.date
        return (year or 0, month or 0, day or 0)

    @property
    def shown(self) -> str:
        """The date as 2024-05-03, 2024-05 or 2024."""
        return "" if self.date is None else "-".join(f"{part:02d}" for part in self.date if part)


def read_edition(text: str, title: str = "") -> Edition:
    """What `text` says of itself: the date from which it is in force, else of its last change, else its date."""
    best: tuple[int, Date, str] | None = None
    for sentence in _sentences(text, title):
        for rank, (_, words) in enumerate(_DATE_WORDS):
            if best is not None and best[0] <= rank:
                break
            date = _date_near(sentence, words, rank)
            if date is not None:
                best = (rank, date, sentence)
    note = _note(text, title)
    if best is None:
        return Edition(obsolete=note)
    return Edition(best[1], _DATE_WORDS[best[0]][0], best[2], note)


def _sentences(text: str, title: str) -> Iterator[str]:
    parts = [title, text] if len(text) <= HEAD + TAIL else [title, text[:HEAD], text[-TAIL:]]
    for part in parts:
        for start, end in sentence_spans(part):
            if end - start <= LONGEST:
                yield " ".join(part[start:end].split())


def _date_near(sentence: str, words: re.Pattern[str], rank: int) -> Date | None:
    folded = known_words(sentence)
    dates = [quantity for quantity in folded.quantities if quantity.kind == "date"]
    if not dates:
        return None
    for match in words.finditer(folded.text):
        for quantity in dates:
            after = 0 <= quantity.start - match.end() <= NEAR
            before = 0 <= match.start() - quantity.end <= NEAR // 3
            date = _one_reading(quantity, folded.text)
            about_itself = rank > 0 or match.start() <= 3 or _ITSELF.search(folded.text)
            if (after or before) and about_itself and date is not None:
                return date
    return None


def _one_reading(quantity: Quantity, text: str) -> Date | None:
    """The date where it has a year; 3/4/2024 may be of two months, so that only its year counts."""
    if len(quantity.dates) > 1:
        year = quantity.dates[0][0]
        if "." in text[quantity.start : quantity.end]:
            day, month = (int(part) for part in text[quantity.start : quantity.end].split(".")[:2])
            return (year, month, day)
        return (year, None, None)
    return next((date for date in quantity.dates if date[0]), None)


def _note(text: str, title: str) -> str:
    for part in (title, text[:NOTE]):
        for start, end in sentence_spans(part):
            sentence = " ".join(part[start:end].split())
            folded = known_words(sentence).text
            if any(note.search(folded) for note in _NOTE) and not _DENIED.search(folded):
                return sentence
    return ""
