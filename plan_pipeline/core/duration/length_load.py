"""What a workout costs the athlete at every length it can have, without writing each of them out.

The TSS foreseen is within 0.1 of the planned workout's wherever blocks that change length hold their power.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plan_pipeline.core.duration.lengths import Length, anatomy_of, block_minutes
from plan_pipeline.core.load import NP_WINDOW_S, SECONDS_PER_MINUTE, Stretch, fourth_powers, stretch_of
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet

Numbers = NDArray[np.float64]


def length_loads(workout: LibraryWorkout, lengths: Sequence[Length]) -> Numbers:
    """The TSS at each of a workout's lengths, in their order.

    The fourth powers of the rolling mean add up second by second, and a second depends on the half minute before it
    only. So a block that holds its power adds the same for every minute, and a set the same for every repeat; only
    a block that ramps is approximated, by the mean fourth power along it.
    """
    anatomy = anatomy_of(workout)
    total, seconds = fourth_powers(_stretches_of(workout.segments))
    powers, ridden = np.full(len(lengths), total), np.full(len(lengths), float(seconds))
    minutes = np.array(block_minutes(workout, lengths))
    for i, block in enumerate(anatomy.blocks):
        change = (minutes[:, i] - block.duration_min) * SECONDS_PER_MINUTE
        for _, a, b in _stretches_of([block.segment]):
            powers += change * _mean_fourth_power(a, b)
            ridden += change
    for i, part in enumerate(anatomy.sets):
        change = np.array([length.repeats[i] - part.repeat for length in lengths], float)
        if change.any():
            more_powers, more_seconds = _one_more_repeat(part)
            powers += change * more_powers
            ridden += change * more_seconds
    hours = ridden / (60 * SECONDS_PER_MINUTE)
    squares = np.sqrt(np.divide(powers, ridden, out=np.zeros_like(powers), where=ridden > 0))
    tss: Numbers = np.round(100 * hours * squares, 1)
    return tss


def _one_more_repeat(part: WorkoutSet) -> tuple[float, int]:
    """The fourth powers and the seconds that one more repeat of a set adds, once the set is under way."""
    stretches = _stretches_of([step.segment for step in part.steps])
    length_s = sum(minutes for minutes, _, _ in stretches) * SECONDS_PER_MINUTE
    under_way = 1 + math.ceil(NP_WINDOW_S / length_s) if length_s else 1
    more, more_s = fourth_powers(stretches * (under_way + 1))
    less, less_s = fourth_powers(stretches * under_way)
    return more - less, more_s - less_s


def _stretches_of(segments: Sequence[Segment]) -> list[Stretch]:
    return [stretch_of(s) for s in segments if s.intensity_low_pct is not None]


def _mean_fourth_power(a: float, b: float) -> float:
    """Of a linear change from a to b: (a⁴ + a³b + a²b² + ab³ + b⁴) / 5."""
    return (a**4 + a**3 * b + a * a * b * b + a * b**3 + b**4) / 5
