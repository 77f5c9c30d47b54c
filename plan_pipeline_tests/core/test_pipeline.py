"""The stages in order: a plan or the reasons for none, byte for byte the same, week by week alone."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given

from plan_pipeline.core.duration.week_duration import adjust_week
from plan_pipeline.core.model.plan import Overview
from plan_pipeline.core.model.request import ArmName, PlanRequest
from plan_pipeline.core.model.vocabulary import ADJUSTED, BY_ANTHROPIC, BY_RULES, LEGACY, OPTIMAL, PlanStatus
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.core.pipeline import generate_plan, origin_of, plan_facts
from plan_pipeline.core.rules.rule import rules_of
from plan_pipeline.core.selection.week_selection import select_weeks
from plan_pipeline.core.stages import PLANNING_STAGES
from plan_pipeline.core.validation.week_validation import check_week
from plan_pipeline_tests.core.builders import (
    SOME,
    STAMP,
    in_arm,
    planned,
    real_config,
    real_library,
    requests,
    rider,
    small_library,
)

STAGES = [stage.value for stage in PLANNING_STAGES]
EVENT = {"date": "2027-03-28", "name": "Spring Century"}
TWELVE_WEEKS = rider(8, "tue, wed, thu, sat, sun", {"tuesday": 75}, event=EVENT)
UNMEETABLE = rider(12, "tue, thu", {"tuesday": 60, "thursday": 60})
ARMS = (LEGACY, ADJUSTED, OPTIMAL)


def test_a_twelve_week_plan_is_published_with_all_its_weeks() -> None:
    result = planned(TWELVE_WEEKS, real_library())

    assert result.verdict.status is PlanStatus.PUBLISHED
    assert result.plan is not None
    assert len(result.plan.training_plan.weekly_plan) == 12
    assert all(week.validation.passed_before_fix for week in result.plan.training_plan.weekly_plan)


@pytest.mark.parametrize("arm", ARMS)
def test_the_same_inputs_give_the_same_plan_byte_for_byte(arm: ArmName) -> None:
    once, again = (planned(in_arm(TWELVE_WEEKS, arm), real_library()) for _ in range(2))

    assert once.plan is None or again.plan is not None
    assert (
        once.model_copy(update={"stage_ms": {}}).model_dump_json()
        == again.model_copy(update={"stage_ms": {}}).model_dump_json()
    )


@pytest.mark.parametrize("arm", ARMS)
def test_week_8_made_alone_is_the_week_8_of_the_plan(arm: ArmName) -> None:
    request = in_arm(TWELVE_WEEKS, arm)
    whole = planned(request, real_library())
    overview = plan_overview(request, real_library(), real_config())
    assert isinstance(overview, Overview)

    selection = select_weeks(request, overview, real_library(), real_config())[7]
    duration = adjust_week(request, overview.week(8), selection, real_library(), real_config())

    assert selection == whole.weeks[7].selection
    assert duration == whole.weeks[7].duration
    assert check_week(request, overview.week(8), duration, real_config()) == whole.weeks[7].validated


def test_a_given_overview_is_used_as_it_is() -> None:
    overview = plan_overview(TWELVE_WEEKS, small_library(), real_config())
    assert isinstance(overview, Overview)
    given_one = overview.model_copy(update={"source": BY_ANTHROPIC, "model": "claude"})

    result = generate_plan(TWELVE_WEEKS, small_library(), real_config(), stamp=STAMP, overview=given_one)

    assert result.overview is given_one
    assert result.plan is not None
    assert result.plan.ai_metadata.ai_model == "claude"


def test_a_request_that_cannot_be_met_has_a_verdict_and_no_plan() -> None:
    result = planned(UNMEETABLE)

    assert result.verdict.status is PlanStatus.INFEASIBLE
    assert result.verdict.reasons == (
        "at most 2.0 h of 12 h a week: Tuesday is capped at 60 min; Thursday is capped at 60 min",
    )
    assert (result.plan, result.overview, result.weeks) == (None, None, ())
    assert list(result.stage_ms) == ["plan_overview"]


def test_a_plan_with_a_week_that_fails_is_rejected_with_the_week_and_the_reason() -> None:
    result = planned(in_arm(rider(18, "tue, wed, thu, sat, sun"), LEGACY), real_library())

    assert result.verdict.status is PlanStatus.REJECTED
    assert result.plan is None
    assert any("planned time" in reason for reason in result.verdict.reasons)


def test_every_stage_is_timed_by_the_clock_that_is_given() -> None:
    ticks = count()

    result = generate_plan(TWELVE_WEEKS, small_library(), real_config(), stamp=STAMP, clock=lambda: next(ticks) / 1000)

    assert list(result.stage_ms) == STAGES
    assert all(ms == pytest.approx(1) for ms in result.stage_ms.values())


def test_facts_have_a_row_for_the_plan_each_week_each_workout_and_each_stage() -> None:
    result = planned(TWELVE_WEEKS)
    facts = plan_facts(result, real_config(), origin_of(TWELVE_WEEKS, "v1", "c1", STAMP), run_id="run-1")

    assert [week.week for week in facts.weeks] == list(range(1, 13))
    assert [timing.stage for timing in facts.timings] == STAGES
    assert facts.generation.weeks_passed == 12
    assert facts.generation.run_id == "run-1"
    assert result.plan is not None
    assert facts.generation.content_hash == result.plan.generation.content_hash


def test_facts_have_a_row_for_each_rule_whether_the_plan_is_published_or_rejected() -> None:
    rejected = planned(in_arm(rider(18, "tue, wed, thu, sat, sun"), LEGACY), real_library())

    for result in (planned(TWELVE_WEEKS), rejected):
        facts = plan_facts(result, real_config(), origin_of(result.request, "v1", "c1", STAMP))
        assert tuple(row.rule_id for row in facts.rules) == tuple(rule.rule_id for rule in rules_of(real_config()))


def test_a_published_plan_and_its_result_say_the_same_of_the_rules() -> None:
    result = planned(TWELVE_WEEKS)

    assert result.plan is not None
    assert result.rule_results == result.plan.rule_results != ()


def test_facts_of_a_request_that_cannot_be_met_are_one_row_with_the_reason() -> None:
    facts = plan_facts(planned(UNMEETABLE), real_config(), origin_of(UNMEETABLE, "v1", "c1", STAMP))

    assert (facts.weeks, facts.workouts, facts.rules) == ((), (), ())
    assert facts.generation.status is PlanStatus.INFEASIBLE
    assert facts.generation.overview_source == BY_RULES
    assert facts.generation.content_hash is None


@pytest.mark.parametrize("arm", ARMS)
@SOME
@given(request=requests())
def test_no_valid_request_ever_raises(arm: ArmName, request: PlanRequest) -> None:
    result = planned(in_arm(request, arm), real_library())

    assert result.verdict.status in (PlanStatus.PUBLISHED, PlanStatus.REJECTED, PlanStatus.INFEASIBLE)
    assert (result.plan is not None) == (result.verdict.status is PlanStatus.PUBLISHED)
    assert bool(result.verdict.reasons) == (result.plan is None)


@pytest.mark.parametrize("arm", [ADJUSTED, OPTIMAL])
@SOME
@given(request=requests())
def test_every_request_that_can_be_met_is_published_within_its_caps(arm: ArmName, request: PlanRequest) -> None:
    result = planned(in_arm(request, arm), real_library())
    availability = request.athlete_profile.training_availability

    assert result.verdict.status is not PlanStatus.REJECTED, result.verdict.reasons
    for week in result.weeks:
        assert all(w.duration_min <= availability.cap_min(w.weekday) for w in week.validated.workouts)
