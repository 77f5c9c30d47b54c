"""Chooses the library workout of every training day, week after week."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import add, sub

import numpy as np
from numpy.typing import NDArray

from plan_pipeline.core.arms import Arm, arm_of
from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.bands import bands_in_words
from plan_pipeline.core.duration.candidates import Numbers
from plan_pipeline.core.duration.day_limits import DayLimits, day_limits
from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.easy_spread import with_easy_days_apart
from plan_pipeline.core.duration.envelope import DayBounds, Envelope, envelope_for
from plan_pipeline.core.duration.solver import Solution, SolverDay, solve_week, solve_week_with_repeats
from plan_pipeline.core.duration.totals import bits_between, combined_sums, nearest_total, sums_of
from plan_pipeline.core.duration.week_bounds import never_given_up, week_bounds
from plan_pipeline.core.duration.week_duration import allocate_week
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.limits import EXACT_MIN, GRID_MIN
from plan_pipeline.core.model.plan import Choice, Overview, OverviewWeek, WeekSelection
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Band, Weekday, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.purpose.purpose import Purpose, purpose_of
from plan_pipeline.core.selection.before_hard import most_before_hard
from plan_pipeline.core.selection.decision import Decision, Picks, Solve, WholeWeek
from plan_pipeline.core.selection.memory import ALIKE_MIN, Memory
from plan_pipeline.core.selection.scoring import Scorer, Terms
from plan_pipeline.core.selection.unlike_weeks import Had, solve_unlike
from plan_pipeline.core.selection.week_minutes import (
    NO_PRICES,
    BandsHeld,
    Prices,
    doses_of,
    goals_of,
    main_target,
    settled,
)
from plan_pipeline.core.selection.written_weeks import written_selection

_FROM_106 = list(Band).index(Band.VO2MAX)


def select_weeks(
    request: PlanRequest, overview: Overview, library: Library, config: PlanningConfig, arm: Arm | None = None
) -> tuple[WeekSelection, ...]:
    """Choose the workouts of every week, in order.

    The same inputs give the same choices; ``options.seed`` decides between candidates that are as good.
    No workout comes twice in a week or within the last two uses of its type, unless no other of the type can
    have the day's length; the notes of the selection say where that happened, and which days stay empty
    because the library has no workout of their type.

    The choice is made in the request's arm unless another is given: a whole week at once, or day by day, the most
    demanding first. Workouts that were written for the plan are taken as they are.
    """
    if overview.written:
        return tuple(written_selection(overview.week(written.week_number), written) for written in overview.written)
    purpose = purpose_of(request, config)
    selector = WeekSelector(purpose, overview, envelope_for(library, purpose), arm or arm_of(request))
    return tuple(selector.week(week) for week in overview.weeks)


class WeekSelector:
    """Chooses the workouts of a plan's weeks, which are handed to it in order."""

    def __init__(self, purpose: Purpose, overview: Overview, envelope: Envelope, arm: Arm) -> None:
        self._purpose = purpose
        self._by_number = {week.week_number: week for week in overview.weeks}
        self._arm = arm
        self.envelope = envelope
        known = purpose.longest_known_min if purpose.tier is not None else None
        self.memory = Memory(purpose.config.week.long_ride, known)
        self.scorer = Scorer(purpose, envelope, self.memory, arm)

    def week(self, week: OverviewWeek) -> WeekSelection:
        """The workouts of the next week, which are remembered."""
        decision = self.decide(week)
        picks = decision.picks
        notes = tuple(self._notes(week, decision))
        choices = tuple(self._choice(week, a, *picks[a.weekday]) for a in decision.allocations)
        self.remember(week, (picks[allocation.weekday] for allocation in decision.allocations))
        return WeekSelection(week_number=week.week_number, choices=choices, notes=notes)

    def remember(self, week: OverviewWeek, picks: Iterable[tuple[WorkoutTable, float]]) -> None:
        """Take it that a week has these workouts at so many minutes, in the order of its days."""
        for table, minutes in picks:
            from_106_min = sum(table.bands_at(minutes)[_FROM_106:])
            self.memory.add(week, table.workout, minutes, from_106_min)

    def _notes(self, week: OverviewWeek, decision: Decision) -> Iterator[str]:
        """Which days stay empty, and what was not to be had for the others."""
        for day in week.trained:
            if day.workout_type not in self.envelope.by_type:
                yield f"{day.weekday}: the library has no {day.workout_type} workout; add one or plan another type"
            elif day.weekday not in decision.picks:
                yield f"{day.weekday}: the library has no {day.workout_type} workout that may be ridden; add one"
        for weekday, (table, minutes) in decision.picks.items():
            workout = table.workout
            if workout.fingerprint in self.memory.resting(workout.type) and workout.type is not WorkoutType.TEST:
                yield f"{weekday}: {workout.id} comes back soon, as too few {workout.type} workouts have its length"
            wished, held = self._limits(week, weekday), self.held(week, weekday, decision.bounds)
            if held is wished:
                continue
            row = self.envelope.candidates(workout.type).row[workout.id]
            for says, alone in wished.given_up_for(held):
                if not self.envelope.admission(alone).admits(row, minutes):
                    yield f"{weekday}: {workout.id} {says}, as no other {workout.type} workout is left for the day"

    def held(self, week: OverviewWeek, weekday: Weekday, bounds: Mapping[Weekday, DayBounds]) -> DayLimits:
        """What a day holds its workout to, after what had to give way."""
        found = bounds[weekday].limits if weekday in bounds else None
        day = week.training_days[weekday.position]
        return found or never_given_up(self._purpose, day)

    def _limits(self, week: OverviewWeek, weekday: Weekday) -> DayLimits:
        day = week.training_days[weekday.position]
        return day_limits(self._purpose, week.week_number, day, first_from_106=self.memory.is_new_to_106)

    def decide(self, week: OverviewWeek) -> Decision:
        """What the next week is to have, and how that was found. Days that nothing is left for are left out."""
        allocations, bounds = self.room_of(week)
        whole = self._together(week, allocations, bounds) if self._arm.plans_weeks_whole else None
        if whole is not None:
            return Decision(allocations, bounds, whole.picks, whole=whole)
        picks = self._one_by_one(week, allocations, bounds)
        at_first = {weekday: table for weekday, (table, _) in picks.items()}
        if self._arm.adjusts_lengths:
            picks = self._repaired(week, allocations, bounds, picks)
        return Decision(allocations, bounds, picks, at_first=at_first)

    def room_of(self, week: OverviewWeek) -> tuple[tuple[DurationAllocation, ...], dict[Weekday, DayBounds]]:
        """The minutes that the days of the next week are meant to have, without those that nothing is left for, and
        what each can have.
        """
        listed = week_bounds(self._purpose, week, self.envelope, first_from_106=self.memory.is_new_to_106)
        bounds = {day.weekday: day for day in listed}
        allocations = tuple(
            a
            for a in allocate_week(week, listed)
            if self.envelope.admission(self.held(week, a.weekday, bounds)).reach is not None
        )
        if self._purpose.is_on(Flag.EASY_VARIATION) and len(allocations) == len(bounds):
            return with_easy_days_apart(self._purpose, week, allocations, bounds, self.envelope)
        return allocations, bounds

    def solver_days(
        self,
        week: OverviewWeek,
        allocations: Sequence[DurationAllocation],
        bounds: Mapping[Weekday, DayBounds],
        terms: Terms,
        known: dict[tuple[Weekday, int, bool], Numbers] | None = None,
    ) -> list[SolverDay]:
        """The days of a week that is planned whole, as the solver takes them.

        ``known`` keeps what is the same at all prices, by day, cell and whether only rested structures may come.
        """
        kept = {} if known is None else known
        days = []
        for allocation in allocations:
            key = (allocation.weekday, terms.cell_min, terms.only_rested)
            if key not in kept:
                kept[key] = self.scorer.unpriced_costs(week, allocation, bounds[allocation.weekday], terms)
            days.append(SolverDay(allocation.workout_type, self.scorer.at_prices(allocation, kept[key], terms)))
        return days

    def wishes(
        self, allocation: DurationAllocation, held: DayLimits, taken: Collection[str]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """Which candidates of a day are new to the week, within its cap, rested, and near enough to its length."""
        candidates = self.envelope.candidates(allocation.workout_type)
        unused = np.ones(len(candidates), dtype=bool)
        unused[[candidates.row[workout_id] for workout_id in taken if workout_id in candidates.row]] = False
        scorer = self.scorer
        return (
            unused,
            scorer.fitting(allocation, held),
            scorer.rested(allocation.workout_type),
            scorer.serving(allocation, held),
        )

    def _one_by_one(
        self, week: OverviewWeek, allocations: Sequence[DurationAllocation], bounds: Mapping[Weekday, DayBounds]
    ) -> Picks:
        picks: Picks = {}
        taken: set[str] = set()
        # Hard days choose first, then long ones: easy days have the most alternatives.
        for allocation in sorted(
            allocations, key=lambda a: (not a.workout_type.is_hard, -a.target_min, a.weekday.position)
        ):
            table = self._best(week, allocation, self.held(week, allocation.weekday, bounds), taken)
            taken.add(table.workout.id)
            picks[allocation.weekday] = (table, allocation.target_min)
        return picks

    def _repaired(
        self,
        week: OverviewWeek,
        allocations: Sequence[DurationAllocation],
        bounds: Mapping[Weekday, DayBounds],
        picks: Picks,
    ) -> Picks:
        """Exchange workouts one at a time while the lengths they can have do not add up to the week's hours.

        Each exchange brings the nearest total nearer. A library whose workouts can be lengthened hardly ever
        needs one.
        """
        wanted = week.target_hours * 60
        held = {a.weekday: self.held(week, a.weekday, bounds) for a in allocations}
        masks = {a.weekday: self._mask(a, held[a.weekday], picks[a.weekday][0]) for a in allocations}
        missed = abs(nearest_total(sums_of(list(masks.values())), wanted) - wanted)
        while missed > EXACT_MIN and (exchanges := list(self._exchanges(week, allocations, held, picks, masks))):
            best_missed, _, allocation, table = min(exchanges, key=lambda exchange: exchange[:2])
            if best_missed >= missed:
                break
            missed = best_missed
            picks = picks | {allocation.weekday: (table, allocation.target_min)}
            masks[allocation.weekday] = self._mask(allocation, held[allocation.weekday], table)
        return picks

    def _mask(self, allocation: DurationAllocation, held: DayLimits, table: WorkoutTable) -> int:
        """The lengths that a workout may have on a day, as bits."""
        row = self.envelope.candidates(allocation.workout_type).row[table.workout.id]
        return self.envelope.admission(held).bits_of_row(row) & bits_between(0, self.scorer.cap_min(allocation))

    def _exchanges(
        self,
        week: OverviewWeek,
        allocations: Sequence[DurationAllocation],
        held: Mapping[Weekday, DayLimits],
        picks: Picks,
        masks: Mapping[Weekday, int],
    ) -> Iterator[tuple[float, float, DurationAllocation, WorkoutTable]]:
        """Every other rested workout for every day: minutes then missed, points lost, the day, the workout."""
        wanted = week.target_hours * 60
        taken = {table.workout.id for table, _ in picks.values()}
        for allocation in allocations:
            others = sums_of([mask for weekday, mask in masks.items() if weekday is not allocation.weekday])
            limits = held[allocation.weekday]
            points, fitting = self.scorer.points(week, allocation, limits), self.scorer.fitting(allocation, limits)
            for row in np.flatnonzero(self.scorer.rested(allocation.workout_type) & fitting):
                table = self.envelope.by_type[allocation.workout_type][row]
                if table.workout.id not in taken:
                    total = nearest_total(combined_sums(others, self._mask(allocation, limits, table)), wanted)
                    yield abs(total - wanted), -points[row], allocation, table

    def _best(
        self, week: OverviewWeek, allocation: DurationAllocation, held: DayLimits, taken: Collection[str]
    ) -> WorkoutTable:
        """The candidate with the most points: new to the week, rested and of the day's length wherever one is."""
        unused, fitting, rested, serving = self.wishes(allocation, held, taken)
        admitted = np.isfinite(self.envelope.admission(held).shortest_min)
        usable = unused & fitting if fitting.any() else unused & admitted
        wishes = (usable & rested & serving, usable & serving, usable & rested, usable, fitting, admitted)
        mask = next((wish for wish in wishes if wish.any()), np.ones_like(usable))
        points = self.scorer.points(week, allocation, held)
        tables = self.envelope.candidates(allocation.workout_type).tables
        return tables[int(np.argmax(np.where(mask, points, -np.inf)))]

    def _together(
        self, week: OverviewWeek, allocations: Sequence[DurationAllocation], bounds: Mapping[Weekday, DayBounds]
    ) -> WholeWeek | None:
        """The exact optimum for the week, at prices of minutes in bands where it misses them at none.

        Structures used lately, and then a workout on two days, only where the hours cannot be met without; lengths to
        the minute where the library's workouts have few on the grid of 5.
        """
        if any(allocation.weekday not in bounds for allocation in allocations):
            return None
        goals, usual = goals_of(self._purpose, week), self.usual_terms(week, allocations, bounds)
        known: dict[tuple[Weekday, int, bool], Numbers] = {}

        def best_at(prices: Prices) -> WholeWeek | None:
            return self._best_week(week, allocations, bounds, usual._replace(prices=prices), known)

        best = best_at(NO_PRICES)
        return settled(best, goals, best_at, EXACT_MIN) if best else None

    def usual_terms(
        self, week: OverviewWeek, allocations: Sequence[DurationAllocation], bounds: Mapping[Weekday, DayBounds]
    ) -> Terms:
        """On what terms a week is planned whole before any has to give way."""
        return Terms(
            load_share=self.scorer.load_share(week, allocations),
            doses=doses_of(goals_of(self._purpose, week), allocations, bounds, self.envelope),
            most_min=most_before_hard(
                week, self._by_number.get(week.week_number + 1), allocations, self._purpose.config.content.hardness
            ),
        )

    def _best_week(
        self,
        week: OverviewWeek,
        allocations: Sequence[DurationAllocation],
        bounds: Mapping[Weekday, DayBounds],
        usual: Terms,
        known: dict[tuple[Weekday, int, bool], Numbers],
    ) -> WholeWeek | None:
        """The first attempt that comes as near the week's hours as its days can at all, else the nearest."""
        wanted = week.target_hours * 60
        nearest = self.envelope.reachable_minutes([bounds[a.weekday] for a in allocations], wanted)
        near_enough = max(EXACT_MIN, abs(nearest - wanted))
        best: WholeWeek | None = None
        for solve, terms in self._attempts(allocations, usual):
            days = self.solver_days(week, allocations, bounds, terms, known)
            if (solution := solve(days, round(wanted / terms.cell_min))) is None:
                continue
            picks, held = self.picked(allocations, solution, terms.cell_min)
            missed_min = abs(sum(minutes for _, minutes in picks.values()) - wanted)
            if best is None or missed_min < best.missed_min:
                best = WholeWeek(solve, terms, bounds, solution, picks, missed_min, held)
            if best.missed_min <= near_enough:
                break
        return best

    def _attempts(self, allocations: Sequence[DurationAllocation], usual: Terms) -> Iterator[tuple[Solve, Terms]]:
        """Ever fewer conditions on the optimum; where weeks are to differ, that they do is given up last."""
        used_lately = any(self.memory.resting(a.workout_type) for a in allocations)
        for unlike in (True, False) if self._purpose.is_on(Flag.VARIATION_ENGINE) else (False,):
            for cell_min in (GRID_MIN, 1):
                had = partial(self._had, allocations, cell_min)
                for solve, only_rested in ((solve_week, True), (solve_week, False), (solve_week_with_repeats, False)):
                    if used_lately or not only_rested:
                        terms = usual._replace(cell_min=cell_min, only_rested=only_rested)
                        yield partial(solve_unlike, solve, had) if unlike else solve, terms

    def _had(
        self, allocations: Sequence[DurationAllocation], cell_min: int, solution: Solution
    ) -> tuple[Had, ...] | None:
        """The week before that a solution is like, day by day, if there is one."""
        picks = self._picks(allocations, solution, cell_min)
        before = self.memory.week_like([(table.workout.id, minutes) for table, minutes in picks.values()])
        if before is None:
            return None
        found = []
        for allocation, (workout_id, minutes) in zip(allocations, before, strict=True):
            candidates = self.envelope.candidates(allocation.workout_type)
            row = candidates.row[workout_id]
            found.append(Had(row, np.abs(candidates.grid(cell_min).minutes[row] - minutes) <= ALIKE_MIN))
        return tuple(found)

    def picked(
        self, allocations: Sequence[DurationAllocation], solution: Solution, cell_min: int
    ) -> tuple[Picks, BandsHeld]:
        """The workouts that the solver picked with their minutes, and the minutes in each band."""
        by_band = of_tests = (0.0,) * len(Band)
        for allocation, pick in zip(allocations, solution.picks, strict=True):
            candidates = self.envelope.candidates(allocation.workout_type)
            in_bands = candidates.bands(cell_min)[:, pick.option, pick.cells].tolist()
            by_band = tuple(map(add, by_band, in_bands))
            if allocation.workout_type is WorkoutType.TEST:
                of_tests = tuple(map(add, of_tests, in_bands))
        held = BandsHeld(by_band, tuple(map(sub, by_band, of_tests)))
        return self._picks(allocations, solution, cell_min), held

    def _picks(self, allocations: Sequence[DurationAllocation], solution: Solution, cell_min: int) -> Picks:
        picks: Picks = {}
        for allocation, pick in zip(allocations, solution.picks, strict=True):
            candidates = self.envelope.candidates(allocation.workout_type)
            picks[allocation.weekday] = (candidates.tables[pick.option], float(candidates.grid(cell_min).minutes[pick]))
        return picks

    def _choice(
        self, week: OverviewWeek, allocation: DurationAllocation, table: WorkoutTable, target_min: float
    ) -> Choice:
        return Choice(
            weekday=allocation.weekday,
            workout_type=allocation.workout_type,
            library_workout_id=table.workout.id,
            target_min=target_min,
            base_duration_min=table.workout.duration_min,
            rationale=self._rationale(week, table, target_min),
        )

    def _rationale(self, week: OverviewWeek, table: WorkoutTable, minutes: float) -> str:
        workout = table.workout
        suits = "made for" if week.phase in workout.suitable_phases else "the nearest fit in"
        reasons = [f"{workout.purpose.rstrip('.')}; {suits} {week.phase} weeks"]
        if workout.series:
            last = self.memory.levels.get(workout.series.id)
            if last is None:
                reasons.append(f"starts its series at step {workout.series.level}")
            elif workout.series.level > last:
                reasons.append(f"step {workout.series.level} of its series, after step {last}")
        if week.minutes and (target := main_target(week, table.bands_at(minutes))) is not None:
            reasons.append(f"for {target.wanted:.0f} minutes at {bands_in_words(target.bands)} this week")
        return "; ".join(reasons) + "."
