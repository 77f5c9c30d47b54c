"""Requests whose plans a coach would sign: what each trains for shows in its weeks, to the minute of its hours."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from plan_pipeline.core.content.hardness import hardness_of
from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.model.plan import Plan, PlanWeek, Workout
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import Weekday, WeekType, WorkoutType
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline_tests.core.builders import STAMP, real_config, real_library
from plan_pipeline_tests.core.overview.purposes import event, rider

FIVE_DAYS = "tue, wed, thu, sat, sun"
REQUESTS: dict[str, dict[str, Any]] = {
    "century, 8 h": {"hours": 8, "days": FIVE_DAYS, "event": event("century")},
    "century, 11 h": {"hours": 11, "days": "tue, wed, thu, fri, sat, sun", "event": event("century")},
    "200 miles, 8 h": {"hours": 8, "days": FIVE_DAYS, "event": event("ultra"), "weeks": 14},
    "200 miles, 11 h": {"hours": 11, "days": "tue, wed, thu, fri, sat, sun", "event": event("ultra"), "weeks": 14},
    "mountain fondo": {"hours": 7.75, "days": "tue, thu, fri, sat, sun", "event": event("gran_fondo")},
    "VO2max, 8 weeks": {"hours": 6, "days": FIVE_DAYS, "goal": "vo2max", "weeks": 8},
    "time-crunched, 4 h": {"hours": 4, "days": "tue, thu, sat", "goal": "time_crunched", "weeks": 8},
    "beginner, 6 weeks": {
        "hours": 4,
        "days": "tue, thu, sat, sun",
        "goal": "first_plan",
        "level": "beginner",
        "weeks": 6,
    },
    "weekend only": {"hours": 8, "days": "sat, sun", "goal": "raise_ftp", "weeks": 8},
    "seven days, two long rides": {"hours": 10.75, "days": "Mon-Sun", "event": event("ultra")},
}
RACES = {f"race on {day}": event("road_race", f"2027-06-{7 + i:02d}") for i, day in enumerate(Weekday)}
REQUESTS |= {name: {"hours": 8, "days": "Mon-Sun", "event": race} for name, race in RACES.items()}


@cache
def plan(name: str) -> Plan:
    request = dict(REQUESTS[name])
    result = generate_plan(
        rider(request.pop("hours"), request.pop("days"), **request), real_library(), real_config(), stamp=STAMP
    )
    assert result.plan is not None, result.verdict.reasons
    return result.plan


def weeks(name: str) -> tuple[PlanWeek, ...]:
    return plan(name).training_plan.weekly_plan


def load_weeks(name: str) -> list[PlanWeek]:
    return [week for week in weeks(name) if week.week_type is WeekType.LOAD]


def is_hard(workout: Workout) -> bool:
    return hardness_of(workout.segments, workout.type, real_config()).hard is not None


def hard_days(week: PlanWeek) -> list[Weekday]:
    return [workout.weekday for workout in week.workouts if is_hard(workout)]


def minutes_from(workout: Workout, pct: float) -> float:
    return session_content(workout.segments).minutes_from(pct)


def longest_min(name: str) -> float:
    return max(workout.duration_min for week in weeks(name) for workout in week.workouts)


# --- what holds of all of them -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REQUESTS)
def test_its_hours_are_exact_and_no_rule_of_severity_error_is_broken(name: str) -> None:
    for week in weeks(name):
        assert sum(workout.duration_min for workout in week.workouts) == pytest.approx(60 * week.target_hours, abs=2.5)
        assert week.validation.passed_before_fix
    assert [r.rule_id for r in plan(name).rule_results if r.severity is RuleSeverity.ERROR and not r.passed] == []


@pytest.mark.parametrize("name", REQUESTS)
def test_hard_days_by_content_are_never_back_to_back_nor_after_a_long_weekend(name: str) -> None:
    positions = [7 * week.week_number + day.position for week in weeks(name) for day in hard_days(week)]
    long_weekends = [
        week.week_number
        for week in weeks(name)
        if sum(workout.duration_min for workout in week.workouts if workout.weekday.is_weekend) >= 300
    ]

    assert all(later - earlier > 1 for earlier, later in pairwise(positions))
    assert not {7 * (week + 1) for week in long_weekends} & set(positions)


# --- what each is for ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "longest"),
    [
        ("century, 8 h", 215),
        ("century, 11 h", 250),
        ("200 miles, 8 h", 240),
        ("200 miles, 11 h", 330),
        ("mountain fondo", 230),
    ],
)
def test_the_longest_ride_is_what_the_event_asks_for_two_weeks_before_it(name: str, longest: int) -> None:
    assert longest_min(name) == longest
    assert max(workout.duration_min for workout in weeks(name)[-3].workouts) >= 0.9 * longest


@pytest.mark.parametrize("name", ["century, 8 h", "200 miles, 11 h", "mountain fondo"])
def test_long_rides_hold_work_in_their_last_third_before_an_event_of_three_hours(name: str) -> None:
    rides = [w for week in load_weeks(name)[5:] for w in week.workouts if w.duration_min >= 120]
    late = [ride for ride in rides if session_content(ride.segments).late_minutes(80) >= 8]

    assert len(late) >= len(rides) / 3


def test_a_plan_for_vo2max_has_work_above_105_percent_in_every_load_week_from_the_first() -> None:
    for week in load_weeks("VO2max, 8 weeks"):
        assert sum(minutes_from(workout, 106) for workout in week.workouts) >= 12


def test_four_hours_hold_two_hard_sessions_a_week_one_of_them_above_105_percent() -> None:
    untested = [
        week
        for week in load_weeks("time-crunched, 4 h")
        if not any(workout.type is WorkoutType.TEST for workout in week.workouts)
    ]

    assert len(untested) >= 5
    for week in untested:
        assert len(hard_days(week)) == 2
        assert sum(minutes_from(workout, 106) for workout in week.workouts) >= 8


def test_a_beginner_rides_nothing_hard_in_two_weeks_and_has_one_light_week_in_six() -> None:
    assert all(minutes_from(workout, 88) == 0 for week in weeks("beginner, 6 weeks")[:2] for workout in week.workouts)
    assert [week.week_type for week in weeks("beginner, 6 weeks")].count(WeekType.RECOVERY) == 1


def test_a_weekend_rider_rides_hard_on_saturday_and_long_on_sunday() -> None:
    for week in load_weeks("weekend only"):
        saturday, sunday = week.workouts
        assert is_hard(saturday)
        assert not is_hard(sunday)
        assert sunday.duration_min > saturday.duration_min


def test_two_long_rides_on_consecutive_days_are_weeks_apart_and_each_is_half_the_target() -> None:
    name = "seven days, two long rides"
    pairs = [week for week in load_weeks(name) if sum(bool(day.role and day.role.is_long) for day in week.trained) == 2]

    assert len(pairs) >= 2
    for week in pairs:
        assert all(day.minutes and day.minutes >= 0.5 * longest_min(name) for day in week.trained if day.role)


@pytest.mark.parametrize("name", RACES)
def test_before_a_race_on_any_weekday_the_last_sharp_work_is_four_days_out_and_openers_on_the_eve(name: str) -> None:
    race = plan(name).training_plan.plan_metadata.event
    assert race is not None
    before = {
        7 * (week.week_number - 12) + workout.weekday.position - race.weekday.position: workout
        for week in weeks(name)
        for workout in week.workouts
    }

    assert 4 <= minutes_from(before[-4], 96) <= 12
    assert before[-1].type is WorkoutType.OPENERS
    assert not any(is_hard(workout) for day, workout in before.items() if day > -4)


@pytest.mark.parametrize("name", ["century, 11 h", "VO2max, 8 weeks", "weekend only"])
def test_the_athlete_is_tested(name: str) -> None:
    tested = [week.week_number for week in weeks(name) if any(w.type is WorkoutType.TEST for w in week.workouts)]

    assert len(tested) >= 2
