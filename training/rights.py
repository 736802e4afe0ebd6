"""Whether what is known about a document's rights allows teaching from it."""

from __future__ import annotations

# Words that a client writes when a document may be examined on, but not trained on.
REFUSED = ("no", "none", "forbidden", "denied", "withdrawn", "expired", "no training", "exam only")


def may_teach(rights: str) -> bool:
    """False when the rights say no in one of the words of REFUSED; "unknown" is the client's own risk."""
    return " ".join(rights.casefold().replace("-", " ").replace("_", " ").split()) not in REFUSED
