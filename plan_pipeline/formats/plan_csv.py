"""A plan as a table for spreadsheets: a row a workout."""

from typing import Final

from plan_pipeline.core.model.days import days_later
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.formats import ExportedFile, file_name
from plan_pipeline.formats.csv_text import csv_line

COLUMNS: Final = ("week", "date", "weekday", "name", "type", "duration_min", "tss", "intensity_factor")


def export_csv(plan: Plan, week: int | None = None) -> tuple[ExportedFile, ...]:
    """A line of headings, then a row for each workout of the plan or the week, and one for the event.

    Undated plans have no dates, an event no figures.
    """
    meta = plan.training_plan.plan_metadata
    start = meta.start_date
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
                        days_later(start, days) if start else None,
                        workout.weekday,
                        workout.name,
                        workout.type,
                        workout.duration_min,
                        workout.tss,
                        workout.intensity_factor,
                    )
                )
            )
        if (event := meta.event_in(each.week_number)) is not None:
            of_event = (each.week_number, event.date, event.weekday, event.title, "event", None, None, None)
            lines.append(csv_line(of_event))
    return (ExportedFile(file_name(plan, week, "csv"), "".join(lines).encode()),)
