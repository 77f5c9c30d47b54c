"""Calls of Claude that bring no answer: how each is told, what it means for the next try, and what is not told."""

from __future__ import annotations

import email.utils
import logging
import socket
import time
import traceback
from collections.abc import Callable

import pytest

from plan_pipeline.core.model.model_call import CallOutcome
from plan_pipeline.llm.anthropic.access import (
    ADDRESS_VARIABLE,
    AT_ONCE_VARIABLE,
    KEY_VARIABLE,
    MODEL_VARIABLE,
    TIMEOUT_VARIABLE,
)
from plan_pipeline.llm.anthropic.failures import retry_after_s
from plan_pipeline.llm.asking import CallFailedError
from plan_pipeline.llm.desk import WAIT_VARIABLE
from plan_pipeline.settings import Settings
from plan_pipeline_tests.llm.messages_answers import (
    SILENCE,
    Answer,
    Page,
    fails,
    gives,
    overloaded,
    rate_limited,
    truncated,
)
from plan_pipeline_tests.llm.messages_api import messages_api
from plan_pipeline_tests.llm.questions import KEY, a_provider, a_question


def failure_of(*answers: Answer, timeout_s: float = 10.0, **options: object) -> CallFailedError:
    """The failure that comes of a server's answer; the server is asked once, whatever it says."""
    with messages_api(answers, **options) as api, pytest.raises(CallFailedError) as caught:
        a_provider(api.base_url, llm_timeout_s=timeout_s).ask(a_question())
    assert len(api.asked) <= 1
    return caught.value


@pytest.mark.parametrize(
    ("answer", "outcome", "is_transient", "message"),
    [
        (
            fails(401, "authentication_error", f"invalid key {KEY}"),
            CallOutcome.NOT_ALLOWED,
            False,
            "Anthropic does not accept the API key (HTTP 401): check that ANTHROPIC_API_KEY holds a valid key with "
            "access to claude-sonnet-5-5",
        ),
        (
            fails(403, "permission_error", "no access"),
            CallOutcome.NOT_ALLOWED,
            False,
            "Anthropic does not accept the API key (HTTP 403): check that ANTHROPIC_API_KEY holds a valid key with "
            "access to claude-sonnet-5-5",
        ),
        (
            fails(400, "invalid_request_error", "Your credit balance is too low."),
            CallOutcome.INVALID_REQUEST,
            False,
            "Anthropic refused the request (HTTP 400): Your credit balance is too low; change what it refuses",
        ),
        (
            fails(404, "not_found_error", "model: claude-sonnet-5-5"),
            CallOutcome.INVALID_REQUEST,
            False,
            "Anthropic has no model 'claude-sonnet-5-5' (HTTP 404): check PLAN_PIPELINE_ANTHROPIC_MODEL",
        ),
        (
            fails(408, "timeout_error", "Request timed out"),
            CallOutcome.TIMED_OUT,
            True,
            "Anthropic took too long (HTTP 408, Request timed out): try again later",
        ),
        (
            fails(409, "conflict_error", "Conflict"),
            CallOutcome.SERVER_ERROR,
            True,
            "Anthropic answered HTTP 409 (Conflict): try again later",
        ),
        (
            fails(413, "request_too_large", "Request exceeds the maximum size"),
            CallOutcome.INVALID_REQUEST,
            False,
            "The question is larger than Anthropic takes (HTTP 413, Request exceeds the maximum size): ask for fewer "
            "weeks",
        ),
        (
            rate_limited("1"),
            CallOutcome.RATE_LIMITED,
            True,
            "Anthropic takes no more calls just now (HTTP 429, This request would exceed your rate limit): try again "
            "later, or lower PLAN_PIPELINE_LLM_AT_ONCE",
        ),
        (
            fails(500),
            CallOutcome.SERVER_ERROR,
            True,
            "Anthropic answered HTTP 500 (Internal server error): try again later",
        ),
        (
            Page(b"<html>Bad gateway</html>", status=502),
            CallOutcome.SERVER_ERROR,
            True,
            "Anthropic answered HTTP 502 (it does not say why): try again later",
        ),
        (
            overloaded(),
            CallOutcome.OVERLOADED,
            True,
            "Anthropic is overloaded (HTTP 529, Overloaded): try again later",
        ),
    ],
    ids=lambda value: str(value.status) if hasattr(value, "status") else "",
)
def test_an_error_says_what_it_is_and_what_to_do(
    answer: Answer, outcome: CallOutcome, is_transient: bool, message: str
) -> None:
    error = failure_of(answer)

    assert str(error) == message
    assert (error.outcome, error.is_transient, error.http_status) == (outcome, is_transient, answer.status)
    assert error.usage is None


def test_the_request_id_of_an_error_is_kept() -> None:
    error = failure_of(fails(500))

    assert error.request_id is not None and error.request_id.startswith("req_")


def test_what_the_server_refuses_by_itself_is_told_too() -> None:
    assert failure_of(key="sk-another").http_status == 401
    assert failure_of(models={"claude-test": 1024}).http_status == 404
    assert failure_of(largest_request=100).http_status == 413


# --- whether and when to try again ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "86400"}, 86_400.0),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Mon, 04 Jan 1999 03:00:00 GMT"}, 0.0),
    ],
)
def test_how_long_a_server_asks_to_wait(headers: dict[str, str], wait_s: float | None) -> None:
    assert retry_after_s(headers) == wait_s


def test_a_date_to_try_again_is_a_wait_from_now() -> None:
    wait_s = failure_of(rate_limited(email.utils.formatdate(time.time() + 30, usegmt=True))).retry_after_s

    assert wait_s is not None and 20 < wait_s <= 31


@pytest.mark.parametrize(
    ("answer", "is_transient"),
    [
        (fails(500, x_should_retry="false"), False),
        (fails(400, "invalid_request_error", "No.", x_should_retry="true"), True),
    ],
)
def test_a_server_that_says_whether_to_try_again_is_believed(answer: Answer, is_transient: bool) -> None:
    assert failure_of(answer).is_transient is is_transient


# --- no answer, or another's ------------------------------------------------------------------------------


def test_a_server_that_says_nothing_is_a_timeout() -> None:
    started = time.monotonic()

    error = failure_of(SILENCE, timeout_s=0.3)

    assert str(error) == "Claude did not answer within 0.3 s: raise PLAN_PIPELINE_LLM_TIMEOUT_S, or try again later"
    assert (error.outcome, error.is_transient) == (CallOutcome.TIMED_OUT, True)
    assert time.monotonic() - started < 10


def test_an_address_where_nobody_listens_is_named_without_its_password() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(CallFailedError) as caught:
        a_provider(f"http://user:pass@127.0.0.1:{port}", llm_timeout_s=2.0).ask(a_question())

    assert str(caught.value) == f"Cannot reach http://127.0.0.1:{port}: check the network and ANTHROPIC_BASE_URL"
    assert (caught.value.outcome, caught.value.is_transient) == (CallOutcome.NO_CONNECTION, True)


def test_an_answer_whose_json_ends_too_early_may_come_whole_the_next_time() -> None:
    error = failure_of(truncated(gives({"word": "ride"}), keep_chars=40))

    assert str(error) == "The answer of claude-sonnet-5-5 arrived cut short, 40 bytes of it: try again later"
    assert (error.outcome, error.is_transient, error.http_status) == (CallOutcome.UNREADABLE, True, 200)
    assert error.request_id is not None


def test_a_connection_that_breaks_off_is_told_so() -> None:
    error = failure_of(Page(b'{"id": "msg_1"', "application/json", claims_bytes=5_000))

    assert "broke off before the answer was whole" in str(error)
    assert (error.outcome, error.is_transient) == (CallOutcome.UNREADABLE, True)


@pytest.mark.parametrize(
    "page",
    [
        Page(b"<html>Welcome</html>"),
        Page(b""),
        Page(b"\xff\xfe", "application/json"),
        Page(b"{}", "application/json"),
        Page(b"[]", "application/json"),
        Page(b"null", "application/json"),
        Page(b'{"model": "m", "content": null, "stop_reason": "end_turn", "usage": {}}', "application/json"),
        Page(b'{"model": "m", "content": [{"type": "tool_use"}], "stop_reason": null, "usage": {"input_tokens": 1, '
             b'"output_tokens": 1}}', "application/json"),
        Page(b'{"model": "m", "content": [], "stop_reason": null, "usage": {"input_tokens": -1, "output_tokens": 1}}'),
        Page(b"<html>Not found</html>", status=404),
        Page(b"", status=405),
    ],
)  # fmt: skip
def test_something_else_than_the_messages_api_is_told_so(page: Page) -> None:
    error = failure_of(page)

    assert f"is not the Messages API (HTTP {page.status}): check ANTHROPIC_BASE_URL" in str(error)
    assert (error.outcome, error.is_transient) == (CallOutcome.UNREADABLE, False)


# --- secrets ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fail",
    [
        lambda: failure_of(fails(401, "authentication_error", f"invalid key: {KEY}")),
        lambda: failure_of(fails(400, "invalid_request_error", f"bad header: Bearer {KEY}")),
        lambda: failure_of(fails(500, "api_error", f"crashed with {KEY}")),
        lambda: failure_of(SILENCE, timeout_s=0.2),
        lambda: failure_of(truncated(gives({"word": KEY}))),
    ],
    ids=["rejected", "refused", "crashed", "silent", "cut short"],
)
def test_the_key_is_in_no_message_traceback_or_log(
    fail: Callable[[], CallFailedError], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    error = fail()

    assert len(caplog.records) > 0
    assert KEY not in caplog.text
    assert KEY not in "".join(traceback.format_exception(error))


def test_what_a_server_says_is_quoted_on_one_line_and_not_at_any_length() -> None:
    message = str(failure_of(fails(400, "invalid_request_error", "No\n\x1b[31m" + "!" * 5_000)))

    assert message.isprintable() and len(message) < 500


def test_the_variables_that_messages_name_are_those_the_settings_read() -> None:
    read = {str(field.validation_alias) for field in Settings.model_fields.values()}

    named = {KEY_VARIABLE, ADDRESS_VARIABLE, MODEL_VARIABLE, TIMEOUT_VARIABLE, AT_ONCE_VARIABLE, WAIT_VARIABLE}
    assert named <= read
