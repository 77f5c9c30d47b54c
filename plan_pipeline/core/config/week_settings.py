"""How weeks are laid out: days, hours, light weeks, the long ride, tests, session lengths, and what close enough is."""

import operator
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from plan_pipeline.core.config.values import Count, Id, Kilometres, Minutes, Share, WholeMinutes
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import CourseProfile, DayKind, Weekday, WorkoutType
from plan_pipeline.core.model.written import Number, WholeNumber

Points = Number


GRID_MIN = 5
"""The steps of the long ride's line where nothing finer is said."""


def _is_grid(step_min: object) -> bool:
    return step_min == GRID_MIN


def _is_one(count: object) -> bool:
    return count == 1


def _is_all(share: object) -> bool:
    return share == 1.0


class DayChoice(Frozen):
    """Which days are trained and which are hard, in points that are weighed against each other."""

    preference: dict[Weekday, Points]
    weekend_bonus: Points
    capped_day_cost: Points
    run_cost: Points
    hard_gap_bonus: Points
    hard_weekday_bonus: Points
    hard_before_long_bonus: Points
    after_long_ride_cost: Points
    cap_below_ordinary_cost: Points
    usual_min: Minutes
    most_training_days: Annotated[WholeNumber, Field(ge=1, le=7)]
    least_rest_days: Annotated[WholeNumber, Field(ge=0, le=6)]
    easy_days: Count
    days_between_hard: Count
    easy_from_age: Count
    days_between_hard_from_age: Count


class BetweenRaces(Frozen):
    """A plan of so many ``weeks`` to a marathon that begins within so many days of another.

    Its first weeks are easy, each a share of the fullest: those of the first entry of ``easy_weeks`` whose length the
    plan does not exceed. ``taper_days`` is how long its taper lasts, least and most, and ``taper`` has the shares of
    its weeks, the race's own last.
    """

    weeks: tuple[Count, Count]
    begins_within_days: Count
    easy_weeks: tuple[tuple[Count, tuple[Share, ...]], ...]
    taper_days: tuple[Count, Count]
    taper: tuple[Share, ...]


class Ramp(Frozen):
    """How the volume of load weeks grows over a plan: from ``start_share`` of the fullest week, unless it is known what
    is trained today, in a straight line to all of it, which ``peak_at`` of the load weeks is to come to.

    No week is above the most of the ``over_weeks`` before by more than ``step_share``.
    """

    start_share: Share
    least_start_share: Share
    step_share: Share
    over_weeks: Count
    peak_at: Share
    between_races: BetweenRaces | None = None


class WeeklyHours(Frozen):
    """Hours of a week as shares of the request's.

    A plan that grows from what the athlete rides today begins with ``least_first_week`` or more. ``taper`` is of its
    first weeks and of its last, as if that were a whole one. ``recovery_tss`` is of the mean load week before. A week
    has so many days that its sessions last ``session_min`` and ``session_share`` of the week on the whole, and
    ``least_days`` where it can.
    """

    first_week: Share
    least_first_week: Share
    block_start: Share
    recovery: Share
    recovery_tss: tuple[Share, Share]
    light_tempo_from_hours: Number
    taper: tuple[Share, Share]
    shortest_taper_days: Count
    week_of_event_b: Share
    easy_days_before_b: Count
    easy_days_after_event: Count = Field(default=1, exclude_if=_is_one)
    sharpen_else_on: tuple[WholeNumber, ...]
    event_week_session_min: Minutes
    session_min: Minutes
    session_share: Share = Field(default=0.0, exclude_if=operator.not_)
    least_days: Count = Field(default=1, exclude_if=_is_one)
    sharpening_session_min: Minutes
    sharp_session_room_min: Minutes
    ramp: Ramp | None = Field(default=None, exclude_if=operator.not_)


class LoadCycle(Frozen):
    """Load weeks before each light one, and how many light weeks a plan may hold.

    ``careful`` holds from ``careful_from_age``; from ``careful_if_hard_from_age`` for those with ``careful_hard_days``.
    ``most_light`` has pairs of plan length and light weeks, the taper not counted.
    """

    load_weeks: Count
    careful: Count
    careful_from_age: Count
    careful_if_hard_from_age: Count
    careful_hard_days: Count
    short_plan_weeks: Count
    most_in_short_plan: Count
    most_light: tuple[tuple[Count, Count], ...]
    least_light_per_load_weeks: Count
    least_light_from_weeks: Count


class LongRideSettings(Frozen):
    """The long ride's line: where it starts, how fast it grows, when it is at its target, and on which days it is.

    Shares are of a load week's hours. ``step_share`` or ``step_min``, whichever is more, is the growth over the longest
    of the last ``over_weeks`` weeks, in steps of ``line_step_min``. ``near_target`` of the target counts as the target.
    With few days the long one is
    at most ``few_days_week_share`` of its week; light weeks have one of ``light_patterns``.
    """

    least_room_min: Minutes
    start_share: tuple[Share, Share]
    start_of_current: Annotated[Number, Field(ge=0, le=1.5)]
    few_days: Count
    few_days_share: Share
    few_days_start_share: Share
    peak_weeks: Count
    step_share: Share
    step_min: Minutes
    over_weeks: Count
    near_target: Share
    last_days_before: tuple[Count, Count]
    then_share: Share
    then_days_before: tuple[Count, Count]
    other_days_least_min: Minutes
    other_days_most_min: tuple[Minutes, Minutes]
    others_beside_two: Count
    give_min: tuple[WholeMinutes, WholeMinutes]
    """So much less, or more, a day with minutes of its own may have where the week's hours cannot be met else."""

    late_from_min: Minutes
    works_late_every: Annotated[WholeNumber, Field(ge=1)]
    works_late_least_min: Minutes
    works_late_from_pct: Number
    indoor_longest_min: Minutes
    line_step_min: WholeMinutes = Field(default=GRID_MIN, exclude_if=_is_grid)
    few_days_week_share: Share = Field(default=1.0, exclude_if=_is_all)
    light_patterns: tuple[Id, ...] = Field(default=(), exclude_if=operator.not_)
    of_profile: dict[CourseProfile, tuple[Id, ...]] = Field(default_factory=dict, exclude_if=operator.not_)

    def step_after(self, longest_min: float) -> float:
        """By how much a ride may outgrow the longest of the weeks before, minutes."""
        return max(self.step_share * longest_min, self.step_min)


class EasyDays(Frozen):
    """How easy days differ: by ``variation`` up and down from their mean, and at least by ``apart_share`` of it.

    ``plain`` are the patterns of a day that is only easy, ``for_beginners`` those of a beginner's who runs no more than
    ``walks_below_km`` a week, one after the other in equal parts of the weeks up to ``until_week_for_beginners``. On up
    to ``stride_days`` a week there are ``strides``, from ``strides_from_week`` on; where there are hills, every other
    week of load ``hill_sprints``. Before a race on trails one easy day a week is ``on_trail``.
    """

    variation: Share
    least_min: Minutes
    plain: tuple[Id, ...]
    for_beginners: tuple[Id, ...]
    until_week_for_beginners: Count
    walks_below_km: Kilometres
    stride_days: Count
    stride_days_from_easy_days: Count
    strides_from_week: Count
    strides: tuple[Id, ...]
    hill_sprints: tuple[Id, ...]
    on_trail: tuple[Id, ...] = ()
    eve_of_event: tuple[Id, ...]
    eve_min: Minutes


class Tests(Frozen):
    """When the athlete is tested."""

    first_week: Count
    beginner_first_week: Count
    every_weeks: tuple[Count, Count]
    last_days_before_event: Count
    start_and_end_up_to_weeks: Count
    minutes_share: Share


class Dose(Frozen):
    """How minutes in a band follow the hours: in proportion to ``per_hours`` below and above, up to ``most``.

    A week has up to ``over_wanted`` times what is wanted of it.
    """

    per_hours: Number
    below_hours: Number
    above_hours: Number
    most: Number
    over_wanted: Annotated[Number, Field(ge=1, le=2)]

    def scale(self, hours: float) -> float:
        """What minutes are multiplied by in a week of so many hours."""
        if hours < self.below_hours:
            return hours / self.per_hours
        if hours > self.above_hours:
            return min(hours / self.above_hours, self.most)
        return 1.0


class SessionLengths(Frozen):
    """Minutes of a session: the shortest, natural and longest ordinary one, and the shortest and longest of all."""

    ordinary: tuple[WholeMinutes, WholeMinutes, WholeMinutes]
    outer: tuple[WholeMinutes, WholeMinutes]

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        low, target, high = self.ordinary
        if not self.outer[0] <= low <= target <= high <= self.outer[1]:
            raise ValueError(
                "give outer and ordinary lengths in order: outer least ≤ least ≤ natural ≤ most ≤ outer most"
            )
        return self


class WeekSettings(Frozen):
    """All of ``week.yaml``."""

    days: DayChoice
    hours: WeeklyHours
    load_cycle: LoadCycle
    long_ride: LongRideSettings
    tests: Tests
    dose: Dose
    sessions: dict[WorkoutType, dict[DayKind, SessionLengths]]
    easy: EasyDays | None = Field(default=None, exclude_if=operator.not_)

    @cached_property
    def longest_session_min(self) -> int:
        """The longest session there is, and the most that a day is counted for."""
        return max(lengths.outer[1] for by_day in self.sessions.values() for lengths in by_day.values())
