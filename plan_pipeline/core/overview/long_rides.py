"""The long ride's line: from what the athlete rides today to what the event asks for, week by week."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from plan_pipeline.core.model.vocabulary import DayRole, Phase, Weekday, WeekType, WorkoutType
from plan_pipeline.core.overview.season import WeekSlot, days_before_event
from plan_pipeline.core.purpose.between_races import easy_start
from plan_pipeline.core.purpose.purpose import Purpose

USUAL_WEEKS = 3
"""So many load weeks of late say what is usual."""

SHARE_MARGIN = 0.93
"""How near the long session comes to the most of a week that it may be: kilometres are not minutes."""

LONGER_THAN_MEAN = 1.1
"""The long session of a light week, and of one of few days, has at least its day's part and a tenth more."""

STEP_KM = 0.5
_EXACT = 1e-6


class LongRide(NamedTuple):
    """The long ride of a week; ``second`` is the day and the minutes of the one beside it, where there are two.

    ``kind`` is the type that it is planned as, ``patterns`` what it is to be laid out like, where that is said, and
    ``km`` how far a run is.
    """

    day: Weekday
    minutes: int
    role: DayRole
    kind: WorkoutType
    second: tuple[Weekday, int] | None = None
    patterns: tuple[str, ...] = ()
    km: float | None = None

    @property
    def is_quality(self) -> bool:
        """Whether it is a key session as well."""
        return self.role is DayRole.LONG_QUALITY

    @property
    def by_day(self) -> dict[Weekday, int]:
        """The minutes of each of its days."""
        return {self.day: self.minutes} | dict([self.second] if self.second else [])


def long_rides(purpose: Purpose, slots: Sequence[WeekSlot]) -> dict[int, LongRide]:
    """The long ride of every week that has one, by its number.

    It grows within the steps that are safe, is at its target in the last load weeks that are far enough from the
    event, and half of it a week before. Light weeks have shorter ones.
    """
    line = _Line(purpose, slots)
    found: dict[int, LongRide] = {}
    pairs = _back_to_back(purpose, slots)
    for slot in slots:
        if (day := _day_of(purpose, slot)) is None or (minutes := line.minutes(slot, day)) == 0:
            continue
        second = _second(purpose, slot, day, int(minutes)) if slot.number in pairs else None
        role, kind, km_a_min = _role(purpose, slot, int(minutes)), purpose.sport.parts.long, purpose.long_run_km_a_min
        km = None if km_a_min is None else round(minutes * km_a_min, 2)
        found[slot.number] = LongRide(day, int(minutes), role, kind, second, km=km)
    return found


class _Line:
    """Minutes of the long ride in every load week, and in the light weeks between them."""

    def __init__(self, purpose: Purpose, slots: Sequence[WeekSlot]) -> None:
        self._purpose = purpose
        self._settings = purpose.config.week.long_ride
        self._slots = slots
        self._target = purpose.long_ride_target_min
        self._by_week = self._grown(slots)

    def minutes(self, slot: WeekSlot, day: Weekday) -> float:
        """The long ride of a week; 0 where it has none of its own."""
        if slot.week_type is WeekType.EVENT:
            return 0
        if slot.week_type is WeekType.TAPER and self._is_early_in_taper(slot, day):
            longest = self._light_share(slot) * max(self._by_week.values())
            return self._stepped(min(longest, self._purpose.longest_on(day)))
        if slot.week_type is WeekType.TAPER:
            ride = self._stepped(min(self._settings.then_share * self._target, self._purpose.longest_on(day)))
            return ride if ride >= self._settings.least_room_min else 0
        return self._stepped(min(self._by_week[slot.number], self._purpose.longest_on(day)))

    def _light_share(self, slot: WeekSlot) -> float:
        """What a light week's long session is of the longest of late: as much as the week is of a usual one.

        Where volume grows over the plan, that is a load week of late, else the fullest.
        """
        if self._purpose.config.week.hours.ramp is None:
            return slot.share
        loads = [each.share for each in self._slots if each.load_week is not None and each.number < slot.number]
        days = len(self._purpose.request.athlete_profile.training_availability.week_days)
        share = slot.share * days / len(slot.days) if slot.days else 0.0
        usual = max(loads[-USUAL_WEEKS:], default=1.0 if easy_start(self._purpose) else share or 1.0)
        return min(share / usual, 1.0)

    def _stepped(self, minutes: float) -> float:
        """Minutes on the grid of the line; of a plan that counts kilometres those of half kilometres."""
        km_a_min = self._purpose.long_run_km_a_min
        if km_a_min is None or not self._purpose.request.counts_km:
            return _on_grid(minutes, self._settings.line_step_min)
        return math.floor(minutes * km_a_min / STEP_KM + _EXACT) * STEP_KM / km_a_min

    def _is_early_in_taper(self, slot: WeekSlot, day: Weekday) -> bool:
        """Whether the day is farther from the event than the last long session is."""
        before = dict(days_before_event(self._purpose, slot.number)).get(day, 0)
        return -before > self._settings.then_days_before[1]

    def _grown(self, slots: Sequence[WeekSlot]) -> dict[int, float]:
        """The line with the gentlest steps that is at its target in time, or with the greatest where none is."""
        peaks = self._peak_weeks(slots)
        loads = [slot for slot in slots if slot.load_week is not None]
        until = [slot.number for slot in loads if slot.number <= peaks[-1]]
        best: dict[int, float] = {}
        for reached_at in range(len(until) - self._settings.peak_weeks, -1, -1):
            line = self._line(slots, until, max(reached_at, 0))
            if not best or line[peaks[-1]] > best[peaks[-1]] or line[peaks[0]] > best[peaks[0]]:
                best = line
            if line[peaks[0]] >= self._settings.near_target * self._target and line[peaks[-1]] >= self._target:
                return line
        return best or self._line(slots, until, 0)

    def _peak_weeks(self, slots: Sequence[WeekSlot]) -> list[int]:
        """The load weeks that are to have the longest rides: the last ones that are far enough from the event."""
        loads = [slot.number for slot in slots if slot.load_week is not None]
        day = self._purpose.long_ride_day
        nearest, _ = self._purpose.long_ride_days_before
        early = [
            number
            for number in loads
            if all(-before >= nearest for weekday, before in days_before_event(self._purpose, number) if weekday is day)
        ]
        enough = early if 2 * len(early) > len(loads) else loads
        return enough[-self._settings.peak_weeks :]

    def _line(self, slots: Sequence[WeekSlot], until: Sequence[int], reached_at: int) -> dict[int, float]:
        """A straight line to the target, which it comes to in the load week ``until[reached_at]``, within the steps."""
        start, has_ramp = self._start(), self._purpose.config.week.hours.ramp is not None
        made: dict[int, float] = {}
        done = 0
        first = 1 + len(easy_start(self._purpose))
        for slot in slots:
            lately = range(max(first, slot.number - self._settings.over_weeks), slot.number)
            earlier = [made[n] for n in lately if made.get(n)]
            most = max(earlier) + self._settings.step_after(max(earlier)) if earlier else start
            if has_ramp and _day_of(self._purpose, slot) is None:
                continue
            if slot.load_week is None:
                usual = max(earlier, default=start)
                light = self._light_share(slot) * usual
                if has_ramp:
                    longer = LONGER_THAN_MEAN * slot.share * 60 * self._purpose.hours / len(slot.days)
                    light = min(max(light, min(longer, usual)), self._room(slot))
                made[slot.number] = self._stepped(light)
                continue
            is_on_line = slot.number in until
            share = min(done / reached_at, 1.0) if reached_at else 1.0
            wanted = start + (self._target - start) * share if is_on_line else self._settings.then_share * self._target
            least = 0.0 if has_ramp else self._left_over(slot)
            made[slot.number] = self._stepped(min(max(min(wanted, most), least), self._room(slot)))
            done += 1
        return made

    def _start(self) -> float:
        """The first long ride: a share of the hours, and within what the athlete rides today."""
        low, high = self._settings.start_share
        start = (low + high) / 2 * 60 * self._purpose.hours
        if len(self._purpose.request.athlete_profile.training_availability.week_days) <= self._settings.few_days:
            start = self._settings.few_days_start_share * 60 * self._purpose.hours
        longest = self._purpose.longest_known_min
        if longest is not None and self._purpose.config.week.hours.ramp is not None:
            start = max(longest, self._settings.least_room_min)
        elif longest is not None:
            start = min(start, max(self._settings.start_of_current * longest, self._settings.least_room_min))
        return min(start, self._target)

    def _left_over(self, slot: WeekSlot) -> float:
        """What is left of the week's hours when every other day holds all that it usually can."""
        weekday, weekend = self._settings.other_days_most_min
        own = _day_of(self._purpose, slot)
        others = sorted(
            min(self._purpose.longest_on(day), weekend if day.is_weekend else weekday)
            for day in slot.days
            if day is not own
        )
        most_days = self._purpose.config.week.days.most_training_days
        return slot.share * 60 * self._purpose.hours - sum(others[-(most_days - 1) :])

    def _room(self, slot: WeekSlot) -> float:
        """What the week's hours leave for the long ride when every other day has its least."""
        hours_min = slot.share * 60 * self._purpose.hours
        beside = hours_min - self._settings.other_days_least_min * (len(slot.days) > 1)
        if self._purpose.tier is None:
            return beside
        of_few_days = LONGER_THAN_MEAN / len(slot.days)
        share = min(max(SHARE_MARGIN * self._purpose.long_share_of_week, of_few_days), 1.0)
        return min(beside, share * hours_min)


def _day_of(purpose: Purpose, slot: WeekSlot) -> Weekday | None:
    """The day of the long ride, or another of the week where that is taken."""
    settings, usual = purpose.config.week.long_ride, purpose.long_ride_day
    if slot.week_type is WeekType.TAPER:
        nearest, farthest = settings.then_days_before
        before = dict(days_before_event(purpose, slot.number))
        if usual in slot.days and -before[usual] > farthest and purpose.tier is not None:
            return usual
        far_enough = [day for day in slot.days if nearest <= -before[day] <= farthest]
        return max(far_enough, key=lambda day: (purpose.longest_on(day), day.is_weekend, day.position), default=None)
    if usual in slot.days:
        return usual
    weekend = [day for day in slot.days if day.is_weekend and purpose.longest_on(day) >= settings.least_room_min]
    return max(weekend or slot.days, key=lambda day: (purpose.longest_on(day), day.position), default=None)


def _role(purpose: Purpose, slot: WeekSlot, minutes: int) -> DayRole:
    """Whether the ride holds work in its last third: once base is over, if the event asks for it."""
    settings = purpose.config.week.long_ride
    demand = purpose.long_ride_demand
    if slot.load_week is None or slot.phase is Phase.BASE or not demand.works_late or minutes < settings.late_from_min:
        return DayRole.LONG_RIDE
    return DayRole.LATE_WORK if slot.load_week % settings.works_late_every == 0 else DayRole.LONG_RIDE


def _back_to_back(purpose: Purpose, slots: Sequence[WeekSlot]) -> set[int]:
    """The weeks with two long rides on consecutive days: the last ones that are allowed, far enough apart."""
    pairs = purpose.long_ride_demand.back_to_back
    if pairs is None or purpose.request.event is None:
        return set()
    allowed = [
        slot
        for slot in slots
        if slot.load_week is not None
        and slot.phase in pairs.phases
        and {Weekday.SATURDAY, Weekday.SUNDAY} <= set(slot.days)
        and all(
            -before >= pairs.last_days_before
            for day, before in days_before_event(purpose, slot.number)
            if day is Weekday.SUNDAY
        )
    ]
    chosen: list[WeekSlot] = []
    for slot in reversed(allowed):
        if len(chosen) < pairs.weekends and (not chosen or chosen[-1].number - slot.number >= pairs.every_weeks):
            chosen.append(slot)
    return {slot.number for slot in chosen}


def _second(purpose: Purpose, slot: WeekSlot, day: Weekday, minutes: int) -> tuple[Weekday, int] | None:
    """The long ride beside the longest one, where the other weekend day has room for it."""
    pairs = purpose.long_ride_demand.back_to_back
    if pairs is None or not day.is_weekend:
        return None
    other = Weekday.SATURDAY if day is Weekday.SUNDAY else Weekday.SUNDAY
    least = pairs.least_share * purpose.long_ride_target_min
    settings = purpose.config.week.long_ride
    others = len(slot.days) - 2
    room = (
        slot.share * 60 * purpose.hours
        - minutes
        - settings.other_days_least_min * min(others, settings.others_beside_two)
    )
    wanted = _on_grid(
        min(max(least, pairs.wanted_share * minutes), room, purpose.longest_on(other)), settings.line_step_min
    )
    return (other, wanted) if wanted >= least else None


def _on_grid(minutes: float, step_min: int) -> int:
    return int(minutes // step_min) * step_min
