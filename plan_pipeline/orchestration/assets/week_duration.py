"""``week_duration``: the chosen workouts brought to the hours of their week."""

import dagster as dg

from plan_pipeline.core.model.plan import OverviewWeek, WeekDuration
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.assets.cells import make_weeks
from plan_pipeline.orchestration.assets.shared import stage_asset
from plan_pipeline.orchestration.assets.week_selection import week_selection
from plan_pipeline.orchestration.assets.workout_library import workout_library
from plan_pipeline.orchestration.reporting.week_lines import WeekLine, line_of, week_line
from plan_pipeline.services.pipeline import Pipeline


@stage_asset(deps=[week_selection, workout_library])
def week_duration(
    context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.MaterializeResult[None]:
    """The week's workouts at the lengths they will be ridden, by the arm of the request.

    The interval steps of a workout keep their length in the arms that adjust; a week that cannot reach its hours
    says which total is the nearest.
    """
    return make_weeks(context, pipeline, Stage.WEEK_DURATION)


@week_line.register
def _(duration: WeekDuration, plan_id: str, week: OverviewWeek) -> WeekLine:
    tss = sum(workout.tss for workout in duration.workouts)
    return line_of(plan_id, week, hours_planned=duration.adjusted_hours, tss_planned=tss, remark=duration.statement)
