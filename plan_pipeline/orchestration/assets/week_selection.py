"""``week_selection``: the library workouts chosen for each training day.

Belongs here: the asset. Does not belong here: how a workout is chosen (see ``core.selection``).
"""

import dagster as dg

from plan_pipeline.core.selection.week_selection import select_weeks
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.assets.cells import PlanOfRun, for_each_overview
from plan_pipeline.orchestration.assets.plan_overview import plan_overview
from plan_pipeline.orchestration.assets.shared import stage_asset
from plan_pipeline.orchestration.assets.workout_library import workout_library
from plan_pipeline.orchestration.reporting.metadata import selection_line
from plan_pipeline.services.pipeline import Pipeline


@stage_asset(deps=[plan_overview, workout_library])
def week_selection(
    context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.MaterializeResult[None]:
    """A library workout for every training day, at its library length.

    A week's choice depends on the weeks before it. They are worked out again each time, so that a week
    regenerated alone comes out the same; only the weeks asked for are stored.
    """

    def select(plan: PlanOfRun) -> None:
        with plan.measured():
            selections = {s.week_number: s for s in select_weeks(plan.request, plan.overview, plan.library)}
        plan.save({number: selections[number] for number in plan.weeks})
        plan.report.lines += [
            selection_line(plan.plan_id, plan.overview.week(number), selections[number]) for number in plan.weeks
        ]

    return for_each_overview(context, pipeline, Stage.WEEK_SELECTION, select)
