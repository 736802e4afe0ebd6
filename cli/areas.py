"""`nightschool areas`: where the model is strong and where it is weak."""

from typing import Annotated

import typer

from .context import Client, Json, reader, the_client
from .output import interval, print_json, table


def areas(
    ctx: typer.Context,
    client: Client = None,
    campaign: Annotated[str, typer.Option("--campaign", help="A campaign's number, or latest.")] = "latest",
    as_json: Json = False,
) -> None:
    """Show the areas: facts, questions by pool, accuracy."""
    from .campaign import campaign_id

    read = reader(ctx)
    owner = the_client(read, client)
    rows = read.read("areas", client_id=owner["id"])
    found: list[dict] = []
    if read.read("campaigns", client_id=owner["id"], limit=1):
        found = read.read("findings", campaign_id=campaign_id(read, campaign, client))
    rates = {row["area"]: row for row in found if row["kind"] == "accuracy"}
    weak = {row["area"] for row in found if row["kind"] == "weak_area" and row["alarm"]}
    for row in rows:
        rate = rates.get(row["path"], {})
        row |= {"asked": rate.get("n"), "estimate": rate.get("statistic"), "low": rate.get("low")}
        row |= {"high": rate.get("high"), "weak": row["path"] in weak}
    if as_json:
        print_json(rows)
        return
    for row in rows:
        row["accuracy"] = interval(row["estimate"], row["low"], row["high"])
        row["weak"] = "weak" if row["weak"] else ""
    columns = ("path", "passages", "facts", "practice", "exam", "sealed", "asked", "accuracy", "weak")
    table(rows, columns, empty="No area yet: run nightschool ingest.")
