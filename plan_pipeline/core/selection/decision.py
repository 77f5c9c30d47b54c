"""What was decided for the days of a week, before anything of it is remembered."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.envelope import DayBounds
from plan_pipeline.core.duration.solver import Solution, SolverDay
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.model.vocabulary import Weekday
from plan_pipeline.core.selection.scoring import Terms
from plan_pipeline.core.selection.week_minutes import BandsHeld

Picks = dict[Weekday, tuple[WorkoutTable, float]]
"""The workout of each day, and the minutes it is meant to have."""


Solve = Callable[[Sequence[SolverDay], int], Solution | None]


class WholeWeek(NamedTuple):
    """A week that was chosen at once: by which solver, on what terms, of what its days can have, and with what result.

    ``missed_min`` is how far its minutes are from its hours, ``held`` how many it has in each band of intensity.
    """

    solve: Solve
    terms: Terms
    bounds: Mapping[Weekday, DayBounds]
    solution: Solution
    picks: Picks
    missed_min: float
    held: BandsHeld


class Decision(NamedTuple):
    """What was decided for the days of a week, before anything of it is remembered.

    ``bounds`` is what its days could have. ``whole`` is how, where workouts and lengths were chosen together. Where it
    was day by day, ``at_first`` are the workouts in the order they were chosen in, before some were exchanged for the
    week's hours.
    """

    allocations: tuple[DurationAllocation, ...]
    bounds: Mapping[Weekday, DayBounds]
    picks: Picks
    whole: WholeWeek | None = None
    at_first: Mapping[Weekday, WorkoutTable] = MappingProxyType({})
