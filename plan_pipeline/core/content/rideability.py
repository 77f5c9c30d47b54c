"""Whether a rider of a level can ride a session: W′ balance, the length of single efforts, sprints."""

import math
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from plan_pipeline.core.config.content import Capacity, EffortLimits, RideabilityRules, SprintLimits
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.efforts import (
    Effort,
    best_sprint_pct,
    efforts_of,
    repeated_sprint_pct,
    share_of_maximal,
    sprints_of,
)
from plan_pipeline.core.content.session import SessionContent, content_of
from plan_pipeline.core.content.strain import Strain
from plan_pipeline.core.content.stretches import minutes_of
from plan_pipeline.core.content.w_balance import lowest_balance_pct
from plan_pipeline.core.load import SHAPES_KEPT, Shape, shape_of
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import Band, ExperienceLevel, WorkoutType
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.sports.sport import Words
from plan_pipeline.core.wording import number


class Aspect(StrEnum):
    """What makes a session too much: W′, one effort, what is near threshold in all, or a sprint."""

    W_BALANCE = "w_balance"
    EFFORT = "effort"
    THRESHOLD_TOTAL = "threshold_total"
    SPRINT = "sprint"


class Breach(Frozen):
    """One thing that is too much in a session: an error where nobody of the level can ride it, else a warning.

    ``measured`` and ``limit`` are % of W′, a share of the maximal minutes, minutes, or % of threshold, by ``aspect``.
    """

    aspect: Aspect
    severity: RuleSeverity
    measured: float
    limit: float
    message: str


def rideability_breaches(
    segments: Sequence[Segment], kind: WorkoutType, level: ExperienceLevel, config: PlanningConfig
) -> tuple[Breach, ...]:
    """All that is too much in a session for a rider of a level, errors first; worked out once per shape.

    Nothing is too much for a test, which is maximal. Sessions that leave less of W′ than is ordinary and more than is
    maximal are not among the breaches where the level may have some: ``is_near_limit`` says which they are, and how
    many a week there may be is for those who see the week.
    """
    return breaches_of(shape_of(segments), kind, level, config)


def breaches_of(shape: Shape, kind: WorkoutType, level: ExperienceLevel, config: PlanningConfig) -> tuple[Breach, ...]:
    """The same of a session of a shape."""
    return () if kind is WorkoutType.TEST else breaches(_strain_of(shape, config), level, config)


@lru_cache(maxsize=SHAPES_KEPT)
def _strain_of(shape: Shape, config: PlanningConfig) -> Strain:
    """What can be too much in a session of a shape, for riders of all levels."""
    content, rules = content_of(shape), config.content.rideability
    return Strain(
        surges=content.surges,
        efforts=efforts_of(content.stretches, rules.effort),
        threshold_min=content.bands.threshold,
        sprints=sprints_of(content.stretches, rules.sprint),
    )


def breaches(strain: Strain, level: ExperienceLevel, config: PlanningConfig) -> tuple[Breach, ...]:
    """All that is too much in what a session asks of a rider of a level, errors first."""
    if not any(strain):
        return ()
    rules, limits, words = config.content.rideability, config.levels.of(level), record_of(config.sport).words
    of_w = list(_w_balance(strain, limits.capacity, level, rules, words))
    found = [
        *(of_w or _balance_of_efforts(strain, limits.capacity, rules.effort, words)),
        *_efforts(strain, limits.capacity, level, rules.effort, words),
        *_threshold_total(strain, limits.session_minutes, level, words),
        *_sprints(strain, rules.sprint, words),
    ]
    return tuple(sorted(found, key=lambda breach: breach.severity is not RuleSeverity.ERROR))


def is_near_limit(content: SessionContent, capacity: Capacity) -> bool:
    """Whether a session leaves less of W′ than is ordinary for a level."""
    return content.lowest_balance_pct(capacity.w_prime_s) < capacity.ordinary_from_pct


def _w_balance(
    strain: Strain, capacity: Capacity, level: ExperienceLevel, rules: RideabilityRules, words: Words
) -> Iterator[Breach]:
    left = lowest_balance_pct(strain.surges, capacity.w_prime_s)
    severity = RuleSeverity.WARNING
    if left < rules.unrideable_below_pct:
        severity, limit = RuleSeverity.ERROR, rules.unrideable_below_pct
        says = f"more than the W′ of {_one(level, words)} allows"
    elif left < rules.maximal_below_pct:
        limit, says = rules.maximal_below_pct, "maximal, for a test or a race only"
    elif left < capacity.ordinary_from_pct and not capacity.near_limit_a_week:
        limit, says = capacity.ordinary_from_pct, f"less than {_one(level, words)} is to be left with"
    else:
        return
    message = (
        f"W′ balance falls to {number(left, 0)} %, {says} (at least {limit:g} %); lower the {words.intensity} or the "
        "number of intervals, or lengthen the recoveries"
    )
    yield Breach(aspect=Aspect.W_BALANCE, severity=severity, measured=left, limit=limit, message=message)


def _balance_of_efforts(strain: Strain, capacity: Capacity, limits: EffortLimits, words: Words) -> Iterator[Breach]:
    """The effort that takes most of W′ by itself."""
    after = [(lowest_balance_pct(effort.surges, capacity.w_prime_s), effort) for effort in strain.efforts]
    left, effort = min(after, key=lambda each: each[0], default=(math.inf, None))
    if effort is not None and left < limits.least_balance_pct:
        message = (
            f"{_put(effort)} in one effort leave {number(left, 0)} % of W′ (at least {limits.least_balance_pct:g} %); "
            f"shorten the effort, or lower its {words.intensity}"
        )
        yield Breach(
            aspect=Aspect.EFFORT,
            severity=RuleSeverity.WARNING,
            measured=left,
            limit=limits.least_balance_pct,
            message=message,
        )


def _efforts(
    strain: Strain, capacity: Capacity, level: ExperienceLevel, limits: EffortLimits, words: Words
) -> Iterator[Breach]:
    """The effort that is nearest to the longest possible one."""
    shares = [(share_of_maximal(effort, capacity.maximal), effort) for effort in strain.efforts]
    share, effort = max(shares, key=lambda each: each[0], default=(0.0, None))
    if effort is not None and share > limits.warning_share:
        is_error = share > limits.error_share
        limit = limits.error_share if is_error else limits.warning_share
        message = (
            f"{_put(effort)} in one effort are {share:.2f} of what {_one(level, words)} can hold (at most {limit:g}); "
            f"divide them by a recovery, or lower the {words.intensity}"
        )
        severity = RuleSeverity.ERROR if is_error else RuleSeverity.WARNING
        yield Breach(aspect=Aspect.EFFORT, severity=severity, measured=share, limit=limit, message=message)


def _threshold_total(
    strain: Strain, most: Mapping[Band, float], level: ExperienceLevel, words: Words
) -> Iterator[Breach]:
    minutes, limit = strain.threshold_min, most.get(Band.THRESHOLD, math.inf)
    if minutes > limit + _ROUNDING:
        message = (
            f"{number(minutes)} min at {Band.THRESHOLD} % in one session (at most {limit:g} for {_one(level, words)}); "
            f"take out an interval, or lower the {words.intensity}"
        )
        yield Breach(
            aspect=Aspect.THRESHOLD_TOTAL,
            severity=RuleSeverity.WARNING,
            measured=minutes,
            limit=limit,
            message=message,
        )


def _sprints(strain: Strain, limits: SprintLimits, words: Words) -> Iterator[Breach]:
    """The sprint that is furthest above what it is held against."""
    if not strain.sprints:
        return
    sprint = max(strain.sprints, key=lambda each: each.pct - best_sprint_pct(each.seconds, limits))
    best, repeated = best_sprint_pct(sprint.seconds, limits), repeated_sprint_pct(sprint.seconds, limits)
    is_error = sprint.pct > best
    if not is_error and not sprint.is_repeated:
        return
    limit, says = (best, "the best there is") if is_error else (repeated, "the most for repeats")
    message = (
        f"{number(sprint.seconds, 0)} s @ {sprint.pct:g} % is above {number(limit, 0)} %, {says}; lower the "
        f"{words.intensity} to {number(repeated, 0)} %"
    )
    severity = RuleSeverity.ERROR if is_error else RuleSeverity.WARNING
    yield Breach(aspect=Aspect.SPRINT, severity=severity, measured=sprint.pct, limit=limit, message=message)


_ROUNDING = 1e-6


def _one(level: ExperienceLevel, words: Words) -> str:
    return f"{'an' if level[0] in 'aeiou' else 'a'} {level} {words.athlete}"


def _put(effort: Effort) -> str:
    low = min(min(a, b) for _, a, b in effort.work)
    high = max(max(a, b) for _, a, b in effort.work)
    pcts = f"{low:g}" if low == high else f"{low:g}–{high:g}"
    return f"{number(minutes_of(effort.work))} min @ {pcts} %"
