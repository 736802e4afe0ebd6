"""Korean sentences, lines and tables → facts and questions."""

import pytest
from nightschool.evals.facts import PassageText, extract, wordings
from nightschool.evals.facts.korean import particle, question_endings


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("환불 처리 기간은 영업일 5일입니다.", "환불 처리 기간은 며칠입니까?", "영업일 5일"),
        ("교환 배송비는 왕복 6,000원입니다.", "교환 배송비는 얼마입니까?", "왕복 6,000원"),
        ("부산 지점의 지점장은 김도윤입니다.", "부산 지점의 지점장은 누구입니까?", "김도윤"),
        (
            "부산 지점은 2021년 9월 14일에 문을 열었습니다.",
            "부산 지점은 언제 문을 열었습니까?",
            "2021년 9월 14일",
        ),
        ("대표 전화는 051-555-0142입니다.", None, "051-555-0142"),
        (
            "매장에서 산 물건은 13일 안에 환불하실 수 있습니다.",
            "매장에서 산 물건은 며칠 안에 환불하실 수 있습니까?",
            "13일",
        ),
        ("적립금 비율은 구매 금액의 3퍼센트입니다.", None, "구매 금액의 3퍼센트"),
        ("문의 전화는 오전 10시 30분부터 받습니다.", "문의 전화는 몇 시부터 받습니까?", "오전 10시 30분"),
    ],
)
def test_statement(text: str, question: str | None, answer: str) -> None:
    (fact,) = extract(PassageText(text, heading="안내", title="부산 지점 안내", language="ko")).facts
    assert fact.answer == answer
    assert fact.language == "ko"
    if question is not None:
        assert question in [wording.text.split(": ")[-1] for wording in wordings(fact)]


@pytest.mark.parametrize(
    "text",
    [
        "이것은 5,000원입니다.",
        "헬멧은 환불되지 않습니다.",
        "그 기간은 10일이 아닙니다.",
        "얼마나 걸립니까?",
        "너무 복잡한 기준은 장벽을 높입니다.",
    ],
)
def test_negative(text: str) -> None:
    assert extract(PassageText(text, heading="안내", title="부산 지점 안내", language="ko")).facts == []


def test_lines_and_table() -> None:
    text = "평일 영업 시간: 10:30부터 20:00까지\n환불 담당자: 최하은"
    assert [fact.relation for fact in extract(PassageText(text, kind="key_value")).facts] == [
        "{언제}입니다",
        "{누구}입니다",
    ]
    rows = [["수리 항목", "가격"], ["기본 점검", "25000원"], ["체인 교체", "35000원"]]
    table = extract(PassageText("\n".join(" | ".join(row) for row in rows), kind="table", rows=rows)).facts
    assert wordings(table[0])[0].text == "기본 점검의 가격은 얼마입니까?"


@pytest.mark.parametrize(
    ("stated", "formal", "polite", "embedded"),
    [
        ("걸립니다", "걸립니까", "걸리나요", "걸리는지"),
        ("받습니다", "받습니까", "받나요", "받는지"),
        ("입니다", "입니까", "인가요", "인지"),
        ("걸린다", "걸립니까", "걸리나요", "걸리는지"),
        ("있다", "있습니까", "있나요", "있는지"),
    ],
)
def test_endings(stated: str, formal: str, polite: str, embedded: str) -> None:
    assert question_endings(stated) == (formal, polite, embedded)


def test_particles_follow_the_last_sound() -> None:
    assert particle("요금", "은", "는") == "요금은"
    assert particle("주소", "은", "는") == "주소는"
