"""Dagster's storages on a real PostgreSQL: what the stock ones keep, over few connections that outlive a restart."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest
import yaml

from plan_pipeline.orchestration.dagster_internals.event_batches import report_materializations
from plan_pipeline.orchestration.partitions import cell_key
from plan_pipeline_tests.deploy.set_ups import ROOT, missing_for_workers, services
from plan_pipeline_tests.orchestration.dagster_internals.stored_events import RUN_ID, materialized

if reason := missing_for_workers():
    pytest.skip(reason, allow_module_level=True)

import psycopg2
from dagster_postgres import PostgresEventLogStorage

from plan_pipeline.orchestration.dagster_internals.postgres_event_log import BatchingPostgresEventLogStorage
from plan_pipeline.orchestration.dagster_internals.postgres_storage import (
    TRUSTED_FOR_S,
    KeptPostgresRunStorage,
    KeptPostgresScheduleStorage,
    kept_engine,
)

STAGES = ("week_selection", "week_metrics")
STORAGES = ("run_storage", "schedule_storage", "event_log_storage")
PLANS_KEY = "plans"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a database server; its databases are those that tests make."""
    with services("postgres") as environment:
        url = environment["DAGSTER_POSTGRES_URL"]
        execute(url, "ALTER SYSTEM SET fsync = off")  # these databases need not survive this machine
        execute(url, "SELECT pg_reload_conf()")
        yield url


@pytest.fixture(scope="module")
def with_tables(server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database in which nothing has happened yet: making tables takes longer than most tests."""
    url = new_database(server, "with_tables")
    with instance_on(url, tmp_path_factory):
        pass
    end_connections(url)
    return "with_tables"


@pytest.fixture
def url(server: str, with_tables: str, request: pytest.FixtureRequest) -> str:
    """A new database with Dagster's tables."""
    return new_database(server, f"test_{abs(hash(request.node.nodeid)):x}", like=with_tables)


def new_database(server: str, name: str, *, like: str = "template1") -> str:
    execute(server, f"CREATE DATABASE {name} TEMPLATE {like}")
    return server.rpartition("/")[0] + f"/{name}"


def end_connections(url: str) -> None:
    """Have the server end what others have open to a database, as a restart does."""
    execute(
        url,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


@pytest.fixture
def instance(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    with instance_on(url, tmp_path_factory) as instance:
        yield instance


def instance_on(
    url: str, tmp_path_factory: pytest.TempPathFactory, settings: dict[str, Any] | None = None
) -> dg.DagsterInstance:
    """An instance whose storages are those of ``deploy/dagster.yaml``, or others."""
    ours = yaml.safe_load((ROOT / "deploy" / "dagster.yaml").read_text())
    overrides: dict[str, Any] = {"telemetry": {"enabled": False}, **{part: ours[part] for part in STORAGES}}
    overrides.update(settings or {})
    for part in STORAGES:
        overrides[part] = {**overrides[part], "config": {**overrides[part]["config"], "postgres_url": url}}
    return dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("home")), overrides=overrides)


STOCK = {
    "run_storage": {"module": "dagster_postgres", "class": "PostgresRunStorage", "config": {}},
    "schedule_storage": {"module": "dagster_postgres", "class": "PostgresScheduleStorage", "config": {}},
    "event_log_storage": {"module": "dagster_postgres", "class": "PostgresEventLogStorage", "config": {}},
}


def execute(url: str, statement: str) -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(url.replace("+psycopg2", ""))
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def cells(plans: int, weeks: int = 12) -> Iterator[dg.AssetMaterialization]:
    """Cells of two stages in turn, so that each batch has both."""
    for plan in range(plans):
        for week in range(1, weeks + 1):
            for stage in STAGES:
                yield dg.AssetMaterialization(
                    stage,
                    partition=cell_key(f"plan-{plan:03}", week),
                    metadata={"hours_wanted": 7.5, "passed": True},
                    tags={"week": f"{week}"},
                )


def mark(instance: dg.DagsterInstance, plans: int, run_id: str = RUN_ID) -> int:
    return report(instance, cells(plans), run_id)


def report(instance: dg.DagsterInstance, marks: Iterator[dg.AssetMaterialization], run_id: str = RUN_ID) -> int:
    return report_materializations(instance, run_id, "regenerate_plans", "generate_in_bulk", marks)


def seen(instance: dg.DagsterInstance) -> dict[str, object]:
    """What Dagster makes of an event log."""
    return {
        "events": len(instance.get_records_for_run(RUN_ID).records),
        "asset_keys": sorted(instance.all_asset_keys()),
        "partitions": [sorted(instance.get_materialized_partitions(dg.AssetKey(stage))) for stage in STAGES],
        "tags": [
            sorted(str(tags) for tags in instance.event_log_storage.get_event_tags_for_asset(dg.AssetKey(stage)))
            for stage in STAGES
        ],
    }


def latest(instance: dg.DagsterInstance, stage: str) -> tuple[str, str | None]:
    """Run and cell of what Dagster has as an asset's latest materialization."""
    event = instance.get_latest_materialization_event(dg.AssetKey(stage))
    assert event is not None
    assert event.asset_materialization is not None
    return event.run_id, event.asset_materialization.partition


def connections(url: str) -> int:
    """How many connections to its database others have open."""
    found = execute(url, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    return int(found[0][0]) - 1


def test_the_settings_for_many_machines_use_them(instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.run_storage, KeptPostgresRunStorage)
    assert isinstance(instance.schedule_storage, KeptPostgresScheduleStorage)
    assert isinstance(instance.event_log_storage, BatchingPostgresEventLogStorage)


def test_a_batch_leaves_what_the_stock_log_would_have_left(
    instance: dg.DagsterInstance, server: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with instance_on(new_database(server, "stock"), tmp_path_factory, STOCK) as stock:
        assert type(stock.event_log_storage) is PostgresEventLogStorage
        assert mark(instance, 2) == 48
        for stage in STAGES:  # the stock log forgets the first of two assets in a batch
            assert report(stock, (cell for cell in cells(2) if cell.asset_key == dg.AssetKey(stage))) == 24
        assert seen(instance) == seen(stock)


def test_every_asset_of_a_batch_gets_its_own_latest_event(instance: dg.DagsterInstance) -> None:
    mark(instance, 1)
    other = RUN_ID.replace("1", "2")
    mark(instance, 2, other)
    assert {latest(instance, stage) for stage in STAGES} == {(other, cell_key("plan-001", 12))}


def test_more_events_than_a_batch_holds_are_all_written(instance: dg.DagsterInstance) -> None:
    assert mark(instance, 100) == 2400
    assert len(instance.get_materialized_partitions(dg.AssetKey("week_metrics"))) == 1200


def test_cells_that_are_wiped_are_as_if_nobody_had_launched_them(instance: dg.DagsterInstance) -> None:
    mark(instance, 2)
    wiped, asset = [str(cell_key("plan-000", week)) for week in range(7, 13)], dg.AssetKey("week_metrics")
    instance.wipe_asset_partitions(asset, wiped)
    assert len(instance.get_materialized_partitions(asset)) == 18
    assert not instance.get_materialized_partitions(asset).intersection(wiped)
    assert len(instance.get_materialized_partitions(dg.AssetKey("week_selection"))) == 24


def test_no_event_is_no_batch(instance: dg.DagsterInstance) -> None:
    assert mark(instance, 0) == 0


def test_the_stock_storages_read_what_ours_wrote(
    instance: dg.DagsterInstance, url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    mark(instance, 2)
    expected = seen(instance)
    with instance_on(url, tmp_path_factory, STOCK) as stock:
        assert seen(stock) == expected


def test_a_batch_whose_index_cannot_be_written_was_never_there(instance: dg.DagsterInstance, url: str) -> None:
    mark(instance, 1)
    execute(url, "ALTER TABLE asset_keys RENAME TO elsewhere")

    with pytest.raises(Exception, match="asset_keys"):
        instance.event_log_storage.store_event_batch([materialized(cell) for cell in cells(2)])

    execute(url, "ALTER TABLE elsewhere RENAME TO asset_keys")
    assert len(instance.get_records_for_run(RUN_ID).records) == 24


def test_instances_of_a_process_share_few_connections(url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    open_after = []
    for _ in range(5):
        with instance_on(url, tmp_path_factory) as instance:
            mark(instance, 1)
            instance.get_runs()
            instance.all_instigator_state()
        open_after.append(connections(url))
    assert open_after == [open_after[0]] * 5
    assert open_after[0] <= 4


def test_after_the_server_has_ended_its_connections_new_ones_are_made(instance: dg.DagsterInstance, url: str) -> None:
    mark(instance, 1)
    end_connections(url)
    time.sleep(TRUSTED_FOR_S)

    assert mark(instance, 2) == 48
    assert instance.get_runs() == []


def test_a_process_that_was_forked_off_makes_connections_of_its_own(url: str) -> None:
    parents = kept_engine(url)
    with parents.connect():
        pass
    child = os.fork()
    if child == 0:
        os._exit(0 if kept_engine(url) is not parents else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_runs_wait_for_the_disk_and_events_do_not(instance: dg.DagsterInstance) -> None:
    def synchronous_commit(storage: Any) -> str:
        with storage._engine.connect() as connection:
            return str(connection.exec_driver_sql("SHOW synchronous_commit").scalar())

    assert synchronous_commit(instance.run_storage) == "on"
    assert synchronous_commit(instance.event_log_storage) == "off"


def test_a_partition_is_known_as_soon_as_it_is_added(instance: dg.DagsterInstance) -> None:
    assert not instance.has_dynamic_partition(PLANS_KEY, "rider")
    instance.add_dynamic_partitions(PLANS_KEY, ["rider"])
    assert instance.has_dynamic_partition(PLANS_KEY, "rider")


def test_a_partition_that_is_removed_is_unknown_at_once(instance: dg.DagsterInstance) -> None:
    instance.add_dynamic_partitions(PLANS_KEY, ["rider"])
    assert instance.has_dynamic_partition(PLANS_KEY, "rider")
    instance.delete_dynamic_partition(PLANS_KEY, "rider")
    assert not instance.has_dynamic_partition(PLANS_KEY, "rider")


def test_a_partition_that_another_process_removes_is_unknown_within_a_second(
    instance: dg.DagsterInstance, url: str
) -> None:
    instance.add_dynamic_partitions(PLANS_KEY, ["rider"])
    assert instance.has_dynamic_partition(PLANS_KEY, "rider")
    execute(url, "DELETE FROM dynamic_partitions")
    time.sleep(1)
    assert not instance.has_dynamic_partition(PLANS_KEY, "rider")


def test_tables_are_made_in_a_database_that_has_none(server: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    url = new_database(server, "empty")
    with instance_on(url, tmp_path_factory) as instance:
        assert instance.get_runs() == []
    tables = {name for (name,) in execute(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert {"runs", "event_logs", "asset_keys", "jobs"} <= tables
