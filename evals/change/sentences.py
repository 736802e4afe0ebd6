"""A second opinion that needs no facts: the values in sentences that stand for one another in two editions.

Sentences that stay are anchors; between them, those that say nearly the same are paired. A value (number, date,
amount, address, name) of the old sentence in whose place another of its kind stands is a changed value.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ...corpus.sentences import sentence_spans
from ..grading.normalise import fold, known_words
from ..grading.quantities import Quantity
from .answers import unmatched
from .likeness import content, likeness

# Chosen on every second document of product-manual-ko and software-policies (docs/log.md).
PAIRED = 0.50
PAIRED_SHORT = 0.70
SHORT = 4  # words; a shorter sentence is paired only when it is nearly the same
SAME_WORDS = 0.70  # share of words in the same order from which a name in place of another counts
SAME_WORDS_KOREAN = 0.85
REWRITTEN = 0.5  # share of sentences that changed from which a document counts as rewritten

_ADDRESS = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:[\w-]+\.)+(?:com|org|net|io|eu|kr|de|gov)\b(?:/[\w./#?=&%-]*)?"
)
_WORD = re.compile(r"[가-힣]+|[^\W가-힣]+(?:['’.-][^\W가-힣]+)*")
_NAME = re.compile(r"(?:[A-Z][\w'’-]*|\d+[a-z]{3,}\w*|[A-Z]{2,})$")
_HANGUL = re.compile(r"[가-힣]")
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class ChangedValue:
    """A value that another took the place of; `old_quote` and `new_quote` are the whole sentences."""

    kind: str  # number, money, percent, measure, date, time, code, address, name
    old: str
    new: str
    old_quote: str
    new_quote: str


@dataclass(frozen=True)
class TextChange:
    """How two editions compare: the old one has `same + paired + gone` sentences, the new `same + paired + added`."""

    kind: str  # unchanged, moved (only the order differs), reworded, values changed
    same: int
    paired: int  # in other words
    gone: int
    added: int
    values: tuple[ChangedValue, ...] = ()

    @property
    def rewritten(self) -> bool:
        """Whether the document was rewritten as a whole: most sentences have other words now."""
        total = self.same + self.paired + self.gone
        return total > 0 and (self.paired + self.gone) / total >= REWRITTEN


@lru_cache(maxsize=8_192)
def _sentences(text: str) -> tuple[str, ...]:
    found = (" ".join(text[start:end].split()) for start, end in sentence_spans(text))
    return tuple(sentence for sentence in found if any(char.isalnum() for char in sentence))


def compare_texts(old: Sequence[str], new: Sequence[str]) -> TextChange:
    """Compare two editions, each given as its passages in reading order."""
    before = [sentence for passage in old for sentence in _sentences(passage)]
    after = [sentence for passage in new for sentence in _sentences(passage)]
    pairs, gone, added, same = _aligned(before, after)
    values = [value for one, two in pairs for value in changed_values(one, two)]
    values = _plausible(values, before, after)
    changed = bool(pairs or gone or added)
    kind = "values changed" if values else "reworded" if changed else "unchanged"
    if kind == "unchanged" and before != after:
        kind = "moved"
    return TextChange(kind, same, len(pairs), len(gone), len(added), tuple(values))


def _aligned(
    before: Sequence[str], after: Sequence[str]
) -> tuple[list[tuple[str, str]], list[str], list[str], int]:
    """Pairs in other words, sentences without a partner on each side, and how many stayed as they were."""
    spare = Counter(map(_plain, after))
    left: list[int] = []
    for place, sentence in enumerate(before):
        if spare[_plain(sentence)] > 0:
            spare[_plain(sentence)] -= 1
        else:
            left.append(place)
    right: list[int] = []
    for place in reversed(range(len(after))):
        plain = _plain(after[place])
        if spare[plain] > 0:
            spare[plain] -= 1
            right.append(place)
    right.reverse()
    pairs: list[tuple[str, str]] = []
    used: set[int] = set()
    matched: set[int] = set()
    for _, one, two in sorted(_candidates(before, after, left, right), key=lambda c: (-c[0], c[1], c[2])):
        if one not in matched and two not in used:
            matched.add(one)
            used.add(two)
            pairs.append((before[one], after[two]))
    gone = [before[place] for place in left if place not in matched]
    added = [after[place] for place in right if place not in used]
    return pairs, gone, added, len(before) - len(left)


@lru_cache(maxsize=65_536)
def _plain(sentence: str) -> str:
    return " ".join(fold(sentence).split()).strip(" .*_")


def _candidates(
    before: Sequence[str], after: Sequence[str], left: Sequence[int], right: Sequence[int]
) -> Iterator[tuple[float, int, int]]:
    """Pairs of changed sentences that are alike enough, with how alike: only those that share a rare word."""
    index: dict[str, list[int]] = defaultdict(list)
    for place in right:
        for word in set(content(masked(after[place]))):
            index[word].append(place)
    common = max(20, len(right) // 5)
    for one in left:
        text = masked(before[one])
        near: set[int] = set()
        for word in set(content(text)):
            if len(index[word]) <= common:
                near.update(index[word])
        for two in near:
            other = masked(after[two])
            limit = PAIRED_SHORT if min(len(content(text)), len(content(other))) < SHORT else PAIRED
            alike = likeness(text, other)
            if alike >= limit:
                nearness = 1 - abs(one / max(1, len(before)) - two / max(1, len(after)))
                yield alike + nearness / 20, one, two


@lru_cache(maxsize=65_536)
def masked(sentence: str) -> str:
    """A sentence without its values, so that another value makes it no less alike."""
    text = _ADDRESS.sub(" ", _LINK.sub(" ", sentence))
    words = known_words(text)
    if not words.quantities:
        return text
    plain = words.text
    for quantity in reversed(words.quantities):
        if not quantity.implied:
            plain = plain[: quantity.start] + " " + plain[quantity.end :]
    return plain


def changed_values(old: str, new: str) -> list[ChangedValue]:
    """The values of a sentence that another of their kind took the place of in its other edition."""
    found: list[ChangedValue] = []
    found += _quantities(old, new)
    found += _addresses(old, new)
    found += _names(old, new)
    return found


def _quantities(old: str, new: str) -> Iterator[ChangedValue]:
    one, two = known_words(_LINK.sub(" ", old)), known_words(_LINK.sub(" ", new))
    left = [quantity for quantity in one.quantities if not quantity.implied]
    right = [quantity for quantity in two.quantities if not quantity.implied]
    lost, gained = unmatched(left, right), unmatched(right, left)
    for quantity in lost:
        other = _counterpart(quantity, gained)
        if other is not None:
            gained.remove(other)
            yield ChangedValue(
                quantity.kind,
                _as_written(one.text[quantity.start : quantity.end].strip(), old),
                _as_written(two.text[other.start : other.end].strip(), new),
                old,
                new,
            )


def _as_written(folded: str, sentence: str) -> str:
    """The value as its sentence writes it, thousands in groups and capitals included; else as it was folded."""
    pattern = "".join(re.escape(char) + (",?" if char.isdigit() else "") for char in folded)
    match = re.search(pattern, sentence, re.IGNORECASE)
    return match[0].rstrip(",") if match else folded


def _counterpart(lost: Quantity, gained: Sequence[Quantity]) -> Quantity | None:
    """The gained quantity that took the place of the lost one: of the same kind and unit, the next in order."""
    alike = [quantity for quantity in gained if (quantity.kind, quantity.unit) == (lost.kind, lost.unit)]
    return min(alike, key=lambda quantity: abs(quantity.start - lost.start), default=None)


def _addresses(old: str, new: str) -> Iterator[ChangedValue]:
    left, right = _ADDRESS.findall(_LINK.sub(" ", old)), _ADDRESS.findall(_LINK.sub(" ", new))
    lost = [address for address in left if address.casefold() not in {a.casefold() for a in right}]
    gained = [address for address in right if address.casefold() not in {a.casefold() for a in left}]
    for one, two in zip(lost, gained, strict=False):
        yield ChangedValue("address", one, two, old, new)


def _names(old: str, new: str) -> Iterator[ChangedValue]:
    """A name in whose place another stands between the same words."""
    from difflib import SequenceMatcher

    left, right = _WORD.findall(_bare(old)), _WORD.findall(_bare(new))
    matcher = SequenceMatcher(
        None, [word.casefold() for word in left], [word.casefold() for word in right], False
    )
    # A Korean sentence moves its words about when it is translated anew; a name between them tells little.
    if matcher.ratio() < (SAME_WORDS_KOREAN if _HANGUL.search(old) else SAME_WORDS):
        return
    for what, a, b, c, d in matcher.get_opcodes():
        if what != "replace" or b - a > 4 or d - c > 4:
            continue
        one, two = left[a:b], right[c:d]
        if _is_name(one, a) and _is_name(two, c) and not _one_name(one, two):
            yield ChangedValue("name", " ".join(one), " ".join(two), old, new)


def _bare(sentence: str) -> str:
    return _ADDRESS.sub(" ", _LINK.sub(" ", sentence))


def _is_name(words: Sequence[str], place: int) -> bool:
    """Whether each word is written as a name; a sentence's first word is so written in any case."""
    named = [bool(_NAME.match(word)) for word in words]
    return all(named) and (
        place > 0 or len(words) > 1 or bool(re.match(r"\d|[A-Z]{2}|[A-Z][a-z]+[A-Z]", words[0]))
    )


def _one_name(one: Sequence[str], two: Sequence[str]) -> bool:
    left, right = "".join(one).casefold(), "".join(two).casefold()
    return left == right or left in right or right in left


def _plausible(
    values: Sequence[ChangedValue], before: Sequence[str], after: Sequence[str]
) -> list[ChangedValue]:
    """Without the values that only wandered to the next sentence: the old one is still said as often as before."""
    old, new = _said(before), _said(after)
    return [
        value
        for value in values
        if value.kind == "name"
        or new[_mark(value.old)] < old[_mark(value.old)]
        or old[_mark(value.new)] < new[_mark(value.new)]
    ]


def _mark(value: str) -> str:
    return _plain(value).replace(",", "")


def _said(sentences: Sequence[str]) -> Counter[str]:
    said: Counter[str] = Counter()
    for sentence in sentences:
        words = known_words(_LINK.sub(" ", sentence))
        said.update(_mark(words.text[q.start : q.end]) for q in words.quantities)
        said.update(_mark(address) for address in _ADDRESS.findall(sentence))
    return said


def is_rewritten(old: Sequence[str], new: Sequence[str]) -> bool:
    """`compare_texts(old, new).rewritten` without the work of pairing: most sentences don't stand there any more."""
    before = [_plain(sentence) for passage in old for sentence in _sentences(passage)]
    spare = Counter(_plain(sentence) for passage in new for sentence in _sentences(passage))
    same = (Counter(before) & spare).total()
    return bool(before) and 1 - same / len(before) >= REWRITTEN


def shared_sentences(old: str, new: str) -> float:
    """The share of the longer sentences of the smaller text that stand in the other as well, in [0, 1]."""
    one = {_plain(sentence) for sentence in _sentences(old) if len(sentence) > 25}
    two = {_plain(sentence) for sentence in _sentences(new) if len(sentence) > 25}
    smaller = min(len(one), len(two))
    return len(one & two) / smaller if smaller else 0.0


@lru_cache(maxsize=256)
def masked_sentences(text: str) -> frozenset[str]:
    """The longer sentences of a text without their values: what pages of one template have in common."""
    found = (" ".join(masked(sentence).split()) for sentence in _sentences(text))
    return frozenset(sentence.casefold() for sentence in found if len(sentence) > 20)
