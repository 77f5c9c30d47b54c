"""What is wrong with the plans of synthetic runners, plan by plan, by the bar that every running plan is held to.

Belongs here: making the plans and measuring them. Does not belong here: anything that asserts.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.content.runs import km_of
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import PlanStatus, WorkoutType
from plan_pipeline.core.pipeline import PlanResult, WeekDraft, generate_plan
from plan_pipeline_tests.core.builders import STAMP
from plan_pipeline_tests.core.running import running_config, running_library

SEED = 12
EXACT_MIN, EXACT_KM, ROUNDING = 1.0, 0.5, 0.02
"""How near a week comes to its minutes, or to its kilometres where it counts those; seconds round to 20 m a week."""

FROM_EASY_RUNS = 3
"""A week of so many easy runs has them all of different lengths."""


class Measured(NamedTuple):
    """One plan of the cohort: its request, how it ended, and its faults, each by a bar and in words."""

    request: PlanRequest
    status: PlanStatus
    weeks: int
    exact_weeks: int
    faults: tuple[tuple[str, str], ...]


@lru_cache(maxsize=2)
def measured(athletes: int) -> tuple[Measured, ...]:
    """The plans of so many runners, made one after another; what is kept of each is what is wrong with it."""
    return tuple(_measured(request) for request in synthetic_requests(athletes, SEED, running_config()))


def faults(athletes: int, bar: str) -> list[str]:
    return [f"{each.request.plan_id}: {fault}" for each in measured(athletes) for of, fault in each.faults if of == bar]


def _measured(request: PlanRequest) -> Measured:
    result = generate_plan(request, running_library(), running_config(), stamp=STAMP)
    found = list(_faults(result))
    feasible = [draft for draft in result.weeks if draft.duration.feasible]
    inexact = sum(of == "exact" for of, _ in found)
    return Measured(request, result.verdict.status, len(result.weeks), len(feasible) - inexact, tuple(found))


def _faults(result: PlanResult) -> Iterator[tuple[str, str]]:
    if result.verdict.status in (PlanStatus.REJECTED, PlanStatus.ERROR):
        yield "rejected", "; ".join(result.verdict.reasons[:2])
    for each in result.rule_results:
        if each.rejects:
            yield "error rule", each.statement
        if each.warns and each.rule_id in ("single-run-spike", "long-run-share"):
            yield each.rule_id, each.message
    for draft in result.weeks:
        yield from _week_faults(result.request, draft)
    for one, other in combinations(result.weeks, 2):
        if one.validated.workouts and _content(one) == _content(other):
            yield "alike", f"weeks {one.overview.week_number} and {other.overview.week_number}"
    if result.plan is not None and Plan.model_validate_json(result.plan.model_dump_json()) != result.plan:
        yield "written", "is read as another plan than it was written"


def _week_faults(request: PlanRequest, draft: WeekDraft) -> Iterator[tuple[str, str]]:
    week, workouts = draft.overview, draft.validated.workouts
    where = f"week {week.week_number}"
    km = sum(km_of(workout.segments, request.athlete_profile.runner) for workout in workouts)
    minutes = sum(workout.duration_min for workout in workouts)
    if week.target_km is not None and draft.duration.feasible and abs(km - week.target_km) > EXACT_KM + ROUNDING:
        yield "exact", f"{where}: {km:.2f} of {week.target_km:g} km"
    if week.target_km is None and draft.duration.feasible and abs(minutes - week.target_hours * 60) > EXACT_MIN:
        yield "exact", f"{where}: {minutes:.1f} of {week.target_hours * 60:.1f} min"
    easy = [round(workout.duration_min, 1) for workout in workouts if workout.type is WorkoutType.EASY]
    if len(easy) >= FROM_EASY_RUNS and len(set(easy)) < len(easy):
        yield "easy runs", f"{where}: {easy}"


def _content(draft: WeekDraft) -> tuple[object, ...]:
    """What a week's runner does: which workouts, on which days and how long."""
    return tuple(
        (workout.weekday, workout.library_workout_id, round(workout.duration_min, 1))
        for workout in draft.validated.workouts
    )
