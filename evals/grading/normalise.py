"""Text as the rules see it: folded, numbers as digits, cut into keys that compare equal when words do."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

from .numerals import to_digits
from .quantities import Quantity, find_quantities

_PUNCTUATION = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ`", "'"),
        **dict.fromkeys("“”", '"'),
        **dict.fromkeys("–—−‐‑", "-"),
        **dict.fromkeys("〜～", "~"),
        "·": " ",
        "。": ".",
        "&": " and ",
    }
)
_FOOTNOTES = str.maketrans(dict.fromkeys("¹²³⁰⁴⁵⁶⁷⁸⁹", " "))  # before NFKC makes digits of them
_TOKEN = re.compile(r"\d+(?:\.\d+)?(?![^\W\d_])|[^\W_]+(?:['.][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)(?<!\bdr\.)(?<!\bmr\.)(?<!\bst\.)(?<!\bmrs\.)(?<!\b\w\.)|\n+|;")
_ARTICLES = frozenset(("a", "an", "the"))
_STOP_WORDS = (
    "a an the of in on at for to by from with and or as is are was were be been it its this that there "
    "their his her he she they you your we our i my who whom whose what which when where why how do "
    "does did has have had will would can could should may might must than then so if not no into per "
    "about very also just "
)
STOP_WORDS = frozenset(_STOP_WORDS.split())
# Longest first: a particle is looked for at the end of a word.
_PARTICLES = (
    "이었습니다 였습니다 이라고 입니다 이에요 에서는 으로는 까지는 에게서 이라는 이며 예요 에서 에게 "
    "으로 까지 부터 라고 라는 이고 이다 한테 께서 처럼 보다 마다 조차 밖에 이나 이랑 정도 에는 에도 "
    "과는 와는 로는 인데 은 는 이 가 을 를 에 의 와 과 로 도 만 나 랑 요 뿐 쯤 인 다 씩 님 "
    "씨 "
)
PARTICLES = tuple(_PARTICLES.split())
_HANGUL = re.compile(r"[가-힣]")


def fold(text: str) -> str:
    """NFKC, lower case, plain quotes and dashes, no accents (Röntgen and Rontgen are one name)."""
    text = unicodedata.normalize("NFKC", text.translate(_FOOTNOTES)).translate(_PUNCTUATION).casefold()
    if text.isascii():
        return text
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare)


def key_of(token: str) -> str:
    """What a token is compared by: no possessive, acronym dots, plural; numbers without idle zeros."""
    if token[0].isdigit():
        if "." in token and token.replace(".", "", 1).isdigit():
            token = token.rstrip("0").rstrip(".")
        return token
    if token.endswith("'s"):
        token = token[:-2]
    elif "." in token and all(len(part) <= 2 for part in token.split(".")):
        token = token.replace(".", "")
    if len(token) > 3 and token.endswith("s") and token.isascii():
        if token.endswith("ies") and len(token) > 4:
            return token[:-3] + "y"
        if token.endswith(("sses", "shes", "ches", "xes")):
            return token[:-2]
        if not token.endswith(("ss", "us", "is")):
            return token[:-1]
    return token


def without_particle(word: str) -> str:
    """A Korean word without its particle or copula, when something is left."""
    for particle in PARTICLES:
        if word.endswith(particle) and len(word) > len(particle):
            return word[: -len(particle)]
    return word


@dataclass(frozen=True)
class Words:
    """A text's keys (articles left out), with the span of each in `text`, the folded text with digits."""

    text: str
    keys: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    @cached_property
    def joined(self) -> str:
        """The keys between spaces: a run of keys is a substring."""
        return " " + " ".join(self.keys) + " "

    @cached_property
    def offsets(self) -> list[int]:
        """Where each key begins in `joined`."""
        offsets, at = [], 1
        for key in self.keys:
            offsets.append(at)
            at += len(key) + 1
        return offsets

    @cached_property
    def key_set(self) -> frozenset[str]:
        """The distinct keys."""
        return frozenset(self.keys)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Numbers, amounts, dates and times of the text, in order."""
        return find_quantities(self.text)

    @cached_property
    def korean(self) -> bool:
        """Whether the text has Hangul in it."""
        return bool(_HANGUL.search(self.text))

    @cached_property
    def content(self) -> tuple[str, ...]:
        """The keys that carry meaning, or all of them where none does."""
        return tuple(k for k in self.keys if k not in STOP_WORDS) or self.keys

    @cached_property
    def sentence_starts(self) -> list[int]:
        """Character offsets in `text` at which a sentence begins."""
        return [0, *(m.end() for m in _SENTENCE_END.finditer(self.text))]

    def sentence_of(self, offset: int) -> tuple[int, int]:
        """The span in `text` of the sentence that holds the character at `offset`."""
        starts = self.sentence_starts
        i = bisect_right(starts, offset) - 1
        return starts[i], starts[i + 1] if i + 1 < len(starts) else len(self.text)

    def find(self, other: Words, start: int = 0) -> int:
        """The index of the first key, from `start` on, at which `other`'s keys follow one another, or −1."""
        if not other.keys or start >= len(self.keys):
            return -1
        at = self.joined.find(other.joined, self.offsets[start] - 1)
        return -1 if at < 0 else self.joined.count(" ", 0, at + 1) - 1

    def span_of(self, first: int, count: int) -> tuple[int, int]:
        """The span in `text` of `count` keys from index `first`."""
        return self.spans[first][0], self.spans[first + count - 1][1]


def words(text: str) -> Words:
    """Cut a text into keys."""
    plain = to_digits(fold(text))
    keys, spans = [], []
    for match in _TOKEN.finditer(plain):
        token = match[0]
        if token not in _ARTICLES:
            keys.append(key_of(token))
            spans.append(match.span())
    return Words(plain, tuple(keys), tuple(spans))


@lru_cache(maxsize=8192)
def known_words(text: str) -> Words:
    """`words`, remembered: references and questions come back, answers hardly ever."""
    return words(text)
