"""Which days and key sessions a week may have, and what each choice gives up."""

from collections import deque
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from heapq import heappop, heappush, heapreplace
from typing import NamedTuple

from plan_pipeline.core.model.vocabulary import Constraint, CourseProfile, Phase, Weekday, WeekType, WorkoutType
from plan_pipeline.core.overview.key_sessions import key_sessions
from plan_pipeline.core.overview.race_days import RaceDay
from plan_pipeline.core.overview.season import WeekSlot
from plan_pipeline.core.purpose.purpose import Purpose

DAY_COST = 3.0
QUALITY_COSTS = (12.0, 6.0, 4.0)
LONGER_QUALITY_COST = 2.5
NO_TEST_COST = 5.0
"""What a choice gives up, in one currency: a day more or less than preferred, a key session dropped (the first, the
second, any other), one made longer so that it holds its work in a long ride, a test put off."""


BESIDE_HARD_LONG = 1
"""Key sessions in a week whose long session is one as well."""


class Choice(NamedTuple):
    """Training days and key sessions that a week may have; with ``is_soft`` days before an event lose theirs."""

    given_up: float
    days: int
    quality: tuple[WorkoutType, ...]
    is_soft: bool


class WeekChoices:
    """The choices for the weeks of one plan; ``hard_long`` are those whose long session is a key session as well."""

    def __init__(
        self,
        purpose: Purpose,
        slots: Sequence[WeekSlot],
        race: Mapping[int, Mapping[Weekday, RaceDay]],
        types: Container[WorkoutType],
        hard_long: Collection[int] = (),
    ) -> None:
        self._purpose = purpose
        self._slots = slots
        self._race = race
        self._types = types
        self._hard_long = hard_long
        self._wanted: dict[tuple[int, int, bool], tuple[WorkoutType, ...]] = {}

    def most_days(self, slot: WeekSlot) -> int:
        """Training days that a week may have."""
        raced = len(self._purpose.request.events_in(slot.number)) if self._purpose.tier is not None else 0
        return min(len(slot.days), max(self._purpose.most_training_days - raced, 1))

    def of(self, slot: WeekSlot, preferred_days: int, least_days: int, *, has_test: bool) -> Iterator[Choice]:
        """What a week may have, the least given up first; what nobody comes to is not worked out."""
        softer = (False, True) if self._race[slot.number] else (False,)
        by_cost = sorted(
            (DAY_COST * abs(days - preferred_days), days)
            for days in range(max(1, least_days), self.most_days(slot) + 1)
        )
        waiting = deque(by_cost)
        begun: list[tuple[float, int, bool, Choice, Iterator[Choice]]] = []
        while begun or waiting:
            while waiting and (not begun or waiting[0][0] <= begun[0][0]):
                cost, days = waiting.popleft()
                for is_soft in softer:
                    choices = self._with_days(slot, days, cost, is_soft, has_test)
                    first = next(choices)
                    heappush(begun, (first.given_up, days, is_soft, first, choices))
            _, days, is_soft, choice, choices = begun[0]
            yield choice
            following = next(choices, None)
            if following is None:
                heappop(begun)
            else:
                heapreplace(begun, (following.given_up, days, is_soft, following, choices))

    def _with_days(self, slot: WeekSlot, days: int, given_up: float, is_soft: bool, has_test: bool) -> Iterator[Choice]:
        for lost, quality in self._quality(slot, days, has_test):
            yield Choice(given_up + lost + is_soft * sum(QUALITY_COSTS), days, quality, is_soft)

    def _quality(self, slot: WeekSlot, days: int, has_test: bool) -> Iterator[tuple[float, tuple[WorkoutType, ...]]]:
        """Key sessions that a week of so many days may have, with what each choice gives up."""
        race = self._race[slot.number]
        if slot.week_type is WeekType.EVENT:
            yield 0.0, ()
            return
        hard_before_event = sum(each.workout_type.is_demanding for each in race.values())
        wanted = self._key_sessions(slot, days, has_test=has_test)
        if hard_before_event:
            level = self._purpose.level_in(slot.number)
            most = level.most_hard_days(slot.number, slot.share * self._purpose.hours, days) - hard_before_event
            wanted = wanted[: max(most, 0)]
        if slot.week_type is WeekType.TAPER and len(slot.days) - len(race) < 2:
            wanted = ()
        room = max(1, days - self._purpose.config.week.days.easy_days) if days > 3 else max(days - 1, 1)
        yield from self._kept(slot, wanted[:room])
        if WorkoutType.TEST in wanted and slot.load_week is not None:
            untested = self._key_sessions(slot, days, has_test=False)
            yield from ((lost + NO_TEST_COST, kept) for lost, kept in self._kept(slot, untested[:room]))

    def _kept(self, slot: WeekSlot, wanted: tuple[WorkoutType, ...]) -> Iterator[tuple[float, tuple[WorkoutType, ...]]]:
        """Ever fewer of the key sessions; each number of them also with one made longer, or softer in a taper."""
        for kept in range(len(wanted), -1, -1):
            lost = sum(QUALITY_COSTS[min(i, len(QUALITY_COSTS) - 1)] for i in range(kept, len(wanted)))
            yield lost, wanted[:kept]
            is_whole_taper = kept == len(wanted) > 0 and slot.week_type is WeekType.TAPER
            if is_whole_taper and self._purpose.sport.parts.brisk in self._types:
                yield LONGER_QUALITY_COST, (self._purpose.sport.parts.brisk,)
            for i in range(kept):
                if wanted[i].is_demanding and wanted[i] is not WorkoutType.TEST and self._has_mixed(slot.number):
                    longer = (*wanted[:i], self._purpose.sport.parts.varied, *wanted[i + 1 : kept])
                    yield lost + LONGER_QUALITY_COST, longer

    def _key_sessions(self, slot: WeekSlot, days: int, *, has_test: bool) -> tuple[WorkoutType, ...]:
        if self._purpose.walks_in(slot.number):
            return ()
        level, hours = self._purpose.level_in(slot.number), slot.share * self._purpose.hours
        raced = len(self._purpose.request.events_in(slot.number))
        taken = raced + (slot.number in self._hard_long)
        most = max(level.most_hard_days(slot.number, hours, days) - taken, has_test)
        key = (slot.number, most, has_test)
        if key not in self._wanted:
            earlier = self._slots[: slot.number - 1]
            in_phase = sum(other.phase_plan is slot.phase_plan for other in earlier if other.load_week is not None)
            wanted = key_sessions(self._purpose, slot, in_phase, most, self._types, has_test=has_test)
            wanted = self._on_course(slot, wanted)
            self._wanted[key] = wanted[: BESIDE_HARD_LONG if slot.number in self._hard_long else None]
        return self._wanted[key]

    def _on_course(self, slot: WeekSlot, wanted: tuple[WorkoutType, ...]) -> tuple[WorkoutType, ...]:
        """Before a hilly race hills are the second key session in every other load week of the build."""
        has_hills = (
            Constraint.NO_HILLS not in self._purpose.request.all_constraints and WorkoutType.HILLS in self._types
        )
        is_hilly = self._purpose.profile is CourseProfile.HILLY and slot.phase is Phase.BUILD
        if not (is_hilly and has_hills and slot.load_week is not None and slot.load_week % 2 and len(wanted) > 1):
            return wanted
        return (wanted[0], WorkoutType.HILLS, *wanted[2:]) if WorkoutType.TEST not in wanted[:2] else wanted

    def _has_mixed(self, number: int) -> bool:
        level = self._purpose.level_in(number)
        is_early = any(number <= onset.until_week for onset in level.first_weeks)
        return self._purpose.sport.parts.varied in self._types and not is_early
