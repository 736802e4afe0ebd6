"""Custody of questions: which wording may be trained on, which examines, which stays sealed.

All choices are by hash of (seed, fact key), so that the same fact always falls the same way. A fact's pools
share no template family and no near duplicates; over many facts every family serves in every pool.
See docs/design/exams.md.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from .facts.model import Wording, normalise, tokens, words_of

if TYPE_CHECKING:
    from .settings import ExamSettings

POOLS = ("practice", "exam", "sealed")
THRESHOLD = 0.85

_SAME_WORD = 80  # rapidfuzz ratio from which two words count as one word with a slip
_ASKING = words_of(
    """
    a an the is are was were be do does did what which who whom when where how many much long often of for in on
    at to with by and or it they i you my your me we us our tell could can would please like know give say name
    looking look remind quick question sorry complete sentence fill gap about somebody someone asked ask should
    which want wants customer answer list all them that there does s d m re ll as regards subject topic 알려
    주세요 알고 싶습니다 가르쳐 궁금합니다 빈칸을 채우세요 무엇입니까 무엇인가요 얼마입니까 얼마인가요 말씀해
    주시겠어요 여쭙니다
    """
)


_QUOTED = re.compile(r"[“‘]([^”’]+)[”’]")


def number_of(*parts: object) -> int:
    """A number of 64 bits that depends on `parts` alone: every choice about questions is made by one."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big")


def chance(*parts: object) -> float:
    """A number in [0, 1) that only depends on `parts`."""
    return number_of(*parts) / 2**64


def is_control(fact_key: str, seed: int, share: float) -> bool:
    """Whether the fact is a control fact, never taught; true for about `share` of all keys."""
    return chance("control", seed, fact_key) < share


def assign(
    fact_key: str,
    wordings: Sequence[Wording],
    seed: int,
    settings: ExamSettings,
    *,
    control: bool | None = None,
) -> list[tuple[Wording, str]]:
    """The wordings that are kept, each with its pool: a control fact's are all for exam and sealed.

    Scarce wordings go in this order: exam, practice, sealed, the second exam wording, the second sealed one,
    then practice. What is too close to an exam or sealed wording is not kept for practice. `control` overrides
    the hash: a changed fact keeps its predecessor's part.
    """
    if control is None:
        control = is_control(fact_key, seed, settings.control_share)
    families: dict[str, list[Wording]] = defaultdict(list)
    for wording in wordings:
        families[wording.family].append(wording)
    order = sorted(families, key=lambda family: chance("family", seed, fact_key, family))
    for members in families.values():
        members.sort(key=lambda wording: chance("variant", seed, fact_key, wording.template))
    if control:
        return _without_practice(families, order, settings)
    best: list[tuple[Wording, str]] = []
    most = -1.0
    wanted = min(settings.practice, max(1, len(wordings) - settings.exam - settings.sealed))
    enough = max(1, wanted * 5 // 8)
    for turn in range(len(order)):
        shared = _share(families, order[turn:] + order[:turn], settings)
        counts = {pool: sum(p == pool for _, p in shared) for pool in POOLS}
        value = (counts["exam"] > 0) * 1000 + (counts["practice"] > 0) * 100 + (counts["sealed"] > 0) * 50
        value += 8 * (min(counts["exam"], settings.exam) + min(counts["sealed"], settings.sealed))
        value += 3 * min(counts["practice"], wanted)
        if value > most:
            best, most = shared, value
        if (
            counts["practice"] >= enough
            and counts["exam"] == settings.exam
            and counts["sealed"] == settings.sealed
        ):
            break
    return best


def _without_practice(
    families: dict[str, list[Wording]], order: list[str], settings: ExamSettings
) -> list[tuple[Wording, str]]:
    """Exam and sealed wordings in turn, from different families."""
    kept: list[tuple[Wording, str]] = []
    pools = ["exam", "sealed"] * max(settings.exam, settings.sealed)
    limits = {"exam": settings.exam, "sealed": settings.sealed}
    taken = {"exam": 0, "sealed": 0}
    for family in order:
        for pool in pools:
            if taken[pool] < limits[pool] and taken[pool] <= min(taken.values()):
                taken[pool] += 1
                kept.append((families[family][0], pool))
                break
    return kept


def _share(
    families: dict[str, list[Wording]], order: list[str], settings: ExamSettings
) -> list[tuple[Wording, str]]:
    """One way to share out: whole families in `order` to exam and sealed, the others to practice."""
    left = list(order)
    most = 2 if len(order) > 5 else 1  # families of one examining pool
    keep = min(3, max(1, len(order) - 2))  # families that practice has at least, where there are that many

    def take(wanted: int, least_left: int) -> list[str]:
        taken: list[str] = []
        while (
            sum(len(families[name]) for name in taken) < wanted
            and len(left) > least_left
            and len(taken) < most
        ):
            taken.append(left.pop(0))
        return taken

    exam_families = take(settings.exam, 0 if len(order) == 1 else keep)
    sealed_families = take(settings.sealed, keep)
    kept = [(wording, "exam") for wording in _round_robin(families, exam_families, settings.exam)]
    kept += [(wording, "sealed") for wording in _round_robin(families, sealed_families, settings.sealed)]
    held = [signature(wording.text) for wording, _ in kept]
    for wording in _round_robin(families, left, 10_000):
        if sum(pool == "practice" for _, pool in kept) >= settings.practice:
            break
        own = signature(wording.text)
        if not any(_close(own, other, settings.near_duplicate) for other in held):
            kept.append((wording, "practice"))
    return kept


def _round_robin(families: dict[str, list[Wording]], names: Sequence[str], limit: int) -> list[Wording]:
    """Up to `limit` wordings: the first of each family, then the second of each, and so on."""
    found: list[Wording] = []
    for depth in range(max((len(families[name]) for name in names), default=0)):
        for name in names:
            if depth < len(families[name]) and len(found) < limit:
                found.append(families[name][depth])
    return found


@dataclass(frozen=True)
class Signature:
    """A text as near-duplicate search sees it."""

    text: str
    plain: str
    words: frozenset[str]


@lru_cache(maxsize=65_536)
def signature(text: str) -> Signature:
    """The normalised text and the words that carry its content: those of asking count only where they are quoted."""
    quoted = {word for part in _QUOTED.findall(text) for word in tokens(part)}
    said = quoted | {word for word in tokens(text) if word not in _ASKING}
    words = frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in said)
    return Signature(text, normalise(text), words)


def near_duplicate(text: str, others: Iterable[str], threshold: float = THRESHOLD) -> str | None:
    """The text among `others` that asks the same in nearly the same words, or None.

    Two texts are near duplicates when they speak of the same content words (small slips of spelling aside, but
    never another number) and their wording as a whole is at least `threshold` alike.
    For many texts build a `NearDuplicates` once.
    """
    own = signature(text)
    return next((other for other in others if _close(own, signature(other), threshold)), None)


def similarity(one: str, two: str) -> float:
    """How alike two wordings are, in [0, 1]: characters in order, or pairs of neighbouring words."""
    return _alike(signature(one).plain, signature(two).plain)


def _alike(one: str, two: str) -> float:
    ratio = fuzz.ratio(one, two) / 100
    pairs_one, pairs_two = _pairs(one), _pairs(two)
    union = pairs_one | pairs_two
    return max(ratio, len(pairs_one & pairs_two) / len(union)) if union else ratio


@lru_cache(maxsize=65_536)
def _pairs(plain: str) -> frozenset[tuple[str, str]]:
    words = plain.split()
    return frozenset(zip(words, words[1:], strict=False))


def _close(one: Signature, two: Signature, threshold: float) -> bool:
    return _same_content(one.words, two.words) and _alike(one.plain, two.plain) >= threshold


def _same_content(one: frozenset[str], two: frozenset[str]) -> bool:
    """Whether each content word of one text has its like in the other."""
    if one == two:
        return True
    left, right = one - two, two - one
    if (
        len(left) != len(right)
        or len(left) > 2
        or any(any(c.isdigit() for c in word) for word in left | right)
    ):
        return False
    return all(process.extractOne(word, right, scorer=fuzz.ratio, score_cutoff=_SAME_WORD) for word in left)


class NearDuplicates:
    """An index of texts that answers `near_duplicate` fast: 10,000 against 10,000 takes seconds.

    Near duplicates share all but two of their content words, so one of the three rarest words of the one stands
    in the other.
    """

    def __init__(self, texts: Iterable[str] = (), threshold: float = THRESHOLD) -> None:
        self.threshold = threshold
        self._by_word: dict[str, list[Signature]] = defaultdict(list)
        self._plain: dict[str, Signature] = {}
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """Put `text` into the index."""
        own = signature(text)
        if own.plain in self._plain:
            return
        self._plain[own.plain] = own
        for word in own.words or ("",):
            self._by_word[word].append(own)

    def find(self, text: str) -> str | None:
        """A text of the index that is a near duplicate of `text`, or None."""
        own = signature(text)
        if own.plain in self._plain:
            return self._plain[own.plain].text
        return next(self._near(own), None)

    def find_all(self, text: str) -> list[str]:
        """All texts of the index that are near duplicates of `text`."""
        return list(self._near(signature(text)))

    def _near(self, own: Signature) -> Iterator[str]:
        rarest = sorted(own.words or ("",), key=lambda word: (len(self._by_word.get(word, ())), word))[:3]
        seen: set[str] = set()
        for word in rarest:
            for other in self._by_word.get(word, ()):
                if other.plain not in seen and len(other.words) == len(own.words):
                    seen.add(other.plain)
                    if other.plain == own.plain or _close(own, other, self.threshold):
                        yield other.text
