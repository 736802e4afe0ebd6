"""A frame: what a statement says of its subject, with question words in the place of one value."""

from __future__ import annotations

import re
from dataclasses import dataclass

DANGLING = re.compile(
    r"\b(?:it|they|them|he|she|him|this|these|those|above|below|here|there|former|latter|respectively|following|such|"
    r"same|itself|themselves|aforementioned|its own|another|otherwise|thereafter|therefore|instead|too|herein|"
    r"hereby|therein|thereof)\b"
    r"|\b(?:in|after|at|on|of|for|with|to|by|use|uses|from|before|under|than|do|does|within|during|about) that\b"
    r"|\bthat (?:is|time|date|amount|day|year)\b|\bdo so\b|\bdoing so\b",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(
    r"\b(?:how|whether|if|what|which|why|when|where|who|because|that)(?: (?:I|you|we|they|it|(?:the|your|our) \w+))?$"
)
"""A clause whose verb was cut away: "to find out how you"."""
_POSSESSIVE = re.compile(r"\b(?:his|her)\b", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:not|never|nor|neither|hardly|cannot|no longer|nobody|nothing|none)\b|n[’']t\b", re.IGNORECASE
)
_NEGATION_OK = re.compile(
    r"\b(?:not|no) (?:more|less|later|fewer|earlier|longer|exceed)\b(?: than)?|\bif not\b", re.IGNORECASE
)
CUT = re.compile(
    r"\s*(?:,\s+(?!(?:unless|except|if|when|\d{4})\b)|;|:\s|\s[–—-]\s|\(|"
    r"\sand (?=(?:begins?|starts?|ends?|closes?|opens?|lasts?|runs|costs?|takes?|began|ended|started)\b)|"
    r"\s(?:and|but|so|because|although|whereas|while) (?=(?:is|are|was|were|has|have|can|must|will|should|may|the|you|"
    r"we|it|they|a|an|your|our|this|then|if|also|please|do|does|in|on|at|by)\b)).*$"
)
"""Where a clause ends: what follows a cut says something else. Exceptions ("unless …") stay."""
HALF = re.compile(
    r" ?[-–—(:] ?\S|,? (?:and|or) (?:an?|the|your|our|any|[A-Z]\w*)\b|"
    r"(?:, (?!and then|usually|which|who|where|but|so|as|or)[\w'’-]+(?: [\w'’-]+){0,4}){1,6},? (?:and|or) "
)
"""What a cut takes away belongs to the thing before it: "a work test and a duration test"."""
TRAILING = re.compile(r"[\s,;:.]+$")
PROPER = r"(?:[A-Z][\w'’.-]*[\w.]|[A-Z])"


@dataclass(frozen=True)
class Frame:
    """What a statement says: `relation` has one {slot}."""

    kind: str
    subject: str
    relation: str
    answer: str


def checked(frame: Frame) -> Frame | str:
    """`frame`, or why no question can be made of it."""
    asked = frame.relation.replace("{", "").replace("}", "")
    if DANGLING.search(asked) or _POSSESSIVE.search(asked):
        return "refers_back"
    if _UNFINISHED.search(re.sub(r"{[^}]*}", "…", frame.relation)):
        return "unfinished"
    if re.search(r"\b(?:their|its)\b", asked) and frame.subject in ("you", "we", "there"):
        return "refers_back"
    if _NEGATION.search(_NEGATION_OK.sub("", f"{frame.subject} {asked}")):
        return "negation"
    first = frame.relation.split(" ", 1)[0].lower()
    if (
        first.startswith("{")
        and not frame.relation.startswith(("{who} ", "{what} "))
        or first in ("could", "would", "might")
    ):
        return "no_verb_left"
    if frame.subject == "there" and not re.match(
        r"(?:is|are|was|were) \{(?:(?:[\w ]+ )?how many|where\})", frame.relation
    ):
        return "there"
    if asked.count("(") != asked.count(")") or any(mark in asked + frame.subject for mark in '"“”'):
        return "unbalanced"
    return frame
