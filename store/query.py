"""What a named query is: SQL, which of its columns to decode, and which parameters it needs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_PARAM = re.compile(r"(?<![\w:]):([a-z_]+)")


@dataclass(frozen=True)
class Query:
    """Named SQL. `json` and `flags` name the columns to decode; `needs` the parameters that must be given."""

    sql: str
    json: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @cached_property
    def params(self) -> frozenset[str]:
        """All parameter names in the SQL."""
        return frozenset(_PARAM.findall(self.sql))

    def bind(self, given: dict[str, Any]) -> dict[str, Any]:
        """Values for all parameters; None, which filters nothing, for what isn't given.

        Raises `TypeError`, as a call would, for a parameter that is unknown or missing.
        """
        if unknown := sorted(given.keys() - self.params):
            known = ", ".join(sorted(self.params)) or "none"
            raise TypeError(f"unknown parameter {unknown[0]!r}; there is {known}")
        if missing := [name for name in self.needs if given.get(name) is None]:
            raise TypeError(f"parameter {missing[0]!r} is needed")
        return {name: given.get(name) for name in self.params}

    def decode(self, row: dict[str, Any]) -> dict[str, Any]:
        """JSON columns as values, flags as bool, times (`…_at`) as `2026-01-31T23:59:59Z`."""
        for name in self.json:
            if isinstance(row[name], str):
                row[name] = json.loads(row[name])
        for name in self.flags:
            row[name] = bool(row[name])
        for name, value in row.items():
            if name.endswith("_at") and value is not None:
                row[name] = str(value)[:19].replace(" ", "T") + "Z"
        return row


def find(name: str) -> Query:
    """The query of that name in `store/queries.py`. Raises `LookupError` that names the nearest."""
    from .queries import QUERIES

    if name not in QUERIES:
        from difflib import get_close_matches

        near = get_close_matches(name, QUERIES, 1)
        raise LookupError(f"no query {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    return QUERIES[name]
