"""Facts from passages, and the ways to ask for them."""

from .extract import extract
from .model import Extraction, FactDraft, PassageText, Wording
from .wordings import wordings

__all__ = ["Extraction", "FactDraft", "PassageText", "Wording", "extract", "wordings"]
