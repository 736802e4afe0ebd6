"""Whether any passage speaks of a subject and of an attribute of it: a cheap check that errs on the side of yes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from ..change.likeness import content
from ..facts.model import PassageText, has_hangul, words_of
from ..grading.matching import stem

_SAME = tuple(
    words_of(line)
    for line in (
        "price cost fee charge rate amount pay paid euro dollar free rent deposit sum 가격 요금 비용 금액 보증금",
        "phone telephone call tel dial extension contact 전화 번호 전화번호 내선 연락처",
        "mail email e address write contact inbox 메일 이메일 주소",
        "hour open close opening closing time start end begin clock 시간 영업",
        "date day deadline due when until month year week 날짜 기한 기간",
        "duration period length long last take minute hour day week 기간 시간",
        "manager lead head leader keeper responsible owner supervisor run staffed trainer 담당 담당자 책임자 지점장",
        "place location address room where floor site shelf 위치 장소 주소",
        "update revise effective version edition change",
        "abbreviation acronym short stand 약어 약자",
    )
)
_GROUPS: dict[str, frozenset[str]] = {}
for _group in _SAME:
    for _word in _group:
        _GROUPS[stem(_word)] = _GROUPS.get(stem(_word), frozenset()) | {stem(word) for word in _group}


class Passages:
    """Which passages hold a word, by stem; headings and titles count as their passages' text.

    `years` counts the passages that name a year.
    """

    def __init__(self, passages: Sequence[tuple[str, PassageText]]) -> None:
        """`passages` are (document, passage)."""
        self._holding: dict[str, set[int]] = defaultdict(set)
        self.texts: list[str] = []
        self.years: Counter[str] = Counter()
        for place, (_, passage) in enumerate(passages):
            text = f"{passage.title} . {passage.heading} . {passage.text}"
            self.texts.append(text)
            self.years.update(set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)))
            for word in set(content(text)):
                self._holding[stem(word)].add(place)

    def holding(self, words: Iterable[str]) -> set[int]:
        """Places of the passages that hold all of `words`."""
        sets = [self._holding.get(stem(word), set()) for word in words]
        return set.intersection(*sets) if sets else set()

    def any_of(self, words: Iterable[str]) -> set[int]:
        """Places of the passages that hold one of `words`, or a word that stands for the same thing."""
        found: set[int] = set()
        for word in words:
            for other in _GROUPS.get(stem(word), frozenset({stem(word)})):
                found |= self._holding.get(other, set())
        return found


def supported(
    subject: str,
    attribute: str,
    passages: Passages,
    *,
    value: re.Pattern[str] | None = None,
) -> bool:
    """Whether a passage may say `attribute` of `subject`. True when in doubt: where the words say too little.

    `value` is what such an answer looks like: a passage on the subject that has one counts too.
    """
    subject_words, attribute_words = content(subject), content(attribute)
    if not subject_words or not attribute_words:
        return True
    if sum(len(word) for word in subject_words) < (2 if has_hangul(subject) else 4):
        return True
    about = passages.holding(subject_words)
    if not about:
        return True  # the documents don't know the subject under this name: it may have another
    if about & passages.any_of(attribute_words):
        return True
    return value is not None and any(value.search(passages.texts[place]) for place in about)
