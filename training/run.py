"""What a training child is given: one `run.json`.

The child reads this file and the base model's folder, and nothing else. Rows hold questions and answers as
plain text; the child renders them with the base model's own tokenizer and chat template.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from ..store.errors import ModelError
from .settings import TeachingSettings

RUN_FILE = "run.json"
COMPLETE_FILE = "complete.json"
ERROR_FILE = "error.json"
PROGRESS_FILE = "progress.jsonl"
STOP_FILE = "stop"
WEIGHTS_FOLDER = "weights"
EXIT_NO_ROOM = 74  # of the child: EX_IOERR, not even error.json could be written
EXIT_STOPPED = 75  # of the child: EX_TEMPFAIL, run it again
DISK_FULL = "the disk is full: free some space and run it again (training goes on from its last checkpoint)"
METHODS = ("auto", "lora", "full", "created")


@dataclass(frozen=True)
class Row:
    """A question with its answer (loss on the answer), or a piece of plain text (loss on all of it)."""

    role: str  # weak, changed, new, replay, passage
    question: str = ""
    answer: str = ""
    text: str = ""  # set for role `passage` only
    weight: float = 1.0  # how often it is seen in an epoch, on average


@dataclass(frozen=True)
class RunConfig:
    """All that a training run depends on: the same file and base give the same weights on one machine."""

    base: str  # folder or hub name; for method `created` a folder with config.json and a tokenizer
    method: str  # auto, lora, full, created
    rows: tuple[Row, ...]
    seed: int = 0
    epochs: float | None = None
    wordings: float = 8.0  # rows a fact: how many epochs give a fact its exposures
    max_steps: int | None = None
    batch: int = 16
    learning_rate: float | None = None
    warmup: float = 0.05
    weight_decay: float = 0.01
    lora_r: int = 64
    lora_alpha: int = 128
    lora_dropout: float = 0.0
    bf16: str = "auto"
    threads: int = 0
    max_length: int = 512
    checkpoint_every: int = 200
    system: str = ""
    origin: dict[str, Any] = field(default_factory=dict)  # client, campaign, training run: for people

    def save(self, folder: Path) -> Path:
        """Write `run.json` into `folder` (made if missing) and return its path."""
        folder.mkdir(parents=True, exist_ok=True)
        return write_json(folder / RUN_FILE, asdict(self))

    @classmethod
    def taught_with(cls, settings: TeachingSettings, **fixed: Any) -> RunConfig:
        """A run with a client's settings; `fixed` are the other fields, and those that win over them."""
        shared = {each.name for each in fields(cls)} & set(TeachingSettings.model_fields)
        return cls(**{**{name: getattr(settings, name) for name in shared}, **fixed})

    @classmethod
    def load(cls, path: Path) -> RunConfig:
        """Read a run.json. Raises ModelError when it is missing, broken or holds an unknown key."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ModelError(f"{path} is missing: there is no training run in this folder") from None
        except (OSError, ValueError) as error:
            raise ModelError(f"{path} can't be read ({error}); make the run anew") from error
        known = {each.name for each in fields(cls)}
        unknown = sorted(set(data) - known) if isinstance(data, dict) else ["(not an object)"]
        if unknown:
            raise ModelError(f"{path} has unknown keys: {', '.join(unknown)}")
        try:
            rows = tuple(Row(**row) for row in data.pop("rows"))
            config = cls(rows=rows, **data)
        except (KeyError, TypeError) as error:
            raise ModelError(f"{path} is not a training run ({error}); make the run anew") from error
        if config.method not in METHODS:
            raise ModelError(
                f"{path}: unknown method {config.method!r}; the methods are {', '.join(METHODS)}"
            )
        return config


def write_json(path: Path, data: Any) -> Path:
    """Write JSON so that `path` holds either the old text or all of the new one, whatever is killed."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
    return path


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a JSON file, or None when there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
