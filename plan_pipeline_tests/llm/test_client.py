"""Conversations with Claude over a real socket: how they end, and what was said in them."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from plan_pipeline.core.model.plan import Infeasible, Overview, OverviewWeek
from plan_pipeline.core.model.vocabulary import BY_ANTHROPIC
from plan_pipeline.core.overview.week_minutes import with_minutes
from plan_pipeline.core.overview.writer import OverviewError
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.library import load_library
from plan_pipeline.llm.client import (
    ADDRESS_VARIABLE,
    KEY_VARIABLE,
    MODEL_VARIABLE,
    TIMEOUT_VARIABLE,
    AnthropicOverviewWriter,
    MissingApiKeyError,
    configured_writer,
)
from plan_pipeline.settings import Settings
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.core.rules.overviews import a_request, sound_weeks, with_week
from plan_pipeline_tests.llm.messages_server import (
    HANGS,
    MODEL,
    Answer,
    Asked,
    fails,
    hands_in,
    message,
    messages_server,
    says,
)

KEY = "sk-ant-api03-do-not-tell"
LIBRARY = load_library(Path(__file__).parents[2] / "workout_library")
TWO_HARD_DAYS_TOGETHER = "tuesday vo2max, wednesday sweet_spot, saturday endurance, sunday endurance"
THE_BREACH = (
    "Week 2, Wednesday: sweet_spot the day after vo2max (week 2, Tuesday); put rest or an easy day between hard days."
)
CANNOT_FORCE = fails(
    400, "invalid_request_error", 'tool_choice: type "tool" and "any" are not supported for this model.'
)


NOTES = "Ride easy days easy and hard days hard, and sleep enough between them. " * 20
"""260 words."""


def draft(weeks: tuple[OverviewWeek, ...]) -> dict[str, Any]:
    """The tool's input for an overview."""
    return {
        "weeks": [week.model_dump(mode="json") for week in weeks],
        "coaching_notes": NOTES,
        "monitoring_guidance": "Watch the heart rate at the same power.",
    }


SOUND = draft(sound_weeks())
SOUND_WEEKS = with_minutes(purpose_of(a_request(), real_config()), sound_weeks())
"""The weeks of ``SOUND`` as they are planned: with the minutes that they are to have of what the athlete trains for."""

UNSOUND = draft(with_week(sound_weeks(), 2, days=TWO_HARD_DAYS_TOGETHER))


def a_writer(key: str | None, address: str | None = None, timeout_s: float = 10) -> AnthropicOverviewWriter:
    """The writer of an installation with so much set."""
    return configured_writer(
        Settings(
            anthropic_api_key=None if key is None else SecretStr(key),
            anthropic_model="claude-test",
            anthropic_base_url=address,
            llm_timeout_s=timeout_s,
        )
    )


def converse(*answers: Answer, timeout_s: float = 10, key: str = KEY) -> tuple[Overview, list[Asked]]:
    """The overview that comes of a server's answers, and what the server was asked."""
    with messages_server(answers) as server:
        overview = a_writer(key, server.base_url, timeout_s).write(a_request(), LIBRARY, real_config())
    assert isinstance(overview, Overview)
    return overview, server.asked


def converse_in_vain(*answers: Answer, timeout_s: float = 10) -> tuple[OverviewError, list[Asked]]:
    """The failure that comes of a server's answers, and what the server was asked."""
    with messages_server(answers) as server:
        writer = a_writer(KEY, server.base_url, timeout_s)
        with pytest.raises(OverviewError) as caught:
            writer.write(a_request(), LIBRARY, real_config())
    return caught.value, server.asked


# --- sound answers ---------------------------------------------------------------------------------------


def test_a_sound_first_answer_is_the_overview() -> None:
    overview, asked = converse(hands_in(SOUND))

    assert len(asked) == 1
    assert overview == Overview(
        weeks=SOUND_WEEKS,
        coaching_notes=NOTES,
        monitoring_guidance="Watch the heart rate at the same power.",
        source=BY_ANTHROPIC,
        model=MODEL,
    )


def test_the_request_offers_one_tool_forces_it_and_sends_no_sampling_parameter() -> None:
    _, [asked] = converse(hands_in(SOUND))

    assert asked.path == "/v1/messages"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.body["model"] == "claude-test"
    assert [tool["name"] for tool in asked.body["tools"]] == ["submit_weekly_overview"]
    assert asked.body["tools"][0]["input_schema"]["properties"]["weeks"]["minItems"] == 8
    assert asked.body["tool_choice"] == {
        "type": "tool",
        "name": "submit_weekly_overview",
        "disable_parallel_tool_use": True,
    }
    assert not {"temperature", "top_p", "top_k", "thinking"} & asked.body.keys()


def test_the_exact_breaches_of_an_answer_are_sent_back_in_the_same_conversation() -> None:
    overview, [first, second] = converse(hands_in(UNSOUND), hands_in(SOUND))

    question, answer, correction = second.body["messages"]
    [call], [result] = answer["content"], correction["content"]
    assert overview.weeks == SOUND_WEEKS
    assert question == first.body["messages"][0]
    assert (call["type"], call["input"]) == ("tool_use", UNSOUND)
    assert (result["type"], result["tool_use_id"], result["is_error"]) == ("tool_result", call["id"], True)
    assert f"- {THE_BREACH}\n" in result["content"]


def test_the_exact_errors_of_a_malformed_answer_are_sent_back() -> None:
    malformed = json.loads(json.dumps(SOUND))
    malformed["weeks"][1]["target_hours"] = "a lot"
    malformed["weeks"][2]["training_days"].pop()
    del malformed["coaching_notes"]

    overview, [_, second] = converse(hands_in(malformed), hands_in(SOUND))

    content = second.last_user_content[0]["content"]
    assert overview.weeks == SOUND_WEEKS
    assert "- weeks.1.target_hours: must be a number, not 'a lot'; write it in digits\n" in content
    assert "- weeks.2.training_days: training_days must name each of the seven weekdays once" in content
    assert "- coaching_notes: is missing; add it" in content


@pytest.mark.parametrize("nonsense", [{}, {"weeks": []}, {"weeks": "all of them"}, {"weeks": [None], "extra": 1}])
def test_any_nonsense_handed_in_is_answered_and_may_be_corrected(nonsense: dict[str, Any]) -> None:
    overview, [_, second] = converse(hands_in(nonsense), hands_in(SOUND))

    assert overview.weeks == SOUND_WEEKS
    assert second.last_user_content[0]["is_error"] is True


def test_hours_and_tss_that_the_library_cannot_give_are_sent_back_with_what_it_can() -> None:
    first, *others = SOUND["weeks"]
    unreachable = SOUND | {"weeks": [first | {"target_tss": 600}, *others]}

    _, asked = converse(hands_in(unreachable), hands_in(SOUND))

    assert "Week 1: target_tss 600 does not go with 7.5 h of its sessions" in str(asked[1].last_user_content)


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("coaching_notes", "Ride easy.", "has 2 words; write 200 to 400 words"),
        ("coaching_notes", "Word by word, no more. " * 100, "has 500 words; write 200 to 400 words"),
        ("coaching_notes", " \n\t " * 300, "has 0 words; write 200 to 400 words"),
        ("coaching_notes", "- … " * 300, "has 0 words; write 200 to 400 words"),
        ("coaching_notes", "Ride, ride. " * 150, "says the same word over and over; write a text"),
        ("monitoring_guidance", "Watch it.", "has 2 words; write 5 to 400 words"),
        ("monitoring_guidance", "Watch HR! " * 50, "says the same 2 words over and over; write a text"),
    ],
)
def test_a_text_that_is_not_as_long_as_was_asked_for_is_sent_back_with_its_words(
    field: str, text: str, problem: str
) -> None:
    overview, [_, second] = converse(hands_in(SOUND | {field: text}), hands_in(SOUND))

    assert f"- {field}: {problem}\n" in second.last_user_content[0]["content"]
    assert overview.coaching_notes == NOTES


def test_texts_are_sent_back_together_with_what_is_wrong_with_the_weeks() -> None:
    first, *others = UNSOUND["weeks"]
    poor = {"weeks": [first | {"focus": "  "}, *others], "coaching_notes": "Go.", "monitoring_guidance": "Rest."}

    _, [_, second] = converse(hands_in(poor), hands_in(SOUND))

    content = second.last_user_content[0]["content"]
    assert f"- {THE_BREACH}\n" in content
    assert "- coaching_notes: has 1 word; write 200 to 400 words\n" in content
    assert "- monitoring_guidance: has 1 word; write 5 to 400 words\n" in content
    assert "- Week 1, focus: has 0 words; write 1 to 20 words\n" in content


def test_a_model_that_never_writes_enough_ends_in_a_failure_that_says_so() -> None:
    error, asked = converse_in_vain(*[hands_in(SOUND | {"coaching_notes": "Ride easy."})] * 3)

    assert len(asked) == 3
    assert "- coaching_notes: has 2 words; write 200 to 400 words\n" in str(error)


@pytest.mark.parametrize("words", [200, 400])
def test_the_ends_of_the_range_are_long_enough_and_not_too_long(words: int) -> None:
    text = " ".join((NOTES * 2).split()[:words])

    overview, asked = converse(hands_in(SOUND | {"coaching_notes": text}))

    assert (overview.coaching_notes, len(asked)) == (text, 1)


def test_a_request_that_cannot_be_met_is_not_asked_about() -> None:
    request = a_request(availability={"hours_per_week": 30})

    with messages_server([]) as server:
        written = a_writer(KEY, server.base_url).write(request, LIBRARY, real_config())

    assert isinstance(written, Infeasible)
    assert server.asked == []


def test_an_answer_of_text_alone_is_answered_with_a_demand_for_the_tool() -> None:
    overview, [_, second] = converse(says("Here is a plan: ride more."), hands_in(SOUND))

    assert overview.weeks == SOUND_WEEKS
    assert second.body["messages"][1]["content"][0]["text"] == "Here is a plan: ride more."
    [demand] = second.last_user_content
    assert demand["type"] == "text"
    assert "Call submit_weekly_overview now" in demand["text"]


def test_an_empty_answer_is_not_sent_back_as_an_empty_message() -> None:
    overview, [_, second] = converse(message([], stop_reason="end_turn"), hands_in(SOUND))

    assert overview.weeks == SOUND_WEEKS
    assert [message["role"] for message in second.body["messages"]] == ["user", "user"]


def test_every_call_in_an_answer_gets_a_result_and_only_the_first_is_read() -> None:
    _, [_, second] = converse(hands_in(UNSOUND, SOUND), hands_in(SOUND))

    first_result, second_result = second.last_user_content
    assert THE_BREACH in first_result["content"]
    assert second_result["content"].startswith("Not read")
    assert [r["tool_use_id"] for r in second.last_user_content] == [
        call["id"] for call in second.body["messages"][1]["content"]
    ]


def test_a_call_of_a_tool_that_was_not_offered_is_no_overview() -> None:
    overview, [_, second] = converse(hands_in(SOUND, tool="book_a_flight"), hands_in(SOUND))

    result, demand = second.last_user_content
    assert overview.weeks == SOUND_WEEKS
    assert (result["type"], result["is_error"], demand["type"]) == ("tool_result", True, "text")


def test_a_model_that_refuses_a_forced_tool_is_asked_without_force_from_then_on() -> None:
    overview, asked = converse(CANNOT_FORCE, hands_in(UNSOUND), hands_in(SOUND))

    assert overview.weeks == SOUND_WEEKS
    assert [request.body["tool_choice"]["type"] for request in asked] == ["tool", "auto", "auto"]


def test_thinking_is_sent_back_as_it_came() -> None:
    _, [_, second] = converse(hands_in(UNSOUND, thinking="Two hard days will do."), hands_in(SOUND))

    assert second.body["messages"][1]["content"][0] == {
        "type": "thinking",
        "thinking": "Two hard days will do.",
        "signature": "c2lnbmVk",
    }


# --- failures --------------------------------------------------------------------------------------------


def test_three_unsound_answers_are_a_failure_that_lists_what_was_wrong() -> None:
    error, asked = converse_in_vain(hands_in({}), says("No."), hands_in(UNSOUND), hands_in(SOUND))

    assert len(asked) == 3
    assert str(error) == (
        "claude-test wrote no sound overview of rider-042-century in 3 attempts. Wrong with the last one:\n"
        f"- {THE_BREACH}\n"
        "Try again, change the request, or use options.overview: rules"
    )
    assert [len(attempt) for attempt in error.attempts] == [3, 1, 1]
    assert error.attempts[2] == (THE_BREACH,)


def test_a_rejected_key_is_told_by_the_name_of_its_variable() -> None:
    error, asked = converse_in_vain(fails(401, "authentication_error", f"invalid key {KEY}"))

    assert len(asked) == 1
    assert str(error) == (
        "Anthropic does not accept the API key (HTTP 401): check that ANTHROPIC_API_KEY holds a valid key "
        "with access to claude-test, or use options.overview: rules"
    )


def test_a_server_error_is_retried_within_one_attempt() -> None:
    overview, asked = converse(fails(500, "api_error", "Internal server error"), hands_in(SOUND))

    assert overview.weeks == SOUND_WEEKS
    assert asked[0].body == asked[1].body


@pytest.mark.parametrize("status", [429, 503, 529])
def test_a_server_that_stays_busy_is_a_failure_that_says_so(status: int) -> None:
    error, asked = converse_in_vain(*[fails(status, "overloaded_error", "Overloaded")] * 3, hands_in(SOUND))

    assert len(asked) == 3
    assert str(error) == (
        f"Anthropic answered HTTP {status} (Overloaded) even after 2 retries: "
        "try again later, or use options.overview: rules"
    )


def test_a_server_that_says_nothing_is_a_timeout() -> None:
    start = time.monotonic()

    error, _ = converse_in_vain(HANGS, HANGS, HANGS, timeout_s=0.2)

    assert str(error).startswith(
        "Claude did not answer within 0.2 s, 3 times: raise PLAN_PIPELINE_LLM_TIMEOUT_S or try"
    )
    assert time.monotonic() - start < 6


def test_an_address_where_nobody_listens_is_named_without_its_password() -> None:
    with messages_server([]) as server:
        address = server.base_url
    writer = a_writer(KEY, address.replace("//", "//user:pass@"), 1)

    with pytest.raises(OverviewError) as caught:
        writer.write(a_request(), LIBRARY, real_config())

    assert str(caught.value) == (
        f"Cannot reach {address}: check the network and ANTHROPIC_BASE_URL, or use options.overview: rules"
    )


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            fails(404, "not_found_error", "model: claude-test"),
            "Anthropic has no model 'claude-test' (HTTP 404): check PLAN_PIPELINE_ANTHROPIC_MODEL, "
            "or use options.overview: rules",
        ),
        (
            fails(400, "invalid_request_error", "Your credit balance is too low."),
            "Anthropic refused the request (HTTP 400): Your credit balance is too low. "
            "Change what it refuses, or use options.overview: rules",
        ),
        (
            says("", stop_reason="max_tokens"),
            f"The answer of {MODEL} was cut off (max_tokens) at max_tokens=20000; "
            "raise PLAN_PIPELINE_LLM_MAX_TOKENS, ask for fewer weeks, or use options.overview: rules",
        ),
        (
            message([], "refusal", stop_details={"type": "refusal", "category": None, "explanation": "Not this."}),
            f"{MODEL} declined to write this overview: Not this.; "
            "check the goals and the event's name, or use options.overview: rules",
        ),
    ],
)
def test_an_answer_that_another_attempt_cannot_better_ends_the_conversation(answer: Answer, sentence: str) -> None:
    error, asked = converse_in_vain(answer, hands_in(SOUND))

    assert (str(error), len(asked)) == (sentence, 1)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"<html>Welcome</html>", content_type="text/html"),
        Answer(body=b"{}"),
        Answer(body=b"[]"),
        Answer(body=b'{"content": '),
    ],
)
def test_something_else_than_the_messages_api_is_told_so(answer: Answer) -> None:
    error, _ = converse_in_vain(answer)

    assert "is not the Messages API: check ANTHROPIC_BASE_URL" in str(error)


# --- the key ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, "", " \n"])
def test_without_a_key_the_message_says_what_to_set(key: str | None) -> None:
    with pytest.raises(MissingApiKeyError) as caught:
        a_writer(key)

    assert str(caught.value) == (
        "options.overview is anthropic, but ANTHROPIC_API_KEY is not set: "
        "set ANTHROPIC_API_KEY, or use options.overview: rules"
    )


@pytest.mark.parametrize("key", ["sk-ant-secret\nX-Header: 1", "sk-ant-sécret", "sk ant secret"])
def test_a_key_that_fits_no_header_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(MissingApiKeyError) as caught:
        a_writer(key)

    assert str(caught.value).startswith("ANTHROPIC_API_KEY holds spaces, line breaks or characters outside ASCII")
    shown = "".join(traceback.format_exception(caught.value))
    assert key not in shown
    assert repr(key)[1:-1] not in shown


def test_a_key_read_with_its_line_break_is_sent_without_it() -> None:
    _, [asked] = converse(hands_in(SOUND), key=f"{KEY}\n")

    assert asked.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "talk",
    [
        lambda: converse_in_vain(fails(401, "authentication_error", f"invalid key: {KEY}"))[0],
        lambda: converse_in_vain(fails(400, "invalid_request_error", f"bad header: Bearer {KEY}"))[0],
        lambda: converse_in_vain(*[fails(500, "api_error", f"crashed with {KEY}")] * 3)[0],
        lambda: converse_in_vain(hands_in({}), hands_in({}), hands_in({}))[0],
        lambda: converse_in_vain(HANGS, HANGS, HANGS, timeout_s=0.1)[0],
    ],
    ids=["rejected", "refused", "crashed", "unsound", "silent"],
)
def test_the_key_is_in_no_error_traceback_or_log(
    talk: Callable[[], OverviewError], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    error = talk()

    assert len(caplog.records) > 0
    assert KEY not in caplog.text
    assert KEY not in "".join(traceback.format_exception(error))


def test_the_key_is_not_in_the_repr_of_a_writer() -> None:
    writer = a_writer(KEY)

    assert repr(writer) == "AnthropicOverviewWriter(model='claude-test', max_tokens=20000)"


def test_the_variables_that_messages_name_are_those_the_settings_read() -> None:
    read = {str(field.validation_alias) for field in Settings.model_fields.values()}

    assert {KEY_VARIABLE, ADDRESS_VARIABLE, MODEL_VARIABLE, TIMEOUT_VARIABLE} <= read
