"""``week_duration``: the chosen workouts brought to the hours of their week.

Belongs here: the asset. Does not belong here: how lengths are found (see ``core.duration``).
"""

import dagster as dg

from plan_pipeline.core.duration.week_duration import adjust_week
from plan_pipeline.core.model.plan import WeekSelection
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.assets.cells import PlanOfRun, for_each_overview
from plan_pipeline.orchestration.assets.shared import stage_asset
from plan_pipeline.orchestration.assets.week_selection import week_selection
from plan_pipeline.orchestration.assets.workout_library import workout_library
from plan_pipeline.orchestration.reporting.metadata import duration_line
from plan_pipeline.services.pipeline import Pipeline


@stage_asset(deps=[week_selection, workout_library])
def week_duration(
    context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.MaterializeResult[None]:
    """The week's workouts at the lengths they will be ridden, by the arm of the request.

    The interval steps of a workout keep their length in the arms that adjust; a week that cannot reach its hours
    says which total is the nearest.
    """

    def adjust(plan: PlanOfRun) -> None:
        selections = plan.load(Stage.WEEK_SELECTION, WeekSelection)
        with plan.measured():
            durations = {
                number: adjust_week(plan.request, plan.overview.week(number), selection, plan.library)
                for number, selection in selections.items()
            }
        plan.save(durations)
        plan.report.lines += [
            duration_line(plan.plan_id, plan.overview.week(number), week) for number, week in durations.items()
        ]

    return for_each_overview(context, pipeline, Stage.WEEK_DURATION, adjust)
