"""`nightschool`: the command line, and the one place where errors become a line and an exit code.

Exit codes: 0 done; 1 error; 2 usage; 3 the gate did not promote; 4 incomplete (too much ungraded to decide);
130 stopped by Ctrl-C.
"""

import errno
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ..store.errors import NightSchoolError
from . import (
    areas,
    campaign,
    demo,
    doctor,
    documents,
    ingest,
    init,
    models,
    questions,
    schedule,
    serve,
    store,
    verdicts,
)
from .context import Settings
from .entry import STOPPED


class _Boundary(TyperGroup):
    """The process boundary: users' errors end here in one line; anything else is a bug and keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except NightSchoolError as error:
            _say(str(error))
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as stop:
            _say(str(stop) or "Stopped. Nothing that was written is lost.")
            raise typer.Exit(STOPPED) from stop
        except OSError as error:
            line = _mendable(error)
            if line is None:
                raise
            _say(line)
            raise typer.Exit(1) from error


def _say(line: str) -> None:
    typer.echo(f"nightschool: {' '.join(line.split())}", err=True)


def _mendable(error: OSError) -> str | None:
    """What a user can do about an error of the operating system, or None where it is a bug."""
    place = error.filename or "the disk"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"No space left while writing {place}: free some, then run the same command again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"No permission for {place}: change its owner or mode, or choose another workspace."
    return None


app = typer.Typer(
    cls=_Boundary,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Keeps small domain language models right: exams from your documents, graded, "
    "retrained on what is weak, promoted only when a sealed exam says so.",
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"nightschool {version('nightschool')}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace",
            "-w",
            envvar="NIGHTSCHOOL_WORKSPACE",
            help="The folder with nightschool.toml. Default: this folder or the nearest one above it.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    ctx.obj = Settings(workspace)


app.command("init")(init.init)
app.command("ingest")(ingest.ingest)
app.add_typer(campaign.app, name="campaign")
app.add_typer(verdicts.app, name="verdicts")
app.command("areas")(areas.areas)
app.add_typer(documents.app, name="documents")
app.add_typer(questions.app, name="questions")
app.add_typer(models.app, name="models")
app.add_typer(schedule.app, name="schedule")
app.command("serve")(serve.serve)
app.add_typer(store.app, name="store")
app.command("doctor")(doctor.doctor)
app.command("demo")(demo.demo)


if __name__ == "__main__":
    from .entry import run

    try:
        run()
    finally:
        # Ctrl-C inside a library's exec("…") (dataclasses and namedtuples, at import) leaves a mark in CPython that
        # makes `python -m` die of SIGINT whatever the exit code is. The next exec of a text takes it away.
        exec("")
