"""Makes a campaign's challenger: curriculum, rows, training, registration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..store.errors import ModelError, NotFound
from . import registry, runs
from .bill import bill_of_materials
from .card import write_card
from .curriculum import plan_curriculum
from .launch import Progress, launch
from .rows import build_rows
from .run import RUN_FILE, WEIGHTS_FOLDER, RunConfig
from .settings import TeachingSettings
from .weights import is_endpoint
from .withdraw import mark_if_due

if TYPE_CHECKING:
    from ..store.engine import Store
    from ..store.tables import TrainingRun


def teach(
    store: Store,
    campaign_id: int,
    settings: TeachingSettings,
    *,
    folder: Path,
    trainer: runs.Launch = launch,
    progress: Progress | None = None,
    cancelled: runs.Cancelled | None = None,
) -> int:
    """Train the campaign's challenger and return its model version's id.

    One run a campaign, in `folder/campaign-N`: killed at any point it goes on where it was, and run again
    after its end it returns the challenger that is there. `trainer` is `launch` or a twin of it; `progress`
    gets the child's progress lines. Raises ModelError (nothing to teach, training failed),
    CampaignCancelled, NotFound.
    """
    run = _run_of(store, campaign_id, settings, folder)
    assert run.id is not None
    if run.model_version_id is not None:
        return run.model_version_id
    run_folder = Path(run.folder)
    if not (run_folder / RUN_FILE).is_file():
        _prepare(store, campaign_id, run, settings)
    result = runs.carry_out(store, run.id, trainer, progress, cancelled)
    spec = registry.VersionSpec(
        name=run.config["name"],
        path=str(run_folder / WEIGHTS_FOLDER),
        base=run.base,
        parent_id=run.config["parent_id"],
        method=f"sft-{result.get('method', 'full')}",
        bill_of_materials=bill_of_materials(store, run.id),
    )
    version_id = registry.register(store, run.client_id, spec)
    mark_if_due(store, version_id)
    runs.mark(store, run.id, "done", result=result, model_version_id=version_id, method=spec.method)
    write_card(store, version_id)
    return version_id


def training_base(path: str, base: str, method: str) -> str:
    """What a version is retrained from: its own base, never itself, when training made it.

    Raises ModelError for an endpoint, whose weights nobody has.
    """
    start = base if method.startswith("sft-") and base else path
    if is_endpoint(start):
        raise ModelError(
            f"{start} is an endpoint: its weights can't be trained. Name a folder or hub name as model"
        )
    return start


def _run_of(store: Store, campaign_id: int, settings: TeachingSettings, folder: Path) -> TrainingRun:
    """The campaign's training run, entered if it is not there yet."""
    from sqlmodel import col, select

    from ..store.tables import Campaign, ModelVersion, TrainingRun

    with store.session() as session:
        campaign = session.get(Campaign, campaign_id)
        if campaign is None:
            raise NotFound(f"there is no campaign {campaign_id}")
        query = (
            select(TrainingRun).where(TrainingRun.campaign_id == campaign_id).order_by(col(TrainingRun.id))
        )
        run = session.exec(query).first()
        if run is not None:
            return run
        version = session.get_one(ModelVersion, campaign.model_version_id)
        run = TrainingRun(
            client_id=campaign.client_id,
            campaign_id=campaign_id,
            method=settings.method,
            base=training_base(version.path, version.base, version.method),
            folder=str((folder / f"campaign-{campaign_id}").absolute()),
            seed=settings.seed + campaign.seed,
            config={
                **settings.model_dump(),
                "name": registry.free_name(session, campaign.client_id),
                "parent_id": version.id,
            },
        )
        session.add(run)
        session.flush()
    return run


def _prepare(store: Store, campaign_id: int, run: TrainingRun, settings: TeachingSettings) -> None:
    assert run.id is not None
    plan = plan_curriculum(store, campaign_id, settings)
    made = build_rows(store, run.client_id, plan, settings, training_run_id=run.id)
    if not made.counts().keys() - {"passage"}:
        why = (
            "; ".join(f"{reason}: {count}" for reason, count in (plan.left_out + made.dropped).items())
            or "no facts"
        )
        raise ModelError(f"there is nothing to teach ({why})")
    counts = {
        "facts": dict(plan.roles()),
        "rows": made.counts(),
        "left_out": dict(plan.left_out + made.dropped),
    }
    runs.mark(store, run.id, "prepared", config={**run.config, "counts": counts})
    RunConfig.taught_with(
        settings,
        base=run.base,
        rows=tuple(made.rows),
        wordings=made.wordings,
        seed=run.seed,
        origin={"client": run.client_id, "campaign": campaign_id, "training_run": run.id},
    ).save(Path(run.folder))
