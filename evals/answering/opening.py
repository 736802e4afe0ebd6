"""From a model's specification to something that answers."""

from __future__ import annotations

from ...store.errors import ModelError
from .base import Answerer
from .settings import AnsweringSettings


def open_answerer(spec: str, settings: AnsweringSettings | None = None) -> Answerer:
    """Open a model: a local folder, a hub name, or an endpoint as `http(s)://host:port/v1#model-name`.

    Raises ModelError in one line when it can't be had. An endpoint is contacted by its first question.
    """
    settings = settings or AnsweringSettings()
    if is_endpoint(spec):
        from .endpoint_backend import EndpointAnswerer

        return EndpointAnswerer(*split_endpoint(spec), settings)
    from .transformers_backend import TransformersAnswerer

    return TransformersAnswerer(spec, settings)


def is_endpoint(spec: str) -> bool:
    """Whether the specification is an address rather than a folder or a hub name."""
    return spec.lower().startswith(("http://", "https://"))


def split_endpoint(spec: str) -> tuple[str, str]:
    """`(url, model)` of `http(s)://host:port/v1#model-name`; ModelError when it names no host or no model."""
    url, _, model = spec.partition("#")
    host = url.split("://", 1)[-1].split("/", 1)[0]
    if not model or not host:
        raise ModelError(
            f"{spec} names no {'model' if host else 'host'}: write it as http://host:port/v1#model-name"
        )
    return url.rstrip("/"), model
