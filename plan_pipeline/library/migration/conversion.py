"""One legacy workout as one of today's: its own fields, with what is missing filled in by rule."""

from typing import Any, Final

from pydantic import ValidationError

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.limits import STATED_MIN_TOLERANCE, STATED_TSS_TOLERANCE
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import SegmentType, Sport, WorkoutType
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet, steps_in, write_out
from plan_pipeline.core.registry import squashed
from plan_pipeline.library.inference.types import RECOVERY_UP_TO_PCT, type_of
from plan_pipeline.library.migration.inference import (
    days_of,
    is_of,
    name_of,
    phases_of,
    stated_type,
    texts_of,
)
from plan_pipeline.library.migration.ranges import is_extensible, with_ranges
from plan_pipeline.library.migration.report import Notes
from plan_pipeline.library.migration.riders import fitted
from plan_pipeline.library.migration.segments import parts_of
from plan_pipeline.library.migration.values import UnusableError, number_in, quoted, text_in
from plan_pipeline.library.ranged import Parts
from plan_pipeline.library.validation import findings_of
from plan_pipeline.strict_input.data_folders import Severity
from plan_pipeline.strict_input.validation_messages import first_problem

LOWERED_UP_TO_PCT = 65.0
"""A recovery ride up to here is lowered to what a recovery ride may have; a harder one is no recovery ride."""

_KNOWN: Final = frozenset(
    {"id", "name", "type", "intensity", "segments", "base_duration_min", "base_tss", "tss", "suitable_phases"}
    | {"suitable_weekdays", "weekday", "variable_components", "detailed_description", "description", "sport"}
)
_CYCLING: Final = frozenset({"", "cycling", "bike", "cycle", "ride", "indoorcycling"})


def converted(entry: Any, workout_id: str, config: PlanningConfig, notes: Notes) -> LibraryWorkout:
    """The workout under an id of today's, with everything that was filled in or read differently in ``notes``.

    Raises ``UnusableError`` with the reason where there is no workout in the entry that riders could ride.
    """
    if not isinstance(entry, dict):
        raise UnusableError(f"{quoted(entry)} is not a workout; write an object with id, type and segments")
    if squashed(text_in(entry.get("sport"))) not in _CYCLING:
        raise UnusableError(f"sport: {quoted(entry['sport'])} is not cycling, which legacy libraries are migrated for")
    notes.left_behind = tuple(sorted(text_in(key, 60) or "?" for key in entry if key not in _KNOWN))
    stated = stated_type(entry.get("type"))
    parts = parts_of(entry.get("segments"), stated, notes)
    kind, parts = _settled_type(entry, stated, parts, notes)
    ranged = with_ranges(parts, stated or kind, entry.get("variable_components"), notes)
    try:
        draft = _workout(entry, workout_id, kind, ranged.parts, notes, duration_scaling_strategy=ranged.strategy)
        workout = fitted(draft, config, notes)
    except ValidationError as error:
        raise UnusableError(first_problem(error, LibraryWorkout)) from None
    for severity, field, message in findings_of(workout):
        if severity is Severity.ERROR:
            raise UnusableError(f"{field}: {message}")
    return workout


def _workout(
    entry: dict[str, Any], workout_id: str, kind: WorkoutType, parts: Parts, notes: Notes, **more: Any
) -> LibraryWorkout:
    minutes = sum(part.duration_min * (part.repeat if isinstance(part, WorkoutSet) else 1) for part in parts)
    purpose, description = texts_of(entry, kind, parts, notes)
    fields = {
        "id": workout_id,
        "name": name_of(entry, workout_id, notes),
        "type": kind,
        "sport": Sport.CYCLING,
        "purpose": purpose,
        "description": description,
        "suitable_phases": phases_of(entry, kind, minutes, notes),
        "suitable_days": days_of(entry, minutes, notes),
        "extensible": is_extensible(parts),
        "parts": parts,
        **more,
    }
    bare = LibraryWorkout(**fields, duration_min=minutes, tss=0)
    duration, tss = round(bare.parts_duration_min, 4), workout_load(bare.segments).tss
    _compare(entry, ("base_duration_min",), duration, STATED_MIN_TOLERANCE, notes)
    _compare(entry, ("base_tss", "tss"), tss, STATED_TSS_TOLERANCE, notes)
    return LibraryWorkout(**fields, duration_min=duration, tss=tss)


def _compare(entry: dict[str, Any], fields: tuple[str, ...], computed: float, tolerance: float, notes: Notes) -> None:
    """Note how far a stated figure is from its segments'; without one, that it was computed."""
    for field in fields:
        value = entry.get(field)
        if value is None:
            continue
        stated = number_in(value)
        if stated is None:
            notes.repair(field, f"{quoted(value)} is not a number; {computed:g} by the segments")
        elif abs(stated - computed) > tolerance + 1e-9:
            notes.differ(field, stated, computed)
        return
    notes.infer(fields[0], computed, "computed from the segments")


def _settled_type(
    entry: dict[str, Any], stated: WorkoutType | None, parts: Parts, notes: Notes
) -> tuple[WorkoutType, Parts]:
    """The type that holds for the parts, and the parts as that type may have them."""
    given, name = entry.get("type"), text_in(entry.get("name"))
    steps = steps_in(parts)
    off_bike = [step.type is SegmentType.STRENGTH for step in steps]
    kind = stated or _by_content(parts, name)
    if all(off_bike):
        kind = WorkoutType.STRENGTH
    elif any(off_bike) and kind is not WorkoutType.STRENGTH:
        raise UnusableError("segments: some are off the bike and some are ridden; make two workouts of them")
    elif kind is WorkoutType.RECOVERY:
        kind, parts = _as_recovery(steps, parts, name, notes)
    if not is_of(kind, parts):
        kind = _by_content(parts, name)
    if kind is not stated:
        notes.infer("type", kind.value, f"{quoted(given)} is no type of today's for it; by what it holds")
    elif squashed(text_in(given)) != squashed(kind.value):
        notes.infer("type", kind.value, f"{quoted(given)} in today's words")
    return kind, parts


def _as_recovery(steps: tuple[Step, ...], parts: Parts, name: str, notes: Notes) -> tuple[WorkoutType, Parts]:
    top = max((step.intensity_high_pct or 0.0) for step in steps)
    if top <= RECOVERY_UP_TO_PCT:
        return WorkoutType.RECOVERY, parts
    if top > LOWERED_UP_TO_PCT:
        return _by_content(parts, name), parts
    notes.repair("segments", f"{top:g} % is too hard to recover; lowered to {RECOVERY_UP_TO_PCT:g} %")
    return WorkoutType.RECOVERY, tuple(map(_lowered, parts))


def _by_content(parts: Parts, name: str) -> WorkoutType:
    return type_of(tuple(write_out(parts)), name)


def _lowered(part: Step | WorkoutSet) -> Step | WorkoutSet:
    if isinstance(part, WorkoutSet):
        return part.model_copy(update={"steps": tuple(_lowered(step) for step in part.steps)})
    if part.intensity_low_pct is None or part.intensity_high_pct is None:
        return part
    capped = {"intensity_low_pct": min(part.intensity_low_pct, RECOVERY_UP_TO_PCT)}
    return part.model_copy(update={**capped, "intensity_high_pct": min(part.intensity_high_pct, RECOVERY_UP_TO_PCT)})
