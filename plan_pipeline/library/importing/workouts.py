"""A library workout of the parts that somebody else wrote, for the athletes who can do it."""

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.length_content import FREE, LEVELS, WARNED, LengthContent
from plan_pipeline.core.duration.lengths import reachable_lengths
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.segments import planned_minutes
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import Requirement, ScalingStrategy, SegmentType, WorkoutType
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet, write_out
from plan_pipeline.core.notation import workout_notation
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.library.importing.ranges import as_written, with_ranges
from plan_pipeline.library.inference.levels import may_be_asked
from plan_pipeline.library.inference.suitability import days_of, phases_of, purpose_of
from plan_pipeline.library.inference.types import type_of
from plan_pipeline.library.ranged import Ranged, changed
from plan_pipeline.library.rideability import unrideable_at
from plan_pipeline.strict_input.data_folders import Severity


class UnrideableError(ValueError):
    """Nobody can do a workout; the text says what is too much in it."""


def inferred_workout(
    parts: tuple[Step | WorkoutSet, ...],
    *,
    workout_id: str,
    name: str,
    description: str,
    config: PlanningConfig,
    kind: WorkoutType | None = None,
) -> LibraryWorkout:
    """The workout of the configuration's sport, with everything that a library wants to know of it.

    ``kind`` is its type where that is known. It may change as far as athletes of its level can follow, which is the
    least one that has no difficulty with it, or else that can do it at all. Raises ``UnrideableError`` where none can.
    """
    segments, sport = tuple(write_out(parts)), config.sport
    kind = kind or type_of(segments, name, sport)
    needs_hills = kind is WorkoutType.HILLS or any(segment.type is SegmentType.HILL for segment in segments)
    minutes = planned_minutes(segments)
    draft = LibraryWorkout(
        id=workout_id,
        name=name,
        type=kind,
        sport=sport,
        purpose=purpose_of(kind, sport),
        description=description.strip() or "; ".join(workout_notation(segments)),
        suitable_phases=phases_of(kind, minutes, sport),
        suitable_days=days_of(minutes, sport),
        requires=(Requirement.HILLS,) if needs_hills else (),
        extensible=False,
        duration_scaling_strategy=ScalingStrategy.FIXED,
        duration_min=round(minutes, 6),
        tss=workout_load(segments).tss,
        parts=parts,
    )
    options = (with_ranges(parts, kind), with_ranges(parts, kind, more_repeats=False), as_written(parts))
    return _for_athletes([_changeable(draft, ranged) for ranged in dict.fromkeys(options)], config)


def _changeable(draft: LibraryWorkout, ranged: Ranged) -> LibraryWorkout:
    extensible = ranged.strategy is not ScalingStrategy.FIXED
    return changed(draft, parts=ranged.parts, duration_scaling_strategy=ranged.strategy, extensible=extensible)


def _for_athletes(options: list[LibraryWorkout], config: PlanningConfig) -> LibraryWorkout:
    """The first of several forms that some level has no difficulty with at any length, or else can do."""
    possible: LibraryWorkout | None = None
    for workout in options:
        content = LengthContent(workout, reachable_lengths(workout), config)
        for level in filter(lambda level: may_be_asked(workout.parts, workout.type, level, config), LEVELS):
            worst = content.verdict(level).max()
            if worst == FREE:
                return workout.model_copy(update={"min_level": level})
            if worst == WARNED and possible is None:
                possible = workout.model_copy(update={"min_level": level})
    if possible is None:
        found = unrideable_at(options[-1].model_copy(update={"min_level": LEVELS[-1]}), config)
        verb = record_of(config.sport).words.session
        raise UnrideableError(f"nobody can {verb} it: {next(text for kind, text in found if kind is Severity.ERROR)}")
    return possible
