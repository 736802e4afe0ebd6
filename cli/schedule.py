"""`nightschool schedule`: when each client's campaign runs, and to run one now as the night would."""

import typer

from .context import Client, Json, noun, reader, the_client, workspace
from .output import listing

app = noun("The nightly schedule.")


@app.command("show")
def show_schedule(ctx: typer.Context, as_json: Json = False) -> None:
    """Show every client's cron line and next run."""
    from ..agents.schedule import planned

    rows = [
        {"client": client, "cron": cron, "next_run": next_run}
        for client, cron, next_run in planned(workspace(ctx))
    ]
    listing(
        rows, ("client", "cron", "next_run"), as_json, empty="No client has a `schedule` in nightschool.toml."
    )


@app.command("run")
def run_schedule(ctx: typer.Context, client: Client = None) -> None:
    """Run now what the night would run: one client's campaign, or every scheduled client's in turn."""
    from ..agents.schedule import planned, run_night

    place = workspace(ctx)
    names = [place.client_name(client)] if client else [name for name, _, _ in planned(place)]
    if not names:
        typer.echo("No client has a `schedule` in nightschool.toml.")
    failed: list[str] = []
    for name in names:
        if not run_night(str(place.folder), name):
            failed.append(name)
        _tell_night(ctx, name)
    if failed:
        typer.echo(f"Failed: {', '.join(failed)}. nightschool campaign list says why.", err=True)
        raise typer.Exit(1)


def _tell_night(ctx: typer.Context, client: str) -> None:
    """One line a client: how its newest campaign stands."""
    read = reader(ctx)
    newest = read.read("campaigns", client_id=the_client(read, client)["id"], limit=1)
    if not newest:
        typer.echo(f"{client}: no campaign ran")
        return
    row = newest[0]
    outcome = f", {row['outcome']}" if row["outcome"] else ""
    typer.echo(
        f"{client}: campaign {row['id']} is {row['state']}{outcome}: nightschool campaign show {row['id']}"
    )
