"""Ways to reach someone: e-mail addresses and telephone numbers that a page gives for its subject."""

from __future__ import annotations

import re

from .build import Builder
from .clean import Sentence
from .context import content_words, topic

EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}\b")
PHONE = re.compile(
    r"(?<![\w.$€£/-])(?:\+\d{1,3}[ -]?)?(?:\(\d{2,5}\) ?|"
    r"\d{1,5}[ -])?\d{3,4}[ -]\d{3,5}(?:[ -]\d{2,4})?(?![\w%/-]|\.\d)"
)
URL = re.compile(r"\b(?:https?://|www\.)[\w.-]+\.[a-z]{2,}(?:/[\w./~-]*)?")
_MAIL_CUE = re.compile(
    r"\b(?:e-?mail|write to|contact|send|reach|questions?|report|address)\b", re.IGNORECASE
)
_PHONE_CUE = re.compile(
    r"\b(?:call|phone|telephone|tel|dial|ring|number|hotline|help ?line|fax|text|line)\b|전화|문의|팩스|연락",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"\b(?:noreply|no-reply|your|you|first\.?last|name|user|someone|john|jane|example)@", re.IGNORECASE
)


def reach(builder: Builder, sentence: Sentence) -> None:
    """Add the one address or number that `sentence` gives for the page's subject."""
    subject = topic(builder.passage)
    for kind, pattern, cue in (("e-mail address", EMAIL, _MAIL_CUE), ("phone number", PHONE, _PHONE_CUE)):
        found = pattern.findall(sentence.text)
        if not found:
            continue
        if len(set(pattern.findall(builder.passage.text))) > 1:
            builder.rejected["several_contacts"] += 1
        elif (
            not cue.search(sentence.text)
            or not subject
            or len(content_words(subject)) < 2
            or _EXAMPLE.search(found[0])
        ):
            builder.rejected["contact_of_what"] += 1
        else:
            relation = (
                kind
                if builder.language != "ko"
                else {"e-mail address": "전자우편 주소", "phone number": "전화번호"}[kind]
            )
            builder.add(
                "contact",
                subject,
                relation,
                found[0].strip(),
                span=(sentence.start, sentence.end),
                claim=sentence.text,
                qualify=False,
            )
