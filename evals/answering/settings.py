"""How a model is asked: batches, tokens, device, endpoint."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class AnsweringSettings(BaseModel):
    """Everything that can change an answer or its speed. Kept in the campaign's configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    system: str = "Answer briefly and exactly. If you do not know the answer, say that you do not know."
    """System message. Models without a chat template are asked without it."""
    max_new_tokens: int = Field(default=48, ge=1, le=8192)
    """Longest answer, in tokens."""
    batch_size: int = Field(default=32, ge=1, le=4096)
    """Most questions in a batch (in-process models)."""
    batch_tokens: int = Field(default=16_384, ge=64)
    """Most tokens in a batch, padding and answers counted (in-process models)."""
    device: str = "auto"
    """`auto` (a GPU when there is one), or a torch device such as `cpu` or `cuda:0`."""
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """`auto`: float32 on the CPU, else as the weights are stored."""
    trust_remote_code: bool = False
    """Runs Python code that comes with the model. Only for models whose code you have read."""
    concurrency: int = Field(default=4, ge=1, le=256)
    """Questions in flight at once (endpoints)."""
    timeout_s: float = Field(default=60.0, gt=0)
    """Longest wait for one reply, in seconds (endpoints)."""
    max_retries: int = Field(default=5, ge=0, le=20)
    """Further tries after a rate limit, a server error or a lost connection (endpoints)."""
    api_key_env: str = "OPENAI_API_KEY"
    """Name of the environment variable that holds the endpoint's key; no key is sent when it is not set."""
