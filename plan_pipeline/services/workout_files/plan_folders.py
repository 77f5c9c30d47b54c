"""A folder of workout files as a plan: one file a session, each on the day that its name says."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from plan_pipeline.core.model.days import monday_of
from plan_pipeline.core.model.workout import write_out
from plan_pipeline.core.wording import counted
from plan_pipeline.formats.reading import UnreadableSessionError
from plan_pipeline.formats.session import library_parts
from plan_pipeline.library.inference.types import type_of
from plan_pipeline.services.week_files import OutsideWorkout, WeekFileError, WorkoutFile
from plan_pipeline.services.workout_files.file_days import FileDay, day_of_file, numbered
from plan_pipeline.services.workout_files.reading_files import FoundFile, found_files, read_session
from plan_pipeline.strict_input.validation_messages import first_problem

MOST_WEEKS: Final = 104
"""A number beyond two years is no week's."""

SHOWN: Final = 5
"""Files that a message names."""

NO_PLAN: Final = (
    "give the file of a plan, such as plan.json, or a folder of workout files that are named by week and day"
)


class PlanFolder(NamedTuple):
    """The sessions of each week, in order; the Monday it begins on where files say dates; what was repaired."""

    weeks: tuple[tuple[OutsideWorkout, ...], ...]
    start_date: dt.date | None
    remarks: tuple[str, ...]


def read_plan_folder(folder: Path, ftp_watts: float | None = None) -> PlanFolder:
    """The plan in a folder. Raises ``WeekFileError`` for files without a day, or that cannot be read."""
    remarks: list[str] = []
    files = list(_workout_files(folder, ftp_watts, remarks))
    if not files:
        raise WeekFileError(f"{folder}: is a folder without workout files; {NO_PLAN}")
    days = _days(folder, files)
    weeks: list[list[OutsideWorkout]] = [[] for _ in range(max(day.week for day in days))]
    refused: list[str] = []
    for file, day in zip(files, days, strict=True):
        try:
            workout, repairs = _workout(file, day, ftp_watts)
        except (UnreadableSessionError, ValidationError) as error:
            reason = first_problem(error, OutsideWorkout) if isinstance(error, ValidationError) else str(error)
            refused.append(f"{file.shown}: {reason}")
            continue
        weeks[day.week - 1].append(workout)
        remarks += [f"{file.shown}: {repair}" for repair in repairs]
    if refused:
        heading = f"{folder}: {counted(len(refused), 'file')} of {len(files)} cannot be read; repair or remove"
        raise WeekFileError("\n  ".join([f"{heading}:", *_some(refused)]))
    if empty := [str(number) for number, week in enumerate(weeks, start=1) if not week]:
        remarks.append(f"there are no files for week {', '.join(empty)}, which is taken as free")
    dates = [day.date for day in days if day.date is not None]
    in_order = tuple(tuple(sorted(week, key=lambda workout: workout.weekday.position)) for week in weeks)
    return PlanFolder(in_order, monday_of(min(dates)) if dates else None, tuple(remarks))


def _workout_files(folder: Path, ftp_watts: float | None, remarks: list[str]) -> Iterator[FoundFile]:
    """The files of a folder but for notes: what says no day and holds no workout."""
    for file in found_files([folder]):
        if day_of_file(file.shown) is None:
            try:
                read_session(file, ftp_watts)
            except UnreadableSessionError:
                remarks.append(f"{file.shown} says no day and holds no workout, and was passed over")
                continue
        yield file


def _days(folder: Path, files: Sequence[FoundFile]) -> list[FileDay]:
    found = [day_of_file(file.shown) for file in files]
    without = [file.shown for file, day in zip(files, found, strict=True) if day is None]
    if without:
        remedy = "name week and day, such as W01_Tue_name.zwo, Week 1/Tuesday.zwo or 2027-01-05 name.zwo"
        heading = f"{folder}: {counted(len(without), 'file')} of {len(files)} cannot be placed; {remedy}"
        raise WeekFileError("\n  ".join([f"{heading}:", *_some(without)]))
    days = [day for day in found if day is not None]
    if len({day.date is None for day in days}) > 1:
        raise WeekFileError(f"{folder}: some files are named by date, others by week; name all of them one way")
    numbered_days = numbered(days)
    last = max(day.week for day in numbered_days)
    if last > MOST_WEEKS:
        raise WeekFileError(f"{folder}: the last file is in week {last}, beyond {MOST_WEEKS}; correct its name")
    return numbered_days


def _workout(file: FoundFile, day: FileDay, ftp_watts: float | None) -> tuple[OutsideWorkout, tuple[str, ...]]:
    session, repairs = read_session(file, ftp_watts)
    segments = tuple(write_out(library_parts(session.parts)))
    name = session.name or file.path.stem
    content: dict[str, Any] = {
        "weekday": day.weekday,
        "name": name,
        "type": type_of(segments, name),
        "description": session.description,
        "segments": [segment.model_dump() for segment in segments],
    }
    return WorkoutFile.model_validate(content).workout(), repairs


def _some(lines: Sequence[str]) -> list[str]:
    more = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return [*lines[:SHOWN], *more]
