"""What distances ask of a workout: what they take in minutes differs from runner to runner."""

from collections.abc import Iterator

from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet
from plan_pipeline.library.problems import Finding
from plan_pipeline.strict_input.data_folders import Severity


def steps_of(workout: LibraryWorkout) -> Iterator[tuple[str, Step]]:
    """Every step with its place, those of sets too."""
    for i, part in enumerate(workout.parts):
        if isinstance(part, WorkoutSet):
            yield from ((f"parts[{i}].steps[{j}]", step) for j, step in enumerate(part.steps))
        else:
            yield f"parts[{i}]", part


def has_distances(workout: LibraryWorkout) -> bool:
    """Whether any of its steps is a distance."""
    return any(step.is_distance for step in workout.steps)


def distance_findings(workout: LibraryWorkout) -> Iterator[Finding]:
    """A set of distances keeps its count, as no count of it comes out in whole minutes; an easy step of a length of its
    own takes up the odd seconds.
    """
    if not has_distances(workout):
        return
    for i, part in enumerate(workout.parts):
        if isinstance(part, WorkoutSet) and part.repeat_range and any(step.is_distance for step in part.steps):
            message = "repeat_range in a set with a distance_m; remove it, or write the steps of the set in minutes"
            yield Severity.ERROR, f"parts[{i}]", message
    if not any(isinstance(part, Step) and part.takes_odd_seconds for part in workout.parts):
        message = (
            "has distances and no easy step that takes up their odd seconds; write one of minutes and without "
            "duration_range_min outside of sets, such as a cooldown"
        )
        yield Severity.ERROR, "parts", message
