"""Who "it", "they", "he" and "she" are: only where the sentence before leaves no choice.

"Warsaw is the capital of Poland. It stands on the Vistula." The sentence before has one explicit subject, and is
about nothing else: it tells what its subject is, names no other thing that could be meant, or is about the
page's own subject.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .context import content_words
from .grammar import BE, HAVE, is_plural
from .model import PassageText
from .statements import FRONTED, expanded, is_example, split_statement, without_apposition
from .things import is_person

_PRONOUN = re.compile(r"^(?P<pronoun>It|They|He|She|Its|His|Her|Their) (?P<next>[\w'’-]+) ")
_TELLS_WHAT = re.compile(r"(?:is|was|are|were) ")
_RIVAL = {
    True: re.compile(
        r"\b(?!is\b|was\b|has\b|as\b|this\b|its\b|us\b)[a-z]+s\b|\b(?:people|children|staff|and)\b"
    ),
    False: re.compile(r"\b(?:the|an?|its|this|each|every|your|our) |\b[A-Z]"),
}
"""What else a plural or singular pronoun could mean in a predicate that does not say what its subject is."""
_EMPTY_IT = re.compile(
    r"^It (?:is|was|will be|may be|can be|has been|seems|appears|takes|means|would be|might be)\b"
    r".{0,60}?\b(?:that|to|whether|if|when|because)\b"
)
_NAME = re.compile(
    r"(?:[Tt]he )?[A-Z][\w’'.&-]*(?: (?:of|and|the|for|de|von|van) (?=[\w’' ]*[A-Z])|"
    r" [A-Z0-9][\w’'.&-]*| [a-z]+){0,6}$"
)
_POSSESSIVE = {"Its", "His", "Her", "Their"}


@dataclass(frozen=True)
class Explicit:
    """The last explicit subject of a run of sentences, where its sentence starts, and what it may be called."""

    subject: str
    start: int
    tells_what: bool


def explicit_subject(sentence: str, start: int) -> Explicit | None:
    """The subject of a sentence, when it is one thing and can be told."""
    text = expanded(sentence)
    if not text or is_example(text):
        return None
    fronted = FRONTED.match(text)
    if fronted:
        text = fronted.group("rest")
        text = text[:1].upper() + text[1:]
    split = split_statement(without_apposition(text))
    if isinstance(split, str) or split[0] in ("you", "there", "You", "We", "we"):
        return None
    subject, predicate = split
    if re.search(r"\b(?:and|or)\b", subject) or not re.match(r"(?:The|Our|An?) |[A-Z]", subject):
        return None
    sure = _TELLS_WHAT.match(predicate) is not None or not _RIVAL[is_plural(subject)].search(predicate)
    return Explicit(subject, start, sure)


def resolved(sentence: str, last: Explicit, passage: PassageText) -> str | None:
    """`sentence` with the subject of `last` in place of its pronoun, or None where that is not certain."""
    text = expanded(sentence)
    match = _PRONOUN.match(text)
    if not match or _EMPTY_IT.match(text):
        return None
    pronoun, subject = match.group("pronoun"), last.subject
    plural = is_plural(subject)
    about_page = (
        bool(content_words(subject)) and content_words(subject) >= content_words(passage.title) > set()
    )
    if pronoun in ("He", "She", "His", "Her"):
        fits = is_person(subject)
    elif pronoun in ("They", "Their"):
        fits = plural and last.tells_what
    else:
        fits = not plural and not is_person(subject) and (last.tells_what or about_page)
    if not fits or pronoun in ("It", "They") and not _agrees(match.group("next"), plural):
        return None
    rest = text[match.end("pronoun") :]
    if pronoun in _POSSESSIVE:
        ending = "'" if subject.endswith("s") else "'s"
        return f"{subject}{ending}{rest}" if _NAME.match(subject) else None
    return f"{subject}{rest}"


def _agrees(verb: str, plural: bool) -> bool:
    if verb in BE | HAVE:
        return (verb in ("are", "were", "have", "had")) == plural or verb == "had"
    return True
