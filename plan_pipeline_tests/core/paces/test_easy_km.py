"""Easy kilometres over a week's days."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.paces.easy_km import spread_easy


@pytest.mark.parametrize(
    ("total", "n", "days"),
    [(35, 4, (6, 8, 9.5, 11.5)), (30, 3, (7, 10, 13)), (12, 1, (12,)), (20.3, 2, (7, 13.3))],
)
def test_easy_kilometres_are_spread_from_short_to_long(total: float, n: int, days: tuple[float, ...]) -> None:
    assert spread_easy(total, n) == days


def test_without_rounding_they_are_the_even_steps_of_the_formula() -> None:
    assert spread_easy(35, 4, step=0.125) == (6.125, 7.875, 9.625, 11.375)


@given(st.floats(10, 120), st.integers(1, 7), st.sampled_from([0.1, 0.5, 1.0]), st.floats(0, 0.4))
def test_days_add_up_stand_in_order_and_are_whole_steps_but_the_longest(
    total: float, n: int, step: float, variation: float
) -> None:
    if total / n * (1 - variation) < step:
        return
    days = spread_easy(total, n, step, variation)
    assert sum(days) == pytest.approx(total)
    assert list(days) == sorted(days)
    assert all(day >= step * 0.999 and (day / step) == pytest.approx(round(day / step)) for day in days[:-1])


def test_where_rounding_up_would_leave_too_little_for_the_longest_the_others_are_rounded_down() -> None:
    assert spread_easy(35, 4, variation=0) == (8.5, 8.5, 8.5, 9.5)


@pytest.mark.parametrize(
    ("total", "n", "step", "variation", "problem"),
    [
        (35, 0, 0.5, 0.3, "35 km on 0 days cannot be spread"),
        (0, 3, 0.5, 0.3, "kilometres above zero"),
        (-5, 3, 0.5, 0.3, "kilometres above zero"),
        (float("nan"), 3, 0.5, 0.3, "kilometres above zero"),
        (35, 4, 0, 0.3, "the step is above 0"),
        (35, 4, 0.5, 1, "variation < 1"),
        (2, 4, 0.5, 0.3, "2 km on 4 days leave less than 0.5 km for the shortest; take fewer days"),
    ],
)
def test_what_cannot_be_spread_is_refused(total: float, n: int, step: float, variation: float, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        spread_easy(total, n, step, variation)
