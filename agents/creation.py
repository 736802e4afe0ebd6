"""A model from nothing on a client's own documents: take them in, make questions, make and teach a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..store.errors import CampaignCancelled
from .deps import engine_of, lease_path
from .lease import lease
from .lookup import client_row
from .settings import change_teaching
from .tutor import relay

if TYPE_CHECKING:
    from ..store.engine import Store
    from .workspace import Workspace


def create(
    workspace: Workspace,
    store: Store,
    client: str | None,
    name: str,
    *,
    size: str = "tiny",
    changes: Mapping[str, Any] | None = None,
    progress: Callable[[str, int, int | None], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Make the model `name` and return its version's id; it becomes champion where the client has none.

    Killed at any point it goes on when it is called again. Holds the lease, since it wants the machine for
    itself.

    Args:
        size: tiny, small or base.
        changes: teaching settings that differ from the client's, such as `{"seed": 3, "max_steps": 500}`.
        progress: called as (stage, done, total).

    Raises:
        CampaignError: a campaign is running. ConfigurationError: `changes` holds a wrong value.
        CorpusError, ModelError: the documents or the training don't allow it.
    """
    from ..corpus.ingest import ingest
    from ..evals.examiner import examine
    from ..training.create import create_model

    settings = workspace.client(client)
    teaching = change_teaching(settings.taught(), changes or {})
    told = progress or (lambda stage, done, total: None)
    stopped = cancelled or (lambda: False)
    with lease(lease_path(workspace), None):
        client_id = client_row(store, settings.name)
        taken_in = ingest(
            store,
            client_id,
            settings.documents,
            settings.corpus,
            progress=lambda done, total, path: told("refine", done, total),
            cancelled=stopped,
        )
        examined = examine(
            store,
            client_id,
            engine_of(settings, workspace.runs(settings.name) / "engine-cache"),
            settings.exam,
            seed=settings.seed,
            progress=lambda done, total: told("examine", done, total),
            cancelled=stopped,
        )
        if taken_in.cancelled or examined.cancelled:
            raise CampaignCancelled(f"the making of {name} was stopped; the same command goes on with it")
        return create_model(
            store,
            client_id,
            name,
            size,
            folder=workspace.runs(settings.name),
            settings=teaching,
            progress=relay(told, "teach"),
            cancelled=stopped,
        )
