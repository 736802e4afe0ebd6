"""Lines at the head or foot of documents that many of them have in common: disclaimers, letterheads, footers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from ..documents import LoadedDocument

EDGE = 6
"""Lines at either end of a document that may be boilerplate."""
LEAST = 3
"""Documents that have a line in common, at least."""
LEAST_SHARE = 0.02
"""… and of all documents, where there are many: twenty of a thousand."""

_DIGITS = re.compile(r"\d+")
_RULE = re.compile(r"^[\W_]+$")
_STATES = re.compile(r"\d|@")


def edges(document: LoadedDocument) -> Iterator[tuple[int, int, int]]:
    """(hash, start, end) of each line at the head and foot of a document that isn't a heading, each line once.

    Numbers count as equal ("Page 3 of 12"), so does the case. Lines with a value and a sentence's end ("The office
    opens at 9:00.") may be knowledge and are left alone.
    """
    lines = list(_lines(document))
    inside = lines if len(lines) <= 2 * EDGE else [*lines[:EDGE], *lines[-EDGE:]]
    for start, end in inside:
        line = document.text[start:end]
        if _is_statement(line):
            continue
        yield line_hash(line), start, end


def line_hash(line: str) -> int:
    """64 bits of a line's words, without regard to case, spaces and the digits of numbers."""
    plain = _DIGITS.sub("#", " ".join(line.split()).lower())
    return int.from_bytes(hashlib.blake2b(plain.encode(), digest_size=8).digest(), "little")


def least(documents: int) -> int:
    """In how many of `documents` documents a line must stand to count."""
    return max(LEAST, int(LEAST_SHARE * documents))


def _is_statement(line: str) -> bool:
    return bool(line.rstrip().endswith((".", "다", "요")) and len(line.split()) >= 4 and _STATES.search(line))


def _lines(document: LoadedDocument) -> Iterator[tuple[int, int]]:
    for block in document.blocks:
        if block.kind in ("heading", "table", "faq"):
            continue
        at = block.start
        for line in document.text[block.start : block.end].split("\n"):
            if line.strip() and not _RULE.match(line):
                yield at, at + len(line)
            at += len(line) + 1
