"""Asset checks: what is green or red beside an asset.

Those of plans are about all that are active, a run's own first. In a run over a range a check sees no partition, so
they read the plan store for the run's cells; runs that make plans in memory report the same checks.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.config import ConfigError
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.experiment import is_running
from plan_pipeline.core.model.plan import ValidatedWeek
from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.stages import Stage
from plan_pipeline.library import LibraryError, LibraryStats, library_stats, validate_library
from plan_pipeline.orchestration.assets.final_plan import final_plan
from plan_pipeline.orchestration.assets.plan_overview import plan_overview
from plan_pipeline.orchestration.assets.week_metrics import week_metrics
from plan_pipeline.orchestration.assets.week_validation import week_validation
from plan_pipeline.orchestration.assets.workout_library import readable_libraries, workout_library
from plan_pipeline.orchestration.dagster_internals.plain_failure import PlainFailure
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.generations import stamp_of
from plan_pipeline.orchestration.partitions import cells_of_run
from plan_pipeline.orchestration.reporting.check_results import check_results
from plan_pipeline.orchestration.reporting.markdown import markdown_list, markdown_table
from plan_pipeline.orchestration.reporting.metadata import record_cells
from plan_pipeline.services.generation import StageOutput, last_record, rejection_message
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.plan_checks import PlanCheck, PlansOfRun
from plan_pipeline.storage.plans.records import PlanRecord

MIN_WORKOUTS = 120
"""Workouts a library should have for plans of 24 weeks to keep their variety."""

MIN_EXTENSIBLE_SHARE = 0.6
"""The share of workouts whose length may change, below which many weeks cannot reach their hours."""

MIN_STRUCTURES = 8
"""Distinct structures a type should have, so that no stimulus has to be repeated within a phase. Tests are the same
again on purpose, and what is not measured is the same stimulus whatever its structure."""


@dg.asset_check(asset=workout_library, blocking=True)
def library_is_valid(pipeline: dg.ResourceParam[Pipeline]) -> Any:
    """Schema, unique ids, no structural duplicates, stated lengths and TSS equal to what the parts give, and nothing
    that the riders it is for cannot ride.

    Blocking: no plan is generated from a library with an error. An error in one sport is a warning where the library of
    another is good: it keeps nobody from the plans of that.
    """
    configs: dict[Sport, PlanningConfig] = {}
    with suppress(ConfigError):  # which the check of the configuration tells of
        configs = pipeline.config.load_all()
    report = validate_library(pipeline.library.folder, configs)
    metadata: dict[str, Any] = {
        "workouts": report.workout_count,
        "by_sport": _by_sport({sport: {"workouts": count} for sport, count in report.workout_counts.items()}),
        "errors": _listed(map(str, report.errors)),
        "warnings": _listed(map(str, report.warnings)),
    }
    severity = dg.AssetCheckSeverity.WARN if report.good_sports else dg.AssetCheckSeverity.ERROR
    yield dg.AssetCheckResult(passed=report.passed, severity=severity, metadata=metadata)
    if not report.good_sports:
        raise PlainFailure(str(LibraryError(report.errors)))


@dg.asset_check(asset=workout_library)
def library_is_rich_enough(pipeline: dg.ResourceParam[Pipeline]) -> dg.AssetCheckResult:
    """In every sport enough workouts, enough structures of every type, and enough that may be lengthened."""
    try:
        found = {sport: library_stats(library) for sport, library in readable_libraries(pipeline).items()}
    except LibraryError as error:
        return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN, description=str(error))
    shortfalls = [f"{sport}: {shortfall}" for sport, stats in found.items() for shortfall in _shortfalls(stats)]
    counted = {
        sport: {"workouts": stats.workouts, "extensible_share": stats.extensible_share}
        for sport, stats in found.items()
    }
    workouts = sum(stats.workouts for stats in found.values())
    return _warning(not shortfalls, workouts=workouts, by_sport=_by_sport(counted), shortfalls=_listed(shortfalls))


def _shortfalls(stats: LibraryStats) -> Iterator[str]:
    """What there is too little of in the library of a sport."""
    if stats.workouts < MIN_WORKOUTS:
        yield f"{stats.workouts} workouts, below {MIN_WORKOUTS}"
    if stats.extensible_share < MIN_EXTENSIBLE_SHARE:
        yield f"{stats.extensible_share:.0%} extensible, below {MIN_EXTENSIBLE_SHARE:.0%}"
    repeated = {WorkoutType.TEST, *record_of(stats.sport).unmeasured}
    for kind, of_type in stats.by_type.items():
        if of_type.structures < MIN_STRUCTURES and kind not in repeated:
            yield f"{kind}: {of_type.structures} structures, below {MIN_STRUCTURES}"


def _by_sport(numbers: Mapping[Sport, Mapping[str, object]]) -> MetadataValue:
    """A table with a line a sport."""
    rows = ({"sport": sport.value, **{name: str(each) for name, each in of.items()}} for sport, of in numbers.items())
    return MetadataValue.md(markdown_table(rows))


@dg.asset_check(asset=workout_library, blocking=True)
def configuration_is_valid(pipeline: dg.ResourceParam[Pipeline]) -> Any:
    """Goals, events, levels, rules, the week and the flags can be read and fit together.

    Blocking: no plan is generated with a configuration that has an error. An error in one sport is a warning where the
    configuration of another can be used: it keeps nobody from the plans of that.
    """
    configs, errors = {}, []
    for sport in pipeline.config.sports or (Sport.CYCLING,):
        try:
            configs[sport] = pipeline.config.load(sport)
        except ConfigError as error:
            errors.append(error)
    problems = {"problems": _listed(str(each) for error in errors for each in error.problems)} if errors else {}
    if not configs:
        yield dg.AssetCheckResult(passed=False, metadata=problems)
        raise PlainFailure(str(errors[0])) from errors[0]
    counted = {
        sport: {"version": config.version, "goals": len(config.goals), "events": len(config.events)}
        for sport, config in configs.items()
    }
    version = next(iter(configs.values())).version
    metadata: dict[str, Any] = {"config_version": version, "by_sport": _by_sport(counted), **problems}
    yield dg.AssetCheckResult(passed=not errors, severity=dg.AssetCheckSeverity.WARN, metadata=metadata)


@dg.asset_check(asset=plan_overview)
def live_experiments_are_sound(
    context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.AssetCheckResult:
    """Every definition of a live experiment can be used; says which cannot, and which are running.

    A warning: plans that a bad definition would have reached are made as their requests say.
    """
    stamp = stamp_of(context.instance, pipeline.data, context.run.run_id)
    definitions = pipeline.live_experiments.for_run(stamp)
    running = [each.name for each in definitions.experiments if is_running(each, stamp.generated_at.date())]
    shown, problems = ", ".join(running) or "none", definitions.problems
    return _warning(not problems, running=shown, problems=_listed(problems))


@dg.asset_check(asset=week_validation)
def weeks_pass(context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]) -> dg.AssetCheckResult:
    """Every week of every active plan passed validation; says which did not, and how many only the auto-fix saved.

    Red for weeks of the run, a warning where only others of earlier runs have failed. The counts are the run's.
    """
    run = PlansOfRun()
    with translate_failures():
        for plan_id, asked in cells_of_run(context.run.tags, context.instance).items():
            failed: dict[bool, list[str]] = {True: [], False: []}
            for number, week in _validated(pipeline, plan_id).items():
                verdict = week.validation
                if number in asked:
                    run.add_week(passed=verdict.passed, passed_before_fix=verdict.passed_before_fix)
                if not verdict.passed:
                    failed[number in asked].append("; ".join(verdict.errors) or f"Week {number} failed")
            run.problems[PlanCheck.WEEKS_PASS][plan_id] = tuple(failed[True])
            if failed[False]:
                run.other_weeks[plan_id] = tuple(failed[False])
        (result,) = check_results(pipeline.plans, run, PlanCheck.WEEKS_PASS)
    return result


@dg.asset_check(asset=week_metrics)
def time_error_within_5_pct(
    context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.AssetCheckResult:
    """The hours of every week are within 5 % of those wanted. A warning: the verdict on a week is validation's."""
    with translate_failures():
        run = _plans_of_run(_records(context, pipeline))
        (result,) = check_results(pipeline.plans, run, PlanCheck.TIME_ERROR_WITHIN_5_PCT)
    return result


@dg.asset_check(asset=final_plan)
def plan_is_published(context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]) -> Any:
    """Every active plan was published when it was last made; says which was not, and why.

    Red for plans of the run, a warning where only plans of earlier runs were not. A run for a single plan that is not
    published fails here, after its result is recorded: the stages after ``final_plan`` still measure it and refresh
    the warehouse.
    """
    with translate_failures():
        records = _records(context, pipeline)
        table = {"plan_table": MetadataValue.md(markdown_table(map(record_cells, records.values())))}
        run = _plans_of_run(records)
        (result,) = check_results(pipeline.plans, run, PlanCheck.PLAN_IS_PUBLISHED, extra=table)
    yield result
    message = rejection_message(records)
    if message is not None and len(records) == 1:
        raise PlainFailure(message)


@dg.asset_check(asset=final_plan)
def plan_rules_are_kept(
    context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.AssetCheckResult:
    """No active plan breaks a rule that it is not excused from; says which do, and on what weeks.

    A warning: a plan that breaks a rule of severity error is rejected, which ``plan_is_published`` reports.
    """
    with translate_failures():
        run = _plans_of_run(_records(context, pipeline))
        (result,) = check_results(pipeline.plans, run, PlanCheck.PLAN_RULES_ARE_KEPT)
    return result


def _validated(pipeline: Pipeline, plan_id: str) -> dict[int, ValidatedWeek]:
    """A plan's validated weeks; none where its overview gave it none."""
    record = pipeline.plans.load_overview(plan_id)
    if record is None or record.overview is None:
        return {}
    made = pipeline.plans.load_weeks(plan_id, Stage.WEEK_VALIDATION, StageOutput[ValidatedWeek])
    return {number: output.week for number, output in made.items()}


def _records(context: dg.AssetCheckExecutionContext, pipeline: Pipeline) -> dict[str, PlanRecord]:
    """How the plans of the run ended; one that was never made, and is asked for weeks it does not have, is left out."""
    records = {}
    for plan_id, asked in cells_of_run(context.run.tags, context.instance).items():
        record = pipeline.plans.load_generation_record(plan_id)
        if record is not None or min(asked) <= pipeline.plans.load_request(plan_id).total_weeks:
            records[plan_id] = record or last_record(pipeline, plan_id)
    return records


def _plans_of_run(records: Mapping[str, PlanRecord]) -> PlansOfRun:
    run = PlansOfRun()
    for record in records.values():
        run.add(record)
    return run


def _warning(passed: bool, **metadata: dg.MetadataValue | str | float) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=passed, severity=dg.AssetCheckSeverity.WARN, metadata=metadata)


def _listed(items: Iterable[str]) -> MetadataValue:
    return MetadataValue.md(markdown_list(items) or "none")


ALL = (
    library_is_valid,
    library_is_rich_enough,
    live_experiments_are_sound,
    weeks_pass,
    plan_rules_are_kept,
    plan_is_published,
    time_error_within_5_pct,
)
