"""Golden plans: fixed requests against the fixed library of this folder, rendered one line a day.

Belongs here: the requests and the rendering. Does not belong here: the comparison (see ``test_golden``) or
writing the files (see ``regenerate``).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from plan_pipeline.core.adding import added
from plan_pipeline.core.model.plan import PlanWeek, Workout
from plan_pipeline.core.model.request import ArmName, PlanRequest
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import ADJUSTED, OPTIMAL
from plan_pipeline.core.pipeline import PlanResult
from plan_pipeline_tests.core.builders import in_arm, planned, rider

FOLDER = Path(__file__).parent
CENTURY = {"date": "2027-03-28", "name": "Spring Century", "type": "century"}
ADVANCED = {"experience_level": "advanced", "age": 29, "start_ctl": 80}
BEGINNER = {"experience_level": "beginner", "age": 52}

REQUESTS: dict[str, PlanRequest] = {
    "century-12-weeks": rider(8, "tue, wed, thu, sat, sun", {"tuesday": 75}, event=CENTURY, plan_id="century"),
    "beginner-8-weeks": rider(4, "wed, sat, sun", {"wednesday": 60}, weeks=8, athlete=BEGINNER, plan_id="beginner"),
    "advanced-6-days": rider(13, "mon, tue, wed, thu, fri, sat, sun", weeks=9, athlete=ADVANCED, plan_id="advanced"),
}
ARMS = (ADJUSTED, OPTIMAL)


def path_of(name: str, arm: ArmName) -> Path:
    return FOLDER / f"{name}.{arm}.txt"


def rendered(name: str, arm: ArmName) -> str:
    """The golden plan of a request as text, or why there is none."""
    return "\n".join(_lines(planned(in_arm(REQUESTS[name], arm)))) + "\n"


def _lines(result: PlanResult) -> Iterator[str]:
    if result.plan is None:
        yield f"{result.verdict.status}: {'; '.join(result.verdict.reasons)}"
        return
    plan = result.plan.training_plan
    for week in plan.weekly_plan:
        yield from _week(week)
    yield plan.plan_metadata.coaching_notes
    yield ""
    yield plan.plan_metadata.monitoring_guidance


def _week(week: PlanWeek) -> Iterator[str]:
    hours = added(workout.duration_min for workout in week.workouts) / 60
    yield (
        f"week {week.week_number} {week.week_type} {week.phase}: {hours:.2f} of {week.target_hours:.2f} h, "
        f"{week.validation.actual_tss:.0f} of {week.target_tss:.0f} TSS - {week.focus}"
    )
    by_day = {workout.weekday: workout for workout in week.workouts}
    for day in week.training_days:
        yield f"  {day.weekday.value[:3]} " + (_workout(by_day[day.weekday]) if day.weekday in by_day else "rest")
    yield ""


def _workout(workout: Workout) -> str:
    return (
        f"{workout.type:<10} {workout.duration_min:>3g} min {workout.tss:>5.1f} TSS  "
        f"{workout.library_workout_id}: {steps_in_brief(workout.segments)}"
    )


def steps_in_brief(segments: tuple[Segment, ...]) -> str:
    """Segments in brief, a set as its count and one repeat."""
    parts = []
    for key, run in groupby(segments, key=lambda segment: segment.set_count):
        listed = list(run)
        if key is None:
            parts += [_step(segment) for segment in listed]
        else:
            sets = [list(steps) for _, steps in groupby(listed, key=lambda segment: segment.set_index)]
            once = [" + ".join(map(_step, steps)) for steps in sets]
            parts.append(f"{key} x ({once[0]})" if len(set(once)) == 1 and len(once) == key else " | ".join(once))
    return ", ".join(parts)


def _step(segment: Segment) -> str:
    low, high = segment.intensity_low_pct, segment.intensity_high_pct
    power = "" if low is None else f"@{low:g}" if low == high else f"@{low:g}-{high:g}"
    return f"{segment.duration_min:g}{power}"
