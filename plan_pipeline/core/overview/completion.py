"""What the engine adds to an overview that somebody else wrote: the long ride's line, the sharp session, minutes."""

from collections.abc import Mapping, Sequence

from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.model.plan import OverviewWeek, TrainingDay
from plan_pipeline.core.model.vocabulary import DayRole, Weekday, WeekType
from plan_pipeline.core.overview.long_rides import LongRide, long_rides
from plan_pipeline.core.overview.race_days import race_days
from plan_pipeline.core.overview.season import WeekSlot
from plan_pipeline.core.overview.week_minutes import with_minutes
from plan_pipeline.core.purpose.purpose import Purpose


def completed(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> tuple[OverviewWeek, ...]:
    """The weeks with what follows from the purpose and their shape, whatever was in them of it before.

    The long ride's minutes are those of its line, on the day that the writer has for it: the purpose's own where that
    is an endurance day, else the endurance day with the most room. Load weeks get their minutes in bands, and the last
    sharp session before an event is marked. Days, types, hours and load stay as written.
    """
    plain = tuple(_plain(week) for week in weeks)
    rides = long_rides(purpose, slots_of(purpose, plain)) if purpose.is_on(Flag.LONG_RIDE) else {}
    return with_minutes(purpose, [_with_roles(purpose, week, rides.get(week.week_number)) for week in plain])


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


def _with_roles(purpose: Purpose, week: OverviewWeek, ride: LongRide | None) -> OverviewWeek:
    roles: dict[Weekday, tuple[DayRole, int | None]] = {
        day: (race.role, None)
        for day, race in race_days(purpose, week.week_number).items()
        if race.role and week.training_days[day.position].workout_type.is_demanding
    }
    if ride is not None:
        roles |= _long_days(purpose, week, ride)
    days = tuple(_in_role(day, roles) for day in week.training_days)
    return _with_days(week, days)


def _long_days(purpose: Purpose, week: OverviewWeek, ride: LongRide) -> dict[Weekday, tuple[DayRole, int]]:
    """The days that hold the week's long rides: of its endurance days the one meant for it, else the roomiest."""
    room = {
        day.weekday: purpose.longest_on(day.weekday)
        for day in week.trained
        if day.workout_type is purpose.sport.parts.long
    }
    if not room:
        return {}
    day = ride.day if ride.day in room else max(room, key=lambda each: (room[each], each.is_weekend, each.position))
    found = {day: (ride.role, int(min(ride.minutes, room[day])))}
    if ride.second is not None and day is ride.day and ride.second[0] in room:
        found[ride.second[0]] = (DayRole.BACK_TO_BACK, ride.second[1])
    return found


def _in_role(day: TrainingDay, roles: Mapping[Weekday, tuple[DayRole, int | None]]) -> TrainingDay:
    if day.weekday not in roles:
        return day
    role, minutes = roles[day.weekday]
    return day.model_copy(update={"role": role, "minutes": minutes or None})
