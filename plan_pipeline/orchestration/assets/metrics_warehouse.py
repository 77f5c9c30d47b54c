"""``metrics_warehouse``: the DuckDB file that analysts open, built anew from the facts."""

import datetime as dt
from typing import Final

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.orchestration.assets.shared import ANALYTICS, ANALYTICS_GROUP, OPERATIONS, RELEASE, WAREHOUSE_POOL
from plan_pipeline.orchestration.assets.week_metrics import week_metrics
from plan_pipeline.orchestration.assets.workout_library import workout_library
from plan_pipeline.orchestration.failures import retry_in_step, translate_failures
from plan_pipeline.orchestration.reporting.markdown import markdown_list, markdown_table
from plan_pipeline.services.pipeline import Pipeline

LEFT_OUT: Final = "left_out"
"""What is in the metadata where fact files do not count."""


@dg.asset(
    deps=[week_metrics, workout_library],
    group_name=ANALYTICS_GROUP,
    owners=[ANALYTICS, OPERATIONS],
    kinds={"python", "duckdb"},
    tags={"domain": "analytics"},
    code_version=RELEASE,
    pool=WAREHOUSE_POOL,
)
def metrics_warehouse(pipeline: dg.ResourceParam[Pipeline]) -> dg.MaterializeResult[None]:
    """``warehouse.duckdb``: all facts of all runs, with views for pass rates and the comparison of the arms.

    Built beside the file that is being read and renamed into its place; one writer at a time.
    """
    with translate_failures():
        return dg.MaterializeResult(metadata=refresh(pipeline))


def refresh_at_end(context: dg.OpExecutionContext, pipeline: Pipeline) -> None:
    """Refresh the warehouse at the end of a step of another job, and report the asset as materialized.

    The step holds no place in the pool; a lock file, which the asset takes too, has refreshes come one by one. What
    passes by itself is waited for here: tried again as a whole, the step would do all it has done again.
    """
    metadata = retry_in_step(lambda: refresh(pipeline))
    context.log_event(dg.AssetMaterialization(metrics_warehouse.key, metadata=metadata))


def refresh(pipeline: Pipeline) -> dict[str, MetadataValue]:
    """Bring the warehouse up to date; returns its metadata. Raises ``StorageError`` and ``LibraryError``.

    A rollback or retirement that was cut short before the facts told of it is made up for, and the facts are told of
    instances of plans that were made or changed since.
    """
    from plan_pipeline.services.instances.facts import settle_instances
    from plan_pipeline.services.plan_changes import settle_changes
    from plan_pipeline.storage.warehouse.refresh import WarehouseReport, refresh_warehouse

    def once_more() -> WarehouseReport:
        strict = pipeline.settings.strict_warehouse
        return refresh_warehouse(pipeline.data, *pipeline.library.load_all().values(), strict=strict)

    report, now = once_more(), dt.datetime.now(dt.UTC)
    settled = (settle_changes(pipeline.plans, now=now, marked_only=True), settle_instances(pipeline.data, now=now))
    if any(settled):
        report = once_more()
    rows = [{"table": table, "rows": f"{count:,}"} for table, count in report.rows.items()]
    metadata: dict[str, MetadataValue] = {
        "warehouse": MetadataValue.path(str(report.path)),
        "how": MetadataValue.text(f"{report.how}: {report.reason}" if report.reason else report.how.value),
        "seconds": MetadataValue.float(round(report.seconds, 3)),
        "rows": MetadataValue.md(markdown_table(rows)),
    }
    if report.left_out:
        metadata[LEFT_OUT] = MetadataValue.md(markdown_list(report.left_out))
    return metadata
