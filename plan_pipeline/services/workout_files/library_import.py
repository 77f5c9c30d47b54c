"""Workout files made into a library: what is new in them, in the library's own form, and a word on every other file."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import ValidationError

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import ExperienceLevel, Sport, WorkoutType
from plan_pipeline.core.model.workout import Library, LibraryWorkout, write_out
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.formats.file_names import slug
from plan_pipeline.formats.reading import UnreadableSessionError
from plan_pipeline.formats.session import Session, library_parts
from plan_pipeline.library.files import load_library, sports_of
from plan_pipeline.library.importing.runs import NoEasyStepError, in_whole_minutes, without_refused_words
from plan_pipeline.library.importing.workouts import UnrideableError, inferred_workout
from plan_pipeline.library.inference.types import type_of
from plan_pipeline.library.writing import library_files
from plan_pipeline.services.libraries.new_folders import entries_of, write_folder
from plan_pipeline.services.workout_files.duplicates import Structures
from plan_pipeline.services.workout_files.reading_files import FoundFile, found_files, read_session
from plan_pipeline.strict_input.validation_messages import field_problems

_ID: Final = re.compile(r"[^a-z0-9]+")
MAX_ID: Final = 56
SHORTEST_ID: Final = 3


class LibraryImportError(ValueError):
    """Nothing can be imported; the text says why and what to do."""


class RepairedFile(Frozen):
    """A file that was not quite right, and what was made of it, in sentences."""

    file: str
    what: str


class RefusedFile(Frozen):
    """A file that became no workout, and why."""

    file: str
    reason: str


class DuplicateFile(Frozen):
    """A file whose structure a workout has already, of the library or of a file before it."""

    file: str
    same_as: str


class ImportedFile(Frozen):
    """What a file became."""

    file: str
    id: str
    type: WorkoutType
    min_level: ExperienceLevel


class ImportReport(Frozen):
    """What became of every file: ``imported``, refused or a duplicate. Repaired ones may be any of them."""

    files_in: int
    imported: int
    repaired: tuple[RepairedFile, ...]
    refused: tuple[RefusedFile, ...]
    duplicates: tuple[DuplicateFile, ...]
    workouts: tuple[ImportedFile, ...]


class Imported(Frozen):
    """The workouts of files, and the report on all of them."""

    workouts: tuple[LibraryWorkout, ...]
    report: ImportReport


class Known(NamedTuple):
    """What there is of a sport: its library, and the configuration that workouts are judged by."""

    library: Library
    config: PlanningConfig


def known_of(folder: Path, configs: Mapping[Sport, PlanningConfig]) -> tuple[Known, ...]:
    """What there is of the sports that have a configuration, by the library in a folder.

    A sport of which the library has nothing begins with nothing. Raises ``LibraryError`` for a folder that is none.
    """
    found = sports_of(folder) or tuple(configs)
    empty = Library(version="", workouts=())
    return tuple(
        Known(
            load_library(folder, sport) if sport in found else empty.model_copy(update={"sport": sport}),
            config,
        )
        for sport, config in configs.items()
    )


def import_workouts(
    places: Iterable[Path],
    known: Iterable[Known],
    *,
    ftp_watts: float | None = None,
    runner: Runner | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Make workouts of all files in some places that the library of their sport does not have.

    A file of a sport of which nothing is ``known`` is refused. ``ftp_watts`` is for rides in watts without a threshold,
    ``runner`` for runs in speeds or paces. ``progress`` gets how many files are done. No file stops the others. Raises
    ``LibraryImportError`` where there is none.
    """
    files = list(found_files(places))
    if not files:
        raise LibraryImportError(
            "there are no workout files; give files, or folders with .zwo, .erg, .mrc, .fit, .txt or .json"
        )
    collection = _Collection({each.config.sport: each for each in known}, ftp_watts, runner)
    for done, file in enumerate(files, start=1):
        collection.take(file)
        progress(done)
    return collection.imported(len(files))


def check_new(folder: Path) -> None:
    """Raise ``LibraryImportError`` where a folder holds anything, or is none."""
    if os.path.lexists(folder) and not folder.is_dir():
        raise LibraryImportError(f"--output: {folder} is a file; name a new folder")
    for entry in entries_of(folder):
        raise LibraryImportError(f"--output: {folder} holds {entry.name} already; name a new or an empty folder")


def write_library(workouts: Iterable[LibraryWorkout], folder: Path) -> None:
    """Write workouts as a library into a new folder, which appears as a whole."""
    write_folder(folder, {place: text.encode() for place, text in library_files(workouts).items()})


class _Collection:
    """What has become of the files so far."""

    def __init__(self, known: Mapping[Sport, Known], ftp_watts: float | None, runner: Runner | None) -> None:
        self.known = known
        self.ftp_watts = ftp_watts
        self.runner = runner
        self.structures = {sport: Structures(each.library.workouts, sport) for sport, each in known.items()}
        self.ids = {workout.id for each in known.values() for workout in each.library.workouts}
        self.workouts: list[LibraryWorkout] = []
        self.files: list[ImportedFile] = []
        self.repaired: list[RepairedFile] = []
        self.refused: list[RefusedFile] = []
        self.duplicates: list[DuplicateFile] = []

    def take(self, file: FoundFile) -> None:
        try:
            session, repairs = read_session(file, self.ftp_watts, runner=self.runner)
            workout, changes = self._workout(file, session)
        except (UnreadableSessionError, UnrideableError, NoEasyStepError) as error:
            self.refused.append(RefusedFile(file=file.shown, reason=str(error)))
            return
        except ValidationError as error:
            reason = field_problems(error, LibraryWorkout).first
            text = f"{reason.indexed_field}: {reason.text}"
            self.refused.append(RefusedFile(file=file.shown, reason=text))
            return
        if told := (*repairs, *changes):
            self.repaired.append(RepairedFile(file=file.shown, what="; ".join(told)))
        if isinstance(workout, DuplicateFile):
            self.duplicates.append(workout)
            return
        self.workouts.append(workout)
        self.ids.add(workout.id)
        self.structures[workout.sport].add(workout)
        self.files.append(ImportedFile(file=file.shown, id=workout.id, type=workout.type, min_level=workout.min_level))

    def _workout(self, file: FoundFile, session: Session) -> tuple[LibraryWorkout | DuplicateFile, tuple[str, ...]]:
        """The workout of a session, or the one that has its structure, and what had to be changed to have it."""
        known = self.known.get(session.sport)
        if known is None:
            raise UnreadableSessionError(
                f"is of {session.sport}, and there is no configuration of {session.sport} to judge it by; add "
                f"config/{session.sport}"
            )
        twin = self.structures[session.sport].twin_of(session.parts)
        if twin is not None:
            return DuplicateFile(file=file.shown, same_as=twin.id), ()
        name = session.name or file.path.stem.replace("_", " ").strip()
        parts, about_parts = in_whole_minutes(library_parts(session.parts, session.sport))
        kind = session.unmeasured or type_of(tuple(write_out(parts)), name, session.sport)
        name, about_name = without_refused_words(name, kind, session.sport)
        workout = inferred_workout(
            parts,
            workout_id=self._new_id(name),
            name=name,
            description=session.description,
            config=known.config,
            kind=kind,
        )
        return workout, (*about_parts, *about_name)

    def _new_id(self, name: str) -> str:
        base = _ID.sub("_", slug(name))[:MAX_ID].strip("_")
        base = base if len(base) >= SHORTEST_ID else f"workout_{base}"
        return next(found for found in _numbered(base) if found not in self.ids)

    def imported(self, files_in: int) -> Imported:
        report = ImportReport(
            files_in=files_in,
            imported=len(self.workouts),
            repaired=tuple(self.repaired),
            refused=tuple(self.refused),
            duplicates=tuple(self.duplicates),
            workouts=tuple(self.files),
        )
        return Imported(workouts=tuple(self.workouts), report=report)


def _numbered(base: str) -> Iterator[str]:
    yield base
    number = 2
    while True:
        yield f"{base}_{number}"
        number += 1
