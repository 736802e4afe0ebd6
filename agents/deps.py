"""Everything that a campaign takes from outside, in one object: tests pass twins in and patch nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ..evals.answering import Answerer
    from ..evals.examiner import Engine
    from ..evals.grading.base import Grader
    from ..store.engine import Store
    from ..store.tables import Campaign, ModelVersion
    from .settings import ClientSettings
    from .workspace import Workspace


class Trainer(Protocol):
    """What trains: `training.launch.launch`, or a twin that writes a folder."""

    def __call__(
        self,
        folder: Path,
        *,
        progress: Callable[[dict[str, Any]], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> dict[str, Any]:
        """Train what `folder/run.json` says, or go on with it, and return what `complete.json` holds."""
        ...


def _no_progress(stage: str, done: int, total: int | None) -> None:
    return None


def _not_noted(stage: str, what: str, detail: dict[str, Any]) -> None:
    return None


def _no_probe(point: str) -> None:
    return None


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Deps:
    """What the nodes of a campaign work with. The clock is the store's, the random seed the campaign's own.

    progress: called as (stage, done, total) while a stage works.
    noted: called as (stage, "started" or "finished", detail) once for each stage and round.
    cancelled: asked between pieces of work; True stops the campaign in good order.
    probe: called at named points ("answer:start", "answer:end", …), where tests kill the process.
    poll_s: how often, in seconds, a running campaign looks whether somebody cancelled it.
    """

    store: Store
    settings: ClientSettings
    runs: Path
    lease: Path
    engine: Engine
    grader: Grader
    open_answerer: Callable[[ModelVersion], Answerer]
    trainer: Trainer
    progress: Callable[[str, int, int | None], None] = _no_progress
    noted: Callable[[str, str, dict[str, Any]], None] = _not_noted
    cancelled: Callable[[], bool] = _never
    probe: Callable[[str], None] = _no_probe
    poll_s: float = 0.5


@dataclass(frozen=True)
class Sinks:
    """Where a campaign's progress goes and what may stop it: what a command passes on to `default_deps`."""

    progress: Callable[[str, int, int | None], None] = _no_progress
    noted: Callable[[str, str, dict[str, Any]], None] = _not_noted
    cancelled: Callable[[], bool] = _never


def default_deps(
    workspace: Workspace,
    client: str | None,
    store: Store,
    *,
    campaign: Campaign | None = None,
    sinks: Sinks | None = None,
) -> Deps:
    """The real things for one client's campaigns, as its settings say.

    Args:
        campaign: a campaign to resume: it goes on with the settings that it started with, unless it failed
            (then its user has mended something, and today's settings count).

    Raises:
        ConfigurationError, ModelError: a setting can't be followed.
    """
    settings = workspace.client(client)
    if campaign is not None and campaign.state != "failed":
        from .settings import check_client

        settings = check_client(campaign.config, f"the settings of campaign {campaign.id}").named(
            settings.name
        )
    from ..evals.grading.opening import open_grader
    from ..training.launch import launch

    def open_model(version: ModelVersion) -> Answerer:
        from ..evals.answering import open_answerer

        return open_answerer(version.path, settings.answering)

    sinks = sinks or Sinks()
    return Deps(
        store=store,
        settings=settings,
        runs=workspace.runs(settings.name),
        lease=lease_path(workspace),
        engine=engine_of(settings, workspace.runs(settings.name) / "engine-cache"),
        grader=open_grader(settings.grading),
        open_answerer=open_model,
        trainer=launch,
        progress=sinks.progress,
        noted=sinks.noted,
        cancelled=sinks.cancelled,
    )


def engine_of(settings: ClientSettings, cache: Path) -> Engine:
    """What makes facts and questions: rules, or a configured chat model. Raises `ModelError`."""
    if settings.engine:
        from ..evals.chat import open_chat_model
        from ..evals.llm_engine import LLMEngine
        from ..evals.structured_chat import FolderCache

        # The cache lets a killed examination go on with the same replies, and pay for none twice.
        chat_model = open_chat_model(settings.engine, api_key_env=settings.engine_key)
        return LLMEngine(chat_model, cache=FolderCache(cache))
    from ..evals.examiner import DeterministicEngine

    return DeterministicEngine()


def lease_path(workspace: Workspace) -> Path:
    """The lock file of the workspace's store."""
    path = workspace.store_path
    return path.with_name(path.name + ".lease")
