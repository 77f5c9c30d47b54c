"""Parts of a workout from elsewhere with what may change declared on them; what migration and import have in common."""

from typing import Any, NamedTuple

from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import ScalingStrategy
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet

Parts = tuple[Step | WorkoutSet, ...]


class Ranged(NamedTuple):
    """Parts with what may change declared on them, and what gives way first."""

    parts: Parts
    strategy: ScalingStrategy


def changed(workout: LibraryWorkout, **changes: Any) -> LibraryWorkout:
    """A workout with other values, nothing of it worked out yet. Raises ``ValidationError`` as the model does."""
    fields = {field: getattr(workout, field) for field in LibraryWorkout.model_fields}
    return LibraryWorkout(**{**fields, **changes})
