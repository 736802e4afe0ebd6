"""`nightschool demo`: the whole story with real computation, on the sample firm that the project ships.

A small model made on the spot learns the firm's documents of March. The firm changes them. The night's campaign
finds what is stale and weak, the tutor trains, the gate decides on sealed questions.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .campaign import NOT_PROMOTED
from .context import Json
from .output import bars, console, print_json
from .report import headline, show

if TYPE_CHECKING:
    from ..agents.workspace import Workspace

CLIENT = "harrow"
MODEL = "march"
SAMPLE = Path(__file__).parent / "sample"
MARKER = ".nightschool-demo"  # a folder with it may be made anew

CONFIGURATION = f"""\
# Made by nightschool demo. Everything not named here has its default.
[clients.{CLIENT}]
documents = "documents"
model = "{MODEL}"
[clients.{CLIENT}.corpus]
# The firm's own directory is there to be known; other personal addresses and numbers are masked.
keep_personal = ["*@harrowvale.example", "0555 *"]
"""


def demo(
    folder: Annotated[
        Path, typer.Option("--folder", "-f", help="Where to; made anew if it holds an earlier demo.")
    ] = Path("nightschool-demo"),
    seed: Annotated[int, typer.Option("--seed", help="Everything that is drawn follows from it.")] = 0,
    documents: Annotated[
        tuple[Path, Path] | None,
        typer.Option("--documents", help="Two versions of other documents to tell the story with."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the whole loop on a sample firm.

    Offline, on the CPU, in minutes. Exit code 3 when the gate did not promote.
    """
    began = time.perf_counter()
    versions = documents or (SAMPLE / "version-1", SAMPLE / "version-2")
    place = _workspace(folder, versions)
    story = _Story(place, versions, seed, quiet=as_json)
    first = story.first_night()
    second = story.second_night()
    seconds = time.perf_counter() - began
    result = _result(story, first, second, seconds)
    if as_json:
        print_json(result)
    else:
        _epilogue(folder, result)
    if second["campaign"]["outcome"] in ("rejected", "held"):
        raise typer.Exit(NOT_PROMOTED)


def _workspace(folder: Path, versions: tuple[Path, Path]) -> "Workspace":
    """A fresh workspace with the documents of version 1.

    Raises:
        ConfigurationError: the folder holds something that is no demo.
        CorpusError: a version's folder is missing.
    """
    from ..agents.workspace import Workspace
    from ..store.errors import ConfigurationError, CorpusError

    for version in versions:
        if not version.is_dir():
            raise CorpusError(f"There is no folder {version}: --documents takes two folders of documents.")
    folder = folder.absolute()
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            raise ConfigurationError(f"{folder} holds something else: name an empty folder with --folder.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()
    (folder / "nightschool.toml").write_text(CONFIGURATION, encoding="utf-8")
    shutil.copytree(versions[0], folder / "documents")
    return Workspace.find(folder)


class _Story:
    """The demo's two nights, told while they are computed."""

    def __init__(self, place: "Workspace", versions: tuple[Path, Path], seed: int, *, quiet: bool) -> None:
        self.place = place
        self.versions = versions
        self.seed = seed
        self.quiet = quiet
        self.seconds: dict[str, float] = {}

    def first_night(self) -> dict[str, Any]:
        """Make a model of version 1 and let it sit an exam on it."""
        from ..agents.creation import create

        with (
            self._chapter("create", "March: a model made from nothing learns the firm's documents"),
            self.place.store() as store,
            bars() as progress,
        ):
            changes = {"seed": self.seed}
            create(self.place, store, CLIENT, MODEL, size="tiny", changes=changes, progress=progress)
        with self._chapter("first_night", "A first night: does it know them?"):
            report = self._campaign()
        if not self.quiet:
            exam = report["exam"]
            self._say(
                f"  exam in unseen wordings: {headline(exam['accuracy'])}; "
                f"control facts, never taught: {headline(exam['control'])}"
            )
        return report

    def second_night(self) -> dict[str, Any]:
        """The documents become version 2; the campaign does the rest."""
        with self._chapter("change", "October: the firm changes its documents"):
            shutil.rmtree(self.place.folder / "documents")
            shutil.copytree(self.versions[1], self.place.folder / "documents")
        with self._chapter("second_night", "The night's campaign: exam, diagnosis, training, gate"):
            report = self._campaign()
        if not self.quiet:
            show(report)
        return report

    def _campaign(self) -> dict[str, Any]:
        from ..agents.campaigns import run, start
        from ..agents.deps import Sinks, default_deps
        from ..agents.report import report

        with self.place.store() as store, bars() as progress:
            deps = default_deps(self.place, CLIENT, store, sinks=Sinks(progress=progress))
            row = run(deps, start(deps, trigger="demo", seed=self.seed))
            assert row.id is not None
            return report(store, row.id)

    @contextmanager
    def _chapter(self, name: str, title: str) -> Iterator[None]:
        self._say(title, style="bold")
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 1)
        self._say(f"  {self.seconds[name]:.0f} seconds")

    def _say(self, line: str, style: str | None = None) -> None:
        if not self.quiet:
            console().print(line, style=style)


def _result(story: _Story, first: dict[str, Any], second: dict[str, Any], seconds: float) -> dict[str, Any]:
    sealed = second["sealed"]
    return {
        "seed": story.seed,
        "promoted": second["campaign"]["outcome"] == "promoted",
        "first_exam": first["exam"]["accuracy"],
        "exam_before": second["exam"]["accuracy"],
        "taught_unseen_wordings": sealed["after"] if sealed else None,
        "control_facts": sealed["control"]["after"] if sealed else None,
        "seconds": {**story.seconds, "total": round(seconds, 1)},
        "first_night": first,
        "second_night": second,
    }


def _epilogue(folder: Path, result: dict[str, Any]) -> None:
    out = console()
    out.print()
    taught, control = result["taught_unseen_wordings"], result["control_facts"]
    if taught and control:
        out.print(f"Taught facts in unseen wordings: {headline(taught)}", style="bold")
        out.print(f"Control facts, never taught:     {headline(control)}", style="bold")
    out.print(f"All of it took {result['seconds']['total']:.0f} seconds. Look around:")
    for command in (
        "verdicts list --label incorrect",
        "areas",
        "models list",
        "campaign show",
        "store status",
    ):
        out.print(f"  nightschool -w {folder} {command}")
