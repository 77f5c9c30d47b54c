"""Sessions that nobody of the level can ride: above threshold by W′ balance, below it by the time it can be held."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.plan import Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline_tests.core.builders import real_library
from plan_pipeline_tests.core.rules.plan_weeks import course, errors_in, repeated, result, ride, session, undated
from plan_pipeline_tests.core.weeks import workout

WARM_UP = (15.0, 60.0)


def level(name: str) -> PlanRequest:
    return undated(athlete={"experience_level": name})


def after_a_warm_up(*parts: tuple[float, float], kind: str = "vo2max") -> Workout:
    return session("Tuesday", WARM_UP, *parts, kind=kind)


# --- rideable ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "name", "left", "severity"),
    [
        (repeated(5, (8, 111), (4, 50)), "intermediate", -2, RuleSeverity.ERROR),
        (repeated(5, (8, 111), (4, 50)), "advanced", 8, RuleSeverity.WARNING),
        (repeated(4, (8, 110), (4, 50)), "intermediate", 8, RuleSeverity.WARNING),
        (repeated(5, (5, 110), (5, 50)), "intermediate", 46, None),
        (repeated(5, (5, 110), (5, 50)), "beginner", 37, RuleSeverity.WARNING),
        (repeated(6, (1, 140), (3, 50)), "beginner", 42, None),
        (repeated(8, (1 / 3, 170), (1 / 6, 50)), "advanced", -26, RuleSeverity.ERROR),
    ],
)
def test_w_balance_decides_what_can_be_ridden(
    parts: list[tuple[float, float]], name: str, left: float, severity: RuleSeverity | None
) -> None:
    found = result("rideable", course(after_a_warm_up(*parts)), level(name))

    assert (found.value, found.passed) == (left, severity is None)
    assert severity is None or found.severity is severity


def test_what_nobody_can_ride_rejects_any_plan_and_says_why() -> None:
    weeks = course(after_a_warm_up(*repeated(5, (8, 111), (4, 50))), ride("Tuesday", 60))

    found = result("rideable", weeks)

    assert "rideable" in errors_in(weeks)
    assert found.weeks == (1,)
    assert found.message.startswith("Week 1, Tuesday (Ride): W′ balance falls to -2 %, more than the W′ of an")


def test_an_advanced_rider_goes_near_the_limit_once_a_week() -> None:
    near = [session(day, WARM_UP, *repeated(4, (8, 110), (4, 50))) for day in ("Tuesday", "Friday")]

    once, twice = (result("rideable", course(week), level("advanced")) for week in (near[:1], near))

    assert (once.passed, once.value) == (True, 16)
    assert (twice.passed, twice.severity) == (False, RuleSeverity.WARNING)
    assert twice.message == (
        "Week 1: 2 sessions near the limit of W′; at most 1 a week, so lengthen the recoveries of the others."
    )


def test_a_test_is_maximal_and_can_be_ridden() -> None:
    found = result("rideable", course(after_a_warm_up((20, 106), kind="test")))

    assert (found.passed, found.value) == (True, None)


def test_every_workout_of_the_library_can_be_ridden_by_a_trained_rider() -> None:
    rides = [
        workout("Tuesday", each.segments, kind=each.type, name=each.id)
        for each in real_library().workouts
        if each.min_level != "advanced"
    ]

    for each in rides:
        assert result("rideable", course(each)).passed, each.name


# --- effort-limit --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "name", "severity"),
    [
        ([(55, 96)], "intermediate", RuleSeverity.ERROR),
        ([(49, 98)], "intermediate", RuleSeverity.ERROR),
        ([(35, 100)], "intermediate", RuleSeverity.WARNING),
        ([(35, 100)], "beginner", RuleSeverity.ERROR),
        ([(20, 97)], "intermediate", None),
        (repeated(3, (15, 97), (5, 50)), "intermediate", RuleSeverity.WARNING),
        (repeated(10, (0.5, 300), (4.5, 50)), "intermediate", RuleSeverity.ERROR),
        (repeated(10, (0.5, 200), (4.5, 50)), "intermediate", None),
    ],
)
def test_efforts_totals_and_sprints_are_within_what_the_level_can_do(
    parts: list[tuple[float, float]], name: str, severity: RuleSeverity | None
) -> None:
    found = result("effort-limit", course(after_a_warm_up(*parts)), level(name))

    assert (found.value, found.passed) == (int(severity is not None), severity is None)
    assert severity is None or found.severity is severity


def test_the_message_names_day_effort_and_remedy() -> None:
    assert result("effort-limit", course(after_a_warm_up((49, 98)))).message == (
        "Week 1, Tuesday (Ride): 49 min @ 98 % in one effort are 0.98 of what an intermediate rider can hold "
        "(at most 0.85); divide them by a recovery, or lower the power."
    )
