"""What the engine adds to an overview that somebody else wrote: the long ride's line, the sharp session, minutes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.duration.envelope import Envelope
from plan_pipeline.core.model.plan import OverviewWeek, TrainingDay
from plan_pipeline.core.model.vocabulary import DayRole, Weekday, WeekType
from plan_pipeline.core.overview.easy_days import easy_patterns
from plan_pipeline.core.overview.long_patterns import with_patterns
from plan_pipeline.core.overview.long_rides import LongRide, long_rides
from plan_pipeline.core.overview.plan_overview import EASY_AFTER_LONG_QUALITY
from plan_pipeline.core.overview.race_days import race_days
from plan_pipeline.core.overview.season import WeekSlot
from plan_pipeline.core.overview.week_minutes import with_minutes
from plan_pipeline.core.purpose.purpose import Purpose


def completed(
    purpose: Purpose, weeks: Sequence[OverviewWeek], envelope: Envelope | None = None
) -> tuple[OverviewWeek, ...]:
    """The weeks with what follows from the purpose and their shape, whatever was in them of it before.

    The long ride's minutes are those of its line, on the day that the writer has for it: the purpose's own where that
    is an endurance day, else the endurance day with the most room. Load weeks get their minutes in bands, and the last
    sharp session before an event is marked. What sessions are laid out like is added where the sport says it and the
    ``envelope`` has workouts for it. Days, types, hours and load stay as written.
    """
    plain = tuple(_plain(week) for week in weeks)
    slots = slots_of(purpose, plain)
    rides = long_rides(purpose, slots) if purpose.is_on(Flag.LONG_RIDE) else {}
    if envelope is not None:
        rides = with_patterns(purpose, slots, rides, envelope)
    after = [*plain[1:], None]
    with_roles = [
        _with_roles(purpose, week, following, rides.get(week.week_number))
        for week, following in zip(plain, after, strict=True)
    ]
    if envelope is not None:
        with_roles = [_with_easy_days(purpose, slot, week) for slot, week in zip(slots, with_roles, strict=True)]
    return with_minutes(purpose, with_roles)


def slots_of(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> tuple[WeekSlot, ...]:
    """The shape of a plan as its weeks have it; volume is relative to the request's hours."""
    slots: list[WeekSlot] = []
    block = load_week = 0
    for week in weeks:
        is_load = week.week_type is WeekType.LOAD
        slots.append(
            WeekSlot(
                number=week.week_number,
                week_type=week.week_type,
                phase=week.phase,
                share=week.target_hours / purpose.hours,
                block=block,
                days=purpose.request.trainable_days(week.week_number),
                load_week=load_week if is_load else None,
            )
        )
        load_week += is_load
        block += not is_load
    return tuple(slots)


def _plain(week: OverviewWeek) -> OverviewWeek:
    days = tuple(TrainingDay(weekday=day.weekday, workout_type=day.workout_type) for day in week.training_days)
    return _with_days(week.model_copy(update={"minutes": ()}), days)


def _with_days(week: OverviewWeek, days: tuple[TrainingDay, ...]) -> OverviewWeek:
    """The week with other days; made anew, since a copy keeps what was worked out of the old ones."""
    fields = {name: getattr(week, name) for name in OverviewWeek.model_fields}
    return OverviewWeek(**{**fields, "training_days": days})


class _Role(NamedTuple):
    """What a day is for in the plan as a whole: minutes of its own, and what it is laid out like, if any."""

    role: DayRole
    minutes: int | None = None
    patterns: tuple[str, ...] = ()


def _with_roles(
    purpose: Purpose, week: OverviewWeek, following: OverviewWeek | None, ride: LongRide | None
) -> OverviewWeek:
    roles: dict[Weekday, _Role] = {
        day: _Role(race.role)
        for day, race in race_days(purpose, week.week_number).items()
        if race.role and week.training_days[day.position].workout_type.is_demanding
    }
    if ride is not None:
        roles |= _long_days(purpose, week, following, ride)
    days = tuple(_in_role(day, roles) for day in week.training_days)
    return _with_days(week, days)


def _long_days(
    purpose: Purpose, week: OverviewWeek, following: OverviewWeek | None, ride: LongRide
) -> dict[Weekday, _Role]:
    """The days that hold the week's long rides: of its endurance days the one meant for it, else the roomiest."""
    room = {
        day.weekday: purpose.longest_on(day.weekday)
        for day in week.trained
        if day.workout_type is purpose.sport.parts.long
    }
    if not room:
        return {}
    day = ride.day if ride.day in room else max(room, key=lambda each: (room[each], each.is_weekend, each.position))
    minutes = int(min(ride.minutes, room[day]))
    found = {day: _Role(ride.role, minutes, ride.patterns)}
    if ride.patterns and not _suits(week, following, day, ride):
        found[day] = _Role(DayRole.LONG_RIDE, minutes, purpose.config.week.long_ride.light_patterns)
    if ride.second is not None and day is ride.day and ride.second[0] in room:
        found[ride.second[0]] = _Role(DayRole.BACK_TO_BACK, ride.second[1])
    return found


def _suits(week: OverviewWeek, following: OverviewWeek | None, day: Weekday, ride: LongRide) -> bool:
    """Whether a long session can be laid out as it is meant to be where the writer has it: of its type and on its day,
    and where it is a key session with easy days around it."""
    if day is not ride.day or week.training_days[day.position].workout_type is not ride.kind:
        return False
    around = [each for each in week.trained if -1 <= each.weekday.position - day.position <= EASY_AFTER_LONG_QUALITY]
    if following is not None and day is Weekday.SUNDAY:
        around.append(following.training_days[0])
    demanding = any(each.workout_type.is_demanding and each is not week.training_days[day.position] for each in around)
    return not (ride.is_quality and demanding)


def _in_role(day: TrainingDay, roles: Mapping[Weekday, _Role]) -> TrainingDay:
    if day.weekday not in roles:
        return day
    found = roles[day.weekday]
    changes = {"role": found.role, "minutes": found.minutes or None, "patterns": found.patterns}
    return day.model_copy(update=changes)


def _with_easy_days(purpose: Purpose, slot: WeekSlot, week: OverviewWeek) -> OverviewWeek:
    """The week with what its easy days are laid out like, where the sport says it."""
    kinds = [(day.weekday, day.workout_type) for day in week.trained]
    laid_out = frozenset(day.weekday for day in week.trained if day.patterns)
    easy = {day for day, kind in kinds if kind is purpose.sport.parts.easy} - laid_out
    before_race = {
        day: race.patterns for day, race in race_days(purpose, slot.number).items() if race.patterns and day in easy
    }
    found = easy_patterns(purpose, slot, kinds, laid_out | before_race.keys()) | before_race
    if not found:
        return week
    days = tuple(
        day.model_copy(update={"patterns": found[day.weekday]}) if day.weekday in found else day
        for day in week.training_days
    )
    return _with_days(week, days)
