"""What openpyxl's streaming reader doesn't tell of a sheet, looked up in its XML: merged cells, empty formulas."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field

from ..zips import read_member

_FORMULA = re.compile(
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*"
    rb"</(?:\w+:)?c>"
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\bhidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col\b[^>]*\bhidden="(?:1|true)"')
_MOST_FILLED = 200_000


@dataclass
class SheetScan:
    """`below` maps the row of a cell merged over rows, and its column (both from 1), to the last such row."""

    below: dict[tuple[int, int], int] = field(default_factory=dict)
    formulas: int = 0
    hidden: bool = False


def scan_sheet(archive: zipfile.ZipFile, path: str) -> SheetScan:
    """Look through a sheet's XML. `formulas` counts those without a stored result. Raises `CorpusError`."""
    xml = read_member(archive, archive.getinfo(path))
    scan = SheetScan(formulas=len(_FORMULA.findall(xml)))
    scan.hidden = bool(_HIDDEN_ROW.search(xml) or _HIDDEN_COLUMN.search(xml))
    filled = 0
    for match in _MERGED.finditer(xml):
        column, top, bottom = _column(match[1]), int(match[2]), int(match[4])
        filled += max(bottom - top, 0)
        if bottom > top and filled <= _MOST_FILLED:
            scan.below[top, column] = bottom
    return scan


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
