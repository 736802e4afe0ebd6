"""One campaign at a time, and no lease outlives its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from nightschool.agents.lease import holder, lease
from nightschool.store.errors import CampaignError

HOLD = """
import sys, time
from pathlib import Path
from nightschool.agents.lease import lease
with lease(Path(sys.argv[1]), 7):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_campaign_is_told_who_runs(tmp_path: Path) -> None:
    path = tmp_path / "store.db.lease"
    assert holder(path) is None
    with lease(path, 3):
        found = holder(path)
        assert found is not None
        assert (found.pid, found.campaign_id) == (os.getpid(), 3)
        with (
            pytest.raises(CampaignError, match=rf"campaign 3 \(process {os.getpid()}\) is running"),
            lease(path, 4),
        ):
            pass
    assert holder(path) is None
    with lease(path, 4):
        assert holder(path) is not None


def test_an_error_inside_frees_the_lease(tmp_path: Path) -> None:
    path = tmp_path / "lease"
    with pytest.raises(ZeroDivisionError), lease(path, 1):
        raise ZeroDivisionError
    assert holder(path) is None


def test_a_killed_holder_frees_it_and_a_waiting_one_gets_it(tmp_path: Path) -> None:
    path = tmp_path / "lease"
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdin is not None
    try:
        assert child.stdout.readline() == "held\n"
        found = holder(path)
        assert found is not None
        assert (found.pid, found.campaign_id) == (child.pid, 7)
        asked: list[int] = []

        def kill_when_asked() -> bool:
            asked.append(1)
            if len(asked) == 1:
                os.kill(child.pid, signal.SIGKILL)
            return False

        with lease(path, 8, wait_s=60, stopped=kill_when_asked):
            mine = holder(path)
            assert mine is not None
            assert mine.campaign_id == 8
        assert asked
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
        child.stdin.close()


def test_waiting_ends_when_the_service_ends(tmp_path: Path) -> None:
    path = tmp_path / "lease"
    with (
        lease(path, 1),
        pytest.raises(CampaignError, match="campaign 1"),
        lease(path, 2, wait_s=60, stopped=lambda: True),
    ):
        pass


def test_a_place_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CampaignError, match="can't be locked"), lease(tmp_path / "file" / "lease", 1):
        pass
