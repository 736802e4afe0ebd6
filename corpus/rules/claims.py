"""What a document says of itself: that it no longer holds, or that it is an exam with its key."""

from __future__ import annotations

import re
from datetime import date

from .dated import dates_in

_HEAD = 1_500
"""Characters from the start that may say so of the whole document."""
_OUTDATED = re.compile(
    r"\bSUPERSEDED\b|\bOBSOLETE\b|\bOUTDATED\b|\bWITHDRAWN\b|\bDEPRECATED\b"
    r"|(?i:\b(?:this|the present) (?:document|page|policy|version|edition|notice|guide|procedure|article|form)\b"
    r"[^.\n]{0,25}"
    r"\b(?:is|has been|was) (?:superseded|replaced|withdrawn|obsolete|outdated|out of date|no longer (?:valid|in force|"
    r"current|maintained)|archived|repealed|revoked|deprecated)\b)"
    r"|(?i:\b(?:superseded|replaced) by the (?:version|edition|policy|document|rules?) (?:of|from|dated)\b)"
    r"|\bno longer (?:in force|valid) (?:since|from|as of)\b"
    r"|\b(?:ersetzt durch|nicht mehr gültig|außer Kraft)\b|\bya no está(?:n)? en vigor\b|\bn['’]est plus en vigueur\b"
    r"|(?:이 문서는|본 문서는|이 규정은|본 규정은|본 지침은)[^.\n]{0,30}(?:폐지|대체|만료|더 이상 유효)",
)
_UNTIL = re.compile(
    r"(?:^|[.;:|(*]\s*"
    r"|\b(?:document|page|policy|version|edition|notice|guide|procedure|article|form) (?:is|was|remains) )"
    r"(?:in force|valid|effective|gültig|válido|valable) (?:until|till|through|bis|hasta|jusqu['’]au)\b[ :]*",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_DATE = 24
_NEGATED = re.compile(
    r"\b(?:not|never|hasn't|isn't|wasn't|if|when|unless|whether|once|until)\b[^.\n]{0,20}$", re.IGNORECASE
)
_KEY_LINE = re.compile(
    r"(?:\*\*|\b)(?i:key|answer|correct answer|correct|solution|lösung|respuesta)\s*[:=]\s*\(?[A-Ha-h1-8]\)?(?:\*\*|\b)"
    r"|정답\s*[:：]?\s*[①-⑧A-H1-8]"
)
_OPTIONS = re.compile(r"\b[A-D1-4][.)]\s+\S.{0,80}?\b[B-E2-5][.)]\s+\S|①.{1,80}②")
_KEYS = 3


def outdated(text: str, today: date | None = None) -> tuple[int, int] | None:
    """The span where the start of a document says that the whole no longer holds, or did until a day before `today`."""
    head = text[:_HEAD]
    for match in _OUTDATED.finditer(head):
        if not _NEGATED.search(head[max(0, match.start() - 40) : match.start()]):
            return match.span()
    for match in _UNTIL.finditer(head):
        until = head[match.end() : match.end() + _LONGEST_DATE]
        for day, start, end in dates_in(until):
            if not start and day < (today or date.today()):
                return match.start(), match.end() + end
    return None


def exam_key(text: str) -> re.Match[str] | None:
    """The first key of an exam with at least three multiple-choice questions and their keys, or None."""
    keys = list(_KEY_LINE.finditer(text))
    if len(keys) >= _KEYS and len(_OPTIONS.findall(text)) >= _KEYS:
        return keys[0]
    return None
