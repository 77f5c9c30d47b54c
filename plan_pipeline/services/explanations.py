"""Why a week of a published plan is as it is: what it was made from, put together again and explained."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.week_content import long_ride_target_min, week_content
from plan_pipeline.core.day_alternatives import PlanAlternatives, alternatives_of_plan
from plan_pipeline.core.explanation import DayReasons, WeekReasons, explain_week
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Overview, OverviewWeek, Plan, PlanWeek, WeekValidation
from plan_pipeline.core.model.request import PlanOptions, PlanRequest
from plan_pipeline.core.model.rule_result import RuleResult
from plan_pipeline.core.model.vocabulary import Phase
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.purpose.purpose import Purpose, UnknownAimError, purpose_if_known
from plan_pipeline.core.registry import PluginError, UnknownNameError
from plan_pipeline.core.wording import number
from plan_pipeline.plugins import planning_version
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import PlanRecord

M = TypeVar("M")


class WeekExplanation(Frozen):
    """Why a week is as it is.

    ``is_of_what_was_made`` says whether planning the week again gives what was published, so that the reasons are those
    it was made for; ``remarks`` say what has changed since. ``terms`` bound the choice beside the points; ``rules`` are
    those that the plan breaks in this week.
    """

    plan_id: str
    week: int
    generation_id: str
    arm: str
    phase: Phase
    focus: str
    purpose: tuple[str, ...]
    chosen_at_once: bool
    is_of_what_was_made: bool
    remarks: tuple[str, ...]
    terms: tuple[str, ...]
    rules: tuple[RuleResult, ...]
    validation: WeekValidation
    days: tuple[DayReasons, ...]


def explain_published_week(
    store: PlanStore, plan: Plan, week: PlanWeek, library: Library, config: PlanningConfig
) -> WeekExplanation:
    """Why a week of a published plan has its workouts.

    The week is planned again from what the plan itself says it was made from; only library, configuration and program
    can have changed since, and whether the request allows the auto-fix.
    """
    body, made = plan.training_plan, plan.generation
    asked = _stored(store.load_request, body.plan_id)
    request = _request_of(plan, asked, config)
    reasons = explain_week(request, _overview_of(plan), library, config, week)
    return WeekExplanation(
        plan_id=body.plan_id,
        week=week.week_number,
        generation_id=made.generation_id,
        arm=made.arm,
        phase=week.phase,
        focus=week.focus,
        purpose=tuple(_purpose(purpose_if_known(request, config), week)),
        chosen_at_once=reasons.chosen_at_once,
        is_of_what_was_made=not reasons.differences,
        remarks=(
            *_of_other_inputs(plan, library, config),
            *_remarks(plan, asked, _stored(store.load_generation_record, body.plan_id), reasons),
        ),
        terms=reasons.terms,
        rules=tuple(r for r in plan.rule_results if not r.passed and week.week_number in r.weeks),
        validation=week.validation,
        days=reasons.days,
    )


def plan_alternatives(
    store: PlanStore, plan: Plan, library: Library, config: PlanningConfig
) -> PlanAlternatives | None:
    """What else could have stood on each day of a published plan; ``None`` where the plan's goal is not known any more,
    or its arm.
    """
    body = plan.training_plan
    request = _request_of(plan, _stored(store.load_request, body.plan_id), config)
    try:
        return alternatives_of_plan(request, _overview_of(plan), body.weekly_plan, library, config)
    except (UnknownAimError, UnknownNameError, PluginError):
        return None


def _stored(load: Callable[[str], M | None], plan_id: str) -> M | None:
    """What is stored of a plan; ``None`` where it cannot be read."""
    try:
        return load(plan_id)
    except StorageError:
        return None


def _request_of(plan: Plan, asked: PlanRequest | None, config: PlanningConfig) -> PlanRequest:
    """As much of the request of a plan as choosing its workouts depends on, as it was when the plan was made."""
    body, meta, made = plan.training_plan, plan.training_plan.plan_metadata, plan.generation
    options = asked.options if asked else PlanOptions()
    is_goal = meta.goal is not None and config.goal(meta.goal) is not None  # or else it is the event that is the goal
    return PlanRequest(
        plan_id=body.plan_id,
        sport=body.sport,
        athlete_profile=body.athlete_profile,
        goal=meta.goal if is_goal else None,
        constraints=asked.constraints if asked else (),
        weeks=meta.total_weeks,
        start_date=meta.start_date,
        event=meta.event,
        events=meta.events,
        time_off=meta.time_off,
        options=options.model_copy(update={"duration": made.arm, "seed": made.seed}),
    )


def _overview_of(plan: Plan) -> Overview:
    meta = plan.training_plan.plan_metadata
    return Overview(
        weeks=tuple(
            OverviewWeek(**{name: getattr(week, name) for name in OverviewWeek.model_fields})
            for week in plan.training_plan.weekly_plan
        ),
        coaching_notes=meta.coaching_notes,
        monitoring_guidance=meta.monitoring_guidance,
    )


def _purpose(purpose: Purpose | None, week: PlanWeek) -> Iterator[str]:
    """What the plan is for, what the week is to give towards it, and what its workouts give."""
    if purpose is None:
        return
    yield f"the plan is for {purpose.aim.name}: {purpose.aim.purpose}"
    if purpose.reading:
        yield purpose.reading
    content = week_content(week.workouts, purpose.experience, purpose.config)
    for asked in week.minutes:
        found = number(content.bands.within(asked.bands))
        bands = " and ".join(f"{band} %" for band in asked.bands)
        yield f"{found} min at {bands}, where {number(asked.wanted)} are wanted and {number(asked.least)} are the least"
    if (line := long_ride_target_min(week)) is not None:
        target = number(purpose.long_ride_target_min)
        session = purpose.sport.words.session
        yield f"the long {session} is to have {line} min this week, on its way to {target} min"


def _of_other_inputs(plan: Plan, library: Library, config: PlanningConfig) -> Iterator[str]:
    inputs = (
        ("library", plan.ai_metadata.library_version, library.version),
        ("configuration", plan.generation.config_version, config.version),
    )
    for what, made_from, today in inputs:
        if made_from not in (None, today):
            yield f"the plan was made from {what} {made_from}; this is what {what} {today} says of it"


def _remarks(plan: Plan, asked: PlanRequest | None, last: PlanRecord | None, reasons: WeekReasons) -> Iterator[str]:
    made_by = plan.generation.code_version
    if reasons.differences and made_by != planning_version():
        yield f"the plan was made by version {made_by}; this is what {planning_version()} says of it"
    if asked is None:
        yield "the request cannot be read; what the plan itself says of it was taken"
    elif asked.athlete_profile != plan.training_plan.athlete_profile:
        yield "the request has changed since; this is of the plan as it was published"
    if last is not None and not last.was_published:
        how = last.outcome_word
        yield f"the last generation, {last.generation_id}, was {how}; this is of the plan published before it"
    if reasons.differences:
        yield "the week would come out otherwise today, so points are today's and not those it was chosen by"
        yield from reasons.differences
