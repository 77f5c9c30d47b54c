"""What an athlete of a level can take: hard days, minutes by band, first weeks, and what is rideable at all."""

from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from plan_pipeline.core.config.content import Capacity
from plan_pipeline.core.config.values import ByLevel, Count, Minutes, Share
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import Band
from plan_pipeline.core.model.written import Number, WholeNumber

BELOW_VO2MAX = (Band.SWEET_SPOT, Band.THRESHOLD)


class HardDays(Frozen):
    """Hard days a week from a week of the plan on; ``more_from_hours`` and ``more_from_days`` allow one more."""

    from_week: Annotated[WholeNumber, Field(ge=1)]
    at_most: Count


class MoreHardDays(Frozen):
    """One hard day more in weeks of so many hours and training days."""

    from_hours: Number
    from_days: Count


class Onset(Frozen):
    """Until the end of ``until_week`` nothing is ridden at or above ``below_pct``, save short spin-ups.

    Spin-ups are efforts of up to ``spin_up_s`` seconds, at most ``spin_ups`` a session.
    """

    until_week: Annotated[WholeNumber, Field(ge=1)]
    below_pct: Number
    spin_ups: Count = 0
    spin_up_s: Number = 0.0


class Level(Frozen):
    """One level. Minutes are maxima of a week and of a session by band; ``session_from_106`` is of both upper bands.

    ``goal_weekly_minutes`` holds where a band is what the plan is for, ``hours_step`` from load week to load week.
    """

    hard_days: tuple[HardDays, ...] = Field(min_length=1)
    one_more_hard_day: MoreHardDays | None = None
    weekly_minutes: dict[Band, Minutes]
    goal_weekly_minutes: dict[Band, Minutes] = Field(default_factory=dict)
    session_minutes: dict[Band, Minutes]
    session_from_106: Minutes
    first_weeks: tuple[Onset, ...] = ()
    first_from_106_min: Minutes | None = None
    """The first sessions at or above 106 % hold at most so many minutes of it."""

    first_week_share: Share
    """Week 1 has this share of the minutes that its phase is to have."""

    hours_step: Share
    capacity: Capacity

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if all(days.from_week > 1 for days in self.hard_days):
            raise ValueError("hard_days: none are said of week 1; add {from_week: 1, at_most: …}")
        for field, bands in (("weekly_minutes", tuple(Band)), ("session_minutes", BELOW_VO2MAX)):
            if missing := [band for band in bands if band not in getattr(self, field)]:
                raise ValueError(f"{field}: {' and '.join(missing)} is missing; give it minutes")
        return self

    @property
    def most_hard_days_of_all(self) -> int:
        """Hard days of any week at most."""
        return max(days.at_most for days in self.hard_days) + bool(self.one_more_hard_day)

    def most_hard_days(self, week_number: int, hours: float, days: int) -> int:
        """Hard days that a week may hold, by its number in the plan, its hours and its training days."""
        most = max((h for h in self.hard_days if h.from_week <= week_number), key=lambda h: h.from_week).at_most
        more = self.one_more_hard_day
        return most + bool(more and hours >= more.from_hours and days >= more.from_days)

    def first_week_of(self, band: Band) -> int:
        """The first week of a plan in which a whole band may be ridden."""
        return self._first_weeks[band]

    @cached_property
    def _first_weeks(self) -> dict[Band, int]:
        return {
            band: 1
            + max([onset.until_week for onset in self.first_weeks if onset.below_pct < band.ends_pct], default=0)
            for band in Band
        }


Levels = ByLevel[Level]
