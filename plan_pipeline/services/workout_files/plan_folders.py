"""A folder of workout files as a plan: one file a session, each on the day that its name says."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from plan_pipeline.core.model.days import monday_of
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import write_out
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.wording import counted
from plan_pipeline.formats.reading import ReadSession, UnreadableSessionError
from plan_pipeline.formats.session import Session, library_parts
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
    """The sessions of each week, in order, and their sport; the Monday that files begin on; what was repaired."""

    weeks: tuple[tuple[OutsideWorkout, ...], ...]
    start_date: dt.date | None
    remarks: tuple[str, ...]
    sport: Sport = Sport.CYCLING


class _Thresholds(NamedTuple):
    """What files that say no threshold are measured by."""

    ftp_watts: float | None
    runner: Runner | None

    def read(self, file: FoundFile) -> ReadSession:
        return read_session(file, self.ftp_watts, runner=self.runner)


def read_plan_folder(folder: Path, ftp_watts: float | None = None, runner: Runner | None = None) -> PlanFolder:
    """The plan in a folder. Raises ``WeekFileError`` for files without a day, that cannot be read, or of two sports."""
    remarks: list[str] = []
    thresholds = _Thresholds(ftp_watts, runner)
    files = list(_workout_files(folder, thresholds, remarks))
    if not files:
        raise WeekFileError(f"{folder}: is a folder without workout files; {NO_PLAN}")
    days = _days(folder, files)
    weeks: list[list[OutsideWorkout]] = [[] for _ in range(max(day.week for day in days))]
    refused: list[str] = []
    sports: dict[Sport, str] = {}
    for file, day in zip(files, days, strict=True):
        try:
            session, repairs = thresholds.read(file)
            workout = _workout(file, day, session)
        except (UnreadableSessionError, ValidationError) as error:
            reason = first_problem(error, OutsideWorkout) if isinstance(error, ValidationError) else str(error)
            refused.append(f"{file.shown}: {reason}")
            continue
        weeks[day.week - 1].append(workout)
        if not _is_of_any_sport(session):
            sports.setdefault(session.sport, file.shown)
        remarks += [f"{file.shown}: {repair}" for repair in repairs]
    if refused:
        heading = f"{folder}: {counted(len(refused), 'file')} of {len(files)} cannot be read; repair or remove"
        raise WeekFileError("\n  ".join([f"{heading}:", *_some(refused)]))
    if len(sports) > 1:
        named = ", ".join(f"{sport} ({shown})" for sport, shown in sports.items())
        raise WeekFileError(f"{folder}: holds files of several sports, {named}; give each sport a folder of its own")
    if empty := [str(number) for number, week in enumerate(weeks, start=1) if not week]:
        remarks.append(f"there are no files for week {', '.join(empty)}, which is taken as free")
    dates = [day.date for day in days if day.date is not None]
    in_order = tuple(tuple(sorted(week, key=lambda workout: workout.weekday.position)) for week in weeks)
    return PlanFolder(
        in_order, monday_of(min(dates)) if dates else None, tuple(remarks), next(iter(sports), Sport.CYCLING)
    )


def _workout_files(folder: Path, thresholds: _Thresholds, remarks: list[str]) -> Iterator[FoundFile]:
    """The files of a folder but for notes: what says no day and holds no workout."""
    for file in found_files([folder]):
        if day_of_file(file.shown) is None:
            try:
                thresholds.read(file)
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


def _workout(file: FoundFile, day: FileDay, session: Session) -> OutsideWorkout:
    segments = tuple(write_out(library_parts(session.parts, session.sport)))
    name = session.name or file.path.stem
    content: dict[str, Any] = {
        "weekday": day.weekday,
        "name": name,
        "type": session.unmeasured or type_of(segments, name, session.sport),
        "description": session.description,
        "segments": [segment.model_dump() for segment in segments],
    }
    return WorkoutFile.model_validate(content).workout()


def _is_of_any_sport(session: Session) -> bool:
    """Whether a session is strength training, which riders and runners do alike."""
    return session.is_off_the_bike


def _some(lines: Sequence[str]) -> list[str]:
    more = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return [*lines[:SHOWN], *more]
