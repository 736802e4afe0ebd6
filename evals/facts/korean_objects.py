"""Korean statements whose object, place or means is asked for: "실제 HTML을 출력하려면 v-html을 사용해야 합니다".

The noun phrase right before the verb gives way to 무엇 or 어디; the rest of the sentence must leave one answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .build import Builder
from .korean_words import is_bare_noun, trailing_noun_phrase
from .model import words_of

_TAIL = re.compile(
    r"^(?P<head>.+?) (?P<tail>(?:(?:직접|함께|자동으로|항상|반드시|다시|먼저|기본적으로|"
    r"일반적으로) )?(?:[가-힣]+(?:야|어야|아야) 합니다|"
    r"[가-힣]+ 수 있습니다|[가-힣]+면 됩니다|[가-힣]+ 것이 (?:가장 )?(?:좋습니다|권장됩니다|"
    r"바람직합니다)|[가-힣]+니다|[가-힣]+하세요|"
    r"[가-힣]+하십시오))$"
)
_CASE = re.compile(r"^(?P<noun>.+?)(?P<case>을|를|에서|에|으로|로)$")
_HAPPENS = re.compile(
    r"(?:필요|실행됩|호출됩|생성됩|발생|표시됩|추가됩|적용됩|포함됩|사용됩|반환됩|렌더링됩|업데이트됩|"
    r"활성화됩|트리거됩|출력됩|제공됩)(?:합?니다|니다)$"
)
_NEEDED = re.compile(r"^(?P<noun>.+?)(?P<case>이|가)$")
_BETWEEN = re.compile(r"(?:으로|(?<![므])로|에|에서|에게|게|히)$")
_TOPIC_WORD = re.compile(r"^(?P<noun>.+?)(?P<particle>은|는|이|가)$")
_CLAUSE = re.compile(
    r"(?:려면|위해|위해서|위해서는|때|때는|때마다|경우|경우에는|사용하여|사용해|이용하여|"
    r"이용해|활용하여|활용해|통해|전에|후에|"
    r"면)$"
)
_AIMED = re.compile(
    r"(?:려면|기 위해|기 위해서|기 위해서는|사용하여|사용해|하면|되면|이용하여|활용하여|활용해|통해)$"
)
_JOINED = re.compile(
    r"(?:고|며|지만|면서|거나|는데|으나|므로|니까|아서|어서|해서|여서|는지|도록|하여|라고|라서|으로써|"
    r"듯이|나|부터|뿐만|물론|채|대로|수록|"
    r"기에|때문에|덕분에|만큼|따라|처럼|보다|대신|반면|않도록|다면|라면)[,]?$"
)
_EMPTY_VERBS = re.compile(
    r"^(?:(?:직접|함께|자동으로|항상|반드시|다시|먼저|기본적으로|일반적으로) )?(?:제공|지원|포함|가지|"
    r"가집|의미|도와|도울|도움|만들|만듭|합니|"
    r"하는|해야|할 |하면|하세|하십|필요|나타|보여|보이|생각|고려|주의|확인|참고|참조|살펴|알아|알 |봅|"
    r"볼|보세|봐|줍|주는|줄 |줘|얻|"
    r"이해|원하|원합|추천|권장|기억|말합|갖|강조|높|줄이|줄입|향상|유지|겪|느끼|느낍|찾|배우|배울|논의|"
    r"설명|소개|다루|다룹|믿|신경|노력|"
    r"사용합|사용할|발생|일으|이루|거치|거칩|두|둡|놓|끼|미치|미칩|받|사용하는|됩|되는|되어|될|있|없|"
    r"시작|진행|추가|작성|수행|읽|적용|"
    r"이야기|개선|제공)"
)
_OBJECT_VERBS = re.compile(
    r"^(?:사용|설정|호출|반환|전달|설치|실행|선택|이용|활용|선언|추가|바인딩|임포트|import|작성|지정|붙|"
    r"감싸|등록|클릭|참조|확인|정의|내보|허용|받)"
)
_EMPTY_HEADS = words_of(
    """
    것 수 도움 작업 방법 문제 경우 점 기능 이점 내용 부분 결과 역할 값 사람 사람들 일 정보 코드 영향 이유
    목적 필요 의미 변경 하나 둘 모두 무엇 작동
    동작 상황 시간 노력 예 예시 예제 자신 자신들 여러분 서로 생각 질문 대화 의견 책임 관계 관심 방식 과정
    조치 주의 목록 요소 대상
    구현 사용 처리 접근 이해 개선 결정 기반 위치 상태 시점 초점 주소 여부 가치 효과 성능 존재 차이 측면 단계
    과제 장점 단점 기회 해결책
    그것 이것 여기 거기 다음 위 아래 앞 뒤 내부 외부 안 밖 여지 프로젝트 커뮤니티 당신 우리 저희 수단 전체
    범위 속도
    문서 가이드 페이지 섹션 링크 변화 원칙 기준 관점 옵션 가지 이름 데이터 객체 함수 컴포넌트 앱 결론 성공 사항
    """
)
_PLACE_VERBS = re.compile(
    r"^(?:저장|위치|보관|정의|등록|게시|배치|기록|설치|표시|선언|첨부|마운트|삽입|남|호출|실행|열|있)"
)
_MEANS_VERBS = re.compile(
    r"^(?:작성|구현|변환|컴파일|설정|전달|시작|표시|저장|대체|변경|이름|불|정의|번역|제공|노출|바인딩|"
    r"끝|반환|구성|선언|구분|표기|평가)"
)
_LOOSE = re.compile(
    r"(?:^|\s)(?:이|그|저|해당|이러한|그러한|이런|그런|우리|우리는|우리의|저는|나는|제|내|그들|그들의|"
    r"그들은|그것|이것|이것은|것|것을|것이|것은|"
    r"같은|위|위의|아래|앞서|여기|여기서|다음|이를|그를|이후|그래서|그러면|그렇게|이렇게|어떤|어떻게|"
    r"무엇|왜|이는|이때|그때|그런데|내가|그녀|"
    r"누군가|누구|누구나|이번|이들|위와|이와|이럴|그럴|다른|반환된|새로|둘|대신|예시|예시의|예제의|"
    r"자신의|모두)(?=\s|,|$)"
)


@dataclass(frozen=True)
class _Asked:
    subject: str
    before: str
    answer: str
    case: str
    tail: str


def ask_object(builder: Builder, text: str, span: tuple[int, int]) -> bool:
    """Add what `text` says of its object, place or means; whether it said one thing clearly enough."""
    found = _parse(text)
    if isinstance(found, str):
        builder.rejected[found] += 1
        return False
    wh, case = _question_word(found)
    if not wh:
        builder.rejected["vague_verb"] += 1
        return False
    relation = f"{found.before} {{{wh}}}{case} {found.tail}".strip()
    kind = "place" if wh == "어디" else "short"
    builder.add(kind, found.subject, relation, found.answer, span=span, claim=text)
    return True


def _question_word(found: _Asked) -> tuple[str, str]:
    bare = re.sub(r"^(?:직접|함께|자동으로|항상|반드시|다시|먼저|기본적으로|일반적으로) ", "", found.tail)
    if found.case in ("을", "를"):
        return "무엇", "을"
    if found.case in ("이", "가"):
        placed = re.search(r"(?:에는|에서는|에서|에)$", found.subject) or _CLAUSE.search(found.subject)
        return ("무엇이", "") if placed else ("", "")
    if found.case == "에" and bare.startswith("의해"):
        return "무엇", "에"
    if re.search(r"(?:중|방식|동안|이후|이전|단계|과정|때)$", found.answer):
        return "", ""
    if found.case in ("에", "에서") and _PLACE_VERBS.match(bare):
        return "어디", found.case
    if found.case in ("으로", "로") and _MEANS_VERBS.match(bare):
        return "무엇", "으로"
    return "", ""


def _parse(text: str) -> _Asked | str:
    match = _TAIL.match(text)
    if not match:
        return "no_value"
    head, tail = match.group("head").replace("여러분의 ", "").replace("당신의 ", ""), match.group("tail")
    if _LOOSE.search(head) or "," in head[-20:]:
        return "refers_back"
    tail = re.sub(r"하세요$|하십시오$", "해야 합니다", tail)
    words = head.split()
    while len(words) > 2 and _BETWEEN.search(words[-1]) and words[-2].endswith(("을", "를")):
        tail = f"{words.pop()} {tail}"
    if words[-1] == "의해" and len(words) > 2:
        tail = f"{words.pop()} {tail}"
    case = _CASE.match(words[-1]) or (_NEEDED.match(words[-1]) if _HAPPENS.search(tail) else None)
    if not case:
        return "no_value"
    bare = [*words[:-1], case.group("noun")]
    count = trailing_noun_phrase(bare)
    if not count or count == len(words):
        return "open_answer"
    answer, front = " ".join(bare[-count:]).strip("\"'“”‘’"), words[:-count]
    if _empty(answer) or re.search(r"[\"“”,]", answer):
        return "vague_answer"
    if any(_JOINED.search(word) and not _CLAUSE.search(word.rstrip(",")) for word in front):
        return "complex_sentence"
    parts = _subject(front)
    if parts is None:
        return "no_subject"
    subject, before, clause = parts
    size = len(subject.split()) + len(before.split())
    aimed = clause and _AIMED.search(f"{subject} {before}".strip().rstrip(","))
    verb = re.sub(r"^(?:직접|함께|자동으로|항상|반드시|다시|먼저|기본적으로|일반적으로) ", "", tail)
    if size > 9 or size < 2 or (clause and size < 2):
        return "complex_subject" if size > 9 else "open_question"
    telling = size >= 3 and len(answer.split()) >= 2 and (size >= 4 or re.search(r"[A-Za-z]", subject))
    if _EMPTY_VERBS.match(tail) and not telling and not (aimed and (_OBJECT_VERBS.match(verb) or size >= 3)):
        return "open_question"
    if not clause and size < 3 and not re.search(r"[A-Za-z(]", answer):
        return "open_question"
    return _Asked(subject, before, answer, case.group("case"), tail)


def _empty(answer: str) -> bool:
    words = answer.split()
    last = words[-1]
    if last in _EMPTY_HEADS and not re.search(r"[A-Za-z\d]", answer):
        return len(words) < 3 or last in ("것", "수", "때", "점", "도움", "영향", "문제", "방법", "작업")
    if re.search(r"[A-Za-z]", answer):
        return False
    return len(words) == 1 and len(last) < 3


def _subject(front: list[str]) -> tuple[str, str, bool] | None:
    """(subject, what stands before the slot, whether the subject is a clause) of the words before the answer."""
    for index, word in enumerate(front):
        match = _TOPIC_WORD.match(word)
        if not match or index > 4:
            continue
        noun, rest = match.group("noun"), front[index + 1 :]
        before = front[:index]
        if match.group("particle") == "는" and word.endswith(
            (
                "하는",
                "되는",
                "있는",
                "없는",
                "받는",
                "주는",
                "지는",
                "에서는",
                "에는",
                "으로는",
                "때는",
                "위해서는",
            )
        ):
            continue
        if match.group("particle") in "이가은" and not is_bare_noun(noun):
            continue
        if not is_bare_noun(noun) or before and trailing_noun_phrase([*before, noun]) != index + 1:
            return None
        if any(
            _TOPIC_WORD.match(one) and one.endswith(("은", "는", "이", "가")) and len(one) > 1 for one in rest
        ):
            return None
        if sum(one.endswith(("을", "를")) for one in rest) > 1:
            return None
        if match.group("particle") in "이가" and any(_CLAUSE.search(one.rstrip(",")) for one in rest):
            break
        clause = bool(rest) and _CLAUSE.search(" ".join(rest)) is not None
        return " ".join([*before, noun]), " ".join(rest), clause
    ends = [index for index, word in enumerate(front) if _CLAUSE.search(word.rstrip(","))]
    if (
        not ends
        and front[-1].endswith(("에는", "에서는"))
        and len(front) <= 4
        and trailing_noun_phrase([*front[:-1], re.sub(r"(?:에는|에서는)$", "", front[-1])]) == len(front)
    ):
        return " ".join(front), "", False
    if not ends or ends[-1] < 1 or ends[-1] > 7 or len(front) - ends[-1] > 4:
        return None
    clause, between = front[: ends[-1] + 1], front[ends[-1] + 1 :]
    if any(
        word.endswith(("은", "는")) and not word.endswith(("에서는", "에는", "하는", "되는", "있는"))
        for word in clause[:-1]
    ):
        return None
    if any(word.endswith(("은", "는", "을", "를", "이", "가")) for word in between):
        return None
    if not any(word.endswith(("을", "를", "에", "에서", "로", "이", "가")) for word in clause[:-1]):
        return None
    return " ".join(clause).rstrip(","), " ".join(between), True
