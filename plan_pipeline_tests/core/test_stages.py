"""A stage is declared once: its place in the order, what it takes, what it makes, and its name everywhere."""

from __future__ import annotations

import pickle
from importlib.util import find_spec

import pytest

from plan_pipeline.core.stages import CONFIG, LIBRARY, ORIGIN, PLANNING_STAGES, REQUEST, STAMP, WEEK_STAGES, Stage
from plan_pipeline_tests.core.builders import planned, rider

IN_ORDER = list(Stage)


def test_plans_go_through_the_stages_in_this_order() -> None:
    assert [stage.value for stage in Stage] == [
        "plan_overview",
        "week_selection",
        "week_duration",
        "week_validation",
        "final_plan",
        "week_metrics",
    ]


@pytest.mark.parametrize("stage", IN_ORDER)
def test_a_stage_takes_only_what_is_given_or_made_before_it(stage: Stage) -> None:
    earlier = IN_ORDER[: IN_ORDER.index(stage)]
    assert set(stage.takes) <= {REQUEST, LIBRARY, CONFIG, STAMP, ORIGIN, *earlier}


@pytest.mark.parametrize("stage", IN_ORDER)
def test_the_function_of_a_stage_is_in_the_module_of_its_name(stage: Stage) -> None:
    module = stage.make.__module__
    assert module.startswith("plan_pipeline.core.")
    assert module.rpartition(".")[2] == stage


@pytest.mark.parametrize("stage", IN_ORDER)
def test_the_asset_of_a_stage_is_in_the_module_of_its_name(stage: Stage) -> None:
    assert find_spec(f"plan_pipeline.orchestration.assets.{stage}") is not None


@pytest.mark.parametrize("stage", IN_ORDER)
def test_a_stage_is_its_name(stage: Stage) -> None:
    assert Stage(stage.value) is stage is pickle.loads(pickle.dumps(stage))
    assert f"{stage}.json" == f"{stage.value}.json"


def test_a_plan_made_in_memory_has_what_every_stage_says_it_makes() -> None:
    result = planned(rider(5, "tue, thu, sat", weeks=4))

    assert all(set(draft.made) == set(WEEK_STAGES) for draft in result.weeks)
    assert all(isinstance(draft.made[stage], stage.makes) for draft in result.weeks for stage in WEEK_STAGES)
    assert isinstance(result.overview, Stage.PLAN_OVERVIEW.makes)
    assert isinstance(result.plan, Stage.FINAL_PLAN.makes)


def test_the_stages_that_make_the_plan_come_before_those_that_measure_it() -> None:
    assert tuple(IN_ORDER[: len(PLANNING_STAGES)]) == PLANNING_STAGES
    assert [stage for stage in PLANNING_STAGES if stage.per_week] == list(WEEK_STAGES)
