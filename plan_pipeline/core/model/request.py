"""What is asked for: one plan request, as read from YAML or JSON, and what follows from it alone."""

import datetime as dt
import operator
import re
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from plan_pipeline.core.model.amounts import Watts, Weeks
from plan_pipeline.core.model.athlete import AthleteProfile
from plan_pipeline.core.model.days import FIRST_DAY, LAST_DAY, days_later, monday_of, monday_on_or_after
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.texts import OptionalText, is_blank, one_line
from plan_pipeline.core.model.vocabulary import BY_RULES, OPTIMAL, Weekday, WorkoutSource
from plan_pipeline.core.model.written import Day, Truth, WholeNumber
from plan_pipeline.core.registries import ARMS, OVERVIEW_WRITERS, RULES
from plan_pipeline.core.registry import PluginError

MIN_WEEKS = 4
MAX_WEEKS = 24
DEFAULT_FTP_GAIN = 1.05
"""Within what trials have shown of every level in the shortest plan (``core.limits.FTP_GAINS``)."""

UNNAMED = "Event"

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
        rule = RULES.get(name)
    except PluginError as error:
        raise ValueError(str(error)) from None
    if not rule.waivable:
        raise ValueError(
            f"{name!r} can not be waived: a plan that breaks it is not the plan that was asked for; "
            "take it off the list and change the request's days, caps or hours instead"
        )
    return name


def _named(value: Any) -> Any:
    """What nobody named has the name of any event."""
    return UNNAMED if is_blank(value) else value


class Event(Frozen):
    """The day the plan leads up to."""

    date: Day
    name: Annotated[str, BeforeValidator(_named)] = Field(default=UNNAMED, min_length=1, max_length=200)
    type: OptionalText = Field(default=None, max_length=100)

    @cached_property
    def weekday(self) -> Weekday:
        return list(Weekday)[self.date.weekday()]

    @cached_property
    def title(self) -> str:
        """Name and type in one line, whatever was written in them."""
        return one_line(f"{self.name} ({self.type})" if self.type else self.name)


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

    @field_validator("workouts")
    @classmethod
    def _from_the_library(cls, source: WorkoutSource) -> WorkoutSource:
        if source is not WorkoutSource.LIBRARY:
            raise ValueError(f"workouts from {source.value!r} are not supported; use 'library'")
        return source


class PlanRequest(Frozen):
    """One plan request. Its length is ``weeks``, or follows from ``start_date`` and ``event.date``."""

    plan_id: Key
    athlete_profile: AthleteProfile
    weeks: Weeks | None = Field(default=None, ge=MIN_WEEKS, le=MAX_WEEKS)
    start_date: Day | None = None
    event: Event | None = None
    target_ftp: Watts | None = Field(default=None, ge=30, le=800)
    options: PlanOptions = PlanOptions()

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

    @property
    def senseless_days(self) -> tuple[str, ...]:
        """Why a new request is not taken: days that no plan is made for. A stored one is read all the same."""
        days = {"start_date": self.start_date, "event.date": self.event and self.event.date}
        return tuple(
            f"{field}: {day} is no day that a plan is made for; give one from {FIRST_DAY} to {LAST_DAY}, or none"
            for field, day in days.items()
            if day and not FIRST_DAY <= day <= LAST_DAY
        )

    def trainable_days(self, week_number: int) -> tuple[Weekday, ...]:
        """The days of a week that can be trained: available, not capped at 0, and before the event in the last week."""
        available = self.athlete_profile.training_availability
        event = self.event_weekday if week_number == self.total_weeks else None
        return tuple(
            day
            for day in available.week_days
            if available.cap_min(day) > 0 and (event is None or day.position < event.position)
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
        return self.target_ftp or round(self.athlete_profile.ftp * DEFAULT_FTP_GAIN, 1)
