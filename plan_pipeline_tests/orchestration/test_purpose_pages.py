"""What Dagster's pages say of what a plan is for."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.stages import Stage
from plan_pipeline_tests.orchestration.world import World, make_world, request


@pytest.fixture
def world(tmp_path: Path, instance: dg.DagsterInstance) -> World:
    return make_world(tmp_path, instance)


def century() -> PlanRequest:
    content = request(weeks=6).model_dump(mode="json", exclude={"weeks"})
    event = {"date": "2027-02-14", "type": "century", "expected_duration_min": 360}
    return PlanRequest.model_validate({**content, "start_date": "2027-01-04", "event": event})


def metadata_of(world: World, stage: Stage) -> dict[str, object]:
    event = world.instance.get_latest_materialization_event(dg.AssetKey(stage.value))
    assert event is not None and event.asset_materialization is not None
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def test_overview_and_plan_name_goal_event_and_the_long_ride_they_are_for(world: World) -> None:
    assert world.run_plan(century()).success

    overview, plan = metadata_of(world, Stage.PLAN_OVERVIEW), metadata_of(world, Stage.FINAL_PLAN)

    assert (overview["goal"], overview["event_type"]) == ("century", "century")
    assert (plan["goal"], plan["event_type"]) == ("century", "century")
    assert plan["long_ride_target_min"] == overview["long_ride_target_min"]
    assert float(str(plan["longest_ride_min"])) > 0


def test_how_a_request_without_a_goal_was_read_is_said(world: World) -> None:
    assert world.run_plan(request(weeks=4)).success

    assert "goal" in str(metadata_of(world, Stage.PLAN_OVERVIEW)["request_read_as"])
