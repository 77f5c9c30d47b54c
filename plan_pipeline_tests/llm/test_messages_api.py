"""The fake Messages API is as strict, and as honest about money, as the tests that rely on it take it to be."""

from __future__ import annotations

import copy
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from plan_pipeline_tests.llm.messages_answers import calls, says
from plan_pipeline_tests.llm.messages_api import MessagesApi, messages_api
from plan_pipeline_tests.llm.prompt_cache import PromptCache, tokens

MODEL = "claude-sonnet-5-5"
CLOSED: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
LONG = "ride easy " * 2_000
FOR_MINUTES = {"type": "ephemeral"}


@pytest.fixture
def api() -> Iterator[MessagesApi]:
    with messages_api(lambda asked: says("x") if "tools" not in asked.body else calls(("add_week", {}))) as api:
        yield api


def body(**changes: Any) -> dict[str, Any]:
    return {"model": MODEL, "max_tokens": 1_000, "messages": [{"role": "user", "content": "Hello"}], **changes}


def post(api: MessagesApi, sent: dict[str, Any], **headers: str) -> tuple[int, dict[str, Any]]:
    named = {"x-api-key": "sk-test", "anthropic-version": "2026-10-21", "content-type": "application/json", **headers}
    request = urllib.request.Request(f"{api.base_url}/v1/messages", json.dumps(sent).encode(), named)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def form(schema: dict[str, Any]) -> dict[str, Any]:
    return {"output_config": {"format": {"type": "json_schema", "schema": schema}}}


def a_tool(**changes: Any) -> dict[str, Any]:
    return {"name": "add_week", "input_schema": CLOSED, "strict": True, **changes}


def with_field(field: dict[str, Any]) -> dict[str, Any]:
    return form({**CLOSED, "properties": {"x": field}})


def says_by(role: str, *blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": role, "content": list(blocks)}


TEXT = {"type": "text", "text": "Hello"}
USE = {"type": "tool_use", "id": "toolu_1", "name": "add_week", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "Accepted."}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"temperature": 1.0}, "temperature: is not supported"),
        ({"top_p": 0.9}, "top_p: is not supported"),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"max_tokens": 0}, "max_tokens: must be at least 1"),
        ({"tools": [a_tool()], "tool_choice": {"type": "tool", "name": "add_week"}}, 'type "tool" and "any"'),
        ({"tools": [a_tool()], "tool_choice": {"type": "any"}}, 'type "tool" and "any"'),
        ({"tools": [a_tool(name="add week")]}, "should match pattern"),
        ({"tools": [a_tool(), a_tool()]}, "Tool names must be unique"),
        ({"tools": [a_tool(input_schema={"type": "object", "properties": {}})]}, "must be explicitly set to false"),
        ({"output_config": {"effort": "extreme"}}, "output_config.effort"),
        (form({"type": "object", "properties": {}}), "'additionalProperties' must be explicitly set to false"),
        (with_field({"type": "integer", "minimum": 1}), "For 'integer' type, property 'minimum' is not supported"),
        (with_field({"type": "array", "items": {"type": "string"}, "minItems": 2}), "'minItems' values other than"),
        (with_field({"type": "string", "format": "colour"}), "Unsupported string format"),
        (with_field({}), "Schema type is missing"),
        (with_field({"$ref": "#/$defs/X"}), "Reference cannot be resolved"),
        (form({"$defs": {"X": {"anyOf": [{"$ref": "#/$defs/X"}]}}, "$ref": "#/$defs/X"}), "Recursive schemas"),
        (form({**CLOSED, "properties": {str(n): {"type": "null"} for n in range(25)}}), "too many optional parameters"),
        ({"system": [{"type": "text", "text": "x", "cache_control": {"type": "for ever"}}]}, "must be 'ephemeral'"),
        ({"messages": []}, "at least one message is required"),
        ({"messages": [says_by("assistant", TEXT)]}, "must use the 'user' role"),
        ({"messages": [says_by("user", TEXT), says_by("assistant", TEXT)]}, "prefill"),
        ({"messages": [says_by("user", {"type": "text", "text": " "})]}, "non-whitespace text"),
        (
            {"messages": [says_by("user", TEXT), says_by("assistant", USE), says_by("user", TEXT)]},
            "without `tool_result` blocks immediately after",
        ),
        (
            {"messages": [says_by("user", TEXT), says_by("assistant", USE), says_by("user", TEXT, RESULT)]},
            "must come before other content",
        ),
        ({"messages": [says_by("user", RESULT)]}, "unexpected `tool_use_id`"),
    ],
)
def test_a_request_that_the_api_does_not_take_is_a_400(
    api: MessagesApi, changes: dict[str, Any], complaint: str
) -> None:
    status, answer = post(api, body(**changes))

    assert (status, answer["error"]["type"]) == (400, "invalid_request_error")
    assert complaint in answer["error"]["message"]
    assert api.ledger == []


def test_a_lifetime_of_an_hour_may_not_come_after_one_of_minutes(api: MessagesApi) -> None:
    system = [{"type": "text", "text": "x", "cache_control": FOR_MINUTES}]

    status, _ = post(api, body(system=system, cache_control={"type": "ephemeral", "ttl": "1h"}))

    assert status == 400


@pytest.mark.parametrize("headers", [{"x-api-key": ""}, {"anthropic-version": ""}])
def test_a_request_needs_a_key_and_a_version(api: MessagesApi, headers: dict[str, str]) -> None:
    assert post(api, body(), **headers)[0] in (400, 401)


def test_a_key_may_come_in_either_header() -> None:
    with messages_api([says("x")], key="sk-real") as api:
        assert post(api, body())[0] == 401
        assert post(api, body(), authorization="Bearer sk-real")[0] == 200


def changed(content: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**content[0], "thinking": "Something else."}, *content[1:]]


def exchanged(content: list[dict[str, Any]]) -> list[dict[str, Any]]:
    other = says("x", thinking="Something else.").content[0]
    return [other, *content[1:]]


@pytest.mark.parametrize(
    ("change", "status"),
    [(lambda content: content, 200), (changed, 400), (exchanged, 400), (lambda content: content[1:], 400)],
    ids=["as it came", "changed", "exchanged", "dropped"],
)
def test_the_thinking_before_a_call_of_a_tool_has_to_come_back_as_it_was(
    api: MessagesApi, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]], status: int
) -> None:
    first = body(tools=[a_tool()])
    _, answer = post(api, first)
    sent_back = change(copy.deepcopy(answer["content"]))
    result = {**RESULT, "tool_use_id": answer["content"][1]["id"]}

    follow_up = [*first["messages"], says_by("assistant", *sent_back), says_by("user", result)]

    assert post(api, {**first, "messages": follow_up})[0] == status


# --- the cache --------------------------------------------------------------------------------------------


def usage(cache: PromptCache, sent: dict[str, Any], least_tokens: int = 100) -> tuple[int, int, int]:
    """Tokens neither written nor read, written, and read."""
    found = cache.usage(sent, least_tokens)
    written = found["cache_creation_input_tokens"]
    assert sum(found["cache_creation"].values()) == written
    return found["input_tokens"], written, found["cache_read_input_tokens"]


def cached(text: str = LONG, ttl: str = "5m") -> list[dict[str, Any]]:
    return [{"type": "text", "text": text, "cache_control": {"type": "ephemeral", "ttl": ttl}}]


def test_what_is_marked_is_written_once_and_then_read() -> None:
    cache = PromptCache()

    plain, written, read = usage(cache, body(system=cached()))

    assert written >= tokens(LONG) and plain > 0 and read == 0
    assert usage(cache, body(system=cached())) == (plain, 0, written)


def test_nothing_is_cached_without_a_mark_or_below_the_least() -> None:
    cache = PromptCache()

    for sent in (body(system=LONG), body(system=cached("short"))):
        assert [usage(cache, sent)[1:] for _ in range(2)] == [(0, 0), (0, 0)]


@pytest.mark.parametrize(
    "change",
    [
        {"system": cached(LONG.replace("easy", "hard", 1))},
        {"tools": [a_tool()]},
        {"model": "claude-opus-5-5"},
        form(CLOSED),
    ],
)
def test_a_prompt_that_differs_before_the_mark_is_written_anew(change: dict[str, Any]) -> None:
    cache = PromptCache()
    usage(cache, body(system=cached()))

    assert usage(cache, body(**{"system": cached(), **change}))[2] == 0


def test_a_conversation_that_grows_writes_only_what_is_new() -> None:
    cache = PromptCache()
    first = body(system=cached(ttl="1h"), cache_control=FOR_MINUTES)
    second = {**first, "messages": [*first["messages"], says_by("assistant", TEXT), says_by("user", TEXT)]}

    _, written, _ = usage(cache, first)
    plain, added, read = usage(cache, second)

    assert (plain, read) == (0, written) and 0 < added < 100


def test_lifetimes_run_from_the_last_use() -> None:
    now = [0.0]
    cache = PromptCache(clock=lambda: now[0])
    reads = []
    for wait_s in (0.0, 200.0, 200.0, 301.0):
        now[0] += wait_s
        reads.append(usage(cache, body(system=cached()))[2] > 0)

    assert reads == [False, True, True, False]


# --- counts -----------------------------------------------------------------------------------------------


def test_what_a_message_says_of_its_tokens_is_what_is_billed(api: MessagesApi) -> None:
    answers = [post(api, body())[1] for _ in range(3)]

    assert [each.usage for each in api.ledger] == [answer["usage"] for answer in answers]
    assert api.billed("output_tokens") == sum(answer["usage"]["output_tokens"] for answer in answers)


def test_a_script_that_has_ended_is_told_from_every_answer_of_the_api() -> None:
    with messages_api() as api:
        assert post(api, body())[0] == 418
