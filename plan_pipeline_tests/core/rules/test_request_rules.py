"""A plan held to its own request and its own words: caps, forbidden days, stated totals, its target."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.model.plan import Workout
from plan_pipeline.core.model.vocabulary import ExperienceLevel, WorkoutType
from plan_pipeline_tests.core.rules.overviews import a_request
from plan_pipeline_tests.core.rules.plan_weeks import dated, errors_in, plan_week, result, ride, segments_of, undated
from plan_pipeline_tests.core.weeks import workout


def changed(workout: Workout, **update: Any) -> Workout:
    return workout.model_copy(update=update)


# --- day-caps ------------------------------------------------------------------------------------------------

CAPPED = undated(availability={"max_minutes": {"tuesday": 75, "friday": 0}})


def test_a_day_as_long_as_its_cap_keeps_to_it() -> None:
    found = result("day-caps", [plan_week(1, ride("Tuesday", 75), ride("Saturday", 300))], CAPPED)

    assert (found.passed, found.value, found.message) == (True, 0, "")


def test_a_day_over_its_cap_is_told_with_the_minutes_to_leave_out() -> None:
    weeks = [plan_week(1, ride("Tuesday", 80)), plan_week(2, ride("Tuesday", 92.5)), plan_week(3, ride("Tuesday", 60))]

    found = result("day-caps", weeks, CAPPED)

    assert (found.passed, found.value, found.weeks) == (False, 17.5, (1, 2))
    assert found.message == (
        "Week 2, Tuesday: 92.5 min of training where the athlete has 75 (week 1 as well); shorten the day by 17.5 min."
    )


def test_two_rides_of_a_day_share_its_cap_and_an_optional_one_counts() -> None:
    spare = changed(ride("Tuesday", 30), optional=True)

    found = result("day-caps", [plan_week(1, ride("Tuesday", 60), spare)], CAPPED)

    assert found.value == 15


def test_a_ride_on_a_day_capped_at_nothing_is_told_once_as_forbidden() -> None:
    assert errors_in([plan_week(1, ride("Friday", 30))], CAPPED) == ["forbidden-days"]


# --- forbidden-days ------------------------------------------------------------------------------------------

NOT_FRIDAYS = undated(availability={"week_days": "Monday, Wednesday, Saturday"})


def test_training_on_the_athletes_days_is_not_forbidden() -> None:
    found = result("forbidden-days", [plan_week(1, ride("Monday", 60), ride("Saturday", 60))], NOT_FRIDAYS)

    assert (found.passed, found.value) == (True, 0)


def test_a_ride_on_another_day_is_forbidden() -> None:
    weeks = [plan_week(1, ride("Friday", 60)), plan_week(2, ride("Friday", 60), ride("Sunday", 60))]

    found = result("forbidden-days", weeks, NOT_FRIDAYS)

    assert (found.passed, found.value, found.weeks) == (False, 3, (1, 2))
    assert found.message == (
        "Week 1: training on Friday, but the athlete cannot train on that day (week 2 as well); "
        "the days of that week are Monday, Wednesday, Saturday."
    )


@pytest.mark.parametrize(("day", "passed"), [("Thursday", True), ("Friday", False), ("Saturday", False)])
def test_the_day_of_the_event_and_those_after_it_are_forbidden_in_the_last_week(day: str, passed: bool) -> None:
    request = dated("2027-03-26", weeks=8)

    assert result("forbidden-days", [plan_week(8, ride(day, 60))], request).passed is passed
    assert result("forbidden-days", [plan_week(7, ride(day, 60))], request).passed


def test_a_ride_after_the_event_is_told_with_the_day_of_the_event() -> None:
    found = result("forbidden-days", [plan_week(8, ride("Sunday", 60))], dated("2027-03-26", weeks=8))

    assert found.message == (
        "Week 8: training on Sunday, but the event is on Friday; "
        "the days of that week are Monday, Tuesday, Wednesday, Thursday."
    )


def test_in_a_week_that_begins_with_the_event_there_is_no_day_to_train() -> None:
    found = result("forbidden-days", [plan_week(8, ride("Tuesday", 60))], dated("2027-03-22", weeks=8))

    assert found.message.endswith("but the event is on Monday; that week has no day to train.")


def test_a_forbidden_day_that_is_called_a_training_day_is_told_without_a_ride() -> None:
    week = plan_week(1, ride("Monday", 60), says={"Sunday": WorkoutType.ENDURANCE})

    assert result("forbidden-days", [week], NOT_FRIDAYS).value == 1


# --- stated-equals-delivered ---------------------------------------------------------------------------------

RIDE = ride("Wednesday", 100)


def test_totals_that_are_what_is_delivered_pass() -> None:
    found = result("stated-equals-delivered", [plan_week(1, RIDE, ride("Saturday", 77))])

    assert (found.passed, found.value, found.message) == (True, 0, "")


@pytest.mark.parametrize(
    ("workout", "verdict", "what"),
    [
        (changed(RIDE, duration_min=105.0), {"actual_hours": 1.67}, "Wednesday says 105 min and has 100"),
        (changed(RIDE, tss=66.0), {"actual_tss": 60.0}, "Wednesday says 66 TSS and has 60"),
        (RIDE, {"actual_hours": 1.75}, "the week says 1.75 h and has 1.67"),
        (RIDE, {"actual_tss": 61.5}, "the week says 61.5 TSS and has 60"),
    ],
)
def test_a_total_that_is_not_delivered_is_told(workout: Workout, verdict: dict[str, Any], what: str) -> None:
    found = result("stated-equals-delivered", [plan_week(1, workout, **verdict)])

    assert (found.passed, found.value, found.weeks) == (False, 1, (1,))
    assert found.message == (
        f"1 stated total is not what is delivered: week 1, {what}; compute totals from the segments."
    )


def test_several_wrong_totals_are_counted() -> None:
    week = plan_week(2, changed(RIDE, duration_min=105.0, tss=70.0), actual_hours=1.67, actual_tss=60.0)

    found = result("stated-equals-delivered", [plan_week(1, RIDE), week])

    assert (found.value, found.weeks) == (2, (2,))
    assert found.message.startswith("2 stated totals are not what is delivered: week 2, Wednesday says 105 min")


def test_rounding_of_stated_totals_is_no_difference() -> None:
    week = plan_week(1, changed(RIDE, duration_min=100.04), actual_hours=1.67, actual_tss=60.0)

    assert result("stated-equals-delivered", [week]).passed


def test_the_weeks_totals_leave_an_optional_ride_out() -> None:
    spare = changed(ride("Friday", 40, kind="recovery"), optional=True)

    assert result("stated-equals-delivered", [plan_week(1, RIDE, spare, actual_hours=1.67, actual_tss=60.0)]).passed


def test_strength_work_has_minutes_and_no_load() -> None:
    gym = workout("Monday", segments_of(("strength", 45, None, None)), kind="strength")

    assert gym.tss == 0
    assert result("stated-equals-delivered", [plan_week(1, gym, actual_hours=0.75, actual_tss=0.0)]).passed


def test_none_of_these_rules_warns_only() -> None:
    request = a_request()
    for rule_id in ("day-caps", "forbidden-days", "stated-equals-delivered"):
        found = result(rule_id, [plan_week(1, ride("Tuesday", 60))], request)
        assert (found.severity, found.waived) == ("error", False)


# --- target-ftp ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "target", "weeks", "passed"),
    [
        ("intermediate", 200, 8, True),
        ("intermediate", 222.8, 24, True),
        ("intermediate", 223, 24, False),
        ("intermediate", 214, 4, False),
        ("advanced", 212, 4, True),
        ("advanced", 217, 24, False),
        ("beginner", 235, 4, True),
        ("beginner", 240, 4, False),
        ("beginner", 288, 24, True),
        ("beginner", 289, 24, False),
        ("beginner", 199, 8, False),
    ],
)
def test_a_target_is_held_against_what_trials_have_shown_of_the_level_in_the_time(
    level: str, target: float, weeks: int, passed: bool
) -> None:
    request = undated(weeks, athlete={"ftp": 200, "experience_level": level}, target_ftp=target)

    found = result("target-ftp", [], request)

    assert (found.passed, found.value) == (passed, pytest.approx(target / 2 - 100, abs=0.051))
    assert found.warns is not passed


@pytest.mark.parametrize("level", ExperienceLevel)
@pytest.mark.parametrize("weeks", [4, 12, 24])
@pytest.mark.parametrize("age", [16, 70])
def test_the_target_of_a_request_that_names_none_is_within_reach(level: ExperienceLevel, weeks: int, age: int) -> None:
    assert result("target-ftp", [], undated(weeks, athlete={"experience_level": level, "age": age})).passed


def test_a_target_out_of_reach_is_told_with_what_was_shown_and_its_source() -> None:
    found = result("target-ftp", [], undated(8, athlete={"ftp": 250}, target_ftp=300))

    assert found.message == (
        "The target of 300 W is 20 % above today's FTP, and trials have shown 11.4 % at most in 8 weeks "
        "(Seiler 2013, PMID 21812820: 11.4 % in 7 weeks, recreational cyclists); set a lower target_ftp, or waive "
        "target-ftp if you mean it."
    )
    assert "below today's FTP" in result("target-ftp", [], undated(8, athlete={"ftp": 250}, target_ftp=200)).message
