"""An instance of a plan: the published plan, which is a template, put on dates for an athlete."""

import datetime as dt
import operator
import re
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from plan_pipeline.core.model.athlete import AthleteId
from plan_pipeline.core.model.days import Span, days_later
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.request import Key, check_key

MARK: Final = "@"
"""What an instance's id has between its plan's id and the rest: no plan's id has it, so the two are told apart."""

DIGITS: Final = 6
_REST = re.compile(f"[0-9a-f]{{{DIGITS}}}")


class InstanceStatus(StrEnum):
    """What an instance is on a day. All but ``cancelled`` follows from its dates."""

    PLANNED = "planned"
    ACTIVE = "active"
    FINISHED = "finished"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is ridden any more."""
        return self in (InstanceStatus.FINISHED, InstanceStatus.CANCELLED)


def is_instance_id(name: str) -> bool:
    """Whether a name is meant as an instance's and not as a plan's."""
    return MARK in name


def check_instance_id(value: str) -> str:
    """Return an instance's id unchanged, or raise ``ValueError``: it becomes the name of files."""
    plan_id, _, rest = value.partition(MARK)
    if not _REST.fullmatch(rest):
        raise ValueError(
            f"{value!r} is not the id of an instance: that is the plan's id, {MARK!r} and {DIGITS} digits from 0 to f"
        )
    check_key(plan_id)
    return value


def plan_of_instance(instance_id: str) -> str:
    """The id of the plan that an instance is of."""
    return instance_id.partition(MARK)[0]


def _on_a_monday(day: dt.date) -> dt.date:
    if day.weekday():
        raise ValueError(f"{day} is no Monday, and weeks run from Monday to Sunday")
    return day


class PlanInstance(Frozen):
    """A plan put on dates. It keeps its id whatever becomes of it or of the plan.

    ``weeks`` is the length of the plan that is in place. ``changes`` counts how often the instance was moved, cancelled
    or put on dates again, the last time at ``changed_at``. ``remarks`` are what its athlete has to know of the dates;
    they follow from the plan that is in place and are not kept.
    """

    instance_id: Annotated[str, AfterValidator(check_instance_id)]
    plan_id: Key
    athlete_id: AthleteId
    start_date: Annotated[dt.date, AfterValidator(_on_a_monday)]
    weeks: int = Field(ge=1)
    created_at: dt.datetime
    changed_at: dt.datetime
    cancelled_at: dt.datetime | None = None
    changes: int = Field(default=0, ge=0)
    remarks: tuple[str, ...] = Field(default=(), exclude_if=operator.not_)

    @property
    def end_date(self) -> dt.date:
        """The Sunday of the last week."""
        return days_later(self.start_date, 7 * self.weeks - 1)

    @property
    def days(self) -> Span:
        return Span(self.start_date, self.end_date)

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    def status_on(self, day: dt.date) -> InstanceStatus:
        """What the instance is on a day."""
        if self.is_cancelled:
            return InstanceStatus.CANCELLED
        if day < self.start_date:
            return InstanceStatus.PLANNED
        return InstanceStatus.ACTIVE if day <= self.end_date else InstanceStatus.FINISHED
