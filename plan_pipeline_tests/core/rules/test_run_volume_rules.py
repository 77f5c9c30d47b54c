"""How far is run: single runs and weeks against those before, cutbacks, the long run's share."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.model.rule_result import Evidence, RuleSeverity
from plan_pipeline.core.model.vocabulary import WeekType
from plan_pipeline_tests.core.builders import SOME
from plan_pipeline_tests.core.rules.plan_weeks import plan_week
from plan_pipeline_tests.core.rules.run_weeks import (
    a_runner,
    found,
    km_week,
    km_weeks,
    long_runs,
    racing,
    run,
    session,
)

# --- single-run-spike --------------------------------------------------------------------------------------------


def test_a_run_of_ten_percent_more_than_the_longest_of_30_days_is_right() -> None:
    result = found("single-run-spike", long_runs(10, 11, 12, 13.2), a_runner(longest_run_km=10))

    assert (result.passed, result.value, result.message) == (True, 10, "")
    assert (result.severity, result.evidence) == (RuleSeverity.WARNING, Evidence.COHORT)


def test_a_longer_one_is_told_with_what_it_may_be() -> None:
    result = found("single-run-spike", long_runs(10, 11, 13, 13), a_runner(longest_run_km=10))

    assert (result.passed, result.value, result.weeks) == (False, 18.2, (3,))
    assert result.message == (
        "Week 3: 13 km on Sunday are 18.2 % more than the longest run of the 30 days before, 11 km; "
        "run at most 12.1 km."
    )


def test_more_than_30_percent_is_said_to_be_a_strong_warning_and_rejects_nothing() -> None:
    result = found("single-run-spike", long_runs(10, 13.5, 14, 14), a_runner(longest_run_km=10))

    assert (result.value, result.rejects, result.warns) == (35, False, True)
    assert "; more than 30 % is a strong warning; " in result.message


def test_the_longest_run_before_the_plan_counts_in_its_first_30_days() -> None:
    weeks = long_runs(12, 12, 12, 12)

    known, unknown = found("single-run-spike", weeks, a_runner(longest_run_km=8)), found("single-run-spike", weeks)

    assert (known.passed, known.value, known.weeks) == (False, 50, (1,))
    assert (unknown.passed, unknown.value) == (True, None)


@pytest.mark.parametrize(("first_long_week", "passed"), [(4, True), (5, False)])
def test_without_it_the_first_30_days_are_not_judged(first_long_week: int, passed: bool) -> None:
    kilometres = [10.0] * 6
    kilometres[first_long_week - 1 :] = [14.0] * (7 - first_long_week)

    assert found("single-run-spike", long_runs(*kilometres)).passed is passed


def test_what_lies_more_than_30_days_back_is_forgotten() -> None:
    """The 20 km of week 1 are 35 days before the Sunday of week 6, and 28 before that of week 5."""
    weeks = long_runs(20, 10, 10, 10, 20, 10)
    assert found("single-run-spike", weeks, a_runner(6, longest_run_km=20)).passed

    late = long_runs(20, 10, 10, 10, 10, 20)
    assert found("single-run-spike", late, a_runner(6, longest_run_km=20)).weeks == (6,)


def test_the_race_is_no_run_of_the_plan_and_one_on_the_way_is_not_judged_but_counts_for_what_follows() -> None:
    request = racing(
        "10k", longest_run_km=10, events=[{"date": "2027-02-14", "type": "half_marathon", "name": "Town half"}]
    )
    weeks = [plan_week(2), *long_runs(10, 10, 21)]
    weeks = [plan_week(n, *week.workouts) for n, week in enumerate([weeks[1], weeks[0], weeks[3], weeks[2]], 1)]

    assert found("single-run-spike", weeks, request).passed


def test_two_runs_of_a_day_are_two_runs() -> None:
    doubles = [plan_week(n, run("Sunday", 8), run("Sunday", 8)) for n in range(1, 7)]

    assert found("single-run-spike", doubles, a_runner(6, longest_run_km=8)).value == 0


@SOME
@given(st.lists(st.integers(5, 40), min_size=4, max_size=12), st.floats(1.01, 3))
def test_a_plan_of_runs_that_are_all_longer_by_the_same_factor_grows_as_much(weekly: list[int], factor: float) -> None:
    plain = found("single-run-spike", long_runs(*weekly), a_runner(len(weekly), longest_run_km=10))
    longer = found(
        "single-run-spike",
        long_runs(*(factor * km for km in weekly)),
        a_runner(len(weekly), longest_run_km=10 * factor),
    )

    assert longer.value == pytest.approx(plain.value, abs=0.11)


# --- weekly-ramp -------------------------------------------------------------------------------------------------


def test_a_new_high_of_15_percent_over_the_best_of_four_weeks_is_right() -> None:
    result = found("weekly-ramp", km_weeks(40, 46, 46, 46))

    assert (result.passed, result.value) == (True, 15)


def test_more_is_told_with_what_the_week_may_have() -> None:
    result = found("weekly-ramp", km_weeks(40, 50, 50, 50))

    assert (result.passed, result.value, result.weeks, result.severity) == (False, 25, (2,), RuleSeverity.WARNING)
    assert result.message == (
        "Week 2: 50 km are 25 % more than the 40 of the best week of the 4 before; at most 15 %, 46 km."
    )


def test_two_weeks_together_may_bring_30_percent() -> None:
    result = found("weekly-ramp", km_weeks(40, 45.8, 52.6, 52))

    assert (result.passed, result.value, result.weeks) == (False, 31.5, (3,))
    assert "the 40 of the best week until two weeks before" in result.message


def test_a_week_after_a_cutback_is_held_against_the_best_of_four_and_not_against_the_cutback() -> None:
    assert found("weekly-ramp", km_weeks(40, 42, 30, 44)).passed


def test_the_first_week_is_held_against_what_is_run_by_now_where_that_is_known() -> None:
    weeks = km_weeks(40, 40, 40, 40)

    assert found("weekly-ramp", weeks).value is None
    assert found("weekly-ramp", weeks, a_runner(4, current_weekly_km=38)).passed
    assert found("weekly-ramp", weeks, a_runner(4, current_weekly_km=25)).weeks == (1,)


# --- volume-or-intensity -----------------------------------------------------------------------------------------


def test_a_first_hard_type_in_a_week_of_more_kilometres_than_any_before_is_noted() -> None:
    weeks = km_weeks(40, 44)
    weeks[1] = plan_week(2, *weeks[1].workouts, session("Wednesday", (15, 75), (20, 98)))

    result = found("volume-or-intensity", weeks)

    assert (result.passed, result.value, result.weeks, result.severity) == (False, 1, (2,), RuleSeverity.NOTE)
    assert result.message == (
        "Week 2: threshold for the first time in a week of more kilometres than any before; bring in one at a time."
    )


def test_a_type_that_is_known_or_comes_in_a_week_of_no_more_kilometres_is_right() -> None:
    hard = session("Wednesday", (15, 75), (20, 98))
    weeks = [plan_week(n, *km_week(n, km).workouts, hard) for n, km in enumerate((40, 46), 1)]

    assert found("volume-or-intensity", weeks).passed


# --- cutback -----------------------------------------------------------------------------------------------------


def test_every_fourth_week_of_ten_percent_less_is_right() -> None:
    result = found("cutback", km_weeks(40, 42, 44, 39.6, 44, 46, 48, 43))

    assert (result.passed, result.value) == (True, 3)


def test_five_weeks_in_a_row_are_told_with_what_the_fifth_may_have() -> None:
    result = found("cutback", km_weeks(40, 42, 44, 46, 48, 40))

    assert (result.passed, result.value, result.weeks) == (False, 5, (5,))
    assert result.message == (
        "Weeks 1 to 5: 5 weeks in a row without a cutback; at most 4, so let week 5 have 41.4 km or less."
    )


@pytest.mark.parametrize("athlete", [{"experience_level": "beginner"}, {"age": 41}])
def test_beginners_and_runners_above_40_cut_back_after_three(athlete: dict[str, object]) -> None:
    weeks = km_weeks(40, 42, 44, 46, 40, 42)

    assert found("cutback", weeks, a_runner(6, **athlete)).weeks == (4,)
    assert found("cutback", weeks).passed


def test_the_taper_ends_a_stretch_as_a_cutback_does() -> None:
    weeks = km_weeks(40, 42, 36, 42, 44, 46, 40, 30, taper=2)

    assert (found("cutback", weeks, racing("10k")).value, found("cutback", weeks, racing("10k")).passed) == (3, True)


def test_a_cutback_right_before_the_taper_counts_as_one() -> None:
    with_it = km_weeks(40, 42, 44, 46, 40, 36, 30, taper=2)
    without = km_weeks(40, 42, 44, 46, 48, 36, 30, taper=2)

    assert found("cutback", with_it, racing("10k", "2027-03-21", 7)).passed
    assert not found("cutback", without, racing("10k", "2027-03-21", 7)).passed


def test_two_weeks_of_a_little_less_are_together_a_cutback() -> None:
    assert found("cutback", km_weeks(50, 47, 44.5, 50, 50, 50)).value == 3


# --- long-run-share ----------------------------------------------------------------------------------------------


def test_the_long_run_may_have_30_percent_of_the_week() -> None:
    result = found("long-run-share", km_weeks(70, 70, 70, 70), racing(weekly_km=80, current_weekly_km=70))

    assert (result.passed, result.value) == (True, 30)


def test_more_is_told() -> None:
    weeks = [plan_week(n, *(run(day, 11) for day in DAYS), run("Sunday", 26)) for n in (1, 2)]
    result = found("long-run-share", weeks, racing("10k", weekly_km=80, current_weekly_km=50))

    assert (result.passed, result.value, result.weeks) == (False, 37.1, (1, 2))
    assert result.message == (
        "Week 1: 26 km on Sunday are 37.1 % of the week, at most 30 (week 2 as well); give kilometres of the long run "
        "to the other days."
    )


DAYS = ("Monday", "Tuesday", "Thursday", "Friday")


def test_a_low_tier_may_have_more() -> None:
    low = [plan_week(1, *(run(day, 8) for day in DAYS), run("Sunday", 16))]

    assert found("long-run-share", low, racing("10k", weekly_km=25, current_weekly_km=20)).passed
    assert not found("long-run-share", low, racing("10k", weekly_km=90, current_weekly_km=50)).passed


def test_a_tier_with_a_longer_long_run_has_the_share_that_this_takes() -> None:
    weeks = [plan_week(1, *(run(day, 8) for day in DAYS), run("Sunday", 20))]

    assert found("long-run-share", weeks, racing("marathon", weekly_km=80, current_weekly_km=60)).passed
    assert not found("long-run-share", weeks, racing("10k", weekly_km=80, current_weekly_km=50)).passed


def test_who_trains_for_a_marathon_without_a_date_may_run_as_long() -> None:
    weeks = [plan_week(1, *(run(day, 19) for day in DAYS), session("Sunday", (170, 76), kind="long"))]
    aims = a_runner(8, weekly_km=110, current_weekly_km=90, goals=["Finish my first marathon"])
    assert "min on Sunday" not in found("long-run-share", weeks, aims).message


def test_who_builds_a_base_before_a_marathon_may_run_as_long() -> None:
    weeks = [plan_week(1, *(run(day, 19) for day in DAYS), session("Sunday", (170, 76), kind="long"))]
    builds = racing("marathon", weekly_km=110, current_weekly_km=90, goal="base_season")
    assert "min on Sunday" not in found("long-run-share", weeks, builds).message


def test_a_week_of_three_runs_may_have_more() -> None:
    few = [plan_week(1, run("Tuesday", 9), run("Thursday", 9), run("Sunday", 12))]

    assert found("long-run-share", few, racing(weekly_km=90, current_weekly_km=70)).value == 40
    assert found("long-run-share", few, racing(weekly_km=90, current_weekly_km=70)).passed


@pytest.mark.parametrize(
    ("race", "passed"),
    [
        ({"type": "marathon"}, True),
        ({"type": "half_marathon"}, False),
        ({"type": "trail"}, False),
        ({"type": "trail", "distance_km": 30}, False),
        ({"type": "trail", "distance_km": 44}, True),
        ({"type": "marathon", "distance_km": 42.2}, True),
    ],
)
def test_minutes_are_150_at_most_and_180_before_a_marathon_or_farther(race: dict[str, Any], passed: bool) -> None:
    weeks = [plan_week(1, *(run(day, 19) for day in DAYS), session("Sunday", (170, 76), kind="long"))]

    event = {"date": "2027-03-28", **race}
    result = found("long-run-share", weeks, a_runner(8, event=event, weekly_km=110, current_weekly_km=90))

    assert result.passed is passed
    assert ("170 min on Sunday, at most 150" in result.message) is not passed


def test_taper_weeks_and_weeks_of_a_race_on_the_way_are_not_asked() -> None:
    one_run = plan_week(1, run("Wednesday", 12))
    taper = plan_week(2, run("Wednesday", 12), week_type=WeekType.EVENT)
    on_the_way = racing("10k", weeks=8, events=[{"date": "2027-02-07", "type": "5k"}])

    assert found("long-run-share", [one_run], on_the_way).value is None
    assert found("long-run-share", [taper], racing("10k")).value is None
