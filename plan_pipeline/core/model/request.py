"""What is asked for: one plan request, as read from YAML or JSON, and what follows from it alone."""

import datetime as dt
import operator
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from plan_pipeline.core.model.amounts import Watts, Weeks
from plan_pipeline.core.model.athlete import AthleteProfile
from plan_pipeline.core.model.days import FIRST_DAY, LAST_DAY, Span, days_later, monday_of, monday_on_or_after
from plan_pipeline.core.model.events import (
    Event,
    EventOnTheWay,
    TimeOff,
    check_events,
    check_time_off,
    each_on_its_day,
    each_on_its_days,
)
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.runner_fields import Access
from plan_pipeline.core.model.sport_fields import sport_problems
from plan_pipeline.core.model.texts import NothingIfBlank, OptionalName, SeparateWords, is_unset
from plan_pipeline.core.model.vocabulary import BY_RULES, OPTIMAL, Constraint, Sport, Weekday, WorkoutSource, is_cycling
from plan_pipeline.core.model.written import Day, Truth, WholeNumber
from plan_pipeline.core.registries import ALWAYS_COUNT, ARMS, OVERVIEW_WRITERS, RULES
from plan_pipeline.core.registry import PluginError

MIN_WEEKS = 4
MAX_WEEKS = 24
MAX_DATES: Final = 7 * MAX_WEEKS
"""Events or times off that are the most a plan has room for."""

DEFAULT_FTP_GAIN = 1.05
"""Within what trials have shown of every level in the shortest plan (``core.limits.FTP_GAINS``)."""

MAX_CONSTRAINTS: Final = 50
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def check_key(value: str) -> str:
    """Return a plan or experiment id unchanged, or raise ``ValueError``.

    The one place that says what an id may look like: it becomes a folder name and a Dagster partition key,
    and Dagster accepts ``|`` and ``,`` in a key only to lose it later.
    """
    if not _KEY.fullmatch(value):
        raise ValueError(
            f"{value!r} is not a usable id: use 1 to 63 lower-case letters, digits, '-' and '_', "
            "starting with a letter or digit"
        )
    return value


Key = Annotated[str, AfterValidator(check_key)]
ArmName = Annotated[str, AfterValidator(ARMS.check)]
"""How a week's workouts are brought to the week's hours; what experiments compare. Any spelling is read."""

WriterName = Annotated[str, AfterValidator(OVERVIEW_WRITERS.check)]
"""Who writes the weekly overview. Any spelling is read."""


def check_waiver(rule_id: str) -> str:
    """The name of a rule that a request may waive, or raise ``ValueError`` that says what to write."""
    name = RULES.check(rule_id)
    try:
        counts = name in ALWAYS_COUNT or (name in RULES.plugins() and not RULES.get(name).waivable)
    except PluginError as error:
        raise ValueError(str(error)) from None
    if counts:
        raise ValueError(
            f"{name!r} can not be waived: a plan that breaks it is not the plan that was asked for; "
            "take it off the list and change the request's days, caps or hours instead"
        )
    return name


def _each_once(constraints: Sequence[Constraint]) -> tuple[Constraint, ...]:
    return tuple(each for each in Constraint if each in constraints)


class PlanOptions(Frozen):
    """How the plan is to be made. ``duration`` is the arm.

    ``waivers`` names plan rules that are not to count for this plan; their results say so.
    """

    overview: WriterName = BY_RULES
    workouts: WorkoutSource = WorkoutSource.LIBRARY
    duration: ArmName = OPTIMAL
    auto_fix: Truth = True
    seed: WholeNumber = Field(default=0, ge=0, lt=2**63)
    experiment: Key | None = None
    waivers: tuple[str, ...] = Field(default=(), exclude_if=operator.not_)

    @field_validator("waivers")
    @classmethod
    def _may_be_waived(cls, rule_ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(check_waiver(rule_id) for rule_id in rule_ids))

    @model_validator(mode="after")
    def _written_by_a_model(self) -> Self:
        if self.workouts is WorkoutSource.LLM and self.overview == BY_RULES:
            raise ValueError(
                "workouts: 'llm' are written by the model that writes the overview, and rules write it here; "
                "set overview to a model such as 'anthropic', or workouts to 'library'"
            )
        return self


class PlanRequest(Frozen):
    """One plan request. Its length is ``weeks``, or follows from ``start_date`` and ``event.date``.

    ``goal`` is a goal of the planning configuration in any spelling.
    """

    plan_id: Key
    sport: Sport = Field(default=Sport.CYCLING, exclude_if=is_cycling)
    athlete_profile: AthleteProfile
    goal: OptionalName = Field(default=None, max_length=100, exclude_if=is_unset)
    constraints: Annotated[tuple[Constraint, ...], SeparateWords, AfterValidator(_each_once)] = Field(
        default=(), max_length=MAX_CONSTRAINTS, exclude_if=is_unset
    )
    weeks: Weeks | None = Field(default=None, ge=MIN_WEEKS, le=MAX_WEEKS)
    start_date: Day | None = None
    event: Event | None = None
    events: Annotated[tuple[EventOnTheWay, ...], NothingIfBlank, AfterValidator(each_on_its_day)] = Field(
        default=(), max_length=MAX_DATES, exclude_if=is_unset
    )
    time_off: Annotated[tuple[TimeOff, ...], NothingIfBlank, AfterValidator(each_on_its_days)] = Field(
        default=(), max_length=MAX_DATES, exclude_if=is_unset
    )
    target_ftp: Watts | None = Field(default=None, ge=30, le=800)
    options: PlanOptions = PlanOptions()

    @model_validator(mode="after")
    def _says_what_the_sport_needs(self) -> Self:
        found = sport_problems(self.sport, self.athlete_profile, self.target_ftp, self.event, self.events)
        if problem := next(found, None):
            raise ValueError(problem)
        return self

    @model_validator(mode="after")
    def _dates_agree(self) -> Self:
        if self.event is None or self.start_date is None:
            if self.weeks is not None:
                return self
            if self.event is None:
                raise ValueError("weeks: is missing; give weeks, or start_date together with event.date")
            raise ValueError("start_date: is missing; an event needs start_date or weeks to say how long the plan is")
        first_monday = monday_on_or_after(self.start_date)
        if self.event.date < first_monday:
            raise ValueError(
                f"event.date: {self.event.date} is before {first_monday}, the Monday on which a plan from start_date "
                f"{self.start_date} begins; move start_date or event.date"
            )
        spanned = (monday_of(self.event.date) - first_monday).days // 7 + 1
        if not MIN_WEEKS <= spanned <= MAX_WEEKS:
            raise ValueError(
                f"event.date: {self.event.date} is in week {spanned} of a plan that starts {self.start_date}; "
                f"plans have {MIN_WEEKS} to {MAX_WEEKS} weeks, so move start_date or event.date"
            )
        if self.weeks is not None and self.weeks != spanned:
            raise ValueError(
                f"weeks: {self.weeks} does not lead from start_date {self.start_date} to event.date {self.event.date}, "
                f"which is {spanned} weeks; set weeks to {spanned} or leave it out"
            )
        return self

    @model_validator(mode="after")
    def _events_and_time_off_lie_within(self) -> Self:
        """What lies outside of the plan, or on its event's day, was meant for another plan or day."""
        if not self.events and not self.time_off:
            return self
        if self.first_monday is None:
            field = "events" if self.events else "time_off"
            raise ValueError(f"{field}: cannot be placed in a plan without dates; give start_date, or event and weeks")
        days = Span(self.first_monday, days_later(self.first_monday, 7 * self.total_weeks - 1))
        check_events(self.events, self.event, days)
        check_time_off(self.time_off, (*self.events, *filter(None, [self.event])), days)
        if self.time_off and not any(map(self.trainable_days, range(1, self.total_weeks + 1))):
            raise ValueError(f"time_off: leaves no day to train in the plan, {days}; shorten it or move the plan")
        return self

    def with_options(self, **changes: object) -> Self:
        """The same request with other options, which are not checked again."""
        return self.model_copy(update={"options": self.options.model_copy(update=changes)})

    @cached_property
    def total_weeks(self) -> int:
        """Weeks in the plan; the last one holds the event where there is one."""
        if self.weeks is not None:
            return self.weeks
        assert self.event is not None and self.first_monday is not None
        return (monday_of(self.event.date) - self.first_monday).days // 7 + 1

    @cached_property
    def first_monday(self) -> dt.date | None:
        """The Monday that week 1 begins on: the first on or after ``start_date``; ``None`` for an undated plan."""
        if self.start_date is not None:
            return monday_on_or_after(self.start_date)
        if self.event is not None and self.weeks is not None:
            return monday_of(days_later(self.event.date, 7 * (1 - self.weeks)))
        return None

    @cached_property
    def event_weekday(self) -> Weekday | None:
        """The day of the last week that the event takes."""
        return None if self.event is None else self.event.weekday

    def event_in(self, week_number: int) -> Event | None:
        """The event where a week holds it."""
        return self.event if week_number == self.total_weeks else None

    def events_in(self, week_number: int) -> tuple[EventOnTheWay, ...]:
        """The events of priority B and C in a week, in the order of their days. Each is ridden, and nothing is planned
        on its day."""
        return tuple(event for event in self.events if self.week_of(event.date) == week_number)

    def every_event_in(self, week_number: int) -> tuple[Event, ...]:
        """All events of a week, in the order of their days."""
        return (*self.events_in(week_number), *filter(None, [self.event_in(week_number)]))

    def days_off(self, week_number: int) -> frozenset[Weekday]:
        """The days of a week on which the athlete is away; of a week that is off altogether all seven."""
        if not self.time_off or self.first_monday is None:
            return frozenset()
        monday = days_later(self.first_monday, 7 * (week_number - 1))
        return frozenset(
            day for day in Weekday if any(off.days.holds(days_later(monday, day.position)) for off in self.time_off)
        )

    def days_taken(self, week_number: int) -> frozenset[Weekday]:
        """The days of a week on which nothing is planned: days off, and those of events on the way."""
        return self.days_off(week_number).union(event.weekday for event in self.events_in(week_number))

    def week_of(self, day: dt.date) -> int:
        """The number of the week that a day of a dated plan lies in."""
        assert self.first_monday is not None
        return (day - self.first_monday).days // 7 + 1

    @property
    def senseless_days(self) -> tuple[str, ...]:
        """Why a new request is not taken: days that no plan is made for. A stored one is read all the same."""
        days = [
            ("start_date", self.start_date),
            ("event.date", self.event and self.event.date),
            *(("events", event.date) for event in self.events),
            *(("time_off", day) for off in self.time_off for day in (off.first_day, off.last_day)),
        ]
        return tuple(
            f"{field}: {day} is no day that a plan is made for; give one from {FIRST_DAY} to {LAST_DAY}, or none"
            for field, day in days
            if day and not FIRST_DAY <= day <= LAST_DAY
        )

    def trainable_days(self, week_number: int) -> tuple[Weekday, ...]:
        """The days of a week that can be trained: available, not capped at 0, not off, no day of an event on the way,
        and before the event in the last week."""
        available = self.athlete_profile.training_availability
        event = self.event_weekday if week_number == self.total_weeks else None
        taken = self.days_taken(week_number)
        return tuple(
            day
            for day in available.week_days
            if available.cap_min(day) > 0 and day not in taken and (event is None or day.position < event.position)
        )

    def eve_in(self, week_number: int) -> Weekday | None:
        """The day before the event where it lies in a week; before a Monday it is the Sunday of the week before."""
        event = self.event_weekday
        if event is None or week_number != self.total_weeks - (event is Weekday.MONDAY):
            return None
        return list(Weekday)[event.position - 1]

    @cached_property
    def goal_ftp(self) -> float:
        """The FTP the plan aims at, W; 5 % above today's unless the request says otherwise."""
        return self.target_ftp or round(self.athlete_profile.ftp_watts * DEFAULT_FTP_GAIN, 1)

    @property
    def counts_km(self) -> bool:
        """Whether the plan is made of kilometres a week rather than hours."""
        return self.athlete_profile.training_availability.weekly_km is not None

    @cached_property
    def all_constraints(self) -> tuple[Constraint, ...]:
        """What the athlete cannot do, and what a runner cannot get to."""
        if self.sport is Sport.CYCLING:
            return self.constraints
        return _each_once((*self.constraints, *(self.athlete_profile.access or Access()).constraints))
