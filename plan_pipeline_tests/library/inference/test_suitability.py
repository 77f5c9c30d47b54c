"""What is inferred of phases, days and level is what the shipped library has of its workouts."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.vocabulary import DayKind, ExperienceLevel, Phase, WorkoutType
from plan_pipeline.library.inference.levels import may_be_asked
from plan_pipeline.library.inference.suitability import USUAL_PHASES, days_of, phases_of
from plan_pipeline.library.inference.types import type_of
from plan_pipeline_tests.core.builders import a_set, real_config, real_library, step

ENOUGH = 0.38
"""The share of a type's workouts that a phase has to suit."""

EASY = (WorkoutType.RECOVERY, WorkoutType.ENDURANCE)


@pytest.mark.parametrize("kind", [kind for kind in USUAL_PHASES if kind not in EASY])
def test_a_usual_phase_suits_about_two_in_five_of_the_types_workouts(kind: WorkoutType) -> None:
    workouts = real_library().by_type[kind]
    for phase in USUAL_PHASES[kind]:
        assert sum(phase in workout.suitable_phases for workout in workouts) >= ENOUGH * len(workouts)


def test_easy_rides_suit_every_week() -> None:
    assert {phases_of(kind, 90) for kind in EASY} == {tuple(Phase)}


def test_a_hard_session_suits_a_taper_where_it_is_short() -> None:
    assert Phase.TAPER in phases_of(WorkoutType.VO2MAX, 60)
    assert Phase.TAPER not in phases_of(WorkoutType.VO2MAX, 61)
    assert Phase.TAPER not in phases_of(WorkoutType.TEST, 45)


def test_a_long_ride_is_for_the_weekend() -> None:
    assert days_of(110) == tuple(DayKind)
    assert days_of(111) == (DayKind.WEEKEND,)


def test_four_in_five_of_the_librarys_workouts_are_of_the_type_that_is_inferred() -> None:
    workouts = real_library().workouts
    assert sum(type_of(w.segments, w.name) is w.type for w in workouts) >= 0.78 * len(workouts)


def test_a_set_that_may_be_done_less_often_is_asked_of_those_who_can_ride_its_fewest() -> None:
    config = real_config()
    fixed = (a_set(8, step("interval", 4, 110), step("recovery", 4, 50)),)
    shorter = (a_set(8, step("interval", 4, 110), step("recovery", 4, 50), to=(2, 8)),)
    beginner = ExperienceLevel.BEGINNER
    assert not may_be_asked(fixed, WorkoutType.VO2MAX, beginner, config)
    assert may_be_asked(shorter, WorkoutType.VO2MAX, beginner, config)
    assert may_be_asked(fixed, WorkoutType.TEST, beginner, config)
    assert may_be_asked(fixed, WorkoutType.VO2MAX, ExperienceLevel.ADVANCED, config)
