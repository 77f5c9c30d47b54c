"""What a plan says in numbers, before it has workouts and after: all that a text about it can be held against."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from statistics import mean
from typing import NamedTuple

from pydantic import Field

from plan_pipeline.core.limits import FTP_GAINS
from plan_pipeline.core.load_over_time import load_over_time
from plan_pipeline.core.model.athlete import AthleteProfile
from plan_pipeline.core.model.days import days_later, monday_on_or_after
from plan_pipeline.core.model.events import UNNAMED, Event, EventOnTheWay, TimeOff
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import OverviewWeek, Plan, PlanWeek, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import DayRole, Phase, Sport, Weekday, WeekType, WorkoutType
from plan_pipeline.core.notation import written_parts
from plan_pipeline.core.paces.text import Units
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.sports.sport import Words

LEAST_QUOTED_LETTERS = 6
"""Shorter names and goals are words like any other: taking them for quotations would hide what a text says."""


class IntervalSet(NamedTuple):
    """Work steps of one length in a workout: how often, and how many minutes each."""

    efforts: int
    minutes: float


class WeekFacts(Frozen):
    """One week: hours and TSS as wanted and, where there are workouts, as planned; what each day is for.

    ``long_rides_min`` are the lengths of its long rides or, where no day has that role, of its longest ride.
    ``steps_pct`` are the intensities of its workouts' steps, % of threshold. ``km`` are kilometres as wanted and as
    planned, where they are counted, ``long_runs_km`` and ``workouts_km`` those of single runs.
    """

    number: int
    week_type: WeekType
    phase: Phase
    hours: tuple[float, ...]
    tss: tuple[float, ...]
    kinds: dict[Weekday, frozenset[WorkoutType]]
    long_days: frozenset[Weekday]
    hard_days: frozenset[Weekday]
    demanding_days: int
    is_back_to_back: bool
    long_rides_min: tuple[float, ...]
    workouts_min: tuple[float, ...] = ()
    workouts_tss: tuple[float, ...] = ()
    steps_pct: frozenset[float] = frozenset()
    sets: frozenset[IntervalSet] = frozenset()
    names: dict[Weekday, frozenset[str]] = Field(default_factory=dict)
    km: tuple[float, ...] = ()
    long_runs_km: tuple[float, ...] = ()
    workouts_km: tuple[float, ...] = ()

    @cached_property
    def is_tested(self) -> bool:
        return any(WorkoutType.TEST in kinds for kinds in self.kinds.values())

    @property
    def is_load(self) -> bool:
        return self.week_type is WeekType.LOAD


class ProseFacts(Frozen):
    """What a text is held against. ``week`` is the number of the week that the text is about, if it is about one.

    ``start_date`` is the day that was asked for, ``first_monday`` the one that week 1 begins on.
    """

    athlete: AthleteProfile
    target_ftp: float | None
    weeks: tuple[WeekFacts, ...]
    start_date: dt.date | None
    first_monday: dt.date | None
    event: Event | None
    events: tuple[EventOnTheWay, ...]
    time_off: tuple[TimeOff, ...]
    quoted: tuple[str, ...] = ()
    workout_names: tuple[str, ...] = ()
    ctl: tuple[float, ...] = ()
    has_workouts: bool = False
    week: int | None = None
    sport: Sport = Sport.CYCLING

    @property
    def words(self) -> Words:
        """What is said of the sport."""
        return record_of(self.sport).words

    @property
    def units(self) -> Units:
        """What the athlete reads distances in."""
        return self.athlete.units or Units.KM

    @property
    def goal_ftp(self) -> float:
        """The FTP that a plan by power aims at."""
        assert self.target_ftp is not None
        return self.target_ftp

    @cached_property
    def total_weeks(self) -> int:
        return len(self.weeks)

    @cached_property
    def load_weeks(self) -> tuple[WeekFacts, ...]:
        return tuple(week for week in self.weeks if week.is_load) or self.weeks

    @cached_property
    def every_event(self) -> tuple[Event, ...]:
        """The event that the plan leads up to first, then those on the way."""
        return (*filter(None, [self.event]), *self.events)

    @cached_property
    def usual_hours(self) -> float:
        return mean(week.hours[0] for week in self.load_weeks)

    @cached_property
    def usual_tss(self) -> float:
        return mean(week.tss[0] for week in self.load_weeks)

    @cached_property
    def gains_pct(self) -> tuple[float, ...]:
        """What the FTP is to gain, %; where trials have not shown as much in the time, what they have shown as well."""
        wanted = 100 * (self.goal_ftp / self.athlete.ftp_watts - 1)
        shown = FTP_GAINS[self.athlete.experience_level].pct_in(self.total_weeks)
        return (wanted, shown) if wanted > shown else (wanted,)

    @cached_property
    def event_weeks(self) -> Mapping[int, int]:
        """The week that each event lies in, by its place in ``every_event``."""
        if self.first_monday is None:
            return {0: self.total_weeks} if self.event else {}
        return {place: self._week_of(event.date) for place, event in enumerate(self.every_event)}

    @cached_property
    def last_day(self) -> dt.date | None:
        return None if self.first_monday is None else days_later(self.first_monday, 7 * self.total_weeks - 1)

    def monday_of(self, week_number: int) -> dt.date | None:
        return None if self.first_monday is None else days_later(self.first_monday, 7 * (week_number - 1))

    def _week_of(self, day: dt.date) -> int:
        assert self.first_monday is not None
        return (day - self.first_monday).days // 7 + 1


def facts_of_overview(request: PlanRequest, weeks: Sequence[OverviewWeek], *quoted: str) -> ProseFacts:
    """What notes written before any workout can be held against: a request and the weeks of its overview.

    ``quoted`` are texts beside the athlete's own that notes may repeat word for word.
    """
    return ProseFacts(
        athlete=request.athlete_profile,
        target_ftp=None if request.athlete_profile.ftp is None else request.goal_ftp,
        weeks=tuple(_week(week) for week in weeks),
        start_date=request.start_date,
        first_monday=request.first_monday,
        event=request.event,
        events=request.events,
        time_off=request.time_off,
        quoted=_quotations(request.athlete_profile, request.event, request.events, request.goal, *quoted),
        sport=request.sport,
    )


def facts_of_plan(plan: Plan, week: int | None = None) -> ProseFacts:
    """What a text about a whole plan, or about one week of it, can be held against."""
    body = plan.training_plan
    meta = body.plan_metadata
    return ProseFacts(
        athlete=body.athlete_profile,
        target_ftp=meta.target_ftp,
        weeks=tuple(_planned_week(each) for each in body.weekly_plan),
        start_date=None,
        first_monday=None if meta.start_date is None else monday_on_or_after(meta.start_date),
        event=meta.event,
        events=meta.events,
        time_off=meta.time_off,
        quoted=_quotations(body.athlete_profile, meta.event, meta.events),
        workout_names=tuple(sorted(_names(body.weekly_plan), key=len, reverse=True)),
        ctl=_ctl(body.athlete_profile, body.weekly_plan),
        has_workouts=True,
        week=week,
        sport=body.sport,
    )


def _week(week: OverviewWeek) -> WeekFacts:
    trained = week.trained
    roles = {day.weekday: day.role for day in trained}
    long_days = frozenset(day for day, role in roles.items() if role is not None and role.is_long)
    hard = (d.weekday for d in trained if d.workout_type in _HARD or d.role in _HARD_ROLES)
    return WeekFacts(
        number=week.week_number,
        week_type=week.week_type,
        phase=week.phase,
        hours=(week.target_hours,),
        tss=(week.target_tss,),
        kinds={day.weekday: frozenset({day.workout_type}) for day in trained},
        long_days=long_days,
        hard_days=frozenset(hard),
        demanding_days=sum(day.workout_type.is_demanding for day in trained),
        is_back_to_back=DayRole.BACK_TO_BACK in roles.values(),
        long_rides_min=tuple(float(day.minutes) for day in trained if day.minutes and day.weekday in long_days),
        km=() if week.target_km is None else (week.target_km,),
    )


_HARD = frozenset(kind for kind in WorkoutType if kind.is_demanding) | {
    WorkoutType.TEMPO,
    WorkoutType.STEADY,
    WorkoutType.STRENGTH,
}
_HARD_ROLES = (DayRole.SHARPENING, DayRole.LATE_WORK, DayRole.LONG_QUALITY)


def _planned_week(week: PlanWeek) -> WeekFacts:
    facts, workouts = _week(week), week.workouts
    rides = [workout for workout in workouts if workout.type is not WorkoutType.STRENGTH]
    longest = max((ride.duration_min for ride in rides), default=0.0)
    longest_days = {ride.weekday for ride in rides if ride.duration_min == longest}
    long_days = facts.long_days | longest_days
    counted = sum(workout.duration_min for workout in workouts if not workout.optional) / 60
    return facts.model_copy(
        update={
            "hours": (week.target_hours, counted, sum(workout.duration_min for workout in workouts) / 60),
            "tss": (week.target_tss, week.validation.actual_tss),
            "kinds": {w.weekday: facts.kinds.get(w.weekday, frozenset()) | {w.type} for w in workouts},
            "long_days": long_days,
            "long_rides_min": (
                *facts.long_rides_min,
                *(ride.duration_min for ride in rides if ride.weekday in long_days),
            ),
            "workouts_min": tuple(workout.duration_min for workout in workouts),
            "workouts_tss": tuple(workout.tss for workout in workouts),
            "steps_pct": frozenset(_steps_pct(workouts)),
            "sets": frozenset(_sets(workouts)),
            "names": {day: frozenset(w.name for w in workouts if w.weekday is day) for day in Weekday},
            **_kilometres(week, long_days),
        }
    )


def _kilometres(week: PlanWeek, long_days: frozenset[Weekday]) -> dict[str, tuple[float, ...]]:
    """Kilometres as wanted, as planned and of single runs; empty where none are known."""
    known = [(workout, workout.distance_km) for workout in week.workouts if workout.distance_km is not None]
    if not known:
        return {}
    wanted = () if week.target_km is None else (week.target_km,)
    counted = sum(km for workout, km in known if not workout.optional)
    return {
        "km": (*wanted, counted, sum(km for _, km in known)),
        "long_runs_km": tuple(km for workout, km in known if workout.weekday in long_days),
        "workouts_km": tuple(km for _, km in known),
    }


def _steps_pct(workouts: Iterable[Workout]) -> Iterable[float]:
    for workout in workouts:
        for segment in workout.segments:
            yield from filter(None, (segment.intensity_low_pct, segment.intensity_high_pct))


def _sets(workouts: Iterable[Workout]) -> Iterable[IntervalSet]:
    """Sets as they are written, and steps that are alike over all sets of a workout together."""
    for workout in workouts:
        alike = Counter((s.duration_min, s.intensity_low_pct, s.intensity_high_pct) for s in workout.segments)
        yield from (IntervalSet(efforts, step[0]) for step, efforts in alike.items())
        for repeats, steps in written_parts(workout.segments):
            yield from (IntervalSet(repeats, step.duration_min) for step in steps)


def _ctl(athlete: AthleteProfile, weeks: Sequence[PlanWeek]) -> tuple[float, ...]:
    """Fitness after every day, from where the athlete says that it is; empty where that is not said."""
    if athlete.start_ctl is None:
        return ()
    daily = [sum(w.tss for w in week.workouts if w.weekday is day) for week in weeks for day in Weekday]
    return tuple(day.ctl for day in load_over_time(daily, athlete.start_ctl))


def _names(weeks: Iterable[PlanWeek]) -> set[str]:
    names = {workout.name for week in weeks for workout in week.workouts}
    return {name for name in names if len(name) >= LEAST_QUOTED_LETTERS}


def _quotations(
    athlete: AthleteProfile, event: Event | None, events: Sequence[Event], *others: str | None
) -> tuple[str, ...]:
    """What a text may repeat of the athlete's and the library's words, whatever numbers are in it; longest first."""
    types = [each.type for each in (event, *events) if each is not None]
    said = {one_line(text).rstrip(".") for text in (*athlete.goals, *types, *others) if text}
    return tuple(sorted((text for text in said if _is_quotable(text)), key=len, reverse=True))


def _is_quotable(text: str) -> bool:
    return len(text) >= LEAST_QUOTED_LETTERS and " " in text


def is_named(event: Event) -> bool:
    """Whether an event has a name that can be told from other words."""
    return event.name != UNNAMED and len(one_line(event.name)) >= LEAST_QUOTED_LETTERS
