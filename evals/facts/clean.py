"""Passages as blocks of plain text that still know where they stand.

Loaders may leave inline markup in a document's text. The rules read a cleaned copy; each cleaned character
remembers its offset, so that a citation is always an exact slice of the passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_INLINE = re.compile(
    r"""
    !\[[^\]]*\]\([^)]*\)                 # image
  | \[(?P<link>[^\]]*)\]\([^)]*\)        # link: its text stays
  | \[(?:citation\ needed|edit|\d{1,3})\]
  | <!--.*?--> | </?[A-Za-z][^<>]*>
  | \{\#[^}]*\} | \{:[^}]*\}
  | \*\*|__|``|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)
  | \\(?=[^\w\s])
    """,
    re.VERBOSE | re.DOTALL,
)
_BULLET = re.compile(r"^\s*(?:[-*•‣◦–▪]|\(?\d{1,2}[.)]|[a-z][.)])\s+")
_KEY_LINE = re.compile(
    r"^\s*(?:[-*•]\s+)?(?:\*\*|__)?[^\W\d_][^.!?:|]{0,48}?(?:\*\*|__)?\s?:(?:\*\*|__)?\s+\S"
)
_LABEL_ONLY = re.compile(r"^[^.!?]{2,200}[:：](?:\*\*|__)?\s*$")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|mr|mrs|ms|dr|no|st|vs|approx|etc|inc|ltd|co|jr|sr|prof|fig|ca|a\.m|p\.m|u\.s|jan|feb|"
    r"mar|apr|jun|jul|aug|sept?|oct|nov|dec|art|sec|tel|ext|min|max)|\b[A-Z])\.$",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?。](?:[\"”’')\]]*)(?=\s+[\"“‘'(\[]?[A-Z0-9\uac00-\ud7a3€$£]|\s*$)")


@dataclass(frozen=True)
class Block:
    """A run of cleaned text. `offsets[i]` is where `text[i]` stands in the passage's raw text."""

    kind: str  # prose, item, pair, label, heading
    text: str
    offsets: list[int]

    def part(self, start: int, end: int) -> Sentence:
        """`text[start:end]` without the white space around it."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return Sentence(self.text[start:end], self.offsets[start], self.offsets[end - 1] + 1)


@dataclass(frozen=True)
class Sentence:
    """Cleaned text and the raw span that it comes from (offsets in the passage's text)."""

    text: str
    start: int
    end: int


def clean(raw: str, base: int = 0) -> tuple[str, list[int]]:
    """`raw` without inline markup and with single spaces, and each character's offset (plus `base`)."""
    pieces: list[tuple[str, int]] = []
    position = 0
    for match in _INLINE.finditer(raw):
        pieces.append((raw[position : match.start()], position))
        if match.group("link"):
            pieces.append((match.group("link"), match.start("link")))
        position = match.end()
    pieces.append((raw[position:], position))
    characters: list[str] = []
    offsets: list[int] = []
    for piece, start in pieces:
        for index, character in enumerate(piece):
            if character.isspace():
                if not characters or characters[-1] == " ":
                    continue
                character = " "
            elif character in "*`":
                continue
            characters.append(character)
            offsets.append(base + start + index)
    while characters and characters[-1] == " ":
        characters.pop()
        offsets.pop()
    return "".join(characters), offsets


def blocks(raw: str) -> list[Block]:
    """The blocks of a passage, in order; code, table rows and rules are left out."""
    found: list[Block] = []
    for kind, start, end in _line_groups(raw):
        text, offsets = clean(raw[start:end], start)
        if text:
            found.append(Block(kind, text, offsets))
    return found


def _line_groups(raw: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of each block: wrapped lines are joined, markers left out."""
    kind, begin, end = "", 0, 0
    fenced = False
    position = 0
    for line in raw.splitlines(keepends=True):
        start, position = position, position + len(line)
        body = line.strip()
        if _FENCE.match(line):
            fenced = not fenced
            body = ""
        if fenced or not body or body.startswith("|") or set(body) <= set("-=_*|: "):
            if kind:
                yield kind, begin, end
                kind = ""
            continue
        this, skip = _kind_of(line)
        previous = raw[begin:end].rstrip()
        last_line = previous.rsplit("\n", 1)[-1]
        if this == "prose" and kind in ("prose", "item", "pair") and _continues(last_line, body):
            end = start + len(line)
            continue
        if kind:
            yield kind, begin, end
        kind, begin, end = this, start + skip, start + len(line)
    if kind:
        yield kind, begin, end


def _kind_of(line: str) -> tuple[str, int]:
    """The kind of block that `line` starts, and how many characters of marker to skip."""
    heading = re.match(r"\s*#{1,6}\s+", line)
    if heading:
        return "heading", heading.end()
    quote = re.match(r"\s*>\s?", line)
    skip = quote.end() if quote else 0
    bullet = _BULLET.match(line[skip:])
    if bullet:
        skip += bullet.end()
        rest = line[skip:]
        return ("pair" if _KEY_LINE.match(rest) else "item"), skip
    rest = line[skip:]
    if _LABEL_ONLY.match(rest.strip()):
        return "label", skip
    return ("pair" if _KEY_LINE.match(rest) else "prose"), skip


def _continues(last_line: str, body: str) -> bool:
    """Whether `body` is the wrapped continuation of `last_line`."""
    if last_line.rstrip().endswith((".", "!", "?", ":", ";")) and len(last_line) < 50:
        return False
    return len(last_line) >= 50 or body[:1].islower()


def sentences(block: Block) -> list[Sentence]:
    """The sentences of a block; abbreviations and initials end none."""
    found: list[Sentence] = []
    start = 0
    for match in _END.finditer(block.text):
        if match.end() < len(block.text) and _ABBREVIATION.search(
            block.text[max(start, match.end() - 8) : match.end()]
        ):
            continue
        sentence = block.part(start, match.end())
        if sentence.text:
            found.append(sentence)
        start = match.end()
    if start < len(block.text):
        rest = block.part(start, len(block.text))
        if rest.text:
            found.append(rest)
    return found
