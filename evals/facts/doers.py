"""Asking for the subject: who or what did something, where the rest of the sentence leaves one answer.

"The Economist Intelligence Unit ranked Warsaw as the 32nd most liveable city in 2012" → who did that. Only for
names, and only where the predicate tells of an event or of the one thing that the name is.
"""

from __future__ import annotations

import re

from .frame import CUT, DANGLING, HALF, Frame, checked
from .grammar import verb_form
from .model import words_of
from .things import is_person

_NAMED = re.compile(
    r"^(?:the )?[A-Z][\w’'&.-]*(?: (?:of|and|the|for|de|von|van|in|on|&)(?= .*[A-Z])|"
    r" [A-Z][\w’'&.-]*| [a-z]+(?= [A-Z])){1,7}$"
)
_BODY = re.compile(
    r"\b(?:Court|Council|Commission|Parliament|Government|Army|Company|Agency|Office|Department|Board|"
    r"Committee|Team|team|"
    r"Congress|Union|Party|Church|Corporation|Administration|Association|Bank|Ministry|Foundation|Society|Group|Unit|"
    r"Service|Bureau|Division|Inc|Ltd|University|Institute|Senate|Assembly)\b|Committee$"
)
_ONE_THING = re.compile(
    r"^(?:is|was) (?P<thing>the (?:\w+ ){0,3}\w+ (?:of|in|for|to|that|who|which|on|at|by|between)\b.+)$"
)
_SPECIFIC = re.compile(r"(?<= )(?:[A-Z][\w’'-]+|\d[\d.,%]*)")
_LOOSE_VERBS = words_of(
    """
    said saw felt thought held stated noted argued found became began continued remained included had made gave took
    agreed believed considered suggested refused wanted tried needed used came went got did meant
    """
)
_ANOTHER = re.compile(
    r"\b(?:also|other|another|further|similar|many|several|some|again|thus|so|then|only a|part|member|example|"
    r"same|later|"
    r"you|your|we|our|his|her|their|its|best|main reason)\b",
    re.IGNORECASE,
)


def doer_frames(subject: str, predicate: str, front: int) -> list[Frame | str]:
    """A frame that asks for `subject`; the predicate's last `front` characters were fronted."""
    if not _NAMED.match(subject) or len(subject.split()) > 7 or re.search(r"[,;]", subject):
        return []
    boundary = len(predicate) - front if front else len(predicate)
    main, moved = predicate[:boundary].strip(), predicate[boundary:].strip()
    clause = CUT.sub("", main)
    if HALF.match(main[len(clause) :]) or _ANOTHER.search(clause) or DANGLING.search(f"{clause} {moved}"):
        return []
    words = f"{clause} {moved}".split()
    if not 5 <= len(words) <= 20:
        return []
    thing = _ONE_THING.match(clause)
    who = is_person(subject)
    if thing:
        slot = "who" if who else "what"
        asked = f"{thing.group('thing')} {moved}".strip()
        return [checked(Frame("name", asked, f"{words[0]} {{{slot}}}", subject))]
    verb = words[0].lower()
    if verb_form(verb) != "past" or verb in _LOOSE_VERBS or len(_SPECIFIC.findall(f"{clause} {moved}")) < 2:
        return []
    slot = "who" if who or _BODY.search(subject) else "what"
    return [checked(Frame("name", " ".join(words[1:]), f"{{{slot}}} {words[0]}", subject))]
