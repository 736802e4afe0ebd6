"""The tables: what Night School knows, in one SQLite file.

Times are UTC. `references`, `config`, `evidence` and the like are JSON. Verdicts, reviews, decisions and
events are append-only: triggers in the first migration refuse update and delete. States are plain text so
that any SQL tool reads them; the words in use stand beside each column.
"""

from __future__ import annotations

import builtins
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Index, UniqueConstraint, text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from .clock import now as now


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC, kept and given back without a zone; a value with a zone is converted first.

    SQLModel's own type for `datetime` refuses values without a zone in some versions and not in others.
    """

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC without a zone."""
        if value is None or value.tzinfo is None:
            return value
        return value.astimezone(UTC).replace(tzinfo=None)


def _moment() -> Any:
    return Field(default_factory=now, sa_type=UtcTime)


def _later() -> Any:
    return Field(default=None, sa_type=UtcTime)


def _json() -> Any:
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Client(SQLModel, table=True):
    """A firm whose model is looked after."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    created_at: datetime = _moment()


class Document(SQLModel, table=True):
    """One version of one file. A changed file gets a new row; the old one becomes `superseded`."""

    __table_args__ = (Index("ix_document_current", "client_id", "path", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    path: str  # relative to the client's documents folder, with /
    version: int = 1  # 1, 2, … for the same path
    sha256: str = Field(index=True)  # of the file's bytes
    bytes: int = 0
    mtime_ns: int = 0  # lets a second ingest skip reading what has not changed
    media_type: str = ""  # markdown, text, html, csv, pdf, or "" for what no loader takes
    title: str = ""
    language: str = ""  # en, ko, … or ""
    text: str = ""  # as extracted (NFC); passage spans point into it
    rights: str = "unknown"  # what the client's settings say of it, in their words
    licence: str = ""  # what the document says of itself: an SPDX name, "all-rights-reserved", … or ""
    clearance: str = "train"  # train, exam-only, ask, exclude
    rights_evidence: str = ""  # what the clearance rests on: a quotation or a line of the settings
    duplicate_of_id: int | None = Field(default=None)  # of a (near-)duplicate: the document that holds
    signature: builtins.bytes | None = Field(default=None)  # MinHash of its text
    state: str = "accepted"
    # accepted, duplicate, quarantined, rejected, unsupported, superseded, removed, withdrawn
    reason: str = ""  # why it has this state, in words
    previous_id: int | None = Field(default=None, foreign_key="document.id")
    created_at: datetime = _moment()
    ended_at: datetime | None = _later()  # when it was superseded or removed


class Passage(SQLModel, table=True):
    """A piece of a document that can stand alone: `document.text[start:end]`, exactly."""

    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="document.id", index=True)
    ordinal: int
    area: str  # an area path: folders, then the document, joined by " / "
    heading: str = ""  # heading path inside the document, joined by " > "
    kind: str = "prose"  # prose, list, table, key_value, faq
    start: int
    end: int
    page: int | None = None  # 1-based, for PDF
    rows: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    state: str = "accepted"  # accepted, skipped
    reason: str = ""
    examined_by: str = ""  # name and version of the engine that last made facts from it


class Ruling(SQLModel, table=True):
    """What a rule decided about a document or a part of it, with the words that made it decide so."""

    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="document.id", index=True)
    rule: str
    version: str  # of the rule set
    action: str  # remove, mask, flag, skip, hold, reject
    evidence: str  # a quotation; personal data only masked
    start: int | None = None  # span in document.text that it is about
    end: int | None = None
    created_at: datetime = _moment()


class Withdrawal(SQLModel, table=True):
    """A document that may not be used any more, by content and by path. Append-only."""

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    document_id: int = Field(foreign_key="document.id")
    path: str
    sha256: str
    reason: str
    author: str
    created_at: datetime = _moment()


class Area(SQLModel, table=True):
    """A node of the client's tree of areas."""

    __table_args__ = (UniqueConstraint("client_id", "path"),)

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    path: str
    created_at: datetime = _moment()


class Fact(SQLModel, table=True):
    """A claim worth knowing, with a short answer and the place where it stands.

    `key` identifies what is asked about (subject and relation) without the answer: the same key with
    another answer is a changed fact. A fact outlives its passage's edition while key and answer stay.
    """

    __table_args__ = (Index("ix_fact_key", "client_id", "key", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    passage_id: int = Field(foreign_key="passage.id", index=True)
    document_id: int = Field(foreign_key="document.id", index=True)
    area: str = Field(index=True)
    key: str
    kind: str  # definition, number, money, date, time, name, contact, list, table, key_value, faq, …
    subject: str
    relation: str
    answer: str
    claim: str  # one sentence that says it whole
    citation: str  # verbatim: document.text[start:end]
    start: int
    end: int
    language: str = "en"
    control: bool = False  # never taught: tells learning from better test-taking
    # How much it matters to know it, and how surely the rules read and can ask it: both from 0 to 1.
    importance: float = Field(default=0.5, sa_column_kwargs={"server_default": "0.5"})
    confidence: float = Field(default=1.0, sa_column_kwargs={"server_default": "1.0"})
    generator: str = ""
    state: str = "active"  # active, superseded, withdrawn, conflict
    reason: str = ""
    successor_id: int | None = Field(default=None, foreign_key="fact.id", index=True)
    created_at: datetime = _moment()
    ended_at: datetime | None = _later()


class Question(SQLModel, table=True):
    """One wording of one fact, in the custody of one pool."""

    __table_args__ = (
        UniqueConstraint("fact_id", "wording"),
        Index("ix_question_pool", "client_id", "pool", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    fact_id: int = Field(foreign_key="fact.id", index=True)
    pool: str  # practice, exam, sealed
    kind: str  # short, number, date, list, unanswerable, …
    wording: str
    references: list[str] = Field(default_factory=list, sa_column=Column("references", JSON, nullable=False))
    template: str = ""  # which structure the wording has
    # Facts, by id, that the question rests on besides its own; none of them may change while it is asked.
    rests_on: list[int] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )
    # What its kind needs: the options of a choice, the value behind a yes or no.
    details: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}")
    )
    generator: str = ""
    state: str = "active"  # active, superseded, retired
    reason: str = ""
    created_at: datetime = _moment()
    unsealed_at: datetime | None = _later()  # when a gate used it and it retired into `exam`


class Asked(SQLModel, table=True):
    """What the client's users asked, in their words without personal data. Only its state and counts change.

    Questions that ask the same in nearly the same words are one row.
    """

    __table_args__ = (
        UniqueConstraint("client_id", "key"),
        Index("ix_asked_state", "client_id", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    key: str  # a hash of the normalised text
    text: str  # as asked, personal data masked
    answers: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # as given
    count: int = 0  # how often it was asked, over all files
    sources: dict[str, Any] = _json()  # file name → {"count", "first", "last", "answers"}
    first_seen: str = ""  # as the files say, an ISO date or moment; "" where they don't
    last_seen: str = ""
    state: str = "waiting"  # linked, waiting, gone
    reason: str = ""  # of waiting: not_in_documents, no_reference, no_fact, long_answer, was_taught, held
    score: float = 0.0  # share of the question's words that its passage (or fact) covers, by their weight
    passage_id: int | None = Field(default=None, foreign_key="passage.id")
    fact_id: int | None = Field(default=None, foreign_key="fact.id")
    question_id: int | None = Field(default=None, foreign_key="question.id", index=True)
    created_at: datetime = _moment()
    updated_at: datetime = _moment()


class ModelVersion(SQLModel, table=True):
    """A model that can sit exams: a folder, a hub name or an endpoint."""

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    name: str  # e.g. "base", "v2"; unique per client
    base: str = ""  # folder or hub name that training starts from
    parent_id: int | None = Field(default=None, foreign_key="modelversion.id")
    method: str = "given"  # given, created, sft-lora, sft-full
    path: str = ""  # folder, hub name, or endpoint URL + "#" + model
    sha256: str = ""  # of the weights, "" for hub names and endpoints
    parameters: int = 0
    bill_of_materials: dict[str, Any] = _json()
    state: str = "candidate"  # candidate, champion, rejected, retired
    due_reason: str = ""  # why it is due for retraining: a document that it learnt from was withdrawn
    created_at: datetime = _moment()

    __table_args__ = (UniqueConstraint("client_id", "name"),)


class Alias(SQLModel, table=True):
    """A name that points at a version: `champion` is what is served."""

    __table_args__ = (UniqueConstraint("client_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    name: str
    model_version_id: int = Field(foreign_key="modelversion.id")
    updated_at: datetime = _moment()


class Campaign(SQLModel, table=True):
    """One night's (or one hand-started) walk through the loop."""

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    trigger: str = "hand"  # hand, schedule, demo
    model_version_id: int = Field(foreign_key="modelversion.id")
    seed: int = 0
    config: dict[str, Any] = _json()  # the client's effective settings
    state: str = "running"  # running, waiting, done, incomplete, cancelling, cancelled, failed
    stage: str = "start"
    outcome: str = ""  # nothing_to_do, promoted, held, rejected, incomplete, …
    reason: str = ""
    started_at: datetime = _moment()
    finished_at: datetime | None = _later()


class CampaignQuestion(SQLModel, table=True):
    """A question drawn for a campaign, in the order in which it is asked."""

    __table_args__ = (UniqueConstraint("campaign_id", "question_id", "purpose"),)

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    question_id: int = Field(foreign_key="question.id", index=True)
    purpose: str  # exam, control, gate, gate_control
    round: int = 1  # adaptive rounds count from 1
    position: int = 0


class Answer(SQLModel, table=True):
    """What one model version said to one question in one campaign."""

    __table_args__ = (UniqueConstraint("campaign_id", "question_id", "model_version_id"),)

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    question_id: int = Field(foreign_key="question.id", index=True)
    model_version_id: int = Field(foreign_key="modelversion.id", index=True)
    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    latency_ms: float = 0.0
    backend: str = ""
    created_at: datetime = _moment()


class Verdict(SQLModel, table=True):
    """A grade. Append-only: a correction is a new row whose `supersedes_id` names the old one."""

    __table_args__ = (
        # One first verdict an answer: a resumed campaign can't grade it twice.
        Index(
            "uq_verdict_first",
            "answer_id",
            unique=True,
            sqlite_where=text("supersedes_id IS NULL"),
            postgresql_where=text("supersedes_id IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    answer_id: int = Field(foreign_key="answer.id", index=True)
    label: str  # correct, partial, incorrect, refused, ungraded
    probability: float | None = None  # that the answer is correct; None when ungraded
    grader: str
    grader_version: str
    reason: str = ""
    raw_reply: str = ""  # the judge's own words
    prompt_hash: str = ""
    judge_model: str = ""
    temperature: float | None = None
    supersedes_id: int | None = Field(default=None, foreign_key="verdict.id", index=True)
    author: str = "nightschool"
    created_at: datetime = _moment()


class Review(SQLModel, table=True):
    """A person's label of a verdict. Append-only."""

    id: int | None = Field(default=None, primary_key=True)
    verdict_id: int = Field(foreign_key="verdict.id", index=True)
    label: str
    reviewer: str
    reason: str = ""
    supersedes_id: int | None = Field(default=None, foreign_key="review.id")
    created_at: datetime = _moment()


class Finding(SQLModel, table=True):
    """Something the diagnostician concludes, with its evidence."""

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    kind: str  # accuracy, weak_area, drift, data_change, control, judge_drift, traffic_shift
    area: str = ""
    statistic: float | None = None
    threshold: float | None = None
    low: float | None = None  # interval
    high: float | None = None
    n: int = 0
    alarm: bool = False
    detail: dict[str, Any] = _json()
    created_at: datetime = _moment()


class TrainingRun(SQLModel, table=True):
    """One training child: its folder, what it was given and what came of it."""

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", index=True)
    method: str
    base: str
    folder: str
    seed: int = 0
    state: str = "prepared"  # prepared, running, done, failed, cancelled
    config: dict[str, Any] = _json()
    result: dict[str, Any] = _json()
    model_version_id: int | None = Field(default=None, foreign_key="modelversion.id")
    started_at: datetime = _moment()
    finished_at: datetime | None = _later()


class TrainingRow(SQLModel, table=True):
    """Where one training row came from. The database refuses a question outside `practice`."""

    id: int | None = Field(default=None, primary_key=True)
    training_run_id: int = Field(foreign_key="trainingrun.id", index=True)
    question_id: int | None = Field(default=None, foreign_key="question.id", index=True)
    passage_id: int | None = Field(default=None, foreign_key="passage.id", index=True)
    fact_id: int | None = Field(default=None, foreign_key="fact.id", index=True)
    role: str  # weak, changed, new, replay, passage
    weight: float = 1.0
    text_sha256: str = ""


class Decision(SQLModel, table=True):
    """What was decided about a challenger or an alias, and on what evidence. Append-only."""

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", index=True)
    challenger_id: int | None = Field(default=None, foreign_key="modelversion.id")
    champion_id: int | None = Field(default=None, foreign_key="modelversion.id")
    verdict: str  # promote, hold, reject, rollback, adopt, nothing_to_do, train
    evidence: dict[str, Any] = _json()
    author: str = "nightschool"
    created_at: datetime = _moment()


class Event(SQLModel, table=True):
    """The audit trail. Append-only."""

    id: int | None = Field(default=None, primary_key=True)
    created_at: datetime = _moment()
    client_id: int | None = Field(default=None, foreign_key="client.id", index=True)
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", index=True)
    what: str
    detail: dict[str, Any] = _json()
    who: str = "nightschool"
