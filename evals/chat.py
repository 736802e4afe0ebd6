"""Language models behind LangChain's chat interface: opened by address, asked with one-line errors.

`ScriptedChatModel` in `scripted_chat.py` is the in-memory twin.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..store.errors import ModelError
from .answering.opening import is_endpoint, split_endpoint

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage


class ReplyCut(Exception):
    """The model's reply ended at its length limit or was withheld: there is nothing to read in it."""


class RequestRefused(Exception):
    """The endpoint refuses this one request (400 or 422), e.g. as too long or for an option."""


def open_chat_model(
    spec: str,
    *,
    temperature: float = 0.0,
    timeout: float = 60.0,
    api_key_env: str = "OPENAI_API_KEY",
    max_retries: int = 3,
) -> BaseChatModel:
    """A chat model at any OpenAI-compatible endpoint: `http(s)://host:port/v1#model-name`.

    `timeout` is in seconds. The key is read from the environment variable named `api_key_env`. Nothing is
    contacted before the first question. Raises ModelError for an address that names no host or model.
    """
    if not is_endpoint(spec):
        raise ModelError(f"{spec} is no endpoint: write it as http://host:port/v1#model-name")
    url, model = split_endpoint(spec)
    no_tracing()
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    key = os.environ.get(api_key_env, "") if api_key_env else ""
    return ChatOpenAI(
        model=model,
        base_url=url,
        api_key=SecretStr(key or "none"),  # the client wants one even where the endpoint doesn't
        temperature=temperature,
        timeout=timeout,
        max_retries=max_retries,
        use_responses_api=False,
    )


def no_tracing() -> None:
    """Switch off LangSmith: when its variables are set it sends prompts, a client's documents, away."""
    for name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"):
        os.environ.pop(name, None)
    os.environ["LANGSMITH_TRACING"] = "false"


def model_name(chat_model: BaseChatModel) -> str:
    """What the model calls itself: part of every verdict and cache key."""
    for field in ("model_name", "model", "name"):
        value = getattr(chat_model, field, None)
        if isinstance(value, str) and value:
            return value
    return chat_model._llm_type


def say(runnable: Any, messages: list[BaseMessage]) -> AIMessage:
    """Ask once. Raises ReplyCut, RequestRefused, or ModelError when the endpoint can't be used at all."""
    no_tracing()
    with _one_line():
        result = runnable.invoke(messages)
    message = result["raw"] if isinstance(result, dict) else result
    if (message.response_metadata or {}).get("finish_reason") in ("length", "content_filter"):
        raise ReplyCut(str(message.response_metadata["finish_reason"]))
    return message


@contextmanager
def _one_line() -> Iterator[None]:
    import httpx
    import openai

    try:
        yield
    except (openai.LengthFinishReasonError, openai.ContentFilterFinishReasonError) as error:
        raise ReplyCut(type(error).__name__) from error
    except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
        raise RequestRefused(_squeeze(error)) from error
    except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
        raise ModelError(f"the chat model's endpoint refuses the key: {_squeeze(error)}") from error
    except openai.NotFoundError as error:
        raise ModelError(f"the chat model's endpoint has no such model: {_squeeze(error)}") from error
    except openai.APIConnectionError as error:
        where = getattr(getattr(error, "request", None), "url", "the endpoint")
        raise ModelError(f"the chat model can't be reached at {where}: is the server running?") from error
    except openai.OpenAIError as error:
        raise ModelError(f"the chat model's endpoint fails: {_squeeze(error)}") from error
    except httpx.HTTPError as error:
        raise ModelError(f"the chat model can't be reached: {_squeeze(error)}") from error


def _squeeze(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
