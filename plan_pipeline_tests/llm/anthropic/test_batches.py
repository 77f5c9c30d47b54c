"""Batches of questions over a real socket: handed in, waited for, and collected in whatever order they come."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.model_call import CallOutcome
from plan_pipeline.llm.anthropic.batches import AnthropicBatches
from plan_pipeline.llm.asking import CallFailedError, Question, Reply, StopReason, Told
from plan_pipeline_tests.llm.messages_answers import (
    CANCELED,
    EXPIRES,
    Answer,
    calls,
    fails,
    gives,
    overloaded,
    refuses,
)
from plan_pipeline_tests.llm.messages_api import Asked, MessagesApi, messages_api
from plan_pipeline_tests.llm.questions import KEY, LONG_SYSTEM, MODEL, a_provider, a_question, with_tools


def questions(*names: str) -> dict[str, Question]:
    return {name: a_question(plan_id=name, turns=(Told(text=name),)) for name in names}


def says_its_name(asked: Asked) -> Answer:
    return gives({"word": asked.text, "count": 1})


def batches_of(api: MessagesApi) -> AnthropicBatches:
    return AnthropicBatches(a_provider(api.base_url))


def collected(api: MessagesApi, asked: dict[str, Question]) -> dict[str, Reply | CallFailedError]:
    """What came of the questions once their batch had ended."""
    batches = batches_of(api)
    batch = batches.submit(asked)
    while not batch.has_ended:
        batch = batches.state(batch.batch_id)
    return dict(batches.results(batch.batch_id))


def test_every_result_comes_back_under_the_id_of_its_question_whatever_their_order() -> None:
    names = [f"plan-{number:02}" for number in range(20)]
    with messages_api(says_its_name) as api:
        results = collected(api, questions(*names))
        order = [line["custom_id"] for line in api.batches[0].lines()]

    assert order != names and sorted(order) == names
    for name, reply in results.items():
        assert isinstance(reply, Reply)
        assert reply.text == f'{{"word": "{name}", "count": 1}}'
        assert reply.stop is StopReason.DONE and reply.usage.output_tokens > 0


def test_a_question_is_sent_in_a_batch_as_it_is_sent_alone() -> None:
    provider_question = with_tools(system=LONG_SYSTEM)
    with messages_api([calls(("finalize", {})), calls(("finalize", {}))]) as api:
        a_provider(api.base_url).ask(provider_question)
        collected(api, {"one": provider_question})

    alone, batched = api.asked
    assert batched.body == alone.body
    assert batched.custom_id == "one"


def test_a_batch_says_how_far_it_is() -> None:
    with messages_api(says_its_name, batch_polls=2) as api:
        batches = batches_of(api)
        submitted = batches.submit(questions("a", "b"))
        states = [batches.state(submitted.batch_id) for _ in range(3)]

    assert [(state.has_ended, state.waiting, state.succeeded) for state in (submitted, *states)] == [
        (False, 2, 0),
        (False, 2, 0),
        (False, 2, 0),
        (True, 0, 2),
    ]
    assert (states[0].expires_at - states[0].created_at).total_seconds() == 24 * 3600


def test_a_batch_that_fails_in_part_says_so_question_by_question() -> None:
    answers = {
        "good": gives({"word": "ride", "count": 1}),
        "refused": refuses("Not this."),
        "crashed": fails(500, "api_error", f"crashed with {KEY}"),
        "busy": overloaded(),
        "late": EXPIRES,
        "stopped": CANCELED,
    }
    with messages_api(lambda asked: answers[asked.custom_id or ""]) as api:
        results = collected(api, questions(*answers) | {"invalid": a_question(turns=(Told(text=" "),))})

    good, refused = results.pop("good"), results.pop("refused")
    assert isinstance(good, Reply) and isinstance(refused, Reply)
    assert (good.model, refused.stop, refused.why_refused) == (MODEL, StopReason.REFUSED, "Not this.")
    failures = {name: each for name, each in results.items() if isinstance(each, CallFailedError)}
    assert {name: (each.outcome, each.is_transient) for name, each in failures.items()} == {
        "crashed": (CallOutcome.SERVER_ERROR, True),
        "busy": (CallOutcome.OVERLOADED, True),
        "late": (CallOutcome.EXPIRED, True),
        "stopped": (CallOutcome.EXPIRED, False),
        "invalid": (CallOutcome.INVALID_REQUEST, False),
    }
    assert str(failures["crashed"]) == "Anthropic answered HTTP 500 (crashed with (secret)): try again later"
    assert str(failures["late"]) == f"The batch ended before {MODEL} came to this question: hand it in again"
    assert len(api.ledger) == 2


def test_results_may_be_collected_twice_and_are_billed_once() -> None:
    with messages_api(says_its_name) as api:
        asked = questions("a", "b", "c")
        first = collected(api, asked)
        second = dict(batches_of(api).results(api.batches[0].batch_id))

    assert first == second and len(api.ledger) == 3
    usages = [reply.usage.output_tokens for reply in first.values() if isinstance(reply, Reply)]
    assert sum(usages) == api.billed("output_tokens")


def test_a_stream_of_results_that_breaks_off_has_given_what_came_before() -> None:
    with messages_api(says_its_name, results_cut_after=3) as api:
        batches = batches_of(api)
        batch = batches.submit(questions("a", "b", "c", "d"))
        while not batches.state(batch.batch_id).has_ended:
            pass
        results = batches.results(batch.batch_id)
        came = [next(results), next(results)]
        with pytest.raises(CallFailedError, match="broke off before the answer was whole") as caught:
            list(results)

    assert len({custom_id for custom_id, _ in came}) == 2
    assert all(isinstance(reply, Reply) for _, reply in came)
    assert caught.value.is_transient


def test_batches_of_before_are_found_again_the_latest_first() -> None:
    with messages_api(says_its_name) as api:
        batches = batches_of(api)
        submitted = [batches.submit(questions("a")).batch_id for _ in range(3)]

        assert [batch.batch_id for batch in batches.recent()] == submitted[::-1]
        assert [batch.batch_id for batch in batches.recent(2)] == submitted[:0:-1]
        second = batches.state(submitted[1]).created_at
        assert [batch.batch_id for batch in batches.recent(since=second)] == submitted[:0:-1]


def test_more_batches_than_a_page_has_are_found_page_by_page() -> None:
    with messages_api(says_its_name) as api:
        batches = batches_of(api)
        for _ in range(103):
            batches.submit(questions("a"))

        assert len(batches.recent(102)) == 102


def test_a_batch_that_is_canceled_ends_without_answers() -> None:
    with messages_api(says_its_name, batch_polls=0) as api:
        batches = batches_of(api)
        batch = batches.submit(questions("a", "b"))
        assert not batches.cancel(batch.batch_id).has_ended

        assert batches.state(batch.batch_id).canceled == 2
    assert api.ledger == []


@pytest.mark.parametrize("custom_id", ["", "a" * 65, "plan 1", "plan/1", "plan.1", "plän"])
def test_an_id_that_the_api_does_not_take_is_refused_before_it_is_sent(custom_id: str) -> None:
    with messages_api(says_its_name) as api, pytest.raises(ValueError, match="is no id in a batch"):
        batches_of(api).submit({custom_id: a_question()})

    assert api.batches == []


def test_a_batch_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="a batch has 1 to 100,000 questions, not 0"):
        AnthropicBatches(a_provider(None)).submit({})


def test_failures_of_the_batches_themselves_are_told_like_any_other() -> None:
    with messages_api(says_its_name, key="sk-another") as api:
        batches = batches_of(api)
        for call in (lambda: batches.submit(questions("a")), batches.recent, lambda: list(batches.results("b"))):
            with pytest.raises(CallFailedError, match=r"does not accept the API key \(HTTP 401\)"):
                call()


def test_a_batch_that_is_not_there_is_told_so() -> None:
    with messages_api(says_its_name) as api, pytest.raises(CallFailedError) as caught:
        batches_of(api).state("msgbatch_9999")

    assert caught.value.http_status == 404
