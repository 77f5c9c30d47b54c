"""Whether a library is good: every problem of form and of content that a coach's edit can bring, collected."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.limits import GRID_MIN, STATED_MIN_TOLERANCE, STATED_TSS_TOLERANCE
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.segments import ENDURANCE_CEILING_PCT
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import ScalingStrategy, SegmentType, WorkoutType
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet
from plan_pipeline.library.files import LibraryEntry, library_version, read_folder
from plan_pipeline.library.problems import Problem
from plan_pipeline.library.rideability import unrideable_at
from plan_pipeline.strict_input.data_folders import Severity
from plan_pipeline.strict_input.validation_messages import in_words

RECOVERY_CEILING_PCT = 60.0
"""Above Coggan's active recovery (< 55 %) by no more than a gentle top end: beyond it a ride no longer rests."""


class LibraryReport(Frozen):
    """What ``validate_library`` found. ``version`` is null where the library cannot be loaded."""

    folder: str
    version: str | None
    workout_count: int
    problems: tuple[Problem, ...]

    @cached_property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @cached_property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity is Severity.WARNING)

    @cached_property
    def passed(self) -> bool:
        """Whether there is no error; warnings do not count."""
        return not self.errors


def validate_library(folder: Path, config: PlanningConfig | None = None) -> LibraryReport:
    """Check everything in a library folder; all problems are in the report, none is raised.

    Whether riders can ride the workouts is checked against a configuration, where there is one.
    """
    entries, unreadable = read_folder(folder)
    problems = list(unreadable)
    for entry in entries:
        found = findings_of(entry.workout, config)
        problems += (entry.problem(field, message, severity) for severity, field, message in found)
    problems += _structural_duplicates(entries)
    problems += _broken_series(entries)
    version = None if unreadable else library_version(entry.workout for entry in entries)
    return LibraryReport(folder=str(folder), version=version, workout_count=len(entries), problems=tuple(problems))


Finding = tuple[Severity, str, str]
"""(severity, field, message)"""


def findings_of(workout: LibraryWorkout, config: PlanningConfig | None = None) -> Iterator[Finding]:
    """What is wrong with one workout by itself; whether its riders can ride it, where there is a configuration."""
    for check in _CHECKS:
        yield from check(workout)
    if config is not None:
        yield from ((severity, "parts", message) for severity, message in unrideable_at(workout, config))


def _stated_duration(workout: LibraryWorkout) -> Iterator[Finding]:
    given = workout.parts_duration_min
    if abs(workout.duration_min - given) > STATED_MIN_TOLERANCE:
        message = f"states {workout.duration_min:g} but the parts add up to {given:g}; write {given:g}"
        yield Severity.ERROR, "duration_min", message
    elif given % GRID_MIN:
        message = f"{given:g} is not a multiple of {GRID_MIN} minutes; lengthen or shorten an easy block"
        yield Severity.WARNING, "duration_min", message


def _stated_tss(workout: LibraryWorkout) -> Iterator[Finding]:
    given = workout_load(workout.segments).tss
    if abs(workout.tss - given) > STATED_TSS_TOLERANCE + 1e-9:
        yield Severity.ERROR, "tss", f"states {workout.tss:g} but the parts give {given:g}; write {given:g}"


def _extensibility(workout: LibraryWorkout) -> Iterator[Finding]:
    changeable = _has_adjustable_step(workout) or _has_adjustable_set(workout)
    if workout.extensible and not changeable:
        message = "is true but no part may change; add a duration_range_min or repeat_range, or write false"
        yield Severity.ERROR, "extensible", message
    if changeable and not workout.extensible:
        yield Severity.ERROR, "extensible", "is false but a part has a range; write true, or remove the ranges"


def _strategy(workout: LibraryWorkout) -> Iterator[Finding]:
    strategy, field = workout.duration_scaling_strategy, "duration_scaling_strategy"
    if (strategy is ScalingStrategy.FIXED) == workout.extensible:
        remedy = "choose how it is lengthened" if workout.extensible else "write fixed"
        yield Severity.ERROR, field, f"{strategy} does not go with extensible: {in_words(workout.extensible)}; {remedy}"
    if strategy is ScalingStrategy.ADD_SETS and not _has_adjustable_set(workout):
        yield Severity.ERROR, field, "add_sets needs a set with a repeat_range of more than one count; add it"
    if strategy in (ScalingStrategy.EXTEND_MAIN, ScalingStrategy.EXTEND_RECOVERY) and not _has_adjustable_step(workout):
        message = f"{strategy} needs a step with a duration_range_min of more than one length; add it"
        yield Severity.ERROR, field, message


def _power(workout: LibraryWorkout) -> Iterator[Finding]:
    """On the bike every step has power; off it none has; a recovery ride stays one."""
    for where, step in _steps(workout):
        off_bike = step.type is SegmentType.STRENGTH
        if step.intensity_high_pct is None and not off_bike:
            yield Severity.ERROR, where, f"the {step.type} step has no power; give power_low_pct and power_high_pct"
        if step.intensity_high_pct is not None and off_bike:
            yield Severity.ERROR, where, "a strength step has power; remove it, it is done off the bike"
        if off_bike and workout.type is not WorkoutType.STRENGTH:
            yield Severity.ERROR, where, f"a strength step in a {workout.type} workout; move it to a strength workout"
        if workout.type is WorkoutType.RECOVERY and (step.intensity_high_pct or 0) > RECOVERY_CEILING_PCT:
            message = (
                f"{step.intensity_high_pct:g} % is above {RECOVERY_CEILING_PCT:g} %, too hard to recover; lower it"
            )
            yield Severity.ERROR, where, message


def _ramps(workout: LibraryWorkout) -> Iterator[Finding]:
    """A workout on the bike opens easily."""
    first = workout.segments[0]
    if first.intensity_low_pct is not None and first.intensity_low_pct > ENDURANCE_CEILING_PCT:
        message = f"starts at {first.intensity_low_pct:g} % without a warm-up; put a warmup step first"
        yield Severity.WARNING, "parts[0]", message


_CHECKS: tuple[Callable[[LibraryWorkout], Iterator[Finding]], ...] = (
    _stated_duration,
    _stated_tss,
    _extensibility,
    _strategy,
    _power,
    _ramps,
)


def _structural_duplicates(entries: Sequence[LibraryEntry]) -> Iterator[Problem]:
    """Two workouts of a type that differ in nothing the engine could not change by itself."""
    seen: dict[tuple[WorkoutType, str], LibraryWorkout] = {}
    for entry in entries:
        workout = entry.workout
        twin = seen.setdefault((workout.type, workout.fingerprint), workout)
        if twin is not workout and twin.id != workout.id:
            message = f"is the same structure as {twin.id}; change a length or an intensity that counts, or remove one"
            yield entry.problem("parts", message)


def _broken_series(entries: Sequence[LibraryEntry]) -> Iterator[Problem]:
    """Levels of a series run 1, 2, 3 …, each held by one workout, all of one type."""
    levels: dict[str, dict[int, LibraryWorkout]] = {}
    for entry in entries:
        if (series := entry.workout.series) is None:
            continue
        steps = levels.setdefault(series.id, {})
        holder = steps.setdefault(series.level, entry.workout)
        if holder.id != entry.workout.id:
            message = f"level {series.level} of {series.id} is already {holder.id}; choose another"
            yield entry.problem("series", message)
        elif any(other.type is not entry.workout.type for other in steps.values()):
            message = f"{series.id} belongs to another type; a series stays within one type, rename it"
            yield entry.problem("series", message)
    for entry in entries:
        series = entry.workout.series
        if series and series.level > 1 and series.level - 1 not in levels[series.id]:
            message = f"level {series.level - 1} of {series.id} is missing; number the levels 1, 2, 3 …"
            yield entry.problem("series.level", message)


def _steps(workout: LibraryWorkout) -> Iterator[tuple[str, Step]]:
    for i, part in enumerate(workout.parts):
        if isinstance(part, WorkoutSet):
            yield from ((f"parts[{i}].steps[{j}]", step) for j, step in enumerate(part.steps))
        else:
            yield f"parts[{i}]", part


def _has_adjustable_step(workout: LibraryWorkout) -> bool:
    return any(isinstance(part, Step) and _is_open(part.duration_range_min) for part in workout.parts)


def _has_adjustable_set(workout: LibraryWorkout) -> bool:
    return any(isinstance(part, WorkoutSet) and _is_open(part.repeat_range) for part in workout.parts)


def _is_open(bounds: tuple[int, int] | None) -> bool:
    return bounds is not None and bounds[0] < bounds[1]
