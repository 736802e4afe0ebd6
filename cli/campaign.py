"""`nightschool campaign`: start, watch, resume and cancel a night's work."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .context import LARGEST_SEED, Client, Json, Limit, noun, reader, the_client, workspace
from .output import bars, listing, print_json

if TYPE_CHECKING:
    from ..agents.deps import Deps
    from ..agents.workspace import Workspace
    from ..store.engine import Store
    from ..store.reading import Reader
    from ..store.tables import Campaign

app = noun("One walk through the loop: exam, findings, training, gate.")

NOT_PROMOTED = 3
INCOMPLETE = 4

Which = Annotated[str, typer.Argument(help="A campaign's number, or latest.")]


@app.command("run")
def run_campaign(
    ctx: typer.Context,
    client: Client = None,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed",
            min=0,
            max=LARGEST_SEED,
            help="Draws the same questions again. Default: the campaign's number.",
        ),
    ] = None,
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="Seconds to wait while another campaign runs here.")
    ] = 0.0,
    as_json: Json = False,
) -> None:
    """Run a campaign now: take in documents, examine, diagnose; train and gate where it is called for."""
    from ..agents.campaigns import run, start

    place = workspace(ctx)
    with place.store() as store, _deps(place, client, store) as deps:
        campaign = start(deps, seed=seed)
        with _stoppable(campaign):
            row = run(deps, campaign, wait_s=wait)
        _tell(store, row, as_json)


@app.command("resume")
def resume_campaign(
    ctx: typer.Context,
    which: Which = "latest",
    answer: Annotated[
        str | None,
        typer.Option("--answer", help="What to do where the campaign waits for a person: train or stop."),
    ] = None,
    client: Client = None,
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="Seconds to wait while another campaign runs here.")
    ] = 0.0,
    as_json: Json = False,
) -> None:
    """Go on with a campaign that was killed, stopped or waits for an answer. Nothing is asked or graded twice."""
    from ..agents.campaigns import resume
    from ..agents.lookup import find

    place = workspace(ctx)
    read = reader(ctx)
    number = campaign_id(read, which, client)
    owner = read.read("campaign", campaign_id=number)[0]["client"]
    with place.store() as store, _deps(place, owner, store, find(store, number)) as deps:
        with _stoppable(number):
            row = resume(deps, number, answer=answer, wait_s=wait)
        _tell(store, row, as_json)


@app.command("cancel")
def cancel_campaign(ctx: typer.Context, which: Which = "latest", client: Client = None) -> None:
    """Cancel a campaign. A running one stops within seconds, its training child too."""
    from ..agents.campaigns import cancel
    from ..agents.deps import lease_path

    place = workspace(ctx)
    number = campaign_id(reader(ctx), which, client)
    with place.store() as store:
        state = cancel(store, lease_path(place), number)
    typer.echo(f"Campaign {number} is {state}.")


@app.command("list")
def list_campaigns(
    ctx: typer.Context, client: Client = None, limit: Limit = 20, as_json: Json = False
) -> None:
    """List campaigns, newest first."""
    read = reader(ctx)
    owner = the_client(read, client)["id"] if client else None
    rows = read.read("campaigns", client_id=owner, limit=limit)
    columns = (
        "id",
        "client",
        "trigger",
        "model",
        "state",
        "stage",
        "outcome",
        "answers",
        "correct",
        "verdicts",
        "started_at",
    )
    listing(rows, columns, as_json, empty="No campaign yet: run nightschool campaign run.")


@app.command("show")
def show_campaign(
    ctx: typer.Context, which: Which = "latest", client: Client = None, as_json: Json = False
) -> None:
    """Show a campaign's report: accuracy before and after by area, findings, the gate's decision, counts, seconds."""
    from ..agents.report import report
    from ..store.engine import open_store
    from .report import show

    read = reader(ctx)
    number = campaign_id(read, which, client)
    with open_store(read.path) as store:
        found = report(store, number)
    print_json(found) if as_json else show(found)


def campaign_id(read: "Reader", text: str, client: str | None) -> int:
    """The campaign's number that a number or `latest` means.

    Raises:
        NotFound: there is none.
    """
    from ..store.errors import NotFound
    from .verdicts import number

    if text != "latest":
        wanted = number(text, "campaign")
        if not read.read("campaign", campaign_id=wanted):
            raise NotFound(f"There is no campaign {wanted}: nightschool campaign list shows them.")
        return wanted
    owner = the_client(read, client)["id"] if client else None
    newest = read.read("latest_campaign", client_id=owner)
    if not newest:
        raise NotFound("There is no campaign yet: run nightschool campaign run.")
    return newest[0]["id"]


@contextmanager
def _stoppable(campaign: int) -> Iterator[None]:
    """Ctrl-C before the campaign listens for it (while libraries load) says how to go on, too."""
    from ..agents.errors import CampaignStopped

    try:
        yield
    except KeyboardInterrupt as stop:
        raise CampaignStopped(
            f"Campaign {campaign} stopped; go on with: nightschool campaign resume {campaign}"
        ) from stop


@contextmanager
def _deps(
    place: "Workspace", client: str | None, store: "Store", campaign: "Campaign | None" = None
) -> "Iterator[Deps]":
    from ..agents.deps import Sinks, default_deps

    with bars() as progress:
        yield default_deps(place, client, store, campaign=campaign, sinks=Sinks(progress=progress))


def _tell(store: "Store", row: "Campaign", as_json: bool) -> None:
    """Print the report, and leave with the exit code that the outcome has."""
    from ..agents.report import report
    from .report import show

    assert row.id is not None
    found: dict[str, Any] = report(store, row.id)
    print_json(found) if as_json else show(found)
    if row.state == "waiting":
        typer.echo(
            f"Campaign {row.id} waits for you: nightschool campaign resume {row.id} --answer train (or stop)"
        )
    if row.outcome in ("rejected", "held"):
        raise typer.Exit(NOT_PROMOTED)
    if row.state == "incomplete":
        raise typer.Exit(INCOMPLETE)
