"""Gives the passages in the store their areas once all documents are in (see `areas.AreaTree`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .areas import SECTIONS, AreaTree, Place, top_headings

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.engine import Store

_PART = 500


@dataclass(frozen=True, slots=True)
class _Placed:
    """An accepted document: its place, and the top heading of each heading path if it is large."""

    document_id: int
    place: Place
    tops: dict[str, str]


def settle_areas(store: Store, client_id: int, smallest: int) -> None:
    """Give every current passage its area, its facts too, and keep the table of areas in step.

    One transaction a document whose areas change; the rest is read only. `smallest` as in `areas.AreaTree`.
    """
    tree = AreaTree(smallest)
    for part in _placed(store, client_id):
        for one in part:
            tree.add(one.place)
    for part in _placed(store, client_id):
        now = _areas_now(store, [one.document_id for one in part])
        for one in part:
            areas = tree.of(one.place)
            if len(areas) > 1:
                _set_sections(store, one, areas)
            elif now[one.document_id] != {areas[""]}:
                _set_area(store, one.document_id, areas[""])
    _list_areas(store, client_id)


def _placed(store: Store, client_id: int) -> Iterator[list[_Placed]]:
    """The accepted documents, part by part."""
    from sqlalchemy import func
    from sqlmodel import col, select

    from ..store.tables import Document, Passage

    query = (
        select(Document.id, Document.path, Document.title, func.count())
        .join(Passage, col(Passage.document_id) == col(Document.id))
        .where(Document.client_id == client_id, Document.state == "accepted", Passage.state == "accepted")
        .group_by(col(Document.id))
        .order_by(col(Document.id))
        .limit(_PART)
    )
    last = 0
    while True:
        documents: list[_Placed] = []
        with store.session(write=False) as session:
            for number, path, title, count in session.exec(query.where(col(Document.id) > last)):
                assert number is not None
                headings = _headings(session, number) if count >= SECTIONS else {}
                tops = top_headings(headings)
                sections: Counter[str] = Counter()
                for heading, held in headings.items():
                    sections[tops[heading]] += held
                documents.append(_Placed(number, Place(path, title, count, sections), tops))
        if not documents:
            return
        last = documents[-1].document_id
        yield documents


def _headings(session: Session, document_id: int) -> dict[str, int]:
    """Accepted passages under each heading path of a document."""
    from sqlalchemy import func
    from sqlmodel import col, select

    from ..store.tables import Passage

    rows = session.exec(
        select(Passage.heading, func.count())
        .where(Passage.document_id == document_id, Passage.state == "accepted")
        .group_by(col(Passage.heading))
    )
    return dict(rows.all())


def _areas_now(store: Store, documents: Sequence[int]) -> dict[int, set[str]]:
    """The areas that each document's passages are in."""
    from sqlmodel import col, select

    from ..store.tables import Passage

    query = (
        select(Passage.document_id, Passage.area).distinct().where(col(Passage.document_id).in_(documents))
    )
    areas: dict[int, set[str]] = defaultdict(set)
    with store.session(write=False) as session:
        for number, area in session.exec(query):
            areas[number].add(area)
    return areas


def _set_area(store: Store, document_id: int, area: str) -> None:
    from sqlalchemy import update
    from sqlmodel import col

    from ..store.tables import Passage

    with store.session() as session:
        session.execute(update(Passage).where(col(Passage.document_id) == document_id).values(area=area))
        _facts_follow(session, document_id)


def _set_sections(store: Store, one: _Placed, areas: dict[str, str]) -> None:
    from sqlmodel import select

    from ..store.tables import Passage

    with store.session(write=False) as session:
        rows = session.exec(
            select(Passage.id, Passage.heading, Passage.area).where(Passage.document_id == one.document_id)
        ).all()
    wrong = {number: areas.get(one.tops.get(heading, ""), areas[""]) for number, heading, _ in rows}
    wrong = {number: wrong[number] for number, _, area in rows if area != wrong[number]}
    if not wrong:
        return
    with store.session() as session:
        for number, area in wrong.items():
            session.get_one(Passage, number).area = area
        session.flush()
        _facts_follow(session, one.document_id)


def _facts_follow(session: Session, document_id: int) -> None:
    """Facts stand in the area of their passage."""
    from sqlalchemy import select, update
    from sqlmodel import col

    from ..store.tables import Fact, Passage

    area = select(col(Passage.area)).where(col(Passage.id) == col(Fact.passage_id)).scalar_subquery()
    inside = select(col(Passage.id)).where(col(Passage.document_id) == document_id)
    session.execute(
        update(Fact)
        .where(col(Fact.passage_id).in_(inside))
        .values(area=area)
        .execution_options(synchronize_session=False)
    )


def _list_areas(store: Store, client_id: int) -> None:
    """Rows in the table of areas for the areas that have passages now, and for no others."""
    from sqlmodel import col, select

    from ..store.tables import Area, Document, Passage

    with store.session(write=False) as session:
        current = set(
            session.exec(
                select(Passage.area)
                .distinct()
                .join(Document, col(Passage.document_id) == col(Document.id))
                .where(
                    Document.client_id == client_id,
                    Document.state == "accepted",
                    Passage.state == "accepted",
                )
            )
        )
        listed = {row.path: row.id for row in session.exec(select(Area).where(Area.client_id == client_id))}
    if current == set(listed):
        return
    with store.session() as session:
        for path, number in listed.items():
            if path not in current:
                session.delete(session.get_one(Area, number))
        session.flush()
        for path in sorted(current - set(listed)):
            session.add(Area(client_id=client_id, path=path, created_at=store.clock()))
