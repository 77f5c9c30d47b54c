"""Legacy segments as parts: flat ones as steps, ``sets`` with ``work`` and ``recovery`` as sets."""

from collections.abc import Iterator
from typing import Any, Final

from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import SegmentType, WorkoutType
from plan_pipeline.core.model.workout import WorkoutSet, minutes_of, steps_in
from plan_pipeline.core.registry import squashed
from plan_pipeline.library.migration.report import Notes
from plan_pipeline.library.migration.values import UnusableError, number_field, quoted, text_in, whole_in
from plan_pipeline.library.set_recognition import MOST_REPEATS, recognise_sets

LONGEST_MIN = 24 * 60.0
SHORTEST_MIN = 1 / 60
HIGHEST_PCT = 400.0
PLAUSIBLE_FROM_PCT = 20.0
"""The hardest moment of a ride is above it; below, power was given as a fraction of threshold, or in other units."""

_ALIASES: Final = {
    **dict.fromkeys(
        ("work", "effort", "hard", "sprint", "on", "vo2max", "threshold", "anaerobic"), SegmentType.INTERVAL
    ),
    **dict.fromkeys(("rest", "easy", "off", "recover", "activerecovery"), SegmentType.RECOVERY),
    **dict.fromkeys(("steadystate", "main", "mainset", "freeride", "ride", "sweetspot"), SegmentType.STEADY),
    **dict.fromkeys(("zone2", "z2", "base", "aerobic"), SegmentType.ENDURANCE),
    **dict.fromkeys(("warm", "rampup", "warmingup"), SegmentType.WARMUP),
    **dict.fromkeys(("cool", "rampdown", "coolingdown"), SegmentType.COOLDOWN),
    **dict.fromkeys(("gym", "weights", "core"), SegmentType.STRENGTH),
}
"""Roles in other words, squashed."""

_BY_INTENSITY: Final = ((84.0, SegmentType.INTERVAL), (76.0, SegmentType.TEMPO), (56.0, SegmentType.ENDURANCE))
"""The role of a step that names none, by its highest intensity: Coggan's levels; below them it is a recovery."""

_EASY_POWER: Final = {
    SegmentType.WARMUP: (45.0, 65.0),
    SegmentType.RECOVERY: (50.0, 50.0),
    SegmentType.COOLDOWN: (40.0, 55.0),
}
"""% of threshold for easy steps that state none; what an interval is ridden at is never guessed."""


def parts_of(segments: Any, kind: WorkoutType | None, notes: Notes) -> tuple[Step | WorkoutSet, ...]:
    """The parts of a workout, with sets recognised where they are written out.

    Raises ``UnusableError`` for segments that cannot be ridden as they stand, naming the first.
    """
    if not isinstance(segments, list) or not segments:
        what = "is missing" if segments is None else "is empty" if segments in ([], {}, "") else "is not a list"
        raise UnusableError(f"segments: {what}, so there is nothing to ride; write the workout's segments")
    off_bike = kind is WorkoutType.STRENGTH
    parts: list[Step | WorkoutSet] = []
    for i, segment in enumerate(segments):
        parts += _parts_of(segment, f"segments[{i}]", notes, off_bike=off_bike)
    found = tuple(_with_sets(parts))
    _check_whole(found)
    if not any(isinstance(part, WorkoutSet) for part in parts) and any(isinstance(p, WorkoutSet) for p in found):
        counts = " and ".join(str(part.repeat) for part in found if isinstance(part, WorkoutSet))
        notes.infer("parts", f"sets of {counts}", "the same steps follow each other in flat segments")
    return found


def _with_sets(parts: list[Step | WorkoutSet]) -> Iterator[Step | WorkoutSet]:
    flat: list[Step] = []
    for part in parts:
        if isinstance(part, Step):
            flat.append(part)
        else:
            yield from recognise_sets(flat)
            flat = []
            yield part
    yield from recognise_sets(flat)


def _parts_of(segment: Any, where: str, notes: Notes, *, off_bike: bool) -> Iterator[Step | WorkoutSet]:
    if not isinstance(segment, dict):
        raise UnusableError(f"{where}: {quoted(segment)} is not a segment; write its type, duration_min and power")
    if segment.get("sets") is None and segment.get("work") is None:
        yield _step(segment, where, notes, off_bike=off_bike)
        return
    given = segment.get("sets")
    count = whole_in(given)
    if count is None or not 1 <= count <= MOST_REPEATS:
        raise UnusableError(f"{where}.sets: {quoted(given)} is not a count from 1 to {MOST_REPEATS}; correct it")
    if not isinstance(given, int):
        notes.repair(f"{where}.sets", f"{quoted(given)} is read as {count}")
    work = segment.get("work", segment if segment.get("duration_min") is not None else None)
    steps = [*_steps(work, f"{where}.work", SegmentType.INTERVAL, notes, off_bike=off_bike)]
    if not steps:
        raise UnusableError(f"{where}.work: is missing, so the set has nothing to repeat; write its work")
    steps += _steps(segment.get("recovery"), f"{where}.recovery", SegmentType.RECOVERY, notes, off_bike=off_bike)
    yield WorkoutSet(repeat=count, steps=tuple(steps))


def _steps(data: Any, where: str, role: SegmentType, notes: Notes, *, off_bike: bool) -> Iterator[Step]:
    for each in data if isinstance(data, list) else [] if data is None or data == {} else [data]:
        if not isinstance(each, dict):
            raise UnusableError(f"{where}: {quoted(each)} is not a step; write its duration_min and power")
        yield _step(each, where, notes, off_bike=off_bike, role=role)


def _step(data: dict[str, Any], where: str, notes: Notes, *, off_bike: bool, role: SegmentType | None = None) -> Step:
    duration = number_field(data, "duration_min", where, notes)
    if duration is None:
        raise UnusableError(f"{where}.duration_min: is missing; write the step's minutes")
    if not SHORTEST_MIN - 1e-4 <= duration <= LONGEST_MIN:
        raise UnusableError(f"{where}.duration_min: {duration:g} is no length of a step; write minutes, above 0")
    stated = _stated_role(data.get("type"))
    kind = stated or role
    low, high = _power(data, where, notes, kind, off_bike=off_bike)
    if low is None or high is None:
        kind = SegmentType.STRENGTH
    elif kind is None or kind is SegmentType.STRENGTH:
        kind = next((role for from_pct, role in _BY_INTENSITY if high >= from_pct), SegmentType.RECOVERY)
        notes.infer(
            f"{where}.type", kind.value, f"type {quoted(data.get('type'))} is none of today's; by its intensity"
        )
    return Step(
        type=kind,
        duration_min=round(duration, 4),
        intensity_low_pct=low,
        intensity_high_pct=high,
        description=text_in(data.get("description")),
    )


def _stated_role(value: Any) -> SegmentType | None:
    """A set's own type, ``interval``, does not say what its recovery is; a step's does."""
    if not isinstance(value, str):
        return None
    try:
        return SegmentType(value)
    except ValueError:
        return _ALIASES.get(squashed(value))


def _power(
    data: dict[str, Any], where: str, notes: Notes, kind: SegmentType | None, *, off_bike: bool
) -> tuple[float | None, float | None]:
    low = number_field(data, "power_low_pct", where, notes)
    high = number_field(data, "power_high_pct", where, notes)
    if (off_bike or kind is SegmentType.STRENGTH) and not low and not high:
        return None, None
    if low is None and high is None:
        if kind not in _EASY_POWER:
            raise UnusableError(f"{where}: has no power, and no other step says how hard it is; write power_low_pct")
        low, high = _EASY_POWER[kind]
        notes.infer(f"{where}.power", f"{low:g}-{high:g}", f"a {kind} without power is ridden easily")
    low, high = (high if low is None else low), (low if high is None else high)
    assert low is not None and high is not None
    for field, value in (("power_low_pct", low), ("power_high_pct", high)):
        if not 0 <= value <= HIGHEST_PCT:
            what = f"{value:g} is outside 0 to {HIGHEST_PCT:g} % of threshold"
            raise UnusableError(f"{where}.{field}: {what}; correct it")
    if low > high:
        notes.repair(f"{where}.power", f"{low:g} to {high:g} is given from high to low, read as {high:g} to {low:g}")
        low, high = high, low
    return round(low, 2), round(high, 2)


def _check_whole(parts: tuple[Step | WorkoutSet, ...]) -> None:
    steps = steps_in(parts)
    minutes = minutes_of(parts)
    if minutes > LONGEST_MIN:
        raise UnusableError(f"segments: {minutes:g} min in all are more than a day; correct their durations")
    tops = [step.intensity_high_pct for step in steps if step.intensity_high_pct is not None]
    if tops and max(tops) < PLAUSIBLE_FROM_PCT:
        what = f"no power is above {max(tops):g} % of threshold"
        raise UnusableError(f"segments: {what}, as if it were a fraction of it; write power in percent")
