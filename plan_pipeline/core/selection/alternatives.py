"""Which other workouts a day could have had, and what each would have cost, by the code that chose.

Of a week that was chosen at once it is the best whole week with the other workout on that day, solved again; of one
that was chosen day by day the workout's own points.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import numpy as np

from plan_pipeline.core.arms import Arm
from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.lengths import nearest_to
from plan_pipeline.core.duration.solver import Solution, SolverDay
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.limits import EXACT_MIN
from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.vocabulary import Weekday
from plan_pipeline.core.selection.criteria import Criterion
from plan_pipeline.core.selection.decision import Decision, Picks, WholeWeek
from plan_pipeline.core.selection.week_selection import WeekSelector

COMES_BACK = "is one of the last two of its type"


class Candidate(NamedTuple):
    """A workout on a day: its minutes there, its points, and what stood against it, if anything did.

    ``week_points`` are those of the best whole week with it, and ``week`` that week's workouts.
    """

    table: WorkoutTable
    minutes: float
    parts: dict[Criterion, float]
    remarks: tuple[str, ...] = ()
    week_points: float | None = None
    week: Picks | None = None

    @property
    def points(self) -> float:
        return sum(self.parts.values())

    @property
    def tss(self) -> float:
        return float(self.table.loads[self.table.minutes.index(self.minutes)])


class DayCandidates(NamedTuple):
    """What was chosen for a day, the others best first, and how many workouts there are of its type."""

    chosen: Candidate | None
    others: tuple[Candidate, ...]
    of_type: int


def candidates_of_week(
    selector: WeekSelector, arm: Arm, week: OverviewWeek, decision: Decision, chosen: Mapping[Weekday, str], others: int
) -> dict[Weekday, DayCandidates]:
    """The workouts in ``chosen``, by id, and the best so many others, for each day of a week that was decided.

    ``chosen`` is ``None`` for a workout that the library has no more, or that the day cannot have.
    """
    found = {}
    for i, allocation in enumerate(decision.allocations):
        candidates = selector.envelope.candidates(allocation.workout_type)
        row = candidates.row.get(chosen.get(allocation.weekday, ""))
        if decision.whole is None:
            ranked = _day_by_day(selector, arm, week, decision, allocation)
        else:
            ranked = _at_once(selector, week, decision, decision.whole, i)
        best: dict[int, Candidate] = dict(ranked)
        found[allocation.weekday] = DayCandidates(
            chosen=None if row is None else best.get(row),
            others=tuple(islice((each for other, each in best.items() if other != row), others)),
            of_type=len(candidates),
        )
    return found


# --- a week that was chosen at once ------------------------------------------------------------------------------


def _at_once(
    selector: WeekSelector, week: OverviewWeek, decision: Decision, whole: WholeWeek, day: int
) -> Iterator[tuple[int, Candidate]]:
    """Every workout that the day can have, by row: as the terms allow, then those that come back too soon."""
    ranked = []
    seen: set[int] = set()
    for only_rested in (True, False) if whole.terms.only_rested else (False,):
        terms = whole.terms._replace(only_rested=only_rested)
        days = selector.solver_days(week, decision.allocations, whole.bounds, terms)
        for row in np.flatnonzero(np.isfinite(days[day].costs).any(axis=1)):
            if row in seen:
                continue
            is_chosen = row == whole.solution.picks[day].option
            solution = whole.solution if is_chosen else _solved_with(week, whole, days, day, int(row))
            if solution is None:
                continue
            seen.add(int(row))
            candidate = _of_solution(selector, week, decision, whole, day, solution)
            if terms != whole.terms:
                candidate = candidate._replace(remarks=(COMES_BACK, *candidate.remarks))
            ranked.append((int(row), candidate))
    return iter(sorted(ranked, key=lambda found: (len(found[1].remarks), -(found[1].week_points or 0.0))))


def _solved_with(week: OverviewWeek, whole: WholeWeek, days: list[SolverDay], day: int, row: int) -> Solution | None:
    """The best week with one workout on a day."""
    costs = np.full_like(days[day].costs, np.inf)
    costs[row] = days[day].costs[row]
    forced = [*days[:day], days[day]._replace(costs=costs), *days[day + 1 :]]
    return whole.solve(forced, round(week.target_hours * 60 / whole.terms.cell_min))


def _of_solution(
    selector: WeekSelector, week: OverviewWeek, decision: Decision, whole: WholeWeek, day: int, solution: Solution
) -> Candidate:
    allocation = decision.allocations[day]
    picks, _ = selector.picked(decision.allocations, solution, whole.terms.cell_min)
    table, minutes = picks[allocation.weekday]
    pick = solution.picks[day]
    parts = selector.scorer.point_parts_at(week, allocation, whole.bounds[allocation.weekday], whole.terms, pick.cells)
    return Candidate(
        table,
        minutes,
        {criterion: float(part[pick.option % len(part)]) for criterion, part in parts.items()},
        tuple(_against(week, whole, picks)),
        -solution.cost,
        picks,
    )


def _against(week: OverviewWeek, whole: WholeWeek, picks: Picks) -> Iterator[str]:
    """What is worse in another week than in the one that was chosen, before any points are counted."""
    missed = sum(minutes for _, minutes in picks.values()) - week.target_hours * 60
    if abs(missed) > max(whole.missed_min, EXACT_MIN):
        yield f"the week's hours would be missed by {missed:+.0f} min"
    if _distinct(picks) < _distinct(whole.picks):
        yield "a workout would be in the week twice"


def _distinct(picks: Picks) -> int:
    return len({table.workout.id for table, _ in picks.values()})


# --- a week that was chosen day by day ---------------------------------------------------------------------------


def _day_by_day(
    selector: WeekSelector, arm: Arm, week: OverviewWeek, decision: Decision, allocation: DurationAllocation
) -> Iterator[tuple[int, Candidate]]:
    """Every workout that the day can have, by row, as the day chose between them when its turn came."""
    candidates = selector.envelope.candidates(allocation.workout_type)
    earlier = list(decision.at_first)[: list(decision.at_first).index(allocation.weekday)]
    held = selector.held(week, allocation.weekday, decision.bounds)
    unused, fitting, rested, serving = selector.wishes(
        allocation, held, {decision.at_first[weekday].workout.id for weekday in earlier}
    )
    parts = selector.scorer.point_parts(week, allocation, held)
    first, last = decision.at_first[allocation.weekday], decision.picks[allocation.weekday][0]
    swapped = first is not last
    ranked = []
    for row in np.flatnonzero(fitting if fitting.any() else unused):
        table = candidates.tables[row]
        against = (
            (unused[row], "is in the week already"),
            (serving[row], f"cannot come near {allocation.target_min:.0f} min"),
            (rested[row], COMES_BACK),
            (not swapped or table is not first, "was exchanged: its lengths do not add up to the week's hours"),
            (not swapped or table is not last, f"came in exchange for {first.workout.name}, for the week's hours"),
        )
        minutes = table.nearest(table.workout.parts_duration_min).minutes
        if arm.adjusts_lengths:
            within = selector.envelope.admission(held).within(int(row), selector.scorer.cap_min(allocation))
            minutes = nearest_to(allocation.target_min, within or table.lengths[:1]).minutes
        of_row = {criterion: float(part[row]) for criterion, part in parts.items()}
        remarks = tuple(remark for is_met, remark in against if not is_met)
        ranked.append((int(row), Candidate(table, minutes, of_row, remarks)))
    return iter(sorted(ranked, key=lambda found: (len(found[1].remarks), -found[1].points)))
