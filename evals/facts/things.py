"""Frames whose answer is a person, a body, a place or a thing: who leads, where it is kept, what it covers."""

from __future__ import annotations

import re

from .frame import CUT, DANGLING, HALF, PROPER, Frame, checked
from .grammar import MODALS, base_form, is_participle, verb_form
from .model import words_of
from .values import find_values

_PERSON = re.compile(
    rf"^(?:(?:Dr|Mr|Mrs|Ms|Prof|Professor)\.? )?{PROPER}(?: (?:de|van|von|der|la|del|bin|al|di|da|O'|[A-Z]\.)){{0,2}}"
    rf"(?: {PROPER}){{1,3}}$"
)
_NOT_PERSON = re.compile(
    r"\b(?:Street|Road|Lane|Avenue|University|College|Office|Department|Act|Center|Centre|Company|Inc|Ltd|LLC|"
    r"Service|"
    r"Services|Administration|Agency|Program|Programme|Bureau|School|Bank|Council|Committee|Court|Association|"
    r"Institute|"
    r"January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|"
    r"Thursday|Friday|Saturday|Sunday|United|States|Federal|National|Government|Team|Group|Form|Policy|Plan|"
    r"Guide|Security|"
    r"Health|Insurance|Union|Army|Church|House|Park|River|Lake|Mountain|City|Hall|Building|Station|Bridge|"
    r"Island|North|"
    r"South|East|West|New|Saint|The|Your|Our|My|Desk|Club|Shop|Store|Workshop|Clauses?|Information|Data|Terms|"
    r"Addendum|"
    r"Processing|Agreement|Standard|Page|Report|Table|Section|Table|System|Book)\b"
)
ROLE = re.compile(
    r"\b(?:manager|director|head|owner|founder|co-founder|chair|chairman|chairwoman|chairperson|coordinator|"
    r"contact|mechanic|"
    r"instructor|teacher|president|officer|lead|leader|chief|secretary|author|nurse|administrator|treasurer|editor|"
    r"supervisor|trainer|guide|host|partner|representative|minister|mayor|captain|coach|engineer|architect|"
    r"accountant|buyer|"
    r"receptionist|person in charge|curator|principal|CEO|CTO|CFO|COO|maintainer|creator|inventor|designer|"
    r"technician|tutor|"
    r"translator|keeper|deputy|apprentice|collector|builder)\b",
    re.IGNORECASE,
)
_BY = re.compile(
    r"^(?P<verb>(?:is|are|was|were|will be|must be|has been|have been) (?:\w+ly )?(?P<participle>\w+)"
    rf"(?P<mid>(?: [\w'’-]+){{0,6}}?)) by (?P<name>(?:[Tt]he )?{PROPER}"
    rf"(?: (?:of|and|de|van|von|the|for|[A-Z]\.|{PROPER})){{0,5}}(?<! of)(?<! and)(?<! the)(?<! for))"
    r"(?P<tail>(?: (?:in|on|at|for|from|since|every|during|after)\b[^,;]*)?)$"
)
_BY_COMMON = re.compile(
    r"^(?P<verb>(?:is|are|was|were|must be|will be|can be|may be) (?:\w+ly )?"
    r"(?P<participle>\w+)(?P<mid>(?: [\w'’-]+){0,5}?)) by "
    r"(?P<name>(?:the|an?|your|our) (?!(?:time|end|use|way|date|rate|first|amount|number|same|law|following)\b)"
    r"[\w'’-]+(?: (?!(?:that|who|which|to|in|on|for|and|or|by|if|when|as|at|with|from|through|is|"
    r"are)\b)[\w'’-]+){0,4}"
    r"(?: of (?:the )?[\w'’-]+(?: [A-Z][\w'’-]+){0,3})?)"
    r"(?P<tail>(?: (?:in|on|at|for|from|since|during|before|after|if|when)\b[^,;]*)?)$"
)
_LEADS = re.compile(
    r"^(?P<verb>leads|runs|manages|owns|founded|heads|teaches|coordinates|supervises|chairs|edits|handles|"
    r"looks after|"
    r"designed|invented|wrote|built|discovered|established|created|directed) (?P<rest>[^,;]{3,60}?)(?:,.*)?$"
)
_PLACE = re.compile(
    r"^(?P<verb>(?:is|are|was|were|will be|lies?|sits?|stands?|hangs?|lives?|takes? place|took place|meets?|"
    r"begins?|starts?)"
    r"(?: (?:located|based|situated|held|kept|stored|found|served|displayed|parked|headquartered|born|buried|sited|"
    r"established))?) (?P<place>(?:in|at|on|near|behind|opposite|next to|beside|inside|outside|between|under|above) "
    r"(?:(?:the|an?) [\w'’-]+|[A-Z0-9][\w'’.-]*)(?: [\w'’.&“”-]+){0,7})$"
)
_THERE = re.compile(
    r"^(?P<be>is|are|was|were) (?P<thing>(?:an? )?[\w'’-]+(?: [\w'’-]+){0,4}?) (?P<place>(?:in|on|at|near|"
    r"next to|behind|under|"
    r"outside|inside|opposite|beside) (?:the|your|our|[A-Z])[\w'’-]*"
    r"(?: (?!(?:that|which|who|to|for|if|when|and|or|is|are|can|with)\b)[\w'’-]+){0,5})$"
)
_STATIC = re.compile(
    r"^(?:is|are|was|were)(?: (?:located|based|situated|held|kept|stored|found|served|displayed|parked|"
    r"headquartered|born|buried|sited))?$|^(?:lie|sit|stand|hang|live|meet|take|took)"
)
_NOT_A_PLACE = re.compile(
    r"\b(?:days?|weeks?|months?|years?|morning|afternoon|evening|night|season|time|hours?|minutes?|winter|"
    r"summer|spring|"
    r"autumn|fall|\w+day|century|rise|risk|danger|use|charge|case|need|line|process|addition|way|top|fact|form|"
    r"order|sale|"
    r"request|average|base|basis|rate|duty|leave|hold|track|height|depth|age|level|article|section|january|"
    r"february|march|"
    r"april|may|june|july|august|september|october|november|december|part|number|list|agreement|progress|"
    r"english|korean|"
    r"cash|writing|person|euros?|dollars?|condition|state|trouble|favou?r|effect|force|business|demand|stock|"
    r"first|second|third|itself|behalf|call|hand|board|site|time|account|stages?|phase|development|interest|"
    r"contact|touch)s?\b",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"^(?P<be>is|are|was|were) (?P<answer>(?:(?:an?|the) [\w'’-]+(?: [\w'’-]+){0,4}|"
    r"[A-Z0-9][\w'’.-]*(?: [\w'’.-]+){0,4}|"
    r"(?:number|line|page|room|extension|stand|bay) \w+))$"
)
_SHORT_BAD = re.compile(
    r"\b(?:herself|himself|itself|themselves|is|are|who|which|that|to|you|your|we|our|it|this|because|when|if|"
    r"been|being|not|and|or|as|than|so|"
    r"part|result|"
    r"same|way|one|good|great|best|important|key|case|time|problem|place|thing|choice|option|responsibility|"
    r"right|must|lot|"
    r"bit|few|example|member|factor|issue|question|common|major|significant|crucial|essential)\b|ing$",
    re.IGNORECASE,
)


def thing_frames(subject: str, predicate: str, front: int = 0) -> list[Frame | str]:
    """All frames of this kind that a clause has."""
    if subject == "there":
        return _there(predicate)
    found = [*_names(subject, predicate), *_places(subject, predicate)]
    if not found:
        found = _short(subject, predicate)
    return found or _objects(subject, predicate, front)


def _there(predicate: str) -> list[Frame | str]:
    """ "There is a health centre on the first floor": where there is one."""
    match = _THERE.match(CUT.sub("", predicate))
    if (
        not match
        or object_fault(match.group("thing"), "a long tail")
        or _NOT_A_PLACE.search(match.group("place"))
    ):
        return []
    if find_values(predicate) or re.search(r"\b(?:also|numerous|vicinity|area)\b", predicate):
        return []
    relation = f"{match.group('be')} {{where}} {match.group('thing')}"
    return [checked(Frame("place", "there", relation, match.group("place")))]


def is_person(text: str) -> bool:
    """Whether `text` reads as a person's name: two to four capitalised words, none that names a body or place."""
    shouted = any(word.isupper() and len(word) > 2 for word in text.split())
    return bool(_PERSON.match(text)) and not _NOT_PERSON.search(text) and not shouted


def _names(subject: str, predicate: str) -> list[Frame | str]:
    """People and bodies: who leads, who runs, who is the manager."""
    results: list[Frame | str] = []
    by = _BY.match(predicate)
    if by and is_participle(by.group("participle")) and not find_values(by.group("name")):
        results.append(
            checked(
                Frame("name", subject, f"{by.group('verb')} by {{who}}{by.group('tail')}", by.group("name"))
            )
        )
    clause = CUT.sub("", predicate)
    common = None if by or HALF.match(predicate[len(clause) :]) else _BY_COMMON.match(clause)
    if common and is_participle(common.group("participle")) and not find_values(common.group("name")):
        relation = f"{common.group('verb')} by {{who or what}}{common.group('tail')}"
        doer = common.group("name")
        for_name = re.match(r" for [A-Z]", common.group("tail"))
        if not for_name and not _VAGUE_OBJECT.search(doer) and not doer.endswith("ing"):
            results.append(checked(Frame("name", subject, relation, doer)))
    copula = re.match(rf"^(?P<be>is|are|was|were) (?P<rest>{PROPER}[^,]*)$", predicate)
    if copula and ROLE.search(subject) and is_person(copula.group("rest")):
        results.append(checked(Frame("name", subject, f"{copula.group('be')} {{who}}", copula.group("rest"))))
    if not is_person(subject):
        return results
    role = re.match(r"^(?P<be>is|was) (?P<role>(?:the|our) [^,;]{3,60}?)(?:,.*)?$", predicate)
    if role and ROLE.search(role.group("role")) and len(role.group("role").split()) <= 9:
        results.append(checked(Frame("name", role.group("role"), f"{role.group('be')} {{who}}", subject)))
    leads = _LEADS.match(predicate)
    if leads and not DANGLING.search(leads.group("rest")):
        thing = leads.group("rest")
        if find_values(thing) or re.search(r"\b(?:and|who|which|that)\b", thing):
            results.append("complex_sentence")
        else:
            results.append(checked(Frame("name", thing, f"{{who}} {leads.group('verb')}", subject)))
    return results


def _places(subject: str, predicate: str) -> list[Frame | str]:
    place = _PLACE.match(CUT.sub("", predicate))
    if not place or _NOT_A_PLACE.search(place.group("place")) or not _STATIC.match(place.group("verb")):
        return []
    answer = place.group("place")
    if re.match(r"(?:in|at|on|under) [A-Z]\w*[A-Z]", answer):
        return []
    if any(value.kind not in ("count",) for value in find_values(answer)) or subject in ("you", "we"):
        return []
    bare = re.match(r"^(?:in|at) (?=the|an?|[A-Z0-9])", answer)
    if bare:
        answer = answer[bare.end() :]
    if len(answer.split()) > 8 or DANGLING.search(answer):
        return ["long_answer"]
    return [checked(Frame("place", subject, f"{place.group('verb')} {{where}}", answer))]


def _short(subject: str, predicate: str) -> list[Frame | str]:
    """ "The market day is Saturday": a definite subject that is a short name or thing."""
    short = _SHORT.match(predicate)
    if not short or not re.match(r"(?:the|our) \S+", subject, re.IGNORECASE) or len(subject.split()) < 3:
        return []
    answer = short.group("answer")
    if _SHORT_BAD.search(answer) or any(value.kind != "days" for value in find_values(predicate)):
        return []
    slot = "who" if ROLE.search(subject) and is_person(answer) else "what"
    return [checked(Frame("short", subject, f"{short.group('be')} {{{slot}}}", answer))]


_OBJECT_VERBS = words_of(
    """
    accept administer allow announce award ban build buy carry cause collect combine comprise consume contain control
    cover create define deliver design develop discover display divide employ encompass establish export fund generate
    govern grant guarantee handle host implement import include influence introduce invent issue launch lead maintain
    make manage manufacture mean measure name offer operate own pay perform prevent produce prohibit promote protect
    provide publish purchase receive reduce release remove replace represent require reveal run satisfy sell serve
    sponsor store supply support surround teach track use win write give need take hold
    adopt approve appoint assess assume authorize charge coordinate conduct draft elect enact enforce enhance evaluate
    examine exercise facilitate feature fulfil highlight identify impose invade lack list monitor obtain occupy organise
    organize outline oversee pass present recognise recognize record recommend reflect regulate reimburse review select
    send submit train violate conquer defeat destroy establish found restore resolve revoke address collect share retain
    """
)
_STOP_WORDS = (
    r"that|who|which|when|if|because|to|is|are|was|were|will|can|must|by|but|so|as|than|while|where|how|what|"
    r"not|it|they|you|"
    r"we|this|these|those|in|on|at|for|from|with|without|of|into|through|during|under|after|before|within|"
    r"until|since|via|"
    r"among|between|about|and|or|per|over|using|unless|only|also|based|including"
)
NOUN_PHRASE = (
    rf"(?!(?:{_STOP_WORDS})\b)(?:(?:an?|the|any|all|its|"
    rf"their) )?[\w'’-]+(?: (?!(?:{_STOP_WORDS})\b)[\w'’/&-]+){{0,6}}"
    r"(?: of (?:(?:the|an?|its|their) )?[\w'’-]+(?: [\w'’-]+){0,2}?)?"
)
_OBJECT = re.compile(
    rf"^(?P<object>{NOUN_PHRASE})(?P<tail>(?: (?:in|on|at|for|from|with|without|to|into|through|during|under|"
    rf"after|before|"
    r"within|until|since|via|among|between|about|over)\b(?: [\w'’$€%.-]+){1,9})?)$"
)
_BY_WAY = re.compile(
    r"^(?P<verb>(?:is|are|was|were|can be|must be|will be|may be|should be) (?:\w+ly )?(?P<participle>\w+) "
    rf"(?P<prep>on|for|with|from|into|as|through)) (?P<object>{NOUN_PHRASE})$"
)
_PREPOSITIONAL = re.compile(
    r"^(?P<verb>(?:(?:can|must|will|may|should) )?(?:"
    r"(?:is|are|was|were) (?:(?:also|primarily|mainly|solely|fully|directly) )?(?:responsible for|"
    r"in charge of|home to|part of|"
    r"subject to|known for|famous for|eligible for|entitled to|limited to|equal to|available to|"
    r"available from|available through|"
    r"available in|exempt from|named after|composed of|made of|made from|derived from|dedicated to|"
    r"divided into|split into|"
    r"converted into|transferred to|attached to|assigned to|connected to|linked to|sent to|added to|"
    r"replaced by|followed by)|"
    r"(?:belong|depend|rely|relies|refer|lead|led|result|apply|applies|applied|comply|complies|focus|focuse|"
    r"stem|date|derive|"
    r"derived|specialise|specialize|flow|border|participate|participated|serve|served|act|acted|work|worked|report|"
    r"correspond|adhere|contribute|contributed|differ|turn|turned|amount|point|resort|resulted|focused|"
    r"depended|relied|belonged)"
    r"e?s? (?:to|on|upon|in|into|from|with|as|through|under|for)|consists? of)) "
    rf"(?P<object>{NOUN_PHRASE})(?P<tail>(?: (?:in|on|at|for|from|during|under|after|before|within|until|since|"
    rf"if|when)\b"
    r"(?: [\w'’$€%.-]+){1,9})?)$"
)
_VAGUE_OBJECT = re.compile(
    r"\b(?:it|them|this|that|these|those|one|ones|some|such|same|other|others|another|more|many|much|most|"
    r"several|few|"
    r"various|different|certain|way|ways|thing|things|lot|lots|each|sure|you|us|following|everything|anything|"
    r"something|"
    r"his|her|my|ability|opportunity|chance|"
    r"sort|kinds?|types?|variety|who|citation|needed|everyone|anyone|someone)\b|\b(?:your|our) [\w'’-]+$",
    re.IGNORECASE,
)
_VAGUE_UNNAMED = re.compile(
    r"\b(?:own|number|part|parts|order|rest|use|sense|place|advantage|account|care|time|help|good|great|new|"
    r"important|"
    r"additional|similar|best|better|changes?|information|opportunit\w+|access|fact|case|effect|effort|steps?|"
    r"range|rise|"
    r"role|result|example|your|our)\b",
    re.IGNORECASE,
)
"""Too vague for an answer, unless a name goes with it."""
_VAGUE_TAIL = re.compile(
    r"\b(?:it|them|this|that|these|those|such|same|following|his|her|my)\b", re.IGNORECASE
)
_PEOPLE = re.compile(
    r"\b(?:people|children|adults|employees|members|students|women|men|families|parents|veterans|workers|"
    r"customers|users|"
    r"individuals|employers|staff|guests|riders)\b",
    re.IGNORECASE,
)
_ONE_WORD = re.compile(r"^(?:an?|the|any|all|its|their) [a-z][\w'’-]*$")
_AFTER_OBJECT = re.compile(
    r",? (?:which|who|so|but|because|although|while|with|where|whereas)\b|[;:]|,? and (?:it|they|then|is|are|"
    r"was|were|has|have)\b"
)
_RELATIVE_END = re.compile(
    r",? (?:that|who|which) (?:is|are|was|were|has|have|can|will|may|must|[a-z]+(?:s|ed))\b.*$"
)
_LETTING = re.compile(r"\b(?:allow|require|enable|cause|force|permit|take|need|use)\w*$")
_NO_SUBJECT = re.compile(
    r"(?:your|our|an?|each|every|all|any|some|many|most|several|few|no|you|we) ", re.IGNORECASE
)


def _objects(subject: str, predicate: str, front: int) -> list[Frame | str]:
    """What a thing covers, requires or sells; what it is made from, used for or based on."""
    vague = subject != "we" and _NO_SUBJECT.match(subject + " ") and (len(subject.split()) < 3 or front)
    if vague or find_values(predicate):
        return []
    boundary = len(predicate) - front if front else len(predicate)
    predicate, moved = predicate[:boundary].strip(), predicate[boundary:].strip()
    clause = CUT.sub("", predicate)
    cut = predicate[len(clause) :]
    named = re.search(r" [A-Z][\w'’-]+$", clause) and re.match(r", (?:an?|the) (?!.*,? and )", cut)
    if cut and not named and not _AFTER_OBJECT.match(cut):
        return []
    relative = _RELATIVE_END.search(clause)
    if relative and len(clause[: relative.start()].split()) >= 4:
        clause = clause[: relative.start()]
        if re.search(r" of (?:the|a|an|any|those) [a-z]+$", clause):
            return []  # "the earnings of the person who died"
    words = clause.split(" ")
    prepositional = _PREPOSITIONAL.match(clause)
    if prepositional:
        answer, tail = prepositional.group("object"), prepositional.group("tail").strip()
        if object_fault(answer, tail):
            return []
        relation = f"{prepositional.group('verb')} {{what}} {tail} {moved}".strip()
        return [checked(Frame("short", subject, relation, answer))]
    by_way = _BY_WAY.match(clause)
    if by_way and is_participle(by_way.group("participle")):
        verb, answer, tail = by_way.group("verb"), by_way.group("object"), ""
        if (
            by_way.group("participle") in ("located", "situated", "held", "kept", "based")
            and by_way.group("prep") != "on"
        ):
            return []
    else:
        at = 1 if words[0].lower() in MODALS and len(words) > 2 else 0
        matched = _OBJECT.match(" ".join(words[at + 1 :]))
        if not verb_form(words[at]) or base_form(words[at]) not in _OBJECT_VERBS or not matched:
            return []
        verb, answer, tail = " ".join(words[: at + 1]), matched.group("object"), matched.group("tail").strip()
    name_goes_on = re.match(r"(?:for|of|in|on|to) [A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*$", tail)
    if name_goes_on and answer.split()[-1][:1].isupper() and answer.split()[-1] not in ("I",):
        answer, tail = f"{answer} {tail}", ""
    if subject == "we" and (len(tail.split()) < 2 or len(answer.split()) < 2):
        return []
    if object_fault(answer, tail) or tail.startswith("to ") and _LETTING.search(verb):
        return []
    if base_form(verb.split()[-1]) in ("grant", "recommend", "give", "send", "offer") and _PEOPLE.search(
        answer
    ):
        return []  # to whom it goes, not what
    who = "whom" if _PEOPLE.search(re.split(r" (?:in|of|for) ", answer)[0]) else "what"
    return [checked(Frame("short", subject, f"{verb} {{{who}}} {tail} {moved}".strip(), answer))]


def object_fault(answer: str, tail: str) -> bool:
    words = answer.split()
    if _ONE_WORD.match(answer) and len(tail.split()) < 3:
        return True
    if (
        _VAGUE_OBJECT.search(answer)
        or _VAGUE_UNNAMED.search(answer)
        and not re.search(r" [A-Z]|^[A-Z]{2}", answer)
        or tail
        and _VAGUE_TAIL.search(tail)
        or not 1 < len(words) <= 8
        and not answer[:1].isupper()
    ):
        return True
    if any(verb_form(word) in ("third", "past") and word.islower() for word in words[1:-1]) or re.search(
        r"\b(?:and|or)$", answer
    ):
        return True
    return bool(
        re.search(
            r"(?:ing|ed|ly)$|^(?:free|equal|retroactive|available|due|necessary|eligible|responsible)$",
            words[-1],
        )
        or re.search(r"ing$", words[0])
        or verb_form(words[0]) == "base"
        or tail.endswith(" to")
    )
