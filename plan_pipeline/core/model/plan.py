"""What each stage makes, in their order: overview, selection, adjusted week, validated week, the published plan.

Field names are those of the published plan; hours are decimal hours.
"""

import datetime as dt
import operator
from functools import cached_property
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from plan_pipeline.core.adding import added
from plan_pipeline.core.model.athlete import AthleteProfile
from plan_pipeline.core.model.events import Event, EventOnTheWay, TimeOff
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.instance import PlanInstance
from plan_pipeline.core.model.rule_result import RuleResult
from plan_pipeline.core.model.segments import AnySegment, planned_minutes
from plan_pipeline.core.model.texts import is_unset
from plan_pipeline.core.model.vocabulary import (
    BY_RULES,
    Band,
    DayRole,
    Phase,
    PlanStatus,
    Scenario,
    Sport,
    TssMethod,
    Weekday,
    WeekType,
    WorkoutSource,
    WorkoutType,
    is_cycling,
)
from plan_pipeline.core.model.workout import Pattern
from plan_pipeline.core.model.written import Number, WholeNumber


class TrainingDay(Frozen):
    """What a weekday is for. ``minutes`` are those that the day is to have whatever the others have, and
    ``distance_km`` how far a long run is to be in them; ``patterns`` say what its workout is to be laid out like, where
    that is not left open.
    """

    weekday: Weekday
    workout_type: WorkoutType
    role: DayRole | None = Field(default=None, exclude_if=operator.not_)
    minutes: WholeNumber | None = Field(default=None, gt=0, exclude_if=operator.not_)
    patterns: tuple[Pattern, ...] = Field(default=(), exclude_if=operator.not_)
    distance_km: Number | None = Field(default=None, gt=0, exclude_if=is_unset)


class BandMinutes(Frozen):
    """Minutes in some bands together that a week is to have: those wanted, and the least that count for the aim."""

    bands: tuple[Band, ...]
    wanted: Number
    least: Number


_WEEK = list(Weekday)


def _in_week_order(days: tuple[TrainingDay, ...]) -> tuple[TrainingDay, ...]:
    if [day.weekday for day in days] == _WEEK:
        return days
    listed = sorted(days, key=lambda day: day.weekday.position)
    if [day.weekday for day in listed] != _WEEK:
        missing = [w.value for w in Weekday if w not in {d.weekday for d in days}]
        detail = f"{', '.join(missing)} missing" if missing else "a weekday is listed twice"
        raise ValueError(f"training_days must name each of the seven weekdays once ({detail})")
    return tuple(listed)


SevenDays = Annotated[tuple[TrainingDay, ...], AfterValidator(_in_week_order)]


class OverviewWeek(Frozen):
    """One week of the overview: what it is for, how much, and on which days.

    ``target_km`` is there where the plan counts kilometres; the hours are then what those usually take.
    """

    week_number: WholeNumber = Field(ge=1)
    week_type: WeekType
    phase: Phase
    focus: str
    target_hours: Number = Field(ge=0)
    target_tss: Number = Field(ge=0)
    target_km: Number | None = Field(default=None, ge=0, exclude_if=is_unset)
    training_days: SevenDays
    minutes: tuple[BandMinutes, ...] = Field(default=(), exclude_if=operator.not_)

    @cached_property
    def trained(self) -> tuple[TrainingDay, ...]:
        """The days that are not rest, Monday first."""
        return tuple(day for day in self.training_days if day.workout_type is not WorkoutType.REST)

    @cached_property
    def target_minutes(self) -> int:
        """Target hours as whole minutes."""
        return round(self.target_hours * 60)


class WrittenWorkout(Frozen):
    """A workout that was written for one day of one plan, and is in no library. Sets are written out."""

    weekday: Weekday
    name: str = Field(min_length=1)
    type: WorkoutType
    description: str
    segments: tuple[AnySegment, ...] = Field(min_length=1)

    @cached_property
    def duration_min(self) -> float:
        """Minutes of all segments."""
        return planned_minutes(self.segments)


class WrittenWeek(Frozen):
    """The workouts that were written for a week, one for each training day."""

    week_number: WholeNumber = Field(ge=1)
    workouts: tuple[WrittenWorkout, ...]


class Overview(Frozen):
    """The weeks of a plan before any workout is chosen.

    ``written`` has the workouts of every week where they do not come from the library. ``instead_of`` is who was to
    write the overview where rules had to, for the reason ``why_not``. ``attempts`` is how many answers a model gave.
    """

    weeks: tuple[OverviewWeek, ...] = Field(min_length=1)
    coaching_notes: str
    monitoring_guidance: str
    source: str = BY_RULES
    model: str | None = None
    attempts: int | None = Field(default=None, exclude_if=operator.not_)
    instead_of: str | None = Field(default=None, exclude_if=operator.not_)
    why_not: str | None = Field(default=None, exclude_if=operator.not_)
    written: tuple[WrittenWeek, ...] = Field(default=(), exclude_if=operator.not_)

    @model_validator(mode="after")
    def _numbered_from_one(self) -> Self:
        if [week.week_number for week in self.weeks] != list(range(1, len(self.weeks) + 1)):
            raise ValueError("weeks must be numbered 1, 2, 3 … in order")
        if self.written and len(self.written) != len(self.weeks):
            raise ValueError(f"written has {len(self.written)} weeks of {len(self.weeks)}; give all or none")
        return self

    def week(self, number: int) -> OverviewWeek:
        return self.weeks[number - 1]


class Infeasible(Frozen):
    """Why a request cannot be met, in the athlete's terms.

    ``reason`` is one sentence, ``binding`` names the limits in the way (``"Tuesday is capped at 60 min"``).
    """

    reason: str
    wanted_hours: float
    nearest_hours: float
    binding: tuple[str, ...]


class Choice(Frozen):
    """The workout of a day, from the library or ``written`` for it, and the minutes the day is meant to have."""

    weekday: Weekday
    workout_type: WorkoutType
    library_workout_id: str | None
    target_min: float
    base_duration_min: float
    rationale: str
    written: WrittenWorkout | None = Field(default=None, exclude_if=operator.not_)

    @model_validator(mode="after")
    def _is_from_one_place(self) -> Self:
        if (self.library_workout_id is None) == (self.written is None):
            raise ValueError("library_workout_id and written exclude each other: give exactly one")
        return self

    @property
    def workout_name(self) -> str:
        """The id of the library's workout, or the name of the written one."""
        return self.library_workout_id or (self.written.name if self.written else "")


class WeekSelection(Frozen):
    """The workouts of a week, at their library lengths."""

    week_number: int
    choices: tuple[Choice, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def selected_hours(self) -> float:
        return added(choice.base_duration_min for choice in self.choices) / 60


class WorkoutOption(Frozen):
    """Another workout that may be done in a workout's place: as long, of the same load, so that no total changes."""

    label: str
    name: str
    type: WorkoutType
    description: str
    duration_min: float
    tss: float
    tss_if2: float
    intensity_factor: float
    distance_km: float | None = Field(default=None, exclude_if=is_unset)
    segments: tuple[AnySegment, ...]
    library_workout_id: str | None = None


class Workout(Frozen):
    """A workout of the plan, sets written out. Segment minutes add up to ``duration_min``.

    ``purpose`` is a sentence on a key workout that a model wrote; without one it follows from the plan
    (``coach_texts``). A run has a ``distance_km``; ``options`` are workouts of equal stimulus that may be done instead.
    """

    weekday: Weekday
    name: str
    type: WorkoutType
    description: str
    duration_min: float
    tss: float
    tss_method: TssMethod
    tss_if2: float
    intensity_factor: float
    segments: tuple[AnySegment, ...]
    source: WorkoutSource = WorkoutSource.LIBRARY
    library_workout_id: str | None = None
    base_duration_min: float | None = None
    optional: bool = Field(default=False, exclude_if=operator.not_)
    optional_reason: str | None = Field(default=None, exclude_if=operator.not_)
    rationale: str = ""
    purpose: str | None = Field(default=None, exclude_if=operator.not_)
    distance_km: float | None = Field(default=None, exclude_if=is_unset)
    options: tuple[WorkoutOption, ...] = Field(default=(), exclude_if=operator.not_)


class WeekDuration(Frozen):
    """The workouts of a week at the lengths they will be ridden.

    ``reached`` says whether the week's hours were met within tolerance; ``statement`` puts it in words, and
    names the nearest reachable total where they were not. ``feasible`` says whether any choice of workouts
    could have met them within the days' caps. ``structure_preserved`` is false if any interval step is not
    as long as its author wrote it.
    """

    week_number: int
    workouts: tuple[Workout, ...]
    reached: bool
    feasible: bool
    statement: str
    structure_preserved: bool

    @cached_property
    def adjusted_hours(self) -> float:
        return added(workout.duration_min for workout in self.workouts) / 60


class WeekValidation(Frozen):
    """The verdict on a week; ``passed_before_fix`` is what it would have been without the auto-fix."""

    scenario_used: Scenario
    auto_fixed: bool
    fix_log: str | None
    target_hours: float | None
    actual_hours: float
    target_tss: float | None
    actual_tss: float
    warnings: tuple[str, ...]
    errors: tuple[str, ...]
    within_tolerance: bool
    passed: bool
    passed_before_fix: bool


class ValidatedWeek(Frozen):
    """A week's verdict and its workouts as they stand after it."""

    week_number: int
    validation: WeekValidation
    workouts: tuple[Workout, ...]


class PlanMetadata(Frozen):
    """What the plan is for: the id of the goal that its weeks follow, an event type's where the event is the goal.

    Only a plan with events or time off has any; plans of release 0.1.0 have no ``goal``.
    """

    total_weeks: int
    target_ftp: float | None = Field(default=None, exclude_if=operator.not_)
    start_date: dt.date | None
    goal: str | None = Field(default=None, exclude_if=operator.not_)
    event: Event | None = Field(default=None, exclude_if=operator.not_)
    events: tuple[EventOnTheWay, ...] = Field(default=(), exclude_if=operator.not_)
    time_off: tuple[TimeOff, ...] = Field(default=(), exclude_if=operator.not_)
    coaching_notes: str
    monitoring_guidance: str

    def event_in(self, week_number: int) -> Event | None:
        """The event where a week holds it."""
        return self.event if week_number == self.total_weeks else None

    def every_event_in(self, week_number: int) -> tuple[Event, ...]:
        """All events of a week, in the order of their days."""
        events = (event for event in self.events if self._week_of(event.date) == week_number)
        return (*events, *filter(None, [self.event_in(week_number)]))

    def _week_of(self, day: dt.date) -> int | None:
        return None if self.start_date is None else (day - self.start_date).days // 7 + 1


class PlanWeek(OverviewWeek):
    """One week of the published plan; ``preview`` is what a model wrote of it, as ``Workout.purpose``."""

    workouts: tuple[Workout, ...]
    validation: WeekValidation
    preview: str | None = Field(default=None, exclude_if=operator.not_)


class TrainingPlan(Frozen):
    plan_id: str
    sport: Sport = Field(default=Sport.CYCLING, exclude_if=is_cycling)
    athlete_profile: AthleteProfile
    plan_metadata: PlanMetadata
    weekly_plan: tuple[PlanWeek, ...]


class AiMetadata(Frozen):
    """Where the plan's words and workouts come from."""

    ai_provider: str | None
    ai_model: str | None
    workout_source: WorkoutSource
    library_version: str
    generated_at: dt.datetime


class Generation(Frozen):
    """Which run made the plan, from what, and which feature flags held. Plans of release 0.1.0 have no
    ``config_version`` and no ``flags``.

    ``content_hash`` covers the training plan, ``stamp_hash`` all that is beside it; storage adds that as it publishes.
    """

    generation_id: str
    arm: str
    seed: int
    code_version: str
    config_version: str | None = Field(default=None, exclude_if=lambda value: value is None)
    flags: tuple[str, ...] = Field(default=(), exclude_if=operator.not_)
    content_hash: str
    stamp_hash: str | None = Field(default=None, exclude_if=lambda value: value is None)


class Plan(Frozen):
    """The published plan, the content of ``plan.json``.

    ``rule_results`` are the results of every rule. They judge the content and are no part of it: a new version of a
    rule alone does not make another plan. Where it is put on dates, ``instance`` says on which and for whom.
    """

    training_plan: TrainingPlan
    ai_metadata: AiMetadata
    generation: Generation
    rule_results: tuple[RuleResult, ...] = ()
    instance: PlanInstance | None = Field(default=None, exclude_if=lambda value: value is None)

    @property
    def own_id(self) -> str:
        """The id of the instance, or of the plan where it is none: what its files and entries are called by."""
        return self.training_plan.plan_id if self.instance is None else self.instance.instance_id


class Verdict(Frozen):
    """How the generation of one plan ended. ``reasons`` is empty for a published plan.

    ``rule_results`` is what the rules said; empty where there were no whole weeks to hold against them.
    """

    status: PlanStatus
    reasons: tuple[str, ...] = ()
    rule_results: tuple[RuleResult, ...] = ()
