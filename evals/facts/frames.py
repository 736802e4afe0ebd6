"""English statements as question frames: "Refunds are paid within 14 days." → refunds, "are paid {within how many days}".

A frame keeps the sentence's own words: its subject, its verb and the rest, with question words in the place of
the value. Sentences that the rules can't read safely make no frame, and the reason is returned instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .grammar import BE, DO, HAVE, MODALS, is_participle, lower_first, verb_form
from .model import words_of
from .values import Value, find_values


@dataclass(frozen=True)
class Frame:
    """What a statement says: `relation` has one {slot}."""

    kind: str
    subject: str
    relation: str
    answer: str


_LEAD = re.compile(
    r"^(?:However|Also|Please note(?: that)?|Note(?: that)?|Note:|In addition|Additionally|Furthermore|Moreover|Therefore|Thus|Generally|"
    r"Usually|Currently|Normally|Typically|Finally|First|Second|Remember(?: that)?|Important:|In general|As a rule|By default|Today|"
    r"Yes|No|So|And|But|Of course|In short|In total|Overall|Reminder|Tip|Warning|Fortunately|Originally|Previously)[,:]?\s+",
)
_FRONTED = re.compile(
    r"^(?P<front>(?:For|In|On|At|During|From|After|Before|With|Under|If|When|Unless|Since|Starting|Until|As of|By|To|Within|Throughout|"
    r"Once|While|Outside|Except|Between|Beginning|Effective|Among|Inside|Without|Over|Upon|Through)\b[^,]{2,70}),\s+(?P<rest>\S.*)$"
)
_EXAMPLE = re.compile(
    r"\b(?:for example|e\.g\.|for instance|suppose|let's say|imagine|example:|i\.e\.)|…|\.\.\.|\?|__",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|never|nor|neither|hardly|cannot|no longer|nobody|nothing|none)\b|n[’']t\b", re.IGNORECASE
)
_NEGATION_OK = re.compile(
    r"\b(?:not|no) (?:more|less|later|fewer|earlier|longer|exceed)\b(?: than)?|\bif not\b", re.IGNORECASE
)
_BARE_SUBJECT = re.compile(
    r"^(?:this|that|these|those|it|they|he|she|there|here|such|another|others?|both|either|one|some|most|many|each|any|all|the (?:above|"
    r"following|latter|former|same|other|others|rest|first|second|third|next|last|result|results|amount|number|answer|two|three)|"
    r"what|who|which|where|everyone|anyone|someone|i|his|her|their|its|them|those who|part|half|much|more|several|few)$",
    re.IGNORECASE,
)
_BAD_START = re.compile(
    r"^(?:this|that|these|those|it|they|he|she|such|and|or|but|because|so|as|if|when|while|although|though|his|her|their|its|who|which|that|"
    r"where|what|how|not|only|just|than|then|another|other|others|some|about|to|at least|even|please|both|either|the following|the above|"
    r"in|on|at|for|with|by|from|after|before|during|until|since|under|over|within|once|unless|whether)\b",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    r"\b(?:who|whom|whose|which|that|where|when|if|because|while|although|though|unless|whether|how|what|why|as|than)\b",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"\b(?:it|they|them|he|she|him|this|these|those|above|below|here|there|former|latter|respectively|following|such|same|aforementioned|"
    r"its own|another|otherwise|thereafter|therefore|instead|too|herein|hereby|therein|thereof)\b"
    r"|\b(?:in|after|at|on|of|for|with|to|by|use|uses|from|before|under|than|do|does|within|during|about) that\b|\bthat (?:is|time|date|amount|day|year)\b|\bdo so\b|\bdoing so\b",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"\b(?:his|her)\b", re.IGNORECASE)
_CUT = re.compile(
    r"\s*(?:,\s+(?:and|but|so|or|which|who|whom|whose|where|because|although|though|while|however|whichever|with|including|as|after|plus|then|depending|even|not|usually)\b"
    r"|;|:\s|\s[–—-]\s|\(|,\s+(?=[a-z]+ing\b)|\s(?:and|but|so|because|although|whereas|while) (?=(?:is|are|was|were|has|have|can|must|will|should|may|the|you|we|it|they|a|an|your|our|this|then|if|also|please|do|does)\b)).*$"
)
_TRAILING = re.compile(r"[\s,;:.]+$")
_ATTACHED = re.compile(
    r"^\s(?:of|before|after|in advance|prior to|from|following|since|ago|later|ahead|old|or (?:more|less|fewer|older|younger|over|under)|long|wide|high|deep|away|off|above|below|beyond|in length|in (?:size|width|height|depth))\b",
)
_TAIL_VERB = re.compile(r"\s(?:and|or|but)\s+(\w+)")

_QUALIFIERS = (
    r"(?:up to|at least|at most|no more than|not more than|no later than|no less than|not less than|more than|less than|fewer than|over|under|"
    r"a maximum of|a minimum of|a total of|as much as|as many as|as little as|only|no fewer than|above|below|exceeding|not exceeding|between|the first|the last|every|a further|another|an additional|around|about|just|roughly)"
)
_BEFORE_VALUE = re.compile(
    rf"(?P<prep>\b(?:within|in|on|at|by|for|after|before|until|till|from|since|every|of|to|with|than|during|as|per|through|into|against|against|under|over|between|around|per|not later than|no later than|as of|starting|effective|beginning)\s+)?"
    rf"(?P<qualifier>\b{_QUALIFIERS}\s+)?(?P<article>(?:a|an|the|its|their|your)\s+)?$",
    re.IGNORECASE,
)
_PROPER = r"(?:[A-Z][\w'’.-]*[\w.]|[A-Z])"
_PERSON = re.compile(
    rf"^(?:(?:Dr|Mr|Mrs|Ms|Prof|Professor)\.? )?{_PROPER}(?: (?:de|van|von|der|la|del|bin|al|di|da|O'|[A-Z]\.)){{0,2}}(?: {_PROPER}){{1,3}}$"
)
_NOT_PERSON = re.compile(
    r"\b(?:Street|Road|Lane|Avenue|University|College|Office|Department|Act|Center|Centre|Company|Inc|Ltd|LLC|Service|Services|Administration|"
    r"Agency|Program|Programme|Bureau|School|Bank|Council|Committee|Court|Association|Institute|January|February|March|April|May|June|July|"
    r"August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|United|States|Federal|National|"
    r"Government|Team|Group|Form|Policy|Plan|Guide|Security|Health|Insurance|Union|Army|Church|House|Park|River|Lake|Mountain|City|Hall|"
    r"Building|Station|Bridge|Island|North|South|East|West|New|Saint|The|Your|Our|My|Desk|Club|Shop|Store|Workshop)\b"
)
_ROLE = re.compile(
    r"\b(?:manager|director|head|owner|founder|co-founder|chair|chairman|chairwoman|chairperson|coordinator|contact|mechanic|instructor|teacher|president|officer|"
    r"lead|leader|chief|secretary|author|nurse|administrator|treasurer|editor|supervisor|trainer|guide|host|partner|representative|minister|"
    r"mayor|captain|coach|engineer|architect|accountant|buyer|receptionist|person in charge|curator|principal|CEO|CTO|CFO|COO|maintainer|creator|inventor|designer|technician|tutor)\b",
    re.IGNORECASE,
)
_BY = re.compile(
    rf"^(?P<verb>(?:is|are|was|were|will be|must be|has been|have been) (?:\w+ly )?(?P<participle>\w+)(?P<mid>(?: [\w'’-]+){{0,6}}?)) by (?P<name>(?:[Tt]he )?{_PROPER}(?: (?:of|and|de|van|von|the|for|[A-Z]\.|{_PROPER})){{0,5}}(?<! of)(?<! and)(?<! the)(?<! for))(?P<tail>(?: (?:in|on|at|for|from|since|every|during|after)\b[^,;]*)?)$"
)
_PLACE = re.compile(
    r"^(?P<verb>(?:is|are|was|were|will be|lies|sits|stands|takes place|take place|took place|meets|meet)(?: (?:located|based|situated|held|kept|stored|found|served|displayed|parked|headquartered|born|buried|sited|established))?) "
    r"(?P<place>(?:in|at|on|near|behind|opposite|next to|beside|inside|outside|between) (?:the |a )?[\w'’\"“”&. -]*(?:[A-Z0-9][\w'’-]*|room|floor|building|street|hall|counter|desk|yard|garage|cellar|basement|entrance|office|corner|shed|kitchen|lobby|gate|workshop|wall)(?:[\w'’ -]*?)?)(?:,[^,]*)?$"
)


_TIME_WORD = re.compile(
    r"\b(?:days?|weeks?|months?|years?|morning|afternoon|evening|night|season|time|hours?|minutes?|winter|summer|spring|autumn|fall|\w+day)s?\b",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"^(?P<be>is|are|was|were) (?P<answer>(?:(?:an?|the) [\w'’-]+(?: [\w'’-]+){0,4}|[A-Z0-9][\w'’.-]*(?: [\w'’.-]+){0,4}|(?:number|line|page|room|extension|stand) \w+))$"
)
_SHORT_BAD = re.compile(
    r"\b(?:is|are|who|which|that|to|you|your|we|our|it|this|because|when|if|been|being|not|and|or|as|than|so|part|result|same|way|one|good|great|best|important|key|case|time|problem|place|thing|choice|option|responsibility|right|must|lot|bit|few)\b|ing$",
    re.IGNORECASE,
)


def frames(sentence: str) -> tuple[list[Frame], list[str]]:
    """The frames of a statement (without its final stop), and why candidates were turned away."""
    text = _LEAD.sub("", sentence.strip()).strip()
    text = re.sub(r"\s*\([^()]*\)", "", text)
    text = _TRAILING.sub("", text).rstrip("!*†")
    if not text or _EXAMPLE.search(text):
        return [], ["example_or_question"] if text else []
    if _NEGATION.search(_NEGATION_OK.sub("", text)):
        return [], ["negation"]
    front = ""
    fronted = _FRONTED.match(text)
    if fronted:
        front, text = fronted.group("front"), fronted.group("rest")
    split = split_statement(text)
    if isinstance(split, str):
        return [], [split]
    subject, predicate = split
    if front and not _DANGLING.search(front):
        predicate = f"{predicate} {lower_first(front, proper=False)}"
    elif front:
        return [], ["refers_back"]
    found: list[Frame] = []
    reasons: list[str] = []
    for result in (
        *_value_frames(subject, predicate, len(front)),
        *_name_frames(subject, predicate),
        *_place_frames(subject, predicate),
        *_short_frames(subject, predicate),
    ):
        if isinstance(result, str):
            reasons.append(result)
        else:
            found.append(result)
    return found, reasons


def split_statement(text: str) -> tuple[str, str] | str:
    """(subject, predicate) of a statement, or the reason why it can't be told."""
    words = text.split(" ")
    if len(words) < 3 or len(words) > 45:
        return "sentence_length"
    first = words[0]
    if (
        first[:1].isupper()
        and verb_form(first) == "base"
        and (words[1].lower() in _IMPERATIVE_NEXT or words[1][:1].isdigit())
    ):
        return "you", f"should {lower_first(text, proper=False)}"
    at = _verb_at(words)
    if at is None:
        return "no_verb"
    subject = " ".join(words[:at])
    if words[0] == "There" and at == 1:
        return "there", " ".join(words[1:])
    if _BARE_SUBJECT.match(subject) or _BAD_START.match(subject) or _DANGLING.search(subject):
        return "refers_back"
    if _SUBORDINATE.search(subject) or "," in subject or ":" in subject or len(words[:at]) > 10:
        return "complex_subject"
    if subject[:1].islower() or not re.match(r"[\w\"“'‘€$£]", subject):
        return "fragment"
    return subject, " ".join(words[at:])


_IMPERATIVE_NEXT = words_of(
    """
    the a an your our all any this it each at in on by for to with within up from no every us them off
    out back and for
    """
)


def _verb_at(words: list[str]) -> int | None:
    """Where the finite verb of the main clause stands."""
    for index, word in enumerate(words[:14]):
        if index == 0:
            continue
        lower = word.lower()
        if lower in BE or lower in MODALS or lower in DO or lower in HAVE:
            return index
        form = verb_form(word)
        if not form or word[:1].isupper() or words[index - 1].lower() in _NEVER_BEFORE_VERB:
            continue
        following = words[index + 1] if index + 1 < len(words) else ""
        next_lower = following.lower()
        if (
            next_lower in BE
            or next_lower in MODALS
            or next_lower in HAVE
            or (verb_form(following) in ("third", "past") and next_lower not in ("set",))
        ):
            continue  # a noun that looks like a verb: "late returns cost …"
        if (
            index + 2 < len(words)
            and form != "third"
            and next_lower not in _AFTER_VERB
            and not re.match(r"[\d$€£]", following)
        ):
            later = words[index + 2].lower()
            if later in BE or later in MODALS or later in HAVE:
                continue
        plural = _looks_plural(words[:index])
        if form == "third" and plural and words[index - 1].lower() not in ("service",):
            continue
        if form == "base" and not plural:
            continue
        return index
    return None


_NEVER_BEFORE_VERB = words_of(
    """
    a an the of for in on at to with by from your our my their its this that these those no any each
    every per and or as than new first late early about between into
    """
)
_AFTER_VERB = words_of(
    """
    the a an up at to in on by for from of with after within until before about no your our all every
    only
    """
)


def _looks_plural(words: list[str]) -> bool:
    """Whether the head of the subject is plural (you and we count)."""
    head = words[-1].lower()
    for index, word in enumerate(words):
        if (
            word.lower() in ("of", "for", "in", "on", "at", "with", "from", "to", "under", "over", "by")
            and index > 0
        ):
            head = words[index - 1].lower()
            break
    if head in ("you", "we", "people", "children", "staff", "men", "women", "they", "i"):
        return True
    if any(word.lower() == "and" for word in words):
        return True
    return head.endswith("s") and not head.endswith(("ss", "us", "is"))


def _value_frames(subject: str, predicate: str, front: int) -> list[Frame | str]:
    results: list[Frame | str] = []
    values = find_values(predicate)
    boundary = len(predicate) - front if front else len(predicate)
    for value in values:
        # The clause that the value stands in: nothing after a cut belongs to it, except the fronted part.
        after = predicate[value.end : boundary] if value.end <= boundary else predicate[value.end :]
        moved = predicate[boundary:] if front and value.end <= boundary else ""
        cut = _CUT.sub("", after)
        results.append(_value_frame(subject, predicate[: value.start], value, cut, moved.strip()))
    return results


def _value_frame(subject: str, before: str, value: Value, after: str, moved: str) -> Frame | str:
    if "," in before or _CUT.search(before.rstrip()):
        return "complex_sentence"
    if re.match(r"\s*(?:or|and|to|-|–)\s*(?:[\d$€£]|an? )", after) or re.search(
        r"[\d%] (?:and|or|to|plus) $|(?:either|both) $", before
    ):
        return "several_values"
    if re.match(r"-\w|/|[’'%]", after):
        return "part_of_a_name"
    lead = _BEFORE_VALUE.search(before)
    prep = (lead.group("prep") or "").strip().lower() if lead else ""
    qualifier = (lead.group("qualifier") or "").strip().lower() if lead else ""
    article = (lead.group("article") or "").strip() if lead else ""
    kept = before[: lead.start()] if lead else before
    question = question_words(value, prep, qualifier, article)
    if question is None:
        noun = re.search(r"\b(?:a|an|the)\s+((?:[\w-]+ ){0,2}[\w-]+)\s+of\s+(?:up to |at least )?$", before)
        if noun is None or value.kind not in ("money", "percentage", "measure", "duration"):
            return "no_question_words"
        kept, question = before[: noun.start()], f"what {noun.group(1)}"
    attached = ""
    if value.kind == "count":
        after = after[len(value.noun) + 1 :] if after.startswith(" " + value.noun) else after
    if _ATTACHED.match(after):
        attached, after = _attached(after)
    if re.search(r"^\s(?:and|or)\b", after):
        return "several_values"
    tail = _TRAILING.sub("", after)
    tail_verb = _TAIL_VERB.search(tail)
    if tail_verb and verb_form(tail_verb.group(1)):
        tail = tail[: tail_verb.start()]
    for other in find_values(tail + " " + attached):
        if other.kind == value.kind:
            return "several_values"
    if len(tail.split()) > 14 or len(kept.split()) > 16:
        return "long"
    answer = value.text
    if question == "how often":
        answer = f"every {answer}"
    elif kept.strip() in BE and not prep and not qualifier and value.kind in ("measure", "count"):
        # "The range is 90 km" asks for what the range is, not how many kilometres it is.
        question, attached = "what", attached
        answer = answer if value.kind == "measure" else f"{answer} {value.noun}"
    relation = " ".join(f"{kept.strip()} {{{question}{attached}}} {tail.strip()} {moved}".split())
    return _checked(Frame(_KINDS[value.kind], _subject(subject), relation, answer))


_KINDS = {
    "money": "money",
    "percentage": "percentage",
    "date": "date",
    "year": "date",
    "days": "date",
    "time": "time",
    "duration": "duration",
    "measure": "number",
    "count": "number",
}


def _attached(after: str) -> tuple[str, str]:
    """(what goes along with the question words, what stays): "14 days of the return" keeps "of the return"."""
    words = after.split(" ")
    for length in range(len(words), 1, -1):
        part = " ".join(words[:length])
        if length <= 9:
            rest = " ".join(words[length:])
            return _TRAILING.sub("", part), (" " + rest if rest else "")
    return "", after


def _subject(subject: str) -> str:
    return lower_first(subject)


def _checked(frame: Frame) -> Frame | str:
    asked = frame.relation.replace("{", "").replace("}", "")
    if _DANGLING.search(asked) or _POSSESSIVE.search(asked):
        return "refers_back"
    if re.search(r"\b(?:their|its)\b", asked) and frame.subject in ("you", "we", "there"):
        return "refers_back"
    first = frame.relation.split(" ", 1)[0].lower()
    if first.startswith("{") or first in ("cannot", "could", "would"):
        return "no_verb_left"
    if frame.subject == "there" and not re.match(
        r"(?:is|are|was|were) \{(?:[\w ]+ )?how many", frame.relation
    ):
        return "there"
    if asked.count("(") != asked.count(")") or '"' in asked or "“" in asked:
        return "unbalanced"
    return frame


def question_words(value: Value, prep: str, qualifier: str, article: str) -> str | None:
    """What to ask in place of a value after `prep` and `qualifier`, or None when nothing reads well."""
    if qualifier in (
        "between",
        "the first",
        "the last",
        "a further",
        "another",
        "an additional",
        "every",
        "over",
        "under",
    ):
        if qualifier == "every" and value.kind == "duration" and not prep:
            return "how often"
        if qualifier not in ("over", "under"):
            return None
        qualifier = {"over": "more than", "under": "less than"}[qualifier]
    if qualifier == "only":
        qualifier = ""
    lead = f"{prep} {qualifier}".strip()
    lead = (
        lead.replace("a maximum of", "at most").replace("a minimum of", "at least").replace("a total of", "")
    )
    lead = " ".join(
        lead.replace("about", "").replace("around", "").replace("roughly", "").replace("just", "").split()
    )
    if article and value.kind not in ("percentage",):
        return None
    if value.kind in ("date", "year", "days"):
        return _when(value, prep, qualifier)
    if (
        value.kind in ("time", "date")
        and prep == "from"
        and re.search(r" (?:to|until|till|and) |[-–]", value.text)
    ):
        return "during what hours" if value.kind == "time" else "during what dates"
    if value.kind == "time":
        return {
            "at": "at what time", "by": "by what time", "until": "until what time", "till": "until what time", "from": "from what time",
            "after": "after what time", "before": "before what time", "between": None, "no later than": "by what time", "": None,
        }.get(prep if prep else qualifier)  # fmt: skip
    amount = _amount(value)
    if value.kind == "duration":
        if prep in ("every",):
            return "how often"
        if (
            prep
            in ("in", "of", "to", "on", "as", "with", "into", "at", "per", "by", "than", "through", "against")
            and not qualifier
        ):
            return None
        if not lead or prep == "for" and not qualifier:
            return f"{lead} how long".strip()
        return f"{lead} {amount}"
    if prep in (
        "in",
        "on",
        "as",
        "with",
        "into",
        "per",
        "through",
        "against",
        "than",
        "of",
        "before",
        "after",
        "since",
        "until",
        "every",
        "around",
        "during",
    ):
        if (
            value.kind == "count"
            and prep in ("in", "on", "with", "after", "before", "during", "into", "through", "of")
            or value.kind == "measure"
            and prep in ("of",)
            or prep == "after"
            and value.kind in ("measure",)
        ):
            return None if prep == "of" else f"{lead} {amount}"
        return None
    return f"{lead} {amount}".strip()


def _amount(value: Value) -> str:
    if value.kind == "money":
        return "how much"
    if value.kind == "percentage":
        return "what percentage"
    if value.kind == "count":
        return f"how many {value.noun}"
    unit = re.search(r"[A-Za-z°][\w/° ]*$", value.text)
    name = unit.group().split()[-1] if unit else ""
    if value.kind == "duration":
        return f"how many {name if name.endswith('s') else name + 's'}"
    long_names = {
        "km": "kilometres", "m": "metres", "cm": "centimetres", "mm": "millimetres", "kg": "kilograms", "g": "grams", "l": "litres",
        "lbs": "pounds", "ft": "feet", "foot": "feet", "mile": "miles", "inch": "inches", "ml": "millilitres",
    }  # fmt: skip
    name = long_names.get(name, name)
    return f"how many {name}" if name and name[-1] == "s" or name == "feet" else "what value"


def _when(value: Value, prep: str, qualifier: str) -> str | None:
    key = prep or qualifier
    if value.kind == "days":
        return {
            "on": "on which days" if value.text.endswith("s") else "on which day",
            "from": None,
            "": None,
            "every": None,
        }.get(key, f"{key} which day" if key in ("by", "until", "before") else None)
    if key in ("on", "in", "at", "as of", "starting", "effective", "beginning"):
        if value.kind == "year" or re.fullmatch(r"\d{4}", value.text):
            return "in what year"
        return "when"
    return {"by": "by when", "until": "until when", "till": "until when", "since": "since when", "from": "from when", "before": "before what date",
            "after": "after what date", "no later than": "by when", "": None}.get(key)  # fmt: skip


def _name_frames(subject: str, predicate: str) -> list[Frame | str]:
    """People and bodies: who leads, who runs, who is the manager."""
    results: list[Frame | str] = []
    by = _BY.match(predicate)
    if by and is_participle(by.group("participle")) and not find_values(by.group("name")):
        relation = " ".join(f"{by.group('verb')} {{by whom}}{by.group('tail')}".split())
        results.append(_checked(Frame("name", _subject(subject), relation, by.group("name"))))
    copula = re.match(rf"^(?P<be>is|are|was|were) (?P<rest>{_PROPER}.*)$", predicate)
    if copula and _ROLE.search(subject) and is_person(copula.group("rest")):
        results.append(
            _checked(Frame("name", _subject(subject), f"{copula.group('be')} {{who}}", copula.group("rest")))
        )
    if is_person(subject):
        role = re.match(r"^(?P<be>is|was) (?P<role>(?:the|our) [^,;]{3,60}?)(?:,.*)?$", predicate)
        if role and _ROLE.search(role.group("role")) and len(role.group("role").split()) <= 9:
            results.append(
                _checked(Frame("name", role.group("role"), f"{role.group('be')} {{who}}", subject))
            )
        leads = re.match(
            r"^(?P<verb>leads|runs|manages|owns|founded|heads|teaches|coordinates|supervises|chairs|edits|handles|looks after|designed|invented|wrote|founded|built|leads) (?P<rest>[^,;]{3,60}?)(?:,.*)?$",
            predicate,
        )
        if leads and not _DANGLING.search(leads.group("rest")):
            results.append(
                _checked_who(Frame("name", leads.group("rest"), f"{{who}} {leads.group('verb')}", subject))
            )
    return results


def _checked_who(frame: Frame) -> Frame | str:
    if find_values(frame.subject) or re.search(r"\b(?:and|who|which|that)\b", frame.subject):
        return "complex_sentence"
    return frame


def is_person(text: str) -> bool:
    """Whether `text` reads as a person's name: two to four capitalised words, none that names a body or place."""
    return (
        bool(_PERSON.match(text))
        and not _NOT_PERSON.search(text)
        and not any(word.isupper() and len(word) > 2 for word in text.split())
    )


def _place_frames(subject: str, predicate: str) -> list[Frame | str]:
    place = _PLACE.match(_CUT.sub("", predicate))
    if (
        not place
        or find_values(place.group("place"))
        and re.match(r"(?:in|on|at) (?:\d|[A-Z][a-z]+ \d)", place.group("place"))
    ):
        return []
    answer = place.group("place")
    if _TIME_WORD.search(answer):
        return []
    bare = re.match(r"^(?:in|at|on) (?=the|a|[A-Z0-9])", answer)
    if bare:
        answer = answer[bare.end() :]
    if len(answer.split()) > 8 or _DANGLING.search(answer):
        return ["long_answer"]
    if re.match(r"^(?:in|at|on) [A-Z][a-z]+$", place.group("place")) and re.search(
        r"January|February|March|April|May|June|July|August|September|October|November|December", answer
    ):
        return []
    return [_checked(Frame("place", _subject(subject), f"{place.group('verb')} {{where}}", answer))]


def _short_frames(subject: str, predicate: str) -> list[Frame | str]:
    """ "The market day is Saturday": a definite subject that is a short name or thing."""
    short = _SHORT.match(predicate)
    if not short or not re.match(r"(?:The|Our) \S+", subject) or len(subject.split()) < 3:
        return []
    answer = short.group("answer")
    if _SHORT_BAD.search(answer) or any(value.kind not in ("days",) for value in find_values(predicate)):
        return []
    if _ROLE.search(subject) and is_person(answer):
        return []
    return [_checked(Frame("short", _subject(subject), f"{short.group('be')} {{what}}", answer))]
