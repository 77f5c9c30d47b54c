"""The last stage before metrics: validated weeks → the published plan, or the reasons why there is none.

Belongs here: the plan's integrity and its content hash. Does not belong here: judging a week (see
``validation``) or writing the plan anywhere (see ``storage``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping

from plan_pipeline.core.model import Frozen
from plan_pipeline.core.plan import (
    AiMetadata,
    Generation,
    Overview,
    OverviewWeek,
    Plan,
    PlanMetadata,
    PlanWeek,
    TrainingPlan,
    ValidatedWeek,
    Verdict,
)
from plan_pipeline.core.request import PlanRequest
from plan_pipeline.core.vocabulary import OverviewSource, PlanStatus

MINUTES_TOLERANCE = 0.05
"""How far a total may be from the sum of its parts, minutes; covers rounding, nothing else."""

HOURS_TOLERANCE = 0.006
"""The same for validation's hours, which are rounded to two decimals."""


class Stamp(Frozen):
    """What marks one generation: given by whoever runs it, never part of the content hash."""

    generation_id: str
    generated_at: dt.datetime
    code_version: str


def finalize_plan(
    request: PlanRequest,
    overview: Overview,
    weeks: Mapping[int, ValidatedWeek],
    library_version: str,
    stamp: Stamp,
) -> Plan | Verdict:
    """Assemble the published plan, or say why it is rejected.

    ``weeks`` maps week numbers to their verdicts. A plan is rejected with one reason a week that is missing,
    failed, or does not belong to this overview; a failed week gives one for each of its errors.
    """
    reasons = tuple(_integrity_breaches(request, overview, weeks))
    if reasons:
        return Verdict(status=PlanStatus.REJECTED, reasons=reasons)
    training_plan = TrainingPlan(
        plan_id=request.plan_id,
        athlete_profile=request.athlete_profile,
        plan_metadata=PlanMetadata(
            total_weeks=request.total_weeks,
            target_ftp=request.goal_ftp,
            start_date=request.first_monday,
            coaching_notes=overview.coaching_notes,
            monitoring_guidance=overview.monitoring_guidance,
        ),
        weekly_plan=tuple(_plan_week(week, weeks[week.week_number]) for week in overview.weeks),
    )
    return Plan(
        training_plan=training_plan,
        ai_metadata=AiMetadata(
            ai_provider=None if overview.source is OverviewSource.RULES else overview.source.value,
            ai_model=overview.model,
            workout_source=request.options.workouts,
            library_version=library_version,
            generated_at=stamp.generated_at,
        ),
        generation=Generation(
            generation_id=stamp.generation_id,
            arm=request.options.duration,
            seed=request.options.seed,
            code_version=stamp.code_version,
            content_hash=content_hash(training_plan),
        ),
    )


def content_hash(training_plan: TrainingPlan) -> str:
    """The hash of what the athlete gets: equal exactly when the plan's content is."""
    return hashlib.sha256(training_plan.model_dump_json().encode()).hexdigest()


def _plan_week(week: OverviewWeek, validated: ValidatedWeek) -> PlanWeek:
    return PlanWeek(
        **{name: getattr(week, name) for name in OverviewWeek.model_fields},
        workouts=validated.workouts,
        validation=validated.validation,
    )


def _integrity_breaches(request: PlanRequest, overview: Overview, weeks: Mapping[int, ValidatedWeek]) -> Iterator[str]:
    if len(overview.weeks) != request.total_weeks:
        yield f"the overview has {len(overview.weeks)} weeks, the request asks for {request.total_weeks}"
    for week in overview.weeks:
        validated = weeks.get(week.week_number)
        if validated is None:
            yield f"Week {week.week_number}: was not generated; launch the plan for all its weeks"
        elif not validated.validation.passed:
            yield from validated.validation.errors
        else:
            yield from (f"Week {week.week_number}: {breach}" for breach in _week_breaches(request, week, validated))


def _week_breaches(request: PlanRequest, week: OverviewWeek, validated: ValidatedWeek) -> Iterator[str]:
    verdict = validated.validation
    if (verdict.target_hours, verdict.target_tss) != (week.target_hours, week.target_tss):
        yield "was generated for an earlier overview; launch the plan for all its weeks"
        return
    availability = request.athlete_profile.training_availability
    trained = {day.weekday for day in week.trained}
    ridden: dict[str, float] = {}
    for workout in validated.workouts:
        total = sum(segment.duration_min for segment in workout.segments)
        if abs(total - workout.duration_min) > MINUTES_TOLERANCE:
            yield f"{workout.weekday}: segments add up to {total:g} min, the workout says {workout.duration_min:g}"
        if workout.weekday not in trained:
            yield f"{workout.weekday} has a workout but is not a training day"
        ridden[workout.weekday] = ridden.get(workout.weekday, 0.0) + workout.duration_min
        if ridden[workout.weekday] > availability.cap_min(workout.weekday) + MINUTES_TOLERANCE:
            yield (
                f"{workout.weekday} has {ridden[workout.weekday]:g} min of training, "
                f"the athlete has {availability.cap_min(workout.weekday)}"
            )
    for day in week.trained:
        if day.weekday not in ridden:
            yield f"{day.weekday} is a training day without a workout"
    counted = sum(workout.duration_min for workout in validated.workouts if not workout.optional)
    if abs(counted / 60 - verdict.actual_hours) > HOURS_TOLERANCE:
        yield f"workouts add up to {counted / 60:.2f} h, validation says {verdict.actual_hours}"
