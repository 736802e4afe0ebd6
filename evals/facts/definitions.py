"""Definitions and names for things: "X is a …", "X means …", "X is called …"; a term's long definition is asked backwards."""

from __future__ import annotations

import re

from .build import Builder
from .clean import Sentence
from .context import content_words
from .grammar import is_plural, lower_first, verb_form

_TERM = r"(?P<term>(?:[Aa]n? |[Tt]he )?[\"“']?[A-Za-z][\w’'/&+.-]*(?: [\w’'/&+.-]+){0,5}?[\"”']?(?: \([A-Z][\w.-]{1,9}s?\))?)"
_IS_A = re.compile(rf"^{_TERM} (?P<be>is|are) (?P<definition>(?:an?|the|any|one of the) [a-z].{{8,220}})$")
_PLURAL = re.compile(
    rf"^{_TERM} are (?P<definition>[a-z][\w-]+s (?:that|who|which|used|made|for|of|with|where) .{{8,200}})$"
)
_MEANS = re.compile(
    rf"^{_TERM} (?P<be>means?|refers? to|stands? for|is defined as|is the term for|is short for) (?P<definition>[“\"]?[\w].{{3,220}})$"
)
_CALLED = re.compile(
    r"^(?P<subject>(?:[Tt]he|[Oo]ur|[Aa]n?|[A-Z])[\w’' -]{2,60}?) (?P<be>is|are|was) (?:called|named|known as|referred to as|nicknamed) (?P<name>(?:the )?[\"“']?[\w].{1,50}?[\"”']?)$"
)
_BAD_TERM = re.compile(
    r"^(?:this|that|these|those|it|they|he|she|there|here|what|who|which|one|all|some|another|such|you|we|i|the (?:following|above|goal|purpose|idea|point|result|"
    r"best|first|second|third|last|next|only|most|main|other|problem|reason|answer|question|aim|same|way|key|difference|exception|more|rest|important)|"
    r"if|when|while|for|in|on|at|as|but|and|or|so|then|also|not|to|with|from|your|our|my|his|her|its|their|each|every|both|many|most|below|above|now|however|today|yes|no)\b",
    re.IGNORECASE,
)
_BAD_DEFINITION = re.compile(
    r"^(?:a|an|the) (?:good|great|bad|nice|lot|few|number of (?:ways|reasons|things)|bit|little|must|big|same|following|best|only|most|first|second|next|last|result|"
    r"perfect|common|important|key|way to go|case|time|right|problem|better|difference|important|chance|long|short|part|list|member|reason|need|link|subject)\b|\b(?:below|above|following|this page|this section|these|this|here)\b",
    re.IGNORECASE,
)
_COLOUR = re.compile(
    r"^(?P<subject>(?:The|Our|All|[A-Z]).{2,60}?) (?P<be>is|are) (?:painted |coloured )?(?P<colour>(?:(?:dark|light|bright|pale) )?(?:white|black|red|green|blue|yellow|orange|purple|grey|gray|brown|pink|violet|turquoise|silver|gold))$"
)


def define(builder: Builder, sentence: Sentence) -> bool:
    """Add what `sentence` defines; whether the sentence was a definition."""
    text = re.sub(r"[\s.!]+$", "", sentence.text)
    span = (sentence.start, sentence.end)
    called = _CALLED.match(text)
    if called and not _BAD_TERM.match(called.group("subject")):
        name = called.group("name").strip("\"“”'")
        if len(name.split()) <= 5 and not re.search(r"\b(?:by|in|at|on|for|if|when|to|because)\b", name):
            subject = lower_first(called.group("subject"))
            builder.add("name", subject, f"{called.group('be')} {{what}} called", name, span=span, claim=text)
            return True
    colour = _COLOUR.match(text)
    if colour and not _BAD_TERM.match(colour.group("subject")):
        builder.add(
            "colour",
            lower_first(colour.group("subject")),
            f"{colour.group('be')} {{what colour}}",
            colour.group("colour"),
            span=span,
            claim=text,
        )
        return True
    match = _MEANS.match(text) or _IS_A.match(text) or _PLURAL.match(text)
    if not match or _BAD_TERM.match(match.group("term")) or _BAD_DEFINITION.search(match.group("definition")):
        return False
    term = match.group("term").strip("\"“”'")
    if (
        any(verb_form(word) in ("third", "past") and word.islower() for word in term.split()[1:])
        or "," in term
    ):
        return False
    return add_term(builder, term, match.group("definition"), span, text)


def add_term(builder: Builder, term: str, definition: str, span: tuple[int, int], claim: str) -> bool:
    """A short definition is asked for the term; a long one is asked backwards, for the term."""
    bare = re.sub(r"^(?:an?|the) ", "", term, flags=re.IGNORECASE)
    named = re.sub(r" \([A-Z][\w.-]{1,9}s?\)$", "", bare)
    definition = definition.strip().strip('"“”')
    if len(definition.split()) <= 8 and re.match(r"(?:The|Our) ", term):
        be = "are" if is_plural(term) else "is"
        builder.add("short", lower_first(term), f"{be} {{what}}", definition, span=span, claim=claim)
        return True
    if len(definition.split()) <= 8:
        builder.add(
            "definition", lower_first(term), "definition", definition, span=span, claim=claim, qualify=False
        )
        return True
    description = re.split(
        r"(?<=[a-z)])[.;] |, (?:and|but|so|which means|where|usually|such as|like|including|for example|or)\b| \(|: ",
        definition,
    )[0].rstrip(".,;")
    words = len(description.split())
    if not 5 <= words <= 22 or len(named.split()) > 5:
        builder.rejected["definition_length"] += 1
        return True
    if content_words(named) & content_words(description):
        builder.rejected["gives_away"] += 1
        return True
    if re.search(
        r"\b(?:you|your|we|our|this|that is|it|they|these|he|she)$|^(?:see|refer)\b",
        description,
        re.IGNORECASE,
    ) or re.search(r"\b(?:this|these|those|above|below|following|it)\b", description):
        builder.rejected["refers_back"] += 1
        return True
    builder.add("definition", lower_first(description), "term", named, span=span, claim=claim, qualify=False)
    return True
