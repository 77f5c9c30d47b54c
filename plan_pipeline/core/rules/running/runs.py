"""What rules measure of runs: their kilometres in order, a week's long run, and the work that is in it."""

from collections.abc import Iterator
from typing import NamedTuple

from plan_pipeline.core.model.events import Event
from plan_pipeline.core.model.vocabulary import ExperienceLevel, Weekday
from plan_pipeline.core.rules.plan_view import DAYS, PlanView, RideView, WeekView

METRES_A_KM = 1000


class Run(NamedTuple):
    """A run of a plan or a race on the way, by the day of the plan that it is on."""

    position: int
    weekday: Weekday
    km: float
    is_race: bool

    @property
    def week(self) -> int:
        return self.position // len(DAYS) + 1


def runs_of(plan: PlanView) -> tuple[Run, ...]:
    """All runs and the races of known distance before the event, in the order of their days."""
    found = [
        Run(day.position, day.weekday, ride.km, is_race=False) for day in plan.days for ride in day.rides if ride.is_run
    ]
    return tuple(sorted([*found, *_races(plan)], key=lambda run: run.position))


def _races(plan: PlanView) -> Iterator[Run]:
    for week in plan.weeks if plan.request.events else ():
        for event in plan.request.events_in(week.number):
            position = (week.number - 1) * len(DAYS) + event.weekday.position
            yield Run(position, event.weekday, race_km(plan, event), is_race=True)


def race_km(plan: PlanView, event: Event) -> float:
    """Kilometres of a race, as it says or as its type has them; 0 where neither does."""
    if event.distance_km is not None:
        return event.distance_km
    kind = plan.config.event(event.type) if event.type else None
    return kind.race.metres / METRES_A_KM if kind and kind.race else 0.0


def long_run_of(week: WeekView) -> RideView | None:
    """The longest run of a week, where it has any."""
    runs = [ride for ride in week.rides if ride.is_run and not ride.workout.optional]
    return max(runs, key=lambda ride: ride.km, default=None)


def long_quality_of(week: WeekView, long_from_min: float) -> RideView | None:
    """The long run of a week where it is a hard session as well."""
    run = long_run_of(week)
    return run if run and run.minutes >= long_from_min and run.session.hard else None


def is_careful(plan: PlanView, after_age: int) -> bool:
    """Whether the runner recovers more slowly than most: a beginner, or older than an age."""
    is_beginner = plan.purpose.experience is ExperienceLevel.BEGINNER
    return is_beginner or (plan.request.athlete_profile.age or 0) > after_age
