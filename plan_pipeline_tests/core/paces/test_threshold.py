"""Threshold speed from races, tests, critical speed and stated paces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.paces.threshold import (
    ThresholdMethod,
    critical_ratio,
    critical_speed,
    effort_factor,
    threshold_from_critical_speed,
    threshold_from_pace,
    threshold_from_race,
    threshold_from_test,
)
from plan_pipeline.core.paces.training import formula_threshold_speed, threshold_speed
from plan_pipeline.core.paces.vdot import Effort, race_time_s, share_sustained, speed_m_per_min

# --- races and tests ----------------------------------------------------------------------------------------------


def test_a_race_gives_its_vdot_and_the_threshold_that_is_shown_for_it() -> None:
    found = threshold_from_race(5000, 1200)
    assert found.vdot == pytest.approx(49.81, abs=0.005)
    assert found.speed_m_s == threshold_speed(found.vdot)
    assert found.method is ThresholdMethod.RACE


@pytest.mark.parametrize(
    ("minutes", "factor"), [(20, 1.067), (30, 1.046), (40, 1.031), (50, 1.018), (60, 1.007), (25, 1.0565)]
)
def test_a_test_is_faster_than_threshold_by_a_factor_of_its_length(minutes: float, factor: float) -> None:
    assert effort_factor(minutes) == pytest.approx(factor)
    found = threshold_from_test(4.0 * minutes * 60, minutes * 60)
    assert found.speed_m_s == pytest.approx(4.0 / factor)


@pytest.mark.parametrize("vdot", [35, 50, 65])
@pytest.mark.parametrize("minutes", [20, 30, 40, 50, 60])
def test_the_factors_are_the_formula_s_within_0_13_percent(vdot: float, minutes: float) -> None:
    all_out = speed_m_per_min(vdot * share_sustained(minutes)) / 60
    assert all_out / formula_threshold_speed(vdot) == pytest.approx(effort_factor(minutes), rel=0.0013)


@given(st.floats(42, 65), st.floats(20, 60))
def test_a_test_and_a_race_of_the_same_run_give_the_same_threshold(vdot: float, minutes: float) -> None:
    run = speed_m_per_min(vdot * share_sustained(minutes)) * minutes
    as_race, as_test = threshold_from_race(run, minutes * 60), threshold_from_test(run, minutes * 60)
    assert as_test.speed_m_s == pytest.approx(as_race.speed_m_s, rel=0.003)


def test_a_slow_runner_s_test_is_corrected_as_a_race_is() -> None:
    as_race, as_test = threshold_from_race(5000, 1800), threshold_from_test(5000, 1800)
    assert as_race.vdot < 39
    assert as_test.speed_m_s == pytest.approx(as_race.speed_m_s, rel=0.003)
    assert as_test.speed_m_s == threshold_speed(as_test.vdot)


@pytest.mark.parametrize("minutes", [19.9, 60.1, 0, -30])
def test_a_test_of_another_length_is_refused_with_the_remedy(minutes: float) -> None:
    with pytest.raises(ValueError, match="is outside 20 to 60 min; run one of 30 min"):
        threshold_from_test(7000, minutes * 60 or 1)


@pytest.mark.parametrize(("distance_m", "problem"), [(0, "covers some distance"), (1000, "is outside"), (20e3, "is")])
def test_a_test_that_nobody_runs_is_refused(distance_m: float, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        threshold_from_test(distance_m, 1800)


# --- critical speed -----------------------------------------------------------------------------------------------


def test_two_efforts_have_the_line_through_them() -> None:
    found = critical_speed([Effort(1200, 250), Effort(3600, 850)])
    assert found.speed_m_s == pytest.approx(4.000, abs=5e-4)
    assert found.d_prime_m == pytest.approx(200, abs=0.5)


def efforts_of(vdot: float) -> list[Effort]:
    return [Effort(metres, race_time_s(metres, vdot)) for metres in (1500, 3000, 5000)]


def test_vdot_50_over_1500_3000_and_5000_m_has_a_critical_speed_of_4_010() -> None:
    found = critical_speed(efforts_of(50))
    assert found.speed_m_s == pytest.approx(4.010, abs=5e-4)
    assert found.d_prime_m == pytest.approx(209, abs=0.5)


@pytest.mark.parametrize(("vdot", "ratio"), [(50, 1.023), (60, 1.030)])
def test_critical_speed_lies_above_threshold_by_the_computed_ratio(vdot: float, ratio: float) -> None:
    found = critical_speed(efforts_of(vdot)).speed_m_s
    assert found / formula_threshold_speed(vdot) == pytest.approx(ratio, abs=5e-4)
    assert critical_ratio(found) == pytest.approx(ratio, abs=5e-4)


def test_the_ratio_is_interpolated_and_held_beyond_its_ends() -> None:
    at_40 = 1.017 * formula_threshold_speed(40)
    assert critical_ratio(at_40) == pytest.approx(1.017)
    assert critical_ratio(at_40 - 1) == pytest.approx(1.017)
    assert 1.017 < critical_ratio(at_40 + 0.2) < 1.023
    assert critical_ratio(7) == pytest.approx(1.030)


@pytest.mark.parametrize("vdot", [50, 60, 70])
def test_the_first_threshold_at_82_3_percent_of_critical_speed_is_84_percent_of_threshold(vdot: float) -> None:
    first_pct = 82.3 * critical_speed(efforts_of(vdot)).speed_m_s / formula_threshold_speed(vdot)
    assert 83.4 <= first_pct <= 85.35


@given(st.floats(50, 62))
def test_critical_speed_leads_back_to_the_threshold_it_came_from(vdot: float) -> None:
    found = threshold_from_critical_speed(critical_speed(efforts_of(vdot)))
    assert found.speed_m_s == pytest.approx(threshold_speed(vdot), rel=0.002)
    assert found.method is ThresholdMethod.CRITICAL_SPEED


@given(st.floats(3, 6), st.floats(50, 400), st.lists(st.integers(130, 1190), min_size=2, max_size=6, unique=True))
def test_efforts_on_a_line_give_the_line_back(speed: float, d_prime: float, times: list[int]) -> None:
    if max(times) >= 1.5 * min(times):
        found = critical_speed([Effort(d_prime + speed * time, time) for time in times])
        assert found.speed_m_s == pytest.approx(speed)
        assert found.d_prime_m == pytest.approx(d_prime, rel=1e-4)


@pytest.mark.parametrize(
    ("efforts", "problem"),
    [
        ([], "takes two or more efforts; 0 were given"),
        ([Effort(1200, 250)], "takes two or more efforts; 1 was given"),
        ([Effort(400, 70), Effort(3600, 850)], "400 m in 1.2 min is no effort for critical speed"),
        ([Effort(1200, 250), Effort(10_000, 2480)], "take all-out efforts of 2 to 20 min"),
        ([Effort(1200, 250), Effort(1300, 275)], "4.2 and 4.6 min are too alike"),
        ([Effort(1200, 250), Effort(1200, 250)], "too alike"),
        ([Effort(1200, 250), Effort(4200, 850)], "one of them was not all out"),
        ([Effort(3600, 250), Effort(3600, 850)], "one of them was not all out"),
        ([Effort(-1200, 250), Effort(3600, 850)], "is no effort"),
    ],
)
def test_efforts_that_have_no_critical_speed_are_refused(efforts: list[Effort], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        critical_speed(efforts)


# --- a pace that is known -----------------------------------------------------------------------------------------


@given(st.floats(1.9, 6.2))
def test_a_stated_threshold_is_taken_as_it_is(speed: float) -> None:
    found = threshold_from_pace(speed)
    assert found.speed_m_s == speed
    assert threshold_speed(found.vdot) == pytest.approx(speed)


def test_every_method_names_its_source() -> None:
    assert all(method.source for method in ThresholdMethod)
