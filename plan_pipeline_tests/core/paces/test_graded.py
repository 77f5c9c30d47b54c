"""Hills: what a grade costs, the flat speed that a hilly run was worth, and running TSS."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.paces.graded import (
    DOWNHILL_FLOOR,
    MAX_GRADE,
    grade_ratio,
    normalized_graded_speed,
    rtss,
    running_cost,
)

GRADES = st.floats(-MAX_GRADE, MAX_GRADE)
UPHILL = st.floats(0, MAX_GRADE - 0.01)


@pytest.mark.parametrize(
    ("grade", "ratio"),
    [
        (-0.20, 0.500),
        (-0.10, 0.598),
        (-0.05, 0.763),
        (0.0, 1.000),
        (0.01, 1.055),
        (0.02, 1.113),
        (0.05, 1.301),
        (0.08, 1.509),
        (0.10, 1.658),
        (0.20, 2.502),
    ],
)
def test_a_grade_costs_what_minetti_found(grade: float, ratio: float) -> None:
    assert grade_ratio(grade, downhill_floor=None) == pytest.approx(ratio, abs=5e-4)


def test_the_cheapest_grade_is_18_1_percent_down_at_495_thousandths() -> None:
    cheapest = min(range(-450, 451), key=lambda tenths: running_cost(tenths / 1000)) / 1000
    assert cheapest == -0.181
    assert grade_ratio(cheapest, downhill_floor=None) == pytest.approx(0.495, abs=5e-4)


def test_downhill_counts_85_percent_at_least_unless_it_is_asked_for() -> None:
    assert grade_ratio(-0.10) == DOWNHILL_FLOOR == 0.85
    assert grade_ratio(-0.01) == pytest.approx(grade_ratio(-0.01, downhill_floor=None))
    assert grade_ratio(0.10) == pytest.approx(1.658, abs=5e-4)


@given(UPHILL)
def test_steeper_up_costs_more(grade: float) -> None:
    assert running_cost(grade + 0.01) > running_cost(grade)


@pytest.mark.parametrize("grade", [0.46, -0.46, 5.0, float("nan"), float("inf")])
def test_a_grade_beyond_what_was_measured_is_refused(grade: float) -> None:
    with pytest.raises(ValueError, match=r"0\.05 is 5 %"):
        grade_ratio(grade)


# --- NGP ----------------------------------------------------------------------------------------------------------


@given(st.floats(0.5, 7), st.integers(1, 400))
def test_an_even_run_on_the_flat_is_worth_its_speed(speed: float, seconds: int) -> None:
    assert normalized_graded_speed([speed] * seconds, [0.0] * seconds) == pytest.approx(speed)


def test_an_even_climb_is_worth_the_ratio_of_its_grade() -> None:
    assert normalized_graded_speed([3.0] * 600, [0.05] * 600) == pytest.approx(3.0 * 1.301, abs=0.002)


def test_the_thirty_second_mean_makes_short_surges_smaller_than_their_fourth_power() -> None:
    surges = ([5.0] * 10 + [3.0] * 10) * 60
    found = normalized_graded_speed(surges, [0.0] * len(surges))
    fourth_powers = ((5.0**4 + 3.0**4) / 2) ** 0.25
    assert 4.0 <= found < fourth_powers
    minutes = ([5.0] * 600 + [3.0] * 600) * 2
    assert normalized_graded_speed(minutes, [0.0] * len(minutes)) == pytest.approx(fourth_powers, rel=0.01)


@given(st.lists(st.tuples(st.floats(0, 7), GRADES), min_size=1, max_size=120), st.floats(0.5, 2))
def test_twice_as_fast_is_worth_twice_as_much(run: list[tuple[float, float]], times: float) -> None:
    speeds, grades = [speed for speed, _ in run], [grade for _, grade in run]
    once = normalized_graded_speed(speeds, grades)
    assert normalized_graded_speed([times * speed for speed in speeds], grades) == pytest.approx(times * once, abs=1e-9)


def test_no_run_is_worth_nothing() -> None:
    assert normalized_graded_speed([], []) == 0


@pytest.mark.parametrize(
    ("speeds", "grades", "problem"),
    [
        ([3.0], [], "1 speeds and 0 grades; give one of each a second"),
        ([3.0, -1.0], [0.0, 0.0], "a speed is below zero or no number"),
        ([float("nan")], [0.0], "a speed is below zero or no number"),
        ([3.0], [0.6], "is beyond ±0.45"),
    ],
)
def test_what_a_watch_lost_is_refused(speeds: list[float], grades: list[float], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        normalized_graded_speed(speeds, grades)


# --- rTSS ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "ngp", "threshold", "tss"),
    [(3600, 4.0, 4.0, 100), (3600, 3.2, 4.0, 64), (1800, 1000 / 300, 1000 / 270, 40.5), (0, 4.0, 4.0, 0)],
    ids=["an hour at threshold", "an hour at 80 %", "half an hour of 5:00 at T 4:30", "nothing"],
)
def test_running_tss_goes_by_speed_not_by_pace(seconds: float, ngp: float, threshold: float, tss: float) -> None:
    assert rtss(seconds, ngp, threshold) == pytest.approx(tss)


@pytest.mark.parametrize(("seconds", "ngp", "threshold"), [(3600, 4, 0), (3600, 4, -1), (-1, 4, 4), (1, -4, 4)])
def test_running_tss_of_what_cannot_be_is_refused(seconds: float, ngp: float, threshold: float) -> None:
    with pytest.raises(ValueError, match="zero"):
        rtss(seconds, ngp, threshold)
