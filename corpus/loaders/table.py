"""CSV and TSV: delimiter and header found, sound rows read, damaged ones reported by line number."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence

from ..documents import LoadedDocument, TextBuilder
from ..encoding import read_text
from ..errors import CorpusError
from ..identify import language_of

_DELIMITERS = (",", ";", "\t", "|")
_MOST_LINES = 60  # a quoted cell that is longer is an unclosed quote
_MOST_NOTES = 20
_NUMERIC = frozenset("0123456789.,-+/%:$€£₩()~ ")


def load_table(data: bytes) -> LoadedDocument:
    """Read a CSV or TSV file as one table. Without a header row it is read as a list or as label-value lines."""
    text, notes = read_text(data)
    lines = text.split("\n")
    delimiter = _delimiter(lines)
    width, rows, damaged = _rows(lines, delimiter)
    if not rows:
        raise CorpusError("no rows could be read as comma-, semicolon- or tab-separated values")
    builder = TextBuilder("csv")
    if has_header(rows):
        builder.table(rows)
    else:
        builder.note("no header row found")
        add_headless(builder, rows)
    notes += damaged[:_MOST_NOTES]
    if len(damaged) > _MOST_NOTES:
        notes.append(f"{len(damaged) - _MOST_NOTES} more damaged rows left out")
    return builder.build("", language_of(text), notes)


def add_rows(builder: TextBuilder, rows: Sequence[Sequence[str]]) -> None:
    """Add rows of one width as a table if their first row names the columns, else as headless rows.

    The corner above the names of the rows may be empty.
    """
    corner = not rows[0][0].strip() and len(rows[0]) > 2 and has_header([row[1:] for row in rows])
    if corner or has_header(rows):
        builder.table(rows)
    else:
        add_headless(builder, rows)


def add_headless(builder: TextBuilder, rows: Sequence[Sequence[str]]) -> None:
    """Add rows that have no header: two columns are label and value, more are a list of rows."""
    if rows and len(rows[0]) == 2 and all(row[0].strip(" :：") and row[1].strip() for row in rows):
        builder.pairs([(row[0], row[1]) for row in rows])
    else:
        builder.items([("-", [" | ".join(cell for cell in row if cell.strip())]) for row in rows])


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: short, distinct, filled, no numbers, unlike what is below."""
    first = [cell.strip() for cell in rows[0]]
    if not all(first) or len(set(first)) < len(first) or max(map(len, first)) > 60:
        return False
    if any(_is_number(cell) for cell in first):
        return False
    if len(rows) < 2:
        return False
    below = rows[1:200]
    for column, name in enumerate(first):
        cells = [row[column].strip() for row in below if row[column].strip()]
        numbers = sum(_is_number(cell) for cell in cells)
        if cells and (numbers > len(cells) / 2 or sum(map(len, cells)) / len(cells) > 2 * len(name) + 4):
            return True
    lowered = {cell.lower() for row in below for cell in row}
    return not any(name.lower() in lowered for name in first)


def _is_number(cell: str) -> bool:
    return any(char.isdigit() for char in cell) and all(char in _NUMERIC for char in cell)


def _delimiter(lines: list[str]) -> str:
    """The delimiter with which most lines have the same number of cells, two or more."""
    sample = [line for line in lines[:400] if line.strip()]
    best, score = ",", 0.0
    for mark in _DELIMITERS:
        counts = Counter(len(row) for row in (_parsed(line, mark) for line in sample) if row)
        counts.pop(1, None)
        if counts:
            width, count = max(counts.items(), key=lambda pair: (pair[1], pair[0]))
            if count * min(width, 4) ** 0.25 > score:
                best, score = mark, count * min(width, 4) ** 0.25
    return best


def _parsed(record: str, delimiter: str) -> list[str]:
    """The cells of one record, or [] if its quoting is broken."""
    try:
        rows = list(csv.reader([record], delimiter=delimiter, strict=True, skipinitialspace=True))
    except csv.Error:
        return []
    return rows[0] if len(rows) == 1 else []


def _rows(lines: list[str], delimiter: str) -> tuple[int, list[list[str]], list[str]]:
    """Width of the table, its sound rows, and a note on each damaged row."""
    records = list(_records(lines, delimiter))
    counts = Counter(len(cells) for _, cells, _ in records if cells)
    header = next((len(cells) for _, cells, _ in records if cells), 0)
    if not counts:
        return 0, [], [note for _, _, note in records if note]
    common = counts.most_common(1)[0][0]
    width = header if counts[header] >= 0.3 * sum(counts.values()) else common
    rows: list[list[str]] = []
    damaged: list[str] = []
    for number, cells, fault in records:
        while len(cells) > width and not cells[-1].strip():
            cells = cells[:-1]
        if fault:
            damaged.append(f"line {number}: {fault}; left out")
        elif len(cells) != width:
            few = "few" if len(cells) < width else "many"
            damaged.append(f"line {number}: too {few} columns ({len(cells)} instead of {width}); left out")
        elif any(cell.strip() for cell in cells):
            rows.append(cells)
    return width, rows, damaged


def _records(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """Line number, cells and fault of each record. A quote that is never closed costs its own line only."""
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
            continue
        if line.count('"') % 2 == 0:
            cells = _parsed(line, delimiter)
            yield at + 1, cells, "" if cells else "broken quotes"
            at += 1
            continue
        end = next(
            (i for i in range(at + 1, min(at + _MOST_LINES, len(lines))) if lines[i].count('"') % 2), -1
        )
        cells = _parsed("\n".join(lines[at : end + 1]), delimiter) if end > 0 else []
        if cells and not _complete(lines[at + 1 : end], delimiter, len(cells)):
            yield at + 1, cells, ""
            at = end + 1
        else:
            yield at + 1, [], "unclosed quote"
            at += 1


def _complete(lines: list[str], delimiter: str, width: int) -> bool:
    """Whether a line inside a quoted cell is itself a whole row: then the quote was never closed."""
    return width > 1 and any(len(_parsed(line, delimiter)) >= width for line in lines if line.strip())
