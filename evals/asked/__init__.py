"""Questions that the client's users asked: read, linked to passages and facts, and put into the exam pools."""

from .follow import follow_asked
from .importing import import_asked
from .report import AskedReport

__all__ = ["AskedReport", "follow_asked", "import_asked"]
