"""Option B of a key workout lasts as long and loads as much, so that no total of the plan depends on the choice."""

from __future__ import annotations

from functools import lru_cache

import pytest

from plan_pipeline.core.duration.options import EQUAL_TSS, MOST_EASED, with_option
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.plan import Workout
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import Requirement, Weekday
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline_tests.core.purpose.runner_purposes import marathon_purpose, tables_of
from plan_pipeline_tests.core.running import running_library
from plan_pipeline_tests.core.running_plans import REQUESTS, running_plan

BY_ID = {workout.id: workout for workout in running_library().workouts}


def as_planned(workout_id: str, minutes: float | None = None) -> Workout:
    """A workout of the library as a plan has it, without options."""
    table = tables_of(marathon_purpose()).tables[workout_id]
    length = table.nearest(table.workout.parts_duration_min if minutes is None else minutes)
    rendition = table.rendition(length)
    return Workout(
        weekday=Weekday.TUESDAY,
        name=table.workout.name,
        type=table.workout.type,
        description="",
        duration_min=length.minutes,
        tss=rendition.load.tss,
        tss_method=rendition.load.method,
        tss_if2=rendition.load.tss_if2,
        intensity_factor=rendition.load.intensity_factor,
        segments=rendition.segments,
        library_workout_id=workout_id,
    )


def with_b(workout_id: str, purpose: Purpose | None = None) -> Workout:
    found = purpose or marathon_purpose()
    return with_option(as_planned(workout_id), found, tables_of(found))


@lru_cache(maxsize=1)
def planned_with_b() -> tuple[Workout, ...]:
    """All workouts with an option in a few whole plans."""
    plans = [running_plan(name).training_plan for name in REQUESTS]
    return tuple(w for plan in plans for week in plan.weekly_plan for w in week.workouts if w.options)


def minutes_of(segments: tuple[Segment, ...]) -> float:
    return sum(segment.duration_min for segment in segments)


def test_most_key_workouts_of_the_library_have_an_option() -> None:
    named = [workout.id for workout in BY_ID.values() if workout.option_b]
    with_options = [each for each in named if with_b(each).options]
    assert len(with_options) > 0.7 * len(named)


def test_the_option_is_the_workout_that_the_library_names_or_one_laid_out_like_the_workout_itself() -> None:
    for workout in planned_with_b():
        (option,) = workout.options
        own, other = BY_ID[workout.library_workout_id or ""], BY_ID[option.library_workout_id or ""]
        alike = (own.type, own.pattern, own.events) == (other.type, other.pattern, other.events)
        assert other.id == own.option_b or alike, workout.name
        assert other.id != own.id
        assert option.label == "B"


def test_at_its_own_length_most_workouts_have_the_option_that_the_library_names() -> None:
    named = {workout.id: workout.option_b for workout in BY_ID.values() if workout.option_b}
    found = {each: [option.library_workout_id for option in with_b(each).options] for each in named}
    assert sum(found[each] == [other] for each, other in named.items()) > 0.7 * len(named)


def test_it_lasts_as_long() -> None:
    for workout in planned_with_b():
        (option,) = workout.options
        assert option.duration_min == pytest.approx(workout.duration_min, abs=1e-5), workout.name
        assert minutes_of(option.segments) == pytest.approx(option.duration_min, abs=1e-5), workout.name


def test_it_loads_as_much() -> None:
    for workout in planned_with_b():
        (option,) = workout.options
        assert option.tss == pytest.approx(workout.tss, abs=EQUAL_TSS + 0.1), workout.name
        assert option.tss == workout_load(option.segments).tss


def test_only_easy_parts_are_run_at_another_speed_and_stay_easy() -> None:
    """Work outside the easy range is as the author of the option wrote it."""
    found = with_b("run_cru_3x10").options[0]
    own = {s.intensity_high_pct for s in BY_ID["run_thr_20_10"].segments if not s.is_easy}
    assert {s.intensity_high_pct for s in found.segments if not s.is_easy} == own


def test_easy_parts_move_by_a_tenth_at_most() -> None:
    written = [s.intensity_high_pct or 0 for s in BY_ID["run_thr_20_10"].segments if s.is_easy]
    found = [s.intensity_high_pct or 0 for s in with_b("run_cru_3x10").options[0].segments if s.is_easy]
    assert len(found) == len(written)
    assert all(abs(a / b - 1) <= MOST_EASED + 0.001 for a, b in zip(found, written, strict=True))


def test_a_workout_without_a_sibling_has_no_option() -> None:
    alone = next(workout.id for workout in BY_ID.values() if workout.option_b is None)
    assert with_b(alone).options == ()


def test_a_workout_that_no_library_knows_stays_as_it_is() -> None:
    written = as_planned("run_cru_3x10").model_copy(update={"library_workout_id": None})
    assert with_option(written, marathon_purpose(), tables_of(marathon_purpose())) is written


def test_a_runner_has_no_option_that_needs_what_is_out_of_reach() -> None:
    needing = [w for w in BY_ID.values() if w.option_b and Requirement.TRACK in BY_ID[w.option_b].requires]
    without_track = marathon_purpose(athlete={"access": ["hills", "trail"]})

    def need_track(found: Purpose) -> int:
        options = [option for workout in needing for option in with_b(workout.id, found).options]
        return sum(Requirement.TRACK in BY_ID[option.library_workout_id or ""].requires for option in options)

    assert need_track(marathon_purpose()) > 0
    assert need_track(without_track) == 0
