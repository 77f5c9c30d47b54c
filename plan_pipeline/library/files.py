"""Library files, ``<folder>/<sport>/<type>.yaml``, read into the core's models under a hash of their content."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from pydantic import Field, ValidationError, model_validator

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.core.model.workout import Library, LibraryWorkout
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.library.problems import INHERITED, LibraryError, Problem, position_of_workout, problems_of
from plan_pipeline.strict_input.data_folders import Severity, content_version
from plan_pipeline.strict_input.input_limits import MAX_LIBRARY_BYTES, StrictInputError, read_text
from plan_pipeline.strict_input.strict_yaml import parse_yaml
from plan_pipeline.strict_input.validation_messages import field_problems

FILES_REMEMBERED = 32
"""Files whose workouts a process keeps by their content: a command that makes a plan asks for the library six times."""


class LibraryFile(Frozen):
    """One file of the library: all workouts of one type and sport, which the header states for all of them."""

    schema_version: Literal["2.0"]
    sport: Sport
    type: WorkoutType
    workouts: tuple[LibraryWorkout, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _hand_down_the_header(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("workouts"), list | tuple):
            return data
        header = {field: data[field] for field in INHERITED if field in data}
        workouts = [{**header, **entry} if isinstance(entry, dict) else entry for entry in data["workouts"]]
        return {**data, "workouts": workouts}

    @model_validator(mode="after")
    def _one_type_a_file(self) -> Self:
        for workout in self.workouts:
            if (workout.type, workout.sport) != (self.type, self.sport):
                raise ValueError(
                    f"{workout.id} is {workout.sport} {workout.type} in a file of {self.sport} {self.type}; "
                    "remove its type and sport, or move it to the file of its type"
                )
        return self


class LibraryEntry(NamedTuple):
    """A workout and the file it was read from, relative to the library folder."""

    file: str
    workout: LibraryWorkout

    def problem(self, field: str, message: str, severity: Severity = Severity.ERROR) -> Problem:
        """A problem of the workout."""
        return Problem(severity=severity, file=self.file, workout_id=self.workout.id, field=field, message=message)


class Reading(NamedTuple):
    """Everything in a folder that could be read, and everything that could not."""

    entries: tuple[LibraryEntry, ...]
    problems: tuple[Problem, ...]


def load_library(folder: Path, sport: Sport = Sport.CYCLING) -> Library:
    """The workouts of a sport in a folder, ordered by id; files of other sports are not looked at.

    Raises ``LibraryError`` with every problem of form: no folder, no workouts, broken YAML, unknown or missing
    fields, a file in the wrong place, an id used twice. Content is checked by ``validate_library``.
    """
    entries, problems = read_folder(folder, sport)
    if problems:
        raise LibraryError(problems)
    workouts = tuple(sorted((entry.workout for entry in entries), key=lambda workout: workout.id))
    return Library(version=library_version(workouts), workouts=workouts, sport=sport)


def sports_of(folder: Path) -> tuple[Sport, ...]:
    """The sports that a folder has files of, whether they can be used or not."""
    return tuple(sport for sport in Sport if any((folder / sport.value).glob("[!.]*.yaml")))


def library_version(workouts: Iterable[LibraryWorkout]) -> str:
    """A short SHA-256 over the workouts in canonical JSON: layout, comments and order make no difference."""
    content = [workout.model_dump(mode="json") for workout in sorted(workouts, key=lambda workout: workout.id)]
    return content_version(content)


def folder_version(versions: Mapping[Sport, str]) -> str:
    """The version of a folder by those of its sports: of a single sport its own, of several a hash over them."""
    if len(versions) == 1:
        return next(iter(versions.values()))
    return content_version({sport.value: version for sport, version in versions.items()})


def read_folder(folder: Path, sport: Sport) -> Reading:
    """Read every file of a sport as far as possible, in sorted order; never raises for what files hold."""
    if not folder.is_dir():
        return Reading((), (Problem(file=str(folder), message="is not a folder; name the workout library's folder"),))
    paths = sorted((folder / sport.value).glob("[!.]*.yaml"))
    problems = list(_misplaced(folder, sport))
    entries: list[LibraryEntry] = []
    for path in paths:
        reading = _read_file(folder, path)
        entries += reading.entries
        problems += reading.problems
    if not entries and not problems:
        problems.append(_holds_nothing(folder, sport))
    problems += repeated_ids(entries)
    return Reading(tuple(entries), tuple(problems))


def _holds_nothing(folder: Path, sport: Sport) -> Problem:
    example = f"{sport}/{record_of(sport).parts.easy}.yaml"
    if not sports_of(folder):
        message = f"holds no workouts; put them in <sport>/<type>.yaml, such as {example}"
        return Problem(file=str(folder), message=message)
    message = f"the library has no workouts of {sport}; put them there, such as in {example}, or ask for another sport"
    return Problem(file=sport.value, message=message)


def _misplaced(folder: Path, sport: Sport) -> Iterator[Problem]:
    """Files that nobody would read; those in the folders of other sports are theirs."""
    for path in sorted(folder.rglob("*.y*ml")):
        place = path.relative_to(folder)
        if path.name.startswith(".") or place.parts[0] in set(Sport) - {sport}:
            continue
        if path.suffix == ".yaml" and len(place.parts) == 2 and place.parts[0] == sport:
            continue
        message = "is not where workouts are read from; name it <sport>/<type>.yaml, such as cycling/tempo.yaml"
        yield Problem(file=place.as_posix(), message=message)


def _read_file(folder: Path, path: Path) -> Reading:
    file = path.relative_to(folder).as_posix()
    try:
        return _read_text(file, read_text(path, MAX_LIBRARY_BYTES, remedy="make it smaller"))
    except StrictInputError as error:
        return Reading((), (Problem(file=file, message=str(error)),))


@lru_cache(maxsize=FILES_REMEMBERED)
def _read_text(file: str, text: str) -> Reading:
    data = parse_yaml(text)
    if not isinstance(data, dict):
        return Reading((), (Problem(file=file, message="is not a mapping; start it with schema_version, sport, type"),))
    parsed, problems = _parse(file, data)
    if parsed is None:
        return Reading((), tuple(problems))
    problems += _out_of_place(file, parsed)
    return Reading(tuple(LibraryEntry(file, workout) for workout in parsed.workouts), tuple(problems))


def _parse(file: str, data: dict[str, Any]) -> tuple[LibraryFile | None, list[Problem]]:
    """The file as a model, without the workouts that are broken, so that the others can still be looked at."""
    try:
        return LibraryFile.model_validate(data), []
    except ValidationError as error:
        found = field_problems(error, LibraryFile, remedies={"id": "use lower-case letters, digits and _"})
    problems = list(problems_of(found, file, data))
    broken = set(map(position_of_workout, found.locations))
    workouts = data.get("workouts")
    sound = [w for i, w in enumerate(workouts) if i not in broken] if isinstance(workouts, list) else []
    try:
        return LibraryFile.model_validate({**data, "workouts": sound}), problems
    except ValidationError:
        return None, problems


def _out_of_place(file: str, parsed: LibraryFile) -> list[Problem]:
    right = f"{parsed.sport}/{parsed.type}.yaml"
    if parsed.type is WorkoutType.REST:
        return [Problem(file=file, field="type", message="a rest day has no workouts; name a type that is trained")]
    if parsed.type not in (known := record_of(parsed.sport).trained_types):
        message = f"{parsed.type} is no type of {parsed.sport}; use one of {', '.join(known)}"
        return [Problem(file=file, field="type", message=message)]
    if file != right:
        return [Problem(file=file, message=f"holds {parsed.sport} {parsed.type}; move it to {right}")]
    return []


def repeated_ids(entries: Sequence[LibraryEntry]) -> Iterator[Problem]:
    """Workouts whose id another one before them has."""
    first_file: dict[str, str] = {}
    for entry in entries:
        if first := first_file.get(entry.workout.id):
            yield entry.problem("id", f"is already the id of a workout in {first}; choose another")
        first_file.setdefault(entry.workout.id, entry.file)
