"""What the rules measure: a plan's weeks, worked out once, day by day.

What counts is what the athlete is given to do, not what a week aimed at. A ride that is optional takes its day and its
place under the day's cap; it is left out of minutes, load and intensity, as it is out of the week's totals.
"""

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import NamedTuple

from plan_pipeline.core.load_over_time import IntensityMinutes, RideMeasures, ride_measures
from plan_pipeline.core.model.plan import PlanWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Weekday, WeekType, WorkoutType

DAYS = tuple(Weekday)


class DayView(NamedTuple):
    """One day. ``hard`` is what makes it a hard day, if anything does. ``taken_min`` counts an optional ride,
    ``minutes`` and ``tss`` do not.
    """

    weekday: Weekday
    kinds: tuple[WorkoutType, ...]
    hard: WorkoutType | None
    taken_min: float
    minutes: float
    tss: float


class WeekView(NamedTuple):
    """One week. ``rides`` are the measures of its workouts, in their order.

    ``open_days`` are the days before the event: 7, and fewer in the week that holds it. ``longest_min`` is the
    longest ride on them.
    """

    week: PlanWeek
    number: int
    open_days: int
    days: tuple[DayView, ...]
    rides: tuple[RideMeasures, ...]
    minutes: float
    tss: float
    longest_min: float
    intensity: IntensityMinutes

    @property
    def trained(self) -> list[DayView]:
        return [day for day in self.days if day.kinds]

    @property
    def is_load(self) -> bool:
        return self.week.week_type is WeekType.LOAD


class PlanView(NamedTuple):
    """A request and the weeks that were made for it."""

    request: PlanRequest
    weeks: tuple[WeekView, ...]

    def block_before(self, week: WeekView) -> tuple[WeekView, ...]:
        """The load weeks of the last block before a week."""
        before = [earlier for earlier in self.weeks if earlier.number < week.number]
        while before and not before[-1].is_load:
            before.pop()
        block = list(takewhile(lambda earlier: earlier.is_load, reversed(before)))
        return tuple(reversed(block))


def view_of(request: PlanRequest, weeks: Iterable[PlanWeek]) -> PlanView:
    """Measure the weeks of a plan."""
    return PlanView(request, tuple(_week_view(week, _open_days(request, week)) for week in weeks))


def _open_days(request: PlanRequest, week: PlanWeek) -> int:
    event = request.event_weekday
    return len(DAYS) if event is None or week.week_number != request.total_weeks else event.position


def _week_view(week: PlanWeek, open_days: int) -> WeekView:
    rides = tuple([ride_measures(workout.segments) for workout in week.workouts])
    counted = [ride for ride, workout in zip(rides, week.workouts, strict=True) if not workout.optional]
    lengths = [
        ride.minutes
        for ride, workout in zip(rides, week.workouts, strict=True)
        if workout.type is not WorkoutType.STRENGTH and workout.weekday.position < open_days
    ]
    return WeekView(
        week=week,
        number=week.week_number,
        open_days=open_days,
        days=_days_of(week, rides),
        rides=rides,
        minutes=sum([ride.minutes for ride in counted]),
        tss=sum([ride.tss for ride in counted]),
        longest_min=max(lengths, default=0.0),
        intensity=IntensityMinutes(*map(sum, zip(*[ride.intensity for ride in counted], strict=True))),
    )


def _days_of(week: PlanWeek, rides: Sequence[RideMeasures]) -> tuple[DayView, ...]:
    kinds: dict[Weekday, list[WorkoutType]] = {
        day.weekday: [] if day.workout_type is WorkoutType.REST else [day.workout_type] for day in week.training_days
    }
    taken, minutes, tss = ([0.0] * len(DAYS) for _ in range(3))
    for workout, ride in zip(week.workouts, rides, strict=True):
        position = workout.weekday.position
        if workout.type not in kinds[workout.weekday]:
            kinds[workout.weekday].append(workout.type)
        taken[position] += ride.minutes
        if not workout.optional:
            minutes[position] += ride.minutes
            tss[position] += ride.tss
    return tuple(
        [
            DayView(
                weekday,
                tuple(of_day),
                next((kind for kind in of_day if kind.is_hard), None) if of_day else None,
                taken[i],
                minutes[i],
                tss[i],
            )
            for i, (weekday, of_day) in enumerate(kinds.items())
        ]
    )
