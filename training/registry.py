"""The registry of model versions, and the `champion` alias that names the one that is served.

Only the gate, or a person's explicit command, moves the alias. Each move is one transaction: alias, states of
both versions and an append-only Decision row, so that a kill leaves all of it or none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..store.errors import ModelError, NotFound
from ..store.events import record
from .weights import check_model_folder, count_parameters, hash_weights, is_endpoint, is_folder

if TYPE_CHECKING:
    from sqlmodel import Session

    from ..store.engine import Store
    from ..store.tables import ModelVersion

CHAMPION = "champion"
MOVES = ("promote", "adopt", "rollback")  # the decisions after which their challenger is champion


@dataclass(frozen=True)
class VersionSpec:
    """A model version to be registered."""

    name: str
    path: str  # folder, hub name, or endpoint URL + "#" + model
    base: str = ""
    parent_id: int | None = None
    method: str = "given"  # given, created, sft-lora, sft-full
    bill_of_materials: dict[str, Any] = field(default_factory=dict)


def register(store: Store, client_id: int, spec: VersionSpec) -> int:
    """Enter a model version as a candidate and return its id.

    A folder must hold a configuration, a tokenizer and safetensors weights; they are hashed. Registering
    the same name with the same path and weights again returns the id that is there (a resumed run).
    Raises ModelError.
    """
    sha256, parameters = _inspect(spec.path)
    with store.session() as session:
        found = _named(session, client_id, spec.name)
        if found is not None:
            if (found.path, found.sha256) != (spec.path, sha256):
                raise ModelError(f"the client already has a model named {spec.name!r}: choose another name")
            return _id(found)
        return _id(_insert(session, client_id, spec, (sha256, parameters)))


def add(store: Store, client_id: int, model: str, *, name: str = "base", author: str = "a person") -> int:
    """Register a model that the client brings; the client's first one becomes champion."""
    version_id = register(store, client_id, VersionSpec(name=name, path=_full(model), base=_full(model)))
    if champion(store, client_id) is None:
        make_champion(store, version_id, verdict="adopt", author=author, evidence={"reason": "first model"})
    return version_id


def adopt(store: Store, client_id: int, model: str) -> int:
    """The champion of a client that has none yet: the model that its configuration names.

    A model of that path or name that is registered already is taken as it is.
    """
    from sqlmodel import col, select

    from ..store.tables import ModelVersion

    known = _full(model)
    with store.session(write=False) as session:
        query = (
            select(ModelVersion)
            .where(col(ModelVersion.client_id) == client_id)
            .where((col(ModelVersion.path) == known) | (col(ModelVersion.name) == model))
            .order_by(col(ModelVersion.id))
        )
        found = session.exec(query).first()
    if found is not None:
        version_id = _id(found)
    else:
        version_id = register(
            store, client_id, VersionSpec(name=_free_name(store, client_id), path=known, base=known)
        )
    make_champion(store, version_id, verdict="adopt", evidence={"reason": "named in the configuration"})
    return version_id


def champion(store: Store, client_id: int) -> ModelVersion | None:
    """The version that is served, or None when the client has none yet."""
    with store.session(write=False) as session:
        return _champion(session, client_id)


def resolve(store: Store, client_id: int, text: str) -> ModelVersion:
    """The version that a name, id, alias or `latest` means. Raises NotFound, naming those there are."""
    from sqlmodel import col, select

    from ..store.tables import Alias, ModelVersion

    with store.session(write=False) as session:
        rows = session.exec(
            select(ModelVersion)
            .where(col(ModelVersion.client_id) == client_id)
            .order_by(col(ModelVersion.id))
        ).all()
        alias = session.exec(
            select(Alias).where(col(Alias.client_id) == client_id, col(Alias.name) == text)
        ).first()
    aliased = alias.model_version_id if alias else None
    for matches in (
        lambda row: row.name == text,
        lambda row: str(row.id) == text,
        lambda row: row.id == aliased,
    ):
        for row in rows:
            if matches(row):
                return row
    if text == "latest" and rows:
        return rows[-1]
    names = ", ".join(row.name for row in rows) or "none yet"
    raise NotFound(f"there is no model {text!r}; models here: {names}")


def promote(
    store: Store,
    version_id: int,
    *,
    author: str = "nightschool",
    evidence: dict[str, Any] | None = None,
    campaign_id: int | None = None,
) -> None:
    """Make a version the champion. Nothing happens when it already is."""
    make_champion(
        store, version_id, verdict="promote", author=author, evidence=evidence, campaign_id=campaign_id
    )


def make_champion(
    store: Store,
    version_id: int,
    *,
    verdict: str,
    author: str = "nightschool",
    evidence: dict[str, Any] | None = None,
    campaign_id: int | None = None,
) -> None:
    """Move the alias, the states and the evidence in one transaction.

    Raises NotFound, or ModelError when the version's weights are gone or are no longer those registered.
    """
    version = _get(store, version_id)
    _check_unchanged(version)
    with store.session() as session:
        before = _champion(session, version.client_id)
        if before is not None and before.id == version_id:
            return
        _decide(session, version_id, verdict, author, evidence or {}, campaign_id)
        _move(session, version_id, before)


def rollback(store: Store, client_id: int, *, author: str = "a person", reason: str = "") -> int:
    """Make the champion before the present one the champion again, and return its id.

    Twice in a row goes two back. Raises NotFound when there is no earlier one, ModelError when its weights
    are gone.
    """
    from sqlmodel import col, select

    from ..store.tables import Decision

    with store.session(write=False) as session:
        now = _champion(session, client_id)
        if now is None:
            raise NotFound("the client has no champion yet: there is nothing to roll back")
        query = (
            select(Decision)
            .where(col(Decision.challenger_id) == now.id, col(Decision.verdict).in_(["promote", "adopt"]))
            .order_by(col(Decision.id).desc())
        )
        made = session.exec(query).first()
        previous_id = made.champion_id if made else None
    if previous_id is None:
        raise NotFound(f"{now.name} is the client's first champion: there is none to roll back to")
    make_champion(
        store, previous_id, verdict="rollback", author=author, evidence={"reason": reason, "from": now.name}
    )
    return previous_id


def reject(
    store: Store,
    version_id: int,
    *,
    author: str = "nightschool",
    evidence: dict[str, Any] | None = None,
    campaign_id: int | None = None,
) -> None:
    """Record that a challenger lost; a champion can't be rejected (ModelError)."""
    from ..store.tables import ModelVersion

    with store.session() as session:
        row = session.get(ModelVersion, version_id)
        if row is None:
            raise NotFound(f"there is no model version {version_id}")
        if row.state == "champion":
            raise ModelError(f"{row.name} is the champion: promote another one, or roll back")
        row.state = "rejected"
        _decide(session, version_id, "reject", author, evidence or {}, campaign_id)


def hold(
    store: Store,
    version_id: int,
    *,
    evidence: dict[str, Any],
    campaign_id: int | None = None,
) -> None:
    """Record that nothing was decided about a challenger; it stays a candidate."""
    with store.session() as session:
        _decide(session, version_id, "hold", "nightschool", evidence, campaign_id)


def free_name(session: Session, client_id: int, stem: str = "v") -> str:
    """The first of v1, v2, … that the client has not used. Names are never used again."""
    from sqlmodel import col, select

    from ..store.tables import ModelVersion, TrainingRun

    used = set(session.exec(select(ModelVersion.name).where(col(ModelVersion.client_id) == client_id)))
    planned = session.exec(select(TrainingRun).where(col(TrainingRun.client_id) == client_id))
    used |= {run.config.get("name", "") for run in planned}  # a run that has not ended holds its name
    number = 1
    while f"{stem}{number}" in used:
        number += 1
    return f"{stem}{number}"


def _free_name(store: Store, client_id: int) -> str:
    with store.session(write=False) as session:
        return "base" if _named(session, client_id, "base") is None else free_name(session, client_id, "base")


def _decide(
    session: Session,
    version_id: int,
    verdict: str,
    author: str,
    evidence: dict[str, Any],
    campaign_id: int | None,
) -> None:
    from ..store.tables import Decision, ModelVersion

    version = session.get_one(ModelVersion, version_id)
    before = _champion(session, version.client_id)
    session.add(
        Decision(
            client_id=version.client_id,
            campaign_id=campaign_id,
            challenger_id=version_id,
            champion_id=before.id if before else None,
            verdict=verdict,
            evidence=evidence,
            author=author,
        )
    )
    record(
        session,
        f"model.{verdict}",
        client_id=version.client_id,
        campaign_id=campaign_id,
        who=author,
        version=version.name,
        before=before.name if before else None,
    )


def _move(session: Session, version_id: int, before: ModelVersion | None) -> None:
    from sqlmodel import col, select

    from ..store.tables import Alias, ModelVersion

    version = session.get_one(ModelVersion, version_id)
    if before is not None:
        before.state = "retired"
        session.add(before)
    version.state = "champion"
    alias = session.exec(
        select(Alias).where(col(Alias.client_id) == version.client_id, col(Alias.name) == CHAMPION)
    ).first()
    if alias is None:
        alias = Alias(client_id=version.client_id, name=CHAMPION, model_version_id=version_id)
    alias.model_version_id = version_id
    alias.updated_at = session.info["clock"]()
    session.add(alias)


def _champion(session: Session, client_id: int) -> ModelVersion | None:
    from sqlmodel import col, select

    from ..store.tables import Alias, ModelVersion

    query = (
        select(ModelVersion)
        .join(Alias, col(Alias.model_version_id) == col(ModelVersion.id))
        .where(col(Alias.client_id) == client_id, col(Alias.name) == CHAMPION)
    )
    return session.exec(query).first()


def _named(session: Session, client_id: int, name: str) -> ModelVersion | None:
    from sqlmodel import col, select

    from ..store.tables import ModelVersion

    query = select(ModelVersion).where(
        col(ModelVersion.client_id) == client_id, col(ModelVersion.name) == name
    )
    return session.exec(query).first()


def _insert(session: Session, client_id: int, spec: VersionSpec, weights: tuple[str, int]) -> ModelVersion:
    from ..store.tables import ModelVersion

    row = ModelVersion(
        client_id=client_id,
        name=spec.name,
        base=spec.base,
        parent_id=spec.parent_id,
        method=spec.method,
        path=spec.path,
        sha256=weights[0],
        parameters=weights[1],
        bill_of_materials=spec.bill_of_materials,
    )
    session.add(row)
    session.flush()
    record(session, "model.registered", client_id=client_id, version=spec.name, method=spec.method)
    return row


def _get(store: Store, version_id: int) -> ModelVersion:
    from ..store.tables import ModelVersion

    with store.session(write=False) as session:
        row = session.get(ModelVersion, version_id)
    if row is None:
        raise NotFound(f"there is no model version {version_id}")
    return row


def _id(row: ModelVersion) -> int:
    assert row.id is not None
    return row.id


def _full(model: str) -> str:
    """A folder's absolute path, so that it means the same from every working folder."""
    return str(Path(model).expanduser().absolute()) if is_folder(model) else model


def _inspect(path: str) -> tuple[str, int]:
    """SHA-256 and parameters of a folder's weights; ("", 0) for hub names and endpoints."""
    if not is_folder(path):
        if is_endpoint(path) and "#" not in path:
            raise ModelError(f"{path} names no model: write the endpoint as http://host:port/v1#model")
        return "", 0
    folder = Path(path)
    check_model_folder(folder)
    return hash_weights(folder), count_parameters(folder)


def _check_unchanged(version: ModelVersion) -> None:
    if not version.sha256:
        return
    folder = Path(version.path)
    check_model_folder(folder)
    if hash_weights(folder) != version.sha256:
        raise ModelError(
            f"the weights of {version.name} in {folder} are not those that were registered: "
            "restore them, or add the folder under a new name"
        )
