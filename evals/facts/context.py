"""What a subject needs from its page to stand alone: the qualifier in brackets after it."""

from __future__ import annotations

import re

from .model import PassageText, has_hangul, tokens, words_of

_EMPTY_HEADINGS = words_of(
    """
    overview introduction summary background general details notes note faq faqs contents index about
    home welcome information more conclusion example examples references links resources purpose scope
    other miscellaneous description table list step steps basics readme page section part questions
    answers tips requirements definitions contact help 개요 소개 안내 요약 목차 참고 기타 정보 일반 내용 질문 답변 자주
    """
)
_STOP = words_of(
    """
    a an the of for in on at to with by from and or per as is are was were be been being has have had do
    does did can could will would must should may might shall how many much what which who whom when
    where long often at least most up within you your we our us i my me it its their there than more less
    percentage value time after before until during if no all any each every this that
    """
)
_QUESTION = re.compile(
    r"^(?:how(?! to )|what|when|where|who|why|which|can|do|does|is|are|should|will|may|must|am|could|did|if)\b|\?$",
    re.IGNORECASE,
)
_GENERIC_SUBJECT = re.compile(
    r"^(?:the|our|your|a|an)\s+(?:[\w'’-]+)$|^(?:you|we|there|i)$|^[\w'’-]+$|^(?:your|our|the|a|an) (?:new|"
    r"first|last|whole|full|total|next|main|other|final) [\w'’-]+$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:you|your|we|our|us|i|my|can|can’t|can't|is|are|was|were|will|does|do|don’t|don't|if|not|should|must|"
    r"has|have|it|they)\b|:|^\(|^[A-Za-z0-9]{1,2}\.\s|"
    r"^(?:get|see|plan|make|take|find|learn|use|check|keep|apply|choose|know|visit|contact|read|ask|start|be|"
    r"let|give|send|call|click|show|help|tell|try|set|create|add|build|write|step|part|chapter|section)\b",
    re.IGNORECASE,
)
_TITLE_CUT = re.compile(r"\s+[|–—·]\s+|\s-\s|\s\(")


def content_words(text: str) -> set[str]:
    """The words of `text` that carry meaning, without plural endings."""
    return {
        word[:-1] if len(word) > 3 and word.endswith("s") else word
        for word in tokens(text)
        if word not in _STOP
    }


def topic(passage: PassageText) -> str:
    """The page's subject in a few words: its last telling heading, else its title, else nothing."""
    return next(iter(topics(passage)), "")


def topics(passage: PassageText) -> list[str]:
    """Headings from the nearest outwards, then the title: those that can name a subject."""
    found: list[str] = []
    for raw in (*reversed(passage.heading.split(" > ")), passage.title):
        text = _TITLE_CUT.split(re.sub(r"^[\d.]+\s+", "", raw.replace("&amp;", "&").strip()))[0].strip(
            " :.,#*"
        )
        words = set(tokens(text))
        if (
            not text
            or len(text.split()) > 8
            or len(text) > 60
            or words <= _EMPTY_HEADINGS
            or _QUESTION.search(text)
        ):
            continue
        if not text.lower().startswith("how to ") and _CLAUSE.search(text):
            continue
        if re.search(r"[{}<>\[\]`\"“”!$\U0001f300-\U0001faff]|https?:", text) or text in found:
            continue
        found.append(tidy_case(text))
    return found


def tidy_case(text: str) -> str:
    """`text` as a person would type it: no shouting, and no capital for a phrase's first word alone."""
    if text.isupper() and len(text) > 6:
        text = text.capitalize()
    return text


def qualifier(subject: str, relation: str, passage: PassageText) -> str | None:
    """What to put in brackets after `subject`: "" when it stands alone, None when the page gives nothing fit."""
    said = content_words(f"{subject} {relation}")
    if not is_generic(subject, relation):
        return ""
    for candidate in topics(passage):
        words = content_words(candidate)
        if words and not words <= said:
            return candidate
    return "" if len(said) > 1 else None


def is_generic(subject: str, relation: str) -> bool:
    """Whether the question would leave open which thing is meant."""
    if has_hangul(subject):
        return len(subject.split()) == 1 and len(subject) <= 4
    if re.match(r"^[A-Z]\w*$", subject) and len(subject) > 3 or re.search(r"\s[A-Z]\w", subject):
        return False
    if re.match(r"^(?:you|we|there|your|our)\b", subject, re.IGNORECASE):
        return len(content_words(f"{subject} {relation}")) < 5
    if _GENERIC_SUBJECT.match(subject):
        return (
            len(content_words(f"{subject} {relation}")) < 4
            or len(content_words(subject)) == 1
            and re.match("(?i)the ", subject) is not None
        )
    return len(content_words(f"{subject} {relation}")) < 2
