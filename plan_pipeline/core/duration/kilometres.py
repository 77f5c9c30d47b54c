"""Brings the runs of a week to exactly what the week is to have: half kilometres where it counts those, else minutes.

What the choice of workouts leaves is a minute or two, or some hundreds of metres; easy blocks take it up.
"""

import math
from collections.abc import Callable, Container, Mapping, Sequence
from typing import NamedTuple

from plan_pipeline.core.adding import added
from plan_pipeline.core.content.runs import km_of, segment_km
from plan_pipeline.core.duration.easy_apart import likeness, moved_apart
from plan_pipeline.core.limits import EXACT_MIN
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.plan import Workout
from plan_pipeline.core.model.segments import RunningSegment, Segment, planned_minutes
from plan_pipeline.core.model.vocabulary import SegmentType, Target, Weekday, WorkoutType
from plan_pipeline.core.paces.runner import Runner

STEP_KM = 0.5

SHORTEST_BLOCK_MIN, SHORTEST_RUN_MIN = 5.0, 15.0
"""What is left at least of an easy block that gives kilometres, and of its run."""

SHORTEST_WALK_MIN = 3.0
"""What is left at least of the walk before a run that has walks in it."""

SHORTEST_SNAPPED_MIN = 2.0
"""A block is not shortened below this to bring a run onto the grid."""

_GIVES = frozenset({SegmentType.STEADY, SegmentType.ENDURANCE, SegmentType.WARMUP, SegmentType.COOLDOWN})

_SECONDS = 60
_EXACT = 1e-6

_ROUNDING = 0.03

MOST_SETTLED_MIN = 6 * EXACT_MIN
"""More minutes than this are not the odd ones that a choice of workouts leaves."""

MOVED_MIN, MOVED_KM = (1.0, 2.0, 3.0, 4.0, 6.0), (STEP_KM, 2 * STEP_KM, 3 * STEP_KM)
"""What is moved at once from one run to another so that easy ones differ."""

MOST_MOVED_MIN = 12.0
"""So much a long run may change to be as far as its line has it."""


class _Run(NamedTuple):
    """A run with its kilometres at first and now, the easy block that gives or takes some, and the most that it may
    come to: a long run grows no faster than its line.

    Of the block it has its place, minutes at first and kilometres a minute.
    """

    workout: Workout
    at_first_km: float
    km: float
    block: int | None
    block_min: float = 0.0
    km_a_minute: float = 0.0
    most_km: float = math.inf

    @property
    def strain(self) -> float:
        """How far it is from what it was, as a share."""
        return abs(self.km - self.at_first_km) / max(self.at_first_km, STEP_KM)

    @property
    def change_min(self) -> float:
        """Minutes by which its block changes."""
        return (self.km - self.at_first_km) / self.km_a_minute

    @property
    def minutes_of_block(self) -> float:
        """Minutes of the block at which the run has its kilometres."""
        return self.block_min + self.change_min

    @property
    def minutes(self) -> float:
        """Minutes of the run at its kilometres."""
        return self.workout.duration_min + self.change_min


def in_half_kilometres(
    workouts: Sequence[Workout],
    target_km: float,
    runner: Runner,
    cap_min: Callable[[Weekday], float],
    long_km: Mapping[Weekday, float],
    *,
    easy_apart: bool,
) -> tuple[Workout, ...]:
    """The workouts with every run's kilometres on a grid of 0.5, together as near to the target as they can be.

    Only easy blocks change; what is over or missing goes to the runs that change least for it, the flexible ones
    first, and those that stay below the longest; last of all a long run goes half a kilometre beyond its line. A run
    of one easy block becomes a distance, and none grows over its day's cap. With ``easy_apart`` no two easy runs are as
    far. ``long_km`` is how far the long runs are to be, by day. Loads are not reckoned anew: ``weighed`` does that.
    """
    runs = [_on_grid(workout, runner, cap_min(workout.weekday), long_km.get(workout.weekday)) for workout in workouts]
    longest = max((run.km for run in runs), default=0.0)
    runs = _stepped(runs, target_km, cap_min, longest, only_flexible=True)
    runs = _stepped(runs, target_km, cap_min, math.inf, only_flexible=True)
    runs = _stepped(runs, target_km, cap_min, math.inf, only_flexible=False)
    over_line = [run._replace(most_km=run.most_km + STEP_KM) for run in runs]
    runs = _stepped(over_line, target_km, cap_min, math.inf, only_flexible=False)
    if easy_apart:
        runs = _with_easy_km_apart(runs, cap_min)
    return tuple(_rebuilt(run, runner) for run in runs)


def in_exact_minutes(
    workouts: Sequence[Workout],
    target_min: float,
    runner: Runner,
    cap_min: Callable[[Weekday], float],
    long_km: Mapping[Weekday, float],
) -> tuple[Workout, ...]:
    """The workouts with the minutes that are missing or over, a few at most, in the longest easy block with room.

    Long runs are as far as ``long_km`` has them, by day, unless the week would miss its minutes so. Easy runs take up
    the rest, before key sessions: one where one has the room, else several.
    """
    as_far = [_as_far(workout, long_km.get(workout.weekday), runner, cap_min) for workout in workouts]
    settled, left = _settled(as_far, target_min, cap_min, long_km)
    if left >= _EXACT and long_km:
        off_line, others_left = _settled(workouts, target_min, cap_min, long_km)
        settled = off_line if others_left < left else settled
    return tuple(settled)


def _settled(
    workouts: Sequence[Workout], target_min: float, cap_min: Callable[[Weekday], float], long_km: Container[Weekday]
) -> tuple[Sequence[Workout], float]:
    """The workouts with what is missing or over in their easy blocks, and how many minutes no block has room for."""
    missing = target_min - added([workout.duration_min for workout in workouts])
    if abs(missing) < _EXACT or abs(missing) > MOST_SETTLED_MIN:
        return workouts, abs(missing)
    options = []
    for i, workout in enumerate(workouts):
        if (block := _block_of(workout.segments)) is not None:
            minutes = workout.segments[block].duration_min
            room = cap_min(workout.weekday) - workout.duration_min if missing > 0 else minutes - SHORTEST_BLOCK_MIN
            is_long = workout.weekday in long_km or workout.type is WorkoutType.LONG
            options.append((room < abs(missing), is_long, not workout.type.is_flexible, -minutes, i, block, room))
    settled, left = list(workouts), abs(missing)
    for *_, i, block, room in sorted(options):
        taken = min(left, max(room, 0.0))
        if taken > _EXACT:
            settled[i] = _longer(settled[i], block, math.copysign(taken, missing))
            left -= taken
    return settled, left


def _as_far(workout: Workout, km: float | None, runner: Runner, cap_min: Callable[[Weekday], float]) -> Workout:
    """A run at so many kilometres, where its easy block can be so much longer or shorter."""
    block = _block_of(workout.segments)
    if km is None or block is None:
        return workout
    change_min = _change_min(workout, block, km, runner)
    minutes = workout.segments[block].duration_min + change_min
    has_room = minutes >= SHORTEST_BLOCK_MIN and workout.duration_min + change_min <= cap_min(workout.weekday)
    return _longer(workout, block, change_min) if has_room and abs(change_min) <= MOST_MOVED_MIN else workout


def _change_min(workout: Workout, block: int, km: float, runner: Runner) -> float:
    """Minutes by which an easy block has to change for its run to have so many kilometres."""
    easy = workout.segments[block]
    return (km - km_of(workout.segments, runner)) * easy.duration_min / segment_km(easy, runner)


def with_easy_runs_apart(workouts: Sequence[Workout], cap_min: Callable[[Weekday], float]) -> tuple[Workout, ...]:
    """The same minutes, some of them moved between flexible runs so that easy ones differ in length."""
    blocks = [_block_of(each.segments) if each.type.is_flexible else None for each in workouts]
    easy = [i for i, each in enumerate(workouts) if each.type is WorkoutType.EASY]

    def may_be(i: int, minutes: float) -> bool:
        block, workout = blocks[i], workouts[i]
        if block is None or minutes > cap_min(workout.weekday):
            return False
        segment = workout.segments[block]
        least = SHORTEST_WALK_MIN if _is_walk(segment) else SHORTEST_BLOCK_MIN
        return segment.duration_min + minutes - workout.duration_min >= least

    lengths = [each.duration_min for each in workouts]
    apart = moved_apart(lengths, easy, MOVED_MIN, lambda found: likeness([found[i] for i in easy]), may_be)
    changes = [after - before for before, after in zip(lengths, apart, strict=True)]
    return tuple(
        each if block is None or abs(change) < _EXACT else _longer(each, block, change)
        for each, block, change in zip(workouts, blocks, changes, strict=True)
    )


def _longer(workout: Workout, block: int, minutes: float) -> Workout:
    segment = workout.segments[block]
    return _with_segment(workout, block, segment.model_copy(update={"duration_min": segment.duration_min + minutes}))


def _on_grid(workout: Workout, runner: Runner, cap_min: float, long_km: float | None) -> _Run:
    """A run at the half kilometre nearest to it, a long one at the one that its line has; as it is without room."""
    km, block = km_of(workout.segments, runner), _block_of(workout.segments)
    if block is None:
        return _Run(workout, km, km, block)
    easy = workout.segments[block]
    run = _Run(workout, km, km, block, easy.duration_min, segment_km(easy, runner) / easy.duration_min)
    snapped = run._replace(km=round(km / STEP_KM) * STEP_KM)
    if snapped.km > km and snapped.minutes > cap_min:
        snapped = run._replace(km=snapped.km - STEP_KM)
    if long_km is not None and abs(run._replace(km=long_km).change_min) <= MOST_MOVED_MIN:
        line_km = math.floor(long_km / STEP_KM + _ROUNDING) * STEP_KM
        snapped = run._replace(km=line_km, most_km=line_km)
    has_room = snapped.minutes_of_block >= SHORTEST_SNAPPED_MIN and snapped.minutes <= cap_min
    return snapped if has_room else run


def _block_of(segments: Sequence[Segment]) -> int | None:
    """The longest easy stretch by pace that is no part of a set and no distance, of a recovery run all of it; else the
    longest walk outside sets."""
    easy = [
        i
        for i, segment in enumerate(segments)
        if segment.set_index is None
        and segment.duration_min >= SHORTEST_BLOCK_MIN
        and isinstance(segment, RunningSegment)
        and segment.intensity_low_pct
        and segment.is_easy
        and segment.distance_m is None
        and segment.target is not Target.RACE
    ]
    open_blocks = (
        [i for i in easy if segments[i].type in _GIVES]
        or [i for i in easy if segments[i].type is SegmentType.RECOVERY]
        or [i for i, each in enumerate(segments) if _is_walk(each)]
    )
    return max(open_blocks, key=lambda i: segments[i].duration_min, default=None)


def _is_walk(segment: Segment) -> bool:
    return segment.type is SegmentType.WALK and segment.set_index is None and bool(segment.intensity_low_pct)


def _stepped(
    runs: list[_Run],
    target_km: float,
    cap_min: Callable[[Weekday], float],
    longest: float,
    *,
    only_flexible: bool,
) -> list[_Run]:
    current = list(runs)
    while abs(missing := target_km - added([run.km for run in current])) >= STEP_KM / 2 + 1e-9:
        step = STEP_KM if missing > 0 else -STEP_KM
        options = [
            (moved.strain, i, moved)
            for i, run in enumerate(current)
            if run.block is not None
            and (run.workout.type.is_flexible or not only_flexible)
            and _may_be(moved := run._replace(km=run.km + step), cap_min, longest)
        ]
        if not options:
            break
        _, i, moved = min(options, key=lambda option: option[:2])
        current[i] = moved
    return current


def _with_easy_km_apart(runs: list[_Run], cap_min: Callable[[Weekday], float]) -> list[_Run]:
    """The same kilometres, some of them moved between flexible runs so that easy ones differ in length."""
    easy = [i for i, run in enumerate(runs) if run.workout.type is WorkoutType.EASY and run.block is not None]
    as_far_as_longest = max((run.km for run in runs), default=0.0) + STEP_KM / 2

    def may_be(i: int, km: float) -> bool:
        run = runs[i]
        moves = run.block is not None and run.workout.type.is_flexible
        return moves and _may_be(run._replace(km=km), cap_min, as_far_as_longest)

    def likeness_of(km: Sequence[float]) -> int:
        return likeness([km[i] for i in easy], [runs[i]._replace(km=km[i]).minutes for i in easy])

    apart = moved_apart([run.km for run in runs], easy, MOVED_KM, likeness_of, may_be)
    return [run._replace(km=km) for run, km in zip(runs, apart, strict=True)]


def _may_be(run: _Run, cap_min: Callable[[Weekday], float], longest_km: float) -> bool:
    is_longest = run.at_first_km >= longest_km - STEP_KM
    return (
        run.minutes_of_block >= SHORTEST_BLOCK_MIN
        and SHORTEST_RUN_MIN <= run.minutes <= cap_min(run.workout.weekday)
        and run.km <= run.most_km
        and (is_longest or run.km < longest_km)
    )


def _rebuilt(run: _Run, runner: Runner) -> Workout:
    if run.block is None:
        return run.workout
    block = run.workout.segments[run.block]
    assert isinstance(block, RunningSegment)
    is_all = not any(segment_km(s, runner) for i, s in enumerate(run.workout.segments) if i != run.block)
    minutes = round(run.minutes_of_block * _SECONDS) / _SECONDS
    distance_m = float(round(run.km * 1000)) if is_all else None
    changed = block.model_copy(update={"duration_min": minutes, "distance_m": distance_m})
    return _with_segment(run.workout, run.block, changed)


def _with_segment(workout: Workout, place: int, segment: Segment) -> Workout:
    segments = (*workout.segments[:place], segment, *workout.segments[place + 1 :])
    minutes = round(planned_minutes(segments), 6)
    return workout.model_copy(update={"segments": segments, "duration_min": minutes})


def weighed(workout: Workout) -> Workout:
    """A workout with the load of its segments, whatever it had before."""
    load = workout_load(workout.segments)
    known = (workout.tss, workout.tss_if2, workout.intensity_factor)
    if known == (load.tss, load.tss_if2, load.intensity_factor):
        return workout
    changes = {"tss": load.tss, "tss_if2": load.tss_if2, "intensity_factor": load.intensity_factor}
    return workout.model_copy(update=changes)
