"""Planned running is loaded by the code that loads cycling, on % of threshold speed: golden sessions and races."""

from __future__ import annotations

import pytest

from plan_pipeline.core.load import SECONDS_PER_MINUTE, Stretch, normalized_intensity, tss_if2
from plan_pipeline.core.paces.graded import rtss
from plan_pipeline.core.paces.training import formula_threshold_speed, race_speed, threshold_speed
from plan_pipeline.core.paces.vdot import RaceDistance, race_time_s

THRESHOLD = threshold_speed(50)


def minutes(length: float, pct: float) -> Stretch:
    return (length, pct / 100, pct / 100)


def metres(length: float, pct: float) -> Stretch:
    return minutes(length / (THRESHOLD * pct / 100) / SECONDS_PER_MINUTE, pct)


WARMUP, COOLDOWN = minutes(15, 78), minutes(10, 75)
CRUISE = [WARMUP, *[minutes(10, 100), minutes(2, 75)] * 3, COOLDOWN]
KILOMETRES = [WARMUP, *[metres(1000, 108.7), minutes(2.5, 72)] * 5, COOLDOWN]
LAPS = [WARMUP, *[metres(400, 117.3), metres(400, 65)] * 8, COOLDOWN]
STRIDES = [minutes(45, 80), *[minutes(20 / 60, 120), minutes(1, 65)] * 6]
MARATHON_FINISH = [minutes(60, 80), minutes(60, 94)]


@pytest.mark.parametrize(
    ("session", "np30", "if2"),
    [
        ([minutes(60, 80)], 64.0, 64.0),
        ([minutes(120, 80)], 128.0, 128.0),
        (CRUISE, 82.8, 80.2),
        (KILOMETRES, 78.5, 73.9),
        (LAPS, 72.2, 65.9),
        (STRIDES, 57.2, 57.0),
        (MARATHON_FINISH, 154.2, 152.4),
    ],
    ids=["easy", "long", "cruise intervals", "kilometres", "laps", "strides", "marathon finish"],
)
def test_a_session_has_the_computed_load_by_both_methods(session: list[Stretch], np30: float, if2: float) -> None:
    hours = sum(length for length, _, _ in session) / 60
    assert 100 * hours * normalized_intensity(session) ** 2 == pytest.approx(np30, abs=0.05)
    assert tss_if2(session) == pytest.approx(if2, abs=0.05)


@pytest.mark.parametrize(
    ("session", "km"),
    [([minutes(60, 80)], 11.29), ([minutes(120, 80)], 22.57), (CRUISE, 12.63), (KILOMETRES, 11.63)],
    ids=["easy", "long", "cruise intervals", "kilometres"],
)
def test_a_session_has_the_computed_kilometres_at_vdot_50(session: list[Stretch], km: float) -> None:
    assert sum(length * 60 * share * THRESHOLD for length, share, _ in session) / 1000 == pytest.approx(km, abs=0.005)


@pytest.mark.parametrize(
    ("race", "vdot", "tss"),
    [
        (RaceDistance.FIVE_K, 50, 38),
        (RaceDistance.TEN_K, 50, 73),
        (RaceDistance.HALF_MARATHON, 50, 147),
        (RaceDistance.MARATHON, 50, 282),
        (RaceDistance.MARATHON, 40, 335),
        (RaceDistance.MARATHON, 30, 420),
    ],
)
def test_a_race_costs_the_computed_load(race: RaceDistance, vdot: float, tss: float) -> None:
    cost = rtss(race_time_s(race.metres, vdot), race_speed(race, vdot), formula_threshold_speed(vdot))
    assert cost == pytest.approx(tss, abs=0.6)
