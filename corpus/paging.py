"""Documents part by part, so that neither a list of all nor a long transaction is needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Select

    from ..store.engine import Store


def by_path(store: Store, query: Select[*tuple[Any, ...]], size: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a query over documents by path and id, `size` at a time, each part read in a session of its own.

    The query's first columns are the document's id and path; it has no order and no limit. What comes in behind the
    last row meanwhile is met, what comes in before it isn't.
    """
    from sqlmodel import col

    from ..store.tables import Document

    number, path = col(Document.id), col(Document.path)
    query = query.order_by(path, number).limit(size)
    last = (0, "")
    while True:
        after = (path > last[1]) | ((path == last[1]) & (number > last[0]))
        with store.session(write=False) as session:
            rows = [tuple(row) for row in session.execute(query.where(after))]
        if not rows:
            return
        last = rows[-1][:2]
        yield rows
