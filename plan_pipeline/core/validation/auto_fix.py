"""Bringing a week that is too long back to its hours by shortening its weekend endurance rides.

Nothing given is ever modified: a fix is a new tuple of workouts that shares every workout it did not touch.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from plan_pipeline.core.adding import added
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Workout
from plan_pipeline.core.model.segments import Segment, planned_minutes
from plan_pipeline.core.model.vocabulary import SegmentType, WorkoutType

STEP_MIN = 15.0
"""Minutes taken off the easy blocks at a time."""

LONG_RIDE_ROOM_MIN = 60
"""What a fix leaves of an endurance ride at least, minutes: below an hour it loses its value (convention)."""

MAX_STEPS = 10
"""Steps after which the fix gives up: two and a half hours off one ride is no longer the planned ride."""

ENDURANCE_POWER_PCT = 80.0
"""A steady block that starts below this share of threshold counts as endurance riding, and can be shortened."""

MIN_ENDURANCE_SEGMENT_SHARE = 0.5
MIN_ENDURANCE_DURATION_SHARE = 0.7

HARD_POWER_PCT = 90.0
"""Work above this share of threshold is hard, whatever the workout calls itself."""

HARD_WORK_MIN = 10.0
"""So many minutes of hard work, or ..."""

HARD_WORK_SHARE = 0.1
"""... this share of a ride shorter than 100 minutes, make a session of intervals out of it."""

_TIME_EPSILON_MIN = 1e-6
_KEYWORD = re.compile(r"(?<![a-z0-9])(?:endurance|z2|zone[ _-]?2|easy|base|aerobic)(?![a-z0-9])", re.IGNORECASE)
_RIDE_ENDS = {SegmentType.WARMUP: "warm-up", SegmentType.COOLDOWN: "cool-down"}
_ENDURANCE_SEGMENTS = frozenset({SegmentType.STEADY, SegmentType.ENDURANCE})
_NEVER_SHORTENED = frozenset({*_RIDE_ENDS, SegmentType.INTERVAL, SegmentType.STRENGTH})
_MINIMUM = f"the {LONG_RIDE_ROOM_MIN:g}-minute minimum"
_WHAT_KEEPS_ITS_LENGTH = (
    f"intervals, sets, the rests between efforts and work from {ENDURANCE_POWER_PCT:g} % of threshold keep their length"
)
_NEVER_ENDURANCE = frozenset({WorkoutType.REST, WorkoutType.STRENGTH})


class FixAttempt(Frozen):
    """The week after a fix, or ``None`` where none was possible; ``log`` says what was done, or why nothing was."""

    workouts: tuple[Workout, ...] | None
    log: str


def is_endurance(workout: Workout) -> bool:
    """Whether a workout is an endurance ride, which may be shortened without losing what it is for.

    It is one by its declared type, by a keyword in its name or description (endurance, Z2, zone 2, easy,
    base, aerobic), or when steady riding that starts below 80 % of threshold makes up half of its segments
    or 70 % of its minutes. Two things stand against it, because a description that mentions "easy spinning
    between" or an "aerobic base" does not make intervals easy:

    - a declared hard type (or strength, or rest) is never an endurance ride, and a declared tempo ride is
      none by a keyword;
    - with 10 minutes or more above 90 % of threshold (10 % of a ride under 100 minutes) neither type, keyword
      nor the number of segments counts, only the share of minutes.

    Keywords are whole words: "baseline" is not "base", "anaerobic" is not "aerobic".
    """
    if not workout.segments or workout.type.is_hard or workout.type in _NEVER_ENDURANCE:
        return False
    easy = [segment for segment in workout.segments if _is_endurance_segment(segment)]
    wanted_min = MIN_ENDURANCE_DURATION_SHARE * planned_minutes(workout.segments)
    if planned_minutes(easy) >= wanted_min - _TIME_EPSILON_MIN:
        return True
    if _has_hard_work(workout.segments):
        return False
    return (
        workout.type is WorkoutType.ENDURANCE
        or (workout.type.is_flexible and any(map(_KEYWORD.search, (workout.name, workout.description))))
        or len(easy) >= MIN_ENDURANCE_SEGMENT_SHARE * len(workout.segments)
    )


def weekend_endurance_rides(workouts: Sequence[Workout]) -> tuple[int, ...]:
    """Positions of the endurance rides on Saturday and Sunday, the longest first."""
    found = (i for i, workout in enumerate(workouts) if workout.weekday.is_weekend and is_endurance(workout))
    return tuple(sorted(found, key=lambda i: -planned_minutes(workouts[i].segments)))


def attempt_auto_fix(workouts: tuple[Workout, ...], target_hours: float | None) -> FixAttempt:
    """Shorten the longest weekend endurance ride, then the next, until the week holds at most ``target_hours``.

    Of each ride first the warm-up and cool-down go, as far as it keeps 60 minutes, then its easy blocks
    (``may_be_shortened``) lose 15 minutes at a time, ten times at most. Intervals, and the rests between them,
    keep their length. A week that cannot be shortened far enough is not changed: ``workouts`` of the result is
    ``None``, and ``log`` says of each ride what stands in the way.
    """
    if target_hours is None:
        return no_fix("the week has no target hours")
    planned = added(planned_minutes(workout.segments) for workout in workouts)
    excess = planned - target_hours * 60
    if excess <= _TIME_EPSILON_MIN:
        return no_fix(f"{_hours(planned)} planned are already within the target of {_hours(target_hours * 60)}")
    cuts: dict[int, _Cut] = {}
    left = excess
    for position in weekend_endurance_rides(workouts):
        if left > _TIME_EPSILON_MIN:
            cuts[position] = cut = _shortened(workouts[position], left)
            left -= cut.removed_min
    if not cuts:
        return no_fix("there is no endurance ride on Saturday or Sunday")
    made = {position: cut for position, cut in cuts.items() if cut.removed_min}
    changes = " and ".join(cut.change for cut in made.values())
    week = f"the week from {_hours(planned)} to {_hours(planned - excess + left)} (target {_hours(target_hours * 60)})"
    if left > _TIME_EPSILON_MIN:
        limits = "; ".join(cut.limit for cut in cuts.values())
        return no_fix(f"shortening {changes} would only bring {week}; {limits}" if changes else limits)
    fixed = tuple(_with_segments(w, made[i].segments) if i in made else w for i, w in enumerate(workouts))
    return FixAttempt(workouts=fixed, log=f"Shortened {changes}; this brings {week}.")


def no_fix(reason: str) -> FixAttempt:
    """An attempt that changed nothing, and why."""
    return FixAttempt(workouts=None, log=f"Auto-fix not possible: {reason}.")


def may_be_shortened(segment: Segment) -> bool:
    """Whether a block of an endurance ride may lose minutes: what is easy, but no interval and no part of a set."""
    return _is_easy(segment) and segment.set_index is None and segment.type not in _NEVER_SHORTENED


def _is_easy(segment: Segment) -> bool:
    """Endurance riding, and whatever else lies below 80 %; without a power steady riding is what its ride is."""
    if segment.intensity_low_pct is None or segment.intensity_high_pct is None:
        return segment.type in _ENDURANCE_SEGMENTS
    return (
        _is_endurance_segment(segment)
        or max(segment.intensity_low_pct, segment.intensity_high_pct) < ENDURANCE_POWER_PCT
    )


def _is_endurance_segment(segment: Segment) -> bool:
    """Steady riding whose lower end is below the endurance limit, and that nowhere turns into hard work."""
    return (
        segment.type in _ENDURANCE_SEGMENTS
        and segment.intensity_low_pct is not None
        and segment.intensity_high_pct is not None
        and min(segment.intensity_low_pct, segment.intensity_high_pct) < ENDURANCE_POWER_PCT
        and max(segment.intensity_low_pct, segment.intensity_high_pct) <= HARD_POWER_PCT
    )


def _has_hard_work(segments: Sequence[Segment]) -> bool:
    hard = planned_minutes(
        segment
        for segment in segments
        if segment.type not in _RIDE_ENDS
        and max(segment.intensity_low_pct or 0, segment.intensity_high_pct or 0) > HARD_POWER_PCT
    )
    return hard >= min(HARD_WORK_MIN, HARD_WORK_SHARE * planned_minutes(segments))


class _Cut(NamedTuple):
    """A ride as far as it was shortened: what is left of it, and the steps of 15 minutes that it lost."""

    ride: Workout
    segments: tuple[Segment, ...]
    steps: int

    @property
    def removed_min(self) -> float:
        return planned_minutes(self.ride.segments) - planned_minutes(self.segments)

    @property
    def change(self) -> str:
        """What was done to the ride, in words."""
        before, after = ({segment.type for segment in segments} for segments in (self.ride.segments, self.segments))
        gone = [name for kind, name in _RIDE_ENDS.items() if kind in before - after]
        what = [f"{' and '.join(gone)} removed"] if gone else []
        if self.steps:
            what.append(f"easy riding shortened by {self.steps} × {STEP_MIN:g} min")
        lengths = f"from {_minutes(self.ride.segments)} to {_minutes(self.segments)} min"
        return f"{self.ride.weekday} {self.ride.name!r} {lengths} ({', '.join(what)})"

    @property
    def limit(self) -> str:
        """What keeps the ride from losing more."""
        left = planned_minutes(self.segments)
        easy = planned_minutes(self.segments[i] for i in _easy_blocks(self.segments))
        spare = left - LONG_RIDE_ROOM_MIN
        if self.steps == MAX_STEPS:
            why = f"no ride loses more than {MAX_STEPS} × {STEP_MIN:g} min"
        elif spare < _TIME_EPSILON_MIN:
            why = f"it is {'below' if spare < -_TIME_EPSILON_MIN else 'at'} {_MINIMUM}"
        elif spare < STEP_MIN - _TIME_EPSILON_MIN:
            why = f"a step of {STEP_MIN:g} min would bring it below {_MINIMUM}"
        elif easy:
            why = f"it has {round(easy, 2):g} min of easy riding left to lose, less than a step of {STEP_MIN:g} min"
        else:
            why = f"it has no easy riding {'left ' * bool(self.removed_min)}to lose ({_WHAT_KEEPS_ITS_LENGTH})"
        done = "cannot be shortened further" if self.removed_min else "cannot be shortened"
        return f"{self.ride.weekday} {self.ride.name!r} ({_minutes(self.segments)} min) {done}: {why}"


def _shortened(ride: Workout, excess_min: float) -> _Cut:
    """The ride, shorter by at least ``excess_min`` if that can be had, else as short as it can be."""
    kept = _without_ends(ride.segments)
    left = excess_min - (planned_minutes(ride.segments) - planned_minutes(kept))
    for step in range(MAX_STEPS):
        if left <= _TIME_EPSILON_MIN or (shorter := _one_step_shorter(kept)) is None:
            return _Cut(ride, kept, step)
        kept, left = shorter, left - STEP_MIN
    return _Cut(ride, kept, MAX_STEPS)


def _without_ends(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """The ride without warm-up and cool-down, or without the longer one that it can lose and keep 60 minutes."""
    choices = ({SegmentType.WARMUP, SegmentType.COOLDOWN}, {SegmentType.COOLDOWN}, {SegmentType.WARMUP})
    rides = (tuple(segment for segment in segments if segment.type not in gone) for gone in choices)
    return min(
        (ride for ride in rides if planned_minutes(ride) >= LONG_RIDE_ROOM_MIN), key=planned_minutes, default=segments
    )


def _one_step_shorter(segments: tuple[Segment, ...]) -> tuple[Segment, ...] | None:
    """The ride 15 minutes shorter, from its longest easy blocks; ``None`` where it has not that much to give."""
    blocks = sorted(_easy_blocks(segments), key=lambda i: -segments[i].duration_min)
    available = added(segments[i].duration_min for i in blocks)
    if min(available, planned_minutes(segments) - LONG_RIDE_ROOM_MIN) < STEP_MIN - _TIME_EPSILON_MIN:
        return None
    shorter: list[Segment | None] = list(segments)
    wanted = STEP_MIN
    for i in blocks:
        minutes = segments[i].duration_min
        if minutes > wanted:
            shorter[i] = segments[i].model_copy(update={"duration_min": minutes - wanted})
            break
        shorter[i] = None
        wanted -= minutes
    return tuple(segment for segment in shorter if segment is not None)


def _easy_blocks(segments: tuple[Segment, ...]) -> list[int]:
    """Positions of what may be shortened, which a rest between efforts may not."""
    has_efforts = any(
        segment.type is SegmentType.INTERVAL or not _is_easy(segment)
        for segment in segments
        if segment.type not in _RIDE_ENDS
    )
    return [
        i
        for i, segment in enumerate(segments)
        if may_be_shortened(segment) and not (has_efforts and segment.type is SegmentType.RECOVERY)
    ]


def _with_segments(workout: Workout, segments: tuple[Segment, ...]) -> Workout:
    load = workout_load(segments)
    return workout.model_copy(
        update={
            "segments": segments,
            "duration_min": planned_minutes(segments),
            "tss": load.tss,
            "tss_if2": load.tss_if2,
            "intensity_factor": load.intensity_factor,
            "tss_method": load.method,
        }
    )


def _minutes(segments: Iterable[Segment]) -> str:
    return f"{round(planned_minutes(segments), 2):g}"


def _hours(minutes: float) -> str:
    return f"{round(minutes / 60, 2):g} h"
