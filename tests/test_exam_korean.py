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


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        (
            "실제 HTML을 출력하려면 v-html 디렉티브를 사용해야 합니다:",
            "무엇을 사용해야 합니까?",
            "v-html 디렉티브",
        ),
        ("Options API에서는 상태를 선언하기 위해 data 옵션을 사용합니다.", "무엇을 사용합니까?", "data 옵션"),
        ("반응형 상태를 변경하면 DOM이 자동으로 업데이트됩니다.", "무엇이 자동으로 업데이트됩니까?", "DOM"),
        (
            "`v-bind` 디렉티브는 속성을 갱신하는 데 사용됩니다.",
            "무엇을 하는 데 사용됩니까?",
            "속성을 갱신하는 데",
        ),
        ("행동강령은 참가자의 행동에 대한 기대치를 정하는 문서입니다.", "행동강령이란 무엇입니까?", "문서"),
        ("BDFL은 “자비로운 종신독재자”의 약자입니다.", "BDFL은 무엇의 약자입니까?", "자비로운 종신독재자"),
        ("VitePress는 두 가지 SSG 방식을 지원합니다.", "몇 가지 SSG 방식을 지원합니까?", "두 가지"),
        (
            "일반적인 기여의 28%는 문서 작업에 해당합니다.",
            "기여의 몇 퍼센트가 문서 작업에 해당합니까?",
            "28%",
        ),
        (
            "요청은 서버 사이드 렌더링(SSR)에서 처리되지 않습니다.",
            "서버 사이드 렌더링의 약어는 무엇입니까?",
            "SSR",
        ),
        (
            "Cypress는 Chromium, Firefox, Electron을 지원합니다.",
            "Cypress는 무엇을 지원합니까?",
            "Chromium; Firefox; Electron",
        ),
    ],
)
def test_prose_of_manuals(text: str, question: str, answer: str) -> None:
    (fact,) = extract(PassageText(text, heading="개발 안내서", title="개발 안내서", language="ko")).facts
    assert fact.answer.endswith(answer)
    found = wordings(fact)
    assert any(question in wording.text for wording in found)
    assert len({wording.family for wording in found}) >= 6
    assert all(item in fact.citation.replace("`", "") for item in fact.answer.split("; "))


@pytest.mark.parametrize(
    "text",
    [
        "foo와 bar는 정적입니다.",
        "설계는 유연성을 위해 의도적으로 저수준입니다.",
        "이를 해결하려면 v-html 디렉티브를 사용해야 합니다.",
        "오픈소스는 문제를 해결할 수 있는 멋진 용어입니다.",
        "`<Transition>`을 쓰려면 `<Teleport>` 안에 name 속성을 사용해야 합니다.",
        "컨퍼런스는 기회를 제공합니다.",
    ],
)
def test_no_fact_where_the_sentence_is_open(text: str) -> None:
    assert extract(PassageText(text, heading="개발 안내서", title="개발 안내서", language="ko")).facts == []


def test_a_gap_hides_which_particle_the_answer_takes() -> None:
    (fact,) = extract(PassageText("화면을 나누려면 grid 속성을 사용해야 합니다.", language="ko")).facts
    gaps = [wording.text for wording in wordings(fact) if wording.family == "gap"]
    assert gaps
    assert all("____을(를)" in gap for gap in gaps)


@pytest.mark.parametrize(
    ("word", "topic", "means"),
    [
        ("git", "git은", "git으로"),
        ("URL", "URL은", "URL로"),
        ("API", "API는", "API로"),
        ("서울", "서울은", "서울로"),
        ("3", "3은", "3으로"),
        ("Docker", "Docker는", "Docker로"),
        ("집", "집은", "집으로"),
    ],
)
def test_particles_after_latin_words_and_digits(word: str, topic: str, means: str) -> None:
    assert particle(word, "은", "는") == topic
    assert particle(word, "으로", "로") == means
