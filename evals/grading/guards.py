"""What turns a matching answer into one that can't be taken at its word.

A model in a training loop learns what the grader lets through: naming several candidates, hedging, saying
the right thing and taking it back. Each guard looks around the place where the reference was found and
returns what it saw. `certain` ones make the answer wrong; the others send it to a judge or a person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from .matching import stem
from .normalise import STOP_WORDS, Words, key_of


@dataclass(frozen=True)
class Doubt:
    """Why a match is not believed. `certain`: the answer is wrong, not merely unclear."""

    guard: str
    evidence: str
    certain: bool = False


_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget) (?:\w+ ){0,3}(?:instruction|previous|above|rubric|reference|rule)"
    r"|\b(?:grade|mark|score|rate|judge|count|accept|treat|label|classify) (?:this|it|the|my) "
    r"(?:\w+ ){0,3}(?:as )?(?:\w+ ){0,2}(?:correct|right|true|full|valid|perfect|pass)"
    r"|\b(?:this|the|my|above) (?:answer|response|reply) (?:is|was|should be|must be|has been"
    r"|deserves?)(?: \w+){0,3} (?:correct|right|accepted|full|graded|verified|valid|marked)"
    r"|\b(?:dear|attention|note to(?: the)?|hey|hello),? (?:grader|judge|evaluator|examiner"
    r"|teacher)\b|\b(?:as|you are) (?:the|a|an) (?:grader|evaluator)\b|\byou are (?:the|a) judge\b"
    r"|\b(?:verdict|grade|label|score|judg(?:e)?ment)\s?[:=]\s?\W{0,3}(?:correct|\d|a\b|pass|true"
    r"|full|yes|right)|\bfull (?:marks|credit|score|points)\b"
    r"|<\|?/?\s?(?:system|im_start|im_end|assistant|user|answer|reference|verdict|grade)"
    r"|\[/?(?:inst|system)\]|\"(?:label|verdict|grade)\"\s?:"
    r"|정답(?:으로|이라고)\s?(?:처리|채점|간주|판정|표시|인정)|채점\s?(?:자|관|기준|시)|(?:지시|위의?\s?내용|규칙)[가-힣]{0,2}\s?무시|만점"
)
_NEGATION_BEFORE = re.compile(
    r"(?:\b(?:not|never|neither|nor|without|no|cannot|isn't|wasn't|aren't|weren't|doesn't|don't"
    r"|didn't|won't|can't|couldn't|ain't|hardly)\b"
    r"|\b(?:rather than|instead of|other than|except(?: for)?|anything but|far from|as opposed to"
    r"|apart from|excluding|contrary to|incorrect|wrong|false|mistake|mistakenly|mistaken)\b)"
    r"(?:(?! but |[,.;:!?] |\bonly\b|\bsure\b|\bjust\b).){0,34}$"
)
_NEGATION_AFTER = re.compile(
    r"^[\"')\s]*(?:,\s?(?:wrong|incorrect|false|untrue|no longer)\b|(?:is|are|was|were|would "
    r"be)\s(?:\w+ )?(?:not|never|wrong|incorrect|false|untrue|a myth|a mistake|no longer)\b(?! "
    r"only)|(?:isn't|wasn't|aren't)\b"
    r"|(?:이|가|은|는|도)?\s?(?:결코\s?|절대\s?)?(?:아니|아닌|아닙|틀리|틀렸|잘못)|(?:이|가)?\s?없|(?:은|는|을|를)?\s?(?:말고|제외"
    r"|빼고)|(?:이|가)?\s?아닌|\s?대신|(?:하|되)?지\s?(?:않|못|마)|할\s?수\s?없)"
)
_RETRACTION = re.compile(
    r"(?:^|[.!?;,\n-]\s*|\b)(?:no,|wait\b|scratch that|correction\b|i mean\b|i meant\b|sorry,|on "
    r"second thought|let me correct|i (?:was|am) (?:wrong|mistaken)|"
    r"that(?:'s| is| was) (?:wrong|incorrect|not right|not correct|false|a mistake|not true)|not "
    r"true\b|strike that|make that\b|rather,|or rather\b|actually,? (?:no|it|that|the|this|i)\b|"
    r"(?:which|this|it) (?:is|was) (?:wrong|incorrect|false|not (?:true|correct|right|the case))"
    r"|never ?mind|i take (?:that|it) back|"
    r"아니,|아니요,|아, 아니|정정|다시 말|잘못 말|취소|아닙니다|사실은)"
)
_NO_SENTENCE = re.compile(r"[.!?]\s+no\b")
_ATTRIBUTION = re.compile(
    r"\b(?:some|many|most|few|other|certain|several) (?:\w+ )?(?:say|says|think|believe|claim"
    r"|argue|suggest|report|assume|hold|insist|people|sources?|others|staff|customers|users"
    r"|experts|employees)\b"
    r"|\b(?:you|one|people|they|others|someone|anyone) (?:might|may|would|could|will|often|usually"
    r"|commonly) (?:\w+ )?(?:say|think|believe|expect|guess|assume|claim|tell)\b"
    r"|\b(?:allegedly|supposedly|rumou?r(?:ed|s)?|myth|misconception|legend has it|according to "
    r"(?:some|rumou?r|popular)|commonly (?:believed|thought|mistaken)|people (?:say|think|believe"
    r"|claim|assume)|they (?:say|claim|think)|i(?:'ve| have)? (?:heard|read)|used to be|formerly"
    r"|previously|no longer|until recently|in the past|originally (?:said|set|stated|fixed)|before "
    r"the change|old (?:rule|policy|value|price|version))\b"
    r"|흔히|일부(?:는|에서는)|어떤\s?사람|사람들은|알려져\s?있지만|라고(?:도)?\s?하지만|생각하지만|소문|예전(?:에는|엔)|이전(?:에는|엔)|과거(?:에는"
    r"|엔)|원래는|더\s?이상"
)
_REPUTATION = re.compile(
    r"\b(?:it is|it's|is|are|was|were) (?:often|commonly|widely|sometimes|usually|popularly"
    r"|mistakenly|wrongly|falsely|generally|originally) "
    r"(?:said|believed|thought|claimed|assumed|reported|considered|attributed|cited|stated"
    r"|credited|misattributed)\b"
)
_CONTRAST = re.compile(
    r"\b(?:but|however|actually|in fact|in reality|in truth|although|though|yet|whereas|instead"
    r"|really|the truth|nowadays|today|now|nevertheless|currently|since then|meanwhile|correct "
    r"answer)\b|하지만|그러나|실제로는?|사실은?|지만|그렇지만|이제는?|지금은|현재는?|반면"
)
_HEDGE = re.compile(
    r"\b(?:maybe|perhaps|possibly|might (?:be|have)|could (?:be|have)|may (?:be|have been)|not "
    r"(?:\w+ )?(?:sure|certain)|unsure|uncertain|a guess|my guess|i guess|i'd guess|guessing|i "
    r"would guess|hard to say|"
    r"don't (?:really )?know|not know|cannot say|conceivably|presumably|either way|one of (?:these"
    r"|the following|them)|depending on who|it depends|something like|or so|or something|anything "
    r"from|any of)\b"
    r"|아마|어쩌면|혹시|일\s?수도|수도\s?있|모르지만|확실하지|확실치|추측|같기도|인지\s?잘|글쎄"
)
_EITHER = re.compile(r"\b(?:either|whether)\b|둘\s?중|중\s?하나")
_OR_AFTER = re.compile(
    r"^[\"')\s]*(?:\([^)]*\)\s?)?(?:,\s?)?(?:or|and/or)\s|^\s?/\s?[a-z]{3}|^(?:이나|나|이거나|거나|인지"
    r"|일지)\s|^[가-힣]{0,2}\s?(?:또는|혹은|아니면)\s"
)
_OR_BEFORE = re.compile(
    r"(?:\bor(?: (?:the|a|an|maybe|perhaps|possibly|is it|was it|even|else|by|in|on|at|from|it is"
    r"|it was|it's))?|and/or|또는|혹은|아니면|이나|거나|[a-z]{2}\s?/)\s?[\"'(]?$"
)
_RELATION = (
    "colleague contemporary friend successor predecessor deputy assistant boss rival brother "
    "sister son daughter wife husband "
    "father mother cousin uncle student pupil teacher manager neighbour neighbor partner secretary "
    "lawyer enemy critic follower admirer "
    "opponent replacement substitute counterpart subordinate supervisor namesake imitator similar "
    "unlike next close opposite different"
)
_RELATION_BEFORE = re.compile(
    rf"\b(?:{'|'.join(_RELATION.split())})s?\s(?:of|to|for|with|from|in)\s(?:the\s)?$"
    rf"|\b(?:replac(?:ed|es|ing)|succeed(?:ed|s|ing)|preced(?:ed|es|ing)|defeat(?:ed|s)|beat"
    rf"|reports to|reported to|"
    r"works? (?:for|under)|worked (?:for|under)|(?:better|worse|more|less|earlier|later|older"
    r"|younger|cheaper|larger|smaller|higher|lower|bigger|longer|shorter) than)\s(?:the\s)?$"
)
_RELATION_AFTER = re.compile(rf"^'s?\s(?:\w+\s)?(?:{'|'.join(_RELATION.split())})\b|^의\s")
# "The film starred X": the question's object may well be the sentence's subject.
_PLAIN_VERBS = frozenset(
    ["star", "starred", "play", "played", "vote", "city", "album", "song", "song's", "year", "kind", "type"]
)
_QUOTED = re.compile(r'"[^"]{0,60}"|(?<!\w)\'[^"\']{0,60}\'(?!\w)|\([^)]{0,60}\)')
SHORT = 10  # words that are new; in a longer answer "and" mostly joins what is said about the match
_PAR_AFTER = re.compile(
    r"^[\"')]*\s?(?:\([^)]*\)\s?)?[,;]?\s?"
    r"((?:and|vs\.?|versus|plus|then|but|yet|whereas|while|since|until)\s|\(or\s|\+|= )(.{2,40})"
)
_PAR_BEFORE = re.compile(
    r"((?:^|\s)(?:and|vs\.?|versus|plus|then|unlike|although|though|whereas|while|despite|besides))"
    r"(?:\s(?:some|many|it|it's|the|a|an|documents?|people|in|at|is|say|state|with|mention|called|"
    r"sometimes|also|even|probably|was|formerly|by|not)){0,4}\s[\"'(]?$"
)
_PIECE = re.compile(r"(?<=[.!?;])\s|\n|\s\d+\s?[.:)]\s|(?:^|\s)[a-d]\)\s|;\s")
_PLAIN_WORD = re.compile(r"[^\W_]+(?:'s)?")
_TO_BE = frozenset(["is", "are", "was", "were", "be", "been", "being"])
_COPULA = re.compile(r"\b(?:is|are|was|were|be)\b")
_ITEM_BREAK = re.compile(
    r"\s*(?:,|;|\n|\||/(?=\s)|\s-\s|•|\*|\d\)|(?<![\w.])\d{1,2}\.\s|\bor\b|\band\b|\bthen\b|또는|혹은|및)\s*"
)


def instruction_in(answer: Words) -> str:
    """Words that speak to whoever grades, or ""."""
    match = _INSTRUCTION.search(answer.text)
    return match[0] if match else ""


def endless(answer: Words) -> str:
    """What makes the answer endless: its length, or going round in circles; else ""."""
    keys = answer.keys
    if len(keys) > 160:
        return f"{len(keys)} words"
    if len(keys) >= 24:
        pairs = len(set(zip(keys, keys[1:], strict=False)))
        if pairs < 0.55 * (len(keys) - 1):
            return f"only {pairs} different pairs of words in {len(keys)}"
    return ""


def doubt(
    answer: Words, question: Words, reference: Words, span: tuple[int, int], references: Sequence[Words]
) -> Doubt | None:
    """The first reason not to believe the match at `span` of the answer's text, or None.

    A phrase that the reference or the question itself contains ("not required", "Monday or Tuesday") is
    never held against the answer; `references` are all right answers, of which an answer may name several.
    """
    start, end = span
    text = answer.text
    first, last = answer.sentence_of(start)[0], answer.sentence_of(max(start, end - 1))[1]
    # A title in quotes ("Say You Won't Let Go") says nothing about what stands outside it.
    if text[start:end].endswith("'s"):
        end -= 2
    before, after = _QUOTED.sub('""', text[first:start]), text[end:last]
    sentence = text[first:last]
    own = f" {reference.text} {question.text} "
    return (
        _negated(before, after, own)
        or _retracted(text[end:], own)
        or _attributed(text, span, (first, last), own)
        or _alternatives(before, after, (sentence, own), references)
        or _hedged(sentence, text, own)
        or _beside(answer, question, reference, span, references)
        or _other_role(before, after, own)
        or _candidates(answer, reference, span, references)
        or _swapped(answer, question, span, (first, last))
    )


def _negated(before: str, after: str, own: str) -> Doubt | None:
    if any(
        word in own
        for word in (" not ", " no ", "n't ", " never ", " without ", "않", "없", "아니", " except ")
    ):
        return None
    if (match := _NEGATION_BEFORE.search(before)) or (match := _NEGATION_AFTER.match(after)):
        # "Not only X": said to be X and more.
        return (
            None
            if match[0].startswith("not only") or match[0].strip(" ,") in own
            else Doubt("negated", match[0].strip(), certain=True)
        )
    return None


def _retracted(rest: str, own: str) -> Doubt | None:
    match = _RETRACTION.search(rest) or _NO_SENTENCE.search(rest)
    return (
        Doubt("retracted", match[0].strip(" ,.-"), certain=False) if match and match[0] not in own else None
    )


def _attributed(text: str, span: tuple[int, int], sentence: tuple[int, int], own: str) -> Doubt | None:
    here = text[sentence[0] : sentence[1]]
    match = _ATTRIBUTION.search(here) or _REPUTATION.search(here)
    if not match or match[0] in own:
        return None
    place = sentence[0] + match.start()
    # The one who says it stands before what is said; the contrast after it, there or in the next sentence.
    if place < span[0] and _CONTRAST.search(text[place + len(match[0]) : span[0]]):
        return None  # "Some say Y, but it is X"
    contrast = place < span[0] and _CONTRAST.search(text[span[1] :])
    if contrast:
        return Doubt("attributed", match[0], certain=len(text) < 140)
    return Doubt("attributed", match[0]) if _ATTRIBUTION.search(here) else None


def _alternatives(
    before: str, after: str, context: tuple[str, str], references: Sequence[Words]
) -> Doubt | None:
    sentence, own = context
    if " or " in own or "또는" in own or "/" in own:
        return None
    beside = _OR_AFTER.match(after) or _OR_BEFORE.search(before)
    if not beside:
        return None
    other = after[beside.end() :] if beside.re is _OR_AFTER else before[: beside.start()]
    if any(
        r.text.strip() in other[:60] or r.text.strip() in other[-60:] for r in references if r.text.strip()
    ):
        return None  # two names for it, both right
    either = _EITHER.search(sentence)
    return Doubt("alternatives", (either or beside)[0].strip(), certain=bool(either))


def _hedged(sentence: str, text: str, own: str) -> Doubt | None:
    if sentence.rstrip(" \n\"')").endswith("?"):
        return Doubt("hedged", sentence.strip()[-60:])
    match = _HEDGE.search(sentence) or (_HEDGE.search(text) if len(text) < 120 else None)
    return Doubt("hedged", match[0]) if match and match[0] not in own else None


def _beside(
    answer: Words, question: Words, reference: Words, span: tuple[int, int], references: Sequence[Words]
) -> Doubt | None:
    """In a short answer: something else on a par with the match ("X and Y", "X vs Y", "Y. X.", "X, but Y").

    Something else is words that neither the question nor any reference has. What is merely said about
    the match ("X, who joined in 2019") stands in no such place.
    """
    text = answer.text
    known = question.key_set.union(*(r.key_set for r in (reference, *references)), STOP_WORDS)
    if sum(key not in known for key in answer.keys) > SHORT:
        return None
    before, after = text[: span[0]], text[span[1] :]
    own = f" {question.text} {reference.text} "
    follows, leads = _PAR_AFTER.match(after), _PAR_BEFORE.search(before)
    if follows and f" {follows[1].strip()} " not in own and _fresh(follows[2], known):
        return Doubt("alternatives", follows[0].strip()[:60])
    if leads and f" {leads[1].strip()} " not in own and _fresh(before[: leads.start()], known):
        return Doubt("alternatives", f"{before.strip()[-40:]} …")
    pieces = [piece for piece in _PIECE.split(text) if piece.strip()]
    if len(pieces) > 1 and all(len(piece.split()) <= len(reference.keys) + 2 for piece in pieces):
        others = [piece for piece in pieces if text[span[0] : span[1]] not in piece]
        if any(_fresh(piece, known) and not _COPULA.search(piece) for piece in others):
            return Doubt("candidates", text[:60])
    return None


def _fresh(text: str, known: AbstractSet[str]) -> bool:
    return any(key_of(token) not in known for token in _PLAIN_WORD.findall(text))


def _other_role(before: str, after: str, own: str) -> Doubt | None:
    match = _RELATION_BEFORE.search(before) or _RELATION_AFTER.match(after)
    if not match or (" than" not in match[0] and match[0].strip("' ")[:5] in own):
        return None
    return Doubt("other role", match[0].strip())


def _candidates(
    answer: Words, reference: Words, span: tuple[int, int], references: Sequence[Words]
) -> Doubt | None:
    """A row of short items of which the match is one, where the reference is not a row itself.

    Full sentences that differ in little ("It is A. It is B. It is C.") are a row as well.
    """
    if len(_ITEM_BREAK.split(reference.text)) >= 3:
        return None
    first, last = answer.sentence_of(span[0])
    items = [item for item in _ITEM_BREAK.split(answer.text[first:last].strip(" .!?\n")) if item]
    size = len(reference.keys) + 2
    short = [item for item in items if len(item.split()) <= size and not item[0].isdigit()]
    matched = answer.text[span[0] : span[1]]
    among = (
        any(matched in item and not _COPULA.search(item) for item in short)
        or matched in (items[:1] or [""])[0]
    )
    named = {r.text.strip(" .") for r in references}
    several = sum(any(name in item for item in items) for name in named if name) > 1
    if len(items) >= 4 and len(short) >= max(3, len(items) - 1) and among and not several:
        return Doubt("candidates", " | ".join(items[:4]))
    starts = answer.sentence_starts
    if len(starts) >= 4 or (len(starts) == 3 and len(answer.keys) < 24):
        pieces = [
            answer.text[a:b].split() for a, b in zip(starts, [*starts[1:], len(answer.text)], strict=True)
        ]
        pieces = [piece for piece in pieces if piece]
        heads = [tuple(piece[:2]) for piece in pieces if len(piece) > 2]
        singles = sum(len(piece) <= size for piece in pieces)
        repeated = max((heads.count(head) for head in heads), default=0)
        if (repeated >= 3 and repeated >= len(pieces) - 1) or (singles >= 3 and singles == len(pieces)):
            return Doubt("candidates", answer.text[:60])
    return None


def _swapped(
    answer: Words, question: Words, span: tuple[int, int], sentence: tuple[int, int]
) -> Doubt | None:
    """Subject and object changed places: asked who replaced Kim, told that Kim replaced Lee (right: Lee)."""
    keys = question.keys
    if len(keys) < 3 or keys[0] not in ("who", "which", "what") or keys[1] in STOP_WORDS:
        return None
    # "Which author created X": the verb comes after the noun.
    first = 1 if keys[0] == "who" else 2
    verb, rest = keys[first], [k for k in keys[first + 1 :] if k not in STOP_WORDS]
    if not rest or verb in _PLAIN_VERBS or verb in STOP_WORDS:
        return None
    head = [key_of(token) for token in _PLAIN_WORD.findall(answer.text[sentence[0] : span[0]])]
    at = next((i for i, key in enumerate(head) if key == verb or stem(key) == stem(verb)), -1)
    if at <= 0 or "by" in head[at:] or any(k in _TO_BE for k in head[max(0, at - 2) : at]):
        return None  # passive: "was replaced by"
    if any(k in head[at:] for k in rest) or rest[0] not in head[:at]:
        return None
    return Doubt("other role", " ".join(head[: at + 1])[-60:])
