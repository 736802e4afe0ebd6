"""Where a campaign may end, stop, wait and go on."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nightschool.agents import campaigns
from nightschool.agents.deps import Deps, default_deps, lease_path
from nightschool.agents.errors import CampaignStopped
from nightschool.agents.lease import lease
from nightschool.agents.lookup import client_row, find, latest, unfinished
from nightschool.agents.report import report
from nightschool.agents.workspace import Workspace
from nightschool.store.engine import Store
from nightschool.store.errors import (
    CampaignCancelled,
    CampaignError,
    CampaignIncomplete,
    ConfigurationError,
    CorpusError,
    ModelError,
    NotFound,
)
from nightschool.store.tables import Campaign, ModelVersion
from nightschool.training.registry import champion
from nightschool.training.withdraw import withdraw

from .campaign_driver import CHAMPION, EVERYTHING, Reaper, deps_for, make_world


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_world(tmp_path)


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with Workspace.find(folder).store() as store:
        yield store


def deps(folder: Path, store: Store, **job: Any) -> Deps:
    return deps_for(folder, store, {"poll_s": 0.0, **job}, Reaper({}))


def at(point: str, act: Callable[[], None], time: int = 1) -> Callable[[str], None]:
    """A probe that acts when `point` is passed for the `time`-th time."""
    passed: list[str] = []

    def probe(name: str) -> None:
        passed.append(name)
        if name == point and passed.count(point) == time:
            act()

    return probe


def run(deps: Deps) -> Campaign:
    return campaigns.run(deps, campaigns.start(deps, seed=11))


def events(store: Store, campaign_id: int = 1) -> list[str]:
    return [event["what"] for event in store.read("campaign_events", campaign_id=campaign_id)]


def test_promoted_and_reported(folder: Path, store: Store) -> None:
    row = run(deps(folder, store))
    assert (row.state, row.outcome, row.stage) == ("done", "promoted", "report")
    served = champion(store, row.client_id)
    assert served is not None
    assert served.name == "v1"
    found = json.loads(json.dumps(report(store, 1), default=str))
    assert found["campaign"]["outcome"] == "promoted"
    assert found["exam"]["weak"] == ["tolls"]
    assert (
        found["exam"]["accuracy"]["low"]
        < found["exam"]["accuracy"]["estimate"]
        < found["exam"]["accuracy"]["high"]
    )
    by_area = {area["area"]: area for area in found["sealed"]["areas"]}
    assert by_area["tolls"]["before"]["estimate"] == 0.0
    assert by_area["tolls"]["after"]["estimate"] == 1.0
    assert by_area["fees"]["difference"]["difference"] == 0.0
    assert found["sealed"]["after"]["estimate"] == 1.0
    assert found["sealed"]["control"]["before"]["n"] > 0
    assert found["decision"]["verdict"] == "promote"
    assert found["decision"]["reasons"]
    counts = found["counts"]
    assert counts["answers"] == sum(counts["verdicts"].values())
    sealed = counts["questions"]["gate"] + counts["questions"]["gate_control"]
    assert counts["answers"] == counts["questions"]["exam"] + counts["questions"]["control"] + 2 * sealed
    assert counts["rows"] == sum(found["training"]["rows"].values()) > 0
    assert list(found["seconds"]) == [
        "refine", "examine", "answer", "grade", "diagnose", "decide", "teach", "gate", "promote", "report", "total"
    ]  # fmt: skip


def test_nothing_to_do(folder: Path, store: Store) -> None:
    row = run(deps(folder, store, champion=EVERYTHING))
    assert (row.state, row.outcome) == ("done", "nothing_to_do")
    assert "100.0%" in row.reason
    decision = report(store, 1)["decision"]
    assert decision is not None
    assert decision["verdict"] == "nothing_to_do"
    assert store.read("training_runs", campaign_id=1) == []


def test_rejected_leaves_the_champion(folder: Path, store: Store) -> None:
    row = run(deps(folder, store, challenger=["bridge"]))
    assert (row.state, row.outcome) == ("done", "rejected")
    served = champion(store, row.client_id)
    assert served is not None
    assert served.name == "base"
    assert {model["name"]: model["state"] for model in store.read("models")} == {
        "base": "champion",
        "v1": "rejected",
    }


def test_held_where_the_evidence_is_short(folder: Path, store: Store) -> None:
    (folder / "nightschool.toml").write_text(
        (folder / "nightschool.toml").read_text().replace("min_questions = 5", "min_questions = 500")
    )
    row = run(deps(folder, store))
    assert (row.state, row.outcome) == ("done", "held")
    assert {model["name"]: model["state"] for model in store.read("models")} == {
        "base": "champion",
        "v1": "candidate",
    }


def test_incomplete_trains_nothing(folder: Path, store: Store) -> None:
    class Silent:
        name, version = "silent", "1"

        def grade(self, case: Any) -> Any:
            from nightschool.evals.grading.base import Grade

            return Grade("ungraded", None, "silent", "1", "the judge can't be read")

    made = replace(deps(folder, store), grader=Silent())
    with pytest.raises(CampaignIncomplete, match="ungraded") as caught:
        run(made)
    assert caught.value.exit_code == 4
    row = find(store, 1)
    assert (row.state, row.outcome) == ("incomplete", "incomplete")
    assert row.finished_at is not None
    assert store.read("training_runs", campaign_id=1) == []
    found = report(store, 1)
    assert found["counts"]["verdicts"]["ungraded"] == found["counts"]["answers"] > 0
    with pytest.raises(CampaignError, match="nothing to resume"):
        campaigns.resume(made, 1)


@pytest.mark.parametrize(("answer", "outcome"), [("train", "promoted"), ("stop", "nothing_to_do")])
def test_a_person_is_asked(tmp_path: Path, answer: str, outcome: str) -> None:
    folder = make_world(tmp_path, approval=True)
    with Workspace.find(folder).store() as store:
        made = deps(folder, store)
        row = run(made)
        assert (row.state, row.stage) == ("waiting", "ask")
        assert "tolls" in row.reason
        with pytest.raises(CampaignError, match=r"--answer train\|stop"):
            campaigns.resume(made, 1)
        with pytest.raises(CampaignError, match=r"--answer train\|stop"):
            campaigns.resume(made, 1, answer="perhaps")
        assert unfinished(store, "town") == []
        row = campaigns.resume(made, 1, answer=answer)
        assert (row.state, row.outcome) == ("done", outcome)
        asked = [d for d in store.read("decisions", campaign_id=1) if d["author"] == "a person"]
        assert [d["verdict"] for d in asked] == ["train" if answer == "train" else "nothing_to_do"]
        whats = events(store)
        assert whats.count("campaign.waiting") == 1


def test_an_answer_to_no_question(folder: Path, store: Store) -> None:
    made = replace(deps(folder, store), probe=at("answer:end", _press))
    with pytest.raises(CampaignStopped):
        run(made)
    with pytest.raises(CampaignError, match="doesn't wait"):
        campaigns.resume(made, 1, answer="train")


def _press() -> None:
    signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("point", ["examine:start", "grade:start", "gate:end"])
def test_ctrl_c_leaves_it_resumable(folder: Path, store: Store, point: str) -> None:
    made = deps(folder, store)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(CampaignStopped, match="nightschool campaign resume 1") as caught:
        run(replace(made, probe=at(point, _press)))
    assert caught.value.exit_code == 130
    assert signal.getsignal(signal.SIGINT) is before
    assert find(store, 1).state == "running"
    assert unfinished(store, "town") == [1]
    row = campaigns.resume(made, 1)
    assert row.outcome == "promoted"
    assert events(store).count("campaign.stopped") == 1


def test_ctrl_c_while_threads_are_waited_for_tells_them_first() -> None:
    """Raised while a lock is taken, it would leave the lock taken and the campaign hanging."""
    pressed, gone = threading.Event(), threading.Event()
    main = threading.get_ident()

    def work() -> None:
        # Not before the main thread stands in its wait for `gone`.
        while sys._current_frames()[main].f_locals.get("self") is not gone._cond:
            pass
        signal.pthread_kill(main, signal.SIGINT)
        pressed.wait(30)
        gone.set()

    with campaigns._interrupts(pressed):
        worker = threading.Thread(target=work)
        worker.start()
        assert gone.wait(30), "the main thread waits, and is not torn out of it"
        worker.join()
        with pytest.raises(KeyboardInterrupt):
            _press()
    pressed.clear()
    with pytest.raises(KeyboardInterrupt), campaigns._interrupts(pressed):
        _press()
    assert pressed.is_set()


@pytest.mark.parametrize("point", ["refine:start", "grade:start", "gate:start"])
def test_cancelled_while_it_runs(folder: Path, store: Store, point: str) -> None:
    made = deps(folder, store)
    said: list[str] = []

    def cancel() -> None:
        said.append(campaigns.cancel(store, made.lease, 1))

    with pytest.raises(CampaignCancelled, match="campaign 1|Campaign 1"):
        run(replace(made, probe=at(point, cancel)))
    assert said == ["cancelling"]
    row = find(store, 1)
    assert row.state == "cancelled"
    assert row.finished_at is not None
    for again in (lambda: campaigns.resume(made, 1), lambda: campaigns.cancel(store, made.lease, 1)):
        with pytest.raises(CampaignError, match="was cancelled"):
            again()
    assert events(store).count("campaign.cancelled") == 1


def test_a_training_child_is_told_of_a_cancel(folder: Path, store: Store) -> None:
    made = deps(folder, store)

    def trainer(folder: Path, *, progress: Any = None, cancelled: Any = None) -> dict[str, Any]:
        assert not cancelled()
        campaigns.cancel(store, made.lease, 1)
        assert cancelled()
        raise CampaignCancelled("training was cancelled")

    with pytest.raises(CampaignCancelled):
        run(replace(made, trainer=trainer))
    assert find(store, 1).state == "cancelled"
    assert store.read("training_runs", campaign_id=1)[0]["state"] == "cancelled"


def test_cancelled_where_nobody_runs_it(folder: Path, store: Store) -> None:
    made = deps(folder, store)
    with pytest.raises(CampaignStopped):
        run(replace(made, probe=at("answer:end", _press)))
    assert campaigns.cancel(store, made.lease, 1) == "cancelled"
    with pytest.raises(NotFound):
        campaigns.cancel(store, made.lease, 99)


def test_cancelled_while_another_runs(folder: Path, store: Store) -> None:
    made = deps(folder, store)
    with pytest.raises(CampaignStopped):
        run(replace(made, probe=at("answer:end", _press)))
    with lease(made.lease, 77):
        assert campaigns.cancel(store, made.lease, 1) == "cancelled"


def test_a_resume_does_not_undo_a_cancel(folder: Path, store: Store) -> None:
    """A process that was killed before it saw the cancel: whoever resumes ends it instead."""
    made = deps(folder, store)
    with pytest.raises(CampaignStopped):
        run(replace(made, probe=at("answer:end", _press)))
    with store.session() as session:
        session.get_one(Campaign, 1).state = "cancelling"
    with pytest.raises(CampaignCancelled):
        campaigns.resume(made, 1)
    assert find(store, 1).state == "cancelled"


def test_a_users_error_fails_it_and_a_mended_one_goes_on(folder: Path, store: Store) -> None:
    made = deps(folder, store)

    def broken(version: Any) -> Any:
        raise ModelError("there is no model folder base")

    with pytest.raises(ModelError, match="no model folder"):
        run(replace(made, open_answerer=broken))
    row = find(store, 1)
    assert (row.state, row.stage, row.reason) == ("failed", "answer", "there is no model folder base")
    row = campaigns.resume(made, 1)
    assert (row.state, row.outcome, row.reason) == ("done", "promoted", "")


def test_a_bug_is_named_in_the_row_and_raised(folder: Path, store: Store) -> None:
    def broken(folder: Path, **_: Any) -> Any:
        raise ZeroDivisionError("of no use")

    with pytest.raises(ZeroDivisionError):
        run(replace(deps(folder, store), trainer=broken))
    assert find(store, 1).reason == "ZeroDivisionError: of no use"


def test_no_documents(folder: Path, store: Store) -> None:
    made = deps(folder, store)
    with pytest.raises(CorpusError, match="nowhere"):
        run(replace(made, settings=made.settings.named("town", documents=folder / "nowhere")))
    assert find(store, 1).state == "failed"


def test_documents_without_a_fact(folder: Path, store: Store) -> None:
    bare = folder / "bare"
    bare.mkdir()
    (bare / "a.md").write_text("# Hello\n\nWell, well. Oh dear.\n")
    made = deps(folder, store)
    with pytest.raises(CampaignError, match="No question could be made"):
        run(replace(made, settings=made.settings.named("town", documents=bare)))


def test_no_model_is_set(folder: Path, store: Store) -> None:
    made = deps(folder, store)
    with pytest.raises(ConfigurationError, match=r"clients\.town\.model is not set"):
        campaigns.start(replace(made, settings=made.settings.named("town", model="")))
    with pytest.raises(ModelError):
        campaigns.start(replace(made, settings=made.settings.named("town", model=str(folder / "nope"))))
    with pytest.raises(NotFound):
        latest(store, "town")


def test_an_endpoint_is_examined_and_not_trained(folder: Path, store: Store) -> None:
    made = deps(folder, store)
    row = run(replace(made, settings=made.settings.named("town", model="http://127.0.0.1:9/v1#m")))
    assert (row.state, row.outcome) == ("done", "nothing_to_do")
    assert "endpoint" in row.reason


def test_one_at_a_time(folder: Path, store: Store) -> None:
    made = deps(folder, store)
    with lease(made.lease, 77), pytest.raises(CampaignError, match="campaign 77"):
        run(made)
    assert find(store, 1).state == "running"
    with lease(made.lease, 77), pytest.raises(CampaignError, match="campaign 77"):
        campaigns.resume(made, 1)
    assert events(store).count("campaign.resumed") == 0
    assert campaigns.resume(made, 1).outcome == "promoted"


def test_the_settings_of_the_start_hold_for_a_resume(folder: Path, store: Store) -> None:
    place = Workspace.find(folder)
    with pytest.raises(CampaignStopped):
        run(replace(deps(folder, store), probe=at("answer:end", _press)))
    path = folder / "nightschool.toml"
    path.write_text(path.read_text().replace("questions = 24", "questions = 9"))
    place = Workspace.find(folder)
    assert place.client().exam.questions == 9
    assert default_deps(place, "town", store, campaign=find(store, 1)).settings.exam.questions == 24
    assert default_deps(place, "town", store).settings.exam.questions == 9
    with store.session() as session:
        session.get_one(Campaign, 1).state = "failed"
    assert default_deps(place, "town", store, campaign=find(store, 1)).settings.exam.questions == 9


def test_seeds_and_numbers(folder: Path, store: Store) -> None:
    made = deps(folder, store, champion=EVERYTHING)
    first, second = campaigns.start(made), campaigns.start(made)
    assert [find(store, number).seed for number in (first, second)] == [first, second]
    assert latest(store, "town") == second
    assert lease_path(Workspace.find(folder)) == made.lease
    assert client_row(store, "town") == find(store, first).client_id


def test_progress_and_stages_are_told(folder: Path, store: Store) -> None:
    told: list[tuple[str, str]] = []
    steps: list[tuple[str, int, int | None]] = []
    made = replace(
        deps(folder, store, champion=CHAMPION),
        noted=lambda stage, what, detail: told.append((stage, what)),
        progress=lambda stage, done, total: steps.append((stage, done, total)),
    )
    run(made)
    assert told[0] == ("refine", "started")
    assert told[-1] == ("report", "finished")
    assert told.count(("gate", "finished")) == 1
    assert {stage for stage, _, _ in steps} >= {"refine", "examine", "answer", "gate"}
    assert all(total is None or 0 <= done <= total for _, done, total in steps)


def test_a_model_is_not_made_while_a_campaign_runs(folder: Path, store: Store) -> None:
    from nightschool.agents.creation import create

    place = Workspace.find(folder)
    with lease(lease_path(place), 77), pytest.raises(CampaignError, match="campaign 77"):
        create(place, store, "town", "first")
    with pytest.raises(ConfigurationError, match="max_stepz is not known; did you mean max_steps"):
        create(place, store, "town", "first", changes={"max_stepz": 3})
    with pytest.raises(ModelError, match="size"):
        create(place, store, "town", "first", size="vast")


def test_a_model_is_taught_in_the_prompt_in_which_it_answers(folder: Path) -> None:
    settings = Workspace.find(folder).client()
    assert settings.taught().system == settings.answering.system
    asked = settings.answering.model_copy(update={"system": "Answer in Latin."})
    assert settings.named("town", answering=asked).taught().system == "Answer in Latin."
    own = settings.named("town", teaching=settings.teaching.model_copy(update={"system": "Be brief."}))
    assert own.taught().system == "Be brief."


def test_a_champion_that_learnt_from_a_withdrawn_document_is_retrained_without_it(
    folder: Path, store: Store
) -> None:
    first = run(deps(folder, store))
    assert first.outcome == "promoted"
    rows = store.read("documents", path="fees/ferry.md")
    found = withdraw(store, rows[0]["id"], reason="contract ended", author="Kim")
    assert found.champion == "v1"
    second = run(deps(folder, store, champion=EVERYTHING))
    assert second.outcome in (
        "rejected",
        "held",
    )  # no better than a champion that knows everything: a person promotes
    decision = store.read("decisions", campaign_id=second.id, verdict="train")[0]
    assert decision["evidence"]["reasons"][0] == (
        "v1 is due for retraining: it learnt from fees/ferry.md, which was withdrawn"
    )
    models = {row["name"]: row for row in store.read("models")}
    paths = {
        name: {each["path"] for each in row["bill_of_materials"].get("documents", [])}
        for name, row in models.items()
    }
    assert "fees/ferry.md" in paths["v1"]
    assert paths["v2"] == paths["v1"] - {"fees/ferry.md"}
    assert (models["v1"]["due_reason"] != "", models["v2"]["due_reason"]) == (True, "")
    assert "ferry" not in (folder / "runs" / "town" / "campaign-2" / "run.json").read_text()
    assert store.read("documents", path="fees/ferry.md")[0]["state"] == "withdrawn"


def test_a_champion_whose_base_learnt_from_it_is_not_trained_in_vain(folder: Path, store: Store) -> None:
    row = run(deps(folder, store, champion=EVERYTHING))
    with store.session() as session:
        base = session.get_one(ModelVersion, row.model_version_id)
        base.due_reason = "it learnt from fees/ferry.md, which was withdrawn"
    row = run(deps(folder, store, champion=EVERYTHING))
    assert (row.state, row.outcome) == ("done", "nothing_to_do")
    assert "make a new base with nightschool models create" in row.reason


def test_documents_for_exams_only_are_examined_and_never_taught(folder: Path, store: Store) -> None:
    with (folder / "nightschool.toml").open("a") as file:
        file.write('[[clients.town.corpus.rights]]\npath = "*"\nuse = "exam-only"\n')
    row = run(deps(folder, store))
    assert (row.state, row.outcome) == ("done", "nothing_to_do")
    assert "no document is cleared for training" in row.reason
    assert store.read("training_runs", campaign_id=row.id) == []
    assert report(store, row.id or 0)["exam"]["weak"] == ["tolls"]
