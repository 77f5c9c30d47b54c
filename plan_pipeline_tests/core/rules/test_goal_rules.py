"""Minutes for the goal: enough in most load weeks, from the first weeks on, and more in time."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.plan import PlanWeek, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline_tests.core.rules.plan_weeks import course, dated, result, ride, session, undated

VO2MAX = undated(8, goal="vo2max")
RAISE_FTP = undated(8, goal="raise_ftp")
LITTLE_TIME = undated(8, goal="time_crunched", availability={"hours_per_week": 4})


def weeks_with(minutes: list[float], pct: float, light: tuple[int, ...] = (4, 8)) -> list[PlanWeek]:
    """Weeks of an hour's session with so many minutes at an intensity, and an easy ride."""
    return course(*[_week(m, pct) for m in minutes], light=light)


def _week(minutes: float, pct: float) -> list[Workout]:
    work = [session("Tuesday", (45, 60), (minutes, pct))] if minutes else [ride("Tuesday", 60)]
    return [*work, ride("Saturday", 120)]


# --- goal-emphasis -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "minutes", "pct", "share"),
    [
        (VO2MAX, [15, 18, 20, 5, 24, 28, 36, 5], 110, 100),
        (VO2MAX, [0, 0, 13, 0, 18, 11, 29, 0], 110, 50),
        (RAISE_FTP, [67, 70, 72, 40, 75, 78, 81, 40], 92, 100),
        (RAISE_FTP, [30, 40, 72, 40, 75, 45, 81, 40], 92, 50),
        (LITTLE_TIME, [8, 12, 16, 8, 20, 26, 32, 8], 110, 100),
        (LITTLE_TIME, [0, 0, 12, 8, 4, 10, 4, 8], 110, 40),
    ],
)
def test_three_quarters_of_the_load_weeks_hold_the_least_that_counts_for_the_goal(
    request_: PlanRequest, minutes: list[float], pct: float, share: float
) -> None:
    found = result("goal-emphasis", weeks_with(minutes, pct), request_)

    assert (found.value, found.passed) == (share, share >= 75)
    assert found.severity is RuleSeverity.ERROR


def test_the_message_names_the_weeks_and_the_minutes_that_are_missing() -> None:
    found = result("goal-emphasis", weeks_with([0, 0, 13, 0, 18, 11, 29, 0], 110), VO2MAX)

    assert found.weeks == (1, 2, 6)
    assert found.message == (
        "3 of 6 load weeks have the minutes that 'VO2max and five-minute power' takes: week 1 has 0 of 12 min at "
        "106-120 and over-120 %; put more such work into weeks 1, 2 and 6."
    )


def test_a_goal_that_is_only_read_from_words_is_warned_of() -> None:
    in_words = undated(8, athlete={"goals": ["raise my VO2max"]})

    found = result("goal-emphasis", weeks_with([0] * 8, 110), in_words)

    assert (found.passed, found.severity) == (False, RuleSeverity.WARNING)


@pytest.mark.parametrize(("minutes", "severity"), [([0, 15, 16], "warning"), ([0, 0, 16], "error")])
def test_of_a_single_short_week_a_short_plan_is_only_warned(minutes: list[float], severity: str) -> None:
    found = result("goal-emphasis", weeks_with([*minutes, 0], 110, light=(4,)), undated(4, goal="vo2max"))

    assert (found.passed, found.severity) == (False, severity)


def test_an_events_minutes_are_warned_of() -> None:
    found = result("goal-emphasis", weeks_with([0] * 8, 92, ()), dated())

    assert (found.passed, found.severity) == (False, RuleSeverity.WARNING)


def test_beginners_are_asked_for_nothing_before_the_week_of_their_onset() -> None:
    beginner = undated(8, goal="raise_ftp", athlete={"experience_level": "beginner"})

    assert result("goal-emphasis", weeks_with([0, 0, 16, 0, 18, 20, 24, 0], 86), beginner).value == 100


def test_weeks_of_time_off_and_of_a_race_on_the_way_are_not_counted() -> None:
    away = undated(
        8,
        goal="vo2max",
        start_date="2027-01-04",
        time_off=[{"from": "2027-01-11", "to": "2027-01-14"}],
        events=[{"date": "2027-02-07", "name": "Club race"}],
    )

    assert result("goal-emphasis", weeks_with([15, 0, 15, 0, 0, 15, 15, 0], 110), away).value == 100


# --- goal-onset ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "minutes", "first", "passed"),
    [
        (VO2MAX, [15, 18, 20, 5, 24, 28, 36, 5], 1, True),
        (VO2MAX, [0, 0, 13, 0, 18, 11, 29, 0], 3, False),
        (LITTLE_TIME, [0, 8, 12, 8, 4, 10, 4, 8], 2, True),
        (LITTLE_TIME, [0, 0, 12, 8, 4, 10, 4, 8], 3, False),
    ],
)
def test_the_first_session_for_the_goal_comes_by_the_week_that_the_goal_says(
    request_: PlanRequest, minutes: list[float], first: int, passed: bool
) -> None:
    found = result("goal-onset", weeks_with(minutes, 110), request_)

    assert (found.value, found.passed) == (first, passed)
    assert found.severity is RuleSeverity.WARNING


def test_a_few_seconds_of_the_goals_work_are_no_session_for_it() -> None:
    found = result("goal-onset", weeks_with([3, 3, 15, 0, 15, 15, 15, 0], 110), VO2MAX)

    assert (found.passed, found.weeks) == (False, (1,))
    assert found.message == (
        "Week 3 is the first with a session of 4 min or more at 106-120 and over-120 %, which "
        "'VO2max and five-minute power' is about; put one into week 1 or an earlier one."
    )


# --- goal-progression ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "growth"), [([91, 91, 91, 40, 110, 132, 154, 40], 1.45), ([72, 72, 72, 40, 69, 69, 69, 40], 1.0)]
)
def test_minutes_for_the_goal_grow_by_a_quarter(minutes: list[float], growth: float) -> None:
    found = result("goal-progression", weeks_with(minutes, 92), RAISE_FTP)

    assert (found.value, found.passed) == (growth, growth >= 1.25)


def test_the_message_says_how_far_they_are_to_grow() -> None:
    assert result("goal-progression", weeks_with([72, 72, 72, 40, 69, 69, 69, 40], 92), RAISE_FTP).message == (
        "Minutes at 84-95 and 96-105 % go from 72 a week in the first 3 load weeks to 72 in the best 3; "
        "let them grow to 90."
    )


@pytest.mark.parametrize("request_", [undated(7, goal="raise_ftp"), undated(8, goal="maintain")])
def test_short_plans_and_goals_that_stay_even_need_no_progression(request_: PlanRequest) -> None:
    weeks = weeks_with([60] * (request_.weeks or 0), 92, (4,))

    assert result("goal-progression", weeks, request_).value is None


def test_who_begins_at_the_goals_last_minutes_need_not_go_further() -> None:
    assert result("goal-progression", weeks_with([120] * 8, 92), RAISE_FTP).passed
