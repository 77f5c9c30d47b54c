"""A plan's weeks and days as the calendar shows them: every workout in words, figures and its profile."""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from plan_pipeline.core.day_alternatives import Alternative, PlanAlternatives
from plan_pipeline.core.model.athlete import AthleteProfile
from plan_pipeline.core.model.days import days_later
from plan_pipeline.core.model.events import Event
from plan_pipeline.core.model.plan import PlanMetadata, PlanWeek, TrainingDay, TrainingPlan, Workout, WorkoutOption
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import DayRole, Phase, Sport, Weekday, WeekType, WorkoutType
from plan_pipeline.core.overview.notes.words import ground, hours_of
from plan_pipeline.core.paces.text import Units, pace_text, time_text
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.wording import number
from plan_pipeline.pages.profile import Gathered, profile_of
from plan_pipeline.pages.steps import PartView, ZoneMinutes, notation_of, parts_of, zones_of

BLOCK_WEEKS: Final = 4
"""Weeks that are printed on a page."""

TYPES: Final = {
    WorkoutType.SWEET_SPOT: "Sweet spot",
    WorkoutType.VO2MAX: "VO2max",
    WorkoutType.MIXED: "Mixed",
    WorkoutType.TEST: "Test",
}


@cache
def roles_in(sport: Sport) -> dict[DayRole, str]:
    """What days are for in the plan as a whole, as labels: ``Long ride``."""
    session = record_of(sport).words.session
    return {
        DayRole.LONG_RIDE: f"Long {session}",
        DayRole.LATE_WORK: f"Long {session} with late work",
        DayRole.LONG_QUALITY: f"Long {session}, key session",
        DayRole.BACK_TO_BACK: f"Second long {session}",
        DayRole.SHARPENING: "Sharpening",
    }


SHORT_ROLES: Final = {
    DayRole.LATE_WORK: "Long, late work",
    DayRole.LONG_QUALITY: "Long, key session",
    DayRole.BACK_TO_BACK: "Long, second",
}
"""What a tile has room for, where that is not the label."""


class OtherView(NamedTuple):
    """A workout that could have stood in place of another, and why it does not: the rest of a sentence."""

    name: str
    amount: str
    reason: str


class OptionView(NamedTuple):
    """A workout of equal stimulus that may be done in place of another."""

    label: str
    name: str
    kind_text: str
    amount: str
    description: str
    parts: tuple[PartView, ...]


class SessionView(NamedTuple):
    """A workout on its day. ``anchor`` is its place on the page, ``drawing`` the name of its profile.

    ``amount`` and ``beside`` are what a tile says of its size. ``power`` is there where intensity is measured in it,
    ``distance`` and ``pace`` where ground is covered. ``others`` are workouts that the day could have had, ``None``
    where nothing is known of them.
    """

    anchor: str
    drawing: str
    seconds: int
    name: str
    kind: str
    kind_text: str
    role: str
    role_in_full: str
    duration: str
    amount: str
    beside: str
    tss: str
    intensity_factor: str
    power: str
    distance: str
    pace: str
    notation: str
    description: str
    rationale: str
    parts: tuple[PartView, ...]
    zones: tuple[ZoneMinutes, ...]
    optional: bool
    optional_reason: str
    fixed: bool
    is_test: bool
    author_length: str
    options: tuple[OptionView, ...]
    others: tuple[OtherView, ...] | None


class EventView(NamedTuple):
    """An event on its day; ``main`` is the one that the plan leads up to."""

    name: str
    kind: str
    figures: str
    main: bool


class DayView(NamedTuple):
    weekday: str
    date: str
    day_of_month: str
    sessions: tuple[SessionView, ...]
    events: tuple[EventView, ...]
    off: str | None

    @property
    def is_rest(self) -> bool:
        return not self.sessions and not self.events and self.off is None


class WeekView(NamedTuple):
    number: int
    dates: str
    phase: Phase
    kind: WeekType
    focus: str
    hours: str
    target_hours: str
    ground: str
    target_ground: str
    tss: str
    target_tss: str
    fix_log: str
    auto_fixed: bool
    warnings: tuple[str, ...]
    days: tuple[DayView, ...]


def blocks_of(
    plan: TrainingPlan, drawings: Gathered, week: int | None = None, alternatives: PlanAlternatives | None = None
) -> tuple[tuple[WeekView, ...], ...]:
    """The weeks of a plan, or one of them, in blocks of four from the first; profiles are gathered in ``drawings``."""
    weeks = [_week(each, plan, drawings, alternatives) for each in plan.weekly_plan if week in (None, each.week_number)]
    starts = range(0, len(weeks), BLOCK_WEEKS)
    return tuple(tuple(weeks[start : start + BLOCK_WEEKS]) for start in starts)


def kind_in_words(kind: WorkoutType) -> str:
    """A type as a label: ``Sweet spot``."""
    return TYPES.get(kind) or kind.value.replace("_", " ").capitalize()


@lru_cache(maxsize=8192)
def date_in_words(day: dt.date, *, year: bool = True) -> str:
    """``4 Jan 2027``."""
    return f"{day.day} {day:%b}" + (f" {day:%Y}" if year else "")


def _week(week: PlanWeek, plan: TrainingPlan, drawings: Gathered, alternatives: PlanAlternatives | None) -> WeekView:
    meta, verdict = plan.plan_metadata, week.validation
    first = None if meta.start_date is None else days_later(meta.start_date, 7 * (week.week_number - 1))
    dates = "" if first is None else f"{date_in_words(first, year=False)} – {date_in_words(days_later(first, 6))}"
    return WeekView(
        number=week.week_number,
        dates=dates,
        phase=week.phase,
        kind=week.week_type,
        focus=one_line(week.focus),
        hours=number(verdict.actual_hours, 2),
        target_hours=number(week.target_hours, 2),
        ground=_ground(sum(w.distance_km or 0.0 for w in week.workouts if not w.optional), plan.athlete_profile),
        target_ground=_ground(week.target_km, plan.athlete_profile),
        tss=number(verdict.actual_tss, 0),
        target_tss=number(week.target_tss, 0),
        fix_log=verdict.fix_log or "",
        auto_fixed=verdict.auto_fixed,
        warnings=verdict.warnings,
        days=tuple(_days(week, first, plan, drawings, alternatives)),
    )


def _ground(km: float | None, athlete: AthleteProfile) -> str:
    """Kilometres in the athlete's units, without them; empty for none."""
    return ground(km, athlete.units, 1).partition(" ")[0] if km else ""


def anchor_of(week: PlanWeek, day: Weekday, place: int) -> str:
    """Where a workout is on the page; ``place`` counts the week's workouts from 1."""
    return f"w{week.week_number}-d{day.position + 1}-{place}"


def _days(
    week: PlanWeek,
    first: dt.date | None,
    plan: TrainingPlan,
    drawings: Gathered,
    alternatives: PlanAlternatives | None,
) -> Iterator[DayView]:
    meta = plan.plan_metadata
    events = meta.every_event_in(week.week_number)
    for i, day in enumerate(week.training_days):
        others = alternatives.by_day.get((week.week_number, day.weekday)) if alternatives else None
        date = None if first is None else days_later(first, i)
        yield DayView(
            weekday=day.weekday.value,
            date="" if date is None else date_in_words(date),
            day_of_month="" if date is None else date_in_words(date, year=False),
            sessions=tuple(
                _session(workout, _Place(day, week, plan, anchor_of(week, day.weekday, n)), drawings, others)
                for n, workout in enumerate(week.workouts, 1)
                if workout.weekday is day.weekday
            ),
            events=tuple(_event(event, meta) for event in events if event.weekday is day.weekday),
            off=_off(meta, date),
        )


class _Place(NamedTuple):
    """Where a workout is: on a day of a week of a plan, and at an anchor of the page."""

    day: TrainingDay
    week: PlanWeek
    plan: TrainingPlan
    anchor: str


def _session(workout: Workout, place: _Place, drawings: Gathered, others: Sequence[Alternative] | None) -> SessionView:
    day, verdict = place.day, place.week.validation
    sport, athlete = place.plan.sport, place.plan.athlete_profile
    profile, roles = profile_of(workout.segments, sport), roles_in(sport)
    own, amount = workout.base_duration_min, _amount_of(workout, athlete)
    in_log = f"{workout.weekday} {workout.name!r}"
    return SessionView(
        anchor=place.anchor,
        drawing=drawings.name_of(profile),
        seconds=profile.seconds,
        name=one_line(workout.name) or kind_in_words(workout.type),
        kind=workout.type.value,
        kind_text=kind_in_words(workout.type),
        role=(SHORT_ROLES.get(day.role) or roles[day.role]) if day.role else "",
        role_in_full=roles[day.role] if day.role else "",
        duration=hours_of(workout.duration_min),
        amount=amount[0],
        beside=", ".join(amount[1:]),
        tss=number(workout.tss, 0),
        intensity_factor=f"{workout.intensity_factor:.2f}",
        power=f"{workout.intensity_factor * athlete.ftp:.0f}" if workout.intensity_factor and athlete.ftp else "",
        distance=ground(workout.distance_km, athlete.units, 1) if workout.distance_km else "",
        pace=_mean_pace(workout, athlete),
        notation=notation_of(workout.segments, sport),
        description=workout.description,
        rationale=workout.rationale,
        parts=parts_of(workout.segments, athlete.ftp, sport),
        zones=zones_of(profile.zone_minutes, sport),
        optional=workout.optional,
        optional_reason=workout.optional_reason or "",
        fixed=verdict.auto_fixed and in_log in (verdict.fix_log or ""),
        is_test=workout.type is WorkoutType.TEST,
        author_length=hours_of(own) if own is not None and own != workout.duration_min else "",
        options=tuple(_option(option, athlete, sport) for option in workout.options),
        others=None if others is None else tuple(map(_other, others)),
    )


def _amount_of(workout: Workout | WorkoutOption, athlete: AthleteProfile) -> list[str]:
    """How much a workout is, what counts most first: ground where some is covered, time and load."""
    covered = [ground(workout.distance_km, athlete.units, 1)] if workout.distance_km else []
    return [*covered, hours_of(workout.duration_min), f"{number(workout.tss, 0)} TSS"]


def _mean_pace(workout: Workout, athlete: AthleteProfile) -> str:
    if not workout.distance_km:
        return ""
    return pace_text(1000 * workout.distance_km / (60 * workout.duration_min), athlete.units or Units.KM)


def _option(option: WorkoutOption, athlete: AthleteProfile, sport: Sport) -> OptionView:
    return OptionView(
        label=option.label,
        name=one_line(option.name),
        kind_text=kind_in_words(option.type),
        amount=", ".join(_amount_of(option, athlete)),
        description=option.description,
        parts=parts_of(option.segments, athlete.ftp, sport),
    )


def _other(found: Alternative) -> OtherView:
    amount = f"{hours_of(found.duration_min)}, {number(found.tss, 0)} TSS"
    return OtherView(one_line(found.name) or found.library_workout_id, amount, found.reason)


def _event(event: Event, meta: PlanMetadata) -> EventView:
    figures = (
        (event.distance_km, " km"),
        (event.elevation_m, " m of climbing"),
    )
    told = [f"{number(value, 0)}{unit}" for value, unit in figures if value]
    if event.goal_time:
        told.append(f"goal {time_text(event.goal_time)}")
    if event.expected_duration_min:
        told.append(hours_of(event.expected_duration_min))
    main = event == meta.event
    kind = (event.type or "event").replace("_", " ")
    return EventView(event.name, kind if main else f"{kind}, priority {event.priority}", ", ".join(told), main)


def _off(meta: PlanMetadata, date: dt.date | None) -> str | None:
    """Why a day is off; empty where no reason was given, ``None`` for a day that is not."""
    off = None if date is None else next((each for each in meta.time_off if each.days.holds(date)), None)
    return None if off is None else off.reason or ""
