"""The weeks before an event: less volume and the same intensity, and what is said where it is not so."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.plan import PlanWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import WeekType
from plan_pipeline_tests.core.rules.plan_weeks import dated, easy_week, hard, plan_week, result, ride

TAPER, EVENT = WeekType.TAPER, WeekType.EVENT


def plan_of(load: float, *taper: float, weeks: int = 8) -> list[PlanWeek]:
    """Load weeks of so many minutes, then taper weeks, the last of which holds the event."""
    first = weeks - len(taper) + 1
    types = [*[TAPER] * (len(taper) - 1), EVENT]
    return [
        *(easy_week(n, load) for n in range(1, first)),
        *(easy_week(first + i, m, kind) for i, (m, kind) in enumerate(zip(taper, types, strict=True))),
    ]


# --- taper-volume --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("taper", "pct"), [((420, 237), 41), ((360, 192), 50), ((300, 146), 60)])
def test_a_taper_of_13_days_that_takes_volume_down_by_41_to_60_percent_passes(
    taper: tuple[float, ...], pct: float
) -> None:
    found = result("taper-volume", plan_of(600, *taper), dated())

    assert (found.passed, found.value, found.weeks, found.message) == (True, pct, (), "")


def test_too_little_less_is_told_in_minutes_a_day() -> None:
    found = result("taper-volume", plan_of(700, 600, 400), dated())

    assert (found.passed, found.value, found.weeks) == (False, 23, (7, 8))
    assert found.message == (
        "Weeks 7 to 8: the taper takes volume down by 23 % (100 to 77 min a day); "
        "take it down by 41 to 60 %, to 40 to 59 min a day."
    )


def test_too_much_less_is_told() -> None:
    found = result("taper-volume", plan_of(700, 200, 100), dated())

    assert (found.passed, found.value) == (False, 77)


def test_more_volume_than_before_is_told_as_such() -> None:
    found = result("taper-volume", plan_of(700, 900, 800), dated())

    assert "takes volume up by 31 % (100 to 131 min a day)" in found.message


def test_a_taper_that_does_not_descend_is_told() -> None:
    found = result("taper-volume", plan_of(700, 300, 330), dated())

    assert found.message == (
        "Weeks 7 to 8: the taper has 5.5 h in week 8 after 5 h in week 7; give each week less than the one before."
    )


def test_a_last_week_of_one_short_session_descends_enough() -> None:
    assert "has 0.5 h" not in result("taper-volume", plan_of(700, 20, 30), dated()).message


@pytest.mark.parametrize(("event", "days"), [("2027-03-23", 8), ("2027-03-26", 11), ("2027-03-28", 13)])
def test_the_days_of_a_taper_end_on_the_eve_of_the_event(event: str, days: int) -> None:
    half = 50 * days
    found = result("taper-volume", plan_of(700, half * 0.6, half * 0.4), dated(event))

    assert (found.passed, found.value) == (True, 50)


def test_a_week_that_begins_with_the_event_adds_no_days() -> None:
    weeks = [*plan_of(700, 420, 280, weeks=7), plan_week(8, week_type=EVENT)]

    found = result("taper-volume", weeks, dated("2027-03-22"))

    assert (found.passed, found.value) == (True, 50)


def test_a_taper_of_one_week_is_too_short() -> None:
    found = result("taper-volume", plan_of(700, 300), dated())

    assert (found.passed, found.value) == (False, 50)
    assert found.message == ("Week 8: the taper lasts 6 days; let it last 8 to 14 days, at most 21.")


@pytest.mark.parametrize(("weeks", "passed"), [((400, 350, 280), True), ((500, 400, 350, 160), False)])
def test_a_taper_may_last_up_to_21_days(weeks: tuple[float, ...], passed: bool) -> None:
    found = result("taper-volume", plan_of(700, *weeks), dated())

    assert found.passed is passed
    assert ("lasts 27 days" in found.message) is not passed


def test_several_faults_are_told_in_one_sentence() -> None:
    found = result("taper-volume", plan_of(700, 700), dated())

    assert found.message == (
        "Week 8: the taper lasts 6 days and takes volume up by 17 % (100 to 117 min a day); "
        "let it last 8 to 14 days, at most 21 and take it down by 41 to 60 %, to 40 to 59 min a day."
    )


def test_the_block_before_the_taper_is_what_it_is_held_against() -> None:
    weeks = [
        easy_week(1, 200),
        easy_week(2, 100, WeekType.RECOVERY),
        easy_week(3, 700),
        easy_week(4, 390, TAPER),
        easy_week(5, 260, EVENT),
    ]

    assert result("taper-volume", weeks, dated(weeks=5)).value == 50


@pytest.mark.parametrize("weeks", [plan_of(700, 300)[:7], [*plan_of(700, 300)[:7], easy_week(8, 0.5, EVENT)]])
def test_an_event_without_a_taper_is_told(weeks: list[PlanWeek]) -> None:
    found = result("taper-volume", weeks, dated("2027-03-22"))

    assert (found.passed, found.value) == (False, 0)
    assert found.message == (
        "There is no taper before the event on 2027-03-22; make the last 8 to 14 days before it one."
    )


@pytest.mark.parametrize(
    ("weeks", "request_"),
    [(plan_of(700, 300)[:7], None), ([], dated()), (plan_of(700, 300, 200)[6:], dated())],
)
def test_without_an_event_weeks_or_a_block_before_it_there_is_nothing_to_measure(
    weeks: list[PlanWeek], request_: PlanRequest | None
) -> None:
    found = result("taper-volume", weeks, request_)

    assert (found.passed, found.value) == (True, None)


# --- taper-intensity -----------------------------------------------------------------------------------------


def test_a_taper_week_with_a_short_hard_session_keeps_intensity() -> None:
    week = plan_week(7, hard("Tuesday", minutes=6), ride("Thursday", 40), ride("Saturday", 40), week_type=TAPER)

    found = result("taper-intensity", [week], dated())

    assert (found.passed, found.value) == (True, 6)


def test_a_taper_of_easy_rides_is_told() -> None:
    easy = [ride("Tuesday", 40), ride("Thursday", 40), ride("Friday", 40, pct=90)]
    weeks = [plan_week(7, *easy, week_type=TAPER), plan_week(8, *easy, week_type=EVENT)]

    found = result("taper-intensity", weeks, dated())

    assert (found.passed, found.value, found.weeks) == (False, 0, (7, 8))
    assert found.message == (
        "Week 7: a taper week with 0 min at or above 91 % of FTP (week 8 as well); "
        "keep a short session at threshold or VO2max in it."
    )


@pytest.mark.parametrize(
    ("days", "value"), [(("Tuesday", "Thursday", "Saturday"), None), (("Monday", "Tuesday", "Thursday"), 0)]
)
def test_the_eve_of_the_event_is_not_one_of_the_three_days(days: tuple[str, ...], value: float | None) -> None:
    week = plan_week(8, *(ride(day, 40) for day in days), week_type=EVENT)

    assert result("taper-intensity", [week], dated()).value == value


def test_only_taper_weeks_are_asked_for_intensity() -> None:
    weeks = [plan_week(1, ride("Tuesday", 40), ride("Thursday", 40), ride("Saturday", 40))]

    assert result("taper-intensity", weeks).value is None
