"""Korean lists: "A에는 X, Y, Z가 있습니다", and what the line before a list asks for."""

from __future__ import annotations

import re

from .build import Builder
from .korean_words import is_bare_noun, trailing_noun_phrase

_THERE = re.compile(
    r"^(?P<subject>.{2,50}?)(?P<case>에는|으로는|로는|에서는|은|는|이|가) (?:크게 |다음과 같은 |주로 |"
    r"기본적으로 )?(?P<items>[^:;.]{5,120}?)"
    r"(?P<mark>이|가|을|를|으로|로) (?P<ending>있습니다|포함합니다|포함됩니다|지원합니다|구성됩니다|"
    r"이루어집니다|이루어져 있습니다|구성되어 있습니다|"
    r"나뉩니다|나눕니다|나눌 수 있습니다|제공합니다|사용됩니다)$"
)
_SPLIT = re.compile(
    r",\s+(?:그리고 |및 |또는 )?|(?<=[가-힣A-Za-z\d)])(?:와|과|이나|나) |\s+(?:및|그리고|또는)\s+"
)
_FOLLOWING = re.compile(
    r"^(?P<subject>.{2,60}?)(?:은|는) (?:다음과 같습니다|아래와 같습니다|다음과 같다)$|"
    r"^(?P<there>.{2,40}?)에는 (?:다음(?:과 같은| ))(?:\s?(?P<noun>[가-힣A-Za-z ]{2,20}?)(?:이|가|"
    r"들이) )?있습니다$|"
    r"^(?P<plain>[^,]{2,40})$"
)
_LOOSE = re.compile(
    r"(?:^|\s)(?:이|그|저|해당|이러한|그러한|이런|그런|우리|여러분|당신|당신의|여러분의|같은|위|아래|"
    r"앞서|여기|다음|이를|것|것은|예|예시|예제|예를|"
    r"때|경우|예는|예시는|예제는|몇|몇몇|마지막으로|또한|또는|반면|더|다른|하지만|그리고|모두|내용은|"
    r"내용|참고|팁|주의|자세한|관련|이것|모든|각|"
    r"의미|방법|방법은|코드|결과|결과는|이는|좋은|나쁜|장점|단점|관련된|정보|문서|수|어떤)(?=\s|,|$)|\d$"
)


def inline(builder: Builder, text: str, span: tuple[int, int]) -> bool:
    """Add a list inside one sentence; whether there was one."""
    match = _THERE.match(text)
    if not match:
        return False
    subject, case = match.group("subject").strip("‘'\"“”’ "), match.group("case")
    items = [item.strip(" ‘'\"“”’") for item in _SPLIT.split(match.group("items")) if item.strip()]
    items = [item for item in items if item]
    if len(items) < 2 or any(not _item(item) for item in items):
        return False
    if case in ("은", "는", "이", "가") and match.group("ending") in ("있습니다", "사용됩니다"):
        return False
    words = subject.split()
    if _LOOSE.search(subject) or len(words) > 5 or trailing_noun_phrase(words) != len(words):
        return False
    mark = match.group("mark")
    before = "" if case in ("은", "는", "이", "가") else f"{case} "
    wh = {"이": "무엇이", "가": "무엇이", "을": "무엇을", "를": "무엇을"}.get(mark, "무엇으로")
    builder.add(
        "list", subject, f"{before}{{{wh}}} {match.group('ending')}", "; ".join(items), span=span, claim=text
    )
    return True


def _item(item: str) -> bool:
    words = item.split()
    return (
        bool(words)
        and len(words) <= 4
        and all(is_bare_noun(word) or word.endswith("의") for word in words)
        and is_bare_noun(words[-1])
        and len(item) > 1
    )


def lead(text: str) -> tuple[str, str] | None:
    """(subject, relation) of the line before a Korean list, or None when it doesn't say what it lists."""
    text = text.strip(" :：").rstrip(".")
    match = _FOLLOWING.match(text)
    if not match:
        return None
    subject = match.group("subject") or match.group("there") or match.group("plain") or ""
    subject = subject.strip("‘'\"“”’ ")
    words = subject.split()
    if len(words) > 6 or _LOOSE.search(subject) or trailing_noun_phrase(words) != len(words):
        return None
    if match.group("there"):
        return subject, "에는 {무엇이} 있습니다"
    if match.group("plain") and len(words) < 2:
        return None
    return subject, "{무엇}입니다"
