"""The rules of custody that revision 0002 adds: withdrawals are append-only."""

from .rules_0001 import append_only


def rules() -> list[str]:
    """All triggers of revision 0002."""
    return append_only("withdrawal", "withdrawals")
