"""Training paces: the numbers of the book, the correction for slow runners, and race speeds as % of threshold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.paces.text import pace_text
from plan_pipeline.core.paces.training import (
    LAP_M,
    PaceName,
    TrainingPace,
    formula_threshold_speed,
    race_pct,
    race_speed,
    threshold_speed,
    training_paces,
    vdot_of_formula_threshold,
    vdot_of_threshold,
)
from plan_pipeline.core.paces.vdot import (
    MAX_VDOT,
    METRES_A_MILE,
    MIN_VDOT,
    RaceDistance,
    share_sustained,
    speed_m_per_min,
)
from plan_pipeline_tests.core.paces.test_vdot import seconds

VDOTS = st.floats(MIN_VDOT, MAX_VDOT)


def paces(vdot: float) -> dict[PaceName, TrainingPace]:
    return {pace.name: pace for pace in training_paces(vdot)}


def pace_s(pace: TrainingPace, metres: float = 1000) -> float:
    return metres / pace.fast_m_s


# --- golden numbers -----------------------------------------------------------------------------------------------


def test_vdot_50_has_the_computed_paces_per_kilometre() -> None:
    at = paces(50)
    assert pace_text(at[PaceName.EASY].fast_m_s) == "5:07/km"
    assert pace_text(at[PaceName.EASY].slow_m_s) == "5:38/km"
    assert pace_s(at[PaceName.MARATHON]) == pytest.approx(seconds("4:31.1"), abs=0.05)
    assert pace_s(at[PaceName.THRESHOLD]) == pytest.approx(seconds("4:15.2"), abs=0.05)
    assert pace_s(at[PaceName.INTERVAL]) == pytest.approx(seconds("3:54.9"), abs=0.05)


def test_vdot_50_has_the_computed_paces_per_mile() -> None:
    at = paces(50)
    assert round(METRES_A_MILE / at[PaceName.EASY].fast_m_s) == seconds("8:14")
    assert round(METRES_A_MILE / at[PaceName.EASY].slow_m_s) == seconds("9:04")
    assert round(pace_s(at[PaceName.MARATHON], METRES_A_MILE)) == seconds("7:16")
    assert pace_s(at[PaceName.THRESHOLD], METRES_A_MILE) == pytest.approx(seconds("6:50.7"), abs=0.05)
    assert round(pace_s(at[PaceName.INTERVAL], METRES_A_MILE)) == seconds("6:18")


def test_vdot_50_runs_laps_of_93_9_and_87_9_seconds() -> None:
    at = paces(50)
    assert pace_s(at[PaceName.INTERVAL], LAP_M) == pytest.approx(93.9, abs=0.05)
    assert pace_s(at[PaceName.REPETITION], LAP_M) == pytest.approx(87.9, abs=0.05)


@pytest.mark.parametrize(("vdot", "pace"), [(30, "6:24"), (40, "5:06"), (50, "4:15")])
def test_the_formula_has_the_published_threshold_paces_within_0_6_seconds(vdot: float, pace: str) -> None:
    assert 1000 / formula_threshold_speed(vdot) == pytest.approx(seconds(pace), abs=0.6)


@pytest.mark.parametrize(("vdot", "pace"), [(40, "5:27"), (50, "4:31")])
def test_marathon_pace_is_the_published_one_within_1_1_seconds(vdot: float, pace: str) -> None:
    assert pace_s(paces(vdot)[PaceName.MARATHON]) == pytest.approx(seconds(pace), abs=1.1)


@given(VDOTS)
def test_the_formula_s_threshold_is_993_thousandths_of_the_hour_speed_at_every_vdot(vdot: float) -> None:
    hour_speed = speed_m_per_min(vdot * share_sustained(60)) / 60
    assert formula_threshold_speed(vdot) / hour_speed == pytest.approx(0.993, abs=0.001)


def of_formula_threshold(race: RaceDistance, vdot: float) -> float:
    return 100 * race_speed(race, vdot) / formula_threshold_speed(vdot)


@pytest.mark.parametrize(
    ("race", "at_30", "at_70"),
    [
        (RaceDistance.MARATHON, 93.2, 95.4),
        (RaceDistance.HALF_MARATHON, 95.6, 99.9),
        (RaceDistance.TEN_K, 100.3, 104.4),
        (RaceDistance.FIVE_K, 104.4, 108.5),
        (RaceDistance.MILE, 112, 120),
    ],
)
def test_race_speeds_as_percentages_of_threshold_drift_with_ability(
    race: RaceDistance, at_30: float, at_70: float
) -> None:
    within = 0.5 if race is RaceDistance.MILE else 0.05
    assert of_formula_threshold(race, 30) == pytest.approx(at_30, abs=within)
    assert of_formula_threshold(race, 70) == pytest.approx(at_70, abs=within)
    assert race_pct(race, 70) == pytest.approx(at_70, abs=within)


@pytest.mark.parametrize("vdot", [40, 50, 60, 70])
def test_training_paces_as_percentages_of_threshold_hardly_drift(vdot: float) -> None:
    at, threshold = paces(vdot), threshold_speed(vdot)
    assert 100 * at[PaceName.EASY].slow_m_s / threshold == pytest.approx(75.5, abs=0.5)
    assert 100 * at[PaceName.EASY].fast_m_s / threshold == pytest.approx(83.2, abs=0.5)
    assert 108.4 <= 100 * at[PaceName.INTERVAL].fast_m_s / threshold <= 108.7


@pytest.mark.parametrize(("vdot", "pct"), [(40, 114.7), (70, 118.6)])
def test_repetitions_are_faster_in_percent_for_the_faster(vdot: float, pct: float) -> None:
    assert 100 * paces(vdot)[PaceName.REPETITION].fast_m_s / threshold_speed(vdot) == pytest.approx(pct, abs=0.1)


@pytest.mark.parametrize(("vdot", "km", "hours"), [(35, 50, 5.83), (40, 56, 5.87), (50, 80, 7.00), (60, 110, 8.30)])
def test_weekly_kilometres_at_81_percent_take_the_computed_hours(vdot: float, km: float, hours: float) -> None:
    assert km * 1000 / (0.81 * formula_threshold_speed(vdot)) / 3600 == pytest.approx(hours, abs=0.006)


# --- slow runners -------------------------------------------------------------------------------------------------


def test_at_vdot_31_intervals_are_corrected_from_9_15_to_8_40_a_mile() -> None:
    assert METRES_A_MILE * 60 / speed_m_per_min(0.975 * 31) == pytest.approx(seconds("9:15"), abs=0.6)
    assert pace_s(paces(31)[PaceName.INTERVAL], METRES_A_MILE) == pytest.approx(seconds("8:40"), abs=0.6)


def test_at_vdot_25_intervals_are_5_57_a_kilometre() -> None:
    assert pace_text(paces(25)[PaceName.INTERVAL].fast_m_s) == "5:57/km"


def test_threshold_follows_the_mean_of_both_vdots_and_marathon_neither() -> None:
    assert threshold_speed(30) == pytest.approx(formula_threshold_speed((30 + 33) / 2))
    assert paces(30)[PaceName.MARATHON].fast_m_s == race_speed(RaceDistance.MARATHON, 30)


@pytest.mark.parametrize("name", PaceName)
def test_no_pace_jumps_at_39(name: PaceName) -> None:
    assert paces(38.9999)[name].fast_m_s == pytest.approx(paces(39)[name].fast_m_s, rel=1e-4)


@given(VDOTS)
def test_percentages_are_of_the_threshold_pace_that_the_runner_is_shown(vdot: float) -> None:
    shown = paces(vdot)[PaceName.THRESHOLD].fast_m_s
    assert shown == threshold_speed(vdot)
    for race in RaceDistance:
        assert race_pct(race, vdot) == pytest.approx(100 * race_speed(race, vdot) / shown)


# --- relatives ----------------------------------------------------------------------------------------------------


@given(VDOTS)
def test_the_vdot_of_a_threshold_speed_is_where_it_came_from(vdot: float) -> None:
    assert vdot_of_threshold(threshold_speed(vdot)) == pytest.approx(vdot, abs=1e-6)
    assert vdot_of_formula_threshold(formula_threshold_speed(vdot)) == pytest.approx(vdot, abs=1e-6)


@given(st.floats(28, MAX_VDOT))
def test_paces_stand_from_easy_to_repetition(vdot: float) -> None:
    speeds = [speed for pace in training_paces(vdot) for speed in (pace.slow_m_s, pace.fast_m_s)]
    assert speeds == sorted(speeds)


def test_whoever_takes_over_five_hours_runs_a_marathon_at_easy_pace() -> None:
    at = paces(25)
    assert at[PaceName.EASY].slow_m_s < at[PaceName.MARATHON].fast_m_s < at[PaceName.EASY].fast_m_s


@given(VDOTS, st.floats(0.01, 10))
def test_a_higher_vdot_is_faster_at_every_pace(vdot: float, more: float) -> None:
    if vdot + more <= MAX_VDOT:
        for slower, faster in zip(training_paces(vdot), training_paces(vdot + more), strict=True):
            assert slower.fast_m_s < faster.fast_m_s


def test_paces_are_read_by_their_letters() -> None:
    assert [PaceName(letter) for letter in "EMTIR"] == list(PaceName)


# --- bad input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vdot", [10, 95, float("nan")])
def test_no_paces_are_made_up_beyond_what_runners_run(vdot: float) -> None:
    with pytest.raises(ValueError, match="is outside 15 to 90"):
        training_paces(vdot)
    with pytest.raises(ValueError, match="is outside 15 to 90"):
        threshold_speed(vdot)


@pytest.mark.parametrize("speed", [0, -3, 1.0, 7.5, float("nan")])
def test_a_threshold_that_nobody_has_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="the slowest and the fastest that training paces are known for"):
        vdot_of_threshold(speed)
