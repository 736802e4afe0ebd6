"""A block of rows of a sheet: titles above the table, then the table; blocks side by side apart."""

from __future__ import annotations

from collections.abc import Sequence

from ..documents import TextBuilder
from .paragraphs import Line, add_paragraph
from .records import add_faq_rows
from .table import add_rows

_LONGEST_TITLE_ROWS = 10


def add_region(builder: TextBuilder, rows: Sequence[Sequence[str]]) -> None:
    """Add rows without an empty one between them. Rows may be of different lengths."""
    width = max(len(row) for row in rows)
    square = [[*row, *[""] * (width - len(row))] for row in rows]
    for part in _side_by_side(square):
        _add_part(builder, part)


def _side_by_side(rows: list[list[str]]) -> list[list[list[str]]]:
    """Blocks divided by an empty column; single columns and what stands apart for looks stay together."""
    width = len(rows[0])
    used = [any(row[column] for row in rows) for column in range(width)]
    runs: list[list[int]] = []
    for column in range(width):
        if not used[column]:
            continue
        if runs and runs[-1][-1] == column - 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    apart = len(runs) > 1 and len(rows) > 1 and all(len(run) > 1 for run in runs)
    groups = runs if apart else [[column for run in runs for column in run]]
    parts = [[[row[column] for column in group] for row in rows] for group in groups]
    return [[row for row in part if any(row)] for part in parts]


def _add_part(builder: TextBuilder, rows: list[list[str]]) -> None:
    width = len(rows[0])
    if width == 1:
        for row in rows:
            add_paragraph(builder, [Line(row[0])])
        return
    titles = 0
    while titles < min(len(rows), _LONGEST_TITLE_ROWS) and sum(map(bool, rows[titles])) == 1:
        titles += 1
    if titles == len(rows):
        titles = 0
    for row in rows[:titles]:
        builder.prose(next(cell for cell in row if cell))
    rest = rows[titles:]
    # a column may have been used by a title only
    columns = [column for column in range(width) if any(row[column] for row in rest)]
    rest = [[row[column] for column in columns] for row in rest]
    if len(rest[0]) == 1:
        for row in rest:
            add_paragraph(builder, [Line(row[0])])
    elif not add_faq_rows(builder, rest):
        add_rows(builder, rest)
