"""Which days of a week train, and what each is for, so that caps, spacing and the week's minutes hold."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, groupby, pairwise, permutations
from typing import NamedTuple

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.envelope import KEPT_ENVELOPES, DayBounds, Envelope
from plan_pipeline.core.limits import SHORTEST_SESSION_MIN
from plan_pipeline.core.model.vocabulary import Weekday, WorkoutType
from plan_pipeline.core.sports.records import record_of

Caps = tuple[tuple[Weekday, int], ...]
"""The minutes of every day that can be trained on, Monday first."""

TEST_DAY_BONUS = 3.0
TEST_DAYS = frozenset({Weekday.THURSDAY, Weekday.SATURDAY})
HARD_BEFORE_TEST_COST = 3.0
"""A test is best on a Thursday or Saturday, with two easy days before it."""


class WeekNeeds(NamedTuple):
    """What a week asks of its days. ``quality`` lists the sessions wanted, the most important first.

    ``given`` says what some days are for if they are trained, ``needed`` which days are trained in any case, ``easy``
    which hold nothing demanding, and ``quiet`` which nothing above endurance. ``since_hard`` is how many days before
    Monday the last hard day was. ``has_long`` says that one of the given days is the long one by another name.
    """

    days: int
    quality: tuple[WorkoutType, ...] = ()
    recovery_ride: bool = False
    given: tuple[tuple[Weekday, WorkoutType], ...] = ()
    needed: frozenset[Weekday] = frozenset()
    easy: frozenset[Weekday] = frozenset()
    quiet: frozenset[Weekday] = frozenset()
    since_hard: int = 9
    days_between_hard: int = 1
    has_long: bool = False


class WeekLayout(NamedTuple):
    """The training days of a week with what each can have, Monday first."""

    days: tuple[DayBounds, ...]


class WeekLayouts:
    """Lays out weeks for one library and configuration; every layout is found once a process."""

    def __init__(self, envelope: Envelope, config: PlanningConfig) -> None:
        self._envelope = envelope
        self._settings = config.week.days
        self._types = record_of(config.sport).parts
        self._least_room_min = config.week.long_ride.least_room_min
        self._known: dict[tuple[Caps, WeekNeeds], WeekLayout | None] = {}
        self._ranked: dict[tuple[Caps, int], tuple[tuple[Weekday, ...], ...]] = {}

    def lay_out(self, caps: Mapping[Weekday, int], needs: WeekNeeds) -> WeekLayout | None:
        """Place a week's sessions, or ``None`` if they cannot be placed.

        Demanding sessions keep their distance from each other and from those of the week before; the long ride takes
        the day it is given, else the weekend day with the most room; six days always include a recovery ride.
        """
        key = (tuple(sorted(caps.items(), key=lambda item: item[0].position)), needs)
        if key not in self._known:
            self._known[key] = self._laid_out(*key)
        return self._known[key]

    def _laid_out(self, caps: Caps, needs: WeekNeeds) -> WeekLayout | None:
        room = {day: cap for day, cap in caps if cap >= SHORTEST_SESSION_MIN}
        if needs.days > min(len(room), self._settings.most_training_days) or not needs.needed <= room.keys():
            return None
        for days in self._subsets(tuple(room.items()), needs.days):
            if needs.needed <= set(days) and (layout := self._assign(days, room, needs)) is not None:
                return layout
        return None

    def _subsets(self, room: Caps, number: int) -> tuple[tuple[Weekday, ...], ...]:
        """Every choice of so many days, the best first."""
        if (room, number) not in self._ranked:
            caps = dict(room)
            chosen = combinations(caps, number)
            self._ranked[room, number] = tuple(sorted(chosen, key=lambda days: (-self._score_of(days, caps), days)))
        return self._ranked[room, number]

    def _score_of(self, days: Sequence[Weekday], room: Mapping[Weekday, int]) -> float:
        settings = self._settings
        capped = sum(max(0.0, settings.usual_min - room[day]) / settings.usual_min for day in days)
        runs = groupby(enumerate(days), key=lambda place: place[1].position - place[0])
        longest_run = max((len(list(run)) for _, run in runs), default=0)
        return (
            sum(settings.preference[day] for day in days)
            - settings.capped_day_cost * capped
            + settings.weekend_bonus * any(day.is_weekend for day in days)
            - settings.run_cost * max(0, longest_run - 3)
        )

    def _assign(self, days: Sequence[Weekday], room: Mapping[Weekday, int], needs: WeekNeeds) -> WeekLayout | None:
        given = {day: kind for day, kind in needs.given if day in days}
        others = [day for day in days if day not in given]
        long_ride = next((day for day, kind in given.items() if kind is self._types.long and day in needs.needed), None)
        if long_ride is None and not needs.has_long and others and not any(day.is_weekend for day in given):
            long_ride = self._long_ride_day(others, room)
        demanding = [kind for kind in needs.quality if kind.is_demanding]
        medium = [kind for kind in needs.quality if not kind.is_demanding]
        open_days = [day for day in others if day not in needs.easy | needs.quiet and day is not long_ride]
        for placed in self._placements(open_days, given, long_ride, demanding, room, needs):
            types = given | placed
            if long_ride is not None:
                types.setdefault(long_ride, self._types.long)
            if (layout := self._filled(types, days, medium, room, needs)) is not None:
                return layout
        return None

    def _filled(
        self,
        types: dict[Weekday, WorkoutType],
        days: Sequence[Weekday],
        medium: Iterable[WorkoutType],
        room: Mapping[Weekday, int],
        needs: WeekNeeds,
    ) -> WeekLayout | None:
        """The week with its lighter sessions placed and all other days easy."""
        free = [day for day in days if day not in types]
        for kind in medium:
            fit = [day for day in free if day not in needs.quiet]
            if not fit:
                return None
            day = max(
                fit,
                key=lambda day: (day not in needs.easy, not day.is_weekend, room[day], self._settings.preference[day]),
            )
            types[day] = kind
            free.remove(day)
        is_full = len(days) == self._settings.most_training_days
        if self._types.recovery not in types.values() and (needs.recovery_ride or is_full):
            if not free:
                return None
            day = self._recovery_day(free, types, room)
            types[day] = self._types.recovery
            free.remove(day)
        types |= dict.fromkeys(free, self._types.easy)
        in_order = sorted(types, key=lambda day: day.position)
        bounds = [self._envelope.bounds(types[day], day, room[day]) for day in in_order]
        found = tuple(each for each in bounds if each is not None)
        return WeekLayout(found) if len(found) == len(in_order) else None

    def _long_ride_day(self, days: Sequence[Weekday], room: Mapping[Weekday, int]) -> Weekday:
        """The weekend day with the most room, Sunday where both have as much; else the day with the most room."""
        candidates = [day for day in days if day.is_weekend and room[day] >= self._least_room_min] or list(days)
        return max(candidates, key=lambda day: (room[day], self._settings.preference[day], day.position))

    def _placements(
        self,
        open_days: Sequence[Weekday],
        given: Mapping[Weekday, WorkoutType],
        long_ride: Weekday | None,
        demanding: Sequence[WorkoutType],
        room: Mapping[Weekday, int],
        needs: WeekNeeds,
    ) -> list[dict[Weekday, WorkoutType]]:
        """Every allowed way to place the demanding sessions, the best first."""
        already = [day for day, kind in given.items() if kind.is_demanding]
        found: list[dict[Weekday, WorkoutType]] = []
        for chosen in combinations(open_days, len(demanding)):
            if _spaced([*already, *chosen], needs):
                orders = sorted(set(permutations(demanding)), key=lambda kinds: [demanding.index(k) for k in kinds])
                found += [dict(zip(chosen, kinds, strict=True)) for kinds in orders]
        return sorted(found, key=lambda placement: -self._placement_score(placement, long_ride, room))

    def _placement_score(
        self, placement: Mapping[Weekday, WorkoutType], long_ride: Weekday | None, room: Mapping[Weekday, int]
    ) -> float:
        settings = self._settings
        days = sorted(placement, key=lambda day: day.position)
        gaps = (
            [(b.position - a.position) % len(Weekday) for a, b in pairwise([*days, *days[:1]])] if len(days) > 1 else []
        )
        score = settings.hard_gap_bonus * min(gaps, default=0)
        for day, kind in placement.items():
            score += settings.hard_weekday_bonus * (not day.is_weekend)
            if long_ride is not None:
                score -= settings.after_long_ride_cost * ((day.position - long_ride.position) % len(Weekday) == 1)
                score += settings.hard_before_long_bonus * (day.is_weekend and long_ride.position - day.position == 1)
            bounds = self._envelope.bounds(kind, day, room[day])
            natural = self._envelope.profile(kind, day).target
            score -= settings.cap_below_ordinary_cost * (bounds is None or bounds.longest < natural)
            if kind is WorkoutType.TEST:
                score += TEST_DAY_BONUS * (day in TEST_DAYS)
                score -= HARD_BEFORE_TEST_COST * any(0 < day.position - other.position <= 2 for other in days)
        return score

    def _recovery_day(
        self, free: Sequence[Weekday], types: Mapping[Weekday, WorkoutType], room: Mapping[Weekday, int]
    ) -> Weekday:
        """A day after a hard or long day where one is free, the one with the least room first."""

        def rank(day: Weekday) -> tuple[bool, int, float]:
            before = types.get(list(Weekday)[day.position - 1])
            return (before is None, room[day], self._settings.preference[day])

        return min(free, key=rank)


@lru_cache(maxsize=KEPT_ENVELOPES)
def layouts_of(envelope: Envelope, config: PlanningConfig) -> WeekLayouts:
    """The layouts for what a library can deliver and a configuration, kept for all plans of a process."""
    return WeekLayouts(envelope, config)


def _spaced(hard: Iterable[Weekday], needs: WeekNeeds) -> bool:
    """Whether demanding days keep their distance, from that of the week before included."""
    positions = sorted(day.position for day in hard)
    if positions and positions[0] + needs.since_hard <= needs.days_between_hard:
        return False
    return all(later - earlier > needs.days_between_hard for earlier, later in pairwise(positions))
