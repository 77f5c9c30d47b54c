"""Arms are sets of options, found by name; the stages ask them what to do and never what they are called."""

from __future__ import annotations

import itertools

import pytest

from plan_pipeline.core.arms import Arm, arm_of
from plan_pipeline.core.experiment import Experiment, assigned_arm
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY, OPTIMAL
from plan_pipeline.core.registries import ARMS
from plan_pipeline_tests.core.builders import in_arm, rider


def test_the_built_in_arms_are_these_three_in_this_order() -> None:
    assert ARMS.names()[:3] == (LEGACY, ADJUSTED, OPTIMAL)


def test_an_arm_is_a_set_of_options_and_no_two_have_the_same() -> None:
    arms = [arm_of(in_arm(rider(5, "tue, sat"), name)) for name in (LEGACY, ADJUSTED, OPTIMAL)]

    assert all(isinstance(arm, Arm) for arm in arms)
    assert len(set(arms)) == 3


@pytest.mark.parametrize("pair", list(itertools.combinations((LEGACY, ADJUSTED, OPTIMAL), 2)))
def test_an_experiment_compares_any_two_arms(pair: tuple[str, str]) -> None:
    experiment = Experiment(name="any-two", arms=dict.fromkeys(pair, 1.0))

    assert {assigned_arm(experiment, f"plan-{i}") for i in range(50)} == set(pair)
