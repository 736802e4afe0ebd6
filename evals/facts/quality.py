"""What a fact must be before a question is made of it. Each rule has a name, so that rejections can be counted."""

from __future__ import annotations

import re

from .model import FactDraft, PassageText, has_hangul, normalise

MAX_ANSWER_WORDS = 8
MAX_LIST_ITEMS = 8
MAX_ITEM_WORDS = 9

_VAGUE_ANSWER = re.compile(
    r"^(?:this|that|it|they|these|those|here|there|one|the following|the above|below|above|see .*|click .*|"
    r"n/?a|tbd|tba|none|-+|varies|other|yes|no|"
    r"more|such|follows|as follows|same|important|necessary|required|available|possible)$",
    re.IGNORECASE,
)
_PRONOUN_ANSWER = re.compile(
    r"\b(?:it|they|them|this|these|those|he|she|his|her|following|above|below)\b", re.IGNORECASE
)
_BROKEN = re.compile(
    r"\b(?:don|doesn|can|won|isn|aren|didn|wasn|couldn|you|we|they|it|that|who|what|there|he|she|let|i) (?:t|s|"
    r"re|ll|ve|d|m)\b|\b[A-Za-z]{3,} s [a-z]",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[{}<>|`\[\]]|\*\*|\]\(|https?://\S{40}|�")


def fault(draft: FactDraft, passage: PassageText) -> str:
    """The name of the first rule that `draft` breaks, or ""."""
    if draft.citation != passage.text[draft.start - passage.start : draft.end - passage.start]:
        return "citation_not_exact"
    items = draft.answer.split("; ") if draft.kind == "list" else [draft.answer]
    if any(not item.strip() or item not in draft.citation for item in items):
        return "answer_not_verbatim"
    if draft.kind == "list":
        if not 2 <= len(items) <= MAX_LIST_ITEMS:
            return "list_length"
        if any(len(item.split()) > MAX_ITEM_WORDS for item in items):
            return "long_answer"
        if len({normalise(item) for item in items}) < len(items):
            return "repeated_items"
    elif len(draft.answer.split()) > MAX_ANSWER_WORDS or len(draft.answer) > 80:
        return "long_answer"
    if _VAGUE_ANSWER.match(draft.answer.strip(" .")) or not normalise(draft.answer):
        return "vague_answer"
    if draft.kind not in ("question", "faq") and _PRONOUN_ANSWER.search(draft.answer):
        return "refers_back"
    asked = f"{draft.subject} {draft.relation}"
    if (
        _MARKUP.search(draft.subject)
        or _MARKUP.search(draft.answer)
        or _MARKUP.search(re.sub(r"[{}]", "", draft.relation))
    ):
        return "markup"
    if _BROKEN.search(asked) or _BROKEN.search(draft.answer):
        return "broken_text"
    if gives_away(asked, items):
        return "gives_away"
    if len(draft.subject) > 160 or len(draft.subject.split()) > 24:
        return "long_subject"
    return ""


def gives_away(question: str, answers: list[str]) -> bool:
    """Whether `question` holds one of the answers as whole words (in Korean: as a run of two syllables or more)."""
    asked = f" {normalise(question)} "
    for answer in answers:
        plain = normalise(answer)
        if plain and (f" {plain} " in asked or has_hangul(plain) and len(plain) > 1 and f" {plain}" in asked):
            return True
    return False
