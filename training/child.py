"""The training child: `python -m nightschool.training.child RUN.json`.

It reads run.json and the base model's folder, never the store, and writes into run.json's folder:

    progress.jsonl      a line a second: step, steps, loss, tokens, seconds
    checkpoints/        what a killed run goes on from
    weights/            the model: safetensors, configuration, tokenizer, training.json (effective settings)
    complete.json       written last: sha256 of the weights, steps, loss, seconds, tokens
    error.json          one line, when it failed

Exit codes: 0 complete, 1 failed (error.json says why), 74 not even error.json could be written, 75 stopped with
its state kept.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ..store.errors import ModelError, NightSchoolError
from .run import (
    COMPLETE_FILE,
    DISK_FULL,
    ERROR_FILE,
    EXIT_NO_ROOM,
    EXIT_STOPPED,
    STOP_FILE,
    WEIGHTS_FOLDER,
    RunConfig,
    read_json,
    write_json,
)
from .stopping import Stopped, StopRequest, die_with_parent
from .weights import hash_weights

LOCK_SECONDS = 30.0  # a predecessor that is being killed lets go within moments
PIECES_FILE = "pieces.json"


def main(argv: list[str] | None = None) -> int:
    """Run the training that the file names; the process boundary of the child."""
    arguments = sys.argv[1:] if argv is None else argv
    if len(arguments) != 1:
        print("usage: python -m nightschool.training.child RUN.json", file=sys.stderr)
        return 2
    path = Path(arguments[0]).absolute()
    die_with_parent()
    request = StopRequest(path.parent / STOP_FILE)
    try:
        request.listen()
        with _alone(path.parent):
            config = RunConfig.load(path)
            settle_environment(config)
            train(config, path.parent, request=request)
    except Stopped:
        return EXIT_STOPPED
    except NightSchoolError as error:
        return _fail(path.parent, str(error))
    except Exception as error:  # noqa: BLE001 - the process boundary: the parent gets one line, the log the rest
        code = _fail(path.parent, describe(error))
        with suppress(OSError):  # the log may be on the disk that is full
            import traceback

            traceback.print_exc()
            sys.stderr.flush()
        return code
    return 0


def train(config: RunConfig, folder: Path, *, request: StopRequest | None = None) -> dict[str, Any]:
    """Train in this process and return what complete.json holds. Idempotent; resumes from checkpoints.

    Raises Stopped, ModelError, OSError (disk full).
    """
    done = read_json(folder / COMPLETE_FILE)
    if done is not None:
        return done
    if not any(row.weight > 0 for row in config.rows):
        raise ModelError(
            "nothing to train on: the run has no rows; is there any taught fact with practice wordings?"
        )
    started = time.monotonic()
    request = request or StopRequest(folder / STOP_FILE)
    from . import sft

    request.training = True
    fitted = fit_in_memory(
        lambda pieces: sft.fit(folder, config, request, pieces), config.batch, folder / PIECES_FILE
    )
    request.training = False
    seconds = time.monotonic() - started
    return _finish(folder, config, fitted, seconds)


def fit_in_memory(fit: Callable[[int], Any], batch: int, note: Path) -> Any:
    """Call `fit(pieces)`; when memory runs out, call it again with each batch cut into twice as many.

    The steps stay the same: half the micro-batch, double the accumulation. `note` remembers the number, so
    that a resumed run does not walk into the same wall.
    """
    pieces = int((read_json(note) or {}).get("pieces", 1))
    while True:
        try:
            return fit(pieces)
        except (RuntimeError, MemoryError) as error:
            if not out_of_memory(error):
                raise
            if pieces * 2 > batch:
                raise ModelError(
                    "out of memory even with one row at a time; "
                    "set a smaller max_length, method lora, or a smaller model"
                ) from None
            pieces *= 2
            write_json(note, {"pieces": pieces})
        _free_memory()


def out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out (torch has no class of its own for it on a CPU)."""
    text = str(error).lower()
    return (
        isinstance(error, MemoryError)
        or type(error).__name__ == "OutOfMemoryError"
        or "out of memory" in text
        or "can't allocate memory" in text
    )


def describe(error: BaseException) -> str:
    """One line for the parent."""
    text = " ".join(str(error).split()) or type(error).__name__
    if (isinstance(error, OSError) and error.errno == 28) or "no space left on device" in text.lower():
        return DISK_FULL
    if isinstance(error, PermissionError):
        return f"no permission to write {error.filename}: training needs a folder it can write to"
    return f"training failed: {type(error).__name__}: {text[:300]}"


def settle_environment(config: RunConfig) -> None:
    """No network unless the base is a hub name; no telemetry, progress bars or trackers; one GPU."""
    values = {
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
        "TRANSFORMERS_VERBOSITY": "error",
        "TOKENIZERS_PARALLELISM": "false",
        "WANDB_DISABLED": "true",
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
    }
    if Path(config.base).is_dir():
        values |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
    os.environ.update(values)
    # Threads that spin while they wait stall each other as soon as another process wants a core: measured on
    # two cores beside one busy process, 1.2 steps a second with spinning, 14.2 without.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "0")  # SFTTrainer refuses DataParallel
    if config.threads:
        os.environ["OMP_NUM_THREADS"] = str(config.threads)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: two children never write the same run."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(folder / ".lock", timeout=LOCK_SECONDS):
            yield
    except Timeout:
        raise ModelError(f"another process is training in {folder}; wait for it or stop it") from None


def _finish(folder: Path, config: RunConfig, fitted: Any, seconds: float) -> dict[str, Any]:
    """Write the weights, then what says that they are whole."""
    import shutil
    from dataclasses import asdict

    from . import sft

    partial, target = folder / f"{WEIGHTS_FOLDER}.partial", folder / WEIGHTS_FOLDER
    shutil.rmtree(partial, ignore_errors=True)
    sft.save(fitted, partial)
    effective = asdict(fitted.effective)
    rowless = {key: value for key, value in asdict(config).items() if key != "rows"}
    write_json(partial / "training.json", {"asked": rowless, "effective": effective})
    shutil.rmtree(target, ignore_errors=True)
    os.replace(partial, target)
    result = {
        "sha256": hash_weights(target),
        "loss": fitted.loss,
        "tokens": fitted.tokens,
        "seconds": round(seconds, 2),
        **effective,
    }
    write_json(folder / COMPLETE_FILE, result)
    shutil.rmtree(folder / sft.CHECKPOINTS, ignore_errors=True)
    return result


def _free_memory() -> None:
    import gc

    gc.collect()
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _fail(folder: Path, message: str) -> int:
    try:
        write_json(folder / ERROR_FILE, {"error": message})
    except OSError:  # a full disk refuses even this line: the exit code says it
        return EXIT_NO_ROOM
    return 1


if __name__ == "__main__":
    sys.exit(main())
