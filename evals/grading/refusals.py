"""Answers that say that they don't know, and answers that say yes or no."""

from __future__ import annotations

import re

from .normalise import Words

# Each alternative stands for a whole way of declining; a bare "unknown" counts only as the whole answer.
_REFUSAL = re.compile(
    r"\b(?:i|we)(?:'m| am|'re| are)? ?(?:do not|don't|really don't|can not|cannot|can't|could not"
    r"|couldn't|am unable to|"
    r"'m unable to|'m not able to|not able to|have no|haven't|did not|didn't|won't be able to|unable to) "
    r"(?:\w+ )?(?:know|say|tell|answer|find|have|determine|provide|idea|information|recall"
    r"|remember|be sure|see|confirm)\b"
    r"|\bi(?:'m| am) (?:not (?:sure|certain|aware|familiar)|unsure|afraid i|sorry,? (?:but )?i)\b"
    r"|\b(?:no idea|not sure)\b|\bdon'?t know\b|\bbeats me\b"
    r"|\b(?:is|are|was|were)(?: not|n't) (?:\w+ )?(?:mentioned|specified|stated|given|provided"
    r"|available|known|documented|covered|"
    r"disclosed|answerable|included|listed|described)\b"
    r"|\b(?:documents?|text|passage|context|sources?|handbook|manual"
    r"|information)\b[^.]{0,30}\b(?:do|does|did)(?: not|n't) "
    r"(?:say|mention|state|specify|contain|include|provide|give|cover|answer|tell|describe)\b"
    r"|\b(?:no|not enough|insufficient|lack of) (?:\w+ ){0,2}(?:information|data|details?|record"
    r"|mention|answer)\b"
    r"|\b(?:can not|cannot|can't|could not|couldn't) (?:be )?(?:answer(?:ed)?|determine[d]?|f(?:i"
    r"|ou)nd|say|tell)\b"
)
_REFUSAL_KO = re.compile(
    r"모르겠|모릅니다|모른다|몰라|알\s?수\s?(?:가\s?)?없|알지\s?못|(?:정보|내용|자료|언급|기록|답)[가-힣]{0,2}\s?(?:없|찾을\s?수\s?없|부족)"
    r"|(?:확인|답변|대답|파악|제공)할\s?수\s?(?:가\s?)?없|찾을\s?수\s?(?:가\s?)?없|나와\s?있지\s?않|명시되(?:어\s?있)?지\s?않"
    r"|언급되(?:어\s?있)?지\s?않|확실하지\s?않"
)
_NO_ANSWERS = (
    "unknown,n/a,na,none,null,no answer,unanswerable,not available,pass,?,-,unsure,모름,없음,해당 없음"
)
_BARE_REFUSAL = frozenset(_NO_ANSWERS.split(","))
_YES = re.compile(
    r"^\W*(?:yes|yeah|yep|true|correct|right|indeed|certainly|of course|네|예|맞|그렇습니다|그래요|물론)"
    r"(?![a-z])"
)
_NO = re.compile(r"^\W*(?:no|nope|false|incorrect|wrong|not|never|아니|아닙|그렇지\s?않|틀)(?![a-z])")


def refusal(words: Words) -> str:
    """The words with which the text declines to answer, or ""."""
    bare = words.text.strip(" .!\n\"'")
    if bare in _BARE_REFUSAL:
        return bare
    match = _REFUSAL.search(words.text) or (_REFUSAL_KO.search(words.text) if words.korean else None)
    return match[0].strip() if match else ""


def polarity(text: str) -> int:
    """+1 for a text that begins with yes, −1 for one that begins with no, else 0. Takes folded text."""
    return 1 if _YES.match(text) else -1 if _NO.match(text) else 0
