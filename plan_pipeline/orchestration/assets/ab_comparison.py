"""``ab_comparison``: the arms held against each other, as the warehouse has them.

Belongs here: the asset. Does not belong here: the comparison, which is a view of the warehouse.
"""

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.orchestration.assets.metrics_warehouse import metrics_warehouse
from plan_pipeline.orchestration.assets.shared import ANALYTICS, ANALYTICS_GROUP, RELEASE
from plan_pipeline.orchestration.cells import clear_failures
from plan_pipeline.orchestration.metadata import markdown_table
from plan_pipeline.orchestration.resources import Pipeline


@dg.asset(
    deps=[metrics_warehouse],
    group_name=ANALYTICS_GROUP,
    owners=[ANALYTICS],
    kinds={"python", "duckdb"},
    tags={"domain": "analytics"},
    code_version=RELEASE,
)
def ab_comparison(pipeline: dg.ResourceParam[Pipeline]) -> dg.MaterializeResult[None]:
    """Pass rates and errors of the arms side by side, over the plans that more than one arm made."""
    from plan_pipeline.storage.warehouse import query

    with clear_failures():
        frame = query(pipeline.data, "SELECT * FROM ab_comparison")
    rows = [{str(name): _shown(value) for name, value in row.items()} for row in frame.to_dict("records")]
    table = markdown_table(rows) if rows else "no plan has been made by more than one arm yet"
    return dg.MaterializeResult(metadata={"comparison": MetadataValue.md(table), "rows": MetadataValue.int(len(rows))})


def _shown(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else "" if value is None else str(value)
