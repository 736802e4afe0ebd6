"""What the named queries say about a small world whose figures are known by hand."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from nightschool.store.engine import Store, open_store
from nightschool.store.errors import StoreError
from nightschool.store.queries import QUERIES
from nightschool.store.reading import Reader, open_reader
from nightschool.store.tables import (
    Alias,
    Answer,
    Area,
    Asked,
    Campaign,
    CampaignQuestion,
    Client,
    Decision,
    Document,
    Event,
    Fact,
    Finding,
    ModelVersion,
    Passage,
    Question,
    Review,
    Ruling,
    TrainingRow,
    TrainingRun,
    Verdict,
)
from sqlmodel import SQLModel

MORNING = datetime(2026, 1, 31, 6, 7, 8)
PRICES = "Shop / Prices"
BIKES = "Shop / Prices / Bikes"  # below PRICES
LIKE_PRICES = "Shop / Prices 2025"  # not below it, though it starts with the same letters


def _documents() -> list[SQLModel]:
    return [
        Client(id=1, name="firm", created_at=MORNING),
        Client(id=2, name="other"),
        Document(
            id=1, client_id=1, path="prices.md", sha256="x", text="가격: 5 원", bytes=12, title="Prices"
        ),
        Document(
            id=2, client_id=1, path="logo.png", sha256="y", state="unsupported", reason="a picture", bytes=7
        ),
        Document(id=3, client_id=2, path="x.md", sha256="z", text="x is 5"),
        Passage(id=1, document_id=1, ordinal=0, area=PRICES, start=4, end=7, rows=[["a", "b"]]),
        Passage(
            id=2, document_id=1, ordinal=1, area=PRICES, start=0, end=2, state="skipped", reason="too short"
        ),
        Passage(id=3, document_id=3, ordinal=0, area=PRICES, start=0, end=6),
        Ruling(id=1, document_id=1, rule="navigation", version="1", action="skip", evidence="Menu"),
        *[Area(id=n, client_id=1, path=path) for n, path in enumerate((PRICES, BIKES, LIKE_PRICES), 1)],
    ]


def _fact(id: int, area: str, **values: Any) -> Fact:
    return Fact(
        id=id, client_id=values.pop("client_id", 1), passage_id=1, document_id=1, area=area, key=f"k{id}",
        kind="money", subject="bike", relation="price", answer="5 원", claim="A bike costs 5 원.",
        citation="5 원", start=4, end=7, **values,
    )  # fmt: skip


def _question(id: int, fact_id: int, pool: str, **values: Any) -> Question:
    return Question(
        id=id,
        client_id=1,
        fact_id=fact_id,
        pool=pool,
        kind="number",
        wording=f"w{id}?",
        references=["5 원"],
        **values,
    )


def _questions() -> list[SQLModel]:
    return [
        _fact(1, PRICES),
        _fact(2, BIKES, control=True),
        _fact(3, LIKE_PRICES),
        _fact(4, PRICES, state="superseded", successor_id=1),
        _fact(5, PRICES, state="conflict", reason="settled: “5 원” (fact 3) holds, for it is the newest"),
        _question(1, 1, "practice"),
        _question(2, 1, "exam"),
        _question(3, 1, "sealed"),
        _question(4, 2, "exam"),
        _question(5, 3, "exam"),
        _question(6, 3, "exam", state="superseded"),
        Asked(
            id=1,
            client_id=1,
            key="k1",
            text="w2?",
            count=3,
            state="linked",
            passage_id=1,
            fact_id=1,
            question_id=2,
        ),
        Asked(id=2, client_id=1, key="k2", text="why?", count=5, reason="not_in_documents"),
    ]


def _campaigns() -> list[SQLModel]:
    asked = ((1, 2, "exam"), (1, 4, "control"), (1, 5, "exam"), (1, 3, "gate"), (2, 2, "exam"))
    return [
        ModelVersion(id=1, client_id=1, name="base", state="champion"),
        ModelVersion(id=2, client_id=1, name="v2", parent_id=1, bill_of_materials={"documents": [1]}),
        ModelVersion(id=3, client_id=1, name="v3", parent_id=2),
        Alias(id=1, client_id=1, name="champion", model_version_id=1),
        Alias(id=2, client_id=1, name="best", model_version_id=1),
        Campaign(id=1, client_id=1, model_version_id=1, state="done", config={"seed": 1}, started_at=MORNING),
        Campaign(id=2, client_id=1, model_version_id=1),
        *[CampaignQuestion(campaign_id=c, question_id=q, purpose=p) for c, q, p in asked],
        Answer(id=1, campaign_id=1, question_id=2, model_version_id=1, text="5 원"),
        Answer(id=2, campaign_id=1, question_id=4, model_version_id=1, text="?"),
        Answer(id=3, campaign_id=1, question_id=5, model_version_id=1, text="6"),
        Answer(id=4, campaign_id=1, question_id=3, model_version_id=1, text="6"),
        Answer(id=5, campaign_id=1, question_id=3, model_version_id=2, text="5"),
    ]


def _verdict(id: int, answer_id: int, label: str, **values: Any) -> Verdict:
    return Verdict(id=id, answer_id=answer_id, label=label, grader="rules", grader_version="1", **values)


def _outcomes() -> list[SQLModel]:
    return [
        _verdict(1, 1, "ungraded"),
        _verdict(2, 2, "refused"),
        _verdict(3, 3, "incorrect"),
        _verdict(4, 4, "incorrect"),
        _verdict(5, 5, "correct"),
        _verdict(6, 1, "incorrect", supersedes_id=1),
        _verdict(7, 1, "correct", supersedes_id=6, author="ann"),
        Review(id=1, verdict_id=6, label="correct", reviewer="ann"),
        Finding(
            campaign_id=1, kind="accuracy", statistic=0.5, low=0.2, high=0.8, n=2, detail={"level": 0.95}
        ),
        Finding(campaign_id=1, kind="weak_area", area=PRICES, statistic=0.1, alarm=True),
        TrainingRun(
            id=1, client_id=1, campaign_id=1, method="sft-lora", base="b", folder="f", model_version_id=2
        ),
        TrainingRow(training_run_id=1, question_id=1, fact_id=1, role="weak", weight=2.0),
        TrainingRow(training_run_id=1, passage_id=1, role="passage"),
        Decision(
            client_id=1, campaign_id=1, challenger_id=2, champion_id=1, verdict="hold", evidence={"n": 1}
        ),
        Event(client_id=1, campaign_id=1, what="stage.started", detail={"stage": "answer"}),
        Event(client_id=1, campaign_id=1, what="stage.finished", detail={"stage": "answer"}),
        Event(what="store.opened"),
        Event(
            client_id=1,
            what="document.moved",
            detail={"document_id": 1, "old_path": "a.md", "path": "prices.md"},
        ),
    ]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("world") / "nightschool.db") as store:
        with store.session() as session:
            for row in (*_documents(), *_questions(), *_campaigns(), *_outcomes()):
                session.add(row)
                session.flush()
        yield store


@pytest.fixture(scope="module")
def reader(store: Store) -> Iterator[Reader]:
    assert store.path is not None
    with open_reader(store.path) as reader:
        yield reader


def _ids(rows: list[dict[str, Any]]) -> list[int]:
    return [row["id"] for row in rows]


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_store_and_reader_say_the_same_and_it_is_json(store: Store, reader: Reader, name: str) -> None:
    needs = dict.fromkeys(QUERIES[name].needs, 1)
    rows = reader.read(name, **needs)
    assert rows
    assert store.read(name, **needs) == rows
    assert json.loads(json.dumps(rows)) == rows
    assert all(
        value.endswith("Z") for row in rows for key, value in row.items() if key.endswith("_at") and value
    )


@pytest.mark.parametrize("name", sorted(name for name, query in QUERIES.items() if "limit" in query.params))
def test_limit_cuts_and_none_means_all(reader: Reader, name: str) -> None:
    needs = dict.fromkeys(QUERIES[name].needs, 1)
    everything = reader.read(name, **needs)
    assert reader.read(name, **needs, limit=-1) == everything
    if name == "model_exams":  # counts campaigns, not rows
        return
    assert reader.read(name, **needs, limit=1) == everything[:1]


def test_clients(reader: Reader) -> None:
    firm, other = reader.read("clients")
    assert firm == {
        "id": 1,
        "name": "firm",
        "created_at": "2026-01-31T06:07:08Z",
        "documents": 1,
        "facts": 3,
        "questions": 5,
        "champion": "base",
        "last_campaign": 2,
    }
    assert (other["documents"], other["champion"], other["last_campaign"]) == (1, None, None)


def test_documents_and_passages(reader: Reader) -> None:
    assert _ids(reader.read("documents", client_id=1)) == [2, 1]
    (prices,) = reader.read("documents", client_id=1, state="accepted")
    assert (prices["passages"], prices["facts"], prices["characters"]) == (1, 3, 7)
    (whole,) = reader.read("document", document_id=1)
    assert whole["text"] == "가격: 5 원"
    assert [(p["text"], p["state"], p["reason"]) for p in reader.read("passages", document_id=1)] == [
        ("5 원", "accepted", ""),
        ("가격", "skipped", "too short"),
    ]
    assert [
        (r["state"], r["reason"], r["documents"]) for r in reader.read("document_states", client_id=1)
    ] == [
        ("accepted", "", 1),
        ("unsupported", "a picture", 1),
    ]


def test_areas_count_passages_facts_and_pools(reader: Reader) -> None:
    counted = ("passages", "facts", "control", "practice", "exam", "sealed")
    found = {row["path"]: tuple(row[name] for name in counted) for row in reader.read("areas", client_id=1)}
    assert found == {PRICES: (1, 1, 0, 1, 1, 1), BIKES: (0, 1, 1, 0, 1, 0), LIKE_PRICES: (0, 1, 0, 0, 1, 0)}


def test_area_filter_takes_what_lies_below_and_nothing_beside(reader: Reader) -> None:
    assert _ids(reader.read("facts", area=PRICES)) == [5, 4, 2, 1]
    assert _ids(reader.read("facts", area=BIKES)) == [2]
    assert _ids(reader.read("questions", area=PRICES, pool="exam")) == [4, 2]
    assert _ids(reader.read("verdicts", area=LIKE_PRICES)) == [3]


def test_facts_and_questions_by_kind(reader: Reader) -> None:
    assert [(r["state"], r["facts"], r["control"]) for r in reader.read("fact_kinds")] == [
        ("active", 3, 1),
        ("conflict", 1, 0),
        ("superseded", 1, 0),
    ]
    assert [(r["pool"], r["state"], r["questions"]) for r in reader.read("question_kinds")] == [
        ("exam", "active", 3),
        ("exam", "superseded", 1),
        ("practice", "active", 1),
        ("sealed", "active", 1),
    ]
    (fact,) = reader.read("facts", area=BIKES)
    assert fact["control"] is True


def test_conflicts_name_the_held_and_the_chosen(reader: Reader) -> None:
    held, chosen = reversed(reader.read("conflicts", client_id=1))
    assert (held["id"], held["state"], chosen["id"], chosen["state"]) == (5, "conflict", 3, "active")
    assert reader.read("conflicts", client_id=2) == []


def test_what_became_of_the_facts_of_an_edition(reader: Reader) -> None:
    rows = reader.read("edition_facts", document_id=1, previous_id=1)
    (changed,) = [row for row in rows if row["change"] == "changed"]
    assert (changed["old_id"], changed["new_id"]) == (4, 1)
    assert {row["new_id"] for row in rows if row["change"] in ("added", "kept")} == {2, 3, 5}


def test_verdicts_are_those_that_hold_newest_first(reader: Reader) -> None:
    assert _ids(reader.read("verdicts")) == [7, 5, 4, 3, 2]
    assert _ids(reader.read("verdicts", label="correct")) == [7, 5]
    assert _ids(reader.read("verdicts", label="ungraded")) == []
    assert _ids(reader.read("verdicts", model_version_id=2)) == [5]
    assert _ids(reader.read("verdicts", purpose="gate")) == [5, 4]
    assert _ids(reader.read("verdicts", campaign_id=2)) == _ids(reader.read("verdicts", client_id=2)) == []
    newest = reader.read("verdicts", limit=1)[0]
    assert newest["references"] == ["5 원"]
    assert (newest["purpose"], newest["area"], newest["citation"]) == ("exam", PRICES, "5 원")


def test_verdict_shows_its_evidence_and_its_history(reader: Reader) -> None:
    (old,) = reader.read("verdict", verdict_id=1)
    assert (old["holds"], old["document"], old["claim"]) == (False, "prices.md", "A bike costs 5 원.")
    history = reader.read("verdict_history", answer_id=old["answer_id"])
    assert [(row["id"], row["label"], row["holds"]) for row in history] == [
        (1, "ungraded", False),
        (6, "incorrect", False),
        (7, "correct", True),
    ]
    assert [row["reviewer"] for row in reader.read("verdict_reviews", answer_id=1)] == ["ann"]
    assert reader.read("verdict", verdict_id=99) == []


def test_campaigns_count_each_answer_once(reader: Reader) -> None:
    second, first = reader.read("campaigns", client_id=1)
    counted = ("questions", "answers", "verdicts", "correct", "incorrect", "refused", "ungraded", "alarms")
    assert tuple(first[name] for name in counted) == (4, 5, 5, 2, 2, 1, 0, 1)
    assert tuple(second[name] for name in counted) == (1, 0, 0, 0, 0, 0, 0, 0)
    assert (first["client"], first["model"], first["config"]) == ("firm", "base", {"seed": 1})
    assert reader.read("campaign", campaign_id=1) == [first]
    assert _ids(reader.read("campaigns", state="done")) == [1]
    assert _ids(reader.read("latest_campaign", client_id=1)) == [2]
    assert _ids(reader.read("latest_campaign", client_id=1, state="done")) == [1]
    assert reader.read("latest_campaign", client_id=2) == []


def test_campaign_exams_by_purpose_and_model(reader: Reader) -> None:
    counted = ("purpose", "model", "n", "answers", "correct", "incorrect", "refused")
    assert [tuple(row[name] for name in counted) for row in reader.read("campaign_exams", campaign_id=1)] == [
        ("control", "base", 1, 1, 0, 0, 1),
        ("exam", "base", 2, 2, 1, 1, 0),
        ("gate", "base", 1, 1, 0, 1, 0),
        ("gate", "v2", 1, 1, 1, 0, 0),
    ]
    assert [tuple(row[name] for name in counted) for row in reader.read("campaign_exams", campaign_id=2)] == [
        ("exam", None, 1, 0, 0, 0, 0)
    ]
    areas = reader.read("campaign_areas", campaign_id=1, purpose="exam")
    assert [(row["area"], row["n"], row["correct"]) for row in areas] == [(PRICES, 1, 1), (LIKE_PRICES, 1, 0)]


def test_findings_and_events(reader: Reader) -> None:
    weak, accuracy = reader.read("findings", campaign_id=1)
    assert (weak["kind"], weak["alarm"], accuracy["alarm"]) == ("weak_area", True, False)
    assert accuracy["detail"] == {"level": 0.95}
    assert [row["kind"] for row in reader.read("findings", alarm=True)] == ["weak_area"]
    assert [row["what"] for row in reader.read("events")] == [
        "document.moved",
        "store.opened",
        "stage.finished",
        "stage.started",
    ]
    assert [row["what"] for row in reader.read("campaign_events", campaign_id=1)] == [
        "stage.started",
        "stage.finished",
    ]
    assert reader.read("events", what="stage.started")[0]["detail"] == {"stage": "answer"}


def test_models_with_aliases_exam_and_decision(reader: Reader) -> None:
    third, second, base = reader.read("models", client_id=1)
    assert (base["aliases"], third["aliases"]) == ("best, champion", "")
    assert (base["accuracy"], base["low"], base["high"], base["n"]) == (0.5, 0.2, 0.8, 2)
    assert (second["accuracy"], second["last_decision"], second["parent"]) == (None, "hold", "base")
    assert second["bill_of_materials"] == {"documents": [1]}
    assert [row["name"] for row in reader.read("model_lineage", model_version_id=3)] == ["v3", "v2", "base"]
    exams = reader.read("model_exams", model_version_id=1)
    assert [(row["purpose"], row["n"], row["correct"]) for row in exams] == [
        ("control", 1, 0),
        ("exam", 2, 1),
        ("gate", 1, 0),
    ]
    assert [row["verdict"] for row in reader.read("model_decisions", model_version_id=1)] == ["hold"]


def test_decisions_and_training(reader: Reader) -> None:
    (decision,) = reader.read("decisions", campaign_id=1)
    assert (decision["challenger"], decision["champion"], decision["evidence"]) == ("v2", "base", {"n": 1})
    assert reader.read("decision", decision_id=decision["id"]) == [decision]
    (run,) = reader.read("training_runs", client_id=1)
    assert (run["rows"], run["model"]) == (2, "v2")
    roles = reader.read("training_roles", training_run_id=1)
    assert [(row["role"], row["rows"], row["weight"]) for row in roles] == [
        ("passage", 1, 1.0),
        ("weak", 1, 2.0),
    ]
    rows = reader.read("training_rows", training_run_id=1, role="weak")
    assert [(row["wording"], row["area"]) for row in rows] == [("w1?", PRICES)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no database .*nightschool init.*nightschool ingest"),
        (b"", "holds nothing yet: run `nightschool ingest`"),
        (b"Dear sir or madam, " * 100, "is not a database"),
    ],
)
def test_reader_names_what_is_wrong_with_the_file(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "nightschool.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreError, match=says) as caught:
        open_reader(path)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == ([path] if content is not None else [])  # reading makes nothing
    with pytest.raises(StoreError, match="is a folder"):
        open_reader(tmp_path)


@pytest.mark.parametrize(
    "module", ["nightschool.store", "nightschool.store.reading", "nightschool.store.upkeep"]
)
def test_reading_loads_no_heavy_library(module: str, store: Store) -> None:
    heavy = ("sqlmodel", "sqlalchemy", "pydantic", "alembic", "numpy")
    code = f"""
import sys, {module}
from nightschool.store import open_reader
from nightschool.store.upkeep import status
open_reader(sys.argv[1]).read("verdicts")
status(sys.argv[1])
print([name for name in {heavy} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(store.path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_what_users_asked_comes_with_its_reference_most_asked_first(reader: Reader) -> None:
    rows = reader.read("asked", client_id=1)
    assert [(row["id"], row["reference"], row["pool"]) for row in rows] == [
        (2, None, None),
        (1, "5 원", "exam"),
    ]
    assert _ids(reader.read("asked", state="linked")) == [1]
    assert _ids(reader.read("asked", reason="not_in_documents")) == [2]
