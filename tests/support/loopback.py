"""A small real OpenAI-compatible server on 127.0.0.1, run in a thread, with replies that a test scripts."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Response:
    """What the server sends once. `text` becomes a chat completion; `body` is sent as it is."""

    text: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    finish: str = "stop"


@dataclass
class Loopback:
    """The running server: its address and every request it got."""

    url: str
    reply: Callable[[dict[str, Any]], Response | str]
    key: str = ""
    models: tuple[str, ...] = ("tiny",)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def handle(self, request: dict[str, Any], headers: dict[str, str]) -> Response:
        with self._lock:
            self.requests.append(request)
            self.headers.append(headers)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            if self.key and headers.get("authorization") != f"Bearer {self.key}":
                return error(401, "Incorrect API key provided")
            if request.get("model") not in self.models:
                return error(404, f"The model {request.get('model')!r} does not exist")
            reply = self.reply(request)
            return Response(reply) if isinstance(reply, str) else reply
        finally:
            with self._lock:
                self._now -= 1


def error(status: int, message: str, **headers: str) -> Response:
    """An error as OpenAI-compatible servers send it; header names are written with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, headers=named, body=json.dumps({"error": {"message": message}}))


def script(*replies: Response | str) -> Callable[[dict[str, Any]], Response | str]:
    """Replies in turn; the last one stays."""
    left = list(replies)
    return lambda _request: left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def serve(
    reply: Callable[[dict[str, Any]], Response | str], *, key: str = "", models: tuple[str, ...] = ("tiny",)
) -> Iterator[Loopback]:
    """Run the server for the length of a `with` block; `reply` sees each request's JSON."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    loopback = Loopback(f"http://127.0.0.1:{server.server_address[1]}/v1", reply, key, models)
    server.loopback = loopback  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield loopback
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        loopback: Loopback = self.server.loopback  # type: ignore[attr-defined]
        self._send(Response(body=json.dumps({"data": [{"id": name} for name in loopback.models]})), "")

    def do_POST(self) -> None:
        loopback: Loopback = self.server.loopback  # type: ignore[attr-defined]
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(loopback.handle(request, headers), request.get("model", ""))

    def _send(self, response: Response, model: str) -> None:
        body = (response.body if response.body is not None else _completion(response, model)).encode()
        self.send_response(response.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return None


def _completion(response: Response, model: str) -> str:
    message = {"role": "assistant", "content": response.text}
    tokens = {"prompt_tokens": 7, "completion_tokens": len(response.text.split())}
    return json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 0,
            "model": model,
            "choices": [{"index": 0, "message": message, "finish_reason": response.finish}],
            "usage": {**tokens, "total_tokens": sum(tokens.values())},
        }
    )
