"""One place where a model is asked: nothing is paid twice, a budget holds, and whatever was asked is on record."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from plan_pipeline.core.model.model_call import CallOutcome, CallPurpose, Usage
from plan_pipeline.llm.asking import CallFailedError, Question, Reply, StopReason, question_hash
from plan_pipeline.llm.desk import Answer, BudgetError, ModelDesk, new_call_id
from plan_pipeline_tests.llm.desk_fakes import STARTED_AT, Fakes
from plan_pipeline_tests.llm.messages_answers import (
    SILENCE,
    fails,
    gives,
    overloaded,
    rate_limited,
    refuses,
    says,
    slow,
    truncated,
)
from plan_pipeline_tests.llm.messages_api import MessagesApi, messages_api
from plan_pipeline_tests.llm.questions import KEY, MODEL, a_provider, a_question

ANSWER = gives({"word": "ride", "count": 3})


@pytest.fixture
def fakes() -> Fakes:
    return Fakes()


@dataclass
class Scripted:
    """A provider of replies and failures, without a network."""

    script: list[Reply | BaseException]
    name: str = "scripted"
    model: str = "model"
    max_tokens: int = 1_000
    settings: dict[str, str] = field(default_factory=dict)

    def ask(self, question: Question) -> Reply:
        step = self.script.pop(0)
        if isinstance(step, BaseException):
            raise step
        return step


REPLY = Reply(model="model", text="Three.", content=[], stop=StopReason.DONE, usage=Usage(output_tokens=2))


def failure(retry_after_s: float | None = None, **more: Any) -> CallFailedError:
    more = {"is_transient": True, **more}
    return CallFailedError("Too many calls", CallOutcome.RATE_LIMITED, retry_after_s=retry_after_s, **more)


def ask(api: MessagesApi, fakes: Fakes, question: Question | None = None, **options: Any) -> Answer:
    return fakes.desk(a_provider(api.base_url), **options).ask(question or a_question(), 1)


# --- paying once ------------------------------------------------------------------------------------------


def test_a_call_is_kept_before_anything_is_done_with_its_answer(fakes: Fakes) -> None:
    with messages_api([ANSWER]) as api:
        answer = ask(api, fakes)

    assert answer.is_new and answer.reply.text == '{"word": "ride", "count": 3}'
    assert fakes.events == [
        "reserved $20.00",
        "place taken",
        "kept answered",
        f"spent ${answer.call.cost_usd:.3f}",
        "place given back",
        "released",
    ]


def test_what_is_on_record_of_a_call_is_what_was_asked_and_what_the_server_billed(fakes: Fakes) -> None:
    with messages_api([slow(ANSWER, 0.2)]) as api:
        call = ask(api, fakes, clock=time.monotonic).call
    [billed] = api.ledger

    assert call.question == question_hash(a_provider(None), a_question())
    assert (call.plan_id, call.purpose, call.attempt) == ("rider-042-century", CallPurpose.OVERVIEW, 1)
    assert (call.provider, call.model, call.run_id) == ("anthropic", MODEL, "run-1")
    assert (call.prompt_version, call.config_version, call.asked_at) == ("p1", "c1", STARTED_AT)
    assert (call.outcome, call.stop_reason, call.request_id) == ("answered", "end_turn", billed.request_id)
    assert (call.input_tokens, call.output_tokens) == (billed.usage["input_tokens"], billed.usage["output_tokens"])
    assert call.thinking_tokens == billed.usage["output_tokens_details"]["thinking_tokens"]
    assert call.cost_usd == billed.usage["output_tokens"] / 1000
    assert call.latency_ms is not None and call.latency_ms >= 200


def test_an_answer_that_is_stored_is_not_asked_for_again(fakes: Fakes) -> None:
    with messages_api([ANSWER]) as api:
        first = ask(api, fakes)
        second = ask(api, fakes, a_question(plan_id="another-plan"), run_id="run-2")

    assert len(api.asked) == 1
    assert second == Answer(first.call, first.reply, is_new=False)


def test_an_answer_that_another_run_paid_while_this_one_waited_is_not_paid_again(fakes: Fakes) -> None:
    @contextmanager
    def a_place_after_a_while() -> Iterator[None]:
        fakes.desk(Scripted([REPLY]), run_id="run-2").ask(a_question(), 1)
        with fakes.pool.place():
            yield

    answer = fakes.desk(Scripted([]), place=a_place_after_a_while).ask(a_question(), 1)

    assert (answer.call.run_id, answer.is_new) == ("run-2", False)
    assert fakes.money.left_usd == 100.0 - REPLY.usage.output_tokens / 1000


def test_who_renews_is_given_only_what_the_same_run_has_paid(fakes: Fakes) -> None:
    with messages_api([says("one"), says("two")]) as api:
        ask(api, fakes)
        renewed = ask(api, fakes, run_id="run-2", renew=True)
        again = ask(api, fakes, run_id="run-2", renew=True)

    assert (renewed.reply.text, renewed.is_new) == ("two", True)
    assert (again.reply.text, again.is_new) == ("two", False)


def test_a_refusal_is_paid_and_on_record(fakes: Fakes) -> None:
    with messages_api([refuses("Not this.")]) as api:
        answer = ask(api, fakes)

    assert (answer.call.outcome, answer.call.stop_reason) == (CallOutcome.REFUSED, "refusal")
    assert answer.call.cost_usd is not None and answer.call.cost_usd > 0


def test_ids_of_calls_sort_by_time_and_differ_at_the_same_time() -> None:
    ids = [new_call_id(STARTED_AT + dt.timedelta(microseconds=number)) for number in range(50)]

    assert ids == sorted(ids)
    assert len({new_call_id(STARTED_AT) for _ in range(50)}) == 50


# --- budgets and places -----------------------------------------------------------------------------------


def test_a_budget_that_does_not_hold_the_worst_case_stops_before_the_call(fakes: Fakes) -> None:
    fakes.money.left_usd = 19.0
    with messages_api([ANSWER]) as api, pytest.raises(BudgetError, match=r"\$19.00 are left"):
        ask(api, fakes)

    assert (api.asked, fakes.answers.calls) == ([], [])


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), SystemExit(1), ValueError("a mistake")])
def test_an_interruption_gives_back_reservation_and_place(fakes: Fakes, interruption: BaseException) -> None:
    with pytest.raises(type(interruption)):
        fakes.desk(Scripted([interruption])).ask(a_question(), 1)

    assert fakes.events == ["reserved $1.00", "place taken", "place given back", "released"]


def test_a_place_that_cannot_be_had_gives_back_the_reservation(fakes: Fakes) -> None:
    def no_place() -> Any:
        raise TimeoutError("no place was free")

    with pytest.raises(TimeoutError):
        fakes.desk(Scripted([REPLY]), place=no_place).ask(a_question(), 1)

    assert fakes.events == ["reserved $1.00", "released"]


def test_an_answer_that_got_lost_counts_in_the_budget_as_the_most_it_can_have_cost(fakes: Fakes) -> None:
    with messages_api([truncated(ANSWER), SILENCE]) as api, pytest.raises(CallFailedError):
        fakes.desk(a_provider(api.base_url, llm_timeout_s=0.3), retries=1).ask(a_question(), 1)

    assert fakes.money.left_usd == 100.0 - 2 * 20.0
    assert [call.outcome for call in fakes.answers.calls] == [CallOutcome.UNREADABLE, CallOutcome.TIMED_OUT]
    assert [call.cost_usd for call in fakes.answers.calls] == [None, None]


def test_what_a_failed_call_is_known_to_have_cost_is_paid(fakes: Fakes) -> None:
    paid = CallFailedError("Expired", CallOutcome.EXPIRED, usage=Usage(output_tokens=500))

    with pytest.raises(CallFailedError):
        fakes.desk(Scripted([paid])).ask(a_question(), 1)

    [call] = fakes.answers.calls
    assert (call.output_tokens, call.cost_usd, fakes.money.left_usd) == (500, 0.5, 99.5)


# --- repeats ----------------------------------------------------------------------------------------------


def test_a_call_that_failed_for_a_passing_reason_is_repeated_and_each_request_is_on_record(fakes: Fakes) -> None:
    with messages_api([rate_limited("2"), overloaded(), ANSWER]) as api:
        answer = ask(api, fakes)

    assert answer.is_new
    assert [(call.outcome, call.http_status) for call in fakes.answers.calls] == [
        (CallOutcome.RATE_LIMITED, 429),
        (CallOutcome.OVERLOADED, 529),
        (CallOutcome.ANSWERED, None),
    ]
    assert len({call.call_id for call in fakes.answers.calls}) == 3
    assert {call.attempt for call in fakes.answers.calls} == {1}
    assert all(call.request_id for call in fakes.answers.calls)
    assert fakes.waits_s[0] == 2.0


def test_place_and_reservation_are_given_back_while_it_waits(fakes: Fakes) -> None:
    with messages_api([rate_limited("2"), ANSWER]) as api:
        ask(api, fakes)

    assert fakes.events[:7] == [
        "reserved $20.00",
        "place taken",
        "kept rate_limited",
        "spent $0.000",
        "place given back",
        "released",
        "slept",
    ]


def test_waits_double_with_jitter_up_to_the_longest(fakes: Fakes) -> None:
    with pytest.raises(CallFailedError):
        fakes.desk(Scripted([failure()] * 6), retries=5, longest_wait_s=6.0).ask(a_question(), 1)

    assert fakes.waits_s == [0.875, 1.75, 3.5, 5.25, 5.25]


@pytest.mark.parametrize("wait_s", [0.0, 0.25, 60.0])
def test_a_provider_that_says_how_long_to_wait_is_waited_for_so_long(fakes: Fakes, wait_s: float) -> None:
    fakes.desk(Scripted([failure(wait_s), REPLY])).ask(a_question(), 1)

    assert fakes.waits_s == [wait_s]


def test_a_provider_that_asks_for_longer_than_is_allowed_ends_the_call_at_once(fakes: Fakes) -> None:
    with messages_api([rate_limited("86400"), ANSWER]) as api, pytest.raises(CallFailedError) as caught:
        ask(api, fakes)

    assert (len(api.asked), fakes.waits_s) == (1, [])
    assert str(caught.value).endswith(
        "The provider asks to wait 86,400 s, longer than PLAN_PIPELINE_LLM_LONGEST_WAIT_S allows (60 s)"
    )
    assert (caught.value.is_transient, caught.value.retry_after_s) == (True, 86_400.0)


def test_repeats_end_with_a_failure_that_says_how_often_it_was_asked(fakes: Fakes) -> None:
    with messages_api([overloaded()] * 3) as api, pytest.raises(CallFailedError) as caught:
        ask(api, fakes)

    assert len(api.asked) == 3
    assert str(caught.value) == "Anthropic is overloaded (HTTP 529, Overloaded): try again later (asked 3 times)"
    assert (caught.value.outcome, caught.value.http_status) == (CallOutcome.OVERLOADED, 529)


@pytest.mark.parametrize(
    "answer",
    [
        fails(401, "authentication_error", f"invalid key {KEY}"),
        fails(400, "invalid_request_error", "Your credit balance is too low."),
        fails(500, x_should_retry="false"),
    ],
)
def test_a_failure_that_does_not_pass_is_not_repeated(fakes: Fakes, answer: Any) -> None:
    with messages_api([answer, ANSWER]) as api, pytest.raises(CallFailedError) as caught:
        ask(api, fakes)

    assert (len(api.asked), len(fakes.answers.calls), fakes.waits_s) == (1, 1, [])
    assert "asked" not in str(caught.value) and KEY not in str(caught.value)


def test_without_retries_a_call_is_made_once(fakes: Fakes) -> None:
    with messages_api([overloaded(), ANSWER]) as api, pytest.raises(CallFailedError):
        ask(api, fakes, retries=0)

    assert len(api.asked) == 1


# --- settling ---------------------------------------------------------------------------------------------


def test_what_became_of_an_answer_is_recorded_once(fakes: Fakes) -> None:
    desk: ModelDesk = fakes.desk(Scripted([REPLY]))
    answer = desk.ask(a_question(), 1)
    fakes.events.clear()

    desk.settle(answer, problems=2)
    accepted = answer.call.model_copy(update={"outcome": CallOutcome.ACCEPTED, "problems": 0})
    desk.settle(answer._replace(call=accepted), problems=0)

    assert fakes.events == ["settled sent_back with 2 problems"]
