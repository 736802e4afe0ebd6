"""Two predicates of one subject: "was founded in 1865 and designed by Jan Dobrowolski"."""

from __future__ import annotations

import re

from .grammar import BE, NOUN_LIKE, is_participle, verb_form

_JOINED = re.compile(
    r"^(?P<first>[^,;]{8,}?),? and (?:(?:later|then|subsequently|also) )?(?P<second>(?P<verb>\w+) .{3,})$"
)
_OPENS = frozenset(
    {
        "the",
        "a",
        "an",
        "its",
        "their",
        "to",
        "in",
        "at",
        "on",
        "by",
        "into",
        "from",
        "for",
        "with",
        "as",
        "your",
        "our",
    }
)
"""Words after a verb; a participle that describes a noun ("and specialized experience") has none of them."""
_PASSIVE_NEXT = frozenset({"by", "in", "at", "on", "to", "as", "from", "for", "into"})


def predicates(predicate: str) -> list[str]:
    """The predicates that `predicate` joins with "and": one, or two where their verbs are sure."""
    match = _JOINED.match(predicate)
    if not match:
        return [predicate]
    words, verb = match.group("first").split(), match.group("verb").lower()
    lead, following = words[0].lower(), match.group("second").split()[1].lower()
    if verb in BE or verb == "has":
        agrees = lead in BE or lead == "has" or verb_form(lead) in ("third", "past")
        return [match.group("first"), match.group("second")] if agrees else [predicate]
    if lead in BE and len(words) > 1 and is_participle(words[1]):
        if is_participle(verb) and following in _PASSIVE_NEXT:
            return [match.group("first"), f"{lead} {match.group('second')}"]
        return [predicate]
    form = verb_form(lead)
    sure = form in ("third", "past") or form == "base" and verb not in NOUN_LIKE
    if sure and verb_form(verb) == form and following in _OPENS:
        return [match.group("first"), match.group("second")]
    return [predicate]
