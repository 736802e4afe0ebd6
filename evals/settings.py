"""What a client may set about exams, grading and diagnosis."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ExamSettings(BaseModel):
    """How facts become questions, how wordings are shared out, and how an exam is drawn."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    practice: int = Field(default=8, ge=1, le=50)
    """Wordings of a fact that may be trained on, at most."""
    exam: int = Field(default=2, ge=1, le=10)
    """Wordings of a fact for nightly exams."""
    sealed: int = Field(default=2, ge=1, le=10)
    """Wordings of a fact that only a gate may use, once."""
    control_share: float = Field(default=0.10, ge=0.0, le=0.5)
    """Share of facts that are never taught."""
    near_duplicate: float = Field(default=0.85, gt=0.5, le=1.0)
    """Similarity from which an exam or sealed wording is too close to a practice wording."""
    questions: int = Field(default=200, ge=1)
    """Questions of a nightly exam, control questions included."""
    gate_questions: int = Field(default=300, ge=1)
    """Sealed questions of a gate, control questions included."""
    control_questions: float = Field(default=0.15, ge=0.0, le=0.5)
    """Share of an exam's or gate's questions that go to control facts."""
    asked_share: float = Field(default=0.5, ge=0.0, le=1.0)
    """Share of an exam or gate, at most, that is drawn from what the client's users asked, by how often they did."""
    per_area: int = Field(default=5, ge=0)
    """Questions that each area gets before the rest is shared out by size."""
    changed_share: float = Field(default=0.5, ge=0.0, le=1.0)
    """Share of an area's questions, at most, that new and changed facts get before the others."""


class GradingSettings(BaseModel):
    """Who grades: rules alone, or a language model as judge behind them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    judge: str = ""
    """A chat model at an OpenAI-compatible endpoint, as http://host:port/v1#model-name; "" for rules alone."""
    judge_key: str = "OPENAI_API_KEY"
    """The environment variable that holds the endpoint's key."""
    uncertain_low: float = Field(default=0.25, ge=0.0, le=1.0)
    """Verdicts of the rules that are right with a probability between this …"""
    uncertain_high: float = Field(default=0.85, ge=0.0, le=1.0)
    """… and this are asked again of the judge."""


class DiagnosisSettings(BaseModel):
    """When an area counts as weak, when a campaign says too little, and how much may be asked to be sure."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    floor: float = Field(default=0.70, gt=0.0, lt=1.0)
    """An area whose accuracy lies under this is weak."""
    fdr: float = Field(default=0.10, gt=0.0, lt=1.0)
    """Share of flagged areas that may be flagged wrongly, on average."""
    level: float = Field(default=0.95, gt=0.0, lt=1.0)
    """Coverage of all intervals."""
    partial_score: float = Field(default=0.5, ge=0.0, le=1.0)
    """What a partly right answer counts."""
    max_ungraded_share: float = Field(default=0.25, ge=0.0, le=1.0)
    """With more ungraded answers than this the campaign is incomplete and triggers no training."""
    extra_questions: int = Field(default=100, ge=0)
    """Questions beyond the exam, a campaign, for areas whose verdict is uncertain; 0 for none."""
    extra_rounds: int = Field(default=3, ge=0, le=20)
    """Rounds in which they are asked, at most."""
    settled: float = Field(default=0.10, gt=0.0, lt=0.5)
    """An area's verdict is settled when the probability of the other verdict is at most this."""
    second_look: float = Field(default=3.0, ge=0.0)
    """Times the exam's questions that are asked again the same night when the drift chart is suspicious."""
    suspicion: float = Field(default=2.7, gt=0.0)
    """The drift chart's lower limit, from which it asks for a second look."""
    drift_limit: float = Field(default=3.70, gt=0.0)
    """The drift chart's limit for an alarm: about one false alarm in ten years."""
