"""Whether a plan suits its runner, what it states of kilometres, and the weeks before a race."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.model.plan import PlanWeek
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import WeekType
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
    with_strides,
)

# --- readiness ---------------------------------------------------------------------------------------------------


def marathon(weeks: int = 16, **athlete: Any) -> Any:
    dates = {16: "2027-05-23", 12: "2027-04-25", 8: "2027-03-28"}
    return racing("marathon", dates[weeks], weeks, **athlete)


def test_a_marathoner_who_has_run_19_km_is_ready() -> None:
    result = found("readiness", km_weeks(*[40.0] * 8), marathon(8, longest_run_km=19))

    assert (result.passed, result.value) == (True, 19)


def test_so_is_one_who_can_have_by_the_middle_of_the_plan() -> None:
    """Six of eight weeks grow by a tenth: 11 km become 19.5."""
    assert found("readiness", km_weeks(*[40.0] * 16), marathon(longest_run_km=11)).passed


def test_who_cannot_is_offered_to_build_a_base_first() -> None:
    result = found("readiness", km_weeks(*[40.0] * 16), marathon(longest_run_km=10))

    assert (result.passed, result.value, result.severity) == (False, 10, RuleSeverity.WARNING)
    assert result.message == (
        "From a longest run of 10 km, steps of 10 % reach 17.7 km by week 8, and a marathon wants 19 km by then; build "
        "a base first, or take a later race."
    )


def test_where_the_request_does_not_say_it_the_first_long_run_counts() -> None:
    assert found("readiness", long_runs(*[6.0] * 16), marathon()).value == 6
    assert found("readiness", long_runs(*[20.0] * 16), marathon()).passed


def test_who_has_just_run_a_marathon_is_ready_for_the_next() -> None:
    """The plan begins on 1 February 2027."""
    just_run = {"distance": "marathon", "time": "3:30:00", "date": "2027-01-24"}
    long_ago = just_run | {"date": "2026-10-18"}
    weeks = long_runs(*[8.0] * 8)
    assert found("readiness", weeks, marathon(8, threshold_pace=None, recent_race=just_run)).passed
    assert not found("readiness", weeks, marathon(8, threshold_pace=None, recent_race=long_ago)).passed


def test_before_a_half_marathon_19_km_are_to_be_reached_in_time_and_before_shorter_races_nothing_is_asked() -> None:
    weeks = km_weeks(*[40.0] * 8)

    assert found("readiness", weeks, racing("half_marathon", longest_run_km=12)).passed
    assert not found("readiness", weeks, racing("half_marathon", longest_run_km=8)).passed
    assert found("readiness", weeks, racing("10k", longest_run_km=4)).value is None


# --- tier-asked-for, weeks-for-beginners -------------------------------------------------------------------------


def test_another_tier_than_is_run_is_told() -> None:
    run_now = {"current_weekly_km": 35, "weekly_km": 60}

    assert found("tier-asked-for", km_weeks(40), marathon(**run_now)).passed
    assert found("tier-asked-for", km_weeks(40), marathon(**run_now, volume_tier="low")).passed
    asked = found("tier-asked-for", km_weeks(40), marathon(**run_now, volume_tier="high"))
    assert (asked.passed, asked.warns) == (False, True)
    assert "You asked for the high tier; 35 km a week are those of the low one." in asked.message


@pytest.mark.parametrize(("weeks", "level", "passed"), [(8, "beginner", False), (12, "beginner", True)])
def test_a_beginner_takes_12_weeks_or_more_to_a_marathon(weeks: int, level: str, passed: bool) -> None:
    result = found("weeks-for-beginners", km_weeks(*[30.0] * weeks), marathon(weeks, experience_level=level))

    assert (result.passed, result.value) == (passed, weeks)


def test_who_is_no_beginner_may_have_fewer_weeks() -> None:
    assert found("weeks-for-beginners", km_weeks(*[30.0] * 8), marathon(8)).value is None


# --- beginner-onset ----------------------------------------------------------------------------------------------


def test_hard_work_in_a_beginner_s_first_week_is_told_in_words_of_running_and_rejects_nothing() -> None:
    weeks = [plan_week(1, session("Tuesday", (15, 78), (10, 100)))]

    result = found("beginner-onset", weeks, a_runner(4, experience_level="beginner"))

    assert (result.passed, result.rejects) == (False, False)
    assert "where a beginner runs nothing like it" in result.message
    assert result.message.endswith("; run easily on that day, with short spin-ups at most.")


# --- stated-equals-delivered -------------------------------------------------------------------------------------


def of_km(target_km: float | None) -> PlanWeek:
    return km_week(1, 40).model_copy(update={"target_km": target_km})


@pytest.mark.parametrize(("target_km", "passed"), [(None, True), (40, True), (40.5, True), (39.5, True), (41, False)])
def test_a_week_has_the_kilometres_it_says_within_half_a_kilometre(target_km: float | None, passed: bool) -> None:
    result = found("stated-equals-delivered", [of_km(target_km)])

    assert (result.passed, result.rejects) == (passed, not passed)


def test_other_kilometres_than_a_week_says_are_told() -> None:
    assert "week 1, the week says 45 km and has 40;" in found("stated-equals-delivered", [of_km(45)]).message


@pytest.mark.parametrize(("stated", "passed"), [(8.0, True), (8.004, True), (8.2, False)])
def test_a_run_has_the_kilometres_it_says(stated: float, passed: bool) -> None:
    weeks = [plan_week(1, run("Tuesday", 8).model_copy(update={"distance_km": stated}))]

    result = found("stated-equals-delivered", weeks)

    assert result.passed is passed
    assert ("Tuesday says 8.2 km and has 8" in result.message) is not passed


def test_minutes_without_a_distance_are_kilometres_at_the_runner_s_pace() -> None:
    """60 min at 100 % of 4:15/km are 14.12 km."""
    weeks = [plan_week(1, session("Tuesday", (60, 100))).model_copy(update={"target_km": 14})]

    assert found("stated-equals-delivered", weeks).passed
    assert not found("stated-equals-delivered", weeks, a_runner(4, threshold_pace="5:00/km")).passed


# --- taper -------------------------------------------------------------------------------------------------------


def tapering(*shares: float, load: float = 60) -> list[PlanWeek]:
    weeks = km_weeks(*[load] * (8 - len(shares)), *(share * load for share in shares), taper=len(shares))
    last = weeks[-1]
    early = [run(day, shares[-1] * load / 2) for day in ("Tuesday", "Thursday")]
    return [*weeks[:-1], plan_week(8, *early, week_type=last.week_type)]


def test_the_last_13_days_have_41_to_60_percent_less_than_the_best_four_weeks() -> None:
    result = found("taper-volume", tapering(0.82, 0.64, 0.40), racing())

    assert (result.passed, result.value) == (True, 44)


def test_too_little_less_is_told_in_kilometres_a_day() -> None:
    result = found("taper-volume", tapering(0.95, 0.85, 0.70), racing())

    assert (result.passed, result.value, result.rejects) == (False, 17, False)
    assert "takes volume down by 17 % (8.6 to 7.2 km a day)" in result.message
    assert "published plans cut less" in result.threshold


def test_a_light_week_before_does_not_lower_what_a_taper_is_held_against() -> None:
    weeks = tapering(0.82, 0.64, 0.40)
    lighter = [*weeks[:3], km_week(4, 42, WeekType.RECOVERY), *weeks[4:]]

    assert found("taper-volume", lighter, racing()).value == 44


def test_a_marathon_s_taper_lasts_two_weeks_or_more() -> None:
    assert "let it last 14 to 21 days" in found("taper-volume", tapering(0.45), racing()).message


def test_a_taper_week_of_more_kilometres_than_the_one_before_rejects_a_plan_and_more_other_training_does_not() -> None:
    weeks = tapering(0.82, 0.64, 0.40)
    more = [*weeks[:6], km_week(7, 52, WeekType.TAPER), weeks[7]]
    bike = session("Wednesday", (150, 70), kind="cross_training")
    other = [*weeks[:6], plan_week(7, *weeks[6].workouts, bike, week_type=WeekType.TAPER), weeks[7]]

    result = found("race-week", more, racing())
    assert result.rejects
    assert result.message == "Week 7: a taper week of 52 km after 49.2 km in the week before; give it less."
    assert not found("race-week", other, racing()).rejects


def test_strides_keep_intensity_in_a_taper_and_easy_runs_do_not() -> None:
    easy = [run("Tuesday", 8), run("Thursday", 6)]
    kept = plan_week(8, *easy, with_strides("Wednesday", 8), week_type=WeekType.TAPER)
    lost = plan_week(8, *easy, run("Wednesday", 8), week_type=WeekType.TAPER)

    assert found("taper-intensity", [kept], racing("10k")).passed
    assert found("taper-intensity", [lost], racing("10k")).message == (
        "Week 8: a taper week with 0 min at or above 96 % of threshold speed; keep a short session at threshold or "
        "VO2max or strides in it."
    )


def test_what_is_missing_on_the_eve_of_a_race_is_called_strides() -> None:
    weeks = [*tapering(0.8, 0.6)[:7], plan_week(8, session("Wednesday", (30, 78), (8, 100)), week_type=WeekType.EVENT)]

    assert "no strides on Saturday" in found("race-week", weeks, racing("5k")).message
