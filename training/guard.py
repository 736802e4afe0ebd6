"""What must not reach training: exam wordings, and the facts that are never taught."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlmodel import Session

_WORD = re.compile(r"[^\W_]+")
_HANGUL = re.compile(r"[가-힣]")
GRAM = 3  # characters: works without spaces between words, as in Korean
CANDIDATES = 12  # wordings that share most n-grams go to the exact check
# Words that say nothing about which thing a fact is about.
_EMPTY = frozenset("a an and are at by for from in is of on or the to what when where which who with our your".split())

Near = Callable[[str, list[str]], str | None]


def words(text: str) -> list[str]:
    """Words and numbers in NFC, casefolded."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


class WordingIndex:
    """Finds the few wordings worth comparing with a text, by shared character n-grams.

    A near duplicate shares most of its n-grams, so the exact check of `evals.pools.near_duplicate` need not
    run against all wordings: 3,000 rows against 5,000 wordings would be 15 million comparisons.
    """

    def __init__(self, wordings: Iterable[str], near: Near) -> None:
        self._wordings = sorted(set(wordings))
        self._near = near
        self._by_gram: dict[str, list[int]] = defaultdict(list)
        for number, wording in enumerate(self._wordings):
            for gram in self._grams(wording):
                self._by_gram[gram].append(number)

    @staticmethod
    def _grams(text: str) -> set[str]:
        flat = " ".join(words(text))
        return {flat[at : at + GRAM] for at in range(max(1, len(flat) - GRAM + 1))} if flat else set()

    def find(self, text: str) -> str | None:
        """The wording that `text` nearly is, or None."""
        if not self._wordings:
            return None
        shared: dict[int, float] = defaultdict(float)
        for gram in self._grams(text):
            numbers = self._by_gram.get(gram, ())
            for number in numbers:
                shared[number] += 1 / len(numbers)  # a rare n-gram says more
        best = sorted(shared, key=lambda number: (-shared[number], number))[:CANDIDATES]
        return self._near(text, [self._wordings[number] for number in best]) if best else None


@dataclass(frozen=True)
class _Secret:
    """A control fact as it may show in a text."""

    subject: frozenset[str]
    answer: list[str]
    citation: list[str]


class Guard:
    """The client's exam and sealed wordings, and its control facts."""

    def __init__(self, client_id: int, wordings: WordingIndex, secrets: list[_Secret]) -> None:
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


def read_guard(session: Session, client_id: int, near: Near | None = None) -> Guard:
    """The guard for a client. `near` stands in for `evals.pools.near_duplicate` in tests."""
    from sqlmodel import col, select

    from ..store.tables import Fact, Question

    if near is None:
        from ..evals.pools import near_duplicate as near
    wordings = session.exec(
        select(Question.wording).where(
            Question.client_id == client_id, col(Question.pool).in_(["exam", "sealed"]), Question.state != "superseded"
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
    return Guard(client_id, WordingIndex(wordings, near), secrets)


def _is(token: str, word: str) -> bool:
    """Whether a token is a word, Korean particles behind it allowed."""
    return token == word or (token.startswith(word) and _HANGUL.search(token) is not None)


def _holds(tokens: list[str], part: list[str]) -> bool:
    """Whether `part` stands in `tokens`, in a row."""
    size = len(part)
    return any(
        all(map(_is, tokens[at : at + size], part)) for at in range(len(tokens) - size + 1)
    )
