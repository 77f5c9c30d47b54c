"""The library as a runner meets it: distances in minutes, the paces of races as shares of threshold speed.

Weeks are planned with the workouts of the nearest of a few runners, and written out with the runner's own seconds.
"""

import math
from functools import lru_cache

from plan_pipeline.core.duration.lengths import Length, at_length
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.segments import RunningSegment, Segment, planned_minutes
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import Library, LibraryWorkout, WorkoutSet, minutes_of, write_out
from plan_pipeline.core.paces.runner import REFERENCE_RUNNER, Runner

PACE_STEP = 1.05
"""Each pace that weeks are planned with is so many times the one before: what is worked out for one serves all runners
near it, who are 2.5 % faster or slower at most. The minutes of a workout are the same for each of them."""

LIBRARIES_KEPT, WORKOUTS_KEPT = 64, 512
"""Libraries by pace, of which there are about twenty, and workouts by runner, of which a plan has a few dozen."""

SHORTEST_SETTLED_MIN = 1.0
"""What is left at least of an easy stretch that seconds are taken from."""

_EXACT = 1e-6


# --- to plan with ----------------------------------------------------------------------------------------


def resolved_library(library: Library, request: PlanRequest) -> Library:
    """The library that a request is planned from; where nothing in it depends on the athlete, the library itself.

    Its version is the library's own with a pace, so that what is worked out for one is never another's.
    """
    if request.sport is Sport.CYCLING:
        return library
    return _resolved(library, planning_runner(request.athlete_profile.runner))


def planning_runner(runner: Runner) -> Runner:
    """The runner that a runner's weeks are planned with."""
    reference = REFERENCE_RUNNER.threshold_s_per_km
    steps = round(math.log(runner.threshold_s_per_km / reference) / math.log(PACE_STEP))
    return Runner(round(reference * PACE_STEP**steps))


@lru_cache(maxsize=LIBRARIES_KEPT)
def _resolved(library: Library, runner: Runner) -> Library:
    workouts = tuple(in_whole_minutes(workout, runner) for workout in library.workouts)
    return Library(version=f"{library.version}@{runner.threshold_s_per_km}", workouts=workouts, sport=library.sport)


def in_whole_minutes(workout: LibraryWorkout, runner: Runner) -> LibraryWorkout:
    """A workout for a runner, in whole minutes; the workout itself where none of its steps depends on who runs it.

    The odd seconds of distances go into the last easy step of a length of its own.
    """
    if not depends_on_runner(workout):
        return workout
    parts = _settled_parts(_parts_of(workout, runner))
    segments = tuple(write_out(parts))
    return _with_parts(workout, parts, planned_minutes(segments), workout_load(segments).tss)


def depends_on_runner(workout: LibraryWorkout) -> bool:
    """Whether minutes or speeds of a workout differ from runner to runner."""
    return any(step.depends_on_runner for step in workout.steps)


def _parts_of(workout: LibraryWorkout, runner: Runner) -> tuple[Step | WorkoutSet, ...]:
    return tuple(_part_of(part, runner) for part in workout.parts)


def _part_of(part: Step | WorkoutSet, runner: Runner) -> Step | WorkoutSet:
    if isinstance(part, WorkoutSet):
        steps = tuple(step.at(runner) for step in part.steps)
        return WorkoutSet(repeat=part.repeat, repeat_range=part.repeat_range, steps=steps)
    return part.at(runner)


def _settled_parts(parts: tuple[Step | WorkoutSet, ...]) -> tuple[Step | WorkoutSet, ...]:
    total = minutes_of(parts)
    missing = math.ceil(total - _EXACT) - total
    taking = [i for i, part in enumerate(parts) if isinstance(part, Step) and part.takes_odd_seconds]
    if missing < _EXACT or not taking:
        return parts
    last = parts[taking[-1]]
    assert isinstance(last, Step)
    fields = {name: getattr(last, name) for name in type(last).model_fields}
    settled_step = type(last)(**{**fields, "duration_min": last.duration_min + missing})
    return (*parts[: taking[-1]], settled_step, *parts[taking[-1] + 1 :])


def _with_parts(
    workout: LibraryWorkout, parts: tuple[Step | WorkoutSet, ...], minutes: float, tss: float
) -> LibraryWorkout:
    """The workout with other parts, which need no check: they were made of those that have been."""
    fields = {name: getattr(workout, name) for name in LibraryWorkout.model_fields}
    changes = {"parts": parts, "duration_min": minutes, "tss": tss}
    return LibraryWorkout.model_construct(workout.model_fields_set, **{**fields, **changes})


# --- to run ----------------------------------------------------------------------------------------------


def for_runner(table: WorkoutTable, length: Length, runner: Runner) -> tuple[Segment, ...]:
    """A workout at one of its lengths as a runner runs it: distances in the runner's own seconds, races at their pace.

    It lasts as long as planned: the odd seconds are in its last easy stretch outside sets that has room for them.
    """
    segments = at_length(own_workout(table, runner), length._replace(distance=1.0))
    return settled(segments, length.minutes - planned_minutes(segments))


@lru_cache(maxsize=WORKOUTS_KEPT)
def own_workout(table: WorkoutTable, runner: Runner) -> LibraryWorkout:
    """The workout of a table with the seconds and speeds of a runner, at its author's length or near it.

    Its load is that of the table's, near enough to choose by; what is written out of it is weighed anew.
    """
    workout = table.workout
    if not depends_on_runner(workout):
        return workout
    parts = _parts_of(workout, runner)
    return _with_parts(workout, parts, planned_minutes(write_out(parts)), workout.tss)


def settled(segments: tuple[Segment, ...], missing_min: float) -> tuple[Segment, ...]:
    """Segments with the minutes that are missing or over in the last easy stretch that has room for them."""
    if abs(missing_min) < _EXACT:
        return segments
    for i in reversed(range(len(segments))):
        minutes = segments[i].duration_min + missing_min
        if minutes >= SHORTEST_SETTLED_MIN and _may_settle(segments[i]):
            return (*segments[:i], segments[i].model_copy(update={"duration_min": minutes}), *segments[i + 1 :])
    return segments


def _may_settle(segment: Segment) -> bool:
    is_given = isinstance(segment, RunningSegment) and (segment.distance_m is not None or segment.race is not None)
    return segment.is_easy and segment.set_index is None and not is_given
