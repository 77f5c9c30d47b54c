"""Which standard plans there are, who they are made for, and what each of them promises."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from plan_pipeline.core.coach_texts.key_workouts import Key, keys_of
from plan_pipeline.core.duration.options import EQUAL_TSS
from plan_pipeline.core.model.plan import Workout
from plan_pipeline.core.model.request import check_key
from plan_pipeline.core.model.vocabulary import VolumeTier
from plan_pipeline.core.purpose.tiers import tier_of
from plan_pipeline.core.standard_plans.page import PAGE_COLUMNS, page_of
from plan_pipeline.core.standard_plans.plans import (
    LENGTHS_WEEKS,
    STANDARD_PLANS,
    NoReferenceRunnerError,
    StandardPlan,
    standard_request,
)
from plan_pipeline_tests.core.running import running_config
from plan_pipeline_tests.golden.standard import made

KEY_SESSIONS = {Key.WORK, Key.LATE_WORK, Key.LONG_QUALITY, Key.SHARPENING}
"""What an athlete may choose Option B of: all that is hard, but for strides on the eve of the race."""

EQUAL_KM = 0.3
"""Two workouts of the same minutes and load are so near to each other in distance."""

every_standard_plan = pytest.mark.parametrize("standard", STANDARD_PLANS, ids=lambda plan: plan.plan_id)


def test_there_are_24_of_four_distances_two_lengths_and_three_tiers() -> None:
    assert len({plan.plan_id for plan in STANDARD_PLANS}) == len(STANDARD_PLANS) == 24
    assert [check_key(plan.plan_id) for plan in STANDARD_PLANS]
    assert STANDARD_PLANS[0].title == "Marathon, 18 weeks, low tier"


def test_their_lengths_are_those_that_the_event_types_have_phases_for() -> None:
    events = running_config().events
    assert {
        distance: tuple(each.weeks for each in events[distance.value].standard) for distance in LENGTHS_WEEKS
    } == LENGTHS_WEEKS


@every_standard_plan
def test_the_tier_follows_from_what_the_reference_runner_runs(standard: StandardPlan) -> None:
    config = running_config()
    request = standard_request(standard, config)

    tier = tier_of(request, config.events[standard.distance.value])

    assert (tier.name, tier.warning) == (standard.tier, "")
    assert request.counts_km
    assert request.total_weeks == standard.weeks


@every_standard_plan
def test_no_rule_is_broken_whose_breach_rejects_a_plan(standard: StandardPlan) -> None:
    plan = made(standard)
    assert [result.statement for result in plan.rule_results if result.rejects] == []
    assert len(plan.training_plan.weekly_plan) == standard.weeks


@every_standard_plan
def test_choosing_option_b_changes_no_total(standard: StandardPlan) -> None:
    unequal = [
        f"{workout.name} / {option.name}"
        for workout in key_sessions(standard)
        for option in workout.options
        if option.duration_min != pytest.approx(workout.duration_min)
        or option.tss != pytest.approx(workout.tss, abs=EQUAL_TSS)
        or option.distance_km != pytest.approx(workout.distance_km, abs=EQUAL_KM)
    ]
    assert unequal == []


@every_standard_plan
def test_every_key_session_has_an_option_b(standard: StandardPlan) -> None:
    without = [workout.library_workout_id for workout in key_sessions(standard) if not workout.options]
    assert without == []


@every_standard_plan
def test_the_page_fits_its_columns_and_names_every_week_and_warning(standard: StandardPlan) -> None:
    plan = made(standard)

    page = page_of(standard, plan)

    assert max(map(len, page.splitlines())) <= PAGE_COLUMNS
    assert page.startswith(standard.title)
    assert all(f"\n{week:>4} " in page for week in range(1, standard.weeks + 1))
    assert all(result.rule_id in page for result in plan.rule_results if result.warns)


def test_a_configuration_without_reference_runners_is_told_what_to_add() -> None:
    config = running_config()
    assert config.standard_plans is not None
    runners = {**config.standard_plans.runners}
    del runners[STANDARD_PLANS[0].distance]
    without_one = config.standard_plans.model_copy(update={"runners": runners})

    with pytest.raises(NoReferenceRunnerError, match=r"runners\.marathon\.low is missing; add the runner"):
        standard_request(STANDARD_PLANS[0], config.model_copy(update={"standard_plans": without_one}))
    with pytest.raises(NoReferenceRunnerError, match=r"no standard_plans\.yaml; put one beside week\.yaml"):
        standard_request(STANDARD_PLANS[0], config.model_copy(update={"standard_plans": None}))


def test_every_tier_of_a_distance_has_a_runner_of_its_own() -> None:
    settings = running_config().standard_plans
    assert settings is not None
    assert {distance: tuple(runners) for distance, runners in settings.runners.items()} == dict.fromkeys(
        LENGTHS_WEEKS, tuple(VolumeTier)
    )


@cache
def key_sessions(standard: StandardPlan) -> tuple[Workout, ...]:
    return tuple(_key_sessions(standard))


def _key_sessions(standard: StandardPlan) -> Iterator[Workout]:
    for week in made(standard).training_plan.weekly_plan:
        for workout, key in zip(week.workouts, keys_of(week), strict=True):
            if key in KEY_SESSIONS:
                yield workout
