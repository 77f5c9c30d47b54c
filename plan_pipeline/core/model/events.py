"""What a plan leads up to and goes around: its event, events on the way, and days on which nothing is trained."""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Self

from pydantic import AliasChoices, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from plan_pipeline.core.model.amounts import Celsius, Kilometres, Metres, Minutes
from plan_pipeline.core.model.days import Span
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.runner_fields import Seconds
from plan_pipeline.core.model.texts import OptionalText, is_blank, is_unset, one_line
from plan_pipeline.core.model.vocabulary import CourseProfile, EventPriority, Weekday
from plan_pipeline.core.model.written import Day

UNNAMED = "Event"
MAX_NAME = 200

MOST_MINUTES = 14 * 24 * 60
MOST_KM = 6000
MOST_CLIMBING_M = 100_000
"""What the longest races on a bicycle take: two weeks across a continent. Beyond them a figure is a slip."""


def _named(value: Any) -> Any:
    """What nobody named has the name of any event."""
    return UNNAMED if is_blank(value) else value


class Event(Frozen):
    """The day the plan leads up to; its priority is A.

    ``type`` is an event type of the planning configuration in any spelling, or free text in a stored request of old.
    Distance, climbing and duration are those of one day, in a stage race of its longest stage. Of a running race
    ``goal_time`` is in seconds, ``profile`` that of its course, and temperature and dew point those to be expected, °C.
    """

    date: Day
    name: Annotated[str, BeforeValidator(_named)] = Field(default=UNNAMED, min_length=1, max_length=MAX_NAME)
    type: OptionalText = Field(default=None, max_length=100)
    distance_km: Kilometres | None = Field(default=None, gt=0, le=MOST_KM, exclude_if=is_unset)
    elevation_m: Metres | None = Field(default=None, ge=0, le=MOST_CLIMBING_M, exclude_if=is_unset)
    expected_duration_min: Minutes | None = Field(default=None, ge=1, le=MOST_MINUTES, exclude_if=is_unset)
    goal_time: Seconds | None = Field(default=None, gt=0, le=MOST_MINUTES * 60, exclude_if=is_unset)
    profile: CourseProfile | None = Field(default=None, exclude_if=is_unset)
    expected_temperature: Celsius | None = Field(
        default=None,
        ge=-30,
        le=50,
        exclude_if=is_unset,
        validation_alias=AliasChoices("expected_temperature", "expected_temperature_c"),
    )
    dew_point: Celsius | None = Field(
        default=None, ge=-40, le=35, exclude_if=is_unset, validation_alias=AliasChoices("dew_point", "dew_point_c")
    )
    priority: EventPriority = Field(default=EventPriority.A, exclude_if=lambda priority: priority is EventPriority.A)

    @field_validator("priority")
    @classmethod
    def _in_its_place(cls, priority: EventPriority) -> EventPriority:
        if priority is not EventPriority.A:
            raise ValueError(
                f"{priority} is no priority of the event that the plan leads up to, which is A; "
                "leave it out, or put the event into events"
            )
        return priority

    @cached_property
    def weekday(self) -> Weekday:
        return list(Weekday)[self.date.weekday()]

    @cached_property
    def title(self) -> str:
        """Name and type in one line, whatever was written in them."""
        return one_line(f"{self.name} ({self.type})" if self.type else self.name)


class EventOnTheWay(Event):
    """An event of priority B or C, which is ridden within the plan."""

    priority: EventPriority = EventPriority.B

    @cached_property
    def title(self) -> str:
        """Name, type and priority in one line."""
        return one_line(
            f"{self.name} ({self.type}, {self.priority})" if self.type else f"{self.name} ({self.priority})"
        )

    @field_validator("priority")
    @classmethod
    def _in_its_place(cls, priority: EventPriority) -> EventPriority:
        if priority is EventPriority.A:
            raise ValueError(
                "A is the priority of the one event that the plan leads up to; give B or C here, or put it into event"
            )
        return priority


class TimeOff(Frozen):
    """Days on which nothing is trained, the last one included; ``from`` and ``to`` in a request."""

    model_config = ConfigDict(serialize_by_alias=True)

    first_day: Day = Field(alias="from")
    last_day: Day = Field(alias="to")
    reason: OptionalText = Field(default=None, max_length=200, exclude_if=is_unset)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError(f"from {self.first_day} to {self.last_day} ends before it begins; swap from and to")
        return self

    @property
    def days(self) -> Span:
        return Span(self.first_day, self.last_day)


def each_on_its_day(events: Sequence[EventOnTheWay]) -> tuple[EventOnTheWay, ...]:
    """Events in the order of their days. Raises ``ValueError`` where two are on one."""
    in_order = tuple(sorted(events, key=lambda event: event.date))
    for one, other in pairwise(in_order):
        if one.date == other.date:
            raise ValueError(f"{one.name!r} and {other.name!r} are both on {one.date}; keep one of them")
    return in_order


def each_on_its_days(time_off: Sequence[TimeOff]) -> tuple[TimeOff, ...]:
    """Times off in the order of their days. Raises ``ValueError`` where two share a day."""
    in_order = tuple(sorted(time_off, key=lambda each: each.first_day))
    for one, other in pairwise(in_order):
        if one.days.overlaps(other.days):
            raise ValueError(f"{one.days} and {other.days} share days; make one of the two, or correct one")
    return in_order


def check_events(events: Sequence[EventOnTheWay], aim: Event | None, plan: Span) -> None:
    """Raise ``ValueError`` for an event outside of the plan's days, or not before the event it leads up to."""
    for event in events:
        if aim is not None and event.date >= aim.date:
            raise ValueError(
                f"events: {event.name!r} on {event.date} is not before the event on {aim.date}, with which the plan "
                "ends; take it off the list or correct its date"
            )
        if not plan.holds(event.date):
            raise ValueError(
                f"events: {event.name!r} on {event.date} lies outside of the plan, {plan}; "
                "take it off the list or correct its date"
            )


def check_time_off(time_off: Sequence[TimeOff], events: Sequence[Event], plan: Span) -> None:
    """Raise ``ValueError`` for time off outside of the plan's days, or on the day of an event."""
    for off in time_off:
        if not off.days.overlaps(plan):
            raise ValueError(
                f"time_off: {off.days} lies outside of the plan, {plan}; take it off the list or correct its days"
            )
        if event := next((event for event in events if off.days.holds(event.date)), None):
            raise ValueError(
                f"time_off: {off.days} holds {event.name!r} on {event.date}; leave that day out of it, or the event "
                "out of the request"
            )
