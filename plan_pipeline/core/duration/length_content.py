"""What a workout holds at every length it can have, without writing each of them out.

Minutes by intensity add up over parts. What a session asks of a rider depends on the repeats of its sets and on the
easy blocks between hard parts; lengths that share those are measured together.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.bands import ANAEROBIC_PCT, SWEET_SPOT_PCT, THRESHOLD_PCT, VO2MAX_PCT
from plan_pipeline.core.content.hardness import ROUNDING, hardness_of, w_spent_that_counts
from plan_pipeline.core.content.late_work import late_minutes
from plan_pipeline.core.content.rideability import Breach, breaches
from plan_pipeline.core.content.strain import Strain, strain_of
from plan_pipeline.core.content.stretches import highest_pct, ridden
from plan_pipeline.core.content.w_balance import CRITICAL_POWER_PCT
from plan_pipeline.core.duration.lengths import Length, at_length, block_minutes
from plan_pipeline.core.load_over_time import Stretch, minutes_above, minutes_from
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import ExperienceLevel, WorkoutType
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]

FREE, WARNED, UNRIDEABLE = 0, 1, 2
"""What is said of a session for a rider of a level: nothing, that it is too much, or that nobody can ride it."""

LEVELS = tuple(ExperienceLevel)


class LengthContent:
    """A value for each of a workout's lengths, in their order: as ``core.content`` measures it written out.

    Each kind of value is worked out when it is first asked for.
    """

    def __init__(self, workout: LibraryWorkout, lengths: Sequence[Length], config: PlanningConfig) -> None:
        self._workout, self._lengths, self._config = workout, lengths, config
        self._verdicts: dict[ExperienceLevel, NDArray[np.int8]] = {}

    @cached_property
    def bands(self) -> Numbers:
        """Minutes in each of the four bands: bands × lengths."""
        sweet_spot, threshold, vo2max = map(self._parts.minutes_from, (SWEET_SPOT_PCT, THRESHOLD_PCT, VO2MAX_PCT))
        anaerobic = self._parts.minutes_above(ANAEROBIC_PCT)
        return np.array([sweet_spot - threshold, threshold - vo2max, vo2max - anaerobic, anaerobic])

    @cached_property
    def late_min(self) -> Numbers:
        """Minutes of work in the last third of the ride."""
        from_pct = self._config.week.long_ride.works_late_from_pct
        if not self._parts.minutes_from(from_pct).any():
            return np.zeros(len(self._lengths))
        return np.array([late_minutes(ridden, from_pct) for ridden in self._parts.ridden()])

    @cached_property
    def hard(self) -> Mask:
        """Which lengths are hard by what they hold.

        Whether a ride only opens the legs depends on its load, so the few that might are measured written out.
        """
        workout, rules = self._workout, self._config.content.hardness
        if workout.type is WorkoutType.TEST:
            return np.ones(len(self._lengths), bool)
        strains, which = self._strains
        spent = np.array([w_spent_that_counts(strain.surges, rules) for strain in strains])[which]
        hard: Mask = spent > rules.w_spent_over_s + ROUNDING
        for limit in rules.at_least:
            hard |= self._parts.minutes_from(limit.from_pct) >= limit.minutes - ROUNDING
        near_threshold = self._parts.minutes_from(rules.openers.from_pct)
        minutes = np.array([length.minutes for length in self._lengths])
        may_open = (minutes <= rules.openers.up_to_min) & (near_threshold < rules.openers.below_min)
        for i in np.flatnonzero(hard & may_open).tolist():
            segments = at_length(workout, self._lengths[i])
            hard[i] = hardness_of(segments, workout.type, self._config).hard is not None
        return hard

    def verdict(self, level: ExperienceLevel) -> NDArray[np.int8]:
        """What is said of each length for a rider of a level: ``FREE``, ``WARNED`` or ``UNRIDEABLE``."""
        if (known := self._verdicts.get(level)) is None:
            known = self._verdicts[level] = self._verdict(level)
        return known

    def _verdict(self, level: ExperienceLevel) -> NDArray[np.int8]:
        if self._workout.type is WorkoutType.TEST:
            return np.full(len(self._lengths), FREE, np.int8)
        strains, which = self._strains
        return np.array([_said_of(breaches(strain, level, self._config)) for strain in strains], np.int8)[which]

    @cached_property
    def _strains(self) -> tuple[list[Strain], NDArray[np.intp]]:
        """What lengths ask of a rider, each that is unlike the others once, and which of them each length is."""
        rules = self._config.content.rideability
        unlike, which = self._parts.unlike(min(rules.effort.from_pct, CRITICAL_POWER_PCT))
        return [strain_of(ridden, rules) for ridden in unlike], which

    @cached_property
    def _parts(self) -> "_Parts":
        return _Parts(self._workout, self._lengths)


def _said_of(found: Sequence[Breach]) -> int:
    if not found:
        return FREE
    return UNRIDEABLE if found[0].severity is RuleSeverity.ERROR else WARNED


class _Parts:
    """A workout at each of its lengths, as parts and how much there is of each: whole repeats, or minutes."""

    def __init__(self, workout: LibraryWorkout, lengths: Sequence[Length]) -> None:
        repeats = iter(np.array([length.repeats for length in lengths], float).T)
        minutes = iter(np.array(block_minutes(workout, lengths)).T)
        once = np.ones(len(lengths))
        self._parts: list[tuple[Stretch, ...]] = []
        amounts: list[Numbers] = []
        for part in workout.parts:
            if isinstance(part, WorkoutSet):
                self._parts.append(ridden([step.segment for step in part.steps]))
                amounts.append(next(repeats) if part.repeat_range else once * part.repeat)
            else:
                is_block = part.duration_range_min is not None
                self._parts.append(ridden([part.segment_of(1) if is_block else part.segment]))
                amounts.append(next(minutes) if is_block else once)
        self._amounts = np.array(amounts)
        self._tops = list(map(highest_pct, self._parts))
        self._is_set = [isinstance(part, WorkoutSet) for part in workout.parts]

    def minutes_from(self, pct: float) -> Numbers:
        """Minutes at or above a share of threshold at each length."""
        return self._minutes(minutes_from, pct)

    def minutes_above(self, pct: float) -> Numbers:
        """Minutes above a share of threshold at each length."""
        return self._minutes(minutes_above, pct)

    def _minutes(self, measure: Callable[[Sequence[Stretch], float], float], pct: float) -> Numbers:
        hard_enough = [i for i, top in enumerate(self._tops) if top >= pct]
        return np.array([measure(self._parts[i], pct) for i in hard_enough]) @ self._amounts[hard_enough]

    def ridden(self) -> Iterator[tuple[Stretch, ...]]:
        """What is ridden at each length."""
        return map(self._ridden, self._amounts.T.tolist())

    def unlike(self, from_pct: float) -> tuple[list[tuple[Stretch, ...]], NDArray[np.intp]]:
        """What is ridden, once for all lengths that differ only before and after the work, and which each length is.

        Work is at or above a share of threshold.
        """
        works = [i for i, top in enumerate(self._tops) if top >= from_pct]
        amounts = np.ones_like(self._amounts)
        if works:
            amounts[works[0] : works[-1] + 1] = self._amounts[works[0] : works[-1] + 1]
        of_lengths = list(map(tuple, amounts.T.tolist()))
        position = {each: i for i, each in enumerate(dict.fromkeys(of_lengths))}
        return [self._ridden(each) for each in position], np.array([position[each] for each in of_lengths])

    def _ridden(self, amounts: Sequence[float]) -> tuple[Stretch, ...]:
        stretches: list[Stretch] = []
        for part, is_set, amount in zip(self._parts, self._is_set, amounts, strict=True):
            stretches.extend(part * round(amount) if is_set else [(minutes * amount, a, b) for minutes, a, b in part])
        return tuple(stretches)
