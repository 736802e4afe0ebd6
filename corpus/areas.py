"""The tree of areas: in which part of the client's knowledge a passage stands.

A first guess comes from the path alone (`area_of`). When all documents are in, `AreaTree` looks at how many
passages each place holds and joins what is too small to be examined on its own to the place above it.
The rules are in docs/design/corpus.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from .identify import title_from_name

SEPARATOR = " / "
LEVELS = 3
GENERAL = "general"
"""The area of what has no folder and is too small for an area of its own."""
OWN = 20
"""Passages from which on a document in a folder is an area of its own."""
SECTIONS = 40
"""Passages from which on a document is split into areas by its top headings."""

_INDEX = frozenset(("index", "readme", "_index", "home", "main", "default"))
_LONGEST = 80


@dataclass(frozen=True)
class Place:
    """A document as far as areas go: accepted passages in all and under each of its top headings."""

    path: str
    title: str
    passages: int
    sections: Mapping[str, int] = field(default_factory=dict)


def area_of(path: str, title: str = "") -> str:
    """The area that a path stands for: its folders, or the document's title where there is no folder."""
    return SEPARATOR.join(_folders(path)) or _name(path, title)


def _folders(path: str) -> tuple[str, ...]:
    # an archive is a folder like any other
    return tuple(_tidy(re.sub(r"(?<=.)\.zip$", "", part)) for part in path.split("/")[:-1][:LEVELS])


def _name(path: str, title: str) -> str:
    return _tidy(title) or _tidy(title_from_name(path.rsplit("/", 1)[-1])) or GENERAL


def _tidy(name: str) -> str:
    """A name as one level of an area path: on one line, without the separator, not too long."""
    name = " ".join(name.replace(SEPARATOR, " - ").split())
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip() + "…"


def top_headings(headings: Mapping[str, int]) -> dict[str, str]:
    """Heading path → the heading under which its passages count, given the passages of each path.

    That is the first one, or the second where nearly all stands under one first heading: the title.
    """
    parts = {heading: heading.split(" > ") for heading in headings}
    firsts: Counter[str] = Counter()
    for heading, count in headings.items():
        firsts[parts[heading][0]] += count
    most, count = firsts.most_common(1)[0] if firsts else ("", 0)
    deeper = most if count >= 0.8 * sum(headings.values()) else None
    return {
        heading: (path[1] if len(path) > 1 else "") if path[0] == deeper else path[0]
        for heading, path in parts.items()
    }


class AreaTree:
    """The tree that documents make together: `add` each of them, then ask for the areas of each with `of`.

    `smallest` is the number of passages below which an area is joined to the one above it. It keeps the areas, not the
    documents.
    """

    def __init__(self, smallest: int = 5) -> None:
        self._smallest = smallest
        self._held: Counter[tuple[str, ...]] = Counter()
        self._joined: set[tuple[str, ...]] | None = None  # the areas that went to the one above them

    def add(self, place: Place) -> None:
        """Count a document's passages."""
        area = _own(place, self._smallest)
        split = _sections(place, area, self._smallest)
        self._held[area] += place.passages - sum(place.sections[name] for name in split)
        self._joined = None

    def of(self, place: Place) -> dict[str, str]:
        """{"": its area, top heading: that section's area} of a document that was added."""
        if self._joined is None:
            self._joined = self._joined_up()
        own = _own(place, self._smallest)
        sections = _sections(place, own, self._smallest)
        final = own
        while final in self._joined:
            final = final[:-1]
        named = {name: SEPARATOR.join(area) for name, area in sections.items()}
        return {"": SEPARATOR.join(final) or GENERAL, **named}

    def _joined_up(self) -> set[tuple[str, ...]]:
        """An area that holds too little goes to the folder above, the deepest first."""
        joined: set[tuple[str, ...]] = set()
        totals = Counter(self._held)
        for depth in range(LEVELS, 0, -1):
            for area in [area for area in totals if len(area) == depth]:
                if totals[area] < self._smallest:
                    totals[area[:-1]] += totals.pop(area)
                    joined.add(area)
        return joined


def _own(place: Place, smallest: int) -> tuple[str, ...]:
    """Folders, and the document itself if it is large or stands outside of all folders."""
    folders = _folders(place.path)
    if len(folders) >= LEVELS:
        return folders
    stem = title_from_name(place.path.rsplit("/", 1)[-1]).lower()
    if folders and (stem in _INDEX or place.passages < OWN):
        return folders
    return (*folders, _name(place.path, place.title)) if place.passages >= smallest else folders


def _sections(place: Place, area: tuple[str, ...], smallest: int) -> dict[str, tuple[str, ...]]:
    """Areas of a large document's top sections; small ones stay with the document."""
    large = {name: count for name, count in place.sections.items() if name and count >= max(smallest, 8)}
    if place.passages < SECTIONS or len(large) < 2 or len(area) >= LEVELS:
        return {}
    return {name: (*area, _tidy(name)) for name in large}
