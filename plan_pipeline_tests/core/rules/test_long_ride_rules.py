"""The long ride: how long it becomes before a long event, when, what is in it, and on which day of the weekend."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.model.plan import PlanWeek, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline_tests.core.rules.overviews import a_request
from plan_pipeline_tests.core.rules.plan_weeks import course, hard, plan_week, result, ride, session, undated


def towards(kind: str, hours: float, duration_min: int, weeks: int = 12, **availability: Any) -> PlanRequest:
    """Any day but Friday, an event on a Sunday."""
    days = {"hours_per_week": hours, "week_days": "Mon-Thu, Sat, Sun", "max_minutes": {}, **availability}
    event = {"date": "2027-03-28", "type": kind, "expected_duration_min": duration_min}
    return a_request(weeks=weeks, event=event, availability=days)


ULTRA = towards("ultra", 10.75, 840)
CENTURY = towards("century", 8.25, 360)
FONDO = towards("gran_fondo", 7.75, 390)
ROAD_RACE = towards("road_race", 8, 180)


def sundays(*minutes: float, taper: int = 2) -> list[PlanWeek]:
    """Weeks with a ride of so many minutes on Sunday and a short one in the week."""
    return course(*[[ride("Wednesday", 60), ride("Sunday", m)] for m in minutes], taper=taper)


def twelve(longest: float) -> list[PlanWeek]:
    """Ten weeks whose longest ride is that of week 10, and a taper."""
    return sundays(*[min(longest, 120.0)] * 8, longest, longest, 100, 40)


# --- long-ride-target ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "longest", "pct", "severity"),
    [
        (ULTRA, 330, 103, None),
        (ULTRA, 195, 61, RuleSeverity.ERROR),
        (CENTURY, 240, 109, None),
        (CENTURY, 150, 68, RuleSeverity.ERROR),
        (FONDO, 250, 109, None),
        (FONDO, 130, 57, RuleSeverity.ERROR),
        (ROAD_RACE, 180, 103, None),
        (ROAD_RACE, 145, 83, RuleSeverity.WARNING),
    ],
)
def test_the_longest_ride_comes_near_its_target(
    request_: PlanRequest, longest: float, pct: int, severity: RuleSeverity | None
) -> None:
    found = result("long-ride-target", twelve(longest), request_)

    assert (found.value, found.passed) == (pct, severity is None)
    assert severity is None or found.severity is severity


def test_the_message_says_how_far_it_is_to_grow() -> None:
    assert result("long-ride-target", twelve(195), ULTRA).message == (
        "The longest ride of 195 min is 61 % of the 320 min that suit an event of 840 min; let it grow to 288 min or "
        "more, and take the minutes from the other easy rides."
    )


def test_before_an_event_of_an_hour_no_long_ride_is_asked_for() -> None:
    assert result("long-ride-target", twelve(60), towards("criterium", 8, 50)).value is None


def test_what_the_caps_allow_is_enough_and_is_said() -> None:
    capped = towards("century", 8.25, 360, max_minutes={"saturday": 150, "sunday": 150})

    found = result("long-ride-target", twelve(150), capped)

    assert (found.passed, found.value, found.severity) == (True, 100, RuleSeverity.NOTE)
    assert found.message == (
        "A longest ride of 220 min would suit an event of 360 min; with Sunday at 150 min the plan has 150."
    )


def test_what_steps_from_the_first_week_reach_is_enough_and_is_said() -> None:
    short = towards("ultra", 10.75, 840, weeks=4)

    found = result("long-ride-target", sundays(185, 220, 120, 40), short)

    assert (found.passed, found.value, found.severity) == (True, 69, RuleSeverity.NOTE)
    assert found.message == (
        "A longest ride of 320 min would suit an event of 840 min; in the weeks there are, steps from the first one "
        "reach 221, and the plan has 220."
    )


def test_less_than_steps_reach_is_told_with_what_they_reach() -> None:
    found = result("long-ride-target", sundays(150, 150, 120, 40), towards("ultra", 10.75, 840, weeks=4))

    assert (found.passed, found.severity) == (False, RuleSeverity.ERROR)
    assert "of which steps from the first week on reach 221; let it grow to 199 min" in found.message


def test_the_steps_begin_at_the_longest_ride_that_the_athlete_names() -> None:
    request = towards("ultra", 10.75, 840, weeks=6).model_copy(
        update={"athlete_profile": ULTRA.athlete_profile.model_copy(update={"longest_ride_min": 75})}
    )

    assert result("long-ride-target", sundays(60, 90, 120, 150, 60, 40), request).passed


# --- long-ride-timing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "days", "passed", "severity"),
    [
        ([200, 200, 100, 40], 14, True, RuleSeverity.WARNING),
        ([200, 150, 100, 40], 21, False, RuleSeverity.NOTE),
        ([100, 200, 100, 40], 14, False, RuleSeverity.NOTE),
        ([200, 200, 200, 40], 7, False, RuleSeverity.WARNING),
        ([100, 100, 100, 40], 0, False, RuleSeverity.WARNING),
    ],
)
def test_the_last_of_two_long_rides_is_two_to_three_weeks_before_the_event(
    minutes: list[float], days: int, passed: bool, severity: RuleSeverity
) -> None:
    found = result("long-ride-timing", sundays(*[120.0] * 8, *minutes), CENTURY)

    assert (found.value, found.passed, found.severity) == (days, passed, severity)


def test_a_long_ride_too_early_is_told_with_its_days() -> None:
    assert result("long-ride-timing", sundays(200, 200, *[120.0] * 8, 100, 40), CENTURY).message == (
        "Week 2: the last ride of 198 min or more is 70 days before the event; let it be 10 to 21 days before."
    )


def test_before_an_ultra_it_is_two_weeks_before_or_more() -> None:
    found = result("long-ride-timing", sundays(*[320.0] * 8, 320, 320, 320, 40), ULTRA)
    assert "is 7 days before the event; let it be 14 to 21 days before" in found.message


def test_a_plan_that_time_off_keeps_from_it_is_not_to_blame() -> None:
    away = CENTURY.model_copy(
        update={"time_off": a_request(weeks=12, time_off=[{"from": "2027-03-06", "to": "2027-03-21"}]).time_off}
    )

    assert result("long-ride-timing", sundays(*[200.0] * 8, 0.1, 0.1, 100, 40), away).value is None


# --- long-ride-specific --------------------------------------------------------------------------------------


def late(weekday: str) -> Workout:
    return session(weekday, (120, 65), (10, 82), (20, 60))


def test_a_third_of_the_long_rides_before_a_long_event_work_late() -> None:
    weeks = [*[ride("Sunday", 150)] * 6, late("Sunday"), ride("Sunday", 150), late("Sunday"), ride("Sunday", 150)]

    found = result("long-ride-specific", course(*weeks, ride("Sunday", 90), ride("Monday", 40), taper=2), CENTURY)

    assert (found.passed, found.value) == (True, 33)


def test_long_rides_without_work_in_their_last_third_are_told() -> None:
    early = session("Sunday", (10, 82), (140, 65))
    weeks = [*[ride("Sunday", 150)] * 8, early, ride("Sunday", 150)]

    found = result("long-ride-specific", course(*weeks, ride("Sunday", 90), ride("Monday", 40), taper=2), CENTURY)

    assert (found.passed, found.value, found.severity) == (False, 0, RuleSeverity.WARNING)
    assert found.message == (
        "0 of 6 rides of 120 min or more in build and peak have 8 min at or above 80 % in their last third; "
        "put work there into every third of them."
    )


def test_an_easy_event_needs_no_late_work() -> None:
    assert result("long-ride-specific", twelve(150), towards("first_ride", 6, 240)).value is None


# --- weekend-order -------------------------------------------------------------------------------------------


def test_hard_on_saturday_and_long_on_sunday_is_the_order() -> None:
    week = plan_week(1, session("Saturday", (20, 60), (32, 95)), ride("Sunday", 210))

    assert result("weekend-order", [week]).passed


def test_long_on_saturday_before_hard_on_sunday_is_told() -> None:
    turned = [ride("Saturday", 240), session("Sunday", (20, 60), (40, 97))]

    found = result("weekend-order", [plan_week(1, *turned), plan_week(2, ride("Saturday", 100)), plan_week(3, *turned)])

    assert (found.passed, found.value, found.weeks) == (False, 2, (1, 3))
    assert found.message == (
        "Week 1: 240 min on Saturday before 40 min at or above 96 % on Sunday (week 3 as well); "
        "ride hard on Saturday and long on Sunday."
    )


@pytest.mark.parametrize(
    "workouts",
    [
        [ride("Saturday", 60), hard("Sunday")],
        [hard("Saturday"), hard("Sunday")],
        [ride("Saturday", 240)],
        [ride("Saturday", 120), ride("Sunday", 100)],
    ],
)
def test_other_weekends_have_no_order(workouts: list[Workout]) -> None:
    assert result("weekend-order", [plan_week(1, *workouts)]).passed


def test_back_to_back_weekends_that_the_event_asks_for_may_be_the_other_way_round() -> None:
    week = plan_week(1, ride("Saturday", 240), session("Sunday", (120, 60), (40, 97)))

    assert result("weekend-order", [week], ULTRA).passed
    assert not result("weekend-order", [week], undated()).passed
