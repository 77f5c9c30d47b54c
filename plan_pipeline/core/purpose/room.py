"""How many key sessions a request's hours and days leave room for beside the long ride."""

from itertools import combinations, pairwise

from plan_pipeline.core.model.vocabulary import DayKind, Weekday, WorkoutType
from plan_pipeline.core.purpose.purpose import Purpose


def sessions_with_room(purpose: Purpose) -> int:
    """Key sessions that a load week can hold, at most as many as the aim has.

    They are on days that hold an ordinary session, as far apart as the athlete's age asks for, none on the long ride's;
    the other days' longest rides, within the caps, must then hold what is left of the hours.
    """
    wanted = purpose.aim.sessions_a_week.of(purpose.experience)
    return next((count for count in range(wanted, 0, -1) if _has_room(purpose, count)), 0)


def _has_room(purpose: Purpose, count: int) -> bool:
    days = purpose.request.athlete_profile.training_availability.week_days
    lengths = purpose.config.week.sessions[purpose.sport.parts.threshold]
    able = [
        day
        for day in days
        if day is not purpose.long_ride_day and purpose.longest_on(day) >= lengths[DayKind.of(day)].ordinary[0]
    ]
    return any(
        _are_apart(purpose, chosen) and _held_min(purpose, chosen) >= purpose.hours * 60
        for chosen in combinations(able, count)
    )


def _are_apart(purpose: Purpose, days: tuple[Weekday, ...]) -> bool:
    positions = [day.position for day in days]
    around = pairwise([*positions, positions[0] + len(Weekday)])
    return all(later - earlier > purpose.days_between_hard for earlier, later in around)


def _held_min(purpose: Purpose, key_days: tuple[Weekday, ...]) -> float:
    """The most minutes of a week with key sessions of ordinary length on some days, and a recovery ride on the last."""
    sessions, most_days = purpose.config.week.sessions, purpose.config.week.days.most_training_days
    available = purpose.request.athlete_profile.training_availability.week_days

    def most(day: Weekday, kind: WorkoutType) -> float:
        lengths = sessions[kind][DayKind.of(day)]
        return min(purpose.longest_on(day), lengths.ordinary[2] if day in key_days else lengths.outer[1])

    key = [most(day, purpose.sport.parts.threshold) for day in key_days]
    easy = sorted((most(day, purpose.sport.parts.easy) for day in available if day not in key_days), reverse=True)
    others = easy[: most_days - len(key)]
    if len(others) + len(key) == most_days:
        others[-1] = min(
            others[-1], max(lengths.outer[1] for lengths in sessions[purpose.sport.parts.recovery].values())
        )
    return sum(key) + sum(others)
