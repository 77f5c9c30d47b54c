"""Running plans for the tests of rules of running, in as few words as possible.

Belongs here: builders, and a way to ask for one rule's result. Does not belong here: anything that asserts.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from plan_pipeline.config import load_config
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.plan import PlanWeek, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import RuleResult
from plan_pipeline.core.model.segments import RunningSegment
from plan_pipeline.core.model.vocabulary import Phase, SegmentType, Sport, Weekday, WeekType, WorkoutType
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.rules.rule import check_plan
from plan_pipeline_tests.core.builders import ROOT
from plan_pipeline_tests.core.rules.plan_weeks import plan_week

RUNNER = Runner(255)
"""4:15/km at threshold: VDOT 50."""

MONDAY = "2027-02-01"
"""The first day of plans with an event; an eight-week plan ends on Sunday, 28 March."""


@lru_cache(maxsize=1)
def running_config() -> PlanningConfig:
    return load_config(ROOT / "config", Sport.RUNNING)


def a_runner(weeks: int = 8, **changes: Any) -> PlanRequest:
    """An intermediate runner of 60 km in the fullest week, on any day; changes of the athlete or of the request."""
    of_request = {name: changes.pop(name) for name in _OF_REQUEST if name in changes}
    weekly_km = changes.pop("weekly_km", 60)
    profile = {
        "athlete_id": "runner-1",
        "threshold_pace": "4:15/km",
        "age": 30,
        **changes,
        "training_availability": {"weekly_km": weekly_km, "week_days": ", ".join(Weekday)},
    }
    content = {"plan_id": "runner-1", "sport": "running", "weeks": weeks, "athlete_profile": profile, **of_request}
    return PlanRequest.model_validate(content)


_OF_REQUEST = ("event", "events", "start_date", "time_off", "options", "goal")


def racing(kind: str = "marathon", date: str = "2027-03-28", weeks: int = 8, **changes: Any) -> PlanRequest:
    """The same, leading to a race on a Sunday."""
    return a_runner(weeks, event={"date": date, "type": kind}, **changes)


def run(weekday: str, km: float, pct: float = 78, kind: str = "easy") -> Workout:
    """A run of so many kilometres at one intensity."""
    return workout_of(weekday, [distance(km, pct)], kind)


def session(weekday: str, *parts: tuple[float, float], kind: str = "threshold", name: str = "Run") -> Workout:
    """A run of (minutes, % of threshold speed), in order."""
    return workout_of(weekday, [stretch(minutes, pct) for minutes, pct in parts], kind, name)


def with_strides(weekday: str, km: float) -> Workout:
    """An easy run that ends with four strides of 20 s."""
    strides = [stretch(1 / 3, 116, "stride"), stretch(1, 72)] * 4
    return workout_of(weekday, [distance(km - 1.5, 78), *strides], "easy")


def stretch(minutes: float, pct: float, kind: str = "steady") -> RunningSegment:
    return RunningSegment(type=SegmentType(kind), duration_min=minutes, intensity_low_pct=pct, intensity_high_pct=pct)


def distance(km: float, pct: float) -> RunningSegment:
    minutes = km * 1000 / RUNNER.speed(pct) / 60
    return stretch(minutes, pct).model_copy(update={"distance_m": 1000 * km})


def workout_of(weekday: str, segments: Iterable[RunningSegment], kind: str = "easy", name: str = "Run") -> Workout:
    listed = tuple(segments)
    load = workout_load(listed)
    return Workout(
        weekday=Weekday(weekday),
        name=name,
        type=WorkoutType(kind),
        description="",
        duration_min=sum(segment.duration_min for segment in listed),
        tss=load.tss,
        tss_method=load.method,
        tss_if2=load.tss_if2,
        intensity_factor=load.intensity_factor,
        segments=listed,
    )


def km_week(number: int, km: float, week_type: WeekType = WeekType.LOAD, phase: Phase | None = None) -> PlanWeek:
    """Easy runs on Tuesday, Thursday and Friday, and on Sunday the long one: 30 % of the kilometres."""
    days = (("Tuesday", 0.2), ("Thursday", 0.27), ("Friday", 0.23), ("Sunday", 0.3))
    return plan_week(number, *(run(day, share * km) for day, share in days), week_type=week_type, phase=phase)


def km_weeks(*weekly: float, taper: int = 0) -> list[PlanWeek]:
    """Weeks of so many kilometres, the last of which lead to a race."""
    types = [WeekType.LOAD] * (len(weekly) - taper) + [WeekType.TAPER] * taper
    if taper:
        types[-1] = WeekType.EVENT
    return [km_week(number, km, kind) for number, (km, kind) in enumerate(zip(weekly, types, strict=True), 1)]


def long_runs(*kilometres: float) -> list[PlanWeek]:
    """Weeks of one run, on Sunday."""
    return [plan_week(number, run("Sunday", km, kind="long")) for number, km in enumerate(kilometres, 1)]


def found(rule_id: str, weeks: Iterable[PlanWeek], request: PlanRequest | None = None) -> RuleResult:
    """What one rule of running says about weeks, by default of a plan without an event."""
    listed = tuple(weeks)
    results = check_plan(request or a_runner(max(len(listed), 4)), listed, running_config())
    return next(result for result in results if result.rule_id == rule_id)
