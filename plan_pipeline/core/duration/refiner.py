"""Spreads what is left between a week's wanted total and the lengths of its workouts over its days."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.lengths import Length
from plan_pipeline.core.duration.solver import SolverDay, solve_week
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.limits import EXACT_MIN, GRID_MIN, TOLERANCE


class RefinableDay(NamedTuple):
    """A day's workout at its present length, the allocation it came from, and the lengths it may have instead."""

    allocation: DurationAllocation
    table: WorkoutTable
    length: Length
    lengths: tuple[Length, ...]


class RefinedWeek(NamedTuple):
    """The days after refinement; ``statement`` says what total was reached."""

    days: tuple[RefinableDay, ...]
    reached: bool
    statement: str


def refine_weekly_total(days: Sequence[RefinableDay], wanted_min: float) -> RefinedWeek:
    """Bring a week's total as near to ``wanted_min`` as its days allow, in steps of reachable lengths.

    Each step goes to the day that then strays least from its allocation; days of intervals take part only once the
    flexible ones can do no more. ``reached`` is whether the total is within 5 % of what was
    wanted; if not, ``statement`` names the nearest reachable total.
    """
    current = list(days)
    for only_flexible in (True, False):
        current = _step_towards(current, wanted_min, only_flexible=only_flexible)
    if current and _missed(current, wanted_min) > EXACT_MIN:
        current = min(current, _all_at_once(current, wanted_min), key=lambda week: _missed(week, wanted_min))
    total = sum(day.length.minutes for day in current)
    reached = abs(total - wanted_min) <= TOLERANCE * wanted_min
    return RefinedWeek(tuple(current), reached, _statement(total, wanted_min, reached))


def _step_towards(days: list[RefinableDay], wanted_min: float, *, only_flexible: bool) -> list[RefinableDay]:
    current = list(days)
    while abs(missing := wanted_min - sum(day.length.minutes for day in current)) > EXACT_MIN:
        steps = [
            (_strain(day, step), i, step)
            for i, day in enumerate(current)
            if (day.allocation.workout_type.is_flexible or not only_flexible)
            and (step := _next_length(day, missing)) is not None
        ]
        if not steps:
            break
        _, i, step = min(steps, key=lambda option: option[:2])
        current[i] = current[i]._replace(length=step)
    return current


def _all_at_once(days: list[RefinableDay], wanted_min: float) -> list[RefinableDay]:
    """The lengths whose total is nearest to what is wanted, with the least strain: where gaps stop single steps."""
    cells = 1 + max(round(day.lengths[-1].minutes / GRID_MIN) for day in days)
    by_cell: list[dict[int, Length]] = []
    week: list[SolverDay] = []
    for i, day in enumerate(days):
        costs = np.full((1, cells), np.inf)
        by_cell.append({round(length.minutes / GRID_MIN): length for length in day.lengths})
        for cell, length in by_cell[-1].items():
            costs[0, cell] = _strain(day, length)
        week.append(SolverDay(str(i), costs))
    solution = solve_week(week, round(wanted_min / GRID_MIN))
    if solution is None:
        return days
    return [
        day._replace(length=lengths[pick.cells])
        for day, lengths, pick in zip(days, by_cell, solution.picks, strict=True)
    ]


def _missed(days: Sequence[RefinableDay], wanted_min: float) -> float:
    return abs(wanted_min - sum(day.length.minutes for day in days))


def _next_length(day: RefinableDay, missing: float) -> Length | None:
    """The next reachable length in the direction of what is missing, if it brings the total nearer."""
    i = day.lengths.index(day.length) + (1 if missing > 0 else -1)
    if not 0 <= i < len(day.lengths):
        return None
    change = day.lengths[i].minutes - day.length.minutes
    return day.lengths[i] if abs(missing - change) < abs(missing) else None


def _strain(day: RefinableDay, length: Length) -> float:
    """How far a length would take the day out of its allocation, as a share of it; out of bounds counts double."""
    target = day.allocation.target_min
    outside = max(day.allocation.shortest - length.minutes, length.minutes - day.allocation.longest, 0.0)
    return (abs(length.minutes - target) + outside) / max(target, 1.0)


def _statement(total: float, wanted: float, reached: bool) -> str:
    if reached:
        return f"{total / 60:.2f} h planned of {wanted / 60:.2f} h wanted"
    return (
        f"{wanted / 60:.2f} h cannot be reached with these workouts: the nearest reachable total is "
        f"{total / 60:.2f} h" + (f" ({100 * (total - wanted) / wanted:+.1f} %)" if wanted else "")
    )
