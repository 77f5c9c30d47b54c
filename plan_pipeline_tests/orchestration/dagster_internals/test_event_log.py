"""The event log that writes batches: the stock one's content, in the same files, at a fraction of the cost."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as db
from alembic.script import ScriptDirectory
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.sql import get_alembic_config

from plan_pipeline.orchestration.dagster_internals.event_batches import report_materializations
from plan_pipeline.orchestration.dagster_internals.event_log import BatchingSqliteEventLogStorage
from plan_pipeline.orchestration.partitions import cell_key
from plan_pipeline_tests.orchestration.dagster_internals.stored_events import RUN_ID, materialized
from plan_pipeline_tests.orchestration.world import temporary_instance

ASSET = dg.AssetKey("week_metrics")


@pytest.fixture
def stock(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    home = tmp_path / "stock"
    home.mkdir()
    with dg.DagsterInstance.local_temp(str(home), overrides={"telemetry": {"enabled": False}}) as instance:
        yield instance


def cells(plans: int, weeks: int = 12) -> Iterator[dg.AssetMaterialization]:
    for plan in range(plans):
        for week in range(1, weeks + 1):
            yield dg.AssetMaterialization(
                ASSET,
                partition=cell_key(f"plan-{plan:03}", week),
                metadata={"hours_wanted": 7.5, "passed": True},
                tags={"week": f"{week}"},
            )


def mark(instance: dg.DagsterInstance, plans: int) -> int:
    return report_materializations(instance, RUN_ID, "regenerate_plans", "generate_in_bulk", cells(plans))


def seen(instance: dg.DagsterInstance) -> dict[str, object]:
    """What Dagster makes of an event log."""
    latest = instance.get_latest_materialization_event(ASSET)
    assert latest is not None
    assert latest.asset_materialization is not None
    return {
        "partitions": sorted(instance.get_materialized_partitions(ASSET)),
        "latest": latest.asset_materialization.partition,
        "metadata": latest.asset_materialization.metadata,
        "events": len(instance.get_records_for_run(RUN_ID).records),
        "asset_keys": instance.all_asset_keys(),
        "tags": sorted(str(tags) for tags in instance.event_log_storage.get_event_tags_for_asset(ASSET)),
    }


def test_the_projects_settings_use_it(instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.event_log_storage, BatchingSqliteEventLogStorage)


def test_a_batch_leaves_what_the_stock_log_would_have_left(
    instance: dg.DagsterInstance, stock: dg.DagsterInstance
) -> None:
    assert mark(instance, 3) == mark(stock, 3) == 36
    assert seen(instance) == seen(stock)


def test_more_events_than_a_batch_holds_are_all_written(instance: dg.DagsterInstance) -> None:
    assert mark(instance, 100) == 1200
    assert len(instance.get_materialized_partitions(ASSET)) == 1200


def test_no_event_is_no_batch(instance: dg.DagsterInstance) -> None:
    assert mark(instance, 0) == 0


def test_the_stock_log_reads_what_a_batch_wrote(tmp_path: Path) -> None:
    with temporary_instance(tmp_path) as batching:
        mark(batching, 2)
        expected = seen(batching)
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as stock:
        assert seen(stock) == expected


def test_a_batch_whose_index_cannot_be_written_was_never_there(instance: dg.DagsterInstance) -> None:
    mark(instance, 1)
    index = Path(instance.root_directory) / "history" / "runs" / "index.db"
    with sqlite3.connect(index) as db:
        db.execute("ALTER TABLE asset_keys RENAME TO elsewhere")
    events = [materialized(cell) for cell in cells(2)]

    with pytest.raises(Exception, match="asset_keys"):
        instance.event_log_storage.store_event_batch(events)

    with sqlite3.connect(index) as db:
        db.execute("ALTER TABLE elsewhere RENAME TO asset_keys")
    assert len(instance.get_records_for_run(RUN_ID).records) == 12
    assert len(instance.get_materialized_partitions(ASSET)) == 12


def test_a_later_batch_of_another_run_becomes_the_latest(instance: dg.DagsterInstance) -> None:
    mark(instance, 1)
    other = RUN_ID.replace("1", "2")
    report_materializations(instance, other, "regenerate_plans", "generate_in_bulk", cells(1, weeks=2))

    latest = instance.get_latest_materialization_event(ASSET)
    assert latest is not None
    assert latest.run_id == other
    assert len(instance.get_records_for_run(RUN_ID).records) == 12


def test_many_runs_are_written_with_few_files_open(instance: dg.DagsterInstance) -> None:
    for number in range(12):
        report_materializations(instance, f"run-{number}", "job", "step", cells(1, weeks=2))

    open_files = {path.resolve().name for path in Path("/proc/self/fd").iterdir() if path.exists()}
    assert sum(f"run-{number}.db" in open_files for number in range(12)) <= 8
    assert len(instance.get_records_for_run("run-0").records) == 2


@pytest.mark.slow
def test_a_mark_costs_a_fraction_of_what_it_costs_in_the_stock_log(
    instance: dg.DagsterInstance, stock: dg.DagsterInstance
) -> None:
    def ms_a_cell(log: dg.DagsterInstance, plans: int) -> float:
        mark(log, 1)  # the run's file is made
        started = time.perf_counter()
        return mark(log, plans) and 1000 * (time.perf_counter() - started) / (12 * plans)

    assert ms_a_cell(instance, 50) * 4 < ms_a_cell(stock, 3)


def test_migrations_are_read_once_and_the_file_of_every_run_is_marked_with_the_latest(
    instance: dg.DagsterInstance,
) -> None:
    storage = instance.event_log_storage
    assert isinstance(storage, BatchingSqliteEventLogStorage)
    config = get_alembic_config(sqlite_event_log.__file__)
    read = ScriptDirectory.from_config(config)
    marked = []
    for run_id in ("one", "two"):
        with storage.run_connection(run_id) as connection:
            marked.append(connection.execute(db.text("SELECT version_num FROM alembic_version")).scalar())

    assert marked == [read.get_current_head()] * 2
    assert ScriptDirectory.from_config(config) is read


def test_who_watches_a_run_hears_of_events_while_their_writer_still_runs(tmp_path: Path) -> None:
    heard: list[str] = []
    all_heard = threading.Event()

    def hear(event: EventLogEntry, cursor: str) -> None:
        del cursor
        heard.append(str(event.get_dagster_event().partition))
        if len(heard) == 2 * 12:
            all_heard.set()

    with temporary_instance(tmp_path) as writer, dg.DagsterInstance.from_ref(writer.get_ref()) as reader:
        mark(writer, plans=1)
        reader.watch_event_logs(RUN_ID, None, hear)
        mark(writer, plans=1)
        all_heard.wait(timeout=60)
        reader.end_watch_event_logs(RUN_ID, hear)

    assert heard == 2 * [str(each.partition) for each in cells(1)]
