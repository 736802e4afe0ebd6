"""A client's first model from nothing: documents in, exam questions made, tokenizer and weights taught."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .lookup import client_row

if TYPE_CHECKING:
    from ..store.engine import Store
    from .workspace import Workspace

Progress = Callable[[str, int, int | None], None]


def create(
    place: Workspace,
    store: Store,
    client: str | None,
    name: str,
    *,
    size: str = "tiny",
    changes: dict[str, Any] | None = None,
    progress: Progress,
) -> int:
    """Make the model `name` for a client and return its version's id; again with the same name goes on.

    Args:
        changes: to the client's teaching settings, such as `seed` or `max_steps`.
        progress: called as (stage, done, total).

    Raises:
        CorpusError, ModelError, ConfigurationError: what a user can mend.
    """
    from ..corpus.ingest import ingest
    from ..evals.examiner import examine
    from ..training.create import create_model
    from .deps import engine_of

    settings = place.client(client)
    client_id = client_row(store, settings.name)
    ingest(
        store,
        client_id,
        settings.documents,
        settings.corpus,
        progress=lambda done, total, path: progress("refine", done, total),
    )
    examine(
        store,
        client_id,
        engine_of(settings, place.runs(settings.name) / "engine-cache"),
        settings.exam,
        seed=settings.seed,
        progress=lambda done, total: progress("examine", done, total),
    )

    def trained(line: dict[str, Any]) -> None:
        step, steps = line.get("step"), line.get("steps")
        if isinstance(step, int):
            progress("teach", step, steps if isinstance(steps, int) else None)

    return create_model(
        store,
        client_id,
        name,
        size,
        folder=place.runs(settings.name),
        settings=settings.teaching.model_copy(update=changes or {}),
        progress=trained,
    )
