"""Hard days apart and few, and days of rest: what breaks each rule, in which words, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Weekday, WorkoutType
from plan_pipeline_tests.core.builders import MANY
from plan_pipeline_tests.core.rules.plan_weeks import hard, plan_week, result, ride, session, undated

# --- hard-day-spacing ----------------------------------------------------------------------------------------


def test_a_day_between_hard_days_keeps_them_apart() -> None:
    found = result("hard-day-spacing", [plan_week(1, hard("Tuesday"), hard("Thursday"))])

    assert (found.passed, found.value, found.weeks, found.message) == (True, 1, (), "")


def test_hard_days_after_one_another_break_the_spacing() -> None:
    found = result("hard-day-spacing", [plan_week(1, hard("Tuesday"), hard("Wednesday", "threshold"))])

    assert (found.passed, found.value, found.weeks) == (False, 0, (1,))
    assert found.message == (
        "Week 1: Wednesday (20 min at or above 106 %) is hard the day after Tuesday (20 min at or above 106 %); "
        "put at least 1 day of rest or easy riding between hard days."
    )


def test_the_spacing_holds_from_sunday_to_the_next_monday() -> None:
    weeks = [plan_week(1, hard("Sunday", "sweet_spot")), plan_week(2, hard("Monday"))]

    found = result("hard-day-spacing", weeks)

    assert found.weeks == (2,)
    assert "Week 2: Monday (20 min at or above 106 %) is hard the day after Sunday of week 1 (" in found.message


def test_the_other_weeks_that_break_the_spacing_are_named_too() -> None:
    weeks = [plan_week(n, hard("Tuesday"), hard("Wednesday")) for n in (1, 2, 3)]

    found = result("hard-day-spacing", weeks)

    assert found.weeks == (1, 2, 3)
    assert "106 %) (weeks 2 and 3 as well); put" in found.message


@pytest.mark.parametrize("kind", ["tempo", "mixed", "endurance", "recovery", "threshold"])
def test_a_day_without_hard_work_may_follow_a_hard_one_whatever_it_is_called(kind: str) -> None:
    assert result("hard-day-spacing", [plan_week(1, hard("Tuesday"), ride("Wednesday", 60, kind=kind))]).passed


@pytest.mark.parametrize("kind", ["tempo", "mixed", "endurance", "recovery"])
def test_a_day_of_hard_work_is_hard_whatever_it_is_called(kind: str) -> None:
    assert not result("hard-day-spacing", [plan_week(1, hard("Tuesday"), hard("Wednesday", kind))]).passed


def test_a_plan_without_hard_days_has_no_spacing_to_measure() -> None:
    found = result("hard-day-spacing", [plan_week(1, ride("Tuesday", 60))])

    assert (found.passed, found.value) == (True, None)


def test_a_day_that_the_week_calls_hard_is_easy_where_it_is_ridden_so() -> None:
    week = plan_week(1, hard("Tuesday"), ride("Wednesday", 60), says={"Wednesday": WorkoutType.THRESHOLD})

    assert result("hard-day-spacing", [week]).passed


@MANY
@given(st.sets(st.integers(0, 27)))
def test_the_spacing_is_broken_exactly_where_two_hard_days_of_a_plan_touch(days: set[int]) -> None:
    weekdays = list(Weekday)
    weeks = [plan_week(w + 1, *(hard(weekdays[d % 7]) for d in sorted(days) if d // 7 == w)) for w in range(4)]

    found = result("hard-day-spacing", weeks)

    assert found.weeks == tuple(sorted({d // 7 + 1 for d in days if d - 1 in days}))
    assert found.passed is (found.weeks == ())


# --- hard-days-per-week --------------------------------------------------------------------------------------


def test_three_hard_days_a_week_are_allowed() -> None:
    found = result("hard-days-per-week", [plan_week(1, hard("Monday"), hard("Wednesday"), hard("Friday"))])

    assert (found.passed, found.value) == (True, 3)


def test_four_hard_days_a_week_are_not() -> None:
    days = ("Monday", "Wednesday", "Friday")
    weeks = [plan_week(1, *map(hard, days)), plan_week(2, *map(hard, days), hard("Sunday", "threshold"))]

    found = result("hard-days-per-week", weeks)

    assert (found.passed, found.value, found.weeks) == (False, 4, (2,))
    assert found.message == (
        "Week 2: 4 hard days (Monday: 20 min at or above 106 %; Wednesday: 20 min at or above 106 %; "
        "Friday: 20 min at or above 106 %; Sunday: 20 min at or above 106 %); at most 3, so make 1 of them easy."
    )


def test_two_hard_workouts_on_one_day_are_one_hard_day() -> None:
    found = result("hard-days-per-week", [plan_week(1, hard("Monday"), hard("Monday", "threshold"))])

    assert found.value == 1


# --- hard-by-content -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("athlete", "days", "week", "most"),
    [
        ({"experience_level": "beginner"}, ("Tuesday",), 1, 0),
        ({"experience_level": "beginner"}, ("Tuesday", "Friday"), 3, 1),
        ({"experience_level": "beginner"}, ("Tuesday", "Friday"), 5, None),
        ({}, ("Monday", "Wednesday", "Friday"), 1, 2),
        ({"experience_level": "advanced"}, ("Monday", "Wednesday", "Friday"), 1, None),
    ],
)
def test_a_week_has_the_hard_days_that_the_level_takes(
    athlete: dict[str, str], days: tuple[str, ...], week: int, most: int | None
) -> None:
    weeks = [plan_week(n, *(hard(day) for day in days if n == week)) for n in range(1, 7)]

    found = result("hard-by-content", weeks, undated(6, athlete=athlete))

    assert (found.passed, found.weeks) == (most is None, () if most is None else (week,))
    assert most is None or f"at most {most}, so make {len(days) - most} of them easy" in found.message


def test_a_test_may_be_the_one_hard_day_of_a_beginners_first_weeks() -> None:
    beginner = undated(6, athlete={"experience_level": "beginner"})
    test = session("Tuesday", (20, 60), (20, 105), kind="test")

    assert result("hard-by-content", [plan_week(2, test)], beginner).passed
    assert not result("hard-by-content", [plan_week(2, test, hard("Friday"))], beginner).passed


def test_from_six_hours_and_five_days_on_an_intermediate_rider_has_a_third_hard_day() -> None:
    easy = [ride("Saturday", 60), ride("Sunday", 60)]
    weeks = [plan_week(1, hard("Monday"), hard("Wednesday"), hard("Friday"), *easy)]

    few_hours = undated(availability={"hours_per_week": 5})

    assert result("hard-by-content", weeks).passed
    assert not result("hard-by-content", weeks, few_hours).passed


def test_two_hard_days_in_a_row_are_hard_whatever_they_are_called() -> None:
    weeks = [plan_week(1, hard("Tuesday", "mixed"), hard("Wednesday", "tempo"))]

    found = result("hard-by-content", weeks)

    assert (found.passed, found.value, found.weeks) == (False, 0, (1,))
    assert found.message == (
        "Week 1: Wednesday (20 min at or above 106 %) is hard the day after Tuesday (20 min at or above 106 %); "
        "make one of the two days easy or rest."
    )


def racing(*days: str) -> PlanRequest:
    return undated(start_date="2027-01-04", events=[{"date": day, "name": "Club race"} for day in days])


def test_a_race_on_the_way_is_a_hard_day() -> None:
    found = result("hard-by-content", [plan_week(1, hard("Saturday"))], racing("2027-01-10"))

    assert found.message.startswith(
        "Week 1: Sunday (a race) is hard the day after Saturday (20 min at or above 106 %);"
    )


def test_races_that_the_request_has_on_two_days_are_not_to_blame_on_the_plan() -> None:
    weeks = [plan_week(1, ride("Tuesday", 60))]

    assert result("hard-by-content", weeks, racing("2027-01-08", "2027-01-09", "2027-01-10")).passed


# --- after-long-ride -----------------------------------------------------------------------------------------


def test_the_day_after_a_long_ride_is_not_hard() -> None:
    found = result("after-long-ride", [plan_week(1, ride("Saturday", 250), hard("Sunday"))])

    assert (found.passed, found.value, found.weeks) == (False, 1, (1,))
    assert found.message == (
        "Week 1: 20 min at or above 106 % on Sunday, but the day before has 250 min; rest or ride easily on that day."
    )


def test_the_monday_after_a_long_weekend_is_not_hard() -> None:
    weekend = [ride("Saturday", 150), ride("Sunday", 160)]
    weeks = [plan_week(1, *weekend), plan_week(2, hard("Monday"), *weekend), plan_week(3, hard("Tuesday"))]

    found = result("after-long-ride", weeks)

    assert (found.passed, found.value, found.weeks) == (False, 1, (2,))
    assert "on Monday, but the two days before have 310 min together" in found.message


def test_the_tuesday_after_a_sunday_of_six_hours_is_not_hard() -> None:
    assert not result("after-long-ride", [plan_week(1, ride("Sunday", 360)), plan_week(2, hard("Tuesday"))]).passed


def test_hard_on_saturday_before_a_long_sunday_is_as_it_should_be() -> None:
    weeks = [plan_week(1, hard("Saturday"), ride("Sunday", 250)), plan_week(2, ride("Monday", 30), hard("Tuesday"))]

    assert (result("after-long-ride", weeks).passed, result("after-long-ride", weeks).value) == (True, 0)


# --- rest-days -----------------------------------------------------------------------------------------------

FIVE = [ride(day, 40) for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Saturday")]


def test_two_days_of_rest_are_enough() -> None:
    found = result("rest-days", [plan_week(1, *FIVE)])

    assert (found.passed, found.value) == (True, 2)


def test_one_day_of_rest_is_enough_with_a_recovery_ride() -> None:
    found = result("rest-days", [plan_week(1, *FIVE, ride("Sunday", 40, kind="recovery"))])

    assert (found.passed, found.value) == (True, 1)


def test_six_training_days_without_a_recovery_ride_are_too_many() -> None:
    found = result("rest-days", [plan_week(1, *FIVE), plan_week(2, *FIVE, ride("Sunday", 40))])

    assert (found.passed, found.value, found.weeks) == (False, 1, (2,))
    assert found.message == ("Week 2: 6 training days and no recovery ride; make one a recovery ride or a day of rest.")


def test_a_week_without_rest_is_told_even_with_a_recovery_ride() -> None:
    seven = [*FIVE, ride("Friday", 40), ride("Sunday", 40, kind="recovery")]
    weeks = [plan_week(1, *FIVE, ride("Sunday", 40)), plan_week(2, *seven), plan_week(3, *seven)]

    found = result("rest-days", weeks)

    assert (found.passed, found.value, found.weeks) == (False, 0, (1, 2, 3))
    assert found.message == (
        "Week 2: 7 training days (weeks 1 and 3 as well); rest on 2, or on 1 with a recovery ride on another."
    )


def test_an_optional_ride_still_takes_its_day_of_rest() -> None:
    spare = ride("Sunday", 40).model_copy(update={"optional": True, "optional_reason": "spare"})

    assert result("rest-days", [plan_week(1, *FIVE, spare)]).value == 1


def test_a_plan_without_weeks_has_no_rest_to_measure() -> None:
    found = result("rest-days", [])

    assert (found.passed, found.value) == (True, None)
