"""Workouts as the text of library files, one a type, as a coach writes and reads them."""

from collections.abc import Iterable
from typing import Any, Final

import yaml

from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.core.model.workout import Library, LibraryWorkout
from plan_pipeline.library.problems import INHERITED
from plan_pipeline.library.schema import schema_text

SCHEMA_FILE: Final = "schema.json"
_FIRST_LINE: Final = "# yaml-language-server: $schema=../schema.json\n"
_WIDTH: Final = 120
_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def library_files(workouts: Iterable[LibraryWorkout]) -> dict[str, str]:
    """The files of a library by their places in its folder, with the schema that editors read."""
    files = {SCHEMA_FILE: schema_text()}
    by_sport: dict[Sport, list[LibraryWorkout]] = {}
    for workout in workouts:
        by_sport.setdefault(workout.sport, []).append(workout)
    for sport, of_sport in by_sport.items():
        library = Library(version="", workouts=tuple(of_sport), sport=sport)
        files |= {f"{sport}/{kind}.yaml": _file_of(sport, kind, found) for kind, found in library.by_type.items()}
    return files


def _file_of(sport: Sport, kind: WorkoutType, workouts: Iterable[LibraryWorkout]) -> str:
    header = {"schema_version": "2.0", "sport": sport.value, "type": kind.value}
    content = {**header, "workouts": [_written(workout) for workout in workouts]}
    text = yaml.dump(
        content, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=None
    )
    return f"{_FIRST_LINE}{text}"


def _written(workout: LibraryWorkout) -> dict[str, Any]:
    fields = workout.model_dump(mode="json", exclude_none=True)
    return {name: _plain(value) for name, value in fields.items() if name not in INHERITED}


def _plain(value: Any) -> Any:
    """Numbers as they are written by hand, ``60`` for ``60.0``, and nothing that is empty."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if each != ""}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
