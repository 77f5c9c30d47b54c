"""Weeks of finished plans for the tests of plan rules, in as few words as possible.

Belongs here: builders, and a way to ask for one rule's result. Does not belong here: anything that asserts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from plan_pipeline.core.model.plan import PlanWeek, TrainingDay, WeekValidation, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import RuleResult
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import Phase, Scenario, Weekday, WeekType, WorkoutType
from plan_pipeline.core.rules.rule import check_plan
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.core.rules.overviews import a_request
from plan_pipeline_tests.core.weeks import segment, workout

TSS_PER_MINUTE_AT_60_PCT = 0.6
"""100 · (1/60 h) · 0.6² = 0.6: a ride of 100 min at 60 % has 60 TSS."""

PHASES = {
    WeekType.LOAD: Phase.BASE,
    WeekType.RECOVERY: Phase.RECOVERY,
    WeekType.TAPER: Phase.TAPER,
    WeekType.EVENT: Phase.TAPER,
}


def undated(weeks: int = 8, **changes: Any) -> PlanRequest:
    """8 h on any day, no caps, no event."""
    days = ", ".join(Weekday)
    availability = {"week_days": days, "max_minutes": {}, **changes.pop("availability", {})}
    return a_request(weeks=weeks, event=None, availability=availability, **changes)


def dated(event: str = "2027-03-28", weeks: int = 8, **changes: Any) -> PlanRequest:
    """The same, leading to an event; the 28th is a Sunday."""
    return undated(weeks, **changes).model_copy(update={"event": a_request(event={"date": event}).event})


def ride(weekday: str, minutes: float, pct: float = 60, kind: str = "endurance") -> Workout:
    """A ride at one intensity: minutes times 0.6 TSS at 60 %."""
    return workout(weekday, [segment("steady", minutes, pct)], kind=kind)


def hard(weekday: str, kind: str = "vo2max", minutes: float = 20, pct: float = 110) -> Workout:
    """An hour with ``minutes`` of intensity at its end."""
    return workout(weekday, [segment("steady", 60 - minutes), segment("interval", minutes, pct)], kind=kind)


def session(weekday: str, *parts: tuple[float, float], kind: str = "mixed") -> Workout:
    """A session of (minutes, % of threshold), in order."""
    return workout(weekday, [segment("interval", minutes, pct) for minutes, pct in parts], kind=kind)


def repeated(times: int, *parts: tuple[float, float]) -> list[tuple[float, float]]:
    """Parts of a session so many times over."""
    return [*parts] * times


def plan_week(
    number: int,
    *workouts: Workout,
    week_type: WeekType = WeekType.LOAD,
    phase: Phase | None = None,
    says: dict[str, WorkoutType] | None = None,
    **verdict: Any,
) -> PlanWeek:
    """A week of workouts whose days and totals say what the workouts are; ``verdict`` changes what it says.

    ``says`` names days whose type is not that of a workout.
    """
    counted = [w for w in workouts if not w.optional]
    kinds: dict[str, WorkoutType] = {w.weekday: w.type for w in workouts} | (says or {})
    hours, tss = sum(w.duration_min for w in counted) / 60, sum(w.tss for w in counted)
    fields: dict[str, Any] = {
        "scenario_used": Scenario.ALL_WORKOUTS,
        "auto_fixed": False,
        "fix_log": None,
        "target_hours": round(hours, 2),
        "actual_hours": round(hours, 2),
        "target_tss": round(tss),
        "actual_tss": round(tss, 1),
        "warnings": (),
        "errors": (),
        "within_tolerance": True,
        "passed": True,
        "passed_before_fix": True,
    }
    return PlanWeek(
        week_number=number,
        week_type=week_type,
        phase=phase or PHASES[week_type],
        focus=f"Week {number}",
        target_hours=round(hours, 2),
        target_tss=round(tss),
        training_days=tuple(TrainingDay(weekday=day, workout_type=kinds.get(day, WorkoutType.REST)) for day in Weekday),
        workouts=workouts,
        validation=WeekValidation.model_validate({**fields, **verdict}),
    )


def easy_week(number: int, minutes: float, week_type: WeekType = WeekType.LOAD) -> PlanWeek:
    """Two endurance rides, on Wednesday and Saturday, of ``minutes`` together."""
    return plan_week(number, ride("Wednesday", minutes / 2), ride("Saturday", minutes / 2), week_type=week_type)


def course(*weeks: Sequence[Workout] | Workout, light: Sequence[int] = (), taper: int = 0) -> list[PlanWeek]:
    """Weeks of these workouts, those in ``light`` for recovery; the last ``taper`` lead to the event.

    The first two fifths of the others are base, the rest is build.
    """
    types = dict.fromkeys(light, WeekType.RECOVERY) | {len(weeks) - i: WeekType.TAPER for i in range(taper)}
    if taper:
        types[len(weeks)] = WeekType.EVENT
    made = []
    for n, workouts in enumerate(weeks, 1):
        listed = [workouts] if isinstance(workouts, Workout) else workouts
        kind = types.get(n, WeekType.LOAD)
        phase = Phase.BASE if n <= 0.4 * (len(weeks) - taper) else Phase.BUILD
        made.append(plan_week(n, *listed, week_type=kind, phase=phase if kind is WeekType.LOAD else None))
    return made


def result(rule_id: str, weeks: Iterable[PlanWeek], request: PlanRequest | None = None) -> RuleResult:
    """What one rule says about weeks, by default of a plan without event, caps or forbidden days."""
    found = {r.rule_id: r for r in check_plan(request or undated(), tuple(weeks), real_config())}
    return found[rule_id]


def errors_in(weeks: Iterable[PlanWeek], request: PlanRequest | None = None) -> list[str]:
    """The ids of all rules for which weeks are rejected."""
    return [r.rule_id for r in check_plan(request or undated(), tuple(weeks), real_config()) if r.rejects]


def segments_of(*parts: tuple[str, float, float | None, float | None]) -> tuple[Segment, ...]:
    """Segments from (type, minutes, low, high)."""
    return tuple(segment(*part) for part in parts)
