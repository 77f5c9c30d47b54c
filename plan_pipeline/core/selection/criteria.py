"""What points are given and taken for."""

import operator
from collections.abc import Mapping
from enum import StrEnum
from functools import reduce

from plan_pipeline.core.duration.candidates import Numbers


class Criterion(StrEnum):
    """One thing that points are given or taken for."""

    PHASE = "phase"
    WEEKDAY = "weekday"
    SERIES = "series"
    VARIETY = "variety"
    DURATION = "duration"
    OWN_LENGTH = "own_length"
    EXTENSIBLE = "extensible"
    LOAD = "load"
    LONGEST_RIDE = "longest_ride"
    BEFORE_HARD = "before_hard"
    DOSE = "dose"
    GOAL_MINUTES = "goal_minutes"
    TEST = "test"
    LATE_WORK = "late_work"
    VARIATION = "variation"
    SEED = "seed"


Parts = Mapping[Criterion, Numbers]
"""Points or costs by what they are for, in the order in which they are added up."""


def summed(parts: Parts) -> Numbers:
    """All points together."""
    return reduce(operator.add, parts.values())
