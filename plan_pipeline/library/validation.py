"""Whether a library is good: every problem of form and of content that a coach's edit can bring, collected."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.limits import GRID_MIN, STATED_MIN_TOLERANCE, STATED_TSS_TOLERANCE
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import Requirement, ScalingStrategy, SegmentType, Sport, WorkoutType
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.library.distances import distance_findings, has_distances, steps_of
from plan_pipeline.library.files import LibraryEntry, library_version, read_folder, repeated_ids, sports_of
from plan_pipeline.library.options import unequal_options
from plan_pipeline.library.problems import Finding, Problem
from plan_pipeline.library.rideability import unrideable_at
from plan_pipeline.strict_input.data_folders import Severity
from plan_pipeline.strict_input.validation_messages import in_words


class LibraryReport(Frozen):
    """What ``validate_library`` found.

    ``versions`` are those of the sports that can be loaded, ``workout_counts`` what was read of each. ``version`` is
    that of cycling, or of the only other sport there is; null where that cannot be loaded.
    """

    folder: str
    version: str | None
    versions: dict[Sport, str]
    workout_count: int
    workout_counts: dict[Sport, int]
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

    @cached_property
    def good_sports(self) -> tuple[Sport, ...]:
        """The sports that have no error in their files, where none is in what belongs to no sport."""
        places = {error.file.partition("/")[0] for error in self.errors}
        return tuple(sport for sport in self.versions if places <= set(Sport) - {sport})


def validate_library(
    folder: Path, configs: Mapping[Sport, PlanningConfig] | None = None, *, sport: Sport | None = None
) -> LibraryReport:
    """Check every sport that a library folder has, or one alone; all problems are in the report, none is raised.

    Whether athletes can do the workouts is checked against their sport's configuration, where there is one.
    """
    sports = (sport,) if sport else sports_of(folder) or (Sport.CYCLING,)
    readings = {each: read_folder(folder, each) for each in sports}
    problems = [problem for reading in readings.values() for problem in reading.problems]
    problems += repeated_ids([entry for reading in readings.values() for entry in reading.entries])
    for each, (entries, _) in readings.items():
        problems += _problems_of(entries, (configs or {}).get(each))
    loadable = {each: reading.entries for each, reading in readings.items() if not reading.problems}
    versions = {each: library_version(entry.workout for entry in entries) for each, entries in loadable.items()}
    counts = {each: len(reading.entries) for each, reading in readings.items()}
    return LibraryReport(
        folder=str(folder),
        version=versions.get(sports[0]),
        versions=versions,
        workout_count=sum(counts.values()),
        workout_counts=counts,
        problems=tuple(dict.fromkeys(problems)),
    )


def _problems_of(entries: Sequence[LibraryEntry], config: PlanningConfig | None) -> Iterator[Problem]:
    """What is wrong with the content of a sport's workouts."""
    for entry in entries:
        found = findings_of(entry.workout, config)
        yield from (entry.problem(field, message, severity) for severity, field, message in found)
    yield from _structural_duplicates(entries)
    yield from _broken_series(entries)
    yield from unequal_options(entries)


def findings_of(workout: LibraryWorkout, config: PlanningConfig | None = None) -> Iterator[Finding]:
    """What is wrong with one workout by itself; whether its athletes can do it, where there is a configuration."""
    for check in _CHECKS:
        yield from check(workout)
    if config is not None:
        yield from ((severity, "parts", message) for severity, message in unrideable_at(workout, config))


def _stated_duration(workout: LibraryWorkout) -> Iterator[Finding]:
    given = workout.parts_duration_min
    if abs(workout.duration_min - given) > STATED_MIN_TOLERANCE:
        message = f"states {workout.duration_min:g} but the parts add up to {given:g}; write {given:g}"
        yield Severity.ERROR, "duration_min", message
    elif given % GRID_MIN and not has_distances(workout):
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


def _intensity(workout: LibraryWorkout) -> Iterator[Finding]:
    """Every step that is measured has an intensity, a strength step has none; a recovery session stays one."""
    record = record_of(workout.sport)
    ceiling, word = record.recovery_ceiling_pct, record.segment.measured
    for where, step in steps_of(workout):
        is_strength = step.type is SegmentType.STRENGTH
        needs_none = is_strength or step.type is SegmentType.WALK or workout.type in record.unmeasured
        if step.intensity_high_pct is None and not needs_none:
            message = f"the {step.type} step has no {word}; give {word}_low_pct and {word}_high_pct"
            yield Severity.ERROR, where, message
        if step.intensity_high_pct is not None and is_strength:
            yield Severity.ERROR, where, f"a strength step has {word}; remove it, it is done {record.words.off}"
        if is_strength and workout.type is not WorkoutType.STRENGTH:
            yield Severity.ERROR, where, f"a strength step in a {workout.type} workout; move it to a strength workout"
        if workout.type is record.parts.recovery and (step.intensity_high_pct or 0) > ceiling:
            message = f"{step.intensity_high_pct:g} % is above {ceiling:g} %, too hard to recover; lower it"
            yield Severity.ERROR, where, message


def _refused_words(workout: LibraryWorkout) -> Iterator[Finding]:
    """Nothing is called by a word that means different things to different people."""
    named = [("id", workout.id.replace("_", " ")), ("name", workout.name)]
    named += [(f"{where}.type", step.type.value.replace("_", " ")) for where, step in steps_of(workout)]
    for word, remedy in record_of(workout.sport).refused_words.items():
        pattern = re.compile(rf"\b{word}\b", re.IGNORECASE)
        yield from ((Severity.ERROR, field, f"has {word!r}, {remedy}") for field, text in named if pattern.search(text))


def _hills(workout: LibraryWorkout) -> Iterator[Finding]:
    """Who has no hills is not sent up one."""
    if Requirement.HILLS not in workout.requires:
        for where, step in steps_of(workout):
            if step.type is SegmentType.HILL:
                yield Severity.ERROR, where, "a hill step in a workout that needs none; add requires: [hills]"


def _ramps(workout: LibraryWorkout) -> Iterator[Finding]:
    """A workout opens easily."""
    first = workout.segments[0]
    if first.intensity_low_pct is not None and first.intensity_low_pct > first.easy_ceiling_pct:
        message = f"starts at {first.intensity_low_pct:g} % without a warm-up; put a warmup step first"
        yield Severity.WARNING, "parts[0]", message


_CHECKS: tuple[Callable[[LibraryWorkout], Iterator[Finding]], ...] = (
    _stated_duration,
    _stated_tss,
    _extensibility,
    _strategy,
    _intensity,
    _refused_words,
    _hills,
    distance_findings,
    _ramps,
)


def _structural_duplicates(entries: Sequence[LibraryEntry]) -> Iterator[Problem]:
    """Two workouts of a type that differ in nothing the engine could not change by itself: nor in what they need, or
    in the pattern they are told apart by.
    """
    seen: dict[tuple[object, ...], LibraryWorkout] = {}
    for entry in entries:
        workout = entry.workout
        twin = seen.setdefault((workout.type, workout.fingerprint, workout.requires, workout.pattern), workout)
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


def _has_adjustable_step(workout: LibraryWorkout) -> bool:
    return any(isinstance(part, Step) and _is_open(part.duration_range_min) for part in workout.parts)


def _has_adjustable_set(workout: LibraryWorkout) -> bool:
    return any(isinstance(part, WorkoutSet) and _is_open(part.repeat_range) for part in workout.parts)


def _is_open(bounds: tuple[int, int] | None) -> bool:
    return bounds is not None and bounds[0] < bounds[1]
