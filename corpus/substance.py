"""Why a passage is not worth an exam: nothing is dropped without one of these reasons."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAVIGATION = re.compile(
    r"^(?:on this page|in this (?:page|section|article)|table of contents|contents|"
    r"related(?: (?:pages|topics|articles|links|content))?|see also|further reading|read more|learn more|"
    r"quick links|more information|navigation|menu|back to top|"
    r"목차|관련 (?:문서|글|링크)|더 (?:보기|알아보기)|참고 자료|en esta página|contenido|inhalt)\s*:?$",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W_]+")
_WIDE = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af]")
_URL = re.compile(r"https?://\S+")
_FOLLOW = re.compile(r"\b(?:links?|click|visit|see|read|enlaces?)\b|링크|참고|참조", re.IGNORECASE)
_DENSE_LINKS = 0.9


@dataclass(frozen=True)
class Candidate:
    """A passage to judge. `links` is the share of link text; `led`: a sentence leads in to its list."""

    kind: str
    text: str
    heading: tuple[str, ...] = ()
    links: float = 0.0
    led: bool = False


def why_skipped(one: Candidate) -> str:
    """The rule and the reason why a passage is skipped ("navigation: link texts only"), or "" for an accepted one."""
    if one.kind == "heading":
        return "substance: a heading with no text under it"
    if one.kind == "code":
        return "code: nothing but code"
    text = one.text
    words = _WORDS.findall(text)
    if not any(any(char.isalpha() for char in word) for word in words):
        return "substance: no words in it"
    if len(words) < 3 and len(text.strip()) < 20 and len(_WIDE.findall(text)) < 8:
        return "substance: too little of it: fewer than three words"
    if _is_navigation(one):
        return "navigation: link texts only"
    if len(_URL.sub("", text).strip()) < 0.2 * len(text):
        return "substance: web addresses only"
    letters = sum(char.isalpha() for char in text)
    if (
        letters < 0.25 * len(text.strip())
        and one.kind == "prose"
        and not any(char.isdigit() for char in text)
    ):
        return "substance: hardly any letters in it"
    return ""


def _is_navigation(one: Candidate) -> bool:
    if one.heading and _NAVIGATION.match(one.heading[-1]) and (one.links > 0.5 or one.kind == "list"):
        return True
    if one.links <= _DENSE_LINKS or any(char.isdigit() for char in one.text):
        return False
    lines = [line for line in one.text.split("\n") if line.strip()]
    if one.kind == "list":
        # "We buy from:" and names that happen to be links is knowledge, "Follow these links:" is not
        named = one.led and not _FOLLOW.search(lines[0])
        return not named and len(one.text) < 120 * len(lines)
    return len(one.text) < 200
