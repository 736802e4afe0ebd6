"""What Night School knows: one SQLite file, its tables, its rules and the named questions it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .engine import Store, open_store
    from .reading import Reader, open_reader

__all__ = ["Reader", "Store", "open_reader", "open_store"]

_HOMES = {"open_store": "engine", "Store": "engine", "open_reader": "reading", "Reader": "reading"}


def __getattr__(name: str) -> Any:
    # Lazy, so that a command that only reads doesn't pay 0.6 s for SQLModel.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
