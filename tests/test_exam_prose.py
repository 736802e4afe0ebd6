"""Facts from prose of real documents: short forms, duties, addresses, pronouns, second predicates."""

import pytest
from nightschool.evals.facts import PassageText, extract, wordings
from nightschool.evals.facts.initials import spelled_out


def asked(text: str, heading: str = "Day hire", title: str = "Rentals") -> list[tuple[str, str]]:
    """(plain question, answer) of each fact in `text`."""
    facts = extract(PassageText(text, heading=heading, title=title, language="en")).facts
    return [(wordings(fact)[0].text, fact.answer) for fact in facts]


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        (
            "The General Services Administration (GSA) sends a letter.",
            "What does GSA stand for?",
            "General Services Administration",
        ),
        (
            "Ask the Internal Revenue Service IRS about tax.",
            "What does IRS stand for?",
            "Internal Revenue Service",
        ),
        (
            "To request peripheral equipment, please submit an equipment ticket.",
            "What should I submit to request peripheral equipment?",
            "an equipment ticket",
        ),
        (
            "If you hold a security clearance, you must notify the Security Office.",
            "Whom must I notify if I hold a security clearance?",
            "the Security Office",
        ),
        (
            "Send the completed form to payroll@example.org.",
            "to what address should I send the completed form?",
            "payroll@example.org",
        ),
        (
            "In 1927 a zoological garden was established on the park grounds.",
            "In what year was a zoological garden established on the park grounds?",
            "1927",
        ),
        (
            "The oldest park in Praga was established in 1865 and designed by Jan Dobrowolski.",
            "Who was the oldest park in Praga designed by?",
            "Jan Dobrowolski",
        ),
    ],
)
def test_prose_becomes_question(text: str, question: str, answer: str) -> None:
    assert any(q.lower().endswith(question.lower()) and a == answer for q, a in asked(text)), asked(text)


def test_pronoun_is_its_sentence_before_and_the_citation_holds_both() -> None:
    text = "The Royal Observatory was founded in 1817. It was reopened in April 1991."
    facts = extract(PassageText(text, heading="Sights", title="City")).facts
    (reopened,) = [fact for fact in facts if fact.answer == "April 1991"]
    assert "Royal Observatory" in wordings(reopened)[0].text
    assert reopened.citation == text


@pytest.mark.parametrize(
    "text",
    [
        "It is clear that the fee was paid in 1991.",
        "You must meet a recent work test and a duration work test.",
        "You can set up your travel card at the desk.",
        "Use our planner to find out how you and your family may qualify.",
        "Your benefit is based on the earnings of the person who died.",
        "You can check the rules in GitHub page for more information about edits.",
        "You will need half a dozen ideas for each project.",
        "Adobe Reader provides the ability to sign documents with signatures.",
    ],
)
def test_what_is_not_certain_makes_no_fact(text: str) -> None:
    assert asked(text) == []


def test_pronoun_with_a_rival_stays_unread() -> None:
    found = asked("The museum bought the theatre from the bank. It was reopened in April 1991.")
    assert "April 1991" not in [answer for _, answer in found]


def test_keywords_keep_the_preposition_or_are_not_asked() -> None:
    (fact,) = extract(
        PassageText("Please refer to the Cancellation Policy for more information.", title="Billing")
    ).facts
    assert "I refer for more information?" not in [wording.text for wording in wordings(fact)]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("Email: dpa@example.org", "Telephone"),
        ("Wages: $250,000 total", "Example of the tax credit"),
        ("Centres of Excellence: Jenny Rostami", "Offices"),
        ("Find us on Slack:\n\n- #18F-BD\n- #18F-SME-live-call", "Offices"),
    ],
)
def test_label_that_names_nothing_makes_no_fact(text: str, heading: str) -> None:
    assert asked(text, heading=heading, title="Handbook") == []


def test_initials_spell_the_short_form() -> None:
    assert spelled_out(["by", "the", "Department", "of", "Labor"], "DOL") == "Department of Labor"
    assert spelled_out(["the", "pound", "sterling"], "GBP") == ""


def test_letters_without_a_language_are_counted() -> None:
    text = "$33(1',; 7KLV $SSHQGL[ IRUPV SDUW RI WKH &ODXVHV DQG PXVW EH FRPSOHWHG DQG VLJQHG E\\ WKH SDUWLHV"
    assert extract(PassageText(text, kind="prose")).rejected == {"language": 1}
