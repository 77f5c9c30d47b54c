"""What is beyond the settings is cleared away every night, while others read and write, wherever the job is killed."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.maintenance.retention import runs_in_use
from plan_pipeline.orchestration.run_tags import BATCH_TAG, OPEN_TAG, SPLIT_TAG
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import retire
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline_tests.orchestration.intake.intake_world import SETTLED, drop, launch_due, tick
from plan_pipeline_tests.orchestration.maintenance.killed_retention import week_rows
from plan_pipeline_tests.orchestration.world import QUIET, ROOT, World, failure_of, make_world, request

NOW = dt.datetime.now(dt.UTC)
KIND = {
    "versions_deleted",
    "plans_busy",
    "fact_files_fewer",
    "rejected_files_deleted",
    "accepted_files_deleted",
    "accepted_files_needed",
    "answers_deleted",
    "answers_not_in_facts",
    "runs_forgotten",
    "old_runs_kept",
}


@dg.op
def nothing() -> None:
    pass


@dg.job
def job() -> None:
    nothing()


def regenerate(world: World, *plan_ids: str) -> str:
    config = {"plan_ids": list(plan_ids), "refresh_warehouse": False, "unchanged": "verify"}
    return world.launch("regenerate_plans", config={"ops": {"generate_in_bulk": {"config": config}}}).run_id


def publish(world: World, *hours: float, plan_id: str = "rider") -> None:
    """Publish a version of a plan for each number of hours, by bulk runs."""
    for each in hours:
        world.ask(request(plan_id, weeks=4, hours=each))
        regenerate(world, plan_id)


def retain(world: World, **config: int) -> dict[str, int]:
    """What a run of the job says it did."""
    result = world.launch("retain", config={"ops": {"clear_away": {"config": config}}})
    assert result.success, failure_of(result)
    (output,) = (event for event in result.all_events if event.event_type_value == "STEP_OUTPUT")
    return {name: int(str(value.value)) for name, value in output.step_output_data.metadata.items()}


class TestVersions:
    def test_a_bulk_run_keeps_as_many_as_the_setting_says(self, tmp_path: Path, instance: dg.DagsterInstance) -> None:
        world = make_world(tmp_path, instance, keep_versions=2)
        publish(world, 6, 7, 8)
        assert len(world.pipeline.plans.versions("rider")) == 2

    def test_a_lower_setting_holds_for_plans_that_are_made_no_more(
        self, tmp_path: Path, instance: dg.DagsterInstance
    ) -> None:
        world = make_world(tmp_path, instance, keep_versions=5)
        for plan_id in ("active", "retired"):
            publish(world, 6, 7, 8, plan_id=plan_id)
        retire(world.pipeline.plans, "retired", at=NOW, timeout_s=1)
        strict = make_world(tmp_path, instance, keep_versions=1)

        assert retain(strict)["versions_deleted"] == 4

        for plan_id in ("active", "retired"):
            (kept,) = strict.pipeline.plans.versions(plan_id)
            plan = strict.pipeline.plans.load_plan(plan_id)
            assert plan is not None and plan.generation.generation_id == kept.stem

    def test_a_plan_that_is_being_written_has_its_turn_another_night(
        self, tmp_path: Path, instance: dg.DagsterInstance
    ) -> None:
        world = make_world(tmp_path, instance, keep_versions=5)
        for plan_id in ("busy", "idle"):
            publish(world, 6, 7, plan_id=plan_id)
        strict = make_world(tmp_path, instance, keep_versions=1)

        with PlanStore(strict.pipeline.data).lock("busy"):
            done = retain(strict)

        assert (done["versions_deleted"], done["plans_busy"]) == (1, 1)
        assert len(strict.pipeline.plans.versions("busy")) == 2


class TestFacts:
    def test_files_become_fewer_and_no_row_is_lost(self, world: World) -> None:
        publish(world, 8, 8, 8)
        files_before = len(world.pipeline.facts.files(FactTable.PLAN_WEEKS))

        assert retain(world)["fact_files_fewer"] > 0
        world.launch("refresh_warehouse")

        assert files_before == 3
        assert len(world.pipeline.facts.files(FactTable.PLAN_WEEKS)) == 1
        assert query(world.pipeline.data, "SELECT count(*) AS rows FROM plan_weeks")["rows"][0] == 12

    @pytest.mark.parametrize("chunk_size", [1, 200])
    def test_facts_that_were_merged_are_not_written_again(self, world: World, chunk_size: int) -> None:
        world.ask(request("a", weeks=4), request("b", weeks=4))
        config = {"ops": {"generate_in_bulk": {"config": {"chunk_size": chunk_size, "unchanged": "verify"}}}}
        for _ in range(2):
            world.launch("regenerate_plans", config=config)
        retain(world)

        world.run("b|01", "b|04", stages=[Stage.WEEK_METRICS])
        world.launch("refresh_warehouse")

        assert query(world.pipeline.data, "SELECT count(*) AS rows FROM plan_weeks")["rows"][0] == 16

    def test_whoever_reads_meanwhile_finds_every_row_once(self, world: World) -> None:
        publish(world, 6, 7, 8)
        truth = week_rows(world.pipeline.data)
        done = threading.Event()
        wrong: list[object] = []
        reads: list[int] = []

        def read() -> None:
            while not done.is_set():
                try:
                    found = week_rows(world.pipeline.data)
                except Exception as error:
                    wrong.append(error)
                else:
                    reads.append(len(found))
                    wrong.extend([found] if found != truth else [])

        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        try:
            retain(world)
        finally:
            done.set()
            for reader in readers:
                reader.join()

        assert wrong == []
        assert len(reads) > 2
        assert len(world.pipeline.facts.files(FactTable.PLAN_WEEKS)) == 1

    @pytest.mark.slow
    def test_a_killed_job_leaves_every_row_once(self, tmp_path: Path, world: World) -> None:
        check_kills(tmp_path, world, stride=7)

    @pytest.mark.slow
    def test_a_job_killed_at_any_change_of_a_file_leaves_every_row_once(self, tmp_path: Path, world: World) -> None:
        check_kills(tmp_path, world, stride=1)


def check_kills(folder: Path, world: World, stride: int) -> None:
    publish(world, 6, 7, 8)
    program = "plan_pipeline_tests.orchestration.maintenance.killed_retention"
    command = [sys.executable, "-m", program, str(folder), str(stride)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) >= 2, "the job was not killed often enough"


class TestRequests:
    def test_files_that_came_lately_stay_by_default(self, tmp_path: Path, instance: dg.DagsterInstance) -> None:
        world = make_world(tmp_path, instance, **dict[str, Any](SETTLED))
        drop(world, "good.json", request(weeks=4))
        (world.pipeline.data.requests_inbox / "bad.yaml").write_text("plan_id: rider")
        launch_due(world, tick(world))

        retain(world)

        accepted = {path.name for path in world.pipeline.data.requests_accepted.iterdir()}
        assert accepted == {"good.json", "good.json.outcome.json"}
        rejected = {path.name for path in world.pipeline.data.requests_rejected.iterdir()}
        assert rejected == {"bad.yaml", "bad.yaml.reason.json"}


class TestRuns:
    def test_young_runs_stay_by_default(self, world: World) -> None:
        run_id = job.execute_in_process(instance=world.instance, run_config=QUIET).run_id
        retain(world)
        assert run_id in world.instance.get_run_ids()

    def test_those_of_a_batch_that_waits_for_its_refresh_and_of_requests_that_wait_are_in_use(
        self, tmp_path: Path, instance: dg.DagsterInstance
    ) -> None:
        world = make_world(tmp_path, instance, **SETTLED)
        for batch_id, is_open in (("waits", "true"), ("is-done", "false")):
            instance.create_run_for_job(job, tags={SPLIT_TAG: batch_id, OPEN_TAG: is_open})
        drop(world, "riders.jsonl", request("rider"))
        (asked,) = tick(world).run_requests or ()

        in_use = runs_in_use(instance, world.pipeline)

        assert {tag: list(values) for tag, values in in_use.items()} == {
            SPLIT_TAG: ["waits"],
            BATCH_TAG: [asked.tags[BATCH_TAG]],
        }

    @pytest.mark.parametrize("days", [0, -1])
    def test_a_setting_that_would_forget_today_is_refused(self, world: World, days: int) -> None:
        result = world.launch("retain", config={"ops": {"clear_away": {"config": {"keep_runs_days": days}}}})
        assert "keep_runs_days" in failure_of(result)


def test_the_job_says_what_it_did(world: World) -> None:
    assert retain(world, max_runs=0) == dict.fromkeys(KIND, 0)


def test_what_cannot_be_cleared_away_is_told_after_everything_else_was(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    world = make_world(tmp_path, instance, keep_versions=5)
    for plan_id in ("good", "linked"):
        publish(world, 6, 7, plan_id=plan_id)
    versions = world.file("linked", "versions")
    elsewhere = tmp_path / "elsewhere"
    versions.rename(elsewhere)
    versions.symlink_to(elsewhere)
    strict = make_world(tmp_path, instance, keep_versions=1)

    result = strict.launch("retain")

    assert not result.success
    assert f"versions of plans cannot be deleted: {versions} is a link to {elsewhere}" in failure_of(result)
    assert len(strict.pipeline.plans.versions("good")) == 1
    assert len(strict.pipeline.facts.files(FactTable.PLAN_WEEKS)) == 1
