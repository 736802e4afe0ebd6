"""How results look: tables for people, JSON for programs, bars for long work.

Document text, model answers and judge replies are untrusted: they are printed as plain text, never as markup,
and control characters (which could drive a terminal) are shown, not sent.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def plain(value: Any) -> str:
    """A value as one safe piece of text."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", str(value))


def share(value: float | None) -> str:
    """0.853 → 85 %."""
    return "–" if value is None else f"{100 * value:.0f} %"


def interval(estimate: float | None, low: float | None, high: float | None) -> str:
    """85 % [79, 90]."""
    if estimate is None:
        return "–"
    if low is None or high is None:
        return share(estimate)
    return f"{100 * estimate:.0f} % [{100 * low:.0f}, {100 * high:.0f}]"


def console(*, stderr: bool = False) -> "Console":
    """A rich console that follows the terminal (and NO_COLOR), 100 columns where there is none."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 120
    return Console(stderr=stderr, highlight=False, markup=False, width=width)


def print_json(value: Any) -> None:
    """One JSON document on stdout; times as ISO text."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def table(
    rows: Sequence[dict[str, Any]], columns: Sequence[str], *, title: str = "", empty: str = "Nothing yet."
) -> None:
    """Print `columns` of `rows`; `empty` where there are none. Column names lose their underscores."""
    out = console()
    if not rows:
        out.print(empty)
        return
    from rich.table import Table
    from rich.text import Text

    grid = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for name in columns:
        numeric = all(isinstance(row.get(name), (int, float, type(None))) for row in rows)
        grid.add_column(name.replace("_", " "), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text(plain(row.get(name))) for name in columns))
    out.print(grid)


def listing(rows: Sequence[dict[str, Any]], columns: Sequence[str], as_json: bool, *, empty: str) -> None:
    """A list command's output: all fields as JSON, or chosen columns as a table."""
    if as_json:
        print_json(list(rows))
    else:
        table(rows, columns, empty=empty)


def record(fields: dict[str, Any]) -> None:
    """Print one thing, a field a line; longer text below its name."""
    out = console()
    width = max((len(name) for name in fields), default=0)
    for name, value in fields.items():
        if value is None or value == "" or value == [] or value == {}:
            continue
        text = (
            json.dumps(value, ensure_ascii=False, indent=2, default=str)
            if isinstance(value, (dict, list))
            else plain(value)
        )
        label = name.replace("_", " ").ljust(width)
        out.print(f"{label}  {text}" if "\n" not in text else f"{label}\n{text}")


class Bars:
    """Progress of several stages, one bar each; silent where stderr is no terminal."""

    def __init__(self, progress: Any) -> None:
        self._progress = progress
        self._tasks: dict[str, Any] = {}

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(stage, total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)

    def say(self, line: str) -> None:
        """A line above the bars."""
        self._progress.console.print(line)


@contextmanager
def bars() -> Iterator[Bars]:
    """Progress bars on stderr, so that stdout stays clean for --json and pipes."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<22}"), BarColumn(30), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=console(stderr=True), transient=False, disable=not sys.stderr.isatty()
    ) as progress:
        yield Bars(progress)
