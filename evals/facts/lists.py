"""Lists: what a list's introduction names, asked for all its items; and lists inside a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import korean_lists
from .build import Builder
from .clean import Block
from .context import content_words
from .grammar import NOUN_LIKE, lower_first, verb_form
from .quality import MAX_ITEM_WORDS, MAX_LIST_ITEMS
from .statements import split_statement

_FOLLOWING = re.compile(
    r"\s*\b(?:(?:all of |one of |any of |each of )?the following(?: \w+)?|as follows|these(?: \w+)?|such as|"
    r"below|in this order)\s*$",
    re.IGNORECASE,
)
_INCLUDES = re.compile(
    r"^(?P<subject>[\w\"“'].{1,90}?) (?P<verb>includes?|contains?|covers?|consists? of|comprises?|needs?|"
    r"offers?|requires?|provides?|accepts?|sells?|has|have|must have|must bring|should bring|must carry|"
    r"must show|are|is|means?|holds?|excludes?|does not cover|does not include)$",
    re.IGNORECASE,
)
_YOU = re.compile(
    r"^(?P<front>(?:To|For|Before|When|If|After|In|On|At|During)\b.{2,90}?,? )?(?P<subject>you|we|i|hirers|"
    r"riders|customers|members|employees|staff|applicants|students|visitors|guests|everyone) (?P<verb>(?:will |"
    r"must |should |can |may |have to |also )?(?:need to |need|bring|include|provide|have|submit|send|show|"
    r"offer|cover|pay for|accept|collect|receive|get|choose|carry|wear|check|know|apply for|use|give|sell|"
    r"store|keep))(?P<rest>(?: [a-z’'-]+){0,6})$",
    re.IGNORECASE,
)
_NOUN_PHRASE = re.compile(
    r"^(?:(?:The|Our|Your|All|Accepted|Required|Main|Key|Current|Available) )?[A-Za-z][\w’'/-]*(?: [\w’'/()-]+){1,7}$"
)
_INLINE = re.compile(
    r"^(?P<subject>[A-Z\"“].{2,70}?) (?P<verb>includes?|contains?|consists? of|comprises?|are|sells?|offers?|"
    r"covers?|accepts?|stands? for)(?: the following| these)?(?:\s+\w+)?: (?P<items>[^:;.?]{6,160})$"
)
_INLINE_OPEN = re.compile(
    r"^(?P<subject>[A-Z\"“].{2,70}?) (?P<verb>includes?|contains?|consists? of|comprises?) (?P<items>[^:;.?()]{6,140})$"
)
_THERE_ARE = re.compile(r"^There are (?P<count>\w+) (?P<noun>[\w’' -]{3,60}?): (?P<items>[^:;.?]{6,160})$")
_SPLIT = re.compile(r",\s+(?:and |or |& )?|\s+(?:and|or|&)\s+")
_BAD = re.compile(
    r"\b(?:this|that|these|those|it|they|them|he|she|his|her|here|above|below|etc|more|other|others|following|"
    r"such)\b|…|\.\.\.",
    re.IGNORECASE,
)
_BAD_LEAD = re.compile(
    r"^(?:example|note|see|for example|tip|warning|if|when|step|here|source|and|or|but|so|as|because|which|"
    r"that|this|these|those|it|they|please|click|also|there|however)\b|\?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ItemList:
    """The items of a list and the raw span from its introduction to its end."""

    lead: str
    items: list[str]
    start: int
    end: int


def item_lists(blocks: list[Block]) -> list[ItemList]:
    """The passage's lists that a label or an unfinished sentence introduces."""
    found: list[ItemList] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        index += 1
        lead = block.text.rsplit(". ", 1)[-1].strip()
        if block.kind not in ("label", "prose", "item") or not lead.endswith(":"):
            continue
        items: list[Block] = []
        while index < len(blocks) and blocks[index].kind == "item":
            items.append(blocks[index])
            index += 1
        if len(items) >= 2:
            begin = block.offsets[len(block.text) - len(lead)]
            found.append(
                ItemList(
                    lead.rstrip(": "),
                    [item.text.rstrip(" .;,") for item in items],
                    begin,
                    items[-1].offsets[-1] + 1,
                )
            )
    return found


def members(builder: Builder, blocks: list[Block]) -> None:
    """Add the lists of a passage."""
    for entry in item_lists(blocks):
        items = [re.sub(r"[,;]?\s+(?:and|or)$", "", item) for item in entry.items]
        if len(items) > MAX_LIST_ITEMS or any(
            len(item.split()) > MAX_ITEM_WORDS or not item for item in items
        ):
            builder.rejected["list_length"] += 1
            continue
        if any(";" in item or _BAD.search(item) for item in items):
            builder.rejected["refers_back"] += 1
            continue
        asked = korean_lists.lead(entry.lead) if builder.language == "ko" else _lead(builder, entry.lead)
        if asked is None:
            builder.rejected["list_of_what"] += 1
            continue
        subject, relation = asked
        claim = f"{entry.lead}: {', '.join(items)}"
        builder.add("list", subject, relation, "; ".join(items), span=(entry.start, entry.end), claim=claim)


def _lead(builder: Builder, lead: str) -> tuple[str, str] | None:
    """(subject, relation) of a list's introduction."""
    text = _FOLLOWING.sub("", lead).strip(" ,")
    if (
        not text
        or _BAD_LEAD.search(text)
        or _BAD.search(re.sub(r"\bthat\b", "", text))
        or len(text.split()) > 16
    ):
        return None
    you = _YOU.match(text)
    if you:
        front = (you.group("front") or "").strip(" ,")
        tail = f"{you.group('rest')} {lower_first(front, proper=False)}".strip()
        return you.group("subject").lower(), f"{you.group('verb').lower()} {{what}} {tail}".strip()
    includes = _INCLUDES.match(text)
    if includes:
        subject, verb = includes.group("subject"), includes.group("verb").lower()
        if not isinstance(split_statement(f"{subject} {verb} something good"), str):
            return lower_first(subject, names=builder.names), f"{verb} {{what}}"
        return None
    if re.search(r"\b(?:will|is|are|was|were|can|must|should|may|have|has|do|does)\b", text):
        return None
    if re.match(r"(?:for|in|on|at|with|by|to|from) ", text, re.IGNORECASE):
        return None
    if _NOUN_PHRASE.match(text) and len(content_words(text)) >= 2:
        words = text.split()
        if verb_form(words[0]) == "base" and words[0].lower() not in NOUN_LIKE:
            return None  # "Find us on Slack:"
        if not isinstance(split_statement(text), str):
            return None
        return lower_first(text, names=builder.names), "are {what}" if words[-1].endswith("s") or re.search(
            r"s (?:for|of|in|on|to|we|you)\b", text
        ) else "is {what}"
    return None


def inline(builder: Builder, text: str, span: tuple[int, int]) -> bool:
    """Add a list that stands inside one sentence; whether there was one."""
    text = text.rstrip(" .!")
    there = _THERE_ARE.match(text)
    match = there or _INLINE.match(text) or _INLINE_OPEN.match(text)
    if not match:
        return False
    raw = re.sub(r"^(?:both|either|the following) ", "", match.group("items"))
    items = [item.strip() for item in _SPLIT.split(raw) if item.strip()]
    if (
        len(items) < 3 - (there is not None)
        or len(items) > MAX_LIST_ITEMS
        or any(len(item.split()) > 5 or _BAD.search(item) for item in items)
    ):
        return False
    if re.search(r"\b(?:who|which|that|when|if|while|as|to|by|is|are|was|were|you|your)\b", " ".join(items)):
        return False
    if there:
        builder.add(
            "list",
            f"the {there.group('count')} {there.group('noun')}",
            "are {what}",
            "; ".join(items),
            span=span,
            claim=text,
        )
        return True
    subject = match.group("subject")
    if isinstance(split_statement(f"{subject} {match.group('verb')} something good"), str):
        builder.rejected["complex_subject"] += 1
        return True
    if re.search(
        r"\b(?:may|can|will|must|should|might|could|would|is|are|was|were|has|have|had|to)\b", subject
    ):
        return False
    builder.add(
        "list",
        lower_first(subject, names=builder.names),
        f"{match.group('verb')} {{what}}",
        "; ".join(items),
        span=span,
        claim=text,
    )
    return True
