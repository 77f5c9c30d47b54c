"""The last days before an event: sharp at the right distance, openers on the eve, and less from week to week."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.plan import PlanWeek, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline_tests.core.rules.overviews import a_request
from plan_pipeline_tests.core.rules.plan_weeks import course, hard, repeated, result, ride, session

ERROR, WARNING, NOTE = RuleSeverity


def before(event: str, kind: str = "century", days: str = "Mon-Sun") -> PlanRequest:
    availability = {"week_days": days, "max_minutes": {}}
    return a_request(weeks=4, event={"date": event, "type": kind}, availability=availability)


SUNDAY, SATURDAY, WEDNESDAY = before("2027-03-28"), before("2027-03-27"), before("2027-03-24")


def sharp(weekday: str, minutes: float = 8, pct: float = 98) -> Workout:
    return session(weekday, (20, 60), (minutes, pct), (10, 55))


def openers(weekday: str) -> Workout:
    return session(weekday, (20, 60), *repeated(4, (0.5, 110), (2, 55)), kind="openers")


def ending(*workouts: Workout, before_that: tuple[Workout, ...] = ()) -> list[PlanWeek]:
    """Two load weeks, a taper week and the week of the event."""
    load = [ride("Wednesday", 120), ride("Sunday", 180)]
    return course(load, load, [ride("Wednesday", 180), *before_that], list(workouts), taper=2)


@pytest.mark.parametrize(
    ("request_", "workouts"),
    [
        (SUNDAY, [sharp("Wednesday"), ride("Thursday", 45), openers("Saturday")]),
        (SUNDAY, [sharp("Friday", 6), openers("Saturday")]),
        (SATURDAY, [sharp("Tuesday"), ride("Wednesday", 45), openers("Friday")]),
        (before("2027-03-28", "ultra"), [session("Wednesday", (20, 60), (10, 91))]),
    ],
)
def test_sharp_two_to_four_days_before_and_openers_on_the_eve(request_: PlanRequest, workouts: list[Workout]) -> None:
    found = result("race-week", ending(*workouts), request_)

    assert (found.passed, found.message) == (True, "")


@pytest.mark.parametrize(
    ("workouts", "severity", "says"),
    [
        ([sharp("Monday"), openers("Saturday")], WARNING, "the last sharp session is 6 days before the event;"),
        ([sharp("Tuesday", 10), sharp("Thursday", 2), openers("Saturday")], WARNING, "is 5 days before the event;"),
        ([ride("Wednesday", 60), openers("Saturday")], WARNING, "nothing sharp in the last days before the event;"),
        ([sharp("Wednesday", 20), openers("Saturday")], WARNING, "20 min at or above 96 % 4 days before the event are"),
        (
            [sharp("Wednesday"), hard("Saturday")],
            WARNING,
            "20 min at or above 106 % on Saturday, the eve of the event;",
        ),
        ([sharp("Wednesday", 2), openers("Saturday")], NOTE, "only 2 sharp min 4 days before the event;"),
        ([sharp("Thursday"), ride("Saturday", 30)], NOTE, "no openers on Saturday, 1 day before the event;"),
    ],
)
def test_what_is_otherwise_is_told_by_its_weight(workouts: list[Workout], severity: RuleSeverity, says: str) -> None:
    found = result("race-week", ending(*workouts), SUNDAY)

    assert (found.passed, found.severity, found.weeks) == (False, severity, (4,))
    assert says in found.message


def test_before_a_midweek_event_the_sharp_session_is_in_the_week_before() -> None:
    weeks = ending(openers("Tuesday"), before_that=(sharp("Saturday"),))

    assert result("race-week", weeks, WEDNESDAY).passed


def test_days_that_the_athlete_does_not_have_are_not_asked_for() -> None:
    weekends = before("2027-03-28", days="Saturday, Sunday")

    found = result("race-week", ending(ride("Saturday", 40)), weekends)

    assert found.passed


def test_a_taper_week_above_the_one_before_is_an_error() -> None:
    weeks = ending(sharp("Tuesday"), ride("Thursday", 400), openers("Saturday"))

    found = result("race-week", weeks, SUNDAY)

    assert (found.passed, found.severity, found.weeks) == (False, ERROR, (4,))
    assert found.message == "Week 4: a taper week of 7.8 h after 3 h in the week before; give it less."


def test_a_plan_without_an_event_has_no_race_week() -> None:
    found = result("race-week", ending(sharp("Monday")))

    assert (found.passed, found.value) == (True, None)
