"""Key–value lines ("Deposit: 95 euro") and frequently asked questions."""

from __future__ import annotations

import re

from .build import Builder
from .clean import Block
from .contacts import EMAIL
from .definitions import add_term
from .frames import is_person
from .grammar import is_plural, lower_first, with_article

_LABEL = re.compile(r"^(?P<label>[^\W\d_][^:：|]{1,60}?)\s?[:：]\s+(?P<value>\S.*)$", re.DOTALL)
_BAD_LABEL = re.compile(
    r"^(?:note|notes|warning|tip|important|example|e\.g|see|see also|source|update|updated|step \d+|q|a|question|answer|hint|caution|remember|reminder|"
    r"please note|ps|nb|fun fact|read more|related|tags?|http|https|for|to|from|by|if|when|and|or|so|that|this|these|you|we|it|참고|주의|예|예시|출처|단)$|"
    r"^(?:for example|in other words|here|there|this|these|those|that|it|they|also|however|but|and|if|when)\b|[?!]",
    re.IGNORECASE,
)
_VERBISH = re.compile(
    r"\b(?:is|are|was|were|will|must|should|can|have|has|do|does|you|we|they|it|include|includes)\b",
    re.IGNORECASE,
)
_WHO_LABEL = re.compile(
    r"\b(?:contact|manager|owner|keeper|head|lead|director|author|chair|deputy|responsible|by|trainer|instructor|host|officer|who|person|담당자|책임자|지점장|점장|관리자|대표|강사|팀장)\b|(?:담당자|담당|책임자|지점장|점장|관리자|대표|강사|팀장)$",
    re.IGNORECASE,
)
_GLOSSARY = re.compile(
    r"\b(?:glossary|words|terms|abbreviations|acronyms|vocabulary|definitions|jargon|short forms)\b",
    re.IGNORECASE,
)
_KO_TOPIC = re.compile(r"[가-힣]")


def pair(builder: Builder, block: Block) -> bool:
    """Add the key–value line `block`; whether it was one."""
    match = _LABEL.match(block.text)
    if not match:
        return False
    label, value = match.group("label").strip(" -–"), match.group("value").strip()
    if _BAD_LABEL.search(label) or len(label.split()) > 8:
        builder.rejected["label"] += 1
        return bool(_BAD_LABEL.search(label)) and len(value.split()) <= 8
    if len(value.split()) > 8 or re.search(r"[.!?] ", value):
        return False
    span = (block.offsets[0], block.offsets[-1] + 1)
    if _KO_TOPIC.search(label):
        wh = "누구" if _WHO_LABEL.search(label) else ko_wh(value)
        builder.add("key_value", label, f"{{{wh}}}입니다", value, span=span, claim=block.text)
        return True
    if _VERBISH.search(label):
        builder.rejected["label"] += 1
        return True
    if _GLOSSARY.search(f"{builder.passage.heading} {builder.passage.title}") and not re.search(r"\d", value):
        return add_term(builder, label, value, span, block.text)
    if is_plural(label) and re.fullmatch(r"[\d.,]+", value):
        label = f"number of {lower_first(label)}"
    be = "are" if is_plural(label) and not EMAIL.search(value) else "is"
    wh = "who" if is_person(value) and (_WHO_LABEL.search(label) or be == "is") else "what"
    subject = with_article(lower_first(label))
    builder.add("key_value", subject, f"{be} {{{wh}}}", value, span=span, claim=block.text)
    return True


def ko_wh(value: str) -> str:
    """The Korean question word for `value`."""
    if re.search(r"\d\s?(?:천|만|억)?\s?원|₩", value):
        return "얼마"
    if re.fullmatch(r"(?:약 )?(?:영업일 )?\d+\s?일(?: 이내| 이상)?", value) and not re.search(r"월", value):
        return "며칠"
    if re.search(r"\d+월 \d+일|\d{4}년|\d:\d\d|\d시|요일", value):
        return "언제"
    return "무엇"


_YES_NO = re.compile(r"^(?:yes|no)\b[,.]?\s*", re.IGNORECASE)
_LONG_QUESTION = 22


def question_and_answer(builder: Builder, question: str, answer: str, answer_at: int) -> None:
    """Add a question as asked with its first answer sentence, when that is short. `answer_at` is in the passage."""
    question = " ".join(question.split()).rstrip()
    first = re.split(r"(?<=[.!?。])\s+", answer.strip())[0].strip()
    lead = len(answer) - len(answer.lstrip())
    if not question.endswith("?") and not question.endswith("까"):
        builder.rejected["not_a_question"] += 1
        return
    if len(question.split()) > _LONG_QUESTION or len(question.split()) < 3 and not _KO_TOPIC.search(question):
        builder.rejected["question_length"] += 1
        return
    if re.search(
        r"\b(?:this|that|these|those|it|they|them|above|below|following|here|he|she)\b",
        question,
        re.IGNORECASE,
    ):
        builder.rejected["refers_back"] += 1
        return
    short = first.rstrip(".!。 ")
    if len(short.split()) > 8 or _YES_NO.sub("", short + " ") == "":
        builder.rejected["long_answer"] += 1
        return
    start = answer_at + lead
    # The citation runs from the question, where it stands in the passage, so that it can be read alone.
    asked_at = builder.passage.text.rfind(question, 0, start + 1)
    builder.add(
        "faq",
        question,
        "question",
        short,
        span=(asked_at if asked_at >= 0 else start, start + len(first)),
        claim=f"{question} {first}",
        qualify=False,
    )
