"""A workspace: the folder with `nightschool.toml`, the store and what training makes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..store.errors import ConfigurationError
from .locate import CONFIGURATION, find_workspace, locate_store

if TYPE_CHECKING:
    from ..store.engine import Store
    from .settings import ClientSettings, NightschoolSettings

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STARTER = """\
# Night School's workspace. Paths are relative to this file. Any value can also be set in the environment,
# for example NIGHTSCHOOL_CLIENTS__{variable}__MODEL.

# store = "nightschool.db"          # the database: every question, answer and verdict

[clients.{table}]
documents = {documents}
model = {model}
# model: a local folder, a hub name, or an OpenAI-compatible endpoint as "http://127.0.0.1:8000/v1#model-name"

# schedule = "0 2 * * *"            # cron: every night at two, with nightschool serve
# timezone = "Europe/London"        # default: the machine's
# window_hours = 5.0                # stop after this long and go on the next night
# approval = true                   # ask before training: nightschool campaign resume latest --answer train
# engine = "http://127.0.0.1:8000/v1#model-name"   # a chat model makes facts and questions, not rules

# [clients.{table}.corpus]         # which files, and with which rights
# [clients.{table}.exam]           # how many questions, which share is held back
# [clients.{table}.answering]      # batch size, answer length, system prompt
# [clients.{table}.grading]        # a judge as "http://127.0.0.1:8000/v1#model-name"
# [clients.{table}.diagnosis]      # when an area counts as weak
# [clients.{table}.teaching]       # method, steps, learning rate
# [clients.{table}.gate]           # how sure before a challenger replaces the champion
"""


@dataclass(frozen=True)
class Workspace:
    """A workspace and its checked configuration. `folder` is absolute."""

    folder: Path
    settings: NightschoolSettings

    @classmethod
    def find(cls, folder: Path | str | None = None) -> Workspace:
        """The workspace of a folder, of `NIGHTSCHOOL_WORKSPACE`, or of the current folder upward.

        Raises:
            ConfigurationError: there is none, or its configuration is wrong.
        """
        from .settings import load_settings

        root = find_workspace(folder)
        return cls(root, load_settings(root / CONFIGURATION))

    @property
    def store_path(self) -> Path:
        """Where the store is or will be."""
        return locate_store(self.folder)

    def store(self) -> Store:
        """The store, opened, migrated and made where it isn't there yet. Raises `StoreError`."""
        from ..store.engine import open_store

        return open_store(self.store_path)

    def client(self, name: str | None = None) -> ClientSettings:
        """The settings of a client, its paths made absolute. Without a name: of the only one.

        Raises:
            ConfigurationError: no such client, none at all, or several and none is named.
        """
        chosen = self.client_name(name)
        settings = self.settings.clients[chosen]
        return settings.named(
            chosen, documents=self.path(settings.documents), model=self.model_place(settings.model)
        )

    def client_name(self, name: str | None = None) -> str:
        """The name itself if the configuration has it, or the only client's. Raises `ConfigurationError`."""
        names, place = self.names(), self.folder / CONFIGURATION
        listed = ", ".join(names)
        if name is not None and name in names:
            return name
        if not names:
            raise ConfigurationError(f"{place} has no client: add a table [clients.NAME].")
        if name is not None:
            raise ConfigurationError(f"{place} has no client {name!r}. Clients: {listed}.")
        if len(names) > 1:
            raise ConfigurationError(f"There are several clients: choose one with --client: {listed}.")
        return names[0]

    def names(self) -> list[str]:
        """The clients' names, sorted."""
        return sorted(self.settings.clients)

    def path(self, place: Path | str) -> Path:
        """A path of the configuration, absolute."""
        return self.folder / Path(place).expanduser()

    def model_place(self, model: str) -> str:
        """A model as other parts take it: an endpoint and a hub name as they are, a folder absolute."""
        if not model or model.startswith(("http://", "https://")):
            return model
        folder = self.path(model)
        # "org/name" is a hub name unless such a folder is there or the text can only be a path.
        if folder.exists() or model.startswith((".", "/", "~")) or model.count("/") > 1:
            return str(folder)
        return model

    def runs(self, client: str) -> Path:
        """The folder under which the client's training runs and models are kept."""
        return self.folder / "runs" / client


def effective(settings: ClientSettings) -> dict[str, Any]:
    """The client's settings as JSON values, defaults included: what a campaign keeps as its `config`."""
    return settings.model_dump(mode="json")


def write_starter(folder: Path | str, client: str, documents: str, model: str) -> Path:
    """Write a commented `nightschool.toml` for one client, and check it.

    Raises:
        ConfigurationError: there is one already, the client's name won't do, or the folder can't be written.
    """
    from .settings import load_settings

    place = Path(folder).expanduser().absolute()
    target = place / CONFIGURATION
    text = _STARTER.format(
        table=client if _BARE.fullmatch(client) else json.dumps(client, ensure_ascii=False),
        variable=client.upper(),
        # TOML's basic strings take JSON's escapes.
        documents=json.dumps(documents, ensure_ascii=False),
        model=json.dumps(model, ensure_ascii=False),
    )
    try:
        place.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise ConfigurationError(f"{target} is already there: edit it, or choose another folder.") from error
    except OSError as error:
        raise ConfigurationError(f"{target} can't be written: {error.strerror or error}.") from error
    try:
        load_settings(target)
    except ConfigurationError:
        target.unlink()
        raise
    return target
