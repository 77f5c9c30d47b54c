"""Whether the riders that a workout is for can ride it, at every length and repeat count it can take."""

from collections.abc import Iterator

import numpy as np

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.rideability import Aspect, Breach, rideability_breaches
from plan_pipeline.core.duration.length_content import FREE, LEVELS, LengthContent
from plan_pipeline.core.duration.lengths import Length, at_length, reachable_lengths
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import ExperienceLevel
from plan_pipeline.core.model.workout import LibraryWorkout
from plan_pipeline.core.wording import listed
from plan_pipeline.strict_input.data_folders import Severity


def unrideable_at(workout: LibraryWorkout, config: PlanningConfig) -> Iterator[tuple[Severity, str]]:
    """What is too much for a rider of the least level the workout is for, each at the first length that has it.

    A session that nobody of the level can ride is an error; one that is more than they are to be asked for, a warning.
    Minutes near threshold are one only where the workout has no length with fewer: planning keeps to their limit.
    """
    lengths = reachable_lengths(workout)
    verdicts = LengthContent(workout, lengths, config).verdict(workout.min_level)
    first: dict[tuple[Aspect, RuleSeverity], tuple[Length, Breach]] = {}
    over_total = 0
    for i in np.flatnonzero(verdicts != FREE).tolist():
        segments = at_length(workout, lengths[i])
        for breach in rideability_breaches(segments, workout.type, workout.min_level, config):
            over_total += breach.aspect is Aspect.THRESHOLD_TOTAL
            first.setdefault((breach.aspect, breach.severity), (lengths[i], breach))
    for (aspect, severity), (length, breach) in first.items():
        if aspect is not Aspect.THRESHOLD_TOTAL or over_total == len(lengths):
            yield Severity(severity), f"{_where(length)}: {breach.message}{_or_for_others(workout.min_level)}"


def _where(length: Length) -> str:
    if not length.repeats:
        return f"at {length.minutes:g} min"
    times = listed(map(str, length.repeats))
    return f"with {times} {'repeat' if length.repeats == (1,) else 'repeats'} ({length.minutes:g} min)"


def _or_for_others(level: ExperienceLevel) -> str:
    harder = LEVELS[LEVELS.index(level) + 1 :]
    return f", or write min_level: {harder[0]}" if harder else ""
