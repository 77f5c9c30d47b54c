"""Which days of a week train, and what each is for, so that caps, spacing and the week's minutes hold."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations, groupby, pairwise, permutations
from typing import NamedTuple

from plan_pipeline.core.duration.envelope import DayBounds, Envelope
from plan_pipeline.core.limits import LONG_RIDE_ROOM_MIN, MAX_TRAINING_DAYS, SHORTEST_SESSION_MIN
from plan_pipeline.core.model.plan import TrainingDay
from plan_pipeline.core.model.vocabulary import Weekday, WorkoutType

DAY_PREFERENCE = {
    Weekday.MONDAY: 0.1,
    Weekday.TUESDAY: 0.6,
    Weekday.WEDNESDAY: 0.4,
    Weekday.THURSDAY: 0.5,
    Weekday.FRIDAY: 0.2,
    Weekday.SATURDAY: 0.9,
    Weekday.SUNDAY: 0.8,
}
"""Where riders train when all days are equal to them (convention): the weekend, then Tuesday and Thursday."""

CAPPED_DAY_COST = 3.0
WEEKEND_BONUS = 3.0
RUN_COST = 0.5
HARD_GAP_BONUS = 1.0
HARD_WEEKDAY_BONUS = 1.0
AFTER_LONG_RIDE_COST = 0.5
CAP_BELOW_PROFILE_COST = 2.0


class WeekNeeds(NamedTuple):
    """What a week asks of its days. ``quality`` lists the sessions wanted, the most important first.

    ``eve`` is the day before an event: a recovery ride if it is trained at all, and never the long ride.
    """

    days: int
    quality: tuple[WorkoutType, ...]
    recovery_ride: bool
    prior_sunday_hard: bool
    eve: Weekday | None = None


class WeekLayout(NamedTuple):
    """The training days of a week with what each can have, Monday first."""

    days: tuple[DayBounds, ...]

    @property
    def training_days(self) -> tuple[TrainingDay, ...]:
        """All seven weekdays, rest where nothing is planned."""
        planned = {day.weekday: day.workout_type for day in self.days}
        return tuple(
            TrainingDay(weekday=weekday, workout_type=planned.get(weekday, WorkoutType.REST)) for weekday in Weekday
        )


def lay_out_week(caps: Mapping[Weekday, int], needs: WeekNeeds, envelope: Envelope) -> WeekLayout | None:
    """Place a week's sessions, or ``None`` if they cannot be placed.

    ``caps`` gives the minutes of every day that can be trained on. Hard sessions are never on neighbouring
    days, Sunday to Monday included; the long ride takes the weekend day with the most room; six days always
    include a recovery ride.
    """
    return _lay_out(tuple(sorted(caps.items(), key=lambda item: item[0].position)), needs, envelope)


@lru_cache(maxsize=4096)
def _lay_out(caps: tuple[tuple[Weekday, int], ...], needs: WeekNeeds, envelope: Envelope) -> WeekLayout | None:
    room = {day: cap for day, cap in caps if cap >= SHORTEST_SESSION_MIN}
    if needs.days > min(len(room), MAX_TRAINING_DAYS):
        return None
    for days in _ranked_subsets(tuple(room.items()), needs.days):
        if (layout := _assign(days, room, needs, envelope)) is not None:
            return layout
    return None


@lru_cache(maxsize=4096)
def _ranked_subsets(room: tuple[tuple[Weekday, int], ...], number: int) -> tuple[tuple[Weekday, ...], ...]:
    """Every choice of so many days, the best first."""
    caps = dict(room)
    return tuple(sorted(combinations(caps, number), key=lambda days: (-_subset_score(days, caps), days)))


def _subset_score(days: Sequence[Weekday], room: Mapping[Weekday, int]) -> float:
    usual_min = 90
    capped = sum(max(0, usual_min - room[day]) / usual_min for day in days)
    weekend = any(day.is_weekend for day in days)
    runs = groupby(enumerate(days), key=lambda place: place[1].position - place[0])
    longest_run = max((len(list(run)) for _, run in runs), default=0)
    return (
        sum(DAY_PREFERENCE[day] for day in days)
        - CAPPED_DAY_COST * capped
        + WEEKEND_BONUS * weekend
        - RUN_COST * max(0, longest_run - 3)
    )


def _assign(
    days: Sequence[Weekday], room: Mapping[Weekday, int], needs: WeekNeeds, envelope: Envelope
) -> WeekLayout | None:
    eve = {day: WorkoutType.RECOVERY for day in days if day is needs.eve}
    others = [day for day in days if day not in eve]
    if not others:
        return _bounded(eve, room, envelope)
    long_ride = _long_ride_day(others, room)
    hard = [kind for kind in needs.quality if kind.is_hard]
    medium = [kind for kind in needs.quality if not kind.is_hard]
    for placed in _hard_placements(others, long_ride, hard, room, needs, envelope):
        types = eve | placed
        types.setdefault(long_ride, WorkoutType.ENDURANCE)
        free = [day for day in days if day not in types]
        for kind in medium:
            if not free:
                return None
            day = _best_medium_day(kind, free, room)
            types[day] = kind
            free.remove(day)
        if WorkoutType.RECOVERY not in types.values() and (needs.recovery_ride or len(days) == MAX_TRAINING_DAYS):
            if not free:
                return None
            day = _recovery_day(free, types, room)
            types[day] = WorkoutType.RECOVERY
            free.remove(day)
        types |= dict.fromkeys(free, WorkoutType.ENDURANCE)
        if (layout := _bounded(types, room, envelope)) is not None:
            return layout
    return None


def _bounded(
    types: Mapping[Weekday, WorkoutType], room: Mapping[Weekday, int], envelope: Envelope
) -> WeekLayout | None:
    days = sorted(types, key=lambda day: day.position)
    bounds = tuple(b for day in days if (b := envelope.bounds(types[day], day, room[day])) is not None)
    return WeekLayout(bounds) if len(bounds) == len(days) else None


def _long_ride_day(days: Sequence[Weekday], room: Mapping[Weekday, int]) -> Weekday:
    """The weekend day with the most room, Saturday where both have as much; else the day with the most room.

    A weekend day of less than an hour is not one for a long ride.
    """
    candidates = [day for day in days if day.is_weekend and room[day] >= LONG_RIDE_ROOM_MIN] or list(days)
    return max(candidates, key=lambda day: (room[day], DAY_PREFERENCE[day]))


def _hard_placements(
    days: Sequence[Weekday],
    long_ride: Weekday,
    hard: Sequence[WorkoutType],
    room: Mapping[Weekday, int],
    needs: WeekNeeds,
    envelope: Envelope,
) -> list[dict[Weekday, WorkoutType]]:
    """Every allowed way to place the hard sessions, the best first."""
    open_days = [day for day in days if day is not long_ride]
    placements: list[dict[Weekday, WorkoutType]] = []
    for chosen in combinations(open_days, len(hard)):
        if not _spaced(chosen, prior_sunday_hard=needs.prior_sunday_hard):
            continue
        orders = sorted(set(permutations(hard)), key=lambda kinds: [hard.index(kind) for kind in kinds])
        placements += [dict(zip(chosen, kinds, strict=True)) for kinds in orders]
    return sorted(placements, key=lambda placement: -_placement_score(placement, long_ride, room, envelope))


def _spaced(days: Sequence[Weekday], *, prior_sunday_hard: bool) -> bool:
    if prior_sunday_hard and Weekday.MONDAY in days:
        return False
    return all(b.position - a.position > 1 for a, b in pairwise(days))


def _placement_score(
    placement: Mapping[Weekday, WorkoutType], long_ride: Weekday, room: Mapping[Weekday, int], envelope: Envelope
) -> float:
    days = sorted(placement, key=lambda day: day.position)
    gaps = [(b.position - a.position) % len(Weekday) for a, b in pairwise([*days, *days[:1]])] if len(days) > 1 else []
    score = HARD_GAP_BONUS * min(gaps, default=0)
    for day, kind in placement.items():
        score += HARD_WEEKDAY_BONUS * (not day.is_weekend)
        score -= AFTER_LONG_RIDE_COST * (day.position - long_ride.position == 1)
        bounds = envelope.bounds(kind, day, room[day])
        natural = envelope.profile(kind, day).target
        score -= CAP_BELOW_PROFILE_COST * (bounds is None or bounds.longest < natural)
    return score


def _best_medium_day(kind: WorkoutType, free: Sequence[Weekday], room: Mapping[Weekday, int]) -> Weekday:
    """Mixed rides go to the weekend, tempo to the working week, both where there is room."""
    wants_weekend = kind is WorkoutType.MIXED
    return max(free, key=lambda day: (day.is_weekend is wants_weekend, room[day], DAY_PREFERENCE[day]))


def _recovery_day(
    free: Sequence[Weekday], types: Mapping[Weekday, WorkoutType], room: Mapping[Weekday, int]
) -> Weekday:
    """A day after a hard or long day where one is free, the one with the least room first."""

    def rank(day: Weekday) -> tuple[bool, int, float]:
        before = types.get(list(Weekday)[day.position - 1])
        return (before is None, room[day], DAY_PREFERENCE[day])

    return min(free, key=rank)
