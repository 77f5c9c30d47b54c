"""Brings one workout to a wanted length.

Belongs here: choosing among the lengths a workout can have. Does not belong here: what those are
(see ``lengths``) or how a week's hours are spread (see ``distributor``).
"""

from __future__ import annotations

from typing import NamedTuple

from plan_pipeline.core.duration.lengths import Length, at_length
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.model.workout import LibraryWorkout, Segment


class ScaledWorkout(NamedTuple):
    """A workout at a length; ``missed_min`` is what it lacks of the target (negative where it is longer)."""

    workout: LibraryWorkout
    length: Length
    missed_min: float

    @property
    def duration_min(self) -> float:
        return self.length.minutes

    @property
    def segments(self) -> tuple[Segment, ...]:
        return at_length(self.workout, self.length)


class WorkoutScaler:
    """Adjusts workouts by their own strategy, within their own ranges."""

    def adjust_to_target(
        self, workout: LibraryWorkout | WorkoutTable, target_min: float, *, longest_min: float = float("inf")
    ) -> ScaledWorkout:
        """The workout at the reachable length nearest to ``target_min`` minutes, not above ``longest_min``.

        Where even its shortest version is longer than ``longest_min``, that version is returned.
        """
        table = workout if isinstance(workout, WorkoutTable) else WorkoutTable(workout)
        length = table.nearest(target_min, longest_min)
        return ScaledWorkout(table.workout, length, round(target_min - length.minutes, 6))
