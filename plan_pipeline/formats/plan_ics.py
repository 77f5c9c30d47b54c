"""A plan as a calendar: an all-day entry a workout, and one for each event it leads up to.

A workout keeps its UID over all generations of a plan, and SEQUENCE rises with them, so that a calendar that takes the
file in again moves and renames what it has instead of doubling it. An instance has UIDs of its own, which stay when it
is moved, and SEQUENCE rises then as well; the entries of a cancelled one say so.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from plan_pipeline.core.coach_texts.texts import texts_of
from plan_pipeline.core.model.days import days_later
from plan_pipeline.core.model.events import Event
from plan_pipeline.core.model.plan import Plan, PlanWeek, TrainingPlan, Workout
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.core.notation import minutes, workout_notation
from plan_pipeline.core.paces.text import Units
from plan_pipeline.formats import ExportedFile, ExportError, file_name
from plan_pipeline.formats.extras import of_extra
from plan_pipeline.formats.reading import plain_text

DOMAIN: Final = "plan-pipeline"
SEQUENCE_BEGINS: Final = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
"""SEQUENCE counts the seconds from here on; its 31 bits reach to 2088."""

MAX_SEQUENCE: Final = 2**31 - 1

_TIME_OF_ID = re.compile(r"(\d{8}T\d{6})(\d{3})Z-")
"""How ids of generations begin, each with a later time than all before it."""


def export_ics(plan: Plan, week: int | None = None) -> tuple[ExportedFile, ...]:
    """The calendar of a plan, or of one week of it. Raises ``ExportError`` for a plan without dates."""
    body = plan.training_plan
    start = body.plan_metadata.start_date
    if start is None:
        raise ExportError(
            f"{body.plan_id} has no dates, which a calendar needs; put it on dates with `plan-pipeline schedule "
            f"{body.plan_id} --start DATE`, or put start_date, or the date of an event, into its request and generate "
            "it again"
        )
    icalendar = of_extra("icalendar", "ics")
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//plan-pipeline//training plan//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", plan.own_id)
    for fields in _entries(plan, start, week):
        entry = icalendar.Event()
        for name, value in fields.items():
            entry.add(name, value)
        calendar.add_component(entry)
    return (ExportedFile(file_name(plan, week, "ics"), calendar.to_ical()),)


def _entries(plan: Plan, start: dt.date, only: int | None) -> Iterator[dict[str, Any]]:
    """The fields of each entry, day by day."""
    for week in plan.training_plan.weekly_plan:
        if only in (None, week.week_number):
            found = [*_workouts(plan, week, start), *_events(plan, week)]
            yield from sorted(found, key=lambda fields: fields["dtstart"])


def _workouts(plan: Plan, week: PlanWeek, start: dt.date) -> Iterator[dict[str, Any]]:
    on_day: Counter[str] = Counter()
    texts = texts_of(plan).week(week.week_number)
    first = min(week.workouts, key=lambda workout: workout.weekday.position, default=None)
    for workout, purpose in zip(week.workouts, texts.purposes, strict=True):
        day = days_later(start, 7 * (week.week_number - 1) + workout.weekday.position)
        key = f"w{week.week_number:02}-{workout.weekday.lower()}"
        on_day[key] += 1
        again = f"-{on_day[key]}" if on_day[key] > 1 else ""
        is_test = workout.type is WorkoutType.TEST
        name = one_line(plain_text(workout.name))
        if is_test and "test" not in name.lower():
            name = f"Test: {name}"
        optional = ", optional" if workout.optional else ""
        yield {
            **_common(plan, f"{key}{again}", day),
            "summary": f"{name} ({minutes(workout.duration_min)}{optional})",
            "description": _described(plan, workout, purpose, texts.preview if workout is first else None),
            "categories": ["TEST" if is_test else "WORKOUT"],
        }


def _events(plan: Plan, week: PlanWeek) -> Iterator[dict[str, Any]]:
    meta = plan.training_plan.plan_metadata
    number: Counter[str] = Counter()
    keys: dict[dt.date, str] = {}
    for on_the_way in meta.events:
        number[on_the_way.priority] += 1
        keys[on_the_way.date] = f"event-{on_the_way.priority.lower()}{number[on_the_way.priority]}"
    for event in meta.every_event_in(week.week_number):
        key = "event-a" if event is meta.event else keys[event.date]
        yield {
            **_common(plan, key, event.date),
            "summary": plain_text(event.title),
            "description": _described_event(event),
            "categories": ["EVENT"],
        }


def _common(plan: Plan, key: str, day: dt.date) -> dict[str, Any]:
    instance = plan.instance
    made = plan.ai_metadata.generated_at
    made = (made if instance is None else max(made, instance.changed_at)).astimezone(dt.UTC)
    return {
        "uid": f"{plan.own_id}-{key}@{DOMAIN}",
        "sequence": _sequence(plan),
        "dtstamp": made,
        "last-modified": made,
        "dtstart": day,
        "dtend": days_later(day, 1),
        "transp": "TRANSPARENT",
        **({"status": "CANCELLED"} if instance is not None and instance.is_cancelled else {}),
    }


def _sequence(plan: Plan) -> int:
    """Seconds to the time that the generation's id begins with, or to that of the generation; one more for every change
    of an instance, so that it rises with either whatever the clock says.
    """
    made = plan.ai_metadata.generated_at
    if match := _TIME_OF_ID.match(plan.generation.generation_id):
        made = dt.datetime.fromisoformat(f"{match[1]}.{match[2]}+00:00")
    changes = 0 if plan.instance is None else plan.instance.changes
    return min(max(0, int((made - SEQUENCE_BEGINS).total_seconds())) + changes, MAX_SEQUENCE)


def _described(plan: Plan, workout: Workout, purpose: str | None, preview: str | None) -> str:
    """What a workout is for and how it is done; the first one of a week says what the week brings as well."""
    steps, load = workout_notation(workout.segments), _load(plan.training_plan, workout)
    week = f"This week: {preview}" if preview else ""
    said = "\n\n".join(filter(None, [week, purpose, workout.description.strip(), "\n".join(steps), load]))
    return plain_text(said)


def _load(body: TrainingPlan, workout: Workout) -> str:
    """What a workout comes to: of a run its distance as well."""
    if body.sport is Sport.CYCLING:
        return f"{workout.tss:g} TSS, IF {workout.intensity_factor:g}" if workout.tss else ""
    units = body.athlete_profile.units or Units.KM
    distance = f"{1000 * workout.distance_km / units.metres:.1f} {units.short}" if workout.distance_km else ""
    load = f"{workout.tss:g} rTSS, IF {workout.intensity_factor:g}" if workout.tss else ""
    return ", ".join(filter(None, [distance, load]))


def _described_event(event: Event) -> str:
    figures = [
        f"{event.distance_km:g} km" if event.distance_km else "",
        f"{event.elevation_m:g} m of climbing" if event.elevation_m else "",
        f"about {minutes(event.expected_duration_min)}" if event.expected_duration_min else "",
    ]
    return ", ".join(filter(None, [f"Priority {event.priority}", *figures]))
