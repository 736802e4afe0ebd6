"""Near-duplicates: MinHash finds documents that may say the same, a comparison of their words decides.

MinHash (Broder 1997) over character 5-grams, by datasketch; bands of it are compared by sorting one column at a
time, so that memory stays at a few bytes a document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

PERMUTATIONS = 128
ROWS = 8
BANDS = PERMUTATIONS // ROWS
"""Of a band: 16 bands of 8 rows find a pair with Jaccard 0.9 with probability .9999, 0.8 with .95, 0.4 with .01."""
LEAST_ESTIMATE = 0.6
"""Share of equal MinHash values from which on the texts themselves are compared."""
SHINGLE = 5
LONGEST = 40_000
"""Characters that count; documents that agree so far agree enough to be compared word by word."""
LEAST = 0.70
"""Jaccard similarity of word pairs from which on two documents are the same but for their wording."""
_PART = 10_000
LEAST_WORDS = 50
"""Shorter documents are too easily alike: each may be a notice of its own."""

_WORD = re.compile(r"\w+(?:[.,:]\d+)*")
_NEGATIONS_WORDS = (
    "not no never none nobody nothing cannot without kein keine nicht nie sin nunca ne pas 않 없 못 안"
)
_NEGATIONS = frozenset(_NEGATIONS_WORDS.split())


def signature(text: str) -> bytes:
    """The MinHash of a text as 128 unsigned 32-bit numbers, little-endian; b"" for a text of few words."""
    import zlib

    import numpy as np
    from datasketch import MinHash

    words = _WORD.findall(text[:LONGEST].lower())
    if len(words) < LEAST_WORDS:
        return b""
    plain = " ".join(words)
    made = MinHash(num_perm=PERMUTATIONS, seed=1, hashfunc=zlib.crc32)
    made.update_batch({plain[i : i + SHINGLE].encode() for i in range(len(plain) - SHINGLE + 1)})
    return made.hashvalues.astype(np.uint32).astype("<u4").tobytes()


def band_keys(signatures: Sequence[bytes]) -> np.ndarray:
    """A number for each band of each signature, (n, BANDS) of 32 bits: bands that differ hardly ever have the same."""
    import numpy as np

    table = np.frombuffer(b"".join(signatures), dtype="<u4").reshape(len(signatures), BANDS, ROWS)
    factors = np.random.default_rng(0).integers(1, 2**64, ROWS, dtype=np.uint64) | np.uint64(1)
    return ((table * factors).sum(axis=2, dtype=np.uint64) >> np.uint64(32)).astype(np.uint32)


def sketches(signatures: Sequence[bytes]) -> np.ndarray:
    """The last byte of each value, (n, PERMUTATIONS) of 8 bits: b-bit MinHash (Li and König 2010).

    Two values that differ have the same one in 1 of 256 cases, which moves an estimate by less than 0.004.
    """
    import numpy as np

    table = np.frombuffer(b"".join(signatures), dtype="<u4").reshape(len(signatures), PERMUTATIONS)
    return table.astype(np.uint8)


def candidates(keys: np.ndarray, sketched: np.ndarray, wanted: np.ndarray) -> Iterator[tuple[int, int]]:
    """Pairs of documents that look alike and of which one is `wanted` (n booleans), in order.

    Where many share a band (templates), each is paired with the first of them and with its neighbour.

    Args:
        keys: see `band_keys`.
        sketched: see `sketches`.
    """
    import numpy as np

    found = np.zeros((0, 2), dtype=np.int64)
    for band in range(BANDS if len(keys) else 0):
        order = np.argsort(keys[:, band], kind="stable")
        equal = keys[order[1:], band] == keys[order[:-1], band]
        starts = np.flatnonzero(np.r_[True, ~equal])
        heads = np.repeat(order[starts], np.diff(np.r_[starts, len(order)]))
        shared = np.flatnonzero(equal)
        pairs = np.r_[
            np.c_[order[shared], order[shared + 1]],
            np.c_[heads[shared + 1], order[shared + 1]],
        ]
        pairs = np.unique(
            np.sort(pairs[wanted[pairs].any(axis=1) & (pairs[:, 0] != pairs[:, 1])], axis=1), axis=0
        )
        for start in range(0, len(pairs), _PART):
            part = pairs[start : start + _PART]
            share = (sketched[part[:, 0]] == sketched[part[:, 1]]).mean(axis=1)
            found = np.r_[found, part[share >= LEAST_ESTIMATE]]
    yield from ((int(first), int(second)) for first, second in np.unique(found, axis=0))


_CALENDAR_WORDS = (
    "january february march april may june july august september october november december jan feb mar "
    "apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday"
)
_CALENDAR = frozenset(_CALENDAR_WORDS.split())
_SHOUTED = 6
"""Letters of a word in capitals that is no short name: "SUPERSEDED"."""


@dataclass(frozen=True)
class Comparison:
    """How two texts are alike. `kind`: same, values (alike but for figures or a "not"), other.

    `differences`: pairs of the words that differ, of the first and of the second text.
    """

    kind: str
    jaccard: float
    differences: tuple[tuple[str, str], ...] = ()


def compare(one: str, other: str) -> Comparison:
    """Whether two texts say the same in other words, the same with other values, or something else.

    A text made from the same template about somebody or something else ("… in Iowa") is something else: what differs
    are names, words with a capital inside a sentence.
    """
    left, right = _pairs(one), _pairs(other)
    union = sum((left | right).values())
    jaccard = sum((left & right).values()) / union if union else 0.0
    if jaccard < LEAST:
        return Comparison("other", jaccard)
    differing = _differences(one, other)
    # A name in the place of another one; a line more or less is no other subject.
    names = [pair for pair in differing if all(pair) and (_has_name(pair[0]) or _has_name(pair[1]))]
    if names:
        return Comparison("other", jaccard, tuple(names))
    values = [pair for pair in differing if _has_value(pair[0]) or _has_value(pair[1])]
    if any(all(pair) or _is_negation(" ".join(pair)) for pair in values):
        return Comparison("values", jaccard, tuple(values))
    if values:
        return Comparison("other", jaccard, tuple(values))  # one of them says more: both are needed
    return Comparison("same", jaccard, tuple(differing))


def _pairs(text: str) -> Counter[tuple[str, str]]:
    words = _WORD.findall(text.lower())
    return Counter(zip(words, words[1:], strict=False))


def _differences(one: str, other: str) -> list[tuple[str, str]]:
    """The runs of words in which two texts differ, as they are written."""
    from rapidfuzz.distance import Levenshtein

    left, right = list(_marked(one)), list(_marked(other))
    steps = Levenshtein.opcodes([word.lower() for word in left], [word.lower() for word in right])
    runs: list[list[int]] = []
    for step in steps:
        if step.tag == "equal":
            continue
        if runs and runs[-1][1] == step.src_start and runs[-1][3] == step.dest_start:
            runs[-1][1], runs[-1][3] = step.src_end, step.dest_end
        else:
            runs.append([step.src_start, step.src_end, step.dest_start, step.dest_end])
    return [(" ".join(left[a:b]), " ".join(right[c:d])) for a, b, c, d in runs]


def _marked(text: str) -> Iterator[str]:
    """Words; one that opens a line or sentence in lower case, since its capital says nothing."""
    for match in _WORD.finditer(text):
        at = match.start()
        while at and text[at - 1] in " \t\"'“‘(*_[-":
            at -= 1
        opens = not at or text[at - 1] in ".!?:\n。"
        word = match[0]
        yield word.lower() if opens and not word[0].isdigit() else word


def _has_name(words: str) -> bool:
    return any(
        word[0].isupper() and word.lower() not in _CALENDAR and not (word.isupper() and len(word) >= _SHOUTED)
        for word in words.split()
    )


def _has_value(words: str) -> bool:
    parts = words.split()
    return (
        any(any(char.isdigit() for char in word) for word in parts)
        or _is_negation(words)
        or (bool(parts) and all(word.lower() in _CALENDAR for word in parts))
    )


def _is_negation(words: str) -> bool:
    parts = words.lower().split()
    return len(parts) <= 3 and any(word in _NEGATIONS for word in parts)
