"""A request and a sound overview for it, and ways to change one thing about either.

Belongs here: what tests of overviews are given. Does not belong here: any assertion.
"""

from __future__ import annotations

from typing import Any

from plan_pipeline.core.model.plan import Overview, OverviewWeek, TrainingDay
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Phase, Weekday, WeekType, WorkoutType

TSS_PER_HOUR = 50

LOAD_DAYS = "tuesday vo2max, wednesday recovery, thursday threshold, saturday endurance, sunday mixed"
EASY_DAYS = "tuesday endurance, thursday tempo, saturday endurance"
TAPER_DAYS = "tuesday vo2max, thursday sweet_spot, saturday endurance"


def a_request(
    *, availability: dict[str, Any] | None = None, athlete: dict[str, Any] | None = None, **plan: Any
) -> PlanRequest:
    """8 h on five days, Tuesday capped at 75 min; eight weeks that lead to an event on a Sunday."""
    profile = {
        "athlete_id": "rider-042",
        "ftp": 265,
        "weight_kg": 70,
        "age": 35,
        "goals": ["Improve FTP"],
        **(athlete or {}),
        "training_availability": {
            "hours_per_week": 8,
            "week_days": "Tuesday, Wednesday, Thursday, Saturday, Sunday",
            "max_minutes": {"tuesday": 75},
            **(availability or {}),
        },
    }
    defaults: dict[str, Any] = {
        "plan_id": "rider-042-century",
        "weeks": 8,
        "event": {"date": "2027-03-28", "name": "Spring Century", "type": "century"},
    }
    return PlanRequest.model_validate({**defaults, "athlete_profile": profile, **plan})


def a_week(
    number: int, week_type: WeekType, phase: Phase, hours: float, days: str, tss: float | None = None
) -> OverviewWeek:
    """A week whose days are written ``"tuesday vo2max, thursday tempo"``; the others are rest."""
    return OverviewWeek(
        week_number=number,
        week_type=week_type,
        phase=phase,
        focus=f"Week {number}",
        target_hours=hours,
        target_tss=hours * TSS_PER_HOUR if tss is None else tss,
        training_days=days_of(days),
    )


def days_of(text: str) -> tuple[TrainingDay, ...]:
    """Seven training days from ``"tuesday vo2max, thursday tempo"``."""
    said = dict(part.split() for part in text.split(",") if part.strip())
    types = {Weekday(day): WorkoutType(kind) for day, kind in said.items()}
    return tuple(TrainingDay(weekday=day, workout_type=types.get(day, WorkoutType.REST)) for day in Weekday)


def sound_weeks() -> tuple[OverviewWeek, ...]:
    """An overview of ``a_request()`` that breaks no rule."""
    return (
        a_week(1, WeekType.LOAD, Phase.BASE, 7.5, LOAD_DAYS),
        a_week(2, WeekType.LOAD, Phase.BASE, 8, LOAD_DAYS),
        a_week(3, WeekType.RECOVERY, Phase.RECOVERY, 5, EASY_DAYS),
        a_week(4, WeekType.LOAD, Phase.BUILD, 8, LOAD_DAYS),
        a_week(5, WeekType.LOAD, Phase.BUILD, 8, LOAD_DAYS),
        a_week(6, WeekType.LOAD, Phase.PEAK, 8.5, LOAD_DAYS),
        a_week(7, WeekType.TAPER, Phase.TAPER, 5, TAPER_DAYS),
        a_week(8, WeekType.EVENT, Phase.TAPER, 3.5, TAPER_DAYS),
    )


def with_days_swapped(overview: Overview, one: str, other: str) -> Overview:
    """The overview with what two weekdays are for exchanged in every week."""
    exchanged = {Weekday(one): Weekday(other), Weekday(other): Weekday(one)}

    def swapped(week: OverviewWeek) -> OverviewWeek:
        days = {day.weekday: day for day in week.training_days}
        moved = (days[exchanged.get(day, day)].model_copy(update={"weekday": day}) for day in Weekday)
        return changed(week, training_days=tuple(moved))

    return overview.model_copy(update={"weeks": tuple(swapped(week) for week in overview.weeks)})


def with_week(weeks: tuple[OverviewWeek, ...], number: int, **changes: Any) -> tuple[OverviewWeek, ...]:
    """The weeks with some fields of one changed; ``days`` is read by ``days_of``."""
    if "days" in changes:
        changes["training_days"] = days_of(changes.pop("days"))
    return tuple(changed(week, **changes) if week.week_number == number else week for week in weeks)


def changed(week: OverviewWeek, **changes: Any) -> OverviewWeek:
    """The week with some fields changed, and with all that follows from them."""
    return OverviewWeek(**{**{name: getattr(week, name) for name in OverviewWeek.model_fields}, **changes})
