"""English sentences → facts and their plain question."""

import pytest
from nightschool.evals.facts import PassageText, extract, wordings


def asked(text: str, heading: str = "Day hire", title: str = "Rentals") -> list[tuple[str, str]]:
    """(plain question, answer) of each fact in `text`."""
    facts = extract(PassageText(text, heading=heading, title=title, language="en")).facts
    return [(wordings(fact)[0].text, fact.answer) for fact in facts]


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        (
            "Refunds are paid within 14 days of the return.",
            "Within how many days of the return are refunds paid?",
            "14 days",
        ),
        (
            "A lost key for a day-hire lock costs 21 euro.",
            "How much does a lost key for a day-hire lock cost?",
            "21 euro",
        ),
        ("The lunch break lasts 45 minutes.", "How long does the lunch break last?", "45 minutes"),
        (
            "The summer timetable starts on 30 March 2026.",
            "When does the summer timetable start?",
            "30 March 2026",
        ),
        (
            "The Royal University was established in 1816.",
            "In what year was the Royal University established?",
            "1816",
        ),
        (
            "Guests of the campsite pay 11 percent less.",
            "What percentage less do guests of the campsite pay?",
            None,
        ),
        ("The yard gate opens at 8:20.", "At what time does the yard gate open?", "8:20"),
        (
            "Members can borrow up to three bikes at a time.",
            "Up to how many bikes can members borrow at a time?",
            "three",
        ),
        ("A chain should be cleaned every 300 kilometres.", None, None),
        (
            "The torque wrench is tested every 8 months.",
            "How often is the torque wrench tested?",
            "every 8 months",
        ),
        (
            "In 2014, the fee for uninsured children was $47.50.",
            "How much was the fee for uninsured children in 2014?",
            "$47.50",
        ),
        ("The workshop is led by Marta Oyelaran.", None, "Marta Oyelaran"),
        ("Marta Oyelaran leads the workshop team.", "Who leads the workshop team?", "Marta Oyelaran"),
        ("The deputy for opening is Tobias Vale.", "Who is the deputy for opening?", "Tobias Vale"),
        ("Our chain cleaner is called Citrus Nine.", "What is your chain cleaner called?", "Citrus Nine"),
        (
            "The heating of the shop is set to 19 degrees.",
            "How many degrees is the heating of the shop set to?",
            "19 degrees",
        ),
        (
            "The railway station is 650 metres from the shop.",
            "How many metres from the shop is the railway station?",
            None,
        ),
        ("The bell for the ramp is white.", "What colour is the bell for the ramp?", "white"),
        ("The day book lies beside the phone.", None, "beside the phone"),
        ("The test ride is 1.2 kilometres long.", "How long is the test ride?", "1.2 kilometres"),
        (
            "The phone line is open from 9:45 to 16:15.",
            "During what hours is the phone line open?",
            "9:45 to 16:15",
        ),
        ("The main light switch is in the tall grey cupboard.", None, "the tall grey cupboard"),
    ],
)
def test_statement_becomes_question(text: str, question: str | None, answer: str | None) -> None:
    found = asked(text)
    if question is not None and answer is not None:
        assert any(
            q.endswith(question) or q.lower().endswith(question.lower()) for q, a in found if a == answer
        ), found
    elif answer is not None:
        assert answer in [a for _, a in found], found


@pytest.mark.parametrize(
    "text",
    [
        "It costs 20 euro a day.",
        "This fee is 20 euro.",
        "They must be returned within 3 days.",
        "The fee is not 20 euro.",
        "How much is the fee of 20 euro?",
        "For example, a family of 4 may earn $94,000.",
        "Children who are under 12 years pay 5 euro.",
        "The following prices are 20 euro.",
        "You can't cancel within 24 hours.",
        "The fee is 20 euro or 30 euro.",
        "The hire costs between 20 and 30 euro or more.",
        "However, the above limit is 30 minutes.",
    ],
)
def test_what_is_not_safe_makes_no_fact(text: str) -> None:
    extraction = extract(PassageText(text, heading="Day hire", title="Rentals", language="en"))
    assert extraction.facts == []
    assert sum(extraction.rejected.values()) > 0 or text.endswith("?")


def test_generic_subject_gets_its_heading() -> None:
    (fact,) = extract(PassageText("The fee is 20 euro.", heading="Late return", title="Rentals")).facts
    assert fact.subject == "the fee (Late return)"
    assert all("late return" in wording.text.lower() for wording in wordings(fact))


def test_generic_subject_without_context_is_turned_away() -> None:
    extraction = extract(PassageText("The fee is 20 euro."))
    assert extraction.facts == []
    assert extraction.rejected["not_self_contained"] == 1


def test_the_asker_speaks_of_themselves() -> None:
    ((question, answer),) = asked(
        "You must file your internal appeal within 180 days of receiving our notice."
    )
    assert question.endswith(
        "Within how many days of receiving your notice must I file my internal appeal?"
    ) or (
        question.lower().endswith(
            "within how many days of receiving your notice must i file my internal appeal?"
        )
    )
    assert answer == "180 days"


def test_condition_in_front_stays_in_the_question() -> None:
    ((question, answer),) = asked(
        "If you were born after 1928, you need 40 credits to qualify for retirement."
    )
    assert "if I was born after 1928" in question
    assert answer == "40"


def test_definitions() -> None:
    ((question, answer),) = asked("A half-day hire is a hire of up to four hours.")
    assert (question, answer) == ("What is a half-day hire?", "a hire of up to four hours")
    long = "A grievance is a complaint that you communicate to the insurer or to the plan in writing."
    ((question, answer),) = asked(long)
    assert question.startswith("What is the term for a complaint")
    assert answer == "grievance"


def test_other_languages_are_counted_not_read() -> None:
    extraction = extract(
        PassageText("La multa que pagará es el 1% de su ingreso anual en el 2014.", language="es")
    )
    assert extraction.facts == []
    assert extraction.rejected == {"language": 1}
