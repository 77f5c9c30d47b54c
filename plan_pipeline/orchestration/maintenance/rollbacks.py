"""Having Dagster tell that an earlier version of a plan was put in place."""

from typing import Any

import dagster as dg

from plan_pipeline.core.model.plan import Plan, ValidatedWeek
from plan_pipeline.core.model.request import MAX_WEEKS
from plan_pipeline.orchestration.assets.final_plan import final_plan
from plan_pipeline.orchestration.partitions import cell_key
from plan_pipeline.orchestration.reporting.week_lines import week_line
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.rollbacks import Rollback


def note_rollback(instance: dg.DagsterInstance, plans: PlanStore, done: Rollback) -> None:
    """Have the cells of ``final_plan`` show the weeks that are in place now.

    A cell that the withdrawn plan had and this one does not says so.
    """
    plan = plans.load_plan(done.plan_id)
    if plan is None:
        return
    of_plan = {
        "status": "rolled back",
        "generation_id": done.to_generation,
        "rolled_back_to": done.to_generation,
        "rolled_back_from": done.from_generation or "a plan that could not be read",
        "at": done.at.isoformat(),
        "plan": dg.MetadataValue.path(str(plans.published_path(done.plan_id))),
    }
    weeks = _weeks(plan)
    beyond = {"note": f"not a week of the plan in place, which has {len(weeks)}"}
    cells = instance.get_materialized_partitions(final_plan.key)
    for number in range(1, MAX_WEEKS + 1):
        if (cell := cell_key(done.plan_id, number)) in cells:
            metadata = weeks.get(number, beyond) | of_plan
            materialization = dg.AssetMaterialization(final_plan.key, partition=cell, metadata=metadata)
            instance.report_runless_asset_event(materialization)


def _weeks(plan: Plan) -> dict[int, dict[str, Any]]:
    lines = [
        week_line(
            ValidatedWeek(week_number=week.week_number, workouts=week.workouts, validation=week.validation),
            plan.training_plan.plan_id,
            week,
        )
        for week in plan.training_plan.weekly_plan
    ]
    return {line.week: line.metadata() | line.workouts_metadata() for line in lines}
