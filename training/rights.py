"""Whether a document's rights allow teaching from it. What they allow is worked out in `corpus/clearance.py`."""

from __future__ import annotations

WITHHELD = ("quarantined", "rejected", "withdrawn")
"""States in which nothing is taught from a document, whatever its clearance."""


def may_teach(clearance: str, state: str = "accepted") -> bool:
    """Only what is cleared for training, of a document that nothing holds back."""
    return clearance == "train" and state not in WITHHELD


def why_not(clearance: str, state: str) -> str:
    """What stands in the way, for the counts of what was left out."""
    return state if state in WITHHELD else clearance
