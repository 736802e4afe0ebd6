"""Tables: one fact a cell, asked by the row's name and the column's heading."""

from __future__ import annotations

import re

from .build import Builder
from .contacts import EMAIL
from .context import content_words, topics
from .definitions import add_term
from .model import normalise
from .things import is_person

MAX_ROWS = 400
MAX_CELL_WORDS = 8

_NUMERIC = re.compile(r"^[\W\d]*$|^[\d.,:\s%€$£₩-]+\w{0,4}$")
_DEFINITION = re.compile(
    r"^(?:definition|meaning|what it means|explanation|뜻|정의|의미|설명)$", re.IGNORECASE
)
_NO_QUESTION = re.compile(
    r"^(?:notes?|comments?|remarks?|link|url|description|details|example|#|no\.?|비고|참고|링크)$",
    re.IGNORECASE,
)
_CLAUSE_NAME = re.compile(
    r";|\s(?:is|are|was|will|can|must|should|has|have|notifies|completes|sends|makes|reviews|edits/\w+)\s"
)
_EMPTY_CELL = re.compile(
    r"^(?:-|–|—|n/?a|none|x|✓|✔|✗|y|n|yes|no|tbd|\.|\?|없음|해당 없음|예|아니오)?$", re.IGNORECASE
)


def look_up(builder: Builder) -> None:
    """Add the cells of the passage's table."""
    rows = builder.passage.rows or pipe_rows(builder.passage.text)
    if len(rows) < 2 or len(rows[0]) < 2:
        return
    header = [" ".join(cell.split()).rstrip(" :：") for cell in rows[0]]
    body = [row for row in rows[1:] if len(row) == len(header)]
    if not headed(header, body):
        builder.rejected["table_without_header"] += 1
        return
    column = key_column(header, body)
    if column is None:
        builder.rejected["table_without_key"] += 1
        return
    page = table_topic(builder, header)
    position = 0
    for row in body[:MAX_ROWS]:
        span = row_span(builder.passage.text, row, position)
        if span is None:
            builder.rejected["row_not_found"] += 1
            continue
        position = span[1]
        for index, heading in enumerate(header):
            if index != column:
                _cell(
                    builder,
                    row_name(header[column], row[column].strip()),
                    heading,
                    row[index].strip(),
                    span,
                    page,
                )


def _cell(builder: Builder, name: str, heading: str, cell: str, span: tuple[int, int], page: str) -> None:
    if not heading or not name or _EMPTY_CELL.match(cell):
        builder.rejected["empty_cell"] += 1
    elif _DEFINITION.match(heading):
        add_term(builder, name, re.split(r"(?<=[a-z)])\. ", cell)[0].rstrip("."), span, f"{name}: {cell}")
    elif (
        _NO_QUESTION.match(heading)
        or len(cell.split()) > MAX_CELL_WORDS
        or len(name.split()) > 7
        or _CLAUSE_NAME.search(name)
        or cell.rstrip(".").endswith("니다")
    ):
        builder.rejected["long_cell"] += 1
    else:
        qualifier = page if page and not content_words(page) <= content_words(f"{name} {heading}") else ""
        subject = f"{name} ({qualifier})" if qualifier and "(" not in name else name
        builder.add(
            "table", subject, heading, cell, span=span, claim=f"{name}, {heading}: {cell}", qualify=False
        )


def row_name(heading: str, cell: str) -> str:
    """The row's name: a size, a code or a number alone says too little, so the key column's heading goes before it."""
    if (
        heading
        and len(heading.split()) <= 3
        and re.match(
            r"^(?:(?:extra )?(?:small|medium|large)|x*[sml]|[\d].*|[A-Z]{1,3}-?\d+)$", cell, re.IGNORECASE
        )
    ):
        return f"{heading.lower() if not heading.isupper() else heading} {cell}"
    return cell


def table_topic(builder: Builder, header: list[str]) -> str:
    """What the table is about: the nearest heading that says more than its header row."""
    for candidate in topics(builder.passage):
        if not content_words(candidate) <= content_words(" ".join(header)):
            return candidate
    return ""


def headed(header: list[str], body: list[list[str]]) -> bool:
    """Whether the first row names the columns: all filled, distinct, short and not numbers."""
    if not body or any(not cell or len(cell.split()) > 7 or _NUMERIC.match(cell) for cell in header[1:]):
        return False
    if any(
        is_person(part) or EMAIL.search(part)
        for cell in header
        for part in re.split(r"\s+(?:&|and)\s+|, ", cell)
    ):
        return False
    named = [normalise(cell) for cell in header]
    return len(set(named)) == len(named)


def key_column(header: list[str], body: list[list[str]]) -> int | None:
    """The column whose cells name the rows: the first that is filled, unique and not numeric."""
    for index in range(min(len(header), 3)):
        cells = [normalise(row[index]) for row in body]
        if (
            all(cells)
            and len(set(cells)) == len(cells)
            and not all(_NUMERIC.match(row[index]) for row in body)
        ):
            return index
    return None


def row_span(text: str, row: list[str], position: int) -> tuple[int, int] | None:
    """Where the line of `row` stands in `text`, from `position` on."""
    line = " | ".join(row)
    at = text.find(line, position)
    if at >= 0:
        return at, at + len(line.rstrip(" |"))
    pattern = r"[ \t]*[|,\t][ \t]*\"?".join(re.escape(cell.strip()) for cell in row)
    match = re.compile(pattern).search(text, position)
    return match.span() if match else None


def pipe_rows(text: str) -> list[list[str]]:
    """The rows of a Markdown table that stands in `text` as it is."""
    rows: list[list[str]] = []
    for line in text.splitlines():
        body = line.strip()
        if body.count("|") < 1 or set(body) <= set("|-: "):
            continue
        rows.append([cell.strip() for cell in body.strip("|").split("|")])
    return rows if len(rows) > 1 and all(len(row) == len(rows[0]) for row in rows) else []
