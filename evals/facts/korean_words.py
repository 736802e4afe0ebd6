"""What Korean words look like from outside: particles, adnominal endings, adverbs, noun phrases.

There is no morphological analyser: a word counts as a noun only where nothing speaks against it.
"""

from __future__ import annotations

import re

from .model import words_of

_ADVERBS = words_of(
    """
    종종 대략 직접 함께 모두 항상 반드시 다시 주로 보통 대개 매우 아주 가장 더 덜 잘 못 안 꼭 먼저 나중에
    바로 즉시
    계속 자주 가끔 이미
    아직 여전히 모든 각 각각 매번 역시 오직 단지 다만 또 또한 그리고 하지만 그러나 따라서 즉 예컨대 혹은
    또는 및 등 새로 서로
    스스로 대신 이후 이전 미리 거의 약간 조금 많이 훨씬 아예 오히려 특히 물론 실제 실제로 일반적으로
    기본적으로 자동으로 때 후 전
    위해 통해 따라 대해 의해 경우 동안 너무 굳이 결국 결코 아마 아마도 그냥 완전 쉽게 빠르게 반면 만약 한편
    최대한 가능한 어떤
    이런 그런 이 그 저 해당 다른 다음 같은 여러 좋은 이러한 그러한 이와 그와 위의 아래 아래의 앞의 몇 현재
    오늘날 최근 처음 보다
    """
)
_MODIFIERS = words_of(
    """
    이 그 저 해당 다른 다음 같은 여러 어떤 이런 그런 이러한 그러한 좋은 모든 위의 아래의 앞의 몇 각 보다
    """
)
_PARTICLE = re.compile(
    r"(?:을|를|은|는|에|에서|에게|으로|로|와|과|도|만|까지|부터|마다|처럼|보다|라고|이나|이며|이고|하며|"
    r"하고|하여|해서|"
    r"지만|면|려면|도록|면서|거나|는데|니까|므로|수록|대로|듯이|하게|히|려고|라는|이라는|라면|이란|란|"
    r"들이|들의|까)$"
)
_ADNOMINAL = re.compile(
    r"(?:한|된|할|될|인|던|진|킨|른|운|쓴|온|든|린|난|본|낸|친|긴|룬|준|둔|간|은|는|을|를|적인|있을|"
    r"없을|같은|야|해|여|어|아|게|지|"
    r"다|요|죠|줄|둘|볼|낼|칠|킬|릴|올|갈|날|들|질|려|돼|서|고|며|나)$"
)
_NOUNS_THAT_LOOK_LIKE_VERBS = re.compile(
    r"(?:제한|권한|화면|기간|시간|공간|순간|중간|인간|버전|원인|디자인|라인|온라인|오프라인|메인|도메인|"
    r"플러그인|로그인|확인|할인|"
    r"개인|본인|승인|체인|기본|원본|사본|복사본|샘플본|부분|파일|모듈|타입|서비스|메서드|언어|용어|단어|"
    r"코드|노드|모드|필드|빌드|"
    r"피드|백엔드|프론트엔드|네임스페이스|인터페이스|데이터베이스|기여|참여|이미지|패키지|페이지|메시지|"
    r"스토리지|기술|규칙|커뮤니티|"
    r"관리자|개발자|사용자|표현|화면|유지|수단|진단|집단|구간|야간|연간|주간|라이선스|소스|클래스|"
    r"리소스|프로세스|액세스|케이스|"
    r"보고|창고|광고|경고|참고|재고|하나|제어|검사|에러|컨테이너|문서|순서|부서|도서|증명서|계약서|의료|"
    r"자료|무료|유료|"
    r"아이디어|스토어|소프트웨어|하드웨어|미들웨어|티어|레이어|바인딩|매개변수|단위|서버|질문|답변)$"
)
_LATIN_END = re.compile(r"[A-Za-z0-9)\]\"'”’]$")


def is_bare_noun(word: str) -> bool:
    """Whether `word` can stand inside a noun phrase: no particle, no verb ending, no adverb."""
    if not word or word in _ADVERBS or word.endswith((",", ";", ":", ".")):
        return False
    if _LATIN_END.search(word):
        return True
    if _NOUNS_THAT_LOOK_LIKE_VERBS.search(word):
        return True
    return not (_PARTICLE.search(word) or _ADNOMINAL.search(word) or word.endswith(("이", "가")))


def trailing_noun_phrase(words: list[str]) -> int:
    """How many of the last `words` form a noun phrase, 0 when it's unsure where it begins.

    The last word must be bare already (its particle cut). Genitives and bare nouns go with it; an adnominal verb
    before it leaves the beginning open.
    """
    if not words or not is_bare_noun(words[-1]):
        return 0
    count = 1
    while count < len(words):
        word = words[-count - 1]
        genitive = word.endswith("의") and len(word) > 1 and not word.startswith(("이의", "그의"))
        if is_bare_noun(word) or genitive and is_bare_noun(word[:-1]) or word in ("또는", "및", "와", "과"):
            count += 1
            continue
        joined = re.fullmatch(r"(.+?)(?:와|과|,)", word)
        if joined and is_bare_noun(joined.group(1)):
            count += 1
            continue
        if _may_be_adnominal(word):
            topic = count + 1 == len(words) and re.search(r"(?<![하되있없받주지쓰르])[은는]$", word)
            return count if topic and is_bare_noun(word[:-1]) else 0
        break
    return count if count <= 6 else 0


def _may_be_adnominal(word: str) -> bool:
    """Whether `word` looks like a verb that modifies the noun after it ("반환된", "사용할")."""
    if word in _ADVERBS:
        return word in _MODIFIERS
    return bool(
        re.search(
            r"(?:한|된|할|될|인|던|진|킨|른|운|쓴|든|린|난|낸|친|긴|룬|준|둔|은|는|있을|없을|줄|볼|낼|"
            r"릴|질|적인|라는|란|온|본|올|"
            r"춘|뀐|킬|칠|올|날|갈|둘|울|힌|긴|짠|놓인|쌓인)$",
            word,
        )
    )


def final_consonant(word: str) -> int:
    """The final consonant of `word` as it's read aloud (0: none, 8: ㄹ): Hangul, digits and Latin words."""
    last = word.rstrip(")\"'”’>]( ")[-1:] or word[-1:]
    if "가" <= last <= "힣":
        return (ord(last) - 0xAC00) % 28
    if last.isdigit():
        return {"0": 21, "1": 8, "3": 16, "6": 1, "7": 8, "8": 8}.get(last, 0)
    bare = word.rstrip(")\"'”’ ")
    acronym = re.search(r"(?:^|[^A-Za-z])([A-Z]{2,})$", bare)
    if acronym:
        return _SPELLED.get(acronym.group(1)[-1], 0)
    if bare.lower().endswith("ng"):
        return 21
    short = re.search(r"(?:^|[^aeiouy])[aeiou](?P<stop>[bkpt])$", bare.lower())
    if short and len(bare) <= 4:  # git, slot, prop, map, web: read with a stop, not with an added vowel
        return 17
    return _SOUNDED.get(last.lower(), 0)


_SPELLED = {"L": 8, "R": 8, "M": 16, "N": 4}
_SOUNDED = {"l": 8, "m": 16, "n": 4}
