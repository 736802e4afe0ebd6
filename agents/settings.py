"""What `nightschool.toml` may say, checked: environment over file over defaults, and one line for each fault.

    store = "nightschool.db"
    [clients.harrow]
    documents = "documents"
    model = "models/base"

An environment variable overrides a value of the file: `NIGHTSCHOOL_CLIENTS__HARROW__MODEL`, with `__` between
the parts. Anything unknown is refused, with the nearest name that is known.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from ..corpus.settings import CorpusSettings
from ..evals.answering.settings import AnsweringSettings
from ..evals.settings import DiagnosisSettings, ExamSettings, GradingSettings
from ..store.errors import ConfigurationError
from ..training.settings import GateSettings, TeachingSettings
from .locate import CONFIGURATION, STORE, read_table

_NAME = re.compile(r"(?!.*__)[^\W_][\w-]*")


class ClientSettings(BaseModel):
    """One client: its documents, its model, when its nights are, and how each part works."""

    model_config = ConfigDict(extra="forbid")

    documents: Path = Field(description="the folder of documents")
    model: str = Field(
        "", description="a local folder, a hub name, or an endpoint as http://host:port/v1#model"
    )
    schedule: str | None = Field(None, description="a cron line of five fields; without one no nights")
    timezone: str | None = Field(
        None, description="of the schedule, such as Europe/London; default: the machine's"
    )
    window_hours: float | None = Field(
        None, gt=0, le=168, description="a night stops after this long and goes on the next night"
    )
    approval: bool = Field(False, description="ask a person before training")
    seed: int = Field(
        0, ge=0, description="of the custody of questions: keep it, or pools of new facts change"
    )
    engine: str = Field(
        "", description="a chat model that makes facts and questions, as http://…/v1#model; else rules"
    )
    engine_key: str = Field("OPENAI_API_KEY", description="the environment variable with the engine's key")

    corpus: CorpusSettings = Field(default_factory=CorpusSettings)
    exam: ExamSettings = Field(default_factory=ExamSettings)
    answering: AnsweringSettings = Field(default_factory=AnsweringSettings)
    grading: GradingSettings = Field(default_factory=GradingSettings)
    diagnosis: DiagnosisSettings = Field(default_factory=DiagnosisSettings)
    teaching: TeachingSettings = Field(default_factory=TeachingSettings)
    gate: GateSettings = Field(default_factory=GateSettings)

    _name: str = PrivateAttr("")  # the table's name; not a key that can be set

    @property
    def name(self) -> str:
        """The client's name: the key of its table."""
        return self._name

    def named(self, name: str, **changes: Any) -> ClientSettings:
        """A copy that knows its name, with some values changed (which are not checked again)."""
        copy = self.model_copy(update=changes)
        copy._name = name
        return copy

    def taught(self) -> TeachingSettings:
        """The teaching settings, with the system message that the model is examined with where none is set.

        A model must be taught in the prompt in which it answers.
        """
        # Compared with the default, not with what was set: a campaign's kept settings set everything.
        if self.teaching.system not in ("", TeachingSettings().system):
            return self.teaching
        return self.teaching.model_copy(update={"system": self.answering.system})

    @model_validator(mode="after")
    def _schedule_is_cron(self) -> ClientSettings:
        if self.schedule is not None:
            from .cron import trigger

            trigger(self.schedule, self.timezone)
        return self


class NightschoolSettings(BaseSettings):
    """The whole of `nightschool.toml`."""

    model_config = SettingsConfigDict(env_prefix="NIGHTSCHOOL_", env_nested_delimiter="__", extra="forbid")

    store: Annotated[str, Field(min_length=1)] = STORE
    clients: dict[str, ClientSettings] = Field(default_factory=dict)

    @field_validator("clients")
    @classmethod
    def _names_are_plain(cls, clients: dict[str, ClientSettings]) -> dict[str, ClientSettings]:
        for name in clients:
            # It names folders and, with __ between the parts, environment variables.
            if not _NAME.fullmatch(name) or name != name.lower():
                raise ValueError(
                    f"client name {name!r}: use small letters and digits, with - or single _ between"
                )
        return clients


def load_settings(path: Path) -> NightschoolSettings:
    """The configuration of the file `path` under the environment's overrides.

    Raises:
        ConfigurationError: one line: the file, the dotted place and what is wrong there.
    """
    table = read_table(path)

    class Layered(NightschoolSettings):
        """The settings of this one file: environment first, then the file."""

        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: Any, **sources: PydanticBaseSettingsSource
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return sources["env_settings"], InitSettingsSource(settings_cls, init_kwargs=table)

    try:
        return Layered()
    except ValidationError as error:
        raise ConfigurationError(_one_line(error, path)) from error
    except SettingsError as error:
        raise ConfigurationError(f"A NIGHTSCHOOL_… environment variable can't be read: {error}.") from error


def check_client(values: dict[str, Any], place: str) -> ClientSettings:
    """Client settings from plain values, such as those that a campaign kept.

    Raises:
        ConfigurationError: with `place` in front of what is wrong.
    """
    try:
        return ClientSettings.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(_one_line(error, place, ClientSettings)) from error


def change_teaching(settings: TeachingSettings, changes: Mapping[str, Any]) -> TeachingSettings:
    """Teaching settings with some values changed, checked. Raises `ConfigurationError`."""
    try:
        return TeachingSettings.model_validate({**settings.model_dump(), **changes})
    except ValidationError as error:
        raise ConfigurationError(_one_line(error, "teaching settings", TeachingSettings)) from error


def _one_line(error: ValidationError, where: Path | str, root: type[BaseModel] = NightschoolSettings) -> str:
    faults = error.errors(include_url=False)
    more = f" (and {len(faults) - 1} more faults)" if len(faults) > 1 else ""
    line = f"{where}: {_fault(faults[0], root)}{more}"
    return line if line.endswith("?") else f"{line}."


def _fault(fault: Any, root: type[BaseModel]) -> str:
    # `rights` is a statement or a list of rules: pydantic puts the name of the form into the place
    loc = tuple(part for part in fault["loc"] if part not in ("statement", "rules"))
    parts = [str(part) for part in loc]
    dotted = ".".join(parts) or CONFIGURATION
    variable = "NIGHTSCHOOL_" + "__".join(parts).upper()
    if any(name.upper() == variable for name in os.environ):
        dotted = f"{dotted} (environment variable {variable})"
    if fault["type"] == "extra_forbidden":
        return f"{dotted} is not known; {_nearest(loc, root)}"
    if fault["type"] == "missing":
        return f"{dotted} is missing"
    message = " ".join(fault["msg"].removeprefix("Value error, ").split())
    if fault["type"] == "value_error":
        return f"{dotted}: {message}"
    return f"{dotted} = {_short(fault['input'])}: {message[0].lower()}{message[1:]}"


def _nearest(loc: tuple[int | str, ...], root: type[BaseModel]) -> str:
    table = _table_at(loc[:-1], root)
    known = sorted(table.model_fields) if table else []
    close = difflib.get_close_matches(str(loc[-1]), known, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]}?"
    return f"known here: {', '.join(known)}"


def _table_at(loc: tuple[int | str, ...], root: type[BaseModel]) -> type[BaseModel] | None:
    """The settings class that stands at a place, or None where the place is no table."""
    at: Any = root
    for part in loc:
        if isinstance(at, type) and issubclass(at, BaseModel):
            field = at.model_fields.get(str(part))
            at = field.annotation if field else None
        elif get_origin(at) in (dict, list):
            at = get_args(at)[-1]
        if get_origin(at) in (Union, UnionType):
            kinds = [_plain(kind) for kind in get_args(at) if kind is not type(None)]
            at = next((kind for kind in kinds if get_origin(kind) is list), kinds[0])
    return at if isinstance(at, type) and issubclass(at, BaseModel) else None


def _plain(kind: Any) -> Any:
    """A type without its annotations."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
