"""Variation over sixteen weeks: structures change, load does not, and without its flags a plan is what it was."""

from __future__ import annotations

from itertools import pairwise

import pytest

from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.core.running import running_config
from plan_pipeline_tests.core.whole_plans.variation_plans import (
    ENGINE,
    REQUESTS,
    RIDERS,
    RUNNERS,
    content,
    made,
    quality,
    variants,
    workouts,
)

pytestmark = pytest.mark.no_cover  # other tests reach all lines; counting them here takes as long again

each_runner = pytest.mark.parametrize("name", RUNNERS)
each_rider = pytest.mark.parametrize("name", RIDERS)
THRESHOLD = (WorkoutType.THRESHOLD, WorkoutType.CRUISE_INTERVALS)
LONG = (WorkoutType.LONG, WorkoutType.RACE_SIMULATION)
LEAST_QUALITY_STRUCTURES, LEAST_LONG_STRUCTURES = 8, 4
SAME_LOAD = 0.02


def load(name: str, how: str) -> float:
    return sum(workout.tss for workout in workouts(made(name, how)))


def minutes_missed(name: str, how: str) -> list[float]:
    """How far the minutes of each week are from those it is to have."""
    return [
        round(sum(workout.duration_min for workout in week.workouts) - week.target_hours * 60, 1)
        for week in made(name, how).training_plan.weekly_plan
    ]


@each_runner
def test_no_threshold_structure_comes_twice_in_a_row(name: str) -> None:
    """Continuous and broken work at threshold are two structures, whatever they are called."""
    sessions = workouts(made(name, "on"), *THRESHOLD)
    found = list(zip([workout.type for workout in sessions], variants(sessions), strict=True))
    assert [(one, other) for one, other in pairwise(found) if one == other] == []


@each_runner
def test_no_type_of_key_session_has_a_structure_twice_in_a_row(name: str) -> None:
    plan = made(name, "on")
    for kind in {workout.type for workout in quality(plan)}:
        found = variants(workouts(plan, kind))
        assert [(kind, one) for one, other in pairwise(found) if one == other] == []


@each_runner
def test_key_sessions_have_eight_different_structures_or_more(name: str) -> None:
    assert len(set(variants(quality(made(name, "on"))))) >= LEAST_QUALITY_STRUCTURES


@each_runner
def test_long_runs_have_four_different_structures_or_more(name: str) -> None:
    assert len(set(variants(workouts(made(name, "on"), *LONG)))) >= LEAST_LONG_STRUCTURES


@each_runner
def test_variation_leaves_the_load_of_the_plan_within_two_percent(name: str) -> None:
    assert load(name, "on") == pytest.approx(load(name, "off"), rel=SAME_LOAD)


@each_runner
def test_variation_is_not_less_varied_than_its_absence(name: str) -> None:
    on, off = (len(set(variants(quality(made(name, how))))) for how in ("on", "off"))
    assert on >= off


@pytest.mark.parametrize("name", REQUESTS)
def test_with_the_master_switch_off_a_plan_is_byte_for_byte_the_one_without_variation(name: str) -> None:
    assert content(name, "master off") == content(name, "off")


@each_runner
def test_a_runners_plan_has_variation_unless_it_is_switched_off(name: str) -> None:
    assert content(name, "shipped") == content(name, "unlisted") == content(name, "on") != content(name, "off")


@each_rider
def test_a_riders_plan_has_none_unless_it_is_switched_on(name: str) -> None:
    assert content(name, "shipped") == content(name, "unlisted") == content(name, "off") != content(name, "on")


@each_rider
def test_a_riders_plan_with_variation_is_exact_in_every_week_that_was_exact_without(name: str) -> None:
    without = minutes_missed(name, "off")
    with_it = minutes_missed(name, "on")
    assert [i for i, (a, b) in enumerate(zip(without, with_it, strict=True), 1) if abs(b) > max(abs(a), 2.5)] == []


@each_rider
def test_a_riders_load_stays_within_two_percent_too(name: str) -> None:
    assert load(name, "on") == pytest.approx(load(name, "off"), rel=SAME_LOAD)


def test_the_flags_that_ship_are_on_in_running_and_unknown_to_cycling() -> None:
    assert [flag for flag in ENGINE if not running_config().flags[flag].enabled] == []
    assert set(ENGINE) & set(real_config().flags) == set()


@pytest.mark.parametrize("flag", list(Flag))
def test_what_is_not_listed_holds_where_it_is_usual(flag: Flag) -> None:
    assert flag.is_usual(Sport.RUNNING)
    assert flag.is_usual(Sport.CYCLING) is not flag.is_of_variation
