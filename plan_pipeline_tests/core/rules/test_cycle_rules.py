"""The course of a plan: light weeks, neither too many nor none, and tests."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline_tests.core.rules.plan_weeks import course, dated, result, ride, session, undated

EASY = ride("Tuesday", 60)


# --- recovery-count ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weeks", "light", "passed"),
    [
        (6, (4,), True),
        (6, (3, 6), False),
        (8, (4,), True),
        (8, (4, 8), True),
        (8, (3, 6), False),
        (12, (4, 8), True),
        (12, (3, 6, 9), False),
        (12, (6,), False),
        (16, (4, 8, 12), True),
        (20, (), False),
    ],
)
def test_light_weeks_are_neither_too_many_nor_too_few(weeks: int, light: tuple[int, ...], passed: bool) -> None:
    found = result("recovery-count", course(*[EASY] * weeks, light=light), undated(weeks))

    assert (found.passed, found.severity) == (passed, RuleSeverity.WARNING)


def test_too_many_light_weeks_are_told_with_the_one_to_load() -> None:
    found = result("recovery-count", course(*[EASY] * 6, light=(3, 6)), undated(6))

    assert (found.value, found.weeks) == (2, (6,))
    assert found.message == "2 light weeks in a plan of 6 weeks (weeks 3, 6); at most 1, so make week 6 a load week."


def test_too_few_are_told_with_what_is_usual() -> None:
    found = result("recovery-count", course(*[EASY] * 20), undated(20))

    assert (found.value, found.message) == (0, "0 light weeks for 20 load weeks; put one after at most 5 of them.")


def test_athletes_from_50_on_may_have_a_light_week_in_three() -> None:
    weeks = course(*[EASY] * 12, light=(3, 6, 9, 12))

    assert not result("recovery-count", weeks, undated(12)).passed
    assert result("recovery-count", weeks, undated(12, athlete={"age": 52})).passed


def test_a_week_that_time_off_makes_light_is_no_light_week_too_many_and_rests_all_the_same() -> None:
    away = undated(8, start_date="2027-01-04", time_off=[{"from": "2027-01-18", "to": "2027-01-24"}])

    assert result("recovery-count", course(*[EASY] * 8, light=(3, 6)), away).passed
    assert result("recovery-count", course(*[EASY] * 8), away).passed
    assert not result("recovery-count", course(*[EASY] * 8), undated(8)).passed


# --- test-present --------------------------------------------------------------------------------------------

TEST = session("Tuesday", (30, 60), (20, 105), kind="test")


@pytest.mark.parametrize(("goal", "severity"), [("raise_ftp", RuleSeverity.WARNING), ("vo2max", RuleSeverity.NOTE)])
def test_six_weeks_without_a_test_are_told_the_more_where_the_goal_is_measured_by_one(
    goal: str, severity: RuleSeverity
) -> None:
    found = result("test-present", course(*[EASY] * 6), undated(6, goal=goal))

    assert (found.passed, found.value, found.severity) == (False, 0, severity)
    assert found.message == (
        "Nothing in 6 weeks tests the athlete; let a test stand in for a hard session in week 1, and again every "
        "4 to 6 weeks."
    )


@pytest.mark.parametrize(("request_", "weeks"), [(undated(5, goal="raise_ftp"), 5), (dated(weeks=9), 9)])
def test_short_plans_need_no_test(request_: Any, weeks: int) -> None:
    assert result("test-present", course(*[EASY] * weeks), request_).passed


def test_a_plan_of_ten_weeks_to_an_event_needs_one() -> None:
    assert not result("test-present", course(*[EASY] * 10), dated(weeks=10)).passed
    assert result("test-present", course(TEST, *[EASY] * 9), dated(weeks=10)).value == 1


def test_a_test_in_the_last_two_weeks_before_the_event_is_too_late() -> None:
    found = result("test-present", course(*[EASY] * 8, TEST, EASY), dated(weeks=10))

    assert (found.passed, found.weeks) == (False, (9,))
    assert found.message == (
        "Week 9: a test on Tuesday is 12 days before the event; the last one belongs 14 days before it or earlier."
    )
