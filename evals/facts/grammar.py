"""English grammar that the rules and the wordings share: verbs, auxiliaries, articles, perspective."""

from __future__ import annotations

import re

from .model import words_of

BE = frozenset({"is", "are", "was", "were"})
MODALS = frozenset({"can", "could", "will", "would", "must", "should", "may", "might", "shall", "cannot"})
DO = frozenset({"do", "does", "did"})
HAVE = frozenset({"has", "have", "had"})
AUXILIARIES = BE | MODALS | DO

_IRREGULAR = {
    "began": "begin", "begun": "begin", "became": "become", "bought": "buy", "brought": "bring", "built": "build",
    "came": "come", "chose": "choose", "cost": "cost", "did": "do", "fell": "fall", "felt": "feel", "found": "find",
    "gave": "give", "got": "get", "grew": "grow", "had": "have", "has": "have", "held": "hold", "kept": "keep",
    "knew": "know", "led": "lead", "left": "leave", "lost": "lose", "made": "make", "meant": "mean", "met": "meet",
    "paid": "pay", "put": "put", "ran": "run", "rose": "rise", "said": "say", "sat": "sit", "saw": "see",
    "sent": "send", "set": "set", "sold": "sell", "spent": "spend", "spoke": "speak", "stood": "stand",
    "taught": "teach", "thought": "think", "told": "tell", "took": "take", "went": "go", "won": "win", "wore": "wear",
    "wrote": "write", "rode": "ride", "broke": "break", "drew": "draw", "drove": "drive", "let": "let", "cut": "cut",
    "died": "die", "lay": "lie", "shut": "shut", "fought": "fight", "sought": "seek", "struck": "strike",
    "sank": "sink", "sang": "sing", "withdrew": "withdraw", "arose": "arise", "heard": "hear", "laid": "lay",
    "rebuilt": "rebuild", "shot": "shoot", "threw": "throw", "understood": "understand", "undertook": "undertake",
    "underwent": "undergo", "upheld": "uphold", "overrode": "override", "oversaw": "oversee", "forbade": "forbid",
    "bound": "bind", "spread": "spread", "caught": "catch", "bore": "bear",
}  # fmt: skip

_BASES = words_of(
    """
    accept accompany account advance achieve acquire act adapt add adjust administer admit adopt affect agree
    allow amount announce answer appear apply appoint approve arrange arrive ask assess assign attend
    attract average award ban base become begin belong bill book borrow break bring build buy calculate
    call cancel capture carry cause celebrate change charge check choose claim clean close collect
    combine come commence complete comprise conclude conduct confirm connect consist constitute consume
    contact contain continue contribute control convert cost count cover create credit cross cut damage
    date deal decide declare decline decrease deduct define deliver demand depart deposit depend describe
    design develop die discontinue discover display divide double draw drive drop earn elect eliminate
    employ enable encompass encourage end enrol enroll ensure enter equal establish estimate exceed
    exclude exist expand expire extend face fail fall fill finance find finish fit fix fly follow form
    found fund gain get give go govern grant grow guarantee handle happen have head help hire hold host
    house identify implement import improve include increase inform inspect install introduce invent
    invest investigate invite involve issue join keep know label last launch lead learn leave lend let
    lie limit link list live load locate lock look lose maintain make manage mark match mean measure meet
    merge move name need note notify number occupy occur offer open operate order organise organize
    originate own pack park participate pass pay perform permit place plan play post prepare prescribe
    present prevent process produce prohibit project promise promote protect provide publish purchase put
    raise range rank reach read receive recognise recognize recommend record recover reduce refer refund
    refuse register reimburse reject release remain remove renew rent repair repay replace report
    represent request require reserve respond rest result retain retire return reveal review ride rise
    roll run satisfy save say schedule score see seek select sell send separate serve service set settle
    share ship show shut sign sit sleep spend split sponsor stand start state stay stem stock stop store
    abandon abolish absorb accelerate acknowledge adhere advise align allocate amend apprehend argue arise
    assemble assert assist associate assume attach authorise authorize avoid await belong bind broadcast bury
    certify characterise characterize classify coincide collapse commission communicate compare compel compete
    compile compose comply compute conquer consider construct consult contrast convene coordinate correspond
    create criticise criticize culminate dedicate defeat defend defer delegate delete demonstrate denote deny
    deploy depict derive deserve designate destroy detect determine devote differ disable disagree disappear
    disclose discuss dismiss dissolve distinguish distribute dominate donate educate emerge emit emphasise
    emphasize enact encounter endorse enforce engage enhance enjoy enlist entail entitle equip erect
    evaluate evolve examine execute expect explain explore expose facilitate flourish focus forbid
    fulfil fulfill gather hear ignore illustrate imply impose incorporate incur indicate inhabit inherit initiate
    insist inspire instruct integrate intend interact interpret invade invoke justify lack manufacture
    migrate mitigate modify monitor negotiate obey oblige observe obtain omit oppose outline outnumber overlap
    override oversee owe pioneer portray possess postpone precede predict prefer preserve prevail proceed
    proclaim procure propose prosecute prove pursue qualify quote react realise realize rebuild reclaim recommend
    reconstruct recruit refine reflect regain regard regulate reinforce relate relocate rely remind render reorganise
    reorganize repeal rescue reside resign resist resolve restore restrict resume resolve retrieve revise
    revoke seize shape shoot sing sink solve span specialise specialize specify stipulate stimulate
    strengthen strike subscribe succeed suggest summarise summarize supervise supplement suppress surpass
    surrender symbolise symbolize tend threaten throw transform translate transmit undergo understand
    undertake unify unite uphold urge utilise utilize validate violate warn weaken welcome widen
    believe attribute award declare invest house protest earn
    submit suffer supply support surround survive suspend switch take teach tell terminate test total
    train transfer travel treat turn update upgrade use vary visit vote wait wear weigh win withdraw work
    write
    """
)  # fmt: skip

_FORMS: dict[str, str] = {}


def _third_person(base: str) -> str:
    if base == "have":
        return "has"
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + "s"


def _past(base: str) -> tuple[str, ...]:
    if base.endswith("e"):
        return (base + "d",)
    if base.endswith("y") and base[-2] not in "aeiou":
        return (base[:-1] + "ied",)
    return (base + "ed", base + base[-1] + "ed")


def _forms() -> dict[str, str]:
    """Inflected form → tense: base, third, past."""
    if not _FORMS:
        for base in _BASES:
            _FORMS.setdefault(base, "base")
            _FORMS[_third_person(base)] = "third"
            if base not in _IRREGULAR.values():
                for form in _past(base):
                    _FORMS.setdefault(form, "past")
        for form in _IRREGULAR:
            _FORMS.setdefault(form, "past")
        _FORMS["has"] = "third"
        _FORMS["had"] = "past"
    return _FORMS


def verb_form(word: str) -> str:
    """base, third or past when `word` is a form of a verb in the list, else ""."""
    return _forms().get(word.lower(), "")


def base_form(word: str) -> str:
    """The infinitive of a verb form: "costs" → "cost"."""
    lower = word.lower()
    if lower in _IRREGULAR:
        return _IRREGULAR[lower]
    if lower in _BASES:
        return lower
    for suffix, replacement in (
        ("ies", "y"),
        ("ied", "y"),
        ("es", ""),
        ("es", "e"),
        ("s", ""),
        ("ed", ""),
        ("d", ""),
    ):
        if lower.endswith(suffix):
            candidate = lower[: -len(suffix)] + replacement
            if candidate in _BASES:
                return candidate
            if (
                suffix == "ed"
                and len(candidate) > 2
                and candidate[-1] == candidate[-2]
                and candidate[:-1] in _BASES
            ):
                return candidate[:-1]
    return lower


def auxiliary_for(verb: str) -> str:
    """do, does or did: what a question with the main verb `verb` starts with."""
    return {"third": "does", "past": "did"}.get(verb_form(verb), "do")


_PARTICIPLE = re.compile(r"(?:ed|en|wn|ught|eld|ept|old|aid|ade|ent|et|un|one|ung|ound|ost|uilt|ut|orn)$")


def is_participle(word: str) -> bool:
    """Whether `word` looks like a past participle."""
    return (
        word.lower() in ("been", "done", "had", "become", "born")
        or bool(_PARTICIPLE.search(word.lower()))
        and (verb_form(word) in ("past", "base") or word.lower().endswith("ed"))
    )


_KEEP_CAPITAL = re.compile(r"^(?:I\b|[A-Z][a-z]*[A-Z0-9]|[A-Z]{2,}|[A-Z]\.)")
_MONTH_OR_DAY = re.compile(
    r"(?:American|British|English|French|German|Dutch|Chinese|Korean|Japanese|European|Italian|Spanish|Russian|"
    r"Polish|Roman|"
    r"Greek|Indian|African|Asian|Catholic|Christian|Muslim|Jewish|Internet)s?$|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?$|(?:January|February|March|April|May|June|July|August|September|"
    r"October|November|December)$"
)
_LOWER_FIRST = words_of(
    """
    a an the all any each every both some most many no new our your their its this these those if in on
    at for with by from to after before during until when while unless under within over once except
    outside members customers visitors guests students employees children adults people participants
    hirers riders users cyclists bikes bicycles you we
    """
)


def lower_first(text: str, *, proper: bool | None = None, names: frozenset[str] = frozenset()) -> str:
    """`text` for the middle of a sentence: a first capital goes unless it belongs to a name (one of `names`)."""
    if not text or _KEEP_CAPITAL.match(text):
        return text
    words = text.split()
    first = words[0]
    if first.lower() in _LOWER_FIRST and not (first == "New" and words[1:] and words[1][:1].isupper()):
        return text[0].lower() + text[1:]
    if re.sub(r"['’]s?$", "", first) in names:
        return text
    if proper is None:
        # "City bike" is a phrase with a sentence capital, "Marta Oyelaran" and "Harbour Loop" are names.
        proper = len(words) > 1 and words[1][:1].isupper() or re.match(_MONTH_OR_DAY, first) is not None
    return text if proper else text[0].lower() + text[1:]


def upper_first(text: str) -> str:
    """`text` with a capital at its start."""
    return text[:1].upper() + text[1:]


_FLIP = re.compile(
    r"\b(?:(?P<you_are>you are|you're)|(?P<you_were>you were)|(?P<we_are>we are|we're)|(?P<yourself>yourself)|"
    r"(?P<ourselves>ourselves)|"
    r"(?P<your>your)|(?P<yours>yours)|(?P<you>you)|(?P<our>our)|(?P<ours>ours)|(?P<we>we)|(?P<us>us))\b",
    re.IGNORECASE,
)
_FLIPPED = {
    "you_are": "I am", "you_were": "I was", "we_are": "you are", "yourself": "myself", "ourselves": "yourselves",
    "your": "my", "yours": "mine", "you": "I", "our": "your", "ours": "yours", "we": "you", "us": "you",
}  # fmt: skip


_OPENS_CLAUSE = re.compile(
    r"\b(?:if|when|unless|until|after|before|while|whether|that|because|once|where|how|what|as|since|date|time|"
    r"day|year) $",
    re.IGNORECASE,
)


_GOVERNS = re.compile(
    r"\b(?:help|helps|let|lets|for|to|with|of|by|from|send|sends|give|gives|tell|tells|show|shows) $"
)
"""Words whose object "you" is, even before a verb: "help you determine"."""


def _is_subject(following: list[str]) -> bool:
    """Whether "you" before these words is their subject: a verb, an auxiliary or an adverb comes next."""
    word = following[0].lower().strip(",.") if following else ""
    known = (
        word in AUXILIARIES
        or word in HAVE
        or word in ("already", "also", "never", "first", "no", "wish", "feel", "qualify")
    )
    return known or bool(verb_form(word)) and word not in ("work",) or word.endswith("ly")


def flip(text: str) -> str:
    """`text` from the asker's side: the firm's "we" becomes "you", its "you" becomes "I"."""

    def replacement(match: re.Match[str]) -> str:
        name = match.lastgroup or ""
        if match.group() == "US":
            return match.group()
        opened = _OPENS_CLAUSE.search(text[: match.start()])
        if name == "you" and _GOVERNS.search(text[: match.start()]):
            return "me"
        if (
            name == "you"
            and match.start() > 0
            and not opened
            and not _is_subject(text[match.end() :].split())
        ):
            return "me"
        return _FLIPPED[name]

    return _FLIP.sub(replacement, text)


_PLURAL_HEAD = re.compile(r"(?:[^sui]s|ss?es|ies|people|children|men|women|staff|police)$", re.IGNORECASE)


def is_plural(phrase: str) -> bool:
    """Whether a noun phrase is plural, by the last word of its head."""
    head = re.split(
        r"\s(?:of|for|in|on|at|with|to|from|by|per|under|during|between|who|that|which|\w+ing|\w+ed)\s",
        phrase,
        maxsplit=1,
    )[0]
    head = head.split(" (")[0]
    if head.split()[-1:] and head.split()[-1].isupper():
        return False  # "TTS"
    if re.search(r"\band\b", head):
        return True
    return bool(_PLURAL_HEAD.search(head)) and not head.lower().endswith(
        ("ss", "us", "is", "news", "address", "gps")
    )


def plural(noun: str) -> str:
    """The plural of a regular noun."""
    return noun if noun.endswith("s") else noun + "s"


def with_article(phrase: str) -> str:
    """`phrase` after "the", unless it has a determiner, is a name in itself or is a possessive."""
    if (
        re.match(r"(?i)(?:the|a|an|my|your|our|their|its|this|all|any|each|every|no|some)\b", phrase)
        or "'s " in phrase
    ):
        return phrase
    return "the " + phrase


ATTRIBUTE = re.compile(
    r"\b(?:price|prices|fee|fees|cost|costs|rate|deposit|charge|age|weight|height|length|width|size|time|times|"
    r"duration|hours|phone|telephone|e-?mail|address|contact|manager|keeper|"
    r"capacity|number|code|torque|tool|date|deadline|limit|limits|name|term|period|pressure|colour|color|"
    r"location|place|room|owner|supplier|brand|model|type|kind|status|level|team|role|title|"
    r"department|office|region|area|city|country|state|salary|amount|total|quantity|stock|share|percentage|"
    r"discount|premium|version|language|category|frequency|range|speed|"
    r"power|voltage|battery|distance|warranty|guarantee|interval|trainer|instructor|teacher|shelf|extension|"
    r"deductible|copay|purpose|position|gender|author|partner|"
    r"mileage|instalment|payment|rent|value|grade|score|rank)\b(?:\s(?:of|for|per|in|to|on)\b.*|\s\(.*)?$",
    re.IGNORECASE,
)
"""Nouns that name an attribute of something: a column or label that ends in one can be asked for as it is."""

NOUN_LIKE = words_of(
    """
    use need work plan change help result offer cover place note report rate range rest return supply support test time
    train transfer travel update visit vote name order park post process produce project purchase record release rent
    request review ride roll run share ship show sign sponsor stand start state stay stem stock stop store turn cost
    claim deal date demand damage control contact charge cause base ban award display document end exit fall form fund
    host house issue join label launch lead limit link list load look mark match measure move notice pass pay pack
    practice present price prize promise question reward service set split study surround switch type view win head
    """
)
"""Verbs that are as often nouns: alone they make no sentence."""
