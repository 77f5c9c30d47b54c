"""How much slower to run in the heat."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.paces.heat import SLOWER_PCT, heat_advice


def at_sum(sum_f: float) -> tuple[float, float]:
    """Air and dew point in °C, both the same, with this sum in °F."""
    celsius = (sum_f / 2 - 32) * 5 / 9
    return celsius, celsius


def test_28_degrees_with_a_dew_point_of_20_are_150_4_fahrenheit_and_4_5_to_6_percent() -> None:
    advice = heat_advice(28, 20)
    assert advice.sum_f == pytest.approx(150.4)
    assert (advice.low_pct, advice.high_pct) == (4.5, 6.0)
    assert advice.repeats_pct == (2.25, 3.0)
    assert advice.in_words == "4.5–6 % slower, repeats 2.25–3 %"
    assert advice.hard_running


@pytest.mark.parametrize(("sum_f", "pct"), SLOWER_PCT)
def test_the_chart_is_met_at_every_step(sum_f: float, pct: float) -> None:
    assert heat_advice(*at_sum(sum_f)).slower_pct == pytest.approx(pct, abs=1e-6)


def test_between_its_steps_the_chart_is_interpolated() -> None:
    assert heat_advice(*at_sum(155)).slower_pct == pytest.approx(5.25)


def test_a_cool_day_costs_nothing() -> None:
    advice = heat_advice(10, 5)
    assert (advice.slower_pct, advice.in_words) == (0, "no slower")


def test_above_180_there_is_no_hard_running() -> None:
    advice = heat_advice(38, 30)
    assert not advice.hard_running
    assert (advice.slower_pct, advice.repeats_pct, advice.in_words) == (None, None, "no hard running")


@given(st.floats(-20, 34), st.floats(0, 30), st.floats(0, 3))
def test_hotter_is_never_faster_and_the_range_holds_what_is_between(air: float, drier: float, more: float) -> None:
    cooler, hotter = heat_advice(air, air - drier), heat_advice(air + more, air - drier)
    if hotter.slower_pct is not None:
        assert cooler.slower_pct is not None
        assert cooler.slower_pct <= hotter.slower_pct
        assert hotter.low_pct is not None
        assert hotter.high_pct is not None
        assert hotter.low_pct <= hotter.slower_pct <= hotter.high_pct


@pytest.mark.parametrize(("air", "dew", "problem"), [(82, 68, "give degrees Celsius"), (20, 25, "which it never is")])
def test_weather_that_cannot_be_is_refused(air: float, dew: float, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        heat_advice(air, dew)


@pytest.mark.parametrize(("air", "dew"), [(float("nan"), 5), (20, float("nan"))])
def test_what_is_no_number_is_refused(air: float, dew: float) -> None:
    with pytest.raises(ValueError, match="°C"):
        heat_advice(air, dew)
