"""Who a plan is for: the athlete, and the time the athlete has."""

from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, StringConstraints, field_validator

from plan_pipeline.core.model.amounts import (
    BeatsPerMinute,
    Kilograms,
    Kilometres,
    Minutes,
    Watts,
    WeeklyHours,
    WeeklyKilometres,
    Years,
    days_one_by_one,
    separate_days,
    weekday_or_none,
)
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.runner_fields import AnyAccess, Pace, RecentRace, TimeConstants
from plan_pipeline.core.model.texts import Texts, is_unset
from plan_pipeline.core.model.vocabulary import ExperienceLevel, VolumeTier, Weekday
from plan_pipeline.core.model.written import Number
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.paces.text import Units, read_pace
from plan_pipeline.core.paces.training import threshold_speed

MINUTES_PER_DAY = 24 * 60
MOST_HOURS = 40
MOST_WEEKLY_KM = 320
"""Two hundred miles, what the most that anybody trains comes to."""

MOST_RUN_KM = 120

USUAL_MIX_PCT = 81.0
"""The mean speed of a runner's week, % of threshold speed, by which kilometres are reckoned as hours."""

MAX_DAYS_NAMED = 50
MAX_GOALS = 100
"""Entries of a list that anybody needs several times over; beyond them a file is no request."""

AthleteId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]


class TrainingAvailability(Frozen):
    """When the athlete can train.

    ``hours_per_week`` are the hours of a normal load week; a range such as ``"7-9"`` is read as its middle. A runner
    may give ``weekly_km`` in their place, the kilometres of the plan's fullest week. ``week_days`` is a list or a text,
    with ranges such as ``Mon-Fri``. ``max_minutes`` caps single days.
    """

    hours_per_week: WeeklyHours | None = Field(default=None, gt=0, le=MOST_HOURS, exclude_if=is_unset)
    weekly_km: WeeklyKilometres | None = Field(default=None, gt=0, le=MOST_WEEKLY_KM, exclude_if=is_unset)
    week_days: tuple[Weekday, ...] = Field(min_length=1)
    max_minutes: dict[Weekday, Annotated[Minutes, Field(ge=0, le=MINUTES_PER_DAY)]] = Field(default_factory=dict)

    @field_validator("week_days", mode="before")
    @classmethod
    def _read_day_list(cls, value: Any) -> Any:
        return days_one_by_one(_few(separate_days(value)))

    @field_validator("week_days")
    @classmethod
    def _in_week_order_once(cls, days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        return tuple(sorted(set(days), key=lambda day: day.position))

    @field_validator("max_minutes", mode="before")
    @classmethod
    def _each_day_once(cls, value: Any) -> Any:
        """Two spellings of one day would leave one of its limits unheard."""
        if isinstance(_few(value), dict):
            spelled: dict[Weekday, object] = {}
            for day in value:
                weekday = weekday_or_none(day)
                if weekday in spelled:
                    raise ValueError(f"{weekday} has two limits, under {spelled[weekday]!r} and {day!r}; keep one")
                if weekday is not None:
                    spelled[weekday] = day
        return value

    def cap_min(self, weekday: Weekday) -> int:
        """The most minutes the athlete can train on a day; 0 where the day is not available."""
        if weekday not in self.week_days:
            return 0
        return self.max_minutes.get(weekday, MINUTES_PER_DAY)


def _few(days: Any) -> Any:
    """Days as they are; a flood of them is refused before each is read."""
    if isinstance(days, list | tuple | dict) and len(days) > MAX_DAYS_NAMED:
        raise ValueError(f"has {len(days)} entries; name each day of the week once")
    return days


class AthleteProfile(Frozen):
    """The athlete as the request describes them. FTP in watts, weight in kilograms, heart rate in beats a minute.

    ``longest_ride_min`` is the longest ride of the last weeks, ``current_hours`` what is trained in a week by now. A
    runner has no FTP but a ``recent_race`` or a ``threshold_pace``, and kilometres in place of the other two: those of
    a week, the mean of four, and of the longest run. ``volume_tier`` asks for another tier than those stand for.
    """

    athlete_id: AthleteId
    ftp: Watts | None = Field(default=None, ge=30, le=700, exclude_if=is_unset)
    weight_kg: Kilograms | None = Field(default=None, ge=25, le=250)
    max_hr: BeatsPerMinute | None = Field(default=None, ge=90, le=240)
    age: Years | None = Field(default=None, ge=8, le=100)
    experience_level: ExperienceLevel = ExperienceLevel.INTERMEDIATE
    goals: Texts = Field(default=(), max_length=MAX_GOALS)
    start_ctl: Number | None = Field(default=None, ge=0, le=250)
    longest_ride_min: Minutes | None = Field(default=None, ge=1, le=MINUTES_PER_DAY, exclude_if=is_unset)
    current_hours: WeeklyHours | None = Field(default=None, ge=0, le=MOST_HOURS, exclude_if=is_unset)
    recent_race: RecentRace | None = Field(default=None, exclude_if=is_unset)
    threshold_pace: Pace | None = Field(default=None, exclude_if=is_unset)
    current_weekly_km: WeeklyKilometres | None = Field(default=None, ge=0, le=MOST_WEEKLY_KM, exclude_if=is_unset)
    longest_run_km: Kilometres | None = Field(default=None, gt=0, le=MOST_RUN_KM, exclude_if=is_unset)
    units: Units | None = Field(default=None, exclude_if=is_unset)
    access: AnyAccess | None = Field(default=None, exclude_if=is_unset)
    time_constants: TimeConstants | None = Field(default=None, exclude_if=is_unset)
    volume_tier: VolumeTier | None = Field(default=None, exclude_if=is_unset)
    training_availability: TrainingAvailability

    @property
    def ftp_watts(self) -> float:
        """The FTP of an athlete who has one, as every cyclist does."""
        assert self.ftp is not None
        return self.ftp

    @cached_property
    def runner(self) -> Runner:
        """The athlete as a runner: the threshold pace that is given, or that a race stands for."""
        if self.threshold_pace is not None:
            return Runner(round(1000 / read_pace(self.threshold_pace)))
        assert self.recent_race is not None
        return Runner(round(1000 / threshold_speed(self.recent_race.vdot)))

    @cached_property
    def hours_per_week(self) -> float:
        """Hours of a normal load week; of weekly kilometres what they take at the usual mix of paces."""
        available = self.training_availability
        if available.hours_per_week is not None:
            return available.hours_per_week
        assert available.weekly_km is not None
        return available.weekly_km / (3.6 * self.runner.speed(USUAL_MIX_PCT))
