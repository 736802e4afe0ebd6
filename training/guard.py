"""What must not reach training: exam wordings, and the facts that are never taught."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sqlmodel import Session

_WORD = re.compile(r"[^\W_]+")
_HANGUL = re.compile(r"[가-힣]")
# Words that say nothing about which thing a fact is about.
_EMPTY = frozenset(
    ["a", "an", "and", "are", "at", "by", "for", "from", "in", "is", "of", "on", "or", "our", "the", "to"]
)


def words(text: str) -> list[str]:
    """Words and numbers in NFC, casefolded."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


class Wordings(Protocol):
    """An index of wordings, such as `evals.pools.NearDuplicates`."""

    def find(self, text: str) -> str | None:
        """A wording that `text` nearly is, or None."""
        ...


@dataclass(frozen=True)
class _Secret:
    """A control fact as it may show in a text."""

    subject: frozenset[str]
    answer: list[str]
    citation: list[str]


class Guard:
    """The client's exam and sealed wordings, and its control facts."""

    def __init__(self, client_id: int, wordings: Wordings, secrets: list[_Secret]) -> None:
        self.client_id = client_id
        self._wordings = wordings
        self._by_word: dict[str, list[_Secret]] = defaultdict(list)
        for secret in secrets:
            if secret.answer:
                self._by_word[secret.answer[0]].append(secret)

    def near_exam(self, text: str) -> bool:
        """Whether a text is (nearly) a wording that exams ask."""
        return self._wordings.find(text) is not None

    def gives_away(self, text: str, context: str = "") -> bool:
        """Whether a text holds a control fact's answer while it, or its headings, name the fact's subject.

        A text that states the very citation counts too. Rather one sentence too many is cut than a control
        fact taught: the controls tell learning from better test-taking.
        """
        tokens = words(text)
        around = tokens + words(context)
        for secret in self._candidates(tokens):
            if not _holds(tokens, secret.answer):
                continue
            named = all(any(_is(token, word) for token in around) for word in secret.subject)
            if named or (secret.citation and _holds(tokens, secret.citation)):
                return True
        return False

    def _candidates(self, tokens: list[str]) -> list[_Secret]:
        """The control facts whose answer begins with one of the words."""
        found: dict[int, _Secret] = {}
        for token in set(tokens):
            # Korean sets particles behind a word: look at its beginnings too.
            sizes = range(1, len(token) + 1) if _HANGUL.search(token) else (len(token),)
            for size in sizes:
                found.update((id(each), each) for each in self._by_word.get(token[:size], ()))
        return list(found.values())


def read_guard(session: Session, client_id: int) -> Guard:
    """The guard for a client, over all its exam and sealed wordings that were not superseded."""
    from sqlmodel import col, select

    from ..evals.pools import NearDuplicates
    from ..store.tables import Fact, Question

    wordings = session.exec(
        select(Question.wording).where(
            Question.client_id == client_id,
            col(Question.pool).in_(["exam", "sealed"]),
            Question.state != "superseded",
        )
    ).all()
    controls = session.exec(
        select(Fact).where(Fact.client_id == client_id, col(Fact.control).is_(True), Fact.state == "active")
    ).all()
    secrets = [
        _Secret(
            subject=frozenset(words(fact.subject)) - _EMPTY,
            answer=words(fact.answer),
            citation=words(fact.citation),
        )
        for fact in controls
    ]
    return Guard(client_id, NearDuplicates(wordings), secrets)


def _is(token: str, word: str) -> bool:
    """Whether a token is a word, Korean particles behind it allowed."""
    return token == word or (token.startswith(word) and _HANGUL.search(token) is not None)


def _holds(tokens: list[str], part: list[str]) -> bool:
    """Whether `part` stands in `tokens`, in a row."""
    size = len(part)
    return any(all(map(_is, tokens[at : at + size], part)) for at in range(len(tokens) - size + 1))
