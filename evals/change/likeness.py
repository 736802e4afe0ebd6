"""How alike two pieces of text are when small words, endings, order and spelling don't count."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from ..facts.model import words_of
from ..grading.normalise import STOP_WORDS, key_of, known_words, without_particle

# As the graders' words, but "37signals" stays one: it is a name, not the number 3.
_TOKEN = re.compile(r"\d+(?:\.\d+)*(?![^\W_])|[^\W_]+(?:['.][^\W_]+)*")
_SLOT = re.compile(r"\{[^}]*\}")
_HANGUL = re.compile(r"[가-힣]")
_EMPTY = STOP_WORDS | frozenset(("please", "pleas", "s", "t", "re", "ll", "ve", "d", "m"))
_KOREAN_EMPTY = words_of(
    """
    및 등 수 것 때 있습니다 합니다 됩니다 입니다 있다 한다 된다 이다 위해 대한 대해 통해 경우 이 그 저 각
    """
)
_ASKING = words_of(
    """
    many much long often far old high large late early soon least most up within after before more fewer less full
    second minute hour day night week month year decade business working calendar time money percent share cost
    euro dollar pound won total 몇 무엇 언제 어디 누구 얼마 가지 개 도 명 일 시간 분 년 개월 퍼센트 하는 데 최대 최소
    """
)
# What turns a statement round. A text that gains or loses one of these says something else.
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|except|unless|un(?:able|limited|paid|available|authorised"
    r"|authorized)|non)\b|n['’]t\b|\bnon-"
    r"|않|없|아니|못하|불가|금지|제외|불필요|무료|유료|불허"
)


@lru_cache(maxsize=65_536)
def content(text: str) -> tuple[str, ...]:
    """The words of `text` that carry meaning, in order: folded, without plural endings and Korean particles."""
    found: list[str] = []
    for match in _TOKEN.finditer(known_words(_SLOT.sub(" ", text)).text):
        key = key_of(match[0])
        word = without_particle(key) if _HANGUL.search(key) else key
        if word not in _EMPTY and word not in _KOREAN_EMPTY:
            found.append(word)
    return tuple(found)


@lru_cache(maxsize=65_536)
def slot_words(relation: str) -> frozenset[str]:
    """What the question words of a relation ask for: of "{how many hours of award leave}" award and leave.

    Units don't count: two weeks may become 14 days.
    """
    found: set[str] = set()
    for slot in _SLOT.findall(relation):
        found.update(word for word in content(slot.strip("{}")) if word not in _ASKING)
    return frozenset(found)


def same_slot(one: str, two: str) -> bool:
    """Whether two relations may ask for the same thing: not each of their slots names something else."""
    left, right = slot_words(one), slot_words(two)
    return left <= right or right <= left


@lru_cache(maxsize=65_536)
def negations(text: str) -> frozenset[str]:
    """The words of `text` that turn its sense round."""
    return frozenset(match.group().strip("-") for match in _NEGATION.finditer(text.casefold()))


@lru_cache(maxsize=65_536)
def _pieces(text: str) -> Counter[str]:
    """Pairs of neighbouring characters inside the words: what stays of a Korean word in another form."""
    found: Counter[str] = Counter()
    for word in content(text):
        found.update([word] if len(word) == 1 else [word[i : i + 2] for i in range(len(word) - 1)])
    return found


def _dice(one: Counter[str], two: Counter[str]) -> float:
    total = one.total() + two.total()
    return 2 * (one & two).total() / total if total else 1.0


def likeness(one: str, two: str) -> float:
    """How much two texts have in common, in [0, 1]: words, or pairs of characters in them; symmetric.

    Two texts without a word that carries meaning are alike; one with and one without have nothing in common.
    """
    if one == two:
        return 1.0
    words = _dice(Counter(content(one)), Counter(content(two)))
    return max(words, _dice(_pieces(one), _pieces(two)))


def odd_words(one: str, two: str) -> tuple[list[str], list[str]]:
    """The words of each text that have no like in the other, slips and endings aside."""
    from rapidfuzz import fuzz

    left, right = set(content(one)), set(content(two))
    mine, yours = left - right, right - left

    def alone(word: str, others: set[str]) -> bool:
        if any(char.isdigit() for char in word):
            return True
        # 78: "return" and "returns" and "returned" are one word, "adult" and "adults only" as well; "men" and
        # "women" (75) are not.
        return not any(fuzz.ratio(word, other) >= 78 for other in others if not other.isdigit())

    return (
        sorted(word for word in mine if alone(word, yours)),
        sorted(word for word in yours if alone(word, mine)),
    )
