"""What goes into fact making and what comes out of it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

FAMILIES = {
    "money": "quantity",
    "number": "quantity",
    "percentage": "quantity",
    "duration": "quantity",
    "date": "when",
    "time": "when",
    "table": "attribute",
    "key_value": "attribute",
    "contact": "attribute",
}

_SLOT = re.compile(r"\{[^}]*\}")
_QUALIFIED = re.compile(r"^(?P<subject>.+?)(?: \((?P<qualifier>[^()]+)\))?$")
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*", re.UNICODE)
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_NO_WEIGHT = frozenset({"a", "an", "the", "is", "are", "was", "were", "be", "does", "do", "did"})
_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_NUMBER_WORDS = {word: str(value) for value, word in enumerate(_NUMBERS.split())}


@dataclass(frozen=True)
class PassageText:
    """A passage as the fact rules see it. `start` is the offset of `text` in its document."""

    text: str
    start: int = 0
    kind: str = "prose"  # prose, list, table, key_value, faq
    heading: str = ""  # heading path, joined by " > "
    area: str = ""
    title: str = ""
    language: str = ""
    rows: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class FactDraft:
    """A claim with a short answer.

    `relation` says what is asked of `subject`, in one of three shapes: a predicate with a slot that holds
    the question words ("are paid {within how many days} of the return"), an attribute ("deposit"), or one
    of the names "definition", "term" and "question". A subject may end with a qualifier in brackets.
    `start` and `end` are offsets in the document; `citation` is the text between them.
    """

    kind: str
    subject: str
    relation: str
    answer: str
    claim: str
    citation: str
    start: int
    end: int
    language: str = "en"

    @property
    def subject_and_qualifier(self) -> tuple[str, str]:
        """The subject without the qualifier in brackets that it may end with, and the qualifier or ""."""
        match = _QUALIFIED.match(self.subject)
        return (match["subject"], match["qualifier"] or "") if match else (self.subject, "")

    @property
    def key(self) -> str:
        """What is asked about, without the answer: the same after a change of the answer alone."""
        relation = _SLOT.sub(" ", self.relation)
        family = FAMILIES.get(self.kind, self.kind)
        parts = "\n".join((family, normalise_key(self.subject), normalise_key(relation)))
        return hashlib.sha256(parts.encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Wording:
    """One way to ask. `template` is "family" or "family.variant"; `kind` is short, number, date or list."""

    text: str
    template: str
    kind: str

    @property
    def family(self) -> str:
        """The structure that the wording shares with its variants."""
        return self.template.split(".")[0]


@dataclass(frozen=True)
class Extraction:
    """The facts of a passage, and how many candidates each quality rule turned away."""

    facts: list[FactDraft]
    rejected: Counter[str]


def words_of(text: str) -> frozenset[str]:
    """The words of a block of text: how the rules write down their word lists."""
    return frozenset(text.split())


def tokens(text: str) -> list[str]:
    """Words and numbers of `text`: NFKC, case-folded, without punctuation."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def normalise(text: str) -> str:
    """`text` for comparing: case, articles, punctuation, spelling of small numbers don't count."""
    words = [_NUMBER_WORDS.get(word, word) for word in tokens(text) if word not in ("a", "an", "the")]
    return " ".join(words)


def normalise_key(text: str) -> str:
    """`text` for a key: as `normalise`, and auxiliaries, plural endings and Korean spacing don't count."""
    words = [word for word in tokens(text) if word not in _NO_WEIGHT]
    if _HANGUL.search(text):
        return "".join(words)
    return " ".join(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)


def has_hangul(text: str) -> bool:
    """Whether `text` holds a Korean syllable."""
    return _HANGUL.search(text) is not None
