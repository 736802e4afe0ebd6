"""Cuts a document into passages that can stand alone.

Every block ends up in exactly one passage, or is a heading that some passage names. Passages never overlap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .areas import area_of
from .documents import Block, LoadedDocument
from .identify import language_of
from .rules.catalogue import is_on
from .sentences import pack, sentence_spans
from .substance import Candidate, why_skipped

LIMIT = 1_200
"""Characters of a passage of prose, at most."""
LIMIT_ROWS = 2_400
"""Characters of a list or table that stays one passage."""

_LEAD_IN = re.compile(
    r"[:：]\s*$|다음[^.。\n]{0,60}[.。]\s*$|"
    r"\b(?:the following|as follows|siguientes?|folgende\w?)\b[^.\n]{0,60}\.?\s*$"
)
_TELLING = 40  # characters from which on a passage shows its language
_ROW_KINDS = frozenset(("list", "table", "key_value"))


@dataclass(frozen=True)
class PassageDraft:
    """A passage to be stored: `document.text[start:end]`; the fields are those of the table `passage`."""

    ordinal: int
    area: str
    heading: str
    kind: str
    start: int
    end: int
    page: int | None = None
    rows: list[list[str]] = field(default_factory=list)
    state: str = "accepted"
    reason: str = ""


@dataclass(frozen=True)
class _Piece:
    kind: str
    start: int
    end: int
    heading: tuple[str, ...]
    page: int | None
    rows: tuple[tuple[str, ...], ...] = ()
    links: float = 0.0
    led: bool = False  # a sentence leads in to the list


def cut(
    document: LoadedDocument,
    path: str,
    switches: Mapping[str, bool] | None = None,
    languages: Sequence[str] = (),
) -> list[PassageDraft]:
    """The passages of a document in reading order.

    Args:
        path: relative to the documents' folder, with /.
        switches: refining rules that the client has switched off (see `rules.catalogue`).
        languages: two-letter codes; a passage in another language is skipped. Empty: all are taken.
    """
    switches = switches or {}
    drafts: list[PassageDraft] = []
    seen: dict[str, int] = {}
    area = area_of(path, document.title)
    for ordinal, piece in enumerate(_pieces(document)):
        text = document.text[piece.start : piece.end]
        reason = why_skipped(Candidate(piece.kind, text, piece.heading, piece.links, piece.led))
        if reason and not is_on(reason.split(":")[0], switches):
            reason = ""
        if not reason and languages and is_on("language", switches):
            reason = _foreign(text, languages)
        key = " ".join(text.split()).lower()
        if not reason and key in seen and is_on("repeated", switches):
            reason = f"repeated: says the same as passage {seen[key]} of this document"
        seen.setdefault(key, ordinal)
        drafts.append(
            PassageDraft(
                ordinal=ordinal,
                area=area,
                heading=" > ".join(piece.heading),
                kind="prose" if piece.kind == "heading" else piece.kind,
                start=piece.start,
                end=piece.end,
                page=piece.page,
                rows=[list(row) for row in piece.rows],
                state="skipped" if reason else "accepted",
                reason=reason,
            )
        )
    return drafts


def _foreign(text: str, languages: Sequence[str]) -> str:
    """Why a passage is in no language that the client has, or ""; too short to tell is no reason."""
    found = language_of(text) if len(text) >= _TELLING else ""
    return f"language: {found}, not among the client's" if found and found not in languages else ""


def _pieces(document: LoadedDocument) -> list[_Piece]:
    text = document.text
    pieces: list[_Piece] = []
    waiting: list[Block] = []  # prose under one heading that is not yet cut
    used: set[int] = set()  # starts of headings that are part of a faq passage
    headings: list[Block] = []

    def flush() -> None:
        if waiting:
            pieces.extend(_prose(text, waiting, headings[-1] if headings else None, used))
            waiting.clear()

    for block in document.blocks:
        if block.kind == "heading":
            flush()
            headings.append(block)
        elif block.kind == "prose":
            if waiting and (
                _is_link(text, block) or _is_link(text, waiting[-1]) or waiting[-1].page != block.page
            ):
                flush()
            waiting.append(block)
        elif block.kind in _ROW_KINDS:
            lead = waiting.pop() if waiting and _leads_in(text, waiting[-1]) else None
            flush()
            if lead is None and pieces and _goes_on(pieces[-1], block):
                pieces[-1] = replace(pieces[-1], end=block.end, rows=pieces[-1].rows + block.rows)
            else:
                pieces.extend(_rows(text, block, lead))
        else:
            flush()
            pieces.append(_piece(block.kind, block))
    flush()
    return _with_lone_headings(pieces, headings, used)


def _piece(kind: str, block: Block) -> _Piece:
    return _Piece(kind, block.start, block.end, block.heading, block.page, block.rows, block.links)


def _leads_in(text: str, block: Block) -> bool:
    return block.end - block.start <= LIMIT // 2 and bool(
        _LEAD_IN.search(text[max(block.start, block.end - 90) : block.end])
    )


def _is_link(text: str, block: Block) -> bool:
    """A paragraph that is nothing but a link ("Run this in the playground")."""
    short = block.end - block.start < 120
    return short and block.links > 0.9 and not any(char.isdigit() for char in text[block.start : block.end])


def _goes_on(piece: _Piece, block: Block) -> bool:
    """Whether a list goes on: items that stand apart from one another were read as lists of one item."""
    single = piece.kind == block.kind == "list" and (len(block.rows) == 1 or len(piece.rows) == 1)
    return single and piece.heading == block.heading and block.end - piece.start <= LIMIT_ROWS


def _prose(text: str, blocks: Sequence[Block], heading: Block | None, used: set[int]) -> Iterator[_Piece]:
    """Paragraphs joined or split to passages; the first one right after a question is its answer."""
    first = blocks[0]
    asked = (
        heading is not None
        and _is_question(heading.heading[-1])
        and not text[heading.end : first.start].strip()
    )
    spans = _spans(text, blocks)
    for i, (start, end) in enumerate(spans):
        inside = [block for block in blocks if block.start < end and block.end > start]
        links = sum(block.links * (block.end - block.start) for block in inside)
        share = links / sum(block.end - block.start for block in inside)
        page = inside[0].page
        if i == 0 and asked and heading is not None:
            used.add(heading.start)
            row = (heading.heading[-1], text[start:end])
            yield _Piece("faq", heading.start, end, first.heading, page, (row,), share)
        else:
            yield _Piece("prose", start, end, first.heading, page, (), share)


def _spans(text: str, blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """Whole paragraphs packed up to the limit; longer ones split at sentence ends."""
    spans: list[tuple[int, int]] = []
    for block in blocks:
        if block.end - block.start <= LIMIT:
            spans.append((block.start, block.end))
            continue
        sentences = [
            (block.start + start, block.start + end)
            for start, end in sentence_spans(text[block.start : block.end])
        ]
        spans.extend(pack(sentences, text, LIMIT))
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if out and end - out[-1][0] <= LIMIT:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def _is_question(text: str) -> bool:
    return text.rstrip("\"'”’)] ").endswith(("?", "？"))


def _rows(text: str, block: Block, lead: Block | None) -> Iterator[_Piece]:
    """A list, table or label-value block with its lead-in; a large one in parts, each with the header."""
    start = lead.start if lead else block.start
    if block.end - start <= LIMIT_ROWS or len(block.rows) <= 1:
        yield replace(_piece(block.kind, block), start=start, led=lead is not None)
        return
    header = block.rows[:1] if block.kind == "table" else ()
    lines = text[block.start : block.end].split("\n")
    at, rows = block.start, []
    for line, row in zip(lines, block.rows, strict=True):
        if rows and at + len(line) - start > LIMIT_ROWS and len(rows) > len(header):
            yield replace(_piece(block.kind, block), start=start, end=at - 1, rows=tuple(rows))
            start, rows = at, list(header)
        rows.append(row)
        at += len(line) + 1
    yield replace(_piece(block.kind, block), start=start, rows=tuple(rows))


def _with_lone_headings(pieces: list[_Piece], headings: Sequence[Block], used: set[int]) -> list[_Piece]:
    """Adds a piece for each heading that no passage names, so that it is accounted for."""
    named = {piece.heading[:depth] for piece in pieces for depth in range(1, len(piece.heading) + 1)}
    lone = [_piece("heading", h) for h in headings if h.heading not in named and h.start not in used]
    return sorted([*pieces, *lone], key=lambda piece: piece.start)
