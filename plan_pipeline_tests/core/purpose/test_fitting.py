"""Phases of any length are fitted from the nearest standard plan, and keep what comes last before the race."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.config.aim import EventType, StandardPhases
from plan_pipeline.core.purpose.fitting import Fitting, fitted
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline_tests.core.running import a_runner_request, running_config

LONG, SHORT = StandardPhases(weeks=18, load_weeks=(3, 3, 3, 3)), StandardPhases(weeks=12, load_weeks=(2, 1, 1, 3))
NAMES = ("base", "threshold", "marathon pace", "the race")
RACES = [kind for kind in running_config().events.values() if kind.standard]


def of_long(load_weeks: int) -> Fitting:
    """Phases by the standard plan of 18 weeks."""
    return fitted((LONG, SHORT), NAMES, load_weeks, 18)


def test_a_standard_plan_is_fitted_as_it_is_and_says_nothing_of_it() -> None:
    assert of_long(12) == ((3, 3, 3, 3), "")


@pytest.mark.parametrize(
    ("load_weeks", "phases"),
    [
        (11, (2, 3, 3, 3)),
        (10, (1, 3, 3, 3)),
        (9, (1, 2, 3, 3)),
        (8, (1, 2, 2, 3)),
        (6, (1, 1, 1, 3)),
        (5, (0, 1, 1, 3)),
        (3, (0, 0, 0, 3)),
        (1, (0, 0, 0, 1)),
    ],
)
def test_base_goes_first_then_a_week_of_each_phase_and_the_last_three_race_specific_ones_stay(
    load_weeks: int, phases: tuple[int, ...]
) -> None:
    assert of_long(load_weeks).load_weeks == phases


@pytest.mark.parametrize(
    ("load_weeks", "phases"), [(13, (4, 3, 3, 3)), (15, (6, 3, 3, 3)), (17, (6, 4, 4, 3)), (18, (6, 5, 4, 3))]
)
def test_base_grows_first_then_the_phases_before_the_last_in_turn(load_weeks: int, phases: tuple[int, ...]) -> None:
    assert of_long(load_weeks).load_weeks == phases


@pytest.mark.parametrize(("total", "of"), [(12, 12), (14, 12), (15, 18), (16, 18), (24, 18)])
def test_the_nearest_standard_plan_is_fitted_and_of_two_as_near_the_longer(total: int, of: int) -> None:
    assert f"the standard plan of {of} weeks" in fitted((SHORT, LONG), NAMES, 20, total).changes


def test_what_was_dropped_and_repeated_is_said_by_phase() -> None:
    assert of_long(9).changes == (
        "Fitted from the standard plan of 18 weeks: 2 weeks of base dropped and 1 week of threshold dropped; cutbacks "
        "and the ramp are new."
    )
    assert "3 weeks of base more and 1 week of threshold more" in of_long(16).changes


@given(st.sampled_from(RACES), st.integers(4, 24), st.integers(1, 24))
def test_every_load_week_of_any_plan_has_a_phase(kind: EventType, total: int, load_weeks: int) -> None:
    found = fitted(kind.standard, [phase.purpose for phase in kind.phases], load_weeks, total).load_weeks
    assert sum(found) == load_weeks
    assert min(found) >= 0


@given(st.sampled_from(RACES), st.integers(4, 24), st.integers(1, 24))
def test_no_plan_gives_up_the_last_race_specific_weeks_for_others(kind: EventType, total: int, load_weeks: int) -> None:
    of = min(kind.standard, key=lambda plan: (abs(plan.weeks - total), -plan.weeks))
    found = fitted(kind.standard, [phase.purpose for phase in kind.phases], load_weeks, total).load_weeks
    assert found[-1] >= min(3, of.load_weeks[-1], load_weeks)


def test_a_plan_of_five_weeks_has_no_phases_to_fit() -> None:
    of_five, of_six = (
        purpose_of(a_runner_request(weeks=weeks, event={"date": "2027-03-28", "type": "10k"}), running_config())
        for weeks in (5, 6)
    )
    assert of_five.fitting_of(3) is None
    assert of_six.fitting_of(3) is not None


def test_load_weeks_have_the_fitted_phases_in_order() -> None:
    purpose = purpose_of(a_runner_request(weeks=16), running_config())
    base, build, peak = purpose.aim.phases
    assert purpose.phases_of(11) == (*[base] * 3, *[build] * 4, *[peak] * 4)
