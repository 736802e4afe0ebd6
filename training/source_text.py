"""Plain sentences of the source documents, as text to read beside the questions.

Tables, lists of keys and values and FAQs are no sentences: there the claims of the taught facts stand in.
Sentences that state a control fact, and those that an exam asks, are cut out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..corpus.sentences import sentence_spans
from .guard import Guard
from .rights import may_teach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlmodel import Session

    from ..store.tables import Passage

LONGEST_PIECE = 400  # characters: about 100 tokens, so that a batch is not padded to one long row
SENTENCE_KINDS = ("prose", "list")


@dataclass(frozen=True)
class Piece:
    """Some neighbouring sentences of one passage, under its heading."""

    passage_id: int
    text: str


@dataclass(frozen=True)
class Pieces:
    """All pieces and what was cut out: reason → sentences."""

    pieces: list[Piece] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Span:
    """A control fact's citation in its document."""

    start: int
    end: int


def source_pieces(session: Session, client_id: int, guard: Guard, taught: set[int]) -> Pieces:
    """The text rows of all accepted passages whose document's rights allow teaching."""
    from sqlmodel import col, select

    from ..store.tables import Document, Fact, Passage

    rows = session.exec(
        select(Passage, Document)
        .join(Document, col(Document.id) == col(Passage.document_id))
        .where(Document.client_id == client_id, Document.state == "accepted", Passage.state == "accepted")
        .order_by(col(Document.id), col(Passage.ordinal))
    ).all()
    facts = session.exec(select(Fact).where(Fact.client_id == client_id, Fact.state == "active")).all()
    control: dict[int, list[_Span]] = {}
    claims: dict[int, list[str]] = {}
    for fact in facts:
        if fact.control:
            control.setdefault(fact.document_id, []).append(_Span(fact.start, fact.end))
        elif fact.id in taught:
            claims.setdefault(fact.passage_id, []).append(fact.claim)
    result = Pieces()
    for passage, document in rows:
        assert passage.id is not None
        assert document.id is not None
        if not may_teach(document.clearance, document.state):
            result.dropped[f"passage: its document's rights forbid it ({document.clearance})"] += 1
            continue
        if passage.kind in SENTENCE_KINDS:
            spans = control.get(document.id, [])
            sentences = list(_sentences(document.text, passage, spans, result.dropped))
        else:
            sentences = claims.get(passage.id, [])
        heading = passage.heading or document.title
        clean = [
            each for each in sentences if _clean(each, f"{document.title} {heading}", guard, result.dropped)
        ]
        titled = heading if heading and not guard.near_exam(heading) and not guard.gives_away(heading) else ""
        result.pieces.extend(Piece(passage.id, text) for text in _join(titled, clean))
    return result


def _sentences(text: str, passage: Passage, spans: list[_Span], dropped: Counter[str]) -> Iterator[str]:
    """The passage's sentences but those that a control fact's citation touches."""
    body = text[passage.start : passage.end]
    for start, end in sentence_spans(body):
        start, end = start + passage.start, end + passage.start
        if any(span.start < end and start < span.end for span in spans):
            dropped["sentence states a control fact"] += 1
        else:
            yield " ".join(text[start:end].split())


def _clean(sentence: str, context: str, guard: Guard, dropped: Counter[str]) -> bool:
    if guard.gives_away(sentence, context):
        dropped["sentence gives a control fact away"] += 1
    elif guard.near_exam(sentence):
        dropped["sentence is nearly an exam or sealed wording"] += 1
    else:
        return True
    return False


def _join(heading: str, sentences: list[str]) -> Iterator[str]:
    """Neighbouring sentences in pieces of at most about LONGEST_PIECE characters, each under the heading."""
    piece: list[str] = []
    for sentence in sentences:
        if piece and sum(map(len, piece)) + len(sentence) > LONGEST_PIECE:
            yield _titled(heading, piece)
            piece = []
        piece.append(sentence)
    if piece:
        yield _titled(heading, piece)


def _titled(heading: str, sentences: list[str]) -> str:
    body = " ".join(sentences)
    return f"{heading}\n{body}" if heading else body
