"""Tables, lists, key–value lines, questions as asked and contacts → facts."""

from nightschool.evals.facts import FactDraft, PassageText, extract, wordings


def facts(text: str, **more: object) -> list[FactDraft]:
    return extract(PassageText(text, **more)).facts  # type: ignore[arg-type]


ROWS = [
    ["Bike", "Half day", "Deposit", "Note"],
    ["City bike", "12.50 euro", "80 euro", ""],
    ["Cargo bike", "26 euro", "-", "x"],
]
TABLE = "\n".join(" | ".join(row) for row in ROWS)


def test_table_cells() -> None:
    found = facts(TABLE, kind="table", rows=ROWS, heading="Rental prices")
    assert [(fact.subject, fact.relation, fact.answer) for fact in found] == [
        ("City bike (Rental prices)", "Half day", "12.50 euro"),
        ("City bike (Rental prices)", "Deposit", "80 euro"),
        ("Cargo bike (Rental prices)", "Half day", "26 euro"),
    ]
    assert found[0].citation == "City bike | 12.50 euro | 80 euro"
    texts = [wording.text for wording in wordings(found[0])]
    assert "What is the half day price of the city bike (rental prices)?" in texts


def test_empty_cells_are_counted() -> None:
    extraction = extract(PassageText(TABLE, kind="table", rows=ROWS, heading="Rental prices"))
    assert extraction.rejected["empty_cell"] == 3


def test_markdown_table_without_rows_is_read_too() -> None:
    text = "| Bolt | Torque |\n|---|---|\n| Stem bolt | 5 newton metres |\n| Pedal | 36 newton metres |"
    assert [fact.answer for fact in facts(text, kind="table")] == ["5 newton metres", "36 newton metres"]


def test_table_without_unique_rows_or_header_is_turned_away() -> None:
    same = [["Bike", "Price"], ["City", "1 euro"], ["City", "2 euro"]]
    extraction = extract(PassageText("\n".join(" | ".join(row) for row in same), kind="table", rows=same))
    assert extraction.facts == []
    assert extraction.rejected["table_without_key"] == 1
    bare = [["1", "2"], ["3", "4"]]
    extraction = extract(PassageText("1 | 2\n3 | 4", kind="table", rows=bare))
    assert extraction.rejected["table_without_header"] == 1


def test_glossary_table_is_asked_backwards() -> None:
    rows = [
        ["term", "definition"],
        ["Reinsurance", "A reimbursement system that protects insurers from very high claims."],
    ]
    (fact,) = facts("\n".join(" | ".join(row) for row in rows), kind="table", rows=rows)
    assert fact.answer == "Reinsurance"
    assert wordings(fact)[0].text == (
        "What is the term for a reimbursement system that protects insurers from very high claims?"
    )


def test_list_with_introduction() -> None:
    text = "The day-hire fee includes:\n- a helmet\n- a lock\n- a repair kit"
    (fact,) = facts(text, kind="list")
    assert fact.kind == "list"
    assert fact.answer == "a helmet; a lock; a repair kit"
    assert fact.citation == text
    assert wordings(fact)[0].text == "What does the day-hire fee include?"


def test_list_inside_a_sentence() -> None:
    (fact,) = facts("There are 4 categories of Marketplace plans: Bronze, Silver, Gold, and Platinum.")
    assert fact.answer == "Bronze; Silver; Gold; Platinum"


def test_long_lists_are_turned_away() -> None:
    text = "The shop sells:\n" + "\n".join(f"- thing number {letter}" for letter in "abcdefghij")
    extraction = extract(PassageText(text, kind="list"))
    assert extraction.facts == []
    assert extraction.rejected["list_length"] == 1


def test_key_value_lines() -> None:
    found = facts(
        "Day-hire deposit: 95 euro\nContact for refunds: Ruth Amsel\nNote: ask first",
        kind="key_value",
        heading="Prices",
    )
    assert [(fact.subject, fact.relation, fact.answer) for fact in found] == [
        ("the day-hire deposit", "is {what}", "95 euro"),
        ("the contact for refunds", "is {who}", "Ruth Amsel"),
    ]


def test_date_of_update_belongs_to_the_page() -> None:
    (fact,) = facts("Last updated: June 8, 2023", title="Cancellation policy")
    assert (fact.subject, fact.answer) == ("the cancellation policy", "June 8, 2023")
    assert wordings(fact)[0].text == "When was the cancellation policy last updated?"


def test_question_as_asked() -> None:
    text = "How far ahead can I book a rental bike?\nTen months."
    (fact,) = facts(text, kind="faq", rows=[["How far ahead can I book a rental bike?", "Ten months."]])
    assert (fact.kind, fact.answer, fact.citation) == ("faq", "Ten months", text)
    assert "Tell me how far ahead I can book a rental bike." in [wording.text for wording in wordings(fact)]


def test_half_an_answer_is_none() -> None:
    question, answer = "How do I return a bike?", "Ride to the counter. Then hand in the key and the lock."
    extraction = extract(PassageText(f"{question}\n{answer}", kind="faq", rows=[[question, answer]]))
    assert extraction.facts == []
    assert extraction.rejected["half_an_answer"] == 1


def test_contact_of_the_page() -> None:
    (fact,) = facts(
        "For questions write to privacy@harrowvale.example at any time.", heading="Privacy policy"
    )
    assert (fact.kind, fact.subject, fact.answer) == (
        "contact",
        "Privacy policy",
        "privacy@harrowvale.example",
    )


def test_two_addresses_are_no_contact() -> None:
    extraction = extract(
        PassageText("Write to a@firm.example or to b@firm.example now.", heading="Privacy policy")
    )
    assert extraction.facts == []
    assert extraction.rejected["several_contacts"] == 1


def test_list_of_what_you_need() -> None:
    (fact,) = facts("To hire a cargo bike you need:\n- an identity card\n- a bank card", kind="list")
    assert wordings(fact)[0].text == "What do I need to hire a cargo bike?"
    assert facts("For web applications:\n- an identity card\n- a bank card", kind="list") == []
