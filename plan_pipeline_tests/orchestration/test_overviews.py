"""Overviews that a model writes are inputs like the request: kept with the plan, used again until something changes."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import Infeasible, Overview
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import BY_ANTHROPIC
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.writer import RulesOverviewWriter
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.run_tags import RENEW_TAG, RETRIES_TAG
from plan_pipeline_tests.orchestration.world import World, failure_of, make_world, metadata_of, request

SECRET = "sk-ant-a-key-that-nobody-may-see"


class CountingModel:
    """Writes what the rules write, words it differently every time, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def write(self, request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
        self.asked += 1
        written = RulesOverviewWriter().write(request, library, config)
        assert isinstance(written, Overview)
        notes = f"answer number {self.asked}"
        return written.model_copy(update={"source": BY_ANTHROPIC, "model": "a-model", "coaching_notes": notes})


@pytest.fixture
def model() -> CountingModel:
    return CountingModel()


@pytest.fixture
def world(tmp_path: Path, instance: dg.DagsterInstance, model: CountingModel) -> World:
    return make_world(tmp_path, instance, writers={BY_ANTHROPIC: lambda: model})


WRITTEN = {"weeks": 4, "overview": "anthropic"}
RENEW = {"ops": {"plan_overview": {"config": {"renew": True}}}}


def test_the_stage_takes_the_writer_that_the_request_names(world: World, model: CountingModel) -> None:
    world.run_plan(request("by-model", **WRITTEN))
    world.run_plan(request("by-rules", weeks=4))

    by_model, by_rules = (world.pipeline.plans.load_plan(plan_id) for plan_id in ("by-model", "by-rules"))
    assert model.asked == 1
    assert by_model is not None
    assert by_rules is not None
    assert (by_model.ai_metadata.ai_provider, by_model.ai_metadata.ai_model) == ("anthropic", "a-model")
    assert by_rules.ai_metadata.ai_provider is None


def test_redoing_a_week_calls_no_model(world: World, model: CountingModel) -> None:
    world.run_plan(request(**WRITTEN))
    before = world.artefacts("rider")

    result = world.run_cell("rider", 3)

    assert result.success, failure_of(result)
    assert model.asked == 1
    assert world.artefacts("rider") == before
    assert metadata_of(result, "plan_overview")["stored_overview_used"] == "rider"


def test_a_changed_request_has_the_overview_written_anew(world: World, model: CountingModel) -> None:
    world.run_plan(request(**WRITTEN))
    world.run_plan(request(hours=7, **WRITTEN))
    assert model.asked == 2


def test_another_arm_is_no_reason_to_ask_the_model_again(world: World, model: CountingModel) -> None:
    world.run_plan(request(**WRITTEN))
    world.run_plan(request(duration="legacy", **WRITTEN))
    assert model.asked == 1


@pytest.mark.parametrize("how", [{"config": RENEW}, {"tags": {RENEW_TAG: "true"}}])
def test_a_new_overview_can_be_asked_for(world: World, model: CountingModel, how: dict[str, dict[str, object]]) -> None:
    world.run_plan(request(**WRITTEN))

    world.run("rider|01", "rider|04", **how)  # type: ignore[arg-type]

    overview = world.pipeline.plans.load_overview("rider")
    assert model.asked == 2
    assert overview is not None
    assert overview.overview is not None
    assert overview.overview.coaching_notes == "answer number 2"


def test_a_bulk_run_uses_the_stored_overview_too(world: World, model: CountingModel) -> None:
    world.run_plan(request(**WRITTEN))
    before = world.content_hash("rider")

    assert world.launch("regenerate_plans").success

    assert model.asked == 1
    assert world.content_hash("rider") == before


def test_without_a_key_the_run_fails_and_says_what_to_set(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    world = make_world(tmp_path, instance, anthropic_api_key=None)
    assert "set ANTHROPIC_API_KEY" in failure_of(world.run_plan(request(**WRITTEN)))


def test_no_secret_reaches_dagster_or_the_data_folder(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    # Port 9 of the loopback discards: the client is really made, with the key, and fails to connect.
    world = make_world(tmp_path, instance, anthropic_api_key=SECRET, anthropic_base_url="http://127.0.0.1:9")

    result = world.run_plan(request(**WRITTEN), stages=[Stage.PLAN_OVERVIEW], tags={RETRIES_TAG: "0"})

    assert not result.success
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in written if SECRET.encode() in path.read_bytes()] == []
