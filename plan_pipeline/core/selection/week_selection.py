"""Chooses the library workout of every training day, week after week."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plan_pipeline.core.arms import Arm, arm_of
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.envelope import DayBounds, Envelope, envelope_of
from plan_pipeline.core.duration.solver import Solution, SolverDay, solve_week, solve_week_with_repeats
from plan_pipeline.core.duration.totals import combined_sums, nearest_total, sums_of
from plan_pipeline.core.duration.week_duration import allocate_week, week_bounds
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.limits import EXACT_MIN, GRID_MIN, MAX_SEVERE_MIN
from plan_pipeline.core.model.plan import Choice, Overview, OverviewWeek, WeekSelection
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Weekday
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.selection.memory import Memory
from plan_pipeline.core.selection.scoring import SEVERE_PRICE, Scorer, Terms

Picks = dict[Weekday, tuple[WorkoutTable, float]]
"""The workout of each day, and the minutes it is meant to have."""


class WholeWeek(NamedTuple):
    """A week that was chosen at once: by which solver, on what terms, of what its days can have, and with what result.

    ``missed_min`` is how far its minutes are from its hours, ``severe_min`` how many are above 105 % of threshold.
    """

    solve: Callable[[Sequence[SolverDay], int], Solution | None]
    terms: Terms
    bounds: Mapping[Weekday, DayBounds]
    solution: Solution
    picks: Picks
    missed_min: float
    severe_min: float


class Decision(NamedTuple):
    """What was decided for the days of a week, before anything of it is remembered.

    ``whole`` is how, where workouts and lengths were chosen together. Where it was day by day, ``at_first`` are the
    workouts in the order they were chosen in, before some were exchanged for the week's hours.
    """

    allocations: tuple[DurationAllocation, ...]
    picks: Picks
    whole: WholeWeek | None = None
    at_first: Mapping[Weekday, WorkoutTable] = MappingProxyType({})


def select_weeks(
    request: PlanRequest, overview: Overview, library: Library, config: PlanningConfig, arm: Arm | None = None
) -> tuple[WeekSelection, ...]:
    """Choose the workouts of every week, in order.

    The same inputs give the same choices; ``options.seed`` decides between candidates that are as good.
    No workout comes twice in a week or within the last two uses of its type, unless no other of the type can
    have the day's length; the notes of the selection say where that happened, and which days stay empty
    because the library has no workout of their type.

    The choice is made in the request's arm unless another is given: workouts and lengths of a whole week together, or
    day by day, the most demanding first.
    """
    selector = WeekSelector(request, envelope_of(library, config), arm or arm_of(request))
    return tuple(selector.week(week) for week in overview.weeks)


class WeekSelector:
    """Chooses the workouts of a plan's weeks, which are handed to it in order."""

    def __init__(self, request: PlanRequest, envelope: Envelope, arm: Arm) -> None:
        self._request = request
        self._arm = arm
        self.envelope = envelope
        self.memory = Memory()
        self.scorer = Scorer(request, envelope, self.memory, arm)

    def week(self, week: OverviewWeek) -> WeekSelection:
        """The workouts of the next week, which are remembered."""
        decision = self.decide(week)
        picks = decision.picks
        notes = [
            f"{day.weekday}: the library has no {day.workout_type} workout; add one or plan another type"
            for day in week.trained
            if day.workout_type not in self.envelope.by_type
        ]
        notes += [
            f"{weekday}: {table.workout.id} comes back soon, as too few {table.workout.type} workouts have its length"
            for weekday, (table, _) in picks.items()
            if table.workout.fingerprint in self.memory.resting(table.workout.type)
        ]
        choices = tuple(self._choice(week, a, *picks[a.weekday]) for a in decision.allocations)
        for allocation in decision.allocations:
            table, minutes = picks[allocation.weekday]
            self.memory.add(week, table.workout, minutes)
        return WeekSelection(week_number=week.week_number, choices=choices, notes=tuple(notes))

    def decide(self, week: OverviewWeek) -> Decision:
        """What the next week is to have, and how that was found. Days whose type the library lacks are left out."""
        allocations = tuple(
            a for a in allocate_week(self._request, week, self.envelope) if a.workout_type in self.envelope.by_type
        )
        whole = self._together(week, allocations) if self._arm.plans_weeks_whole else None
        if whole is not None:
            return Decision(allocations, whole.picks, whole=whole)
        picks = self._one_by_one(week, allocations)
        at_first = {weekday: table for weekday, (table, _) in picks.items()}
        if self._arm.adjusts_lengths:
            picks = self._repaired(week, allocations, picks)
        return Decision(allocations, picks, at_first=at_first)

    def solver_days(
        self,
        week: OverviewWeek,
        allocations: Sequence[DurationAllocation],
        bounds: Mapping[Weekday, DayBounds],
        terms: Terms,
    ) -> list[SolverDay]:
        """The days of a week that is planned whole, as the solver takes them."""
        return [
            SolverDay(a.workout_type, self.scorer.length_costs(week, a, bounds[a.weekday], terms)) for a in allocations
        ]

    def wishes(
        self, allocation: DurationAllocation, taken: Collection[str]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """Which candidates of a day are new to the week, within its cap, rested, and near enough to its length."""
        candidates = self.envelope.candidates(allocation.workout_type)
        unused = np.ones(len(candidates), dtype=bool)
        unused[[candidates.row[workout_id] for workout_id in taken if workout_id in candidates.row]] = False
        scorer = self.scorer
        return (
            unused,
            scorer.fitting(allocation),
            scorer.rested(allocation.workout_type),
            scorer.serving(allocation),
        )

    def _one_by_one(self, week: OverviewWeek, allocations: Sequence[DurationAllocation]) -> Picks:
        picks: Picks = {}
        taken: set[str] = set()
        # Hard days choose first, then long ones: easy days have the most alternatives.
        for allocation in sorted(
            allocations, key=lambda a: (not a.workout_type.is_hard, -a.target_min, a.weekday.position)
        ):
            table = self._best(week, allocation, taken)
            taken.add(table.workout.id)
            picks[allocation.weekday] = (table, allocation.target_min)
        return picks

    def _repaired(self, week: OverviewWeek, allocations: Sequence[DurationAllocation], picks: Picks) -> Picks:
        """Exchange workouts one at a time while the lengths they can have do not add up to the week's hours.

        Each exchange brings the nearest total nearer. A library whose workouts can be lengthened hardly ever
        needs one.
        """
        wanted = week.target_hours * 60
        masks = {a.weekday: picks[a.weekday][0].mask(self.scorer.cap_min(a)) for a in allocations}
        missed = abs(nearest_total(sums_of(list(masks.values())), wanted) - wanted)
        while missed > EXACT_MIN and (exchanges := list(self._exchanges(week, allocations, picks, masks))):
            best_missed, _, allocation, table = min(exchanges, key=lambda exchange: exchange[:2])
            if best_missed >= missed:
                break
            missed = best_missed
            picks = picks | {allocation.weekday: (table, allocation.target_min)}
            masks[allocation.weekday] = table.mask(self.scorer.cap_min(allocation))
        return picks

    def _exchanges(
        self,
        week: OverviewWeek,
        allocations: Sequence[DurationAllocation],
        picks: Picks,
        masks: Mapping[Weekday, int],
    ) -> Iterator[tuple[float, float, DurationAllocation, WorkoutTable]]:
        """Every other rested workout for every day: minutes then missed, points lost, the day, the workout."""
        wanted = week.target_hours * 60
        taken = {table.workout.id for table, _ in picks.values()}
        for allocation in allocations:
            others = sums_of([mask for weekday, mask in masks.items() if weekday is not allocation.weekday])
            cap, points = self.scorer.cap_min(allocation), self.scorer.points(week, allocation)
            for row in np.flatnonzero(self.scorer.rested(allocation.workout_type) & self.scorer.fitting(allocation)):
                table = self.envelope.by_type[allocation.workout_type][row]
                if table.workout.id not in taken:
                    total = nearest_total(combined_sums(others, table.mask(cap)), wanted)
                    yield abs(total - wanted), -points[row], allocation, table

    def _best(self, week: OverviewWeek, allocation: DurationAllocation, taken: Collection[str]) -> WorkoutTable:
        """The candidate with the most points: new to the week, rested and of the day's length wherever one is."""
        unused, fitting, rested, serving = self.wishes(allocation, taken)
        usable = unused & fitting if fitting.any() else unused
        wishes = (usable & rested & serving, usable & serving, usable & rested, usable, fitting)
        mask = next((wish for wish in wishes if wish.any()), np.ones_like(usable))
        points = self.scorer.points(week, allocation)
        tables = self.envelope.candidates(allocation.workout_type).tables
        return tables[int(np.argmax(np.where(mask, points, -np.inf)))]

    def _together(self, week: OverviewWeek, allocations: Sequence[DurationAllocation]) -> WholeWeek | None:
        """The exact optimum for the week.

        Structures used lately, and then a workout on two days, only where the hours cannot be met without; lengths to
        the minute where the library's workouts have few on the grid of 5.
        """
        bounds = {day.weekday: day for day in week_bounds(self._request, week, self.envelope)}
        if any(allocation.weekday not in bounds for allocation in allocations):
            return None
        best = self._best_week(week, allocations, bounds)
        if best and best.severe_min > MAX_SEVERE_MIN:
            calmer = self._best_week(week, allocations, bounds, SEVERE_PRICE)
            as_near = calmer is not None and calmer.missed_min <= max(best.missed_min, EXACT_MIN)
            if calmer and as_near and calmer.severe_min < best.severe_min:
                best = calmer
        return best

    def _best_week(
        self,
        week: OverviewWeek,
        allocations: Sequence[DurationAllocation],
        bounds: Mapping[Weekday, DayBounds],
        severe_price: float = 0.0,
    ) -> WholeWeek | None:
        """The first attempt that comes as near the week's hours as its days can at all, else the nearest."""
        wanted = week.target_hours * 60
        nearest = self.envelope.reachable_minutes([bounds[a.weekday] for a in allocations], wanted)
        near_enough = max(EXACT_MIN, abs(nearest - wanted))
        best: WholeWeek | None = None
        for found in self._attempts(week, allocations, bounds, severe_price):
            if best is None or found.missed_min < best.missed_min:
                best = found
            if best.missed_min <= near_enough:
                break
        return best

    def _attempts(
        self,
        week: OverviewWeek,
        allocations: Sequence[DurationAllocation],
        bounds: Mapping[Weekday, DayBounds],
        severe_price: float,
    ) -> Iterator[WholeWeek]:
        """The optimum with ever fewer conditions on it."""
        load_share = self.scorer.load_share(week, allocations)
        used_lately = any(self.memory.resting(a.workout_type) for a in allocations)
        for cell_min in (GRID_MIN, 1):
            wanted = round(week.target_hours * 60 / cell_min)
            for solve, only_rested in ((solve_week, True), (solve_week, False), (solve_week_with_repeats, False)):
                if only_rested and not used_lately:
                    continue
                terms = Terms(cell_min, load_share, severe_price, only_rested)
                solution = solve(self.solver_days(week, allocations, bounds, terms), wanted)
                if solution is not None:
                    picks, severe_min = self.picked(allocations, solution, cell_min)
                    missed_min = abs(sum(minutes for _, minutes in picks.values()) - week.target_hours * 60)
                    yield WholeWeek(solve, terms, bounds, solution, picks, missed_min, severe_min)

    def picked(
        self, allocations: Sequence[DurationAllocation], solution: Solution, cell_min: int
    ) -> tuple[Picks, float]:
        """The workouts that the solver picked with their minutes, and the minutes above 105 % of threshold in all."""
        picks: Picks = {}
        severe_min = 0.0
        for allocation, pick in zip(allocations, solution.picks, strict=True):
            candidates = self.envelope.candidates(allocation.workout_type)
            grid = candidates.grid(cell_min)
            picks[allocation.weekday] = (candidates.tables[pick.option], float(grid.minutes[pick]))
            severe_min += float(grid.severe_min[pick])
        return picks, severe_min

    def _choice(
        self, week: OverviewWeek, allocation: DurationAllocation, table: WorkoutTable, target_min: float
    ) -> Choice:
        return Choice(
            weekday=allocation.weekday,
            workout_type=allocation.workout_type,
            library_workout_id=table.workout.id,
            target_min=target_min,
            base_duration_min=table.workout.duration_min,
            rationale=self._rationale(week, table),
        )

    def _rationale(self, week: OverviewWeek, table: WorkoutTable) -> str:
        workout = table.workout
        suits = "made for" if week.phase in workout.suitable_phases else "the nearest fit in"
        reasons = [f"{workout.purpose.rstrip('.')}; {suits} {week.phase} weeks"]
        if workout.series:
            last = self.memory.levels.get(workout.series.id)
            if last is None:
                reasons.append(f"starts its series at step {workout.series.level}")
            elif workout.series.level > last:
                reasons.append(f"step {workout.series.level} of its series, after step {last}")
        return "; ".join(reasons) + "."
