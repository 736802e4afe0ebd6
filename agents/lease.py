"""One campaign at a time on a workspace: a lock file beside the store, which the system frees on any death.

The file `<store>.lease` stays in place (removing it would split waiters over two files); what it says, the
process and the campaign, is true only while it is locked.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..store.errors import CampaignError

_POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Holder:
    """Who holds the lease. `campaign_id` is None for the making of a model; `pid` where nothing is written yet."""

    pid: int | None
    campaign_id: int | None

    def __str__(self) -> str:
        if self.pid is None:
            return "a campaign"
        what = f"campaign {self.campaign_id}" if self.campaign_id is not None else "the making of a model"
        return f"{what} (process {self.pid})"


@contextmanager
def lease(
    path: Path, campaign_id: int | None, *, wait_s: float = 0.0, stopped: Callable[[], bool] | None = None
) -> Iterator[None]:
    """Hold the lease for the length of the block.

    Args:
        path: the lock file.
        wait_s: how long to wait for another campaign to end, in seconds; `stopped` ends the waiting early.

    Raises:
        CampaignError: another campaign holds it still; the line says which.
    """
    import filelock

    lock = filelock.FileLock(path, thread_local=False)
    deadline = time.monotonic() + wait_s
    while True:
        left = deadline - time.monotonic()
        try:
            lock.acquire(timeout=min(_POLL_SECONDS, max(0.0, left)))
            break
        except filelock.Timeout:
            if left <= 0 or (stopped is not None and stopped()):
                raise CampaignError(
                    f"{_read(path)} is running on this workspace: wait for it, or stop it with "
                    "nightschool campaign cancel."
                ) from None
        except OSError as error:
            raise CampaignError(f"{path} can't be locked: {error.strerror or error}.") from error
    try:
        path.write_text(json.dumps({"pid": os.getpid(), "campaign": campaign_id}), encoding="utf-8")
        yield
    finally:
        lock.release()


def holder(path: Path) -> Holder | None:
    """Who holds the lease now, or None when nobody does. A look, not a promise: it may change at once."""
    import filelock

    lock = filelock.FileLock(path, thread_local=False)
    try:
        with lock.acquire(timeout=0):
            return None
    except filelock.Timeout:
        return _read(path)
    except OSError:
        return None  # a folder that can't be written: nobody can hold a lease there


def _read(path: Path) -> Holder:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Holder(int(said["pid"]), said["campaign"] and int(said["campaign"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder(None, None)
