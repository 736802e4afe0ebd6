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
    per_area: int = Field(default=5, ge=0)
    """Questions that each area gets before the rest is shared out by size."""
    changed_share: float = Field(default=0.5, ge=0.0, le=1.0)
    """Share of an area's questions, at most, that new and changed facts get before the others."""
