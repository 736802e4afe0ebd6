"""Structured replies over real HTTP, and with the scripted model."""

from __future__ import annotations

import json
import os
import socket
from typing import Any

import pytest
from nightschool.evals.chat import model_name, open_chat_model
from nightschool.evals.scripted_chat import ScriptedChatModel
from nightschool.evals.structured_chat import Budget, FolderCache, StructuredChat, Unreadable, read_json
from nightschool.store.errors import ModelError
from pydantic import BaseModel

from .support.loopback import Loopback, Response, error, script, serve

KEY = "NIGHTSCHOOL_TEST_KEY"


class Price(BaseModel):
    """A price."""

    name: str
    euro: int


GOOD = '{"name": "basic", "euro": 19}'
BASIC = Price(name="basic", euro=19)


def chat(server: Loopback, **options: Any) -> Any:
    return open_chat_model(f"{server.url}#tiny", api_key_env=KEY, timeout=20, **options)


def ask(server: Loopback, **options: Any) -> Price:
    return StructuredChat(chat(server), **options).ask("Be exact.", "How much?", Price)


def test_the_schema_is_asked_for_and_the_reply_read():
    with serve(script(GOOD)) as server:
        structured = StructuredChat(chat(server))
        assert structured.ask("Be exact.", "How much?", Price) == BASIC
    request = server.requests[0]
    assert request["temperature"] == 0
    assert request["response_format"]["type"] == "json_schema"
    assert "euro" in json.dumps(request["response_format"])
    assert [turn["role"] for turn in request["messages"]] == ["system", "user"]
    assert structured.budget == Budget(calls=1, tokens=7 + len(GOOD.split()))


def call(arguments: str) -> Response:
    function = {"name": "Price", "arguments": arguments}
    message = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "1", "type": "function", "function": function}],
    }
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    return Response(
        body=json.dumps({"id": "1", "object": "chat.completion", "model": "tiny", "choices": [choice]})
    )


def test_an_endpoint_without_schemas_is_asked_by_function_call_and_this_is_remembered():
    def reply(request: dict[str, Any]) -> Response | str:
        if "response_format" in request:
            return error(400, "response_format json_schema is unknown")
        return call(GOOD)

    with serve(reply) as server:
        structured = StructuredChat(chat(server))
        assert structured.ask("s", "one", Price) == BASIC
        assert structured.ask("s", "two", Price) == BASIC
    assert ["tools" in request for request in server.requests] == [False, True, True]


def test_broken_arguments_of_a_function_call_are_repaired():
    with serve(script(call('{"name": "basic", "eu'), call(GOOD))) as server:
        assert ask(server, methods=("function_calling",)) == BASIC
    assert len(server.requests) == 2


def test_an_endpoint_with_neither_is_asked_in_plain_text():
    def reply(request: dict[str, Any]) -> Response | str:
        if request.keys() & {"response_format", "tools"}:
            return error(400, "unknown parameter")
        return f"<think>hm {{}}</think>Here it is:\n```json\n{GOOD}\n```\nGood luck!"

    with serve(reply) as server:
        assert ask(server) == BASIC
    assert len(server.requests) == 3


@pytest.mark.parametrize("bad", ['{"name": "basic", "euro": ', '{"name": "basic"}', "I can't.", "", "[1]"])
def test_a_bad_reply_is_repaired_once_with_the_error_shown(bad):
    with serve(script(bad, GOOD)) as server:
        assert ask(server) == BASIC
    first, second = server.requests
    assert len(second["messages"]) == len(first["messages"]) + 2
    assert "can't be read" in second["messages"][-1]["content"]


def test_two_bad_replies_are_unreadable():
    with serve(script('{"name": 1}', '{"euro": "many"}')) as server, pytest.raises(Unreadable, match="euro"):
        ask(server)
    assert len(server.requests) == 2


def test_a_reply_cut_at_its_limit_is_not_read():
    cut = Response(GOOD, finish="length")
    with serve(script(cut)) as server, pytest.raises(Unreadable):
        ask(server)
    with serve(script(cut)) as server, pytest.raises(Unreadable):
        ask(server, methods=("text",))


def test_a_rate_limit_is_waited_out():
    limit = error(429, "slow down", retry_after_ms="1")
    with serve(script(limit, limit, GOOD)) as server:
        assert ask(server) == BASIC
    assert len(server.requests) == 3


def test_a_rate_limit_without_end_is_one_line():
    with (
        serve(script(error(429, "slow\ndown", retry_after_ms="1"))) as server,
        pytest.raises(ModelError, match="fails: .*slow") as caught,
    ):
        StructuredChat(chat(server, max_retries=1)).ask("s", "u", Price)
    assert "\n" not in str(caught.value)


def test_a_wrong_key_and_an_unknown_model_are_told(monkeypatch):
    monkeypatch.setenv(KEY, "wrong")
    with serve(script(GOOD), key="right") as server, pytest.raises(ModelError, match="refuses the key"):
        ask(server)
    with serve(script(GOOD), models=("other",)) as server, pytest.raises(ModelError, match="no such model"):
        ask(server)


def test_nobody_at_the_address():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    chat_model = open_chat_model(f"{url}#tiny", max_retries=0)
    with pytest.raises(ModelError, match=r"can't be reached at http://127.0.0.1:\d+") as caught:
        StructuredChat(chat_model).ask("s", "u", Price)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("spec", ["gpt-5", "/models/x", "http://host/v1"])
def test_what_is_no_endpoint_with_a_model_is_refused(spec):
    with pytest.raises(ModelError, match="#model-name"):
        open_chat_model(spec)


def test_tracing_is_switched_off(monkeypatch):
    monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    assert model_name(open_chat_model("http://host/v1#tiny")) == "tiny"
    assert "LANGCHAIN_TRACING_V2" not in os.environ
    assert os.environ["LANGSMITH_TRACING"] == "false"


def test_what_was_answered_is_paid_for_once(tmp_path):
    for _ in range(2):  # a second process after a kill
        model = ScriptedChatModel(replies=["nothing", GOOD])
        structured = StructuredChat(model, cache=FolderCache(tmp_path / "cache"), budget=Budget(max_calls=2))
        assert structured.ask("s", "u", Price) == BASIC
        assert structured.ask("s", "u", Price) == BASIC
    assert model.asked == []
    other = ScriptedChatModel(replies=[GOOD], model="other")
    assert StructuredChat(other, cache=FolderCache(tmp_path / "cache")).ask("s", "u", Price) == BASIC
    assert len(other.asked) == 1


def test_the_folder_cache_is_a_mapping(tmp_path):
    cache = FolderCache(tmp_path / "a" / "b")
    cache["key"] = "값"
    cache["key"] = "value"
    assert dict(cache) == {"key": "value"}
    del cache["key"]
    assert len(cache) == 0
    assert cache.get("key") is None
    with pytest.raises(KeyError):
        del cache["key"]


def test_a_spent_budget_stops_before_the_next_call():
    model = ScriptedChatModel(replies=[GOOD])
    structured = StructuredChat(model, budget=Budget(max_calls=1))
    structured.ask("s", "one", Price)
    assert structured.ask("s", "one", Price) == BASIC  # from the cache
    with pytest.raises(ModelError, match="budget of 1 calls is spent"):
        structured.ask("s", "two", Price)
    with pytest.raises(ModelError, match="budget of 5 tokens"):
        StructuredChat(model, budget=Budget(max_tokens=5, tokens=5)).ask("s", "three", Price)
    assert len(model.asked) == 1


@pytest.mark.parametrize(
    "text", [GOOD, f"{{x}} {GOOD}", f'{{"a": 1}} then {GOOD}', f"```\n{GOOD}\n```", "{" + GOOD]
)
def test_json_is_found_where_models_put_it(text):
    assert read_json(text, Price) == BASIC


@pytest.mark.parametrize(
    "text", ["", "{", "{" * 5000, '{"a":' * 5000, "null", '"text"', '{"name": "x", "euro": 1.5}']
)
def test_what_is_no_such_json_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"."):
        read_json(text, Price)
