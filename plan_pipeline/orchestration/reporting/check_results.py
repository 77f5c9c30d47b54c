"""What the checks of plans say, whether the run goes through the assets or makes plans in memory."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final, cast

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.core.wording import counted
from plan_pipeline.orchestration.reporting.markdown import MAX_ROWS, markdown_list
from plan_pipeline.orchestration.reporting.metadata import outcome_counts, rule_results_metadata
from plan_pipeline.orchestration.reporting.week_lines import Metadata
from plan_pipeline.services.generation import NOT_PUBLISHING
from plan_pipeline.services.plan_checks import PlanCheck, PlansOfRun, Problems, Verdict, evaluate
from plan_pipeline.storage.plans.plan_store import PlanStore

MAX_NAMED: Final = 3
"""Plans that the sentence about a check names; its lists have more."""

_WARNINGS: Final = (PlanCheck.PLAN_RULES_ARE_KEPT, PlanCheck.TIME_ERROR_WITHIN_5_PCT)
"""Checks that never are more than a warning: the verdict on a plan is that of the two others."""

_LISTS: Final = {
    PlanCheck.WEEKS_PASS: "failed",
    PlanCheck.PLAN_IS_PUBLISHED: "reasons",
    PlanCheck.PLAN_RULES_ARE_KEPT: "broken",
    PlanCheck.TIME_ERROR_WITHIN_5_PCT: "outside",
}
"""What the list of the run's own problems is called."""

_SENTENCES: Final = {
    PlanCheck.WEEKS_PASS: ("weeks failed", "all weeks of active plans passed"),
    PlanCheck.PLAN_IS_PUBLISHED: ("not published", "every active plan that was made is published"),
    PlanCheck.PLAN_RULES_ARE_KEPT: ("rules are broken", "no active plan breaks a rule"),
    PlanCheck.TIME_ERROR_WITHIN_5_PCT: ("weeks outside 5 %", "all weeks of active plans are within 5 %"),
}
"""What is said of a check that does not pass, before the plans, and of one that does."""


def check_results(
    plans: PlanStore,
    run: PlansOfRun,
    *checks: PlanCheck,
    anew: bool = False,
    extra: Mapping[str, MetadataValue] | None = None,
) -> list[dg.AssetCheckResult]:
    """The results of checks after a run, and what they find kept for the next run; see ``evaluate``.

    Red for plans of the run itself, a warning where only plans of earlier runs are still bad, green where no active
    plan is.
    """
    verdicts = evaluate(plans, run, checks, anew=anew)
    return [_result(check, verdict, run, extra or {}) for check, verdict in verdicts.items()]


def report_checks(
    context: dg.OpExecutionContext | dg.AssetExecutionContext, plans: PlanStore, run: PlansOfRun, *, anew: bool
) -> None:
    """Report all checks of plans from a step that makes plans in memory, as the checks themselves would."""
    for result in check_results(plans, run, *PlanCheck, anew=anew):
        name = str(result.check_name)
        evaluation = dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey(PlanCheck(name).stage.value),
            check_name=name,
            passed=result.passed,
            metadata=result.metadata,
            severity=result.severity,
            description=result.description,
        )
        context.log_event(cast("Any", evaluation))  # which takes evaluations, although its type does not say so


def _result(
    check: PlanCheck, verdict: Verdict, run: PlansOfRun, extra: Mapping[str, MetadataValue]
) -> dg.AssetCheckResult:
    is_warning = check in _WARNINGS or not verdict.run
    metadata = {**_counts(check, run), **extra}
    if verdict.run or check is not PlanCheck.PLAN_RULES_ARE_KEPT:
        metadata[_LISTS[check]] = _listed(verdict.run)
    if verdict.earlier:
        metadata["plans_of_earlier_runs"] = MetadataValue.int(len(verdict.earlier))
        metadata["of_earlier_runs"] = _listed(verdict.earlier)
    return dg.AssetCheckResult(
        check_name=check.value,
        passed=verdict.passed,
        severity=dg.AssetCheckSeverity.WARN if is_warning else dg.AssetCheckSeverity.ERROR,
        description=_sentence(check, verdict, run),
        metadata=metadata,
    )


def _counts(check: PlanCheck, run: PlansOfRun) -> Metadata:
    plans = MetadataValue.int(len(run.problems[check]))
    if check is PlanCheck.WEEKS_PASS:
        names = ("weeks", "weeks_passed", "weeks_passed_before_fix")
        return {name: MetadataValue.int(getattr(run, name)) for name in names}
    if check is PlanCheck.PLAN_IS_PUBLISHED:
        return {"plans": plans, **outcome_counts(run.by_status, run.withheld)}
    if check is PlanCheck.PLAN_RULES_ARE_KEPT:
        return {"plans": plans, **rule_results_metadata(run.rule_results)}
    return {"plans": plans, "max_abs_time_error_pct": MetadataValue.float(run.max_abs_time_error_pct)}


def _sentence(check: PlanCheck, verdict: Verdict, run: PlansOfRun) -> str:
    bad, good = _SENTENCES[check]
    named = ((verdict.run, "of this run"), (verdict.earlier, "of earlier runs"))
    parts = [
        f"{counted(len(bad_plans), 'plan')} {whose} ({_named(bad_plans)})" for bad_plans, whose in named if bad_plans
    ]
    if not parts and check is PlanCheck.PLAN_IS_PUBLISHED and run.withheld:
        return f"{counted(run.withheld, 'plan')} withheld: {NOT_PUBLISHING}"
    return f"{bad}: {', '.join(parts)}" if parts else good


def _named(problems: Mapping[str, object]) -> str:
    named = list(problems)[:MAX_NAMED]
    more = len(problems) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _listed(problems: Problems) -> MetadataValue:
    total = sum(map(len, problems.values()))
    lines = (f"{plan_id}: {problem}" for plan_id, each in problems.items() for problem in each)
    return MetadataValue.md(markdown_list(islice(lines, MAX_ROWS), total=total) or "none")
