"""The tree of areas: in which part of the client's knowledge a passage stands.

A first guess comes from the path alone (`area_of`). When all documents are in, `settle` looks at how many
passages each place holds and joins what is too small to be examined on its own to the place above it.
The rules are in docs/design/corpus.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
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


def settle(places: Iterable[Place], smallest: int = 5) -> dict[str, dict[str, str]]:
    """Area of each document: path → {"": its area, top heading: that section's area}.

    `smallest` is the number of passages below which an area is joined to the one above it.
    """
    places = list(places)
    chosen: dict[str, tuple[str, ...]] = {place.path: _own(place, smallest) for place in places}
    sections = {place.path: _sections(place, chosen[place.path], smallest) for place in places}
    held: Counter[tuple[str, ...]] = Counter()
    for place in places:
        split = sections[place.path]
        held[chosen[place.path]] += place.passages - sum(place.sections[name] for name in split)
    final = _joined_up(held, smallest)
    out: dict[str, dict[str, str]] = {}
    for place in places:
        parts = {name: SEPARATOR.join(area) for name, area in sections[place.path].items()}
        out[place.path] = {"": SEPARATOR.join(final[chosen[place.path]]) or GENERAL, **parts}
    return out


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


def _joined_up(held: Counter[tuple[str, ...]], smallest: int) -> dict[tuple[str, ...], tuple[str, ...]]:
    """For each area the one that it ends up in: an area that holds too little goes to the folder above."""
    final = {area: area for area in held}
    totals = Counter(held)
    for depth in range(LEVELS, 0, -1):
        for area in [area for area in totals if len(area) == depth]:
            if totals[area] >= smallest:
                continue
            above = area[:-1]
            totals[above] += totals.pop(area)
            for source, target in final.items():
                if target == area:
                    final[source] = above
    return final
