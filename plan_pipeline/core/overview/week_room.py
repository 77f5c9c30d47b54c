"""What each day of a week that is laid out can have: its long session's minutes, and easy days beside them."""

from collections.abc import Hashable, Iterator, Mapping
from functools import lru_cache

from plan_pipeline.core.duration.day_limits import GIVING_WAY, DayLimits, day_limits
from plan_pipeline.core.duration.easy_spread import EASY_OF_LONG
from plan_pipeline.core.duration.envelope import DayBounds, Envelope, no_longer_than
from plan_pipeline.core.limits import SHORTEST_SESSION_MIN, up_to_grid
from plan_pipeline.core.model.plan import TrainingDay
from plan_pipeline.core.model.vocabulary import DayRole, Weekday, WeekType, WorkoutType
from plan_pipeline.core.overview.long_rides import LongRide
from plan_pipeline.core.overview.race_days import RaceDay
from plan_pipeline.core.overview.season import WeekSlot
from plan_pipeline.core.overview.week_layout import WeekLayout
from plan_pipeline.core.purpose.purpose import LONG_RUN_PCT, Purpose

SHORTER_LONG_RIDES = ((0, 0.0), (5, 0.5), (10, 1.0), (20, 2.0), (40, 4.0))
NO_LONG_RIDE_COST = 14.0
"""Minutes that the long ride may give where the week's hours cannot be met else, and what that costs."""

LONG_EASY_DAYS_COST, LONGER_THAN_LATELY_COST, NO_LONG_RUN_COST = 8.0, 26.0, 70.0
"""What it costs where volume grows by steps: easy days longer than the long one, any day longer than the longest of
late, and a long one off its line."""

SHARP_MOST_MIN = 60
"""The last sharp session before a race is no longer than this where days have no length of their own."""

LATELY_WEEKS = 4
"""So many weeks before one say what has been the longest of late."""


class WeekRoom:
    """What the days of the weeks of one plan can have."""

    def __init__(
        self,
        purpose: Purpose,
        envelope: Envelope,
        rides: Mapping[int, LongRide],
        races: Mapping[int, Mapping[Weekday, RaceDay]],
    ) -> None:
        self._purpose = purpose
        self._envelope = envelope
        self._rides = rides
        self._races = races
        self._types = purpose.sport.parts
        self._has_ramp = purpose.config.week.hours.ramp is not None
        self._day_limits: dict[tuple[int, WorkoutType], DayLimits] = {}
        self._bounds: dict[Hashable, DayBounds | None] = {}

    def of(self, slot: WeekSlot, layout: WeekLayout, given_up: float) -> Iterator[tuple[float, tuple[DayBounds, ...]]]:
        """The week's days with the long rides at their minutes; then with less, where the hours leave no other way.

        Each comes with what it gives up, beside what the layout does.
        """
        ride = self._rides.get(slot.number)
        fixed = ride.by_day if ride else {}
        minutes: dict[Weekday, int] = {}
        lately = self._longest_lately(slot)
        for shorter, lost in SHORTER_LONG_RIDES if fixed else ():
            minutes = {day: max(up_to_grid(most) - shorter, SHORTEST_SESSION_MIN) for day, most in fixed.items()}
            below_long = int(EASY_OF_LONG * max(minutes.values())) if self._has_ramp else None
            if (days := self._bounded(slot, layout, minutes, lately, below_long)) is not None:
                yield given_up + lost, days
        if self._has_ramp:
            minutes = {day: up_to_grid(most) for day, most in fixed.items()}
            if fixed and (days := self._bounded(slot, layout, minutes, lately)) is not None:
                yield given_up + LONG_EASY_DAYS_COST, days
            if (days := self._bounded(slot, layout, minutes, None if fixed else lately)) is not None:
                yield given_up + LONGER_THAN_LATELY_COST * bool(fixed), days
        if (days := self._bounded(slot, layout, {})) is not None:
            off_line = NO_LONG_RUN_COST if self._has_ramp else NO_LONG_RIDE_COST * bool(fixed)
            yield given_up + off_line, days

    def _longest_lately(self, slot: WeekSlot) -> int | None:
        """Minutes of the longest run of the weeks before and of the week's own; ``None`` where days stay open."""
        if not self._has_ramp:
            return None
        known = self._purpose.longest_known_min if slot.number <= LATELY_WEEKS else None
        weeks = range(slot.number - LATELY_WEEKS, slot.number + 1)
        lines = [max(ride.by_day.values()) for number in weeks if (ride := self._rides.get(number)) is not None]
        longest = max([*lines, known or 0])
        return up_to_grid(longest) if longest else None

    def _bounded(
        self,
        slot: WeekSlot,
        layout: WeekLayout,
        minutes: Mapping[Weekday, int],
        longest: int | None = None,
        longest_easy: int | None = None,
    ) -> tuple[DayBounds, ...] | None:
        """What each day can have that the athlete can ride, with ``minutes`` of its own on some.

        Other days are no longer than ``longest``, easy ones than ``longest_easy``, in minutes.
        """
        found = []
        for day in layout.days:
            own = minutes.get(day.weekday)
            key = (slot.number, day.workout_type, day.weekday, day.cap_min, own, longest, longest_easy)
            if key not in self._bounds:
                self._bounds[key] = self._bounds_of(slot, day, own, longest, longest_easy)
            if (bounds := self._bounds[key]) is None:
                return None
            found.append(bounds)
        return tuple(found)

    def _bounds_of(
        self, slot: WeekSlot, day: DayBounds, own: int | None, longest: int | None, longest_easy: int | None
    ) -> DayBounds | None:
        place = (day.workout_type, day.weekday, day.cap_min)
        limits = self._limits_on(slot, day)
        if day.workout_type not in self._long_types(slot):
            own = None
        own = own or self._minutes_of_eve(slot, day)
        if own is not None:
            return self._envelope.bounds_within((own, own), *place, limits)
        bounds = self._envelope.bounds(*place, limits)
        bounds = bounds or self._envelope.bounds(*place, limits.without(len(GIVING_WAY)))
        most = min(self._as_far(longest, day.workout_type), day.cap_min) if longest else day.cap_min
        if day.workout_type is self._types.easy:
            most = min(longest_easy or most, most)
        if self._has_ramp and slot.week_type is WeekType.EVENT:
            most = min(most, SHARP_MOST_MIN)
        if bounds is None or most >= day.cap_min:
            return bounds
        return no_longer_than(bounds, max(most, bounds.shortest))

    def _as_far(self, minutes: int, kind: WorkoutType) -> int:
        """Minutes in which a session of a type goes no farther than a long run does in so many."""
        return round(minutes * min(LONG_RUN_PCT / (self._envelope.typical_pct(kind) or LONG_RUN_PCT), 1.0))

    def _minutes_of_eve(self, slot: WeekSlot, day: DayBounds) -> int | None:
        race = self._races[slot.number].get(day.weekday)
        if race is None or race.minutes is None or day.workout_type is not race.workout_type:
            return None
        return min(race.minutes, day.cap_min)

    def _long_types(self, slot: WeekSlot) -> tuple[WorkoutType, ...]:
        ride = self._rides.get(slot.number)
        return (self._types.long,) if ride is None else (self._types.long, ride.kind)

    def _limits_on(self, slot: WeekSlot, day: DayBounds) -> DayLimits:
        """What a day is held to; the long run's own day to what it is to be laid out like as well."""
        ride = self._rides.get(slot.number)
        if ride is None or day.weekday is not ride.day or day.workout_type is not ride.kind or not ride.patterns:
            return self._limits(slot.number, day.workout_type)
        as_planned = training_day(day.weekday, ride.kind, ride.role, None, ride.patterns)
        return day_limits(self._purpose, slot.number, as_planned)

    def _limits(self, number: int, kind: WorkoutType) -> DayLimits:
        if (number, kind) not in self._day_limits:
            walks = self._purpose.walk_patterns(number) if kind in (self._types.easy, self._types.long) else ()
            day = training_day(Weekday.MONDAY, kind, patterns=walks)
            self._day_limits[number, kind] = day_limits(self._purpose, number, day)
        return self._day_limits[number, kind]


@lru_cache(maxsize=4096)
def training_day(
    weekday: Weekday,
    workout_type: WorkoutType,
    role: DayRole | None = None,
    minutes: int | None = None,
    patterns: tuple[str, ...] = (),
    distance_km: float | None = None,
) -> TrainingDay:
    """A day of an overview; weeks share those that are alike."""
    return TrainingDay(
        weekday=weekday,
        workout_type=workout_type,
        role=role,
        minutes=minutes,
        patterns=patterns,
        distance_km=distance_km,
    )
