"""One line on what a week is for, from what its days really hold."""

from collections.abc import Iterator, Sequence

from plan_pipeline.core.model.plan import TrainingDay
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import DayRole, WeekType, WorkoutType
from plan_pipeline.core.overview.notes.words import (
    WALKED,
    extra_of,
    ground,
    hours_of,
    is_walked_by_turns,
    laid_out,
    name_of,
)
from plan_pipeline.core.overview.season import WeekSlot
from plan_pipeline.core.purpose.between_races import is_in_easy_start
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline.core.wording import listed

_SAID = frozenset({WorkoutType.TEMPO, WorkoutType.MIXED, WorkoutType.TEST, WorkoutType.STEADY, WorkoutType.PROGRESSIVE})
_LONG = (DayRole.LONG_RIDE, DayRole.LATE_WORK, DayRole.LONG_QUALITY)


def week_focus(purpose: Purpose, slot: WeekSlot, days: Sequence[TrainingDay]) -> str:
    """What a week is for, and what it holds for that."""
    trained = [day for day in days if day.workout_type is not WorkoutType.REST]
    if not trained:
        return f"{_aim_of(purpose, slot, quality=False)}: no training"
    if slot.week_type is WeekType.EVENT and purpose.request.event:
        event = one_line(purpose.request.event.name)
        return f"{event} on {purpose.request.event_weekday}: {_last_days(purpose, trained)}"
    kinds = [day.workout_type for day in trained if day.role not in (DayRole.SHARPENING, DayRole.LONG_QUALITY)]
    quality = [name_of(kind) for kind in dict.fromkeys(kinds) if kind.is_hard or kind in _SAID]
    parts = quality or [_easy(purpose, trained)]
    parts += [_long_ride(purpose, day) for day in trained if day.role in _LONG and day.minutes]
    parts += [f"a sharp session on {day.weekday}" for day in trained if day.role is DayRole.SHARPENING]
    parts += _extras(trained)
    parts += [f"{one_line(event.name)} on {event.weekday}" for event in purpose.request.events_in(slot.number)]
    has_quality = bool(quality) or any(day.role is DayRole.LONG_QUALITY for day in trained)
    return f"{_aim_of(purpose, slot, quality=has_quality)}: {listed(parts)}"


def _aim_of(purpose: Purpose, slot: WeekSlot, *, quality: bool) -> str:
    if slot.week_type is WeekType.RECOVERY:
        if is_in_easy_start(purpose, slot.number):
            return "Recover from the marathon"
        away = purpose.request.days_off(slot.number)
        return "Time off" if away and not slot.days else "Absorb the block and freshen up"
    if slot.week_type.is_taper or slot.phase_plan is None:
        return "Shed fatigue, keep the intensity" if quality else "Shed fatigue"
    return _capital(slot.phase_plan.purpose) if quality else "Settle in and build endurance"


def _easy(purpose: Purpose, trained: Sequence[TrainingDay]) -> str:
    """What a week without a key session holds."""
    is_walked = any(is_walked_by_turns(day) for day in trained)
    return laid_out(WALKED) if is_walked else f"easy {purpose.sport.words.doing}"


def _long_ride(purpose: Purpose, day: TrainingDay) -> str:
    late = " with work at its end" if day.role is DayRole.LATE_WORK else ""
    is_plain = not day.patterns or day.patterns[0] == "easy" or is_walked_by_turns(day)
    structure = "" if is_plain else f" {laid_out(day.patterns[0])}"
    length = hours_of(day.minutes or 0)
    if purpose.request.counts_km and day.distance_km and not is_walked_by_turns(day):
        length = ground(round(day.distance_km * 2) / 2, purpose.request.athlete_profile.units, 1)
    return f"a long {purpose.sport.words.session} of {length}{late or structure}"


def _extras(trained: Sequence[TrainingDay]) -> Iterator[str]:
    """The fast running that easy days end with, each kind with its days."""
    found: dict[str, list[str]] = {}
    for day in trained:
        if (extra := extra_of(day.patterns)) and day.role is None:
            found.setdefault(extra, []).append(day.weekday.value)
    for extra, weekdays in found.items():
        yield f"{extra} on {listed(weekdays)}"


def _last_days(purpose: Purpose, trained: Sequence[TrainingDay]) -> str:
    parts = [f"sharp on {day.weekday}" for day in trained if day.role is DayRole.SHARPENING]
    parts += [f"openers on {day.weekday}" for day in trained if day.workout_type is purpose.sport.parts.openers]
    parts += _extras(trained)
    return f"{listed(parts)}, easy otherwise" if parts else "short and easy until then"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
