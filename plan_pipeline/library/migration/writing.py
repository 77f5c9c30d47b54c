"""Workouts as the text of library files, one a type, as a coach would write and read them."""

from collections.abc import Iterable
from typing import Any, Final

import yaml

from plan_pipeline.core.model.workout import Library, LibraryWorkout
from plan_pipeline.library.problems import INHERITED
from plan_pipeline.library.schema import schema_text

SCHEMA_FILE: Final = "schema.json"
_FIRST_LINE: Final = "# yaml-language-server: $schema=../schema.json\n"
_WIDTH: Final = 120
_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def library_files(workouts: Iterable[LibraryWorkout]) -> dict[str, str]:
    """The files of a library by their places in its folder, with the schema that editors read."""
    ordered = tuple(workouts)
    files = {SCHEMA_FILE: schema_text()}
    for kind, members in Library(version="", workouts=ordered).by_type.items():
        sport = members[0].sport
        header = {"schema_version": "2.0", "sport": sport.value, "type": kind.value}
        text = _dumped({**header, "workouts": [_written(workout) for workout in members]})
        files[f"{sport}/{kind}.yaml"] = _FIRST_LINE + text
    return files


def _written(workout: LibraryWorkout) -> dict[str, Any]:
    data = workout.model_dump(mode="json", exclude_none=True)
    return {field: _plain(value) for field, value in data.items() if field not in INHERITED}


def _plain(value: Any) -> Any:
    """Numbers as they are written by hand: ``60`` rather than ``60.0``, and no empty texts."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if each != ""}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _dumped(data: Any) -> str:
    text: str = yaml.dump(
        data, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=None
    )
    return text
