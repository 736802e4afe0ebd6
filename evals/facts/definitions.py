"""Definitions and names for things: "X is a …", "X means …", "X is called …".

What has a long definition is asked for backwards: by its definition.
"""

from __future__ import annotations

import re

from .build import Builder
from .clean import Sentence
from .context import content_words
from .grammar import is_plural, lower_first, verb_form

_TERM = (
    r"(?P<term>(?:[Aa]n? |"
    r"[Tt]he )?[\"“']?[A-Za-z][\w’'/&+.-]*(?: [\w’'/&+.-]+){0,5}?[\"”']?(?: \([A-Z][\w.-]{1,9}s?\))?)"
)
_IS_A = re.compile(rf"^{_TERM} (?P<be>is|are) (?P<definition>(?:an?|the|any|one of the) [a-z].{{8,220}})$")
_PLURAL = re.compile(
    rf"^{_TERM} are (?P<definition>[a-z][\w-]+s (?:that|who|which|used|made|for|of|with|where) .{{8,200}})$"
)
_MEANS = re.compile(
    rf"^{_TERM} (?P<be>means?|refers? to|stands? for|is defined as|is the term for|"
    rf"is short for) (?P<definition>[“\"]?[\w].{{3,220}})$"
)
_CALLED = re.compile(
    r"^(?P<subject>(?:[Tt]he|[Oo]ur|[Aa]n?|[A-Z])[\w’' -]{2,60}?) (?P<be>is|are|was) (?:called|named|known as|"
    r"referred to as|nicknamed) (?P<name>(?:the )?[\"“']?[\w].{1,50}?[\"”']?)$"
)
_BAD_TERM = re.compile(
    r"^(?:sometimes|usually|often|generally|typically|please|also|you|because|provided|although|since|while|"
    r"such|the (?:primary|main|major|biggest|only|"
    r"specific|basic|general)|primary|main|this|that|these|those|it|they|he|she|there|here|what|who|which|one|"
    r"all|some|another|such|you|we|i|the (?:following|above|goal|purpose|idea|point|result|"
    r"best|first|second|third|last|next|only|most|main|other|problem|reason|answer|question|aim|same|way|key|"
    r"difference|exception|more|rest|important)|"
    r"if|when|while|for|in|on|at|as|but|and|or|so|then|also|not|to|with|from|your|our|my|his|her|its|their|"
    r"each|every|both|many|most|below|above|now|however|today|yes|no)\b",
    re.IGNORECASE,
)
_BAD_DEFINITION = re.compile(
    r"^(?:a|an|the) (?:good|great|bad|nice|lot|few|number of (?:ways|reasons|things)|bit|little|must|big|same|"
    r"following|best|only|most|first|second|next|last|result|"
    r"perfect|common|important|key|way to go|case|time|right|problem|better|difference|important|chance|long|"
    r"short|part|list|member|example|factor|reason|need|link|subject)\b|\b(?:below|above|following|this page|"
    r"this section|these|this|here)\b",
    re.IGNORECASE,
)
_NO_DESCRIPTION = re.compile(
    r"^(?:when|usually|as|refers?|your|our|if|that|how|in|see|used|for|to|also|generally|most|some|under|what|"
    r"whether|where|with|this|these|it|not|"
    r"at|on|by|also|includes?|is|are|was|means?|you|we|they|one|same)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"^(?:this|that|these|those|it|they|he|she|here|there|one|some|such|what|which|who)\b", re.IGNORECASE
)
_DOING = re.compile(
    r"(?!(?:\w*[Tt]hing|Building|Meeting|Parking|Training|Hearing|Funding|Housing)\b)[A-Z][a-z]+ing (?!is\b)"
)
"""What somebody does is no term: "Keeping data safe is a priority"."""
_COLOUR = re.compile(
    r"^(?P<subject>(?:The|Our|All|[A-Z]).{2,60}?) (?P<be>is|are) (?:painted |coloured )?(?P<colour>(?:(?:dark|"
    r"light|bright|pale) )?(?:white|black|red|green|blue|yellow|orange|purple|grey|gray|brown|pink|violet|"
    r"turquoise|silver|gold))$"
)


def define(builder: Builder, sentence: Sentence) -> bool:
    """Add what `sentence` defines; whether the sentence was a definition."""
    text = re.sub(r"[\s.!]+$", "", sentence.text)
    span = (sentence.start, sentence.end)
    called = _CALLED.match(text)
    if called and not _PRONOUN.match(called.group("subject")):
        name = called.group("name").strip("\"“”'")
        if len(name.split()) <= 5 and not re.search(r"\b(?:by|in|at|on|for|if|when|to|because)\b", name):
            subject = lower_first(called.group("subject"), names=builder.names)
            builder.add("name", subject, f"{called.group('be')} {{what}} called", name, span=span, claim=text)
            return True
    colour = _COLOUR.match(text)
    if colour and not _PRONOUN.match(colour.group("subject")):
        slot = "what" if re.match(r"[Tt]he colou?r of", colour.group("subject")) else "what colour"
        builder.add(
            "colour",
            lower_first(colour.group("subject"), names=builder.names),
            f"{colour.group('be')} {{{slot}}}",
            colour.group("colour"),
            span=span,
            claim=text,
        )
        return True
    match = _MEANS.match(text) or _IS_A.match(text) or _PLURAL.match(text)
    if not match or _BAD_TERM.match(match.group("term")) or _BAD_DEFINITION.search(match.group("definition")):
        return False
    term = re.sub(r"^(.+?) ((?:an?|the) \1)$", r"\2", match.group("term").strip("\"“”'"), flags=re.IGNORECASE)
    if (
        any(verb_form(word) in ("third", "past") and word.islower() for word in term.split()[1:])
        or "," in term
        or _DOING.match(term)
    ):
        return False
    return add_term(builder, term, match.group("definition"), span, text)


def add_term(builder: Builder, term: str, definition: str, span: tuple[int, int], claim: str) -> bool:
    """A short definition is asked for as it is; a long one is asked backwards, for the term. Always true."""
    definition = re.sub(r"\s*\([^()]*\)", "", definition).strip().strip('"“”')
    if re.match(r"[Tt]he [a-z]\w*$", term) or re.search(
        r"\b(?:you|we|would|your|here|this|also|that)\b| [-–] ", term
    ):
        builder.rejected["refers_back"] += 1
    elif len(definition.split()) > 8:
        _backwards(builder, term, definition, span, claim)
    elif re.match(r"(?:The|Our) ", term):
        be = "are" if is_plural(term) else "is"
        subject = lower_first(term, names=builder.names)
        builder.add("short", subject, f"{be} {{what}}", definition, span=span, claim=claim)
    elif content_words(term) <= content_words(definition):
        builder.rejected["gives_away"] += 1
    else:
        subject = lower_first(term, names=builder.names)
        builder.add("definition", subject, "definition", definition, span=span, claim=claim, qualify=False)
    return True


def _backwards(builder: Builder, term: str, definition: str, span: tuple[int, int], claim: str) -> None:
    named = re.sub(r"^(?:an?|the) ", "", term, flags=re.IGNORECASE)
    named = re.sub(r" \([A-Z][\w.-]{1,9}s?\)$", "", named)
    description = _DESCRIPTION_END.split(definition)[0].rstrip(".,;")
    reason = ""
    if _NO_DESCRIPTION.match(description):
        reason = "definition_form"
    elif not 5 <= len(description.split()) <= 22 or len(named.split()) > 5:
        reason = "definition_length"
    elif content_words(named) & content_words(description):
        reason = "gives_away"
    elif _OPEN_ENDED.search(description):
        reason = "refers_back"
    if reason:
        builder.rejected[reason] += 1
        return
    subject = lower_first(description, proper=False)
    builder.add("definition", subject, "term", named, span=span, claim=claim, qualify=False)


_DESCRIPTION_END = re.compile(
    r"(?<=[a-z)])[.;] |, (?:but|so|which|where|usually|such as|like|including|for example|whether)\b|: "
)
_OPEN_ENDED = re.compile(
    r"\bway to\b|\b(?:us|we|our)\b|\b(?:[Yy]ou|your|that is|they|he|she)$|^(?:[Ss]ee|[Rr]efer)\b|\b(?:this|"
    r"these|those|above|below|following|it)\b"
)
