"""``week_selection``: the library workouts chosen for each training day."""

import dagster as dg

from plan_pipeline.core.model.plan import OverviewWeek, WeekSelection
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.assets.cells import make_weeks
from plan_pipeline.orchestration.assets.plan_overview import plan_overview
from plan_pipeline.orchestration.assets.shared import stage_asset
from plan_pipeline.orchestration.assets.workout_library import workout_library
from plan_pipeline.orchestration.reporting.week_lines import WeekLine, line_of, week_line
from plan_pipeline.services.pipeline import Pipeline


@stage_asset(deps=[plan_overview, workout_library])
def week_selection(
    context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.MaterializeResult[None]:
    """A library workout for every training day, at its library length.

    A week's choice depends on the weeks before it. They are worked out again each time, so that a week
    regenerated alone comes out the same; only the weeks asked for are stored.
    """
    return make_weeks(context, pipeline, Stage.WEEK_SELECTION)


@week_line.register
def _(selection: WeekSelection, plan_id: str, week: OverviewWeek) -> WeekLine:
    chosen = ", ".join(f"{choice.weekday[:3]} {choice.workout_name}" for choice in selection.choices)
    remark = "; ".join([chosen, *selection.notes])
    return line_of(plan_id, week, hours_planned=selection.selected_hours, remark=remark)
