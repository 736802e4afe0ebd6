"""Sitting an exam: a model (in this process or behind an endpoint) answers a campaign's questions."""

from .base import Answerer, Reply, TableAnswerer
from .opening import open_answerer
from .settings import AnsweringSettings

__all__ = ["Answerer", "AnsweringSettings", "Reply", "TableAnswerer", "open_answerer"]
