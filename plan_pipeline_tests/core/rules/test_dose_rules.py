"""What a level takes: a beginner's first weeks, and minutes by intensity in a week and in a session."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.plan import Workout
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline_tests.core.rules.plan_weeks import course, repeated, result, ride, session, undated

BEGINNER = undated(6, athlete={"experience_level": "beginner"})
SPIN_UPS = session("Tuesday", (20, 60), *repeated(6, (0.25, 120), (1.75, 55)))


# --- beginner-onset ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("week", "workout"),
    [
        (1, ride("Tuesday", 30)),
        (1, SPIN_UPS),
        (3, session("Tuesday", (20, 60), (10, 86))),
        (5, session("Tuesday", (20, 60), (10, 97))),
        (5, session("Tuesday", (20, 60), *repeated(4, (2, 108), (2, 55)))),
    ],
)
def test_a_beginners_first_weeks_may_hold(week: int, workout: Workout) -> None:
    weeks = [workout if n == week else ride("Tuesday", 30) for n in range(1, 7)]

    found = result("beginner-onset", course(*weeks), BEGINNER)

    assert (found.passed, found.value, found.severity) == (True, 0, RuleSeverity.ERROR)


@pytest.mark.parametrize(
    ("week", "workout", "minutes"),
    [
        (1, session("Tuesday", (20, 60), (15, 97)), 15),
        (1, session("Tuesday", (20, 60), *repeated(13, (0.5, 122), (2, 55))), 6.5),
        (2, session("Tuesday", (20, 60), *repeated(7, (0.25, 120), (1.75, 55))), 1.8),
        (3, session("Tuesday", (20, 60), (10, 97)), 10),
        (6, session("Tuesday", (20, 60), *repeated(5, (2, 108), (2, 55))), 2),
    ],
)
def test_a_beginners_first_weeks_may_not_hold(week: int, workout: Workout, minutes: float) -> None:
    weeks = [workout if n == week else ride("Tuesday", 30) for n in range(1, 7)]

    found = result("beginner-onset", course(*weeks), BEGINNER)

    assert (found.passed, found.value, found.weeks) == (False, minutes, (week,))


def test_the_message_names_the_day_and_the_week_until_which_it_holds() -> None:
    found = result("beginner-onset", course(session("Tuesday", (20, 60), (15, 97))), BEGINNER)

    assert found.message == (
        "Week 1: 15 min at or above 88 % on Tuesday, where a beginner rides nothing like it until the end of week 2; "
        "ride easily on that day, with short spin-ups at most."
    )


def test_who_is_no_beginner_has_no_onset() -> None:
    found = result("beginner-onset", course(session("Tuesday", (20, 60), (15, 97))))

    assert (found.passed, found.value) == (True, None)


def test_after_a_break_the_first_weeks_are_a_beginners() -> None:
    back = undated(6, goal="return_after_break")
    weeks = [session("Tuesday", (20, 60), (15, 97))] * 4

    assert result("beginner-onset", course(*weeks), back).weeks == (1, 2, 3)


def test_a_test_is_no_part_of_the_onset() -> None:
    assert result("beginner-onset", course(session("Tuesday", (20, 60), (10, 110), kind="test")), BEGINNER).passed


# --- level-dose ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "workouts", "pct", "severity"),
    [
        ("beginner", [session("Tuesday", (30, 60), (16, 97))], 100, None),
        ("beginner", [session("Tuesday", (30, 60), (20, 97))], 125, RuleSeverity.WARNING),
        ("beginner", [session("Tuesday", (30, 60), *repeated(12, (0.5, 122), (1, 55)))], 200, RuleSeverity.ERROR),
        ("intermediate", [session("Tuesday", (30, 60), (40, 97))], 100, None),
        ("intermediate", [session("Tuesday", (30, 60), (55, 96))], 138, RuleSeverity.ERROR),
        ("intermediate", [session("Tuesday", (30, 60), (32, 107))], 114, RuleSeverity.WARNING),
        ("intermediate", [session("Tuesday", (30, 60), (40, 107))], 143, RuleSeverity.ERROR),
        ("advanced", [session("Tuesday", (30, 60), (60, 97))], 100, None),
    ],
)
def test_a_session_holds_what_the_level_takes(
    level: str, workouts: list[Workout], pct: float, severity: RuleSeverity | None
) -> None:
    found = result("level-dose", course(workouts), undated(athlete={"experience_level": level}))

    assert (found.value, found.passed) == (pct, severity is None)
    assert severity is None or found.severity is severity


def test_the_sessions_of_a_week_add_up() -> None:
    week = [session(day, (30, 60), (20, 107)) for day in ("Tuesday", "Thursday")]

    found = result("level-dose", course(week, week))

    assert (found.value, found.weeks) == (111, (1, 2))
    assert found.message == (
        "Week 1: 40 min at 106-120 % in the week (week 2 as well); at most 36 at this level, so take out 4 min."
    )


def test_what_the_plan_is_for_may_have_more_in_a_week() -> None:
    week = [session(day, (30, 60), *repeated(10, (1, 130), (2, 50))) for day in ("Tuesday", "Thursday")]

    assert not result("level-dose", course(week)).passed
    assert result("level-dose", course(week), undated(goal="sprint")).passed


def test_a_test_is_held_to_no_maxima() -> None:
    test = session("Tuesday", (30, 60), (35, 107), (5, 130), kind="test")

    assert result("level-dose", course([test, session("Friday", (30, 60), (20, 107))])).passed
    assert not result("level-dose", course([test, session("Friday", (30, 60), (40, 107))])).passed
