"""OpenAI, Gemini and Ollama over real sockets: what is sent, what is read, and one request a question."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from plan_pipeline.core.model.model_call import CallOutcome, CallPurpose
from plan_pipeline.llm.asking import (
    Answered,
    CallFailedError,
    Question,
    Reply,
    StopReason,
    Told,
    Tool,
    ToolResult,
    ToolResults,
    question_hash,
)
from plan_pipeline.llm.configured import configured_provider
from plan_pipeline.settings import Settings
from plan_pipeline_tests.llm.providers.api_servers import (
    APIS,
    HANGS,
    KEY,
    MODEL,
    USAGE,
    Answer,
    Api,
    OpenAI,
    Served,
    api_server,
)

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"minutes": {"type": "integer", "minimum": 20}, "advice": {"type": "string"}},
    "required": ["minutes", "advice"],
    "additionalProperties": False,
}
ADD_WEEK = Tool(name="add_week", description="Adds a week to the plan.", schema_=SCHEMA)
FIRST, TEXT = "Plan a ride.", '{"minutes": 60, "advice": "Easy."}'
EASY = {"minutes": 60, "advice": "Easy."}
ASKED = Question(
    purpose=CallPurpose.TRIAL,
    plan_id="rider-1",
    system="You are a coach.",
    turns=(Told(text=FIRST),),
    answer_schema=SCHEMA,
    prompt_version="p1",
    config_version="c1",
)
WITH_TOOLS = ASKED.model_copy(update={"answer_schema": None, "tools": (ADD_WEEK,)})

each_api = pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)


class Exchange(NamedTuple):
    """The reply to one question, or why there was none, and what the server saw of it."""

    reply: Reply | None
    failure: CallFailedError | None
    served: Served

    @property
    def answered(self) -> Reply:
        assert self.reply is not None, self.failure
        return self.reply

    @property
    def failed(self) -> CallFailedError:
        assert self.failure is not None
        return self.failure


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """None of the variables that say how models are asked, and everything as it was afterwards."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(("PLAN_PIPELINE_", "OPENAI_", "GOOGLE_", "GEMINI_", "OLLAMA_", "AI_")):
            del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(before)


def asked_of(api: Api, *answers: Answer, question: Question = ASKED, **variables: str) -> Exchange:
    with api_server(*answers) as served:
        os.environ.update(api.environment(served) | variables)
        provider = configured_provider(Settings(), api.name)
        try:
            return Exchange(provider.ask(question), None, served)
        except CallFailedError as failure:
            return Exchange(None, failure, served)


@each_api
def test_an_answer_is_asked_for_with_prompt_and_schema_and_read_with_what_it_took(api: Api) -> None:
    reply, _, served = asked_of(api, api.says(TEXT))

    (asked,) = served.asked
    assert api.system_of(asked) == ASKED.system
    assert api.said_by_us(asked) == [FIRST]
    assert api.schema_of(asked)["properties"] == SCHEMA["properties"]
    assert reply is not None
    assert (reply.text, reply.model, reply.stop, reply.tool_calls) == (TEXT, MODEL, StopReason.DONE, ())
    assert reply.request_id
    assert [reply.usage] == served.billed == [USAGE]


@each_api
def test_the_room_for_an_answer_is_the_settings(api: Api) -> None:
    _, _, served = asked_of(api, api.says(TEXT), PLAN_PIPELINE_LLM_MAX_TOKENS="4321")

    body = served.asked[0].body
    room = body.get("max_output_tokens") or body.get("max_tokens") or body["generationConfig"]["maxOutputTokens"]
    assert room == 4321


@each_api
def test_an_answer_that_breaks_a_rule_is_corrected_in_the_same_conversation(api: Api) -> None:
    first = asked_of(api, api.says('{"minutes": 5, "advice": "Short."}')).answered
    stored = json.loads(first.model_dump_json())["content"]
    problems = "minutes: must be at least 20, not 5"

    follow_up = ASKED.followed_by(Answered(content=stored), Told(text=problems))
    reply, _, served = asked_of(api, api.says(TEXT), question=follow_up)

    (asked,) = served.asked
    assert api.said_by_us(asked) == [FIRST, problems]
    assert '{\\"minutes\\": 5, \\"advice\\": \\"Short.\\"}' in json.dumps(asked.body)
    assert reply is not None and reply.text == TEXT


@each_api
def test_tools_are_offered_called_and_answered(api: Api) -> None:
    too_short = {"minutes": 5, "advice": "Short."}
    first = asked_of(api, api.calls(("add_week", EASY), ("add_week", too_short)), question=WITH_TOOLS)
    calls = first.answered.tool_calls
    assert ADD_WEEK.description in json.dumps(first.served.asked[0].body)
    assert [(call.name, call.arguments) for call in calls] == [("add_week", EASY), ("add_week", too_short)]
    assert len({call.call_id for call in calls}) == 2
    assert first.answered.stop is StopReason.TOOL_CALLS

    results = ToolResults(
        results=(
            ToolResult(call_id=calls[0].call_id, name="add_week", text="week 1 is in"),
            ToolResult(call_id=calls[1].call_id, name="add_week", text="minutes: too few", is_error=True),
        )
    )
    stored = json.loads(first.answered.model_dump_json())["content"]
    second = asked_of(api, api.says("Done."), question=WITH_TOOLS.followed_by(Answered(content=stored), results))
    _, accepted, refused = api.said_by_us(second.served.asked[0])
    assert "week 1 is in" in accepted and "error" not in accepted
    assert "minutes: too few" in refused and "error" in refused


@pytest.mark.parametrize("api", [api for api in APIS if api.name != "gemini"], ids=lambda api: api.name)
def test_arguments_that_are_no_json_are_none(api: Api) -> None:
    reply = asked_of(api, api.calls(("add_week", '{"minutes": 5, "adv')), question=WITH_TOOLS).answered

    assert [call.arguments for call in reply.tool_calls] == [None]


@each_api
def test_an_answer_that_is_cut_off_is_one_that_was_paid(api: Api) -> None:
    reply, _, served = asked_of(api, api.cut_off('{"minutes": 60, "adv'))

    assert reply is not None
    assert reply.stop is StopReason.CUT_OFF and reply.stop_words
    assert [reply.usage] == served.billed


@each_api
def test_a_refusal_is_an_answer_that_says_why(api: Api) -> None:
    reply, _, served = asked_of(api, api.refuses())

    assert reply is not None
    assert reply.stop is StopReason.REFUSED and reply.why_refused
    assert [reply.usage] == served.billed


FAILURES = [
    (401, CallOutcome.NOT_ALLOWED, False),
    (403, CallOutcome.NOT_ALLOWED, False),
    (404, CallOutcome.INVALID_REQUEST, False),
    (400, CallOutcome.INVALID_REQUEST, False),
    (429, CallOutcome.RATE_LIMITED, True),
    (503, CallOutcome.OVERLOADED, True),
    (500, CallOutcome.SERVER_ERROR, True),
    (409, CallOutcome.SERVER_ERROR, True),
]


@each_api
@pytest.mark.parametrize(("status", "outcome", "is_transient"), FAILURES, ids=lambda value: str(value))
def test_an_error_is_one_request_and_says_whether_it_may_pass(
    api: Api, status: int, outcome: CallOutcome, is_transient: bool
) -> None:
    _, failure, served = asked_of(api, api.fails(status, f"no, not with {KEY}"), api.says(TEXT))

    assert failure is not None
    assert (failure.outcome, failure.is_transient, failure.http_status) == (outcome, is_transient, status)
    assert KEY not in str(failure)
    assert len(served.asked) == 1


@each_api
@pytest.mark.parametrize("seconds", [7, 3600])
def test_how_long_the_provider_asks_to_wait_is_handed_on(api: Api, seconds: float) -> None:
    failure = asked_of(api, api.fails(429, "slow down", retry_after_s=seconds)).failed

    assert failure.retry_after_s == seconds


@each_api
def test_an_error_names_the_setting_to_change(api: Api) -> None:
    key, model, address = api.environment(Served("http://there"))
    refused = str(asked_of(api, api.fails(401, "no")).failed)
    unknown = str(asked_of(api, api.fails(404, "no")).failed)

    assert f"check that {key} holds a valid key with access to {MODEL}" in refused
    assert f"has no model '{MODEL}'" in unknown and f"check {model} and {address}" in unknown


@each_api
def test_silence_ends_after_the_time_for_a_call(api: Api) -> None:
    _, failure, served = asked_of(api, HANGS, api.says(TEXT), PLAN_PIPELINE_LLM_TIMEOUT_S="0.5")

    assert failure is not None
    assert (failure.outcome, failure.is_transient) == (CallOutcome.TIMED_OUT, True)
    assert "did not answer within 0.5 s: raise PLAN_PIPELINE_LLM_TIMEOUT_S" in str(failure)
    assert len(served.asked) == 1


@each_api
@pytest.mark.parametrize("text", [b'{"id": "x", "cand', b"<html>Sign in</html>", b"null", b"{}", b""])
def test_what_is_not_the_api_is_told_and_not_tried_again(api: Api, text: bytes) -> None:
    _, failure, served = asked_of(api, Answer(body=text), api.says(TEXT))

    _, _, address = api.environment(served)
    assert failure is not None
    assert (failure.outcome, failure.is_transient) == (CallOutcome.UNREADABLE, False)
    assert str(failure).endswith(f"check {address}")
    assert len(served.asked) == 1


@each_api
def test_an_answer_that_breaks_off_may_come_whole_the_next_time(api: Api) -> None:
    whole = api.says(TEXT).body
    _, failure, served = asked_of(api, Answer(body=whole[:50], promised=len(whole)), api.says(TEXT))

    assert failure is not None
    assert (failure.outcome, failure.is_transient) == (CallOutcome.NO_CONNECTION, True)
    assert len(served.asked) == 1


@each_api
def test_a_server_that_is_not_there_is_told_with_its_address_and_without_its_password(api: Api) -> None:
    _, _, address = api.environment(Served("http://there"))
    failure = asked_of(api, **{address: "http://me:hush-hush@127.0.0.1:9"}).failed

    assert (failure.outcome, failure.is_transient) == (CallOutcome.NO_CONNECTION, True)
    assert address in str(failure) and "127.0.0.1:9" in str(failure)
    assert "hush" not in str(failure)


def test_openai_keeps_nothing_and_gets_back_the_thoughts_that_it_sealed() -> None:
    api = OpenAI(sealed_thoughts="c2VhbGVk")
    first = asked_of(api, api.says(TEXT), PLAN_PIPELINE_OPENAI_MODEL="gpt-6-sol")
    assert first.served.asked[0].body["store"] is False
    assert first.served.asked[0].body["include"] == ["reasoning.encrypted_content"]

    follow_up = ASKED.followed_by(Answered(content=first.answered.content), Told(text="Shorter."))
    second = asked_of(api, api.says(TEXT), question=follow_up, PLAN_PIPELINE_OPENAI_MODEL="gpt-6-sol")
    sent_back = [item for item in second.served.asked[0].body["input"] if item.get("type") == "reasoning"]
    assert [item["encrypted_content"] for item in sent_back] == ["c2VhbGVk"]


def test_thoughts_that_openai_keeps_to_itself_are_not_made_up() -> None:
    api = OpenAI()
    first = asked_of(api, api.says(TEXT)).answered

    follow_up = ASKED.followed_by(Answered(content=first.content), Told(text="Shorter."))
    assert "think" not in json.dumps(asked_of(api, api.says(TEXT), question=follow_up).served.asked[0].body)


def test_ollama_of_the_cloud_is_told_the_form_of_an_answer_in_words() -> None:
    (ollama,) = (api for api in APIS if api.name == "ollama")
    fenced = f"```json\n{TEXT}\n```"
    reply, _, served = asked_of(ollama, ollama.says(fenced), PLAN_PIPELINE_OLLAMA_MODEL="big-cloud")

    assert "response_format" not in served.asked[0].body or "schema" not in served.asked[0].body["response_format"]
    told = [message["content"] for message in served.asked[0].body["messages"] if message["role"] == "system"]
    assert any('"minimum"' in text for text in told)
    assert reply is not None and reply.text == TEXT


@each_api
def test_an_answer_from_elsewhere_has_a_hash_without_address_or_key(api: Api) -> None:
    with api_server() as served:
        os.environ.update(api.environment(served))
        one = configured_provider(Settings(), api.name)
        os.environ.update({name: "another-key-4567" for name in api.environment(served) if name.endswith("KEY")})
        other = configured_provider(Settings(), api.name)

    assert question_hash(one, ASKED) == question_hash(other, ASKED)
    assert KEY not in repr(one)


def test_a_library_of_providers_is_loaded_where_a_model_is_asked() -> None:
    script = (
        "import sys; from plan_pipeline.settings import Settings; from plan_pipeline.llm.configured import *; "
        "provider_states(Settings()); configured_provider(Settings(), 'ollama', 'm'); "
        "print([name for name in ('pydantic_ai', 'openai', 'google.genai', 'anthropic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
