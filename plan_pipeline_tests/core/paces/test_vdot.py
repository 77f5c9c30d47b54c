"""VDOT: the computed and the printed numbers, the inverse, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.paces.vdot import (
    MAX_DISTANCE_M,
    MAX_VDOT,
    MIN_DISTANCE_M,
    MIN_VDOT,
    RaceDistance,
    corrected_vdot,
    oxygen_cost,
    race_time_s,
    share_sustained,
    speed_m_per_min,
    vdot_of,
)

FIVE_K, TEN_K, HALF, MARATHON = (
    RaceDistance.FIVE_K,
    RaceDistance.TEN_K,
    RaceDistance.HALF_MARATHON,
    RaceDistance.MARATHON,
)
VDOTS = st.floats(MIN_VDOT, MAX_VDOT)
DISTANCES = st.floats(MIN_DISTANCE_M, MAX_DISTANCE_M)


def seconds(clock: str) -> float:
    """``1:03:48.9`` in seconds."""
    parts = [float(part) for part in clock.split(":")]
    return sum((part * 60.0**power for power, part in enumerate(reversed(parts))), 0.0)


# --- golden numbers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("race", "time", "vdot"),
    [
        (FIVE_K, "20:00", 49.81),
        (TEN_K, "40:00", 51.94),
        (HALF, "1:30:00", 50.98),
        (MARATHON, "3:00:00", 53.53),
        (RaceDistance.MILE, "5:00", 59.40),
    ],
)
def test_the_vdot_of_a_race_is_the_computed_one_to_two_decimals(race: RaceDistance, time: str, vdot: float) -> None:
    assert vdot_of(race.metres, seconds(time)) == pytest.approx(vdot, abs=0.005)


def test_an_hour_is_run_at_888_thousandths_of_vo2max() -> None:
    assert share_sustained(60) == pytest.approx(0.8880, abs=5e-5)


FORMULA = [
    (30, FIVE_K, "30:40.9"),
    (40, FIVE_K, "24:06.2"),
    (50, FIVE_K, "19:56.0"),
    (60, FIVE_K, "17:02.8"),
    (30, TEN_K, "1:03:48.9"),
    (40, TEN_K, "50:00.8"),
    (50, TEN_K, "41:19.6"),
    (60, TEN_K, "35:21.9"),
]


@pytest.mark.parametrize(("vdot", "race", "time"), FORMULA)
def test_the_formula_gives_times_to_a_tenth_of_a_second(vdot: float, race: RaceDistance, time: str) -> None:
    assert race_time_s(race.metres, vdot) == pytest.approx(seconds(time), abs=0.1)


@pytest.mark.parametrize(
    ("vdot", "race", "time"),
    [
        (30, HALF, "2:21:17"),
        (40, HALF, "1:50:54"),
        (50, HALF, "1:31:31"),
        (60, HALF, "1:18:09"),
        (30, MARATHON, "4:49:49"),
        (40, MARATHON, "3:49:37"),
        (50, MARATHON, "3:10:40"),
        (60, MARATHON, "2:43:23"),
    ],
)
def test_the_formula_gives_long_races_to_the_second_they_are_stated_to(
    vdot: float, race: RaceDistance, time: str
) -> None:
    assert race_time_s(race.metres, vdot) == pytest.approx(seconds(time), abs=1.0)


@pytest.mark.parametrize(
    ("vdot", "race", "time"),
    [
        (30, FIVE_K, "30:40"),
        (40, FIVE_K, "24:08"),
        (50, FIVE_K, "19:57"),
        (30, TEN_K, "63:46"),
        (40, TEN_K, "50:03"),
        (50, TEN_K, "41:21"),
        (30, HALF, "2:21:04"),
        (40, HALF, "1:50:59"),
        (50, HALF, "1:31:35"),
        (30, MARATHON, "4:49:17"),
        (40, MARATHON, "3:49:45"),
        (50, MARATHON, "3:10:49"),
    ],
)
def test_the_printed_table_is_the_formula_within_two_tenths_of_a_percent(
    vdot: float, race: RaceDistance, time: str
) -> None:
    assert race_time_s(race.metres, vdot) == pytest.approx(seconds(time), rel=0.002)


def test_vo2max_at_vdot_50_is_reached_at_3_50_a_kilometre() -> None:
    speed = speed_m_per_min(50)
    assert speed == pytest.approx(260.8, abs=0.05)
    assert 60_000 / speed == pytest.approx(seconds("3:50.1"), abs=0.05)


def test_the_slow_runner_correction_is_continuous_at_39() -> None:
    assert corrected_vdot(39) == 39
    assert corrected_vdot(38.999) == pytest.approx(39, abs=0.001)
    assert corrected_vdot(30) == pytest.approx(33)
    assert corrected_vdot(50) == 50


# --- relatives ----------------------------------------------------------------------------------------------------


@given(VDOTS, DISTANCES)
def test_the_time_of_a_vdot_has_that_vdot(vdot: float, distance_m: float) -> None:
    inside = min(max(vdot, MIN_VDOT + 1e-6), MAX_VDOT - 1e-6)
    assert vdot_of(distance_m, race_time_s(distance_m, inside)) == pytest.approx(inside, abs=1e-6)


@given(st.floats(0, 120))
def test_the_speed_of_an_oxygen_uptake_takes_that_uptake(oxygen: float) -> None:
    assert oxygen_cost(speed_m_per_min(oxygen)) == pytest.approx(oxygen, abs=1e-9)


@given(VDOTS, st.floats(0.01, 5), DISTANCES)
def test_a_higher_vdot_is_faster_over_every_distance(vdot: float, more: float, distance_m: float) -> None:
    higher = min(vdot + more, MAX_VDOT)
    lower = higher - more
    if lower >= MIN_VDOT:
        assert race_time_s(distance_m, higher) < race_time_s(distance_m, lower)


@given(VDOTS, DISTANCES, st.floats(1.01, 3))
def test_a_longer_race_takes_longer_and_is_slower(vdot: float, distance_m: float, times: float) -> None:
    longer = min(distance_m * times, MAX_DISTANCE_M)
    shorter = longer / times
    if shorter >= MIN_DISTANCE_M:
        short_s, long_s = race_time_s(shorter, vdot), race_time_s(longer, vdot)
        assert short_s < long_s
        assert shorter / short_s > longer / long_s


# --- distances by name --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "race"),
    [
        ("5 km", FIVE_K),
        ("5K", FIVE_K),
        ("10K", TEN_K),
        ("10 km", TEN_K),
        ("half", HALF),
        ("HM", HALF),
        ("Half-Marathon", HALF),
        ("half_marathon", HALF),
        ("Marathon", MARATHON),
        ("1 mile", RaceDistance.MILE),
    ],
)
def test_a_distance_is_read_in_the_spellings_of_runners(written: str, race: RaceDistance) -> None:
    assert RaceDistance(written) is race


@pytest.mark.parametrize("written", ["1.0 km", "1,0 km", "-5 km", "211 km", "", "42"])
def test_what_only_looks_like_a_distance_is_none(written: str) -> None:
    with pytest.raises(ValueError, match="is not a valid RaceDistance"):
        RaceDistance(written)


def test_distances_are_those_that_are_measured() -> None:
    assert [race.metres for race in RaceDistance] == [1609.344, 5000, 10_000, 21_097.5, 42_195]


# --- bad input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("distance_m", "time_s", "problem"),
    [
        (5000, 600, "5 km in 10.0 min is faster than any record; check distance and time"),
        (5000, 3600, "5 km in 60.0 min is slower than running"),
        (5000, 0, "takes more than no time"),
        (5000, -60, "takes more than no time"),
        (5000, float("nan"), "takes more than no time"),
        (800, 140, "0.8 km is outside 1.5 to 50 km"),
        (100_000, 30_000, "100 km is outside 1.5 to 50 km"),
        (float("nan"), 1200, "nan km is outside"),
    ],
)
def test_a_race_that_says_nothing_is_refused(distance_m: float, time_s: float, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        vdot_of(distance_m, time_s)


@pytest.mark.parametrize("vdot", [14.9, 90.1, float("nan"), -5])
def test_a_vdot_that_nobody_has_is_refused(vdot: float) -> None:
    with pytest.raises(ValueError, match="is outside 15 to 90"):
        race_time_s(5000, vdot)
