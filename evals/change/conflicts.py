"""Documents that contradict each other: which facts do, and which of them holds.

Pure functions. Facts are grouped by what they ask, whatever the order and form of its words; a subject's qualifier in
brackets is part of it. In a group, values that exclude each other contradict; several descriptions of one thing don't.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from .answers import OTHER, compare_answers, exclusive
from .editions import Edition
from .likeness import content, likeness, negations, odd_words, slot_words
from .matching import SHAPES
from .sentences import masked_sentences

if TYPE_CHECKING:
    from ...corpus.settings import CorpusSettings

CONTRADICTION, DESCRIPTIONS, BY_PAGE = "contradiction", "descriptions", "by page"
FEWEST_WORDS = 2  # of what is asked, below which only facts of the same key are compared
SAME_SENTENCE = 0.6  # likeness of the sentences around two addresses from which they contradict each other
_NAMING = ("stands for", "term", "약어", "영어 표기", "{무엇}의 약자")
TEMPLATE_SENTENCES = 5
TEMPLATE_SHARE = 0.3


@dataclass(frozen=True)
class Claim:
    """A fact as the comparison sees it, with its place."""

    id: int
    key: str
    kind: str
    subject: str
    relation: str
    answer: str
    citation: str
    document_id: int
    path: str


@dataclass(frozen=True)
class Conflict:
    """Claims on one thing: `sides` are the different answers, each with the facts that give it."""

    kind: str  # contradiction, descriptions
    sides: tuple[tuple[Claim, ...], ...]

    @property
    def claims(self) -> list[Claim]:
        """All facts of it."""
        return [claim for side in self.sides for claim in side]


@dataclass(frozen=True)
class ConflictPolicy:
    """How a conflict may be settled without a person: by the path, in order, and by the newest date."""

    prefer: tuple[str, ...] = ()
    newest: bool = False

    @classmethod
    def of(cls, settings: CorpusSettings) -> ConflictPolicy:
        """The policy that a client's settings name."""
        return cls(tuple(settings.prefer), settings.conflicts == "newest")


def asked(subject: str, relation: str) -> tuple[str, ...]:
    """What is asked, as words without order: the same for "late-return fee" and "the fee for a late return"."""
    shape = (f"={relation}",) if relation in SHAPES else ()
    text = subject if shape else f"{subject} {relation}"
    return (*sorted({*content(text), *slot_words(relation)}), *sorted(negations(text)), *shape)


def find_conflicts(claims: Sequence[Claim]) -> list[Conflict]:
    """All conflicts among facts that hold, in the order of their first fact."""
    groups: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=lambda claim: claim.id):
        groups[asked(claim.subject, claim.relation)].append(claim)
    found: list[Conflict] = []
    for words, members in groups.items():
        if len(members) > 1:
            found += _in_group(members, only_same_key=len(words) < FEWEST_WORDS)
    return sorted(found, key=lambda conflict: min(claim.id for claim in conflict.claims))


def _in_group(members: Sequence[Claim], *, only_same_key: bool) -> Iterator[Conflict]:
    by_key: dict[str, list[Claim]] = defaultdict(list)
    for claim in members:
        by_key[claim.key].append(claim)
    taken: set[int] = set()
    if not only_same_key or len(by_key) == 1:
        sides = _sides(members)
        against = {
            place
            for place, one in enumerate(sides)
            for other in sides
            if one is not other and _contradict(one, other)
        }
        if against:
            yield Conflict(CONTRADICTION, tuple(sides[place] for place in sorted(against)))
            taken = {claim.id for place in against for claim in sides[place]}
    for same in by_key.values():
        rest = _sides([claim for claim in same if claim.id not in taken])
        if len(rest) > 1:
            told = (
                CONTRADICTION
                if any(_contradict(a, b) for a in rest for b in rest if a is not b)
                else DESCRIPTIONS
            )
            yield Conflict(told, tuple(rest))


def _sides(members: Iterable[Claim]) -> list[tuple[Claim, ...]]:
    """Facts by their answer: the same value, or the same description in other words, is one side."""
    sides: list[list[Claim]] = []
    for claim in members:
        for side in sides:
            if compare_answers(side[0].answer, claim.answer, claim.kind) != OTHER:
                side.append(claim)
                break
        else:
            sides.append([claim])
    return [tuple(side) for side in sides]


def _contradict(one: Sequence[Claim], two: Sequence[Claim]) -> bool:
    """Values that exclude each other, said by two documents, or twice under the same key.

    A short form may stand for several things, and a page may name several addresses, each for its own purpose.
    """
    apart = {claim.document_id for claim in one} != {claim.document_id for claim in two}
    alike = bool({claim.key for claim in one} & {claim.key for claim in two})
    first, second = one[0], two[0]
    if not (apart or alike) or first.relation.startswith(_NAMING):
        return False
    if first.kind == "contact" and likeness(_frame(first), _frame(second)) < SAME_SENTENCE:
        return False
    return exclusive(first.answer, second.answer, first.kind)


def _frame(claim: Claim) -> str:
    return claim.citation.replace(claim.answer, " ")


def settle(
    conflict: Conflict, policy: ConflictPolicy, edition: Callable[[int], Edition]
) -> tuple[int | None, str]:
    """Which side holds, and why: (place of the side, reason), or (None, why it is open).

    A document that says of itself that it no longer holds never wins. Of the others the first glob of `prefer` that
    speaks for one side decides, then, with `newest`, the latest date, where every side has one.
    """
    left = dict(enumerate(conflict.sides))
    standing = {
        place: tuple(claim for claim in side if not edition(claim.document_id).obsolete)
        for place, side in left.items()
    }
    standing = {place: side for place, side in standing.items() if side}
    if not standing:
        return None, "every document that says something on it says of itself that it no longer holds"
    if len(standing) == 1:
        (place,) = standing
        out = next(c for p, side in left.items() if p != place for c in side)
        return place, f"{out.path} says of itself: “{edition(out.document_id).obsolete}”"
    for glob in policy.prefer:
        chosen = [place for place, side in standing.items() if any(fnmatchcase(c.path, glob) for c in side)]
        if len(chosen) == 1:
            return chosen[0], f"the settings prefer {glob}"
        if chosen:
            standing = {place: standing[place] for place in chosen}
    if policy.newest:
        return _newest(standing, edition)
    return None, 'the documents disagree; set prefer or conflicts = "newest", or mend one of them'


def _newest(
    standing: dict[int, tuple[Claim, ...]], edition: Callable[[int], Edition]
) -> tuple[int | None, str]:
    dated: dict[int, tuple[tuple[int, int, int], Edition]] = {}
    for place, side in standing.items():
        found = [(rank, e) for c in side for e in [edition(c.document_id)] if (rank := e.rank) is not None]
        if not found:
            return None, f"no date is found in {side[0].path}, so that the newest can't be told"
        dated[place] = max(found, key=lambda one: one[0])
    order = sorted(dated, key=lambda place: dated[place][0])
    first, second = dated[order[-1]], dated[order[-2]]
    if first[0] == second[0] or first[0][: _precise(second[0])] == second[0][: _precise(second[0])]:
        return None, f"two documents have the same date, {first[1].shown}"
    return order[-1], f"it is the newest: {first[1].says} {first[1].shown}, the next {second[1].shown}"


def _precise(rank: tuple[int, int, int]) -> int:
    """How many parts of a date are known: 2024 and 2024-03 can't be put in order."""
    return 1 + (rank[1] > 0) + (rank[1] > 0 and rank[2] > 0)


def is_template(one: tuple[str, str], two: tuple[str, str]) -> bool:
    """Whether two documents, given as (title, text), are pages of one template on different things.

    Each says of its own thing what the other says of its own: their titles name two things, and many of their
    sentences are the same but for the values.
    """
    left, right = odd_words(one[0], two[0])
    if not any(map(_is_word, left)) or not any(map(_is_word, right)):
        return False
    first, second = masked_sentences(one[1]), masked_sentences(two[1])
    shared = len(first & second)
    return shared >= TEMPLATE_SENTENCES and shared >= TEMPLATE_SHARE * min(len(first), len(second))


@lru_cache(maxsize=1_024)
def _is_word(word: str) -> bool:
    return not any(char.isdigit() for char in word)
