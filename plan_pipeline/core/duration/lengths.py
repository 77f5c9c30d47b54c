"""The lengths a workout can really have, and the workout written out at one of them.

Interval steps never change; sets are repeated a whole number of times; only declared blocks in zones 1 and 2
change length, in whole minutes.
"""

import math
from collections.abc import Container, Sequence
from typing import NamedTuple

from plan_pipeline.core.limits import GRID_MIN
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import ScalingStrategy, SegmentType
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet

_EXACT = 6
"""Decimals to which sums of minutes are compared."""


class Length(NamedTuple):
    """One reachable length: minutes in all, repeats of each set, minutes in the adjustable blocks together.

    ``distance`` says how far the workout is from its author's version; 0 for that version itself.
    """

    minutes: float
    repeats: tuple[int, ...]
    flexible_min: float
    distance: float


class Anatomy(NamedTuple):
    """A workout's minutes by what may happen to them: nothing, whole repeats, whole minutes of easy riding."""

    fixed_min: float
    sets: tuple[WorkoutSet, ...]
    blocks: tuple[Step, ...]

    @property
    def own_flexible(self) -> float:
        return sum(block.duration_min for block in self.blocks)


_SETS_FIRST, _BLOCKS_FIRST = (1.0, 2.0), (3.0, 1.0)
"""The cost of a minute of change in the sets and in the easy blocks: the cheaper gives way first."""


def reachable_lengths(workout: LibraryWorkout) -> tuple[Length, ...]:
    """Every length the workout can have, shortest first, one way of reaching each.

    Lengths are multiples of 5 minutes wherever the parts allow one, and the author's own length is always
    among them. Of several ways to the same length the one nearest to the author's version is kept.
    """
    anatomy = anatomy_of(workout)
    own_flexible, own_repeats = anatomy.own_flexible, tuple(part.repeat for part in anatomy.sets)
    own = Length(round(workout.parts_duration_min, _EXACT), own_repeats, own_flexible, 0.0)
    best = {own.minutes: own}
    adds_sets = workout.duration_scaling_strategy is ScalingStrategy.ADD_SETS
    set_cost, block_cost = _SETS_FIRST if adds_sets else _BLOCKS_FIRST
    for set_minutes, (changed, repeats) in _set_totals(anatomy.sets).items():
        base = anatomy.fixed_min + set_minutes
        for flexible in _flexible_totals(base, anatomy):
            distance = set_cost * changed + block_cost * abs(flexible - own_flexible)
            length = Length(round(base + flexible, _EXACT), repeats, flexible, distance)
            if length.minutes not in best or distance < best[length.minutes].distance:
                best[length.minutes] = length
    return tuple(best[minutes] for minutes in sorted(best) if best[minutes] is own or _is_wanted(minutes, best))


def _is_wanted(minutes: float, lengths: Container[float]) -> bool:
    """Whether a length is on the grid, or the parts allow no length there."""
    on_grid = round(minutes / GRID_MIN) * GRID_MIN
    return minutes == on_grid or float(on_grid) not in lengths


def nearest_to(target_min: float, lengths: Sequence[Length]) -> Length:
    """The length nearest to a target, the shorter of two equally near."""
    return min(lengths, key=lambda length: (abs(length.minutes - target_min), length.minutes))


def at_length(workout: LibraryWorkout, length: Length) -> tuple[Segment, ...]:
    """The workout written out at one of its reachable lengths."""
    if length.distance == 0:
        return workout.segments
    anatomy = anatomy_of(workout)
    repeats = iter(length.repeats)
    minutes = iter(BlockShares(anatomy.blocks, workout.duration_scaling_strategy).of(length.flexible_min))
    written: list[Segment] = []
    for part in workout.parts:
        if isinstance(part, WorkoutSet):
            count = next(repeats) if part.repeat_range else part.repeat
            written.extend(part.written_out(count))
        elif part.duration_range_min:
            written.append(part.segment_of(next(minutes)))
        else:
            written.append(part.segment)
    return tuple(written)


def block_minutes(workout: LibraryWorkout, lengths: Sequence[Length]) -> list[list[float]]:
    """Minutes of each adjustable block, for each of a workout's lengths."""
    shares = BlockShares(anatomy_of(workout).blocks, workout.duration_scaling_strategy)
    return [shares.of(length.flexible_min) for length in lengths]


def anatomy_of(workout: LibraryWorkout) -> Anatomy:
    """What may happen to each of a workout's minutes."""
    fixed, sets, blocks = 0.0, [], []
    for part in workout.parts:
        if isinstance(part, WorkoutSet):
            if part.repeat_range:
                sets.append(part)
            else:
                fixed += part.duration_min * part.repeat
        elif part.duration_range_min:
            blocks.append(part)
        else:
            fixed += part.duration_min
    return Anatomy(fixed, tuple(sets), tuple(blocks))


def _set_totals(sets: Sequence[WorkoutSet]) -> dict[float, tuple[float, tuple[int, ...]]]:
    """Minutes of all adjustable sets together → (minutes changed, repeats of each), the least change kept."""
    totals: dict[float, tuple[float, tuple[int, ...]]] = {0.0: (0.0, ())}
    for part in sets:
        assert part.repeat_range is not None
        fewest, most = part.repeat_range
        grown: dict[float, tuple[float, tuple[int, ...]]] = {}
        for minutes, (changed, repeats) in totals.items():
            for count in range(fewest, most + 1):
                key = round(minutes + count * part.duration_min, _EXACT)
                option = (changed + abs(count - part.repeat) * part.duration_min, (*repeats, count))
                if key not in grown or option < grown[key]:
                    grown[key] = option
        totals = grown
    return totals


def _flexible_totals(base: float, anatomy: Anatomy) -> list[int]:
    """Minutes in the adjustable blocks that bring ``base`` onto the grid, or as near as whole minutes can."""
    ranges = [_range_of(block) for block in anatomy.blocks]
    low, high = sum(shortest for shortest, _ in ranges), sum(longest for _, longest in ranges)
    first = math.ceil((round(base) + low) / GRID_MIN) * GRID_MIN - round(base)
    if first <= high:
        return list(range(first, high + 1, GRID_MIN))
    nearest = min(range(low, high + 1), key=lambda flexible: abs(flexible - anatomy.own_flexible))
    return [nearest]


class BlockShares:
    """Minutes of each adjustable block of a workout, for any minutes they have together, in its strategy's order."""

    def __init__(self, blocks: Sequence[Step], strategy: ScalingStrategy) -> None:
        self._strategy = strategy
        self._own = [block.duration_min for block in blocks]
        self._total = sum(self._own)
        self._ranges = [_range_of(block) for block in blocks]
        self._whole = [
            float(min(max(round(own), low), high)) for own, (low, high) in zip(self._own, self._ranges, strict=True)
        ]
        self._order = _order_of_change(blocks, strategy)

    def of(self, total: float) -> list[float]:
        """The blocks' minutes, which add up to ``total``."""
        if math.isclose(self._total, total, abs_tol=10**-_EXACT):
            return list(self._own)
        minutes = list(self._whole)
        change = round(total - sum(minutes))
        if self._strategy is ScalingStrategy.PROPORTIONAL:
            return self._by_room(change)
        for i in self._order:
            low, high = self._ranges[i]
            moved = min(max(change, low - minutes[i]), high - minutes[i])
            minutes[i] += moved
            change -= round(moved)
        return minutes

    def _by_room(self, change: int) -> list[float]:
        """Every block takes its share of the change in proportion to the room it has, to the whole minute."""
        edge = 1 if change > 0 else 0
        room = [abs(limits[edge] - m) for limits, m in zip(self._ranges, self._whole, strict=True)]
        shares = [abs(change) * r / sum(room) for r in room] if sum(room) else [0.0 for _ in room]
        moved = [math.floor(share) for share in shares]
        by_remainder = sorted(range(len(shares)), key=lambda i: (moved[i] - shares[i], i))
        for i in by_remainder[: abs(change) - sum(moved)]:
            moved[i] += 1
        sign = 1 if change > 0 else -1
        return [m + sign * step for m, step in zip(self._whole, moved, strict=True)]


def _order_of_change(blocks: Sequence[Step], strategy: ScalingStrategy) -> list[int]:
    def rank(i: int) -> tuple[bool, bool, float, int]:
        block = blocks[i]
        edge = block.type in (SegmentType.WARMUP, SegmentType.COOLDOWN)
        not_recovery = strategy is ScalingStrategy.EXTEND_RECOVERY and block.type is not SegmentType.RECOVERY
        return (not_recovery, edge, -block.duration_min, i)

    return sorted(range(len(blocks)), key=rank)


def _range_of(block: Step) -> tuple[int, int]:
    assert block.duration_range_min is not None
    return block.duration_range_min
