"""Weeks whose workouts were written for the plan, and not chosen from the library."""

from plan_pipeline.core.model.plan import Choice, OverviewWeek, WeekSelection, WrittenWeek


def written_selection(week: OverviewWeek, written: WrittenWeek) -> WeekSelection:
    """The selection of a week that takes its workouts as they were written, in the order of their days."""
    choices = tuple(
        Choice(
            weekday=workout.weekday,
            workout_type=week.training_days[workout.weekday.position].workout_type,
            library_workout_id=None,
            target_min=workout.duration_min,
            base_duration_min=workout.duration_min,
            rationale="Written for this day by the model.",
            written=workout,
        )
        for workout in sorted(written.workouts, key=lambda each: each.weekday.position)
    )
    return WeekSelection(week_number=week.week_number, choices=choices)
