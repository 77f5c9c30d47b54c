"""Migrated workouts that the planner can make of one another: the first stays, and takes over what the others add."""

from pydantic import ValidationError

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.load import shape_of
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import DayKind, Phase, ScalingStrategy
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet
from plan_pipeline.library.migration.ranges import is_extensible, pinned
from plan_pipeline.library.migration.riders import has_errors
from plan_pipeline.library.ranged import changed


def widened(kept: LibraryWorkout, twin: LibraryWorkout, config: PlanningConfig) -> LibraryWorkout | None:
    """The kept workout made to cover a twin of the same structure: its lengths, phases and days.

    ``None`` where it cannot: the twin has more or fewer sets than it may have, or is for riders of lesser experience.
    """
    levels = list(type(kept.min_level))
    if levels.index(kept.min_level) > levels.index(twin.min_level):
        return None
    parts = []
    for own, other in zip(kept.parts, twin.parts, strict=True):
        if isinstance(own, WorkoutSet) and isinstance(other, WorkoutSet):
            fewest, most = own.repeat_range or (own.repeat, own.repeat)
            if not fewest <= other.repeat <= most:
                return None
        parts.append(_with_room_for(own, other))
    wider = changed(
        kept,
        parts=tuple(parts),
        suitable_phases=tuple(p for p in Phase if p in {*kept.suitable_phases, *twin.suitable_phases}),
        suitable_days=tuple(day for day in DayKind if day in {*kept.suitable_days, *twin.suitable_days}),
    )
    return None if has_errors(wider, config) else wider


def with_own_count(workout: LibraryWorkout) -> LibraryWorkout | None:
    """The workout with as many sets as it has and no others, which is another structure; ``None`` without such sets."""
    parts = pinned(workout.parts)
    if parts == workout.parts:
        return None
    extensible = is_extensible(parts)
    strategy = ScalingStrategy.PROPORTIONAL if extensible else ScalingStrategy.FIXED
    try:
        return changed(workout, parts=parts, extensible=extensible, duration_scaling_strategy=strategy)
    except ValidationError:
        return None


def reason_of(kept: LibraryWorkout, twin: LibraryWorkout) -> str:
    """Why the twin is not needed beside the one that is kept."""
    if shape_of(kept.segments) == shape_of(twin.segments):
        return f"has the same segments as {kept.id}"
    return f"is {kept.id} at another length, which the planner makes of it by itself"


def _with_room_for(own: Step | WorkoutSet, other: Step | WorkoutSet) -> Step | WorkoutSet:
    if isinstance(own, WorkoutSet) or isinstance(other, WorkoutSet):
        return own
    if own.duration_range_min is None or other.duration_range_min is None:
        return own
    limits = tuple(zip(own.duration_range_min, other.duration_range_min, strict=True))
    return own.model_copy(update={"duration_range_min": (min(limits[0]), max(limits[1]))})
