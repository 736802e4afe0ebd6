"""`nightschool serve`: the nightly service."""

import typer

from .context import workspace


def serve(ctx: typer.Context) -> None:
    """Run each client's campaign at its cron line.

    One at a time, until Ctrl-C or SIGTERM; a missed night is made up for within twelve hours.
    """
    from ..agents.schedule import planned
    from ..agents.schedule import serve as run_service
    from .output import console

    place = workspace(ctx)
    out = console(stderr=True)
    for client, cron, next_run in planned(place):
        out.print(f"{client}: {cron}, next at {next_run}")
    run_service(place)
