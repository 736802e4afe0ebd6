"""`nightschool models`: every model version, what it is made of, and which one is served."""

from collections import Counter
from enum import StrEnum
from typing import Annotated, Any

import typer

from .context import LARGEST_SEED, Client, Json, noun, reader, the_client, workspace
from .output import bars, interval, listing, print_json, record, table

app = noun("Model versions: make, add, show, promote, roll back.")

Version = Annotated[
    str, typer.Argument(help="A version's name or number, an alias such as champion, or latest.")
]


@app.command("list")
def list_models(ctx: typer.Context, client: Client = None, as_json: Json = False) -> None:
    """List model versions with their state and last exam."""
    read = reader(ctx)
    rows = read.read("models", client_id=the_client(read, client)["id"])
    if not as_json:
        for row in rows:
            row["accuracy"] = interval(row["accuracy"], row["low"], row["high"])
            row["due"] = row["due_reason"]
    columns = (
        "id",
        "name",
        "aliases",
        "state",
        "method",
        "parameters",
        "accuracy",
        "last_decision",
        "due",
        "created_at",
    )
    listing(rows, columns, as_json, empty="No model yet: nightschool models create or models add.")


@app.command("show")
def show_model(ctx: typer.Context, model: Version, client: Client = None, as_json: Json = False) -> None:
    """Show one version: lineage, bill of materials, exams, decisions."""
    read = reader(ctx)
    row = find(read, the_client(read, client)["id"], model)
    exams = read.read("model_exams", model_version_id=row["id"])
    decisions = read.read("model_decisions", model_version_id=row["id"])
    lineage = read.read("model_lineage", model_version_id=row["id"])
    if as_json:
        print_json({**row, "exams": exams, "decisions": decisions, "lineage": lineage})
        return
    documents = (row.get("bill_of_materials") or {}).get("documents", [])
    record({**row, "bill_of_materials": f"{len(documents)} documents (--json lists them)"})
    licences = Counter(each.get("licence") or "none is known" for each in documents if isinstance(each, dict))
    counted = [{"licence": name, "documents": number} for name, number in licences.most_common()]
    if counted:
        table(counted, ("licence", "documents"), title="Licences of the documents that it learnt from")
    table(lineage, ("id", "name", "method", "state"), title="Lineage, oldest last", empty="")
    table(
        exams,
        ("campaign_id", "purpose", "n", "correct", "partial", "incorrect", "refused", "ungraded"),
        title="Exams",
    )
    table(decisions, ("id", "verdict", "author", "created_at"), title="Decisions", empty="")


class Size(StrEnum):
    """The sizes that `training.blank` knows."""

    tiny = "tiny"
    small = "small"
    base = "base"


@app.command("add")
def add_model(
    ctx: typer.Context,
    model: Annotated[str, typer.Argument(help="A local folder, a hub name, or http://host:port/v1#model.")],
    name: Annotated[str, typer.Option("--name", help="What to call it.")] = "base",
    client: Client = None,
) -> None:
    """Register a model that the client already has. The first one becomes champion."""
    from ..agents.lookup import client_row
    from ..training.registry import add

    place = workspace(ctx)
    settings = place.client(client)
    with place.store() as store:
        version = add(store, client_row(store, settings.name), model, name=name)
    typer.echo(f"Model version {version} ({name}): {model}")


@app.command("create")
def create_model(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What to call the model.")],
    size: Annotated[
        Size, typer.Option("--size", help="tiny (1–3 M parameters), small (15–25 M) or base (90–120 M).")
    ] = Size.tiny,
    steps: Annotated[
        int | None, typer.Option("--steps", min=1, help="Training steps. Default: by the documents' size.")
    ] = None,
    seed: Annotated[
        int,
        typer.Option("--seed", min=0, max=LARGEST_SEED, help="Everything that is drawn follows from it."),
    ] = 0,
    client: Client = None,
) -> None:
    """Make a model from nothing on the client's own documents: tokenizer, weights and all."""
    from ..agents.creation import create

    changes = {"seed": seed} | ({"max_steps": steps} if steps is not None else {})
    place = workspace(ctx)
    with place.store() as store, bars() as progress:
        version = create(place, store, client, name, size=size.value, changes=changes, progress=progress)
    typer.echo(f"Model version {version} ({name}) is ready: nightschool models show {name}")


@app.command("promote")
def promote_model(
    ctx: typer.Context,
    model: Version,
    reason: Annotated[
        str, typer.Option("--reason", help="Why a person overrides the gate. Stored with the decision.")
    ],
    client: Client = None,
    author: Annotated[str, typer.Option("--author", envvar="USER", help="Who decides.")] = "a person",
) -> None:
    """Make a version the champion by a person's decision, without the gate."""
    from ..training.registry import promote

    place = workspace(ctx)
    read = reader(ctx)
    owner = the_client(read, client)
    row = find(read, owner["id"], model)
    with place.store() as store:
        promote(store, row["id"], author=author, evidence={"reason": reason, "by": "hand"})
    typer.echo(f"{row['name']} is now champion of {owner['name']}.")


@app.command("rollback")
def rollback_model(
    ctx: typer.Context,
    client: Client = None,
    reason: Annotated[str, typer.Option("--reason", help="Why. Stored with the decision.")] = "",
    author: Annotated[str, typer.Option("--author", envvar="USER", help="Who decides.")] = "a person",
) -> None:
    """Make the previous champion the champion again."""
    from ..training.registry import rollback

    place = workspace(ctx)
    read = reader(ctx)
    owner = the_client(read, client)
    with place.store() as store:
        version = rollback(store, owner["id"], author=author, reason=reason)
    typer.echo(f"{find(read, owner['id'], str(version))['name']} is champion of {owner['name']} again.")


def find(read: Any, client_id: int, text: str) -> dict[str, Any]:
    """The version that a name, number, alias or `latest` means.

    Raises:
        NotFound: none does; the message names those there are.
    """
    from ..store.errors import NotFound

    rows = read.read("models", client_id=client_id)
    if text == "latest" and rows:
        return _whole(read, max(rows, key=lambda row: row["id"]))
    for row in rows:
        if text in (row["name"], str(row["id"])) or text in (row["aliases"] or "").split(", "):
            return _whole(read, row)
    names = ", ".join(row["name"] for row in rows) or "none yet"
    raise NotFound(f"There is no model {text!r}. Models here: {names}.")


def _whole(read: Any, row: dict[str, Any]) -> dict[str, Any]:
    return read.read("model", model_version_id=row["id"])[0]
