"""``week_validation``: whether each week is what its overview asked for."""

import dagster as dg

from plan_pipeline.core.model.plan import OverviewWeek, ValidatedWeek
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.assets.cells import make_weeks
from plan_pipeline.orchestration.assets.shared import stage_asset
from plan_pipeline.orchestration.assets.week_duration import week_duration
from plan_pipeline.orchestration.reporting.week_lines import WeekLine, line_of, week_line, workouts_table
from plan_pipeline.services.pipeline import Pipeline


@stage_asset(deps=[week_duration])
def week_validation(
    context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.MaterializeResult[None]:
    """The verdict on each week, before and after the weekend auto-fix.

    A week that fails is stored with its errors, like one that passes; the asset's checks show which ones did.
    """
    return make_weeks(context, pipeline, Stage.WEEK_VALIDATION)


@week_line.register
def _(validated: ValidatedWeek, plan_id: str, week: OverviewWeek) -> WeekLine:
    verdict = validated.validation
    return line_of(
        plan_id,
        week,
        hours_planned=verdict.actual_hours,
        tss_planned=verdict.actual_tss,
        passed_before_fix=verdict.passed_before_fix,
        passed=verdict.passed,
        remark="; ".join([*verdict.errors, *verdict.warnings, *([verdict.fix_log] if verdict.fix_log else [])]),
        workouts=workouts_table(validated.workouts),
    )
