"""What changed between two editions of a document, and where documents contradict each other."""

from .answers import compare_answers
from .matching import FactChange, FactView, compare_facts
from .sentences import ChangedValue, TextChange, compare_texts

__all__ = [
    "ChangedValue",
    "FactChange",
    "FactView",
    "TextChange",
    "compare_answers",
    "compare_facts",
    "compare_texts",
]
