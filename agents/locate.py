"""Where the workspace and its store are, found without a heavy import: inspecting commands start here."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from ..store.errors import ConfigurationError

CONFIGURATION = "nightschool.toml"
STORE = "nightschool.db"
WORKSPACE_VARIABLE = "NIGHTSCHOOL_WORKSPACE"
STORE_VARIABLE = "NIGHTSCHOOL_STORE"


def find_workspace(folder: Path | str | None = None) -> Path:
    """The folder that holds `nightschool.toml`, absolute.

    Args:
        folder: the workspace itself, or its `nightschool.toml`. Where none is given, the environment
            variable `NIGHTSCHOOL_WORKSPACE` names it, else it is the current folder or the nearest above it.

    Raises:
        ConfigurationError: there is no `nightschool.toml` there.
    """
    given = folder or os.environ.get(WORKSPACE_VARIABLE)
    if given:
        place = Path(given).expanduser().absolute()
        place = place.parent if place.name == CONFIGURATION else place
        if (place / CONFIGURATION).is_file():
            return place
        raise ConfigurationError(
            f"{place} holds no {CONFIGURATION}: run nightschool init there, or name another folder."
        )
    here = Path.cwd()
    for place in (here, *here.parents):
        if (place / CONFIGURATION).is_file():
            return place
    raise ConfigurationError(
        f"No {CONFIGURATION} in {here} or above it: run nightschool init, or give --workspace FOLDER."
    )


def read_table(path: Path) -> dict[str, Any]:
    """The TOML file as a dictionary.

    Raises:
        ConfigurationError: it can't be read, isn't UTF-8 or isn't TOML (with line and column).
    """
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not valid TOML: {error}.") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8.") from error
    except OSError as error:
        raise ConfigurationError(f"{path} can't be read: {error.strerror or error}.") from error


def locate_store(folder: Path | str | None = None) -> Path:
    """The path of the workspace's store, whether or not it exists yet.

    Raises:
        ConfigurationError: as `find_workspace` and `read_table`, or `store` is not a path.
    """
    place = find_workspace(folder)
    name = os.environ.get(STORE_VARIABLE) or read_table(place / CONFIGURATION).get("store", STORE)
    if not isinstance(name, str) or not name or "://" in name:
        raise ConfigurationError(
            f"{place / CONFIGURATION}: store = {name!r} is not a path: give the path of an SQLite file."
        )
    return place / Path(name).expanduser()
