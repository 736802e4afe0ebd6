"""`nightschool serve`: the nightly service."""

import typer

from .context import workspace


def serve(ctx: typer.Context) -> None:
    """Run every client's campaign at its cron line, one at a time, until stopped."""
    from ..agents.schedule import planned
    from ..agents.schedule import serve as run_service
    from .output import console

    place = workspace(ctx)
    out = console(stderr=True)
    for client, cron, next_run in planned(place):
        out.print(f"{client}: {cron}, next at {next_run}")
    run_service(place)
