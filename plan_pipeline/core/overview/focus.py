"""One line on what a week is for, from what its days really hold."""

from collections.abc import Sequence

from plan_pipeline.core.model.plan import TrainingDay
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import DayRole, WeekType, WorkoutType
from plan_pipeline.core.overview.season import WeekSlot
from plan_pipeline.core.overview.words import hours_of, name_of
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline.core.wording import listed

_SAID = frozenset({WorkoutType.TEMPO, WorkoutType.MIXED, WorkoutType.TEST})


def week_focus(purpose: Purpose, slot: WeekSlot, days: Sequence[TrainingDay]) -> str:
    """What a week is for, and what it holds for that."""
    trained = [day for day in days if day.workout_type is not WorkoutType.REST]
    if not trained:
        return f"{_aim_of(purpose, slot, quality=False)}: no training"
    if slot.week_type is WeekType.EVENT and purpose.request.event:
        event = one_line(purpose.request.event.name)
        return f"{event} on {purpose.request.event_weekday}: {_last_days(trained)}"
    kinds = [day.workout_type for day in trained if day.role is not DayRole.SHARPENING]
    quality = [name_of(kind) for kind in dict.fromkeys(kinds) if kind.is_hard or kind in _SAID]
    parts = quality or ["easy riding"]
    parts += [_long_ride(day) for day in trained if day.role in (DayRole.LONG_RIDE, DayRole.LATE_WORK) and day.minutes]
    parts += [f"a sharp session on {day.weekday}" for day in trained if day.role is DayRole.SHARPENING]
    parts += [f"{one_line(event.name)} on {event.weekday}" for event in purpose.request.events_in(slot.number)]
    return f"{_aim_of(purpose, slot, quality=bool(quality))}: {listed(parts)}"


def _aim_of(purpose: Purpose, slot: WeekSlot, *, quality: bool) -> str:
    if slot.week_type is WeekType.RECOVERY:
        away = purpose.request.days_off(slot.number)
        return "Time off" if away and not slot.days else "Absorb the block and freshen up"
    if slot.week_type.is_taper or slot.phase_plan is None:
        return "Shed fatigue, keep the intensity" if quality else "Shed fatigue"
    return _capital(slot.phase_plan.purpose) if quality else "Settle in and build endurance"


def _long_ride(day: TrainingDay) -> str:
    late = " with work at its end" if day.role is DayRole.LATE_WORK else ""
    return f"a long ride of {hours_of(day.minutes or 0)}{late}"


def _last_days(trained: Sequence[TrainingDay]) -> str:
    parts = [f"sharp on {day.weekday}" for day in trained if day.role is DayRole.SHARPENING]
    parts += [f"openers on {day.weekday}" for day in trained if day.workout_type is WorkoutType.OPENERS]
    return f"{listed(parts)}, easy otherwise" if parts else "short and easy until then"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
