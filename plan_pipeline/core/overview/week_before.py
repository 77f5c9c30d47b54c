"""What one week leaves to the next: days that are easy after long rides, and distance from the last hard day."""

from collections.abc import Sequence
from typing import NamedTuple

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.hardness import DayTotal, why_easy_after
from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.envelope import Envelope
from plan_pipeline.core.model.vocabulary import Phase, Weekday

NEARLY = 0.93
"""A day that comes so near to a limit by what it is planned to hold is counted as over it: lengths still move."""


class WeekBefore(NamedTuple):
    """What a week leaves to the next: its last days' minutes and load, and how long ago the last hard day was.

    ``taper_min`` and ``taper_km`` are what a week of a taper has where the next is to have no more.
    """

    days: tuple[DayTotal, ...]
    since_hard: int
    taper_min: int | None = None
    taper_km: float | None = None

    @classmethod
    def of(
        cls,
        spread: Sequence[DurationAllocation],
        phase: Phase,
        envelope: Envelope,
        hard_long_day: Weekday | None = None,
    ) -> "WeekBefore":
        """What a week leaves whose minutes are spread so.

        Its long session may be a hard day as well, and asks for one easy day more after it.
        """
        hard = [day.weekday.position for day in spread if day.workout_type.is_demanding or day.weekday is hard_long_day]
        tiring = hard_long_day is not None and bool(hard) and max(hard) == hard_long_day.position
        since_hard = len(Weekday) - max(hard) - tiring if hard else len(Weekday) + 2
        return cls(_totals(spread, phase, envelope), since_hard)

    def tired_days(
        self, spread: Sequence[DurationAllocation], phase: Phase, envelope: Envelope, config: PlanningConfig
    ) -> frozenset[Weekday]:
        """The demanding days of the next week that would follow too long a ride, or too long two days."""
        demanding = [day.weekday for day in spread if day.workout_type.is_demanding]
        if not demanding:
            return frozenset()
        days = (*self.days, *_totals(spread, phase, envelope))
        found = set()
        for weekday in demanding:
            at = len(self.days) + weekday.position
            if why_easy_after(days[max(0, at - 2) : at], config.content.hardness) is not None:
                found.add(weekday)
        return frozenset(found)


NOTHING_BEFORE = WeekBefore((), len(Weekday) + 2)

_AT_REST = DayTotal(0.0, 0.0)


def _totals(spread: Sequence[DurationAllocation], phase: Phase, envelope: Envelope) -> tuple[DayTotal, ...]:
    """Minutes and typical load of each of the seven days, a little more than planned: lengths still move."""
    totals = [_AT_REST] * len(Weekday)
    for day in spread:
        tss = envelope.typical_tss(day.workout_type, phase, day.target_min)
        totals[day.weekday.position] = DayTotal(day.target_min / NEARLY, tss / NEARLY)
    return tuple(totals)
