"""A workout of the library and of the plan: what may be declared, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from plan_pipeline.core.model.plan import Overview, OverviewWeek
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import SegmentType, Weekday, WorkoutType
from plan_pipeline.core.model.workout import WorkoutSet
from plan_pipeline_tests.core.builders import a_set, endurance_ride, library_of, library_workout, step
from plan_pipeline_tests.core.rules.overviews import sound_weeks

RIDE = {"type": "endurance", "duration_min": 40, "power_low_pct": 60, "power_high_pct": 65}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"duration_range_min": [10, 30]}, r"duration_range_min \[10, 30\] must hold duration_min 40"),
        ({"duration_range_min": [50, 60]}, "must hold duration_min 40"),
        ({"duration_range_min": [0, 60]}, "must hold duration_min 40"),
        ({"duration_range_min": [30, 60], "power_high_pct": 80}, "only for blocks up to 75 % of threshold, not 80 %"),
        ({"power_low_pct": 80}, "power_low_pct 80 is above power_high_pct 65; swap them"),
        ({"power_low_pct": None}, "give both, or neither off the bike"),
        ({"power_high_pct": None}, "give both, or neither off the bike"),
        ({"duration_min": 0}, "greater than 0"),
        ({"power_high_pct": 601}, "less than or equal to 600"),
        ({"type": "sprint"}, "type"),
        ({"watts": 200}, "Extra inputs"),
    ],
)
def test_a_step_that_contradicts_itself_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Step.model_validate({**RIDE, **changes})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"repeat_range": [1, 3]}, r"repeat_range \[1, 3\] must hold repeat 4"),
        ({"repeat_range": [5, 6]}, "must hold repeat 4"),
        ({"repeat": 0}, "greater than or equal to 1"),
        ({"steps": []}, "at least 1 item"),
        ({"steps": [{**RIDE, "duration_range_min": [30, 50]}]}, "inside a set would change the stimulus"),
    ],
)
def test_a_set_that_contradicts_itself_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        WorkoutSet.model_validate({"repeat": 4, "steps": [RIDE], **changes})


def test_a_set_is_written_out_with_its_repeats_numbered() -> None:
    workout = library_workout(step("warmup", 10), a_set(2, step("interval", 4, 110), step("recovery", 3, 50)))

    assert [(s.type, s.set_index, s.set_count) for s in workout.segments] == [
        (SegmentType.WARMUP, None, None),
        (SegmentType.INTERVAL, 1, 2),
        (SegmentType.RECOVERY, 1, 2),
        (SegmentType.INTERVAL, 2, 2),
        (SegmentType.RECOVERY, 2, 2),
    ]


def test_what_belongs_to_no_set_is_written_without_set_fields() -> None:
    assert "set_index" not in step("warmup", 10).segment.model_dump()


def test_minutes_of_a_workout_count_every_repeat() -> None:
    assert library_workout(step("warmup", 10), a_set(3, step("interval", 4, 110))).parts_duration_min == 22


def test_the_fingerprint_ignores_names_and_what_the_engine_may_change_by_itself() -> None:
    ours = library_workout(step("endurance", 60, to=(30, 90)), a_set(3, step("tempo", 5, 85), to=(2, 5)), id="ours_1")
    theirs = library_workout(step("endurance", 80, to=(60, 99)), a_set(4, step("tempo", 5, 85), to=(1, 6)), id="abc_1")

    assert ours.fingerprint == theirs.fingerprint


def test_the_fingerprint_tells_other_intervals_apart() -> None:
    ours = library_workout(a_set(3, step("tempo", 5, 85)))

    assert ours.fingerprint != library_workout(a_set(4, step("tempo", 5, 85))).fingerprint
    assert ours.fingerprint != library_workout(a_set(3, step("tempo", 6, 85))).fingerprint
    assert ours.fingerprint != library_workout(a_set(3, step("tempo", 5, 86))).fingerprint


@pytest.mark.parametrize(("low", "high", "easy"), [(50, 75, True), (75, 76, False), (None, None, False)])
def test_easy_is_what_lies_wholly_in_zones_1_and_2(low: float | None, high: float | None, easy: bool) -> None:
    segment = Segment(type=SegmentType.STEADY, duration_min=10, power_low_pct=low, power_high_pct=high)

    assert segment.is_easy is easy


def test_a_library_finds_workouts_by_type_in_the_order_of_their_ids() -> None:
    late, early = endurance_ride(60, (30, 90), id="zz_late"), endurance_ride(45, (30, 90), id="aa_early")
    library = library_of(late, early)

    assert library.by_type == {WorkoutType.ENDURANCE: (early, late)}
    assert hash(library) == hash(library.version)


# --- overview weeks ------------------------------------------------------------------------------------------


def test_training_days_come_in_any_order_and_are_kept_in_week_order() -> None:
    week = sound_weeks()[0]
    shuffled = OverviewWeek(**{**dict(week), "training_days": tuple(reversed(week.training_days))})

    assert shuffled == week


@pytest.mark.parametrize("lost", [Weekday.MONDAY, Weekday.SUNDAY])
def test_a_missing_weekday_is_named(lost: Weekday) -> None:
    week = sound_weeks()[0]
    days = tuple(day for day in week.training_days if day.weekday is not lost)

    with pytest.raises(ValidationError, match=f"each of the seven weekdays once \\({lost} missing\\)"):
        OverviewWeek(**{**dict(week), "training_days": days})


def test_a_weekday_listed_twice_is_refused() -> None:
    week = sound_weeks()[0]

    with pytest.raises(ValidationError, match="a weekday is listed twice"):
        OverviewWeek(**{**dict(week), "training_days": (*week.training_days, week.training_days[0])})


def test_training_days_that_are_no_list_are_refused() -> None:
    with pytest.raises(ValidationError, match="training_days"):
        OverviewWeek(**{**dict(sound_weeks()[0]), "training_days": 7})


def test_the_weeks_of_an_overview_are_numbered_from_one() -> None:
    with pytest.raises(ValidationError, match="numbered 1, 2, 3"):
        Overview(weeks=sound_weeks()[1:], coaching_notes="", monitoring_guidance="")
