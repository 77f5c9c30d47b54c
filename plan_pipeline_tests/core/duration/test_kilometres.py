"""Runs of a week come to exactly the kilometres or minutes that the week is to have, and only easy blocks change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.duration.kilometres import (
    MOST_SETTLED_MIN,
    STEP_KM,
    in_exact_minutes,
    in_half_kilometres,
    weighed,
    with_easy_runs_apart,
)
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.plan import Workout
from plan_pipeline.core.model.segments import RunningSegment
from plan_pipeline.core.model.vocabulary import Weekday, WorkoutType
from plan_pipeline_tests.core.duration.running_weeks import any_length, easy, km, long, minutes, threshold
from plan_pipeline_tests.core.rules.run_weeks import RUNNER, stretch, workout_of

WEEK = (easy("Tuesday", 43), threshold("Thursday"), easy("Friday", 52), long("Sunday", 95))
"""About 43 km: 7.9, 6.8, 9.5 and 17."""

LINE = {Weekday.SUNDAY: km(WEEK)[-1]}
"""The long run as far as it is."""

Caps = Callable[[Weekday], float]


def by_km(
    target_km: float,
    week: Sequence[Workout] = WEEK,
    cap: Caps = any_length,
    long_km: Mapping[Weekday, float] | None = None,
    *,
    apart: bool = False,
) -> tuple[Workout, ...]:
    return in_half_kilometres(week, target_km, RUNNER, cap, long_km or {}, easy_apart=apart)


def by_minutes(
    target_min: float,
    week: Sequence[Workout] = WEEK,
    cap: Caps = any_length,
    long_km: Mapping[Weekday, float] | None = None,
) -> tuple[Workout, ...]:
    return in_exact_minutes(week, target_min, RUNNER, cap, long_km or {})


def capped(weekday: str, most: float) -> Caps:
    return lambda day: most if day == Weekday(weekday) else 24 * 60


def hard_stretches(week: Sequence[Workout]) -> list[float]:
    return [s.duration_min for workout in week for s in workout.segments if not s.is_easy]


# --- kilometres ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target_km", [36, 39.5, 41, 43, 46.5])
def test_a_week_has_the_kilometres_it_is_to_have(target_km: float) -> None:
    assert sum(km(by_km(target_km))) == pytest.approx(target_km, abs=0.02)


@given(st.integers(72, 96).map(lambda halves: halves / 2), st.integers(25, 80), st.integers(25, 80))
def test_it_has_them_whatever_its_runs_are(target_km: float, first_min: int, second_min: int) -> None:
    week = (easy("Tuesday", first_min), threshold("Thursday"), easy("Friday", second_min), long("Sunday", 95))
    assert sum(km(by_km(target_km, week))) == pytest.approx(target_km, abs=0.02)


def test_every_run_is_on_a_grid_of_half_a_kilometre() -> None:
    for each in km(by_km(42)):
        assert each / STEP_KM == pytest.approx(round(each / STEP_KM), abs=0.02)


def test_only_easy_minutes_change() -> None:
    assert hard_stretches(by_km(39)) == hard_stretches(WEEK)


def test_key_sessions_are_left_alone_where_easy_runs_can_take_it_up() -> None:
    at_grid, more = by_km(sum(map(round, km(WEEK)))), by_km(47)
    assert at_grid[1].duration_min == more[1].duration_min


def test_the_longest_run_stays_the_longest() -> None:
    found = km(by_km(48))
    assert max(found) == found[-1]


def test_a_run_of_one_easy_stretch_becomes_a_distance_in_metres() -> None:
    (segment,) = by_km(43)[0].segments
    assert isinstance(segment, RunningSegment)
    assert isinstance(segment.distance_m, float)
    assert segment.distance_m % 500 == 0


def test_a_session_of_several_stretches_stays_in_minutes() -> None:
    assert {getattr(segment, "distance_m", None) for segment in by_km(43)[1].segments} == {None}


def test_no_run_grows_over_the_cap_of_its_day() -> None:
    found = by_km(48, cap=capped("Friday", 54))
    assert found[2].duration_min <= 54
    assert sum(km(found)) == pytest.approx(48, abs=0.02)


def test_a_long_run_is_as_far_as_its_line_has_it_and_no_farther() -> None:
    line = {Weekday.SUNDAY: 16.0}
    for target_km in (40, 43, 48):
        assert km(by_km(target_km, long_km=line))[-1] == pytest.approx(16.0, abs=0.01)


def test_a_long_run_too_far_from_its_line_is_left_where_it_is() -> None:
    found = km(by_km(43, long_km={Weekday.SUNDAY: 30.0}))
    assert found[-1] == pytest.approx(km(WEEK)[-1], abs=2 * STEP_KM)


def test_load_and_minutes_are_those_of_what_is_run() -> None:
    for workout in map(weighed, by_km(46)):
        assert workout.tss == workout_load(workout.segments).tss
        assert workout.duration_min == pytest.approx(sum(s.duration_min for s in workout.segments), abs=1e-5)


def test_kilometres_out_of_reach_are_come_near_to() -> None:
    assert 43 < sum(km(by_km(90, cap=lambda _: 100))) < 90


def test_easy_runs_that_were_as_far_differ() -> None:
    week = (easy("Tuesday", 45), easy("Wednesday", 45), easy("Friday", 45), long("Sunday", 95))
    same, apart = (km(by_km(41.5, week, apart=apart))[:3] for apart in (False, True))
    assert len(set(same)) < len(set(apart)) == 3
    assert sum(km(by_km(41.5, week, apart=True))) == pytest.approx(41.5, abs=0.02)


def test_a_run_of_distances_alone_is_left_as_it_is() -> None:
    track = workout_of("Wednesday", [stretch(30, 78).model_copy(update={"distance_m": 6700.0})])
    assert by_km(44, (*WEEK, track))[-1] == track


# --- minutes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target_min", [220, 223, 225, 230, 238])
def test_a_week_has_the_minutes_it_is_to_have(target_min: float) -> None:
    assert sum(minutes(by_minutes(target_min))) == pytest.approx(target_min)


def test_the_longest_easy_run_takes_up_the_odd_minutes() -> None:
    assert minutes(by_minutes(228, long_km=LINE)) == pytest.approx([43, 35, 55, 95], abs=0.01)


def test_a_key_session_takes_them_where_no_easy_run_can() -> None:
    tight = tuple(easy(day, 43) for day in ("Tuesday", "Friday"))
    found = by_minutes(124, (*tight, threshold("Thursday")), lambda day: 43 if day != "Thursday" else 90)
    assert minutes(found) == [43, 43, 38]


def test_the_long_run_takes_them_last_of_all() -> None:
    week = (threshold("Thursday"), long("Sunday", 95))
    assert minutes(by_minutes(132, week, long_km={Weekday.SUNDAY: km(week)[1]})) == pytest.approx([37, 95], abs=0.01)


def test_a_long_run_is_as_far_as_its_line_in_a_week_of_minutes_too() -> None:
    found = by_minutes(225, long_km={Weekday.SUNDAY: 16.5})
    assert km(found)[-1] == pytest.approx(16.5, abs=0.01)
    assert sum(minutes(found)) == pytest.approx(225)


@pytest.mark.parametrize("target_min", [225 + MOST_SETTLED_MIN + 1, 225 - MOST_SETTLED_MIN - 1])
def test_more_than_odd_minutes_are_not_hidden_in_a_run(target_min: float) -> None:
    assert by_minutes(target_min) == WEEK


def test_no_run_takes_minutes_over_its_cap() -> None:
    found = by_minutes(230, cap=capped("Friday", 52), long_km=LINE)
    assert minutes(found) == pytest.approx([48, 35, 52, 95], abs=0.01)


def test_several_runs_take_what_no_single_one_has_room_for() -> None:
    found = by_minutes(229, cap=lambda day: {"Tuesday": 44, "Thursday": 35, "Friday": 54, "Sunday": 96}[day])
    assert minutes(found) == pytest.approx([44, 35, 54, 96], abs=0.01)


def test_a_long_run_leaves_its_line_before_the_week_misses_its_minutes() -> None:
    """Nothing but the long run has room: two minutes short of its line the week would be two minutes short."""
    full = {"Tuesday": 43, "Thursday": 35, "Friday": 52, "Sunday": 95}
    shorter = {Weekday.SUNDAY: LINE[Weekday.SUNDAY] - 0.4}
    assert minutes(by_minutes(225, cap=full.__getitem__, long_km=shorter)) == pytest.approx([43, 35, 52, 95], abs=0.01)


def test_a_recovery_run_takes_odd_minutes_too() -> None:
    recovery = workout_of("Monday", [stretch(30, 68, "recovery")], "recovery")
    found = by_minutes(33, (recovery,))
    assert minutes(found) == [33]


# --- easy runs apart -------------------------------------------------------------------------------------


def easy_week(*lengths: float) -> tuple[Workout, ...]:
    days = ("Monday", "Tuesday", "Thursday", "Friday", "Saturday")
    return (*(easy(day, length) for day, length in zip(days, lengths, strict=False)), long("Sunday", 95))


@pytest.mark.parametrize("lengths", [(40, 40), (40, 40, 40), (30, 45, 45), (35, 35, 50, 50)])
def test_easy_runs_of_one_length_are_moved_apart_in_the_same_week_of_minutes(lengths: tuple[float, ...]) -> None:
    week = easy_week(*lengths)
    found = with_easy_runs_apart(week, any_length)
    easy_min = [workout.duration_min for workout in found if workout.type is WorkoutType.EASY]
    assert len(set(easy_min)) == len(easy_min)
    assert sum(minutes(found)) == sum(minutes(week))


def test_easy_runs_that_differ_stay_as_they_are() -> None:
    week = easy_week(30, 40, 52)
    assert with_easy_runs_apart(week, any_length) == week


def test_no_easy_run_is_moved_over_its_cap() -> None:
    found = with_easy_runs_apart(easy_week(40, 40), lambda day: 40 if day in ("Monday", "Tuesday") else 200)
    assert max(minutes(found)[:2]) <= 40
