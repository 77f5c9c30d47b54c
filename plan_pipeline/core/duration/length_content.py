"""What a workout holds at every length it can have, without writing each of them out.

Minutes by intensity add up over parts. What a session asks of a rider depends on the repeats of its sets and on the
easy blocks between hard parts; lengths that share those are measured together.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.bands import ANAEROBIC_PCT, SWEET_SPOT_PCT, THRESHOLD_PCT, VO2MAX_PCT
from plan_pipeline.core.content.efforts import share_of_maximal
from plan_pipeline.core.content.hardness import ROUNDING, hardness_of, w_spent_that_counts
from plan_pipeline.core.content.late_work import late_minutes
from plan_pipeline.core.content.rideability import Breach, breaches
from plan_pipeline.core.content.strain import Strain, strain_of
from plan_pipeline.core.content.stretches import ridden
from plan_pipeline.core.content.w_balance import CRITICAL_POWER_PCT, lowest_balance_pct
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


class LengthContent(NamedTuple):
    """A value for each length, in their order, in the last dimension.

    ``bands`` are minutes in each of the four; ``hard`` is by content. By level, in the order of ``LEVELS``: the lowest
    W′ balance, the largest share of the maximal minutes in one effort, and a verdict: ``FREE``, ``WARNED`` or
    ``UNRIDEABLE``.
    """

    bands: Numbers
    hard: Mask
    balance_pct: Numbers
    effort_share: Numbers
    verdict: NDArray[np.int8]


def length_content(workout: LibraryWorkout, lengths: Sequence[Length], config: PlanningConfig) -> LengthContent:
    """What a workout holds at each of its lengths: as ``core.content`` measures it written out."""
    renderings = _Renderings(workout, lengths)
    rules = config.content.rideability
    unlike, which = renderings.unlike(min(rules.effort.from_pct, CRITICAL_POWER_PCT))
    strains = [strain_of(ridden, rules) for ridden in unlike]
    by_level = np.array([[_for_level(strain, workout.type, level, config) for strain in strains] for level in LEVELS])
    balance, share, verdict = by_level[:, which].transpose(2, 0, 1)
    w_spent = np.array([w_spent_that_counts(strain.surges, config.content.hardness) for strain in strains])[which]
    sweet_spot, threshold, vo2max = map(renderings.minutes_from, (SWEET_SPOT_PCT, THRESHOLD_PCT, VO2MAX_PCT))
    anaerobic = renderings.minutes_above(ANAEROBIC_PCT)
    return LengthContent(
        bands=np.array([sweet_spot - threshold, threshold - vo2max, vo2max - anaerobic, anaerobic]),
        hard=_hard(renderings, w_spent, config),
        balance_pct=balance,
        effort_share=share,
        verdict=verdict.astype(np.int8),
    )


def late_minutes_at(workout: LibraryWorkout, lengths: Sequence[Length], from_pct: float) -> Numbers:
    """Minutes at or above a share of threshold in the last third of a ride, at each of a workout's lengths."""
    return _Renderings(workout, lengths).late_minutes(from_pct)


class _Renderings:
    """A workout at each of its lengths, as parts and how much there is of each: whole repeats, or minutes."""

    def __init__(self, workout: LibraryWorkout, lengths: Sequence[Length]) -> None:
        self.workout, self.lengths = workout, lengths
        self.minutes = np.array([length.minutes for length in lengths])
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
        self._tops = [max([max(a, b) for _, a, b in part], default=0.0) for part in self._parts]
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

    def late_minutes(self, pct: float) -> Numbers:
        """Minutes at or above a share of threshold in the last third at each length."""
        if not self.minutes_from(pct).any():
            return np.zeros(len(self.lengths))
        return np.array([late_minutes(self._ridden(amounts), pct) for amounts in self._amounts.T.tolist()])

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


def _for_level(
    strain: Strain, kind: WorkoutType, level: ExperienceLevel, config: PlanningConfig
) -> tuple[float, float, int]:
    capacity = config.levels.of(level).capacity
    balance = lowest_balance_pct(strain.surges, capacity.w_prime_s)
    share = max([share_of_maximal(effort, capacity.maximal) for effort in strain.efforts], default=0.0)
    return balance, share, _verdict(() if kind is WorkoutType.TEST else breaches(strain, level, config))


def _verdict(found: Sequence[Breach]) -> int:
    if not found:
        return FREE
    return UNRIDEABLE if found[0].severity is RuleSeverity.ERROR else WARNED


def _hard(renderings: _Renderings, w_spent: Numbers, config: PlanningConfig) -> Mask:
    """Which lengths are hard, from the work above threshold that counts at each.

    Whether a ride only opens the legs depends on its load, so the few that might are measured written out.
    """
    workout, rules = renderings.workout, config.content.hardness
    if workout.type is WorkoutType.TEST:
        return np.ones(len(renderings.lengths), bool)
    hard: Mask = w_spent > rules.w_spent_over_s + ROUNDING
    for limit in rules.at_least:
        hard |= renderings.minutes_from(limit.from_pct) >= limit.minutes - ROUNDING
    openers = rules.openers
    near_threshold = renderings.minutes_from(openers.from_pct)
    may_open = (renderings.minutes <= openers.up_to_min) & (near_threshold < openers.below_min)
    for i in np.flatnonzero(hard & may_open).tolist():
        hard[i] = hardness_of(at_length(workout, renderings.lengths[i]), workout.type, config).hard is not None
    return hard
