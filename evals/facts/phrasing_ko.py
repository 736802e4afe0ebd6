"""Korean wordings: formal, polite and short questions, requests, keywords and gaps."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .korean import particle, question_endings
from .model import FactDraft
from .pairs import ko_wh

Phrases = Iterator[tuple[str, str]]

_RELATION = re.compile(r"^(?P<before>[^{]*)\{(?P<wh>[^}]*)\}(?P<after>.*)$")


def korean(fact: FactDraft) -> Phrases:
    """(template, text) pairs for a Korean fact."""
    subject, qualifier = fact.subject_and_qualifier
    if fact.relation == "definition":
        return _definition(subject)
    if fact.relation == "term":
        return _term(subject)
    if fact.relation == "question":
        return _as_asked(subject)
    relation = _RELATION.match(fact.relation)
    if relation is None:
        return _qualified(_attribute(fact, subject), qualifier)
    before, wh, after = relation.groups()
    if after == "입니다" and not before.strip():
        return _qualified(_named(subject, wh), qualifier)
    return _qualified(_frame(subject, before, wh, after), qualifier)


def _qualified(phrases: Phrases, qualifier: str) -> Phrases:
    if not qualifier:
        yield from phrases
        return
    for template, text in phrases:
        family = template.split(".")[0]
        if family in ("keyword", "gap"):
            yield template, f"[{qualifier}] {text}" if family == "gap" else f"{qualifier} {text}"
        elif family in ("embedded", "request"):
            yield template, f"{qualifier}에 관한 질문입니다. {text}"
        else:
            yield template, f"{qualifier}: {text}"


def _named(subject: str, wh: str) -> Phrases:
    """The subject is what is asked for: "환불 처리 기간은 며칠입니까?" """
    topic = particle(subject, "은", "는")
    yield "direct.formal", f"{topic} {wh}입니까?"
    yield "direct.polite", f"{topic} {wh}인가요?"
    yield "request.object", f"{particle(subject, '을', '를')} 알려 주세요."
    yield "request.say", f"{particle(subject, '을', '를')} 말씀해 주시겠어요?"
    yield "embedded.know", f"{particle(subject, '이', '가')} {wh}인지 알고 싶습니다."
    yield "embedded.tell", f"{particle(subject, '이', '가')} {wh}인지 가르쳐 주세요."
    yield "curious.plain", f"{particle(subject, '이', '가')} 궁금합니다."
    yield "keyword.plain", f"{subject}?"
    yield "keyword.wh", f"{subject} {wh}"
    yield "gap.fill", f"빈칸을 채우세요: {topic} ____입니다."
    yield "about.ask", f"{subject}에 대해 여쭙니다. {wh}인지요?"
    yield "casual.plain", f"{subject}, {wh}예요?" if wh[-1] not in "엇은인" else f"{subject}, {wh}이에요?"
    yield "fronted.wh", f"{wh}입니까, {topic}?"


_CLAUSE = re.compile(
    r"(?:려면|위해|위해서|위해서는|때|때는|때마다|경우|경우에는|하여|해|면|통해|전에|후에|에는|에서는)$"
)
_MARK = re.compile(r"^(?P<mark>에는|으로는|로는|에서는|을|의)(?: |$)")
_OPEN_CASE = {
    "을": "을(를)",
    "를": "을(를)",
    "으로": "(으)로",
    "로": "(으)로",
    "이": "이(가)",
    "가": "이(가)",
}


def _gap_after(wh: str, after: str) -> str:
    """What follows the gap, with a particle that doesn't tell the answer's last sound."""
    case = re.match(r"(을|를|으로|로)(?= )", after)
    if case and wh == "무엇":
        return _OPEN_CASE[case.group()] + after[case.end() :]
    tail = re.search(r"(을|으로|이)$", wh)
    return (_OPEN_CASE[tail.group()] if tail and wh.startswith("무엇") else "") + after


def _frame(subject: str, before: str, wh: str, after: str) -> Phrases:
    mark = _MARK.match(before)
    if mark or _CLAUSE.search(subject):
        suffix = mark.group("mark") if mark else ""
        if suffix in ("으로는", "로는"):
            opening = particle(subject, "으로", "로") + "는"
        else:
            opening = particle(subject, "을", "를") if suffix == "을" else subject + suffix
        before = before[mark.end() :] if mark else before
        yield from _opened(subject, opening, before, wh, after)
        return
    endings = question_endings(after) if after else None
    topic = particle(subject, "은", "는")
    bare = re.sub(r"(?:은|는|이|가|을|를|의)$", "", before.strip())
    if endings:
        formal, polite, embedded = endings
        yield "direct.formal", f"{topic} {before}{wh}{formal}?"
        yield "direct.polite", f"{topic} {before}{wh}{polite}?"
        if embedded:
            yield "embedded.tell", f"{particle(subject, '이', '가')} {before}{wh}{embedded} 알려 주세요."
            yield "embedded.know", f"{topic} {before}{wh}{embedded} 알고 싶습니다."
            yield "curious.plain", f"{before}{wh}{embedded} 궁금합니다, {topic}요."
        yield "about.ask", f"{subject}에 대해 여쭙니다. {before}{wh}{polite}?"
        yield "fronted.wh", f"{before}{wh}{formal}, {topic}?"
    yield "keyword.plain", f"{subject} {bare} {wh}?"
    yield "keyword.first", f"{wh}? {subject} {bare}".strip()
    gap = _gap_after(wh, after)
    yield "gap.fill", f"빈칸을 채우세요: {topic} {before}____{gap}."
    yield "gap.what", f"‘{topic} {before}____{gap}.’ 빈칸에 들어갈 말은 무엇입니까?"


def _opened(subject: str, opening: str, before: str, wh: str, after: str) -> Phrases:
    """A question that opens with a clause or a marked noun: "화면을 나누려면 무엇을 사용해야 합니까?" """
    endings = question_endings(after.strip())
    said = f"{before}{wh}{after}"[: len(f"{before}{wh}{after}") - len(after.strip())]
    if endings:
        formal, polite, embedded = endings
        yield "direct.formal", f"{opening} {said}{formal}?"
        yield "direct.polite", f"{opening} {said}{polite}?"
        yield "fronted.wh", f"{said}{formal}, {opening}?"
        yield "about.ask", f"여쭤볼 것이 있습니다. {opening} {said}{polite}?"
        if embedded:
            yield "embedded.tell", f"{opening} {said}{embedded} 알려 주세요."
            yield "embedded.know", f"{opening} {said}{embedded} 알고 싶습니다."
            yield "curious.plain", f"{said}{embedded} 궁금합니다. {opening}요."
            yield "answer.short", f"짧게 답해 주세요: {opening} {said}{embedded}."
    yield "keyword.plain", f"{opening} {before}{wh}?"
    gap = _gap_after(wh, after)
    yield "gap.fill", f"빈칸을 채우세요: {opening} {before}____{gap}."
    yield "gap.what", f"‘{opening} {before}____{gap}.’ 빈칸에 들어갈 말은 무엇입니까?"


def _attribute(fact: FactDraft, row: str) -> Phrases:
    noun = re.sub(r"\s*\([^()]*\)$", "", fact.relation)
    wh = ko_wh(fact.answer)
    topic = particle(noun, "은", "는")
    yield "direct.formal", f"{row}의 {topic} {wh}입니까?"
    yield "direct.polite", f"{row}의 {topic} {wh}인가요?"
    yield "request.object", f"{row}의 {particle(noun, '을', '를')} 알려 주세요."
    yield "request.say", f"{row} {particle(noun, '을', '를')} 말씀해 주시겠어요?"
    yield "embedded.know", f"{row}의 {particle(noun, '이', '가')} {wh}인지 알고 싶습니다."
    yield "fronted.case", f"{row}의 경우 {topic} {wh}인가요?"
    yield "curious.plain", f"{row}의 {particle(noun, '이', '가')} 궁금합니다."
    yield "keyword.row", f"{row} {noun}?"
    yield "keyword.column", f"{noun} {row}"
    yield "gap.fill", f"빈칸을 채우세요: {row}의 {topic} ____입니다."
    yield "about.ask", f"{row}에 대해 여쭙니다. {topic} {wh}인지요?"
    if fact.kind == "table":
        yield "table.look", f"표에서 ‘{row}’ 줄의 ‘{fact.relation}’ 칸에는 무엇이 적혀 있습니까?"


def _definition(term: str) -> Phrases:
    yield "direct.formal", f"{particle(term, '이란', '란')} 무엇입니까?"
    yield "direct.polite", f"{particle(term, '은', '는')} 무엇인가요?"
    yield "mean.what", f"{particle(term, '은', '는')} 무슨 뜻입니까?"
    yield "request.explain", f"{particle(term, '을', '를')} 짧게 설명해 주세요."
    yield "embedded.know", f"{particle(term, '이', '가')} 무엇을 말하는지 알고 싶습니다."
    yield "keyword.plain", f"{term} 뜻"
    yield "gap.fill", f"빈칸을 채우세요: {particle(term, '은', '는')} ____을(를) 말합니다."
    yield "curious.plain", f"{term}의 뜻이 궁금합니다."


def _term(description: str) -> Phrases:
    yield "direct.formal", f"{particle(description, '을', '를')} 무엇이라고 합니까?"
    yield "request.word", f"‘{description}’에 해당하는 용어를 알려 주세요."
    yield "keyword.plain", f"{description} 용어?"
    yield "gap.fill", f"빈칸을 채우세요: ____은(는) {description}입니다."


def _as_asked(question: str) -> Phrases:
    text = question if question.endswith("?") else question + "?"
    yield "direct.plain", text
    yield "direct.ask", f"질문이 있습니다. {text}"
    yield "reported.guest", f"손님이 이렇게 묻습니다. “{text}” 뭐라고 답할까요?"
    endings = re.sub(r"(?:합니까|하나요|인가요|입니까|나요|습니까|까요|까|요)\?$", "", text).strip(" ?")
    if len(endings.split()) > 1:
        yield "keyword.plain", endings
