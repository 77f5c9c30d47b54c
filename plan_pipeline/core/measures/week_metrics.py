"""The measured outcome of a generation: one row a plan, one a week, one a workout, one a rule.

A row model's field names and order are its table's columns; percentages are signed numbers such as -1.7, hours are
decimal hours.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from plan_pipeline.core.adding import added
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.runs import as_read
from plan_pipeline.core.content.week_content import week_content
from plan_pipeline.core.measures.week_columns import content_columns, measured_columns
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Overview, OverviewWeek, ValidatedWeek, Verdict, WeekDuration, WeekSelection
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import Evidence, RuleResult, RuleSeverity
from plan_pipeline.core.model.vocabulary import (
    ExperienceLevel,
    Phase,
    PlanStatus,
    Scenario,
    Sport,
    TssMethod,
    Weekday,
    WeekType,
    WorkoutSource,
    WorkoutType,
)
from plan_pipeline.core.purpose.purpose import Purpose, purpose_if_known, purpose_of
from plan_pipeline.core.validation.week_validation import Targets, check_structure, check_targets, week_totals


class Origin(Frozen):
    """What every row of a generation carries. Rows of release 0.1.0 have no ``config_version``; all are of cycling."""

    plan_id: str
    generation_id: str
    arm: str
    experiment: str | None
    library_version: str
    config_version: str | None = None
    code_version: str
    generated_at: dt.datetime
    sport: Sport = Sport.CYCLING


class FailureCause(StrEnum):
    """Why a week is not as it was asked for. ``OTHER`` is a failure that nothing else here explains."""

    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    TSS_HIGH = "tss_high"
    TSS_LOW = "tss_low"
    INFEASIBLE = "infeasible"
    STRUCTURE = "structure"
    OTHER = "other"


class WeekMetrics(Origin):
    """A row of ``plan_weeks``.

    What the week is for and what it holds of that is in the columns from ``goal`` on, which rows of release 0.1.0 do
    not have. ``goal_…`` are of what the week is mainly for, and null where nothing is asked of it. Kilometres are there
    in sports that are measured in them, ``target_km`` where the plan counts them; ``zone_…_min`` are minutes in the
    three zones that the sport's levels part.
    """

    week: int
    phase: Phase
    week_type: WeekType
    training_days: int
    target_hours: float
    selected_hours: float
    adjusted_hours: float
    final_hours: float
    time_error_pct: float | None
    target_tss: float
    final_tss: float
    tss_error_pct: float | None
    scenario_used: Scenario
    auto_fixed: bool
    fix_minutes: float
    passed_before_fix: bool
    passed: bool
    infeasible: bool
    structure_preserved: bool
    errors: str | None
    causes: tuple[FailureCause, ...] = ()
    goal: str | None = None
    event_type: str | None = None
    experience_level: ExperienceLevel | None = None
    min_84_95: float | None = None
    min_96_105: float | None = None
    min_106_120: float | None = None
    min_over_120: float | None = None
    goal_bands: str | None = None
    goal_min_wanted: float | None = None
    goal_min_least: float | None = None
    goal_min: float | None = None
    hard_days: int | None = None
    longest_ride_min: float | None = None
    long_ride_target_min: int | None = None
    least_w_balance_pct: float | None = None
    target_km: float | None = None
    actual_km: float | None = None
    zone_1_min: float | None = None
    zone_2_min: float | None = None
    zone_3_min: float | None = None


class WorkoutMetrics(Origin):
    """A row of ``plan_workouts``; ``distance_km`` is that of a run."""

    week: int
    weekday: Weekday
    name: str
    type: WorkoutType
    library_workout_id: str | None
    base_duration_min: float | None
    duration_min: float
    tss: float
    tss_method: TssMethod
    tss_if2: float
    intensity_factor: float
    optional: bool
    distance_km: float | None = None


class GenerationMetrics(Origin):
    """A row of ``plan_generations``. ``flags`` are those that held for the plan.

    ``call_ids`` are the rows of ``llm_calls`` that a simulated plan rests on, whoever paid for them.
    """

    athlete_id: str
    status: PlanStatus
    published: bool
    weeks: int
    weeks_passed: int
    weeks_auto_fixed: int
    hours_per_week: float
    target_hours: float
    final_hours: float
    mean_abs_time_error_pct: float | None
    max_abs_time_error_pct: float | None
    mean_abs_tss_error_pct: float | None
    content_hash: str | None
    reasons: str | None
    overview_source: str
    experience_level: ExperienceLevel
    run_id: str | None
    simulated: bool = False
    published_generation: str | None = None
    goal: str | None = None
    event_type: str | None = None
    flags: tuple[str, ...] = ()
    longest_ride_min: float | None = None
    long_ride_target_min: float | None = None
    workout_source: WorkoutSource | None = None
    overview_model: str | None = None
    overview_attempts: int | None = None
    overview_instead_of: str | None = None
    call_ids: tuple[str, ...] = ()


class RuleOutcome(Origin):
    """A row of ``rule_results``: one rule's result. ``weeks`` are numbers as text, ``"3, 7"``."""

    rule_id: str
    rule_version: int
    severity: RuleSeverity
    evidence: Evidence
    threshold: str
    value: float | None
    passed: bool
    waived: bool
    weeks: str | None
    message: str | None


class StageTiming(Origin):
    """A row of ``stage_timings``: how long a stage took for all of a plan's weeks together."""

    stage: str
    weeks: int
    duration_ms: float


def measure_weeks(
    origin: Origin,
    request: PlanRequest,
    overview: Overview,
    selections: Iterable[WeekSelection],
    durations: Iterable[WeekDuration],
    validated: Iterable[ValidatedWeek],
    config: PlanningConfig,
) -> tuple[WeekMetrics, ...]:
    """``week_metrics`` for each of the weeks, which are the same in all three."""
    purpose = purpose_of(request, config)
    weeks = zip(selections, durations, validated, strict=True)
    return tuple(week_metrics(origin, purpose, overview.week(made[0].week_number), *made) for made in weeks)


def week_metrics(
    origin: Origin,
    purpose: Purpose,
    week: OverviewWeek,
    selection: WeekSelection,
    duration: WeekDuration,
    validated: ValidatedWeek,
) -> WeekMetrics:
    """Measure one generated week against its overview and what the plan is for."""
    verdict = validated.validation
    final_hours = added(w.duration_min for w in validated.workouts if not w.optional) / 60
    moved = added(w.duration_min for w in duration.workouts) - added(w.duration_min for w in validated.workouts)
    return WeekMetrics(
        **dict(origin),
        week=week.week_number,
        phase=week.phase,
        week_type=week.week_type,
        training_days=len(week.trained),
        target_hours=week.target_hours,
        selected_hours=round(selection.selected_hours, 4),
        adjusted_hours=round(duration.adjusted_hours, 4),
        final_hours=round(final_hours, 4),
        time_error_pct=_error_pct(final_hours, week.target_hours),
        target_tss=week.target_tss,
        final_tss=verdict.actual_tss,
        tss_error_pct=_error_pct(verdict.actual_tss, week.target_tss),
        scenario_used=verdict.scenario_used,
        auto_fixed=verdict.auto_fixed,
        fix_minutes=round(moved, 2) if verdict.auto_fixed else 0.0,
        passed_before_fix=verdict.passed_before_fix,
        passed=verdict.passed,
        infeasible=not duration.feasible,
        structure_preserved=duration.structure_preserved,
        errors="; ".join(verdict.errors) or None,
        causes=failure_causes(week, validated, feasible=duration.feasible),
        **_of_purpose(purpose),
        experience_level=purpose.experience,
        **content_columns(week, week_content(validated.workouts, purpose.experience, purpose.config)),
        **measured_columns(purpose, week, validated.workouts),
    )


def _of_purpose(purpose: Purpose) -> dict[str, Any]:
    return {"goal": purpose.aim.id, "event_type": purpose.event_type.id if purpose.event_type else None}


def failure_causes(week: OverviewWeek, validated: ValidatedWeek, *, feasible: bool) -> tuple[FailureCause, ...]:
    """Why a week failed, by the limits that validation holds it to; empty for a feasible week that passed.

    A week whose hours no choice of workouts could meet is ``INFEASIBLE``, passed or not; that it then misses its
    hours and its load follows from that and is no cause of its own.
    """
    if feasible and validated.validation.passed:
        return ()
    found = list(_deviations(week, validated)) if feasible else [FailureCause.INFEASIBLE]
    if check_structure(week.week_number, week.training_days, validated.workouts).errors:
        found.append(FailureCause.STRUCTURE)
    return tuple(found) or (FailureCause.OTHER,)


def _deviations(week: OverviewWeek, validated: ValidatedWeek) -> Iterator[FailureCause]:
    """Hours and load that are off by more than their limits, with all workouts, as a failing week is judged."""
    totals = week_totals(validated.workouts)
    targets = Targets(week.week_number, week.phase, week.target_hours, week.target_tss)
    if check_targets(targets._replace(tss=None), totals).errors:
        yield FailureCause.TOO_LONG if totals.hours > week.target_hours else FailureCause.TOO_SHORT
    if check_targets(targets._replace(hours=None), totals).errors:
        yield FailureCause.TSS_HIGH if totals.tss > week.target_tss else FailureCause.TSS_LOW


def workout_metrics(origin: Origin, request: PlanRequest, validated: ValidatedWeek) -> tuple[WorkoutMetrics, ...]:
    """One row for each workout of a validated week, measured as the request's athlete reads it."""
    return tuple(
        WorkoutMetrics(
            **dict(origin),
            week=validated.week_number,
            **{name: getattr(workout, name) for name in _WORKOUT_COLUMNS},
        )
        for workout in (as_read(each, request) for each in validated.workouts)
    )


_WORKOUT_COLUMNS = tuple(
    name for name in WorkoutMetrics.model_fields if name not in Origin.model_fields and name != "week"
)


def rule_outcomes(origin: Origin, results: Sequence[RuleResult]) -> tuple[RuleOutcome, ...]:
    """One row for each rule that a plan was held against."""
    return tuple(
        RuleOutcome(
            **dict(origin),
            **{
                **dict(result),
                "weeks": ", ".join(map(str, result.weeks)) or None,
                "message": result.message or None,
            },
        )
        for result in results
    )


def generation_metrics(
    origin: Origin,
    request: PlanRequest,
    verdict: Verdict,
    weeks: Sequence[WeekMetrics],
    config: PlanningConfig,
    *,
    content_hash: str | None,
    overview: Overview | None,
    run_id: str | None,
    simulated: bool = False,
) -> GenerationMetrics:
    """Sum up one generation; errors are over the weeks that exist, and null where there are none.

    Without an ``overview`` it is of whom the request names. ``simulated`` says that it was made for an experiment
    alone: nobody gets the plan.
    """
    purpose = purpose_if_known(request, config)
    time_errors = [abs(week.time_error_pct) for week in weeks if week.time_error_pct is not None]
    tss_errors = [abs(week.tss_error_pct) for week in weeks if week.tss_error_pct is not None]
    return GenerationMetrics(
        **dict(origin),
        athlete_id=request.athlete_profile.athlete_id,
        status=verdict.status,
        published=verdict.status is PlanStatus.PUBLISHED,
        weeks=request.total_weeks,
        weeks_passed=sum(week.passed for week in weeks),
        weeks_auto_fixed=sum(week.auto_fixed for week in weeks),
        hours_per_week=request.athlete_profile.hours_per_week,
        target_hours=round(added(week.target_hours for week in weeks), 4),
        final_hours=round(added(week.final_hours for week in weeks), 4),
        mean_abs_time_error_pct=_mean(time_errors),
        max_abs_time_error_pct=max(time_errors, default=None),
        mean_abs_tss_error_pct=_mean(tss_errors),
        content_hash=content_hash,
        reasons="; ".join(verdict.reasons) or None,
        **(_of_overview(overview) if overview else {"overview_source": request.options.overview}),
        experience_level=request.athlete_profile.experience_level,
        run_id=run_id,
        simulated=simulated,
        longest_ride_min=max((week.longest_ride_min for week in weeks if week.longest_ride_min), default=None),
        **(_of_purpose_of_plan(purpose) if purpose else {}),
    )


def _of_overview(overview: Overview) -> dict[str, Any]:
    return {
        "overview_source": overview.source,
        "workout_source": WorkoutSource.LLM if overview.written else WorkoutSource.LIBRARY,
        "overview_model": overview.model,
        "overview_attempts": overview.attempts,
        "overview_instead_of": overview.instead_of,
    }


def _of_purpose_of_plan(purpose: Purpose) -> dict[str, Any]:
    target = purpose.long_ride_target_min
    return {**_of_purpose(purpose), "flags": purpose.flags_on, "long_ride_target_min": target}


def _error_pct(actual: float, target: float) -> float | None:
    """Signed percentage; null where nothing was wanted."""
    return round(100 * (actual - target) / target, 2) if target else None


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 3) if values else None
