"""Training load of a planned workout: the published golden vectors, ramps, and what must hold of any workout."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.load import NO_LOAD, Stretch, normalized_intensity, tss_if2, workout_load
from plan_pipeline.core.model.vocabulary import TssMethod
from plan_pipeline_tests.core.builders import MANY
from plan_pipeline_tests.core.weeks import segment

# --- golden vectors ------------------------------------------------------------------------------------------


def tss_np30(ride: Sequence[Stretch]) -> float:
    return 100 * sum(minutes for minutes, _, _ in ride) / 60 * normalized_intensity(ride) ** 2


@pytest.mark.parametrize(
    ("segments", "tss", "if2"),
    [
        ([(60, 100)], 100.0, 100.0),
        ([(60, 50)], 25.0, 25.0),
        ([(60, 50), (60, 100)], 145.4, 125.0),
        ([(60, 100), (60, 100)], 200.0, 200.0),
    ],
    ids=["an hour at threshold", "an hour at half", "one after the other", "two hours at threshold"],
)
def test_tss_of_the_published_examples(segments: list[tuple[float, float]], tss: float, if2: float) -> None:
    load = workout_load([segment("steady", minutes, pct) for minutes, pct in segments])

    assert (load.tss, load.tss_if2, load.method) == (tss, if2, TssMethod.NP30)


def test_the_intensity_factor_of_two_hours_follows_from_the_fourth_power_not_from_the_mean() -> None:
    assert workout_load([segment("steady", 60, 50), segment("steady", 60, 100)]).intensity_factor == 0.853


def test_a_ramp_from_half_to_threshold_has_the_mean_square_of_a_ramp_not_of_its_middle() -> None:
    assert tss_if2([(60, 0.5, 1.0)]) == pytest.approx(58.33, abs=0.01)


def test_a_ramp_from_half_to_threshold_has_the_fourth_power_mean_of_a_ramp() -> None:
    assert normalized_intensity([(60, 0.5, 1.0)]) ** 2 == pytest.approx(0.622, rel=0.005)


# --- shapes --------------------------------------------------------------------------------------------------


def test_a_cooldown_descends_from_its_higher_value() -> None:
    load = workout_load([segment("interval", 20, 100), segment("cooldown", 10, 40, 90)])

    assert load.tss == round(tss_np30([(20, 1.0, 1.0), (10, 0.9, 0.4)]), 1)
    assert load.tss != round(tss_np30([(20, 1.0, 1.0), (10, 0.4, 0.9)]), 1)


def test_a_cooldown_written_either_way_round_is_the_same_cooldown() -> None:
    ride = segment("steady", 30, 80)

    assert workout_load([ride, segment("cooldown", 10, 60, 40)]) == workout_load(
        [ride, segment("cooldown", 10, 40, 60)]
    )


def test_work_off_the_bike_has_no_load_and_says_so() -> None:
    assert workout_load([segment("strength", 45, None)]) == NO_LOAD
    assert NO_LOAD.method is TssMethod.NONE


def test_work_off_the_bike_adds_nothing_to_a_ride() -> None:
    ride = segment("steady", 60, 70)

    assert workout_load([ride, segment("strength", 30, None)]) == workout_load([ride])


def test_no_segments_are_no_load() -> None:
    assert workout_load([]) == NO_LOAD
    assert normalized_intensity([]) == 0.0


@pytest.mark.parametrize("seconds", [1, 10, 29, 30, 31])
def test_a_workout_shorter_than_the_averaging_window_has_its_own_intensity(seconds: int) -> None:
    assert normalized_intensity([(seconds / 60, 0.9, 0.9)]) == pytest.approx(0.9)


def test_a_stretch_of_less_than_half_a_second_is_no_time_at_all() -> None:
    assert normalized_intensity([(0.001, 3.0, 3.0)]) == 0.0


def test_short_hard_efforts_cost_more_than_their_mean() -> None:
    alternating = [segment("interval", 1, 120), segment("recovery", 1, 40)] * 20

    assert workout_load(alternating).tss > workout_load([segment("steady", 40, 80)]).tss


# --- properties ----------------------------------------------------------------------------------------------

stretches = st.lists(
    st.tuples(st.integers(1, 20).map(float), st.integers(30, 130).map(lambda p: p / 100), st.integers(30, 130)).map(
        lambda s: (s[0], s[1], s[2] / 100)
    ),
    min_size=1,
    max_size=6,
)


@MANY
@given(stretches, stretches)
def test_load_by_intensity_squared_adds_up_over_segments(
    one: list[tuple[float, float, float]], other: list[tuple[float, float, float]]
) -> None:
    assert tss_if2(one + other) == pytest.approx(tss_if2(one) + tss_if2(other))


@MANY
@given(stretches, st.integers(50, 150))
def test_intensity_scaled_by_a_factor_scales_load_by_its_square(
    ride: list[tuple[float, float, float]], percent: int
) -> None:
    factor = percent / 100
    scaled = [(minutes, a * factor, b * factor) for minutes, a, b in ride]

    assert normalized_intensity(scaled) == pytest.approx(factor * normalized_intensity(ride))
    assert tss_np30(scaled) == pytest.approx(factor**2 * tss_np30(ride))


@MANY
@given(st.lists(st.integers(1, 20), min_size=1, max_size=6), st.integers(30, 130))
def test_the_order_of_segments_of_one_intensity_makes_no_difference(minutes: list[int], pct: int) -> None:
    ride, other_way = ([(float(m), pct / 100, pct / 100) for m in order] for order in (minutes, sorted(minutes)))

    assert tss_np30(ride) == pytest.approx(tss_np30(other_way))
    assert tss_if2(ride) == pytest.approx(tss_if2(other_way))


@MANY
@given(stretches)
def test_normalized_intensity_lies_between_the_mean_of_the_smoothed_ride_and_its_highest_point(
    ride: list[tuple[float, float, float]],
) -> None:
    lowest = min(min(a, b) for _, a, b in ride)
    highest = max(max(a, b) for _, a, b in ride)

    assert lowest - 1e-9 <= normalized_intensity(ride) <= highest + 1e-9


@MANY
@given(st.integers(1, 20), st.integers(40, 75), st.integers(90, 130))
def test_load_by_normalized_power_is_never_below_load_by_segments_on_long_blocks(
    minutes: int, easy: int, hard: int
) -> None:
    long = [segment("steady", 30 + minutes, easy), segment("interval", 10 + minutes, hard)]
    load = workout_load(long)

    assert load.tss >= load.tss_if2 - 0.1


@MANY
@given(stretches, stretches)
def test_a_ride_made_longer_never_loses_load(
    ride: list[tuple[float, float, float]], more: list[tuple[float, float, float]]
) -> None:
    assert tss_if2(ride + more) > tss_if2(ride)
