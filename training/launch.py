"""Start (or resume) a training child and wait for it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..store.errors import CampaignCancelled, ModelError
from .run import (
    COMPLETE_FILE,
    DISK_FULL,
    ERROR_FILE,
    EXIT_NO_ROOM,
    EXIT_STOPPED,
    PROGRESS_FILE,
    RUN_FILE,
    STOP_FILE,
    read_json,
)
from .stopping import PARENT

POLL_SECONDS = 0.1
GRACE_SECONDS = 20.0  # for a cancelled child to write its checkpoint
LOG_FILE = "child.log"

Progress = Callable[[dict[str, Any]], None]


def launch(
    folder: Path, *, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> dict[str, Any]:
    """Run the training in `folder` to its end and return what complete.json holds.

    Returns at once when it is complete already, and goes on from the last checkpoint when there is one.
    `progress` gets each line of progress.jsonl as a dict. Raises CampaignCancelled when `cancelled()` turned
    true (the state is kept), ModelError with one line when the child failed.
    """
    folder = folder.absolute()
    done = read_json(folder / COMPLETE_FILE)
    if done is not None:
        return done
    if not (folder / RUN_FILE).is_file():
        raise ModelError(f"{folder} has no {RUN_FILE}: there is nothing to train")
    for stale in (ERROR_FILE, STOP_FILE):
        (folder / stale).unlink(missing_ok=True)
    relay = _Relay(folder / PROGRESS_FILE, progress)
    with (folder / LOG_FILE).open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "nightschool.training.child", str(folder / RUN_FILE)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # its own process group: Ctrl-C reaches us alone, and we end it in order
            env=os.environ | {PARENT: str(os.getpid())},
        )
    try:
        while True:
            try:
                code = child.wait(timeout=POLL_SECONDS)
                break
            except subprocess.TimeoutExpired:
                relay.forward()
            if cancelled is not None and cancelled():
                _end(child)
                raise CampaignCancelled("training was cancelled; what it learned so far is kept for a resume")
    finally:
        _end(child)
    relay.forward()
    return _result(folder, code)


def _result(folder: Path, code: int) -> dict[str, Any]:
    done = read_json(folder / COMPLETE_FILE)
    if code == 0 and done is not None:
        return done
    error = read_json(folder / ERROR_FILE)
    if error is not None:
        raise ModelError(str(error["error"]))
    if code == EXIT_NO_ROOM:
        raise ModelError(DISK_FULL)
    if code == EXIT_STOPPED:
        raise ModelError("training was stopped from outside; run it again and it goes on from there")
    if code < 0:
        name = signal.Signals(-code).name
        hint = " (the system may have run out of memory)" if name == "SIGKILL" else ""
        raise ModelError(f"the training process was killed by {name}{hint}; run it again and it goes on")
    raise ModelError(
        f"the training process ended with code {code}; its last words are in {folder / LOG_FILE}"
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ask the child to end, then make it and whatever it started end."""
    if child.poll() is None:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=GRACE_SECONDS)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


class _Relay:
    """Hands on whole new lines of a growing file."""

    def __init__(self, path: Path, progress: Progress | None) -> None:
        self.path = path
        self.progress = progress
        self.offset = path.stat().st_size if path.exists() else 0

    def forward(self) -> None:
        if self.progress is None or not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self.offset)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self.offset += len(whole)
        for line in whole.splitlines():
            try:
                self.progress(json.loads(line))
            except ValueError:
                continue  # torn by a kill: the next line is whole again
