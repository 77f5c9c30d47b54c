"""What sports differ in: the records hold together, and running has the zones and limits of its facts."""

from __future__ import annotations

from itertools import pairwise

import pytest

from plan_pipeline.core.model.segments import RunningSegment, Segment
from plan_pipeline.core.model.vocabulary import Sport, TssMethod, WorkoutType
from plan_pipeline.core.sports.records import SPORTS, record_of
from plan_pipeline.core.sports.sport import SportRecord
from plan_pipeline_tests.core.builders import real_library
from plan_pipeline_tests.core.running import running_library
from plan_pipeline_tests.core.running_plans import running_plan

RUNNING, CYCLING = record_of(Sport.RUNNING), record_of(Sport.CYCLING)
each_sport = pytest.mark.parametrize("record", SPORTS.values(), ids=str)


def test_every_sport_has_a_record_of_its_own() -> None:
    assert {sport: record.sport for sport, record in SPORTS.items()} == {sport: sport for sport in Sport}


@each_sport
def test_zones_follow_one_another_without_a_gap_from_zero_on(record: SportRecord) -> None:
    assert record.zones[0].low_pct == 0
    assert all(lower.high_pct == upper.low_pct > lower.low_pct for lower, upper in pairwise(record.zones))


@each_sport
def test_a_record_names_no_type_that_its_sport_lacks(record: SportRecord) -> None:
    named = {*record.easier, *record.easier.values(), *record.lowest_pct, *record.unmeasured}
    named |= {kind for kinds in record.delivers.values() for kind in kinds} | {*record.parts} - {None}
    assert named <= set(record.types)


@each_sport
def test_what_stands_in_for_a_type_comes_to_an_end(record: SportRecord) -> None:
    for kind in record.types:
        seen = [kind]
        while (easier := record.easier.get(seen[-1])) is not None:
            assert easier not in seen
            seen.append(easier)


@each_sport
def test_limits_between_easy_and_hard_are_in_order(record: SportRecord) -> None:
    levels = record.levels
    assert record.recovery_ceiling_pct < record.easy_ceiling_pct <= levels.zone_2_pct < levels.intense_pct
    assert levels.intense_pct <= levels.zone_3_pct


def test_libraries_hold_types_of_their_own_sport_alone() -> None:
    assert {workout.type for workout in running_library().workouts} <= set(RUNNING.types)
    assert {workout.type for workout in real_library().workouts} <= set(CYCLING.types)


def test_running_has_the_zones_of_threshold_speed() -> None:
    """Easy from 72 %, steady 84, marathon 92, threshold 96, 10 km 102, VO2max 106, repetition 112."""
    assert [zone.low_pct for zone in RUNNING.zones] == [0, 72, 84, 92, 96, 102, 106, 112]


def test_running_is_easy_to_the_first_lactate_threshold_and_severe_above_critical_speed() -> None:
    assert (RUNNING.easy_ceiling_pct, RUNNING.levels.zone_2_pct, RUNNING.levels.zone_3_pct) == (84, 84, 102)


def test_running_calls_nothing_tempo_and_says_why() -> None:
    assert WorkoutType.TEMPO not in RUNNING.types
    assert "marathon pace to some and threshold to others" in RUNNING.refused_words["tempo"]


def test_running_and_cycling_differ_in_what_intensity_and_load_are_of() -> None:
    assert (RUNNING.threshold, RUNNING.segment, RUNNING.tss_method) == (
        "threshold speed",
        RunningSegment,
        TssMethod.RTSS,
    )
    assert (CYCLING.threshold, CYCLING.segment, CYCLING.tss_method) == ("FTP", Segment, TssMethod.NP30)


def test_every_planned_run_says_that_its_load_is_that_of_running() -> None:
    weeks = running_plan().training_plan.weekly_plan
    assert {workout.tss_method for week in weeks for workout in week.workouts} == {RUNNING.tss_method}


def test_the_trained_types_are_all_but_rest() -> None:
    assert set(RUNNING.types) - set(RUNNING.trained_types) == {WorkoutType.REST}


def test_rest_recovery_and_tests_are_no_key_sessions() -> None:
    assert RUNNING.no_key_types == {WorkoutType.REST, WorkoutType.TEST, WorkoutType.RECOVERY, None}
