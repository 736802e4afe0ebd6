"""The metadata at the head of files of site generators: YAML between `---`, TOML between `+++`.

Read line by line and not by a YAML parser: only plain `key: value` lines matter here, and files whose front
matter is broken are common.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LINE = re.compile(r"""["']?(?P<key>[A-Za-z_][\w .-]{0,60}?)["']?\s*[:=]\s*(?P<value>.*)""")
_FENCE = re.compile(r"(?:---|\+\+\+)(?:yaml|toml|json|js)?")
_LONGEST = 400


@dataclass(frozen=True)
class FrontMatter:
    """`values` of the top level; `length` in lines of the file; `broken` if it is never closed."""

    values: dict[str, str] = field(default_factory=dict)
    length: int = 0
    broken: bool = False


def read_front_matter(lines: list[str]) -> FrontMatter:
    """The front matter that the lines begin with, if any. If never closed, it ends at the first blank line."""
    fence = lines[0].rstrip() if lines else ""
    if not _FENCE.fullmatch(fence):
        return FrontMatter()
    closing = next(
        (i for i in range(1, min(len(lines), _LONGEST)) if lines[i].rstrip() in (fence[:3], "...")), 0
    )
    end = closing or next((i for i in range(1, len(lines)) if not lines[i].strip()), len(lines))
    inside = lines[1:end]
    named = [match for match in map(_LINE.match, inside) if match]
    filled = sum(1 for line in inside if line.strip())
    typed = len(fence) > 3 and closing > 0
    if not typed:
        if not named and filled or (not closing and len(named) < 0.7 * filled):
            return FrontMatter()
        if closing and not _is_metadata(inside):
            return FrontMatter()
    values = {match["key"].strip().lower(): _unquoted(match["value"]) for match in named}
    return FrontMatter(values, end + bool(closing), not closing)


def _is_metadata(lines: list[str]) -> bool:
    """Tells front matter from text between two rules: it begins with a key, a table or a comment."""
    first = next((line for line in lines if line.strip()), "")
    return not first or bool(_LINE.match(first)) or first.startswith(("#", "[", "- ", "%"))


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1].replace("''", "'").replace('\\"', '"')
    return "" if value in ("null", "~", "|", ">", "[]") else value.split(" #")[0].strip().strip("\"'")
