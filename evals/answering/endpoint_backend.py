"""Answers from any endpoint that speaks the OpenAI chat-completions protocol (vLLM, Ollama, llama.cpp, …)."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from ...store.errors import ModelError
from .base import Reply, chunks
from .prompting import clean, messages
from .settings import AnsweringSettings

if TYPE_CHECKING:
    import httpx

_RETRY = {408, 409, 425, 429, 500, 502, 503, 504}
_LONGEST_WAIT_S = 120.0


class EndpointAnswerer:
    """One model behind `url` (which ends in `/v1` as a rule). Temperature 0, bounded concurrency.

    `sleep` takes seconds and is called between tries; tests pass their own. What an endpoint answers to the
    same question twice may differ in spite of temperature 0: that is the endpoint's doing.
    """

    def __init__(
        self,
        url: str,
        model: str,
        settings: AnsweringSettings | None = None,
        *,
        sleep: Callable[[float], object] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        import httpx

        self.url, self.model = url.rstrip("/"), model
        self.settings = settings or AnsweringSettings()
        self._halt = threading.Event()
        self._sleep, self._now = sleep or self._halt.wait, now  # a wait that ends when the batch is given up
        key = os.environ.get(self.settings.api_key_env, "") if self.settings.api_key_env else ""
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(self.settings.timeout_s, connect=min(10.0, self.settings.timeout_s)),
            limits=httpx.Limits(max_connections=self.settings.concurrency),
        )
        self._limit_name = "max_tokens"  # newer OpenAI models want max_completion_tokens

    @property
    def name(self) -> str:
        return f"endpoint/{self.model}"

    def plan(self, questions: Sequence[str]) -> list[list[int]]:
        return chunks(range(len(questions)), self.settings.concurrency * 4)

    def answer(self, batch: Sequence[str]) -> list[Reply]:
        self._halt.clear()
        pool = ThreadPoolExecutor(max_workers=self.settings.concurrency)
        try:
            return [future.result() for future in [pool.submit(self._one, question) for question in batch]]
        finally:  # when one has failed, or on Ctrl-C, ask no more and don't wait for those in flight
            self._halt.set()
            pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        self._client.close()

    def _one(self, question: str) -> Reply:
        started = time.perf_counter()
        body = self._post(question)
        took = (time.perf_counter() - started) * 1000
        try:
            text = body["choices"][0]["message"].get("content") or ""
            usage = body.get("usage") or {}
            return Reply(
                clean(str(text), plain=False),
                int(usage.get("prompt_tokens") or 0),
                int(usage.get("completion_tokens") or 0),
                took,
            )
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            raise ModelError(f"{self.url} sent no chat completion: {str(body)[:200]!r}") from error

    def _post(self, question: str) -> dict[str, Any]:
        import httpx

        problem, wait = "", 0.0
        for attempt in range(self.settings.max_retries + 1):
            if attempt:
                self._sleep(wait)
                if self._halt.is_set():
                    break
            limit, request = self._limit_name, self._request(question)
            try:
                response = self._client.post(f"{self.url}/chat/completions", json=request)
            except httpx.TransportError as error:
                problem, wait = f"can't be reached ({error or type(error).__name__})", _backoff(attempt)
                continue
            except (httpx.InvalidURL, UnicodeError) as error:
                raise ModelError(f"{self.url} is no usable address: {error}") from error
            if (
                response.status_code == 400
                and limit == "max_tokens"
                and "max_completion_tokens" in response.text
            ):
                self._limit_name, problem, wait = "max_completion_tokens", "refuses max_tokens", 0.0
                continue
            if response.status_code in _RETRY:
                problem = f"answers {response.status_code} ({_reason(response)})"
                wait = self._retry_after(response) or _backoff(attempt)
                continue
            if response.status_code != 200:
                raise self._refused(response)
            try:
                return response.json()
            except ValueError:
                problem, wait = "sent a reply that is no JSON", _backoff(attempt)
        tries = self.settings.max_retries + 1
        often = f"{tries} tries" if tries > 1 else "1 try"
        raise ModelError(f"{self.url} {problem}, {often}: is the server running and free?")

    def _request(self, question: str) -> dict[str, Any]:
        return {
            "model": self.model,
            "messages": messages(question, self.settings.system),
            "temperature": 0,
            self._limit_name: self.settings.max_new_tokens,
        }

    def _retry_after(self, response: httpx.Response) -> float:
        """Seconds that the server asks to wait (given as a number or a date), at most two minutes; else 0."""
        value = response.headers.get("retry-after", "").strip()
        if not value:
            return 0.0
        try:
            seconds = float(value)
        except ValueError:
            try:
                when = parsedate_to_datetime(value)
            except ValueError:
                return 0.0
            when = when if when.tzinfo else when.replace(tzinfo=UTC)
            seconds = (when - self._now()).total_seconds()
        return min(max(seconds, 0.0), _LONGEST_WAIT_S)

    def _refused(self, response: httpx.Response) -> ModelError:
        code = response.status_code
        if code in (401, 403):
            return ModelError(
                f"{self.url} refuses the key ({code}): put a valid one into the environment variable "
                f"{self.settings.api_key_env or '(api_key_env is empty)'}"
            )
        if code == 404:
            return ModelError(f"{self.url} has no model {self.model} ({_reason(response)}){self._offered()}")
        return ModelError(f"{self.url} answers {code}: {_reason(response)}")

    def _offered(self) -> str:
        import httpx

        try:
            rows = self._client.get(f"{self.url}/models").json()["data"]
            names = [str(row["id"]) for row in rows][:5]
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return ": check the address (it ends in /v1 as a rule) and the name"
        return f": it offers {', '.join(names)}" if names else ""


def _backoff(attempt: int) -> float:
    return min(0.5 * 2**attempt, 30.0)


def _reason(response: httpx.Response) -> str:
    """What the server says is wrong, in one short line."""
    try:
        body = response.json()
        error = body.get("error", body)
        text = error.get("message", "") if isinstance(error, dict) else str(error)
    except (ValueError, AttributeError):
        text = response.text
    return " ".join(str(text).split())[:200] or response.reason_phrase
