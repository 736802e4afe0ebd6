"""What a client can set about teaching and about the gate."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ..evals.answering.settings import AnsweringSettings

ROLES = ("weak", "changed", "new", "replay", "passage")


class TeachingSettings(BaseModel):
    """How a model is taught. What is None is chosen from the model's size (see `training/recipe.py`)."""

    model_config = ConfigDict(extra="forbid")

    method: Literal["auto", "lora", "full"] = "auto"
    epochs: float | None = Field(default=None, gt=0)
    max_steps: int | None = Field(default=None, gt=0)  # wins over epochs
    batch: int = Field(default=16, gt=0, le=4096)  # rows an optimiser step
    learning_rate: float | None = Field(default=None, gt=0)
    warmup: float = Field(default=0.05, ge=0, lt=1)  # share of the steps
    weight_decay: float = Field(default=0.01, ge=0)
    replay_share: float = Field(
        default=0.10, ge=0, le=1
    )  # of the rows, for facts that are mastered (adapters)
    passage_share: float | None = Field(default=None, ge=0, lt=1)  # of the tokens, for source text
    role_weights: dict[str, float] = Field(
        default_factory=lambda: {"weak": 2.0, "changed": 4.0, "new": 2.0, "replay": 1.0}
    )  # how often a row is seen, against a mastered fact's row
    lora_r: int = Field(default=64, gt=0)
    lora_alpha: int = Field(default=128, gt=0)
    lora_dropout: float = Field(default=0.0, ge=0, lt=1)
    bf16: Literal["auto", "on", "off"] = "auto"
    threads: int = Field(default=0, ge=0)  # 0: as many as the machine has cores
    max_length: int = Field(default=512, ge=16)  # tokens a row; longer rows are cut
    checkpoint_every: int = Field(default=200, gt=0)  # optimiser steps
    system: str = (
        AnsweringSettings().system
    )  # as in the exam: a model taught without it would not know the prompt
    seed: int = 0

    @field_validator("role_weights")
    @classmethod
    def _known_roles(cls, value: dict[str, float]) -> dict[str, float]:
        unknown = sorted(set(value) - set(ROLES))
        if unknown:
            raise ValueError(f"unknown role {', '.join(unknown)}; the roles are {', '.join(ROLES)}")
        if any(weight < 0 for weight in value.values()):
            raise ValueError("a role's weight can't be negative")
        return value


class GateSettings(BaseModel):
    """What a challenger has to show before it is served."""

    model_config = ConfigDict(extra="forbid")

    level: float = Field(
        default=0.95, gt=0.5, lt=1
    )  # one-sided: an equal challenger passes at most 1 - level
    min_questions: int = Field(default=30, gt=0)  # below: hold
    area_margin: float = Field(default=0.10, ge=0, le=1)  # an area may drop by no more than this
    area_questions: int = Field(default=8, gt=0)  # areas with fewer are judged with their parent
    max_missing: float = Field(
        default=0.10, ge=0, le=1
    )  # share of questions without two verdicts; above: hold
