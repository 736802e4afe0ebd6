"""Watches a training loop: progress lines, stop requests, NaN, and which checkpoints are whole.

Like `sft`, only the child imports this module.
"""

from __future__ import annotations

import json
import math
import shutil
import time
from collections import deque
from pathlib import Path
from typing import Any, Protocol

import torch
from transformers import TrainerCallback

from ..store.errors import ModelError
from .encoding import Encoded
from .run import PROGRESS_FILE, read_json, write_json
from .stopping import StopRequest

CHECKPOINTS = "checkpoints"
CHECKPOINT_MARK = "nightschool.json"  # written last: a checkpoint without it was cut short
REPORT_SECONDS = 1.0
LOSS_STEPS = 20  # the loss that is reported is the mean of so many steps


class ReportsLoss(Protocol):
    """A trainer that adds up the loss of the optimiser step under way."""

    step_loss: torch.Tensor | float


class Watch(TrainerCallback):
    """Reports progress, stops on request or on NaN, and marks checkpoints as whole."""

    def __init__(self, folder: Path, plan: list[list[int]], encoded: Encoded, request: StopRequest) -> None:
        self.folder = folder
        self.request = request
        self.plan = plan
        self.tokens = 0
        self.losses: deque[torch.Tensor | float] = deque(maxlen=LOSS_STEPS)
        self._row_tokens = [len(ids) for ids in encoded.input_ids]
        self._trainer: ReportsLoss | None = None
        self._started = self._reported = time.monotonic()

    @property
    def loss(self) -> float:
        """Mean over the last steps. Waits for a GPU."""
        values = [float(each) for each in self.losses]
        return sum(values) / len(values) if values else math.nan

    def begin(self, trainer: ReportsLoss, checkpoint: Path | None) -> int:
        """Start, or go on from a checkpoint; returns the step it stands at."""
        self._trainer = trainer
        mark = (read_json(checkpoint / CHECKPOINT_MARK) if checkpoint else None) or {"step": 0, "losses": []}
        self.losses.extend(mark["losses"])
        self.tokens = sum(self._tokens_of(step) for step in range(mark["step"]))
        return mark["step"]

    def _tokens_of(self, step: int) -> int:
        return sum(self._row_tokens[row] for row in self.plan[step])

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> Any:
        assert self._trainer is not None
        step = state.global_step
        self.tokens += self._tokens_of(step - 1)
        self.losses.append(self._trainer.step_loss)
        self._trainer.step_loss = 0.0
        if self.request.made():
            control.should_save = control.should_training_stop = True
        last = step >= state.max_steps or control.should_training_stop
        now = time.monotonic()
        # Reading the loss waits for a GPU, so it is read when something hangs on it.
        if last or step % args.save_steps == 0 or now - self._reported >= REPORT_SECONDS:
            loss = self.loss
            if not math.isfinite(loss):
                raise ModelError(
                    f"the loss became {loss} by step {step}; the last good checkpoint is kept. "
                    "Set a lower learning_rate"
                )
            self._reported = now
            self.report(step=step, steps=state.max_steps, loss=round(loss, 5), tokens=self.tokens)
        return control

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> Any:
        checkpoint = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        write_json(
            checkpoint / CHECKPOINT_MARK,
            {"step": state.global_step, "losses": [float(each) for each in self.losses]},
        )
        return control

    def report(self, **values: Any) -> None:
        """Append one line to progress.jsonl."""
        values["seconds"] = round(time.monotonic() - self._started, 2)
        with (self.folder / PROGRESS_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")


def last_checkpoint(folder: Path) -> Path | None:
    """The newest checkpoint that was written to its end; torn ones are removed."""
    whole: list[tuple[int, Path]] = []
    for path in (folder / CHECKPOINTS).glob("checkpoint-*"):
        if (path / CHECKPOINT_MARK).exists():
            whole.append((int(path.name.rsplit("-", 1)[1]), path))
        else:
            shutil.rmtree(path, ignore_errors=True)
    return max(whole)[1] if whole else None
