"""The last days before an event: sharp, easy, openers, by their distance from it, on any weekday and any days."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.model.vocabulary import DayRole, Weekday, WorkoutType
from plan_pipeline.core.overview.race_days import race_days
from plan_pipeline_tests.core.overview.purposes import event, purpose

DATES = {weekday: f"2027-06-{7 + i:02d}" for i, weekday in enumerate(Weekday)}


def last_days(kind: str, weekday: Weekday, days: str = "Mon-Sun", **plan: Any) -> dict[int, str]:
    """What the days before the event hold, by their distance from it."""
    its = purpose(8, days, event=event(kind, DATES[weekday]), **plan)
    found = {}
    for number in (11, 12):
        for day, race in race_days(its, number).items():
            before = day.position - weekday.position - 7 * (12 - number)
            found[before] = "sharp" if race.role is DayRole.SHARPENING else race.workout_type.value
    return found


@pytest.mark.parametrize("weekday", Weekday)
def test_the_sharp_session_is_four_days_before_and_openers_on_the_eve_of_any_weekday(weekday: Weekday) -> None:
    days = last_days("century", weekday)
    assert (days[-4], days[-1]) == ("sharp", "openers")
    assert list(days.values()).count("sharp") == 1


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("Tue Wed", {-2: "sharp", -1: "openers"}),
        ("Mon Wed", {-3: "sharp", -1: "openers"}),
        ("Tue", {-2: "sharp"}),
        ("Wed", {-1: "openers"}),
        ("Sat Wed", {-5: "sharp", -1: "openers"}),
    ],
)
def test_the_nearest_days_serve_before_a_thursday_race(days: str, expected: dict[int, str]) -> None:
    assert last_days("road_race", Weekday.THURSDAY, days) == expected


def test_before_an_ultra_openers_are_two_days_out_and_before_a_first_ride_there_are_none() -> None:
    assert last_days("ultra", Weekday.SUNDAY)[-2] == "openers"
    assert "openers" not in last_days("first_ride", Weekday.SUNDAY).values()


def test_a_day_too_short_for_a_session_is_not_counted_on() -> None:
    days = last_days("century", Weekday.SUNDAY, caps={"wednesday": 20})
    assert days[-3] == "sharp"


def test_nothing_is_planned_by_distance_without_an_event() -> None:
    assert race_days(purpose(8), 12) == {}
    assert WorkoutType.OPENERS not in {day.workout_type for day in race_days(purpose(8), 11).values()}
