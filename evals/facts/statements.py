"""Taking English statements apart without a parser: clauses, subjects, finite verbs.

Where the rules are not sure, they name a reason and leave the sentence alone.
"""

from __future__ import annotations

import re

from .frame import DANGLING, TRAILING
from .grammar import BE, DO, HAVE, MODALS, NOUN_LIKE, lower_first, upper_first, verb_form
from .model import words_of

_LEAD = re.compile(
    r"^(?:However|Also|Please note(?: that)?|Note(?: that)?|Note:|In addition|Additionally|Furthermore|"
    r"Moreover|Therefore|"
    r"Thus|Generally|Usually|Currently|Normally|Typically|Finally|First|Second|Remember(?: that)?|Important:|"
    r"In general|"
    r"As a rule|In addition to that|By default|Today|Yes|No|So|And|But|Of course|In short|In total|Overall|"
    r"Reminder|Tip|Warning|Fortunately|"
    r"Initially|Eventually|Historically|Similarly|Subsequently|"
    r"Originally|Previously|As a result|Instead(?! of)|In fact|Indeed)\s?[,:]?\s+",
)
FRONTED = re.compile(
    r"^(?P<front>(?:For|In|On|At|During|From|After|Before|With|Under|If|When|Unless|Since|Starting|Until|As of|By|To|"
    r"Within|Throughout|Once|While|Instead of|In addition to|Outside|Except|Between|Beginning|Effective|Among|"
    r"Inside|Without|Over|Upon|Through)\b"
    r"(?:[^,]|,(?= ?\d{4}\b)){2,70}),\s+(?P<rest>(?!\d{4}\b)\S.*)$"
)
_EXAMPLE = re.compile(
    r"\b(?:for example|e\.g\.|for instance|suppose|let's say|imagine|example:|i\.e\.)|…|\.\.\.|\?|__",
    re.IGNORECASE,
)
_BARE_SUBJECT = re.compile(
    r"^(?:this|that|these|those|it|they|he|she|there|here|such|another|others?|both|either|one|some|most|many|"
    r"each|any|all|"
    r"the (?:above|following|latter|former|same|other|others|rest|first|second|third|next|last|result|results|"
    r"amount|number|"
    r"answer|two|three|oldest|newest|largest|smallest|remainder|exception|goal|purpose|idea|point|reason|"
    r"problem|key|aim|way|"
    r"thing|difference|rule|example|list|table|target)|exception|what|who|which|where|everyone|anyone|someone|"
    r"i|his|her|their|"
    r"its|them|those who|examples?|part|half|much|more|several|few|below|above|no one|nobody|nothing)$",
    re.IGNORECASE,
)
_BAD_START = re.compile(
    r"^(?:this|that|these|those|it|they|he|she|such|and|or|but|because|so|as|if|when|while|although|though|his|"
    r"her|their|"
    r"its|who|which|where|what|how|not|only|just|than|then|another|other|others|some|about|to|at least|even|"
    r"please|both|"
    r"either|the (?:following|above|latter|former|same|other)|in|on|at|for|with|by|from|after|before|during|"
    r"until|since|"
    r"under|over|within|once|unless|whether|until|according|given|provided|despite|of|per|like|unlike|also|"
    r"here|there)\b",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    r"\b(?:who|whom|whose|which|that|where|when|if|because|while|although|though|unless|whether|how|what|why|"
    r"as|than|it|they)\b",
    re.IGNORECASE,
)
_ADVERBS = re.compile(
    r" (?:usually|normally|typically|generally|also|always|often|currently|still|then|now|only|automatically|"
    r"alone|mainly|"
    r"mostly|therefore|just|already|originally|officially|subsequently|later|first|eventually|initially|"
    r"recently|[a-z]+ly)$"
)
_CLAUSES = re.compile(r";\s+|,\s+(?:and|but|while|whereas)\s+(?=(?:the|an?|[A-Z][\w-]+|[a-z]+s)\s)")
_APPOSITION = re.compile(
    r"^(?P<subject>(?:(?:The|Our|An?) )?[\w'’-]+(?: [\w'’-]+){0,6}), (?!and\b|or\b|"
    r"but\b)[^,]{3,90}, (?P<verb>[\w'’]+) "
    r"(?P<rest>.+)$"
)
_CONTRACTIONS = tuple(
    (re.compile(rf"\b({people})(?:[’']| (?=(?:ll|ve) )){short}\b"), rf"\1 {full}")
    for people, short, full in (
        ("[Yy]ou|[Ww]e|[Tt]hey|[Ii]t|[Hh]e|[Ss]he|I", "ll", "will"),
        ("[Yy]ou|[Ww]e|[Tt]hey|[Ii]t|I", "d", "would"),
        ("[Yy]ou|[Ww]e|[Tt]hey", "re", "are"),
        ("[Yy]ou|[Ww]e|[Tt]hey|I", "ve", "have"),
    )
)
_DATED_FRONT = re.compile(
    r"^(?P<front>(?:In|By|Since|Until|After|Before|From)(?: (?:early|late|mid|"
    r"January|February|March|April|May|June|July|August|September|October|November|December))? \d{4}|"
    r"On \d{1,2} [A-Z][a-z]+ \d{4}) (?=(?:the|an?|its|their|[A-Z])\b)"
)
"""A date that opens a sentence and lacks its comma: "In 1927 a zoological garden was established"."""
_MODAL = r"(?:must|should|shall|may|can|will)"
_DESCRIBED = re.compile(
    r"^(?P<subject>(?:(?:All|Any|Most) )?(?!(?:Those|People|Anyone|Everyone|Someone|One|That|The|A|An) )"
    r"[A-Z][\w’'-]+(?: [\w’'-]+){0,3} who "
    rf"(?!{_MODAL}\b)(?:(?!\b(?:{_MODAL[3:-1]}|and|or|but|if|when|because|you|your|I|we)\b)[\w’' -]){{3,70}}?) "
    rf"(?P<predicate>{_MODAL} (?!.*\b{_MODAL}\b).+)$"
)
"""A plural subject with a relative clause before the sentence's only modal: "Employees who travel must …"."""
_LOST_NOT = re.compile(
    r"\b(do|does|did|ca|can|wo|won|is|are|was|were|has|have|could|would|should|must|don|doesn|didn|isn|aren|"
    r"wasn|weren|"
    r"hasn|haven|couldn|wouldn|shouldn|mustn) t ",
    re.IGNORECASE,
)
"""A negation whose apostrophe was lost: "won t work"."""
_WHOLE = {"wo": "will", "won": "will", "ca": "can", "don": "do", "doesn": "does", "didn": "did", "isn": "is"}
_IMPERATIVE_NEXT = words_of(
    "the a an your our all any each at in on by for to with within up from no every us off out back and"
)
_NEVER_BEFORE_VERB = words_of(
    """
    a an the of for in on at to with by from your our my their its this that these those no any each every per and or
    as than new first late early about between into other different
    """
)
_ADJECTIVES = words_of(
    "open clean complete free present separate direct live close average total express advance own"
)
_AFTER_VERB = words_of(
    """
    the a an up at to in on by for from of with after within until before about no your our all every only its their
    this these that over under more less as through into approximately around
    """
)


def expanded(sentence: str) -> str:
    """A sentence without its introducing words, brackets and final stop, and with contractions written out."""
    text = _LEAD.sub("", sentence.strip()).strip()
    text = re.sub(r"\s*\((?!\d{3}\) \d)[^()]*\)", "", text)
    if " t " in text:
        text = _LOST_NOT.sub(lambda match: f"{_WHOLE.get(match.group(1).lower(), match.group(1))} not ", text)
    text = TRAILING.sub("", text).rstrip("!*†")
    text = _DATED_FRONT.sub(r"\g<front>, ", text)
    if "’" in text or "'" in text or " ll " in text or " ve " in text:
        for pattern, full in _CONTRACTIONS:
            text = pattern.sub(full, text)
    return text


def is_example(text: str) -> bool:
    """Whether the sentence is a question, a supposition or an example, which state no fact."""
    return _EXAMPLE.search(text) is not None


def clauses(text: str) -> list[str]:
    """The sentence's main clauses; one with a fronted condition stays whole, for the condition may hold for all."""
    return (
        [text]
        if FRONTED.match(text)
        else [upper_first(TRAILING.sub("", part)) for part in _CLAUSES.split(text)]
    )


def without_apposition(text: str) -> str:
    """ "Warsaw, the capital, covers …" → "Warsaw covers …"."""
    match = _APPOSITION.match(text)
    if match:
        verb = match.group("verb").lower()
        if verb in BE or verb in MODALS or verb in HAVE or verb_form(verb) == "third":
            return f"{match.group('subject')} {match.group('verb')} {match.group('rest')}"
    return text


def split_statement(text: str) -> tuple[str, str] | str:
    """(subject, predicate) of a statement, or the reason why it can't be told."""
    text = upper_first(re.sub(r"^[Pp]lease,? ", "", text))
    words = text.split(" ")
    if len(words) < 3 or len(words) > 45:
        return "sentence_length"
    first = words[0]
    imperative = words[1].lower() in _IMPERATIVE_NEXT or words[1][:1].isdigit()
    if first.lower() in (
        "see",
        "learn",
        "read",
        "visit",
        "click",
        "find",
        "note",
        "check",
        "consider",
        "remember",
    ):
        return "imperative"
    if first[:1].isupper() and verb_form(first) == "base" and imperative:
        return "you", f"should {lower_first(text, proper=False)}"
    if first.lower() in BE or first.lower() in HAVE or first.lower() in DO or first.lower() in MODALS:
        return "fragment"
    if first[:1].isupper() and verb_form(first) == "base" and first.lower() not in NOUN_LIKE | _ADJECTIVES:
        return "imperative"
    described = _DESCRIBED.match(text)
    if described and not DANGLING.search(described.group("subject")):
        return described.group("subject"), described.group("predicate")
    at = verb_at(words)
    if at is None:
        return "no_verb"
    subject = _ADVERBS.sub("", " ".join(words[:at]))
    if words[0] == "There" and at == 1:
        return "there", " ".join(words[1:])
    if _BARE_SUBJECT.match(subject) or _BAD_START.match(subject) or DANGLING.search(subject):
        return "refers_back"
    if (
        re.search(r" (?:I|you|we|your|We|You|Our|Your) ", f"{subject} ".partition(" ")[2])
        or _SUBORDINATE.search(subject)
        or "," in subject
        or " -" in subject
        or ":" in subject
        or len(words[:at]) > 10
    ):
        return "complex_subject"
    if subject[:1].islower() or not re.match(r"[\w\"“'‘€$£]", subject) or subject.endswith("ly"):
        return "fragment"
    return subject, re.sub(r"\b(?:also|then|still|only(?= be)) (?=\w)", "", " ".join(words[at:]))


def verb_at(words: list[str]) -> int | None:
    """Where the finite verb of the main clause stands, if the rules can tell."""
    for index, word in enumerate(words[:14]):
        lower = word.lower()
        if index == 0:
            continue
        if lower in BE or lower in MODALS or lower in DO or lower in HAVE:
            return index
        form = verb_form(word)
        if not form or word[:1].isupper() or words[index - 1].lower() in _NEVER_BEFORE_VERB:
            continue
        following = words[index + 1] if index + 1 < len(words) else ""
        if _is_noun_here(form, lower, following, words[index + 2 : index + 3]):
            continue
        plural = looks_plural(words[:index])
        if form == "third" and plural or form == "base" and not plural:
            continue
        return index
    return None


def _is_noun_here(form: str, lower: str, following: str, later: list[str]) -> bool:
    """Whether a word that could be a verb is a noun or participle: "late returns cost", "the protocols used allow"."""
    after = following.lower()
    if lower in ("became", "got", "remained", "stayed", "felt", "seemed"):
        return False
    if (
        after in BE
        or after in MODALS
        or after in HAVE
        or verb_form(following) in ("third", "past")
        and after != "set"
    ):
        return True
    plain = after in _AFTER_VERB or re.match(r"[\d$€£A-Z]", following) is not None
    if form == "past" and verb_form(following) == "base" and not plain:
        return True
    if form == "base" and lower in NOUN_LIKE and not plain:
        return True
    if form != "third" and not plain and later:
        return later[0].lower() in BE or later[0].lower() in MODALS or later[0].lower() in HAVE
    return False


def looks_plural(words: list[str]) -> bool:
    """Whether the head of the subject is plural (you and we count)."""
    while len(words) > 1 and (words[-1].endswith("ly") or words[-1] in ("also", "always", "often", "then")):
        words = words[:-1]
    head = words[-1].lower()
    for index, word in enumerate(words):
        if index > 0 and word.lower() in (
            "of",
            "for",
            "in",
            "on",
            "at",
            "with",
            "from",
            "to",
            "under",
            "over",
            "by",
        ):
            head = words[index - 1].lower()
            break
    if head in ("you", "we", "people", "children", "staff", "men", "women", "they", "i", "police"):
        return True
    if any(word.lower() == "and" for word in words):
        return True
    return head.endswith("s") and not head.endswith(("ss", "us", "is"))
