"""Licence files beside documents: what a LICENSE, COPYING or NOTICE says of its folder and all below it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from .encoding import read_text
from .errors import CorpusError
from .licences import name_in
from .notices import Notice, decisive, find_notices

_FILE = re.compile(r"(?:licen[sc]e|copying|notice)(?:[-_.]\w+)?(?:\.(?:md|txt|rst|html?))?", re.IGNORECASE)
_HEAD = 1_000  # characters in which a licence's own text gives its name
_MOST_BYTES = 1_000_000

# Words that only the licence's own text has, the more special before the more general.
_TEXTS: tuple[tuple[str, str], ...] = (
    (r"apache license,?\s+version 2\.0", "Apache-2.0"),
    (r"gnu affero general public license\s+version 3", "AGPL-3.0"),
    (r"gnu lesser general public license\s+version 3", "LGPL-3.0"),
    (r"gnu lesser general public license\s+version 2\.1", "LGPL-2.1"),
    (r"gnu general public license\s+version 3", "GPL-3.0"),
    (r"gnu general public license\s+version 2", "GPL-2.0"),
    (r"mozilla public license,?\s+version 2\.0", "MPL-2.0"),
    (r"cc0 1\.0 universal", "CC0-1.0"),
    (r"this is free and unencumbered software released into the public domain", "Unlicense"),
    (r"permission is hereby granted, free of charge, to any person obtaining a copy", "MIT"),
    (r"redistribution and use in source and binary forms.*neither the name", "BSD-3-Clause"),
    (r"redistribution and use in source and binary forms", "BSD-2-Clause"),
    (r"permission to use, copy, modify,? and/?(?:or)? distribute this software for any purpose", "ISC"),
)
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), name) for pattern, name in _TEXTS)
_CC_TITLE = re.compile(
    r"(?:^|\s)(attribution(?:-(?:noncommercial|noderivatives|noderivs|sharealike))*\s+\d\.\d)\s+(?:international|unported|generic)",
    re.IGNORECASE,
)


def is_licence_file(path: str) -> bool:
    """Whether a file is by its name a licence text and no document."""
    return bool(_FILE.fullmatch(path.rsplit("/", 1)[-1]))


def read_licence_file(data: bytes, name: str) -> list[Notice]:
    """What a licence file of that name says, or nothing where it isn't text or isn't understood."""
    try:
        text, _ = read_text(data[:_MOST_BYTES])
    except CorpusError:
        return []
    notice = licence_text(text, named_notice=name.lower().startswith("notice"))
    return [notice] if notice else []


def licence_text(text: str, *, named_notice: bool = False) -> Notice | None:
    """The licence that a text is or grants. A NOTICE names the licences of others too: there only sentences count."""
    if not named_notice:
        flat = " ".join(text.split())
        head = flat[:_HEAD]
        title = _CC_TITLE.search(head)
        name = name_in(f"Creative Commons {title[1]}") if title else ""
        # a sentence of the file's own comes before the text of the licence that it goes on with
        name = name or next(
            (known for pattern, known in _PATTERNS if pattern.search(flat[:8_000].lower())), ""
        )
        name = name or name_in(head)
        if name:
            return Notice(name, _first_line(text))
    return decisive(find_notices(text))


def governing(path: str, licences: Mapping[str, tuple[str, Sequence[Notice]]]) -> Notice | None:
    """The notice of the nearest licence file in the document's folder or above it, with the file's path in its words.

    `licences` maps folders ("" is the documents' own) to a licence file's path and its notices.
    """
    folder = path if licences else ""
    while folder:
        folder = folder.rpartition("/")[0]
        found = licences.get(folder)
        notice = decisive(found[1]) if found else None
        if found and notice:
            return replace(notice, evidence=f"{found[0]}: {notice.evidence}", start=None, end=None)
    return None


def _first_line(text: str) -> str:
    lines = (" ".join(line.strip(" #=*-\t").split()) for line in text.splitlines())
    return next((line for line in lines if line), "")[:300]
