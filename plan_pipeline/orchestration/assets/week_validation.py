"""``week_validation``: whether each week is what its overview asked for.

Belongs here: the asset. Does not belong here: scenarios, tolerances and the auto-fix (see ``core.validation``).
"""

import dagster as dg

from plan_pipeline.core.model.plan import WeekDuration
from plan_pipeline.core.stages import Stage
from plan_pipeline.core.validation.week_validation import check_week
from plan_pipeline.orchestration.assets.cells import PlanOfRun, for_each_overview
from plan_pipeline.orchestration.assets.shared import stage_asset
from plan_pipeline.orchestration.assets.week_duration import week_duration
from plan_pipeline.orchestration.reporting.metadata import validation_line
from plan_pipeline.services.pipeline import Pipeline


@stage_asset(deps=[week_duration])
def week_validation(
    context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.MaterializeResult[None]:
    """The verdict on each week, before and after the weekend auto-fix.

    A week that fails is stored with its errors, like one that passes; the asset's checks show which ones did.
    """

    def judge(plan: PlanOfRun) -> None:
        durations = plan.load(Stage.WEEK_DURATION, WeekDuration)
        with plan.measured():
            validated = {
                number: check_week(plan.request, plan.overview.week(number), duration)
                for number, duration in durations.items()
            }
        plan.save(validated)
        lines = [validation_line(plan.plan_id, plan.overview.week(number), week) for number, week in validated.items()]
        plan.report.lines += lines
        plan.report.reasons += [f"{plan.plan_id}: week {line.week}: {line.remark}" for line in lines if not line.passed]

    return for_each_overview(context, pipeline, Stage.WEEK_VALIDATION, judge)
