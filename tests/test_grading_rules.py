"""The rule grader beyond attacks: numbers, lists, explanations, refusals, and any text at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightschool.evals.grading.base import LABELS, Case
from nightschool.evals.grading.lists import items_of
from nightschool.evals.grading.normalise import fold, key_of, without_particle, words
from nightschool.evals.grading.numerals import to_digits
from nightschool.evals.grading.precision import RULES
from nightschool.evals.grading.quantities import find_quantities, same
from nightschool.evals.grading.rules import RuleGrader

GRADER = RuleGrader()


def label(reference, answer, kind="short", question="What is it?"):
    references = (reference,) if isinstance(reference, str) else tuple(reference)
    return GRADER.grade(Case(question, kind, references, answer)).label


def quantities(text):
    return find_quantities(to_digits(fold(text)))


EQUAL = [
    ("12,000", "12000", "1만 2천", "twelve thousand", "12 thousand"),
    ("9:00", "9 am", "9:00 a.m.", "오전 9시", "09:00"),
    ("18:00", "6 pm", "오후 6시", "6:00 PM", "저녁 6시"),
    ("3 November 2026", "2026-11-03", "November 3rd, 2026", "2026년 11월 3일", "03/11/2026", "3 Nov 2026"),
    ("€18", "18 euros", "EUR 18", "18.00 €", "eighteen euros", "18유로"),
    ("$1.5 million", "1,500,000 dollars", "USD 1500000"),
    ("12,000원", "12,000 won", "KRW 12000", "1만2천 원", "₩12,000"),
    ("12%", "12 percent", "twelve per cent", "12퍼센트", "12.0 %"),
    ("2 weeks", "14 days", "a fortnight", "2주", "14일"),
    ("90 minutes", "1.5 hours", "1 hour 30 minutes", "1시간 30분", "an hour and a half"),
    ("12 months", "1 year", "12개월", "1년"),
    ("1 km", "1000 m", "1,000 metres"),
    ("twenty-one", "21", "21.0"),
    ("noon", "12 pm", "정오", "12:00"),
]


@pytest.mark.parametrize("forms", EQUAL, ids=lambda forms: forms[0])
def test_the_same_amount_is_the_same_in_every_form(forms):
    for a in forms:
        for b in forms:
            [first], [second] = quantities(a), quantities(b)
            assert same(first, second), (a, b)


DIFFERENT = [
    ("12,000", "12"),
    ("9 am", "9 pm"),
    ("€18", "$18"),
    ("12%", "12 days"),
    ("5 days", "5 business days"),
    ("5 months", "5 minutes"),
    ("3 November", "11 March"),
    ("2026", "2025"),
    ("오전 9시", "오후 9시"),
    ("1만 2천", "1만 3천"),
]


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_different_amounts_differ(a, b):
    [first], [second] = quantities(a), quantities(b)
    assert not same(first, second)


@given(st.integers(0, 10**12))
def test_separators_do_not_change_a_number(n):
    [plain], [marked] = quantities(str(n)), quantities(f"{n:,}")
    assert plain.value == marked.value == n


@given(st.integers(0, 23), st.integers(0, 59))
def test_clock_times_agree_in_12_and_24_hours(hour, minute):
    half = "am" if hour < 12 else "pm"
    [first], [second] = (
        quantities(f"{hour}:{minute:02d}"),
        quantities(f"{hour % 12 or 12}:{minute:02d} {half}"),
    )
    assert same(first, second)


@given(st.dates())
def test_dates_agree_in_words_and_digits(day):
    if day.year >= 1000:
        [words_], [digits] = quantities(f"{day:%B} {day.day}, {day.year}"), quantities(day.isoformat())
        korean = quantities(f"{day.year}년 {day.month}월 {day.day}일")
        assert same(words_, digits)
        assert same(korean[0], digits)


@given(
    st.text(), st.text(), st.text(), st.sampled_from(["short", "number", "list", "unanswerable", "yes_no"])
)
def test_any_text_gets_a_label(question, reference, answer, kind):
    grade = GRADER.grade(Case(question, kind, (reference,), answer))
    assert grade.label in LABELS
    assert (grade.probability is None) == (grade.label == "ungraded")
    assert grade.reason


@given(st.text(alphabet="abcdefg 0123456789.,:%€$-가나다일시원월", max_size=40))
def test_a_reference_that_is_the_whole_answer_is_never_wrong(text):
    if words(text).keys and len(items_of(text)) == 1:
        assert label(text, text) in ("correct", "ungraded")


def test_case_articles_punctuation_and_accents_do_not_count():
    assert label("The Röntgen Prize", "the rontgen prize!!") == "correct"
    assert label("city bikes", "City bike.") == "correct"
    assert label("U.S. dollars", "US dollars") == "correct"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("bread, milk and eggs", "correct"),
        ("Eggs; milk; bread", "correct"),
        ("- milk\n- bread\n- eggs", "correct"),
        ("They are bread, eggs and milk.", "correct"),
        ("bread and milk", "partial"),
        ("bread, milk, eggs, wine", "partial"),
        ("bread, wine, beer, rum, gin", "incorrect"),
        ("wine and beer", "incorrect"),
        ("bread, milk, eggs, wine, beer, rum, gin, ale", "incorrect"),
        ("I don't know", "refused"),
    ],
)
def test_lists_are_graded_item_by_item(answer, expected):
    assert label("bread, milk and eggs", answer, "list", "What is on the list?") == expected


def test_korean_lists():
    assert label("빵, 우유, 달걀", "우유, 달걀, 빵", "list") == "correct"
    assert label("빵, 우유, 달걀", "빵과 우유입니다", "list") == "partial"


EXPLANATION = "Because the brakes must be tested after every repair before the bike is handed back"


def test_explanations_are_never_guessed():
    assert label(EXPLANATION, EXPLANATION + ".") == "correct"
    assert label(EXPLANATION, "The brakes have to be checked when a repair is done.") == "ungraded"
    assert label(EXPLANATION, "Bananas.") == "ungraded"
    assert label(EXPLANATION, "I don't know.") == "refused"


@pytest.mark.parametrize(
    "answer", ["I don't know", "The documents do not say.", "모르겠습니다.", "알 수 없습니다."]
)
def test_declining_is_right_where_nothing_answers(answer):
    assert label((), answer, "unanswerable") == "correct"
    assert label("25 days", answer) == "refused"


def test_answering_the_unanswerable_is_wrong():
    assert label((), "It is 25 days.", "unanswerable") == "incorrect"
    assert label((), "", "unanswerable") == "incorrect"


@pytest.mark.parametrize(
    ("reference", "answer", "expected"),
    [
        ("Yes", "Yes, it is.", "correct"),
        ("Yes", "No.", "incorrect"),
        ("no", "No, never on Sundays", "correct"),
        ("No", "Yes", "incorrect"),
        ("네", "네, 가능합니다.", "correct"),
        ("아니요", "아닙니다. 5,000원입니다.", "correct"),
        ("Yes", "It depends on the day", "ungraded"),
    ],
)
def test_yes_and_no(reference, answer, expected):
    assert label(reference, answer, "yes_no", "Is it allowed?") == expected


CHOICE = "How long is the return period?\nA) 14 days\nB) 114 days\nC) 3 weeks\nD) a year"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("A", "correct"),
        ("a)", "correct"),
        ("A) 14 days", "correct"),
        ("The answer is A.", "correct"),
        ("정답은 A입니다", "correct"),
        ("14 days", "correct"),
        ("It is 14 days.", "correct"),
        ("B", "incorrect"),
        ("114 days", "incorrect"),
        ("(C)", "incorrect"),
        ("a year", "incorrect"),
        ("A or B", "incorrect"),
        ("A) 14 days\nB) 114 days", "incorrect"),
        ("I don't know.", "refused"),
        ("A good question, but I don't know.", "refused"),
    ],
)
def test_a_choice_is_read_by_its_letter_or_its_words(answer, expected):
    case = Case(CHOICE, "choice", ("A", "14 days"), answer, "within 14 days")
    grade = RuleGrader().grade(case)
    assert grade.label == expected, grade.reason


def test_partly_right():
    assert label("3 November 2026", "2026", "date") == "partial"
    assert label("the south entrance", "the entrance") == "partial"


def test_any_reference_will_do():
    assert label(("Jun Lee", "J. Lee"), "It is J. Lee") == "correct"
    assert label(("602", "480"), "602 and 480", "number") == "correct"


def test_nothing_to_compare_with_is_ungraded():
    assert label(("", "  "), "25 days") == "ungraded"


def test_keys_and_particles():
    assert [key_of(t) for t in ("bikes", "companies", "boss's", "12.50", "buses", "glass")] == [
        "bike", "company", "boss", "12.5", "buse", "glass",
    ]  # fmt: skip
    assert [without_particle(w) for w in ("서울에서", "김민지입니다", "은")] == ["서울", "김민지", "은"]


def test_every_rule_in_the_table_is_sound():
    for name, rule in RULES.items():
        assert rule.label in LABELS, name
        assert 0 <= rule.probability <= 1, name


def test_reasons_name_the_rule_and_quote_the_answer():
    reason = GRADER.grade(Case("How long?", "number", ("25 days",), "It is 25 days.")).reason
    assert reason == "number: “25 days”"


@pytest.mark.parametrize(
    ("reference", "answer", "expected"),
    [
        ("5일", "닷새입니다", "correct"),
        ("두 곳", "둘입니다", "correct"),
        ("4개", "넷이에요", "correct"),
        ("10일 이내", "열흘 이내입니다", "correct"),
        ("3일", "나흘", "incorrect"),
        ("3", "둘입니다", "incorrect"),
        ("2", "하나입니다", "incorrect"),
    ],
)
def test_korean_counting_words(reference, answer, expected):
    assert label(reference, answer, kind="number", question="몇입니까?") == expected


def test_a_counting_word_inside_another_word_is_no_number():
    assert to_digits("하루종일") == "하루종일"
    assert to_digits("하나뿐인 가게") == "하나뿐인 가게"
