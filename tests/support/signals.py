"""Processes that are to be interrupted."""

import signal


def hear_interrupts() -> None:
    """Run in a child before its program: a suite in the background has SIGINT ignored, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
