"""The time, as the store keeps it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment in UTC, without a zone (SQLite keeps none)."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
