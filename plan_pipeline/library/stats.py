"""What a library offers, in numbers: how many workouts of what kind, and how long they can be made."""

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from plan_pipeline.core.duration.lengths import reachable_lengths
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import DayKind, Phase, ScalingStrategy, Sport, WorkoutType
from plan_pipeline.core.model.workout import Library, LibraryWorkout

_Word = TypeVar("_Word", Phase, DayKind, ScalingStrategy)


class TypeStats(Frozen):
    """The workouts of one type.

    ``shortest_min`` and ``longest_min`` are what the planner can make of them, the ``base`` lengths what is written.
    """

    workouts: int
    structures: int
    extensible: int
    shortest_min: float
    shortest_base_min: float
    longest_base_min: float
    longest_min: float
    lowest_intensity_factor: float
    highest_intensity_factor: float
    by_phase: dict[Phase, int]
    by_day_kind: dict[DayKind, int]


class SeriesStats(Frozen):
    """A progression: the ids of its workouts, easiest first."""

    type: WorkoutType
    workout_ids: tuple[str, ...]


class LibraryStats(Frozen):
    """Counts over the library of a sport; ``suited`` counts workouts by type, phase and day kind together."""

    sport: Sport
    version: str
    workouts: int
    structures: int
    extensible_share: float
    by_type: dict[WorkoutType, TypeStats]
    by_phase: dict[Phase, int]
    by_day_kind: dict[DayKind, int]
    by_strategy: dict[ScalingStrategy, int]
    suited: dict[WorkoutType, dict[Phase, dict[DayKind, int]]]
    series: dict[str, SeriesStats]


def library_stats(library: Library) -> LibraryStats:
    """Count a library. Durations are minutes, ``extensible_share`` is a fraction of all workouts."""
    workouts = library.workouts
    by_type = {kind: _of_type(members) for kind, members in library.by_type.items()}
    return LibraryStats(
        sport=library.sport,
        version=library.version,
        workouts=len(workouts),
        structures=sum(stats.structures for stats in by_type.values()),
        extensible_share=round(sum(w.extensible for w in workouts) / len(workouts), 4) if workouts else 0.0,
        by_type=by_type,
        by_phase=_by_phase(workouts),
        by_day_kind=_by_day_kind(workouts),
        by_strategy=_counted(ScalingStrategy, (w.duration_scaling_strategy for w in workouts)),
        suited={kind: _suited(members) for kind, members in library.by_type.items()},
        series=_series(workouts),
    )


def _of_type(workouts: tuple[LibraryWorkout, ...]) -> TypeStats:
    reach = [reachable_lengths(workout) for workout in workouts]
    intensity = [workout_load(workout.segments).intensity_factor for workout in workouts]
    return TypeStats(
        workouts=len(workouts),
        structures=len({workout.fingerprint for workout in workouts}),
        extensible=sum(workout.extensible for workout in workouts),
        shortest_min=min(lengths[0].minutes for lengths in reach),
        shortest_base_min=min(workout.parts_duration_min for workout in workouts),
        longest_base_min=max(workout.parts_duration_min for workout in workouts),
        longest_min=max(lengths[-1].minutes for lengths in reach),
        lowest_intensity_factor=min(intensity),
        highest_intensity_factor=max(intensity),
        by_phase=_by_phase(workouts),
        by_day_kind=_by_day_kind(workouts),
    )


def _by_phase(workouts: Iterable[LibraryWorkout]) -> dict[Phase, int]:
    return _counted(Phase, (phase for workout in workouts for phase in workout.suitable_phases))


def _by_day_kind(workouts: Iterable[LibraryWorkout]) -> dict[DayKind, int]:
    return _counted(DayKind, (kind for workout in workouts for kind in workout.suitable_days))


def _suited(workouts: tuple[LibraryWorkout, ...]) -> dict[Phase, dict[DayKind, int]]:
    return {phase: _by_day_kind(w for w in workouts if phase in w.suitable_phases) for phase in Phase}


def _series(workouts: Iterable[LibraryWorkout]) -> dict[str, SeriesStats]:
    members: dict[str, list[tuple[int, str, WorkoutType]]] = {}
    for workout in workouts:
        if workout.series is not None:
            place = (workout.series.level, workout.id, workout.type)
            members.setdefault(workout.series.id, []).append(place)
    ordered = {name: sorted(places) for name, places in sorted(members.items())}
    return {
        name: SeriesStats(type=places[0][2], workout_ids=tuple(workout_id for _, workout_id, _ in places))
        for name, places in ordered.items()
    }


def _counted(words: type[_Word], found: Iterable[_Word]) -> dict[_Word, int]:
    counts = Counter(found)
    return {word: counts[word] for word in words}
