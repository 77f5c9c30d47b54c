"""The bulk job ends in the same files, facts and marks as asset runs, and no plan stops another."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import pytest

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import Infeasible, Overview, ValidatedWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import BY_ANTHROPIC, PlanStatus
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.writer import OverviewUnavailableError, RulesOverviewWriter
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.model_calls import FAILURES_IN_A_ROW
from plan_pipeline.services.generation import StageOutput
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline_tests.orchestration.world import (
    World,
    failure_of,
    infeasible_request,
    make_world,
    rejected_request,
    request,
    temporary_instance,
)


class Bulk(NamedTuple):
    world: World
    result: dg.ExecuteInProcessResult


@pytest.fixture(scope="module")
def bulk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bulk]:
    """Five plans in one run: two good ones, a rejected and an infeasible one, and one whose request is damaged."""
    folder = tmp_path_factory.mktemp("bulk")
    with temporary_instance(folder) as instance:
        world = make_world(folder, instance)
        world.ask(
            request("damaged", weeks=4),
            request("good", weeks=4),
            infeasible_request("never"),
            request("other", weeks=6, hours=6),
            rejected_request("short"),
        )
        world.file("damaged", "request.json").write_text('{"plan_id": ')
        yield Bulk(world, world.launch("regenerate_plans"))


def test_without_configuration_it_takes_every_plan_and_succeeds(bulk: Bulk) -> None:
    assert bulk.result.success
    assert {record.plan_id: record.status.value for record in bulk.world.records} == {
        "damaged": "error",
        "good": "published",
        "never": "infeasible",
        "other": "published",
        "short": "rejected",
    }


def test_a_plan_that_cannot_be_made_is_named_with_its_reason(bulk: Bulk) -> None:
    (record,) = (record for record in bulk.world.records if record.plan_id == "damaged")
    assert "request.json is damaged" in record.reasons[0]
    (output,) = (event for event in bulk.result.all_events if event.event_type_value == "STEP_OUTPUT")
    metadata = output.step_output_data.metadata
    assert (metadata["plans"].value, metadata["plans_published"].value, metadata["plans_error"].value) == (5, 2, 1)
    assert "damaged: " in metadata["reasons"].value


@pytest.mark.parametrize("asset", Stage)
def test_exactly_the_cells_that_exist_are_marked(bulk: Bulk, asset: str) -> None:
    lengths = {"good": 4, "never": 6, "other": 6, "short": 6}
    assert bulk.world.marked(asset) == {f"{p}|{week:02}" for p, n in lengths.items() for week in range(1, n + 1)}


def test_a_mark_carries_the_metadata_of_its_own_cell(bulk: Bulk) -> None:
    metadata = bulk.world.cell(Stage.WEEK_VALIDATION, "other|03")
    plan = bulk.world.pipeline.plans.load_plan("other")
    assert plan is not None
    assert metadata["hours_wanted"].value == plan.training_plan.weekly_plan[2].target_hours
    assert metadata["passed"].value is True
    assert metadata["plan"].value == str(bulk.world.file("other", "plan.json"))


def test_a_cell_of_a_plan_that_cannot_be_met_has_its_reasons_and_no_empty_plot_of_its_load(bulk: Bulk) -> None:
    shown = bulk.world.cell(Stage.FINAL_PLAN, "never|02")
    assert "Tuesday is capped at 60 min" in str(shown["reasons"].value)
    assert shown.keys() == {"status", "reasons", "generation_id"}
    assert "load" in bulk.world.cell(Stage.FINAL_PLAN, "other|02")


def test_a_run_writes_one_file_a_fact_table(bulk: Bulk) -> None:
    for table in ("plan_generations", "plan_weeks", "plan_workouts", "stage_timings"):
        assert len(list((bulk.world.pipeline.data.facts / table).iterdir())) == 1


def test_the_warehouse_is_refreshed_once_at_the_end(bulk: Bulk) -> None:
    generations = query(bulk.world.pipeline.data, "SELECT plan_id, status FROM plan_generations ORDER BY plan_id")
    assert dict(zip(generations["plan_id"], generations["status"], strict=True)) == {
        "good": "published",
        "never": "infeasible",
        "other": "published",
        "short": "rejected",
    }
    refreshed = [e for e in bulk.result.all_events if e.is_step_materialization]
    assert [event.asset_key for event in refreshed].count(dg.AssetKey("metrics_warehouse")) == 1


@pytest.fixture(scope="module")
def by_assets(bulk: Bulk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The good plans again, made by asset runs in a folder of their own."""
    folder = tmp_path_factory.mktemp("by-assets")
    with temporary_instance(folder) as instance:
        world = make_world(folder, instance)
        for plan_id in ("good", "other"):
            world.run_plan(bulk.world.pipeline.plans.load_request(plan_id))
        yield world


@pytest.mark.parametrize("plan_id", ["good", "other"])
def test_an_asset_run_of_the_same_request_comes_out_the_same(bulk: Bulk, by_assets: World, plan_id: str) -> None:
    assert by_assets.content_hash(plan_id) == bulk.world.content_hash(plan_id)
    overviews = [world.file(plan_id, "plan_overview.json").read_bytes() for world in (by_assets, bulk.world)]
    assert overviews[0] == overviews[1]


@pytest.mark.parametrize("stage", Stage)
def test_a_cell_shows_the_same_of_its_week_after_either_kind_of_run(bulk: Bulk, by_assets: World, stage: Stage) -> None:
    of_week = {"passed", "passed_before_fix", "remark", "hours_wanted", "hours_planned", "tss_wanted", "tss_planned"}
    shown = [
        {name: value.value for name, value in world.cell(stage, "other|03").items() if name in of_week}
        for world in (bulk.world, by_assets)
    ]
    assert shown[0] == shown[1]
    assert shown[0].keys() >= {"hours_wanted", "tss_wanted"}


def test_it_writes_the_same_files_as_asset_runs_but_for_the_weeks_of_single_stages(
    bulk: Bulk, by_assets: World
) -> None:
    def names(world: World) -> set[str]:
        return {path.name for path in world.pipeline.data.plan_folder("good").iterdir()}

    assert names(by_assets) - names(bulk.world) == {f"{stage}.json" for stage in Stage if stage.per_week}
    assert names(bulk.world) < names(by_assets)


def test_a_week_of_a_stage_and_the_plan_can_be_made_alone_after_a_bulk_run(world: World) -> None:
    world.ask(request(weeks=4))
    world.launch("regenerate_plans")
    plan, published = world.pipeline.plans.load_plan("rider"), world.file("rider", "plan.json").read_bytes()

    assert world.run_cell("rider", 3, stages=[Stage.WEEK_VALIDATION]).success
    result = world.run_cell("rider", 2, stages=[Stage.FINAL_PLAN])

    assert result.success, failure_of(result)
    assert plan is not None
    model = StageOutput[ValidatedWeek]
    (week,) = world.pipeline.plans.load_weeks("rider", Stage.WEEK_VALIDATION, model).values()
    assert week.week.workouts == plan.training_plan.weekly_plan[2].workouts
    assert world.file("rider", "plan.json").read_bytes() == published
    assert world.run_cell("rider", 2, stages=[Stage.WEEK_METRICS]).success
    assert len(world.rows("plan_generations")) == 2


def test_a_bulk_run_removes_the_weeks_that_asset_runs_have_stored(world: World) -> None:
    world.run_plan(request(weeks=4))
    world.ask(request(weeks=4, seed=5))

    world.launch("regenerate_plans")

    assert not list(world.pipeline.data.plan_folder("rider").glob("week_*.json"))


def test_only_the_named_plans_are_made_and_one_that_is_unknown_is_an_error_of_its_own(world: World) -> None:
    world.ask(request("a", weeks=4), request("b", weeks=4))

    result = world.launch("regenerate_plans", config=_config(plan_ids=["b", "nobody", "b"]))

    assert result.success
    assert [(r.plan_id, r.status) for r in world.records] == [("b", PlanStatus.PUBLISHED), ("nobody", PlanStatus.ERROR)]
    assert "plan 'nobody' has no request" in world.records[1].reasons[0]
    assert not world.file("nobody", "final_plan.json").exists()


def test_made_again_a_plan_is_not_replaced(world: World) -> None:
    world.ask(request(weeks=4))
    world.launch("regenerate_plans")
    published = world.file("rider", "plan.json").read_bytes()

    world.launch("regenerate_plans")

    assert [record.changed for record in world.records] == [True, False]
    assert world.file("rider", "plan.json").read_bytes() == published


def test_the_refresh_can_be_left_to_a_later_run(world: World) -> None:
    world.ask(request(weeks=4))

    assert world.launch("regenerate_plans", config=_config(refresh_warehouse=False)).success

    assert not world.pipeline.data.warehouse.exists()


def test_a_plan_that_another_run_is_writing_is_left_alone(world: World) -> None:
    import threading

    world.ask(request("free", weeks=4), request("held", weeks=4))
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with world.pipeline.plans.lock("held"):
            taken.set()
            done.wait()

    other = threading.Thread(target=hold)
    other.start()
    try:
        taken.wait()
        result = world.launch("regenerate_plans", config=_config(lock_timeout_s=0.1, retry_wait_s=0.01))
    finally:
        done.set()
        other.join()

    assert result.success
    assert {record.plan_id: record.status.value for record in world.records} == {"free": "published", "held": "error"}
    assert "is being written by another run" in world.records[1].reasons[0]
    assert not world.file("held", "plan_overview.json").exists()


@pytest.mark.parametrize("name", ["request.json", "versions", "."])
def test_a_plan_whose_folder_is_not_as_it_should_be_stops_no_other(world: World, tmp_path: Path, name: str) -> None:
    world.ask(request("a", weeks=4), request("b", weeks=4))
    broken = world.file("a", name)
    shutil.rmtree(broken, ignore_errors=True)
    broken.unlink(missing_ok=True)
    broken.symlink_to(tmp_path)  # a link to a folder, where a file or a folder has to be

    result = world.launch("regenerate_plans", config=_config(plan_ids=["a", "b"]))

    assert result.success, failure_of(result)
    by_id = {record.plan_id: record for record in world.records}
    assert by_id["b"].status is PlanStatus.PUBLISHED
    assert by_id["a"].status is PlanStatus.ERROR
    assert str(broken) in by_id["a"].reasons[0]


@contextmanager
def busy(path: Path) -> Iterator[Callable[[], None]]:
    """A file that the system lets nobody replace, until what this gives is called: something is mounted on it."""
    path.write_bytes(b"")
    if subprocess.run(["mount", "--bind", str(path), str(path)], capture_output=True).returncode:
        pytest.skip("only root may mount, and not in every container")
    released = threading.Lock()

    def release() -> None:
        if released.acquire(blocking=False):
            subprocess.run(["umount", str(path)], check=True)

    try:
        yield release
    finally:
        release()


def test_a_plan_whose_file_is_busy_is_made_after_all_others(world: World) -> None:
    world.ask(request("a", weeks=4), request("b", weeks=4))
    with busy(world.file("a", "plan_overview.json")) as release:
        waiting = threading.Thread(target=lambda: (until(lambda: len(world.records) == 1), release()))
        waiting.start()
        result = world.launch("regenerate_plans", config=_config(retry_wait_s=2))
        waiting.join()

    assert result.success, failure_of(result)
    assert [(r.plan_id, r.status) for r in world.records] == [("b", PlanStatus.PUBLISHED), ("a", PlanStatus.PUBLISHED)]
    assert Counter(row["plan_id"] for row in world.rows("plan_generations")) == {"a": 1, "b": 1}


def test_one_that_stays_busy_is_an_error_of_its_own(world: World) -> None:
    world.ask(request("a", weeks=4), request("b", weeks=4))
    with busy(world.file("a", "plan_overview.json")):
        result = world.launch("regenerate_plans", config=_config(retries=1, retry_wait_s=0.01))

    assert result.success, failure_of(result)
    by_id = {record.plan_id: record for record in world.records}
    assert by_id["b"].status is PlanStatus.PUBLISHED
    assert "Device or resource busy" in by_id["a"].reasons[0]


class BrokenWriter:
    """A writer with a fault."""

    def write(self, request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
        raise ZeroDivisionError(f"{request.plan_id} in {library.version}")


def test_a_plan_on_which_the_program_fails_is_recorded_as_failed(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    world = make_world(tmp_path, instance, writers={BY_ANTHROPIC: BrokenWriter})
    world.ask(request("a", weeks=4, overview="anthropic"), request("b", weeks=4))

    assert world.launch("regenerate_plans").success

    verdict = world.pipeline.plans.load_generation_record("a")
    assert verdict is not None
    assert verdict.status is PlanStatus.ERROR
    assert "unexpected ZeroDivisionError: a in " in verdict.reasons[0]
    assert Counter(row["status"] for row in world.rows("plan_generations")) == {"error": 1, "published": 1}


def until(done: Callable[[], bool]) -> None:
    while not done():
        time.sleep(0.02)


def test_an_arm_can_be_given_to_a_run_and_leaves_the_requests_as_they_are(world: World) -> None:
    world.ask(request(weeks=4))

    world.launch("regenerate_plans", config=_config(arm="adjusted"))

    assert [record.arm for record in world.records] == ["adjusted"]
    assert world.pipeline.plans.load_request("rider").options.duration == "optimal"


def test_an_arm_that_the_installation_has_off_is_refused(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    world = make_world(tmp_path, instance, enable_duration_adjustment=False)
    result = world.launch("regenerate_plans", config=_config(arm="optimal"))
    assert "arm: 'optimal' contradicts ENABLE_DURATION_ADJUSTMENT=false; leave it out" in failure_of(result)


def test_an_unchanged_plan_is_published_again_where_that_is_asked_for(world: World) -> None:
    world.ask(request(weeks=4))
    world.launch("regenerate_plans")

    world.launch("regenerate_plans", config=_config(unchanged="rewrite"))

    assert [record.changed for record in world.records] == [True, True]
    assert len(world.pipeline.plans.versions("rider")) == 2


def test_the_run_is_tagged_with_what_its_plans_have_in_common(world: World) -> None:
    world.ask(request("a", weeks=4), request("b", weeks=4, experiment="spring"))
    run = world.launch("regenerate_plans").dagster_run
    stored = world.instance.get_run_by_id(run.run_id)
    assert stored is not None
    assert (stored.tags["arm"], stored.tags["experiment"]) == ("optimal", "spring")


def test_chunk_by_chunk_no_fact_and_no_cell_is_missing_or_there_twice(world: World) -> None:
    world.ask(*(request(f"rider-{number}", weeks=4) for number in range(5)))

    world.launch("regenerate_plans", config=_config(chunk_size=2))

    rows = Counter(row["plan_id"] for row in world.rows("plan_weeks"))
    assert rows == {f"rider-{number}": 4 for number in range(5)}
    assert len(world.marked("final_plan")) == 20
    assert len(list((world.pipeline.data.facts / "plan_weeks").glob("part-*"))) == 3


class UnsteadyModel:
    """Writes what the rules write, and before that is out of reach so many times."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.asked = 0

    def write(self, request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
        self.asked += 1
        if self.asked <= self.failures:
            raise OverviewUnavailableError("HTTP 429, try again later")
        return RulesOverviewWriter().write(request, library, config)


@pytest.mark.parametrize(("failures", "status"), [(1, "published"), (3, "published"), (4, "error")])
def test_a_plan_whose_model_does_not_answer_is_tried_again_after_all_others(
    tmp_path: Path, instance: dg.DagsterInstance, failures: int, status: str
) -> None:
    model = UnsteadyModel(failures)
    world = make_world(tmp_path, instance, writers={BY_ANTHROPIC: lambda: model})
    world.ask(request("a-by-model", weeks=4, overview="anthropic"), request("b-by-rules", weeks=4))

    result = world.launch("regenerate_plans", config=_config(retry_wait_s=0.01))

    assert result.success, failure_of(result)
    assert [(r.plan_id, r.status.value) for r in world.records] == [("b-by-rules", "published"), ("a-by-model", status)]
    assert Counter(row["plan_id"] for row in world.rows("plan_generations")) == {"a-by-model": 1, "b-by-rules": 1}


def test_a_model_that_is_away_is_not_asked_for_every_plan(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    model = UnsteadyModel(failures=999)
    world = make_world(tmp_path, instance, writers={BY_ANTHROPIC: lambda: model})
    world.ask(*(request(f"rider-{number}", weeks=4, overview="anthropic") for number in range(8)))

    world.launch("regenerate_plans", config=_config(retries=1, retry_wait_s=0.01))

    assert model.asked == 2 * FAILURES_IN_A_ROW
    assert {record.status.value for record in world.records} == {"error"}


def _config(**values: object) -> dict[str, object]:
    return {"ops": {"generate_in_bulk": {"config": values}}}
