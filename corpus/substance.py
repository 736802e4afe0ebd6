"""Why a passage is not worth an exam: nothing is dropped without one of these reasons."""

from __future__ import annotations

import re

_NAVIGATION = re.compile(
    r"^(?:on this page|in this (?:page|section|article)|table of contents|contents|related(?: (?:pages|topics|articles|links|content))?|"
    r"see also|further reading|read more|learn more|quick links|more information|navigation|menu|back to top|"
    r"목차|관련 (?:문서|글|링크)|더 (?:보기|알아보기)|참고 자료|en esta página|contenido|inhalt)\s*:?$",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W_]+")
_WIDE = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af]")
_URL = re.compile(r"https?://\S+")
_DENSE_LINKS = 0.9


def why_skipped(kind: str, text: str, heading: tuple[str, ...], links: float) -> str:
    """The reason why a passage is skipped, or "" for one that is accepted. `links` is the share of link text."""
    if kind == "heading":
        return "a heading with no text under it"
    if kind == "code":
        return "code only"
    words = _WORDS.findall(text)
    if not any(any(char.isalpha() for char in word) for word in words):
        return "no words in it"
    if len(words) < 3 and len(text.strip()) < 20 and len(_WIDE.findall(text)) < 8:
        return "too little substance: fewer than three words"
    if heading and _NAVIGATION.match(heading[-1]) and (links > 0.5 or kind == "list"):
        return f"navigation: under the heading “{heading[-1]}”"
    lines = [line for line in text.split("\n") if line.strip()]
    if links > _DENSE_LINKS and (kind == "list" or len(text) < 200) and len(text) < 120 * len(lines):
        return "navigation: link texts only"
    if len(_URL.sub("", text).strip()) < 0.2 * len(text):
        return "web addresses only"
    letters = sum(char.isalpha() for char in text)
    if letters < 0.25 * len(text.strip()) and kind == "prose" and not any(char.isdigit() for char in text):
        return "hardly any letters in it"
    return ""
