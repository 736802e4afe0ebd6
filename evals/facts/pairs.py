"""Key–value lines: "Deposit: 95 euro"."""

from __future__ import annotations

import re

from .build import Builder
from .clean import Block
from .contacts import EMAIL
from .context import content_words, topic
from .definitions import add_term
from .grammar import ATTRIBUTE, NOUN_LIKE, is_plural, lower_first, verb_form, with_article
from .model import normalise, words_of
from .things import is_person

_LABEL = re.compile(r"^(?P<label>[^\W\d_][^:：|]{1,60}?)\s?[:：]\s+(?P<value>\S.*)$", re.DOTALL)
_REACHED = re.compile(r"(?:e-?mail|tele?phone|phone|fax|mobile|address)(?: address| number)?$", re.IGNORECASE)
_BAD_LABEL = re.compile(
    r"^(?:note|notes|warning|tip|important|example|e\.g|see|see also|source|update|updated|step \d+|q|a|"
    r"question|answer|hint|caution|remember|reminder|"
    r"please note|ps|nb|fun fact|read more|related|tags?|http|https|for|to|from|by|if|when|and|or|so|that|this|"
    r"these|you|we|it|참고|주의|예|예시|출처|단)$|"
    r"^(?:schedule|table|figure|annex|appendix|section|part|chapter|exhibit|step|stage|clause|module|option|"
    r"day|week|phase|level) \w+$|"
    r"^(?:tty|mobile|points? of contact|name|title|date|role|signature|position|activities|signed)$|"
    r"^(?:for|in|on|at|with|to|by|from|as|before|after|during)\s|^(?:for example|in other words|here|there|"
    r"this|these|those|that|it|they|also|however|but|"
    r"and|if|when)\b|[?!]",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"^(?:last (?:updated?|modified|changed|revised)|updated|revised|effective(?: date)?)(?: on)?$",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?:follow|join|learn|see|get|find|read|watch|visit|click) (?:@|about|more|the|a|an|your|how|here|to)\b",
    re.IGNORECASE,
)
_ORDER_NEXT = words_of("a an the your our others us all any it this how to more with for")
_MONTH_LABEL = re.compile(
    r"^(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_VERBISH = re.compile(
    r"\b(?:is|are|was|were|will|must|should|can|have|has|do|does|you|we|they|it|include|includes)\b",
    re.IGNORECASE,
)
WHO_LABEL = re.compile(
    r"\b(?:contact|manager|translator|\w{3,}(?:er|or|ist)|owner|keeper|head|lead|director|author|chair|deputy|"
    r"responsible|by|trainer|instructor|host|officer|who|person|담당자|책임자|지점장|점장|관리자|대표|강사|"
    r"팀장)\b|(?:담당자|담당|책임자|지점장|점장|관리자|대표|강사|팀장)$",
    re.IGNORECASE,
)
_GLOSSARY = re.compile(
    r"\b(?:glossary|words we|abbreviations|acronyms|vocabulary|definitions|jargon|short forms)\b",
    re.IGNORECASE,
)
_KO_TOPIC = re.compile(r"[가-힣]")


def pair(builder: Builder, block: Block) -> bool:
    """Add the key–value line `block`; whether it was one (a sentence with a colon is none)."""
    match = _LABEL.match(block.text)
    if not match:
        return False
    label, value = match.group("label").strip(" -–"), match.group("value").strip().rstrip(".")
    if _VERBISH.search(label):
        return False
    bad = _BAD_LABEL.search(label) is not None
    if bad or len(label.split()) > 8:
        builder.rejected["label"] += 1
        return bad and len(value.split()) <= 8
    if len(value.split()) > 8 or re.search(r"[.!?] ", value):
        return False
    korean = builder.language == "ko" or _KO_TOPIC.search(label) is not None
    if _no_pair(builder, label, value, block.text) or (korean and _no_korean_pair(label, value)):
        builder.rejected["label"] += 1
    elif korean:
        wh = "누구" if WHO_LABEL.search(label) else ko_wh(value)
        builder.add("key_value", label, f"{{{wh}}}입니다", value, span=_span(block), claim=block.text)
    elif _DATED.match(label):
        _dated(builder, label, value, block)
    elif _GLOSSARY.search(f"{builder.passage.heading} {builder.passage.title}") and not re.search(
        r"[\d@]", value
    ):
        add_term(builder, label, value, _span(block), block.text)
    else:
        _labelled(builder, label, value, block)
    return True


def _span(block: Block) -> tuple[int, int]:
    return block.offsets[0], block.offsets[-1] + 1


def _no_pair(builder: Builder, label: str, value: str, text: str) -> bool:
    """Whether the line is an order, a sentence, a title or otherwise no attribute with its value."""
    words = label.split()
    order = len(words) > 1 and verb_form(words[0]) == "base" and words[0].lower() not in NOUN_LIKE
    if order and (words[1].lower() in _ORDER_NEXT or not words[1].islower()):
        return True
    if _ORDER.match(value) or _MONTH_LABEL.match(label):
        return True
    if re.search(r'[;"“”]', value) or label.count("(") != label.count(")"):
        return True
    if _VERBISH.search(value) and len(value.split()) > 4:
        return True
    return normalise(text) in normalise(f"{builder.passage.title} {builder.passage.heading}")


def _no_korean_pair(label: str, value: str) -> bool:
    if (
        re.match(r"(?:자세한|더 많은|참고|추가|주요|관련) ", label)
        or label.endswith("에서")
        or "://" in value
    ):
        return True
    if re.match(r"(?:의|을|를|은|는|이|그|해당) ", value) or re.search(r"(?:^| )(?:이|그|해당|다음) ", value):
        return True
    return bool(
        re.search(r"(?:[가-힣]다|세요|어요|까요|십시오|함|음|는지)$", value)
        or re.search(r"(?:다|요|십시오|까|면|는)$", label)
    )


def _dated(builder: Builder, label: str, value: str, block: Block) -> None:
    """ "Last updated: 3 May 2026": when the page's subject was updated."""
    page = topic(builder.passage)
    if not page or not re.search(r"\d", value):
        builder.rejected["label"] += 1
        return
    verb = "made effective" if "effective" in label.lower() else "last updated"
    claim = f"{page}, {block.text}"
    subject = with_article(lower_first(page, names=builder.names))
    builder.add(
        "date",
        subject,
        f"{'were' if is_plural(subject) else 'was'} {verb} {{when}}",
        value,
        span=_span(block),
        claim=claim,
        qualify=False,
    )


def _labelled(builder: Builder, label: str, value: str, block: Block) -> None:
    if is_plural(label) and re.fullmatch(r"[\d.,]+", value):
        label = f"number of {lower_first(label, names=builder.names)}"
    person = is_person(value)
    if person and not WHO_LABEL.search(label):
        builder.rejected["label"] += 1  # "Centers of Excellence: Jenny Rostami": a person for a thing
        return
    telling = (
        person
        or re.search(r"\d|@", value)
        or re.search(r"\b(?:of|for|in|per|on)\b", label)
        or ATTRIBUTE.search(label)
    )
    vague = re.match(r"(?:every|each|all|next|average|total) ", label + " ", re.IGNORECASE)
    heading = builder.passage.heading.rsplit(" > ", 1)[-1]
    example = re.search(r"\bexamples?\b", heading, re.IGNORECASE) and re.search(r"\d", value)
    astray = _REACHED.match(label) and _REACHED.match(heading)  # an e-mail address under "Telephone"
    if not telling or vague or example or astray or content_words(label) & content_words(value):
        builder.rejected["label"] += 1
        return
    if EMAIL.fullmatch(value) and not re.search(r"mail|contact|address|write|for\b", label, re.IGNORECASE):
        builder.add(
            "contact", label, "e-mail address", value, span=_span(block), claim=block.text, qualify=False
        )
        return
    be = "are" if is_plural(label) and not EMAIL.search(value) else "is"
    wh = "who" if person else "what"
    subject = with_article(lower_first(label, names=builder.names))
    builder.add("key_value", subject, f"{be} {{{wh}}}", value, span=_span(block), claim=block.text)


def ko_wh(value: str) -> str:
    """The Korean question word for `value`."""
    if re.search(r"\d\s?(?:천|만|억)?\s?원|₩", value):
        return "얼마"
    if re.fullmatch(r"(?:약 )?(?:영업일 )?\d+\s?일(?: 이내| 이상)?", value) and not re.search(r"월", value):
        return "며칠"
    if re.search(r"\d+월 \d+일|\d{4}년|\d:\d\d|\d시|요일", value):
        return "언제"
    return "무엇"
