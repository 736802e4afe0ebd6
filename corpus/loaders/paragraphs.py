"""What the lines of one paragraph are: prose, label and value, question and answer, a list, or a heading.

Markdown paragraphs, lines of plain text, `<br>` lines of HTML and lines of a PDF page all come through here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..documents import MINOR, TextBuilder

_ADMONITIONS_WORDS = (
    "note notes tip tips warning warnings caution important example examples hint info remember update "
    "todo http https ps nb 참고 주의 경고 예 예시 팁 중요 노트 "
    "nota importante ejemplo consejo hinweis achtung beispiel 참조 관련 see source quelle"
)
_ADMONITIONS = frozenset(_ADMONITIONS_WORDS.split())
_GOES_ON = frozenset(
    ("a", "an", "the", "in", "of", "to", "and", "or", "for", "with", "by", "on", "at", "is", "are", "your")
)
_LABEL = re.compile(r"(?P<label>[^\s:：?!|][^:：?!|]{0,58}?)\s?(?:[:：]\s+|：)(?P<value>\S.*)")
_QUESTION = re.compile(r"[?？]\s*[\"'”’)\]]*$")
_ENDS = re.compile(r"[.!:;,。…，、—–-][\"'”’)\]]*$")
_BULLET = re.compile(
    r"\s*(?P<marker>[-*+•·‣▪◦●○■□※►➢–]|\(?\d{1,3}[.)]|\(?[a-z][.)]|[①-⑳]|[가-하][.)])\s+(?P<item>\S.*)"
)
_ASKED = re.compile(
    r"(?:Q|Question|문|질문|Frage|Pregunta)\s*\d{0,3}\s*[.:)：]\s*(?P<text>\S.*)", re.IGNORECASE
)
_ANSWERED = re.compile(
    r"(?:A|Answer|답|답변|Antwort|Respuesta)\s*\d{0,3}\s*[.:)：]\s*(?P<text>\S.*)", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?。:;…][\"'”’)\]*_]*\s*$")
_FIRST_PIECE = re.compile(r"\[[^\]\n]*\](?:\([^)\n]*\))?|`[^`\n]*`|\S+")
_WIDEST_WRAP = 130
_MOST_LINES = 1_000
"""Lines that are looked at together: a paragraph of more is a log or a list."""
_NEAR = 50
LONGEST_HEADING = 110
_LONGEST_QUESTION = 180
_LONGEST_VALUE = 240


@dataclass(frozen=True)
class Line:
    """One line of a paragraph; `bold` and `links` count the characters of bold and of link text in it.

    `lead` is the length of the bold text that the line begins with.
    """

    text: str
    bold: int = 0
    links: int = 0
    lead: int = 0

    @property
    def is_bold(self) -> bool:
        """Whether all of it is bold, but for white space and a full stop."""
        size = len(self.text.strip(" .:*"))
        return size > 0 and self.bold >= size


def is_question(text: str) -> bool:
    """Whether a heading or bold line asks something."""
    return bool(_QUESTION.search(text)) and len(text) > 5


def looks_like_heading(text: str) -> bool:
    """A short line without the punctuation that ends a sentence or leads on to the next line."""
    text = text.strip()
    if is_question(text) and len(text) <= _LONGEST_QUESTION:
        return True
    if not 2 <= len(text) <= LONGEST_HEADING or len(text.split()) > 14:
        return False
    if text.split()[-1].lower() in _GOES_ON:
        return False
    return not _ENDS.search(text) and not text[0].islower() and any(char.isalpha() for char in text)


def label_and_value(line: Line, *, alone: bool = False) -> tuple[str, str] | None:
    """`Deposit: 80 euro` as (label, value), or None. A line that stands `alone` must be terser to count."""
    match = _LABEL.fullmatch(line.text.strip())
    if not match:
        return None
    label, value = match["label"].strip(), match["value"].strip()
    words = label.split()
    if label.lower() in _ADMONITIONS or words[0].lower() in ("http", "https") or len(value) > _LONGEST_VALUE:
        return None
    marked = line.lead >= len(label) > 0
    if not marked and (len(words) > 7 or label[0].islower() or any(char in ".;" for char in label[:-1])):
        return None
    if value.startswith("//") or re.fullmatch(r"\d{1,2}", label) or value.endswith((":", "：")):
        return None
    if alone and not marked and (len(words) > 5 or len(value) > 80 or re.search(r"[.!?]\s", value)):
        return None
    return label, value


def wrap_width(paragraphs: Iterable[Sequence[str]]) -> int:
    """To how many characters a text is wrapped: 0 when it isn't, so that every line break is meant.

    Only lines that another line of their paragraph follows can tell.
    """
    inner = [line.rstrip() for paragraph in paragraphs for line in paragraph[:-1] if "](" not in line]
    inner = [line for line in inner if len(line) <= _WIDEST_WRAP]
    width = max((len(line) for line in inner), default=0)
    full = [line for line in inner if len(line) >= 0.8 * width]
    ended = sum(bool(_SENTENCE_END.search(line)) for line in full)
    return 0 if ended > 0.5 * len(full) else max(width, 50)


def unwrap(lines: Sequence[str], width: int) -> list[str]:
    """Lines that were wrapped to `width` (see `wrap_width`) joined; breaks that were meant stay."""
    out: list[str] = []
    for i, line in enumerate(lines):
        if i and not _meant(lines[i - 1], line, width):
            out[-1] = f"{out[-1].rstrip()} {line.strip()}"
        else:
            out.append(line)
    return out


def _meant(line: str, following: str, width: int) -> bool:
    """Whether a line break is meant: a list goes on, or the next word would have fitted into the line."""
    if not width or _BULLET.match(following) or following.lstrip().startswith("|"):
        return True
    if following.strip()[:1].islower() and not _SENTENCE_END.search(line):
        return False
    if any(len(part) > _WIDEST_WRAP and "](" not in part for part in (line, following)):
        return True
    if label_and_value(Line(line.replace("*", ""))) and label_and_value(Line(following.replace("*", ""))):
        return True
    first = _FIRST_PIECE.match(following.strip())
    return len(line.rstrip()) + 1 + (len(first[0]) if first else 0) < 0.85 * width


def add_paragraph(builder: TextBuilder, lines: Sequence[Line]) -> None:
    """Add one paragraph to the document, as what it is. All its line breaks are meant (see `unwrap`)."""
    lines = [line for line in lines if line.text.strip()]
    for start in range(0, len(lines), _MOST_LINES):
        _add_lines(builder, lines[start : start + _MOST_LINES])


def _add_lines(builder: TextBuilder, lines: Sequence[Line]) -> None:
    while lines:
        taken = _heading(builder, lines) or _asked(builder, lines) or _bullets(builder, lines)
        if not taken:
            break
        lines = lines[taken:]
    if not lines:
        return
    pairs = [label_and_value(line, alone=len(lines) == 1) for line in lines]
    if all(pairs):
        builder.pairs([pair for pair in pairs if pair], _links(lines))
        return
    bullet = next((i for i in range(1, len(lines)) if _starts_list(lines, i)), len(lines))
    builder.prose("\n".join(line.text for line in lines[:bullet]), _links(lines[:bullet]))
    if bullet < len(lines):
        _add_lines(builder, lines[bullet:])


def _heading(builder: TextBuilder, lines: Sequence[Line]) -> int:
    first = lines[0]
    text = first.text.strip()
    titled = first.is_bold and len(text) <= LONGEST_HEADING and not _BULLET.match(text)
    if titled and (is_question(text) or not re.search(r"[.!。]$", text)):
        builder.heading(MINOR, text.rstrip(" :："))
        return 1
    if len(lines) < 2 or not looks_like_heading(text) or label_and_value(first) or _BULLET.match(text):
        return 0
    rest = max(len(line.text) for line in lines[1:_NEAR])
    if is_question(text) or (rest > 120 and rest > 1.5 * len(text) and len(text) <= 90):
        builder.heading(MINOR, text)
        return 1
    return 0


def _asked(builder: TextBuilder, lines: Sequence[Line]) -> int:
    asked = _ASKED.match(lines[0].text)
    if not asked or len(lines) < 2:
        return 0
    at = next((i for i, line in enumerate(lines) if i and _ANSWERED.match(line.text)), 0)
    if not at:
        return 0
    end = next((i for i in range(at + 1, len(lines)) if _ASKED.match(lines[i].text)), len(lines))
    question = " ".join([asked["text"], *(line.text for line in lines[1:at])])
    answered = _ANSWERED.match(lines[at].text)
    first = answered["text"] if answered else lines[at].text
    builder.faq(question, " ".join([first, *(line.text for line in lines[at + 1 : end])]))
    return end


def _starts_list(lines: Sequence[Line], at: int) -> bool:
    """A bullet counts when another follows, or when the line before it leads on to it."""
    if not _BULLET.match(lines[at].text):
        return False
    followed = at + 1 < len(lines) and bool(_BULLET.match(lines[at + 1].text))
    return followed or lines[at - 1].text.rstrip().endswith((":", "："))


def _more_bullets(lines: Sequence[Line]) -> bool:
    return sum(bool(_BULLET.match(line.text)) for line in lines) >= 2


def _bullets(builder: TextBuilder, lines: Sequence[Line]) -> int:
    if not _BULLET.match(lines[0].text) or not (_more_bullets(lines) or len(lines) == 1):
        return 0
    items: list[tuple[str, list[Line]]] = []
    for line in lines:
        match = _BULLET.match(line.text)
        if match:
            items.append((match["marker"], [Line(match["item"], line.bold, line.links, line.lead)]))
        else:
            items[-1][1].append(line)
    add_list(builder, [(marker, [Line(" ".join(part.text for part in parts))]) for marker, parts in items])
    return len(lines)


def add_list(builder: TextBuilder, items: Sequence[tuple[str, Sequence[Line]]]) -> None:
    """Add a list, or label-value lines if all items are such. An item's lines: its parents', then its own."""
    items = [(marker, lines) for marker, lines in items if lines and lines[-1].text.strip()]
    own = [lines[-1] for _, lines in items]
    links = _links(own)
    if len(items) >= 2 and all(len(lines) == 1 for _, lines in items):
        pairs = [label_and_value(line) for line in own]
        if all(pairs):
            builder.pairs([pair for pair in pairs if pair], links)
            return
    builder.items([(marker, [line.text for line in lines]) for marker, lines in items], links)


def _links(lines: Iterable[Line]) -> float:
    """The share of the characters that are link text, 0 to 1."""
    lines = list(lines)
    total = sum(len(line.text.strip()) for line in lines)
    return min(1.0, sum(line.links for line in lines) / total) if total else 0.0
