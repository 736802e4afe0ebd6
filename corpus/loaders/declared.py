"""What a file declares about its rights outside of its text, as `name: value`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bs4 import BeautifulSoup, Tag

from ..documents import one_line

_KEYS = (
    "license",
    "licence",
    "rights",
    "copyright",
    "spdx-license-identifier",
    "tdm-reservation",
    "tdm-policy",
)
_META = (
    "dc.rights",
    "dcterms.rights",
    "dcterms.license",
    "dcterms.licence",
    "copyright",
    "license",
    "licence",
    "rights",
)
_TDM = ("tdm-reservation", "tdm-policy")
_REFUSALS = frozenset(("noai", "noimageai", "noml"))
_SPDX = re.compile(r"SPDX-License-Identifier:[ \t]*[A-Za-z0-9.()+ -]+")
_HEAD = 3_000  # characters in which a comment with an SPDX line is looked for
_LONGEST = 500
_FOOTER = re.compile(
    r"©|ⓒ|\(c\)|copyright|rights|rechte|droits|derechos|licen[sc]e|저작|무단|공공누리|권리", re.IGNORECASE
)


def declarations(values: Mapping[str, str], source: str) -> list[str]:
    """The keys of a front matter that are about rights, and SPDX lines in comments at the head of the source."""
    found = [_line(key, values[key]) for key in _KEYS if values.get(key, "").strip()]
    lines = (one_line(match.group().split("--")[0]) for match in _SPDX.finditer(source[:_HEAD]))
    known = {line.casefold() for line in found}
    return found + [line for line in dict.fromkeys(lines) if line.casefold() not in known]


def in_html(soup: BeautifulSoup) -> list[str]:
    """Reservations and licences that an HTML page declares: meta elements, licence links, and its footer."""
    found: list[str] = []
    for tag in soup.find_all("meta"):
        name = str(tag.get("name") or tag.get("property") or "").strip().casefold()
        content = str(tag.get("content") or "").strip()
        words = set(re.split(r"[,;\s]+", content.casefold()))
        if content and (
            name in _META or name in _TDM or (name.endswith(("robots", "bot")) and words & _REFUSALS)
        ):
            found.append(_line(f"meta {name}", content))
    for tag in soup.find_all(["link", "a"], rel="license"):
        # of an <a> deep in the text it may be a picture's: only a licence that is known by its address counts
        href = str(tag.get("href") or "").strip()
        if href and not tag.find_parent(["figure", "figcaption"]):
            found.append(_line("link license", href))
    footers = [
        tag for tag in soup.find_all("footer") if isinstance(tag, Tag) and not tag.find_parent("article")
    ]
    if footers:
        text = one_line(footers[-1].get_text(" "))
        place = _FOOTER.search(text)
        if place:
            found.append(_line("footer", text[max(0, place.start() - 100) :]))
    return list(dict.fromkeys(found))


def _line(name: str, value: str) -> str:
    return f"{name}: {one_line(value)[:_LONGEST]}"
