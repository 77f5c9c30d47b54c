"""Claude asked over a real socket: what is sent, what comes back, and what is paid for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from plan_pipeline.core.model.model_call import Effort, Usage
from plan_pipeline.llm.asking import (
    Answered,
    ProviderSetupError,
    Question,
    Reply,
    StopReason,
    Told,
    ToolResult,
    ToolResults,
    question_hash,
)
from plan_pipeline_tests.llm.messages_answers import (
    THOUGHT,
    Answer,
    calls,
    cut_off,
    gives,
    refuses,
    says,
    signature,
)
from plan_pipeline_tests.llm.messages_api import Asked, MessagesApi, messages_api
from plan_pipeline_tests.llm.questions import (
    KEY,
    LONG_SYSTEM,
    MODEL,
    a_provider,
    a_question,
    with_tools,
)


def ask(question: Question, *answers: Answer, **settings: object) -> tuple[Reply, Asked]:
    """The reply to a question, and what the server was asked for it."""
    with messages_api(answers, key=KEY) as api:
        reply = a_provider(api.base_url, **settings).ask(question)
    [asked] = api.asked
    return reply, asked


@pytest.fixture
def environment() -> Iterator[None]:
    """As it was after the test."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


# --- what is sent -----------------------------------------------------------------------------------------


def test_a_question_with_a_form_asks_for_structured_output() -> None:
    reply, asked = ask(a_question(), gives({"word": "ride", "count": 3}))

    assert asked.path == "/v1/messages"
    assert asked.body["output_config"]["format"] == {
        "type": "json_schema",
        "schema": {
            "type": "object",
            "properties": {
                "word": {"type": "string", "description": "(not empty)"},
                "count": {"type": "integer", "description": "How many. (at least 1, at most 24)"},
            },
            "required": ["word", "count"],
            "additionalProperties": False,
        },
    }
    assert not {"tools", "tool_choice"} & asked.body.keys()
    assert (reply.text, reply.stop) == ('{"word": "ride", "count": 3}', StopReason.DONE)


def test_tools_are_strict_and_none_is_forced() -> None:
    _, asked = ask(with_tools(), calls(("finalize", {})))

    assert asked.body["tool_choice"] == {"type": "auto"}
    assert [(tool["name"], tool["strict"]) for tool in asked.body["tools"]] == [("add_week", True), ("finalize", True)]
    assert asked.body["tools"][0]["input_schema"]["additionalProperties"] is False
    assert "format" not in asked.body["output_config"]


def test_model_room_and_effort_are_those_of_the_settings_and_no_sampling_parameter_is_sent() -> None:
    _, asked = ask(a_question(), says("x"), llm_effort=Effort.XHIGH, llm_max_tokens=21_333)

    assert (asked.body["model"], asked.body["max_tokens"]) == (MODEL, 21_333)
    assert asked.body["output_config"]["effort"] == "xhigh"
    assert not {"temperature", "top_p", "top_k", "thinking"} & asked.body.keys()


@pytest.mark.usefixtures("environment")
def test_nothing_of_the_environment_is_sent_but_what_the_settings_read() -> None:
    os.environ |= {
        "ANTHROPIC_AUTH_TOKEN": "another-token",
        "ANTHROPIC_PROFILE": "someone",
        "ANTHROPIC_CUSTOM_HEADERS": "Authorization: Bearer another-token\nX-Team: someone",
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:1",
    }

    _, asked = ask(a_question(), says("x"))

    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert "x-team" not in asked.headers and "another-token" not in str(asked.headers)


def test_what_decides_an_answer_is_part_of_its_hash() -> None:
    asked = [
        question_hash(a_provider(None, **settings), a_question())
        for settings in (
            {},
            {"llm_effort": Effort.LOW},
            {"llm_max_tokens": 9_000},
            {"anthropic_model": "claude-opus-5-5"},
        )
    ]

    assert len(set(asked)) == 4
    assert question_hash(a_provider(None, llm_timeout_s=5.0, key="sk-other"), a_question()) == asked[0]


def test_the_same_question_is_sent_to_the_character_by_every_process() -> None:
    script = (
        "import json; from plan_pipeline_tests.llm.questions import *; "
        "print(json.dumps(a_provider(None).parameters(with_tools(answer_schema=ANSWER_SCHEMA))))"
    )
    root = Path(__file__).parents[3]
    sent = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(sent) == 1


# --- what comes back --------------------------------------------------------------------------------------


def test_a_reply_has_all_of_the_text_and_not_the_first_block() -> None:
    reply, _ = ask(a_question(), says("Three."))

    assert [block["type"] for block in reply.content] == ["thinking", "text"]
    assert reply.text == "Three."
    assert (reply.model, reply.stop_words) == (MODEL, "end_turn")
    assert reply.request_id is not None and reply.request_id.startswith("req_")


def test_several_calls_of_tools_in_one_message_are_all_there() -> None:
    reply, _ = ask(with_tools(), calls(("add_week", {"number": 1}), ("add_week", {"number": 2}), text="Two weeks."))

    assert reply.stop is StopReason.TOOL_CALLS
    assert [(call.name, call.arguments["number"]) for call in reply.tool_calls] == [("add_week", 1), ("add_week", 2)]
    assert len({call.call_id for call in reply.tool_calls}) == 2
    assert reply.text == "Two weeks."


def test_a_tool_that_was_not_offered_is_a_call_like_any_other() -> None:
    reply, _ = ask(with_tools(), calls(("book_a_flight", {"to": "Mallorca"})))

    assert reply.tool_calls[0].name == "book_a_flight"


def test_a_refusal_is_a_reply_with_what_was_said_of_it() -> None:
    reply, _ = ask(a_question(), refuses("Not this."))

    assert (reply.stop, reply.stop_words, reply.why_refused) == (StopReason.REFUSED, "refusal", "Not this.")
    assert reply.usage.input_tokens > 0
    assert ask(a_question(), refuses(category="bio"))[0].why_refused == "bio"


@pytest.mark.parametrize("stop_reason", ["max_tokens", "model_context_window_exceeded", "pause_turn"])
def test_an_answer_that_was_cut_off_is_a_reply(stop_reason: str) -> None:
    reply, _ = ask(a_question(), cut_off('{"word": ', stop_reason=stop_reason))

    assert (reply.stop, reply.stop_words, reply.text) == (StopReason.CUT_OFF, stop_reason, '{"word": ')
    assert reply.usage.output_tokens > 0


def test_an_answer_longer_than_its_room_is_cut_off() -> None:
    reply, _ = ask(a_question(), says("word " * 2_000), llm_max_tokens=1_000)

    assert (reply.stop, reply.usage.output_tokens) == (StopReason.CUT_OFF, 1_000)


def test_a_stop_reason_of_tomorrow_is_read_by_what_the_message_holds() -> None:
    assert ask(a_question(), says("x", stop_reason="tired"))[0].stop is StopReason.DONE


# --- conversations ----------------------------------------------------------------------------------------


def a_week_each(asked: Asked) -> Answer:
    """A model that adds a week, thinking of it, until there are four."""
    number = sum(message["role"] == "assistant" for message in asked.body["messages"]) + 1
    tool = ("add_week", {"number": number}) if number < 5 else ("finalize", {})
    return calls(tool, thinking=f"Week {number} comes next.")


def converse(api: MessagesApi, question: Question, turns: int) -> Iterator[Reply]:
    provider = a_provider(api.base_url)
    for _ in range(turns):
        reply = provider.ask(question)
        yield reply
        results = (
            ToolResult(call_id=call.call_id, name=call.name, text="Accepted. " * 40) for call in reply.tool_calls
        )
        question = question.followed_by(Answered(content=reply.content), ToolResults(results=tuple(results)))


def test_an_answer_is_sent_back_whole_with_its_thinking() -> None:
    with messages_api(a_week_each) as api:
        first, _ = converse(api, with_tools(), 2)

    question, answer, results = api.asked[1].body["messages"]
    assert question["content"][0]["text"] == "How many weeks?"
    assert answer == {"role": "assistant", "content": list(first.content)}
    assert answer["content"][0]["signature"] == signature("Week 1 comes next.")
    assert results["content"][0] | {"content": ""} == {
        "type": "tool_result",
        "tool_use_id": first.tool_calls[0].call_id,
        "content": "",
        "is_error": False,
    }


def test_an_answer_that_was_stored_as_json_can_be_sent_back() -> None:
    with messages_api(a_week_each) as api:
        [reply] = converse(api, with_tools(), 1)
        stored = Reply.model_validate_json(reply.model_dump_json())
        result = ToolResult(call_id=stored.tool_calls[0].call_id, name="add_week", text="Accepted.")
        question = with_tools().followed_by(Answered(content=stored.content), ToolResults(results=(result,)))
        again = a_provider(api.base_url).ask(question)

    assert stored == reply
    assert again.tool_calls[0].arguments == {"number": 2}


def test_results_of_tools_and_what_is_said_with_them_are_one_message() -> None:
    with messages_api(a_week_each) as api:
        [reply] = converse(api, with_tools(), 1)
        result = ToolResult(call_id=reply.tool_calls[0].call_id, name="add_week", text="Too long.", is_error=True)
        a_provider(api.base_url).ask(
            with_tools().followed_by(
                Answered(content=reply.content), ToolResults(results=(result,)), Told(text="Shorter.")
            )
        )

    assert [block["type"] for block in api.asked[1].last_content] == ["tool_result", "text"]
    assert api.asked[1].last_content[0]["is_error"] is True


def test_an_answer_of_nothing_is_not_sent_back() -> None:
    question = a_question().followed_by(
        Answered(content=[]), Told(text="Again."), Answered(content=[{"type": "text", "text": " "}]), Told(text="Well?")
    )

    _, asked = ask(question, says("x"))

    assert [message["role"] for message in asked.body["messages"]] == ["user"]
    assert asked.text == "How many weeks?\nAgain.\nWell?"


# --- the cache --------------------------------------------------------------------------------------------


def test_the_system_prompt_is_read_from_the_cache_from_the_second_plan_on() -> None:
    with messages_api([gives({}), gives({})]) as api:
        provider = a_provider(api.base_url)
        first = provider.ask(a_question(system=LONG_SYSTEM)).usage
        second = provider.ask(a_question(system=LONG_SYSTEM, turns=(Told(text="Another athlete."),))).usage

    assert (first.cache_read_tokens, second.cache_write_tokens) == (0, 0)
    assert first.cache_write_tokens == first.cache_write_1h_tokens == second.cache_read_tokens > 4_096
    assert second.cache_read_tokens > 0.9 * (second.cache_read_tokens + second.input_tokens)


def test_a_system_prompt_below_the_models_minimum_is_not_cached() -> None:
    with messages_api([gives({}), gives({})]) as api:
        usages = [a_provider(api.base_url).ask(a_question()).usage for _ in range(2)]

    assert [(usage.cache_write_tokens, usage.cache_read_tokens) for usage in usages] == [(0, 0), (0, 0)]


def test_a_conversation_of_many_turns_is_read_from_the_cache() -> None:
    with messages_api(a_week_each) as api:
        usages = [reply.usage for reply in converse(api, with_tools(system=LONG_SYSTEM), 5)]

    for before, after in pairwise(usages):
        assert after.cache_read_tokens == before.cache_read_tokens + before.cache_write_tokens
        assert after.input_tokens == 0
    assert usages[0].cache_write_1h_tokens > 4_096 and usages[1].cache_write_1h_tokens == 0


def test_a_conversation_is_read_from_the_cache_after_a_message_of_many_calls() -> None:
    weeks = [("add_week", {"number": number}) for number in range(1, 25)]
    with messages_api([calls(*weeks), calls(*weeks), calls(("finalize", {}))]) as api:
        usages = [reply.usage for reply in converse(api, with_tools(system=LONG_SYSTEM), 3)]

    for before, after in pairwise(usages):
        assert after.cache_read_tokens == before.cache_read_tokens + before.cache_write_tokens
        assert after.input_tokens == 0


def test_tokens_are_those_that_the_server_bills() -> None:
    with messages_api(a_week_each) as api:
        usages = [reply.usage for reply in converse(api, with_tools(system=LONG_SYSTEM), 5)]

    def total(kind: str) -> int:
        return sum(getattr(usage, kind) for usage in usages)

    assert total("input_tokens") == api.billed("input_tokens")
    assert total("cache_write_tokens") == api.billed("cache_creation_input_tokens")
    assert total("cache_read_tokens") == api.billed("cache_read_input_tokens")
    assert total("output_tokens") == api.billed("output_tokens")
    assert total("thinking_tokens") == api.billed("thinking_tokens") > 0


def test_thinking_is_part_of_the_output() -> None:
    with_thoughts, without = (ask(a_question(), says("Three.", thinking=each))[0].usage for each in (THOUGHT, None))

    assert with_thoughts.output_tokens - without.output_tokens == with_thoughts.thinking_tokens > 0
    assert without == Usage(input_tokens=with_thoughts.input_tokens, output_tokens=without.output_tokens)


# --- setting up -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, "", " \n"])
def test_without_a_key_the_message_says_what_to_set(key: str | None) -> None:
    with pytest.raises(ProviderSetupError) as caught:
        a_provider(None, key=key)

    assert str(caught.value) == "ANTHROPIC_API_KEY is not set, so Claude cannot be asked: set it"


@pytest.mark.parametrize("key", ["sk-ant-secret\nX-Header: 1", "sk-ant-sécret", "sk ant secret"])
def test_a_key_that_fits_no_header_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ProviderSetupError) as caught:
        a_provider(None, key=key)

    assert str(caught.value).startswith("ANTHROPIC_API_KEY holds spaces, line breaks or characters outside ASCII")
    assert key not in str(caught.value) and "secret" not in str(caught.value)


def test_a_key_read_with_its_line_break_is_sent_without_it() -> None:
    _, asked = ask(a_question(), says("x"), key=f"{KEY}\n")

    assert asked.headers["authorization"] == f"Bearer {KEY}"


def test_neither_key_nor_password_is_in_the_repr_of_a_provider() -> None:
    shown = repr(a_provider("http://user:pass@127.0.0.1:1"))

    assert KEY not in shown and "pass" not in shown
    assert "model='claude-sonnet-5-5'" in shown


def test_a_model_may_be_named_in_place_of_that_of_the_settings() -> None:
    from plan_pipeline.llm.anthropic.provider import configured_provider
    from plan_pipeline.settings import Settings

    provider = configured_provider(Settings(anthropic_api_key=KEY), "claude-haiku-5-5")

    assert (provider.name, provider.model) == ("anthropic", "claude-haiku-5-5")


def test_the_sdk_is_imported_when_a_model_is_asked_and_not_before() -> None:
    script = (
        "import sys, plan_pipeline.llm, plan_pipeline.llm.desk, plan_pipeline.llm.anthropic.provider; "
        "from plan_pipeline_tests.llm.questions import a_provider; a_provider(None); "
        "print([name for name in sys.modules if name.split('.')[0] in ('anthropic', 'httpx2')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "[]"
