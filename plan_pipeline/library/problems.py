"""What can be wrong with a library, as data, and the one exception that carries it."""

from collections.abc import Iterable, Iterator
from typing import Any

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.strict_input.data_folders import ProblemsError, Severity
from plan_pipeline.strict_input.validation_messages import FieldProblem, Location

INHERITED = ("type", "sport")
"""What a workout takes from the header of its file."""

_UNION_TAGS = frozenset({"step", "running", "set"})


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


Finding = tuple[Severity, str, str]
"""What is wrong with one workout: (severity, field, message)."""


class LibraryError(ProblemsError[Problem]):
    """The library cannot be loaded."""

    what = "workout library"


def problems_of(found: Iterable[FieldProblem], file: str, data: Any) -> Iterator[Problem]:
    """What is wrong with a library file read from ``data``, as problems that name the workout and field."""
    for each in found:
        location, workout_id = each.location, ""
        if (position := position_of_workout(location)) is not None:
            location, entry = location[2:], data["workouts"][position]
            given = entry.get("id") if isinstance(entry, dict) else None
            workout_id = given if isinstance(given, str) and given else f"workouts[{position}]"
            if location and location[0] in INHERITED and isinstance(entry, dict) and location[0] not in entry:
                continue  # the header is wrong, and is reported itself
        field = each._replace(location=tuple(key for key in location if key not in _UNION_TAGS)).indexed_field
        yield Problem(file=file, workout_id=workout_id, field=field, message=each.text)


def position_of_workout(location: Location) -> int | None:
    """The position of the workout that a problem is in; ``None`` where it is in the header of the file."""
    match location:
        case ("workouts", int(position), *_):
            return position
    return None
