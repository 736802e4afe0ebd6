"""The schema's history. Each file in `versions` is one step; `HISTORY` names them in order.

A test compares it with what Alembic finds, so that opening a current file needn't import Alembic.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class History:
    """A folder of migrations and its revisions, oldest first."""

    folder: Path
    revisions: tuple[str, ...]

    @property
    def head(self) -> str:
        """The newest revision."""
        return self.revisions[-1]


HISTORY = History(Path(__file__).parent, ("0001", "0002", "0003", "0004"))
