"""All runs together have so many calls of a model open, and a run stops asking one that does not answer."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import dagster as dg
import pytest

from plan_pipeline.core.model.model_call import CallOutcome
from plan_pipeline.core.overview.writer import OverviewError, OverviewUnavailableError
from plan_pipeline.llm.asking import CallFailedError
from plan_pipeline.orchestration.model_calls import (
    FAILURES_IN_A_ROW,
    LLM_POOL,
    PLACE_TIMEOUT_S,
    ModelCalls,
    open_pool,
)


@pytest.fixture
def run_ids(instance: dg.DagsterInstance) -> list[str]:
    """Runs that are known to the instance: a place belongs to one."""

    @dg.job
    def asking() -> None:
        pass

    return [instance.create_run_for_job(asking).run_id for _ in range(4)]


def calls(
    instance: dg.DagsterInstance, run_id: str, *, at_once: int = 1, place_timeout_s: float = PLACE_TIMEOUT_S
) -> ModelCalls:
    return ModelCalls(instance, run_id, "plan_overview", at_once=at_once, place_timeout_s=place_timeout_s)


def places_taken(instance: dg.DagsterInstance) -> int:
    return instance.event_log_storage.get_concurrency_info(LLM_POOL).active_slot_count


def test_a_call_has_a_place_while_it_lasts(instance: dg.DagsterInstance, run_ids: list[str]) -> None:
    with calls(instance, run_ids[0]).one():
        assert places_taken(instance) == 1
    assert places_taken(instance) == 0


def test_a_call_that_fails_gives_its_place_back(instance: dg.DagsterInstance, run_ids: list[str]) -> None:
    with pytest.raises(OverviewError), calls(instance, run_ids[0]).one():
        raise OverviewError("no sound overview")
    assert places_taken(instance) == 0


def test_there_are_as_many_places_as_the_setting_says(instance: dg.DagsterInstance, run_ids: list[str]) -> None:
    with ExitStack() as stack:
        for run_id in run_ids[:3]:
            stack.enter_context(calls(instance, run_id, at_once=3).one())
        assert places_taken(instance) == 3


def test_a_call_waits_for_a_place(instance: dg.DagsterInstance, run_ids: list[str]) -> None:
    waiting, made = threading.Event(), threading.Event()

    def ask() -> None:
        waiting.set()
        with calls(instance, run_ids[1]).one():
            made.set()

    other = threading.Thread(target=ask)
    with calls(instance, run_ids[0]).one():
        other.start()
        waiting.wait()
        assert not made.wait(0.3)
    other.join()
    assert made.is_set()


def test_a_limit_that_was_set_in_the_ui_stays(instance: dg.DagsterInstance) -> None:
    instance.event_log_storage.set_concurrency_slots(LLM_POOL, 7)

    open_pool(instance, 2)

    assert instance.event_log_storage.get_concurrency_info(LLM_POOL).slot_count == 7


def unanswered(model: ModelCalls, times: int) -> None:
    for _ in range(times):
        with pytest.raises(OverviewUnavailableError, match="HTTP 503"), model.one():
            raise OverviewUnavailableError("HTTP 503")


def test_after_some_calls_without_an_answer_it_asks_no_more(instance: dg.DagsterInstance, run_ids: list[str]) -> None:
    model = calls(instance, run_ids[0])
    unanswered(model, FAILURES_IN_A_ROW)

    with pytest.raises(OverviewUnavailableError, match="the model was not asked: 3 calls in a row"), model.one():
        pytest.fail("it asked")


@pytest.mark.parametrize(("is_transient", "asks_no_more"), [(True, True), (False, False)])
def test_requests_that_fail_for_a_passing_reason_count_as_calls_without_an_answer(
    instance: dg.DagsterInstance, run_ids: list[str], is_transient: bool, asks_no_more: bool
) -> None:
    model = calls(instance, run_ids[0])
    for _ in range(FAILURES_IN_A_ROW):
        with pytest.raises(CallFailedError), model.one():
            raise CallFailedError("HTTP 529", CallOutcome.OVERLOADED, is_transient=is_transient)

    with ExitStack() as stack:
        if asks_no_more:
            stack.enter_context(pytest.raises(OverviewUnavailableError, match="the model was not asked"))
        stack.enter_context(model.one())


def test_a_run_that_finds_no_place_time_and_again_waits_no_more(
    instance: dg.DagsterInstance, run_ids: list[str]
) -> None:
    model = calls(instance, run_ids[1], place_timeout_s=0)
    with calls(instance, run_ids[0]).one():
        for _ in range(FAILURES_IN_A_ROW):
            with (
                pytest.raises(OverviewUnavailableError, match="no place in the pool 'llm' was free for 0 s"),
                model.one(),
            ):
                pytest.fail("it had a place")

    with pytest.raises(OverviewUnavailableError, match="the model was not asked"), model.one():
        pytest.fail("it asked")


def test_it_asks_again_when_it_is_told_to(instance: dg.DagsterInstance, run_ids: list[str]) -> None:
    model = calls(instance, run_ids[0])
    unanswered(model, FAILURES_IN_A_ROW)

    model.reset_circuit_breaker()

    unanswered(model, 1)


def test_an_answer_in_between_starts_the_count_anew(instance: dg.DagsterInstance, run_ids: list[str]) -> None:
    model = calls(instance, run_ids[0])
    unanswered(model, FAILURES_IN_A_ROW - 1)
    with model.one():
        pass
    unanswered(model, FAILURES_IN_A_ROW - 1)
