"""Korean statements as question frames.

Korean asks in place: the value gives way to a question word and the ending to a question's.
Works on particles and endings; needs no morphological analyser.
"""

from __future__ import annotations

import re

from . import korean_lists
from .build import Builder
from .clean import Sentence
from .korean_names import gloss, named
from .korean_objects import ask_object
from .korean_words import final_consonant, is_bare_noun
from .model import words_of
from .pairs import WHO_LABEL

_TOPIC = re.compile(r"^(?P<subject>[^,，:：]{1,40}?)(?P<particle>은|는|이|가)\s+(?P<rest>.+)$")
_COPULA = re.compile(r"^(?P<value>.{1,40}?)(?P<ending>입니다|이다|예요|이에요|였습니다|이었습니다)$")
_BAD_SUBJECT = re.compile(
    r"^(?:이것|그것|저것|이|그|저|여기|거기|이곳|그곳|이는|이들|그들|우리|저희|당신|여러분|누구|무엇|어떤 것|"
    r"모두|대부분|일부|다음|위|아래|때문|것|경우|하지만|그러나|그리고|또한|또|만약|예를 들어|즉|따라서)(?:\s|"
    r"$)|(?:^|\s)(?:것|때|경우|수|점|등|바|중|중 하나|이유)$|^(?:이|그|저|이런|그런|이러한|그러한|다른|"
    r"어떤|모든|각|"
    r"위의|다음) "
)
_BACK = re.compile(
    r"(?:^|\s)(?:이것|그것|이는|그는|그녀|이런|그런|이러한|그러한|여기|거기|이때|그때|위의|아래|다음과|이를|"
    r"그를|이곳|그곳)"
)
_NEGATION = re.compile(r"않|없|못|아니|금지|말고|마십시오|마세요")
_N = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_RANGE = rf"{_N}(?:\s?(?:~|-|–|에서|부터)\s?{_N})?"
_MONEY = re.compile(rf"(?:약 )?{_RANGE}\s?(?:만|천|백만|억)?\s?원(?!칙|인|래|본|하|격|리|문)")
_PERCENT = re.compile(rf"(?:약 )?{_RANGE}\s?(?:%|퍼센트|프로(?=[\s입이]))")
_DATE = re.compile(r"(?:\d{4}년\s?)?\d{1,2}월(?:\s?\d{1,2}일)?|\d{4}년(?!간)|\d{4}-\d{2}-\d{2}")
_TIME = re.compile(
    r"(?:오전|오후|새벽|저녁|밤|낮)\s?\d{1,2}(?:시(?:\s?\d{1,2}분|\s?반)?|:\d{2})|(?<!\d)\d{1,2}:\d{2}|"
    r"(?<!\d)\d{1,2}시(?!간)(?:\s?\d{1,2}분|\s?반)?"
)
_DURATION = re.compile(
    rf"(?:약 )?(?:영업일(?: 기준)? )?{_RANGE}\s?(?P<unit>초|분|시간|일|박|주일|주|개월|달|년)(?:간|"
    rf"동안)?(?![가-힣]*(?:차|대|상담|번|호|에 한 번))"
)
_MEASURE = re.compile(
    rf"(?:약 )?{_RANGE}\s?(?P<unit>킬로미터|킬로그램|미터|센티미터|밀리미터|그램|리터|도|뉴턴미터|와트시|와트|"
    rf"볼트|바|킬로와트시|km|kg|cm|mm|m|g|L|Wh|W|V|bar|psi|Nm)(?![a-zA-Z])"
)
_COUNTERS = {
    unit: f"몇 {unit}"
    for unit in sorted(
        words_of("명 사람 분 대 개 권 장 번 회 곳 가지 살 세 층 마리 단계 배 점 자리 칸 건 켤레"),
        key=lambda unit: (-len(unit), unit),
    )
}
_COUNT = re.compile(
    rf"(?:약 )?(?P<n>{_RANGE})\s?(?P<unit>{'|'.join(_COUNTERS)})(?=$|[\s,.]|까지|이|가|을|를|은|는|의|에|로|만|"
    rf"씩|입|이다)"
)
_SPELLED = re.compile(
    r"(?<!\S)(?:두|세|네|다섯|여섯|일곱|여덟|아홉|열) (?P<unit>가지|개|번|명|단계|종류|곳|권|대|장|사람|"
    r"부분|그룹)(?=$|\s|의|이|가|을|를|은|는|로|씩|만)"
)
_PHONE = re.compile(r"\d{2,4}-\d{3,4}-\d{4}|\d{4}-\d{4}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PLACE_SUBJECT = re.compile(r"(?:위치|주소|장소|곳|자리)$")
_CALLED = re.compile(
    r"^(?P<name>['‘“\"]?[^\s].{0,20}?['’”\"]?)(?P<particle>이라고|라고) (?P<ending>합니다|부릅니다|한다|부른다|"
    r"불립니다)$"
)
_DEFINED = re.compile(
    r"^(?P<definition>.{8,60}?)(?P<ending>을 말합니다|를 말합니다|을 뜻합니다|를 뜻합니다|을 의미합니다|"
    r"를 의미합니다|을 말한다|를 말한다|을 의미한다|를 의미한다|을 가리킵니다|를 가리킵니다)$"
)
_PLACE = re.compile(
    r"^(?P<place>(?:[^\s,]+ ){0,4}[^\s,]+)에 (?P<verb>있습니다|위치합니다|있다|위치한다|위치해 있습니다|"
    r"보관합니다|걸려 있습니다|놓여 있습니다|열립니다)$"
)
_FRONT = re.compile(
    r"^(?P<front>[^,]{2,30}(?:에서는|에는|에서|에|때|때는|경우|경우에는|경우는|면|후|전|후에|전에|동안|까지|"
    r"부터)),?\s+(?P<rest>.+)$"
)
_OPENER = (
    r"^(?:단|또한|또는|또|그리고|그러나|하지만|다만|참고로|특히|예를 들어|예컨대|따라서|즉|마지막으로|"
    r"다음으로|내부적으로|기술적으로는|실제로|일반적으로|"
    r"기본적으로|대부분의 경우|간단히 말해|기술적으로|먼저|추가로|결론적으로|예시로|참고 자료로),?\s+"
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|\{\{")
_ORPHAN = re.compile(r"(?:^|\s)(?:을|를|은|는|의|에서|에서는|에서만|와|과|으로|로|에|가)(?=[\s,.]|$)")
_QUOTE = re.compile(r"[\"“”'‘’()\[\]{}<>|]")


def state(builder: Builder, sentence: Sentence) -> None:
    """Add what a Korean statement says."""
    if _TAG.search(builder.passage.text[sentence.start : sentence.end]) or _ORPHAN.search(sentence.text):
        builder.rejected["broken_text"] += 1
        return
    gloss(builder, sentence)
    text = re.sub(r"\s*\([^()]*\)(?!\w*\()", _no_bracket, sentence.text).rstrip(" .。!:：")
    if not text.endswith(("다", "요", "음", "함")) or len(text) > 110 or len(text) < 6:
        builder.rejected["sentence_length" if len(text) > 110 or len(text) < 6 else "fragment"] += 1
        return
    if _NEGATION.search(text) or "?" in text:
        builder.rejected["negation"] += 1
        return
    text = re.sub(_OPENER, "", text)
    if _BACK.search(text):
        builder.rejected["refers_back"] += 1
        return
    span = (sentence.start, sentence.end)
    if named(builder, text, span) or korean_lists.inline(builder, text, span):
        return
    part = _SHARE.match(text)
    if part and not _BAD_SUBJECT.search(part.group("whole")) and _noun_like(part.group("whole")):
        relation = f"의 {{몇 퍼센트}}가 {part.group('rest')}"
        builder.add("percentage", part.group("whole"), relation, part.group("share"), span=span, claim=text)
        return
    text = _last_clause(text)
    before = len(builder.facts)
    reason = _topical(builder, text, span)
    if len(builder.facts) == before and reason and not ask_object(builder, text, span):
        builder.rejected[reason] += 1


_SHARE = re.compile(
    rf"^(?P<whole>[^,]{{2,40}}?)의 (?P<share>(?:약 )?{_N}\s?(?:%|퍼센트))(?:은|는|이|"
    rf"가) (?P<rest>[^,]{{4,50}}니다)$"
)
_CLAUSES = re.compile(
    r"^(?P<subject>(?:[^\s,]+ ){0,3}?[^\s,]+?)(?P<particle>은|는) (?P<first>[^,]{4,60}(?:하며|되며|이며|"
    r"하고|되고|이고|지만|므로)), "
    r"(?P<last>[^,]{8,60})$"
)


def _last_clause(text: str) -> str:
    """ "A는 …하며, …합니다" → "A는 …합니다", where the last clause has no subject of its own."""
    match = _CLAUSES.match(text)
    if not match or re.search(r"[가-힣A-Za-z](?:은|는|이|가)(?= )", match.group("last")):
        return text
    return f"{match.group('subject')}{match.group('particle')} {match.group('last')}"


def _no_bracket(match: re.Match[str]) -> str:
    """A call's empty brackets belong to its name: "defineProps()"."""
    return match.group() if match.group() == "()" else ""


def _topical(builder: Builder, text: str, span: tuple[int, int]) -> str:
    """Add a statement about a topic; or why it is none."""
    topic = _TOPIC.match(text)
    if not topic or _BAD_SUBJECT.search(topic.group("subject")) or len(topic.group("subject").split()) > 6:
        return "no_subject"
    subject, particle, rest = (
        topic.group("subject").strip("\"'“”‘’ "),
        topic.group("particle"),
        topic.group("rest"),
    )
    if particle in "이가" and re.search(r"\s(?:은|는)\s|[가-힣](?:은|는)\s", rest):
        return "complex_subject"
    if not _noun_like(subject) or particle == "는" and _VERB_STEM.search(subject):
        return "complex_subject"
    for pattern, kind in (
        (_COPULA, "copula"),
        (_CALLED, "name"),
        (_DEFINED, "definition"),
        (_PLACE, "place"),
    ):
        match = pattern.match(rest)
        if match and not (kind == "definition" and particle in "이가"):
            _short(builder, kind, subject, match, span, text)
            return ""
    return _in_place(builder, subject, rest, span, text)


_VERB_STEM = re.compile(r"(?:하|되|있|없|주|쓰|받|만드|따르|포함하|이하|혹|는다|다)$")
_NOT_A_COPULA = re.compile(r"(?:높|줄|보|쓰|모|붙|끓|먹|속|숙|들|기울|움직|죽|녹|늘|벌|덮|섞|쌓|놓|이|더)$")


def _noun_like(subject: str) -> bool:
    """Whether the text before the particle can be a noun phrase (no clause ending inside)."""
    return not re.search(
        r"[을를] |(?:면|(?<!에)서|고|지만|는데|니까|려고|도록|며|거나)(?:\s|$)", subject
    ) and not _QUOTE.search(subject)


def _short(
    builder: Builder, kind: str, subject: str, match: re.Match[str], span: tuple[int, int], text: str
) -> None:
    if kind == "definition":
        builder.add(
            "definition",
            subject,
            "definition",
            match.group("definition"),
            span=span,
            claim=text,
            qualify=False,
        )
    elif kind == "name":
        builder.add(
            "name",
            subject,
            f"{{무엇이}}라고 {match.group('ending')}",
            match.group("name").strip("'‘’“”\""),
            span=span,
            claim=text,
        )
    elif kind == "place":
        if re.search(
            r"월|\d일|시$|매년|매월|매주|요일|때|경우|후$|전$|동안|방식$|점$|것$", match.group("place")
        ):
            builder.rejected["no_value"] += 1
            return
        builder.add(
            "place", subject, f"{{어디}}에 {match.group('verb')}", match.group("place"), span=span, claim=text
        )
    else:
        value = match.group("value")
        if _VAGUE_VALUE.search(value) or match.group("ending") == "입니다" and _NOT_A_COPULA.search(value):
            builder.rejected["vague_answer"] += 1
            return
        words = value.split()
        if (
            len(words) > 6
            or re.search(
                r"(?:것|때문|중|편|뿐|수|예정|사실|이유|경우|일|점|방법|좋은|한|할|하는|의|한 것)$", value
            )
            and not re.search(r"\d", value)
        ):
            builder.rejected["long_answer" if len(words) > 6 else "vague_answer"] += 1
            return
        if not re.search(r"\d|@", value) and (len(words) > 4 or not _nameable(subject, words)):
            builder.rejected["vague_answer"] += 1
            return
        kind, wh = _copula_question(subject, value)
        builder.add(kind, subject, f"{{{wh}}}입니다", value, span=span, claim=text)


_LOOSE_VALUE = re.compile(
    r"(?:적|필수|가능|전용|일부|필요|반응형|객체|함수|집합|상태|저수준|동일|약자|기능|값|프로젝트|"
    r"매크로|공통|사람|활동|도구|마음|노력|무료|"
    r"요소|시간|과정|도전|문제|기회|가치)$"
)


def _nameable(subject: str, value: list[str]) -> bool:
    """Whether "subject는 value입니다" names something: no clause in it, no mere description."""
    if WHO_LABEL.search(subject) and len(value) <= 2:
        return True  # a person's name may end like a verb: 최하은
    if subject.endswith(("에서", "에", "으로", "대부분의", "인자")) or re.match(
        r"대부분|일부|많은|두 번째|첫 번째", subject
    ):
        return False
    if any(
        "가" <= word[-1] <= "힣" and word.endswith(("을", "를", "는", "은", "게", "적으로")) for word in value
    ):
        return False
    if any(word.endswith("가") and len(word) > 1 for word in value[:-1]):
        return False
    if (
        re.search(r"[A-Z]{2,}[A-Z][a-z]{2,}", " ".join(value))
        or "인자인" in subject
        or subject.startswith("현재 ")
    ):
        return False
    return _LOOSE_VALUE.search(value[-1]) is None and is_bare_noun(value[-1])


_VAGUE_VALUE = re.compile(
    r"^(?:그|이|약간의|여러분|우리|당신|데|것|좋은|가장|매우|아주|정말|하나의|또 다른|다음) ?(?:[가-힣]|"
    r"$)(?<!이메일)|(?:것|셈|중|예|시작|핵심|도움|마찬가지|정도|바로)$"
)


def _copula_question(subject: str, value: str) -> tuple[str, str]:
    if _MAIL.search(value):
        return "contact", "무엇"
    if _PHONE.fullmatch(value):
        return "contact", "몇 번"
    if _MONEY.search(value):
        return "money", "얼마"
    if _PERCENT.search(value):
        return "percentage", "몇 퍼센트" if _PERCENT.fullmatch(value) else "얼마"
    if _DATE.fullmatch(value) or re.fullmatch(r"(?:매주 )?[월화수목금토일]요일", value):
        return "date", "언제" if "요일" not in value else "무슨 요일"
    if _TIME.fullmatch(value):
        return "time", "몇 시"
    duration = _DURATION.fullmatch(value)
    if duration:
        unit = duration.group("unit")
        return "duration", "며칠" if unit == "일" else f"몇 {unit}"
    count = _COUNT.fullmatch(value)
    if count:
        return "number", _COUNTERS[count.group("unit")]
    if WHO_LABEL.search(subject):
        return "name", "누구"
    if _PLACE_SUBJECT.search(subject):
        return "place", "어디"
    if re.search(r"\d", value):
        return "number", "얼마" if _MEASURE.search(value) else "무엇"
    return "short", "무엇"


def _in_place(builder: Builder, subject: str, rest: str, span: tuple[int, int], text: str) -> str:
    """A value inside the predicate gives way to its question word; "no_value" when there is none."""
    found: list[tuple[str, int, int, str]] = []
    for kind, pattern in (
        ("money", _MONEY),
        ("percentage", _PERCENT),
        ("date", _DATE),
        ("time", _TIME),
        ("duration", _DURATION),
        ("number", _MEASURE),
        ("number", _COUNT),
        ("number", _SPELLED),
    ):
        for match in pattern.finditer(rest):
            if all(match.end() <= start or match.start() >= end for _, start, end, _ in found):
                found.append((kind, match.start(), match.end(), _wh(kind, match)))
    if not found:
        return "no_value"
    kinds = [kind for kind, *_ in found]
    for kind, start, end, wh in found:
        if kinds.count(kind) > 1:
            builder.rejected["several_values"] += 1
            continue
        if (
            rest[end : end + 1]
            and re.match(r"[가-힣]", rest[end])
            and not re.match(
                r"(?:까지|부터|에|이|가|을|를|은|는|의|로|으로|만|씩|마다|안에|이내|전|후|동안|간|입|이상|이하|"
                r"정도|보다|당|쯤|짜리|이며|이고|과|와)",
                rest[end:],
            )
        ):
            builder.rejected["part_of_a_name"] += 1
            continue
        if re.search(r"(?:고|며|지만|면서|거나|는데|으나)(?:,|\s)", rest):
            builder.rejected["complex_sentence"] += 1
            continue
        if len(rest) > 55 or "보다" in rest or ":" in rest or rest[:start].endswith("라는 "):
            builder.rejected["complex_sentence"] += 1
            continue
        after = rest[end + 1 :] if wh == "언제" and rest[end:].startswith("에 ") else rest[end:]
        relation = f"{rest[:start]}{{{wh}}}{after}"
        builder.add(kind, subject, relation, rest[start:end], span=span, claim=text)
    return ""


def _wh(kind: str, match: re.Match[str]) -> str:
    if kind == "money":
        return "얼마"
    if kind == "percentage":
        return "몇 퍼센트"
    if kind == "time":
        return "몇 시"
    if kind == "date":
        value = match.group()
        if re.fullmatch(r"\d{4}년", value):
            return "몇 년"
        return (
            "언제"
            if value.endswith(("일", "월")) and "년" in value
            else "몇 월 며칠"
            if value.endswith("일")
            else "몇 월"
        )
    unit = match.groupdict().get("unit") or ""
    if kind == "duration" and match.group().endswith("간") and unit not in ("시간", "일"):
        return f"몇 {unit}간"
    if kind == "duration":
        return "며칠" if unit == "일" else f"몇 {unit}"
    return _COUNTERS.get(unit, f"몇 {unit}")


_ENDINGS = (
    ("입니다", "입니까", "인가요", "인지"),
    ("이다", "입니까", "인가요", "인지"),
    ("이에요", "입니까", "인가요", "인지"),
    ("예요", "입니까", "인가요", "인지"),
)


def question_endings(predicate: str) -> tuple[str, str, str] | None:
    """(formal question, polite question, embedded clause) of a predicate: "걸립니다" → 걸립니까, 걸리나요, 걸리는지."""
    for ending, formal, polite, embedded in _ENDINGS:
        if predicate.endswith(ending):
            stem = predicate[: -len(ending)]
            return stem + formal, stem + polite, stem + embedded
    if predicate.endswith("습니다"):
        stem = predicate[:-3]
        embedded = stem + ("은지" if stem.endswith(("좋", "많", "같")) else "는지")
        return stem + "습니까", stem + "나요", embedded
    if predicate.endswith("니다") and len(predicate) > 2:
        syllable = predicate[-3]
        bare = _without_final(syllable, 17)  # ㅂ
        if bare:
            stem = predicate[:-3] + bare
            return predicate[:-1] + "까", stem + "나요", stem + "는지"
    if predicate.endswith("다") and len(predicate) > 1:
        syllable = predicate[-2]
        bare = _without_final(syllable, 4)  # ㄴ: 걸린다
        if predicate[-2] == "는":
            stem = predicate[:-2]
            return stem + "습니까", stem + "나요", stem + "는지"
        if bare:
            stem = predicate[:-2] + bare
            return predicate[:-2] + _with_final(bare, 17) + "니까", stem + "나요", stem + "는지"
        stem = predicate[:-1]
        if _final(syllable) in (20,):  # ㅆ: 있다, 했다
            return stem + "습니까", stem + "나요", stem + "는지"
        return None
    if predicate.endswith("요"):
        return predicate, predicate, ""
    return None


def _final(syllable: str) -> int:
    return (ord(syllable) - 0xAC00) % 28 if "가" <= syllable <= "힣" else 0


def _without_final(syllable: str, final: int) -> str:
    return chr(ord(syllable) - final) if _final(syllable) == final and "가" <= syllable <= "힣" else ""


def _with_final(syllable: str, final: int) -> str:
    return chr(ord(syllable) + final) if _final(syllable) == 0 else syllable


def particle(word: str, with_final: str, without: str) -> str:
    """`word` with the particle that fits its last sound: particle("요금", "은", "는") → "요금은".

    The pair (으로, 로) treats a final ㄹ as an open syllable: "서울로".
    """
    final = final_consonant(word)
    if with_final == "으로" and final == 8:
        final = 0
    return word + (with_final if final else without)
