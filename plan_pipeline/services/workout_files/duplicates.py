"""Which library workout has the structure of a session already.

Two are one structure where planning could turn one into the other, as by ``LibraryWorkout.fingerprint``: lengths and
counts that may change make no difference. Nor does what steps are called, which most formats do not say.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.formats.repeats import with_sets
from plan_pipeline.formats.session import SessionPart, SessionSet, parts_of_library

Key = tuple[object, ...]


class Structures:
    """The structures of a growing collection of workouts of a sport."""

    def __init__(self, workouts: Iterable[LibraryWorkout], sport: Sport = Sport.CYCLING) -> None:
        self._easy_pct = record_of(sport).easy_ceiling_pct
        self._by_key: dict[Key, list[LibraryWorkout]] = defaultdict(list)
        for workout in workouts:
            self.add(workout)

    def add(self, workout: LibraryWorkout) -> None:
        self._by_key[self._key(with_sets(parts_of_library(workout.parts)))].append(workout)

    def twin_of(self, parts: Sequence[SessionPart]) -> LibraryWorkout | None:
        """The workout of the structure of some parts, if there is one."""
        grouped = with_sets(parts)
        return next((twin for twin in self._by_key.get(self._key(grouped), ()) if _is_same(grouped, twin)), None)

    def _key(self, parts: Sequence[SessionPart]) -> Key:
        """What stays of parts whatever may change in them."""
        return tuple(
            ("set", *(step.shape for step in part.steps))
            if isinstance(part, SessionSet)
            else (part.start_pct, part.end_pct)
            if part.start_pct is not None and part.highest_pct <= self._easy_pct
            else part.shape
            for part in parts
        )


def _is_same(parts: Sequence[SessionPart], workout: LibraryWorkout) -> bool:
    """Whether parts with the key of a workout differ from it only where it may change."""
    own = with_sets(parts_of_library(workout.parts))
    if len(own) != len(workout.parts):
        return [_exact(part) for part in parts] == [_exact(part) for part in own]
    return all(
        _exact(part) == _exact(same) or _may_change(declared)
        for part, same, declared in zip(parts, own, workout.parts, strict=True)
    )


def _exact(part: SessionPart) -> object:
    return (part.repeat, *(step.shape for step in part.steps)) if isinstance(part, SessionSet) else part.shape


def _may_change(part: Step | WorkoutSet) -> bool:
    return (part.repeat_range if isinstance(part, WorkoutSet) else part.duration_range_min) is not None
