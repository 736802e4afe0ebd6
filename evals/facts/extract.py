"""The way from a passage to its facts: blocks, then rules by kind, then the quality rules."""

from __future__ import annotations

import re

from .build import Builder
from .clean import Block, Sentence, blocks, sentences
from .contacts import reach
from .definitions import define
from .faq import question_and_answer
from .frames import frames
from .initials import short_forms
from .korean import state
from .lists import inline, members
from .model import Extraction, PassageText, tokens, words_of
from .pairs import pair
from .pronouns import Explicit, explicit_subject, resolved
from .tables import look_up

_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_LETTER = re.compile(r"[^\W\d_]")
_ENGLISH = words_of(
    """
    the of and to in a is are for on with by your you we be that it as at or from will can must may this
    not an
    """
)
_FOREIGN = words_of(
    """
    el la los las de que en un una por para con del se es su al lo le les des et est dans pour une du qui
    sur au der die das und ist nicht ein eine mit von zu den im
    """
)


def extract(passage: PassageText) -> Extraction:
    """The facts that `passage` states, in reading order, and how many candidates were turned away, by reason.

    Deterministic: English and Korean; a passage in another language has no facts and counts as `language`.
    """
    language = language_of(passage)
    builder = Builder(passage, language)
    if language not in ("en", "ko"):
        builder.rejected["language"] += 1
        return Extraction([], builder.rejected)
    if passage.kind == "table":
        look_up(builder)
        if builder.facts or passage.rows:
            return Extraction(builder.facts, builder.rejected)
    if passage.kind == "faq":
        _faq(builder)
    _read(builder, blocks(passage.text))
    return Extraction(builder.facts, builder.rejected)


def language_of(passage: PassageText) -> str:
    """en or ko by what the text itself looks like; else the document's language, or "" when nothing tells."""
    if _HANGUL.search(passage.text):
        letters = len(_LETTER.findall(passage.text)) or 1
        # Korean manuals are full of English names.
        if len(_HANGUL.findall(passage.text)) / letters > (0.1 if passage.language == "ko" else 0.25):
            return "ko"
    words = tokens(passage.text)
    english = sum(word in _ENGLISH for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    if passage.kind == "prose" and not english and len(words) > 15:
        return passage.language if passage.language not in ("en", "ko") else ""  # letters without a language
    if foreign > english and foreign > 2:
        return passage.language if passage.language not in ("en", "ko") else ""
    if passage.language and passage.language not in ("en", "ko"):
        return passage.language
    if len(passage.text.encode("ascii", "ignore")) < 0.8 * len(passage.text):
        return ""
    return "en"


def _faq(builder: Builder) -> None:
    text = builder.passage.text
    for row in builder.passage.rows:
        if len(row) == 2 and row[1]:
            at = text.find(row[1])
            if at < 0:
                builder.rejected["row_not_found"] += 1
            else:
                question_and_answer(builder, row[0], row[1], at)


def _read(builder: Builder, found: list[Block]) -> None:
    members(builder, found)
    heading = builder.passage.heading.split(" > ")[-1]
    first_prose = True
    for block in found:
        if block.kind == "heading" or block.kind == "label" and builder.language != "ko":
            continue
        if block.kind == "pair" and pair(builder, block):
            continue
        if first_prose and block.kind == "prose" and builder.passage.kind != "faq":
            first_prose = False
            if heading.endswith(("?", "까")) and block.text:
                question_and_answer(builder, heading, block.text, block.offsets[0])
        last: Explicit | None = None
        for sentence in sentences(block):
            unfinished = (
                ("?",) if builder.language == "ko" else ("?", ":")
            )  # Korean: "…할 수 있습니다:" is whole
            if sentence.text.rstrip('"”) ').endswith(unfinished) or len(sentence.text) < 12:
                continue
            if builder.language == "ko":
                state(builder, sentence)
            else:
                last = _statement(builder, sentence, last)
                short_forms(builder, sentence)
            reach(builder, sentence)


def _statement(builder: Builder, sentence: Sentence, last: Explicit | None) -> Explicit | None:
    """Add what a sentence states; the explicit subject that the next one may refer to."""
    span = (sentence.start, sentence.end)
    if not _ends(sentence.text):
        builder.rejected["fragment"] += 1
        return None
    if last:
        whole = resolved(sentence.text, last, builder.passage)
        if whole:
            _add_frames(
                builder, whole, (last.start, sentence.end), builder.passage.text[last.start : sentence.end]
            )
            return last
    if not define(builder, sentence) and not inline(builder, sentence.text, span):
        _add_frames(builder, sentence.text, span, sentence.text)
    return explicit_subject(sentence.text, sentence.start)


def _add_frames(builder: Builder, text: str, span: tuple[int, int], claim: str) -> None:
    found, reasons = frames(text, builder.names)
    builder.rejected.update(reasons)
    for frame in found:
        builder.add(frame.kind, frame.subject, frame.relation, frame.answer, span=span, claim=claim)


def _ends(text: str) -> bool:
    """Whether `text` can be a whole sentence: it ends like one, or is short enough to be a list item that is one."""
    return text.rstrip("\"”’') ").endswith((".", "!")) or len(text.split()) <= 25
