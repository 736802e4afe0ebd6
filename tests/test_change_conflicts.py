"""Documents against each other: which facts contradict, which edition holds, what a document says of itself."""

import pytest
from nightschool.corpus.settings import CorpusSettings
from nightschool.evals.change.conflicts import Claim, ConflictPolicy, find_conflicts, is_template, settle
from nightschool.evals.change.editions import Edition, read_edition


def claim(
    number: int,
    asked: str,
    answer: str,
    kind: str = "duration",
    *,
    key: str = "",
    document_id: int | None = None,
    path: str = "",
    citation: str = "",
) -> Claim:
    subject, _, relation = asked.partition(" | ")
    return Claim(
        number,
        key or asked,
        kind,
        subject,
        relation,
        answer,
        citation or f"{subject} {relation} {answer}.",
        number if document_id is None else document_id,
        path or f"{number}.md",
    )


GRACE = "the grace period for a late return | is {how long}"


def test_a_reworded_subject_is_found() -> None:
    conflicts = find_conflicts(
        [
            claim(1, GRACE, "25 minutes"),
            claim(2, "the late-return grace period | is {how long}", "30 minutes"),
        ]
    )
    assert [(conflict.kind, len(conflict.sides)) for conflict in conflicts] == [("contradiction", 2)]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        # the same value in another spelling
        (claim(1, GRACE, "25 minutes"), claim(2, GRACE, "twenty-five minutes")),
        # another subject, told by its qualifier
        (
            claim(1, "the deadline (Ohio) | is {when}", "1 May 2024", "date"),
            claim(2, "the deadline (Texas) | is {when}", "1 June 2024", "date"),
        ),
        # another thing is asked, though the rest is the same
        (
            claim(1, "you | can receive {how many hours of award leave}", "80 hours", key="k"),
            claim(2, "you | can receive {how many weeks of parental leave}", "two weeks", key="k"),
        ),
        # two values of different kinds
        (
            claim(1, "the key | costs {what}", "21 euro", "money"),
            claim(2, "the key | costs {what}", "2 days"),
        ),
        # a single word may mean anything
        (
            claim(1, "fee | is", "2 euro", "money", key="a"),
            claim(2, "the fee | is", "3 euro", "money", key="b"),
        ),
        # one document says two things on one subject in two ways
        (
            claim(1, "the rent of a bike | is {how much}", "400 euro", "money", key="a", document_id=9),
            claim(2, "the bike rent | is {how much}", "500 euro", "money", key="b", document_id=9),
        ),
    ],
)
def test_no_conflict(one: Claim, two: Claim) -> None:
    assert [
        conflict.kind for conflict in find_conflicts([one, two]) if conflict.kind == "contradiction"
    ] == []


@pytest.mark.parametrize(
    ("asked", "answers", "kind"),
    [
        ("Vue | definition", ("a community project", "a framework for user interfaces"), "definition"),
        ("AWS | stands for {what}", ("Alternate Work Schedule", "Amazon Web Services"), "name"),
        ("San Francisco | e-mail address", ("desk@sf.example.com", "locks@sf.example.com"), "contact"),
    ],
)
def test_several_descriptions_are_no_contradiction(asked: str, answers: tuple[str, str], kind: str) -> None:
    cited = ("Write to x for a key", "Lockers are given out by y, floor two")
    claims = [
        claim(n, asked, answer, kind, citation=f"{cited[n]} {answer}") for n, answer in enumerate(answers)
    ]
    assert [conflict.kind for conflict in find_conflicts(claims)] == ["descriptions"]


def sides(*dated: tuple[str, Edition]) -> tuple[list[Claim], dict[int, Edition]]:
    claims = [claim(n, GRACE, answer, path=f"{n}/{answer}.md") for n, (answer, _) in enumerate(dated)]
    return claims, {n: edition for n, (_, edition) in enumerate(dated)}


def settled(policy: ConflictPolicy, *dated: tuple[str, Edition]) -> tuple[str | None, str]:
    claims, editions = sides(*dated)
    (conflict,) = find_conflicts(claims)
    place, why = settle(conflict, policy, editions.__getitem__)
    return (conflict.sides[place][0].answer if place is not None else None), why


OLD, NEW = Edition((2021, 3, 1), "dated"), Edition((2024, None, None), "last updated")
NEWEST = ConflictPolicy(newest=True)


def test_without_a_policy_it_stays_open() -> None:
    assert settled(ConflictPolicy(), ("25 minutes", OLD), ("30 minutes", NEW))[0] is None


def test_the_newest_holds_where_every_side_has_a_date() -> None:
    assert settled(NEWEST, ("25 minutes", OLD), ("30 minutes", NEW))[0] == "30 minutes"
    assert settled(NEWEST, ("25 minutes", OLD), ("30 minutes", Edition()))[0] is None
    assert settled(NEWEST, ("25 minutes", OLD), ("30 minutes", OLD))[0] is None


def test_dates_that_can_not_be_put_in_order_settle_nothing() -> None:
    assert settled(NEWEST, ("25 minutes", Edition((2024, 3, None), "dated")), ("30 minutes", NEW))[0] is None


def test_what_says_that_it_is_out_of_date_never_wins() -> None:
    out = Edition((2030, 1, 1), "dated", "", "SUPERSEDED by policy 12")
    for policy in (ConflictPolicy(), NEWEST, ConflictPolicy(prefer=("0/*",))):
        assert settled(policy, ("25 minutes", out), ("30 minutes", OLD))[0] == "30 minutes"
    assert settled(NEWEST, ("25 minutes", out), ("30 minutes", out))[0] is None


def test_preferred_paths_decide_in_order() -> None:
    policy = ConflictPolicy.of(CorpusSettings(prefer=["law/*", "1/*"], conflicts="newest"))
    assert settled(policy, ("25 minutes", OLD), ("30 minutes", OLD))[0] == "30 minutes"
    assert (
        settled(ConflictPolicy(prefer=("0/*",)), ("25 minutes", OLD), ("30 minutes", NEW))[0] == "25 minutes"
    )


@pytest.mark.parametrize(
    ("text", "shown", "says"),
    [
        ("# Fees\n\nLast updated: April 13, 2020\n\nThe fee is 5 euro.", "2020-04-13", "last updated"),
        ("Effective date: 1 January 2024. Issued 3 May 2023.", "2024-01-01", "in force"),
        ("This policy is in force from 2024-02-01.", "2024-02-01", "in force"),
        ("Dated 3 May 2023", "2023-05-03", "dated"),
        ("발효일: 2024년 5월 3일", "2024-05-03", "in force"),
        ("최종 수정: 2023년 7월 1일", "2023-07-01", "last updated"),
        ("Stand: 01.03.2024", "2024-03-01", "last updated"),
        ("Revised 03/04/2024", "2024", "last updated"),
        ("The law was signed on March 23, 2010 and was amended on March 30, 2010.", "", ""),
        ("As of 31 March 2008, Sky had 3,393,000 users.", "", ""),
        ("The new fee is effective from 1 March 2024 for students.", "", ""),
        ("Nothing here has a date.", "", ""),
    ],
)
def test_dates_that_a_document_gives_itself(text: str, shown: str, says: str) -> None:
    edition = read_edition(text)
    assert (edition.shown, edition.says) == (shown, says)
    assert edition.obsolete == ""


@pytest.mark.parametrize(
    "note",
    [
        "SUPERSEDED by policy 12",
        "[OBSOLETE]",
        "This document is no longer valid.",
        "This page has been archived.",
        "Status: superseded since 2021",
        "이 문서는 더 이상 유효하지 않습니다.",
        "이전 버전",
        "*** 폐지 ***",
        "Dieses Dokument wurde ersetzt durch die Fassung 2024.",
    ],
)
def test_notes_that_a_document_no_longer_holds(note: str) -> None:
    assert read_edition(f"{note}\n\nThe grace period is 25 minutes.").obsolete == " ".join(note.split())


@pytest.mark.parametrize(
    "text",
    [
        "This policy supersedes the policy of 2019.",
        "This policy has not been superseded.",
        "Vue 2 is no longer maintained, so that plug-ins for it are obsolete.",
        "이전 버전의 Vue를 쓰는 경우에는 이 장을 읽으세요.",
        "The old lamp was replaced by a new one.",
    ],
)
def test_what_only_speaks_of_other_things_holds(text: str) -> None:
    assert read_edition(text).obsolete == ""


def test_pages_of_one_template_are_told_from_two_editions() -> None:
    def page(state: str, days: int) -> tuple[str, str]:
        common = "\n".join(f"Rule {word} says that a household has to apply in time." for word in "abcdefgh")
        return (
            f"Coverage in {state}",
            f"{common}\nThe deadline to apply is {days} days before the start of the year.",
        )

    assert is_template(page("Ohio", 30), page("Texas", 40))
    assert not is_template(page("Ohio", 30), page("Ohio", 40))  # two editions of one page
    assert not is_template(
        page("Ohio", 30), ("Late returns", "The deadline to apply is 40 days before the start.")
    )
