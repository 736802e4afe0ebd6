"""Lines at the head or foot of documents that many of them have in common: disclaimers, letterheads, footers."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from ..documents import LoadedDocument

EDGE = 6
"""Lines at either end of a document that may be boilerplate."""
LEAST = 3
"""Documents that have a line in common, at least."""
LEAST_SHARE = 0.02
"""… and of all documents, where there are many: twenty of a thousand."""

_BUCKETS = 2**20

_FORMAL = re.compile(
    r"\b(?:intended recipient|confidential|privileged|disclaimer|all rights reserved|copyright|printed copies|"
    r"do not reply|"
    r"unsubscribe|sent from|cookies?|terms of use|privacy (?:policy|notice)|back to|return to|read more|on this page|"
    r"skip to|print this page|share this|subscribe|follow us|page \d+|document system|uncontrolled)\b|©|"
    r"무단 전재|저작권|수신자|목차로",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\b(?:updated|effective|in force|valid|version|edition|revised|dated|as of|published)\b|시행|개정|기준|작성",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[•*·▪◦‣○●■□–-]|\d+[.)])\s")
_DIGITS = re.compile(r"\d+")
_RULE = re.compile(r"^[\W_]+$")
_STATES = re.compile(r"\d|@")


def edges(document: LoadedDocument) -> Iterator[tuple[int, int, int]]:
    """(hash, start, end) of each line at the head and foot of a document that isn't a heading, each line once.

    Numbers count as equal ("Page 3 of 12"), so does the case. What may be knowledge is left alone: items of lists, the
    date of an edition, a sentence with a value ("The office opens at 9:00.").
    """
    lines = list(_lines(document))
    inside = lines if len(lines) <= 2 * EDGE else [*lines[:EDGE], *lines[-EDGE:]]
    for start, end in inside:
        line = document.text[start:end]
        if _may_be_knowledge(line):
            continue
        yield line_hash(line), start, end


def line_hash(line: str) -> int:
    """64 bits of a line's words, without regard to case, spaces and the digits of numbers."""
    plain = _DIGITS.sub("#", " ".join(line.split()).lower())
    return int.from_bytes(hashlib.blake2b(plain.encode(), digest_size=8).digest(), "little")


def least(documents: int) -> int:
    """In how many of `documents` documents a line must stand to count."""
    return max(LEAST, int(LEAST_SHARE * documents))


def common_lines(documents: Callable[[], Iterable[bytes]], at_least: int) -> set[int]:
    """The hashes that stand in so many documents, in memory that doesn't grow with their number.

    `documents()` gives each document's hashes as unsigned 64-bit numbers, little-endian; it is called once or twice.
    The first time hashes are counted by their last bits, the second time only those that may be frequent enough.
    """
    import numpy as np

    buckets = np.zeros(_BUCKETS, dtype=np.uint32)
    for each in documents():
        np.add.at(buckets, np.frombuffer(each, dtype="<u8") % _BUCKETS, 1)
    may = buckets >= at_least
    counts: Counter[int] = Counter()
    if may.any():
        for each in documents():
            lines = np.frombuffer(each, dtype="<u8")
            counts.update(lines[may[lines % _BUCKETS]].tolist())
    return {line for line, count in counts.items() if count >= at_least}


def says_something(line: str) -> bool:
    """Whether a line that many documents share is worth keeping in one of them: a sentence that is no formality."""
    ends = line.rstrip().endswith((".", "!", "?", "다", "요"))
    return ends and len(line.split()) >= 5 and not _FORMAL.search(line)


def _may_be_knowledge(line: str) -> bool:
    """Lead-ins, items of lists, dates of an edition, sentences with a value."""
    if line.rstrip().endswith((":", "：")) or _BULLET.match(line):
        return True
    if _FORMAL.search(line):
        return False
    value = _STATES.search(line) and line.rstrip().endswith((".", "다", "요")) and len(line.split()) >= 4
    return bool(value or _DATED.search(line) and _STATES.search(line))


def _lines(document: LoadedDocument) -> Iterator[tuple[int, int]]:
    for block in document.blocks:
        if block.kind != "prose":
            continue
        at = block.start
        for line in document.text[block.start : block.end].split("\n"):
            if line.strip() and not _RULE.match(line):
                yield at, at + len(line)
            at += len(line) + 1
