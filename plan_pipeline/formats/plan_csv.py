"""A plan as a table for spreadsheets: a row a workout."""

from collections.abc import Callable
from typing import Any, Final

from plan_pipeline.core.model.days import days_later
from plan_pipeline.core.model.events import Event
from plan_pipeline.core.model.plan import Plan, Workout
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.notation import step_pace
from plan_pipeline.formats import ExportedFile, file_name
from plan_pipeline.formats.csv_text import csv_line

COLUMNS: Final = ("week", "date", "weekday", "name", "type", "duration_min", "tss", "intensity_factor")
RUNNING_COLUMNS: Final = ("sport", "distance_km", "paces")
"""What a plan of running has beside them: kilometres, and the ranges of pace of a workout in the order of its steps."""


def export_csv(plan: Plan, week: int | None = None) -> tuple[ExportedFile, ...]:
    """A line of headings, then a row for each workout of the plan or the week, and one for each event.

    Undated plans have no dates, an event no figures.
    """
    meta = plan.training_plan.plan_metadata
    start = meta.start_date
    columns, more_of = _MORE[plan.training_plan.sport]
    lines = [csv_line((*COLUMNS, *columns))]
    for each in plan.training_plan.weekly_plan:
        if week not in (None, each.week_number):
            continue
        ridden: list[Workout | Event] = [*each.workouts, *meta.every_event_in(each.week_number)]
        for row in sorted(ridden, key=lambda row: row.weekday.position):
            days = 7 * (each.week_number - 1) + row.weekday.position
            day = (each.week_number, days_later(start, days) if start else None, row.weekday)
            if isinstance(row, Event):
                lines.append(csv_line((*day, row.title, "event", None, None, None, *more_of(row))))
            else:
                figures = (round(row.duration_min, 2), row.tss, row.intensity_factor)
                lines.append(csv_line((*day, row.name, row.type, *figures, *more_of(row))))
    return (ExportedFile(file_name(plan, week, "csv"), "".join(lines).encode()),)


def _nothing(row: Workout | Event) -> tuple[Any, ...]:
    del row
    return ()


def _of_running(row: Workout | Event) -> tuple[Any, ...]:
    if isinstance(row, Event):
        return Sport.RUNNING, row.distance_km, None
    paces = dict.fromkeys(filter(None, map(step_pace, row.segments)))
    return Sport.RUNNING, row.distance_km, "; ".join(paces) or None


_MORE: Final[dict[Sport, tuple[tuple[str, ...], Callable[[Workout | Event], tuple[Any, ...]]]]] = {
    Sport.CYCLING: ((), _nothing),
    Sport.RUNNING: (RUNNING_COLUMNS, _of_running),
}
