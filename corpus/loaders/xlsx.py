"""Workbooks by openpyxl: each sheet under its name, each block of rows as a table."""

from __future__ import annotations

import io
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..documents import LoadedDocument, TextBuilder, one_line
from ..errors import CorpusError
from ..identify import language_of
from .failures import PARSER_FAILURES, told
from .office import open_package
from .xlsx_regions import add_region
from .xlsx_scan import SheetScan, scan_sheet
from .xlsx_values import shown

_MOST_CELLS = 1_500_000  # also empty ones: a row of one cell below a row of 16,000 is as wide as that
_MOST_TEXT = 50_000_000  # characters: many cells may share one long text
_MOST_LINES = 1_100_000  # a sheet has 1,048,576; a damaged one may claim that its next row is the billionth


@dataclass
class _Budget:
    """What may be read: filled rows of each sheet; of all together cells, characters, and the time it ends."""

    rows: int
    cells: int
    ends: float
    text: int


def load_xlsx(data: bytes, *, max_rows: int = 50_000, max_seconds: float = 60.0) -> LoadedDocument:
    """Read a workbook (.xlsx, .xlsm) with the results that its formulas had when it was saved.

    `max_rows` bounds the filled rows of each sheet, `max_seconds` the time for the workbook; what is left is
    told in `notes`. Raises `CorpusError` when it is locked, damaged or too large, `UnsupportedFormat` for
    another kind of file.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    failures = (*PARSER_FAILURES, InvalidFileException)
    builder = TextBuilder("xlsx")
    budget = _Budget(max_rows, _MOST_CELLS, time.monotonic() + max_seconds, _MOST_TEXT)
    with open_package(data, "xl/", "workbook", ".xlsx") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of each extension that it doesn't know
        try:
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        except failures as error:
            raise CorpusError(f"damaged workbook: {told(error)}") from None
        try:
            sheets: list[Any] = list(book.worksheets)
            for sheet in sheets:
                name = one_line(str(sheet.title))
                if sheet.sheet_state != "visible":
                    builder.note(f"left out: hidden sheet {name!r}")
                    continue
                try:
                    scan = scan_sheet(archive, sheet._worksheet_path)
                    _add_sheet(builder, sheet, name, scan, budget)
                except (CorpusError, *failures) as error:
                    builder.note(f"sheet {name!r} can't be read to its end: {told(error)}")
            title = one_line(str(book.properties.title or ""))
            charts = len(book.chartsheets)
        finally:
            book.close()
    if charts:
        builder.note(f"{charts} sheets that are a chart left out")
    if builder.is_empty:
        raise CorpusError("; ".join(("empty: no cell with text in it", *builder.build("", "").notes)))
    return builder.build(title, language_of(builder.text))


def _add_sheet(builder: TextBuilder, sheet: Any, name: str, scan: SheetScan, budget: _Budget) -> None:
    if scan.formulas:
        builder.note(
            f"sheet {name!r}: {scan.formulas} formulas without a stored result left empty: open the file in a "
            "spreadsheet program and save it"
        )
    if scan.hidden:
        builder.note(f"sheet {name!r}: hidden rows or columns were read like the others")
    sheet.reset_dimensions()  # some programs write too small a size, and the rest would be left out
    region: list[list[str]] = []
    headed = False
    wide = 0

    def flush() -> None:
        nonlocal headed
        if region:
            if not headed:
                builder.heading(1, name)
            headed = True
            add_region(builder, region)
            region.clear()

    try:
        for number, row in enumerate(_rows(builder, sheet, name, scan, budget), start=1):
            if row:
                wide = max(wide, len(row)) if region else len(row)
                if region and (len(region) + 1) * wide > _MOST_CELLS:
                    builder.note(f"sheet {name!r}: rows from {number:,} on left out: the table is too large")
                    break
                region.append(row)
            else:
                flush()
    finally:
        flush()  # what was read before a damaged row is kept
    if not headed:
        builder.note(f"sheet {name!r} is empty")


def _rows(
    builder: TextBuilder, sheet: Any, name: str, scan: SheetScan, budget: _Budget
) -> Iterator[list[str]]:
    """The rows of a sheet as text, [] for empty ones, up to the bounds."""
    held: dict[int, tuple[int, str]] = {}  # column → last row of a merged cell, its text
    filled = errors = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        budget.cells -= len(row)
        late = number % 500 == 0 and time.monotonic() > budget.ends
        if number > _MOST_LINES or filled >= budget.rows or min(budget.cells, budget.text) < 0 or late:
            spent = min(budget.cells, budget.text) < 0
            if any(cell.value is not None for cell in row) or late or spent or number > _MOST_LINES:
                why = "it took too long" if late else f"{filled:,} rows were read"
                builder.note(f"sheet {name!r}: rows from {number:,} on left out: {why}")
                break
            continue
        line = [""] * len(row)
        for column, cell in enumerate(row, start=1):
            value = cell.value
            if value is None:
                continue
            if cell.data_type == "e":
                errors += 1
                continue
            line[column - 1] = one_line(shown(value, cell.number_format))
            if (number, column) in scan.below:
                held[column] = (scan.below[number, column], line[column - 1])
        for column, (last, text) in list(held.items()):
            if number > last:
                del held[column]
            elif column <= len(line) and not line[column - 1] and any(line):
                line[column - 1] = text
        budget.text -= sum(map(len, line))
        filled += any(line)
        yield line if any(line) else []
    if errors:
        builder.note(f"sheet {name!r}: {errors} cells that show an error (such as #N/A) left empty")
