"""What a document says of its own rights: licences, reservations, prohibitions.

A notice is told from prose that talks about rights by how it stands: it opens a line or follows a copyright
line, or its subject is the document itself ("this report may not be copied"). A sentence that only mentions a
licence ("the GPL course") says nothing of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .licences import (
    ALL_RIGHTS_RESERVED,
    KINDS,
    NO_MACHINE_LEARNING,
    PROPRIETARY,
    PUBLIC_DOMAIN,
    TDM_RESERVATION,
    expression,
    is_identifier,
    kind_of,
    name_in,
)
from .notice_words import (
    ABOUT,
    COPY_BAN,
    COPYRIGHT,
    GRANT,
    HEADLESS_BAN,
    HYPOTHETICAL,
    LABEL,
    NEGATION,
    NO_TDM,
    NO_TRAINING,
    OTHER_WORK,
    PROPRIETARY_LINE,
    PUBLIC,
    RESERVED,
    SPDX,
    TALKS,
    triggers,
)

_LONGEST_QUOTE = 300
_REACH = 600  # characters looked at on either side of a trigger
_HEAD, _TAIL = 2_000, 600  # where an SPDX line of the document itself stands
_SHORT = 120  # a notice that names neither a work nor a holder is no longer than this
_NEAR = 400  # an open licence this close to "All rights reserved" is what the holder grants
_END = re.compile(
    r"(?<!\bInc)(?<!\bLtd)(?<!\bGmbH)(?<!\bCorp)(?<!\bCo)[.!?。][\"')\]”’]*\s+|\n\s*\n|\n(?=\s*(?:[-*•|#\d©(]|[A-ZÄÖÜ가-힣]))"
)


@dataclass(frozen=True)
class Notice:
    """One thing that a document says of its rights, with the words; `start` and `end` in its text if it is there."""

    licence: str
    evidence: str
    start: int | None = None
    end: int | None = None

    @property
    def kind(self) -> str:
        """open, non-commercial, no-derivatives, reserved or no-training."""
        return kind_of(self.licence)


def find_notices(text: str, rights: Iterable[str] = ()) -> list[Notice]:
    """All notices in a document: those in its metadata (`LoadedDocument.rights`) first, then by place."""
    found = [notice for raw in rights if (notice := read_metadata(raw))]
    seen: set[int] = set()
    for span in triggers(text):
        start, end = _sentence(text, *span)
        if start in seen:
            continue
        seen.add(start)
        licence = _judge(text, start, end)
        if licence:
            found.append(Notice(licence, _quote(text[start:end]), start, end))
    return found


def decisive(notices: Sequence[Notice]) -> Notice | None:
    """The notice that counts: the strictest, but a bare "all rights reserved" beside an open licence doesn't.

    "© Acme. All rights reserved. Licensed under the MIT License." grants what the second sentence says.
    """
    grants = [one for one in notices if one.kind not in ("reserved", "no-training")]
    kept = [
        one
        for one in notices
        if one.licence != ALL_RIGHTS_RESERVED
        or not _bare(one)
        or not any(_beside(one, grant) for grant in grants)
    ]
    return min(kept, key=lambda one: KINDS.index(one.kind), default=None)


def read_metadata(raw: str) -> Notice | None:
    """A machine-readable reservation or licence, written `name: value` as the loaders give it."""
    name, _, value = raw.partition(":")
    name, value = name.strip().casefold(), value.strip()
    words = {word.strip().casefold() for word in re.split(r"[,;\s]+", value)}
    if name.endswith("tdm-reservation"):
        return Notice(TDM_RESERVATION, raw) if value == "1" else None
    if name.endswith("tdm-policy"):
        return Notice(TDM_RESERVATION, raw) if value else None
    if name.startswith("meta") and words & {"noai", "noimageai", "noml"}:
        return Notice(NO_MACHINE_LEARNING, raw)
    if name.endswith(("robots", "bot")):
        return None
    if name == "footer":
        said = decisive(find_notices(value))
        return Notice(said.licence, f"footer: {said.evidence}") if said else None
    if name == "link license":
        return Notice(licence, raw) if (licence := name_in(value)) else None
    if is_identifier(value) or name == "spdx-license-identifier":
        return Notice(expression(value), raw) if value else None
    licence = _plain_statement(value)
    return Notice(licence, raw) if licence else None


def _plain_statement(value: str) -> str:
    """What a value of `license`, `rights` or `copyright` says."""
    if NO_TRAINING.search(value) or NO_TDM.search(value):
        return NO_MACHINE_LEARNING
    if named := name_in(value):
        return named
    if RESERVED.search(value) or COPY_BAN.search(value) or HEADLESS_BAN.search(value):
        return ALL_RIGHTS_RESERVED
    if re.fullmatch(r"(?i)\W*(?:proprietary|unlicensed|confidential|all rights reserved)\W*", value):
        return PROPRIETARY
    return PUBLIC_DOMAIN if re.search(r"(?i)\bpublic domain\b", value) else ""


def _judge(text: str, start: int, end: int) -> str:
    """What the sentence `text[start:end]` says of the document, or ""."""
    sentence = text[start:end].replace("\n", " ")
    spdx = SPDX.search(sentence)
    if spdx:
        at_edge = start < _HEAD or end > len(text) - _TAIL
        return expression(spdx["id"]) if at_edge else ""
    if sentence.rstrip("\"')”’ ").endswith("?") or HYPOTHETICAL.match(sentence):
        return ""
    before = _before(text, start)
    opens = not before or bool(COPYRIGHT.match(before))
    about = bool(ABOUT.search(sentence))
    if _refuses_learning(sentence, about, opens):
        return NO_MACHINE_LEARNING if NO_TRAINING.search(sentence) else TDM_RESERVATION
    if _is_reserved(sentence, before, opens):
        return ALL_RIGHTS_RESERVED
    if (COPY_BAN.search(sentence) and (about or _says_reserved(before))) or (
        opens and HEADLESS_BAN.match(sentence)
    ):
        return ALL_RIGHTS_RESERVED
    if opens and PROPRIETARY_LINE.match(sentence):
        return PROPRIETARY
    return _granted(sentence, about, opens)


def _refuses_learning(sentence: str, about: bool, opens: bool) -> bool:
    training, mining = NO_TRAINING.search(sentence), NO_TDM.search(sentence)
    if not (training or mining):
        return False
    whole = next(found for found in (training, mining) if found)
    alone = opens and not sentence[: whole.start()].strip(" -*•>|(©") and len(sentence) <= _SHORT
    return about or alone or bool(RESERVED.search(sentence))


def _is_reserved(sentence: str, before: str, opens: bool) -> bool:
    """Whether "all rights reserved" stands as a notice and is not quoted or said of something else."""
    found = RESERVED.search(sentence)
    if not found or sentence[: found.start()].rstrip().endswith(('"', "“", "‘", "'", "„", "«", "「", "『")):
        return False
    lead = sentence[: found.start()].strip()
    if not lead:
        return opens or _says_copyright(before)
    return (
        bool(COPYRIGHT.match(lead))
        or _says_copyright(lead)
        or (opens and len(sentence) <= _SHORT and not TALKS.search(lead))
    )


def _says_copyright(text: str) -> bool:
    """Whether a copyright sign or word stands with a year, as a notice has it."""
    return bool(
        re.search(r"(?i)(?:©|\(c\)|copyright|ⓒ)\s*(?:©|\(c\)|ⓒ|by)?\s*(?:\d{4}|[A-Z].{0,40}\d{4})", text)
    )


def _says_reserved(before: str) -> bool:
    return bool(RESERVED.search(before)) or bool(COPYRIGHT.match(before))


def _granted(sentence: str, about: bool, opens: bool) -> str:
    """The open licence, or the public domain, that the sentence gives the document."""
    if NEGATION.search(sentence):
        return ""
    if about and PUBLIC.search(sentence):
        return name_in(sentence) or PUBLIC_DOMAIN
    label = LABEL.match(sentence)
    if label and opens and len(sentence) <= 200:
        value = sentence[label.end() :].strip(" .")
        return expression(value) if is_identifier(value) else name_in(value)
    grant = GRANT.search(sentence)
    if not grant:
        return ""
    subjectless = opens and not sentence[: grant.start()].strip(" -*•>|(")
    copyright_line = bool(COPYRIGHT.match(sentence))
    if (about or subjectless or copyright_line) and not OTHER_WORK.search(sentence[: grant.start()]):
        return name_in(sentence[grant.start() :]) or name_in(
            sentence if about else ""
        )  # Korean names it in front
    return ""


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a place, without white space at its ends."""
    low = max(0, start - _REACH)
    left = low
    for boundary in _END.finditer(text, low, start):
        left = boundary.end()
    high = min(len(text), end + _REACH)
    closing = _END.search(text, end, high)
    right = closing.start() + len(closing.group().rstrip()) if closing else high
    while left < start and text[left].isspace():
        left += 1
    while right > end and text[right - 1].isspace():
        right -= 1
    return left, right


def _before(text: str, start: int) -> str:
    """The end of the same paragraph's text in front of a sentence."""
    part = text[max(0, start - _REACH) : start]
    paragraph = re.split(r"\n\s*\n", part)[-1].strip()
    if COPYRIGHT.match(paragraph):
        return paragraph  # a holder's name may run over two lines
    lines = paragraph.split("\n")
    # a list item or table row above is another thing
    return "" if re.match(r"\s*[-*•]\s", text[start : start + 4]) else lines[-1].strip()


def _bare(notice: Notice) -> bool:
    return not COPY_BAN.search(notice.evidence) and not HEADLESS_BAN.search(notice.evidence)


def _beside(one: Notice, other: Notice) -> bool:
    if one.start is None or other.start is None or one.end is None or other.end is None:
        return one.start is None and other.start is None
    return other.start - one.end < _NEAR and one.start - other.end < _NEAR


def _quote(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1].rstrip() + "…"


def quotes(notices: Iterable[Notice]) -> Iterator[str]:
    """Each notice as `licence: “words”`."""
    return (f"{one.licence}: “{one.evidence}”" for one in notices)
