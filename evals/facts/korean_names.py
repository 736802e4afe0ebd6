"""Names and meanings in Korean sentences: glosses in brackets, "…이라고 합니다", "…란 …입니다", "…에 사용됩니다"."""

from __future__ import annotations

import re

from .build import Builder
from .clean import Sentence
from .korean_words import is_bare_noun, trailing_noun_phrase

_GLOSS = re.compile(
    r"(?P<before>[^()\[\]:;\"“”‘’]{2,60})\((?P<gloss>[A-Za-z][A-Za-z' -]{1,45}|[A-Za-z][A-Za-z ]*)\)"
)
_NO_GLOSS = re.compile(
    r"^(?:optional|default|required|e\.g|ie|eg|see|new|old|beta|deprecated|true|false|null|js|ts|vue|html|css|"
    r"yes|no|or|and|the|a|an|by|in|vs|English|KR|EN|v|via|of|experimental|draft)\b",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"^(?P<thing>.{4,60}?)(?P<case>을|를|은|는) (?:(?:흔히|보통|"
    r"일반적으로) )?[‘'\"“]?(?P<name>[^\s‘'\"“”’][^‘'\"“”’]{0,28}?)[’'\"”]?"
    r"(?P<quote>이라고|라고|이라|라) (?P<ending>합니다|부릅니다|불립니다|지칭합니다|불리며|하며|"
    r"하고)(?P<rest>.*)$"
)
_SHORT_FOR = re.compile(
    r"^(?:[^:]{2,30}: )?(?P<subject>[^\s:]{1,25})(?:은|는) [‘'\"“]?(?P<whole>[^‘'\"“”’,]{4,60}?)[’'\"”]?의 "
    r"(?P<what>약자|약어|줄임말|축약형|준말|단축형)입니다$"
)
_USED_FOR = re.compile(
    r"^(?P<subject>.{2,40}?)(?:은|는) (?:주로 )?(?P<use>.{6,60}?(?:는|을) 데) (?P<ending>사용됩니다|"
    r"쓰입니다|사용합니다|유용합니다|사용될 수 있습니다|"
    r"사용할 수 있습니다)$"
)
_MEANING = re.compile(
    r"^(?P<subject>.{2,30}?)(?:이라는 용어는|라는 용어는|이라는 말은|라는 말은|이란|"
    r"란) (?P<meaning>.{6,70}?)(?:을|를) (?:의미|말|뜻)합니다$"
)
_MEANT = re.compile(r"^(?P<subject>.{2,30}?)(?:이란|란|은|는) (?P<meaning>.{8,76}?)입니다$")
_DESCRIBED = re.compile(
    r"(?:하는|되는|있는|주는|받는|쓰는|내는|만드는|된|한|위한|대한|관한|인|할|될|의|적인|있을) "
    r"(?:[A-Za-z가-힣-]+ ){0,2}[A-Za-z가-힣()/.-]{2,}$"
)
_MEANT_FIRST = re.compile(
    r"^(?P<subject>.{2,30}?)(?:이란|란|은|는) (?P<meaning>.{8,70}?)(?:으로|로|이며|이고), "
)
_PRAISE = re.compile(
    r"멋진|인기|좋은|훌륭한|강력한|중요한|유용한|뛰어난|내장 기능|놀라운|최고의|대신|완벽한|주요|유명한|"
    r"흔한|유일한"
)
_EMPTY_HEAD = re.compile(
    r"(?:것|때문|중 하나|하나|예|방법|이유|사실|점|편|문제|경우|역할|목적|차이점|것들|사람|사람들|일|"
    r"부분|핵심|정도|뿐|작업|선택|시점|상황|단계|"
    r"지점|의미|결과|기회|목표|수준|일부|대상|예시|상태|방식|여러분|당신|도움|시간|말|생각|과제|책임|"
    r"장점|단점)$"
)
_LOOSE = re.compile(
    r"(?:^|\s)(?:이|그|저|해당|이러한|그러한|이런|그런|우리|우리는|우리가|여러분|여러분의|당신|당신의|"
    r"같은|위|아래|앞서|여기|여기서|다음|이를|"
    r"그를|이는|것은|것|무엇|왜|어떻게|이것|그것|이때|다음은|첫|두|세|다른|더|가장|매우|좋은|훌륭한|"
    r"어떤|경우|예시|예제|마지막|때|각|모든|또|그래서|"
    r"내|제|저희|결과|둘)(?=\s|,|$)"
)


def gloss(builder: Builder, sentence: Sentence) -> None:
    """Add the English name or the short form that stands in brackets after a Korean term."""
    for match in _GLOSS.finditer(sentence.text):
        english = match.group("gloss").strip()
        term = _term(match.group("before"), english)
        if not term or _NO_GLOSS.match(english) or _weak(term, english) or re.search(r"[a-z][A-Z]", english):
            continue
        short = re.fullmatch(r"[A-Z][A-Za-z]{0,3}[A-Z]s?", english) is not None
        relation = "약어" if short else "영어 표기"
        builder.add(
            "key_value",
            term,
            relation,
            english,
            span=(sentence.start, sentence.end),
            claim=f"{term}({english})",
            qualify=False,
        )


def _weak(term: str, english: str) -> bool:
    """Whether the pair may be something else than a term and its English name."""
    if re.fullmatch(r"[A-Z]+(?:-[A-Z]+)+", english) or len(english) <= 4 and english.islower():
        return True
    return " " not in term and (len(term) < 3 or english.endswith(("able", "al", "ive")))


def _term(before: str, english: str) -> str:
    """The Korean or Latin term right before the bracket that `english` names, or "" when unsure."""
    if before.endswith(" "):
        before = before.rstrip()
    words = before.split()
    if not words:
        return ""
    last = words[-1]
    if re.fullmatch(r"[A-Z]{2,6}s?", english):
        latin: list[str] = []
        while words and re.fullmatch(r"[A-Za-z][a-z]+(?:-[A-Za-z]+)*", words[-1]):
            latin.insert(0, words.pop())
        initials = "".join(part[0] for word in latin for part in word.split("-")).upper()
        wanted = english.rstrip("s").upper()
        if initials.endswith(wanted) and len(wanted) > 1:
            kept: list[str] = []
            while latin and len("".join(p[0] for w in kept for p in w.split("-"))) < len(wanted):
                kept.insert(0, latin.pop())
            return " ".join(kept)
        if latin:
            return ""
    if not re.search(r"[가-힣]$", last) or not is_bare_noun(last):
        return ""
    size = trailing_noun_phrase(words)
    parts = len(re.split(r"[ -]", english))
    if re.fullmatch(r"[A-Z]{2,6}s?", english):
        parts = size if 2 <= size <= len(english) else 0
        if parts and any(re.fullmatch(r"및|또는|.+(?:와|과|,)|.+의", word) for word in words[-size:]):
            return ""
    if parts < 1 or (size and parts > size):
        return ""
    if parts == 1 and (size != 1 or len(last) < 2):
        # "동적 슬롯(slot)": the bracket may name one word or the phrase.
        return last if size >= 1 and len(last) > 2 else ""
    if not size and not all(is_bare_noun(word) for word in words[-parts:]):
        return ""
    chosen = words[-parts:]
    if any(re.fullmatch(r"및|또는|.+,", word) for word in chosen):
        return ""
    return " ".join(chosen)


def named(builder: Builder, text: str, span: tuple[int, int]) -> bool:
    """Add "A를 B라고 합니다" and "A란 …입니다"; whether `text` is of one of those shapes."""
    return (
        _short_for(builder, text, span)
        or _called(builder, text, span)
        or _used(builder, text, span)
        or _meaning(builder, text, span)
    )


def _short_for(builder: Builder, text: str, span: tuple[int, int]) -> bool:
    match = _SHORT_FOR.match(text)
    if not match:
        return False
    relation = f"{{무엇}}의 {match.group('what')}입니다"
    builder.add(
        "short", match.group("subject"), relation, match.group("whole"), span=span, claim=text, qualify=False
    )
    return True


def _called(builder: Builder, text: str, span: tuple[int, int]) -> bool:
    match = _CALLED.match(text)
    if not match:
        return False
    thing, name = match.group("thing").strip("‘'\"“”’ "), match.group("name").strip()
    if match.group("rest") and not match.group("ending").endswith(("며", "고")):
        return False
    if _LOOSE.search(thing) or re.search(r"(?:은|는|을|를|면|고|며|서) ", thing) or len(name.split()) > 3:
        builder.rejected["complex_subject"] += 1
        return True
    if not all(is_bare_noun(word) or word.endswith("의") for word in name.split()):
        builder.rejected["vague_answer"] += 1
        return True
    passive = match.group("case") in "은는"
    ending = "불립니다" if passive else "부릅니다"
    subject = thing
    relation = f"{{무엇}}이라고 {ending}"
    builder.add("name", subject, relation if passive else f"을 {relation}", name, span=span, claim=text)
    return True


def _used(builder: Builder, text: str, span: tuple[int, int]) -> bool:
    match = _USED_FOR.match(text)
    if not match:
        return False
    subject = match.group("subject").strip("‘'\"“”’ ")
    if not _plain_term(subject) or _LOOSE.search(match.group("use")) or len(match.group("use").split()) > 8:
        builder.rejected["complex_subject"] += 1
        return True
    relation = f"{{무엇을 하는 데}} {match.group('ending')}"
    builder.add("short", subject, relation, match.group("use"), span=span, claim=text)
    return True


def _meaning(builder: Builder, text: str, span: tuple[int, int]) -> bool:
    match = _MEANING.match(text)
    defined = match is not None
    match = match or _MEANT.match(text) or _MEANT_FIRST.match(text)
    if not match:
        return False
    subject, meaning = match.group("subject").strip("‘'\"“”’ "), match.group("meaning")
    explicit = defined or re.match(rf"{re.escape(match.group('subject'))}(?:이란|란) ", text) is not None
    if _PRAISE.search(meaning):
        return True
    if not _plain_term(subject) or _LOOSE.search(meaning) or not 2 <= len(meaning.split()) <= 9:
        return defined
    if not defined and (_EMPTY_HEAD.search(meaning) or not _DESCRIBED.search(meaning)):
        return False
    if re.search(r"(?:고|며|지만|면서|거나|는데|으나|아니라|면|므로|때문에),? |,", meaning) and not explicit:
        return False
    if re.search(r"[은는] ", meaning) and re.search(r"(?<![하되있없주받쓰지르])(?:은|는) ", meaning):
        return False
    builder.add("definition", subject, "definition", meaning, span=span, claim=text, qualify=False)
    return True


def _plain_term(subject: str) -> bool:
    words = subject.split()
    if (
        not words
        or len(words) > 4
        or words[-1] in ("자체", "예시", "내용", "차이점", "목표")
        or _LOOSE.search(subject)
    ):
        return False
    if len(words) == 1 and len(subject) < 3 and not re.search(r"[A-Za-z]{2}", subject):
        return False
    return all(is_bare_noun(word) or word.endswith("의") for word in words[:-1]) and is_bare_noun(words[-1])
