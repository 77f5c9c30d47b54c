"""What else could have stood on a day is what the library has for it, with the reason that the points give."""

from __future__ import annotations

import pytest

from plan_pipeline.core.arms import arm_of
from plan_pipeline.core.day_alternatives import AS_GOOD, SHOWN, Alternative, PlanAlternatives, alternatives_of_plan
from plan_pipeline.core.explanation import explain_week
from plan_pipeline.core.model.plan import Overview, Plan
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY, OPTIMAL, ExperienceLevel, Phase, Weekday, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline_tests.core.builders import (
    in_arm,
    library_of,
    planned,
    real_config,
    real_library,
    rider,
    small_library,
    workouts_by_id,
)
from plan_pipeline_tests.core.rules.overviews import a_request

FIVE_DAYS = "Tuesday, Wednesday, Thursday, Saturday, Sunday"


def made(request: PlanRequest, library: Library) -> tuple[Overview, Plan]:
    result = planned(request, library)
    assert result.plan is not None, result.verdict.reasons
    assert result.overview is not None
    return result.overview, result.plan


def found(request: PlanRequest, library: Library, today: Library | None = None) -> tuple[Plan, PlanAlternatives]:
    """A plan made from a library, and its alternatives of that one or another."""
    overview, plan = made(request, library)
    weeks = plan.training_plan.weekly_plan
    return plan, alternatives_of_plan(request, overview, weeks, today or library, real_config())


@pytest.mark.parametrize("arm", [OPTIMAL, ADJUSTED, LEGACY])
def test_every_day_has_others_of_its_type(arm: str) -> None:
    library = workouts_by_id(real_library())
    request = in_arm(rider(8, FIVE_DAYS, weeks=8), arm)
    plan, alternatives = found(request, real_library())
    for week in plan.training_plan.weekly_plan:
        for workout in week.workouts:
            others = alternatives.by_day[week.week_number, workout.weekday]
            assert 0 < len(others) <= SHOWN
            for other in others:
                ridden = library[other.library_workout_id]
                assert (ridden.type, ridden.name) == (workout.type, other.name)
                assert ridden.id != workout.library_workout_id
                if arm_of(request).plans_weeks_whole:
                    assert other.duration_min == pytest.approx(workout.duration_min, abs=2.5)
                assert other.reason and not other.reason.endswith(".")


@pytest.mark.parametrize("arm", [OPTIMAL, ADJUSTED])
def test_they_are_among_those_that_explain_names_where_the_rest_of_the_week_stays(arm: str) -> None:
    request = in_arm(rider(8, FIVE_DAYS, weeks=4), arm)
    overview, plan = made(request, real_library())
    weeks = plan.training_plan.weekly_plan
    alternatives = alternatives_of_plan(request, overview, weeks, real_library(), real_config())
    shared = 0
    for week in weeks:
        for day in explain_week(request, overview, real_library(), real_config(), week).days:
            named = {other.library_workout_id for other in alternatives.by_day[week.week_number, day.weekday]}
            shared += len(named & {other.library_workout_id for other in day.alternatives})
    assert shared > sum(len(week.workouts) for week in weeks)  # more than one of three a day


def test_none_is_for_riders_of_a_higher_level() -> None:
    library = workouts_by_id(real_library())
    request = a_request(athlete={"experience_level": "beginner"}, event=None, weeks=8)
    _, alternatives = found(request, real_library())
    named = {other.library_workout_id for others in alternatives.by_day.values() for other in others}
    assert {library[each].min_level for each in named} == {ExperienceLevel.BEGINNER}


def test_a_workout_that_the_athlete_cannot_do_is_none_of_them() -> None:
    library = workouts_by_id(real_library())
    request = rider(8, FIVE_DAYS, weeks=12, constraints=["no_hills"])
    _, alternatives = found(request, real_library())
    named = {other.library_workout_id for others in alternatives.by_day.values() for other in others}
    assert not any("hills" in library[each].requires for each in named)


def test_a_day_whose_workout_the_library_has_no_more_is_left_out() -> None:
    request = rider(8, FIVE_DAYS, weeks=4)
    plan, _ = found(request, real_library())
    gone = plan.training_plan.weekly_plan[0].workouts[0]
    rest = library_of(*(each for each in real_library().workouts if each.id != gone.library_workout_id))
    _, alternatives = found(request, real_library(), rest)
    assert alternatives.library_version == rest.version
    assert (1, gone.weekday) not in alternatives.by_day
    assert len(alternatives.by_day) >= 4 * 5 - 2


def test_a_library_with_one_workout_of_a_type_has_no_other() -> None:
    _, alternatives = found(rider(6, "Tuesday, Thursday, Saturday, Sunday", weeks=4), small_library())
    assert () in alternatives.by_day.values()


def reasons_of(request: PlanRequest, wanted: str) -> list[tuple[int, Weekday, Alternative, Plan]]:
    plan, alternatives = found(request, real_library())
    named = [(*day, other, plan) for day, others in alternatives.by_day.items() for other in others]
    return [each for each in named if wanted in each[2].reason]


def test_one_that_is_in_another_week_already_says_in_which() -> None:
    named = reasons_of(in_arm(rider(8, FIVE_DAYS, weeks=12), ADJUSTED), "is in week ")
    assert named
    for number, _, other, plan in named:
        week = int(other.reason.split("is in week ")[1].split()[0].rstrip(","))
        assert week < number
        ridden = {w.library_workout_id for w in plan.training_plan.weekly_plan[week - 1].workouts}
        fingerprints = {workouts_by_id(real_library())[each or ""].fingerprint for each in ridden}
        assert workouts_by_id(real_library())[other.library_workout_id].fingerprint in fingerprints


def test_one_of_another_phase_says_so() -> None:
    named = reasons_of(rider(8, FIVE_DAYS, weeks=12), "is not made for ")
    assert named
    for number, _, other, plan in named:
        phase = plan.training_plan.weekly_plan[number - 1].phase
        assert other.reason == f"is not made for {phase} weeks"
        assert Phase(phase) not in workouts_by_id(real_library())[other.library_workout_id].suitable_phases


def test_one_without_the_minutes_of_work_says_how_many_the_day_is_to_have() -> None:
    named = reasons_of(rider(8, FIVE_DAYS, weeks=12, goal="ftp"), "that the day is to have")
    in_bands = [other for *_, other, _ in named if " min at " in other.reason]
    assert in_bands
    assert all(" %" in other.reason and other.reason.startswith("has ") for other in in_bands)


def test_one_that_is_as_good_says_that_it_is() -> None:
    assert reasons_of(rider(10, FIVE_DAYS, weeks=12), AS_GOOD)


def test_of_several_tests_it_says_which_was_ridden_before() -> None:
    named = reasons_of(rider(10, FIVE_DAYS, weeks=16), "test that was ridden before")
    for number, weekday, _, plan in named:
        workouts = {w.weekday: w.type for w in plan.training_plan.weekly_plan[number - 1].workouts}
        assert workouts[weekday] is WorkoutType.TEST
    assert named
