"""Tapers by distance, by time constants and by a fitted model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.paces.taper import (
    FITTED_DAYS,
    TaperMethod,
    best_taper_days,
    most_useful_days,
    taper,
    taper_by_distance,
    taper_by_model,
    taper_by_time_constants,
)
from plan_pipeline.core.paces.vdot import RaceDistance

FITNESS, FATIGUE = st.floats(20, 70), st.floats(3, 18)


@pytest.mark.parametrize(
    ("race", "days"),
    [
        (RaceDistance.MARATHON, 21),
        (RaceDistance.HALF_MARATHON, 10),
        (RaceDistance.TEN_K, 7),
        (RaceDistance.FIVE_K, 5),
        (RaceDistance.MILE, 5),
    ],
)
def test_by_distance_a_taper_has_the_usual_days(race: RaceDistance, days: int) -> None:
    found = taper_by_distance(race)
    assert (found.days, found.method) == (days, TaperMethod.DISTANCE)
    assert race.in_words in found.rationale


@pytest.mark.parametrize(
    ("fitness", "fatigue", "days"),
    [(25, 7, 12), (25, 4, 7), (25, 9, 14), (30, 7, 14), (35, 5, 10), (42, 5, 14), (42, 7, 15), (42, 10, 21)],
)
def test_by_time_constants_a_taper_has_the_golden_days(fitness: float, fatigue: float, days: int) -> None:
    found = taper_by_time_constants(fitness, fatigue)
    assert (found.days, found.method) == (days, TaperMethod.TIME_CONSTANTS)


def test_the_rule_by_time_constants_jumps_at_30_and_40_days() -> None:
    assert [taper_by_time_constants(fitness, 8).days for fitness in (29.9, 30, 39.9, 40)] == [14, 16, 16, 18]


@pytest.mark.parametrize(
    ("fitness", "fatigue", "ratio", "best", "useful"),
    [(42, 7, 2, 5.8, 20.9), (42, 7, 3, 9.2, 24.3), (45, 15, 2, 15.6, 40.3)],
)
def test_the_fitted_model_has_its_best_and_its_most_useful_day(
    fitness: float, fatigue: float, ratio: float, best: float, useful: float
) -> None:
    assert best_taper_days(fitness, fatigue, ratio) == pytest.approx(best, abs=0.05)
    assert most_useful_days(fitness, fatigue, ratio) == pytest.approx(useful, abs=0.05)


@pytest.mark.parametrize(("fitness", "days"), [(25, 6.7), (42, 5.8), (60, 5.5)])
def test_at_fixed_gains_a_lower_fitness_time_constant_makes_the_taper_longer(fitness: float, days: float) -> None:
    assert best_taper_days(fitness, 7, 2) == pytest.approx(days, abs=0.05)


@pytest.mark.parametrize(("fitness", "days"), [(25, 5.6), (42, 9.2), (60, 11.5)])
def test_at_a_fixed_ratio_of_fatigue_to_fitness_it_makes_it_shorter(fitness: float, days: float) -> None:
    assert best_taper_days(fitness, 7, 0.5 * fitness / 7) == pytest.approx(days, abs=0.05)


@pytest.mark.parametrize(
    ("fitness", "fatigue", "ratio", "days"), [(42, 7, 2, 7), (42, 7, 3, 9), (45, 15, 2, 16), (45, 15, 4, 21)]
)
def test_a_fitted_taper_is_held_to_7_to_21_days(fitness: float, fatigue: float, ratio: float, days: int) -> None:
    found = taper_by_model(fitness, fatigue, ratio)
    assert (found.days, found.method) == (days, TaperMethod.FITTED_MODEL)
    assert ("held to" in found.rationale) == (days in FITTED_DAYS)


@given(FITNESS, FATIGUE, st.floats(1.1, 5))
def test_in_the_best_taper_a_day_costs_as_much_as_it_gives_on_its_first_day(
    fitness: float, fatigue: float, ratio: float
) -> None:
    """Training t days before a race adds k1·e^(-t/τ1) - k2·e^(-t/τ2) to it, which is 0 there."""
    if fatigue < fitness:
        from math import exp

        days = best_taper_days(fitness, fatigue, ratio)
        assert exp(-days / fitness) == pytest.approx(ratio * exp(-days / fatigue))
        useful = most_useful_days(fitness, fatigue, ratio)
        gained = [exp(-t / fitness) - ratio * exp(-t / fatigue) for t in (useful - 0.5, useful, useful + 0.5)]
        assert max(gained) == gained[1]


@given(FITNESS, FATIGUE)
def test_slower_fading_fatigue_never_shortens_the_taper_by_time_constants(fitness: float, fatigue: float) -> None:
    if fatigue + 1 < fitness:
        assert taper_by_time_constants(fitness, fatigue).days <= taper_by_time_constants(fitness, fatigue + 1).days


def test_the_best_that_is_known_decides() -> None:
    race = RaceDistance.MARATHON
    assert taper(race).method is TaperMethod.DISTANCE
    assert taper(race, 42).method is TaperMethod.DISTANCE
    assert taper(race, 42, 7).method is TaperMethod.TIME_CONSTANTS
    assert taper(race, 42, 7, 3).method is TaperMethod.FITTED_MODEL


@pytest.mark.parametrize(("fitness", "fatigue"), [(0, 7), (42, 0), (7, 42), (7, 7), (-1, -2), (float("nan"), 7)])
def test_time_constants_that_cannot_be_are_refused(fitness: float, fatigue: float) -> None:
    with pytest.raises(ValueError, match="fitness outlasts fatigue"):
        taper_by_time_constants(fitness, fatigue)
    with pytest.raises(ValueError, match="fitness outlasts fatigue"):
        taper_by_model(fitness, fatigue, 2)


@pytest.mark.parametrize("ratio", [1, 0.5, -2, float("nan"), float("inf")])
def test_gains_by_which_rest_never_helps_have_no_taper(ratio: float) -> None:
    with pytest.raises(ValueError, match="has no taper; it is above 1 where rest helps"):
        taper_by_model(42, 7, ratio)
