"""The last stage before metrics: validated weeks → the published plan, or the reasons why there is none."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.runs import as_read
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import (
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
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import BY_RULES, PlanStatus, Sport, WorkoutSource
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.purpose.purpose import Purpose, purpose_if_known
from plan_pipeline.core.rules.rule import check_plan


class Stamp(Frozen):
    """What marks one generation: given by the run, never part of the content hash."""

    generation_id: str
    generated_at: dt.datetime
    code_version: str


def finalize_plan(
    request: PlanRequest,
    overview: Overview,
    validated: Iterable[ValidatedWeek],
    library: Library,
    config: PlanningConfig,
    stamp: Stamp,
) -> Plan | Verdict:
    """Assemble the published plan, or say why it is rejected.

    A plan is rejected with one reason for each week that is missing or does not belong to this overview, for each error
    of a failed week, and for each rule whose breach is an error. The results of all rules are there in either case,
    unless weeks are missing or another overview's.
    """
    weeks = {week.week_number: week for week in validated}
    plan_weeks = _weeks_of(request, overview, weeks)
    rule_results = check_plan(request, plan_weeks, config) if plan_weeks else ()
    broken = (result.statement for result in rule_results if result.rejects)
    reasons = (*_integrity_breaches(request, overview, weeks), *broken)
    if reasons:
        return Verdict(status=PlanStatus.REJECTED, reasons=reasons, rule_results=rule_results)
    purpose = purpose_if_known(request, config)
    training_plan = _training_plan(request, overview, plan_weeks, purpose)
    plan = Plan(
        training_plan=training_plan,
        ai_metadata=AiMetadata(
            ai_provider=None if overview.source == BY_RULES else overview.source,
            ai_model=overview.model,
            workout_source=WorkoutSource.LLM if overview.written else WorkoutSource.LIBRARY,
            library_version=library.version,
            generated_at=stamp.generated_at,
        ),
        generation=Generation(
            generation_id=stamp.generation_id,
            arm=request.options.duration,
            seed=request.options.seed,
            code_version=stamp.code_version,
            config_version=config.version,
            flags=purpose.flags_on if purpose else (),
            content_hash=content_hash(training_plan),
        ),
        rule_results=rule_results,
    )
    return sealed(plan)


def stamped(plan: Plan, stamp: Stamp) -> Plan:
    """The plan as another generation's."""
    made = {"generation_id": stamp.generation_id, "code_version": stamp.code_version}
    again = {
        "ai_metadata": plan.ai_metadata.model_copy(update={"generated_at": stamp.generated_at}),
        "generation": plan.generation.model_copy(update=made),
    }
    return sealed(plan.model_copy(update=again))


def sealed(plan: Plan) -> Plan:
    """The plan with the hash of all it says beside the training plan, whose own hash is part of that."""
    beside = plan.model_dump_json(exclude={"training_plan": True, "generation": {"stamp_hash"}})
    stamp_hash = hashlib.sha256(beside.encode()).hexdigest()
    return plan.model_copy(update={"generation": plan.generation.model_copy(update={"stamp_hash": stamp_hash})})


def content_hash(training_plan: TrainingPlan) -> str:
    """The hash of what the athlete gets: equal exactly when the plan's content is."""
    return hashlib.sha256(training_plan.model_dump_json().encode()).hexdigest()


def _training_plan(
    request: PlanRequest, overview: Overview, weeks: tuple[PlanWeek, ...], purpose: Purpose | None
) -> TrainingPlan:
    return TrainingPlan(
        plan_id=request.plan_id,
        sport=request.sport,
        athlete_profile=request.athlete_profile,
        plan_metadata=PlanMetadata(
            total_weeks=request.total_weeks,
            target_ftp=request.goal_ftp if request.sport is Sport.CYCLING else None,
            start_date=request.first_monday,
            goal=purpose.aim.id if purpose else None,
            event=request.event,
            events=request.events,
            time_off=request.time_off,
            coaching_notes=overview.coaching_notes,
            monitoring_guidance=overview.monitoring_guidance,
        ),
        weekly_plan=weeks,
    )


def _weeks_of(request: PlanRequest, overview: Overview, weeks: Mapping[int, ValidatedWeek]) -> tuple[PlanWeek, ...]:
    """The plan's weeks, passed or failed; none unless all are there and of this overview."""
    found = [(week, weeks.get(week.week_number)) for week in overview.weeks]
    made = tuple(
        plan_week(request, week, validated) for week, validated in found if validated and _is_of(week, validated)
    )
    return made if len(made) == len(found) == request.total_weeks else ()


def plan_week(request: PlanRequest, week: OverviewWeek, validated: ValidatedWeek) -> PlanWeek:
    """A week of the overview with its workouts and its verdict."""
    return PlanWeek(
        **{name: getattr(week, name) for name in OverviewWeek.model_fields},
        workouts=tuple(as_read(workout, request) for workout in validated.workouts),
        validation=validated.validation,
    )


def _is_of(week: OverviewWeek, validated: ValidatedWeek) -> bool:
    verdict = validated.validation
    return (verdict.target_hours, verdict.target_tss) == (week.target_hours, week.target_tss)


def _integrity_breaches(request: PlanRequest, overview: Overview, weeks: Mapping[int, ValidatedWeek]) -> Iterator[str]:
    if len(overview.weeks) != request.total_weeks:
        yield f"the overview has {len(overview.weeks)} weeks, the request asks for {request.total_weeks}"
    for week in overview.weeks:
        validated = weeks.get(week.week_number)
        if validated is None:
            yield f"Week {week.week_number}: was not generated; launch the plan for all its weeks"
        elif not _is_of(week, validated):
            yield f"Week {week.week_number}: was generated for an earlier overview; launch the plan for all its weeks"
        elif not validated.validation.passed:
            yield from validated.validation.errors
        else:
            yield from (f"Week {week.week_number}: {breach}" for breach in _misplaced(request, week, validated))


def _misplaced(request: PlanRequest, week: OverviewWeek, validated: ValidatedWeek) -> Iterator[str]:
    """Workouts and training days without one another; a day that the request forbids is left to its rule."""
    trained = {day.weekday for day in week.trained}
    ridden = {workout.weekday for workout in validated.workouts}
    allowed = request.trainable_days(week.week_number)
    for day in week.training_days:
        if day.weekday in ridden - trained and day.weekday in allowed:
            yield f"{day.weekday} has a workout but is not a training day"
        if day.weekday in trained - ridden:
            yield f"{day.weekday} is a training day without a workout"
