"""How much is ridden how hard: minutes above 105 %, and the three zones by phase."""

from __future__ import annotations

from plan_pipeline.core.model.vocabulary import Phase, WeekType
from plan_pipeline_tests.core.rules.plan_weeks import easy_week, hard, plan_week, result, ride, segments_of
from plan_pipeline_tests.core.weeks import workout

# --- time-above-105 ------------------------------------------------------------------------------------------


def test_forty_minutes_above_105_percent_a_week_are_allowed() -> None:
    found = result("time-above-105", [plan_week(1, hard("Tuesday"), hard("Friday"))])

    assert (found.passed, found.value) == (True, 40)


def test_more_are_told() -> None:
    weeks = [plan_week(n, hard("Tuesday", minutes=21.5 + n), hard("Friday")) for n in (1, 2)]

    found = result("time-above-105", weeks)

    assert (found.passed, found.value, found.weeks) == (False, 43.5, (1, 2))
    assert found.message == (
        "Week 2: 43.5 min above 105 % of FTP (week 1 as well); at most 40, so leave out 3.5 min of intervals."
    )


def test_work_at_105_percent_is_not_above_it() -> None:
    assert result("time-above-105", [plan_week(1, hard("Tuesday", minutes=50, pct=105))]).value == 0


def test_an_optional_ride_adds_no_minutes() -> None:
    spare = hard("Friday").model_copy(update={"optional": True})

    assert result("time-above-105", [plan_week(1, hard("Tuesday"), spare)]).value == 20


def test_a_plan_without_weeks_has_no_minutes() -> None:
    assert result("time-above-105", []).value is None


# --- intensity-distribution ----------------------------------------------------------------------------------


def test_the_distribution_of_every_phase_is_reported_in_a_note() -> None:
    weeks = [
        plan_week(1, ride("Saturday", 200)),
        plan_week(2, ride("Tuesday", 50, pct=80), ride("Saturday", 120), hard("Thursday", minutes=30)),
        plan_week(3, ride("Saturday", 100), week_type=WeekType.RECOVERY),
        plan_week(4, ride("Saturday", 150), hard("Tuesday", minutes=10), phase=Phase.BUILD),
    ]

    found = result("intensity-distribution", weeks)

    assert (found.passed, found.severity, found.value, found.weeks) == (True, "note", 7, ())
    assert found.message == "Time in zones 1/2/3: base 81/12/7 %, recovery 100/0/0 % and build 95/0/5 %."


def test_more_than_a_fifth_of_a_phase_in_zone_3_is_a_warning() -> None:
    weeks = [
        plan_week(1, ride("Saturday", 200)),
        plan_week(2, hard("Tuesday", minutes=30), ride("Thursday", 60), phase=Phase.BUILD),
        plan_week(3, hard("Tuesday", minutes=30), ride("Thursday", 60), phase=Phase.BUILD),
    ]

    found = result("intensity-distribution", weeks)

    assert (found.passed, found.severity, found.value, found.weeks) == (False, "warning", 25, (2, 3))
    assert found.message == (
        "Time in zones 1/2/3: base 100/0/0 % and build 75/0/25 %; "
        "25 % at or above 106 % of FTP in build is more than 20 %, so make one hard session a ride in zone 1."
    )


def test_a_fifth_is_not_extreme() -> None:
    found = result("intensity-distribution", [plan_week(1, hard("Tuesday", minutes=30), ride("Thursday", 90))])

    assert (found.passed, found.value) == (True, 20)


def test_the_shares_of_a_phase_are_those_of_all_its_weeks() -> None:
    weeks = [easy_week(1, 100), plan_week(2, hard("Tuesday", minutes=15), ride("Friday", 40, pct=91))]

    found = result("intensity-distribution", weeks)

    assert (found.passed, found.value) == (True, 7.5)
    assert found.message == "Time in zones 1/2/3: base 72/20/8 %."


def test_weeks_off_the_bike_have_no_distribution() -> None:
    gym = workout("Monday", segments_of(("strength", 45, None, None)), kind="strength")

    found = result("intensity-distribution", [plan_week(1, gym)])

    assert (found.passed, found.value, found.message) == (True, None, "")
