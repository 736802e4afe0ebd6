"""Takes in a file of questions: read, linked, and counted to the last row."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .custody import GENERATOR
from .follow import follow_asked
from .gathering import gather
from .reading import Source
from .report import AskedReport
from .stored import LINKED, write

if TYPE_CHECKING:
    from ...store.engine import Store
    from ..settings import ExamSettings

_BATCH = 500


def import_asked(
    store: Store,
    client_id: int,
    path: Path,
    settings: ExamSettings,
    *,
    seed: int,
    form: str = "auto",
    keep: tuple[str, ...] = (),
) -> AskedReport:
    """Import the questions of a file and link them to what the documents say.

    The same file again changes nothing; a file of the same name in a newer state replaces what it said. `form` is
    auto, csv, jsonl or chat; `keep`: globs of addresses and numbers that need not be masked.

    Raises:
        AskedError: the file can't be read or holds no question.
    """
    source = Source(path, form)
    gathering = gather(source, keep=keep, threshold=settings.near_duplicate)
    report = AskedReport(path.name, source.encoding, gathering.read, source.turns, gathering.dropped)
    with store.session() as session:
        rows = write(
            session, client_id, path.name, gathering.kept, settings.near_duplicate, report, store.clock
        )
    followed = follow_asked(store, client_id, settings, seed=seed, anew=bool(report.new or report.changed))
    report.questions, report.retired, report.facts = len(rows), followed.retired, followed.facts
    _count(store, rows, report)
    with store.session() as session:
        from ...store.events import record

        record(
            session, "asked.imported", client_id=client_id, source=path.name, read=report.read, linked=report.linked,
            questions=report.questions, new=report.new, changed=report.changed, dropped=dict(report.dropped),
        )  # fmt: skip
    return report


def _count(store: Store, rows: dict[int, int], report: AskedReport) -> None:
    """What became of the file's rows."""
    from sqlmodel import col, select

    from ...store.tables import Asked, Question

    ids = list(rows)
    with store.session(write=False) as session:
        for start in range(0, len(ids), _BATCH):
            query = select(Asked, Question.pool).outerjoin(
                Question, col(Question.id) == col(Asked.question_id)
            )
            for row, pool in session.exec(query.where(col(Asked.id).in_(ids[start : start + _BATCH]))):
                if row.state == LINKED:
                    report.linked += rows[row.id or 0]
                    report.pools[pool or GENERATOR] += 1
                else:
                    report.waiting[row.reason] += rows[row.id or 0]
