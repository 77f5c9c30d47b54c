"""Paces, times, distances and races as people write them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.paces.text import (
    MAX_SPEED_M_S,
    MIN_SPEED_M_S,
    Units,
    distance_text,
    pace_range_text,
    pace_text,
    read_distance,
    read_effort,
    read_pace,
    read_race,
    read_time,
    time_text,
)
from plan_pipeline.core.paces.vdot import METRES_A_MILE, Effort, RaceDistance

HALF, MARATHON = RaceDistance.HALF_MARATHON.metres, RaceDistance.MARATHON.metres

# --- races --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "distance_m", "time_s"),
    [
        ("10 km 41:20", 10_000, 2480),
        ("half marathon 1:32:05", HALF, 5525),
        ("5k 20:00", 5000, 1200),
        ("5K: 20:00", 5000, 1200),
        ("13.1 mi 1:30:00", HALF, 5400),
        ("21.1 km in 1:45", HALF, 6300),
        ("21 km 1:45:00", HALF, 6300),
        ("26.2 miles 3:30", MARATHON, 12_600),
        ("marathon 3:05", MARATHON, 11_100),
        ("HM 92 min", HALF, 5520),
        ("half-marathon 1h32", HALF, 5520),
        ("10 km - 41:20", 10_000, 2480),
        ("10 km 41 min 20 s", 10_000, 2480),
        ("10 km, 1 h 2 min", 10_000, 3720),
        ("41:20 for 10 km", 10_000, 2480),
        ("mile 5:00", METRES_A_MILE, 300),
        ("1500 m 4:10.5", 1500, 250.5),
        ("  10   KM   41:20 ", 10_000, 2480),
    ],
)
def test_a_race_is_read_as_runners_write_it(written: str, distance_m: float, time_s: float) -> None:
    assert read_race(written) == Effort(distance_m, time_s)


def test_13_miles_are_no_half_marathon_and_1_0_km_is_no_10_km() -> None:
    assert read_race("13 mi 1:30:00").distance_m == pytest.approx(13 * METRES_A_MILE)
    assert read_race("1.0 km 3:10").distance_m == 1000


def test_of_a_test_the_distance_is_what_was_measured() -> None:
    assert read_effort("30 min 7.2 km") == Effort(7200, 1800)
    assert read_effort("21.1 km 1:45:00").distance_m == 21_100
    assert read_effort("1 h 12 km") == Effort(12_000, 3600)


@pytest.mark.parametrize(
    "written", ["10 km 41:20", "10 km 1:10", "5 km 0:20", "marathon 2:59", "5k 16:40", "half marathon 90:00"]
)
def test_two_numbers_are_hours_and_minutes_only_where_the_other_would_be_a_record(written: str) -> None:
    effort = read_race(written)
    assert MIN_SPEED_M_S <= effort.speed_m_s <= MAX_SPEED_M_S


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", "is not read as a distance and a time"),
        ("10 km", "is not read as a distance and a time"),
        ("41:20", "is not read as a distance and a time"),
        ("10 km 41", "is not read as a distance and a time"),
        ("5k 99:99", "is not read as a distance and a time"),
        ("5k -20:00", "is not read as a distance"),
        ("5k 0:00", "takes no time"),
        ("5k 5:00", "is faster than any record"),
        ("5k 3:30:00", "is slower than a walk"),
        ("100 m 0:12", "is outside 400 m to 100 km"),
        ("500 km 90:00:00", "is outside 400 m to 100 km"),
        ("banana 20:00", "is not read as a distance; write 10 km"),
        ("5k 20:00 20:00", "is not read as a distance"),
        ("٥ km 20:00", "is not read as a distance"),
    ],
)
def test_what_is_no_race_is_refused_with_the_forms_to_write(written: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as refused:
        read_race(written)
    assert "write " in str(refused.value)


@pytest.mark.parametrize("read", [read_race, read_effort, read_pace, read_time, read_distance])
def test_a_text_beyond_a_hundred_characters_is_refused_at_once_and_not_repeated(read: Callable[[str], object]) -> None:
    with pytest.raises(ValueError, match="is too long") as refused:
        read("9" * 1_000_000)
    assert len(str(refused.value)) < 300


@given(st.text(max_size=120) | st.from_regex(r"[0-9 :.,hkmins-]{1,30}", fullmatch=True))
def test_any_text_is_read_or_refused_in_words(written: str) -> None:
    for read in (read_race, read_effort, read_pace, read_time, read_distance):
        refused = refusal(read, written)
        assert refused is None or "write " in refused


def refusal(read: Callable[[str], object], written: str) -> str | None:
    try:
        read(written)
    except ValueError as error:
        return str(error)
    return None


# --- paces --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "speed"),
    [
        ("4:15/km", 1000 / 255),
        ("4:15", 1000 / 255),
        ("4:15 min/km", 1000 / 255),
        ("4:15 per km", 1000 / 255),
        ("4'15\"/km", 1000 / 255),
        ("6:50/mi", METRES_A_MILE / 410),
        ("6:50/mile", METRES_A_MILE / 410),
    ],
)
def test_a_pace_is_read_as_a_speed(written: str, speed: float) -> None:
    assert read_pace(written) == pytest.approx(speed)


def test_a_pace_without_a_unit_is_in_the_runner_s_units() -> None:
    assert read_pace("6:50", Units.MILE) == pytest.approx(METRES_A_MILE / 410)
    assert read_pace("6:50/km", Units.MILE) == pytest.approx(1000 / 410)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("4.15", "is not read as a pace"),
        ("4:15/h", "is not read as a pace"),
        ("-4:15", "is not read as a pace"),
        ("99:99", "is not read as a pace"),
        ("4:5", "is not read as a pace"),
        ("0:00", "is no pace"),
        ("1:30/km", "is faster than any record"),
        ("20:00/km", "is slower than a walk"),
    ],
)
def test_what_is_no_pace_is_refused_with_the_forms_to_write(written: str, problem: str) -> None:
    with pytest.raises(ValueError, match=f"{problem}; write 4:15/km, 6:50/mi or 4:15"):
        read_pace(written)


def test_five_minutes_a_kilometre_are_8_02_8_a_mile_and_eight_a_mile_4_58_3_a_kilometre() -> None:
    assert METRES_A_MILE / read_pace("5:00/km") == pytest.approx(482.8, abs=0.05)
    assert 1000 / read_pace("8:00/mi") == pytest.approx(298.3, abs=0.05)


def test_a_pace_is_written_to_the_second_in_either_unit() -> None:
    assert pace_text(1000 / 255.2) == "4:15/km"
    assert pace_text(1000 / 255.2, Units.MILE) == "6:51/mi"
    assert pace_text(1000 / 299.6) == "5:00/km"


def test_a_range_of_paces_is_written_fast_end_first() -> None:
    assert pace_range_text(1000 / 338, 1000 / 307) == "5:07–5:38/km"
    assert pace_range_text(1000 / 255.1, 1000 / 255) == "4:15/km"


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_no_speed_has_no_pace(speed: float) -> None:
    with pytest.raises(ValueError, match="has no pace"):
        pace_text(speed)


@given(st.integers(126, 999), st.sampled_from(Units))
def test_a_pace_that_was_written_is_read_back_as_the_same(seconds: int, units: Units) -> None:
    speed = units.metres / seconds
    if MIN_SPEED_M_S <= speed <= MAX_SPEED_M_S:
        assert read_pace(pace_text(speed, units)) == pytest.approx(speed)


@pytest.mark.parametrize(
    ("written", "units"),
    [
        ("km", Units.KM),
        ("metric", Units.KM),
        ("Kilometres", Units.KM),
        ("kilometers", Units.KM),
        ("mile", Units.MILE),
        ("miles", Units.MILE),
        ("Imperial", Units.MILE),
        ("mi", Units.MILE),
    ],
)
def test_units_are_read_in_any_spelling(written: str, units: Units) -> None:
    assert Units(written) is units


# --- times and distances ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("41:20", 2480), ("1:30:00", 5400), ("1h30", 5400), ("90 min", 5400), ("1 h", 3600), ("41m20s", 2480)],
)
def test_a_time_is_read_in_seconds(written: str, seconds: float) -> None:
    assert read_time(written) == seconds


@pytest.mark.parametrize(
    ("written", "problem"),
    [("0:00", "is no time"), ("99:00:00", "more than a day"), ("20", "is not read"), ("1:75:00", "is not read")],
)
def test_what_is_no_time_is_refused(written: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_time(written)


@given(st.integers(1, 86_400))
def test_a_time_that_was_written_is_read_back_as_the_same(seconds: int) -> None:
    assert read_time(time_text(seconds)) == seconds


@pytest.mark.parametrize(
    ("written", "metres"),
    [("7.2 km", 7200), ("7,2 km", 7200), ("1500 m", 1500), ("3 mi", 3 * METRES_A_MILE), ("HM", HALF), ("5k", 5000)],
)
def test_a_distance_is_read_in_metres(written: str, metres: float) -> None:
    assert read_distance(written) == pytest.approx(metres)


@pytest.mark.parametrize("written", ["5,000 m", "10", "ten", "0 km", "-5 km"])
def test_what_is_no_distance_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"write 10 km, 13\.1 mi, 1500 m"):
        read_distance(written)


def test_a_distance_is_written_by_the_name_of_its_race_or_in_units() -> None:
    assert distance_text(HALF) == "half marathon"
    assert distance_text(10_000, Units.MILE) == "10 km"
    assert distance_text(7200) == "7.2 km"
    assert distance_text(7200, Units.MILE) == "4.47 mi"
