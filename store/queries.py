"""The named queries."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
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
        """Values for all parameters: None (no filter) for what isn't given. Raises `TypeError` as a call would."""
        if unknown := sorted(given.keys() - self.params):
            raise TypeError(
                f"unknown parameter {unknown[0]!r}; there is {', '.join(sorted(self.params)) or 'none'}"
            )
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
    """The query of that name. Raises `LookupError` that names the nearest."""
    if name not in QUERIES:
        near = get_close_matches(name, QUERIES, 1)
        raise LookupError(f"no query {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    return QUERIES[name]


QUERIES: dict[str, Query] = {"clients": Query("SELECT id, name, created_at FROM client ORDER BY name")}
