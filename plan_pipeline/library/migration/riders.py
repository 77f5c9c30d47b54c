"""Whom a migrated workout is for: the least level that can ride it, and how far its ranges reach for them."""

from collections.abc import Iterator

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.rideability import Breach, rideability_breaches
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import ExperienceLevel, ScalingStrategy
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet, write_out
from plan_pipeline.library.inference.levels import may_be_asked
from plan_pipeline.library.migration.ranges import is_extensible
from plan_pipeline.library.migration.report import Notes
from plan_pipeline.library.migration.values import UnusableError
from plan_pipeline.library.ranged import Parts, changed
from plan_pipeline.library.rideability import unrideable_at
from plan_pipeline.strict_input.data_folders import Severity


class UnrideableError(UnusableError):
    """Nobody can ride the workout as it is written."""


def fitted(workout: LibraryWorkout, config: PlanningConfig, notes: Notes) -> LibraryWorkout:
    """The workout for the least level that can ride it as it is written, with no repeats that are too much for them.

    Raises ``UnrideableError`` where it is too much for an advanced rider.
    """
    level = _least_level(workout, config)
    if level is not ExperienceLevel.BEGINNER:
        notes.infer("min_level", level.value, "the least experience whose limits it keeps")
    parts = _within_reach(workout, level, config, notes)
    fit = changed(workout, min_level=level, parts=parts)
    for simpler in _simpler(fit):
        if not has_errors(simpler, config):
            return simpler
    raise UnrideableError("parts: cannot be ridden at any length; lower the power, or lengthen the recoveries")


def _least_level(workout: LibraryWorkout, config: PlanningConfig) -> ExperienceLevel:
    """The least level that nothing is said against; the most where something is, and it is not impossible."""
    found: tuple[Breach, ...] = ()
    for level in ExperienceLevel:
        found = rideability_breaches(workout.segments, workout.type, level, config)
        if not found and may_be_asked(workout.parts, workout.type, level, config):
            return level
    if _impossible(found):
        raise UnrideableError(f"parts: {found[0].message}")
    return ExperienceLevel.ADVANCED


def _within_reach(workout: LibraryWorkout, level: ExperienceLevel, config: PlanningConfig, notes: Notes) -> Parts:
    """The parts, no set with more repeats than riders of the level can ride."""
    own = bool(rideability_breaches(workout.segments, workout.type, level, config))
    parts = workout.parts
    for i, part in enumerate(parts):
        if not isinstance(part, WorkoutSet) or part.repeat_range is None:
            continue
        fewest, most = part.repeat_range
        reach = part.repeat
        while reach < most:
            longer = (*parts[:i], part.model_copy(update={"repeat": reach + 1}), *parts[i + 1 :])
            found = rideability_breaches(tuple(write_out(longer)), workout.type, level, config)
            if _impossible(found) or (found and not own):
                break
            reach += 1
        if reach < most:
            notes.repair("variable_components", f"{most} sets are more than riders can ride; at most {reach}")
            parts = (*parts[:i], part.model_copy(update={"repeat_range": (fewest, reach)}), *parts[i + 1 :])
    return parts


def _simpler(workout: LibraryWorkout) -> Iterator[LibraryWorkout]:
    """The workout as it is, then with easy blocks no shorter than they are, then without ranges."""
    yield _restated(workout, workout.parts)
    yield _restated(workout, tuple(map(_not_shorter, workout.parts)))
    yield _restated(workout, tuple(map(_without_range, workout.parts)))


def _restated(workout: LibraryWorkout, parts: Parts) -> LibraryWorkout:
    extensible, strategy = is_extensible(parts), workout.duration_scaling_strategy
    has_open_set = any(isinstance(part, WorkoutSet) and is_extensible((part,)) for part in parts)
    if not extensible:
        strategy = ScalingStrategy.FIXED
        parts = tuple(map(_without_range, parts))
    elif strategy is ScalingStrategy.ADD_SETS and not has_open_set:
        strategy = ScalingStrategy.PROPORTIONAL
    return changed(workout, parts=parts, extensible=extensible, duration_scaling_strategy=strategy)


def _not_shorter(part: Step | WorkoutSet) -> Step | WorkoutSet:
    if isinstance(part, WorkoutSet) or part.duration_range_min is None:
        return part
    shortest = int(part.duration_min)
    return part.model_copy(update={"duration_range_min": (shortest, part.duration_range_min[1])})


def _without_range(part: Step | WorkoutSet) -> Step | WorkoutSet:
    field = "repeat_range" if isinstance(part, WorkoutSet) else "duration_range_min"
    return part.model_copy(update={field: None})


def has_errors(workout: LibraryWorkout, config: PlanningConfig) -> bool:
    """Whether nobody of its level can ride the workout at some length."""
    if all(segment.is_easy for segment in workout.segments):
        return False
    return any(severity is Severity.ERROR for severity, _ in unrideable_at(workout, config))


def _impossible(found: tuple[Breach, ...]) -> bool:
    return bool(found) and found[0].severity is RuleSeverity.ERROR
