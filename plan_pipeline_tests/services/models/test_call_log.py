"""What a plan asks of models is noted whoever paid for it, and a budget that is spent stays spent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plan_pipeline.core.model.model_call import CallOutcome
from plan_pipeline.llm.asking import CallFailedError, Question, Reply
from plan_pipeline.llm.desk import BudgetError
from plan_pipeline.services.models.call_log import CallLog
from plan_pipeline_tests.llm.desk_fakes import Fakes
from plan_pipeline_tests.llm.fake_desk import FakeProvider, says
from plan_pipeline_tests.llm.questions import a_question

PROVIDER = FakeProvider(lambda question, asked: says("x" * 10_000))


def test_a_call_that_is_paid_and_an_answer_that_is_there_are_noted_alike() -> None:
    fakes, log = Fakes(), CallLog()
    desk = log.between(fakes.desk(PROVIDER))
    desk.ask(a_question(), 1)
    first, paid_usd = list(log.call_ids), log.paid_usd
    log.begin()
    desk.ask(a_question(), 1)
    assert first == log.call_ids and len(first) == 1
    assert log.paid_usd == paid_usd == 10.0


def test_a_budget_that_does_not_allow_a_call_stops_the_run_for_cheaper_ones_too() -> None:
    fakes, log = Fakes(), CallLog()
    fakes.money.left_usd = 25.0
    desk = log.between(fakes.desk(PROVIDER))
    desk.ask(a_question(), 1)
    with pytest.raises(BudgetError):
        desk.ask(a_question(system="another"), 1)
    assert (log.over_budget, log.why, log.is_spent) == ("$15.00 are left", "$15.00 are left", True)
    log.begin()
    assert log.over_budget is None
    cheap = log.between(fakes.desk(replace(PROVIDER, max_tokens=10)))
    with pytest.raises(BudgetError, match=r"15\.00 are left"):
        cheap.ask(a_question(system="a third"), 1)
    desk.ask(a_question(), 1)


def test_waiting_for_a_place_and_between_repeats_is_counted() -> None:
    log = CallLog()
    with log.timed(Fakes().pool.place)():
        pass
    assert 0 < log.waited_s < 1
    log.begin()
    assert log.waited_s == 0


def test_a_call_without_an_answer_is_noted_and_costs_nothing() -> None:
    def is_away(question: Question, asked: int) -> Reply:
        raise CallFailedError("away", CallOutcome.NO_CONNECTION)

    log = CallLog()
    with pytest.raises(CallFailedError):
        log.between(Fakes().desk(FakeProvider(is_away))).ask(a_question(), 1)
    assert (len(log.call_ids), log.paid_usd, log.unpriced) == (1, 0.0, 0)
