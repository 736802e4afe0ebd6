"""What someone must, should or can submit, use or contact: "To get a badge, complete Form 12." """

from __future__ import annotations

import re

from .frame import CUT, DANGLING, HALF, PROPER, Frame, checked
from .grammar import verb_form
from .model import words_of
from .things import NOUN_PHRASE, object_fault
from .values import find_values

_VERBS = words_of(
    """
    submit complete file use contact call email provide enter bring attend take request get obtain notify create open
    download select choose include present register report pay book ask schedule consult sign send fill inform show
    upload attach visit receive maintain keep carry wear follow review approve read tell prepare record retain
    disclose protect store update set return check meet own earn hold join list enable disable accept have give offer
    build manage monitor cover appoint issue require replace install configure deliver implement host share
    """
)
_WHOM = frozenset(
    {
        "contact",
        "notify",
        "ask",
        "inform",
        "consult",
        "tell",
        "email",
        "call",
        "work with",
        "coordinate with",
        "speak with",
    }
    | {"speak to", "talk to", "talk with", "consult with", "reach out to"}
)
_PHONE = r"\+?\(?\d(?:[\d.() ]|- ?){6,18}\d"
_ADDRESS = re.compile(
    r"^(?P<act>(?:call|contact|phone|reach|dial|text|email|write|send|submit|"
    r"report)\b(?: [\w'’/-]+){0,7}?)(?: toll ?- ?free)? "
    rf"(?:(?P<prep>at|on|to) )?(?P<place>{_PHONE}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)(?P<tail>(?: (?:to|for|from|"
    rf"with|if|when)\b[^,;(]*)?)(?=$|[,;( ])"
)
_DUTY = re.compile(
    r"^(?P<modal>(?:(?:must|should|shall|may|can|will|will need to|will have to|should be able to)(?: first)?|"
    r"(?:needs?|have|has) to|(?:are|is) (?:required|allowed|encouraged|expected|entitled|asked) to)) "
    r"(?P<verb>(?:fill out|fill in|sign (?:up for|in to|into)|log (?:in to|into)|apply for|ask for|look for|"
    r"pay for|register for|"
    r"enroll in|work with|coordinate with|speak with|speak to|talk to|talk with|refer to|consult with|"
    r"reach out to|start with|"
    r"provide \w+ with|agree to|comply with|respond to|wait for|search for|go to)|[a-z]+) (?P<rest>.+)$"
)
_OBJECT = re.compile(
    rf"^(?P<object>{NOUN_PHRASE})(?P<tail>(?: (?:in|on|at|for|from|with|without|to|into|through|via|during|"
    rf"under|after|"
    rf"before|within|until|about|using|by|when|if|unless)\b(?: (?!(?:and|or|but)\b)[\w'’$€%./&-]+){{1,14}})?)$"
)
_NEXT_VERB = re.compile(r",? (?:and|then|and then) (?:then |also |please )?(?P<verb>[a-z]+)\b.*$")
_THROUGH = re.compile(
    rf"^(?P<prep>through|via|in|on|using|with|to|from) (?P<place>(?:the |your |our )?{PROPER}(?: {PROPER}){{0,4}}"
    r"(?: (?:form|website|page|account|system|tool|portal|channel|team|office|database|app|application|dashboard|"
    r"spreadsheet|calendar|directory|desk|program|template|group))?)"
    r"(?P<tail>(?: (?:to|for|by|before|after|within|if|when|in|on|at)\b.*)?)$"
)
_LATE = re.compile(
    r"(?: (?:online|even|directly|immediately|first|again|here|now|today|only|early|together|instead|too|right|back|"
    r"away|up|out|off|down|regularly|carefully|promptly|ahead|yourself|themselves))+$"
)
_LOOKING = re.compile(r"\b(?:check|see|read|consult|review|view|manage|know|remember)\b")
_MONTH = re.compile(
    r"^(?:January|February|March|April|May|June|July|August|September|October|November|December)$"
)
_LAST_PURPOSE = re.compile(r" to (?!the\b|an?\b|your\b)[a-z]+(?: [\w'’-]+){0,8}$")
_SLOTS = {
    "in": "where", "on": "where", "through": "through what", "via": "via what", "using": "using what",
    "with": "with what", "to": "to whom or where", "from": "from whom or where",
}  # fmt: skip
_POINTER = re.compile(
    r"\b(?:link|links|page|section|button|instructions|steps|guide|menu|options?|box|tab|screen|below|above|video|"
    r"article|example|details|questions?|info|look|note|notes|action|decision|place|break|feedback)$",
    re.IGNORECASE,
)


def duty_frames(subject: str, predicate: str, front: int) -> list[Frame | str]:
    """Frames for a duty or a possibility of `subject`; the predicate's last `front` characters were fronted."""
    boundary = len(predicate) - front if front else len(predicate)
    main, moved = predicate[:boundary].strip(), predicate[boundary:].strip()
    match = _DUTY.match(main)
    if not match or subject == "there":
        return []
    modal, verb, rest = match.group("modal"), match.group("verb"), match.group("rest")
    if " " not in verb and verb not in _VERBS:
        return []
    if re.match(r"(?:up|out|off|down|on|in|away|back)\b", rest):
        return []  # "set up", "check out": the verb goes on
    if verb == "have" and (not re.match(r"(?:an?|the) ", rest) or modal in ("may", "will", "can")):
        return []
    address = _ADDRESS.match(f"{verb} {rest}")
    if address:
        return _address(subject, modal, address, moved)
    clause = CUT.sub("", rest)
    if HALF.match(rest[len(clause) :]) and not _LAST_PURPOSE.search(clause):
        return []
    following = _NEXT_VERB.search(clause)
    if following and verb_form(following.group("verb")) == "base":
        clause = clause[: following.start()]
    matched = _OBJECT.match(clause)
    if not matched:
        return []
    thing, tail = matched.group("object"), matched.group("tail").strip()
    # A name is asked for as it stands; another thing only where the question says enough of what it is for.
    late = _LATE.search(thing)
    if late:
        thing, tail = thing[: late.start()], f"{late.group().strip()} {tail}".strip()
    tail_words = tail.split()
    if re.search(r"to (?:learn|see|know|read|find out|access)$", tail):
        return []
    if tail_words and (
        DANGLING.search(tail) or tail_words[-1] in ("to", "the", "a", "of", "for", "in", "is", "are")
    ):
        return []
    if verb == "have" and verb_form(thing.split()[-1]) == "base":
        return []
    if _POINTER.search(thing) or find_values(thing):
        return []
    if object_fault(thing, ""):
        return _through(subject, f"{modal} {verb} {thing}", tail, moved)
    bare = re.sub(r"^(?:an?|the|your|our|any) ", "", thing)
    telling = bool(re.search(r"[A-Z]{2}|\d|[A-Z]\S+ \w", bare)) or len(bare.split()) >= 2
    whose = subject not in ("you", "we") and len(bare.split()) >= 3
    if not telling or not (moved or len(tail_words) > 1 or whose):
        return _through(subject, f"{modal} {verb} {thing}", tail, moved)
    if verb == "go to":
        return [
            checked(Frame("place", subject, " ".join(f"{modal} go {{where}} {tail} {moved}".split()), thing))
        ]
    whom = verb in _WHOM and (verb != "ask" or bool(re.match(r"(?:for|to|about)\b", f"{tail} {moved}")))
    slot = "whom" if whom and not re.search(r"\d|#|@|\b(?:channel|line|site|number)\b", thing) else "what"
    return [
        checked(Frame("short", subject, " ".join(f"{modal} {verb} {{{slot}}} {tail} {moved}".split()), thing))
    ]


def _address(subject: str, modal: str, match: re.Match[str], moved: str) -> list[Frame | str]:
    """The telephone number or mail address to use: "call us at 1-800-325-0778 to apply"."""
    act, prep, tail = match.group("act"), match.group("prep"), match.group("tail").strip()
    asked = f"{act} {tail} {moved}"
    if (
        not prep
        and act not in ("call", "dial", "text", "email")
        or re.search(r"\d|\b(?:and|or|an?|the|at)$", act)
    ):
        return []
    if DANGLING.search(asked) or find_values(asked) or not (tail or moved or len(act.split()) > 2):
        return []
    if re.match(r"[, ]+(?:(?:and|or) )?\S+@", match.string[match.end() :]):
        return []
    noun = "address" if "@" in match.group("place") else "number"
    slot = f"{prep} what {noun}" if prep else f"what {noun}"
    relation = f"{modal} {act} {{{slot}}} {tail} {moved}"
    return [checked(Frame("contact", subject, " ".join(relation.split()), match.group("place").strip()))]


def _through(subject: str, predicate: str, tail: str, moved: str) -> list[Frame | str]:
    """The system or office that a thing goes through: "submit a request in ServiceNow"."""
    match = _THROUGH.match(tail)
    if not match or subject == "we" or DANGLING.search(predicate) or _LOOKING.search(predicate):
        return []
    place = match.group("place")
    if find_values(place) or _MONTH.search(place) or re.search(r"\b(?:that|which|you|your|our)\b", place):
        return []
    relation = f"{predicate} {{{_SLOTS[match.group('prep')]}}} {match.group('tail')} {moved}"
    return [checked(Frame("place", subject, " ".join(relation.split()), place))]
