"""Riegel's times, what a marathon time rests on, and whether a race and a goal are sound."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.paces.riegel import goal_reach, marathon_outlook, riegel_time_s, staleness
from plan_pipeline.core.paces.vdot import RaceDistance, race_time_s
from plan_pipeline_tests.core.paces.test_vdot import seconds

HALF, MARATHON = RaceDistance.HALF_MARATHON.metres, RaceDistance.MARATHON.metres
TODAY = dt.date(2026, 7, 1)


@pytest.mark.parametrize(("wanted", "time"), [(10_000, "41:41.9"), (HALF, "1:32:00"), (MARATHON, "3:11:49")])
def test_20_minutes_over_5_km_stand_for_the_computed_times(wanted: float, time: str) -> None:
    assert riegel_time_s(1200, 5000, wanted) == pytest.approx(seconds(time), abs=0.5)


def test_a_half_of_1_30_is_a_marathon_of_3_07_39_or_on_little_training_of_3_19_43() -> None:
    outlook = marathon_outlook(HALF, 5400)
    assert outlook is not None
    assert outlook.riegel_s == pytest.approx(seconds("3:07:39"), abs=0.5)
    assert outlook.low_volume_s == pytest.approx(seconds("3:19:43"), abs=0.5)
    assert outlook.expected_s is None
    assert "3:07:39 on 60 km a week or more, 3:19:43 on less" in outlook.warning


def test_under_60_km_a_week_the_slower_time_is_expected_and_both_are_shown() -> None:
    outlook = marathon_outlook(HALF, 5400, weekly_km=59.9)
    assert outlook is not None
    assert outlook.expected_s == outlook.low_volume_s
    assert "a marathon of 3:19:43 is nearer than 3:07:39" in outlook.warning


def test_from_60_km_a_week_on_the_faster_time_is_expected_and_still_takes_long_runs() -> None:
    outlook = marathon_outlook(HALF, 5400, weekly_km=60)
    assert outlook is not None
    assert outlook.expected_s == outlook.riegel_s
    assert "takes long runs beside the 60 km a week" in outlook.warning


def test_the_higher_exponent_holds_from_the_half_on_alone() -> None:
    outlook = marathon_outlook(10_000, 2480)
    assert outlook is not None
    at_the_half = riegel_time_s(2480, 10_000, HALF)
    assert outlook.low_volume_s == pytest.approx(riegel_time_s(at_the_half, HALF, MARATHON, exponent=1.15))
    beyond = marathon_outlook(30_000, 7800)
    assert beyond is not None
    assert beyond.low_volume_s == pytest.approx(riegel_time_s(7800, 30_000, MARATHON, exponent=1.15))


def test_a_marathon_needs_no_outlook() -> None:
    assert marathon_outlook(MARATHON, 11_000) is None


@given(st.floats(1500, 42_000), st.floats(2.5, 6))
def test_on_little_training_the_marathon_is_never_faster(distance_m: float, speed: float) -> None:
    outlook = marathon_outlook(distance_m, distance_m / speed)
    assert outlook is not None
    assert outlook.low_volume_s >= outlook.riegel_s


@given(st.floats(100, 20_000), st.floats(400, 50_000), st.floats(400, 50_000))
def test_there_and_back_is_the_same_time(time_s: float, one_m: float, other_m: float) -> None:
    assert riegel_time_s(riegel_time_s(time_s, one_m, other_m), other_m, one_m) == pytest.approx(time_s)


@pytest.mark.parametrize(("time", "distance", "wanted"), [(0, 5000, 10_000), (1200, -1, 10_000), (1200, 5000, 0)])
def test_nothing_follows_from_no_time_and_no_distance(time: float, distance: float, wanted: float) -> None:
    with pytest.raises(ValueError, match="has to be above zero"):
        riegel_time_s(time, distance, wanted)


def test_an_exponent_by_which_longer_is_faster_is_refused() -> None:
    with pytest.raises(ValueError, match=r"an exponent of 0\.9 is outside 1 to 2"):
        riegel_time_s(1200, 5000, 10_000, exponent=0.9)


def test_weekly_kilometres_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="weekly kilometres cannot be -5"):
        marathon_outlook(HALF, 5400, weekly_km=-5)


# --- how old a race is --------------------------------------------------------------------------------------------


def test_a_race_of_twelve_weeks_ago_is_taken_and_one_day_more_is_said() -> None:
    assert staleness(TODAY - dt.timedelta(days=84), TODAY) is None
    said = staleness(TODAY - dt.timedelta(days=85), TODAY)
    assert said is not None
    assert "is 12 weeks old; beyond 12 weeks one says little about today" in said


def test_how_old_is_too_old_can_be_chosen() -> None:
    assert staleness(TODAY - dt.timedelta(days=57), TODAY, max_age_days=56) is not None


def test_a_race_that_is_still_to_come_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-07-02 is still to come"):
        staleness(TODAY + dt.timedelta(days=1), TODAY)


# --- goals --------------------------------------------------------------------------------------------------------


def goal_at(vdot: float) -> float:
    return race_time_s(MARATHON, vdot)


def test_one_point_in_six_weeks_is_nothing_to_speak_of() -> None:
    assert goal_reach(MARATHON, goal_at(52), 50, weeks=12) is None
    assert goal_reach(MARATHON, goal_at(48), 50, weeks=12) is None


def test_between_six_and_four_weeks_a_point_the_goal_is_for_those_who_improve_quickly() -> None:
    said = goal_reach(MARATHON, goal_at(52.5), 50, weeks=12)
    assert said is not None
    assert "only runners who improve quickly gain that much in 12 weeks" in said


def test_a_goal_beyond_that_is_out_of_reach_with_the_weeks_that_it_takes() -> None:
    said = goal_reach(MARATHON, goal_at(54), 50, weeks=12)
    assert said is not None
    assert "% faster than 3:10:40, which VDOT 50.0 stands for, and takes VDOT 54.0" in said
    assert "out of reach within 12 weeks: it usually takes 16 to 24 weeks" in said


@given(st.floats(30, 60), st.floats(0, 8), st.integers(1, 30))
def test_more_weeks_never_put_a_goal_out_of_reach(vdot: float, gain: float, weeks: int) -> None:
    goal_s = goal_at(vdot + gain)
    if goal_reach(MARATHON, goal_s, vdot, weeks) is None:
        assert goal_reach(MARATHON, goal_s, vdot, weeks + 1) is None


def test_a_goal_over_no_weeks_or_beyond_every_record_is_refused() -> None:
    with pytest.raises(ValueError, match="reached over one week or more"):
        goal_reach(MARATHON, 11_000, 50, weeks=0)
    with pytest.raises(ValueError, match="faster than any record"):
        goal_reach(MARATHON, 6000, 50, weeks=12)
