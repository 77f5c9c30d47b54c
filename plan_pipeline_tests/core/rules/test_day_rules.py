"""Hard days apart and few, and days of rest: what breaks each rule, in which words, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.model.vocabulary import Weekday, WorkoutType
from plan_pipeline_tests.core.builders import MANY
from plan_pipeline_tests.core.rules.plan_weeks import hard, plan_week, result, ride

# --- hard-day-spacing ----------------------------------------------------------------------------------------


def test_a_day_between_hard_days_keeps_them_apart() -> None:
    found = result("hard-day-spacing", [plan_week(1, hard("Tuesday"), hard("Thursday"))])

    assert (found.passed, found.value, found.weeks, found.message) == (True, 1, (), "")


def test_hard_days_after_one_another_break_the_spacing() -> None:
    found = result("hard-day-spacing", [plan_week(1, hard("Tuesday"), hard("Wednesday", "threshold"))])

    assert (found.passed, found.value, found.weeks) == (False, 0, (1,))
    assert found.message == (
        "Week 1: threshold on Wednesday is the day after vo2max on Tuesday; "
        "put at least 1 day of rest or easy riding between hard days."
    )


def test_the_spacing_holds_from_sunday_to_the_next_monday() -> None:
    weeks = [plan_week(1, hard("Sunday", "sweet_spot")), plan_week(2, hard("Monday"))]

    found = result("hard-day-spacing", weeks)

    assert found.weeks == (2,)
    assert found.message.startswith("Week 2: vo2max on Monday is the day after sweet_spot on Sunday of week 1;")


def test_the_other_weeks_that_break_the_spacing_are_named_too() -> None:
    weeks = [plan_week(n, hard("Tuesday"), hard("Wednesday")) for n in (1, 2, 3)]

    found = result("hard-day-spacing", weeks)

    assert found.weeks == (1, 2, 3)
    assert "on Tuesday (weeks 2 and 3 as well); put" in found.message


@pytest.mark.parametrize("kind", ["tempo", "mixed", "endurance", "recovery"])
def test_a_day_that_is_not_of_a_hard_type_may_follow_a_hard_one(kind: str) -> None:
    assert result("hard-day-spacing", [plan_week(1, hard("Tuesday"), ride("Wednesday", 60, kind=kind))]).passed


def test_a_plan_without_hard_days_has_no_spacing_to_measure() -> None:
    found = result("hard-day-spacing", [plan_week(1, ride("Tuesday", 60))])

    assert (found.passed, found.value) == (True, None)


def test_a_day_that_the_week_calls_hard_is_hard_whatever_is_ridden_on_it() -> None:
    week = plan_week(1, hard("Tuesday"), ride("Wednesday", 60), says={"Wednesday": WorkoutType.THRESHOLD})

    assert result("hard-day-spacing", [week]).weeks == (1,)


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
        "Week 2: 4 hard days (Monday vo2max, Wednesday vo2max, Friday vo2max, Sunday threshold); "
        "at most 3, so make 1 of them easy."
    )


def test_two_hard_workouts_on_one_day_are_one_hard_day() -> None:
    found = result("hard-days-per-week", [plan_week(1, hard("Monday"), hard("Monday", "threshold"))])

    assert found.value == 1


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
