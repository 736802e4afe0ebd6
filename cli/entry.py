"""The console script's first step: what must be so before the command line's modules load."""

import os
import sys

STOPPED = 130


def run() -> None:
    """Load and run the command line; Ctrl-C while it loads ends in one line too."""
    # Before anything loads torch: its threads must not spin while they wait (training/child.py has the figures).
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        from .main import app
    except KeyboardInterrupt:
        sys.stderr.write("nightschool: Stopped before anything was done.\n")
        sys.exit(STOPPED)
    app(prog_name="nightschool")
