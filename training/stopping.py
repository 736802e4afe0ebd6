"""How a training child is asked to end, and how it notices that nobody needs it any more."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

PARENT = "NIGHTSCHOOL_PARENT"  # environment: process id of the process that waits for the child
PR_SET_PDEATHSIG = 1
PARENT_POLL_SECONDS = 1.0


class Stopped(Exception):
    """Training ended before its last step because it was asked to."""

    def __init__(self, step: int) -> None:
        super().__init__(f"stopped at step {step}")
        self.step = step


class StopRequest:
    """Asked for by a file in the run's folder, or by SIGTERM or SIGINT once `listen` was called."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.training = False  # before and after training there is nothing to save: end at once
        self._signalled = False

    def listen(self) -> None:
        """Handle SIGTERM and SIGINT in this process."""
        signal.signal(signal.SIGTERM, self._handle)
        signal.signal(signal.SIGINT, self._handle)

    def made(self) -> bool:
        """Whether somebody wants the run to end."""
        return self._signalled or self.file.exists()

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._signalled = True
        if not self.training:
            raise Stopped(0)


def die_with_parent() -> None:
    """End this process when the one named in the environment ends, even by SIGKILL.

    Linux's PR_SET_PDEATHSIG does it at once. It is bound to the *thread* that started us, and other systems
    lack it, so a thread looks at the parent's id as well.
    """
    named = os.environ.get(PARENT, "")
    if not named.isdigit():
        return  # started by hand
    parent = int(named)
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before we could ask
        os._exit(1)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_POLL_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
