"""Verdicts in the store: one each, whatever is killed, repeated or run twice at once."""

import threading
from collections import Counter

import pytest
from nightschool.evals.grading.base import Grade
from nightschool.evals.grading.cascade import CascadeGrader
from nightschool.evals.grading.record import grade_answers, graded_answers, regrade
from nightschool.evals.grading.rules import RuleGrader
from nightschool.store.engine import open_store
from nightschool.store.errors import CampaignCancelled, NotFound
from nightschool.store.tables import (
    Answer,
    Campaign,
    CampaignQuestion,
    Client,
    Document,
    Fact,
    ModelVersion,
    Passage,
    Question,
    Verdict,
)
from sqlmodel import select


class FixedGrader:
    """Gives every answer the same label; can stop after some."""

    name, version = "fixed", "1"

    def __init__(self, label, stop_after=10**9):
        self.label, self.left, self.seen = label, stop_after, []

    def grade(self, case):
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        self.seen.append(case)
        return Grade(self.label, None if self.label == "ungraded" else 0.5, self.name, self.version, "fixed")


@pytest.fixture
def store(tmp_path):
    """Twelve answers, half of them right, in two areas; every third is a control question."""
    with open_store(tmp_path / "store.db") as store:
        with store.session() as s:
            client = Client(name="firm")
            s.add(client)
            s.flush()
            document = Document(client_id=client.id, path="a.md", sha256="0")
            version = ModelVersion(client_id=client.id, name="base")
            s.add_all([document, version])
            s.flush()
            passage = Passage(document_id=document.id, ordinal=0, area="hire", start=0, end=1)
            campaign = Campaign(client_id=client.id, model_version_id=version.id)
            s.add_all([passage, campaign])
            s.flush()
            for i in range(12):
                fact = Fact(
                    client_id=client.id, passage_id=passage.id, document_id=document.id,
                    area=("hire / bikes", "hire", "hiring")[i % 3], key=str(i), kind="number", subject="s",
                    relation="r", answer="25 days", claim="", citation="They get 25 days.", start=0, end=1,
                )  # fmt: skip
                s.add(fact)
                s.flush()
                question = Question(
                    client_id=client.id, fact_id=fact.id, pool="exam", kind="number", wording=f"How long is {i}?",
                    references=["25 days"],
                )  # fmt: skip
                s.add(question)
                s.flush()
                purpose = "control" if i % 3 == 0 else "exam"
                s.add(
                    CampaignQuestion(
                        campaign_id=campaign.id, question_id=question.id, purpose=purpose, position=i
                    )
                )
                text = "They get 25 days." if i % 2 else "30 days"
                s.add(
                    Answer(
                        campaign_id=campaign.id,
                        question_id=question.id,
                        model_version_id=version.id,
                        text=text,
                    )
                )
        yield store


def verdicts(store):
    with store.session(write=False) as s:
        return list(s.exec(select(Verdict).order_by(Verdict.id)))


def test_each_answer_gets_one_verdict_with_its_evidence(store):
    assert grade_answers(store, 1, RuleGrader()) == Counter(correct=6, incorrect=6)
    rows = verdicts(store)
    assert [row.answer_id for row in rows] == list(range(1, 13))
    assert {(row.grader, row.grader_version) for row in rows} == {("rules", "1")}
    assert all(row.reason and row.probability is not None for row in rows)


def test_running_again_writes_nothing(store):
    grade_answers(store, 1, RuleGrader())
    assert grade_answers(store, 1, RuleGrader()) == Counter()
    assert len(verdicts(store)) == 12


def test_killed_half_way_goes_on_where_it_stopped(store):
    with pytest.raises(KeyboardInterrupt):
        grade_answers(store, 1, FixedGrader("correct", stop_after=5))
    assert len(verdicts(store)) == 5
    assert sum(grade_answers(store, 1, FixedGrader("correct")).values()) == 7
    assert [row.answer_id for row in verdicts(store)] == list(range(1, 13))


def test_two_threads_write_no_double(store):
    start, written = threading.Barrier(2), []

    def work():
        start.wait()
        written.append(sum(grade_answers(store, 1, RuleGrader()).values()))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(written) == 12
    assert len(verdicts(store)) == 12


def test_purposes_and_areas_narrow_the_work(store):
    assert sum(grade_answers(store, 1, RuleGrader(), purposes=["control"]).values()) == 4
    assert sum(grade_answers(store, 1, RuleGrader(), area="hire / bikes").values()) == 0
    assert sum(grade_answers(store, 1, RuleGrader(), purposes=["exam"], area="hire").values()) == 4
    assert {item.case.kind for item in graded_answers(store, 1) if item.verdict is None} == {"number"}
    assert sum(grade_answers(store, 1, RuleGrader()).values()) == 4


def test_the_grader_sees_reference_and_citation(store):
    grader = FixedGrader("correct")
    grade_answers(store, 1, grader)
    assert (grader.seen[0].references, grader.seen[0].citation) == (("25 days",), "They get 25 days.")


def test_cancelling_keeps_what_was_written(store):
    grader = FixedGrader("correct")
    with pytest.raises(CampaignCancelled, match="after 3 verdicts"):
        grade_answers(store, 1, grader, cancelled=lambda: len(grader.seen) == 3)
    assert len(verdicts(store)) == 3


def test_an_unknown_campaign_is_not_found(store):
    with pytest.raises(NotFound, match="campaign 9"):
        grade_answers(store, 9, RuleGrader())


def test_regrading_leaves_the_old_verdicts_and_counts_the_change(store):
    grade_answers(store, 1, FixedGrader("ungraded"), purposes=["exam"])
    result = regrade(store, 1, RuleGrader(), author="mina")
    assert result.confusion == Counter(
        {
            ("ungraded", "correct"): 4,
            ("ungraded", "incorrect"): 4,
            ("none", "correct"): 2,
            ("none", "incorrect"): 2,
        }
    )
    assert result.written == 12
    rows = verdicts(store)
    assert len(rows) == 20
    assert sum(row.supersedes_id is not None for row in rows) == 8
    assert {row.author for row in rows if row.grader == "rules"} == {"mina"}
    assert {item.verdict.grader for item in graded_answers(store, 1) if item.verdict} == {"rules"}
    again = regrade(store, 1, RuleGrader())
    assert again.written == 0
    assert again.confusion[("correct", "correct")] == 6


def case_graded(rules, judge, **options):
    from nightschool.evals.grading.base import Case

    return CascadeGrader(rules, judge, **options).grade(Case("q", "short", ("r",), "a"))


class Rules(FixedGrader):
    name = "rules"

    def __init__(self, label, probability):
        super().__init__(label)
        self.probability = probability

    def grade(self, case):
        return Grade(self.label, self.probability, self.name, "1", "rules")


@pytest.mark.parametrize(
    ("label", "probability", "asked"),
    [
        ("ungraded", None, True),
        ("partial", 0.9, True),
        ("incorrect", 0.4, True),
        ("correct", 0.99, False),
        ("incorrect", 0.05, False),
        ("refused", 0.3, False),
    ],
)
def test_the_judge_is_asked_only_where_the_rules_do_not_know(label, probability, asked):
    judge = FixedGrader("correct")
    grade = case_graded(Rules(label, probability), judge)
    assert bool(judge.seen) == asked
    assert grade.grader == ("fixed" if asked else "rules")


def test_an_unreadable_judge_undoes_no_verdict():
    assert case_graded(Rules("partial", 0.5), FixedGrader("ungraded")).label == "partial"
    assert case_graded(Rules("ungraded", None), FixedGrader("ungraded")).grader == "fixed"


def test_without_a_judge_the_rules_decide():
    grade = case_graded(Rules("ungraded", None), None)
    assert (grade.label, grade.grader) == ("ungraded", "rules")
    assert CascadeGrader(RuleGrader(), FixedGrader("correct")).version == "1+1"
