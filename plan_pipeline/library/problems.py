"""What can be wrong with a library, as data, and the one exception that carries it.

Belongs here: the shape and wording of a problem, and pydantic's errors put into that shape. Does not belong
here: the checks themselves (see ``files`` for form, ``validation`` for content).
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.workout import LibraryWorkout, Series, Step, WorkoutSet

INHERITED = ("type", "sport")
"""What a workout takes from the header of its file."""

_UNION_TAGS = frozenset({"step", "set"})
_NOT_A_MAPPING = frozenset({"model_type", "model_attributes_type", "dict_type"})
_QUOTED_INPUT_LENGTH = 60
_FIELDS = sorted(
    {name for model in (LibraryWorkout, Step, WorkoutSet, Series) for name in model.model_fields}
    | {"schema_version", "workouts"}
)


class Severity(StrEnum):
    """An error keeps the library from being used as it is meant; a warning asks for a second look."""

    ERROR = "error"
    WARNING = "warning"


class Problem(Frozen):
    """One thing that is wrong: where (file, workout, field) and what, with its remedy, in ``message``.

    ``file`` is relative to the library folder; ``workout_id`` and ``field`` are empty where they do not apply.
    """

    severity: Severity = Severity.ERROR
    file: str
    workout_id: str = ""
    field: str = ""
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.workout_id, self.field, self.message) if part)


class LibraryError(ValueError):
    """The library cannot be loaded. ``problems`` holds everything that was found, the message one line each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        heading = f"the workout library has {count} problem{'' if count == 1 else 's'}:"
        super().__init__("\n".join([heading, *(f"  {problem}" for problem in self.problems)]))


def problems_of(error: ValidationError, file: str, data: Any) -> list[Problem]:
    """A validation error of a ``LibraryFile`` read from ``data``, as problems that name the workout and field."""
    found = []
    for detail in error.errors(include_url=False):
        if detail["type"] == "too_short" and detail["input"]:
            continue  # its items are broken, and each of them is reported
        location = list(detail["loc"])
        workout_id = ""
        if location[:1] == ["workouts"] and len(location) > 1:
            workout_id, entry = _workout_at(data, location[1])
            location = location[2:]
            if location and location[0] in INHERITED and isinstance(entry, dict) and location[0] not in entry:
                continue  # the header is wrong, and is reported itself
        message = _wording(detail, str(location[-1]) if location else "")
        found.append(Problem(file=file, workout_id=workout_id, field=_path(location), message=message))
    return found


def _workout_at(data: Any, position: Any) -> tuple[str, Any]:
    """The id of the workout at ``workouts[position]`` of raw file data, its position where it has none; and it."""
    entry = data["workouts"][position]
    workout_id = entry.get("id") if isinstance(entry, dict) else None
    return workout_id if isinstance(workout_id, str) and workout_id else f"workouts[{position}]", entry


def _path(location: list[int | str]) -> str:
    path = ""
    for key in location:
        if isinstance(key, int):
            path += f"[{key}]"
        elif key not in _UNION_TAGS:
            path += f".{key}" if path else key
    return path


def _wording(detail: ErrorDetails, field: str) -> str:
    kind, message, value = detail["type"], detail["msg"], detail["input"]
    if kind == "missing":
        return "is missing; add it"
    if kind == "extra_forbidden":
        near = get_close_matches(field, _FIELDS, n=1)
        return f"is not a known field; {f'did you mean {near[0]}?' if near else 'remove it'}"
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    if kind == "too_short":
        return "is empty; give at least one"
    if kind in _NOT_A_MAPPING:
        return f"must be a mapping of fields, not {_shown(value)}; write it as {{field: value, …}}"
    if kind == "bool_parsing":
        return f"must be true or false, not {_shown(value)}"
    if kind == "string_pattern_mismatch":
        return f"{_shown(value)} does not match {detail['ctx']['pattern']}; use lower-case letters, digits and _"
    return f"{message.replace('Input should be', 'must be')}, not {_shown(value)}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _QUOTED_INPUT_LENGTH else text[:_QUOTED_INPUT_LENGTH] + "…"
