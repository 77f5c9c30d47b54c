"""Old runs are forgotten as a whole, a bounded number at a time, and never one that somebody still looks at."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.partition_status_cache import get_and_update_asset_status_cache_value

from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.dagster_internals.event_batches import report_materializations
from plan_pipeline.orchestration.dagster_internals.run_history import EVENTS_A_WRITE, Forgotten, forget_runs
from plan_pipeline.orchestration.partitions import PartitionRegistry, cell_key, plan_weeks, register_plans
from plan_pipeline.orchestration.run_tags import BATCH_TAG, PARENT_RUN_TAG, ROOT_RUN_TAG, SPLIT_TAG
from plan_pipeline_tests.orchestration.world import (
    QUIET,
    World,
    make_world,
    rejected_request,
    request,
    temporary_instance,
)

LATER = dt.datetime.now(dt.UTC) + dt.timedelta(days=365)
"""A day by which every run of these tests is old."""


@dg.op
def nothing() -> None:
    pass


@dg.op
def too_much() -> None:
    raise RuntimeError("it was too much")


@dg.job
def job() -> None:
    nothing()


@dg.job
def failing_job() -> None:
    too_much()


def finished(instance: dg.DagsterInstance, **tags: str) -> str:
    """The id of a run that marked nothing."""
    return job.execute_in_process(instance=instance, tags=tags, run_config=QUIET).run_id


def regenerate(world: World, *plan_ids: str) -> str:
    config = {"plan_ids": list(plan_ids), "refresh_warehouse": False, "unchanged": "rewrite"}
    return world.launch("regenerate_plans", config={"ops": {"generate_in_bulk": {"config": config}}}).run_id


def known(instance: dg.DagsterInstance) -> set[str]:
    return set(instance.get_run_ids())


def forget(instance: dg.DagsterInstance, at_most: int = 10, **in_use: list[str]) -> Forgotten:
    return forget_runs(instance, before=LATER, at_most=at_most, in_use=in_use)


def green(world: World, *, from_scratch: bool = False) -> dict[str, set[str]]:
    """The cells of each stage that the UI shows as made, from what it remembers or from the events alone."""
    found = {}
    for stage in Stage:
        key = dg.AssetKey(stage.value)
        if from_scratch:
            world.instance.wipe_asset_cached_status([key])
        status = get_and_update_asset_status_cache_value(world.instance, key, plan_weeks, world.instance)
        assert status is not None
        with dg.partition_loading_context(dynamic_partitions_store=world.instance):
            found[stage.value] = set(status.deserialize_materialized_partition_subsets(plan_weeks).get_partition_keys())
            assert not list(status.deserialize_failed_partition_subsets(plan_weeks).get_partition_keys())
    return found


def mentions(home: Path, run_id: str) -> list[str]:
    """Everything in an instance's home that has a run's id: files by name, rows by table."""
    found = [str(path.relative_to(home)) for path in home.rglob(f"*{run_id}*")]
    for file in home.rglob("*.db"):
        with closing(sqlite3.connect(file)) as db:
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                columns = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]
                where = " OR ".join(f"CAST(\"{column}\" AS TEXT) LIKE '%{run_id}%'" for column in columns)
                if db.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0]:
                    found.append(f"{file.name}:{table}")
    return sorted(found)


class TestWhatGoes:
    def test_nothing_of_a_forgotten_run_is_left(self, tmp_path: Path) -> None:
        with temporary_instance(tmp_path, collects_output=True) as instance:
            world = make_world(tmp_path, instance)
            world.ask(request(weeks=4))
            run_id = world.run("rider|01", "rider|04").run_id
            world.run("rider|01", "rider|04")
            before = mentions(tmp_path / "dagster", run_id)

            assert forget(world.instance).runs == 1

            assert {
                "runs.db:runs",
                "runs.db:run_tags",
                "index.db:event_logs",
                "index.db:asset_check_executions",
                f"history/runs/{run_id}.db",
                f"storage/{run_id}",
            } <= set(before)
            assert mentions(tmp_path / "dagster", run_id) == []

    def test_tags_of_events_that_are_gone_are_gone(self, world: World, tmp_path: Path) -> None:
        world.ask(request(weeks=4))
        world.run("rider|01", "rider|04")
        world.run("rider|01", "rider|04")

        forget(world.instance)

        with closing(sqlite3.connect(tmp_path / "dagster" / "history" / "runs" / "index.db")) as db:
            orphans = "SELECT count(*) FROM asset_event_tags WHERE event_id NOT IN (SELECT id FROM event_logs)"
            assert db.execute(orphans).fetchone() == (0,)
            assert db.execute("SELECT count(*) FROM asset_event_tags").fetchone()[0] > 0

    def test_younger_runs_stay(self, instance: dg.DagsterInstance) -> None:
        run_id = finished(instance)
        forget_runs(instance, before=dt.datetime.now(dt.UTC) - dt.timedelta(days=1), at_most=10, in_use={})
        assert known(instance) == {run_id}

    def test_no_more_than_asked_for_and_the_oldest_first(self, instance: dg.DagsterInstance) -> None:
        run_ids = [finished(instance) for _ in range(4)]

        assert forget(instance, at_most=3).runs == 3

        assert known(instance) == {run_ids[-1]}

    def test_runs_that_are_kept_do_not_use_up_the_number(self, world: World) -> None:
        world.ask(request(weeks=4))
        shown = regenerate(world)
        others = [finished(world.instance) for _ in range(2)]

        assert forget(world.instance, at_most=2).runs == len(others)
        assert known(world.instance) == {shown}

    def test_a_run_of_more_events_than_a_transaction_is_forgotten(self, instance: dg.DagsterInstance) -> None:
        run_id, other = finished(instance), finished(instance)
        cells = (dg.AssetMaterialization("final_plan", partition=cell_key(f"p{n}", 1)) for n in range(EVENTS_A_WRITE))
        report_materializations(instance, run_id, "job", "nothing", cells)
        report_materializations(instance, other, "job", "nothing", [dg.AssetMaterialization("final_plan")])

        assert forget(instance) == Forgotten(runs=1, kept=1)
        assert known(instance) == {other}
        assert instance.get_materialized_partitions(dg.AssetKey("final_plan")) == set()

    def test_a_run_that_was_half_forgotten_when_the_process_died_is_forgotten_the_next_time(
        self, instance: dg.DagsterInstance, tmp_path: Path
    ) -> None:
        run_id = finished(instance)
        storage = instance.event_log_storage
        assert isinstance(storage, SqliteEventLogStorage)
        Path(storage.path_for_shard(run_id)).unlink()

        assert forget(instance).runs == 1
        assert mentions(tmp_path / "dagster", run_id) == []


class TestWhatStays:
    def test_a_run_that_shows_how_a_plan_stands(self, world: World) -> None:
        world.ask(request(weeks=4))
        first, second = regenerate(world), regenerate(world)

        assert forget(world.instance) == Forgotten(runs=1, kept=1)

        assert known(world.instance) == {second} != {first}
        assert len(world.marked("final_plan")) == 4

    @pytest.mark.parametrize("from_scratch", [False, True], ids=["as remembered", "from scratch"])
    def test_cells_stay_green_when_runs_that_made_them_earlier_are_forgotten(
        self, world: World, from_scratch: bool
    ) -> None:
        world.ask(request("a", weeks=4), request("b", weeks=4))
        first = world.run("a|01", "b|04").run_id
        regenerate(world)
        regenerate(world, "b")
        world.run_cell("a", 2)
        before = green(world)

        forget(world.instance)

        assert first not in known(world.instance)
        assert green(world, from_scratch=from_scratch) == before
        assert len(before["final_plan"]) == 8

    def test_one_plan_of_many_is_enough(self, world: World) -> None:
        world.ask(request("a", weeks=4), request("b", weeks=4))
        both = regenerate(world)
        again = regenerate(world, "a")

        forget(world.instance)

        assert known(world.instance) == {both, again}
        assert len(world.marked("final_plan")) == 8

    def test_a_plan_that_is_not_registered_any_more_keeps_no_run_but_the_last_of_all(self, world: World) -> None:
        world.ask(request("a", weeks=4), request("b", weeks=4))
        regenerate(world, "a")
        last = regenerate(world, "b")
        PartitionRegistry(world.instance).unregister(["a", "b"])

        forget(world.instance)

        assert known(world.instance) == {last}

    def test_a_run_that_left_a_cell_red(self, world: World) -> None:
        world.ask(request(weeks=4))
        register_plans(world.instance, ["never-asked-for"])
        failed = world.run("never-asked-for|01", "never-asked-for|04")
        later = world.run("rider|01", "rider|04")
        assert not failed.success and later.success

        forget(world.instance)

        assert known(world.instance) == {failed.run_id, later.run_id}

    def test_the_last_look_at_an_asset_without_partitions(self, world: World) -> None:
        first = world.launch("check_library").run_id
        second = world.launch("check_library").run_id

        forget(world.instance)

        assert known(world.instance) == {second} != {first}
        assert world.instance.get_latest_materialization_event(dg.AssetKey("workout_library")) is not None

    def test_the_last_run_of_a_check_and_its_result(self, world: World) -> None:
        world.ask(rejected_request())
        regenerate(world)
        runs = [world.launch("check_plan_health").run_id for _ in range(2)]
        PartitionRegistry(world.instance).unregister(["rider"])

        forget(world.instance)

        key = dg.AssetCheckKey(dg.AssetKey("metrics_warehouse"), "nothing_is_left_failed_or_stale")
        (shown,) = world.instance.event_log_storage.get_asset_check_execution_history(key, limit=10)
        assert shown.run_id == runs[1]
        assert runs[1] in known(world.instance) and runs[0] not in known(world.instance)

    def test_every_run_with_a_tag_that_is_in_use(self, instance: dg.DagsterInstance) -> None:
        waits = [finished(instance, **{tag: "batch-1"}) for tag in (SPLIT_TAG, BATCH_TAG)]
        for tag in (SPLIT_TAG, BATCH_TAG):
            finished(instance, **{tag: "batch-2"})

        forget(instance, **{SPLIT_TAG: ["batch-1"], BATCH_TAG: ["batch-1"]})

        assert known(instance) == set(waits)

    def test_a_run_that_is_not_done(self, instance: dg.DagsterInstance) -> None:
        run_id = instance.create_run_for_job(job).run_id
        forget(instance)
        assert known(instance) == {run_id}

    def test_a_run_that_was_repeated_stays_as_long_as_its_repetitions(self, instance: dg.DagsterInstance) -> None:
        root = failing_job.execute_in_process(instance=instance, raise_on_error=False, run_config=QUIET).run_id
        again = finished(instance, **{ROOT_RUN_TAG: root, PARENT_RUN_TAG: root})

        forget(instance)
        assert known(instance) == {root}, "the repetition goes first"
        group = instance.get_run_group(root)
        assert group is not None and again not in {run.run_id for run in group[1]}

        forget(instance)
        assert known(instance) == set()
