"""One row of a file of questions, and how its fields are called in English and Korean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..facts.model import words_of

MOST_COUNT = 10**9
_LATEST = 253_402_300_799  # seconds: the end of the year 9999


def _named(text: str) -> tuple[str, ...]:
    """Names of a field, in order; _ stands for a space inside one."""
    return tuple(name.replace("_", " ") for name in text.split())


# Earlier names win where a header has several.
FIELDS: dict[str, tuple[str, ...]] = {
    "question": _named(
        """question questions query user_question customer_question question_text user_query prompt utterance inquiry
        enquiry search_term q 질문 질문내용 질문_내용 문의 문의내용 문의_내용 고객_질문 사용자_질문 검색어 질의 물음"""
    ),
    "answer": _named(
        """answer answers reference reference_answer expected_answer correct_answer gold ground_truth a
        답변 답 정답 답변내용 답변_내용 모범답안 모범_답안 기대_답변"""
    ),
    "count": _named(
        "count frequency freq times hits occurrences n asked volume 횟수 건수 빈도 조회수 질문수 질문_수"
    ),
    "date": _named(
        """date asked_at created_at created timestamp time datetime last_asked day
        날짜 일자 일시 시간 작성일 등록일 문의일 질문일"""
    ),
    "source": _named("source channel origin medium 출처 채널 경로 유입경로 접수채널"),
}
_EMPTY = words_of("n/a na none null nan tbd unknown - -- 없음 미정 해당없음")
_DAY = re.compile(
    r"((?:19|20)\d\d)\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{1,2})(?!\d)|((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)"
)


@dataclass(frozen=True)
class Record:
    """A question as a file has it. `date` is an ISO day or moment, or ""; `count` says how often it was asked."""

    text: str
    answers: tuple[str, ...] = ()
    date: str = ""
    count: int = 1
    source: str = ""


@dataclass(frozen=True)
class Fault:
    """A row that could not be used, by the name of the reason."""

    reason: str


def columns(header: Sequence[str]) -> dict[str, int]:
    """Field → place in the header, for the fields that it names."""
    plain = [_name(cell) for cell in header]
    found: dict[str, int] = {}
    for field, names in FIELDS.items():
        place = next((plain.index(name) for name in names if name in plain), None)
        if place is not None and place not in found.values():
            found[field] = place
    return found


def record_of(fields: Mapping[str, Any]) -> Record | Fault | None:
    """The record that a mapping of field names to values holds; None where no field is called a question."""
    names = list(fields)
    places = columns([str(name) for name in names])
    if "question" not in places:
        return None
    values = {field: fields[names[place]] for field, place in places.items()}
    text = values["question"]
    if not isinstance(text, str) or not text.strip():
        return Fault("empty")
    count = count_of(values.get("count"))
    if count is None:
        return Fault("bad_count")
    source = values.get("source")
    return Record(
        text,
        answers_of(values.get("answer")),
        date_of(values.get("date")),
        count,
        source.strip()[:80] if isinstance(source, str) else "",
    )


def answers_of(value: Any) -> tuple[str, ...]:
    """The answers that a field holds: one text, or a list of texts (SQuAD's {"text": […]} too)."""
    if isinstance(value, Mapping):
        value = value.get("text")
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return ()
    texts = [" ".join(one.split()) for one in value if isinstance(one, str)]
    return tuple(dict.fromkeys(text for text in texts if text and text.casefold() not in _EMPTY))


def count_of(value: Any) -> int | None:
    """A count, 1 where there is none; None for what is no count above 0."""
    if value is None or isinstance(value, str) and not value.strip():
        return 1
    text = str(value).strip().replace(",", "").removesuffix(".0")
    if not re.fullmatch(r"\d{1,12}", text) or int(text) == 0:
        return None
    return min(int(text), MOST_COUNT)


def date_of(value: Any) -> str:
    """An ISO day or moment (UTC where a zone is told) from ISO text, year-month-day or seconds since 1970; else ""."""
    text = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    if re.fullmatch(r"\d{9,10}(?:\.\d+)?|\d{13}", text):
        seconds = float(text) / (1000 if len(text) == 13 else 1)
        return _iso(datetime.fromtimestamp(min(seconds, _LATEST), UTC))
    if len(text) > 10:
        try:
            return _iso(datetime.fromisoformat(text))
        except (ValueError, OverflowError):
            pass  # "2026. 3. 1. 14:05" is no ISO, and its day can be read
    return _day(_DAY.match(text))


def _day(match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    year, month, day = (int(part) for part in match.groups() if part)
    try:
        return datetime(year, month, day).date().isoformat()
    except ValueError:
        return ""


def _iso(moment: datetime) -> str:
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.isoformat(timespec="seconds")


def _name(cell: str) -> str:
    return " ".join(re.sub(r"[_\-]+", " ", cell.strip("\ufeff \t\"'")).casefold().split())
