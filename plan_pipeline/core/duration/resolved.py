"""The library as one runner meets it: distances in minutes, the paces of races as shares of threshold speed."""

import math
from functools import lru_cache

from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.steps import RunningStep, Step
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import Library, LibraryWorkout, WorkoutSet, write_out
from plan_pipeline.core.paces.runner import Runner

RUNNERS_KEPT = 256
"""Libraries that are kept: whole seconds a kilometre from the fastest runner to the slowest."""

_EXACT = 1e-6


def resolved_library(library: Library, request: PlanRequest) -> Library:
    """The library that a request is planned from; where nothing in it depends on the athlete, the library itself.

    Its version is the library's own with the runner's pace, so that what is worked out for one is never another's.
    """
    if request.sport is Sport.CYCLING:
        return library
    return _resolved(library, request.athlete_profile.runner)


@lru_cache(maxsize=RUNNERS_KEPT)
def _resolved(library: Library, runner: Runner) -> Library:
    workouts = tuple(at_pace_of(workout, runner) for workout in library.workouts)
    return Library(version=f"{library.version}@{runner.threshold_s_per_km}", workouts=workouts, sport=library.sport)


def at_pace_of(workout: LibraryWorkout, runner: Runner) -> LibraryWorkout:
    """A workout for a runner, in whole minutes; the workout itself where none of its steps depends on who runs it.

    The odd seconds of distances go into the last easy step of a length of its own.
    """
    if not any(isinstance(step, RunningStep) and step.depends_on_runner for step in workout.steps):
        return workout
    parts = tuple(_part_of(part, runner) for part in workout.parts)
    parts = _in_whole_minutes(parts)
    fields = {name: getattr(workout, name) for name in LibraryWorkout.model_fields}
    segments = tuple(write_out(parts))
    minutes = sum(segment.duration_min for segment in segments)
    return LibraryWorkout(
        **{**fields, "parts": parts, "duration_min": minutes, "tss": workout_load(segments).tss},
    )


def _part_of(part: Step | WorkoutSet, runner: Runner) -> Step | WorkoutSet:
    if isinstance(part, WorkoutSet):
        steps = tuple(step.at(runner) if isinstance(step, RunningStep) else step for step in part.steps)
        return WorkoutSet(repeat=part.repeat, repeat_range=part.repeat_range, steps=steps)
    return part.at(runner) if isinstance(part, RunningStep) else part


def _in_whole_minutes(parts: tuple[Step | WorkoutSet, ...]) -> tuple[Step | WorkoutSet, ...]:
    total = sum(p.duration_min * p.repeat if isinstance(p, WorkoutSet) else p.duration_min for p in parts)
    missing = math.ceil(total - _EXACT) - total
    taking = [i for i, part in enumerate(parts) if isinstance(part, Step) and _takes_seconds(part)]
    if missing < _EXACT or not taking:
        return parts
    last = parts[taking[-1]]
    assert isinstance(last, Step)
    fields = {name: getattr(last, name) for name in type(last).model_fields}
    settled = type(last)(**{**fields, "duration_min": last.duration_min + missing})
    return (*parts[: taking[-1]], settled, *parts[taking[-1] + 1 :])


def _takes_seconds(step: Step) -> bool:
    """Whether a step is easy, of minutes, and of the one length that its author wrote."""
    depends = isinstance(step, RunningStep) and step.depends_on_runner
    return step.segment.is_easy and step.duration_range_min is None and not depends
