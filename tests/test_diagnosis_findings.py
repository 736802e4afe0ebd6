"""Diagnoses of campaigns in a real store: what is weak, stale, drifting, incomplete, and what is asked next."""

import pytest
from nightschool.evals.diagnosis import diagnose
from nightschool.evals.settings import DiagnosisSettings
from nightschool.store.engine import open_store
from nightschool.store.errors import NotFound
from nightschool.store.tables import (
    Answer,
    Campaign,
    CampaignQuestion,
    Client,
    Document,
    Fact,
    Finding,
    ModelVersion,
    Passage,
    Question,
    Verdict,
)
from sqlmodel import select

QUIET = DiagnosisSettings(extra_questions=0, second_look=0)


class World:
    """A client with documents, each in an area of two, and campaigns whose verdicts a test chooses."""

    def __init__(self, store, documents=6, facts=5):
        self.store, self.facts = store, {}
        with store.session() as s:
            client = Client(name="firm")
            s.add(client)
            s.flush()
            version = ModelVersion(client_id=client.id, name="base")
            s.add(version)
            s.flush()
            self.client, self.version = client.id, version.id
        for number in range(documents):
            self.add_document(number, facts)

    def add_document(self, number, facts, area=None):
        area = area or ("hire" if number % 2 else "repair")
        with self.store.session() as s:
            document = Document(client_id=self.client, path=f"{area}/{number}.md", sha256=str(number))
            s.add(document)
            s.flush()
            passage = Passage(document_id=document.id, ordinal=0, area=area, start=0, end=9)
            s.add(passage)
            s.flush()
            for i in range(facts):
                self.add_fact(s, document, passage, area, f"{number}.{i}")

    def add_fact(self, s, document, passage, area, name, answer="25 days", successor_of=None):
        fact = Fact(
            client_id=self.client, passage_id=passage.id, document_id=document.id, area=area, key=name,
            kind="number", subject=f"thing {name}", relation="is", answer=answer, claim="", citation="", start=0, end=1,
        )  # fmt: skip
        s.add(fact)
        s.flush()
        question = Question(
            client_id=self.client, fact_id=fact.id, pool="exam", kind="number", wording=f"How long is thing {name}?",
            references=[answer],
        )  # fmt: skip
        s.add(question)
        s.flush()
        self.facts[fact.id] = (question.id, area, document.path)
        if successor_of is not None:
            old = s.get(Fact, successor_of)
            old.state, old.successor_id = "superseded", fact.id
            s.add(old)
            self.facts.pop(successor_of)
        return fact.id

    def change(self, fact_id, answer):
        """The document says something else now."""
        with self.store.session() as s:
            old = s.get(Fact, fact_id)
            document, passage = s.get(Document, old.document_id), s.get(Passage, old.passage_id)
            return self.add_fact(s, document, passage, old.area, f"{old.key}'", answer, successor_of=fact_id)

    def campaign(self, label_of, *, purpose="exam", texts=None):
        """A campaign that asks about every fact; `label_of(fact id, area)` is its verdict (None: no verdict)."""
        with self.store.session() as s:
            campaign = Campaign(client_id=self.client, model_version_id=self.version, state="running")
            s.add(campaign)
            s.flush()
            number = campaign.id
        self.ask(number, self.facts, label_of, purpose=purpose, texts=texts)
        return number

    def ask(self, campaign, facts, label_of, *, purpose="exam", round=1, texts=None):
        with self.store.session() as s:
            for fact in facts:
                question, area, _ = self.facts[fact]
                s.add(
                    CampaignQuestion(campaign_id=campaign, question_id=question, purpose=purpose, round=round)
                )
                answer = Answer(
                    campaign_id=campaign, question_id=question, model_version_id=self.version,
                    text=(texts or {}).get(fact, ""),
                )  # fmt: skip
                s.add(answer)
                s.flush()
                if (label := label_of(fact, area)) is not None:
                    s.add(Verdict(answer_id=answer.id, label=label, grader="rules", grader_version="1"))

    def done(self, campaign, settings=QUIET):
        found = diagnose(self.store, campaign, settings)
        with self.store.session() as s:
            row = s.get(Campaign, campaign)
            row.state = "done"
            s.add(row)
        return found

    def findings(self, campaign):
        with self.store.session(write=False) as s:
            return list(s.exec(select(Finding).where(Finding.campaign_id == campaign).order_by(Finding.id)))


@pytest.fixture
def world(tmp_path):
    with open_store(tmp_path / "store.db") as store:
        yield World(store)


def right(fact, area):
    return "correct"


def test_all_right_is_nothing_to_do(world):
    found = diagnose(world.store, world.campaign(right), QUIET)
    assert (found.advice, found.weak_areas, found.more) == ("nothing", (), {})
    assert found.accuracy.n == 30
    assert found.accuracy.clusters == 6
    assert "100.0%" in found.reasons[0]


def test_a_weak_area_is_named_and_trained(world):
    campaign = world.campaign(lambda fact, area: "incorrect" if area == "repair" else "correct")
    found = diagnose(world.store, campaign, QUIET)
    assert (found.advice, found.weak_areas) == ("train", ("repair",))
    rows = {(f.kind, f.area): f for f in world.findings(campaign)}
    assert rows["weak_area", "repair"].alarm
    assert not rows["weak_area", "hire"].alarm
    assert rows["accuracy", "hire"].statistic == 1.0
    assert rows["accuracy", ""].n == 30


def test_a_repeated_diagnosis_doubles_nothing(world):
    campaign = world.campaign(right)
    first = diagnose(world.store, campaign, QUIET)
    kinds = [(f.kind, f.area, f.statistic, f.detail) for f in world.findings(campaign)]
    with world.store.session() as s:
        s.add(Finding(campaign_id=campaign, kind="judge_drift"))
    assert diagnose(world.store, campaign, QUIET) == first
    again = world.findings(campaign)
    assert [(f.kind, f.area, f.statistic, f.detail) for f in again if f.kind != "judge_drift"] == kinds
    assert sum(f.kind == "judge_drift" for f in again) == 1


def test_partial_counts_as_set_and_ungraded_is_out_of_the_rate(world):
    labels = ["partial", "ungraded", None, "correct", "refused"]
    campaign = world.campaign(lambda fact, area: labels[fact % 5])
    found = diagnose(world.store, campaign, QUIET.model_copy(update={"max_ungraded_share": 0.9}))
    assert found.accuracy.estimate == pytest.approx((0.5 + 1 + 0) / 3)
    assert found.labels == {"partial": 6, "ungraded": 12, "correct": 6, "refused": 6}
    assert found.ungraded_share == pytest.approx(0.4)


def test_too_much_ungraded_is_incomplete(world):
    campaign = world.campaign(lambda fact, area: "ungraded" if fact % 3 else "incorrect")
    found = diagnose(world.store, campaign, QUIET)
    assert (found.advice, found.incomplete, found.more) == ("incomplete", True, {})
    assert "20 of 30 answers are ungraded" in found.reasons[0]


@pytest.mark.parametrize("label", [None, "ungraded"])
def test_nothing_graded_at_all_says_so(world, label):
    found = diagnose(world.store, world.campaign(lambda fact, area: label), QUIET)
    assert found.advice == "incomplete"
    assert found.accuracy.estimate is None


def test_a_campaign_without_answers_has_nothing_to_say(tmp_path):
    with open_store(tmp_path / "store.db") as store:
        empty = World(store, documents=0)
        found = diagnose(store, empty.campaign(right), QUIET)
    assert (found.advice, found.reasons) == ("nothing", ("no exam answer was graded",))


def test_an_unknown_campaign_is_not_found(world):
    with pytest.raises(NotFound, match="campaign 99"):
        diagnose(world.store, 99, QUIET)


def test_superseded_verdicts_do_not_count(world):
    campaign = world.campaign(lambda fact, area: "incorrect")
    with world.store.session() as s:
        for old in list(s.exec(select(Verdict))):
            s.add(
                Verdict(answer_id=old.answer_id, label="correct", grader="judge", grader_version="1",
                        supersedes_id=old.id)
            )  # fmt: skip
    assert diagnose(world.store, campaign, QUIET).accuracy.estimate == 1.0


def test_control_facts_stand_apart(world):
    taught, held_back = list(world.facts)[:20], list(world.facts)[20:]
    campaign = world.campaign(right)
    with world.store.session() as s:
        rows = s.exec(select(CampaignQuestion)).all()
        for row in rows:
            if row.question_id in {world.facts[f][0] for f in held_back}:
                row.purpose = "control"
                s.add(row)
    found = diagnose(world.store, campaign, QUIET)
    assert (found.accuracy.n, found.control.n) == (len(taught), len(held_back))
    assert "control" in {f.kind for f in world.findings(campaign)}


def test_changed_facts_are_named_with_what_the_model_still_says(world):
    world.done(world.campaign(right))
    new = [world.change(fact, "30 days") for fact in list(world.facts)[:8]]
    texts = dict.fromkeys(new, "It is 25 days.")
    campaign = world.campaign(lambda fact, area: "incorrect" if fact in new else "correct", texts=texts)
    found = diagnose(world.store, campaign, QUIET)
    assert found.advice == "train"
    assert found.change.alarm
    assert found.change.stale == 8
    assert not found.drift.suspicious
    [row] = [f for f in world.findings(campaign) if f.kind == "data_change"]
    assert (row.alarm, row.n, row.detail["changed"], row.detail["new"]) == (True, 8, 8, 0)
    assert row.detail["facts"][0]["old"] == "25 days"
    assert row.detail["facts"][0]["new"] == "30 days"
    assert row.detail["documents"]


def test_changed_facts_that_are_known_need_no_training(world):
    world.done(world.campaign(right))
    world.change(next(iter(world.facts)), "30 days")
    found = diagnose(world.store, world.campaign(right), QUIET)
    assert (found.advice, found.change.alarm) == ("nothing", False)
    assert len(found.change.facts) == 1


def test_the_last_campaign_is_compared_fact_by_fact(world):
    world.done(world.campaign(lambda fact, area: "incorrect" if fact % 2 else "correct"))
    campaign = world.campaign(right)
    found = diagnose(world.store, campaign, QUIET)
    assert found.comparison is not None
    assert (found.comparison.n, found.comparison.won, found.comparison.lost) == (30, 15, 0)
    [row] = [f for f in world.findings(campaign) if f.kind == "comparison"]
    assert row.detail["campaign"] == campaign - 1


@pytest.fixture
def large(tmp_path):
    with open_store(tmp_path / "store.db") as store:
        yield World(store, documents=20, facts=3)


def mostly_right(share):
    return lambda fact, area: "correct" if fact * 7919 % 100 < share else "incorrect"


def test_a_fall_on_old_facts_is_drift(large):
    for _ in range(6):
        assert not large.done(large.campaign(mostly_right(90))).drift.suspicious
    found = diagnose(large.store, large.campaign(mostly_right(40)), QUIET)
    assert found.drift.alarm
    assert found.drift.since == 7
    assert found.advice == "train"
    assert any("its own past" in reason for reason in found.reasons)


def test_what_the_documents_changed_is_no_drift(large):
    for _ in range(6):
        large.done(large.campaign(mostly_right(95)))
    new = {large.change(fact, "30 days") for fact in list(large.facts)[:30]}
    found = diagnose(
        large.store, large.campaign(lambda fact, area: "incorrect" if fact in new else "correct"), QUIET
    )
    assert not found.drift.suspicious
    assert found.change.alarm


def test_after_an_alarm_a_new_history_starts(large):
    for share in (95, 95, 95, 95, 95, 95, 30):
        large.done(large.campaign(mostly_right(share)))
    assert any(finding.kind == "drift" and finding.alarm for finding in large.findings(7))
    assert diagnose(large.store, large.campaign(mostly_right(30)), QUIET).drift.nights == 1


def test_suspicion_asks_for_a_second_look_first(large):
    settings = DiagnosisSettings(second_look=3.0, extra_questions=50)
    first, second = list(large.facts)[:30], list(large.facts)[30:]
    numbers = []
    for _ in range(6):
        numbers.append(large.campaign(lambda fact, area: None))
        with large.store.session() as s:
            for table in (CampaignQuestion, Answer):
                for row in s.exec(select(table).where(table.campaign_id == numbers[-1])):
                    s.delete(row)
        large.ask(numbers[-1], first, mostly_right(90))
        large.done(numbers[-1], settings)
    tonight = large.campaign(lambda fact, area: None)
    with large.store.session() as s:
        for table in (CampaignQuestion, Answer):
            for row in s.exec(select(table).where(table.campaign_id == tonight)):
                s.delete(row)
    large.ask(tonight, first, mostly_right(45))
    found = diagnose(large.store, tonight, settings)
    assert found.drift.suspicious
    assert not found.second_look
    assert sum(found.more.values()) == 90
    assert diagnose(large.store, tonight, settings).more == found.more
    large.ask(tonight, second, right, round=2)
    looked = diagnose(large.store, tonight, settings)
    assert looked.second_look
    assert looked.drift.statistic < found.drift.statistic
    assert not looked.drift.alarm
    assert looked.accuracy.n == 60


def test_uncertain_areas_want_more_questions_within_the_budget(world):
    settings = DiagnosisSettings(extra_questions=30, extra_rounds=3, second_look=0)
    every = list(world.facts)
    campaign = world.campaign(
        lambda fact, area: "incorrect" if area == "repair" and fact % 3 == 0 else "correct"
    )
    found = diagnose(world.store, campaign, settings)
    assert 0 < sum(found.more.values()) <= 10
    assert set(found.more) <= {"repair", "hire"}
    assert found.more.get("repair", 0) >= found.more.get("hire", 0)
    world.add_document(50, 30, area="repair")
    extra = [fact for fact in world.facts if fact not in every]
    world.ask(campaign, extra, lambda fact, area: "incorrect", round=2)
    after = diagnose(world.store, campaign, settings)
    assert after.more == {}
    assert after.accuracy.n == 30
    assert after.areas["repair"].n == 45
