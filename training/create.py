"""A model from nothing: for clients who want one that has seen nothing but what they own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..store.errors import ModelError
from . import registry, runs
from .bill import TOKENIZER, bill_of_materials
from .blank import make_blank, named_size
from .card import write_card
from .curriculum import plan_everything
from .launch import Progress, launch
from .rights import may_teach
from .rows import build_rows
from .run import RUN_FILE, WEIGHTS_FOLDER, RunConfig
from .settings import TeachingSettings
from .withdraw import mark_if_due

if TYPE_CHECKING:
    from ..store.engine import Store
    from ..store.tables import TrainingRun

METHOD = "created"
BLANK_FOLDER = "blank"  # tokenizer and configuration, in the run's folder
LEAST_CHARACTERS = 2_000
LEAST_QUESTIONS = 10
_NAME = re.compile(r"(?!campaign-\d+$)[^\W_][\w.-]{0,63}")  # campaign-N is a campaign's own run


def create_model(
    store: Store,
    client_id: int,
    name: str,
    size: str = "tiny",
    *,
    folder: Path,
    settings: TeachingSettings,
    progress: Progress | None = None,
    cancelled: runs.Cancelled | None = None,
) -> int:
    """Make a tokenizer and a Llama-type model from the client's documents, teach it, return its version's id.

    Everything that is drawn follows from `settings.seed`. The run lives in `folder/NAME`; called again with
    the same name it goes on where it was killed, or returns the model that is there. A client without a
    champion gets this one. Raises ModelError: unknown size, name in use, too little text, training failed.
    """
    named_size(size)
    if not _NAME.fullmatch(name):
        raise ModelError(
            f"{name!r} is no name for a model: use letters, digits, dots and hyphens (campaign-N is taken)"
        )
    run = _run_of(store, client_id, name, size, folder, settings)
    assert run.id is not None
    if run.model_version_id is None:
        if not (Path(run.folder) / RUN_FILE).is_file():
            _prepare(store, run, settings)
        result = runs.carry_out(store, run.id, launch, progress, cancelled)
        spec = registry.VersionSpec(
            name=name,
            path=str(Path(run.folder) / WEIGHTS_FOLDER),
            base=run.base,
            method=METHOD,
            bill_of_materials=bill_of_materials(store, run.id),
        )
        version_id = registry.register(store, client_id, spec)
        mark_if_due(store, version_id)
        runs.mark(store, run.id, "done", result=result, model_version_id=version_id)
    else:
        version_id = run.model_version_id
    if registry.champion(store, client_id) is None:
        evidence = {"reason": "the client's first model, made from nothing"}
        registry.make_champion(store, version_id, verdict="adopt", evidence=evidence)
    write_card(store, version_id)
    return version_id


def _run_of(
    store: Store, client_id: int, name: str, size: str, folder: Path, settings: TeachingSettings
) -> TrainingRun:
    from sqlmodel import col, select

    from ..store.tables import ModelVersion, TrainingRun

    with store.session() as session:
        query = (
            select(TrainingRun)
            .where(TrainingRun.client_id == client_id, TrainingRun.method == METHOD)
            .order_by(col(TrainingRun.id))
        )
        for run in session.exec(query):
            if run.config.get("name") == name:
                if run.config.get("size") != size:
                    raise ModelError(
                        f"{name} was begun with size {run.config['size']}: use that, or another name"
                    )
                return run
        taken = session.exec(
            select(ModelVersion.id).where(ModelVersion.client_id == client_id, ModelVersion.name == name)
        ).first()
        if taken is not None:
            raise ModelError(f"the client already has a model named {name!r}: choose another name")
        place = (folder / name).absolute()
        run = TrainingRun(
            client_id=client_id,
            method=METHOD,
            base=str(place / BLANK_FOLDER),
            folder=str(place),
            seed=settings.seed,
            config={**settings.model_dump(), "name": name, "size": size},
        )
        session.add(run)
        session.flush()
    return run


def _prepare(store: Store, run: TrainingRun, settings: TeachingSettings) -> None:
    assert run.id is not None
    made = build_rows(
        store, run.client_id, plan_everything(store, run.client_id), settings, training_run_id=run.id
    )
    read = _texts(store, run.client_id)
    texts = [*read.values(), *(f"{row.question} {row.answer}" for row in made.rows if row.question)]
    characters = sum(map(len, texts))
    questions = sum(1 for row in made.rows if row.question)
    if characters < LEAST_CHARACTERS or questions < LEAST_QUESTIONS:
        raise ModelError(
            f"too little to make a model from: {characters} characters and {questions} practice questions "
            f"(at least {LEAST_CHARACTERS} and {LEAST_QUESTIONS}); ingest more, or add a ready model"
        )
    make_blank(Path(run.base), texts, run.config["size"])
    counts = {"rows": made.counts(), "left_out": dict(made.dropped), "characters": characters}
    runs.mark(store, run.id, "prepared", config={**run.config, "counts": counts, TOKENIZER: list(read)})
    RunConfig.taught_with(
        settings,
        base=run.base,
        method=METHOD,
        rows=tuple(made.rows),
        wordings=made.wordings,
        seed=run.seed,
        origin={"client": run.client_id, "training_run": run.id, "name": run.config["name"]},
    ).save(Path(run.folder))


def _texts(store: Store, client_id: int) -> dict[int, str]:
    """The documents that may be taught from, by id, for the tokenizer."""
    from sqlmodel import col, select

    from ..store.tables import Document

    with store.session(write=False) as session:
        rows = session.exec(
            select(Document.id, Document.text, Document.clearance, Document.state)
            .where(Document.client_id == client_id, Document.state == "accepted")
            .order_by(col(Document.id))
        ).all()
    return {number: text for number, text, clearance, state in rows if number and may_teach(clearance, state)}
