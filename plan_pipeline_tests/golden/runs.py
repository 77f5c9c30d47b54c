"""Golden plans of runners in ways that standard plans are not: by hours, in miles, and with walks; one line a day.

Belongs here: the requests and the rendering. Does not belong here: the comparison (see ``test_runs``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from plan_pipeline.core.adding import added
from plan_pipeline.core.model.plan import Plan, PlanWeek, Workout, WorkoutOption
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline_tests.core.builders import STAMP
from plan_pipeline_tests.core.running import a_runner_request, in_kilometres, running_config, running_library
from plan_pipeline_tests.golden.plans import FOLDER, steps_in_brief

RUNS = FOLDER / "runs"

REQUESTS: dict[str, PlanRequest] = {
    "10k-by-hours": a_runner_request(
        plan_id="10k-by-hours",
        weeks=8,
        availability={"hours_per_week": 4.5, "week_days": "tue, wed, fri, sun", "max_minutes": {"wednesday": 60}},
        athlete={"age": 46, "current_weekly_km": 34, "longest_run_km": 12, "access": ["trail"], "goals": []},
        event={"date": "2027-03-27", "name": "River Ten", "type": "10k"},
    ),
    "marathon-in-miles": in_kilometres(
        72,
        "mon, tue, wed, thu, sat, sun",
        plan_id="marathon-in-miles",
        weeks=10,
        athlete={
            "recent_race": {"distance_m": 21_097.5, "time": "1:44:00"},
            "current_weekly_km": 56,
            "longest_run_km": 24,
            "units": "mile",
            "goals": ["Break 3:45"],
            "time_constants": {"tau1": 42, "tau2": 7},
        },
        event={"date": "2027-05-02", "name": "Spring Marathon", "type": "marathon", "goal_time": "3:45:00"},
    ),
    "5k-run-walk": a_runner_request(
        plan_id="5k-run-walk",
        weeks=6,
        availability={"hours_per_week": 2.25, "week_days": "tue, thu, sat"},
        athlete={
            "experience_level": "beginner",
            "recent_race": None,
            "threshold_pace": "7:00/km",
            "current_weekly_km": 8,
            "longest_run_km": None,
            "goals": ["Run without stopping"],
        },
        event={"date": "2027-03-27", "name": "Park Run", "type": "5k"},
    ),
}


def path_of(name: str) -> Path:
    return RUNS / f"{name}.txt"


def rendered(name: str) -> str:
    """The golden plan of a request as text, or why there is none."""
    result = generate_plan(REQUESTS[name], running_library(), running_config(), stamp=STAMP)
    if result.plan is None:
        return f"{result.verdict.status}: {'; '.join(result.verdict.reasons)}\n"
    return "\n".join(_lines(result.plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    for week in plan.training_plan.weekly_plan:
        yield from _week(week)
    yield plan.training_plan.plan_metadata.coaching_notes
    yield ""
    yield plan.training_plan.plan_metadata.monitoring_guidance
    yield ""
    yield from (result.statement for result in plan.rule_results if result.warns)


def _week(week: PlanWeek) -> Iterator[str]:
    hours = added(workout.duration_min for workout in week.workouts) / 60
    km = added(workout.distance_km or 0 for workout in week.workouts)
    wanted = f"{week.target_hours:.2f} h" if week.target_km is None else f"{week.target_km:g} km"
    yield (
        f"week {week.week_number} {week.week_type} {week.phase}: {hours:.2f} h and {km:.2f} km of {wanted}, "
        f"{week.validation.actual_tss:.0f} of {week.target_tss:.0f} TSS - {week.focus}"
    )
    by_day = {workout.weekday: workout for workout in week.workouts}
    for day in week.training_days:
        workout = by_day.get(day.weekday)
        yield f"  {day.weekday.value[:3]} " + ("rest" if workout is None else _amounts(workout))
        yield from (f"    {option.label} {_amounts(option)}" for option in (workout.options if workout else ()))
    yield ""


def _amounts(workout: Workout | WorkoutOption) -> str:
    return (
        f"{workout.type:<16} {workout.duration_min:>5.1f} min {workout.distance_km or 0:>5.2f} km "
        f"{workout.tss:>5.1f} TSS  {workout.library_workout_id}: {steps_in_brief(workout.segments)}"
    )
