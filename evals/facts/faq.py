"""Frequently asked questions: the question as asked, the answer where it is short and whole."""

from __future__ import annotations

import re

from .build import Builder
from .values import find_values

_HANGUL = re.compile(r"[가-힣]")
_YES_NO = re.compile(r"^(?:yes|no)\b[,.]?\s*", re.IGNORECASE)
_ASKS = re.compile(
    r"^(?:how|what|when|where|who|whom|which|why|can|could|do|does|did|is|are|was|were|will|should|must|may|am|"
    r"at what|in what|"
    r"on what|by when|until when|for how|from when)\b",
    re.IGNORECASE,
)
_EXACT = re.compile(
    r"^(?:how (?:many|much|long|often|old|far|big|tall|high|heavy|late|early|soon|fast)|when|where|who|which|"
    r"what (?!(?:if|should|happens|"
    r"do I|can I|kind|about|are)\b)|at what|in what|on what|by when|until when|for how|from when|may|can|is|"
    r"are|do|does|will|must)\b",
    re.IGNORECASE,
)
_NO_ANSWER = re.compile(
    r"^(?:thanks|thank you|of course|great|note|please note|well|sure|see|here|if|when|first|in this|"
    r"it depends|hello|hi|welcome|"
    r"good|maybe|sometimes|usually|absolutely|that|this|there|these|they|under|for more|click|visit|learn|read|"
    r"we|not)\b|:$|"
    r"\b(?:this|that|that’s|these|below|above|following|here|it|they|them)\b",
    re.IGNORECASE,
)
_LONG_QUESTION = 22


def _korean_fault(question: str, answer: str, longer: bool) -> bool:
    """Whether a Korean answer is none, or only the beginning of one."""
    if answer.endswith(("?", "까", "나요")) or re.search(r"왜|어떻게|어떤|이유|어쩌|무엇이고", question):
        return True
    if (
        re.fullmatch(r"네|예|아니요|아니오", answer)
        or answer.endswith(("세요", "십시오"))
        or question.endswith("란?")
    ):
        return True
    exact = re.search(r"얼마|몇|언제|어디|누구|며칠|무슨", question)
    if (
        exact
        and re.search(r"얼마|몇|며칠", question)
        and not re.search(r"\d|한|두|세|네|하루|이틀|사흘|무료", answer)
    ):
        return True
    return longer and not exact and not re.match(r"(?:네|예|아니요|아니오)[,. ]", answer + " ")


def _wrong_kind(question: str, answer: str) -> bool:
    """Whether a question for a figure or a time has an answer without one."""
    if re.match(
        r"(?:can|could|do|does|did|is|are|was|were|will|should|must|may|am) ", question, re.IGNORECASE
    ):
        return not re.match(r"(?:yes|no)\b", answer, re.IGNORECASE)
    if re.match(r"how (?:many|much|long|often|old|far|big|tall|high|heavy)\b", question, re.IGNORECASE):
        return not find_values(answer) and not _FIGURE.search(answer)
    if re.match(r"(?:when|at what time|until when|by when)\b", question, re.IGNORECASE):
        return not find_values(answer) and not re.search(
            r"\b(?:after|before|during|at|on|in|every|once|as soon)\b", answer, re.IGNORECASE
        )
    return False


_FIGURE = re.compile(
    r"\d|\b(?:free|nothing|none|one|two|three|four|five|six|seven|eight|nine|ten|daily|weekly|monthly|yearly|"
    r"once|twice|half|no limit|always|never)\b",
    re.IGNORECASE,
)


def question_and_answer(builder: Builder, question: str, answer: str, answer_at: int) -> None:
    """Add a question as asked with its first answer sentence, when that is short. `answer_at` is in the passage."""
    question = " ".join(question.split()).rstrip()
    first = re.split(r"(?<=[.!?。])\s+", answer.strip())[0].strip()
    longer = len(answer.strip()) > len(first) + 2
    reason = _question_fault(question) or _answer_fault(builder.language, question, first, longer)
    if reason:
        builder.rejected[reason] += 1
        return
    start = answer_at + len(answer) - len(answer.lstrip())
    # The citation runs from the question, where it stands in the passage, so that it can be read alone.
    asked_at = builder.passage.text.rfind(question, 0, start + 1)
    span = (asked_at if asked_at >= 0 else start, start + len(first))
    short = first.rstrip(".!。 ")
    builder.add("faq", question, "question", short, span=span, claim=f"{question} {first}", qualify=False)


def _question_fault(question: str) -> str:
    if not question.endswith(("?", "까")):
        return "not_a_question"
    if len(question.split()) > _LONG_QUESTION or len(question.split()) < 3 and not _HANGUL.search(question):
        return "question_length"
    return "refers_back" if _POINTS_BACK.search(question) else ""


def _answer_fault(language: str, question: str, first: str, longer: bool) -> str:
    short = first.rstrip(".!。 ")
    if not short or len(short.split()) > 8:
        return "long_answer"
    if language == "ko":
        return "not_an_answer" if _korean_fault(question, short, longer) else ""
    asked = _ASKS.match(question)
    if not asked or question.lower().startswith("why ") or "\n" in short or short[:1].islower():
        return "not_an_answer"
    unfinished = len(short.split()) > 3 and not first.endswith((".", "!")) and not re.search(r"\d", short)
    if (
        unfinished
        or first.endswith("!")
        or short.endswith(("U.S", "e.g"))
        or _NO_ANSWER.search(short)
        or _wrong_kind(question, short)
    ):
        return "not_an_answer"
    # Only the first sentence of a longer answer: right for "how many", half an answer for "how do I".
    return "half_an_answer" if longer and not _EXACT.match(question) else ""


_POINTS_BACK = re.compile(
    r"\b(?:this|that|these|those|it|they|them|above|below|following|here|he|she)\b", re.IGNORECASE
)
