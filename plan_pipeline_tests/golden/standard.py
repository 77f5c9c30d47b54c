"""Golden standard plans: the page that a coach reviews, then one line a day, made from the product's own library.

Belongs here: the plans and the rendering. Does not belong here: the comparison (see ``test_standard``).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from plan_pipeline.core.model.plan import Plan, PlanWeek, Workout, WorkoutOption
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.core.standard_plans.page import page_of, week_km
from plan_pipeline.core.standard_plans.plans import StandardPlan, standard_request
from plan_pipeline_tests.core.builders import STAMP
from plan_pipeline_tests.core.running import running_config, running_library
from plan_pipeline_tests.golden.plans import FOLDER, steps_in_brief


def path_of(standard: StandardPlan) -> Path:
    """The golden file, in a folder of its distance."""
    return FOLDER / "standard_plans" / standard.distance.value / f"{standard.plan_id}.txt"


@cache
def made(standard: StandardPlan) -> Plan:
    """The plan, which has to be published."""
    config = running_config()
    result = generate_plan(standard_request(standard, config), running_library(), config, stamp=STAMP)
    assert result.plan is not None, result.verdict
    return result.plan


def rendered(standard: StandardPlan) -> str:
    """The page, the weeks and the notes of a standard plan as text."""
    return page_of(standard, made(standard)) + "\n" + "\n".join(_lines(made(standard))) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    for week in plan.training_plan.weekly_plan:
        yield from _week(week)
    yield plan.training_plan.plan_metadata.coaching_notes
    yield ""
    yield plan.training_plan.plan_metadata.monitoring_guidance


def _week(week: PlanWeek) -> Iterator[str]:
    yield (
        f"week {week.week_number} {week.week_type} {week.phase}: {week_km(week):.2f} of {week.target_km:g} km, "
        f"{week.validation.actual_tss:.0f} of {week.target_tss:.0f} TSS - {week.focus}"
    )
    by_day = {workout.weekday: workout for workout in week.workouts}
    for day in week.training_days:
        workout = by_day.get(day.weekday)
        if workout is None:
            yield f"  {day.weekday.value[:3]} rest"
            continue
        yield f"  {day.weekday.value[:3]} {workout.type:<16} {_amounts(workout)}"
        yield from (f"    {option.label} {option.type:<16} {_amounts(option)}" for option in workout.options)
    yield ""


def _amounts(workout: Workout | WorkoutOption) -> str:
    return (
        f"{workout.duration_min:>5.1f} min {workout.distance_km:>5.2f} km {workout.tss:>5.1f} TSS  "
        f"{workout.library_workout_id}: {steps_in_brief(workout.segments)}"
    )
