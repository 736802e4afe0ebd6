"""Answers over real HTTP on loopback."""

from __future__ import annotations

import socket
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from nightschool.evals.answering import AnsweringSettings, TableAnswerer, open_answerer
from nightschool.evals.answering.endpoint_backend import EndpointAnswerer
from nightschool.evals.answering.opening import split_endpoint
from nightschool.store.errors import ModelError

from .support.loopback import Loopback, Response, error, script, serve

KEY = "NIGHTSCHOOL_TEST_KEY"
SETTINGS = AnsweringSettings(system="", max_retries=2, api_key_env=KEY, max_new_tokens=9)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def echo(request: dict[str, Any]) -> str:
    return f"<think>so</think> re: {request['messages'][-1]['content']}"


class Client:
    """An answerer on `server` that notes its waits instead of sleeping."""

    def __init__(self, server: Loopback, settings: AnsweringSettings = SETTINGS, model: str = "tiny") -> None:
        self.waits: list[float] = []
        self.answerer = EndpointAnswerer(
            server.url, model, settings, sleep=self.waits.append, now=lambda: NOON
        )

    def ask(self, *questions: str) -> list[str]:
        return [reply.text for reply in self.answerer.answer(questions)]

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.answerer.close()


def test_answers_come_in_the_order_of_the_questions_with_tokens_and_latency():
    with serve(echo) as server, Client(server) as client:
        replies = client.answerer.answer([f"q{i}?" for i in range(10)])
    assert [reply.text for reply in replies] == [f"re: q{i}?" for i in range(10)]
    assert all(reply.prompt_tokens == 7 and reply.completion_tokens == 3 for reply in replies)
    assert all(reply.latency_ms > 0 for reply in replies)
    assert server.requests[0].keys() == {"model", "messages", "temperature", "max_tokens"}
    assert server.requests[0]["temperature"] == 0
    assert server.requests[0]["max_tokens"] == 9


def test_the_system_text_and_the_key_are_sent(monkeypatch):
    monkeypatch.setenv(KEY, "secret")
    with (
        serve(echo, key="secret") as server,
        Client(server, SETTINGS.model_copy(update={"system": "Hi."})) as c,
    ):
        assert c.ask("Who?") == ["re: Who?"]
    assert [turn["role"] for turn in server.requests[0]["messages"]] == ["system", "user"]


def test_no_more_questions_are_in_flight_than_allowed():
    three = threading.Barrier(3, timeout=20)  # passes only when three are in flight together

    def reply(_request: dict[str, Any]) -> str:
        three.wait()
        return "yes"

    with serve(reply) as server, Client(server, SETTINGS.model_copy(update={"concurrency": 3})) as client:
        client.ask(*["Why?"] * 12)
    assert server.most_at_once == 3


def test_a_rate_limit_is_waited_out_as_the_server_asks():
    replies = script(
        error(429, "slow down", retry_after="7"),
        error(503, "busy", retry_after="Thu, 01 Jan 2026 12:00:03 GMT"),
        "19 euro",
    )
    with serve(replies) as server, Client(server) as client:
        assert client.ask("How much?") == ["19 euro"]
        assert client.waits == [7.0, 3.0]


def test_without_a_wait_named_the_waits_grow_and_the_tries_end():
    with serve(script(error(500, "oops"))) as server, Client(server) as client:
        with pytest.raises(ModelError, match=r"answers 500 \(oops\), 3 tries"):
            client.ask("How much?")
        assert client.waits == [0.5, 1.0]
        assert len(server.requests) == 3


def test_a_wait_is_bounded_and_nonsense_is_not_obeyed():
    replies = script(error(429, "", retry_after="86400"), error(429, "", retry_after="soon"), "ok")
    with serve(replies) as server, Client(server) as client:
        assert client.ask("How much?") == ["ok"]
        assert client.waits == [120.0, 1.0]


def test_a_reply_that_is_no_json_is_asked_for_again():
    with serve(script(Response(body="<html>"), "ok")) as server, Client(server) as client:
        assert client.ask("How much?") == ["ok"]


@pytest.mark.parametrize("body", ["[]", "{}", '{"choices": []}', '{"choices": [{"message": null}]}'])
def test_json_of_another_shape_is_an_error(body):
    with (
        serve(script(Response(body=body))) as server,
        Client(server) as client,
        pytest.raises(ModelError, match="no chat completion"),
    ):
        client.ask("How much?")


def test_an_empty_content_is_an_empty_answer():
    body = '{"choices": [{"message": {"content": null, "refusal": "no"}}]}'
    with serve(script(Response(body=body))) as server, Client(server) as client:
        assert client.ask("How much?") == [""]


def test_models_that_want_another_name_for_the_limit_get_it():
    def reply(request: dict[str, Any]) -> Response | str:
        if "max_tokens" in request:
            return error(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
        return "ok"

    with serve(reply) as server, Client(server) as client:
        assert client.ask("How much?") == ["ok"]
        assert client.ask("And now?") == ["ok"]
        assert len(server.requests) == 3


def test_a_wrong_key_is_told_with_the_variable_to_set(monkeypatch):
    monkeypatch.setenv(KEY, "wrong")
    with (
        serve(echo, key="right") as server,
        Client(server) as client,
        pytest.raises(ModelError, match=rf"refuses the key \(401\).*{KEY}") as caught,
    ):
        client.ask("Who?")
    assert "wrong" not in str(caught.value)


def test_an_unknown_model_is_told_with_what_there_is():
    with (
        serve(echo, models=("alpha", "beta")) as server,
        Client(server, model="gamma") as client,
        pytest.raises(ModelError, match="has no model gamma.*it offers alpha, beta"),
    ):
        client.ask("Who?")


def test_another_refusal_carries_the_servers_words():
    with (
        serve(script(error(422, "too\nlong"))) as server,
        Client(server) as client,
        pytest.raises(ModelError, match="answers 422: too long"),
    ):
        client.ask("Who?")


def test_nobody_at_the_address():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    waits: list[float] = []
    answerer = EndpointAnswerer(url, "tiny", SETTINGS, sleep=waits.append)
    with pytest.raises(ModelError, match="can't be reached.*3 tries: is the server running") as caught:
        answerer.answer(["Who?"])
    answerer.close()
    assert "\n" not in str(caught.value)
    assert len(waits) == 2


def test_open_answerer_takes_an_address():
    with serve(echo) as server:
        answerer = open_answerer(f"{server.url}#tiny", SETTINGS)
        assert answerer.name == "endpoint/tiny"
        assert answerer.answer(["Who?"])[0].text == "re: Who?"
        answerer.close()


@pytest.mark.parametrize("spec", ["http://host/v1", "http://#model", "https:///v1#model"])
def test_an_address_without_host_or_model_is_refused(spec):
    with pytest.raises(ModelError, match="names no"):
        split_endpoint(spec)


@pytest.mark.parametrize("answerer", [TableAnswerer({}), EndpointAnswerer("http://h/v1", "m", SETTINGS)])
def test_plans_hold_each_question_once_in_order(answerer):
    plan = answerer.plan(["?"] * 41)
    assert [index for batch in plan for index in batch] == list(range(41))
    assert len(plan) > 1
    answerer.close()


def test_the_table_answers_what_it_knows():
    table = TableAnswerer({"Who?": "Mina Park"}, default="I don't know")
    assert [reply.text for reply in table.answer(["Who?", "Why?"])] == ["Mina Park", "I don't know"]
    assert table.asked == ["Who?", "Why?"]
