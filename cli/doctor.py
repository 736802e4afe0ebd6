"""`nightschool doctor`: what stands between this machine and a good night."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from .context import Json, the_client
from .output import print_json, table

if TYPE_CHECKING:
    from ..agents.workspace import Workspace

NEEDED = ("torch", "transformers", "trl", "peft", "langgraph", "sqlmodel", "apscheduler")
LEAST_FREE_GIB = 5


def doctor(ctx: typer.Context, as_json: Json = False) -> None:
    """Check the machine, the configuration and the store.

    The documents and models of every client, too. Exit code 1 on a fault.
    """
    rows: list[dict[str, Any]] = [
        {"check": check, "state": state, "detail": detail}
        for check, state, detail in _checks(ctx.obj.workspace)
    ]
    print_json(rows) if as_json else table(rows, ("check", "state", "detail"))
    if any(row["state"] == "fault" for row in rows):
        raise typer.Exit(1)


def _checks(folder: Path | None) -> Iterator[tuple[str, str, str]]:
    from importlib.metadata import PackageNotFoundError, version

    yield "python", "ok" if sys.version_info >= (3, 11) else "fault", sys.version.split()[0]
    for name in NEEDED:
        try:
            yield name, "ok", version(name)
        except PackageNotFoundError:
            yield name, "fault", f"not installed: pip install {name}"
    yield _device()
    yield from _workspace(folder)


def _device() -> tuple[str, str, str]:
    import torch

    if torch.cuda.is_available():
        free, total = torch.cuda.mem_get_info()
        return "device", "ok", f"{torch.cuda.get_device_name()}, {free >> 30} of {total >> 30} GiB free"
    return "device", "ok", f"CPU, {torch.get_num_threads()} threads: fine for tiny and small models"


def _workspace(folder: Path | None) -> Iterator[tuple[str, str, str]]:
    from ..agents.workspace import Workspace
    from ..store.errors import NightSchoolError

    try:
        place = Workspace.find(folder)
    except NightSchoolError as error:
        yield "configuration", "fault", str(error)
        return
    yield "configuration", "ok", str(place.folder / "nightschool.toml")
    free = shutil.disk_usage(place.folder).free >> 30
    state = "ok" if free >= LEAST_FREE_GIB else "warning"
    yield "disk", state, f"{free} GiB free; a training run needs about four times the model's size"
    yield from _store(place.store_path)
    for name in place.names():
        yield from _client(place, name)


def _store(path: Path) -> Iterator[tuple[str, str, str]]:
    from ..store.errors import NightSchoolError
    from ..store.upkeep import check

    if not path.exists():
        yield "store", "ok", f"{path} does not exist yet: the first ingest makes it"
        return
    try:
        faults = check(path)
    except NightSchoolError as error:
        faults = [str(error)]
    yield "store", "fault" if faults else "ok", "; ".join(faults) or str(path)


def _client(place: "Workspace", name: str) -> Iterator[tuple[str, str, str]]:
    settings = place.client(name)
    exists = settings.documents.is_dir()
    yield (
        f"{name}: documents",
        "ok" if exists else "fault",
        str(settings.documents)
        if exists
        else (f"there is no folder {settings.documents}: mend `documents` in nightschool.toml"),
    )
    model = settings.model
    if not model:
        yield (
            f"{name}: model",
            "warning",
            "none set: nightschool models create, or `model` in nightschool.toml",
        )
    elif "://" in model:
        yield f"{name}: model", "ok", f"endpoint {model} (not called here)"
    elif not Path(model).is_dir() and model in _registered(place, name):
        yield f"{name}: model", "ok", f"registered as {model}: nightschool models show {model}"
    elif not Path(model).is_dir():
        yield f"{name}: model", "ok", f"hub name {model} (not looked up here)"
    else:
        from ..evals.answering.loading import check_folder
        from ..store.errors import ModelError

        try:
            check_folder(model)
        except ModelError as error:
            yield f"{name}: model", "fault", str(error)
        else:
            yield f"{name}: model", "ok", model


def _registered(place: "Workspace", client: str) -> set[str]:
    """The names of the client's model versions; none where there is no store that can be read."""
    from contextlib import closing

    from ..store.errors import NightSchoolError
    from ..store.reading import open_reader

    try:
        with closing(open_reader(place.store_path)) as read:
            owner = the_client(read, client)["id"]
            return {row["name"] for row in read.read("models", client_id=owner)}
    except NightSchoolError:
        return set()
