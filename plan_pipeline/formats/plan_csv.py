"""A plan as a table for spreadsheets: a row a workout."""

import datetime as dt
from typing import Final

from plan_pipeline.core.model.plan import Plan
from plan_pipeline.formats import ExportedFile, file_name
from plan_pipeline.formats.csv_text import csv_line

COLUMNS: Final = ("week", "date", "weekday", "name", "type", "duration_min", "tss", "intensity_factor")


def export_csv(plan: Plan, week: int | None = None) -> tuple[ExportedFile, ...]:
    """A line of headings, then a row for each workout of the plan or the week. Undated plans have no dates."""
    start = plan.training_plan.plan_metadata.start_date
    lines = [csv_line(COLUMNS)]
    for each in plan.training_plan.weekly_plan:
        if week not in (None, each.week_number):
            continue
        for workout in each.workouts:
            days = 7 * (each.week_number - 1) + workout.weekday.position
            lines.append(
                csv_line(
                    (
                        each.week_number,
                        start + dt.timedelta(days=days) if start else None,
                        workout.weekday,
                        workout.name,
                        workout.type,
                        workout.duration_min,
                        workout.tss,
                        workout.intensity_factor,
                    )
                )
            )
    return (ExportedFile(file_name(plan, week, "csv"), "".join(lines).encode()),)
