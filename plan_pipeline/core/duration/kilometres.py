"""Brings the runs of a week to exactly what the week is to have: half kilometres where it counts those, else minutes.

What the choice of workouts leaves is a minute or two, or some hundreds of metres; easy blocks take it up.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from plan_pipeline.core.limits import EXACT_MIN
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.plan import Workout
from plan_pipeline.core.model.segments import RunningSegment, Segment
from plan_pipeline.core.model.vocabulary import SegmentType, Target, Weekday, WorkoutType
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.run_measures import km_of, segment_km

STEP_KM = 0.5

SHORTEST_BLOCK_MIN, SHORTEST_RUN_MIN = 5.0, 15.0
"""What is left at least of an easy block that gives kilometres, and of its run."""

_GIVES = frozenset({SegmentType.STEADY, SegmentType.ENDURANCE, SegmentType.WARMUP, SegmentType.COOLDOWN})

_SECONDS = 60
_EXACT = 1e-6

MOST_SETTLED_MIN = 2 * EXACT_MIN
"""More minutes than this are not the odd ones that a choice of workouts leaves."""


class _Run(NamedTuple):
    """A run with its kilometres at first and now, and the place of the easy block that gives or takes some."""

    workout: Workout
    at_first_km: float
    km: float
    block: int | None

    @property
    def strain(self) -> float:
        """How far it is from what it was, as a share."""
        return abs(self.km - self.at_first_km) / max(self.at_first_km, STEP_KM)


def in_half_kilometres(
    workouts: Sequence[Workout],
    target_km: float,
    runner: Runner,
    cap_min: Callable[[Weekday], float],
    *,
    easy_apart: bool,
) -> tuple[Workout, ...]:
    """The workouts with every run's kilometres on a grid of 0.5, together as near to the target as they can be.

    Only easy blocks change; what is over or missing goes to the runs that change least for it, the flexible ones
    first. A run of one easy block becomes a distance. No run grows over its day's cap, nor over the longest one. With
    ``easy_apart`` no two easy runs are as far.
    """
    runs = [_on_grid(workout, runner) for workout in workouts]
    for only_flexible in (True, False):
        runs = _stepped(runs, target_km, runner, cap_min, only_flexible=only_flexible)
    if easy_apart:
        runs = _with_easy_km_apart(runs, runner, cap_min)
    return tuple(_rebuilt(run, runner) for run in runs)


def in_exact_minutes(
    workouts: Sequence[Workout], target_min: float, cap_min: Callable[[Weekday], float]
) -> tuple[Workout, ...]:
    """The workouts with the minutes that are missing or over, a few at most, in the longest easy block with room.

    Easy runs come before long ones and those before key sessions.
    """
    missing = target_min - sum(workout.duration_min for workout in workouts)
    if abs(missing) < _EXACT or abs(missing) > MOST_SETTLED_MIN:
        return tuple(workouts)
    options = []
    for i, workout in enumerate(workouts):
        block = _block_of(workout.segments)
        if block is None:
            continue
        minutes = workout.segments[block].duration_min + missing
        if minutes >= SHORTEST_BLOCK_MIN and workout.duration_min + missing <= cap_min(workout.weekday):
            options.append((not workout.type.is_flexible, workout.type is WorkoutType.LONG, -minutes, i, block))
    if not options:
        return tuple(workouts)
    *_, i, block = min(options)
    return (*workouts[:i], _longer(workouts[i], block, missing), *workouts[i + 1 :])


def with_easy_runs_apart(workouts: Sequence[Workout], step_min: float = 1.0) -> tuple[Workout, ...]:
    """The same minutes with no two easy runs of a length: one gives a minute that the longest takes."""
    current = list(workouts)
    for _ in current:
        easy = [
            i
            for i, each in enumerate(current)
            if each.type is WorkoutType.EASY and _block_of(each.segments) is not None
        ]
        lengths = [round(current[i].duration_min, 2) for i in easy]
        alike = next((i for i, length in zip(easy, lengths, strict=True) if lengths.count(length) > 1), None)
        if alike is None or len(easy) < 2:
            break
        longest = max((i for i in easy if i != alike), key=lambda i: (current[i].duration_min, i))
        for i, change in ((alike, -step_min), (longest, step_min)):
            block = _block_of(current[i].segments)
            assert block is not None
            current[i] = _longer(current[i], block, change)
    return tuple(current)


def _longer(workout: Workout, block: int, minutes: float) -> Workout:
    segment = workout.segments[block]
    return _with_segment(workout, block, segment.model_copy(update={"duration_min": segment.duration_min + minutes}))


def _on_grid(workout: Workout, runner: Runner) -> _Run:
    km, block = km_of(workout.segments, runner), _block_of(workout.segments)
    snapped = max(round(km / STEP_KM) * STEP_KM, STEP_KM) if block is not None else km
    return _Run(workout, km, snapped, block)


def _block_of(segments: Sequence[Segment]) -> int | None:
    """The longest easy stretch by pace that is no part of a set and no distance; else the longest walk outside sets."""
    open_blocks = [
        i
        for i, segment in enumerate(segments)
        if isinstance(segment, RunningSegment)
        and segment.type in _GIVES
        and segment.is_easy
        and segment.intensity_low_pct
        and segment.set_index is None
        and segment.distance_m is None
        and segment.target is not Target.RACE
        and segment.duration_min >= SHORTEST_BLOCK_MIN
    ]
    open_blocks = open_blocks or [i for i, each in enumerate(segments) if _is_walk(each)]
    return max(open_blocks, key=lambda i: segments[i].duration_min, default=None)


def _is_walk(segment: Segment) -> bool:
    return segment.type is SegmentType.WALK and segment.set_index is None and bool(segment.intensity_low_pct)


def _stepped(
    runs: list[_Run], target_km: float, runner: Runner, cap_min: Callable[[Weekday], float], *, only_flexible: bool
) -> list[_Run]:
    current = list(runs)
    while abs(missing := target_km - sum(run.km for run in current)) >= STEP_KM / 2 + 1e-9:
        step = STEP_KM if missing > 0 else -STEP_KM
        longest = max((run.km for run in current), default=0.0)
        options = [
            (moved.strain, i, moved)
            for i, run in enumerate(current)
            if run.block is not None
            and (run.workout.type.is_flexible or not only_flexible)
            and _may_be(moved := run._replace(km=run.km + step), runner, cap_min, longest)
        ]
        if not options:
            break
        _, i, moved = min(options, key=lambda option: option[:2])
        current[i] = moved
    return current


def _with_easy_km_apart(runs: list[_Run], runner: Runner, cap_min: Callable[[Weekday], float]) -> list[_Run]:
    """The same kilometres with no two easy runs as far: one of two gives half a kilometre that another takes."""
    current = list(runs)
    longest = max((run.km for run in current), default=0.0)
    for _ in current:
        easy = [i for i, run in enumerate(current) if run.workout.type is WorkoutType.EASY and run.block is not None]
        lengths = [current[i].km for i in easy]
        moves = [
            (abs(shorter.km - shorter.at_first_km) + abs(farther.km - farther.at_first_km), i, j, shorter, farther)
            for i in easy
            if lengths.count(current[i].km) > 1
            for j in easy
            if j != i
            and _may_be(shorter := current[i]._replace(km=current[i].km - STEP_KM), runner, cap_min, longest)
            and _may_be(farther := current[j]._replace(km=current[j].km + STEP_KM), runner, cap_min, longest)
            and _alike(current, easy, {i: shorter.km, j: farther.km}) < _alike(current, easy, {})
        ]
        if not moves:
            break
        *_, i, j, shorter, farther = min(moves, key=lambda move: move[:3])
        current[i], current[j] = shorter, farther
    return current


def _alike(runs: Sequence[_Run], easy: Sequence[int], changed: Mapping[int, float]) -> int:
    """How many easy runs are as far as another."""
    lengths = [changed.get(i, runs[i].km) for i in easy]
    return len(lengths) - len(set(lengths))


def _may_be(run: _Run, runner: Runner, cap_min: Callable[[Weekday], float], longest_km: float) -> bool:
    minutes = _minutes_of_block(run, runner)
    whole = run.workout.duration_min + minutes - run.workout.segments[run.block or 0].duration_min
    is_longest = run.at_first_km >= longest_km - STEP_KM
    return (
        minutes >= SHORTEST_BLOCK_MIN
        and whole >= SHORTEST_RUN_MIN
        and whole <= cap_min(run.workout.weekday)
        and (is_longest or run.km < longest_km)
    )


def _minutes_of_block(run: _Run, runner: Runner) -> float:
    """Minutes of the block at which the run has its kilometres."""
    assert run.block is not None
    block = run.workout.segments[run.block]
    km_a_minute = segment_km(block, runner) / block.duration_min
    return block.duration_min + (run.km - run.at_first_km) / km_a_minute


def _rebuilt(run: _Run, runner: Runner) -> Workout:
    if run.block is None:
        return run.workout
    block = run.workout.segments[run.block]
    assert isinstance(block, RunningSegment)
    is_all = all(segment_km(s, runner) == 0 for i, s in enumerate(run.workout.segments) if i != run.block)
    minutes = round(_minutes_of_block(run, runner) * _SECONDS) / _SECONDS
    changed = block.model_copy(update={"duration_min": minutes, "distance_m": round(run.km * 1000) if is_all else None})
    return _with_segment(run.workout, run.block, changed)


def _with_segment(workout: Workout, place: int, segment: Segment) -> Workout:
    segments = (*workout.segments[:place], segment, *workout.segments[place + 1 :])
    load = workout_load(segments)
    return workout.model_copy(
        update={
            "segments": segments,
            "duration_min": round(sum(each.duration_min for each in segments), 6),
            "tss": load.tss,
            "tss_if2": load.tss_if2,
            "intensity_factor": load.intensity_factor,
        }
    )


def _is_open_easy_run(workout: Workout) -> bool:
    return workout.type is WorkoutType.EASY and _block_of(workout.segments) is not None
