"""Further kinds of questions, made from facts and their siblings: pure functions, no store."""

from .generate import Batch, generate
from .model import Item, Source

__all__ = ["Batch", "Item", "Source", "generate"]
