"""What a file holds, written to the table `asked`: counts of a file replace those it had before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..pools import NearDuplicates
from .gathering import MOST_ANSWERS, Gathered
from .records import MOST_COUNT

if TYPE_CHECKING:
    from sqlmodel import Session

    from ...store.tables import Asked
    from .report import AskedReport

GONE = "gone"
WAITING = "waiting"
LINKED = "linked"


def write(
    session: Session,
    client_id: int,
    source: str,
    kept: Sequence[Gathered],
    threshold: float,
    report: AskedReport,
    clock: Callable[[], datetime],
) -> dict[int, int]:
    """Bring the table in line with a file; stored id → rows of the file. In the caller's transaction."""
    from sqlmodel import col, select

    from ...store.tables import Asked

    rows = list(session.exec(select(Asked).where(Asked.client_id == client_id).order_by(col(Asked.id))))
    by_key = {row.key: row for row in rows}
    by_text = {row.text: row for row in rows}
    index = NearDuplicates(by_text, threshold)
    place: dict[int, dict[str, Any]] = {}  # Python id of a row → what the file says of it
    touched: list[tuple[Asked, int]] = []
    added: list[Asked] = []
    for one in sorted(kept, key=lambda one: one.key not in by_key):  # the very same ones first
        row = by_key.get(one.key) or by_text.get(index.find(one.text) or "")
        if row is None:
            row = Asked(
                client_id=client_id, key=one.key, text=one.text, created_at=clock(), updated_at=clock()
            )
            added.append(row)
            by_key[one.key] = by_text[one.text] = row
            index.add(one.text)
        told = place.setdefault(id(row), {})
        _tell(told, one)
        touched.append((row, one.rows))
    report.new += len(added)
    for row in [*rows, *added]:
        told = place.get(id(row))
        if told is None and source not in row.sources:
            continue
        sources = {name: value for name, value in row.sources.items() if name != source}
        if told is not None:
            sources[source] = told
        if sources != row.sources or row.id is None:
            report.changed += row.id is not None
            _sum_up(row, sources, report)
            row.updated_at = clock()
            session.add(row)
    session.flush()
    found: dict[int, int] = {}
    for row, number in touched:
        assert row.id is not None
        found[row.id] = found.get(row.id, 0) + number
    return found


def _tell(told: dict[str, Any], one: Gathered) -> None:
    told["count"] = min(told.get("count", 0) + one.count, MOST_COUNT)
    told["first"] = min((day for day in (told.get("first", ""), one.first) if day), default="")
    told["last"] = max(told.get("last", ""), one.last)
    told["answers"] = list(dict.fromkeys([*told.get("answers", []), *one.answers]))[:MOST_ANSWERS]
    if one.source:
        told.setdefault("channel", one.source)


def _sum_up(row: Asked, sources: dict[str, Any], report: AskedReport) -> None:
    """The row's figures over all its files; without any it is gone."""
    answers = list(dict.fromkeys(answer for told in sources.values() for answer in told["answers"]))
    if answers != row.answers and row.state == LINKED:
        row.state, row.reason = WAITING, ""  # the reference may be another one now
    row.sources, row.answers = sources, answers[:MOST_ANSWERS]
    row.count = min(sum(told["count"] for told in sources.values()), MOST_COUNT)
    row.first_seen = min((told["first"] for told in sources.values() if told["first"]), default="")
    row.last_seen = max((told["last"] for told in sources.values()), default="")
    if not sources:
        row.state, row.reason = GONE, "no file holds it any more"
        report.gone += 1
    elif row.state == GONE:
        row.state, row.reason = WAITING, ""
