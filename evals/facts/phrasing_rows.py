"""English wordings for cells, terms, contacts and questions as asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .grammar import ATTRIBUTE, NOUN_LIKE, is_plural, lower_first, upper_first, verb_form, with_article
from .model import FactDraft, words_of

Phrases = Iterator[tuple[str, str]]

_DROP = words_of(
    """
    a an the is are was were be been will would must can could should may might do does did has have had
    to that which
    """
)


def keywords(text: str) -> str:
    """The words of `text` that someone would type into a search box."""
    return " ".join(word.strip(",") for word in text.split() if word.lower() not in _DROP)


def the(name: str) -> str:
    """A row's name inside a sentence: "City bike" → "the city bike", "Pell Lock Hut" stays."""
    text = lower_first(name)
    if text[:1].islower() and not is_plural(text) and not text.endswith("ing"):
        return with_article(text)
    return text


def attribute_noun(fact: FactDraft) -> str:
    """A column's heading as a noun: "Deposit" → deposit; "Full day" over a price → full day price."""
    heading = re.sub(r"\s*\((?:in )?[€$£₩%a-z°/ ]{1,12}\)$", "", fact.relation).strip()
    lower = heading.lower() if heading.isupper() and len(heading) > 3 else lower_first(heading)
    if re.match(r"^(?:no\.?|#|number|nr\.?) of ", lower, re.IGNORECASE):
        return re.sub(r"^(?:no\.?|#|nr\.?) of", "number of", lower, flags=re.IGNORECASE)
    if ATTRIBUTE.search(lower):
        return lower
    if re.search(r"[$€£₩]|\b(?:euros?|dollars?|won)\b", fact.answer):
        return f"{lower} price" if not re.match(r"(?:price|cost)", lower) else lower
    if re.search(r"\d{1,2}[:.]\d{2}", fact.answer):
        return f"{lower} time"
    if re.fullmatch(r"[\d.,]+\s?%?", fact.answer):
        return f"{lower} figure"
    return f"“{heading}” entry"


def is_clause(name: str) -> bool:
    """Whether a row is named by a sentence: "Agency gathers signatures"."""
    words = name.split()
    inner = words[1:] if verb_form(words[0]) != "base" or words[0].lower() in NOUN_LIKE else words
    return any(verb_form(word) in ("third", "past") and word.islower() for word in inner) or (
        len(words) > 2 and verb_form(words[0]) == "base" and words[0].lower() not in NOUN_LIKE
    )


def attribute(fact: FactDraft, name: str, qualifier: str) -> Phrases:
    noun = attribute_noun(fact)
    row = f"“{name}”" if "“" in noun or is_clause(name) else the(name)
    be = "are" if is_plural(noun) else "is"
    proper = row[:1].isupper() and " " in row
    on = "" if not qualifier or proper and fact.relation.count(" ") else f" ({lower_first(qualifier)})"
    yield "direct.plain", f"What {be} the {noun} of {row}{on}?"
    yield "give.tell", f"Tell me the {noun} for {row}{on}."
    yield "give.could", f"Could you give me the {noun} for {row}{on}, please?"
    yield "wanted.know", f"I'd like to know the {noun} of {row}{on}."
    yield "wanted.look", f"I'm looking for the {noun} of {row}{on}."
    yield "fronted.for", f"For {row}{on}, what {be} the {noun}?"
    yield (
        "has.which",
        f"Which {noun} does {row} have{on}?" if not is_plural(row) else f"Which {noun} do {row} have{on}?",
    )
    yield "topic.colon", f"{upper_first(name)}{on}: what {be} the {noun}?"
    yield "topic.about", f"About {row}{on}: what {be} the {noun}?"
    yield "keyword.row", f"{lower_first(name)} {noun}{on}?"
    yield "keyword.column", f"{noun} {lower_first(name)}{on}"
    yield "gap.complete", f"Complete the sentence: the {noun} of {row}{on} {be} ___."
    yield "in_place.plain", f"The {noun} of {row}{on} {be} what?"
    yield "asked.guest", f"Somebody asked me about {row}{on}. Which {noun} should I name?"
    if qualifier:
        yield "lookup.table", f"In the table “{qualifier}”, what stands for “{name}” under “{fact.relation}”?"
    if noun.startswith("number of "):
        do = "do" if is_plural(row) else "does"
        yield "count.many", f"How many {noun.removeprefix('number of ')} {do} {row} have{on}?"


def definition(term: str) -> Phrases:
    bare = re.sub(r"^(?:an?|the) ", "", term)
    # A bare singular term would lack its article: it is quoted instead.
    shown = term if bare != term or is_plural(term) else f"“{term}”"
    be = "are" if is_plural(shown) else "is"
    yield "direct.plain", f"What {be} {shown}?"
    yield "mean.what", f"What does “{bare}” mean?"
    yield "embedded.tell", f"Tell me what {shown} {be}."
    yield "embedded.know", f"I'd like to know what {shown} {be}."
    yield "define.short", f"Define “{bare}” in a few words."
    yield "meant.by", f"What is meant by the term “{bare}”?"
    yield "defined.how", f"How {be} {shown} defined?"
    yield "gap.complete", f"Complete the sentence: {upper_first(shown)} {be} ___."
    yield "keyword.plain", f"{bare} meaning"
    yield "keyword.def", f"definition of {bare}?"
    yield "topic.word", f"I came across the word “{bare}”. How would you put it in one phrase?"
    yield "in_place.plain", f"{upper_first(shown)} {be} what, in short?"
    yield "direct.quick", f"Quick question: what {be} {shown}?"


def contact(topic: str, kind: str) -> Phrases:
    """How to reach whoever answers for the page's subject."""
    about = f"“{topic}”"
    verb = "write to" if kind.startswith("e-mail") else "call"
    short = "e-mail" if kind.startswith("e-mail") else "phone"
    yield "direct.plain", f"Which {kind} is given for {about}?"
    yield "direct.use", f"What {kind} should I use for {about}?"
    yield "embedded.tell", f"Tell me which {kind} to use for {about}."
    yield "embedded.know", f"I'd like to know which {kind} belongs to {about}."
    yield "reach.where", f"I have a question about {about}. Where can I {verb}?"
    yield "keyword.plain", f"{topic} {short}?"
    yield "keyword.first", f"{short} for {topic}"
    yield "gap.complete", f"Complete the sentence: for {about}, the {kind} is ___."
    yield "give.please", f"Please give me the {kind} for {about}."
    yield "in_place.plain", f"For {about}, I {verb} which {kind}?"
    yield "topic.about", f"About {about}: how do I get in touch by {short}?"
    yield "need.want", f"I need to {verb} somebody about {about}. Do you have the {kind}?"


def term_for(description: str) -> Phrases:
    halves = description.split()
    start = " ".join(halves[: max(5, len(halves) * 2 // 3)])
    yield "direct.term", f"What is the term for {description}?"
    yield "which.means", f"Which term means “{description}”?"
    yield "call.you", f"What do you call {description}?"
    yield "called.what", f"{upper_first(description)}: what is it called?"
    yield "name.give", f"Please name the term that is described as “{description}”."
    yield "gap.is", f"Complete the sentence: ___ is {description}."
    yield "look.word", f"I'm looking for the word for {description}."
    yield "keyword.plain", f"word for {keywords(description)}?"
    if len(halves) > 9 and re.search(r"\b(?:that|who|which|of|for|to|where|with)\b", start):
        cut = re.sub(
            r"\s+(?:of|for|to|a|an|the|that|who|which|with|and|or|in|on|by|your|are|is|where|at|from|as|be|"
            r"have|has|can|will)$",
            "",
            start,
        )
        cut = re.sub(r"\s+(?:of|for|to|a|an|the|that|who|which|with|and|or|in|on|by)$", "", cut)
        if len(cut.split()) >= 6:
            yield "begins.term", f"One of the terms is explained with words that begin “{cut} …”. Which one?"


_ASKED = re.compile(
    r"^(?P<wh>(?:how|what|where|when|who|which|why)\b.*?) (?P<aux>is|are|was|were|can|could|do|does|did|should|"
    r"must|may|will|would) (?P<who>I|you|we|there|they|it) (?P<rest>.*)\?$",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"^(?P<aux>is|are|was|were|can|could|do|does|did|should|must|may|will|would|am) (?P<who>I|you|we|there|"
    r"they) (?P<rest>.*)\?$",
    re.IGNORECASE,
)


def as_asked(question: str) -> Phrases:
    text = question if question.endswith("?") else question + "?"
    inner = lower_first(text, proper=False)
    yield "direct.plain", text
    match = _ASKED.match(text) or _YES_NO.match(text)
    if match:
        parts = match.groupdict()
        auxiliary = "" if parts["aux"].lower() in ("do", "does", "did") else parts["aux"].lower()
        opening = lower_first(parts.get("wh") or "whether", proper=False)
        clause = f"{opening} {parts['who']} {auxiliary} {parts['rest']}"
        yield "embedded.tell", f"Tell me {clause}."
        yield "embedded.know", f"I'd like to know {clause}."
        yield "embedded.could", f"Could you tell me {clause}?"
        yield "keyword.rest", f"{keywords(parts['rest'])}?"
    yield "direct.quick", f"Quick question: {inner}"
    yield "reported.guest", f"A customer wants to know: “{text}” What do we say?"
    yield "faq.answer", f"What is the answer to “{text}”?"
    yield (
        "keyword.plain",
        " ".join(
            word
            for word in keywords(inner.rstrip("?")).split()
            if word.lower() not in ("i", "you", "my", "we")
        ),
    )
