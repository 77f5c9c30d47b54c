"""A range of weeks launched from the page of the job: Dagster tags such a run with its first cell as well."""

from __future__ import annotations

import dagster as dg
import pytest

from plan_pipeline.core.stages import Stage
from plan_pipeline_tests.orchestration.world import World, request

FIRST_CELL = {"dagster/partition/plan": "rider", "dagster/partition/week": "01"}


@pytest.fixture
def launched(world: World) -> World:
    world.ask(request(weeks=4))
    result = world.run("rider|01", "rider|06", tags=FIRST_CELL)
    assert result.success
    return world


@pytest.mark.parametrize("stage", list(Stage))
def test_every_cell_that_was_asked_for_is_marked(launched: World, stage: Stage) -> None:
    assert launched.marked(stage.value) == {f"rider|{week:02}" for week in range(1, 7)}


def test_each_cell_is_marked_once_with_its_own_figures(launched: World) -> None:
    hours = {}
    for week in range(1, 5):
        cell = dg.AssetRecordsFilter(dg.AssetKey("week_validation"), asset_partitions=[f"rider|{week:02}"])
        (mark,) = launched.instance.fetch_materializations(cell, limit=2).records
        assert mark.asset_materialization is not None
        hours[week] = mark.asset_materialization.metadata["hours_wanted"].value
    assert len(set(hours.values())) > 1


def test_the_plan_is_published(launched: World) -> None:
    assert launched.file("rider", "plan.json").is_file()
