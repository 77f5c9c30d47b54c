"""What the rules measure: a plan's weeks, worked out once, day by day.

What counts is what the athlete is given to do, not what a week aimed at. A ride that is optional takes its day and its
place under the day's cap; it is left out of minutes, load and intensity, as it is out of the week's totals.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from plan_pipeline.core.adding import added
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.bands import BandMinutes, sum_of_bands
from plan_pipeline.core.content.runs import km_of
from plan_pipeline.core.load_over_time import IntensityMinutes
from plan_pipeline.core.model.plan import BandMinutes as AskedMinutes
from plan_pipeline.core.model.plan import PlanWeek, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Weekday, WeekType, WorkoutType
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.purpose.purpose import Purpose, purpose_of
from plan_pipeline.core.rules.session_view import SessionView, session_view
from plan_pipeline.core.sports.sport import SportRecord

DAYS = tuple(Weekday)

A_RACE = "a race"


class RideView(NamedTuple):
    """One workout, and what its segments say of it; ``km`` are a runner's, and 0 of what is not run."""

    workout: Workout
    session: SessionView
    minutes: float
    tss: float
    km: float = 0.0

    @property
    def is_on_bike(self) -> bool:
        return self.workout.type is not WorkoutType.STRENGTH

    @property
    def is_test(self) -> bool:
        return self.workout.type is WorkoutType.TEST

    @property
    def is_run(self) -> bool:
        return self.km > 0


class DayView(NamedTuple):
    """One day. ``position`` counts the days of the plan from 0. ``hard`` is what makes it a hard day, if anything does.

    ``taken_min`` counts an optional ride, ``minutes`` and ``tss`` do not. On a day of a ``race`` on the way the race
    is what is hard, and nothing is known of its load.
    """

    position: int
    weekday: Weekday
    kinds: tuple[WorkoutType, ...]
    hard: str | None
    taken_min: float
    minutes: float
    tss: float
    rides: tuple[RideView, ...]
    is_race: bool

    @property
    def is_run(self) -> bool:
        """Whether there is a run on it, or a race."""
        return self.is_race or any(ride.is_run for ride in self.rides)


class WeekView(NamedTuple):
    """One week. ``rides`` are its workouts, in their order.

    ``open_days`` are the days before the event: 7, and fewer in the week that holds it. ``longest_min`` is the
    longest ride on them. ``is_disturbed`` by time off, or by a race on the way, for which a week is lighter.
    """

    week: PlanWeek
    number: int
    open_days: int
    days: tuple[DayView, ...]
    rides: tuple[RideView, ...]
    minutes: float
    tss: float
    longest_min: float
    intensity: IntensityMinutes
    bands: BandMinutes
    is_disturbed: bool
    km: float = 0.0

    @property
    def trained(self) -> list[DayView]:
        return [day for day in self.days if day.kinds]

    @property
    def is_tested(self) -> bool:
        """Whether a test is in it."""
        return any(workout.type is WorkoutType.TEST for workout in self.week.workouts)

    @property
    def is_load(self) -> bool:
        return self.week.week_type is WeekType.LOAD

    @property
    def is_taper(self) -> bool:
        return self.week.week_type.is_taper


@dataclass(frozen=True)
class PlanView:
    """A request, the weeks that were made for it, and the planning configuration that they are held against."""

    request: PlanRequest
    weeks: tuple[WeekView, ...]
    config: PlanningConfig
    purpose: Purpose

    @property
    def sport(self) -> SportRecord:
        """What the sport of the plan is like."""
        return self.purpose.sport

    @cached_property
    def days(self) -> tuple[DayView, ...]:
        """The days of all weeks, in order."""
        return tuple(day for week in self.weeks for day in week.days)

    @cached_property
    def load_weeks(self) -> tuple[WeekView, ...]:
        return tuple(week for week in self.weeks if week.is_load)

    @cached_property
    def asked(self) -> tuple[tuple[AskedMinutes, ...], ...]:
        """What the goal asks of each load week, minutes in bands."""
        count = len(self.load_weeks)
        return tuple(
            [
                self.purpose.week_minutes(i, count, week.number, is_tested=week.is_tested)
                for i, week in enumerate(self.load_weeks)
            ]
        )

    @cached_property
    def event_position(self) -> int | None:
        """The day of the event, counted as ``DayView.position`` is."""
        event = self.request.event_weekday
        return None if event is None else (self.request.total_weeks - 1) * len(DAYS) + event.position

    @cached_property
    def before_event(self) -> tuple[DayView, ...]:
        """The days before the event, in order; of a plan without one all."""
        return self.days if self.event_position is None else self.days[: self.event_position]

    def week_of(self, day: DayView) -> int:
        """The number of the week that holds a day."""
        return day.position // len(DAYS) + 1

    def block_before(self, week: WeekView) -> tuple[WeekView, ...]:
        """The load weeks of the last block before a week."""
        before = [earlier for earlier in self.weeks if earlier.number < week.number]
        while before and not before[-1].is_load:
            before.pop()
        block = list(takewhile(lambda earlier: earlier.is_load, reversed(before)))
        return tuple(reversed(block))


def view_of(request: PlanRequest, weeks: Iterable[PlanWeek], config: PlanningConfig) -> PlanView:
    """Measure the weeks of a plan."""
    purpose = purpose_of(request, config)
    measured = tuple([_week_view(request, week, purpose) for week in weeks])
    return PlanView(request, measured, config, purpose)


def _open_days(request: PlanRequest, week: PlanWeek) -> int:
    event = request.event_weekday
    return len(DAYS) if event is None or week.week_number != request.total_weeks else event.position


def _week_view(request: PlanRequest, week: PlanWeek, purpose: Purpose) -> WeekView:
    open_days, runner = _open_days(request, week), _runner_of(request)
    rides = tuple([_ride_view(workout, purpose, runner) for workout in week.workouts])
    counted = [ride.session for ride in rides if not ride.workout.optional]
    lengths = [ride.minutes for ride in rides if ride.is_on_bike and ride.workout.weekday.position < open_days]
    races = {event.weekday for event in request.events_in(week.week_number)} if request.events else set()
    return WeekView(
        week=week,
        number=week.week_number,
        open_days=open_days,
        days=_days_of(week, rides, races),
        rides=rides,
        minutes=added([session.content.minutes for session in counted]),
        tss=added([session.content.tss for session in counted]),
        longest_min=max(lengths, default=0.0),
        intensity=IntensityMinutes(*map(sum, zip(*[session.intensity for session in counted], strict=True))),
        bands=sum_of_bands([session.content.bands for session in counted]),
        is_disturbed=bool(races) or _is_disturbed(request, week.week_number),
        km=added([ride.km for ride in rides if not ride.workout.optional]),
    )


def _runner_of(request: PlanRequest) -> Runner | None:
    """The athlete as a runner, where the request says how fast that is."""
    athlete = request.athlete_profile
    return None if athlete.threshold_pace is None and athlete.recent_race is None else athlete.runner


def _ride_view(workout: Workout, purpose: Purpose, runner: Runner | None) -> RideView:
    session = session_view(workout.segments, workout.type, purpose.experience, purpose.config)
    is_run = runner is not None and workout.type not in purpose.sport.unmeasured
    km = km_of(workout.segments, runner) if is_run and runner else 0.0
    return RideView(workout, session, session.content.minutes, session.content.tss, km)


def _is_disturbed(request: PlanRequest, week_number: int) -> bool:
    """By time off, or by a race in the first days of the next week."""
    return bool(request.days_off(week_number) or (request.events and request.events_in(week_number + 1)))


def _days_of(week: PlanWeek, rides: Sequence[RideView], races: Set[Weekday]) -> tuple[DayView, ...]:
    kinds: dict[Weekday, tuple[WorkoutType, ...]] = {
        day.weekday: () if day.workout_type is WorkoutType.REST else (day.workout_type,) for day in week.training_days
    }
    ridden: dict[Weekday, tuple[RideView, ...]] = {}
    taken, minutes, tss = ([0.0] * len(DAYS) for _ in range(3))
    for ride in rides:
        workout, weekday = ride.workout, ride.workout.weekday
        position = weekday.position
        if workout.type not in kinds[weekday]:
            kinds[weekday] += (workout.type,)
        ridden[weekday] = (*ridden.get(weekday, ()), ride)
        taken[position] += ride.minutes
        if not workout.optional:
            minutes[position] += ride.minutes
            tss[position] += ride.tss
    first = (week.week_number - 1) * len(DAYS)
    return tuple(
        [
            DayView(
                first + i,
                weekday,
                kinds[weekday],
                A_RACE if weekday in races else _hard(ridden.get(weekday, ())),
                taken[i],
                minutes[i],
                tss[i],
                ridden.get(weekday, ()),
                weekday in races,
            )
            for i, weekday in enumerate(DAYS)
        ]
    )


def _hard(rides: Sequence[RideView]) -> str | None:
    return next((ride.session.hard for ride in rides if ride.session.hard), None)
